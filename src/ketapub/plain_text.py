"""Turn the HTML of a text into plain text: for messengers, braille software and old phones.

One line a paragraph, however long: a phone and a braille display break it where they must, and what
is written from right to left would change its direction at a break of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_ISOLATES = {"ltr": "\u2066", "rtl": "\u2067", "auto": "\u2068"}
"""What opens a stretch of its own direction (UAX #9): LRI, RLI, FSI."""
_END = "\u2069"
_BREAK = "\u2028"
"""Stands for `<br>` until spaces are folded."""
_SPACES = re.compile(r"[ \t\r\n]+")
"""Folded as in HTML; a space that must not break stays."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    ("article", "blockquote", "body", "div", "footer", "header", "hr", "li", "main", "ol", "p",
     "pre", "section", "table", "ul", *_HEADINGS)
)  # fmt: skip


def to_text(html: str) -> str:
    """An HTML document as plain text.

    Paragraphs stand apart by an empty line, headings by two; list items begin with `- ` or their
    number; a table's row is a line for each cell, `name of the column: cell`. What has another
    direction than the text around it is isolated (UAX #9), so that no number is reversed on any
    screen. A link to the web is followed by its address; other links are their words.
    """
    from lxml.html import document_fromstring

    root = document_fromstring(html)
    found = "\n\n".join(_paragraphs(root.find("body"), root.get("dir", "ltr")))
    return found.strip("\n") + "\n"


@lru_cache(maxsize=1 << 8)  # most passages of an article stand in the texts of all regions
def passage_text(html: str, direction: str) -> str:
    """Whole blocks of HTML as the paragraphs that they are in `to_text`."""
    from lxml.html import document_fromstring

    body = document_fromstring(f"<body>{html}</body>").find("body")
    return "\n\n".join(_paragraphs(body, direction))


def _paragraphs(element: Any, direction: str) -> Iterator[str]:
    run = element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield from _told(run)
            yield from _block(child, direction)
            run = ""
        else:
            run += _inline(child, direction)
        run += child.tail or ""
    yield from _told(run)


def _told(run: str) -> Iterator[str]:
    lines = (_SPACES.sub(" ", line).strip(" ") for line in run.split(_BREAK))
    if text := "\n".join(filter(None, lines)):
        yield text


def _block(element: Any, direction: str) -> Iterator[str]:
    if element.tag in _HEADINGS:
        yield from (f"\n{text}" for text in _paragraphs(element, direction))
    elif element.tag in ("ul", "ol"):
        yield "\n".join(_items(element, direction))
    elif element.tag == "table":
        yield from _rows(element, direction)
    elif element.tag == "pre":
        yield element.text_content().strip("\n")
    else:
        yield from _paragraphs(element, direction)


def _items(element: Any, direction: str) -> Iterator[str]:
    first = int(element.get("start", 1))
    for number, item in enumerate(element.iterchildren("li"), start=first):
        sign = "- " if element.tag == "ul" else f"{number}. "
        lines = "\n".join(_paragraphs(item, direction)).replace("\n", "\n" + " " * len(sign))
        yield sign + lines


def _rows(table: Any, direction: str) -> Iterator[str]:
    """Each row below the first, its cells under the names of their columns."""
    rows = [
        [" ".join(_paragraphs(cell, direction)) for cell in row.iterchildren("th", "td")]
        for row in table.iter("tr")
    ]
    for row in rows[1:]:
        cells = zip(rows[0], row, strict=True)
        yield "\n".join(": ".join(filter(None, (name, cell))) for name, cell in cells if cell)


def _inline(element: Any, direction: str) -> str:
    if not isinstance(element.tag, str):  # a comment
        return ""
    if element.tag == "br":
        return _BREAK
    if element.tag == "img":
        return element.get("alt") or ""
    own = element.get("dir") or direction
    text = element.text or ""
    text += "".join(_inline(child, own) + (child.tail or "") for child in element)
    if element.tag == "a":
        text = _link(text, element.get("href") or "", own)
    return text if own == direction else f"{_ISOLATES[own]}{text}{_END}"


def _link(text: str, href: str, direction: str) -> str:
    if not href.startswith(("https:", "http:")):
        return text
    address = href if direction == "ltr" else f"{_ISOLATES['ltr']}{href}{_END}"
    said = text.strip("".join(_ISOLATES.values()) + _END)
    return address if said in href else f"{text} ({address})"
