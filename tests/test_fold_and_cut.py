"""Sheets that are folded and cut: everything in its place, measured on the printed page."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pypdfium2
import pytest

from ketapub.audit.glyphs import read_page
from ketapub.audit.tags import read_tags
from tools.pdf_reading import Glyph, glyphs, passages

MM = 72 / 25.4
"""Points in a millimetre."""


def sheet(built: Path, region: str, tag: str, name: str) -> Path:
    folder = built / "dist" / region / tag / "ketamine"
    return folder / f"ketamine_{region}_{tag}_{name}.pdf"


def read_codes(path: Path, page: int = 0) -> list[tuple[str, float, float]]:
    """(text, millimetres from the left, from the top) of each code, as seen in grey at 150 dpi."""
    import zxingcpp

    with pypdfium2.PdfDocument(path) as document:
        picture = document[page].render(scale=150 / 72, grayscale=True).to_pil().convert("L")
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    corners = [(code.text, code.position.top_left) for code in found]
    return [(text, at.x / 150 * 25.4, at.y / 150 * 25.4) for text, at in corners]


def draws(path: Path, text: str, height: float) -> list[tuple[float, float]]:
    """Places (mm from the left and the top) where a text in digits this high (mm) begins."""
    found = [glyph for glyph in glyphs(path.read_bytes()) if glyph.page == 0]
    top = page_height(path)
    runs = zip(*(found[at:] for at in range(len(text))), strict=False)
    return [
        (run[0].left / MM, (top - run[0].top) / MM)
        for run in runs
        if "".join(glyph.text for glyph in run) == text and _height(run[0]) >= height
    ]


def _height(glyph: Glyph) -> float:
    return (glyph.top - glyph.bottom) / MM


def page_height(path: Path) -> float:
    with pypdfium2.PdfDocument(path) as document:
        return float(document[0].get_height())


GRIDS = {
    "us": ("911", "18006624357", 19.05, 12.7, 88.9, 50.8),
    "gb": ("999", "03001236600", 15.0, 13.5, 95.0, 54.0),
}
"""By region: emergency number, first helpline; mm to the first card's left and top, from card to card."""


@pytest.mark.parametrize("tag", ["en", "ar", "hi"])
@pytest.mark.parametrize("region", GRIDS)
def test_cards_stand_on_the_grid_of_bought_stock(built: Path, region: str, tag: str) -> None:
    """Ten codes and ten numbers at the same place of each card."""
    number, lead, left, top, right, down = GRIDS[region]
    path = sheet(built, region, tag, "card")
    cards = [(left + right * (n % 2), top + down * (n // 2)) for n in range(10)]
    heroes = sorted(draws(path, number, 6), key=lambda at: (round(at[1]), at[0]))
    first = heroes[0]
    offset = first[0] - cards[0][0], first[1] - cards[0][1]
    assert 4 < offset[0] < 67
    for hero, card in zip(heroes, cards, strict=True):
        assert hero[0] - card[0] == pytest.approx(offset[0], abs=0.1)
        assert hero[1] - card[1] == pytest.approx(offset[1], abs=0.1)
    codes = read_codes(path)
    assert len(codes) == 10
    assert len({text for text, _, _ in codes}) == 1
    assert re.sub(r"\D", "", codes[0][0]) == lead


def test_cards_say_nothing_of_what_they_are_about(built: Path) -> None:
    """The article's name stands above the cards alone, where staff read it."""
    path = sheet(built, "us", "en", "card")
    top = page_height(path)
    on_cards = "".join(
        glyph.text for glyph in glyphs(path.read_bytes()) if (top - glyph.top) / MM > 12.7
    )
    assert on_cards.count("1-800-662-4357") == 20
    assert "etamine" not in on_cards


def test_one_card_is_read_aloud_for_all(built: Path) -> None:
    texts = [passage.text for passage in passages(sheet(built, "us", "en", "card").read_bytes())]
    assert texts.count("911") == 1


def test_the_audit_hears_no_copies(built: Path) -> None:
    """Else a number that stands on copies alone would count as read aloud."""
    with pypdfium2.PdfDocument(sheet(built, "us", "en", "card")) as document:
        page = document[0]
        root = read_tags(page, read_page(page))
        assert root is not None
        assert root.text.count("1-800-662-4357") == 2, "in the list and below the code"


@pytest.mark.parametrize("tag", ["en", "ar", "hi", "zh-hans"])
@pytest.mark.parametrize(("name", "digits_high"), [("poster", 1), ("large-poster", 1.5)])
def test_each_strip_of_a_poster_is_whole(
    built: Path, tag: str, name: str, digits_high: float
) -> None:
    """At least 20 mm wide, with the number, the emergency number and a code that calls."""
    path = sheet(built, "us", tag, name)
    codes = sorted(read_codes(path), key=lambda code: code[1])
    assert [text for text, _, _ in codes] == ["tel:18006624357"] * 6
    lefts = [left for _, left, _ in codes]
    numbers = sorted(draws(path, "1-800-662-4357", digits_high), key=lambda at: -at[1])[:6]
    starts = sorted(left for left, _ in numbers)
    for steps in (lefts, starts):
        widths = [after - before for before, after in itertools.pairwise(steps)]
        assert min(widths) >= 20
        assert max(widths) - min(widths) < 1
    foot = max(top for _, _, top in codes)
    assert sum(top > foot for _, top in draws(path, "911", 1)) == 6


@pytest.mark.parametrize("tag", ["en", "ar", "hi", "zh-hans"])
@pytest.mark.parametrize(("name", "least"), [("poster", 36), ("large-poster", 52)])
def test_the_sentence_of_a_poster_is_read_from_three_metres(
    built: Path, tag: str, name: str, least: float
) -> None:
    """Its number's digits, 0.71 em high, are those of type of this many points."""
    assert draws(sheet(built, "us", tag, name), "911", least * 0.7 / MM)
