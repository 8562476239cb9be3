"""What is kept from being worked out again leaves every byte as it was."""

from __future__ import annotations

import gc
import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ketapub import fonts, renderer
from ketapub.errors import KetapubError
from ketapub.handout import PrintTask, render_pdf
from tools import sample_sheet

pytestmark = [
    pytest.mark.xdist_group("engine"),
    pytest.mark.skipif(
        not Path("/usr/share/fonts/truetype/noto").is_dir(),
        reason="the Noto fonts are not installed",
    ),
]

STYLES = {
    "plain": "",
    "columns, filled in turn": "main { columns: 2; column-fill: auto }",
    "columns, balanced": "main { columns: 2 }",
    "columns, spanned": "main { columns: 2; column-fill: auto } h2 { column-span: all }",
    "columns with footnotes": "main { columns: 2; column-fill: auto } li em, .box { float: footnote }",
    "footnotes": "main em { float: footnote }",
    "floats": "h2 { float: inline-start; width: 30mm } .box { float: inline-end; width: 50mm }",
    "marks in help": "#help p { display: list-item; list-style: square; margin-inline-start: 9mm }",
    "absolute in help": "#help { position: fixed } #help p { position: relative; padding-top: 1em }"
    " #help a { position: absolute; top: 0; inset-inline-end: 0 }",
    "spaced": "em { letter-spacing: .4px; word-spacing: 2px } strong { text-decoration: underline }"
    " td { overflow-wrap: anywhere; hyphens: auto } p { text-align: justify }",
    "features": "p { font-variant-numeric: tabular-nums } li { font-variant-caps: small-caps }",
    "first": "p::first-letter { font-size: 2em } p::first-line { font-weight: bold }",
    "boxes": "table { border-collapse: separate } td { box-sizing: border-box; width: 30% }"
    " .box { display: flex } ul { display: grid; grid-template-columns: 1fr 1fr }",
}


@pytest.fixture(scope="module")
def conf(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = fonts.find_fonts(fonts.families(sample_sheet.LANGUAGES))
    return str(fonts.private_fontconfig(found, tmp_path_factory.mktemp("fonts")))


def tasks() -> list[PrintTask]:
    """Sheets of one side and of several, in every direction and kind of script."""
    base = fonts.families_css(sample_sheet.LANGUAGES) + sample_sheet.CSS
    made = []
    for name, style in STYLES.items():
        for tag in sample_sheet.SAMPLES if name == "plain" else ("en", "ar"):
            html = sample_sheet.html(tag, 4)
            direction = sample_sheet.SAMPLES[tag].direction
            task = PrintTask(html, base + style, direction, "a4", f"{name} {tag}", max_sheets=6)
            made += [task, replace(task, sizes=(8.0,), paper="letter")]
    return made


def outcome(task: PrintTask, conf: str) -> str:
    """The digest of a sheet, or why there is none."""
    try:
        return hashlib.sha256(render_pdf(task, conf).pdf).hexdigest()
    except KetapubError as error:
        return str(error)


LONG_WAY = """
import json, sys
from ketapub import renderer
renderer.take_shortcuts = lambda: None
from ketapub.handout import PrintTask
from test_shortcuts import outcome
tasks = (PrintTask(**each | {"sizes": tuple(each["sizes"])}) for each in json.load(sys.stdin))
print(json.dumps([outcome(task, sys.argv[1]) for task in tasks]))
"""


@pytest.mark.slow
def test_every_byte_is_as_without_them(conf: str) -> None:
    made = tasks()
    done = subprocess.run(
        [sys.executable, "-c", LONG_WAY, conf],
        input=json.dumps([asdict(task) for task in made]),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    expected = dict(zip([t.name + t.paper for t in made], json.loads(done.stdout), strict=True))
    assert {t.name + t.paper: outcome(t, conf) for t in made} == expected
    printed = [each for each in expected.values() if len(each) == 64]
    assert len(printed) > 0.9 * len(made)


def test_garbage_is_looked_for_when_nothing_is_laid_out(conf: str) -> None:
    """Also after a sheet that failed."""
    assert gc.isenabled()
    outcome(tasks()[0], conf)
    assert gc.isenabled()
    outcome(replace(tasks()[0], max_sheets=0), conf)
    assert gc.isenabled()


def test_fixed_parts_are_measured_in_the_document_itself(
    conf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One tree of boxes a size, not one for the parts and one for the whole."""
    from weasyprint import document

    made = []
    build = document.build_formatting_structure
    monkeypatch.setattr(
        document, "build_formatting_structure", lambda *how: made.append(1) or build(*how)
    )
    renderer.load_fonts(conf)
    outcome(replace(tasks()[0], sizes=(8.0,)), conf)
    assert made == [1]
