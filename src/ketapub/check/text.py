"""Turn text into the numbers a reader would read in it, in whatever digits they are written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SEPARATORS = r"[\s()\[\]./*#+\-\u2010-\u2015\u00b7]"
_PHONE = re.compile(rf"(?<!\d)\+?\d(?:{_SEPARATORS}{{0,3}}\d){{6,}}(?!\d)")
_CJK_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
_CJK_DIGITS["零"] = "0"
_CJK_RUN = re.compile("[〇零一二三四五六七八九]{3,}")


def is_invisible(character: str) -> bool:
    """Format and control characters and marks that show nothing by themselves."""
    return unicodedata.category(character) in {"Cf", "Cc"} or character in "\u034f\ufe0f\u3164"


def plain_digits(text: str) -> str:
    """The text with every decimal digit of any script as 0-9, invisible characters removed.

    Superscripts, circled and full-width digits count; so do runs of three or more Chinese
    numerals, which is how a number would be spelt there.
    """
    text = "".join(c for c in text if not is_invisible(c) or c in "\n\t")
    out = []
    for character in text:
        value = unicodedata.digit(character, None)
        if value is None and unicodedata.category(character) == "No":
            number = unicodedata.numeric(character, None)
            whole = number is not None and number == int(number) and number >= 0
            out.append(str(int(number)) if number is not None and whole else character)
        else:
            out.append(character if value is None else str(value))
    return _CJK_RUN.sub(lambda m: "".join(_CJK_DIGITS[c] for c in m[0]), "".join(out))


def numbers(text: str) -> Counter[str]:
    """The digit runs of a text, as a multiset."""
    return Counter(re.findall(r"\d+", plain_digits(text)))


def phone_like(text: str) -> tuple[str, ...]:
    """Runs that look like a telephone number: seven digits or more, however separated."""
    return tuple(found[0] for found in _PHONE.finditer(plain_digits(text)))
