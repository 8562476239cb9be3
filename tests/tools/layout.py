"""Turn a laid-out page of the renderer into its lines and its texts with what they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def lines(page: Any) -> Iterator[str]:
    """The text of each line."""
    for box, _ in _walk(page._page_box, frozenset()):
        if type(box).__name__ == "LineBox":
            text = "".join(getattr(part, "text", "") for part in box.descendants()).strip()
            if text:
                yield text


def texts(page: Any) -> Iterator[tuple[frozenset[str], float, str]]:
    """(classes, ids and margin boxes around it, size in points, text)."""
    for box, around in _walk(page._page_box, frozenset()):
        if type(box).__name__ == "TextBox" and box.text.strip():
            yield around, box.style["font_size"] * 0.75, box.text


def boxes(page: Any) -> Iterator[Any]:
    """Every box."""
    for box, _ in _walk(page._page_box, frozenset()):
        yield box


def _walk(box: Any, around: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    box = getattr(box, "_box", box)
    if box.element is not None and not isinstance(box.element, str):
        around |= {*(box.element.get("class") or "").split(), box.element.get("id") or "-"}
    if type(box).__name__ == "MarginBox":
        around |= {"margin"}
    yield box, around
    for child in getattr(box, "children", ()):
        yield from _walk(child, around)
