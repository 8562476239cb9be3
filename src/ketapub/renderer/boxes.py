"""Turn a laid-out page into its boxes: which part each belongs to, and which text misses its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

FIXED = ("edge", "help")
"""Ids of the parts that stand in the same place on every sheet."""


def walk(page: Any) -> Iterator[tuple[str, Any]]:
    """Every box of a laid-out page, with its zone: `margin`, `edge`, `help`, `copy` or `flow`.

    A `copy` is what an element of that class holds: a card or strip that says again what another
    of the same sheet says.
    """
    from weasyprint.formatting_structure import boxes

    stack = [(child, "flow") for child in reversed(page._page_box.children)]
    while stack:
        box, zone = stack.pop()
        box = getattr(box, "_box", box)  # an absolutely placed box hides behind a placeholder
        if isinstance(box, boxes.MarginBox):
            zone = "margin"
        elif zone == "flow" and box.element is not None and box.element.get("id") in FIXED:
            zone = box.element.get("id")
        if zone in ("flow", "help") and _is_of_class(box, "copy"):
            zone = "copy"
        yield zone, box
        if isinstance(box, boxes.ParentBox):
            stack += [(child, zone) for child in reversed(box.children)]


def leaves(page: Any) -> Iterator[tuple[str, Any, str]]:
    """The texts and pictures of a page: zone, box, and the text ("" for a picture)."""
    from weasyprint.formatting_structure import boxes

    for zone, box in walk(page):
        if isinstance(box, boxes.TextBox):
            yield zone, box, box.text
        elif isinstance(box, boxes.ReplacedBox):
            yield zone, box, ""


def wide_lines(page: Any, slack: float) -> Iterator[str]:
    """Texts that stick out sideways of their block by more than `slack` pixels, over a neighbour."""
    from weasyprint.formatting_structure import boxes

    for _, box in walk(page):
        if not isinstance(box, boxes.BlockContainerBox):
            continue
        left, right = box.content_box_x() - slack, box.content_box_x() + box.width + slack
        for line in box.children:
            if isinstance(line, boxes.LineBox):
                for text in _texts(line):
                    if text.position_x < left or text.position_x + text.width > right:
                        yield text.text


def spilled(page: Any) -> Iterator[str]:
    """Texts that leave their element of class `fit`: a card, a panel, a strip.

    Measured by their lines: a font's own box is taller than its line in many scripts.
    """
    from weasyprint.formatting_structure import boxes

    for _, box in walk(page):
        if not _is_of_class(box, "fit") or not isinstance(box, boxes.BlockBox):
            continue
        left, top = box.border_box_x() - 1, box.border_box_y() - 1
        right, bottom = left + box.border_width() + 2, top + box.border_height() + 2
        for line in box.descendants(placeholders=True):
            line = getattr(line, "_box", line)
            if not isinstance(line, boxes.LineBox):
                continue
            is_outside = line.position_y < top or line.position_y + line.height > bottom
            for text in _texts(line):
                end = text.position_x + text.width
                if is_outside or text.position_x < left or end > right:
                    yield text.text


def _is_of_class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


def short_lines(page: Any) -> Iterator[str]:
    """The texts of right-to-left lines that end early although what follows them fits.

    At a few widths in a hundred the renderer breaks such a line after a word or two, where an
    element begins near the line's end.
    """
    from weasyprint.formatting_structure import boxes

    for _, box in walk(page):
        if not isinstance(box, boxes.BlockContainerBox) or box.style["direction"] != "rtl":
            continue
        lines = [child for child in box.children if isinstance(child, boxes.LineBox)]
        for line, following in pairwise(lines):
            texts, needed = _texts(line), _first_width(following)
            if texts and needed and not _forced(line):
                used = sum(text.width for text in texts)
                if used < 0.45 * box.width and used + 1.5 * needed < box.width:
                    yield " ".join(text.text.strip() for text in texts)


def _texts(line: Any) -> list[Any]:
    return [box for box in line.descendants() if hasattr(box, "pango_layout") and box.text.strip()]


def _first_width(line: Any) -> float:
    """About how wide the part of a line is that cannot be broken at its start, in pixels."""
    from weasyprint.formatting_structure import boxes

    box = line
    while isinstance(box, boxes.ParentBox) and box.children:
        box = getattr(box.children[0], "_box", box.children[0])
        if isinstance(box, boxes.AtomicInlineLevelBox):
            return float(box.margin_width())
    texts = _texts(line)
    if not texts or texts[0].style["white_space"] == "nowrap":
        return float(texts[0].width) if texts else 0.0
    text = texts[0]
    return float(text.width) * (len(text.text.split()[0]) + 1) / len(text.text)


def _forced(line: Any) -> bool:
    return any(box.element_tag == "br" for box in line.descendants())
