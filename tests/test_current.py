"""A build with nothing to do: what it looks at, and what makes it build again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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
