"""Handouts: beside WeasyPrint alone, warm and once per file, and beside Chromium and Typst; memory."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import corpus
from measure import Taken, median, run
from place import PEERS, ROOT, Place, find, remove, settle
from table import Row, Section, Target
from typst_text import to_typst

CJK = "zh-Hans"


def handouts(place: Place) -> Section:
    """The same sheets by every engine; by our own with all its proofs."""
    size = corpus.Size(1, 4, 1) if place.quick else corpus.Size(1, 25, 2)
    path = note(place, size)
    count = size.editions
    label = f"{count} handouts of 3 sheets"
    runs = 1 if place.quick else 3
    ours = loop(sys.executable, "ours", path, runs)
    bare = loop(sys.executable, "bare", path, runs)
    one = loop(sys.executable, "pool1", path, 1)
    two = loop(sys.executable, "pool2", path, 1 if place.quick else 2)
    files = _by_file(place, path, 2 if place.quick else 6)
    chromium = _peer("chromium", path, runs, CHROMIUM=str(find("chromium") or ""))
    typst = _peer("typst", path, runs)
    cores = two and two / 2 / count
    rows = (
        Row("one warm core", label, ours, "bare warm WeasyPrint loop", bare, Target(1 / 0.95)),
        Row("one of 2 processes", "one handout", two / count * 2, "bare warm WeasyPrint loop",
            bare / count),
        Row("2 processes", label, two, "1 process", one, Target(1.85, at_most=False, swapped=True)),
        Row("2 processes", "one handout", cores * 2, "weasyprint once per file", files,
            Target(8, at_most=False, swapped=True)),
        Row("one warm core", label, ours, "Chromium, one warm tab", chromium),
        Row("one warm core", label, ours, "Typst, warm", typst),
    )  # fmt: skip
    notes = (
        f"{size.locales} languages; tagged PDF/UA-1 by ketapub, WeasyPrint and Typst. ketapub finds the"
        " font size, measures the fixed parts, proves every glyph's place and mends the structure;"
        " the bare loop gets the HTML, size and margins found, opens fonts once and reads equal styles"
        " once: one layout a handout. So “one warm core” says what ketapub's own work costs.",
        "Processes start and end within the time of “2 processes” and “1 process”.",
        "Typst has a page template of its own with the same text; Chromium prints the very same HTML"
        " but cannot do all of its page layout. Neither makes the QR code's and the sheets' proofs.",
    )
    return Section("Handouts", rows, notes)


def cluster(place: Place) -> Section:
    """Two workers of a Dask cluster on this machine beside one."""
    size = corpus.Size(1, 4, 1) if place.quick else corpus.Size(1, 25, 2)
    if importlib.util.find_spec("distributed") is None:
        return Section(
            "Cluster", (), ("NOT MEASURED: distributed is not installed (ketapub[cluster]).",)
        )
    path = place.folder / "sheets.json"
    if not path.exists() or place.alone:
        path = note(place, size)
    words = (sys.executable, ROOT / "bench/cluster.py", path, 1 if place.quick else 3)
    said = run(words, place.folder).said
    found = json.loads(said.strip().splitlines()[-1])
    row = Row("2 workers", f"{size.editions} handouts", found["two"], "1 worker", found["one"],
              Target(1.7, at_most=False, swapped=True))  # fmt: skip
    return Section(
        "Cluster",
        (row,),
        (
            "Scheduler and warm workers on loopback. Rounds of one worker, then two: "
            f"{', '.join(f'{ratio:.2f}×' for ratio in found['rounds'])}.",
        ),
    )


def memory(place: Place) -> Section:
    """What one process takes at most that prints Chinese for ever."""
    count = 20 if place.quick else 2_000 if place.alone else 300
    project = place.folder / "chinese"
    remove(project)
    for name in ("source", "locale", "templates"):
        shutil.copytree(ROOT / name, project / name)
    path = place.folder / "chinese.json"
    _run_tasks(project, path, "--locale", CJK, "--format", "handout")
    found = json.loads(_python(sys.executable, "memory", path, count))["peaks"]
    peaks = {int(number): peak / 1e6 for number, peak in found.items()}
    last = max(peaks)
    row = Row("peak memory of a worker", f"{last:,} handouts in Chinese", peaks[last],
              "the target's 350 MB", 350, Target(1), unit="MB")  # fmt: skip
    steps = ", ".join(f"{peak:.0f} MB after {number:,}" for number, peak in sorted(peaks.items()))
    note = f"One process without recycling: {steps}. `make bench ONLY=memory` prints 2,000."
    return Section("Memory of a worker", (row,), (note,))


def note(place: Place, size: corpus.Size, name: str = "sheets") -> Path:
    """The tasks of a corpus, with what each peer needs beside."""
    path = place.folder / f"{name}.json"
    project = place.project(size, name, ("handout",))
    _run_tasks(project, path)
    noted = [  # the first sheets of packs are no handouts
        each
        for each in json.loads(path.read_text("utf-8"))
        if not each["task"]["name"].startswith("packs/")
    ]
    for each in noted:
        folder = re.search("<dir>(.*?)</dir>", Path(each["fontconfig"]).read_text("utf-8"))
        each["fonts"] = [folder[1] if folder else ""]
        each["typst"] = to_typst(each["html"], each["task"]["paper"])
    path.write_text(json.dumps(noted, ensure_ascii=False), "utf-8")
    settle()
    return path


def _run_tasks(project: Path, path: Path, *options: str) -> None:
    words = (sys.executable, ROOT / "bench/tasks.py", project, path, *options)
    cache = path.parent / "no-cache"
    remove(cache)  # a run that was cut has left it, and what is found there is not noted
    run(words, project, KETAPUB_CACHE=str(cache))
    remove(cache)


def _python(python: str | Path, engine: str, path: Path, rounds: int, **environment: str) -> str:
    words = (python, ROOT / "bench/loops.py", engine, path, rounds)
    return run(words, path.parent, **environment).said


def loop(python: str | Path, engine: str, path: Path, rounds: int, **environment: str) -> float:
    """Median seconds of a round."""
    said = _python(python, engine, path, rounds, **environment)
    values: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return statistics.median(values["seconds"])


def _peer(engine: str, path: Path, rounds: int, **environment: str) -> float | None:
    python = PEERS / "python"
    module = {"chromium": "playwright"}.get(engine, engine)
    words = [str(python), "-c", f"import {module}"]
    is_there = python.exists() and not subprocess.run(words, capture_output=True).returncode
    if not is_there or "" in environment.values():
        return None
    return loop(python, engine, path, rounds, **environment)


def _by_file(place: Place, path: Path, count: int) -> float:
    """Median seconds of one `weasyprint` command a file."""
    noted = json.loads(path.read_text("utf-8"))[:count]
    folder = place.folder / "by-file"
    remove(folder)
    folder.mkdir()
    turns = iter(noted * 2)

    def once() -> Taken:
        each = next(turns)
        (folder / "in.html").write_text(each["html"], "utf-8")
        styles = []
        for number, text in enumerate(each["styles"]):
            (folder / f"{number}.css").write_text(text, "utf-8")
            styles += ["--stylesheet", f"{number}.css"]
        program = Path(sys.executable).with_name("weasyprint")
        words = (program, "--pdf-variant", "pdf/ua-1", *styles, "in.html", "out.pdf")
        return run(words, folder, FONTCONFIG_FILE=each["fontconfig"])

    return median(once, count).wall
