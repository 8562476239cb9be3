"""Turn what WeasyPrint would work out again and again into what it has worked out once.

Every shortcut gives the bytes that the long way gives: it keeps an answer whose question is the
same, or leaves out what nobody looks at. `test_shortcuts.py` prints sheets both ways.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from functools import lru_cache, wraps
from typing import Any

from ketapub.renderer.shaping import (
    keep_shaped_texts,
    remember_breaks,
    remember_fonts,
    remember_struts,
    replace,
)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """No search for garbage in cycles while a sheet is laid out: what it would find is in use."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@lru_cache(maxsize=1)
def take_shortcuts() -> None:
    """Take all of them, in this process, from now on."""
    _try_columns_once()
    _copy_fixed_boxes()
    remember_breaks()
    remember_struts()
    remember_fonts()
    _remember_percentages()
    _ask_first_for_normal_flow()
    _answer_plain_properties()
    keep_shaped_texts()
    _write_once()


# Layout ------------------------------------------------------------------------------------


def _try_columns_once() -> None:
    """Columns that are filled one after the other are laid out once, not tried before.

    The trial finds their height for those that are balanced; for these its result is dropped.
    """
    from weasyprint.layout import block, column

    nothing: Any = None, None, {"break": "any", "page": None}, [], False, None
    layout_columns, layout_box = column.columns_layout, block.block_box_layout
    trial: list[Any] = []

    @wraps(layout_columns)
    def columns_layout(context: Any, box: Any, *how: Any) -> Any:
        notes = context.footnotes or context.current_page_footnotes or context.reported_footnotes
        plain = box.style["column_fill"] == "auto" and not notes
        if plain and not any(child.style["column_span"] == "all" for child in box.children):
            trial.append(box)
        try:
            return layout_columns(context, box, *how)
        finally:
            trial.clear()

    @wraps(layout_box)
    def block_box_layout(context: Any, box: Any, *how: Any, **named: Any) -> Any:
        if trial:
            trial.clear()
            return nothing
        return layout_box(context, box, *how, **named)

    column.columns_layout = block.columns_layout = columns_layout
    block.block_box_layout = block_box_layout


def _copy_fixed_boxes() -> None:
    """What stands in the same place on every page is laid out on the first and copied to the others.

    Copied is what was just laid out: once its page is done, bookmarks are taken off it.
    """
    from weasyprint import layout
    from weasyprint.formatting_structure.boxes import Box, PageBox
    from weasyprint.layout import absolute

    original = absolute.absolute_box_layout

    def is_plain(box: Any) -> bool:
        """Neither a placeholder nor a box whose first letter is set in another way each time."""
        return isinstance(box, Box) and not box.first_letter_style

    def question(box: Any, page: Any) -> Any:
        place = page.content_box_x(), page.content_box_y(), page.width, page.height
        return box, box.position_x, box.position_y, place

    @wraps(original)
    def on_first(context: Any, box: Any, around: Any, fixed: Any, *how: Any, **named: Any) -> Any:
        if box.style["position"] != "fixed" or not isinstance(around, PageBox):
            return original(context, box, around, fixed, *how, **named)
        asked, before = question(box, around), len(fixed)
        laid, resume_at = original(context, box, around, fixed, *how, **named)
        whole = resume_at is None and len(fixed) == before
        if whole and all(map(is_plain, laid.descendants())):
            vars(context).setdefault("fixed_copies", {})[asked] = laid.deepcopy()
        return laid, resume_at

    @wraps(original)
    def on_others(context: Any, box: Any, around: Any, *how: Any, **named: Any) -> Any:
        copies = vars(context).get("fixed_copies", {})
        known = copies.get(question(box, around)) if isinstance(around, PageBox) else None
        return (known.deepcopy(), None) if known else original(context, box, around, *how, **named)

    absolute.absolute_box_layout = on_first
    layout.absolute_box_layout = on_others


def _remember_percentages() -> None:
    """The used margins, paddings and sizes of boxes of one style in a block of one size."""
    from weasyprint.formatting_structure.boxes import Box, PageBox

    names = tuple(
        f"{thing}_{side}{end}"
        for thing, end in (("margin", ""), ("padding", ""), ("border", "_width"))
        for side in ("left", "right", "top", "bottom")
    )
    names += tuple(
        f"{least}{size}" for size in ("width", "height") for least in ("", "min_", "max_")
    )

    def make(original: Any) -> Any:
        @wraps(original)
        def resolve_percentages(box: Any, containing_block: Any) -> None:
            style = box.style
            if isinstance(containing_block, Box):
                size = containing_block.width, containing_block.height
            else:
                size = containing_block
            # a cell's borders may have been settled with its neighbours'
            if (
                not isinstance(box, Box)
                or isinstance(box, PageBox)
                or style["border_collapse"] == "collapse"
            ):
                original(box, size)
                return
            known = style.__dict__.setdefault("known_percentages", {})
            values = known.get(size)
            if values is None:
                original(box, size)
                known[size] = {name: box.__dict__[name] for name in names}
            else:
                box.__dict__.update(values)

        return resolve_percentages

    replace("resolve_percentages", make)


def _ask_first_for_normal_flow() -> None:
    """Nearly every box is in it: two questions in place of seven."""
    from weasyprint.formatting_structure.boxes import Box

    original = Box.is_in_normal_flow

    @wraps(original)
    def is_in_normal_flow(self: Any) -> Any:
        style = self.style
        plain = style["float"] == "none" and style["position"] == "static"
        return plain or original(self)

    Box.is_in_normal_flow = is_in_normal_flow


def _answer_plain_properties() -> None:
    """What no rule names is inherited or initial, and is neither counted nor converted."""
    from weasyprint.css import ComputedStyle
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.functions import check_math
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    entangled = {"position", "float", "display", "page", *PHYSICAL_FUNCTIONS}
    entangled |= {name for name in INITIAL_VALUES if name.startswith("text_decoration_")}
    plain = {name: value for name, value in INITIAL_VALUES.items() if name not in entangled}
    inherited = plain.keys() & INHERITED
    others = plain.keys() - INHERITED - INITIAL_NOT_COMPUTED
    initial = {name: plain[name] for name in others if not check_math(plain[name])}
    original = ComputedStyle.__missing__

    @wraps(original)
    def missing(self: Any, key: str) -> Any:
        if key in initial and key not in self.cascaded:
            value = self[key] = initial[key]
            return value
        if key in inherited and key not in self.cascaded and self.parent_style is not None:
            value = self.parent_style[key]
            if not check_math(value):
                self[key] = value
                return value
        return original(self, key)

    ComputedStyle.__missing__ = missing


# Writing -----------------------------------------------------------------------------------


def _write_once() -> None:
    """The bytes of each object, which are written and then hashed, are made once."""
    import pydyf

    write = pydyf.PDF.write
    made: list[dict[int, bytes]] = []

    def once(kind: Any) -> property:
        original = kind.data.fget

        def data(self: Any) -> bytes:
            if not made or self.number is None:
                return bytes(original(self))
            known = made[-1]
            if self.number not in known:
                known[self.number] = original(self)
            return known[self.number]

        return property(data)

    @wraps(write)
    def write_once(self: Any, *how: Any) -> None:
        made.append({})
        try:
            write(self, *how)
        finally:
            made.pop()

    for kind in (pydyf.Dictionary, pydyf.Stream):
        kind.data = once(kind)
    pydyf.PDF.write = write_once
