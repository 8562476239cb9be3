"""Run a command and say what it took: seconds, seconds of CPU, peak memory; and the median of runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run took, or the median of several."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of CPU, those of all processes that it started."""
    peak: int = 0
    """Bytes of memory at most, of the first process alone."""
    runs: int = 1
    said: str = ""
    """What the last run printed."""


def run(command: Sequence[str | Path], cwd: Path, **environment: str) -> Taken:
    """Run a command to its end; one that fails ends the measuring with what it said."""
    env = os.environ | environment
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages are compiled once
    with tempfile.TemporaryFile() as out:  # two runs of the bench may share a folder
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, env=env, stdout=out, stderr=out
        )
        watch = threading.Thread(target=_watch, args=(process.pid, peaks := [0]))
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        watch.join()
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-2000:]}"
        )
    return Taken(wall, used.ru_utime + used.ru_stime, max(peaks), said=text)


def _watch(pid: int, peaks: list[int]) -> None:
    """Note the peak of a process's own memory until it has ended."""
    while True:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "")
        if not line:
            return
        peaks.append(int(line.split()[1]) * 1024)
        time.sleep(0.02)


def median(measure: Callable[[], Taken], runs: int, budget: float = 60.0) -> Taken:
    """The median of `runs` runs, of fewer when they have taken `budget` seconds already."""
    found: list[Taken] = []
    start = time.perf_counter()
    while len(found) < runs and (not found or time.perf_counter() - start < budget):
        found.append(measure())
    return Taken(
        statistics.median(each.wall for each in found),
        statistics.median(each.cpu for each in found),
        max(each.peak for each in found),
        len(found),
        found[-1].said,
    )
