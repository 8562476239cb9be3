"""What a helpline is, from the region files on, and the few fixed English phrases beside its number.

The phrases are messages; `helpline_text.py` puts them together. Every number, time, price and
language name goes through CLDR, so that a line prints from its data alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Literal

from ketapub import language

Kind = Literal["drugs", "crisis", "directory", "treatment"]
Operator = Literal["health", "government", "ngo", "police", "commercial", "unknown"]
Grade = Literal["A", "B", "C", "X"]
ChannelKind = Literal["voice", "text", "whatsapp", "wechat", "chat", "tty", "video", "ussd", "web"]
Interpreters = Literal["yes", "no", "unknown"]
Confidentiality = Literal["anonymous", "confidential", "unknown"]
Reach = Literal["mobile", "landline", "domestic", "abroad"]
Network = Literal["landline", "mobile"]
Purpose = Literal["help", "reporting", "both"]
CostWord = Literal["free", "free-landline", "standard", "local", "paid", "unknown"]
TextCost = Literal["", "free", "standard"]
Substance = Literal["alcohol", "opioids", "tobacco", "gambling"]
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
    "free-landline": "Free from landline phones",
    "standard": "Costs the same as a normal call",
    "standard text": "Text messages cost the standard rate",
    "paid": "Not free to call",
    "local": "Costs the same as a local call",
    "call": "{price} per call",
    "minute": "{price} per minute",
    "on bill": "May show on your phone bill",
}
NETWORK_WORDS: dict[Network, str] = {
    "landline": "From landline phones: {cost}",
    "mobile": "From mobile phones: {cost}",
}
HOURS_WORDS = {
    "24/7": "Open 24 hours, every day",
    "daily": "Every day",
    "span": "{days}: {times}",
    "holidays": "Public holidays",
    "monthly": "On day {day} of every month",
    "closed": "closed",
    "all day": "open all day",
}
LANGUAGE_WORDS = {
    "answers": "Answers in {languages}",
    "interpreters": "Interpreters available",
    "ask": "Ask for an interpreter: say “{local}” ({own})",
}
MENU_WORDS = {
    "key": "In the phone menu, press {key}",
    "callback": "They call you back",
}
REACH_WORDS = {
    "mobile": "Only from mobile phones",
    "landline": "Only from landline phones",
    "domestic": "Not from abroad",
    "abroad": "Also from abroad",
    "area": "Only in {area}",
}
CONFIDENTIALITY_WORDS: dict[Confidentiality, str] = {
    "anonymous": "You need not give your name",
    "confidential": "What you say stays confidential",
}
EMERGENCY_LABEL_WORDS: dict[Label, str] = {
    "mobile": "from mobile phones",
    "ambulance": "ambulance",
    "text": "by text message",
}
BETWEEN = " · "
"""Stands between facts that are complete in themselves: no grammar joins them."""


@dataclass(frozen=True, slots=True)
class Span:
    """Opening hours on some days of the week; an end not after the start lies on the next day."""

    days: tuple[int, ...]
    """Monday = 0."""
    start: time
    end: time


Hours = Literal["24/7", "unknown"] | tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class OtherHours:
    """What holds on some days instead of the usual hours."""

    on: str
    """`public-holidays`, a day of every year `12-25`, one date `2026-12-25`, a day of the month `10`."""
    start: time | None = None
    end: time | None = None
    """Not after the start: on the next day. Without both it is closed; from 00:00 to 00:00, open."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a helpline."""

    kind: ChannelKind
    dial: str = ""
    """As the operator writes it: digits, spaces and hyphens, `*` and `#`. Empty for a chat."""
    keyword: str = ""
    """The word to send by text message; empty when any text will do."""
    url: str = ""
    """Address of a chat, a website or a video call."""
    languages: tuple[str, ...] = ()
    """The languages answered here; empty means those of the helpline."""
    menu: str = ""
    """What to press once it answers: a menu step or an extension. For voice."""
    hours: Hours = "unknown"
    """Hours of its own, not for voice; `unknown` means those of the helpline."""
    callback: bool = False
    """Who texts is called back."""
    cost: TextCost = ""
    """What a text message costs, where that is not what a call costs."""
    waiver: str = ""
    """Why libphonenumber's doubt about this number does not count. For editors; never printed."""

    @property
    def uri(self) -> str:
        """Where its link leads: `tel:`, `sms:` or its address.

        Empty for WhatsApp and WeChat: their addresses need a country code, which nobody printed.
        """
        if self.kind == "text":
            return sms_uri(self.dial)
        if self.dial and self.kind not in ("whatsapp", "wechat"):
            return tel_uri(self.dial)
        return self.url


@dataclass(frozen=True, slots=True)
class Price:
    """What one call or one minute costs."""

    amount: str
    """A decimal number with a point: `0.20`."""
    currency: str
    """ISO 4217."""
    per: Literal["call", "minute"]


Cost = CostWord | Price
CostByNetwork = tuple[tuple[Network, Cost], ...]


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
    hours: Hours = "unknown"
    timezone: str = ""
    """IANA name of the clock that `hours` are told by."""
    hours_note: str = ""
    exceptions: tuple[OtherHours, ...] = ()
    cost: Cost | CostByNetwork = "unknown"
    on_bill: bool = False
    """The call may be listed on a phone bill that others read."""
    cost_note: str = ""
    reach: tuple[Reach, ...] = ()
    """From which phones it can be called, where that is not from all."""
    area: tuple[tuple[str, str], ...] = ()
    """(language tag, name) of the only area from which it can be called; empty means no limit."""
    confidentiality: Confidentiality = "unknown"
    purpose: Purpose = "help"
    """Whether it takes reports about other people, too: then it is not printed."""
    substances: tuple[Substance, ...] = ()
    """The only ones it is for; empty means all drugs."""
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
    valid_from: date | None = None
    valid_until: date | None = None
    replaces: tuple[str, ...] = ()
    """Its older numbers, as they were printed: never to be printed again."""

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


@lru_cache(maxsize=1 << 12)  # the same numbers are compared for every edition
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
    """Whether readers of `tag` can talk in `spoken`: `zh` serves `zh-Hans`, `es` serves `es-US`.

    Cantonese is written in traditional characters, so it serves `zh-Hant`, and Bokmål is Norwegian.
    """
    if spoken == "yue":
        return tag.startswith(("yue", "zh-Hant"))
    return _macrolanguage(spoken) == _macrolanguage(tag)


def _macrolanguage(tag: str) -> str:
    base = tag.partition("-")[0]
    return "no" if base in ("nb", "nn") else base


def _compact(dial: str) -> str:
    return dial.replace(" ", "").replace("-", "").replace("#", "%23")
