"""Turn a command line into one call and one report: the only package that prints or exits.

`arguments` holds what command lines share, `terminal` what people see; every other module holds
the commands of one subject and is imported when one of them is asked for. What `--help` needs is all
that is imported before.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import partial

from ketapub import __version__
from ketapub.cli.arguments import BUILD_EXAMPLE, Commands, Completion, Parser, folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from ketapub.cli.arguments import Run

COMMANDS = {
    "catalogs": {
        "extract": "write the templates locale/*.pot",
        "update": "write templates and merge them into all catalogs",
        "check": "check sources, regions and catalogs",
        "status": "show how far translations are and what is held",
        "pseudo": "write the catalogs of two test locales",
    },
    "merging": {"merge-po": "merge a catalog for git, by message"},
    "kits": {
        "send": "pack a kit for translators without git",
        "receive": "take back what translators worked on",
    },
    "review": {"review": "read translations beside their source and sign them"},
    "helplines": {"helplines": "explain, check and confirm helplines"},
    "publishing": {"build": "build pages and handouts into dist/"},
    "printing": {
        "fonts": "show which fonts print each language, and what to install",
        "proof": "make a picture of the first side of all sheets, for a person's look",
    },
    "withdrawing": {
        "withdraw": "take a wrong text back: pages become help pages, sheets go,"
        " what is printed is recalled"
    },
    "verifying": {"verify": "read everything that is published back and check it"},
    "comparing": {
        "diff": "tell what changed between two publications:"
        " texts, numbers, layout, what came and went"
    },
    "serving": {"server": "print the settings for a web server"},
}
"""The modules of commands, in the order of `ketapub --help`, and what each command does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    return _run(options.run, options)


def _run(run: Run, options: argparse.Namespace) -> int:
    """What a command does, and what becomes of its errors: reports and exit codes."""
    from ketapub.cli.terminal import INTERRUPTED, MACHINE, OK, as_json, dump, say_problems
    from ketapub.errors import KetapubError, Problem

    try:
        return run(options)
    except BrokenPipeError:
        _stop_writing()
        return OK
    except KetapubError as error:
        if getattr(options, "json", False):
            print(dump(options.failure(as_json(error.problems))))
        say_problems(error.problems)
        return error.exit_code
    except OSError as error:
        where = str(error.filename or folder(options))
        hint = "check that it exists, the permissions and the free space"
        say_problems((Problem(where, 0, error.strerror or str(error), hint),))
        return MACHINE
    except KeyboardInterrupt:
        print("interrupted; what was published before stands unchanged", file=sys.stderr)
        return INTERRUPTED


GARBAGE = 500_000
"""New objects after which Python looks for cycles: what is read makes millions, and none of them."""


def entry() -> NoReturn:
    """The console script."""
    gc.set_threshold(GARBAGE)
    try:
        code: Any = main()
    except SystemExit as ended:  # argparse
        code = ended.code
    try:
        sys.stdout.flush()  # here, since at the very end nobody can handle it
    except BrokenPipeError:
        _stop_writing()
    sys.exit(code)


def _stop_writing() -> None:
    """The reader of our output is gone, which is no error: `ketapub check | head`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> Parser:
    parser = Parser(
        prog="ketapub",
        description="Publish one article as localized pages and handouts with the right helplines.",
        epilog=f"example: {BUILD_EXAMPLE}",
    )
    parser.add_argument("--version", action="version", version=f"ketapub {__version__}")
    parser.add_argument(
        "--project", default=".", metavar="DIR", help="project folder (default: here)"
    )
    parser.add_argument(
        "--completion",
        action=Completion,
        nargs=1,
        choices=("bash", "zsh", "tcsh"),
        help="print shell completion and exit",
    )
    commands = Commands(parser)
    for module, texts in COMMANDS.items():
        for name, text in texts.items():
            commands.name(name, text, partial(_register, module))
    return parser


def _register(module: str, commands: Commands) -> None:
    from importlib import import_module

    import_module(f"ketapub.cli.{module}").register(commands)


if __name__ == "__main__":
    entry()
