"""Turn PDF pages into small grey pictures, and two pictures into the places where they differ."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

DPI = 72
GREYS = 16
CELL = 8
"""Pixels; a digit of body text is about half as wide."""
TOLERANCE = 24
"""Greys of 255 by which the middle of a cell may differ on average: what smoothing may change."""


def draw(pdf: bytes, page: int = 0, dpi: float = DPI) -> Image.Image:
    """A page in grey, as a screen or printer draws it."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        return bitmap.to_pil().convert("L").copy()


def pack(picture: Image.Image) -> bytes:
    """A picture as a PNG of few greys."""
    data = io.BytesIO()
    picture.quantize(GREYS, method=Image.Quantize.MEDIANCUT).save(data, "PNG", optimize=True)
    return data.getvalue()


def differences(one: Image.Image, two: Image.Image) -> list[tuple[int, int]]:
    """Millimetres from the left and the top of each cell that differs by more than TOLERANCE."""
    if one.size != two.size:
        return [(0, 0)]
    soft = [picture.filter(ImageFilter.BoxBlur(1)) for picture in (one, two)]
    difference = ImageChops.difference(*soft)
    small = difference.resize(
        (-(-difference.width // CELL), -(-difference.height // CELL)), Image.Resampling.BOX
    )
    return list(_dark(small))


def _dark(small: Image.Image) -> Iterator[tuple[int, int]]:
    for at, value in enumerate(small.tobytes()):
        if value > TOLERANCE:
            column, row = at % small.width, at // small.width
            yield round(column * CELL / DPI * 25.4), round(row * CELL / DPI * 25.4)


def check_golden(pdf: bytes, golden: Path, refresh: bool, page: int = 0) -> None:
    """Fail with the places that look different; with `refresh`, take the new picture as golden."""
    found = Image.open(io.BytesIO(pack(draw(pdf, page)))).convert("L")
    if refresh:
        golden.parent.mkdir(parents=True, exist_ok=True)
        if not golden.is_file() or differences(found, Image.open(golden).convert("L")):
            golden.write_bytes(pack(draw(pdf, page)))
    assert golden.is_file(), f"look at this sheet, and take it as {golden.name}: --refresh-golden"
    places = differences(found, Image.open(golden).convert("L"))
    assert places == [], (
        f"{golden.name} looks different at (mm from the left, from the top) {places[:8]}:"
        " look at it, and take it with pytest --refresh-golden"
    )
