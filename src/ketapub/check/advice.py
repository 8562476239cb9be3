"""Turn a pair into advice: what is probably wrong, but holds nothing back."""

from __future__ import annotations

import re
import unicodedata

from ketapub.check.pair import Finding, Pair

_ENDS = {":": ":：", "?": "?？؟;", "!": "!！", ".": ".。।۔…!?"}
_LONG = 60
_TWICE = re.compile(r"(?<![\w'’-])(\w{2,}) \1(?![\w'’-])", re.IGNORECASE)
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
            message = f"emphasis differs: {mark} stands {wanted} times in the source, here {found}"
            return _advice("emphasis", message, "emphasize the same words, if the language does so")
    return None


def edge_spaces(pair: Pair) -> Finding | None:
    """The same blanks at both ends."""
    source, target = pair.source.raw, pair.target.raw
    for cut in (str.lstrip, str.rstrip):
        if (cut(source, " \t") == source) is not (cut(target, " \t") == target):
            end = "beginning" if cut is str.lstrip else "end"
            return _advice("spaces", f"a blank at the {end} differs", "begin and end as the source")
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
    """No word twice in a row that is not so in the source."""
    found = _TWICE.search(unicodedata.normalize("NFC", pair.target.plain))
    if found is None or _TWICE.search(pair.source.plain):
        return None
    return _advice("doubled", f"“{found[0]}”: a word stands twice", "delete one, if it is a slip")
