"""Turn text into the numbers that a reader would read in it, in whatever digits they are written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from functools import lru_cache

_BLANK_LETTERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"
_CJK_DIGITS = {
    ord(numeral): str(value)
    for row in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "〇〡〢〣〤〥〦〧〨〩")
    for value, numeral in enumerate(row)
} | {ord("幺"): "1"}  # as "one" is said on the telephone
_CJK_RUN = re.compile(rf"[{''.join(map(chr, _CJK_DIGITS))}]{{3,}}+(?![十百千万亿])")

_SEPARATOR = r"[ \t\n()\[\]./*#+\-_~·•・]"
_CHAIN = re.compile(r"[0-9]+(?:[\W_]{1,3}[0-9]+)*")
_PHONE = re.compile(rf"(?<![0-9])\+?[0-9](?:{_SEPARATOR}{{0,3}}[0-9]){{6,}}(?![0-9])")
_SPELLED = re.compile(rf"(?<![0-9])[0-9](?:{_SEPARATOR}{{1,3}}[0-9]){{2,}}(?![.,]?[0-9])")
_GROUPED = re.compile(rf"[0-9]+(?:(?:{_SEPARATOR}|[,'’٬⁄]){{1,3}}[0-9]+)*")
_WHOLE = re.compile(r"(?<![0-9])[0-9]{1,3}(?:[ ,.'’٬][0-9]{3})+(?![0-9])|[0-9]+")
_DATES = re.compile(
    r"(?<![0-9])(?<![0-9][-./])"
    r"(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}([./])[0-9]{1,2}\1[0-9]{4}"
    r"|(?:19|20)[0-9]{2} ?[-/] ?(?:19|20)[0-9]{2})"
    r"(?![0-9])(?![-./][0-9])"
)
_MEASURE = re.compile(
    r"[A-Za-z.,:/]?[0-9]|[A-Za-z]| ?[%‰°$£€]| (?:[kmµμ]?g|mcg|m?l|[kcm]?m|min|h|s)\b"
)
_BESIDE_PLACEHOLDER = re.compile(r"[0-9+*#][-./]?\{\w+\}|\{\w+\}[-./]?[0-9*#]")

_FRACTION = "\N{FRACTION SLASH}"

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
"""Of ASCII, what shows nothing and is no space: all else in it is plain as it stands."""

LONGEST = 15
"""Digits of the longest telephone number (ITU-T E.164)."""
LONG = 5
"""A number this long is recognized in any grouping; a shorter one only by itself."""
SHORT = 3
"""Shorter numbers than this (15, 17) cannot be told from ordinary ones."""


def is_invisible(character: str) -> bool:
    """Format and control characters and letters that show nothing by themselves."""
    return unicodedata.category(character) in {"Cf", "Cc"} or character in _BLANK_LETTERS


class _Table(dict[int, str]):
    """What each character becomes, found out once: for `str.translate`."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self.change = change

    def __missing__(self, code: int) -> str:
        self[code] = new = self.change(chr(code))
        return new


def translator(change: Callable[[str], str]) -> Mapping[int, str]:
    """A function of single characters as a table for `str.translate`."""
    return _Table(change)


@lru_cache(maxsize=256)  # one pair of texts is asked about by many checks
def plain_digits(text: str) -> str:
    """The text with every digit of any script as 0-9, marks and invisible characters removed.

    Superscripts, circled and full-width digits count, and so do both halves of a fraction and runs
    of three or more Chinese numerals, which is how a number would be spelt there.
    """
    if text.isascii():
        return _CONTROLS.sub("", text)
    return _CJK_RUN.sub(lambda run: run[0].translate(_CJK_DIGITS), text.translate(_PLAIN))


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Mn", "Me"} or (is_invisible(character) and not character.isspace()):
        return ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if category == "No":
        number = Fraction(unicodedata.numeric(character)).limit_denominator(1000)
        return f" {number}".replace("/", _FRACTION) if number.denominator > 1 else str(number)
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    return unicodedata.normalize("NFKC", character)


_PLAIN = translator(_plain)


def may_be_digit(character: str) -> bool:
    """Whether `plain_digits` may make a digit of it."""
    return ord(character) in _CJK_DIGITS or any("0" <= c <= "9" for c in _PLAIN[ord(character)])


def numbers(text: str) -> Counter[str]:
    """The digit runs of a text, as a multiset."""
    return Counter(re.findall("[0-9]+", plain_digits(text)))


def whole_numbers(text: str) -> Counter[str]:
    """As `numbers`, with groups of thousands joined: `1,500`, `1 500` and `1500` are the same."""
    plain = plain_digits(text)
    return Counter(only_digits(found[0]) for found in _WHOLE.finditer(plain))


def phone_like(text: str) -> tuple[str, ...]:
    """Runs that look like a telephone number: seven digits or more, however separated.

    Dates (2025-05-02, 2.5.2025) and spans of years are none.
    """
    return tuple(found[0] for found in _PHONE.finditer(_DATES.sub("\n\n\n\n", plain_digits(text))))


def spelled_digits(text: str) -> tuple[str, ...]:
    """Numbers spelt digit by digit, as in 9-1-1: three digits or more, each by itself."""
    return tuple(found[0] for found in _SPELLED.finditer(plain_digits(text)))


def number_shapes(text: str) -> tuple[str, ...]:
    """What would be taken for a number to dial: long runs and spelt digits."""
    return (*phone_like(text), *spelled_digits(text))


def joined_digits(text: str) -> frozenset[str]:
    """The digits of every stretch of numbers, with the separators of thousands left out too."""
    stretches = [found[0] for found in _GROUPED.finditer(plain_digits(text))]
    return frozenset(map(only_digits, (*stretches, *number_shapes(text))))


def only_digits(text: str) -> str:
    """The characters 0-9 of a text."""
    return re.sub("[^0-9]", "", text)


def known_in(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The known numbers (digit strings) that a text holds, in whatever grouping."""
    plain = plain_digits(text)
    found = []
    for chain in _CHAIN.finditer(plain):
        groups = [(m.start(), m.end()) for m in re.finditer("[0-9]+", chain[0])]
        for first, (start, _) in enumerate(groups):
            for last in range(first, len(groups)):
                begin, end = chain.start() + start, chain.start() + groups[last][1]
                number = only_digits(plain[begin:end])
                if len(number) > LONGEST:
                    break
                if number in known and _stands_alone(plain, begin, end, number, last - first + 1):
                    found.append(plain[begin:end])
    return tuple(found)


def _stands_alone(text: str, begin: int, end: int, number: str, groups: int) -> bool:
    """Whether these digits mean the number, and not an amount, a measure or a part of one."""
    if len(number) >= LONG:
        return True
    if len(number) < SHORT or groups not in {1, len(number)}:
        return False
    if _FRACTION in text[begin:end]:
        return False
    inside = r"[0-9][.,:/ ]$" if number == "000" else r"[0-9][.,:/]$|[$£€¥₹] ?$"
    return not (re.search(inside, text[max(0, begin - 2) : begin]) or _MEASURE.match(text, end))


def beside_placeholder(text: str) -> str:
    """A digit that would run together with the number that stands for a `{name}`, or ''."""
    found = _BESIDE_PLACEHOLDER.search(plain_digits(text))
    return found[0] if found else ""
