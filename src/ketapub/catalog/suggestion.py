"""Turn old entries into a suggestion for a new message, or into none where it could mislead.

A suggestion is always fuzzy: it is shown to the translator, never to a reader. It is withheld
where numbers, negation or placeholders differ, because there a hurried translator reads over the
one word that matters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ketapub.catalog.po import Catalog, Entry
from ketapub.message import Message

LIKENESS = 75.0
"""Least likeness of two msgids in percent (normalized insertions and deletions, rapidfuzz)."""
_NUMBER_WORDS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred thousand million billion dozen half quarter first second third fourth fifth
    once twice thrice single double triple
    """.split()  # noqa: SIM905 - sixty words read better so
)
_NEGATIONS = frozenset(
    """
    no not never none nobody nothing nowhere neither nor without cannot unless except
    hardly rarely avoid stop
    """.split()  # noqa: SIM905 - as above
)
_NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis", "mis", "non-")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def suggest(
    message: Message, live: Sequence[Entry], left: Sequence[Entry], compendium: Sequence[Catalog]
) -> Entry | None:
    """The translated entry that a new message may borrow from, or None.

    `live` stand in the catalog still, `left` have no message any more; in that order of trust:
    the same msgid with another context, the same msgid in the compendium, a similar one in `left`.
    """
    shared = [entry for catalog in compendium for entry in catalog.entries if not entry.obsolete]
    same = [
        entry
        for entry in (*left, *live, *shared)
        if entry.msgid == message.msgid and entry.translated
    ]
    if same:
        return min(same, key=lambda entry: (entry.unready, entry.key != message.key))
    full = [entry for entry in left if entry.translated]
    texts = [source_of(entry)[1] for entry in full]
    for position in likest(message.msgid, texts):
        if not misleads(texts[position], message.msgid):
            return full[position]
    return None


def may_reuse(source: Entry, message: Message) -> bool:
    """Whether a suggestion is a ready translation of the very same message in another catalog.

    One or two words ("May", "Right away") mean different things in different places, context or
    not: those stay suggestions.
    """
    same = source.key == message.key and source.msgid_plural == message.msgid_plural
    return same and not source.unready and len(message.msgid.split()) > 2


def source_of(entry: Entry) -> tuple[str | None, str, str]:
    """msgctxt, msgid and msgid_plural that its translation was made for."""
    if entry.fuzzy and entry.previous:
        return entry.previous
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def is_suggestion(entry: Entry, catalog: Catalog) -> bool:
    """Whether an entry is a suggestion of ours that nobody has touched.

    What it was borrowed from stands in its catalog still, so nothing is lost with it.
    """
    if not (entry.fuzzy and entry.previous):
        return False
    msgctxt, msgid, _plural = source_of(entry)
    return any(
        other.msgid == msgid
        and other.msgctxt == msgctxt
        and other.msgstr == entry.msgstr
        and not other.fuzzy
        and set(entry.comments) <= set(other.comments)
        for other in catalog.entries
    )


def likest(text: str, choices: Sequence[str]) -> Iterator[int]:
    """The places of the choices that are like a text, the likest first."""
    if not choices:
        return
    from rapidfuzz import fuzz, process  # costs 20 ms, and most updates have no new message

    found = process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=None)
    for _text, _likeness, position in found:
        yield position


def misleads(old: str, new: str) -> bool:
    """Whether two English texts differ in a number, a negation or a placeholder."""
    return (
        numbers(old) != numbers(new)
        or sorted(_PLACEHOLDER.findall(old)) != sorted(_PLACEHOLDER.findall(new))
        or negations(old) != negations(new)
        or _turns_around(_words(old), _words(new))
    )


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text in order: digits of any script as ASCII, and English number words."""
    plain = "".join(_as_digit(char) for char in text.lower().replace("at once", "now"))
    tokens = re.findall(r"[0-9]+|<[^>]+>|[^\W\d_]+", plain)
    return tuple(t for t in tokens if t[0] in "0123456789<" or t in _NUMBER_WORDS)


def _as_digit(char: str) -> str:
    if char < "\x80":
        return " " if char in "<>" else char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    value = unicodedata.numeric(char, None)
    return char if value is None else f"<{value}>"


def negations(text: str) -> tuple[str, ...]:
    """The words of negation in an English text, sorted; a contraction such as "don't" is "not"."""
    found = []
    for word in _words(text):
        if word.endswith(("n't", "n\u2019t")):
            found.append("not")
        elif word in _NEGATIONS:
            found.append("not" if word == "cannot" else word)
    return tuple(sorted(found))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _turns_around(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether a word of one text stands in the other with a prefix of negation: safe, unsafe."""
    lost, gained = set(old) - set(new), set(new) - set(old)
    return any(
        prefix + word in others
        for word_set, others in ((lost, gained), (gained, lost))
        for word in word_set
        for prefix in _NEGATIVE_PREFIXES
    )
