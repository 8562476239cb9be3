"""Turn printed lines into the answer whether a country is named in them, in any script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from ketapub.audit.glyphs import Stretch
from ketapub.audit.scan import MARK, clean
from ketapub.language import Language

_REORDERED = frozenset(
    ("Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Thai", "Laoo", "Khmr", "Mymr", "Deva", "Beng",
     "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Tibt")
)  # fmt: skip
"""Scripts whose letters a PDF may hold in another order than the text's own."""


def is_named(
    name: str, lines: Sequence[Stretch], language: Language, services: Collection[str] = ()
) -> bool:
    """Whether a name stands in these lines, and not only as a part of the name of a service.

    Compared by letters and digits alone, without case and marks. Where a script is printed in
    another order than it is written (right to left, split Thai and Indic vowels, ligatures), the
    same letters in any order within as many neighbouring letters count too.
    """
    find = _find_letters if language.script in _REORDERED else str.find
    wanted = _letters(name)
    longer = {own for own in map(_letters, services) if wanted in own and wanted != own}
    rows = [_letters(line.text) for line in lines]
    texts = ["".join(rows)]
    if language.direction == "rtl":
        texts.append("".join(row[::-1] for row in rows))
    return any(find(_mask(text, longer, find), wanted) >= 0 for text in texts)


def _letters(text: str) -> str:
    return "".join(char for char in clean(text).casefold() if char.isalnum())


def _mask(text: str, names: Collection[str], find: Callable[[str, str], int]) -> str:
    """The text with every one of these names replaced by MARK, the longest first."""
    for name in sorted(names, key=lambda name: (-len(name), name)):
        while (at := find(text, name)) >= 0:
            text = text[:at] + MARK + text[at + len(name) :]
    return text


def _find_letters(text: str, wanted: str) -> int:
    """Where a stretch of the text begins that has exactly the wanted letters, in any order."""
    size = len(wanted)
    if not size or len(text) < size:
        return -1
    lacking = Counter(wanted)
    lacking.subtract(text[:size])
    for at in range(size, len(text) + 1):
        if not any(lacking.values()):
            return at - size
        if at < len(text):
            lacking[text[at - size]] += 1
            lacking[text[at]] -= 1
    return -1
