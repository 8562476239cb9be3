"""Turn the structure tree of a PDF (ISO 32000-1, 14.7) into its elements, by walking it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf


def kids_of(element: Any) -> list[Any]:
    """What hangs on an element: elements, marked-content ids, references to annotations."""
    import pikepdf

    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def is_element(kid: Any) -> bool:
    """Whether it is a structure element."""
    import pikepdf

    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def walk_elements(element: Any) -> Iterator[Any]:
    """The structure elements below, parents first, in reading order."""
    stack = kids_of(element)[::-1]
    while stack:
        kid = stack.pop()
        if is_element(kid):
            yield kid
            stack += kids_of(kid)[::-1]


def parent_tree(pdf: pikepdf.Pdf) -> dict[int, Any]:
    """By StructParent(s): the element of an annotation; those of a page, by marked-content id."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    return {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
