"""A build with nothing to do: what it looks at, and what makes it build again."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest

from ketapub.current import is_current, read_note, write_note
from ketapub.errors import MachineError
from project_runs import Ran

Run = Callable[..., Ran]
HEAVY = ("babel", "jinja2", "markdown_it", "weasyprint", "lxml", "polib", "msgspec", "ketapub.plan")
DAY = ("--date", "2026-11-23")
NOTHING = "nothing to do"


def build(small: Path, run: Run, *options: str) -> Ran:
    return run(small, "build", "--web-only", *options)


def test_nothing_is_done_and_nothing_slow_is_imported(small: Path, run: Run) -> None:
    build(small, run)
    code = (
        "import sys; from ketapub.cli import main\n"
        f"main(['--project', sys.argv[1], 'build', '--web-only', *{DAY!r}])\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(small)]
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    again = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert NOTHING in again, first
    assert again.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "path",
    [
        "source/ketamine.md",
        "source/publication.toml",
        "source/regions/US.toml",
        "locale/es/LC_MESSAGES/ketamine.po",
        "locale/es/reviews.txt",
        "templates/web/page.css",
    ],
)
def test_any_input_is_read_even_if_its_date_has_not_changed(
    small: Path, run: Run, path: str
) -> None:
    file = small / path
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text("utf-8") if file.exists() else ""
    assert build(small, run).code == 0
    assert NOTHING in build(small, run).out
    old = file.stat() if file.exists() else None
    file.write_text(before + "\n", "utf-8")
    if old:
        os.utime(file, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert NOTHING not in build(small, run).out
    assert NOTHING in build(small, run).out


def test_an_output_that_was_touched_is_mended(small: Path, run: Run) -> None:
    build(small, run)
    page = small / "dist/us/en/ketamine/index.html"
    right = page.read_bytes()
    page.write_bytes(right.replace(b"911", b"912"))
    assert NOTHING not in build(small, run).out
    assert page.read_bytes() == right
    page.unlink()
    assert NOTHING not in build(small, run).out
    assert page.read_bytes() == right


@pytest.mark.parametrize(
    "options", [("--locale", "es"), ("--draft",), ("--date", "2026-11-24"), ("--previous", "dist")]
)
def test_another_call_is_another_build(
    small: Path, run: Run, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    build(small, run)
    assert NOTHING in build(small, run).out
    assert NOTHING not in build(small, run, *options).out


def test_what_waits_is_told_again_with_the_same_exit_code(small: Path, run: Run) -> None:
    path = small / "locale/es/LC_MESSAGES/ketamine.po"
    path.write_text("rubbish", "utf-8")
    first = build(small, run, "--strict")
    again = build(small, run, "--strict")
    assert NOTHING in again.out
    assert again.code == first.code == 1
    assert again.err == first.err
    reasons = [line for line in first.out.splitlines() if line.startswith("  holds: ")]
    assert reasons
    assert [line for line in again.out.splitlines() if line.startswith("  holds: ")] == reasons
    assert build(small, run, "--json").out == build(small, run, "--json").out


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", '{"key": 1, "outputs": [], "report": {}}'])
def test_a_damaged_note_costs_only_time(small: Path, run: Run, rubbish: str) -> None:
    build(small, run)
    (small / ".ketapub/state.json").write_text(rubbish, "utf-8")
    assert build(small, run).code == 0
    assert NOTHING in build(small, run).out


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A project with nothing but outputs, so many that no entry of its note holds all."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "dist").mkdir()
    names = [f"é {number}.html" for number in range(2_500)]
    for name in names:
        (folder / "dist" / name).write_text(name)
    return folder, names


@pytest.mark.parametrize("number", [0, 999, 1_000, 1_777, 2_499])
def test_each_output_counts_with_its_size_its_date_and_its_inode(
    many: tuple[Path, list[str]], number: int
) -> None:
    folder, names = many
    path = folder / "dist" / names[number]

    def stands() -> bool:
        return is_current(folder, read_note(folder), "key")

    def other_date() -> None:
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))

    def other_size() -> None:
        date = path.stat().st_mtime_ns
        path.write_text(path.read_text() + "!")
        os.utime(path, ns=(date, date))

    def other_file() -> None:
        date = path.stat().st_mtime_ns
        path.with_suffix(".new").write_text(path.read_text())
        path.with_suffix(".new").replace(path)
        os.utime(path, ns=(date, date))

    def long_ago() -> None:
        os.utime(path, ns=(-(10**18), -(10**18)))

    for change in (other_date, other_size, other_file, long_ago, path.unlink):
        write_note(folder, "key", names, {})
        assert stands()
        change()
        assert not stands(), change
    path.write_text(names[number])


def test_what_is_not_ours_and_another_key_are_told_apart(many: tuple[Path, list[str]]) -> None:
    folder, names = many
    write_note(folder, "key", names, {"lines": ["ü"]})
    (folder / "dist/foreign.txt").write_text("not ours")
    note = read_note(folder)
    assert note is not None
    assert note.report == {"lines": ["ü"]}
    assert is_current(folder, note, "key")
    assert not is_current(folder, note, "another key")
    assert sorted(p.name for p in (folder / ".ketapub").iterdir()) == ["state.json"]


def test_a_note_takes_no_more_memory_for_more_files(many: tuple[Path, list[str]]) -> None:
    folder, names = many
    tracemalloc.start()
    try:
        paths = (f"./{name}" for name in islice(cycle(names), 40_000))
        write_note(folder, "key", paths, {})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_a_note_that_cannot_be_finished_leaves_the_one_before(
    many: tuple[Path, list[str]],
) -> None:
    folder, names = many
    write_note(folder, "key", names, {})
    before = (folder / ".ketapub/state.json").read_bytes()
    with pytest.raises(MachineError, match=r"state\.json: cannot be written"):
        write_note(folder, "new", (*names, "gone.html"), {})
    assert (folder / ".ketapub/state.json").read_bytes() == before
    assert sorted(p.name for p in (folder / ".ketapub").iterdir()) == ["state.json"]
