"""Old phones: no layout depends on a style sheet newer than Chrome 69, whose real build is asked too."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import axe, old_chrome
from tools.css_age import too_new

ROOT = Path(__file__).resolve().parent.parent
OLDEST = 69
SHEETS = ("tokens.css", "web/page.css", "web/fragment.css")
PAGES = (
    "us/en/ketamine/index.html",
    "gb/ar/ketamine/index.html",
    "handouts/index.html",
    "choose/ar/index.html",
)
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_newer_than_chrome_69_stands_behind_a_fallback_or_only_adorns(name: str) -> None:
    assert too_new((ROOT / "templates" / name).read_text("utf-8"), OLDEST) == []


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { padding-inline: 1px }", ["1: padding-inline"]),
        ("a { padding: 1px; padding: max(1px, 2px) }", []),
        ("a { padding: max(1px, 2px) }", ["1: padding: max()"]),
        ("a { padding: calc(max(1px, 2px) * 2) }", ["1: padding: max()"]),
        ("@media print { a { inset: 0 } }", ["1: inset"]),
        ("a:is(b, i) { margin: 0 }", ["1: :is"]),
        ("a:not(:focus-visible) { margin: 0 }", ["1: :focus-visible"]),
        ("a:focus:not(:focus-visible) { outline: none }", []),
        ("a { display: flex; gap: 1px }", ["1: gap of flex boxes"]),
        ("a { display: grid; grid-gap: 1px }", []),
        ("a { overflow-wrap: anywhere }", ["1: overflow-wrap: anywhere"]),
        ('a { list-style-type: "" }', ["1: list-style-type: string"]),
        ('a { list-style-type: none; list-style-type: "" }', []),
        ("a { aspect-ratio: 1 }", ["1: aspect-ratio"]),
        ("@container (width > 1px) { a { margin: 0 } }", ["1: at-rule container"]),
        ("a { text-wrap: balance }", []),
    ],
)
def test_the_judge_of_style_sheets_sees_what_is_too_new(css: str, found: list[str]) -> None:
    assert too_new(css, OLDEST) == found


def test_tables_and_lists_keep_their_roles() -> None:
    """No table part changes its display, and a list without marks has the empty mark, not none."""
    css = (ROOT / "templates/web/page.css").read_text("utf-8")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for selectors, block in rules:
        ends = {re.split(r"[ >+~]", each.strip())[-1] for each in selectors.split(",")}
        if ends & {"table", "thead", "tbody", "tr", "th", "td"}:
            assert "display" not in block, selectors
        if "list-style: none" in block:
            assert 'list-style: none; list-style-type: "";' in block, selectors


BOXES = """[...document.querySelectorAll(
  '.bar, .masthead, main > *, h1, .callout, .callout .call, .contents, .body, .body > *, table, td,'
  + '.handouts, .emergency, .voice, .line, .silent, .places > li, section, .shelf, select, .foot')]
  .map(e => [e, e.getBoundingClientRect()]).filter(([e, box]) => box.width)
  .map(([e, box]) => [e.tagName + '.' + e.className, Math.round(box.left), Math.round(box.width)])"""
MORE = """{
  wide: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
  skip: document.querySelector('.skip').getBoundingClientRect().bottom,
  gaps: [...document.querySelectorAll('.languages li + li')].map(e => {
    const a = e.previousElementSibling.getBoundingClientRect(), b = e.getBoundingClientRect();
    return b.top >= a.bottom ? 99 : Math.max(b.left - a.right, a.left - b.right); }),
  calls: [...document.querySelectorAll('.call, .voice')].map(e => e.getBoundingClientRect().height),
  bar: [...document.querySelectorAll('.helpbar')].map(e => e.getBoundingClientRect().bottom),
}"""
SCRIPT = """<script>addEventListener('load', () => document.documentElement.setAttribute(
  'data-measured', JSON.stringify({boxes: %s, more: %s})));</script>"""


@pytest.fixture(scope="module")
def address(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The publication, with a script in some pages that measures them."""
    dist = tmp_path_factory.mktemp("old") / "dist"
    for folder in ("assets", *(page.rpartition("/")[0] for page in PAGES)):
        shutil.copytree(built / "dist" / folder, dist / folder, dirs_exist_ok=True)
    for page in PAGES:
        text = (dist / page).read_text("utf-8")
        (dist / page).write_text(
            text.replace("</body>", SCRIPT % (BOXES, MORE) + "</body>"), "utf-8"
        )
    with axe.serve(dist) as found:
        yield found


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("browser")
def test_the_real_chromium_69_shows_the_layout_of_today(address: str, tmp_path: Path) -> None:
    """Every box stands where today's browser puts it and is as wide; the way past the head waits
    off screen, languages stand apart, numbers are easy to press, help waits at the lower edge."""
    program = old_chrome.unpack(tmp_path)
    with axe.open_browser() as browser:
        for name, size in SIZES.items():
            page = browser.new_page(viewport=size)
            for path in PAGES:
                page.goto(address + path)
                new = json.loads(page.get_attribute("html", "data-measured"))
                old = old_chrome.measure(program, address + path, size)
                assert differing(old["boxes"], new["boxes"]) == [], f"{path}, {name}"
                check_more(old["more"], size, path)


def differing(old: list[Any], new: list[Any]) -> list[Any]:
    """Boxes that are not the same within two pixels."""
    assert len(new) > 5
    pairs = zip(old, new, strict=True)
    return [
        (a, b) for a, b in pairs if a[0] != b[0] or abs(a[1] - b[1]) > 2 or abs(a[2] - b[2]) > 2
    ]


def check_more(more: dict[str, Any], size: dict[str, int], path: str) -> None:
    assert more["wide"] <= size["width"], path
    assert more["skip"] <= 0, path
    assert min(more["gaps"]) >= 12, path
    assert min(more["calls"], default=99) >= 44, path
    if size["width"] < 400:
        assert all(round(bottom) == size["height"] for bottom in more["bar"]), path
