"""Where a run of the benchmarks works: its folder, its corpora, the programs that it finds."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import corpus
from measure import Taken, median, run

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv/bench/bin"
"""Peers from PyPI, in an environment of their own."""


@dataclass(frozen=True, slots=True)
class Place:
    """One run's surroundings."""

    folder: Path
    quick: bool = False
    """Small sizes and single runs, to see that it works; its figures say nothing."""
    alone: bool = False
    """One subject alone may take its time."""

    @property
    def runs(self) -> int:
        """Of which the median is taken, where they are not too long."""
        return 1 if self.quick else 3

    def size(self, pages: int) -> corpus.Size:
        """25 languages in 12 regions, and as many articles as the pages need."""
        return corpus.Size(2, 4, 3) if self.quick else corpus.Size(pages // 300)

    def project(
        self,
        size: corpus.Size,
        name: str = "web",
        formats: tuple[str, ...] = (),
        *,
        built: bool = False,
    ) -> Path:
        """A corpus of this size, made once for all runs; with nothing built, or as it was left."""
        made = self.folder / f"corpus-{size.articles}-{size.locales}-{_made_from()}"
        if not made.exists():
            half = made.with_suffix(".making")
            shutil.rmtree(half, ignore_errors=True)
            corpus.make(half, size)
            half.rename(made)
        project = self.folder / f"{name}-{size.editions}"
        origin = project / ".made-from"
        if built and origin.is_file() and origin.read_text() == made.name:
            return project
        remove(project)
        shutil.copytree(made, project)
        corpus.write_publication(project, size, formats)
        origin.write_text(made.name)
        return project

    def build(self, project: Path, *options: str, runs: int = 1, fresh: bool = False) -> Taken:
        """`ketapub build`; `fresh`: with nothing of an earlier build in place."""

        def once() -> Taken:
            if fresh:
                remove(project / "dist")
                remove(project / ".ketapub")
            return run(
                (*KETAPUB, "--project", project, "build", *options), project, KETAPUB_CACHE=""
            )

        return median(once, runs)


KETAPUB = (Path(sys.executable).with_name("ketapub"),)


def find(program: str) -> Path | None:
    """A peer's program, None where it is not installed."""
    own = PEERS / program
    found = str(own) if own.exists() else shutil.which(program)
    return Path(found) if found else None


TRASH = ROOT / "build/bench/trash"


def remove(path: Path) -> None:
    """Take a folder out of the way. It is deleted when all is measured: some file systems are slow for
    minutes after they have lost as many files as a publication has, and the next run would pay for it."""
    if path.exists():
        TRASH.mkdir(parents=True, exist_ok=True)
        path.rename(TRASH / f"{os.getpid()}-{time.monotonic_ns()}")


def sweep() -> None:
    """Delete what was taken out of the way, by a process that goes on alone."""
    if TRASH.exists():
        subprocess.Popen(("rm", "-rf", TRASH), start_new_session=True)


def settle() -> None:
    """Let what was written reach the disk, so that no run pays for the one before."""
    os.sync()


def _made_from() -> str:
    """Digest of what a corpus is made from."""
    state = hashlib.sha256()
    folders = (
        ROOT / "bench/corpus.py",
        ROOT / "source/regions",
        ROOT / "templates",
        ROOT / "locale",
    )
    for folder in folders:
        for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
            if path.is_file() and path.suffix in {".py", ".toml", ".html", ".pot"}:
                state.update(path.read_bytes())
    return state.hexdigest()[:12]
