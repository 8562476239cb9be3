"""Turn tagged PDFs in one language into one that prints in one go and still reads well aloud.

Each keeps its pages, its part of the structure tree, its bookmarks and its links (ISO 32000-1, 14.7;
ISO 14289-1), and begins on a new sheet of paper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ketapub.pdf_tree import is_element, kids_of

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
        tree = pdf.Root.StructTreeRoot
        kids, numbers = kids_of(tree), list(tree.ParentTree.Nums)
        for number, (label, data) in enumerate(parts[1:], 1):
            if len(pdf.pages) % 2:
                box = pdf.pages[-1].mediabox
                pdf.add_blank_page(page_size=(float(box[2]), float(box[3])))
            with pikepdf.open(io.BytesIO(data)) as part:
                _check_tags(part, label)
                _name_places(part)
                _tell_apart(part, number)
                marks.append((label, len(pdf.pages), _bookmarks(part)))
                added, more = _append(pdf, part, 1 + max(map(int, numbers[::2])))
            kids += added
            numbers += more
        tree.K, tree.ParentTree.Nums = pikepdf.Array(kids), pikepdf.Array(numbers)
        _set_bookmarks(pdf, marks)
        pdf.Root.ViewerPreferences.Duplex = pikepdf.Name.DuplexFlipLongEdge
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def _check_tags(pdf: pikepdf.Pdf, label: str) -> None:
    if "/StructTreeRoot" not in pdf.Root:
        raise ValueError(f"{label} has no tags")


def _append(pdf: pikepdf.Pdf, part: pikepdf.Pdf, shift: int) -> tuple[list[Any], list[Any]]:
    """Add a part's pages; gives its elements and its share of the parent tree, of which each number
    is higher by `shift`.

    Pages first: what refers to them finds their copies then.
    """
    pages = part.pages
    count = len(pages)
    pdf.pages.extend(pages)
    tree, other = pdf.Root.StructTreeRoot, pdf.copy_foreign(part.Root.StructTreeRoot)
    for page in pdf.pages[-count:]:
        for item in (page.obj, *page.obj.get("/Annots", [])):
            for key in ("/StructParents", "/StructParent"):
                if key in item:
                    item[key] = int(item[key]) + shift
    numbers: list[Any] = list(other.ParentTree.Nums)
    numbers[::2] = [int(number) + shift for number in numbers[::2]]
    added = kids_of(other)
    for element in added:
        element.P = tree
    return added, numbers


def _tell_apart(part: pikepdf.Pdf, number: int) -> None:
    """Give header cells names that no other part uses."""
    import pikepdf

    for element in part.objects:
        if not is_element(element):
            continue
        if "/ID" in element:
            element.ID = pikepdf.String(f"{number}.{element.ID}")
        attributes = element.get("/A")
        if isinstance(attributes, pikepdf.Dictionary) and "/Headers" in attributes:
            own = [pikepdf.String(f"{number}.{name}") for name in attributes.Headers]
            attributes.Headers = pikepdf.Array(own)


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
