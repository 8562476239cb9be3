"""What every command line shares: the parser, its words for a mistake, dates and known names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from ketapub.cli.terminal import USAGE
from ketapub.errors import Problem, UsageError

Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """argparse, with a hint instead of the usage in full, and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more; exits."""
        print(f"ketapub: {message}\n  hint: ketapub {self._command()}--help", file=sys.stderr)
        sys.exit(USAGE)

    def _command(self) -> str:
        words = self.prog.split()[1:]
        return "".join(f"{word} " for word in words if not word.startswith("-"))


class Commands:
    """Where the modules of commands put theirs; `parsers` are argparse's own, without a public type."""

    def __init__(self, parsers: Any) -> None:
        self.parsers = parsers

    def add(self, name: str, run: Run, text: str, example: str) -> Parser:
        """One command. `text` becomes its line in the list and its description."""
        command: Parser = self.parsers.add_parser(
            name, help=text, description=text, epilog=f"example: {example}"
        )
        command.set_defaults(run=run, failure=list)
        return command

    def group(self, name: str, text: str, example: str) -> Commands:
        """A command that has commands of its own (`ketapub helplines show`)."""
        parent = self.parsers.add_parser(
            name, help=text, description=text, epilog=f"example: {example}"
        )
        return Commands(
            parent.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
        )


def add_json(command: argparse._ActionsContainer, *, report: bool = False) -> None:
    """`--json`: a list of problems, or (with `report`) an object that has them under `problems`."""
    command.add_argument("--json", action="store_true", help="print JSON for a machine")
    command.set_defaults(failure=_in_a_report if report else list)


def _in_a_report(problems: list[dict[str, Any]]) -> dict[str, Any]:
    return {"problems": problems}


def add_date(command: argparse.ArgumentParser) -> None:
    """`--date`: the day that stands for today."""
    command.add_argument(
        "--date", type=day, metavar="YYYY-MM-DD", help="the day to work for (default: today)"
    )


def day(text: str) -> date:
    """A date as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-23") from None


def today(options: argparse.Namespace) -> date:
    """The day to work for: the only place that reads the clock."""
    chosen: date | None = options.date
    return chosen or date.today()


def known(given: Sequence[str], names: set[str], option: str) -> tuple[str, ...]:
    """The names given, each one that exists, or UsageError."""
    for value in given:
        if value.replace("_", "-") not in names:
            hint = f"one of {', '.join(sorted(names))}"
            raise UsageError(Problem(f"{option} {value}", 0, "there is none such", hint))
    return tuple(value.replace("_", "-") for value in given)


class Completion(argparse.Action):
    """`--completion SHELL`: print what that shell sources."""

    def __call__(self, parser: argparse.ArgumentParser, *values: Any, **_: Any) -> NoReturn:
        """Print and exit."""
        import shtab

        print(shtab.complete(parser, values[1][0]))
        parser.exit()


def folder(options: argparse.Namespace) -> Path:
    """The project's folder."""
    chosen: Path = options.project
    return chosen
