"""Turn `source/regions/*.toml` into the regions of a publication: chains, names, messages.

What a helpline is stands in `helpline.py`, its words in `helpline_text.py`, how a file is read in
`region_schema.py`, and what is printed in `helpline_choice.py`; import their names from here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ketapub import language
from ketapub.errors import KetapubError, Problem
from ketapub.files import read_text
from ketapub.helpline import (
    COST_WORDS,
    EMERGENCY_LABEL_WORDS,
    HOURS_WORDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    Also,
    Channel,
    Emergency,
    Helpline,
    Price,
    Span,
    digits,
    name_in,
    sms_uri,
    tel_uri,
)
from ketapub.helpline_choice import (
    DUE_DAYS,
    HANDOUT_LINES,
    LATE_DAYS,
    SURFACES,
    Help,
    Line,
    Surface,
    choose,
    due_lines,
    freshness,
    is_kept_on_record,
    why_not_printed,
)
from ketapub.helpline_messages import messages_of, words_of_help
from ketapub.helpline_text import (
    channel_hours_text,
    cost_text,
    hours_text,
    kind_text,
    languages_text,
)
from ketapub.message import Message
from ketapub.region_schema import (
    Directory,
    Region,
    Retired,
    read_directory,
    read_region,
    read_retired,
)
from ketapub.region_values import is_region_code
from ketapub.toml import Toml, parse_toml

__all__ = [
    "COST_WORDS",
    "DUE_DAYS",
    "EMERGENCY_LABEL_WORDS",
    "HANDOUT_LINES",
    "HOURS_WORDS",
    "KIND_WORDS",
    "LANGUAGE_WORDS",
    "LATE_DAYS",
    "SURFACES",
    "Also",
    "Channel",
    "Directory",
    "Emergency",
    "Help",
    "Helpline",
    "Line",
    "Price",
    "Region",
    "Regions",
    "Retired",
    "Span",
    "Surface",
    "channel_hours_text",
    "choose",
    "cost_text",
    "digits",
    "display_name",
    "due_lines",
    "freshness",
    "helpline_messages",
    "hours_text",
    "kind_text",
    "languages_text",
    "load_regions",
    "numbers_of",
    "sms_uri",
    "tel_uri",
    "why_not_printed",
    "words_of_help",
]

_DENY_LIST = "retired"
_DIRECTORY = "directory"


@dataclass(frozen=True, slots=True)
class Regions:
    """All regions of a publication, and the numbers that must never be printed again."""

    regions: Mapping[str, Region]
    retired: tuple[Retired, ...] = ()
    directory: Directory | None = None
    """For where there is no line to print; None: nothing is named."""

    def chain(self, code: str) -> tuple[Region, ...]:
        """A region and the country around it, nearest first, without any deny-listed number.

        Raises KetapubError when the region, or its country, has no usable file.
        """
        codes = dict.fromkeys((code, code.partition("-")[0]))
        for each in codes:
            if each not in self.regions:
                path = f"source/regions/{each}.toml"
                message = f"there is no usable region file for {each}"
                hint = "write this file, or mend what is reported about it, or leave the region out"
                raise KetapubError(Problem(path, 0, message, hint, code="region"))
        return tuple(self._without_retired(self.regions[each], code) for each in codes)

    def retired_as(self, code: str, dial: str) -> Retired | None:
        """The deny-list's entry for a number, if it has one for this region or its country."""
        places = (code, code.partition("-")[0])
        number = digits(dial)
        same = (entry for entry in self.retired if digits(entry.dial) == number)
        return next((entry for entry in same if entry.region in places), None)

    def _without_retired(self, region: Region, code: str) -> Region:
        helplines = tuple(
            replace(helpline, channels=kept)
            for helpline in region.helplines
            if (kept := tuple(c for c in helpline.channels if not self.retired_as(code, c.dial)))
        )
        emergency = region.emergency
        if emergency and self.retired_as(code, emergency.call):
            emergency = None
        if emergency:
            kept_also = tuple(a for a in emergency.also if not self.retired_as(code, a.dial))
            emergency = replace(emergency, also=kept_also)
        known = self.directory
        directory = known.url if known and known.grade in ("A", "B") else ""
        return replace(region, helplines=helplines, emergency=emergency, directory=directory)


def load_regions(folder: Path, base: Path) -> tuple[Regions, tuple[Problem, ...]]:
    """Read a folder of region files; `base` is the project folder, which messages leave out.

    A file with problems gives its problems and no region; the others stand.
    """
    if not folder.is_dir():
        hint = "make it, with one file for each region, such as US.toml"
        name = _relative(folder, base)
        return Regions({}), (Problem(name, 0, "there is no such folder", hint, code="region"),)
    problems: list[Problem] = []
    regions: dict[str, Region] = {}
    tomls: dict[str, Toml] = {}
    retired: tuple[Retired, ...] = ()
    directory: Directory | None = None
    for path in sorted(folder.glob("*.toml")):
        name = _relative(path, base)
        try:
            toml = parse_toml(read_text(path, name), name)
        except KetapubError as error:
            problems += error.problems
            continue
        if path.stem == _DENY_LIST:
            retired, found = read_retired(toml, name)
        elif path.stem == _DIRECTORY:
            directory, found = read_directory(toml, name)
        elif is_region_code(path.stem):
            region, found = read_region(toml, path.stem, name)
            if region:
                regions[path.stem], tomls[path.stem] = region, toml
        else:
            hint = "name the file after an ISO 3166 code, in capitals: US.toml or CA-ON.toml"
            found = [Problem(name, 0, f"“{path.stem}” is not a region", hint, code="region")]
        problems += found
    loaded = Regions(regions, retired, directory)
    return loaded, tuple(sorted([*problems, *_contradictions(loaded, tomls)]))


def numbers_of(regions: Regions) -> frozenset[str]:
    """The digits of every number of every region, printed or not, and of the deny-list."""
    dials = [dial for entry in regions.retired for dial in (entry.dial, entry.replaced_by)]
    for region in regions.regions.values():
        if region.emergency:
            dials += [region.emergency.call, *(also.dial for also in region.emergency.also)]
        dials += [way.dial for helpline in region.helplines for way in helpline.channels]
        dials += [old for helpline in region.helplines for old in helpline.replaces]
    return frozenset(digits(dial) for dial in dials if dial)


def display_name(chain: tuple[Region, ...], tag: str) -> tuple[tuple[str, str], ...]:
    """The names to print for a region, nearest first, each with the language that it is in.

    CLDR names countries in the reader's language; a part of a country has its own table of names
    and falls back on the first of them: `(("Québec", "fr"), ("Canada", "es"))`.
    """
    region = chain[0]
    country = (language.territory_name(region.country, tag), tag)
    return (name_in(region.names, tag), country) if region.names else (country,)


def helpline_messages(
    regions: Regions, codes: Collection[str] | None = None, *, has_treatment: bool = False
) -> tuple[Message, ...]:
    """What the domain `helplines` gives to translators; see `helpline_messages.messages_of`."""
    return messages_of(regions.regions, codes, has_treatment=has_treatment)


def _contradictions(regions: Regions, tomls: Mapping[str, Toml]) -> list[Problem]:
    """Numbers that are deny-listed or replaced, and `no_line` beside a line that is printed."""
    problems = []
    for code, region in regions.regions.items():
        line_of = tomls[code].line
        for index, helpline in enumerate(region.helplines):
            for place, way in enumerate(helpline.channels):
                entry = regions.retired_as(code, way.dial)
                if entry and not helpline.retired:
                    message = f"`dial` {way.dial} of {helpline.id} is retired: {entry.reason}"
                    instead = f"use {entry.replaced_by}" if entry.replaced_by else "take it out"
                    hint = f"{instead}, or take it off {_DENY_LIST}.toml if that is wrong"
                    line = line_of("helpline", index, "channel", place, "dial")
                    problems.append(Problem(region.path, line, message, hint, code="retired"))
            for place, old in enumerate(helpline.replaces):
                if other := _still_printed(region, old):
                    message = f"`replaces` of {helpline.id} names {old}, which {other} still prints"
                    hint = f"retire {other}, or take the number out of `replaces`"
                    line = line_of("helpline", index, "replaces", place)
                    problems.append(Problem(region.path, line, message, hint, code="region"))
            if region.no_line and _has_no_end(helpline):
                message = f"`no_line` is true, but {helpline.id} is printed"
                hint = "take `no_line` out"
                line = line_of("no_line")
                problems.append(Problem(region.path, line, message, hint, code="region"))
    return problems


def _still_printed(region: Region, dial: str) -> str:
    """The id of a line that prints a number without an end; empty when none does."""
    number = digits(dial)
    for helpline in region.helplines:
        numbers = {digits(way.dial) for way in helpline.channels}
        if _has_no_end(helpline) and number in numbers:
            return helpline.id
    return ""


def _has_no_end(helpline: Helpline) -> bool:
    """Whether it is printed, and no day is known on which that ends."""
    return not (helpline.retired or helpline.valid_until or is_kept_on_record(helpline))


def _relative(path: Path, base: Path) -> str:
    return (path.relative_to(base) if path.is_relative_to(base) else path).as_posix()
