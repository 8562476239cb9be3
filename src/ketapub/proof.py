"""Turn published sheets into one picture of all their first sides, for a person's look."""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil
from typing import Any

from ketapub.errors import KetapubError, Problem

_COLUMNS = 7
_BOX = (380, 540)
"""Pixels that a sheet may take: large enough to see a gap, a wrong face, a footer out of place."""
_GAP = 28
_LABEL = 40
_SIZE = 22
_GROUND, _INK, _EDGE = "#e9ebec", "#1d2629", "#b9c0c3"


def contact_sheet(sheets: Sequence[tuple[str, bytes]]) -> bytes:
    """The first sides of these (label, PDF) as one PNG, row by row in the order given.

    Raises KetapubError, with the label, for a PDF that cannot be read.
    """
    from PIL import Image, ImageDraw, ImageFont

    columns = min(_COLUMNS, len(sheets))
    wide, high = _BOX[0] + _GAP, _BOX[1] + _LABEL + _GAP
    rows = ceil(len(sheets) / columns)
    picture = Image.new("RGB", (columns * wide + _GAP, rows * high + _GAP), _GROUND)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_SIZE)
    for number, (label, pdf) in enumerate(sheets):
        left = _GAP + number % columns * wide
        top = _GAP + number // columns * high
        side = _first_side(label, pdf)
        picture.paste(side, (left, top + _LABEL))
        right, bottom = left + side.width, top + _LABEL + side.height
        draw.rectangle((left - 1, top + _LABEL - 1, right, bottom), outline=_EDGE)
        draw.text((left, top + _LABEL // 5), label, _INK, font)
    data = io.BytesIO()
    picture.quantize(64).save(data, "PNG", optimize=True)
    return data.getvalue()


def _first_side(label: str, pdf: bytes) -> Any:
    """As large as the box allows."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        problem = Problem(label, 0, f"this PDF cannot be read: {error}", "build again")
        raise KetapubError(problem) from error
    try:
        page = document[0]
        width, height = page.get_size()
        scale = min(_BOX[0] / width, _BOX[1] / height)
        return page.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()
