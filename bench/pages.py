"""Pages: cold from source and catalogs beside Hugo and po4a; nothing changed beside ninja; the start."""

from __future__ import annotations

import sys
from pathlib import Path

import corpus
import hugo
import po4a
from measure import Taken, median, run
from place import KETAPUB, ROOT, Place, find, remove, settle
from table import Row, Section, Target, spread

COMPARED = 40
"""Pages of which ours and Hugo's are read and compared."""


def cold(place: Place) -> Section:
    """Every page from source and catalogs; Hugo's from Markdown that is translated already."""
    size = place.size(6_000)
    label = f"{size.editions:,} pages"
    project = place.project(size)
    settle()
    ours = place.build(project, runs=place.runs, fresh=True)
    theirs, notes = _hugo(place, project, size)
    added = _po4a(place, size)
    both = theirs.wall + added.wall if theirs and added else None
    rows = (
        Row("cold build", label, ours.wall, "Hugo on ready-translated Markdown",
            theirs and theirs.wall, Target(0.5)),
        Row("cold build", label, ours.wall, "po4a + Hugo", both, Target(0.05)),
    )  # fmt: skip
    notes = [
        f"ketapub: {size.articles} articles of 64 messages, {size.locales} languages, "
        f"{size.regions} regions; {spread(ours)}. It also writes each page's plain text, fragment and"
        " record, choosers, sitemap, feed and manifest, and checks every translation.",
        *notes,
    ]
    if theirs:
        notes.append(f"Hugo: {spread(theirs)}.")
    if added:
        notes.append(
            f"po4a: {added.wall:.2f} s to write {size.articles * (size.locales - 1)} translated"
            f" articles from the same catalogs ({spread(added)}), then Hugo's time;"
            " nothing is counted for putting regions and helplines in."
        )
    return Section("Pages, from nothing", rows, tuple(notes))


def _hugo(place: Place, project: Path, size: corpus.Size) -> tuple[Taken | None, list[str]]:
    if find("hugo") is None:
        return None, ["Hugo is not installed (Debian: hugo)."]
    site = place.folder / "hugo"
    remove(site)
    hugo.make_site(project, site, size)
    settle()

    def once() -> Taken:
        remove(site / "public")
        return run(("hugo", "--quiet"), site)

    taken = median(once, place.runs)
    wrong = list(hugo.differences(project / "dist", site / "public", COMPARED))
    if wrong:
        return taken, [f"NOT COMPARABLE, Hugo's pages differ: {wrong[0]}"]
    note = (
        f"Hugo's page template makes the same pages: of {min(COMPARED, size.editions)} drawn by"
        " chance every word and every link was the same. It gets all text translated, each region's"
        " passages chosen, what stands around the text (switcher, helplines, links) as finished HTML of"
        " each region and language, and writes nothing but the pages."
    )
    return taken, [note]


def _po4a(place: Place, size: corpus.Size) -> Taken | None:
    if find("po4a") is None:
        return None
    folder = place.folder / "po4a"
    remove(folder)
    po4a.make(folder, size)
    settle()
    return median(lambda: po4a.translate(folder), place.runs, budget=30)


def nothing(place: Place) -> Section:
    """Nothing has changed since the last build, every page and handout in place."""
    size = place.size(6_000)
    project = prime(place, size)
    count = 2 * size.editions
    place.build(project)  # it looks closer at what it has not written itself
    ours = place.build(project, runs=5)
    if "nothing to do" not in ours.said:
        raise RuntimeError(f"a build with nothing to do did something:\n{ours.said}")
    peer = _ninja(place, count)
    files = sum(path.is_file() for path in (project / "dist").rglob("*"))
    note = (
        f"ketapub: {size.editions:,} pages and as many handouts, {files:,} files in all; Python's own"
        " start is in it. The handouts are one real one under every key: printing them all would take"
        " half an hour, and a build that finds nothing to do never opens them."
    )
    row = Row("nothing changed", f"{count:,} outputs", ours.wall, "ninja's no-op",
              peer and peer.wall, Target(6))  # fmt: skip
    return Section("Nothing changed", (row,), (note,))


def prime(place: Place, size: corpus.Size) -> Path:
    """A project with every page and every handout built, but one handout stands for all."""
    project = place.project(size, "primed", ("handout",), built=True)
    run((sys.executable, ROOT / "bench/prime.py", project), project, KETAPUB_CACHE="")
    return project


def _ninja(place: Place, count: int) -> Taken | None:
    """Every output hangs on one of 500 files, as a page on its catalog."""
    if find("ninja") is None:
        return None
    folder = place.folder / "ninja"
    remove(folder)
    (folder / "in").mkdir(parents=True)
    for number in range(500):
        (folder / f"in/{number}").write_text("")
    rules = ["rule make", "  command = : > $out"]
    rules += [f"build out/{n % 300}/{n}: make in/{n % 500}" for n in range(count)]
    (folder / "build.ninja").write_text("\n".join(rules) + "\n")
    run(("ninja", "--quiet"), folder)
    return median(lambda: run(("ninja",), folder), 5)


def start(place: Place) -> Section:
    """How long it takes until ketapub can say anything."""
    runs = 5 if place.quick else 21
    ours = median(lambda: run((*KETAPUB, "--help"), place.folder), runs)
    bare = median(lambda: run((sys.executable, "-c", "pass"), place.folder), runs)
    row = Row("ketapub --help", "–", ours.wall, "python -c pass", bare.wall, Target(2.5))
    return Section("Start", (row,), (f"{runs} runs each.",))
