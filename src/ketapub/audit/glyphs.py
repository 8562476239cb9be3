"""Turn a PDF page into glyphs with their places, and glyphs into lines as the eye reads them.

Text extraction gives the logical order and hides a number that prints reversed; places do not lie.
"""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from ketapub.audit.scan import clean

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points, from the paper's lower left corner."""

_SAME_LINE = 1.0
"""Points by which the baselines of one line may differ."""
_SPACE = 0.11
"""A gap this wide, in heights of the letters' boxes (1.1 to 1.5 em), is a space between words."""
_COLUMN = 1.0
"""A gap this wide ends a stretch of text: another column or box follows."""
_SCALE = 2.5
"""Pixels per point in the picture that proves ink and shows QR codes: 180 dpi."""
_AROUND = 2
"""Pixels around a glyph's ink where paper is looked for: a large hyphen fills its own box."""


class Glyph(NamedTuple):
    """One printed character."""

    number: int
    """Its number in pdfium's text page."""
    char: str
    """Empty for a part of a syllable that is no character of its own (Indic vowel signs)."""
    box: Box
    """Its ink."""
    start: float
    """Where its advance width begins, along its own line."""
    end: float
    baseline: float
    height: float
    """Of its font's box."""
    angle: int
    """Degrees by which its line is turned, counter-clockwise."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that stands on one line without a wide gap, from left to right as printed."""

    text: str
    """Cleaned; a gap between words is one space."""
    owners: tuple[int, ...]
    """For each character of `text` the glyph's place in `glyphs`, -1 for a space."""
    glyphs: tuple[Glyph, ...]

    def slice(self, start: int, end: int) -> tuple[Glyph, ...]:
        """The glyphs of a part of the text."""
        owners = dict.fromkeys(owner for owner in self.owners[start:end] if owner >= 0)
        return tuple(self.glyphs[owner] for owner in owners)


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed on one side of a sheet."""

    glyphs: tuple[Glyph, ...]
    stretches: tuple[Stretch, ...]
    """Top to bottom, left to right; turned text after upright text."""
    paper: Box
    font_size: Callable[[Glyph], float]
    """Its size in points, as printed."""
    contrast: Callable[[Glyph], int]
    """Between the darkest spot within the glyph's ink and the lightest in or at it, 0 to 255."""
    mark: Callable[[Glyph], int]
    """The number of the marked content that it is part of, -1 for none (ISO 32000-2, 14.6)."""
    pixels: Callable[[], memoryview]
    """The page in grey, rows x columns bytes from the top."""


def read_page(page: Any) -> Page:
    """The glyphs and lines of a pypdfium2 page; the text page stays open while `page` does."""
    text_page = page.get_textpage()
    glyphs = tuple(_glyphs(text_page))
    width, height = page.get_size()
    picture = _Picture(page, height)
    return Page(
        glyphs=glyphs,
        stretches=tuple(find_stretches(glyphs)),
        paper=(0.0, 0.0, width, height),
        font_size=lambda glyph: _font_size(text_page, glyph),
        contrast=picture.contrast,
        mark=lambda glyph: _mark(text_page, glyph),
        pixels=picture.pixels,
    )


def find_overlaps(marked: Sequence[Glyph], glyphs: Iterable[Glyph], share: float) -> list[Glyph]:
    """Those of the marked glyphs that another glyph covers by more than this share of their box."""
    size = 24.0  # a grid, so that each glyph meets its neighbours only
    cells: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    for glyph in marked:
        for cell in _cells(glyph.box, size):
            cells[cell].append(glyph)
    rows = {row for _, row in cells}
    covered: dict[int, Glyph] = {}
    for other in glyphs:
        if rows.isdisjoint(range(int(other.box[1] // size), int(other.box[3] // size) + 1)):
            continue
        for cell in _cells(other.box, size):
            for glyph in cells.get(cell, ()):
                if glyph.number != other.number and _shared(glyph.box, other.box) > share:
                    covered[glyph.number] = glyph
    return list(covered.values())


def _glyphs(text_page: Any) -> Iterable[Glyph]:
    import pypdfium2.raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    loose = pdfium.FS_RECTF()
    for index in range(text_page.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1:
            char = ""
        if char.isspace() or pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(text_page, index, loose)
        turn = pdfium.FPDFText_GetCharAngle(text_page, index)
        angle = round(math.degrees(turn)) % 360
        wide: Box = (loose.left, loose.bottom, loose.right, loose.top)
        origin = (x.value, y.value)
        if angle:
            wide, origin = _turn_box(wide, -turn), _turn(origin, -turn)
        yield Glyph(
            index,
            char,
            (left.value, bottom.value, right.value, top.value),
            wide[0],
            wide[2],
            origin[1],
            wide[3] - wide[1],
            angle,
        )


def _turn(point: tuple[float, float], angle: float) -> tuple[float, float]:
    cos, sin = math.cos(angle), math.sin(angle)
    return point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos


def _turn_box(box: Box, angle: float) -> Box:
    corners = [_turn((x, y), angle) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def find_stretches(glyphs: Sequence[Glyph]) -> Iterable[Stretch]:
    """Lines as they are printed, top to bottom; turned text after upright text."""
    in_order = sorted(glyphs, key=lambda glyph: (glyph.angle, -glyph.baseline, glyph.start))
    for _, turned in groupby(in_order, key=lambda glyph: glyph.angle):
        line: list[Glyph] = []
        for glyph in turned:
            if line and line[0].baseline - glyph.baseline > _SAME_LINE:
                yield from _split_line(line)
                line = []
            line.append(glyph)
        yield from _split_line(line)


def _split_line(line: list[Glyph]) -> Iterable[Stretch]:
    line.sort(key=lambda glyph: (glyph.start, glyph.number))
    part: list[Glyph] = []
    end = 0.0
    for glyph in line:
        if part and glyph.start - end > _COLUMN * max(glyph.height, part[-1].height):
            yield _stretch(part)
            part = []
        end = max(end, glyph.end) if part else glyph.end
        part.append(glyph)
    yield _stretch(part)


def _stretch(glyphs: list[Glyph]) -> Stretch:
    text: list[str] = []
    owners: list[int] = []
    end = glyphs[0].start
    for place, glyph in enumerate(glyphs):
        if glyph.start - end > _SPACE * glyph.height:
            text.append(" ")
            owners.append(-1)
        end = max(end, glyph.end)
        for char in _clean(glyph.char):
            text.append(char)
            owners.append(place)
    return Stretch("".join(text), tuple(owners), tuple(glyphs))


@lru_cache(maxsize=1 << 13)
def _clean(char: str) -> str:
    return clean(char)


def _font_size(text_page: Any, glyph: Glyph) -> float:
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, glyph.number, matrix)
    nominal: float = pdfium.FPDFText_GetFontSize(text_page, glyph.number)
    return nominal * math.hypot(matrix.c, matrix.d)


def _mark(text_page: Any, glyph: Glyph) -> int:
    import pypdfium2.raw as pdfium

    item = pdfium.FPDFText_GetTextObject(text_page, glyph.number)
    return int(pdfium.FPDFPageObj_GetMarkedContentID(item)) if item else -1


class _Picture:
    """The page as ink on paper, painted when first asked for."""

    def __init__(self, page: Any, height: float) -> None:
        self._page, self._height = page, height
        self._pixels: memoryview | None = None
        self._flat = b""

    def pixels(self) -> memoryview:
        """Rows x columns of grey, without the bytes that pdfium pads a row with."""
        if self._pixels is None:
            bitmap = self._page.render(scale=_SCALE, grayscale=True)
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            padded = memoryview(bitmap.buffer).cast("B")
            rows = (padded[row * stride : row * stride + width] for row in range(height))
            self._flat = b"".join(rows)
            self._pixels = memoryview(self._flat).cast("B", (height, width))
        return self._pixels

    def contrast(self, glyph: Glyph) -> int:
        pixels = self.pixels()
        assert pixels.shape is not None
        (height, width), flat = pixels.shape, self._flat
        left, bottom, right, top = glyph.box
        first, last = (int((self._height - top) * _SCALE), int((self._height - bottom) * _SCALE))
        begin, end = (int(left * _SCALE), int(right * _SCALE) + 1)
        darkest, lightest = 255, 0
        for row in range(max(0, first - _AROUND), min(height, last + 1 + _AROUND)):
            start = row * width
            near = flat[start + max(0, begin - _AROUND) : start + min(width, end + _AROUND)]
            lightest = max(lightest, max(near, default=0))
            if first <= row <= last:
                ink = flat[start + max(0, begin) : start + min(width, end)]
                darkest = min(darkest, min(ink, default=255))
        return max(0, lightest - darkest)


def _cells(box: Box, size: float) -> set[tuple[int, int]]:
    columns = range(int(box[0] // size), int(box[2] // size) + 1)
    rows = range(int(box[1] // size), int(box[3] // size) + 1)
    return {(column, row) for column in columns for row in rows}


def _shared(box: Box, other: Box) -> float:
    """How much of a box another one covers, 0 to 1."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return width * height / area if width > 0 and height > 0 and area > 0 else 0.0
