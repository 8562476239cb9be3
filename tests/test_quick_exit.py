"""Leaving in a hurry, in a real browser: what is seen, what Back shows, and what works without script."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml.html import document_fromstring
from playwright.sync_api import Error as PlaywrightError

from tools import axe

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGE = "us/en/ketamine/index.html"
ELSEWHERE = "<!doctype html><title>Weather</title><h1>Sunny</h1>"
ON_TOP = "box => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).className"
SEEN = "document.documentElement.getClientRects().length > 0 && document.body.innerText.trim()"


@pytest.fixture(scope="module", params=[False, True], ids=["loads", "keeps"])
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """One that loads a page anew on Back, and one that shows it as it was left."""
    with axe.open_browser(keeps_pages=request.param) as browser:
        yield browser


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another website."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text(ELSEWHERE, encoding="utf-8")
    with axe.serve(folder) as address:
        yield address


@pytest.fixture(scope="module")
def address(built: Path, tmp_path_factory: pytest.TempPathFactory, other: str) -> Iterator[str]:
    """The publication's pages, with every exit leading to the other website."""
    dist = tmp_path_factory.mktemp("exits") / "dist"
    shutil.copytree(built / "dist", dist, ignore=shutil.ignore_patterns("*.pdf", "*.zip"))
    for path in dist.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        page = document_fromstring(text.encode())
        for href in page.xpath("//a[@class='exit']/@href"):
            path.write_text(text.replace(f'href="{href}"', f'href="{other}"'), encoding="utf-8")
    with axe.serve(dist) as found:
        yield found


def visit(page: Any, address: str) -> None:
    """As a reader comes: the chooser, a place, the article, another language."""
    page.goto(address + "us/en/index.html")
    page.click("text=Ketamine: medical promise")
    page.click("css=.languages a[lang=es]")
    page.wait_for_url("**/us/es/ketamine/index.html")


def test_after_leaving_the_back_button_shows_nothing_of_ours(
    browser: Any, address: str, other: str
) -> None:
    page = browser.new_context().new_page()
    visit(page, address)
    page.click("css=a.exit")
    page.wait_for_url(other)
    for _ in range(4):
        with contextlib.suppress(PlaywrightError):  # a navigation of the script's own
            page.evaluate("history.back()")
        page.wait_for_timeout(600)
        ours = page.url.startswith(address)
        assert not ours or not page.evaluate(SEEN), page.url
        assert ours or page.url == "about:blank" or page.inner_text("h1") == "Sunny"
    page.context.close()


def test_without_leaving_the_back_button_shows_our_pages(browser: Any, address: str) -> None:
    page = browser.new_context().new_page()
    visit(page, address)
    page.go_back(wait_until="commit")
    assert page.url == address + PAGE
    assert page.evaluate(SEEN)
    page.context.close()


def test_back_shows_a_page_as_it_was_left_where_the_browser_keeps_it(
    browser: Any, address: str, request: pytest.FixtureRequest
) -> None:
    """Or the test above would prove nothing about such browsers."""
    page = browser.new_context().new_page()
    page.add_init_script("addEventListener('pageshow', e => { window.kept = e.persisted; })")
    visit(page, address)
    page.go_back(wait_until="commit")
    keeps = "keeps" in request.node.callspec.id
    assert page.evaluate("window.kept") is keeps
    page.context.close()


def test_somebody_who_opens_us_again_on_purpose_sees_us(
    browser: Any, address: str, other: str
) -> None:
    page = browser.new_context().new_page()
    visit(page, address)
    page.click("css=a.exit")
    page.wait_for_url(other)
    page.goto(address + PAGE)
    assert page.evaluate(SEEN)
    page.click("css=.languages a[lang=es]")
    page.go_back(wait_until="commit")
    assert page.evaluate(SEEN)
    page.context.close()


def test_the_exit_is_the_second_stop_of_a_keyboard_and_always_on_screen(
    browser: Any, address: str, other: str
) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(address + PAGE)
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "exit"
    for place in ("body", ".body", "#help", ".foot"):
        page.evaluate("place => document.querySelector(place).scrollIntoView()", place)
        box = page.locator("a.exit").bounding_box()
        assert page.evaluate(ON_TOP, box) == "exit", "something lies over it"
        assert 0 <= box["y"] < 100
        assert box["height"] >= 24
    page.keyboard.press("Enter")
    page.wait_for_url(other)
    page.context.close()


def test_without_script_it_is_a_plain_link_that_tells_nobody_where_one_comes_from(
    browser: Any, address: str, other: str
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address + PAGE)
    with page.expect_request(other) as asked:
        page.click("css=a.exit")
    assert "referer" not in asked.value.all_headers()
    page.context.close()
