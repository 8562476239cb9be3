"""Turn a PDF into what a reader gets from it: texts by structure element, glyphs by place."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that hangs on the structure tree."""

    page: int
    """0-based."""
    tags: tuple[str, ...]
    """Structure types from the root down, such as ("Document", "P", "Link")."""
    language: str
    """The nearest Lang."""
    text: str
    """As drawn."""
    spelling: str
    """As read aloud: the ActualText on the structure element or the marked content, or the text."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character and its box in points, from the lower left corner of its page."""

    page: int
    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Run:
    """A text that is drawn at once, in one face and size."""

    page: int
    face: str
    """Name of the font file's face, without the six letters of its subset."""
    size: float
    """Points, as printed."""
    is_artifact: bool
    """Whether it is left out of what is read aloud."""
    text: str


def unembedded(pdf: pikepdf.Pdf) -> list[str]:
    """Fonts that are not embedded, or whole."""
    faults = []
    for font in pdf.objects:
        if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/FontDescriptor":
            files = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in font]
            if len(files) != 1 or not re.match(r"/[A-Z]{6}\+", str(font.FontName)):
                faults.append(str(font.FontName))
    return faults


def passages(data: bytes) -> list[Passage]:
    """Every text on the structure tree, in reading order."""
    texts = _marked_texts(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        root = pdf.Root.StructTreeRoot
        return list(_walk(root, (), str(pdf.Root.Lang), pages, texts))


def _walk(
    element: Any, tags: tuple[str, ...], language: str, pages: Any, texts: Any
) -> Iterator[Passage]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                own = str(kid.get("/Lang", language))
                yield from _walk(kid, (*tags, str(kid.S)[1:]), own, pages, texts)
        else:
            page = pages[element.Pg.objgen]
            text, spelling = texts.get((page, int(kid)), ("", ""))
            spoken = str(element.get("/ActualText", spelling or text))
            yield Passage(page, tags, language, text, spoken)


def _marked_texts(data: bytes) -> dict[tuple[int, int], tuple[str, str]]:
    """(page, marked-content id) -> its characters in the order in which they are drawn; how it is spelt.

    Decoded here, because pdfium turns digits around on right-to-left pages.
    """
    texts: dict[tuple[int, int], tuple[str, str]] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for index, page in enumerate(pdf.pages):
            fonts = {
                name: _characters(font) for name, font in page.Resources.get("/Font", {}).items()
            }
            marks: list[int | None] = []
            spellings: dict[int | None, str] = {}
            current: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "BDC":
                        properties = operands[1]
                        marks.append(int(properties.MCID) if "/MCID" in properties else None)
                        spellings[marks[-1]] = str(properties.get("/ActualText", ""))
                    case "BMC":
                        marks.append(None)
                    case "EMC":
                        marks.pop()
                    case "Tf":
                        current = fonts[str(operands[0])]
                    case "Tj" | "TJ" if marks and marks[-1] is not None:
                        pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                        codes = b"".join(bytes(p) for p in pieces if isinstance(p, pikepdf.String))
                        text = "".join(
                            current.get(int.from_bytes(codes[i : i + 2], "big"), "")
                            for i in range(0, len(codes), 2)
                        )
                        key = index, marks[-1]
                        texts[key] = texts.get(key, ("", ""))[0] + text, spellings[marks[-1]]
    return texts


def runs(data: bytes) -> Iterator[Run]:
    """Every text in the order in which it is drawn, with the size that the page gives it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for index, page in enumerate(pdf.pages):
            fonts = {
                name: (str(font.BaseFont)[1:].partition("+")[2], _characters(font))
                for name, font in page.Resources.Font.items()
            }
            yield from _runs(index, page, fonts)


def _runs(index: int, page: Any, fonts: Any) -> Iterator[Run]:
    matrix, text_matrix, saved = pikepdf.Matrix(), pikepdf.Matrix(), []
    marks: list[bool] = []
    face, characters, size = "", {}, 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                saved.append(matrix)
            case "Q":
                matrix = saved.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "BT":
                text_matrix = pikepdf.Matrix()
            case "Tm":
                text_matrix = pikepdf.Matrix(*map(float, operands))
            case "Tf":
                (face, characters), size = fonts[str(operands[0])], float(operands[1])
            case "BDC" | "BMC":
                marks.append(operands[0] == "/Artifact")
            case "EMC":
                marks.pop()
            case "Tj" | "TJ":
                pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(p) for p in pieces if isinstance(p, pikepdf.String))
                text = "".join(
                    characters.get(int.from_bytes(codes[i : i + 2], "big"), "")
                    for i in range(0, len(codes), 2)
                )
                drawn = text_matrix @ matrix
                yield Run(index, face, size * math.hypot(drawn.c, drawn.d), any(marks), text)


def _characters(font: Any) -> dict[int, str]:
    """Glyph code -> text, by the font's ToUnicode map as the renderer writes it."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]*)>", table)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def page_texts(data: bytes) -> list[str]:
    """All that is printed on each page, artifacts too."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]


def glyphs(data: bytes) -> list[Glyph]:
    """Every visible character, in the order of the content."""
    found = []
    for index, page in enumerate(pypdfium2.PdfDocument(data)):
        textpage = page.get_textpage()
        for i in range(textpage.count_chars()):
            character = chr(pdfium.FPDFText_GetUnicode(textpage.raw, i))
            if not character.isspace() and not pdfium.FPDFText_IsGenerated(textpage.raw, i):
                found.append(Glyph(index, character, *textpage.get_charbox(i)))
    return found
