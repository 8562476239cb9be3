"""The command that publishes: build."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketapub.cli.arguments import BUILD_EXAMPLE, Commands, add_date, add_json, folder, known, today
from ketapub.cli.terminal import (
    CONTENT,
    MACHINE,
    OK,
    Progress,
    as_json,
    dump,
    say_problems,
    table,
)
from ketapub.errors import Problem

if TYPE_CHECKING:
    from ketapub.build import Report
    from ketapub.edition import Edition, Listed, Output
    from ketapub.plan import Refused


def register(commands: Commands) -> None:
    """Add the commands."""
    build = commands.add("build", _build, BUILD_EXAMPLE)
    _add_build_options(build)
    add_json(build, report=True)
    add_date(build)


def _add_build_options(command: argparse.ArgumentParser) -> None:
    for name, what in (
        ("locale", "language tag"),
        ("region", "region code"),
        ("article", "article's slug"),
        ("format", "print format"),
    ):
        command.add_argument(
            f"--{name}", action="append", default=[], metavar=name.upper(),
            help=f"render only this {what} (may be repeated)",
        )  # fmt: skip
    command.add_argument(
        "--paper", choices=("a4", "letter"), default="",
        help="print every handout for this paper (default: by region)",
    )  # fmt: skip
    only = command.add_mutually_exclusive_group()
    only.add_argument("--web-only", action="store_true", help="render no handouts")
    only.add_argument("--print-only", action="store_true", help="render no pages")
    command.add_argument(
        "--draft", action="store_true", help="also render held outputs, into .ketapub/draft/"
    )
    command.add_argument("--strict", action="store_true", help="exit 1 when anything is held")
    command.add_argument(
        "--previous", default="", metavar="DIR|URL", help="what is live (default: dist/)"
    )
    command.add_argument(
        "--cache", default=os.environ.get("KETAPUB_CACHE", ""), metavar="DIR",
        help="where printed sheets are kept, for any number of projects"
        " (default: $KETAPUB_CACHE, or the project's .ketapub/)",
    )  # fmt: skip
    command.add_argument(
        "--jobs", type=_jobs, default=0, metavar="N", help="processes (default: one a core)"
    )
    command.add_argument(
        "--dry-run", action="store_true", help="only say what would be done; write nothing"
    )
    command.add_argument(
        "--allow-removals", action="store_true",
        help="let what is published and no longer asked for disappear",
    )  # fmt: skip
    command.add_argument(
        "--on", default="", metavar="ADDRESS",
        help="print on the workers of a Dask scheduler, such as tcp://10.0.0.1:8786",
    )  # fmt: skip


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of processes from 1 up")
    return int(text)


def _build(options: argparse.Namespace) -> int:
    from ketapub.current import build_key, write_note

    root = folder(options)
    key = build_key(root, [f"{name}={value}" for name, value in sorted(_told(options).items())])
    before = None if options.previous else _noted(root, key)  # what is live may change
    if before:
        return _say_again(before, options)
    report = _run(options)
    told = _as_told(report)
    if options.json:
        manifest = _manifest(report)
        paths = {"changed": report.altered, "removed": report.removed}
        if report.foreseen is not None:
            paths["to_print"] = report.foreseen
        print(dump(manifest | paths | {"problems": told["problems"]}))
    else:
        _say_report(report)
    # what the machine lacks may be there the next time
    if not report.machine and not options.dry_run:
        write_note(root, key, report.files, told)
    return _exit_code(told, options.strict)


def _noted(root: Path, key: str) -> dict[str, Any] | None:
    """What a build told of which all that it made still stands, and was made from the same."""
    from ketapub.current import is_current, read_note

    note = read_note(root)
    return note.report if note and is_current(root, note, key) else None


_MANIFEST = ("publication", "complete", "editions")


def _manifest(report: Report) -> dict[str, object]:
    """What `manifest.json` tells of this build, by these names."""
    from ketapub.manifest import is_complete, manifest_edition

    every: tuple[Listed, ...] = (*report.editions, *report.refused)
    editions = [manifest_edition(each, report.files) for each in every]
    return dict(zip(_MANIFEST, (report.publication, is_complete(every), editions), strict=True))


def _told(options: argparse.Namespace) -> dict[str, object]:
    """What of the command line decides what is built."""
    silent = {"run", "failure", "json", "jobs", "cache", "strict", "project", "on", "dry_run"}
    found = {name: value for name, value in vars(options).items() if name not in silent}
    return found | {"date": today(options)}


def _run(options: argparse.Namespace) -> Report:
    from ketapub.build import Options, build
    from ketapub.plan import Selection
    from ketapub.project import load_project

    project = load_project(folder(options))
    selection = Selection(
        known(options.locale, {lang.tag for lang in project.publication.languages}, "--locale"),
        known(options.region, {code for code, _ in project.publication.editions}, "--region"),
        known(options.article, set(project.articles), "--article"),
        known(options.format, set(project.publication.formats), "--format"),
        web=not options.print_only,
        paper=not options.web_only,
    )
    with Progress(options.json, "printing handouts") as progress:
        how = Options(
            today(options),
            selection,
            options.previous,
            options.draft,
            options.jobs,
            progress,
            options.paper,
            Path(options.cache).expanduser() if options.cache else None,
            options.on,
            options.allow_removals,
            options.dry_run,
        )
        return build(project, how)


def _as_told(report: Report) -> dict[str, Any]:
    """A report as a build with nothing to do tells it again."""
    return {
        "problems": as_json((*report.problems, *report.machine)),
        "machine": bool(report.machine),
        "waiting": bool(report.refused) or any(True for _ in _waiting(report)),
        "lines": list(_lines(report)),
        "counts": [len(report.editions), len(report.files) - 1],
    }


def _say_again(told: dict[str, Any], options: argparse.Namespace) -> int:
    if options.json:
        path = folder(options) / "dist" / "manifest.json"
        manifest = json.loads(path.read_bytes())
        found = {name: manifest[name] for name in _MANIFEST}
        paths: dict[str, Any] = {"changed": [], "removed": []}
        print(dump(found | paths | {"problems": told["problems"]}))
    else:
        say_problems([Problem(**problem) for problem in told["problems"]])
        for line in told["lines"]:
            print(line)
        editions, files = told["counts"]
        print(f"nothing to do: {editions} editions, {files} files in dist/ are current")
    return _exit_code(told, options.strict)


def _exit_code(told: dict[str, Any], strict: bool) -> int:
    if told["machine"]:
        return MACHINE
    is_wrong = any(problem["severity"] == "error" for problem in told["problems"])
    return CONTENT if is_wrong or (strict and told["waiting"]) else OK


def _waiting(report: Report) -> Iterator[tuple[Edition, Output]]:
    """What is not ready, but for what the options left out and is as it was."""
    for edition in report.editions:
        for output in edition.outputs:
            if _waits(output):
                yield edition, output


def _waits(output: Output) -> bool:
    left_out = output.state == "kept" and output.reasons[0].code == "left-out"
    return output.state not in {"ready", "off"} and not left_out


_SHOWN = 12
"""How many of the outputs that wait for one reason are named."""
_ROWS = 100
"""How many editions are listed; of more, those that wait come first."""


def _say_report(report: Report) -> None:
    from ketapub.edition import Edition, percent

    say_problems((*report.problems, *report.machine))
    listed: list[Edition | Refused] = sorted(
        (*report.editions, *report.refused), key=lambda each: each.address.region
    )
    if len(listed) > _ROWS:
        listed.sort(key=lambda each: not any(map(_waits, each.outputs)))
    rows = []
    for each in listed[:_ROWS]:
        is_made = isinstance(each, Edition)
        words = percent(each.coverage) if is_made else "-"
        review = "unreviewed" if is_made and not each.reviewed else ""
        where = each.address
        rows.append(
            (where.region, where.language.tag, where.slug, words, _states(each.outputs), review)
        )
    table(("region", "language", "article", "words", "outputs", ""), rows)
    if more := len(listed) - len(rows):
        print(f"and {more} more: --json tells of all")
    print()
    for line in (*_lines(report), *_notes(report)):
        print(line)
    files = len(report.files) - 1  # the manifest tells of all others
    if report.foreseen is not None:
        _say_foreseen(report, report.foreseen)
        return
    print(f"{len(report.editions)} editions, {files} files in dist/, {report.changed} changed, "
          f"{report.printed} handouts printed")  # fmt: skip


def _states(outputs: Sequence[Output]) -> str:
    """`page ready, handout held`; of more than two in one state their number: `7 ready, card held`."""
    names: dict[str, list[str]] = {}
    for output in outputs:
        names.setdefault(output.state, []).append(output.name)
    if len(names) == 1 and len(outputs) > 2:
        return f"all {len(outputs)} {outputs[0].state}"
    return ", ".join(
        f"{len(own)} {state}" if len(own) > 2 else ", ".join(f"{name} {state}" for name in own)
        for state, own in names.items()
    )


def _say_foreseen(report: Report, printed: Sequence[str]) -> None:
    """One line a file that would not stay as it is, and how many of each kind."""
    kinds = {"print": printed, "write": report.altered, "remove": report.removed}
    for kind, paths in kinds.items():
        for path in paths:
            print(f"would {kind} {path}")
    counts = ", ".join(f"{kind} {len(paths)}" for kind, paths in kinds.items())
    print(f"nothing was written; a build would: {counts}")


def _lines(report: Report) -> Iterator[str]:
    """What waits, and for which reason."""
    held: dict[Problem, dict[str, list[str]]] = {}
    for edition, output in _waiting(report):
        for reason in output.reasons:
            held.setdefault(reason, {}).setdefault(edition.name, []).append(output.name)
    for reason, outputs in held.items():
        yield f"{reason}\n  holds: {'; '.join(_alike(outputs))}"


def _alike(outputs: dict[str, list[str]]) -> Iterator[str]:
    """Editions of which the same outputs wait, in one breath each: names (outputs)."""
    editions: dict[str, list[str]] = {}
    for edition, names in outputs.items():
        editions.setdefault(", ".join(names), []).append(edition)
    for printed, alike in editions.items():
        more = f" and {len(alike) - _SHOWN} more" if len(alike) > _SHOWN else ""
        yield f"{', '.join(alike[:_SHOWN])}{more} ({printed})"


def _notes(report: Report) -> Iterator[str]:
    if not report.protected:
        yield (
            "note: no previous publication was found, so nothing that is live elsewhere could be kept "
            "(name it with --previous)"
        )
    for recall in report.recalls:
        path = recall.values["path"]
        yield f"note: send the recall notice dist/{path}: {len(recall.marks)} versions are bad"
    if report.drafts:
        yield f"note: {report.drafts} files are in .ketapub/draft/, for the eyes of editors only"
    if not report.atomic:
        yield "note: this file system cannot exchange folders; dist/ was replaced file by file"
