"""Turn a pair and the glossary into findings about its terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from ketapub.check.glossary import Term
from ketapub.check.pair import UNSPACED, Finding, Pair, fold

_T = TypeVar("_T")


def glossary(pair: Pair) -> Finding | None:
    """No translation that the glossary forbids for a term of the source, and no word to avoid."""
    for term in _terms(pair):
        for word in _for_tag(term.forbidden, pair.setting.tag) or ():
            if _says(pair.target.said, word, pair.setting.language):
                good = ", ".join(_for_tag(term.approved, pair.setting.tag) or ())
                hint = f"write: {good}" if good else "see the glossary's note"
                return Finding("glossary", f"“{word}” is no good word for “{term.term}”", hint)
    for word, better in (_for_tag(pair.setting.glossary.avoid, pair.setting.tag) or {}).items():
        if _says(pair.target.said, word, pair.setting.language):
            return Finding("glossary", f"the glossary never uses “{word}”", f"write: {better}")
    return None


def approved_terms(pair: Pair) -> Finding | None:
    """A term of the source is translated as the glossary approves (advice: words inflect)."""
    for term in _terms(pair):
        good = _for_tag(term.approved, pair.setting.tag)
        if good and not any(_holds(pair.target.said, word) for word in good):
            return Finding(
                "terms",
                f"“{term.term}” is usually translated as {' or '.join(f'“{w}”' for w in good)}",
                "use the glossary's word, or tell its editor which is better",
                "warning",
            )
    return None


def _terms(pair: Pair) -> Iterator[Term]:
    """The glossary's terms that the source text says, where it has words for this language."""
    if not pair.setting.language:
        return
    text = pair.source.said
    for term in pair.setting.glossary.terms:
        if term_pattern(term.term).search(text):
            yield term


@lru_cache(maxsize=1024)
def term_pattern(term: str) -> re.Pattern[str]:
    """Where a source text says a term: as a whole word, in any case, perhaps in the plural."""
    return re.compile(rf"(?<![\w-]){re.escape(term)}(?:s|es)?(?![\w-])", re.IGNORECASE)


def _for_tag(table: Mapping[str, _T], tag: str) -> _T | None:
    return table.get(tag) or table.get(tag.partition("-")[0])


def _says(text: str, word: str, language: str) -> bool:
    """Whether a text holds these words as they are, or a single one with a longer ending."""
    if language in UNSPACED:
        return word in text
    return fold(word, "NFC").rstrip() in fold(text, "NFC")


def _holds(text: str, word: str) -> bool:
    """Whether a text holds a word in some form: prefixes and endings may stand around it."""
    return fold(word).strip() in fold(text) or word in text
