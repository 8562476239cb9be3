"""Turn one value of a region file into what it means, or say what is wrong and what to write.

Each kind of value has one function, which takes what `tomllib` made of it or raises BadValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from typing import Any, Literal, get_args

from ketapub import language
from ketapub.helpline import Also, CostWord, Label, Network, OtherHours, Price, Span, digits

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DIAL = re.compile(r"[0-9*#]+(?:[ -][0-9*#]+)*")
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MENU = re.compile(r"[0-9*#]{1,4}")
_KEYWORD = re.compile(r"[^\W\d_]{1,20}")
_URL = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(?:/[\w./~%?&=+-]*)?", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_CODE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
YEAR_OR_MONTH = re.compile(r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2]))?")
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
EXCEPTION_DAY = re.compile(
    r"public-holidays|(?:[12][0-9]{3}-)?[01][0-9]-[0-3][0-9]|[1-9]|[12][0-9]|3[01]"
)
_NUMBER_IN_NAME = re.compile(r"\d(?:[ .-]?\d){2,}")
_DAYS_HINT = "write daily, mon, mon-fri or mon,wed,sat-sun"
REQUIRED = object()
"""Default of a key that must be there."""


class BadValueError(Exception):
    """What is wrong with a value, and the remedy; `at` is the way to the place inside it."""

    def __init__(self, message: str, hint: str, *at: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at


@dataclass(frozen=True, slots=True)
class Field:
    """How one key of a table is read."""

    read: Callable[[Any], Any]
    default: Any = REQUIRED
    name: str = ""
    """The attribute it fills, where that is not the key."""
    help: str = ""
    """What editors see beside the key while they type."""


Fields = Mapping[str, Field]


def listed(words: Iterable[str]) -> str:
    """Words as a message shows them: `a`, `b`."""
    return ", ".join(f"`{word}`" for word in words)


def one_of(literal: Any) -> Callable[[Any], str]:
    """A reader of one of the words of a Literal type."""
    return partial(one_of_words, get_args(literal))


def list_of(read: Callable[[Any], Any], least: int = 0) -> Callable[[Any], tuple[Any, ...]]:
    """A reader of a list without repetitions."""
    return partial(read_list, read, least)


def is_region_code(code: str) -> bool:
    """Whether this names a country known to CLDR, or a part of one: `CA`, `CA-ON`."""
    return bool(_CODE.fullmatch(code)) and language.is_territory(code.partition("-")[0])


def text(value: Any) -> str:
    """One line of text for editors or names."""
    if not isinstance(value, str) or not value.strip():
        raise BadValueError("is not a text", 'write it between double quotes, such as "text"')
    if value != value.strip() or not value.isprintable():
        raise BadValueError(
            "has blanks at an end or hidden characters", "write one clean line of text"
        )
    return value


def free_text(value: Any) -> str:
    """A text that readers see translated: without digits and braces."""
    found = text(value)
    if digits(found):
        hint = "numbers never pass through translation: put them into dial, hours or cost"
        raise BadValueError("has digits in it", hint)
    if "{" in found or "}" in found:
        raise BadValueError("has a brace in it", "write the text without { and }")
    return found


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise BadValueError(f"is {_shown(value)}", "write true or false, without quotes")
    return value


def dial(value: Any) -> str:
    """A number as the operator writes it."""
    if not isinstance(value, str):
        hint = "write the number between double quotes: a bare number loses its zeros"
        raise BadValueError(f"is {_shown(value)}, not a text", hint)
    if not DIAL.fullmatch(value) or len(digits(value)) < len("15"):
        raise BadValueError(
            f"is {_shown(value)}",
            "write digits, * and # as people dial them, with single spaces or hyphens between; "
            "no letters, no brackets, no +",
        )
    return value


def identifier(value: Any) -> str:
    """The id of a helpline."""
    return matching(ID, value, "write small letters, digits and hyphens, such as gb-frank")


def keyword(value: Any) -> str:
    """The word of a text message."""
    return matching(_KEYWORD, value, "write the one word to send, letters only")


def menu(value: Any) -> str:
    """What to press in a phone menu."""
    return matching(MENU, value, 'write the keys to press between double quotes, such as "2"')


def url(value: Any) -> str:
    """A web address."""
    return matching(_URL, value, "write a whole address that starts with https://")


def region_code(value: Any) -> str:
    """ISO 3166-1 or 3166-2."""
    if not isinstance(value, str) or not is_region_code(value):
        raise BadValueError(f"is {_shown(value)}", "write a code such as US or CA-ON")
    return value


def language_tag(value: Any) -> str:
    """A language that CLDR can name."""
    if not isinstance(value, str) or not language.is_language(value):
        raise BadValueError(f"has {_shown(value)}", "write language tags such as en, es or zh-Hans")
    return language.normalize_tag(value)


def reading_language(value: Any) -> str:
    """A language that we print in: CLDR must know its direction and more."""
    try:
        return language.parse_language(value).tag if isinstance(value, str) else language_tag(value)
    except ValueError:
        raise BadValueError(f"has {_shown(value)}", "write a language that CLDR knows") from None


def names(value: Any, key: str = "name") -> tuple[tuple[str, str], ...]:
    """`name.en = "FRANK"`, `name.fr = ...`: (tag, name), the own name first."""
    if not isinstance(value, dict) or not value:
        raise BadValueError("is not a name by language", f'write {key}.en = "..."')
    found = []
    for tag, name in value.items():
        try:
            found.append((reading_language(tag), text(name)))
        except BadValueError as bad:
            raise BadValueError(bad.message, bad.hint, tag) from None
        if _NUMBER_IN_NAME.search(name):
            hint = "leave the number out of the name: it stands beside it"
            raise BadValueError(f"has a number in “{name}”", hint, tag)
    return tuple(found)


def hours(value: Any) -> Any:
    """`24/7`, `unknown` or a tuple of spans."""
    if value in ("24/7", "unknown"):
        return value
    if not isinstance(value, list):
        hint = 'write "24/7", "unknown" or [ { days = "mon-fri", from = "09:30", to = "17:30" } ]'
        raise BadValueError(f"is {_shown(value)}", hint)
    return read_list(_span, 1, value)


def time_zone(value: Any) -> str:
    """An IANA time zone that CLDR knows."""
    if not isinstance(value, str) or not language.time_zone_country(value):
        raise BadValueError(f"is {_shown(value)}", "write an IANA name such as Europe/London")
    return value


def cost(value: Any) -> Any:
    """A word, a price, or one of them by network: `{ landline = "free", mobile = "paid" }`."""
    if isinstance(value, dict) and set(value) & set(NETWORKS):
        return tuple(_inner(NETWORKS, value).items())
    return one_cost(value)


def one_cost(value: Any) -> Any:
    """A word or a price."""
    if isinstance(value, dict):
        return Price(**_inner(PRICE, value))
    if value not in get_args(CostWord):
        hint = (
            f"write {listed(get_args(CostWord))} or "
            '{ amount = "0.20", currency = "EUR", per = "call" }, or both networks: '
            '{ landline = "free", mobile = "paid" }'
        )
        raise BadValueError(f"is {_shown(value)}", hint)
    return value


def day(value: Any) -> date:
    """A TOML date, or a text that is one (ISO 8601)."""
    if type(value) is date:
        return value
    hint = "write a date such as 2026-05-31"
    try:
        return date.fromisoformat(matching(_DAY, value, hint))
    except ValueError:
        raise BadValueError(f"is {_shown(value)}", hint) from None


def source_date(value: Any) -> str:
    """A year, month or day, or `unknown`."""
    if value == "unknown" or (isinstance(value, str) and YEAR_OR_MONTH.fullmatch(value)):
        return str(value)
    try:
        return day(value).isoformat()
    except BadValueError:
        hint = 'write "2026-05-31", "2026-05", "2026" or "unknown"'
        raise BadValueError(f"is {_shown(value)}", hint) from None


def also(value: Any) -> Also:
    """Another emergency number."""
    return Also(**_inner(ALSO, value))


def _shown(value: Any) -> str:
    """A value as its author wrote it, or nearly so."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value}”" if isinstance(value, str) else f"{value}"


def one_of_words(allowed: tuple[str, ...], value: Any) -> str:
    """One of these words."""
    if not isinstance(value, str) or value not in allowed:
        raise BadValueError(f"is {_shown(value)}", f"write one of {listed(filter(None, allowed))}")
    return value


def matching(pattern: re.Pattern[str], value: Any, hint: str) -> str:
    """A text of a certain shape."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadValueError(f"is {_shown(value)}", hint)
    return value


def read_list(read: Callable[[Any], Any], least: int, value: Any) -> tuple[Any, ...]:
    """A list of so many values at least, each once."""
    if not isinstance(value, list):
        raise BadValueError("is not a list", "write it in square brackets")
    if len(value) < least:
        raise BadValueError("is empty", "name at least one")
    found: list[Any] = []
    for index, item in enumerate(value):
        try:
            found.append(read(item))
        except BadValueError as bad:
            raise BadValueError(bad.message, bad.hint, index, *bad.at) from None
        if found[-1] in found[:-1]:
            raise BadValueError(f"has {_shown(item)} twice", "name each once", index)
    return tuple(found)


def _inner(fields: Fields, value: Any) -> dict[str, Any]:
    """An inline table inside a value, or the first thing wrong with it."""
    if not isinstance(value, dict):
        example = ", ".join(f"{key} = ..." for key in fields)
        raise BadValueError(f"has {_shown(value)} instead of a table", f"write {{ {example} }}")
    for key in value:
        if key not in fields:
            raise BadValueError(f"has `{key}`, which is not known", f"use {listed(fields)}", key)
    values = {}
    for key, field in fields.items():
        if key in value:
            try:
                values[field.name or key] = field.read(value[key])
            except BadValueError as bad:
                message = f"has `{key}` that {bad.message}"
                raise BadValueError(message, bad.hint, key, *bad.at) from None
        elif field.default is REQUIRED:
            raise BadValueError(f"lacks `{key}`", f"add {key} = ...")
    return values


def days(value: Any) -> tuple[int, ...]:
    """`daily`, `mon-fri` or `mon,wed` into day numbers, Monday = 0."""
    if value == "daily":
        return tuple(range(len(_DAYS)))
    if not isinstance(value, str):
        raise BadValueError(f"is {_shown(value)}", _DAYS_HINT)
    days = [number for part in value.split(",") for number in _day_run(part.strip())]
    if len(set(days)) < len(days):
        raise BadValueError(f"is “{value}” and names a day twice", "name each day once")
    return tuple(sorted(days))


def _day_run(part: str) -> list[int]:
    """`mon` or `fri-mon` into day numbers; a run may pass Sunday."""
    first, _, last = part.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS or part.endswith("-"):
        raise BadValueError(f"is “{part}”", _DAYS_HINT)
    start = _DAYS.index(first)
    length = (_DAYS.index(last or first) - start) % len(_DAYS) + 1
    return [(start + step) % len(_DAYS) for step in range(length)]


def clock(value: Any) -> time:
    """`09:30` into a time of day."""
    match = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        hint = 'write hours and minutes as "09:30", midnight as "00:00"'
        raise BadValueError(f"is {_shown(value)}", hint)
    return time(int(match[1]), int(match[2]))


def _span(value: Any) -> Span:
    span = Span(**_inner(SPAN, value))
    if span.start == span.end:
        hint = 'write hours = "24/7" for a line that never closes'
        raise BadValueError("has a span that ends when it starts", hint)
    return span


def other_hours(value: Any) -> OtherHours:
    """What holds on some days: closed, or from one time to another."""
    found = OtherHours(**_inner(OTHER_HOURS, value))
    if (found.start is None) != (found.end is None):
        raise BadValueError("has only one of `from` and `to`", "write both, or none for closed")
    return found


def day_of_exception(value: Any) -> str:
    """`public-holidays`, `12-25`, `2026-12-25` or a day of the month."""
    hint = 'write "public-holidays", "12-25", "2026-12-25" or a day of the month such as "10"'
    if type(value) is date:
        return value.isoformat()
    found = matching(EXCEPTION_DAY, value, hint)
    if "-" in found and found != "public-holidays":
        try:
            # A leap year, so that 29 February is a day of every year.
            date.fromisoformat(found if len(found) > len("12-25") else f"2024-{found}")
        except ValueError:
            raise BadValueError(f"is {_shown(value)}", hint) from None
    return found


def currency(value: Any) -> str:
    """ISO 4217."""
    if not isinstance(value, str) or not language.is_currency(value):
        raise BadValueError(f"is {_shown(value)}", "write an ISO 4217 code such as EUR")
    return value


_AMOUNT_HINT = 'write a number with a point between quotes, such as "0.20"'
SPAN = {
    "days": Field(days),
    "from": Field(clock, name="start"),
    "to": Field(clock, name="end"),
}
PRICE = {
    "amount": Field(partial(matching, _AMOUNT, hint=_AMOUNT_HINT)),
    "currency": Field(currency),
    "per": Field(one_of(Literal["call", "minute"])),
}
NETWORKS: Mapping[str, Field] = {each: Field(one_cost) for each in get_args(Network)}
OTHER_HOURS = {
    "on": Field(day_of_exception),
    "from": Field(clock, None, name="start"),
    "to": Field(clock, None, name="end"),
}
ALSO = {"dial": Field(dial), "label": Field(one_of(Label), "")}
