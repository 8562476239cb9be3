"""What a change costs beside printing what it concerns; what size costs, in time and in memory."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import corpus
import pages
import prints
from measure import Taken
from place import Place, remove, settle
from table import Row, Section, Target, spread

LOCALE, ARTICLE = "es", "article-0"
"""Of the catalog in which a message changes."""
PATIENCE = 600
"""Seconds that the largest publication may take."""


def change(place: Place) -> Section:
    """One message of one catalog, everything else in place."""
    size = place.size(6_000)
    project = pages.prime(place, size)
    place.build(project)
    catalog = project / f"locale/{LOCALE}/LC_MESSAGES/{ARTICLE}.po"
    alone = _note_alone(place, size)
    rounds, written = [], set[str]()
    for _ in range(place.runs):
        _edit(catalog)
        settle()
        before = _inodes(project)
        build = place.build(project)
        # right after it: the speed of a shared machine changes from minute to minute
        rounds.append((build, prints.loop(sys.executable, "pool2", alone, 1)))
        now = _inodes(project)
        written = {path for path, inode in now.items() if before.get(path) != inode}
    ours, theirs = sorted(rounds, key=lambda pair: pair[0].wall / pair[1])[len(rounds) // 2]
    sheets = {path for path in written if path.endswith(".pdf")}
    texts = {path for path in written if path.endswith(f"/{LOCALE}/{ARTICLE}/index.html")}
    own = {path for path in written if f"/{LOCALE}/{ARTICLE}/" in path}
    if len(sheets) != size.regions or len(texts) != size.regions:
        raise RuntimeError(
            f"written: {len(texts)} pages, {len(sheets)} handouts\n{ours.said[-2000:]}"
        )
    kinds = sorted({_kind(path) for path in written - own})
    row = Row("one message changed", f"{size.editions:,} pages and handouts", ours.wall,
              f"printing those {len(sheets)} handouts", theirs, Target(2.5))  # fmt: skip
    note = (
        f"Written anew: {len(texts)} pages, {len(sheets)} handouts, {len(own) - len(texts) - len(sheets)}"
        f" plain texts, fragments and records of theirs, and {len(written - own)} files that name them:"
        f" {', '.join(kinds)}. {spread(ours)}. The peer is ketapub's own pool on both cores with nothing"
        " else to do: processes start, print and end. All other handouts are one real one under their"
        " true keys."
        f" {len(rounds)} rounds of both, one after the other; the round of the middle ratio is told."
    )
    return Section("One message changed", (row,), (note,))


def _edit(catalog: Path) -> None:
    """Begin the second list item's translation with one letter more than the last time: nothing of it was printed before."""
    text = catalog.read_text("utf-8")
    item = text.index("list item", text.index("list item") + 1)
    at = text.index('msgstr "', item) + len('msgstr "')
    before = re.match("Otro (o*)[.] ", text[at:])
    rest = text[at + before.end() :] if before else text[at:]
    number = "o" * (len(before[1]) + 1 if before else 1)
    catalog.write_text(f"{text[:at]}Otro {number}. {rest}", "utf-8")


def _inodes(project: Path) -> dict[str, int]:
    dist = project / "dist"
    return {
        path.relative_to(dist).as_posix(): path.stat().st_ino
        for path in dist.rglob("*")
        if path.is_file()
    }


def _kind(path: str) -> str:
    """`v/7KQ2MZ/index.html` -> `v/*/index.html`."""
    parts = path.split("/")
    return "/".join(["*" if part.isupper() and len(part) == 6 else part for part in parts])


def _note_alone(place: Place, size: corpus.Size) -> Path:
    """The tasks of the handouts of one article and language, and no others."""
    path = prints.note(place, corpus.Size(1, 2, size.regions), "twelve")
    noted = [
        each
        for each in json.loads(path.read_text("utf-8"))
        if f"/{LOCALE}/" in each["task"]["name"]
    ]
    path.write_text(json.dumps(noted), "utf-8")
    return path


def size(place: Place) -> Section:
    """Pages at three sizes: time and memory an edition."""
    articles = (1, 2, 4) if place.quick else (2, 20, 200)
    taken: dict[int, Taken] = {}
    skipped = ""
    for count in articles:
        so_far = list(taken.values())
        if so_far and so_far[-1].wall > PATIENCE / 10:
            skipped = f" {count * 300:,} pages would take longer than {PATIENCE} s: not measured."
            break
        measured = corpus.Size(count, 3, 2) if place.quick else corpus.Size(count)
        project = place.project(measured, "growing")
        settle()
        runs = place.runs if measured.editions < 10_000 else 1
        taken[measured.editions] = place.build(project, "--web-only", runs=runs, fresh=True)
        remove(project)
    if skipped:
        return Section("Size", (), (f"NOT MEASURED:{skipped}",))
    small, middle, large = taken
    each = {count: seconds.wall / count * 1000 for count, seconds in taken.items()}
    grown = (taken[large].peak - taken[middle].peak) / (large - middle)
    within = Target(1.15)
    rows = (
        Row("time a page", f"{large:,} pages", each[large], f"ketapub at {middle:,}", each[middle], within, "ms"),
        Row("time a page", f"{middle:,} pages", each[middle], f"ketapub at {small:,}", each[small], within, "ms"),
        Row("memory of the first process an edition", f"{middle:,} to {large:,} pages", grown,
            "the target's 1 kB", 1000, Target(1), "B"),
    )  # fmt: skip
    peaks = ", ".join(
        f"{count:,}: {t.wall:.1f} s, {t.peak / 1e6:.0f} MB" for count, t in taken.items()
    )
    note = (
        f"{peaks} at most in the first process. Python's start and the catalogs of 24 languages are in"
        f" the {small:,} pages too; what a page more costs from {middle:,} to {large:,} is"
        f" {(taken[large].wall - taken[middle].wall) / (large - middle) * 1000:.2f} ms."
    )
    return Section("Size", rows, (note,))
