"""Turn a command line into one call and one report: the only module that prints, logs or exits."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ketapub import __version__
from ketapub.errors import KetapubError, Problem, UsageError, has_errors

if TYPE_CHECKING:
    from ketapub.build import Report
    from ketapub.edition import Edition, Output
    from ketapub.status import Status

EXAMPLE = "example: ketapub --project ~/health build --locale es --region US"
OK, CONTENT, USAGE, MACHINE, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BrokenPipeError:
        _stop_writing()
        return OK
    except KetapubError as error:
        if getattr(options, "json", False):
            print(_dump(_failure(options, error.problems)))
        _say_problems(error.problems)
        return error.exit_code
    except OSError as error:
        where = str(error.filename or options.project)
        hint = "check that it exists, the permissions and the free space"
        _say_problems((Problem(where, 0, error.strerror or str(error), hint),))
        return MACHINE
    except KeyboardInterrupt:
        print("interrupted; what was published before stands unchanged", file=sys.stderr)
        return INTERRUPTED


def entry() -> NoReturn:
    """The console script."""
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


# --- arguments ----------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"ketapub: {message}\n  hint: ketapub {self._command()}--help", file=sys.stderr)
        sys.exit(USAGE)

    def _command(self) -> str:
        words = self.prog.split()[1:]
        return f"{words[-1]} " if words else ""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ketapub",
        description="Publish one article as localized pages and handouts with the right helplines.",
        epilog=EXAMPLE,
    )
    parser.add_argument("--version", action="version", version=f"ketapub {__version__}")
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="DIR", help="project folder (default: here)"
    )
    parser.add_argument(
        "--completion",
        action=_Completion,
        nargs=1,
        choices=("bash", "zsh", "tcsh"),
        help="print shell completion and exit",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str, example: str
    ) -> _Parser:
        command = commands.add_parser(
            name, help=text, description=text, epilog=f"example: {example}"
        )
        command.set_defaults(run=run)
        return command

    add("extract", _extract, "write the templates locale/*.pot", "ketapub extract")
    add("update", _update, "write templates and merge them into all catalogs", "ketapub update")
    check = add("check", _check, "check sources, regions and catalogs", "ketapub check --json")
    status = add(
        "status", _status, "show how far translations are and what is held", "ketapub status"
    )
    build_ = add("build", _build, "build pages and handouts into dist/", EXAMPLE.split(": ")[1])
    _add_build_options(build_)
    verify = add(
        "verify", _verify, "read everything under dist/ back and check it", "ketapub verify"
    )
    for command in (check, status, build_, verify):
        command.add_argument("--json", action="store_true", help="print JSON for a machine")
    for command in (check, status, build_, verify):
        command.add_argument(
            "--date", type=_date, metavar="YYYY-MM-DD", help="the day to build for (default: today)"
        )
    return parser


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
        "--jobs", type=_jobs, default=0, metavar="N", help="processes (default: one a core)"
    )


class _Completion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *values: Any, **_: Any) -> NoReturn:
        import shtab

        print(shtab.complete(parser, values[1][0]))
        parser.exit()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-23") from None


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of processes from 1 up")
    return int(text)


def _today(options: argparse.Namespace) -> date:
    chosen: date | None = options.date
    return chosen or date.today()


# --- commands -----------------------------------------------------------------------------------


def _extract(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.sync import extract

    project = load_project(options.project)
    for written in extract(project):
        print(f"{'written' if written.changed else 'unchanged':<9}  {written.path}")
    _say_problems(project.problems)
    return CONTENT if has_errors(project.problems) else OK


def _update(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.sync import update

    written, problems = update(load_project(options.project))
    catalogs = [each for each in written if each.path.endswith(".po")]
    _table(
        ("catalog", "translated", "fuzzy", "missing", "obsolete", ""),
        [
            (w.path, w.translated, w.fuzzy, w.missing, w.obsolete, "written" if w.changed else "")
            for w in catalogs
        ],
    )
    _say_problems(problems)
    return CONTENT if has_errors(problems) else OK


def _check(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.status import check_all

    found = check_all(load_project(options.project), _today(options))
    if options.json:
        print(_dump(_as_json(found)))
    else:
        _say_problems(found)
        if not found:
            print("no problem found")
    return CONTENT if has_errors(found) else OK


def _status(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.status import make_status

    status = make_status(load_project(options.project), _today(options))
    if options.json:
        print(_dump(_status_json(status)))
    else:
        _say_status(status)
    return CONTENT if has_errors(status.problems) else OK


def _build(options: argparse.Namespace) -> int:
    from ketapub.build import Options, build
    from ketapub.plan import Selection
    from ketapub.project import load_project

    project = load_project(options.project)
    selection = Selection(
        _known(options.locale, {lang.tag for lang in project.publication.languages}, "--locale"),
        _known(options.region, {code for code, _ in project.publication.editions}, "--region"),
        _known(options.article, set(project.articles), "--article"),
        _known(options.format, set(project.publication.formats), "--format"),
        web=not options.print_only,
        paper=not options.web_only,
    )
    with _Progress(options.json) as progress:
        report = build(
            project,
            Options(
                _today(options),
                selection,
                options.previous,
                options.draft,
                options.jobs,
                progress,
            ),
        )
    if options.json:
        manifest = {key: report.manifest[key] for key in ("publication", "complete", "editions")}
        found = _as_json((*report.problems, *report.machine))
        print(_dump(manifest | {"problems": found}))
    else:
        _say_report(report)
    return _exit_code(report, options.strict)


def _exit_code(report: Report, strict: bool) -> int:
    if report.machine:
        return MACHINE
    if has_errors(report.problems) or (strict and (report.refused or any(_waiting(report)))):
        return CONTENT
    return OK


def _waiting(report: Report) -> Iterator[tuple[Edition, Output]]:
    """What is not ready, but for what the options left out and is as it was."""
    for edition in report.editions:
        for output in edition.outputs:
            left_out = output.state == "kept" and output.reasons[0].code == "left-out"
            if output.state not in {"ready", "off"} and not left_out:
                yield edition, output


def _verify(options: argparse.Namespace) -> int:
    from ketapub.audit import Policy, audit
    from ketapub.previous import load_previous
    from ketapub.region import load_regions

    folder: Path = options.project
    dist = folder / "dist"
    if not dist.is_dir():
        raise UsageError(Problem(dist.as_posix(), 0, "nothing is built here", "run ketapub build"))
    regions, found = load_regions(folder / "source" / "regions", folder)
    outputs = (
        o for e in load_previous(dist.as_posix()).editions.values() for o in e.outputs.values()
    )
    kept = frozenset(o.path for o in outputs if o.state == "kept" and o.path)
    problems = (*found, *audit(dist, regions, _today(options), Policy(kept=kept)))
    if options.json:
        print(_dump(_as_json(problems)))
        return CONTENT if has_errors(problems) else OK
    _say_problems(problems)
    pages = sum(1 for _ in dist.rglob("*.html"))
    sheets = sum(1 for _ in dist.rglob("*.pdf"))
    if has_errors(problems):
        print(f"{len(problems)} problems in {pages} pages and {sheets} handouts")
        return CONTENT
    print(f"{pages} pages and {sheets} handouts read back: every number is the right one")
    return OK


def _known(given: Sequence[str], known: set[str], option: str) -> tuple[str, ...]:
    for value in given:
        if value.replace("_", "-") not in known:
            names = ", ".join(sorted(known))
            raise UsageError(
                Problem(f"{option} {value}", 0, "there is none such", f"one of {names}")
            )
    return tuple(value.replace("_", "-") for value in given)


# --- what people see ----------------------------------------------------------------------------


def _say_problems(problems: Sequence[Problem]) -> None:
    colours = {"error": "31", "warning": "33", "note": "36"}
    for problem in problems:
        text = str(problem)
        first, _, rest = text.partition("\n")
        line = _paint(first, colours[problem.severity], sys.stderr)
        print(line + (f"\n{rest}" if rest else ""), file=sys.stderr)


def _paint(text: str, colour: str, stream: Any) -> str:
    plain = os.environ.get("NO_COLOR") or not stream.isatty()
    return text if plain else f"\x1b[{colour}m{text}\x1b[0m"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns that align, numbers to the right; wide characters count as two."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(heads, *cells, strict=True)]
    right = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        parts = []
        for text, width, is_right in zip(row, widths, right, strict=True):
            gap = " " * (width - _width(text))
            parts.append(gap + text if is_right else text + gap)
        return "  ".join(parts).rstrip()

    print(_paint(line(heads), "1", sys.stdout))
    for row in cells:
        print(line(row))


def _width(text: str) -> int:
    import unicodedata

    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _say_status(status: Status) -> None:
    _say_problems(status.problems)
    _table(
        ("locale", "domain", "translated", "fuzzy", "failing", "missing", "review"),
        [
            (r.locale, r.domain, r.translated, r.fuzzy, r.failed, r.missing,
             "reviewed" if r.reviewed else "unreviewed")
            for r in status.rows
        ],
    )  # fmt: skip
    if status.held:
        print()
        _table(
            ("held", "output", "why"),
            [(h.edition, h.output, _why(h.reasons)) for h in status.held],
        )
    for line in status.advice:
        print(f"\nnote: {line}", end="")
    print("" if not status.advice else "\n", end="")


def _why(reasons: Sequence[Problem]) -> str:
    first = str(reasons[0]).split("\n")[0] if reasons else ""
    more = f" (+{len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return first + more


_SHOWN = 12
"""How many of the outputs that wait for one reason are named."""


def _say_report(report: Report) -> None:
    from ketapub.edition import percent

    _say_problems((*report.problems, *report.machine))
    rows = []
    for edition in report.editions:
        states = [f"{o.name} {o.state}" for o in edition.outputs]
        review = "" if edition.reviewed else "unreviewed"
        rows.append((edition.region, edition.language.tag, edition.article.slug,
                     percent(edition.coverage), ", ".join(states), review))  # fmt: skip
    for item in report.refused:
        states = [f"{o.name} {o.state}" for o in item.outputs]
        where = item.address
        rows.append((where.region, where.language.tag, where.slug, "-", ", ".join(states), ""))
    rows.sort(key=lambda row: row[0])
    _table(("region", "language", "article", "words", "outputs", ""), rows)
    print()
    held: dict[Problem, list[str]] = {}
    for edition, output in _waiting(report):
        for reason in output.reasons:
            held.setdefault(reason, []).append(f"{edition.name} {output.name}")
    for reason, names in held.items():
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        print(f"{reason}\n  holds: {', '.join(names[:_SHOWN])}{more}")
    for note in _notes(report):
        print(f"note: {note}")
    files = len(report.manifest["files"])
    print(f"{len(report.editions)} editions, {files} files in dist/, {report.changed} changed, "
          f"{report.printed} handouts printed")  # fmt: skip


def _notes(report: Report) -> Iterator[str]:
    if not report.protected:
        yield (
            "no previous publication was found, so nothing that is live elsewhere could be kept "
            "(name it with --previous)"
        )
    if report.drafts:
        yield f"{report.drafts} files are in .ketapub/draft/, for the eyes of editors only"
    if not report.atomic:
        yield "this file system cannot exchange folders; dist/ was replaced file by file"


def _status_json(status: Status) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "rows": [asdict(row) for row in status.rows],
        "held": [
            {"edition": h.edition, "output": h.output, "reasons": _as_json(h.reasons)}
            for h in status.held
        ],
        "problems": _as_json(status.problems),
        "advice": list(status.advice),
    }


def _failure(options: argparse.Namespace, problems: Sequence[Problem]) -> Any:
    """What a machine reads when a command could not do its work, shaped as when it could."""
    found = _as_json(problems)
    return {"problems": found} if options.run in {_build, _status} else found


def _as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(problem) for problem in problems]


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


class _Progress:
    """One bar on a terminal; silent elsewhere."""

    def __init__(self, quiet: bool) -> None:
        self.shown = not quiet and sys.stderr.isatty()
        self.bar: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self.tell

    def tell(self, done: int, total: int) -> None:
        if not self.shown or total < 2:
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("printing handouts", total=total)
        self.bar.update(self.task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


if __name__ == "__main__":
    entry()
