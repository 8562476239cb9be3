"""Turn the TOML of one region file into a `Region`, or into every problem found in it.

The tables at the end are the schema. A wrong value does not stop the walk, so that an editor sees
all of a file's problems at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ketapub import language
from ketapub import region_values as read
from ketapub.errors import Problem
from ketapub.helpline import (
    Channel,
    ChannelKind,
    Confidentiality,
    Emergency,
    Grade,
    Helpline,
    Hours,
    Interpreters,
    Kind,
    Operator,
    Paper,
    Purpose,
    Reach,
    Substance,
    TextCost,
    digits,
)
from ketapub.region_values import REQUIRED, BadValueError, Field, Fields
from ketapub.toml import Toml

_At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """One country or part of a country, as its file describes it."""

    code: str
    """ISO 3166-1 (`US`) or 3166-2 (`CA-ON`)."""
    path: str
    names: tuple[tuple[str, str], ...]
    """(language tag, name) of a part of a country; a country's names come from CLDR."""
    working_languages: tuple[str, ...]
    """The first is the one that staff work in."""
    paper: Paper
    no_line: bool
    """States that no printable line exists here."""
    emergency: Emergency | None
    helplines: tuple[Helpline, ...]
    directory: str = ""
    """Address of the international directory of helplines, which stands beside all regions."""

    @property
    def country(self) -> str:
        """ISO 3166-1 code: `CA` for `CA-ON`."""
        return self.code.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Retired:
    """A number that must never be printed again, in a region and all its parts."""

    region: str
    dial: str
    reason: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """Where people look for a helpline who are in a region that states `no_line`."""

    url: str
    source: str
    source_date: str
    grade: Grade


def read_region(toml: Toml, code: str, path: str) -> tuple[Region | None, list[Problem]]:
    """One parsed file into its region; None, and every problem, when anything is wrong with it."""
    reader = _Reader(toml, path)
    values = reader.table(toml.values, (), REGION, elsewhere=("emergency", "helpline"))
    helplines = reader.items("helpline", toml.values, (), reader.helpline)
    emergency = reader.emergency(is_needed="-" not in code)
    reader.check_name("-" in code)
    reader.check_helplines(helplines, code.partition("-")[0])
    if reader.problems or values is None:
        return None, reader.problems
    return Region(code, path, emergency=emergency, helplines=tuple(helplines), **values), []


def read_retired(toml: Toml, path: str) -> tuple[tuple[Retired, ...], list[Problem]]:
    """The deny-list of numbers; an entry with a problem is left out, the others stand."""
    reader = _Reader(toml, path)
    reader.table(toml.values, (), {}, elsewhere=("retired",))

    def entry(table: Any, at: _At) -> Retired | None:
        values = reader.table(table, at, RETIRED)
        return None if values is None else Retired(**values)

    return tuple(reader.items("retired", toml.values, (), entry)), reader.problems


def read_directory(toml: Toml, path: str) -> tuple[Directory | None, list[Problem]]:
    """The file of the international directory; None, and every problem, when one is wrong."""
    reader = _Reader(toml, path)
    values = reader.table(toml.values, (), DIRECTORY)
    return None if values is None else Directory(**values), reader.problems


class _Reader:
    """Walks one file, gathering its problems."""

    def __init__(self, toml: Toml, path: str) -> None:
        self.toml = toml
        self.path = path
        self.problems: list[Problem] = []

    def bad(self, at: _At, message: str, hint: str) -> None:
        """Note a problem on the line of a value, or of the nearest table around it."""
        line = self.toml.line(*at)
        self.problems.append(Problem(self.path, line, message, hint, code="region"))

    def table(
        self, table: Any, at: _At, fields: Fields, elsewhere: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """A table's values by attribute; None when one of them is wrong.

        The keys `elsewhere` are known and read by another function.
        """
        if not isinstance(table, dict):
            self.bad(at, f"{_called(at)} is not a table", "write names and values")
            return None
        before = len(self.problems)
        of = f" of {table['id']}" if isinstance(table.get("id"), str) else ""
        for key in table:
            if key not in fields and key not in elsewhere:
                self._unknown((*at, key), of, [*fields, *elsewhere])
        values: dict[str, Any] = {}
        for key, field in fields.items():
            name = field.name or key
            if key not in table:
                values[name] = field.default
                if field.default is REQUIRED:
                    self.bad(at, f"`{key}`{of} is missing", f"add {key} = ...")
                continue
            try:
                values[name] = field.read(table[key])
            except BadValueError as bad:
                self.bad((*at, key, *bad.at), f"`{key}`{of} {bad.message}", bad.hint)
        return values if len(self.problems) == before else None

    def _unknown(self, at: _At, of: str, known: list[str]) -> None:
        close = difflib.get_close_matches(str(at[-1]), known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"use {read.listed(known)}"
        self.bad(at, f"`{at[-1]}`{of} is not known here", hint)

    def items(
        self, key: str, table: dict[str, Any], at: _At, item: Callable[[Any, _At], Any]
    ) -> list[Any]:
        """The list of tables under a key, without those that have problems."""
        tables = table.get(key, [])
        if not isinstance(tables, list):
            self.bad((*at, key), f"`{key}` is not a list", f"write [[{key}]], in two brackets")
            return []
        found = [item(each, (*at, key, index)) for index, each in enumerate(tables)]
        return [each for each in found if each is not None]

    def emergency(self, is_needed: bool) -> Emergency | None:
        """The emergency numbers; a part of a country may leave them to its country."""
        table = self.toml.values.get("emergency")
        if table is None:
            if is_needed:
                hint = 'add it, with call = "..." for a number that brings an ambulance'
                self.bad((), "`[emergency]` is missing", hint)
            return None
        values = self.table(table, ("emergency",), EMERGENCY)
        return None if values is None else Emergency(**values)

    def helpline(self, table: Any, at: _At) -> Helpline | None:
        before = len(self.problems)
        values = self.table(table, at, HELPLINE, elsewhere=("channel",))
        channels: list[Channel] = []
        if isinstance(table, dict):
            channels = self.items("channel", table, at, self.channel)
        if values is None or len(self.problems) > before:
            return None
        found = Helpline(channels=tuple(channels), **values)
        for key, message, hint in _contradictions(found):
            self.bad((*at, key), f"`{key}` of {found.id} {message}", hint)
        return found

    def channel(self, table: Any, at: _At) -> Channel | None:
        values = self.table(table, at, CHANNEL)
        if values is None:
            return None
        found = Channel(**values)
        wanted, unwanted = ("url", "dial") if found.kind in _BY_ADDRESS else ("dial", "url")
        if found.kind == "video" and found.dial:
            wanted, unwanted = "dial", "url"
        if not getattr(found, wanted):
            self.bad(at, f"`{wanted}` of this {found.kind} channel is missing", f"add {wanted}")
        if getattr(found, unwanted):
            message = f"`{unwanted}` is not for a {found.kind} channel"
            self.bad((*at, unwanted), message, f"take it out and use {wanted}")
        for key, kind in (
            ("keyword", "text"),
            ("cost", "text"),
            ("callback", "text"),
            ("menu", "voice"),
        ):
            if key in table and found.kind != kind:
                message = f"`{key}` is not for a {found.kind} channel"
                self.bad((*at, key), message, f'take it out, or write kind = "{kind}"')
        if "hours" in table and found.kind == "voice":
            hint = "take it out: a number to call has the hours of its [[helpline]]"
            self.bad((*at, "hours"), "`hours` is not for a voice channel", hint)
        return found

    def check_name(self, is_part: bool) -> None:
        """Only a part of a country has a name of its own."""
        if is_part and "name" not in self.toml.values:
            self.bad((), "`name` is missing", 'a part of a country needs name.en = "..."')
        if not is_part and "name" in self.toml.values:
            self.bad(("name",), "`name` is not for a country", "take it out: CLDR knows it")

    def check_helplines(self, helplines: list[Helpline], country: str) -> None:
        """Every id once, every time zone in the country."""
        ids = [
            table.get("id") if isinstance(table, dict) else None
            for table in (self.toml.values["helpline"] if helplines else [])
        ]
        seen: set[str] = set()
        for helpline in helplines:
            same = [index for index, each in enumerate(ids) if each == helpline.id]
            if helpline.id in seen:
                at = ("helpline", same[-1], "id")
                self.bad(at, f"`id` {helpline.id} stands twice", "give each line its own id")
            seen.add(helpline.id)
            zone = helpline.timezone
            if zone and language.time_zone_country(zone) != country:
                message = f"`timezone` of {helpline.id} is {zone}, which is not in {country}"
                hint = "name a time zone of this country"
                self.bad(("helpline", same[0], "timezone"), message, hint)


def _called(at: _At) -> str:
    """What a message calls a table: by its key, or by its place in a list."""
    return f"`{at[-1]}`" if isinstance(at[-1], str) else f"item {at[-1] + 1} of `{at[-2]}`"


def _all_hours(line: Helpline) -> list[Hours]:
    return [line.hours, *(way.hours for way in line.channels)]


def _contradictions(line: Helpline) -> list[tuple[str, str, str]]:
    """(key, what is wrong, remedy) where two values of a helpline do not go together."""
    found = []
    if not line.channels:
        found.append(("channel", "is missing", "add a [[helpline.channel]] with its number"))
    if line.exceptions and line.hours == "unknown":
        found.append(("exceptions", "stand without hours", "add hours, or take them out"))
    if not line.timezone and any(isinstance(hours, tuple) for hours in _all_hours(line)):
        hint = 'add timezone = "Europe/London" or the like'
        found.append(("hours", "does not say by which clock", hint))
    if bool(line.checked_on) != bool(line.checked_by):
        key = "checked_on" if line.checked_on else "checked_by"
        found.append((key, "stands alone", "a check needs both checked_on and checked_by"))
    if line.retired and not line.reason:
        found.append(("retired", "has no reason", 'add reason = "..."'))
    if line.kind in line.also_kinds:
        found.append(("also_kinds", "repeats `kind`", "name the other kind only"))
    if line.on_bill and line.cost == "free":
        found.append(("on_bill", "does not go with a free call", "take one of the two out"))
    if line.valid_from and line.valid_until and line.valid_from > line.valid_until:
        found.append(("valid_until", "is before valid_from", "exchange or mend the two days"))
    if {digits(way.dial) for way in line.channels if way.dial} & set(map(digits, line.replaces)):
        found.append(("replaces", "names a number of this line", "keep the number in one place"))
    if len({way.menu for way in line.channels if way.kind == "voice"}) > 1:
        hint = "give the number with another menu step a [[helpline]] of its own"
        found.append(("channel", "has numbers with and without a menu step", hint))
    ways = [(way.kind, way.dial, way.keyword, way.url) for way in line.channels]
    if len(set(ways)) < len(ways):
        found.append(("channel", "stands twice", "keep one of the equal channels"))
    return found


_BY_ADDRESS = frozenset({"chat", "web", "video"})
"""Channels that have an address and no number; a video call may have either."""
_SOURCE = {
    "source": Field(read.text, help="Where this is known from: pages, lists"),
    "source_date": Field(read.source_date, help="What the source says of its own date, or unknown"),
}
REGION = {
    "name": Field(read.names, (), "names", "Only for a part of a country: its name by language"),
    "working_languages": Field(
        read.list_of(read.reading_language, least=1), help="The first is the one staff work in"
    ),
    "paper": Field(read.one_of(Paper), help="Size of the sheets of a handout"),
    "no_line": Field(read.flag, False, help="true states that no printable line exists here"),
}
EMERGENCY = {
    "call": Field(read.dial, help="The number that brings an ambulance"),
    "also": Field(read.list_of(read.also), (), help="Other numbers that help in an emergency"),
    **_SOURCE,
}
HELPLINE = {
    "id": Field(read.identifier, help="Names the line in commands and reports: gb-frank"),
    "kind": Field(read.one_of(Kind), help="What it is for"),
    "also_kinds": Field(read.list_of(read.one_of(Kind)), (), help="What it is for besides"),
    "name": Field(read.names, name="names", help="Its name by language, its own first"),
    "operator": Field(read.one_of(Operator), help="Who runs it: police, commercial: not printed"),
    "grade": Field(read.one_of(Grade), help="How good the source is: A and B are printed"),
    "languages": Field(read.list_of(read.language_tag), help="What staff answer in"),
    "interpreters": Field(read.one_of(Interpreters), "unknown", help="Whether they help to talk"),
    "hours": Field(read.hours, help="When it is open; unknown prints nothing"),
    "timezone": Field(read.time_zone, "", help="IANA name of the clock that hours are told by"),
    "hours_note": Field(read.free_text, "", help="Exceptions, in words; is translated"),
    "exceptions": Field(
        read.list_of(read.other_hours), (), help="What holds on some days instead of the hours"
    ),
    "cost": Field(read.cost, help="What a call costs; unknown prints nothing"),
    "on_bill": Field(read.flag, False, help="true: others may read the call on a phone bill"),
    "cost_note": Field(read.free_text, "", help="More about the cost, in words; is translated"),
    "reach": Field(read.list_of(read.one_of(Reach)), (), help="From which phones it works only"),
    "area": Field(
        partial(read.names, key="area"), (), help="The only area it can be called from, by language"
    ),
    "confidentiality": Field(
        read.one_of(Confidentiality), "unknown", help="What the operator promises"
    ),
    "purpose": Field(read.one_of(Purpose), "help", help="Whether it takes reports about others"),
    "substances": Field(
        read.list_of(read.one_of(Substance)), (), help="The only ones it is for; none: all drugs"
    ),
    "what": Field(read.free_text, "", help="What it is, in words; is translated"),
    "note": Field(read.free_text, "", help="What else to know, in words; is translated"),
    "url": Field(read.url, "", help="Its page"),
    "doubt": Field(read.text, "", help="Why a person should check it first; never printed"),
    **_SOURCE,
    "checked_on": Field(read.day, None, help="When a named person opened its page or called it"),
    "checked_by": Field(read.text, "", help="Who did"),
    "retired": Field(read.day, None, help="From this day on it is never printed"),
    "reason": Field(read.text, "", help="Why it is retired"),
    "valid_from": Field(read.day, None, help="Its first day"),
    "valid_until": Field(read.day, None, help="Its last day"),
    "replaces": Field(read.list_of(read.dial), (), help="Its older numbers, never to be printed"),
}
CHANNEL = {
    "kind": Field(read.one_of(ChannelKind), help="How it is reached"),
    "dial": Field(read.dial, "", help="The number as its operator writes it, digits only"),
    "keyword": Field(read.keyword, "", help="The word to send by text message"),
    "url": Field(read.url, "", help="Address of a chat, a website, a video call"),
    "languages": Field(read.list_of(read.language_tag), (), help="What is answered here"),
    "menu": Field(read.menu, "", help="What to press once it answers"),
    "hours": Field(
        read.hours, "unknown", help="Hours of its own, where it is not a number to call"
    ),
    "callback": Field(read.flag, False, help="true: who texts is called back"),
    "cost": Field(read.one_of(TextCost), "", help="What a text message costs"),
    "waiver": Field(read.text, "", help="Why libphonenumber's doubt does not count"),
}
DIRECTORY = {
    "url": Field(read.url, help="Its address; there is no number that works everywhere"),
    "grade": Field(read.one_of(Grade), help="How good the source is: A and B are printed"),
    **_SOURCE,
}
RETIRED = {
    "region": Field(read.region_code, help="Where it must not be printed: the region, its parts"),
    "dial": Field(read.dial, help="The dead number"),
    "reason": Field(read.text, help="Why it is dead"),
    "replaced_by": Field(read.dial, "", help="What to print instead"),
}
