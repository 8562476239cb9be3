"""Turn regions into what editors ask about them: why these lines, what is missing, what is due.

Pure functions; whoever calls them prints the lines or writes the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.helpline import Channel, Helpline
from ketapub.helpline_choice import (
    HANDOUT_LINES,
    WITHHELD_CHANNELS,
    Freshness,
    Line,
    choose,
    due_lines,
    newest_date,
    why_not_printed,
)
from ketapub.region import Regions
from ketapub.region_schema import Region
from ketapub.region_values import BadValueError
from ketapub.region_values import text as one_line
from ketapub.toml import Toml, parse_toml

_ANSWERS = {
    "own": "answers in the reader's language",
    "interpreter": "interpreters help",
    "other": "does not answer in the reader's language, as far as is known",
}
_COVERED = ("drugs", "crisis")
_NOBODY_KNOWS = "?"
_NONE = "-"
_SCALAR = r""""(?:[^"\\]|\\.)*"|'[^']*'|[0-9-]+"""
"""A TOML string on one line, or a date."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The lines that one region prints, by kind and by what they answer in."""

    region: str
    kind: str
    languages: tuple[str, ...]
    """Sorted; empty when no line of this kind says what it answers in."""
    lines: int
    interpreters: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A printed line that a person should look at again."""

    region: str
    path: str
    id: str
    freshness: Freshness
    newest: date | None
    """The newest date known of it; None when there is none."""
    doubt: str
    url: str
    source: str


def explain(regions: Regions, code: str, tag: str, today: date) -> tuple[str, ...]:
    """Lines of text that say what an edition prints about help, in which order and why.

    Raises KetapubError where such an edition cannot exist, as `choose` does.
    """
    chain = regions.chain(code)
    page = choose(chain, tag, today, "page")
    sheet = choose(chain, tag, today, "handout")
    of = {line.id: region.code for region in reversed(chain) for line in region.helplines}
    also = "".join(f", also {each.dial}{_bracketed(each.label)}" for each in page.emergency.also)
    on_sheet = {line.helpline.id: line for line in sheet.lines}
    found = [
        f"Help for readers of {tag} in {code} on {today.isoformat()}",
        f"Emergency: {page.emergency.call}{also}",
        "On a page, in this order:"
        if page.lines
        else "No line: the region states that it has none",
    ]
    for place, line in enumerate(page.lines, start=1):
        found.append(f"  {place}. {_told(line, of[line.helpline.id])}")
        found.append(f"     {_ANSWERS[line.answers]}; {_standing(line)}")
    if page.lines:
        found.append(f"On a sheet, which holds {HANDOUT_LINES}:")
    for line in page.lines:
        kept = on_sheet.get(line.helpline.id)
        found.append(f"  {line.helpline.id}: {_numbers(kept) if kept else _why_off_sheet(line)}")
    printed = {line.helpline.id for line in page.lines}
    unprinted = list(_unprinted(chain, printed, today))
    return (*found, *(["Not printed:", *unprinted] if unprinted else ()))


def coverage(regions: Regions, today: date) -> tuple[Coverage, ...]:
    """What every region prints of its own, sorted; a kind without a line has `lines` 0."""
    rows = []
    for code in sorted(regions.regions):
        own = regions.regions[code].helplines
        lines = [each for each in own if not why_not_printed(each, today)]
        for kind in _COVERED:
            same = [each for each in lines if kind in (each.kind, *each.also_kinds)]
            languages = sorted({spoken for each in same for spoken in each.languages})
            interpreters = any(each.interpreters == "yes" for each in same)
            rows.append(Coverage(code, kind, tuple(languages), len(same), interpreters))
    return tuple(rows)


def coverage_table(rows: Sequence[Coverage]) -> tuple[str, ...]:
    """Coverage as lines of text, one a region: `-` no line, `?` unknown languages, `+` interpreters."""
    cells: dict[str, dict[str, str]] = {}
    for row in rows:
        spoken = " ".join(row.languages) or _NOBODY_KNOWS
        text = f"{spoken}{' +' if row.interpreters else ''}" if row.lines else _NONE
        cells.setdefault(row.region, {})[row.kind] = text
    table = [
        ("region", *_COVERED),
        *((code, *(c[k] for k in _COVERED)) for code, c in cells.items()),
    ]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return tuple(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def due(regions: Iterable[Region], today: date) -> tuple[Due, ...]:
    """The printed lines to check again: doubtful ones first, then the oldest, with their source."""
    return tuple(
        Due(
            region.code,
            region.path,
            line.id,
            age,
            newest if (newest := newest_date(line)) > date.min else None,
            line.doubt,
            line.url,
            line.source,
        )
        for region, line, age in due_lines(regions, today)
    )


def due_table(rows: Sequence[Due]) -> tuple[str, ...]:
    """The due lines as text, three lines each: what and how old, the doubt, where to look."""
    found = []
    for row in rows:
        when = row.newest.isoformat() if row.newest else "no date known"
        found.append(f"{row.id}  {row.freshness}  {when}  {row.path}")
        found += [f"  doubt: {row.doubt}"] if row.doubt else []
        found.append(f"  look at: {'; '.join(part for part in (row.url, row.source) if part)}")
    return tuple(found)


def check_spelling(regions: Regions) -> tuple[Problem, ...]:
    """Warnings about numbers that libphonenumber does not accept, and about needless waivers.

    It is a check of spelling, never the truth: it accepts many a dead number. Raises MachineError
    without the package `phonenumbers`.
    """
    problems = []
    for code in sorted(regions.regions):
        region = regions.regions[code]
        for helpline in region.helplines:
            for way in helpline.channels:
                if way.kind in ("voice", "tty"):
                    problems += _check_channel(region, helpline, way)
    return tuple(problems)


def confirm(text: str, id: str, by: str, on: date, path: str = "") -> str:
    """The text of a region file with `checked_on` and `checked_by` of one helpline set.

    Nothing else changes, neither comments nor blanks nor line ends. Raises KetapubError when there
    is no such helpline, or the file cannot be edited by lines.
    """
    try:
        one_line(by)
    except BadValueError as bad:
        raise KetapubError(Problem(path, 0, f"the name {bad.message}", bad.hint)) from None
    toml = parse_toml(text, path)
    index = _index_of(toml, id, path)
    lines = text.splitlines(keepends=True)
    table = toml.values["helpline"][index]
    values = {"checked_by": json.dumps(by, ensure_ascii=False), "checked_on": on.isoformat()}
    for key, value in values.items():  # the later key first: lines above do not move
        at = toml.line("helpline", index, key if key in table else "source_date") - 1
        if key in table:
            pattern = re.compile(rf"(\s*{key}\s*=\s*)(?:{_SCALAR})(\s*(?:#.*)?)")
            lines[at] = _edited(pattern, value, lines[at], path, at)
        else:
            indent = re.match(r"[ \t]*", lines[at])
            end = lines[at][len(lines[at].rstrip("\r\n")) :] or "\n"
            lines[at] = lines[at].rstrip("\r\n") + end
            lines.insert(at + 1, f"{indent[0] if indent else ''}{key} = {value}{end}")
            toml = parse_toml("".join(lines), path)
            table = toml.values["helpline"][index]
    new = "".join(lines)
    _prove(text, new, index, {"checked_on": on, "checked_by": by}, path)
    return new


def _told(line: Line, code: str) -> str:
    kinds = " and ".join((line.helpline.kind, *line.helpline.also_kinds))
    return f"{line.helpline.id} ({code}, {kinds}): {_numbers(line)}"


def _numbers(line: Line) -> str:
    return ", ".join(_way(way) for way in line.channels)


def _way(way: Channel) -> str:
    words = [way.kind, *([f"keyword {way.keyword}"] if way.keyword else ())]
    words += [f"press {way.menu}"] if way.menu else []
    return f"{way.dial or way.url} ({', '.join(words)})"


def _standing(line: Line) -> str:
    as_of = f"as of {line.as_of}" if line.as_of else "no date known"
    late = ", late" if line.late else ""
    return f"grade {line.helpline.grade}, {as_of}{late}"


def _why_off_sheet(line: Line) -> str:
    why = "late, and a better line of its kind remains" if line.late else "no room"
    return f"left off: {why}"


def _unprinted(chain: Sequence[Region], printed: set[str], today: date) -> Iterable[str]:
    """Every other line of the chain with the reason, and channels that are kept back."""
    seen: set[str] = set()
    for region in chain:
        for line in region.helplines:
            if line.id in seen:
                yield f"  {line.id} ({region.code}): a nearer region has this line"
            elif line.id not in printed:
                why = why_not_printed(line, today) or "its numbers stand before"
                yield f"  {line.id} ({region.code}): {why}"
            seen.add(line.id)
            for way in line.channels:
                if line.id in printed and way.kind in WITHHELD_CHANNELS:
                    yield f"  {line.id} ({region.code}): {_way(way)}: no link leads there"


def _bracketed(word: str) -> str:
    return f" ({word})" if word else ""


def _check_channel(region: Region, helpline: Helpline, way: Channel) -> list[Problem]:
    accepts = _is_accepted(way.dial, region.country)
    if accepts == (not way.waiver):
        return []
    if accepts:
        message = f"`waiver` of {helpline.id} is not needed: libphonenumber accepts {way.dial}"
        hint = "take it out"
    else:
        message = f"libphonenumber does not accept {way.dial} of {helpline.id} for {region.country}"
        hint = 'compare it with its source; if it is right, add waiver = "why" to the channel'
    return [Problem(region.path, 0, message, hint, severity="warning", code="spelling")]


def _is_accepted(dial: str, country: str) -> bool:
    phonenumbers = _phonenumbers()
    if not dial.replace(" ", "").replace("-", "").isdecimal():
        return False  # star codes lose their star there
    try:
        number = phonenumbers.parse(dial, country)
    except phonenumbers.NumberParseException:
        return False
    short = phonenumbers.is_valid_short_number_for_region(number, country)
    return bool(phonenumbers.is_valid_number(number) or short)


def _phonenumbers() -> Any:
    """The package, imported only here: nothing that is published needs it."""
    try:
        import phonenumbers
    except ImportError:
        hint = "install it: pip install phonenumbers"
        message = "the package phonenumbers is not installed"
        raise MachineError(Problem("phonenumbers", 0, message, hint)) from None
    return phonenumbers


def _index_of(toml: Toml, id: str, path: str) -> int:
    tables = toml.values.get("helpline", [])
    ids = [each.get("id") for each in tables if isinstance(each, dict)]
    if id not in ids or len(ids) < len(tables):
        hint = f"it has {', '.join(map(str, ids)) or 'none'}"
        raise KetapubError(Problem(path, 0, f"there is no helpline {id} in this file", hint))
    index = ids.index(id)
    if "source_date" not in tables[index]:
        where = toml.line("helpline", index)
        raise KetapubError(Problem(path, where, f"`source_date` of {id} is missing", "add it"))
    return index


def _edited(pattern: re.Pattern[str], value: str, line: str, path: str, at: int) -> str:
    bare = line.rstrip("\r\n")
    match = pattern.fullmatch(bare)
    if match is None:
        raise _by_hand(path, at + 1)
    return f"{match[1]}{value}{match[2]}{line[len(bare) :]}"


def _prove(old: str, new: str, index: int, keys: dict[str, object], path: str) -> None:
    """That the edit did what it should and nothing else, by reading both texts."""
    try:
        after = parse_toml(new, path).values
    except KetapubError:
        raise _by_hand(path, 0) from None
    before = parse_toml(old, path).values
    before["helpline"][index].update(keys)
    if before != after:
        raise _by_hand(path, 0)


def _by_hand(path: str, line: int) -> KetapubError:
    message = "this file is laid out so that it cannot be edited line by line"
    hint = "set checked_on and checked_by by hand"
    return KetapubError(Problem(path, line, message, hint))
