"""Turn the TOML of one region file into a `Region`, or into every problem found in it.

The tables at the end are the schema. A wrong value does not stop the walk, so that an editor sees
all of a file's problems at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ketapub import language
from ketapub import region_values as read
from ketapub.errors import Problem
from ketapub.helpline import (
    Channel,
    ChannelKind,
    Emergency,
    Grade,
    Helpline,
    Interpreters,
    Kind,
    Operator,
    Paper,
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


def read_region(toml: Toml, code: str, path: str) -> tuple[Region | None, list[Problem]]:
    """One parsed file into its region; None, and every problem, when anything is wrong with it."""
    reader = _Reader(toml, path)
    values = reader.table(toml.values, (), _REGION, elsewhere=("emergency", "helpline"))
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
        values = reader.table(table, at, _RETIRED)
        return None if values is None else Retired(**values)

    return tuple(reader.items("retired", toml.values, (), entry)), reader.problems


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
        values = self.table(table, ("emergency",), _EMERGENCY)
        return None if values is None else Emergency(**values)

    def helpline(self, table: Any, at: _At) -> Helpline | None:
        before = len(self.problems)
        values = self.table(table, at, _HELPLINE, elsewhere=("channel",))
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
        values = self.table(table, at, _CHANNEL)
        if values is None:
            return None
        found = Channel(**values)
        wanted, unwanted = ("url", "dial") if found.kind == "chat" else ("dial", "url")
        if not getattr(found, wanted):
            self.bad(at, f"`{wanted}` of this {found.kind} channel is missing", f"add {wanted}")
        if getattr(found, unwanted):
            message = f"`{unwanted}` is not for a {found.kind} channel"
            self.bad((*at, unwanted), message, f"take it out and use {wanted}")
        if found.keyword and found.kind != "text":
            message = f"`keyword` is not for a {found.kind} channel"
            self.bad((*at, "keyword"), message, 'take it out, or write kind = "text"')
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


def _contradictions(line: Helpline) -> list[tuple[str, str, str]]:
    """(key, what is wrong, remedy) where two values of a helpline do not go together."""
    found = []
    if not line.channels:
        found.append(("channel", "is missing", "add a [[helpline.channel]] with its number"))
    if isinstance(line.hours, tuple) and not line.timezone:
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
    ways = [(way.kind, way.dial, way.keyword, way.url) for way in line.channels]
    if len(set(ways)) < len(ways):
        found.append(("channel", "stands twice", "keep one of the equal channels"))
    return found


_SOURCE = {"source": Field(read.text), "source_date": Field(read.source_date)}
_REGION = {
    "name": Field(read.names, (), "names"),
    "working_languages": Field(read.list_of(read.reading_language, least=1)),
    "paper": Field(read.one_of(Paper)),
    "no_line": Field(read.flag, False),
}
_EMERGENCY = {"call": Field(read.dial), "also": Field(read.list_of(read.also), ()), **_SOURCE}
_HELPLINE = {
    "id": Field(read.identifier),
    "kind": Field(read.one_of(Kind)),
    "also_kinds": Field(read.list_of(read.one_of(Kind)), ()),
    "name": Field(read.names, name="names"),
    "operator": Field(read.one_of(Operator)),
    "grade": Field(read.one_of(Grade)),
    "languages": Field(read.list_of(read.language_tag)),
    "interpreters": Field(read.one_of(Interpreters), "unknown"),
    "hours": Field(read.hours),
    "timezone": Field(read.time_zone, ""),
    "hours_note": Field(read.free_text, ""),
    "cost": Field(read.cost),
    "on_bill": Field(read.flag, False),
    "cost_note": Field(read.free_text, ""),
    "what": Field(read.free_text, ""),
    "note": Field(read.free_text, ""),
    "url": Field(read.url, ""),
    "doubt": Field(read.text, ""),
    **_SOURCE,
    "checked_on": Field(read.day, None),
    "checked_by": Field(read.text, ""),
    "retired": Field(read.day, None),
    "reason": Field(read.text, ""),
    "valid_until": Field(read.day, None),
}
_CHANNEL = {
    "kind": Field(read.one_of(ChannelKind)),
    "dial": Field(read.dial, ""),
    "keyword": Field(read.keyword, ""),
    "url": Field(read.url, ""),
    "languages": Field(read.list_of(read.language_tag), ()),
}
_RETIRED = {
    "region": Field(read.region_code),
    "dial": Field(read.dial),
    "reason": Field(read.text),
    "replaced_by": Field(read.dial, ""),
}
