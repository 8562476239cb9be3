"""Finding a handout in a real browser: choices that narrow the list and say how much is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import axe

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FILES = "css=a[type='application/pdf']:visible"


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with axe.serve(built / "dist") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with axe.open_browser() as browser:
        yield browser


def shown(page: Any) -> tuple[int, int]:
    """How many handouts are seen, and how many the page says there are."""
    return page.locator(FILES).count(), int(page.inner_text("#found").rpartition(" ")[2])


def test_each_choice_narrows_the_list_and_the_count_is_announced(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(address + "handouts/index.html")
    assert page.get_attribute("#found", "role") == "status"
    total = page.locator("css=a[type='application/pdf']").count()
    assert shown(page) == (total, total)
    page.select_option("#choose_country", label="United States")
    by_country = shown(page)
    assert by_country[0] == by_country[1] < total
    page.select_option("#choose_language", "es")
    by_language = shown(page)
    assert 0 < by_language[0] == by_language[1] < by_country[0]
    page.select_option("#choose_format", "card")
    assert shown(page) == (1, 1)
    href = page.locator(FILES).get_attribute("href")
    assert href == "../us/es/ketamine/ketamine_us_es_card.pdf"
    name = page.locator(FILES).evaluate(
        """link => link.getAttribute('aria-labelledby').split(' ')
        .map(id => document.getElementById(id).innerText).join(' ')"""
    )
    assert name.split() == ["Wallet", "cards", "Español", "Spanish", "United", "States"]
    page.select_option("#choose_language", "fr")
    assert shown(page) == (0, 0)
    for choice in ("country", "language", "format"):
        page.select_option(f"#choose_{choice}", "")
    assert shown(page) == (total, total)
    page.close()


def test_the_address_may_name_the_country_and_each_language_has_its_own_page(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(address + "gb/ar/ketamine/index.html")
    page.click("css=.foot a[href*='handouts/']")
    assert page.url == address + "handouts/ar/index.html#gb"
    assert page.input_value("#choose_country") == "gb"
    sections = page.locator("css=#finder section:visible")
    assert [each.get_attribute("id") for each in sections.all()] == ["gb"]
    page.close()


def test_without_script_there_are_no_choices_and_all_is_listed_by_country(
    browser: Any, address: str
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address + "handouts/index.html")
    assert page.locator("css=select:visible").count() == 0
    assert page.locator(FILES).count() == page.locator("css=a[type='application/pdf']").count()
    page.click("css=.jump a[href='#us']")
    box = page.locator("#us_name").bounding_box()
    assert 0 < box["y"] < 200
    page.context.close()
