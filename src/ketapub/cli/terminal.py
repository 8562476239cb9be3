"""What people and machines see: problems, tables, colour on a terminal only, one progress bar."""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from ketapub.errors import Problem

OK, CONTENT, USAGE, MACHINE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: done; something in the content is wrong; wrong usage; the machine; Ctrl-C."""

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


def exit_code(problems: Sequence[Problem]) -> int:
    """OK, or CONTENT when one of them is an error."""
    from ketapub.errors import has_errors

    return CONTENT if has_errors(problems) else OK


def say_problems(problems: Sequence[Problem]) -> None:
    """Each as `path:line: what is wrong` and its hint, on stderr."""
    for problem in problems:
        text = str(problem)
        first, _, rest = text.partition("\n")
        line = paint(first, _COLOURS[problem.severity], sys.stderr)
        print(line + (f"\n{rest}" if rest else ""), file=sys.stderr)


def paint(text: str, colour: str, stream: Any) -> str:
    """The text in an ANSI colour, on a terminal and without NO_COLOR (no-color.org) only."""
    plain = os.environ.get("NO_COLOR") or not stream.isatty()
    return text if plain else f"\x1b[{colour}m{text}\x1b[0m"


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns that align, numbers to the right; wide characters count as two."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(heads, *cells, strict=True)]
    right = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        parts = []
        for text, wide, is_right in zip(row, widths, right, strict=True):
            gap = " " * (wide - columns(text))
            parts.append(gap + text if is_right else text + gap)
        return "  ".join(parts).rstrip()

    print(paint(line(heads), "1", sys.stdout))
    for row in cells:
        print(line(row))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; combining marks none, wide characters two."""
    import unicodedata

    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def why(reasons: Sequence[Problem]) -> str:
    """The first reason in one line, and how many more there are."""
    first = str(reasons[0]).split("\n")[0] if reasons else ""
    more = f" (+{len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return first + more


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON objects: path, line, message, hint, severity, code."""
    return [problem._asdict() for problem in problems]


def annotation(problem: Problem, folder: str = "") -> str:
    """A problem as a workflow command of GitHub Actions, which shows it beside the line.

    `folder` is where the project lies in the repository. Escaped as the toolkit of GitHub Actions
    does it: percent signs and line ends, and colons and commas too in what stands before `::`.
    """
    level = {"error": "error", "warning": "warning", "note": "notice"}[problem.severity]
    path = f"{folder}/{problem.path}" if folder else problem.path
    told = {"file": path, "line": str(problem.line or 1), "title": problem.code}
    fields = ",".join(f"{name}={_escape(text, ':,')}" for name, text in told.items() if text)
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{level} {fields}::{_escape(text)}"


def _escape(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def dump(value: Any) -> str:
    """Any value as JSON that people can read too."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=1)


_PATIENCE = 1.0
"""Seconds for which nobody needs a bar."""


class Progress:
    """One bar on a terminal, from the second second on; silent elsewhere."""

    def __init__(self, quiet: bool, what: str) -> None:
        self.shown = not quiet and sys.stderr.isatty()
        self.what = what
        self.start = time.monotonic()
        self.bar: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self.tell

    def tell(self, done: int, total: int) -> None:
        if not self.shown or total < 2 or time.monotonic() - self.start < _PATIENCE:
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(self.what, total=total)
        self.bar.update(self.task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
