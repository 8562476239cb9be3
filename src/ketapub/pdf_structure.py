"""Turn the tagged PDF that the renderer leaves into one that PDF/UA-1 and its readers accept.

Knows PDF (ISO 32000-1, ISO 14289-1) and pikepdf, not the renderer: what only the layout can tell
comes in as `Marks`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

ARTIFACT = 1_000_000
"""Marked-content ids from here on belong to artifacts: no part of what is read aloud."""
PRINT_FLAG = 4
"""Annotation flag "Print" (ISO 32000-1, table 165)."""

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
        elements = tuple(_elements(pdf.Root.StructTreeRoot))
        for element in elements:
            if element.S == "/TH":
                _scope_header(element)
            elif element.S == "/LI":
                _wrap_list_body(pdf, element)
            elif element.S == "/Figure":
                _place_figure(element)
        _join_links(pdf)
        _annotate(pdf, marks)
        _unwrap_fonts(pdf)
        _prefer(pdf, prefer)
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def _kids(element: Any) -> list[Any]:
    import pikepdf

    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _is_element(kid: Any) -> bool:
    import pikepdf

    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def _elements(element: Any) -> Iterator[Any]:
    """The structure elements below, parents first, in reading order."""
    for kid in _kids(element):
        if _is_element(kid):
            yield kid
            yield from _elements(kid)


def _parents(pdf: pikepdf.Pdf) -> dict[int, Any]:
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    return {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}


def _drop_artifacts(pdf: pikepdf.Pdf, marks: Marks) -> None:
    """Take out elements of artifacts: off the tree, and off the end of each page's parent array.

    The renderer hangs margin boxes on no tree at all, yet in the parent tree.
    """
    parents = _parents(pdf)
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
    rest = [kid for kid in _kids(parent) if not (_is_element(kid) and kid.objgen == element.objgen)]
    if len(rest) == len(_kids(parent)):
        return
    import pikepdf

    parent.K = pikepdf.Array(rest)
    if not rest and parent.S != "/Document":
        _unhang(parent)


def _scope_header(element: Any) -> None:
    """Say whether a header cell heads its row or its column (the renderer writes neither)."""
    import pikepdf

    row = element.P
    first = _kids(row)[0].objgen == element.objgen
    heads_row = (
        row.P.S != "/THead" and first and any(_is_element(c) and c.S == "/TD" for c in _kids(row))
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

    kids = _kids(item)
    stray = [kid for kid in kids if not (_is_element(kid) and kid.S in ("/Lbl", "/LBody"))]
    if not stray:
        return
    body = next((kid for kid in kids if _is_element(kid) and kid.S == "/LBody"), None)
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
        if _is_element(kid) and kid.objgen == body.objgen:
            inside += _kids(body)
        elif not (_is_element(kid) and kid.S == "/Lbl"):
            if _is_element(kid):
                kid.P = body
            inside.append(kid)
    body.K = pikepdf.Array(inside)
    labels = [kid for kid in kids if _is_element(kid) and kid.S == "/Lbl"]
    item.K = pikepdf.Array([*labels, body])


def _join_links(pdf: pikepdf.Pdf) -> None:
    """One annotation a link: an inline child of a link brings a second, which hangs on no Link."""
    import pikepdf

    parents = _parents(pdf)
    for page in pdf.pages:
        kept = []
        for annotation in page.obj.get("/Annots", []):
            annotation.F = int(annotation.get("/F", 0)) | PRINT_FLAG
            element = parents.get(int(annotation.get("/StructParent", -1)))
            if annotation.get("/Subtype") != "/Link" or not _is_element(element):
                kept.append(annotation)
                continue
            assert element is not None
            if element.S == "/Link":
                kept.append(annotation)
                continue
            link = _link_above(element)
            if link is None:
                element.S = pikepdf.Name.Link
                kept.append(annotation)
                continue
            _widen(_annotation_of(link), annotation)
            element.K = pikepdf.Array([k for k in _kids(element) if not _refers(k, annotation)])
        if kept:
            page.obj.Annots = pikepdf.Array(kept)


def _link_above(element: Any) -> Any:
    """The nearest Link around an element that has an annotation of its own, or None."""
    above = element.get("/P")
    while above is not None and above.get("/S") is not None:
        if above.S == "/Link" and _annotation_of(above) is not None:
            return above
        above = above.get("/P")
    return None


def _annotation_of(link: Any) -> Any:
    import pikepdf

    for kid in _kids(link):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
            return kid.Obj
    return None


def _refers(kid: Any, annotation: Any) -> bool:
    import pikepdf

    if not isinstance(kid, pikepdf.Dictionary) or kid.get("/Type") != "/OBJR":
        return False
    return bool(kid.Obj.objgen == annotation.objgen)


def _widen(annotation: Any, other: Any) -> None:
    """Let an annotation cover another's rectangle too (a linked picture is the larger one)."""
    a, b = ([float(n) for n in box.Rect] for box in (annotation, other))
    # The renderer writes top before bottom; keep that order.
    low, high = min(a[1], a[3], b[1], b[3]), max(a[1], a[3], b[1], b[3])
    left, right = min(a[0], a[2], b[0], b[2]), max(a[0], a[2], b[0], b[2])
    annotation.Rect = [round(n, 4) for n in (left, low, right, high)]


def _annotate(pdf: pikepdf.Pdf, marks: Marks) -> None:
    """Write the language of passages (WCAG 3.1.2), and right-to-left texts in reading order.

    The renderer draws those from left to right. /ActualText on the element is for what reads the
    structure aloud; on the marked content it would make poppler, pdfium and mupdf reverse them.
    """
    import pikepdf

    parents = _parents(pdf)
    for (index, mark), language in sorted(marks.languages.items()):
        parents[index][mark].Lang = pikepdf.String(language)
    for (index, mark), text in sorted(marks.spellings.items()):
        element = parents[index][mark]
        kids = [kid for kid in _kids(element) if not isinstance(kid, pikepdf.Dictionary)]
        if len(kids) == 1 and not any(map(_is_element, _kids(element))):
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
