"""Commands about sources and catalogs: extract, update, check, status."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ketapub.cli.arguments import Commands, add_date, add_json, as_path, folder, today
from ketapub.cli.terminal import (
    annotation,
    as_json,
    dump,
    exit_code,
    say_problems,
    table,
    why,
)
from ketapub.errors import Problem, Severity, UsageError

if TYPE_CHECKING:
    from ketapub.project import Project
    from ketapub.status import Status


def register(commands: Commands) -> None:
    """Add the commands."""
    commands.add("extract", _extract, "ketapub extract")
    update = commands.add("update", _update, "ketapub update")
    update.add_argument(
        "--same-meaning",
        action="store_true",
        help="show reworded source texts; those that you call the same keep their translations",
    )
    update.add_argument(
        "--yes", action="store_true", help="with --same-meaning: call all of them the same"
    )
    check = commands.add("check", _check, "ketapub check --json")
    shape = check.add_mutually_exclusive_group()
    add_json(shape)
    shape.add_argument("--github", action="store_true", help="print annotations for GitHub Actions")
    check.add_argument("--fix", action="store_true", help="mend catalogs first where that is safe")
    check.add_argument(
        "--with",
        dest="also",
        action="append",
        default=[],
        choices=("pofilter",),
        help="ask this tool too; its findings are advice",
    )
    check.add_argument(
        "--base", metavar="REV", help="also find source texts altered in catalogs since that commit"
    )
    status = commands.add("status", _status, "ketapub status")
    add_json(status, report=True)
    pseudo = commands.add("pseudo", _pseudo, "ketapub pseudo --into folder")
    pseudo.add_argument(
        "--into", type=as_path, metavar="DIR", help="where to (default: the project's locale/)"
    )
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

    if options.yes and not options.same_meaning:
        hint = "ketapub update --same-meaning --yes"
        raise UsageError(Problem("--yes", 0, "this goes with --same-meaning only", hint))
    project = load_project(folder(options))
    same = _confirmed(project, options.yes) if options.same_meaning else {}
    written, problems = update(project, same)
    catalogs = [each for each in written if each.path.endswith(".po")]
    table(
        ("catalog", "translated", "fuzzy", "missing", "obsolete", ""),
        [
            (w.path, w.translated, w.fuzzy, w.missing, w.obsolete, "written" if w.changed else "")
            for w in catalogs
        ],
    )
    if same:
        print(f"carried over: {sum(w.carried for w in catalogs)} source texts, over all catalogs")
    say_problems(problems)
    return exit_code(problems)


def _confirmed(project: Project, yes: bool) -> dict[str, str]:
    """The reworded source texts, old to new, that a person says mean the same."""
    from ketapub.sync import propose

    proposals = propose(project)
    same = {}
    for proposal in proposals:
        print(f"{proposal.diff}")
        if not proposal.allowed:
            print("  never carried over: a number, a negation, a placeholder or a link differs")
        elif yes or (sys.stdin.isatty() and _agrees("  do both mean the same? [y/N] ")):
            same[proposal.old] = proposal.new
    if any(proposal.allowed for proposal in proposals) and not (yes or sys.stdin.isatty()):
        hint = "read the changes above; if all mean the same: ketapub update --same-meaning --yes"
        raise UsageError(Problem("--same-meaning", 0, "nobody is here to answer", hint))
    return same


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _pseudo(options: argparse.Namespace) -> int:
    from ketapub.project import LOCALE, load_project
    from ketapub.sync import write_pseudo

    project = load_project(folder(options))
    for written in write_pseudo(project, options.into or project.folder / LOCALE):
        print(f"{'written' if written.changed else 'unchanged':<9}  {written.path}")
    say_problems(project.problems)
    return exit_code(project.problems)


def _check(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.status import check_all

    project = load_project(folder(options))
    found = _mended(project) if options.fix else ()
    found += check_all(project, today(options))
    if options.also:
        from ketapub.pofilter import ask_pofilter

        found += ask_pofilter(project)
    if options.base:
        from ketapub.history import check_msgids

        found += check_msgids(project, options.base)
    if options.github:
        root = "" if folder(options).is_absolute() else folder(options).as_posix()
        for problem in found:
            print(annotation(problem, root.removeprefix(".")))
    elif options.json:
        print(dump(as_json(found)))
    else:
        say_problems(found)
        print(_sum_up(found))
    return exit_code(found)


def _sum_up(found: Sequence[Problem]) -> str:
    """How many there are of each severity: "2 errors, 1 warning"."""
    counts = Counter(problem.severity for problem in found)
    kinds: tuple[Severity, ...] = ("error", "warning", "note")
    told = [f"{counts[kind]} {kind}{'s' * (counts[kind] > 1)}" for kind in kinds if counts[kind]]
    return ", ".join(told) or "no problem found"


def _mended(project: Project) -> tuple[Problem, ...]:
    from ketapub.sync import mend_catalogs

    return mend_catalogs(project)


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
    from ketapub.catalog import ROLES

    say_problems(status.problems)
    table(
        ("locale", "domain", "translated", "fuzzy", "failing", "missing", "machine", *ROLES, ""),
        [
            (r.locale, r.domain, r.translated, r.fuzzy, r.failed, r.missing, r.drafts,
             *(r.reviews[role] for role in ROLES), "reviewed" if r.reviewed else "unreviewed")
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
