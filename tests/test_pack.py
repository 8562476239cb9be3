"""Packs: a region's handouts as one ZIP that staff can sort, and what its READ-ME says."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pikepdf
import pytest

from ketapub.build import Report
from ketapub.handout import PrintTask
from ketapub.pdf_merge import merge_pdfs
from ketapub.pool import Printed
from project_edits import edit, set_editions, set_key
from project_runs import Stub
from tools import verapdf
from tools.pdf_reading import passages

Rebuild = Callable[..., Report]


def pack(folder: Path, region: str) -> dict[str, bytes]:
    """The files in a region's pack, in their order, but its index, which stands first."""
    with zipfile.ZipFile(folder / f"dist/packs/{region}.zip") as archive:
        first, *names = archive.namelist()
        assert first == "00 Index.pdf"
        return {name: archive.read(name) for name in names}


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


def test_the_index_names_each_language_in_its_own_letters_and_in_those_of_staff(
    regions: Path, rebuild: Rebuild, printer: Stub
) -> None:
    seen: list[str] = []
    printed = printer.print_all

    def watch(tasks: Sequence[PrintTask], *more: object) -> Iterator[Printed]:
        tasks = list(tasks)
        seen.extend(task.html for task in tasks if task.name == "packs/IE/00 Index.pdf")
        return printed(tasks, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ketapub.press.print_all", watch)
        rebuild(regions)
    (html,) = seen
    for own, name in (("हिन्दी", "Hindi"), ("简体中文", "Simplified Chinese")):
        assert f'<p class="name">{own}</p>' in html
        assert f'<p class="called">{name}</p>' in html
    assert "请指出您的语言" in html


@pytest.mark.slow
def test_sheets_printed_in_one_go_keep_sides_tags_and_links(built: Path, tmp_path: Path) -> None:
    """Each begins on a new sheet of paper, under its own bookmark; veraPDF finds nothing."""
    folder = built / "dist/fr/ar/ketamine"
    names = ("key-facts", "handout", "poster")
    parts = [(name, (folder / f"ketamine_fr_ar_{name}.pdf").read_bytes()) for name in names]
    merged = merge_pdfs(parts)
    assert merged == merge_pdfs(parts)
    path = tmp_path / "all.pdf"
    path.write_bytes(merged)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1 + 1 + 2 + 1, "the back of the key facts is blank"
        assert "/Font" not in pdf.pages[1].obj.get("/Resources", {})
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == list(names)
    alone = [passage.text for _, data in parts for passage in passages(data)]
    assert [passage.text for passage in passages(merged)] == alone
    assert verapdf.validate([path]) == {path: []}
