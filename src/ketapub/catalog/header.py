"""Turn the text of a catalog's header into its lines, and three versions of it into one.

A line is named by what stands before its colon. The names and their meaning are those of the
manual of GNU gettext, "Filling in the Header Entry"; any other line is a tool's own and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ketapub.catalog.part import Part
from ketapub.catalog.po import Entry
from ketapub.catalog.quoting import write_field

SEGMENTATION_FIELD = "X-Ketapub-Segmentation"
"""Names the version of the rules by which the messages of a catalog were cut."""
_DATE_FIELDS = ("PO-Revision-Date", "POT-Creation-Date")
_NEVER = datetime.min.replace(tzinfo=UTC)


def read_lines(msgstr: str) -> dict[str, str]:
    """The lines of a header by name, in order; a second one of a name is named by itself."""
    lines: dict[str, str] = {}
    for line in msgstr.split("\n"):
        if line.strip():
            name = line.partition(":")[0].strip()
            lines[line if name in lines else name] = line
    return lines


def write_lines(lines: Iterable[str]) -> str:
    """The msgstr of a header."""
    return "".join(f"{line}\n" for line in lines)


def read_date(line: str) -> datetime | None:
    """The moment of a line such as `PO-Revision-Date: 2026-05-02 10:00+0200`.

    ISO 8601, which some tools write, is read too; None when it is neither. A moment without a
    time zone is taken for UTC.
    """
    try:
        moment = datetime.fromisoformat(line.partition(":")[2].strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def merge_lines(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[str, ...]:
    """The lines of a header that two branches have changed, in the order of ours.

    Where both changed a line, the later date stands, and with it that side's other fields; of two
    segmentations the older, so that a migration is made once too often rather than not at all.
    """
    later = _revised(theirs) > _revised(ours)
    merged = []
    for name in dict.fromkeys((*ours, *theirs)):
        mine, yours, old = ours.get(name), theirs.get(name), base.get(name)
        if mine == yours or yours == old:
            chosen = mine
        elif mine == old:
            chosen = yours
        elif mine is None or yours is None:
            chosen = mine or yours
        elif name in _DATE_FIELDS:
            chosen = max(mine, yours, key=lambda line: read_date(line) or _NEVER)
        elif name == SEGMENTATION_FIELD:
            chosen = min(mine, yours)
        else:
            chosen = yours if later else mine
        if chosen is not None:
            merged.append(chosen)
    return tuple(merged)


def _revised(lines: Mapping[str, str]) -> datetime:
    return read_date(lines.get("PO-Revision-Date", "")) or _NEVER


def with_lines(entry: Entry, lines: Iterable[str]) -> tuple[Part, ...]:
    """The parts of a header entry with other lines; the same parts when they say the same.

    Comments and flags keep their bytes; new lines end as the entry's own do.
    """
    msgstr = write_lines(lines)
    if msgstr == entry.msgstr[0]:
        return entry.parts
    raw = write_field("msgstr", msgstr)
    if "\r\n" in entry.raw:
        raw = raw.replace("\n", "\r\n")
    return tuple(
        [p._replace(raw=raw, text=msgstr) if p.kind == "msgstr" else p for p in entry.parts]
    )
