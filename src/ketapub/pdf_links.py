"""Turn the link annotations that the renderer leaves into what PDF/UA-1 and its readers accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ketapub.pdf_tree import is_element, kids_of, parent_tree, walk_elements

if TYPE_CHECKING:
    import pikepdf

PRINT_FLAG = 4
"""Annotation flag "Print" (ISO 32000-1, table 165)."""


def join_links(pdf: pikepdf.Pdf) -> None:
    """One annotation a link: an inline child of a link brings a second, which hangs on no Link."""
    import pikepdf

    parents = parent_tree(pdf)
    for page in pdf.pages:
        kept = []
        for annotation in page.obj.get("/Annots", []):
            annotation.F = int(annotation.get("/F", 0)) | PRINT_FLAG
            element = parents.get(int(annotation.get("/StructParent", -1)))
            if annotation.get("/Subtype") != "/Link" or not is_element(element):
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
            element.K = pikepdf.Array([k for k in kids_of(element) if not _refers(k, annotation)])
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

    for kid in kids_of(link):
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


def share_links(pdf: pikepdf.Pdf) -> None:
    """Hang the links of a help block that is not read aloud on those of the one that is.

    So each number is read once, and is dialled from every sheet: a Link may refer to several
    annotations (ISO 32000-1, 14.8.4.4.2).
    """
    import pikepdf

    parents = parent_tree(pdf)
    read = {element.objgen: element for element in walk_elements(pdf.Root.StructTreeRoot)}
    links = {
        _target(_annotation_of(link)): link
        for link in read.values()
        if link.S == "/Link" and _annotation_of(link) is not None
    }
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    at = {int(numbers[i]): i + 1 for i in range(0, len(numbers), 2)}
    for page in pdf.pages:
        kept = []
        for annotation in page.obj.get("/Annots", []):
            key = int(annotation.get("/StructParent", -1))
            if parents[key].objgen not in read:
                link = links.get(_target(annotation))
                if link is None:
                    continue
                reference = pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=annotation, Pg=page.obj)
                link.K = pikepdf.Array([*kids_of(link), reference])
                numbers[at[key]] = link
            kept.append(annotation)
        if kept:
            page.obj.Annots = pikepdf.Array(kept)
        elif "/Annots" in page.obj:
            del page.obj.Annots


def _target(annotation: Any) -> str:
    return str(annotation.get("/A", {}).get("/URI", ""))
