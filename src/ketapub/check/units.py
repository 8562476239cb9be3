"""Turn a text into its measures: which unit stands beside which number, in CLDR's words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ketapub.check.text import plain_digits

_CLDR = {
    "duration-second": "seconds",
    "duration-minute": "minutes",
    "duration-hour": "hours",
    "duration-day": "days",
    "duration-week": "weeks",
    "duration-month": "months",
    "duration-year": "years",
    "mass-microgram": "µg",
    "mass-milligram": "mg",
    "mass-gram": "g",
    "mass-kilogram": "kg",
    "volume-milliliter": "ml",
    "volume-liter": "l",
    "concentr-percent": "percent",
}
DOSES = frozenset({"µg", "mg", "g", "ml"})
"""Units that a number may never lose."""

_EVERYWHERE = {"µg": ("mcg", "ug"), "mg": (), "g": (), "kg": (), "ml": (), "percent": ("%", "٪")}
_MORE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {"hours": ("hrs", "hr"), "µg": ("microgram",), "mg": ("milligram",), "g": ("gram",)},
    "de": {"hours": ("stündig",), "days": ("tägig",)},
    "ar": {
        "µg": ("مكغ", "ميكروغرام", "ميكروجرام", "مكجم"),
        "mg": ("ملغ", "ملغم", "مجم", "مغ", "ملجم", "ملليغرام", "مليغرام", "ملليجرام", "مليجرام"),
        "g": ("جرام", "غم", "جم"),
        "ml": ("مل", "ملليلتر", "مليلتر"),
        "hours": ("ساعه", "ساعات"),
    },
    "fa": {"mg": ("میلی گرم", "میلیگرم", "میلی‌گرم"), "ml": ("میلی لیتر", "سی سی", "میلی‌لیتر")},
    "hi": {
        "µg": ("माइक्रोग्राम",),
        "mg": ("मि.ग्रा.", "मिलीग्राम", "मिग्रा", "एमजी"),
        "g": ("ग्राम",),
        "ml": ("मि.ली.", "मिलीलीटर", "मिली"),
        "hours": ("घण्टे", "घण्टा", "घंटों"),
        "minutes": ("मिनटों",),
    },
    "zh": {"hours": ("个小时",), "weeks": ("星期", "个星期"), "days": ("日",)},
}
_SHORT = 3
_NUMBER = r"[0-9]+"


@lru_cache(maxsize=1 << 10)  # a source text is measured for each language
def measures(text: str, tag: str) -> Mapping[str, Counter[str]]:
    """Last digit group of each number -> the units that stand beside such a number.

    The last group only, because separators differ: 1,500 mg and 1 500 mg are both `500`.
    """
    plain = plain_digits(text).casefold()
    behind, before = _patterns(tag)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for pattern, unit_of in (behind, before):
        for match in pattern.finditer(plain) if pattern else ():
            found[match["number"]][unit_of[match["unit"]]] += 1
    return found


_Table = tuple[re.Pattern[str] | None, Mapping[str, str]]


@lru_cache(maxsize=64)
def _patterns(tag: str) -> tuple[_Table, _Table]:
    """(pattern, word -> unit) for units behind their number, and for those before it."""
    behind, before = _cldr_words(tag)
    for unit, words in (*_EVERYWHERE.items(), *_MORE.get(tag.partition("-")[0], {}).items()):
        behind |= {_fold(word): unit for word in (*words, unit)}
    behind = {word: unit for word, unit in behind.items() if word}
    gap = r"[\s\-.]{0,2}"
    first = re.compile(rf"(?P<number>{_NUMBER}){gap}(?P<unit>{_any(behind)})")
    second = re.compile(rf"(?P<unit>{_any(before)})\s?(?P<number>{_NUMBER})") if before else None
    return (first, behind), (second, before)


def _any(words: Mapping[str, str]) -> str:
    """The longest first; a short one only as a whole word, a long one with any ending."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w) + (r"(?![^\W\d_])" if _is_sign(w) else "") for w in ordered)


def _is_sign(word: str) -> bool:
    return len(word) <= _SHORT and word.isalpha() and ord(word[0]) < ord("\u2e80")


def _cldr_words(tag: str) -> tuple[dict[str, str], dict[str, str]]:
    from babel import localedata

    behind: dict[str, str] = {}
    before: dict[str, str] = {}
    locale = next(
        (t for t in (tag.replace("-", "_"), tag.partition("-")[0]) if localedata.exists(t)), ""
    )
    if not locale:
        return behind, before
    data: Any = localedata.load(locale)
    patterns = localedata.LocaleDataDict(data)["unit_patterns"]
    for name, unit in _CLDR.items():
        for length in ("long", "short"):
            for pattern in patterns.get(name, {}).get(length, {}).values():
                text = str(pattern)
                start, hole, end = text.partition("{0}")
                if hole and not start.strip():
                    behind[_fold(end)] = unit
                elif hole and not end.strip():
                    before[_fold(start)] = unit
    return behind, {word: unit for word, unit in before.items() if word}


def _fold(word: str) -> str:
    return plain_digits(word).casefold().strip()
