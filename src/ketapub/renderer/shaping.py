"""Turn what is asked of Pango again and again into what it has answered once.

Where a text may break, how high a style's line is, which fonts it is set in, and the shaped text itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

REMEMBERED = 2048
"""Texts whose breaks are remembered: some times as many as a sheet has."""
_PARAGRAPHS = re.compile("[\\n\\r\\u2029]")
"""What ends a paragraph for Pango."""


def replace(name: str, make: Callable[[Any], Any]) -> None:
    """Put another function in the place of one, wherever WeasyPrint has imported it."""
    found: dict[int, Any] = {}
    for module in [m for key, m in sys.modules.items() if key.startswith("weasyprint.")]:
        original = vars(module).get(name)
        if original is not None:
            known = found.setdefault(id(original), (original, make(original)))
            setattr(module, name, known[1])


def remember_breaks() -> None:
    """Where a text may be broken hangs on the text and its language alone."""
    for name in ("can_break_text", "get_next_break_point_from_text", "get_next_word_boundaries"):
        replace(name, lru_cache(REMEMBERED))


def remember_struts() -> None:
    """The height and baseline of a style's line."""

    def make(original: Any) -> Any:
        @wraps(original)
        def strut(style: Any) -> Any:
            known = style.__dict__.get("known_strut")
            if known is None:
                known = style.__dict__["known_strut"] = original(style)
            return known

        return strut

    replace("strut", make)


def remember_fonts() -> None:
    """An empty text of each style, to be copied: its language, fonts and features are chosen once."""
    from weasyprint.css import Style
    from weasyprint.text.ffi import ffi, gobject, pango
    from weasyprint.text.line_break import Layout

    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")
    original = Layout.setup
    kept = (
        "language",
        "ascent",
        "underline_position",
        "underline_thickness",
        "strikethrough_position",
        "strikethrough_thickness",
    )

    def copy(layout: Any) -> Any:
        return ffi.gc(pango.pango_layout_copy(layout), gobject.g_object_unref)

    @wraps(original)
    def setup(self: Any, style: Any) -> None:
        if not isinstance(style, Style):
            original(self, style)
            return
        known = style.__dict__.get("known_layout")
        if known is None:
            original(self, style)
            values = {name: value for name, value in self.__dict__.items() if name in kept}
            style.__dict__["known_layout"] = copy(self.layout), values
            return
        self.style = style
        self.first_line_direction = 0
        self.layout = copy(known[0])
        self.__dict__.update(known[1])

    Layout.setup = setup


def keep_shaped_texts() -> None:
    """What was shaped to find its width is drawn as it is, if nothing is spaced in it."""
    from weasyprint.text.ffi import pango
    from weasyprint.text.line_break import Layout

    set_text, deactivate, reactivate = Layout.set_text, Layout.deactivate, Layout.reactivate

    @wraps(set_text)
    def set_whole_text(self: Any, text: str, justify: bool = False) -> None:
        set_text(self, text, justify)
        # as it is drawn: asked for later, it would be shaped anew
        alone = _PARAGRAPHS.search(self.text) is None
        pango.pango_layout_set_single_paragraph_mode(self.layout, alone)

    @wraps(deactivate)
    def keep(self: Any) -> None:
        style = self.style
        spaced = self.justification_spacing or style["word_spacing"]
        if not spaced and style["letter_spacing"] == "normal" and not hasattr(self, "drawn"):
            self.kept = style, self.layout, self.language
        deactivate(self)

    @wraps(reactivate)
    def take(self: Any, style: Any) -> None:
        self.drawn = True
        kept = self.__dict__.pop("kept", None)
        if kept is None or kept[0] is not style:
            reactivate(self, style)
            return
        self.style, self.layout, self.language = kept

    Layout.set_text, Layout.deactivate, Layout.reactivate = set_whole_text, keep, take
