"""What nobody asks for any more stays until somebody says that it may go."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from project_edits import edit, read_files, set_editions, set_key
from project_runs import Ran

Run = Callable[..., Ran]
GB_AR = {
    "gb/ar/ketamine/index.html",
    "gb/ar/ketamine/ketamine_gb_ar_handout.pdf",
    "gb/ar/ketamine/ketamine.txt",
    "gb/ar/ketamine/fragment.html",
    "gb/ar/ketamine/content.json",
}


@pytest.fixture
def folder(small: Path, published: None) -> Path:
    """`small`, built."""
    return small


def outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """State of each output by edition, such as `ar@GB`."""
    found = json.loads((folder / "dist/manifest.json").read_text("utf-8"))["editions"]
    return {
        f"{e['locale']}@{e['region']}": {name: o["state"] for name, o in e["outputs"].items()}
        for e in found
    }


def test_an_edition_that_is_no_longer_asked_for_stays_as_it_is_and_the_build_says_so(
    folder: Path, run: Run
) -> None:
    before = read_files(folder / "dist")
    set_editions(folder, 'US = ["en", "es"]\nGB = ["en"]')
    ran = run(folder, "build")
    assert ran.code == 0
    assert (
        "source/publication.toml: warning: no longer asked for, and kept as published: "
        "ketamine ar@GB\n  hint: put it back, or let it disappear: ketapub build --allow-removals"
    ) in ran.err
    now = read_files(folder / "dist")
    assert {path: now.get(path) for path in GB_AR} == {path: before[path] for path in GB_AR}
    assert outputs(folder)["ar@GB"] == {"page": "kept", "handout": "kept"}
    assert before.keys() <= now.keys(), "nor does any page around it disappear"


def test_with_allow_removals_it_disappears_and_so_do_the_ways_to_it(folder: Path, run: Run) -> None:
    set_editions(folder, 'US = ["en", "es"]\nGB = ["en"]')
    run(folder, "build")
    ran = run(folder, "build", "--allow-removals")
    assert ran.code == 0
    assert "no longer asked for" not in ran.err
    now = read_files(folder / "dist")
    assert not GB_AR & now.keys()
    assert "ar@GB" not in outputs(folder)
    assert not [path for path, data in now.items() if b"gb/ar/" in data and path != "versions.json"]
    assert "no longer asked for" not in run(folder, "build").err, "once gone, it is gone"


def test_a_region_without_its_file_stays_too(folder: Path, run: Run) -> None:
    set_editions(folder, 'US = ["en", "es"]')
    (folder / "source/regions/GB.toml").unlink()
    assert run(folder, "build").code == 0
    assert (
        outputs(folder)["ar@GB"] == outputs(folder)["en@GB"] == {"page": "kept", "handout": "kept"}
    )
    assert read_files(folder / "dist").keys() >= GB_AR


def test_an_article_whose_file_is_deleted_stays_too(folder: Path, run: Run) -> None:
    shutil.copy(folder / "source/ketamine.md", folder / "source/other.md")
    run(folder, "build")
    assert (folder / "dist/us/en/other/index.html").is_file()
    (folder / "source/other.md").unlink()
    ran = run(folder, "build")
    assert "no longer asked for, and kept as published: other en@GB, other en@US\n" in ran.err
    assert (folder / "dist/us/en/other/index.html").is_file()
    run(folder, "build", "--allow-removals")
    assert not (folder / "dist/us/en/other").exists()


def test_an_article_that_moved_is_not_missing(folder: Path, run: Run) -> None:
    (folder / "source/ketamine.md").rename(folder / "source/ketamin.md")
    for path in (folder / "locale").rglob("ketamine.po"):
        path.rename(path.with_name("ketamin.po"))
    edit(folder / "source/ketamin.md", "+++\n", '+++\naliases = ["ketamine"]\n')
    ran = run(folder, "build")
    assert "no longer asked for" not in ran.err
    page = (folder / "dist/us/en/ketamine/index.html").read_text("utf-8")
    assert "../ketamin/index.html" in page


def test_a_format_that_is_no_longer_asked_for_stays_and_is_still_linked(
    folder: Path, run: Run
) -> None:
    set_key(folder / "source/publication.toml", "formats", '["handout", "large-print"]')
    run(folder, "build")
    path = "us/es/ketamine/ketamine_us_es_large-print.pdf"
    before = (folder / "dist" / path).read_bytes()
    set_key(folder / "source/publication.toml", "formats", '["handout"]')
    edit(folder / "templates/print/large-print.css", "", "/* new */")
    ran = run(folder, "build")
    assert ran.code == 0
    assert "warning: no longer asked for, and kept as published\n" in ran.out
    assert (folder / "dist" / path).read_bytes() == before
    assert outputs(folder)["es@US"] == {"page": "ready", "handout": "ready", "large-print": "kept"}
    assert path.rsplit("/", 1)[1] in (folder / "dist/us/es/ketamine/index.html").read_text("utf-8")
    run(folder, "build", "--allow-removals")
    assert not (folder / "dist" / path).exists()


def test_safety_outranks_it_a_dead_number_takes_the_dropped_away(folder: Path, run: Run) -> None:
    set_editions(folder, 'US = ["en"]\nGB = ["en", "ar"]')
    us = folder / "source/regions/US.toml"
    edit(us, 'id = "us-988"', 'id = "us-988"\nretired = 2026-11-01\nreason = "gone"')
    run(folder, "build")
    assert outputs(folder)["es@US"] == {"page": "withdrawn", "handout": "withdrawn"}
    assert not list((folder / "dist/us/es").rglob("*.pdf"))
    page = (folder / "dist/us/es/ketamine/index.html").read_text("utf-8")
    assert "tel:988" not in page


def test_names_from_elsewhere_lead_nowhere(folder: Path, run: Run) -> None:
    """The previous publication may come over the net (law 10)."""
    path = folder / "dist/manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    for name, value in (("article", "../../../evil"), ("region", "../X"), ("locale", "../y")):
        evil = dict(manifest["editions"][0]) | {name: value}
        manifest["editions"].append(evil)
    path.unlink()  # a link that other tests read too
    path.write_text(json.dumps(manifest))
    assert run(folder, "build").code == 0
    found = [p for p in folder.parent.rglob("*") if "evil" in p.name or p.name in {"X", "y"}]
    assert found == []
