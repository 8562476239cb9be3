"""Time the same print tasks on a Dask cluster of one and of two workers, on this machine.

    .venv/bin/python bench/tasks.py PROJECT TASKS.json
    .venv/bin/python bench/cluster.py TASKS.json ROUNDS

Prints JSON: seconds with one worker and with two in the round of the middle ratio, and all ratios. Each worker is warm: it
has printed the first tasks before the clock starts.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from ketapub.cache import PdfCache
from ketapub.cluster import cluster
from ketapub.fonts import FAMILIES, SIGNS, find_fonts, named_families
from ketapub.handout import PrintTask
from ketapub.pool import print_all
from ketapub.toolchain import toolchain

WARM = 4
"""Tasks before the clock starts."""
NAMES = tuple(sorted({family.name for family in (*FAMILIES.values(), *SIGNS)}))


def read_tasks(path: Path) -> list[PrintTask]:
    """The tasks that `bench/tasks.py` noted."""
    noted = [each["task"] for each in json.loads(path.read_text("utf-8"))]
    return [PrintTask(**each | {"sizes": tuple(each["sizes"])}) for each in noted]


def measure(tasks: list[PrintTask], workers: int) -> float:
    """Seconds in which so many workers print these tasks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    common = ("--host", "127.0.0.1", "--no-dashboard")
    dask = (sys.executable, "-m", "dask")
    commands = [(*dask, "scheduler", "--port", str(port), "--no-show", *common)]
    commands += [(*dask, "worker", address, "--nthreads", "1", *common)] * workers
    quiet = subprocess.DEVNULL
    started = [subprocess.Popen(each, stdout=quiet, stderr=quiet) for each in commands]
    try:
        _wait(address, workers)
        engine = partial(cluster, address, NAMES, toolchain(find_fonts(named_families(NAMES))))
        _print(tasks[:WARM] * workers, engine)
        start = time.perf_counter()
        _print(tasks, engine)
        return time.perf_counter() - start
    finally:
        for each in reversed(started):
            each.terminate()
        for each in started:
            each.wait()


def _wait(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout=120) as client:
        client.wait_for_workers(workers, timeout=120)


def _print(tasks: list[PrintTask], engine: partial) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as folder:
        for result in print_all(tasks, {}, PdfCache(Path(folder)), engine):
            if result.error:
                sys.exit(str(result.error))


if __name__ == "__main__":
    tasks = read_tasks(Path(sys.argv[1]))
    rounds = [(measure(tasks, 1), measure(tasks, 2)) for _ in range(int(sys.argv[2]))]
    one, two = sorted(rounds, key=lambda pair: pair[0] / pair[1])[len(rounds) // 2]
    print(json.dumps({"one": one, "two": two, "rounds": [a / b for a, b in rounds]}))
