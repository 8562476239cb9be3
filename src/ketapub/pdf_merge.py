"""Turn tagged PDFs in one language into one that prints in one go and still reads well aloud.

Each keeps its pages, its part of the structure tree, its bookmarks and its links (ISO 32000-1, 14.7;
ISO 14289-1), and begins on a new sheet of paper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ketapub.pdf_tree import kids_of

if TYPE_CHECKING:
    import pikepdf


def merge_pdfs(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """These (label, PDF) as one; the same parts give the same bytes.

    The labels become the bookmarks above each part's own. Title, language and preferences are those
    of the first, but that both sides of the paper are used. Raises pikepdf.PdfError for a part that
    is no PDF, and ValueError for one without tags.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(parts[0][1])) as pdf:
        _check_tags(pdf, parts[0][0])
        _name_places(pdf)
        marks = [(parts[0][0], 0, _bookmarks(pdf))]
        for number, (label, data) in enumerate(parts[1:], 1):
            if len(pdf.pages) % 2:
                box = pdf.pages[-1].mediabox
                pdf.add_blank_page(page_size=(float(box[2]), float(box[3])))
            with pikepdf.open(io.BytesIO(data)) as part:
                _check_tags(part, label)
                _name_places(part)
                marks.append((label, len(pdf.pages), _bookmarks(part)))
                _append(pdf, part, number)
        _set_bookmarks(pdf, marks)
        pdf.Root.ViewerPreferences.Duplex = pikepdf.Name.DuplexFlipLongEdge
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def _check_tags(pdf: pikepdf.Pdf, label: str) -> None:
    if "/StructTreeRoot" not in pdf.Root:
        raise ValueError(f"{label} has no tags")


def _append(pdf: pikepdf.Pdf, part: pikepdf.Pdf, number: int) -> None:
    """Pages first: what refers to them finds their copies then."""
    import pikepdf

    first = len(pdf.pages)
    pdf.pages.extend(part.pages)
    tree, other = pdf.Root.StructTreeRoot, pdf.copy_foreign(part.Root.StructTreeRoot)
    nums = tree.ParentTree.Nums
    shift = 1 + max(int(nums[at]) for at in range(0, len(nums), 2))
    for page in list(pdf.pages)[first:]:
        for item in (page.obj, *page.obj.get("/Annots", [])):
            for key in ("/StructParents", "/StructParent"):
                if key in item:
                    item[key] = int(item[key]) + shift
    others = other.ParentTree.Nums
    for at in range(0, len(others), 2):
        nums.append(int(others[at]) + shift)
        nums.append(others[at + 1])
    added = kids_of(other)
    for element in added:
        element.P = tree
        _tell_apart(element, number)
    tree.K = pikepdf.Array([*kids_of(tree), *added])


def _tell_apart(element: Any, number: int) -> None:
    """Names of header cells that no other part uses."""
    import pikepdf

    if "/ID" in element:
        element.ID = pikepdf.String(f"{number}.{element.ID}")
    attributes = element.get("/A")
    if isinstance(attributes, pikepdf.Dictionary) and "/Headers" in attributes:
        own = [pikepdf.String(f"{number}.{name}") for name in attributes.Headers]
        attributes.Headers = pikepdf.Array(own)
    for kid in kids_of(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            _tell_apart(kid, number)


def _name_places(pdf: pikepdf.Pdf) -> None:
    """Let links lead to places, not to names, which several parts have in common."""
    import pikepdf

    names: Any = pdf.Root.get("/Names", {})
    named: Any = names.get("/Dests", {}).get("/Names", [])
    places = {str(named[at]): named[at + 1] for at in range(0, len(named), 2)}
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            holder: Any
            for holder, key in ((annotation, "/Dest"), (annotation.get("/A", {}), "/D")):
                if isinstance(holder.get(key), pikepdf.String):
                    holder[key] = places[str(holder[key])]
    if "/Names" in pdf.Root:
        del pdf.Root.Names


Mark = tuple[str, int, tuple[Any, ...], "tuple[Mark, ...]"]
"""A bookmark: title, page, the rest of its place, and those below it."""


def _bookmarks(pdf: pikepdf.Pdf) -> tuple[Mark, ...]:
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

    def below(holder: Any) -> Iterator[Mark]:
        item = holder.get("/First")
        while item is not None:
            place = item.Dest
            rest = tuple(str(p) if at == 0 else float(p) for at, p in enumerate(list(place)[1:]))
            yield str(item.Title), pages[place[0].objgen], rest, tuple(below(item))
            item = item.get("/Next")

    return tuple(below(pdf.Root.get("/Outlines", {})))


def _set_bookmarks(pdf: pikepdf.Pdf, parts: Sequence[tuple[str, int, tuple[Mark, ...]]]) -> None:
    import pikepdf

    def item(mark: Mark, first: int) -> pikepdf.OutlineItem:
        title, page, (kind, *rest), below = mark
        place = pikepdf.Array([pdf.pages[first + page].obj, pikepdf.Name(kind), *rest])
        made = pikepdf.OutlineItem(title, place)
        made.children = [item(each, first) for each in below]
        return made

    with pdf.open_outline() as outline:
        outline.root.clear()
        for label, first, marks in parts:
            top = pikepdf.OutlineItem(label, first)
            top.children = [item(mark, first) for mark in marks]
            outline.root.append(top)
