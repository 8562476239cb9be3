"""Turn a helpline's data into the words that stand beside its number: kind, hours, cost, languages.

A helpline prints from data alone: the few fixed English phrases below are messages, every number,
time, price and language name goes through CLDR. Free text about a line is optional.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from ketapub import language

Kind = Literal["drugs", "crisis", "directory", "treatment"]
Operator = Literal["health", "government", "ngo", "police", "commercial", "unknown"]
Grade = Literal["A", "B", "C", "X"]
ChannelKind = Literal["voice", "text", "whatsapp", "chat", "tty"]
Interpreters = Literal["yes", "no", "unknown"]
Label = Literal["", "mobile", "ambulance", "text"]
Paper = Literal["a4", "letter"]
Translate = Callable[[str], str]
"""A fixed phrase (msgid) into the reader's language; placeholders are filled in afterwards."""

KIND_WORDS: dict[Kind, str] = {
    "drugs": "Drugs helpline",
    "crisis": "Crisis helpline",
    "directory": "Directory of helplines",
    "treatment": "Treatment provider (private, may charge)",
}
COST_WORDS = {
    "free": "Free to call",
    "free text": "Free to text",
    "standard": "Costs the same as a normal call",
    "local": "Costs the same as a local call",
    "call": "{price} per call",
    "minute": "{price} per minute",
    "on bill": "May show on your phone bill",
}
HOURS_WORDS = {
    "24/7": "Open 24 hours, every day",
    "daily": "Every day",
    "span": "{days}: {times}",
}
LANGUAGE_WORDS = {
    "answers": "Answers in {languages}",
    "interpreters": "Interpreters available",
}
EMERGENCY_LABEL_WORDS: dict[Label, str] = {
    "mobile": "from mobile phones",
    "ambulance": "ambulance",
    "text": "by text message",
}
BETWEEN = " · "
"""Stands between facts that are complete in themselves: no grammar joins them."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a helpline."""

    kind: ChannelKind
    dial: str = ""
    """As the operator writes it: digits, spaces and hyphens, `*` and `#`. Empty for a chat."""
    keyword: str = ""
    """The word to send by text message; empty when any text will do."""
    url: str = ""
    """Address of a chat."""
    languages: tuple[str, ...] = ()
    """The languages answered here; empty means those of the helpline."""

    @property
    def uri(self) -> str:
        """Where its link leads: `tel:`, `sms:` or the chat. Empty for WhatsApp: no link."""
        if self.kind in ("voice", "tty"):
            return tel_uri(self.dial)
        return sms_uri(self.dial) if self.kind == "text" else self.url


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours on some days of the week; an end not after the start lies on the next day."""

    days: tuple[int, ...]
    """Monday = 0."""
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Price:
    """What one call or one minute costs."""

    amount: str
    """A decimal number with a point: `0.20`."""
    currency: str
    """ISO 4217."""
    per: Literal["call", "minute"]


@dataclass(frozen=True, slots=True)
class Helpline:
    """One service and everything that is printed about it, with where we know it from."""

    id: str
    kind: Kind
    names: tuple[tuple[str, str], ...]
    """(language tag, name); the first is its own name."""
    operator: Operator
    grade: Grade
    """A: the operator's page, or a list checked on it. B: two sources. C: weak. X: do not print."""
    languages: tuple[str, ...]
    """What staff answer in; empty when nobody has said."""
    channels: tuple[Channel, ...]
    source: str
    source_date: str
    """`YYYY-MM-DD`, `YYYY-MM`, `YYYY` or `unknown`: what the source says about its own date."""
    also_kinds: tuple[Kind, ...] = ()
    interpreters: Interpreters = "unknown"
    hours: Literal["24/7", "unknown"] | tuple[Span, ...] = "unknown"
    timezone: str = ""
    """IANA name of the clock that `hours` are told by."""
    hours_note: str = ""
    cost: Literal["free", "standard", "local", "unknown"] | Price = "unknown"
    on_bill: bool = False
    """The call may be listed on a phone bill that others read."""
    cost_note: str = ""
    what: str = ""
    note: str = ""
    url: str = ""
    doubt: str = ""
    """Why a person should check this line first. For editors; never printed."""
    checked_on: date | None = None
    """When a named person opened the operator's page or called."""
    checked_by: str = ""
    retired: date | None = None
    reason: str = ""
    valid_until: date | None = None

    def name(self, tag: str) -> tuple[str, str]:
        """Its name for a reader of a language, and the language that the name is in."""
        return name_in(self.names, tag)


@dataclass(frozen=True, slots=True)
class Also:
    """Another emergency number beside the one that brings an ambulance everywhere."""

    dial: str
    label: Label = ""

    @property
    def uri(self) -> str:
        """`tel:`, or `sms:` where it takes text messages."""
        return sms_uri(self.dial) if self.label == "text" else tel_uri(self.dial)


@dataclass(frozen=True, slots=True)
class Emergency:
    """The number that `{emergency}` prints, and others that also work."""

    call: str
    also: tuple[Also, ...] = ()
    source: str = ""
    source_date: str = "unknown"

    @property
    def uri(self) -> str:
        """`tel:` of the number to call."""
        return tel_uri(self.call)


def digits(text: str) -> str:
    """The decimal digits of any script as 0-9, everything else dropped: ٩١١ -> `911`."""
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def tel_uri(dial: str) -> str:
    """`0300 123 6600` -> `tel:03001236600` (RFC 3966, local number)."""
    return f"tel:{_compact(dial)}"


def sms_uri(dial: str) -> str:
    """`247247` -> `sms:247247` (RFC 5724)."""
    return f"sms:{_compact(dial)}"


def name_in(names: tuple[tuple[str, str], ...], tag: str) -> tuple[str, str]:
    """(text, its language tag) for a reader: exact, CLDR's parents, else the first name."""
    by_tag = dict(names)
    for wanted in (tag, *language.parent_tags(tag)):
        if wanted in by_tag:
            return by_tag[wanted], wanted
    own_tag, own_name = names[0]
    return own_name, own_tag


def is_read_as(spoken: str, tag: str) -> bool:
    """Whether readers of `tag` can talk in `spoken`: `zh` serves `zh-Hans`, `es` serves `es-US`."""
    return spoken.partition("-")[0] == tag.partition("-")[0]


def kind_text(helpline: Helpline, _: Translate) -> str:
    """What kind of line it is; both kinds where one line is two."""
    return BETWEEN.join(_(KIND_WORDS[kind]) for kind in (helpline.kind, *helpline.also_kinds))


def hours_text(helpline: Helpline, tag: str, territory: str, _: Translate) -> str:
    """When it is open; empty when nobody has said.

    The time zone is named where the country keeps more than one time.
    """
    if helpline.hours == "unknown":
        return ""
    if helpline.hours == "24/7":
        return _(HOURS_WORDS["24/7"])
    by_times: dict[str, list[int]] = {}
    for day, times in _times_of_days(helpline.hours, tag, territory):
        by_times.setdefault(times, []).append(day)
    parts = []
    for times, days in by_times.items():
        is_daily = len(days) == len("MTWTFSS")
        words = _(HOURS_WORDS["daily"]) if is_daily else language.format_days(days, tag)
        part = _(HOURS_WORDS["span"]).format(days=words, times=times)
        parts.append(language.start_upper(part))
    text = BETWEEN.join(parts)
    country = territory.partition("-")[0]
    if country and not language.has_one_time_zone(country):
        text += f" ({language.time_zone_name(helpline.timezone, tag)})"
    return text


def cost_text(helpline: Helpline, tag: str, territory: str, _: Translate) -> str:
    """What a call costs and whether the bill shows it; empty when nobody has said."""
    cost = helpline.cost
    parts = []
    if isinstance(cost, Price):
        price = language.format_currency(cost.amount, cost.currency, tag, territory)
        parts.append(_(COST_WORDS[cost.per]).format(price=price))
    elif cost == "free":
        can_call = any(channel.kind != "text" for channel in helpline.channels)
        parts.append(_(COST_WORDS["free" if can_call else "free text"]))
    elif cost != "unknown":
        parts.append(_(COST_WORDS[cost]))
    if helpline.on_bill:
        parts.append(_(COST_WORDS["on bill"]))
    return BETWEEN.join(parts)


def languages_text(helpline: Helpline, tag: str, _: Translate) -> str:
    """What staff answer in, the reader's language first, and whether interpreters help.

    Empty when nobody has said.
    """
    parts = []
    if helpline.languages:
        spoken_here = sorted(helpline.languages, key=lambda spoken: not is_read_as(spoken, tag))
        names = [language.language_name(spoken, tag) for spoken in spoken_here]
        listed = language.format_list(names, tag)
        parts.append(_(LANGUAGE_WORDS["answers"]).format(languages=listed))
    if helpline.interpreters == "yes":
        parts.append(_(LANGUAGE_WORDS["interpreters"]))
    return BETWEEN.join(parts)


def _times_of_days(spans: tuple[Span, ...], tag: str, territory: str) -> list[tuple[int, str]]:
    """(day, its times as text) in week order: a day with a break has its spans in one text."""
    by_day: dict[int, list[Span]] = {}
    for span in spans:
        for day in span.days:
            by_day.setdefault(day, []).append(span)
    result = []
    for day in sorted(by_day):
        ranges = [
            language.format_time_range(span.start, span.end, tag, territory)
            for span in sorted(by_day[day], key=lambda span: span.start)
        ]
        result.append((day, language.format_list(ranges, tag)))
    return result


def _compact(dial: str) -> str:
    return dial.replace(" ", "").replace("-", "").replace("#", "%23")
