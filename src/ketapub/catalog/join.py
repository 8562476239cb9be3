"""Turn the pieces of a new catalog into its text: what stood side by side stays as it stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ketapub.catalog.po import Catalog

State = Literal["", "translated", "fuzzy", "missing", "obsolete"]
_LEADING_BLANK_LINES = re.compile(r"(?:[ \t\r\f\v]*\n)+")
_LONE_LINE_FEED = re.compile(r"(?<!\r)\n")


class Piece(NamedTuple):
    """A stretch of the new catalog."""

    raw: str
    origin: int | None
    """Its place among the chunks of the old catalog; None: it had none."""
    state: State = ""
    fresh: bool = False
    """Written anew, with line feeds alone."""


def join(pieces: Sequence[Piece], catalog: Catalog, line_end: str) -> str:
    """The pieces with the tail; blank lines between old neighbours stay, others are made one."""
    written: list[str] = []
    before: int | None = -1
    for piece in pieces:
        raw = piece.raw
        if piece.fresh:
            raw = _LONE_LINE_FEED.sub(line_end, raw)
        if piece.origin is None or before is None or piece.origin != before + 1:
            if written and not written[-1].endswith("\n"):
                written.append(line_end)
            raw = (line_end if written else "") + raw[len(blank_lines(raw)) :]
        written.append(raw)
        before = piece.origin
    moved = before != len(catalog.chunks) - 1
    if moved and catalog.tail and written and not written[-1].endswith("\n"):
        written.append(line_end)
    return "".join(written) + catalog.tail


def blank_lines(raw: str) -> str:
    """The blank lines that a stretch of a catalog begins with."""
    blank = _LEADING_BLANK_LINES.match(raw)
    return blank.group() if blank else ""


def line_end_of(text: str) -> str:
    """How a text ends its first line: "\\n" or "\\r\\n"."""
    return "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
