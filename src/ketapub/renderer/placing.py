"""Turn the heights of a sheet's fixed parts into the styles that make room for them.

Both are found in one tree of boxes: the parts are laid out in it by themselves before the pages
are, and the last style sheet gives way to one that knows their heights.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ketapub.renderer.boxes import FIXED


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was measured, in CSS pixels."""

    heights: Mapping[str, float]
    """Of each part, by its id, with its margins; 0 where there is none."""
    margins: Mapping[str, float]
    """Of the page as its templates set them: `top`, `right`, `bottom`, `left`."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How the pages are to be laid out."""

    styles: str
    """In place of the last style sheet: what differs stands in its rules for pages."""
    offsets: Mapping[str, tuple[str, float]]
    """Part -> `top` or `bottom`, and how many pixels the part stands from there."""


Place = Callable[[Fixed], Settled]

_waiting: list[tuple[Place, Callable[[str], Any]]] = []


@contextlib.contextmanager
def placing(place: Place | None, read: Callable[[str], Any]) -> Iterator[None]:
    """The document that is rendered meanwhile has its parts placed; `read` turns styles into a sheet."""
    _waiting[:] = [(place, read)] if place else []
    try:
        yield
    finally:
        _waiting.clear()


@lru_cache(maxsize=1)
def hook_places() -> None:
    """Let parts be measured between the making of the boxes and their layout on pages."""
    from weasyprint import document

    original = document.layout_document

    def layout_document(html: Any, root: Any, context: Any) -> Any:
        if _waiting:
            place, read = _waiting.pop()
            _settle(html, root, context, place, read)
        return original(html, root, context)

    document.layout_document = layout_document


def _settle(html: Any, root: Any, context: Any, place: Place, read: Callable[[str], Any]) -> None:
    from weasyprint.css.properties import Dimension
    from weasyprint.layout.absolute import absolute_box_layout

    page = _blank_page(html, root, context)
    heights = dict.fromkeys(FIXED, 0.0)
    parts = [box for box in root.descendants() if _is_fixed(box)]
    for box in parts:
        trial = box.deepcopy()  # first letters are cut off what is laid out
        trial.position_x = trial.position_y = 0
        # without end: it is measured, not broken
        laid, _ = absolute_box_layout(context, trial, page, [], float("-inf"), None)
        zone = box.element.get("id")
        heights[zone] = max(heights[zone], laid.margin_height())
    sides = ("top", "right", "bottom", "left")
    settled = place(Fixed(heights, {side: getattr(page, f"margin_{side}") for side in sides}))
    _, *how = context.style_for._sheets[-1]
    context.style_for._sheets[-1] = (read(settled.styles), *how)
    for box in parts:
        side, offset = settled.offsets[box.element.get("id")]
        box.style[side] = Dimension(offset, "px")


def _is_fixed(box: Any) -> bool:
    """Whether it is the box of a part, and no box inside it."""
    is_part = box.element is not None and box.element.get("id") in FIXED
    return is_part and box.style["position"] == "fixed"


def _blank_page(html: Any, root: Any, context: Any) -> Any:
    """A first page with nothing on it."""
    from weasyprint.layout import initialize_page_maker
    from weasyprint.layout.page import PageType, make_page, set_page_type_computed_styles

    initialize_page_maker(context, root)
    context.rendered_notes = []
    state = context.page_maker[0][3]
    kind = PageType("right", blank=False, name="", index=0, groups=())
    set_page_type_computed_styles(kind, html, context.style_for)
    page, _, _ = make_page(context, root.copy_with_children([]), kind, None, 1, state)
    return page
