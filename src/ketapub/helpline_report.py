"""Turn regions into what editors ask about them: why these lines, what is missing, what is due.

Pure functions; whoever calls them prints the lines or writes the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ketapub.errors import Problem
from ketapub.helpline import Channel, Grade, Kind
from ketapub.helpline_choice import (
    HANDOUT_LINES,
    SURFACES,
    Answers,
    Freshness,
    Line,
    Surface,
    choose,
    due_lines,
    newest_date,
    why_not_printed,
)
from ketapub.region import Regions
from ketapub.region_schema import Region

_ANSWERS: dict[Answers, str] = {
    "own": "answers in the reader's language",
    "interpreter": "interpreters help",
    "other": "does not answer in the reader's language, as far as is known",
}
COVERED = ("drugs", "crisis")
_NOBODY_KNOWS = "?"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Explained:
    """A line that pages print, and why it stands where it does."""

    id: str
    region: str
    """The region whose file has it."""
    kinds: tuple[Kind, ...]
    ways: tuple[str, ...]
    """Its numbers and addresses in a few words."""
    answers: Answers
    grade: Grade
    as_of: str
    late: bool
    on_sheet: tuple[str, ...]
    """Its numbers on a sheet; empty when it is left off."""


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A line that is not printed."""

    id: str
    region: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer to one reader in one region."""

    locale: str
    region: str
    on: date
    emergency: tuple[str, ...]
    lines: tuple[Explained, ...]
    """In the order of a page."""
    unprinted: tuple[Unprinted, ...]
    private: tuple[tuple[Surface, tuple[str, ...]], ...] = ()
    """(surface, ids) where the publication asks for private treatment providers, too."""


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


def explain(
    regions: Regions,
    code: str,
    tag: str,
    today: date,
    print_treatment: Collection[Surface] = (),
) -> Explanation:
    """What an edition prints about help, in which order and why.

    `print_treatment`: where the publication asks for private treatment providers. Raises KetapubError where such an edition cannot exist, as `choose` does.
    """
    chain = regions.chain(code)
    page = choose(chain, tag, today, "page")
    sheet = choose(chain, tag, today, "handout")
    of = {line.id: region.code for region in reversed(chain) for line in region.helplines}
    on_sheet: dict[str, tuple[str, ...]] = {}
    for line in sheet.all_lines:
        on_sheet[line.helpline.id] = (*on_sheet.get(line.helpline.id, ()), *_ways(line))
    lines = tuple(
        Explained(
            line.helpline.id,
            of[line.helpline.id],
            (line.helpline.kind, *line.helpline.also_kinds),
            _ways(line),
            line.answers,
            line.helpline.grade,
            line.as_of,
            line.late,
            on_sheet.get(line.helpline.id, ()),
        )
        for line in page.lines
    )
    printed = {line.id for line in lines}
    emergency = (
        page.emergency.call,
        *(f"{also.dial}{_bracketed(also.label)}" for also in page.emergency.also),
    )
    private = tuple(
        (
            surface,
            tuple(line.helpline.id for line in helps.lines if line.helpline.id not in printed),
        )
        for surface in SURFACES
        if surface in print_treatment
        for helps in (choose(chain, tag, today, surface, print_treatment),)
    )
    printed |= {id for _, ids in private for id in ids}
    unprinted = tuple(_unprinted(chain, printed, today))
    return Explanation(tag, code, today, emergency, lines, unprinted, private)


def explanation_text(found: Explanation) -> tuple[str, ...]:
    """An explanation as lines of text."""
    rows = [
        f"Help for readers of {found.locale} in {found.region} on {found.on.isoformat()}",
        f"Emergency: {', also '.join(found.emergency)}",
        "On a page, in this order:"
        if found.lines
        else "No line: the region states that it has none",
    ]
    for place, line in enumerate(found.lines, start=1):
        kinds = " and ".join(line.kinds)
        rows.append(f"  {place}. {line.id} ({line.region}, {kinds}): {', '.join(line.ways)}")
        as_of = f"as of {line.as_of}" if line.as_of else "no date known"
        late = ", late" if line.late else ""
        rows.append(f"     {_ANSWERS[line.answers]}; grade {line.grade}, {as_of}{late}")
    if found.lines:
        rows.append(f"On a sheet, which holds {HANDOUT_LINES}:")
    for line in found.lines:
        rows.append(f"  {line.id}: {', '.join(line.on_sheet) or _why_off_sheet(line)}")
    for surface, ids in found.private:
        told = ", ".join(ids) or "none: there is none, or no room"
        rows.append(f"Private providers, after these lines on each {surface}: {told}")
    if found.unprinted:
        rows.append("Not printed:")
    rows += [f"  {line.id} ({line.region}): {line.why}" for line in found.unprinted]
    return tuple(rows)


def coverage(regions: Regions, today: date) -> tuple[Coverage, ...]:
    """What every region prints of its own, sorted; a kind without a line has `lines` 0."""
    rows = []
    for code in sorted(regions.regions):
        own = regions.regions[code].helplines
        lines = [each for each in own if not why_not_printed(each, today)]
        for kind in COVERED:
            same = [each for each in lines if kind in (each.kind, *each.also_kinds)]
            languages = sorted({spoken for each in same for spoken in each.languages})
            interpreters = any(each.interpreters == "yes" for each in same)
            rows.append(Coverage(code, kind, tuple(languages), len(same), interpreters))
    return tuple(rows)


def coverage_rows(found: Sequence[Coverage]) -> tuple[tuple[str, ...], ...]:
    """A table, one row a region: `-` no line, `?` unknown languages, `+` interpreters."""
    cells: dict[str, dict[str, str]] = {}
    for row in found:
        spoken = " ".join(row.languages) or _NOBODY_KNOWS
        text = f"{spoken}{' +' if row.interpreters else ''}" if row.lines else _NONE
        cells.setdefault(row.region, {})[row.kind] = text
    return tuple((code, *(kinds[kind] for kind in COVERED)) for code, kinds in cells.items())


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


def due_warnings(regions: Iterable[Region], today: date) -> tuple[Problem, ...]:
    """What a build says of the lines that it prints: each late one, and how many others are due."""
    rows = due(regions, today)
    late = [row for row in rows if row.freshness == "late"]
    problems = [
        Problem(
            row.path,
            0,
            f"the newest date known of {row.id} is {row.newest}: new sheets leave it off where "
            "another line of its kind remains",
            "open the operator's page or call, then run `ketapub helplines confirm "
            f"{row.id} --by NAME --on DATE`",
            severity="warning",
            code="helpline-late",
        )
        for row in late
    ]
    rest = sum(row.freshness == "due" for row in rows)
    if rest:
        lines = "1 printed line is" if rest == 1 else f"{rest} printed lines are"
        message = f"{lines} older than a year, or of an unknown date"
        hint = "see `ketapub helplines due` for what to look at, oldest first"
        problems.append(
            Problem("source/regions", 0, message, hint, severity="warning", code="helpline-due")
        )
    return tuple(problems)


def due_text(rows: Sequence[Due]) -> tuple[str, ...]:
    """The due lines as text, three lines each: what and how old, the doubt, where to look."""
    found = []
    for row in rows:
        when = row.newest.isoformat() if row.newest else "no date known"
        found.append(f"{row.id}  {row.freshness}  {when}  {row.path}")
        found += [f"  doubt: {row.doubt}"] if row.doubt else []
        found.append(f"  look at: {'; '.join(part for part in (row.url, row.source) if part)}")
    return tuple(found)


def _ways(line: Line) -> tuple[str, ...]:
    return tuple(_way(way) for way in line.channels)


def _way(way: Channel) -> str:
    words = [way.kind, *([f"keyword {way.keyword}"] if way.keyword else ())]
    words += [f"press {way.menu}"] if way.menu else []
    return f"{way.dial or way.url} ({', '.join(words)})"


def _why_off_sheet(line: Explained) -> str:
    why = "late, and a better line of its kind remains" if line.late else "no room"
    return f"left off: {why}"


def _unprinted(
    chain: Sequence[Region], printed: Collection[str], today: date
) -> Iterable[Unprinted]:
    """Every other line of the chain with the reason."""
    seen: set[str] = set()
    for region in chain:
        for line in region.helplines:
            if line.id in seen:
                yield Unprinted(line.id, region.code, "a nearer region has this line")
            elif line.id not in printed:
                why = why_not_printed(line, today) or "its numbers stand before"
                yield Unprinted(line.id, region.code, why)
            seen.add(line.id)


def _bracketed(word: str) -> str:
    return f" ({word})" if word else ""
