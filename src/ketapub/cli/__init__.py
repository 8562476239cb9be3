"""Turn a command line into one call and one report: the only package that prints or exits.

`arguments` holds what command lines share, `terminal` what people see; every other module holds
the commands of one subject and adds them in `register`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ketapub import __version__
from ketapub.cli import (
    catalogs,
    comparing,
    helplines,
    kits,
    merging,
    printing,
    publishing,
    review,
    serving,
    verifying,
    withdrawing,
)
from ketapub.cli.arguments import Commands, Completion, Parser, Run
from ketapub.cli.terminal import INTERRUPTED, MACHINE, OK, as_json, dump, say_problems
from ketapub.errors import KetapubError, Problem

SUBJECTS = (
    catalogs,
    merging,
    kits,
    review,
    helplines,
    publishing,
    printing,
    withdrawing,
    verifying,
    comparing,
    serving,
)
"""The modules of commands, in the order of `ketapub --help`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    run: Run = options.run
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
        where = str(error.filename or options.project)
        hint = "check that it exists, the permissions and the free space"
        say_problems((Problem(where, 0, error.strerror or str(error), hint),))
        return MACHINE
    except KeyboardInterrupt:
        print("interrupted; what was published before stands unchanged", file=sys.stderr)
        return INTERRUPTED


GARBAGE = 50_000
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
        epilog=f"example: {publishing.BUILD_EXAMPLE}",
    )
    parser.add_argument("--version", action="version", version=f"ketapub {__version__}")
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="DIR", help="project folder (default: here)"
    )
    parser.add_argument(
        "--completion",
        action=Completion,
        nargs=1,
        choices=("bash", "zsh", "tcsh"),
        help="print shell completion and exit",
    )
    commands = Commands(
        parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    )
    for subject in SUBJECTS:
        subject.register(commands)
    return parser


if __name__ == "__main__":
    entry()
