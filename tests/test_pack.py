"""Packs: a region's handouts as one ZIP that staff can sort, and what its READ-ME says."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ketapub.build import Report
from project_edits import edit, set_editions, set_key
from project_runs import Stub

Rebuild = Callable[..., Report]


def pack(folder: Path, region: str) -> dict[str, bytes]:
    """The files in a region's pack, in their order."""
    with zipfile.ZipFile(folder / f"dist/packs/{region}.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def regions(project_folder: Path, printer: Stub) -> Path:
    """English and French in Quebec, Hindi and Chinese in Ireland; two formats."""
    set_editions(project_folder, 'CA-QC = ["fr", "en"]\nIE = ["hi", "zh-Hans"]')
    settings = project_folder / "source/publication.toml"
    set_key(settings, "formats", '["handout", "bilingual"]')
    return project_folder


def test_names_are_ascii_and_begin_with_the_reader_s_language_as_staff_call_it(
    regions: Path, rebuild: Rebuild
) -> None:
    rebuild(regions)
    assert list(pack(regions, "CA-QC")) == [
        "READ-ME.txt",
        "Anglais/Anglais - Ketamine - Letter Fiche.pdf",
        "Unreviewed/Anglais/Anglais - Ketamine - Letter Deux langues cote a cote.pdf",
        "Unreviewed/Francais/Francais - Ketamine - Letter Fiche.pdf",
    ]
    assert [name for name in pack(regions, "IE") if "Handout" in name] == [
        "Unreviewed/Hindi/Hindi - Ketamine - A4 Handout.pdf",
        "Unreviewed/Simplified Chinese/Simplified Chinese - Ketamine - A4 Handout.pdf",
    ]


def test_where_staff_read_another_script_names_are_in_english_and_the_text_is_theirs(
    regions: Path, rebuild: Rebuild
) -> None:
    edit(regions / "source/regions/IE.toml", "working_languages = [", 'working_languages = ["hi", ')
    rebuild(regions)
    found = pack(regions, "IE")
    assert "Unreviewed/Hindi/Hindi - Ketamine - A4 Handout.pdf" in found
    assert "छापने के लिए पर्चे" in found["READ-ME.txt"].decode()


def test_each_member_is_a_published_sheet_and_the_read_me_names_its_version(
    regions: Path, rebuild: Rebuild
) -> None:
    rebuild(regions)
    files = {path.read_bytes() for path in (regions / "dist/ca-qc").rglob("*.pdf")}
    found = pack(regions, "CA-QC")
    text = found.pop("READ-ME.txt").decode()
    assert set(found.values()) == files
    told = dict(re.findall(r"(?m)^- (.+\.pdf) · Version ([A-Z2-7]{6})$", text))
    assert set(told) == set(found)
    editions = json.loads((regions / "dist/manifest.json").read_bytes())["editions"]
    outputs = [output for edition in editions for output in edition["outputs"].values()]
    marks = {(regions / "dist" / o["path"]).read_bytes(): o["mark"] for o in outputs if o["path"]}
    assert told == {name: marks[data] for name, data in found.items()}


def test_the_read_me_names_the_versions_that_were_replaced(regions: Path, rebuild: Rebuild) -> None:
    rebuild(regions)
    before = pack(regions, "CA-QC")["READ-ME.txt"].decode()
    assert "Ces fiches en remplacent" not in before
    old = re.search(r"Anglais - Ketamine - Letter Fiche\.pdf · Version (\w+)", before)
    assert old
    edit(regions / "source/ketamine.md", "Ketamine is a medicine with", "It is a medicine with")
    rebuild(regions)
    after = pack(regions, "CA-QC")["READ-ME.txt"].decode()
    _, head, replaced = after.partition("Ces fiches en remplacent de plus anciennes")
    assert head
    assert f"- Version {old[1]} · anglais · Fiche\n" in replaced
