"""Commands that git runs by itself: merge-po."""

from __future__ import annotations

import argparse

from ketapub.cli.arguments import Commands, as_path
from ketapub.cli.terminal import exit_code, say_problems


def register(commands: Commands) -> None:
    """Add the commands."""
    command = commands.add(
        "merge-po",
        _merge_po,
        "ketapub merge-po %O %A %B %P",
    )
    command.add_argument(
        "base", type=as_path, metavar="%O", help="the version both have grown from"
    )
    command.add_argument(
        "ours", type=as_path, metavar="%A", help="our version, overwritten by the result"
    )
    command.add_argument("theirs", type=as_path, metavar="%B", help="the version to merge in")
    command.add_argument("name", metavar="%P", help="the catalog's path, for messages")


def _merge_po(options: argparse.Namespace) -> int:
    """To git, 0 is a clean merge; at anything else the file stays in conflict, as written here."""
    from ketapub.catalog import merge_three
    from ketapub.files import read_text, write_atomic

    paths = (options.base, options.ours, options.theirs)
    base, ours, theirs = (read_text(path, options.name) for path in paths)
    text, problems = merge_three(base, ours, theirs, options.name)
    write_atomic(options.ours, text.encode())
    say_problems(problems)
    return exit_code(problems)
