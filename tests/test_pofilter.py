"""pofilter beside our checks: as advice on request, and as a judge of the same translations."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import polib
import pytest

from ketapub.check import ADVISORY, BLOCKING, check_translation
from ketapub.cli import main
from ketapub.markdown import Env, parse_blocks
from ketapub.pofilter import TAKEN
from test_check_translation import FORMS, WORDS, Case, setting

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/checks.md").read_text("utf-8")
TOOLS = f"{ROOT}/.venv/toolkit/bin{os.pathsep}{os.environ['PATH']}"
POFILTER = shutil.which("pofilter", path=TOOLS)
needs_pofilter = pytest.mark.skipif(POFILTER is None, reason="needs translate-toolkit")
CATALOG = "locale/es/LC_MESSAGES/ketamine.po"

SAME = {
    "numbers": ("numbers",),
    "placeholders": ("variables", "pythonbraceformat"),
    "links": ("urls",),
    "html": ("xmltags",),
    "escapes": ("escapes",),
    "newlines": ("newlines",),
    "blank": ("blank", "untranslated"),
    "untranslated": ("unchanged",),
    "conflict": ("compendiumconflicts",),
}
"""Our check -> the checks of pofilter that ask the same."""


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of the guide."""
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def check_json(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict]:
    """What `check --json` says, and that it succeeds."""
    day = "--date=2026-04-02"
    assert main(["--project", str(folder), "check", "--json", day, *options]) == 0
    found: list[dict] = json.loads(capsys.readouterr().out)
    return found


@needs_pofilter
def test_its_findings_are_advice_at_the_line_of_the_catalog(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under an id of their own, only on request; `ignore-pofilter-...` lets one pass."""
    monkeypatch.setenv("PATH", TOOLS)
    path = project_folder / CATALOG
    catalog = polib.pofile(str(path), wrapwidth=0)
    entry = next(e for e in catalog if "nasal spray" in e.msgid and "(FDA)" in e.msgid)
    old = f'msgstr "{entry.msgstr}"'
    assert path.read_text("utf-8").count(old) == 1
    text = path.read_text("utf-8").replace(old, old.replace("(", "").replace(")", ""))
    path.write_text(text, "utf-8")
    line = text[: text.index(f'msgid "{entry.msgid}"')].count("\n") + 1

    def mine(*options: str) -> list[tuple[str, str]]:
        found = check_json(project_folder, capsys, *options)
        return [(p["code"], p["severity"]) for p in found
                if (p["path"], p["line"]) == (CATALOG, line) and "pofilter" in p["code"]]  # fmt: skip

    assert mine() == []
    assert mine("--with", "pofilter") == [("pofilter-brackets", "warning")]
    assert path.read_text("utf-8") == text
    msgid = f'msgid "{entry.msgid}"'
    path.write_text(text.replace(msgid, f"#, ignore-pofilter-brackets\n{msgid}"), "utf-8")
    line += 1
    assert mine("--with", "pofilter") == []


def test_a_machine_without_it_is_told_how_to_get_it(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, with the remedy; never silence that looks like praise."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert main(["--project", str(project_folder), "check", "--with", "pofilter"]) == 3
    assert 'pip install "ketapub[exchange]"' in capsys.readouterr().err


@needs_pofilter
def test_the_guide_tells_of_every_check_of_pofilter() -> None:
    """Each is asked, or left out for a reason; those that a check of ours replaces name it."""
    listed = subprocess.run([POFILTER, "--listfilters"], capture_output=True, text=True, check=True)
    left_out = {name: why for cell, why in table("What pofilter adds")
                for name in re.findall(r"`([a-z]+)`", cell)}  # fmt: skip
    assert set(left_out) | set(TAKEN) == {
        line.split("\t")[0] for line in listed.stdout.splitlines()
    }
    assert not set(left_out) & set(TAKEN)
    ours = {check.code for check in (*BLOCKING, *ADVISORY)} | {"plural"}
    assert {n for why in left_out.values() for n in re.findall(r"`([a-z-]+)`", why)} <= ours


def ours(case: Case) -> set[str]:
    """Our verdict on a case."""
    env: Env = {}
    parse_blocks(case.references, env)
    if case in WORDS:
        found = check_translation(case.message, (case.msgstr,), env, setting(case.language))
    else:
        found = check_translation(case.message, (case.msgstr,), env)
    return {finding.code for finding in found}


def theirs(cases: list[Case], folder: Path) -> list[set[str]]:
    """pofilter's verdict on each case, in their order: one catalog for each language."""
    verdicts: dict[int, set[str]] = {}
    for language in {case.language for case in cases}:
        catalog = polib.POFile(wrapwidth=0)
        catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": language}
        for number, case in enumerate(cases):
            if case.language == language:
                entry = polib.POEntry(
                    msgctxt=str(number), msgid=case.message.msgid, msgstr=case.msgstr
                )
                entry.flags = ["python-brace-format"] if "{" in case.message.msgid else []
                catalog.append(entry)
        source, target = folder / f"{language}.po", folder / f"{language}-out.po"
        catalog.save(str(source))
        tests = [word for names in SAME.values() for name in names for word in ("-t", name)]
        command = [POFILTER, "--progress=none", f"--language={language}", *tests]
        subprocess.run([*command, "-i", source, "-o", target], check=True, timeout=120)
        for entry in polib.pofile(str(target)) if target.exists() else ():
            said = re.findall(r"\(pofilter\) ([a-z]+):", entry.tcomment)
            verdicts[int(entry.msgctxt)] = set(said)
    return [verdicts.get(number, set()) for number in range(len(cases))]


@pytest.mark.slow
@needs_pofilter
def test_verdicts_on_the_same_translations(tmp_path: Path) -> None:
    """For checks that both have: the table in the guide is what both really say."""
    cases = [case for case in (*FORMS, *WORDS) if "\0" not in case.msgstr]
    counts: Counter[tuple[str, str]] = Counter()
    for case, their in zip(cases, theirs(cases, tmp_path), strict=True):
        our = ours(case)
        for code, names in SAME.items():
            we, they = code in our, bool(their & set(names))
            if we or they:
                alone = "alarm" if they and not case.code else "elsewhere"
                counts[code, "both" if we and they else "ours" if we else alone] += 1
    said = [row[:6] for row in table("Beside pofilter, on the same translations")]
    found = [
        [f"`{code}`", ", ".join(f"`{n}`" for n in names),
         *(str(counts[code, who]) for who in ("both", "ours", "elsewhere", "alarm"))]
        for code, names in SAME.items()
    ]  # fmt: skip
    assert said == found
    assert {code for code, who in counts if who == "ours"} == set(SAME) - {"escapes", "newlines"}
