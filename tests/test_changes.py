"""`ketapub diff`: what changed between two publications, in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ketapub.passage import Passage, compare_texts, same_words
from project_edits import ES, edit, set_editions, set_key, set_msgstr
from project_runs import Ran

Run = Callable[..., Ran]
US = "source/regions/US.toml"


@pytest.fixture
def before(small: Path, published_pages: None, tmp_path: Path) -> Path:
    """Pages of the small publication, put aside before a change."""
    return shutil.copytree(small / "dist", tmp_path / "before")


def diff(run: Run, before: Path, small: Path, *options: str) -> Ran:
    assert run(small, "build", "--web-only", "--allow-removals").code in {0, 1}
    return run(small, "diff", str(before), str(small / "dist"), *options)


def of(ran: Ran, what: str) -> dict[str, list[str]]:
    """Outputs of which it is told, by edition."""
    found: dict[str, list[str]] = {}
    for change in ran.json["changes"]:
        if change["what"] == what:
            found.setdefault(f"{change['locale']}@{change['region']}", []).append(change["output"])
    return found


def test_a_publication_is_the_same_as_itself(before: Path, small: Path, run: Run) -> None:
    ran = diff(run, before, small, "--exit-code")
    assert (ran.code, ran.out.split(": ")[1]) == (0, "the two are the same\n")
    assert diff(run, before, small, "--json").json["same"] is True


def test_changed_words_are_told_once_with_all_editions_that_have_them(
    before: Path, small: Path, run: Run
) -> None:
    set_editions(small, 'US = ["en", "es"]\nGB = ["en", "es", "ar"]')
    run(small, "build", "--web-only")
    shutil.rmtree(before)
    shutil.copytree(small / "dist", before)
    set_msgstr(small / ES, "What ketamine is", "¿Qué es esto?")
    ran = diff(run, before, small, "--exit-code")
    assert ran.code == 1
    lines = ran.out.splitlines()
    at = lines.index("other words:")
    assert "¿Qué es esto?" in "".join(line for line in lines[at:] if line.startswith("  + "))
    assert [line for line in lines if "es@" in line] == [
        "    ketamine es@GB, ketamine es@US (page)"
    ]
    assert f"  changed: {ES}" in lines
    found = diff(run, before, small, "--json").json
    assert {change["what"] for change in found["changes"]} == {"text"}
    assert found["inputs"]["changed"] == [ES]
    assert "v/index.html" in found["site"]["changed"]
    assert [path for path in found["site"]["changed"] if "/ketamine/" in path] == []


def test_a_changed_number_is_told_as_a_number(before: Path, small: Path, run: Run) -> None:
    edit(small / US, "1-800-662-4357", "1-800-662-4358", 9)
    ran = diff(run, before, small)
    assert "  gone: 1-800-662-4357\n  new: 1-800-662-4358\n" in ran.out
    assert of(diff(run, before, small, "--json"), "numbers") == {
        "en@US": ["page"],
        "es@US": ["page"],
    }


def test_other_bytes_with_the_same_words_and_numbers_are_layout(
    before: Path, small: Path, run: Run
) -> None:
    edit(small / "templates/web/page.html", '<div class="body">', '<div class="body wide">')
    found = diff(run, before, small, "--json")
    everything = {"en@US": ["page"], "es@US": ["page"], "en@GB": ["page"], "ar@GB": ["page"]}
    assert of(found, "layout") == everything
    assert len(found.json["changes"]) == 4
    assert found.json["inputs"]["changed"] == ["templates/web/page.html"]


def test_what_came_and_went_is_told(before: Path, small: Path, run: Run) -> None:
    set_editions(small, 'US = ["en", "fr"]\nGB = ["en", "ar"]')
    found = diff(run, before, small, "--json")
    assert of(found, "new") == {"fr@US": ["page"]}
    assert of(found, "removed") == {"es@US": ["page"]}
    withdrawn = run(
        small, "withdraw", "ar@GB", "--reason", "the dose is wrong", "--on", "2026-11-20"
    )
    assert withdrawn.code == 0
    ran = diff(run, before, small)
    told = ran.out.partition("\nwithdrawn:\n")[2].partition("\n\n")[0]
    assert "the dose is wrong" in told
    assert "    ketamine ar@GB (page)" in told.splitlines()


def test_a_manifest_alone_tells_what_changed_but_not_how(
    before: Path, small: Path, run: Run, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(before / "manifest.json", alone)
    set_msgstr(small / ES, "What ketamine is", "¿Qué es esto?")
    run(small, "build", "--web-only")
    ran = run(small, "diff", str(alone / "manifest.json"), str(small / "dist"), "--json")
    assert of(ran, "unread") == {"es@US": ["page"]}
    assert len(ran.json["changes"]) == 1


def test_a_live_site_is_compared_with_a_folder(
    before: Path, small: Path, run: Run, serve: Callable[[Path], str]
) -> None:
    address = serve(before)
    edit(small / US, "1-800-662-4357", "1-800-662-4358", 9)
    run(small, "build", "--web-only")
    ran = run(small, "diff", address, str(small / "dist"), "--json")
    assert of(ran, "numbers") == {"en@US": ["page"], "es@US": ["page"]}
    assert run(small, "diff", f"{address}nowhere/", str(before)).code == 2


def test_versions_that_it_was_made_with_are_told(before: Path, small: Path, run: Run) -> None:
    manifest = before / "manifest.json"
    edit(manifest, '"jinja2": "', '"jinja2": "0.')
    found = diff(run, before, small, "--json").json
    assert found["versions"] == {"new": [], "removed": [], "changed": ["jinja2"]}
    assert found["changes"] == []


@pytest.mark.slow
def test_sheets_are_told_apart_by_their_words_however_they_are_laid_out(
    small: Path, run: Run, tmp_path: Path
) -> None:
    set_editions(small, 'US = ["es"]')
    set_key(small / "source/publication.toml", "formats", '["handout"]')
    run(small, "build")
    before = shutil.copytree(small / "dist", tmp_path / "before")
    style = small / "templates/print/handout.css"
    style.write_text(style.read_text("utf-8") + "\n.body { margin-right: 12mm }\n", "utf-8")
    run(small, "build")
    ran = run(small, "diff", str(before), str(small / "dist"), "--json")
    assert of(ran, "layout") == {"es@US": ["handout"]}
    set_msgstr(small / ES, "What ketamine is", "¿Qué es esto?")
    run(small, "build")
    ran = run(small, "diff", str(before), str(small / "dist"), "--json")
    assert of(ran, "text") == {"es@US": ["handout", "page"]}
    passages = [p for c in ran.json["changes"] if c["output"] == "handout" for p in c["passages"]]
    assert any("Qué es esto" in passage["new"] for passage in passages)


def test_a_passage_is_what_differs_with_some_words_around() -> None:
    old = "one two three four five six seven eight nine ten"
    new = old.replace("six", "6 or so")
    assert compare_texts(old, new) == (
        Passage(
            "… two three four five six seven eight nine ten",
            "… two three four five 6 or so seven eight nine ten",
        ),
    )


def test_a_number_is_one_word_whatever_separates_its_digits() -> None:
    (passage,) = compare_texts("call 0800 123 456 now", "call 0800 123 457 now")
    assert passage == Passage("call 0800 123 456 now", "call 0800 123 457 now")
    assert not same_words("0800 12 34", "0800 34 12")


def test_spaces_line_ends_and_invisible_marks_are_no_change() -> None:
    assert compare_texts("a b\nc \u2066911\u2069", "a  b c 911") == ()
    assert compare_texts("你好吗", "你好嗎") == (Passage("你好吗", "你好嗎"),)
    assert same_words("sheets are hyphen-\nated here", "here sheets are\nhyphenated")
