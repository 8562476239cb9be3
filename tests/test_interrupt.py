"""A build that is stopped: by Ctrl-C in a terminal, or killed. Real processes, really printing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ketapub import publish
from project_edits import set_editions, set_key

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SHEETS = 4 + 1
"""One edition in four formats, and the index of its region's pack."""
BUILD = (sys.executable, "-m", "ketapub", "build", "--date", "2026-11-23", "--jobs", "2")


@pytest.fixture
def building(project_folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A build in a process group of its own, as a terminal starts it, that has printed two sheets."""
    set_editions(project_folder, 'GB = ["en"]')
    formats = '["card", "poster", "handout", "key-facts"]'
    set_key(project_folder / "source/publication.toml", "formats", formats)
    env = dict(os.environ, PYTHONPATH=str(Path(publish.__file__).parents[1]))
    with subprocess.Popen(
        BUILD, cwd=project_folder, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # a shell that runs us in the background has it ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        while len(kept(project_folder)) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        yield process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def kept(project: Path) -> list[Path]:
    """The entries of its cache."""
    return [p for p in project.glob(".ketapub/cache/pdf/*/*") if not p.name.startswith(".")]


def is_empty(group: int, within: float) -> bool:
    """Whether no process of a group is left, after so many seconds at most."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_ctrl_c_ends_it_within_a_second_cleanly_and_what_was_printed_is_kept(
    building: subprocess.Popen[str], project_folder: Path
) -> None:
    before = len(kept(project_folder))
    start = time.monotonic()
    os.killpg(building.pid, signal.SIGINT)  # a terminal tells the workers too
    out, err = building.communicate(timeout=60)
    took = time.monotonic() - start
    assert building.returncode == 130
    assert is_empty(building.pid, 10), "a worker is left"
    assert err == "interrupted; what was published before stands unchanged\n"
    assert out == ""
    assert took < 1 + os.getloadavg()[0] / (os.cpu_count() or 1), "a second, on an idle machine"
    assert not (project_folder / "dist").exists()
    assert before <= len(kept(project_folder)) < SHEETS
    known = len(kept(project_folder))
    env = dict(os.environ, PYTHONPATH=str(Path(publish.__file__).parents[1]))
    again = subprocess.run(BUILD, cwd=project_folder, env=env, text=True, capture_output=True)
    assert again.returncode == 0
    assert f", {SHEETS - known} handouts printed" in again.stdout, "it goes on where it was"


def test_the_workers_of_a_killed_build_end_by_themselves(
    building: subprocess.Popen[str], project_folder: Path
) -> None:
    building.kill()
    building.communicate(timeout=60)
    assert is_empty(building.pid, 30)
    assert not (project_folder / "dist").exists()
