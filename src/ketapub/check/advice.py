"""Turn a pair into advice: what is probably wrong, but holds nothing back."""

from __future__ import annotations

import re
import unicodedata

from ketapub.check.pair import UNSPACED, Finding, Pair

_ENDS = {":": ":：", "?": "?？؟;", "!": "!！", ".": ".。।۔…!?"}
_LONG = 60
_TWICE = re.compile(r"(?<![\w'’-])(\w{2,}+) \1(?![\w'’-])", re.IGNORECASE)
_PASTED = 6
"""Letters of the shortest text that is taken for one pasted twice."""
_DENSE = frozenset({"Hans", "Hant", "Jpan", "Kore"})


def _advice(code: str, message: str, hint: str) -> Finding:
    return Finding(code, message, hint, "warning")


def emphasis(pair: Pair) -> Finding | None:
    """As much emphasis as the source has."""
    for kind, mark in (("strong_open", "**so**"), ("em_open", "*so*")):
        wanted, found = (
            sum(t.type == kind for t in text.tokens) for text in (pair.source, pair.target)
        )
        if wanted != found:
            message = f"emphasis differs: {wanted} × {mark} in the source, {found} × here"
            return _advice("emphasis", message, "emphasize the same words, if the language does so")
    return None


def edge_spaces(pair: Pair) -> Finding | None:
    """The same blanks at both ends, and within no blank of no width, which parts words unseen."""
    source, target = pair.source.raw, pair.target.raw
    for cut in (str.lstrip, str.rstrip):
        if (cut(source, " \t") == source) is not (cut(target, " \t") == target):
            end = "beginning" if cut is str.lstrip else "end"
            return _advice("spaces", f"a blank at the {end} differs", "begin and end as the source")
    language = pair.setting.language
    if "\u200b" in target and "\u200b" not in source and language and language not in UNSPACED:
        message = "an invisible blank (U+200B) stands in the text"
        return _advice("spaces", message, "delete it: it was probably pasted in from a web page")
    return None


def ending(pair: Pair) -> Finding | None:
    """A question stays a question, and what announces a list does so."""
    source, target = pair.source.plain.rstrip(" )”»"), pair.target.plain.rstrip(" )”»）")
    last = source[-1:]
    if last not in "?:" or not target or not last or target[-1] in _ENDS[last]:
        return None
    if last == "?" and any(mark in target for mark in _ENDS["?"]):
        return None
    if last == ":" and target[-1] in "؛：—–":
        return None
    return _advice("ending", f"the source ends with “{last}”", "end as the language does it there")


def length(pair: Pair) -> Finding | None:
    """Neither cut off nor pasted twice."""
    source, target = len(pair.source.plain), len(pair.target.plain)
    least = 0.12 if pair.setting.script in _DENSE else 0.4
    if source < _LONG or least * source <= target <= 2.5 * source:
        return None
    what = "much shorter" if target < source else "much longer"
    return _advice(
        "length", f"the translation is {what} than the source", "is something missing, or twice?"
    )


def doubled(pair: Pair) -> Finding | None:
    """Neither the whole text nor a word twice in a row where it is not so in the source."""
    if _stands_twice(pair.target.plain) and not _stands_twice(pair.source.plain):
        return _advice("doubled", "the whole text stands twice", "delete it once")
    found = _TWICE.search(unicodedata.normalize("NFC", pair.target.plain))
    if found is None or _TWICE.search(pair.source.plain):
        return None
    return _advice("doubled", f"“{found[0]}”: a word stands twice", "delete one, if it is a slip")


def _stands_twice(text: str) -> bool:
    """Whether a text of several words is one text pasted twice, with or without a blank between."""
    letters = "".join(text.split())
    half, odd = divmod(len(letters), 2)
    return not odd and half >= _PASTED and letters[:half] == letters[half:]
