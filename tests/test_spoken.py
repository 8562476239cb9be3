"""What a screen reader is told of a page: Chromium's accessibility tree beside a golden file.

After a change that is meant: `pytest tests/test_spoken.py --refresh-golden`, and read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import axe, spoken
from tools.visit import WINDOWS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

GOLDEN = Path(__file__).parent / "data/spoken"
PAGES = {"en": "us/en/ketamine/", "ar": "gb/ar/ketamine/", "hi": "in/hi/ketamine/"}


@pytest.fixture(scope="module")
def page(signed: Path) -> Iterator[tuple[Any, str]]:
    with axe.serve(signed / "dist") as address, axe.open_browser() as browser:
        yield browser.new_page(viewport=WINDOWS["desktop"]), address


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_announced_as_its_golden_file_says(
    page: tuple[Any, str], name: str, refresh: bool
) -> None:
    tab, address = page
    tab.set_viewport_size(WINDOWS["desktop"])
    tab.goto(address + PAGES[name])
    found = "\n".join(spoken.tree(tab)) + "\n"
    golden = GOLDEN / f"{name}.txt"
    if refresh:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_the_comparison_is_a_table_and_lists_are_lists_in_every_window(
    page: tuple[Any, str], name: str
) -> None:
    tab, address = page
    tab.goto(address + PAGES[name])
    told = {}
    for window, size in WINDOWS.items():
        tab.set_viewport_size(size)
        roles = [line.split()[0] for line in spoken.tree(tab)]
        wanted = ("table", "columnheader", "row", "cell", "list", "listitem")
        told[window] = {role: roles.count(role) for role in wanted}
    first = told["desktop"]
    assert min(first.values()) > 0
    assert all(each == first for each in told.values()), told


def test_a_number_is_the_whole_name_of_its_link_and_tied_to_its_line(page: tuple[Any, str]) -> None:
    tab, address = page
    for path in PAGES.values():
        tab.goto(address + path)
        links = tab.evaluate(
            """() => [...document.querySelectorAll('#help .lines a[href^="tel:"]')].map(a => [
              a.childNodes.length, a.firstChild.nodeType, a.textContent,
              (document.getElementById(a.getAttribute('aria-describedby')) || {}).textContent,
              a.closest('li').querySelector('h3').textContent])"""
        )
        assert links
        lines = spoken.tree(tab)
        for children, kind, dial, about, heading in links:
            assert (children, kind, about) == (1, 3, heading)
            assert any(line.strip() == f"link “{dial}” – {spoken.short(heading)}" for line in lines)
