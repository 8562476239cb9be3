"""What every command line shares: the parser, its words for a mistake, dates and known names."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence

TYPE_CHECKING = False  # as type checkers know it: `typing` itself takes long to import
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from typing import Any, NoReturn

    Run = Callable[[argparse.Namespace], int]

BUILD_EXAMPLE = "ketapub --project ~/health build --locale es --region US"


class Parser(argparse.ArgumentParser):
    """argparse, with a hint instead of the usage in full, and exit code 2."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_Formatter, **settings)
        self.commands: Commands | None = None

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more; exits."""
        from ketapub.cli.terminal import USAGE

        print(f"ketapub: {message}\n  hint: ketapub {self._command()}--help", file=sys.stderr)
        sys.exit(USAGE)

    def _command(self) -> str:
        words = self.prog.split()[1:]
        return "".join(f"{word} " for word in words if not word.startswith("-"))


class _Formatter(argparse.HelpFormatter):
    """As wide as the terminal, which argparse asks `shutil` for: every start would import that."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


def _width() -> int:
    """Columns of the terminal: what COLUMNS says, what the terminal says, or 80."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size().columns or 80
    except OSError:  # output goes elsewhere
        return 80


class _Named:
    """Stands for the parser of a command, which its module makes when anything is asked of it."""

    register: Callable[[], None]
    parser: Parser | None = None

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def __getattr__(self, name: str) -> Any:
        if self.parser is None:
            self.register()
        return getattr(self.parser, name)


class Commands:
    """Commands by name, known before their modules are: those add the rest in `register`."""

    def __init__(self, parent: Parser) -> None:
        # with its name, which argparse would have to format the usage for
        stand_in: Any = _Named
        self._parsers = parent.add_subparsers(
            required=True, metavar="COMMAND", parser_class=stand_in, prog=parent.prog
        )
        self._named: dict[str, _Named] = {}
        parent.commands = self

    def name(self, name: str, text: str, register: Callable[[Commands], None]) -> None:
        """One command. `text` becomes its line in the list and its description.

        `register` adds it and others of its module, once one of them is asked for.
        """
        command = self._parsers.add_parser(name, help=text, description=text)
        command.register = lambda: register(self)
        self._named[name] = command

    def add(self, name: str, run: Run, example: str) -> Parser:
        """What a command that was named runs; returns its parser, for its arguments."""
        command = self._parser(name, example)
        command.set_defaults(run=run, failure=list)
        return command

    def group(self, name: str, texts: Mapping[str, str], example: str) -> Commands:
        """The commands of a command (`ketapub helplines show`), which its module adds at once."""
        commands = Commands(self._parser(name, example))
        for each, text in texts.items():
            commands.name(each, text, lambda _: None)
        return commands

    def _parser(self, name: str, example: str) -> Parser:
        named = self._named[name]
        named.parser = Parser(**named.settings, epilog=f"example: {example}")
        self._parsers.choices[name] = named.parser
        return named.parser

    def load(self) -> None:
        """Have all modules add theirs, for one who must see every parser."""
        for named in self._named.values():
            if named.parser is None:
                named.register()


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
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-23") from None


def today(options: argparse.Namespace) -> date:
    """The day to work for: the only place that reads the clock."""
    from datetime import date

    chosen: date | None = options.date
    return chosen or date.today()


def known(given: Sequence[str], names: set[str], option: str) -> tuple[str, ...]:
    """The names given, each one that exists, or UsageError."""
    from ketapub.errors import Problem, UsageError

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

        if isinstance(parser, Parser) and parser.commands:
            parser.commands.load()
        print(shtab.complete(parser, values[1][0]))
        parser.exit()


def folder(options: argparse.Namespace) -> Path:
    """The project's folder."""
    return as_path(options.project)


def as_path(text: str) -> Path:
    """A path as it is given."""
    from pathlib import Path

    return Path(text)
