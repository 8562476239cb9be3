"""Turn a laid-out document into PDF bytes, and into what each of its marked contents is.

WeasyPrint writes the bytes; two hooks let it mark what repeats and cut down CJK fonts.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from ketapub.pdf_structure import ARTIFACT, Marks, has_cids
from ketapub.renderer.boxes import leaves

_SPELT = re.compile(r"[\u0900-\u109F\u1780-\u17FF]")
"""Indic, Thai, Lao, Tibetan, Burmese and Khmer letters: their glyphs stand in another order, or
for parts of a letter, so that readers and search need the text spelt out (ActualText)."""
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]|[\U0001E900-\U0001E95F]")

_LENGTH = re.compile(r"\[\d+\]$")

_painting: _Painting | None = None


class _Painting:
    """While pages are painted: which box belongs to which page, and what it is marked as."""

    def __init__(self, document: Any) -> None:
        self.marks = Marks(counts=dict.fromkeys(range(len(document.pages)), 0))
        self.language = document.metadata.lang
        self.artifacts = 0
        # Read aloud once: the staff line of the first sheet, the help block of the last, one card.
        silent = {"edge": range(1, len(document.pages)), "help": range(len(document.pages) - 1)}
        self.places: dict[Any, tuple[int, str, bool]] = {
            box: (index, zone, zone in ("margin", "copy") or index in silent.get(zone, ()))
            for index, page in enumerate(document.pages)
            for zone, box, _ in leaves(page)
        }

    def take(self, box: Any) -> int:
        """The next marked-content id, from ARTIFACT on for what is not to be read aloud."""
        index, zone, artifact = self.places[box]
        if artifact:
            self.artifacts += 1
            return ARTIFACT + self.artifacts
        mark = self.marks.counts[index]
        self.marks.counts[index] += 1
        if zone == "help":
            self.marks.help.add((index, mark))
        language = box.style["lang"]
        if language and language != self.language:
            self.marks.languages[index, mark] = language
        text = getattr(box, "text", "")
        if _is_reordered(text, box.style["direction"]) or (_SPELT.search(text) and _digits(text)):
            self.marks.spellings[index, mark] = text
        return mark


def _is_reordered(text: str, direction: str) -> bool:
    """Whether a text is drawn in another order than it is read.

    In a right-to-left line that is true of "(esketamine)." as well, which holds no letter of it.
    """
    if direction == "rtl" and len(text.strip()) > 1:
        return True
    return _RIGHT_TO_LEFT.search(text) is not None


def _digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def paint(document: Any) -> tuple[bytes, Marks]:
    """The document as a tagged PDF, and what its marked contents are."""
    global _painting
    _painting = _Painting(document)
    try:
        return document.write_pdf(pdf_variant="pdf/ua-1"), _painting.marks
    finally:
        _painting = None


@lru_cache(maxsize=1)
def hook_marks() -> None:
    """Let the renderer mark margin boxes and what repeats as artifacts.

    By itself it marks them as text that hangs on no tree.
    """
    import pydyf
    from weasyprint.pdf.stream import Stream

    original: Callable[..., Any] = Stream.marked

    @contextlib.contextmanager
    def marked(self: Any, box: Any, tag: str) -> Iterator[None]:
        if _painting is None or self._tags is None:
            with original(self, box, tag):
                yield
            return
        mark = _painting.take(box)
        self._tags[box] = {"tag": tag, "mcid": mark}
        if mark >= ARTIFACT:
            self.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
        else:
            properties = pydyf.Dictionary({"MCID": mark})
            text = getattr(box, "text", "")
            # Digits stay proven by their glyphs, which a spelling here would hide; such a text is
            # spelt out on its structure element alone.
            if _SPELT.search(text) and not _digits(text):
                properties["ActualText"] = pydyf.String(text)
            self.begin_marked_content(tag, properties)
        try:
            yield
        finally:
            self.end_marked_content()

    Stream.marked = marked


@lru_cache(maxsize=1)
def hook_collections() -> None:
    """Let CFF fonts (the CJK collections) be cut down to their used glyphs.

    The renderer keeps the places of all 65,000 and their offsets, 180 kB a face. In a CID-keyed
    font a glyph is found by its CID, wherever it stands; `pdf_structure` does the rest.
    """
    from weasyprint.pdf import fonts

    library, ffi = fonts.harfbuzz_subset, fonts.ffi
    original = fonts.Font._harfbuzz_subset

    class Compact:
        HB_SUBSET_FLAGS_RETAIN_GIDS = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(library, name)

    def subset(self: Any, *options: Any) -> None:
        content = self.file_content
        if content[:4] not in (b"ttcf", b"OTTO"):
            original(self, *options)
            return
        fonts.harfbuzz_subset = Compact()
        try:
            original(self, *options)
        finally:
            fonts.harfbuzz_subset = library
        if not has_cids(self.file_content):
            self.file_content = content
            original(self, *options)

    class Arrays:
        """Arrays as long as what is put into them: a type for each length is read and kept for ever."""

        def __getattr__(self, name: str) -> Any:
            return getattr(ffi, name)

        def new(self, kind: str, value: Any = None) -> Any:
            return ffi.new(
                _LENGTH.sub("[]", kind) if isinstance(value, (list, tuple)) else kind, value
            )

    fonts.Font._harfbuzz_subset = subset
    fonts.ffi = Arrays()
