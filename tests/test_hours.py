"""Opening hours in English, Arabic, French, Hindi and Japanese, against CLDR's own patterns.

Each case of `cases/hours.md` is proved twice: what is printed is what stands there, where a person
reads it, and it is what the patterns of CLDR say. Those are applied here by hand, after UTS #35,
and not by the library that the product formats with.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from ketapub import region_values as read
from ketapub.helpline import OtherHours
from ketapub.helpline_text import hours_text
from test_helpline import line

CASES = Path(__file__).parent / "cases" / "hours.md"
PLACES = {"en": "GB", "ar": "EG", "fr": "FR", "hi": "IN", "ja": "JP"}
"""Language -> the country that a case is read in, unless it names another."""
ONE_TIME = {"GB", "EG", "FR", "IN", "JP", "NO", "AE"}
"""Countries of the cases with one clock; the others name theirs."""
WORDS = {
    "fr": {
        "Open 24 hours, every day": "Ouvert 24 heures par jour, tous les jours",
        "Every day": "Tous les jours",
        "{days}: {times}": "{days} : {times}",
        "Public holidays": "Jours fériés",
        "On day {day} of every month": "Le {day} de chaque mois",
        "closed": "fermé",
        "open all day": "ouvert toute la journée",
    },
    "ar": {
        "Open 24 hours, every day": "متاح على مدار 24 ساعة، كل يوم",
        "Every day": "كل يوم",
        "{days}: {times}": "{days}: {times}",
        "Public holidays": "العطل الرسمية",
        "On day {day} of every month": "اليوم {day} من كل شهر",
        "closed": "مغلق",
        "open all day": "مفتوح طوال اليوم",
    },
    "hi": {
        "Open 24 hours, every day": "हर दिन 24 घंटे उपलब्ध",
        "Every day": "हर दिन",
        "{days}: {times}": "{days}: {times}",
        "Public holidays": "सार्वजनिक छुट्टियाँ",
        "On day {day} of every month": "हर महीने की {day} तारीख",
        "closed": "बंद",
        "open all day": "पूरे दिन खुला",
    },
    "ja": {
        "Open 24 hours, every day": "24時間、毎日",
        "Every day": "毎日",
        "{days}: {times}": "{days}：{times}",
        "Public holidays": "祝日",
        "On day {day} of every month": "毎月{day}日",
        "closed": "休み",
        "open all day": "終日",
    },
}
_PATTERN = re.compile(r"'([^']*)'|(H{1,2}|h{1,2}|m{1,2}|a|d{1,2}|M{1,4}|L{1,4}|y+)|([^'A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Case:
    """One table of hours, where it is read, and what is printed by language."""

    title: str
    hours: Any
    exceptions: tuple[OtherHours, ...]
    zone: str
    country: str
    """Empty: that of each language in PLACES."""
    printed: dict[str, str]


def read_cases() -> tuple[Case, ...]:
    """Every case of the file, in order."""
    return tuple(map(_read_case, CASES.read_text(encoding="utf-8").split("\n## ")[1:]))


def _read_case(section: str) -> Case:
    title, *rows = section.strip().split("\n")
    toml = tomllib.loads("\n".join(row[2:] for row in rows if row.startswith("+ ")))
    printed = dict(row[2:].split(": ", 1) for row in rows if row.startswith("> "))
    return Case(
        title,
        read.hours(toml["hours"]),
        tuple(map(read.other_hours, toml.get("exceptions", ()))),
        toml.get("timezone", "Europe/London"),
        toml.get("country", ""),
        {tag: text.replace("␣", "") for tag, text in printed.items()},
    )


CASE = pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.title)
TAG = pytest.mark.parametrize("tag", PLACES)


def product(case: Case, tag: str) -> str:
    found = line(hours=case.hours, exceptions=case.exceptions, timezone=case.zone)
    return hours_text(found, tag, case.country or PLACES[tag], word_of(tag))


def word_of(tag: str) -> Callable[[str], str]:
    return lambda msgid: WORDS.get(tag, {}).get(msgid, msgid)


def plain(text: str) -> str:
    """CLDR's thin and no-break blanks as blanks."""
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


def test_there_are_many_cases() -> None:
    """No case is lost to a slip in the file, each is told in all five languages, none twice."""
    cases = read_cases()
    assert len(cases) >= 60
    assert len({case.title for case in cases}) == len(cases)
    assert all(list(case.printed) == list(PLACES) for case in cases)


@CASE
@TAG
def test_hours_are_printed_as_the_table_says(case: Case, tag: str) -> None:
    """As a person has read them there."""
    assert plain(product(case, tag)) == case.printed[tag]


@CASE
@TAG
def test_hours_are_printed_as_the_patterns_of_cldr_say(case: Case, tag: str) -> None:
    """Days, clock times, ranges and lists: every sign between two words is CLDR's or a translator's."""
    assert product(case, tag) == ByHand(case, tag).text()


class ByHand:
    """The patterns of CLDR for one language and country, applied one by one (UTS #35)."""

    def __init__(self, case: Case, tag: str) -> None:
        self.case = case
        self.country = (case.country or PLACES[tag]).partition("-")[0]
        name = f"{tag}_{self.country}"
        known = {"en_GB", "en_US", "en_CA", "en_AU", "ar_EG", "ar_AE", "fr_FR", "fr_CA", "fr_BE"}
        known |= {"hi_IN", "ja_JP", "en_NO", "en_AE"}
        self.cldr = Locale.parse(name if name in known else tag)
        self.word = word_of(tag)

    def text(self) -> str:
        parts = [*self._week(), *map(self._other, self.case.exceptions)]
        text = " · ".join(parts)
        if not isinstance(self.case.hours, tuple) or self.country in ONE_TIME:
            return text
        return f"{text} ({self._zone()})"

    def _week(self) -> list[str]:
        if self.case.hours == "unknown":
            return []
        if self.case.hours == "24/7":
            return [self.word("Open 24 hours, every day")]
        times = {day: self._times(day) for day in range(7)}
        said = dict.fromkeys(text for text in times.values() if text)
        return [
            self._line(self._days([day for day in range(7) if times[day] == text]), text)
            for text in said
        ]

    def _line(self, days: str, times: str) -> str:
        text = self.word("{days}: {times}").replace("{days}", days).replace("{times}", times)
        return text[:1].upper() + text[1:]

    def _times(self, day: int) -> str:
        spans = sorted(
            (each for each in self.case.hours if day in each.days), key=lambda each: each.start
        )
        return self._list([self._range(each.start, each.end) for each in spans])

    def _days(self, days: list[int]) -> str:
        if len(days) == 7:
            return self.word("Every day")
        names = self.cldr.days["stand-alone"]["wide"]
        starts = [day for day in days if (day - 1) % 7 not in days]
        texts = []
        for first in starts:
            length = next(n for n in range(1, 8) if (first + n) % 7 not in days)
            last = (first + length - 1) % 7
            run = [names[(first + step) % 7] for step in range(length)]
            texts += [self._between(names[first], names[last])] if length > 2 else run
        return self._list(texts)

    def _range(self, start: time, end: time) -> str:
        """Within a day the pattern for the largest field that differs; else the fallback."""
        short = self.cldr.time_formats["short"].pattern
        if end <= start:
            return self._between(self._clock(start, short), self._clock(end, short))
        hour = "H" if "H" in short else "h"
        patterns = self.cldr.interval_formats[f"{hour}m"]
        field = hour if start.hour != end.hour else "m"
        if hour == "h" and (start.hour < 12) != (end.hour < 12):
            field = "a"
        first, last = patterns[field]
        return self._clock(start, first) + self._clock(end, last)

    def _clock(self, moment: time, pattern: str) -> str:
        fields = {
            "H": moment.hour,
            "h": moment.hour % 12 or 12,
            "m": moment.minute,
        }

        def field(match: re.Match[str]) -> str:
            literal, letters, between = match.groups()
            if letters is None:
                return str(between if literal is None else literal)
            if letters == "a":
                half = "am" if moment.hour < 12 else "pm"
                return str(self.cldr.day_periods["format"]["abbreviated"][half])
            return f"{fields[letters[0]]:0{len(letters)}}"

        return _PATTERN.sub(field, pattern)

    def _between(self, first: str, last: str) -> str:
        return str(self.cldr.interval_formats[None]).format(first, last)

    def _list(self, texts: Sequence[str]) -> str:
        if len(texts) < 2:
            return "".join(texts)
        patterns = self.cldr.list_patterns["standard"]
        if len(texts) == 2:
            return str(patterns["2"]).format(*texts)
        text = str(patterns["end"]).format("{0}", texts[-1]).replace("{0}", texts[-2], 1)
        for before in reversed(texts[1:-2]):
            text = str(patterns["middle"]).format(before, text)
        return str(patterns["start"]).format(texts[0], text)

    def _other(self, other: OtherHours) -> str:
        if other.start is None or other.end is None:
            times = self.word("closed")
        elif other.start == other.end:
            times = self.word("open all day")
        else:
            times = self._range(other.start, other.end)
        return self._line(self._day(other.on), times)

    def _day(self, on: str) -> str:
        if on == "public-holidays":
            return self.word("Public holidays")
        if on.isdecimal():
            return self.word("On day {day} of every month").replace("{day}", on)
        if len(on) == len("12-25"):
            pattern, day = self.cldr.datetime_skeletons["MMMMd"].pattern, f"2024-{on}"
        else:
            pattern, day = self.cldr.date_formats["long"].pattern, on
        return self._date(date.fromisoformat(day), pattern)

    def _date(self, day: date, pattern: str) -> str:
        def field(match: re.Match[str]) -> str:
            literal, letters, between = match.groups()
            if letters is None:
                return str(between if literal is None else literal)
            if letters[0] in "ML":
                wide = "format" if letters[0] == "M" else "stand-alone"
                by_length = {3: "abbreviated", 4: "wide"}
                if len(letters) in by_length:
                    return str(self.cldr.months[wide][by_length[len(letters)]][day.month])
                return f"{day.month:0{len(letters)}}"
            return f"{day.year if letters[0] == 'y' else day.day:0{len(letters)}}"

        return _PATTERN.sub(field, pattern)

    def _zone(self) -> str:
        """What readers of the language call the clock."""
        return ZONES[self.case.zone][self.cldr.language]


ZONES = {
    "America/Toronto": {
        "en": "Eastern Time",
        "ar": "التوقيت الشرقي لأمريكا الشمالية",
        "fr": "heure de l’Est nord-américain",
        "hi": "उत्तरी अमेरिकी पूर्वी समय",
        "ja": "アメリカ東部時間",
    },
    "Australia/Sydney": {
        "en": "Australian Eastern Time",
        "ar": "توقيت شرق أستراليا",
        "fr": "heure de l’Est de l’Australie",
        "hi": "पूर्वी ऑस्ट्रेलिया समय",
        "ja": "オーストラリア東部時間",
    },
}
"""Names of time zones, as CLDR's charts show them."""
