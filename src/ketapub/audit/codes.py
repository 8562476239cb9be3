"""Turn what is printed or shown as a picture into the texts of its QR codes.

Decoded from pixels, as a telephone's camera does (ISO/IEC 18004), whoever drew them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SIDE = 600
"""Pixels of the wide side of a drawing: 8 and more for a module of any code that we print."""


def read_codes(pixels: memoryview) -> tuple[str, ...]:
    """The texts of the codes in a grey picture of rows x columns bytes, from the top."""
    import zxingcpp

    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(pixels, formats=wanted)
    return tuple(sorted({code.text for code in found}))


def read_image_codes(data: bytes) -> tuple[str, ...]:
    """The texts of the codes in a PNG, JPEG, GIF or WebP picture. Raises OSError: none of these."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            flat = Image.new("RGBA", picture.size, "white")
            flat.alpha_composite(picture.convert("RGBA"))
    except (Image.DecompressionBombError, ValueError, SyntaxError) as error:
        raise OSError(str(error)) from error
    grey = flat.convert("L")
    return read_codes(memoryview(grey.tobytes()).cast("B", (grey.height, grey.width)))


def read_svg_codes(svg: bytes) -> tuple[str, ...]:
    """The texts of the codes in a drawing; none where it cannot be drawn."""
    import resvg_py

    text = svg.decode("utf-8", "replace")
    if "xmlns=" not in text[: text.find(">") + 1]:  # inline in HTML, where it needs none
        text = text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    try:
        picture = resvg_py.svg_to_bytes(
            svg_string=text, width=_SIDE, background="white", skip_system_fonts=True
        )
    except ValueError:
        return ()
    return read_image_codes(bytes(picture))


def read_html_codes(root: HtmlElement) -> Iterator[tuple[int, str]]:
    """(line, text) of the codes in the drawings and `data:` pictures inside an HTML file."""
    from lxml import etree

    for drawing in root.iter("svg"):
        for text in read_svg_codes(etree.tostring(drawing, with_tail=False)):
            yield int(drawing.sourceline or 0), text
    for picture in root.iter("img"):
        for text in _read_address(picture.get("src") or ""):
            yield int(picture.sourceline or 0), text


def _read_address(address: str) -> tuple[str, ...]:
    import base64
    from urllib.parse import unquote_to_bytes

    match = re.match(r"data:image/([\w.+-]+)[^,]*?(;base64)?,", address)
    if not match:
        return ()
    body = unquote_to_bytes(address[match.end() :])
    try:
        data = base64.b64decode(body) if match[2] else body
        return read_svg_codes(data) if match[1] == "svg+xml" else read_image_codes(data)
    except (ValueError, OSError):
        return ()
