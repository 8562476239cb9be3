"""Turn messages into catalogs of two test locales, on which layouts show what they cannot hold.

`en_XA` is accented, 40 % longer and in brackets, so that a text which is cut off, or was never given
to translators, is seen at once. `ar_XB` writes the same letters in Arabic ones: real right-to-left
text in a real right-to-left font (direction marks around Latin letters would test neither shaping
nor fonts, and no translation may hold them). Placeholders, links, markup and numbers stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

from ketapub.catalog import render_catalog
from ketapub.language import TEST_TAGS, parse_language
from ketapub.message import Message

LONGER = 0.4
"""How much longer than English a text may become, in letters."""

_KEPT = re.compile(
    r"\{[A-Za-z_]\w*\}"  # placeholders
    r"|\\."  # escapes and hard line breaks
    r"|&#?\w+;"  # entities
    r"|(?P<ticks>`+).+?(?P=ticks)"  # code
    r"|\]\([^)]*\)|\]\[[^\]]*\]"  # where links lead
    r"|<[^<>\s]+>|https?://\S+"  # addresses
    r"|\d[\d.,/:–-]*(?:\s?(?:%|[A-Za-zµμ]{1,3}\b))?",  # numbers, with a unit
    re.DOTALL,
)
_ACCENTED = str.maketrans(
    "AaCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz", "ÀáĆçĎđÉéĞğĤĥÎïĴĵĶķĻłÑñÖøŘŕŠšŤţÛûŴŵÝýŽž"
)
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz",
    "ابثديفغهىجكلمنوبقرستعفوخيز",
)
_PADDING = ("łøŕém", "ïpšûm", "đøłøŕ", "šïţ", "ámét")


def render_pseudo(tag: str, domain: str, messages: Sequence[Message]) -> str:
    """The catalog of a test locale (one of `TEST_TAGS`), whole and ready."""
    write = _WRITERS[tag]
    language = parse_language(tag)
    texts = {m.key: _forms(m, write, language.nplurals) for m in messages}
    return render_catalog(domain, messages, language.locale, language.plural_forms, texts)


def _forms(message: Message, write: Callable[[str, bool], str], nplurals: int) -> tuple[str, ...]:
    is_markdown = message.syntax == "markdown"
    if not message.msgid_plural:
        return (write(message.msgid, is_markdown),)
    plural = (message.msgid_plural,) * (nplurals - 1)
    return tuple(write(text, is_markdown) for text in (message.msgid, *plural))


def accent(text: str, is_markdown: bool = False) -> str:
    """A text of `en_XA`."""
    letters = sum(map(str.isalpha, _KEPT.sub("", text)))
    wanted, padding = round(letters * LONGER), []
    for word in cycle(_PADDING):
        if wanted <= 0:
            break
        padding.append(word)
        wanted -= len(word)
    opening, closing = ("\\[", "\\]") if is_markdown else ("[", "]")
    body = _outside(text, lambda part: part.translate(_ACCENTED))
    return f"{opening}{' '.join([body, *padding])}{closing}"


def mirror(text: str, _: bool = False) -> str:
    """A text of `ar_XB`."""
    return _outside(text, lambda part: part.lower().translate(_ARABIC))


def _outside(text: str, change: Callable[[str], str]) -> str:
    """The text with everything changed that is neither a placeholder nor markup nor a number."""
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [change(text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, change(text[end:])])


_WRITERS: Mapping[str, Callable[[str, bool], str]] = dict(
    zip(TEST_TAGS, (accent, mirror), strict=True)
)
