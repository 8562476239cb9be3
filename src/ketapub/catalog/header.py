"""Turn the text of a catalog's header into its lines, three versions into one, bad ones into good.

A line is named by what stands before its colon. The names and their meaning are those of the
manual of GNU gettext, "Filling in the Header Entry"; any other line is a tool's own and stays.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from ketapub.catalog.part import Part
from ketapub.catalog.po import Entry
from ketapub.catalog.quoting import write_field
from ketapub.catalog.template import SEGMENTATION_FIELD, header_fields


class PluralLanguage(Protocol):
    """What a catalog has to know about its language (`ketapub.language.Language` does)."""

    @property
    def locale(self) -> str:
        """gettext's spelling of the tag: `zh_Hans`."""

    @property
    def plural_forms(self) -> str:
        """Value of the header field Plural-Forms."""

    @property
    def nplurals(self) -> int:
        """How many plural forms there are."""


_DATE_FIELDS = ("PO-Revision-Date", "POT-Creation-Date")
_NEEDED = ("Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
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


_GETTEXT_DATE = re.compile(r"[^:]+: \d{4}-\d\d-\d\d \d\d:\d\d[+-]\d{4}\Z", re.ASCII)
_CHARSET = re.compile(r"charset=(?!utf-?8\b)[^\s;]*", re.IGNORECASE)
_PLURAL = re.compile(r"\s*nplurals\s*=\s*(\d{1,2})\s*;\s*plural\s*=([^;]+);?\s*\Z", re.ASCII)


def is_foreign(told: str, locale: str) -> bool:
    """Whether the Language of a header, where it tells one, is another than the folder's."""
    return bool(told) and _base(told) != _base(locale)


def _base(tag: str) -> str:
    return re.split("[-_@.]", tag.strip())[0].lower()


def mend_lines(
    lines: Mapping[str, str], language: PluralLanguage, foreign: bool = False
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The lines of a header as tools expect them, and a sentence on each fault of the old ones.

    `foreign`: the header is that of another language, whose plural forms are left alone.
    """
    mended, notes = dict(lines), []
    for name in _DATE_FIELDS:
        moment = read_date(lines.get(name, ""))
        if moment and not _GETTEXT_DATE.match(lines[name]):
            mended[name] = f"{name}: {moment:%Y-%m-%d %H:%M%z}"
            notes.append(f"{name} is not in gettext's form (2026-05-02 10:00+0200)")
    kind = lines.get("Content-Type", "")
    if kind and _CHARSET.search(kind):
        mended["Content-Type"] = _CHARSET.sub("charset=UTF-8", kind)
        notes.append("the header says another charset than UTF-8, as which the file is read")
    told = lines.get("Plural-Forms", "").partition(":")[2]
    if told and not foreign and not is_plural_rule(told, language.nplurals):
        mended["Plural-Forms"] = f"Plural-Forms: {language.plural_forms}"
        notes.append(
            f"Plural-Forms are not those of {language.locale}, which are {language.plural_forms}"
        )
    for name, line in header_fields("", language.locale, language.plural_forms).items():
        needed = name in _NEEDED and not (foreign and name == "Plural-Forms")
        if needed and not mended.get(name, "").partition(":")[2].strip():
            mended[name] = line
            notes.append(f"the header field {name} is missing")
    return mended, tuple(notes)


def is_plural_rule(value: str, nplurals: int) -> bool:
    """Whether a Plural-Forms value can be read and tells one of `nplurals` forms for each number.

    That it tells the right one is the translators' affair: teams count differently.
    """
    found = _PLURAL.match(value)
    if found is None or int(found.group(1)) != nplurals:
        return False
    try:
        rule = gettext.c2py(found.group(2))
        return all(0 <= rule(number) < nplurals for number in range(201))
    except (ValueError, ZeroDivisionError, RecursionError):
        return False
