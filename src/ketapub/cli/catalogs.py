"""Commands about sources and catalogs: extract, update, check, status."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ketapub.cli.arguments import Commands, add_date, add_json, folder, today
from ketapub.cli.terminal import as_json, dump, exit_code, say_problems, table, why

if TYPE_CHECKING:
    from ketapub.status import Status


def register(commands: Commands) -> None:
    """Add the commands."""
    commands.add("extract", _extract, "write the templates locale/*.pot", "ketapub extract")
    commands.add(
        "update", _update, "write templates and merge them into all catalogs", "ketapub update"
    )
    check = commands.add(
        "check", _check, "check sources, regions and catalogs", "ketapub check --json"
    )
    add_json(check)
    status = commands.add(
        "status", _status, "show how far translations are and what is held", "ketapub status"
    )
    add_json(status, report=True)
    for command in (check, status):
        add_date(command)


def _extract(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.sync import extract

    project = load_project(folder(options))
    for written in extract(project):
        print(f"{'written' if written.changed else 'unchanged':<9}  {written.path}")
    say_problems(project.problems)
    return exit_code(project.problems)


def _update(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.sync import update

    written, problems = update(load_project(folder(options)))
    catalogs = [each for each in written if each.path.endswith(".po")]
    table(
        ("catalog", "translated", "fuzzy", "missing", "obsolete", ""),
        [
            (w.path, w.translated, w.fuzzy, w.missing, w.obsolete, "written" if w.changed else "")
            for w in catalogs
        ],
    )
    say_problems(problems)
    return exit_code(problems)


def _check(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.status import check_all

    found = check_all(load_project(folder(options)), today(options))
    if options.json:
        print(dump(as_json(found)))
    else:
        say_problems(found)
        if not found:
            print("no problem found")
    return exit_code(found)


def _status(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.status import make_status

    status = make_status(load_project(folder(options)), today(options))
    if options.json:
        print(dump(_status_json(status)))
    else:
        _say_status(status)
    return exit_code(status.problems)


def _say_status(status: Status) -> None:
    say_problems(status.problems)
    table(
        ("locale", "domain", "translated", "fuzzy", "failing", "missing", "review"),
        [
            (r.locale, r.domain, r.translated, r.fuzzy, r.failed, r.missing,
             "reviewed" if r.reviewed else "unreviewed")
            for r in status.rows
        ],
    )  # fmt: skip
    if status.held:
        print()
        table(
            ("held", "output", "why"),
            [(h.edition, h.output, why(h.reasons)) for h in status.held],
        )
    for line in status.advice:
        print(f"\nnote: {line}", end="")
    print("" if not status.advice else "\n", end="")


def _status_json(status: Status) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "rows": [asdict(row) for row in status.rows],
        "held": [
            {"edition": h.edition, "output": h.output, "reasons": as_json(h.reasons)}
            for h in status.held
        ],
        "problems": as_json(status.problems),
        "advice": list(status.advice),
    }
