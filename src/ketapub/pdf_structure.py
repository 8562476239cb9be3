"""Turn the tagged PDF that the renderer leaves into one that PDF/UA-1 and its readers accept.

Knows PDF (ISO 32000-1, ISO 14289-1) and pikepdf, not the renderer: what only the layout can tell
comes in as `Marks`.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ketapub.pdf_links import join_links, share_links
from ketapub.pdf_tree import is_element, kids_of, parent_tree, walk_elements

if TYPE_CHECKING:
    import pikepdf

ARTIFACT = 1_000_000
"""Marked-content ids from here on belong to artifacts: no part of what is read aloud."""

POINTS_PER_PIXEL = 0.75


@dataclass(slots=True)
class Marks:
    """What was drawn into the marked content of each page, filled while the pages are painted."""

    counts: dict[int, int] = field(default_factory=dict)
    """Page index -> number of real (not artifact) marked contents on it."""
    languages: dict[tuple[int, int], str] = field(default_factory=dict)
    """(page index, marked-content id) -> language tag, where it is not the document's."""
    spellings: dict[tuple[int, int], str] = field(default_factory=dict)
    """(page index, marked-content id) -> text in reading order, where it is drawn in another."""
    help: set[tuple[int, int]] = field(default_factory=set)
    """(page index, marked-content id) of what stands in the help block."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What programs are asked for (ISO 32000-1, 12.2). See `handout.PrintTask`."""

    direction: str
    duplex: str
    scaling: str


def mend_structure(data: bytes, marks: Marks, prefer: Preferences) -> bytes:
    """The PDF with its structure tree mended; same input, same bytes."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        _drop_artifacts(pdf, marks)
        elements = tuple(walk_elements(pdf.Root.StructTreeRoot))
        for element in elements:
            if element.S == "/TH":
                _scope_header(element)
            elif element.S == "/LI":
                _wrap_list_body(pdf, element)
            elif element.S == "/Figure":
                _place_figure(element)
        join_links(pdf)
        _read_help_last(pdf, marks)
        share_links(pdf)
        _annotate(pdf, marks)
        _unwrap_fonts(pdf)
        _soften_hyphens(pdf)
        _prefer(pdf, prefer)
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def _drop_artifacts(pdf: pikepdf.Pdf, marks: Marks) -> None:
    """Take out elements of artifacts: off the tree, and off the end of each page's parent array.

    The renderer hangs margin boxes on no tree at all, yet in the parent tree.
    """
    parents = parent_tree(pdf)
    for page in pdf.pages:
        index = int(page.obj.StructParents)
        count = marks.counts.get(index, 0)
        leaves = parents[index]
        for leaf in [leaves[i] for i in range(count, len(leaves))]:
            _unhang(leaf)
        while len(leaves) > count:
            del leaves[len(leaves) - 1]


def _unhang(element: Any) -> None:
    """Take an element off its parent, and so the parents that it leaves empty."""
    parent = element.get("/P")
    if parent is None or parent.get("/S") is None:
        return
    rest = [
        kid for kid in kids_of(parent) if not (is_element(kid) and kid.objgen == element.objgen)
    ]
    if len(rest) == len(kids_of(parent)):
        return
    import pikepdf

    parent.K = pikepdf.Array(rest)
    if not rest and parent.S != "/Document":
        _unhang(parent)


def _scope_header(element: Any) -> None:
    """Say whether a header cell heads its row or its column (the renderer writes neither)."""
    import pikepdf

    row = element.P
    first = kids_of(row)[0].objgen == element.objgen
    heads_row = (
        row.P.S != "/THead" and first and any(is_element(c) and c.S == "/TD" for c in kids_of(row))
    )
    attributes = element.get("/A")
    if attributes is None:
        attributes = element.A = pikepdf.Dictionary(O=pikepdf.Name.Table)
    attributes.Scope = pikepdf.Name.Row if heads_row else pikepdf.Name.Column


def _place_figure(element: Any) -> None:
    """Say where a figure stands in points from the paper's lower left corner.

    The renderer writes CSS pixels from the upper left.
    """
    import pikepdf

    left, top, right, bottom = (float(n) * POINTS_PER_PIXEL for n in element.A.BBox)
    height = float(element.Pg.MediaBox[3])
    box = (left, height - bottom, right, height - top)
    element.A.BBox = pikepdf.Array([round(n, 4) for n in box])


def _wrap_list_body(pdf: pikepdf.Pdf, item: Any) -> None:
    """Put what hangs on a list item beside label and body (a paragraph, a span) into its body."""
    import pikepdf

    kids = kids_of(item)
    stray = [kid for kid in kids if not (is_element(kid) and kid.S in ("/Lbl", "/LBody"))]
    if not stray:
        return
    body = next((kid for kid in kids if is_element(kid) and kid.S == "/LBody"), None)
    if body is None:
        body = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem,
                S=pikepdf.Name.LBody,
                K=pikepdf.Array(),
                P=item,
                Pg=item.Pg,
            )
        )
        kids.append(body)
    # Reading order is the order of the kids, so the body is rebuilt from the item's own order.
    inside: list[Any] = []
    for kid in kids:
        if is_element(kid) and kid.objgen == body.objgen:
            inside += kids_of(body)
        elif not (is_element(kid) and kid.S == "/Lbl"):
            if is_element(kid):
                kid.P = body
            inside.append(kid)
    body.K = pikepdf.Array(inside)
    labels = [kid for kid in kids if is_element(kid) and kid.S == "/Lbl"]
    item.K = pikepdf.Array([*labels, body])


def _read_help_last(pdf: pikepdf.Pdf, marks: Marks) -> None:
    """Read the help block after the text, although the text is drawn after it."""
    import pikepdf

    parents = parent_tree(pdf)
    blocks = {}
    for index, mark in sorted(marks.help):
        element = parents[index][mark]
        while element.P.get("/S") not in ("/Document", None):
            element = element.P
        blocks[element.objgen] = element
    for parent in {block.P.objgen: block.P for block in blocks.values()}.values():
        kids = [kid for kid in kids_of(parent) if kid.objgen not in blocks]
        own = [block for block in blocks.values() if block.P.objgen == parent.objgen]
        parent.K = pikepdf.Array([*kids, *own])


def _annotate(pdf: pikepdf.Pdf, marks: Marks) -> None:
    """Write the language of passages (WCAG 3.1.2), and right-to-left texts in reading order.

    The renderer draws those from left to right. /ActualText on the element is for what reads the
    structure aloud; on the marked content it would make poppler, pdfium and mupdf reverse them.
    """
    import pikepdf

    parents = parent_tree(pdf)
    for (index, mark), language in sorted(marks.languages.items()):
        parents[index][mark].Lang = pikepdf.String(language)
    for (index, mark), text in sorted(marks.spellings.items()):
        element = parents[index][mark]
        kids = [kid for kid in kids_of(element) if not isinstance(kid, pikepdf.Dictionary)]
        if len(kids) == 1 and not any(map(is_element, kids_of(element))):
            element.ActualText = pikepdf.String(text)


def has_cids(font: bytes) -> bool:
    """Whether an OpenType font holds CFF outlines that are found by CID (its first is a ROS)."""
    table = _cff_table(font)
    return table is not None and b"\x0c\x1e" in table[:200]


def _cff_table(font: bytes) -> bytes | None:
    """The `CFF ` table of an OpenType font."""
    if font[:4] != b"OTTO":
        return None
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if tag == b"CFF ":
            return font[offset : offset + length]
    return None


def _unwrap_fonts(pdf: pikepdf.Pdf) -> None:
    """CID-keyed CFF fonts without the OpenType around them, which readers ask for other glyphs."""
    import pikepdf

    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/OpenType":
            font = item.read_bytes()
            table = _cff_table(font)
            if table is not None and has_cids(font):
                item.write(table)
                item.Subtype = pikepdf.Name.CIDFontType0C


def _soften_hyphens(pdf: pikepdf.Pdf) -> None:
    """A hyphen that divides a word at a line's end is no part of it (ISO 32000-1, 14.8.2.2.3).

    The renderer draws U+2010 there, and texts are written with U+002D.
    """
    import pikepdf

    maps = {
        font.ToUnicode.objgen: font.ToUnicode
        for font in pdf.objects
        if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font
    }
    for table in maps.values():
        table.write(table.read_bytes().replace(b"> <2010>", b"> <00ad>"))


_DUPLEX = {"long-edge": "/DuplexFlipLongEdge", "short-edge": "/DuplexFlipShortEdge"}


def _prefer(pdf: pikepdf.Pdf, prefer: Preferences) -> None:
    """Viewer preferences: binding side, how both sides of a sheet are turned, no scaling."""
    import pikepdf

    preferences = pdf.Root.ViewerPreferences
    if prefer.direction == "rtl":
        preferences.Direction = pikepdf.Name.R2L
    two = len(pdf.pages) > 1 and prefer.duplex in _DUPLEX
    preferences.Duplex = pikepdf.Name(_DUPLEX[prefer.duplex] if two else "/Simplex")
    if prefer.scaling == "actual":
        preferences.PrintScaling = pikepdf.Name("/None")
