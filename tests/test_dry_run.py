"""`build --dry-run`: what a build would do, and not a byte written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from project_edits import edit, read_files, set_editions
from project_runs import Ran, Stub

Run = Callable[..., Ran]


def test_it_says_what_would_be_printed_added_changed_and_removed_and_writes_nothing(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    edit(small / "templates/tokens.css", "\n", "\n/* new */\n")
    set_editions(small, 'US = ["en", "es", "fr"]\nGB = ["en"]')
    before = read_files(small)
    ran = run(small, "build", "--dry-run", "--allow-removals")
    assert ran.code == 0
    assert read_files(small) == before
    foreseen = set(ran.out.splitlines())
    for line in (
        "would print us/fr/ketamine/ketamine_us_fr_handout.pdf",
        "would write us/fr/ketamine/index.html",
        "would write us/en/ketamine/index.html",
        "would remove gb/ar/ketamine/index.html",
    ):
        assert line in foreseen
    told = run(small, "build", "--dry-run", "--allow-removals", "--json").json
    run(small, "build", "--allow-removals")
    old = {p[5:]: d for p, d in before.items() if p.startswith("dist/")}
    now = {p[5:]: d for p, d in read_files(small).items() if p.startswith("dist/")}
    assert sorted(told["removed"]) == sorted(old.keys() - now.keys())
    written = {path for path in now if now[path] != old.get(path)} - {"manifest.json"}
    assert written <= set(told["changed"]), "a page may only differ in the size of a sheet"
    assert sorted(told["to_print"]) == sorted(printer.tasks)


def test_where_nothing_is_to_do_it_says_so_and_a_build_is_not_spared_by_it(
    small: Path, run: Run, printer: Stub
) -> None:
    assert "would write us/en/ketamine/index.html" in run(small, "build", "--dry-run").out
    assert not (small / "dist").exists()
    assert not (small / ".ketapub").exists()
    run(small, "build")
    assert (small / "dist/us/en/ketamine/index.html").is_file()
    assert "nothing to do" in run(small, "build", "--dry-run").out
