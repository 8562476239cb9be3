"""Building: filters, the same bytes every time, and what is left as it was."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from ketapub import site
from ketapub.edition import PAGE, Address
from ketapub.language import parse_language
from project_edits import edit, read_files, set_editions, set_key
from project_runs import Ran, Stub

Run = Callable[..., Ran]
US = "source/regions/US.toml"


def entries(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """(locale, region) -> the edition in the manifest."""
    found = json.loads((folder / "dist" / "manifest.json").read_text("utf-8"))["editions"]
    return {(e["locale"], e["region"]): e for e in found}


def states(folder: Path, name: str = PAGE) -> dict[tuple[str, str], str]:
    return {key: e["outputs"][name]["state"] for key, e in entries(folder).items()}


# --- filters -------------------------------------------------------------------------------------


def test_a_filter_renders_only_what_it_names_and_all_else_stays_as_it_was(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = read_files(small / "dist")
    for name in ("web/page.html", "print/parts.html"):
        edit(small / "templates" / name, "</html>" if "print" in name else "</main>", "<i>new</i>")
    assert run(small, "build", "--locale", "es").code == 0
    now = read_files(small / "dist")
    changed = {path for path in {*now, *before} if now.get(path) != before.get(path)}
    own = {path for path in changed if path.startswith(("us/", "gb/")) and path.count("/") == 3}
    assert own == {"us/es/ketamine/index.html", "us/es/ketamine/ketamine_us_es_handout.pdf"}
    assert set(printer.tasks) == {"us/es/ketamine/ketamine_us_es_handout.pdf"}


def test_plan_indexes_and_manifest_cover_all_whatever_the_filter(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    full = read_files(small / "dist")
    for options in (
        ("--region", "GB"),
        ("--web-only",),
        ("--print-only",),
        ("--article", "ketamine", "--locale", "ar"),
        ("--format", "handout"),
    ):
        assert run(small, "build", *options).code == 0
        now = read_files(small / "dist")
        differing = {path for path in {*now, *full} if now.get(path) != full.get(path)}
        assert differing <= {"manifest.json"}, options
        assert len(entries(small)) == 4
        assert set(states(small).values()) <= {"ready", "kept"}


def test_what_a_filter_leaves_out_of_an_empty_dist_is_off(small: Path, run: Run) -> None:
    run(small, "build", "--web-only", "--region", "GB")
    assert states(small) == {
        ("en", "US"): "off",
        ("es", "US"): "off",
        ("en", "GB"): "ready",
        ("ar", "GB"): "ready",
    }
    assert "us/" not in (small / "dist/index.html").read_text("utf-8")


def test_nothing_that_a_filter_leaves_out_stays_with_a_number_that_is_gone(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    edit(small / US, 'id = "us-988"', 'id = "us-988"\nretired = 2026-11-01\nreason = "gone"')
    assert run(small, "build", "--locale", "ar").code == 0
    for locale in ("en", "es"):
        assert states(small)[locale, "US"] == "withdrawn"
        assert states(small, "handout")[locale, "US"] == "withdrawn"
        text = (small / f"dist/us/{locale}/ketamine/index.html").read_text("utf-8")
        assert "tel:988" not in text
        assert "tel:18006624357" in text
        assert "ketamine/index.html" not in text.partition("<main")[2], "no link to itself"
    assert not list((small / "dist/us").rglob("*.pdf"))
    assert not (small / "dist/packs/US.zip").exists()
    assert states(small)["ar", "GB"] == "ready"
    assert states(small)["en", "GB"] == "kept"


# --- law 7: the same inputs give the same bytes --------------------------------------------------


def build_in(folder: Path, seed: str, day: str, jobs: str, **environment: str) -> None:
    """A build in a process of its own, with another hash seed, clock zone and working folder."""
    source = Path(site.__file__).parents[1]
    env = dict(os.environ, PYTHONPATH=str(source), PYTHONHASHSEED=seed, **environment)
    command = [sys.executable, "-m", "ketapub", "build", "--date", day, "--jobs", jobs]
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True, timeout=240)


def shown_texts(path: str, data: bytes) -> bytes:
    """A file with what it holds compressed laid open."""
    if path.endswith(".pdf"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            streams = [o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream)]
            fonts = [s for s in streams if s[:4] in {b"\0\1\0\0", b"OTTO", b"true"}]
            out = io.BytesIO()
            pdf.save(out, qdf=True)
        return b"\n".join([out.getvalue(), *(s for s in streams if s not in fonts)])
    return data


@pytest.mark.slow
def test_two_builds_of_the_same_inputs_are_the_same_bytes_whatever_folder_day_or_process(
    project_folder: Path, tmp_path: Path
) -> None:
    """A text over sides that is folded and one that is cut: all others are made in the same ways."""
    set_editions(project_folder, 'US = ["en"]\nGB = ["ar"]')
    formats = '["leaflet", "card"]'
    set_key(project_folder / "source/publication.toml", "formats", formats)
    other = tmp_path / "elsewhere" / "another name"
    other.parent.mkdir()
    shutil.copytree(project_folder, other)
    build_in(project_folder, "1", "2026-12-07", "1", TZ="UTC")
    build_in(other, "4242", "2026-12-08", "2", TZ="Pacific/Kiritimati", LC_ALL="C")
    one, two = read_files(project_folder / "dist"), read_files(other / "dist")
    assert sorted(one) == sorted(two)
    assert len([path for path in one if path.endswith("_leaflet.pdf")]) == 2
    assert [path for path in one if one[path] != two[path]] == []
    made_with = json.loads(one["manifest.json"])["versions"]
    assert any(name.startswith("font ") for name in made_with), "sheets were printed"
    times = re.compile(rb"2026-1[12]-\d\d|D:2026|20261[12]\d\d")
    for path, data in one.items():
        text = shown_texts(path, data)
        for folder in (str(tmp_path), str(Path(__file__).parents[1]), ".ketapub/"):
            assert folder.encode() not in text, path
        assert not times.search(text), (path, times.search(text))


def test_the_day_alone_changes_no_byte(small: Path, run: Run, printer: Stub) -> None:
    run(small, "build", "--date", "2026-11-23")
    before = read_files(small / "dist")
    run(small, "build", "--date", "2026-11-24")
    assert read_files(small / "dist") == before


def test_archives_carry_no_time(small: Path, run: Run, printer: Stub, published: None) -> None:
    with zipfile.ZipFile(small / "dist/packs/GB.zip") as pack:
        assert {info.date_time for info in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_second_build_writes_no_file_anew(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    paths = [path for path in (small / "dist").rglob("*") if path.is_file()]
    before = {path: path.stat().st_ino for path in paths}
    (small / ".ketapub/state.json").unlink()  # or it would see that there is nothing to do
    ran = run(small, "build")
    assert ", 0 changed, " in ran.out
    now = {path: path.stat().st_ino for path in before}
    assert now == before, "unchanged files are linked, not written"


# --- around the pages ----------------------------------------------------------------------------


def test_the_print_engine_is_told_of_the_fonts_of_all_languages_whatever_is_printed(
    small: Path, run: Run, printer: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a held language would send every handout back to the press."""
    asked: list[set[str]] = []
    tried: set[str] = set()

    def find(wanted: Any) -> tuple[()]:
        tried.update(family.name for family in wanted)
        return ()

    def configure(fonts: Any, folder: Path) -> Path:
        asked.append(set(tried))
        tried.clear()
        return folder

    monkeypatch.setattr("ketapub.press.find_fonts", find)
    monkeypatch.setattr("ketapub.press.private_fontconfig", configure)
    run(small, "build")
    run(small, "build", "--locale", "es")
    (small / "source/regions/GB.toml").write_text("[[[")
    run(small, "build")
    assert asked[0] == asked[1] == asked[2]
    assert any("Arab" in name or "Naskh" in name for name in asked[1])


def test_a_short_address_is_permanent() -> None:
    address = Address("ketamine", "US", parse_language("es"))
    assert address.short_id == "hsus36", "paper leads here: never change how it is made"


def test_the_code_on_a_sheet_always_leads_somewhere(small: Path, run: Run, printer: Stub) -> None:
    run(small, "build", "--print-only", "--locale", "es")
    short = Address("ketamine", "US", parse_language("es")).short_id
    path = small / f"dist/s/{short}/index.html"
    assert '<a href="../../index.html">' in path.read_text("utf-8"), "there is no page yet"
    run(small, "build")
    assert '<a href="../../us/es/ketamine/index.html">' in path.read_text("utf-8")


def test_a_draft_goes_nowhere_near_the_publication(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = read_files(small / "dist")
    run(small, "build", "--draft")
    assert read_files(small / "dist") == before
    assert read_files(small / ".ketapub" / "draft") == {}


def test_the_404_page_finds_home_from_any_depth_also_below_a_folder(small: Path, run: Run) -> None:
    edit(
        small / "source/publication.toml",
        'base_url = ""',
        'base_url = "https://gesundheit.test-site.net/care/"',
    )
    run(small, "build", "--web-only")
    text = (small / "dist/404.html").read_text("utf-8")
    assert 'href="/care/choose/en/index.html"' in text
    assert 'href="/care/assets/' in text
