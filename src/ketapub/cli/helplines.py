"""Commands about helplines: show, check, due, confirm."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ketapub.cli.arguments import Commands, add_date, add_json, day, folder, today
from ketapub.cli.terminal import OK, as_json, dump, exit_code, say_problems, table
from ketapub.errors import Problem, UsageError

if TYPE_CHECKING:
    from ketapub.region import Regions

_REGIONS = "source/regions"
_TEXTS = {
    "show": "explain what a reader gets and why",
    "check": "check the region files and show what they cover",
    "due": "list what a person should check again, oldest first",
    "confirm": "note in the region file that a person has checked a line",
}


def register(commands: Commands) -> None:
    """Add the commands."""
    group = commands.group("helplines", _TEXTS, "ketapub helplines show ar GB")
    show = group.add("show", _show, "ketapub helplines show ar GB")
    show.add_argument("locale", metavar="LOCALE", help="what the reader reads, such as ar")
    show.add_argument("region", metavar="REGION", help="where the reader is, such as GB or CA-QC")
    check = group.add("check", _check, "ketapub helplines check")
    due = group.add("due", _due, "ketapub helplines due")
    confirm = group.add(
        "confirm",
        _confirm,
        'ketapub helplines confirm gb-frank --by "Ada Jones" --on 2026-11-23',
    )
    confirm.add_argument("id", metavar="ID", help="the line's id, as `helplines due` shows it")
    confirm.add_argument("--by", required=True, metavar="NAME", help="the person who checked it")
    confirm.add_argument(
        "--on", required=True, type=day, metavar="YYYY-MM-DD", help="the day of the check"
    )
    for command in (show, check, due, confirm):
        add_json(command, report=True)
        add_date(command)


def _show(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ketapub.helpline_report import explain, explanation_text
    from ketapub.language import parse_language
    from ketapub.project import load_help

    publication, regions, problems = load_help(folder(options))
    try:
        tag = parse_language(options.locale).tag
    except ValueError as error:
        hint = "write a language tag such as es, ar or zh-Hans; the region comes after it"
        raise UsageError(Problem(options.locale, 0, str(error), hint)) from None
    code = options.region.upper()
    about = [p for p in problems if _names_region(p, code)]
    if not about and code not in regions.regions:
        hint = f"one of {', '.join(sorted(regions.regions))}"
        raise UsageError(Problem(options.region, 0, "there is no such region", hint))
    say_problems(about)
    found = explain(regions, code, tag, today(options), publication.print_treatment)
    if options.json:
        print(dump(asdict(found) | {"on": found.on.isoformat(), "problems": as_json(about)}))
    else:
        print("\n".join(explanation_text(found)))
    return exit_code(about)


def _names_region(problem: Problem, code: str) -> bool:
    """Whether a problem stands in a region's file, its country's or the deny-list."""
    files = {f"{_REGIONS}/{name}.toml" for name in (code, code.partition("-")[0], "retired")}
    return problem.path in files


def _check(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ketapub.helpline_report import COVERED, coverage, coverage_rows
    from ketapub.helpline_spelling import check_spelling
    from ketapub.project import load_help

    _, regions, problems = load_help(folder(options))
    problems += check_spelling(regions)
    covered = coverage(regions, today(options))
    if options.json:
        rows = [asdict(row) for row in covered]
        print(dump({"coverage": rows, "problems": as_json(problems)}))
        return exit_code(problems)
    table(("region", *COVERED), coverage_rows(covered))
    print("- no line, ? nobody has said in which languages, + interpreters\n")
    say_problems(problems)
    print("no problem found" if not problems else f"{len(problems)} to look at")
    return exit_code(problems)


def _due(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ketapub.helpline_report import due, due_text
    from ketapub.project import load_help

    _, regions, problems = load_help(folder(options))
    rows = due(regions.regions.values(), today(options))
    if options.json:
        found = [asdict(row) for row in rows]
        for row in found:
            row["newest"] = row["newest"] and row["newest"].isoformat()
        print(dump({"due": found, "problems": as_json(problems)}))
    else:
        print("\n".join(due_text(rows)) or "every line has a date of this year")
        say_problems(problems)
    return exit_code(problems)


def _confirm(options: argparse.Namespace) -> int:
    import difflib

    from ketapub.files import read_text, write_atomic
    from ketapub.helpline_confirm import confirm
    from ketapub.project import load_help

    if options.on > today(options):
        hint = "name the day on which somebody looked at the operator's page or called"
        raise UsageError(Problem("--on", 0, f"{options.on} has not come yet", hint))
    _, regions, _ = load_help(folder(options))
    name = _file_of(options.id, regions)
    path = folder(options) / name
    old = read_text(path, name)
    new = confirm(old, options.id, options.by, options.on, name)
    lines = [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]
    if options.json:
        print(dump({"path": name, "lines": lines, "problems": []}))
    else:
        print("\n".join((name, *lines)) if lines else f"{name} says so already")
    write_atomic(path, new.encode())
    return OK


def _file_of(id: str, regions: Regions) -> str:
    """The one region file that has this helpline."""
    import difflib

    ids = {each.id: region.path for region in regions.regions.values() for each in region.helplines}
    paths = [
        region.path
        for region in regions.regions.values()
        if any(each.id == id for each in region.helplines)
    ]
    if not paths:
        close = difflib.get_close_matches(id, ids, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(close)}?" if close else "see `ketapub helplines due`"
        raise UsageError(Problem(id, 0, "no usable region file has such a helpline", hint))
    if len(paths) > 1:
        hint = "write checked_on and checked_by by hand into the one that was checked"
        raise UsageError(Problem(id, 0, f"it stands in {' and '.join(paths)}", hint))
    return paths[0]
