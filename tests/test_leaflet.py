"""The leaflet: six panels on two sides, measured on the printed pages of every edition."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from ketapub.audit.glyphs import Page, read_page
from tools.pdf_reading import glyphs

MM = 72 / 25.4
"""Points in a millimetre."""
FOLDS = {842: ((98.0, 197.5), (99.5, 199.0)), 792: ((92.2, 185.8), (93.6, 187.2))}
"""By the paper's width in points: millimetres from the side where readers begin to the folds, outside
and inside. The flap is a little narrower than the others."""
CLEAR = 5.0
"""Millimetres beside a fold that stay white."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a leaflet."""

    marks: dict[int, list[tuple[float, float]]]
    """Marked content -> (left, right) in millimetres from the side where readers begin."""
    ends: tuple[tuple[float, float], ...]
    """The same of every glyph."""
    folds: tuple[float, float]

    def panel(self, mark: int) -> set[int]:
        """The panels, 0 to 2 in reading direction, that a marked content stands in."""
        return {sum(left > fold for fold in self.folds) for left, _ in self.marks[mark]}


@pytest.fixture(scope="module")
def leaflets(built: Path) -> tuple[Path, ...]:
    """One of each language and paper."""
    found = sorted((built / "dist").rglob("*_leaflet.pdf"))
    assert len(found) == len(list((built / "dist").rglob("*_handout.pdf")))
    return tuple(found)


def read(path: Path) -> list[Side]:
    with pikepdf.open(path) as pdf:
        mirrored = pdf.Root.ViewerPreferences.get("/Direction") == "/R2L"
    with pypdfium2.PdfDocument(path) as document:
        return [_side(read_page(page), mirrored, n) for n, page in enumerate(document)]


def _side(page: Page, mirrored: bool, number: int) -> Side:
    width = page.paper[2]
    marks = defaultdict(list)
    ends = []
    for glyph in page.glyphs:
        left, right = glyph.box[0] / MM, glyph.box[2] / MM
        if mirrored:
            left, right = width / MM - right, width / MM - left
        ends.append((left, right))
        marks[page.mark(glyph)].append((left, right))
    return Side(dict(marks), tuple(ends), FOLDS[round(width)][number])


@functools.lru_cache(maxsize=64)
def sides(path: Path) -> list[Side]:
    return read(path)


def elements(path: Path) -> list[tuple[str, int, tuple[int, ...]]]:
    """(kind, page, marked contents below) of every structure element, in reading order."""
    with pikepdf.open(path) as pdf:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        return list(_elements(pdf.Root.StructTreeRoot, pages))


def _elements(element: Any, pages: Any) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            below = list(_marks(kid, pages))
            if below:
                yield str(kid.S)[1:], below[0][0], tuple(mark for _, mark in below)
            yield from _elements(kid, pages)


def _marks(element: Any, pages: Any) -> Iterator[tuple[int, int]]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield from _marks(kid, pages)
        else:
            yield pages[element.Pg.objgen], int(kid)


def test_every_edition_has_a_leaflet_of_two_sides_that_asks_for_its_own_size(
    leaflets: tuple[Path, ...],
) -> None:
    """Turned on the short edge: the back of the front panel is the first one inside."""
    for path in leaflets:
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) == 2
            wide, high = (float(n) for n in pdf.pages[0].mediabox[2:])
            assert (round(wide), round(high)) in {(842, 595), (792, 612)}
            assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
            assert pdf.Root.ViewerPreferences.PrintScaling == "/None"


def test_the_front_is_where_readers_end_and_the_flap_where_they_begin(
    leaflets: tuple[Path, ...],
) -> None:
    """Outside: flap, back, front, from right to left in right-to-left scripts."""
    for path in leaflets:
        outside = sides(path)[0]
        headings = [(kind, marks) for kind, page, marks in elements(path) if page == 0]
        title = next(marks for kind, marks in headings if kind == "H1")
        flap, back = (marks for kind, marks in headings if kind == "H2")
        assert {panel for mark in title for panel in outside.panel(mark)} == {2}, path.name
        assert {panel for mark in flap for panel in outside.panel(mark)} == {0}, path.name
        assert {panel for mark in back for panel in outside.panel(mark)} == {1}, path.name


def test_a_swapped_order_of_panels_is_seen(leaflets: tuple[Path, ...]) -> None:
    """The front of an Arabic leaflet stands at the left edge of the paper, an English one's right."""
    for path in leaflets:
        with pypdfium2.PdfDocument(path) as document:
            width = document[0].get_width()
        found = [g for g in glyphs(path.read_bytes()) if g.page == 0]
        runs = zip(*(found[at:] for at in range(7)), strict=False)
        lefts = [run[0].left for run in runs if "".join(g.text for g in run) == "ketapub"]
        assert lefts, path.name
        is_arabic = path.name.split("_")[2] == "ar"
        assert all((left < width / 3) == is_arabic for left in lefts), path.name


def test_no_text_lies_on_a_fold(leaflets: tuple[Path, ...]) -> None:
    for path in leaflets:
        for number, side in enumerate(sides(path), 1):
            for fold in side.folds:
                on = [end for end in side.ends if end[0] < fold + CLEAR and end[1] > fold - CLEAR]
                assert not on, f"{path.name}, side {number}, {fold} mm"


def test_no_list_item_goes_over_from_panel_to_panel(leaflets: tuple[Path, ...]) -> None:
    for path in leaflets:
        items = [marks for kind, page, marks in elements(path) if kind == "LI" and page == 1]
        assert len(items) > 10
        for marks in items:
            assert len({p for mark in marks for p in sides(path)[1].panel(mark)}) == 1, path.name


def test_no_heading_stands_at_the_end_of_a_panel(leaflets: tuple[Path, ...]) -> None:
    """What follows a heading begins in the heading's own panel."""
    for path in leaflets:
        inside = [each for each in elements(path) if each[1] == 1]
        order = [mark for kind, _, marks in inside if kind == "Document" for mark in marks]
        order = order or sorted({mark for _, _, marks in inside for mark in marks})
        headings = [marks for kind, _, marks in inside if kind in {"H2", "H3"}]
        assert len(headings) > 5
        for marks in headings:
            after = order[order.index(marks[-1]) + 1]
            side = sides(path)[1]
            assert max(side.panel(after)) == max(side.panel(marks[-1])), path.name


def test_what_is_critical_stands_outside_on_the_flap(leaflets: tuple[Path, ...]) -> None:
    """Its steps are read aloud before the text inside begins, and stand once."""
    for path in leaflets:
        flap = [marks for kind, page, marks in elements(path) if kind == "LI" and page == 0]
        assert len(flap) == 4
        for marks in flap:
            assert {p for mark in marks for p in sides(path)[0].panel(mark)} == {0}, path.name
