"""Waivers, the glossary file, and what `check` says of both."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ketapub.check import ADVISORY, BLOCKING, STRICT, WAIVABLE, parse_glossary, read_waivers
from ketapub.errors import KetapubError
from ketapub.message import message_digest
from ketapub.project import load_project
from ketapub.status import check_all
from project_edits import AR, set_msgstr

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 23)
CONCLUSION = "Its dose cannot be predicted."
SPANISH = "Dosis impredecible."


def said(folder: Path) -> list[tuple[str, str, str]]:
    """(severity, code, message) of what `check` finds in a project."""
    return [(p.severity, p.code, p.message) for p in check_all(load_project(folder), DAY)]


def waive(folder: Path, line: str) -> None:
    (folder / "locale/ar/waivers.txt").write_text(f"# ours\n{line}\n", "utf-8")


def test_a_named_person_may_let_a_finding_pass(project_folder: Path) -> None:
    """The finding becomes a note that says who and why; the translation is current again."""
    set_msgstr(project_folder / AR, CONCLUSION, SPANISH)
    assert {(s, c) for s, c, _ in said(project_folder)} >= {("error", "script")}
    digest = message_digest("", CONCLUSION, (SPANISH,))
    waive(project_folder, f"script {digest[:12]} 2026-11-01 A. B.: a quotation")
    found = check_all(load_project(project_folder), DAY)
    assert [(p.severity, p.code, p.hint) for p in found if p.code == "script"] == [
        ("note", "script", "waived by A. B. on 2026-11-01: a quotation")
    ]
    assert not any(p.severity == "error" for p in found)


def test_a_waiver_is_void_when_the_translation_changes(project_folder: Path) -> None:
    """And one that is not needed is told of too."""
    set_msgstr(project_folder / AR, CONCLUSION, SPANISH)
    waive(project_folder, "script 0123456789ab 2026-11-01 A. B.: a quotation")
    found = said(project_folder)
    assert ("error", "script") in {(s, c) for s, c, _ in found}
    assert any(s == "note" and "void" in m for s, c, m in found if c == "waivers")
    digest = message_digest("", CONCLUSION, (SPANISH,))
    waive(project_folder, f"negation {digest} 2026-11-01 A. B.: so be it")
    assert any("not needed" in m for _, c, m in said(project_folder) if c == "waivers")


@pytest.mark.parametrize("check", sorted(STRICT))
def test_what_safety_hangs_on_is_never_waived(check: str) -> None:
    """Numbers, telephone numbers, HTML, link targets and the like: the line is an error."""
    read = read_waivers(f"{check} 0123456789ab 2026-11-01 A: b", "w", WAIVABLE, STRICT)
    assert read.lines == ()
    assert [p.severity for p in read.problems] == ["error"]
    assert "never be waived" in read.problems[0].message


def test_a_strict_check_stands_against_waiver_and_mark(project_folder: Path) -> None:
    """Neither a line nor `ignore-numbers` opens the gate to a changed number."""
    path = project_folder / AR
    set_msgstr(path, CONCLUSION, "لا يمكن معرفة جرعته مسبقًا 5.")
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(f'msgid "{CONCLUSION}"', f'#, ignore-numbers\nmsgid "{CONCLUSION}"'), "utf-8"
    )
    digest = message_digest("", CONCLUSION, ("لا يمكن معرفة جرعته مسبقًا 5.",))
    waive(project_folder, f"numbers {digest} 2026-11-01 A. B.: please")
    found = {(s, c) for s, c, _ in said(project_folder)}
    assert {("error", "numbers"), ("error", "waivers")} <= found


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("script 0123456789ab 2026-11-01 nobody said why", "error"),
        ("script 0123 2026-11-01 A: b", "error"),
        ("script 0123456789ab 2026-13-01 A: b", "error"),
        ("spelling 0123456789ab 2026-11-01 A: b", "warning"),
    ],
)
def test_a_line_that_waives_nothing_is_told_with_its_line(line: str, severity: str) -> None:
    read = read_waivers(f"\n# text\n{line}\n", "w.txt", WAIVABLE, STRICT)
    assert [(p.line, p.severity, p.code) for p in read.problems] == [(3, severity, "waivers")]


def test_a_mark_in_the_catalog_ignores_a_check_that_can_be_waived(project_folder: Path) -> None:
    path = project_folder / AR
    set_msgstr(path, CONCLUSION, SPANISH)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(f'msgid "{CONCLUSION}"', f'#, ignore-script\nmsgid "{CONCLUSION}"'), "utf-8"
    )
    assert [s for s, c, _ in said(project_folder) if c == "script"] == ["note"]


def test_json_carries_what_a_machine_needs(project_folder: Path, run) -> None:  # type: ignore[no-untyped-def]
    set_msgstr(project_folder / AR, CONCLUSION, SPANISH)
    found = [p for p in run(project_folder, "check", "--json").json if p["code"] == "script"]
    assert found
    assert set(found[0]) == {"path", "line", "message", "hint", "severity", "code"}
    assert found[0]["severity"] == "error"
    assert "waivers.txt: script " in found[0]["hint"]
    assert json.dumps(found)


# --- the glossary --------------------------------------------------------------------------------


def test_our_glossary_speaks_every_language_and_no_person_has_reviewed_it() -> None:
    glossary = parse_glossary((ROOT / "source/glossary.toml").read_text("utf-8"), "g")
    assert glossary.reviewed_by == ""
    assert len(glossary.terms) >= 9
    for term in glossary.terms:
        assert set(term.approved) == {"es", "fr", "de", "ar", "hi", "zh-Hans"}, term.term


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[term]]\nterm = 5\n", 2),
        ("[[term]]\nnote = 'x'\n", 1),
        ("[[term]]\nterm = 'x'\napproved = { es = 'y' }\n", 3),
        ("[[term]]\nterm = 'x'\nforbiden = {}\n", 3),
        ("[avoid.es]\n'x' = 5\n", 2),
        ("[avoid.'not a tag']\n'x' = 'y'\n", 1),
        ("term = 5\n", 1),
    ],
)
def test_a_broken_glossary_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(KetapubError) as caught:
        parse_glossary(text, "source/glossary.toml")
    assert line in [problem.line for problem in caught.value.problems]


def test_a_broken_glossary_costs_the_project_only_its_words(project_folder: Path) -> None:
    (project_folder / "source/glossary.toml").write_text("[[term]]\nterm = 5\n", "utf-8")
    assert ("error", "glossary-file") in {(s, c) for s, c, _ in said(project_folder)}


# --- the guide -----------------------------------------------------------------------------------


def test_the_guide_names_every_check_with_its_rank() -> None:
    rows = {}
    for line in (ROOT / "docs/checks.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 5:
            rows[cells[0].strip("`")] = (cells[1], cells[2])
    wanted = {c.code: ("blocks", "yes" if c.waivable else "never") for c in BLOCKING}
    wanted |= {c.code: ("advises", "yes") for c in ADVISORY}
    wanted["plural"] = ("blocks", "never")
    assert rows == wanted
