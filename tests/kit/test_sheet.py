"""The review sheet: one page, filled in by a person in a real browser, and back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ketapub.catalog import read_ledger, read_po
from ketapub.message import message_digest
from project_edits import set_msgstr
from project_runs import Ran
from tools.axe import open_browser

from .conftest import AR, FAILING, FUZZY, MISSING, home, send, snapshot

FEWER = """() => document.querySelectorAll(".row").forEach((row, place) => {
  if (place >= 12 && !row.querySelector(".text + .text, :checked")) row.remove() })"""
"""Leaves rows of every sort, the one with plural forms too: axe takes minutes for all 200."""
TEXT = "استُخدم أولًا في الجراحة."


def test_it_needs_nothing_from_anywhere(project: Path) -> None:
    page = send(project, "sheet")["review-ar.html"].decode()
    assert not re.search(
        r"""(?:src|href)=|url\(|@import|https?://(?!schema)""", _without_texts(page)
    )
    assert "default-src 'none'" in page


def _without_texts(page: str) -> str:
    """The page without the texts under review, which may name addresses."""
    return re.sub(r"(?s)<fieldset.*?</fieldset>", "", page)


def test_a_text_cannot_leave_its_place_in_the_page(project: Path) -> None:
    catalog = project / "locale/ar/LC_MESSAGES/ketamine.po"
    text = catalog.read_text("utf-8")
    evil = "</textarea><script>alert(1)</script><!--"
    catalog.write_text(text.replace("الكيتامين دواء", f"{evil} دواء"), "utf-8")
    page = send(project, "sheet")["review-ar.html"].decode()
    assert page.count("<script>") == 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as browser:
        yield browser


def row(page: Any, msgid: str) -> Any:
    return page.locator(".row", has=page.locator(f'[data-source="{msgid}"]'))


@pytest.mark.slow
def test_a_filled_sheet_comes_home(
    project: Path, browser: Any, tmp_path: Path, entry_of: Callable[[Path, str], str]
) -> None:
    before = snapshot(project)
    file = tmp_path / "review.html"
    file.write_bytes(send(project, "sheet")["review-ar.html"])
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request", lambda r: None if r.url.startswith(("file:", "blob:")) else faults.append(r.url)
    )
    page.goto(file.as_uri())
    row(page, MISSING).get_by_text("Translate", exact=True).click()
    row(page, MISSING).locator("[data-id]").fill(TEXT)
    row(page, FAILING).get_by_text("Unsafe").click()
    row(page, FAILING).locator(".comment").fill("=HYPERLINK(1), the number is wrong\nask me")
    row(page, "What ketamine is").get_by_text("Right").click()
    row(page, FUZZY).get_by_text("Change to", exact=True).first.click()
    answered = f"4 of {page.locator('.row').count()} answered"
    assert page.locator("#done").text_content() == answered
    page.locator("#show").select_option("open")
    assert not row(page, MISSING).is_visible()
    page.reload()
    assert page.locator("#done").text_content() == answered, "nothing typed is lost"
    with page.expect_download() as waiting:
        page.locator("#save").click()
    table = Path(waiting.value.path()).read_bytes()
    assert faults == []
    rows = {r["source"]: r for r in csv.DictReader(io.StringIO(table.decode("utf-8-sig")))}
    assert rows[FAILING]["comment"].startswith("'=HYPERLINK")
    assert {r["reviewer"] + r["day"] + r["consent"] for r in rows.values()} == {""}, (
        "nobody has agreed to be named"
    )
    receipt = home(project, table)
    assert [str(problem.message) for problem in receipt.problems] == [
        "texts called right by nobody with a name: 1"
    ]
    assert receipt.signed == ()
    kinds = {change.msgid: change.kind for change in receipt.changes}
    assert kinds == {MISSING: "new", FAILING: "unsafe"}
    assert f'msgstr "{TEXT}"' in entry_of(project, MISSING)
    unsafe = entry_of(project, FAILING)
    assert "#, fuzzy" in unsafe
    assert "# =HYPERLINK(1), the number is wrong\n# ask me\n# unsafe, says a reviewer" in unsafe
    after = snapshot(project)
    same = [
        old == new
        for name in before
        for old, new in zip(before[name].split("\n\n"), after[name].split("\n\n"), strict=True)
    ]
    assert same.count(False) == 2


@pytest.mark.slow
def test_a_named_sheet_signs_exactly_what_it_calls_right(
    project: Path,
    browser: Any,
    tmp_path: Path,
    entry_of: Callable[[Path, str], str],
    run: Callable[..., Ran],
) -> None:
    """From the browser to the ledger: one right, one right that was changed here, one change."""
    moved = "Stay with the person until help arrives."
    file = tmp_path / "review.html"
    file.write_bytes(send(project, "sheet")["review-ar.html"])
    page = browser.new_page()
    page.goto(file.as_uri())
    for msgid in ("What ketamine is", moved):
        row(page, msgid).get_by_text("Right").click()
    row(page, FUZZY).get_by_text("Change to", exact=True).first.click()
    row(page, FUZZY).locator("[data-id]").fill("ثم صار مخدرًا للحفلات.")
    page.locator("#reviewer").fill("Dr S. Haddad")
    page.locator("#agree").check()
    page.locator("#save").click()
    assert "fill this in" in page.locator("#done").text_content(), "the role is missing"
    page.locator("#role").select_option("clinical")
    page.locator("#day").fill("2026-11-20")
    with page.expect_download() as waiting:
        page.locator("#save").click()
    set_msgstr(project / AR, moved, "ابقَ معه.")
    ran = run(project, "receive", str(waiting.value.path()), "--yes", "--date", "2026-11-23")
    assert ran.code == 0, ran.err
    assert "Dr S. Haddad (clinical, 2026-11-20) calls 2 texts right" in ran.out
    assert f"“{moved}” is not signed" in ran.err
    (said,) = read_po(entry_of(project, "What ketamine is"), "").entries
    ledger = read_ledger((project / "locale/ar/reviews.txt").read_text("utf-8"), "")
    assert [str(review) for review in ledger.reviews] == [
        f"{message_digest(*said.key, said.msgstr)} 2026-11-20 clinical ketamine Dr S. Haddad"
    ]
    assert "ثم صار مخدرًا للحفلات." in entry_of(project, FUZZY)


@pytest.mark.slow
def test_consent_is_asked_again_each_time_the_sheet_is_opened(
    project: Path, browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "review.html"
    file.write_bytes(send(project, "sheet")["review-ar.html"])
    page = browser.new_page()
    page.goto(file.as_uri())
    row(page, "What ketamine is").get_by_text("Right").click()
    page.locator("#reviewer").fill("Dr S. Haddad")
    page.locator("#role").select_option("clinical")
    page.locator("#agree").check()
    page.reload()
    assert page.locator("#reviewer").input_value() == "Dr S. Haddad"
    with page.expect_download() as waiting:
        page.locator("#save").click()
    assert b"Haddad" not in Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(
    ("locale", "own", "english"),
    [
        ("ar", "العربية", "Arabic"),
        ("zh-Hans", "简体中文", "Simplified Chinese"),
        ("fr", "Français", "French"),
    ],
)
def test_the_language_is_named_in_itself_and_in_english(
    project: Path, locale: str, own: str, english: str
) -> None:
    files = send(project, "sheet", locale)
    (page,) = [data.decode() for name, data in files.items() if name.startswith("review-")]
    for text in (re.search(r'<p class="pair">.*', page)[0], files["READ-ME.txt"].decode()):
        assert own in text
        assert english in text


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["ar", "hi", "zh-Hans"])
def test_it_fits_small_windows_and_axe_finds_nothing(
    project: Path, browser: Any, tmp_path: Path, locale: str
) -> None:
    """All rules in light, those about looks in dark too."""
    from tools.axe import LOOKS, violations
    from tools.visit import sideways

    file = tmp_path / "review.html"
    (data,) = [d for n, d in send(project, "sheet", locale).items() if n.startswith("review-")]
    file.write_bytes(
        data.replace(b"script-src 'unsafe-inline'", b"script-src 'unsafe-inline' file:")
    )
    with browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        row(page, FUZZY).get_by_text("Change to", exact=True).first.click()
        assert sideways(page) == []
        page.evaluate(FEWER)
        assert page.locator(".row").count() >= 12
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, *LOOKS) == []
