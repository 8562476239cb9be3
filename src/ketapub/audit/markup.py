"""Turn the tree of an HTML file into running text, and a number's element into how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ketapub.audit.scan import MARK, clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i",
     "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup",
     "time", "tspan", "u", "var", "wbr")
)  # fmt: skip
_UNSEEN = frozenset(("script", "style", "template", "noscript"))


def plain(text: str) -> str:
    """One line of cleaned text."""
    return " ".join(clean(text).split())


def is_isolated(element: HtmlElement, isolating: tuple[str, ...]) -> bool:
    """Whether it is `<bdi dir="ltr">` itself or the only thing in one, with one text inside.

    `isolating`: names of the elements that may stand for `bdi`; where those are not `bdi`, which
    editors may drop, a link must also say its own direction.
    """
    if len(element):
        return False
    if element.tag in isolating:
        return True
    parent = element.getparent()
    return (
        parent is not None
        and parent.tag in isolating
        and ("bdi" in isolating or element.get("dir") == "ltr")
        and parent.get("dir") == "ltr"
        and len(parent) == 1
        and not (parent.text or "").strip()
        and not (element.tail or "").strip()
    )


def is_hidden(element: HtmlElement) -> bool:
    """Whether something in the markup itself keeps readers from it (style sheets are not read)."""
    return any(
        node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
        or "display:none" in (node.get("style") or "").replace(" ", "").lower()
        or node.tag in _UNSEEN
        for node in (element, *element.iterancestors())
    )


def text_blocks(
    root: HtmlElement, numbers: dict[HtmlElement, str]
) -> Iterator[tuple[HtmlElement, str]]:
    """(element, text) of each stretch of running text, inline markup joined, numbers as MARK."""
    parts: list[str] = []
    home = root

    def walk(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
        nonlocal home
        if element in numbers:
            parts.append(MARK)
            return
        is_inline = element.tag in _INLINE
        if not is_inline:
            yield from flush()
            home = element
        if element.tag not in _UNSEEN and isinstance(element.tag, str):
            parts.append(element.text or "")
            for child in element:
                yield from walk(child)
                parts.append(child.tail or "")
        if not is_inline and isinstance(element.tag, str):
            yield from flush()
            home = element.getparent() if element.getparent() is not None else root

    def flush() -> Iterator[tuple[HtmlElement, str]]:
        text = "".join(parts)
        parts.clear()
        if text and not text.isspace():
            yield home, text.replace("\n", " ")

    yield from walk(root)


def touches_number(text: str) -> bool:
    """Whether a digit stands directly beside a MARK."""
    return any(
        text[at - 1 : at].isdigit() or text[at + 1 : at + 2].isdigit()
        for at, char in enumerate(text)
        if char == MARK
    )
