"""Turn a helpline's data into the words beside its number: kind, hours, cost, reach, languages.

Every function takes the reader's language and a translator of fixed phrases. What a channel says
of its own is said only while that channel is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ketapub import language
from ketapub.helpline import (
    BETWEEN,
    CONFIDENTIALITY_WORDS,
    COST_WORDS,
    EMERGENCY_LABEL_WORDS,
    HOURS_WORDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    MENU_WORDS,
    NETWORK_WORDS,
    REACH_WORDS,
    Channel,
    Cost,
    Emergency,
    Helpline,
    Hours,
    OtherHours,
    Price,
    Span,
    Translate,
    is_read_as,
    name_in,
)

_WEEK = 7


def kind_text(helpline: Helpline, _: Translate) -> str:
    """What kind of line it is; both kinds where one line is two."""
    return BETWEEN.join(_(KIND_WORDS[kind]) for kind in (helpline.kind, *helpline.also_kinds))


def hours_text(helpline: Helpline, tag: str, territory: str, _: Translate) -> str:
    """When it is open; empty when nobody has said.

    What a channel has of its own stands beside it: see `channel_hours_text`.
    """
    parts = [_hours(helpline.hours, tag, territory, _)]
    parts += [_exception(other, tag, territory, _) for other in helpline.exceptions]
    text = BETWEEN.join(part for part in parts if part)
    return text + _clock(helpline.hours, helpline.timezone, tag, territory)


def channel_hours_text(
    way: Channel, helpline: Helpline, tag: str, territory: str, _: Translate
) -> str:
    """When a channel is open that keeps hours of its own; empty for those of the helpline."""
    text = _hours(way.hours, tag, territory, _)
    return text + _clock(way.hours, helpline.timezone, tag, territory)


def _clock(hours: Hours, timezone: str, tag: str, territory: str) -> str:
    """` (Eastern Time)` behind hours in a country that keeps more than one time."""
    country = territory.partition("-")[0]
    if not isinstance(hours, tuple) or not country or language.has_one_time_zone(country):
        return ""
    return f" ({language.time_zone_name(timezone, tag)})"


def cost_text(helpline: Helpline, tag: str, territory: str, _: Translate) -> str:
    """What a call costs, whether the bill shows it, and from where it can be made.

    Empty when nobody has said.
    """
    kinds = {way.kind: way.cost for way in helpline.channels}
    parts = []
    if isinstance(helpline.cost, tuple):
        for network, cost in helpline.cost:
            text = _one_cost(cost, tag, territory, _)
            where = _said(NETWORK_WORDS[network], tag, _)
            parts.append(where.format(cost=text) if text else "")
    elif helpline.cost == "free" and set(kinds) == {"text"}:
        parts.append(_(COST_WORDS["free text"]))
    else:
        parts.append(_one_cost(helpline.cost, tag, territory, _))
    if kinds.get("text"):
        parts.append(_said(COST_WORDS[f"{kinds['text']} text"], tag, _))
    if helpline.on_bill:
        parts.append(_(COST_WORDS["on bill"]))
    parts.append(reach_text(helpline, tag, _))
    return BETWEEN.join(part for part in parts if part)


def _one_cost(cost: Cost, tag: str, territory: str, _: Translate) -> str:
    """What a call costs, from one network or from all; empty when unknown."""
    if isinstance(cost, Price):
        price = language.format_currency(cost.amount, cost.currency, tag, territory)
        return _(COST_WORDS[cost.per]).format(price=price)
    if cost == "unknown":
        return ""
    return _(COST_WORDS[cost]) if cost == "free" else _said(COST_WORDS[cost], tag, _)


def reach_text(helpline: Helpline, tag: str, _: Translate) -> str:
    """From which phones and places it can be called; empty where there is no known limit."""
    parts = [_said(REACH_WORDS[reach], tag, _) for reach in helpline.reach]
    if helpline.area:
        area = name_in(helpline.area, tag)[0]
        parts.append(_said(REACH_WORDS["area"], tag, _).format(area=area))
    return BETWEEN.join(part for part in parts if part)


def languages_text(
    helpline: Helpline, tag: str, _: Translate, local: str = "", territory: str = ""
) -> str:
    """How to get to the people who answer, what they speak and whether they keep it to themselves.

    The reader's language stands first. `local` is the language that staff work in where the line
    names none: in it callers say which interpreter they need. Empty when nobody has said.
    """
    parts = [menu_text(helpline, _)]
    if helpline.languages:
        spoken_here = sorted(helpline.languages, key=lambda spoken: not is_read_as(spoken, tag))
        names = [language.language_name(spoken, tag) for spoken in spoken_here]
        listed = language.format_list(names, tag, territory)
        parts.append(_(LANGUAGE_WORDS["answers"]).format(languages=listed))
    if helpline.interpreters == "yes":
        parts.append(_interpreters(helpline, tag, _, local))
    if any(way.callback for way in helpline.channels):
        parts.append(_said(MENU_WORDS["callback"], tag, _))
    if helpline.confidentiality != "unknown":
        parts.append(_said(CONFIDENTIALITY_WORDS[helpline.confidentiality], tag, _))
    return BETWEEN.join(part for part in parts if part)


def _interpreters(helpline: Helpline, tag: str, _: Translate, local: str) -> str:
    """That there are some; to a reader who needs one, what to say to get one.

    The reader's language is named as staff know it, and as the reader does.
    """
    if any(is_read_as(spoken, tag) for spoken in helpline.languages):
        return _(LANGUAGE_WORDS["interpreters"])
    staff = helpline.languages[0] if helpline.languages else local
    spoken = "zh" if tag.startswith("zh") else tag.partition("-")[0]
    ask = _said(LANGUAGE_WORDS["ask"], tag, _) if staff and not is_read_as(staff, tag) else ""
    if not ask:
        return _(LANGUAGE_WORDS["interpreters"])
    named = language.language_name(spoken, staff)
    return ask.format(local=named, own=language.language_name(spoken, tag))


def menu_text(helpline: Helpline, _: Translate) -> str:
    """What to press once the call is answered; empty where nothing need be pressed.

    Said even where it is not translated: without it, callers reach another service.
    """
    keys = dict.fromkeys(way.menu for way in helpline.channels if way.menu)
    return BETWEEN.join(_(MENU_WORDS["key"]).format(key=key) for key in keys)


def words_of(helpline: Helpline) -> frozenset[str]:
    """The fixed phrases (msgids) that may stand beside a helpline."""
    kinds = {way.kind for way in helpline.channels}
    words = {KIND_WORDS[kind] for kind in (helpline.kind, *helpline.also_kinds)}
    for hours in _all_hours(helpline):
        if isinstance(hours, tuple):
            words |= {HOURS_WORDS["span"], HOURS_WORDS["daily"]}
        elif hours == "24/7":
            words |= {HOURS_WORDS["24/7"]}
    for other in helpline.exceptions:
        words |= {HOURS_WORDS["span"], *(HOURS_WORDS[key] for key in _exception_words(other))}
    by_network = dict(helpline.cost) if isinstance(helpline.cost, tuple) else {}
    words |= {NETWORK_WORDS[network] for network in by_network}
    costs = by_network.values() if isinstance(helpline.cost, tuple) else (helpline.cost,)
    for cost in costs:
        if isinstance(cost, Price):
            words |= {COST_WORDS[cost.per]}
        elif cost != "unknown":
            words |= {COST_WORDS[cost]}
    if helpline.cost == "free" and "text" in kinds:
        words |= {COST_WORDS["free text"]}
    words |= {COST_WORDS[f"{way.cost} text"] for way in helpline.channels if way.cost}
    words |= {COST_WORDS["on bill"]} if helpline.on_bill else set()
    words |= {REACH_WORDS[reach] for reach in helpline.reach}
    words |= {REACH_WORDS["area"]} if helpline.area else set()
    words |= {MENU_WORDS["key"] for way in helpline.channels if way.menu}
    words |= {LANGUAGE_WORDS["answers"]} if helpline.languages else set()
    if helpline.interpreters == "yes":
        words |= {LANGUAGE_WORDS["interpreters"], LANGUAGE_WORDS["ask"]}
    words |= {MENU_WORDS["callback"] for way in helpline.channels if way.callback}
    if helpline.confidentiality != "unknown":
        words |= {CONFIDENTIALITY_WORDS[helpline.confidentiality]}
    return frozenset(words)


def emergency_words(emergency: Emergency) -> frozenset[str]:
    """The fixed phrases (msgids) that stand beside emergency numbers."""
    return frozenset(EMERGENCY_LABEL_WORDS[also.label] for also in emergency.also if also.label)


def _all_hours(helpline: Helpline) -> tuple[Hours, ...]:
    """Its own, and those of its channels that have others."""
    return (helpline.hours, *(way.hours for way in helpline.channels))


def _hours(hours: Hours, tag: str, territory: str, _: Translate) -> str:
    """One table of hours as text, equal days told together; empty when unknown."""
    if hours == "unknown":
        return ""
    if hours == "24/7":
        return _(HOURS_WORDS["24/7"])
    by_times: dict[str, list[int]] = {}
    for day, times in _times_of_days(hours, tag, territory):
        by_times.setdefault(times, []).append(day)
    parts = []
    for times, days in by_times.items():
        is_daily = len(days) == _WEEK
        words = language.format_days(days, tag, territory)
        words = _(HOURS_WORDS["daily"]) if is_daily else words
        part = _(HOURS_WORDS["span"]).format(days=words, times=times)
        parts.append(language.start_upper(part))
    return BETWEEN.join(parts)


def _exception(other: OtherHours, tag: str, territory: str, _: Translate) -> str:
    """`25 December: closed`; empty where a word of it is not translated."""
    keys = _exception_words(other)
    words = {key: _said(HOURS_WORDS[key], tag, _) for key in keys}
    if not all(words.values()):
        return ""
    if other.start is None or other.end is None:
        times = words["closed"]
    elif other.start == other.end:
        times = words["all day"]
    else:
        times = language.format_time_range(other.start, other.end, tag, territory)
    days = _day_of(other.on, words, tag, territory)
    return language.start_upper(_(HOURS_WORDS["span"]).format(days=days, times=times))


def _exception_words(other: OtherHours) -> tuple[str, ...]:
    """The keys of HOURS_WORDS that it needs besides `span`."""
    closed = other.start is None
    always = not closed and other.start == other.end
    return tuple(
        key
        for key, holds in (
            ("closed", closed),
            ("all day", always),
            ("holidays", other.on == "public-holidays"),
            ("monthly", other.on.isdecimal()),
        )
        if holds
    )


def _day_of(on: str, words: Mapping[str, str], tag: str, territory: str) -> str:
    if on == "public-holidays":
        return words["holidays"]
    if on.isdecimal():
        return words["monthly"].format(day=on)
    if len(on) > len("12-25"):
        return language.format_date(date.fromisoformat(on), tag, territory)
    month, day = map(int, on.split("-"))
    return language.format_day_of_year(month, day, tag, territory)


def _said(word: str, tag: str, _: Translate) -> str:
    """A phrase about a fact that few lines have; empty where it is not translated (law 11)."""
    text = _(word)
    return text if text != word or is_read_as("en", tag) else ""


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
        result.append((day, language.format_list(ranges, tag, territory)))
    return result
