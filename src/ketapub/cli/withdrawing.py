"""The command that takes a text back: withdraw."""

from __future__ import annotations

import argparse

from ketapub.cli.arguments import Commands, day, folder, today
from ketapub.cli.terminal import OK
from ketapub.errors import Problem, UsageError

HEAD = """# Texts that must not be read any more. Delete an entry when its text is right again.
"""
"""Begins a new `source/withdrawn.toml`."""


def register(commands: Commands) -> None:
    """Add the command."""
    withdraw = commands.add(
        "withdraw",
        _withdraw,
        'ketapub withdraw es@US --reason "the dose in section 3 is wrong"',
    )
    withdraw.add_argument("what", metavar="ARTICLE|EDITION", help="ketamine, or es@US")
    withdraw.add_argument("--reason", required=True, help="why; stands on the recall notice")
    withdraw.add_argument(
        "--on", dest="date", type=day, metavar="YYYY-MM-DD", help="since when (default: today)"
    )


def _withdraw(options: argparse.Namespace) -> int:
    from ketapub.files import read_text, write_atomic
    from ketapub.project import WITHDRAWN, load_project
    from ketapub.withdrawal import write_withdrawal

    project = load_project(folder(options))
    publication = project.publication
    editions = {f"{lang.tag}@{code}" for code, langs in publication.editions for lang in langs}
    if options.what not in editions | set(project.articles):
        hint = f"an article ({', '.join(project.articles)}) or an edition such as {min(editions)}"
        raise UsageError(Problem(options.what, 0, "there is no such article or edition", hint))
    reason = " ".join(options.reason.split())
    if not reason:
        raise UsageError(Problem("--reason", 0, "it is empty", "say what is wrong"))
    article, edition = ("", options.what) if options.what in editions else (options.what, "")
    file = folder(options) / WITHDRAWN
    before = read_text(file, WITHDRAWN.as_posix()) if file.is_file() else HEAD
    added = write_withdrawal(article, edition, reason, today(options))
    write_atomic(file, f"{before.rstrip()}\n{added}".encode())
    line = before.rstrip().count("\n") + 3
    print(f"{WITHDRAWN.as_posix()}:{line}: {options.what} is withdrawn from {today(options)} on")
    print("run `ketapub build` and publish; once the text is right, delete the entry")
    return OK
