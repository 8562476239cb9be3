"""The test locales: whole catalogs that show what a layout cannot hold, and are never published."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog import read_po
from ketapub.check import check_translation
from ketapub.language import TEST_TAGS
from ketapub.message import Message
from ketapub.project import load_project
from ketapub.pseudo import LONGER, accent, mirror, render_pseudo
from project_edits import read_files
from project_runs import Ran
from tools import axe
from tools.visit import sideways

Run = Callable[..., Ran]


def test_every_message_of_the_project_passes_every_check_in_both(root: Path) -> None:
    """Placeholders, links, markup and numbers are kept."""
    project = load_project(root)
    for tag in TEST_TAGS:
        for domain, messages in project.messages.items():
            env = project.articles[domain].env if domain in project.articles else None
            catalog = read_po(render_pseudo(tag, domain, messages), f"{domain}.po")
            texts = {entry.key: entry.msgstr for entry in catalog.entries}
            assert catalog.problems == ()
            for message in messages:
                msgstr = texts[message.key]
                assert check_translation(message, msgstr, env) == (), (tag, msgstr)
                assert tag == "ar-XB" or msgstr != message.forms, message


ATOMS = (
    "word", "{emergency}", "**strong**", "*soft*", "`code x`", "[a link](https://a.example/b?c=d)",
    "10 mg", "911", "24/7", "&amp;", "\\{brace\\}", "\\*", "<https://b.example/>", "a-b", "é", ".",
)  # fmt: skip


@given(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=8))
def test_any_text_of_marks_numbers_and_placeholders_passes_in_both(atoms: list[str]) -> None:
    message = Message(" ".join(atoms), syntax="markdown")
    for write in (accent, mirror):
        found = {
            finding.code for finding in check_translation(message, (write(message.msgid, True),))
        }
        same = {finding.code for finding in check_translation(message, (message.msgid,))}
        assert found <= same


def test_accented_text_is_longer_in_brackets_and_without_a_plain_letter() -> None:
    text = "Stay with the person until help arrives."
    found = accent(text)
    assert (found[0], found[-1]) == ("[", "]")
    assert len(found) >= len(text) * (1 + LONGER)
    kept = set(re.findall("[A-Za-z]", found))
    assert kept <= set("bfmpqvxBFMPQVX"), kept


def test_mirrored_text_holds_no_latin_letter() -> None:
    assert not re.search(
        "[A-Za-z]", mirror("Stay with the person until help arrives, quickly by fax")
    )


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="needs gettext")
def test_gettext_reads_what_the_command_writes_and_twice_is_once(
    small: Path, tmp_path: Path, run: Run
) -> None:
    into = tmp_path / "made"
    assert run(small, "pseudo", "--into", str(into)).code == 0
    files = read_files(into)
    assert set(files) == {
        f"{locale}/LC_MESSAGES/{domain}.po"
        for locale in ("en_XA", "ar_XB")
        for domain in ("ketamine", "ketapub", "helplines")
    }
    for name in files:
        subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(into / name)], check=True)
    assert "written" not in run(small, "pseudo", "--into", str(into)).out
    assert read_files(into) == files


def test_in_the_locale_folder_they_are_no_error_and_no_language(small: Path, run: Run) -> None:
    assert run(small, "pseudo").code == 0
    assert run(small, "check").code == 0
    shown = run(small, "status").out
    assert "note: locale/en_XA is a test locale: never published" in shown


def test_they_are_held_whatever_the_publication_says(pseudo_project: Path, run: Run) -> None:
    ran = run(pseudo_project, "build", "--web-only", "--draft")
    assert ran.code == 0, ran.err
    assert "en-XA is a test locale and never published" in ran.out
    dist = read_files(pseudo_project / "dist")
    assert not [name for name in dist if "en-xa" in name or "ar-xb" in name]
    assert not [
        name for name, data in dist.items() if b"/en-xa/" in data and name != "manifest.json"
    ]
    for tag in ("en-xa", "ar-xb"):
        assert (pseudo_project / f".ketapub/draft/us/{tag}/ketamine/index.html").is_file()


def test_every_fixed_word_of_a_page_is_given_to_translators(pseudo_project: Path, run: Run) -> None:
    """What stands on the accented page without an accent was never extracted."""
    from lxml import html

    run(pseudo_project, "build", "--web-only", "--draft")
    path = pseudo_project / ".ketapub/draft/us/en-xa/ketamine/index.html"
    page = html.document_fromstring(path.read_text("utf-8").encode())
    for node in page.xpath(
        "//script|//style|//nav[@class='languages']|//*[@lang and not(self::html)]"
    ):
        node.drop_tree()
    alike = [
        text.strip()
        for text in page.itertext()
        if re.search("[aeiou]{1}[a-z]* [a-z]*[aeiou]", text)
    ]
    names = {line for region in load_project(pseudo_project).regions.regions.values()
             for helpline in region.helplines for _, line in helpline.names}  # fmt: skip
    assert [
        text for text in alike if text not in names and "[" not in text and "http" not in text
    ] == []


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_pages_of_both_never_scroll_sideways(pseudo_project: Path, run: Run) -> None:
    run(pseudo_project, "build", "--web-only", "--draft")
    with axe.open_browser() as browser:
        page = browser.new_page()
        for tag in ("en-xa", "ar-xb"):
            page.goto((pseudo_project / f".ketapub/draft/us/{tag}/ketamine/index.html").as_uri())
            assert page.evaluate("document.styleSheets.length") == 1
            assert sideways(page) == [], tag


@pytest.mark.slow
def test_sheets_of_both_fit_every_format_or_say_that_they_do_not(
    pseudo_project: Path, run: Run
) -> None:
    """A text 40 % longer than English may be too long: then it is told, and no sheet is cut off.

    Formats are shared out between the two; the most read ones are printed in both.
    """
    import pikepdf

    project = load_project(pseudo_project)
    formats = project.publication.formats
    wanted = {"en-XA": formats[::2], "ar-XB": ("handout", *formats[1::2])}
    assert {*wanted["en-XA"], *wanted["ar-XB"]} == {*formats}
    printed = []
    for locale, names in wanted.items():
        tag = locale.lower()
        only = [option for name in names for option in ("--format", name)]
        ran = run(pseudo_project, "build", "--print-only", "--draft", "--locale", locale, *only)
        for name in names:
            file = f"us/{tag}/ketamine/ketamine_us_{tag}_{name}.pdf"
            path = pseudo_project / ".ketapub/draft" / file
            if path.is_file():
                printed.append(name)
                with pikepdf.open(path) as pdf:
                    assert len(pdf.pages) <= project.formats[name].sides, file
            else:
                (told,) = re.findall(rf"(?m)^{file}: (.*)\n  hint: (.*)$", ran.err)
                assert re.search("needs|no room|wider than|does not fit|helpline footer", told[0])
                assert re.search("shorten|another format|fewer helplines|break", told[1])
    assert {"large-print", "handout"} <= {*printed}, ran.err
