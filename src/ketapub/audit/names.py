"""Turn printed lines into the answer whether a country is named in them, in any script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ketapub.audit.glyphs import Stretch
from ketapub.audit.scan import clean
from ketapub.language import Language

_REORDERED = frozenset(
    ("Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Thai", "Laoo", "Khmr", "Mymr", "Deva", "Beng",
     "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Tibt")
)  # fmt: skip
"""Scripts whose letters a PDF may hold in another order than the text's own."""


def is_named(name: str, lines: Sequence[Stretch], language: Language) -> bool:
    """Whether a name stands in these lines.

    Compared by letters and digits alone, without case and marks. Where a script is printed in
    another order than it is written (right to left, split Thai and Indic vowels, ligatures), the
    same letters in any order within as many neighbouring letters count too.
    """
    wanted = _letters(name)
    rows = [_letters(line.text) for line in lines]
    if language.direction == "rtl":
        backwards = "".join(row[::-1] for row in rows)
        if wanted in backwards or _has_letters(wanted, backwards):
            return True
    text = "".join(rows)
    if wanted in text:
        return True
    return language.script in _REORDERED and _has_letters(wanted, text)


def _letters(text: str) -> str:
    return "".join(char for char in clean(text).casefold() if char.isalnum())


def _has_letters(wanted: str, text: str) -> bool:
    """Whether some stretch of the text has exactly the wanted letters, in any order."""
    size = len(wanted)
    if not size or len(text) < size:
        return False
    lacking = Counter(wanted)
    lacking.subtract(text[:size])
    for at in range(size, len(text) + 1):
        if not any(lacking.values()):
            return True
        if at < len(text):
            lacking[text[at - size]] += 1
            lacking[text[at]] -= 1
    return False
