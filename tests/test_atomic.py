"""Law 8, call by call: whatever a build dies of, `dist/` is the old or the new publication.

The new files are those of a real build in which 24 outputs change. Before each single file-system
call of publishing them the disk is as a kill would leave it: then `dist/` must be whole, and a copy
of the folder must recover. Each call fails once with ENOSPC and once with EIO, and 200 processes are
killed at random moments.
"""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import copy_sources, stand_in_for_the_printer
from ketapub import build as building
from ketapub import outbox as waiting
from ketapub import publish as module
from ketapub.errors import MachineError
from ketapub.outbox import Outbox
from ketapub.project import load_project
from ketapub.publish import prepare, publish
from project_edits import edit, set_editions, set_key
from project_runs import Stub, publish_files

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("atomic"), pytest.mark.timeout(900)]
Files = dict[str, bytes]
FOREIGN = {"CNAME": b"care.test", "us/notes/mine.txt": b"mine"}
MEMORY = Path("/dev/shm")
"""A disk of its own that is quick: these tests make some hundred thousand files."""


# --- the build under test ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """A publication that stands, and the one that a build is about to put in its place."""

    folder: Path
    """Holds `dist` and `state`; never altered: tests work on copies."""
    old: Files
    new: Files
    files: Files
    """What the build gives to `publish`: the new publication without what others put there."""
    ours: frozenset[str]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Six editions of a page and three handouts each; changed templates change all of them.

    Of what a build makes around them only some files, each of another kind, to be quick.
    """
    project = copy_sources(tmp_path_factory.mktemp("atomic") / "project")
    set_editions(project, 'US = ["en", "es", "ar"]\nGB = ["en", "fr", "ar"]')
    set_key(project / "source/publication.toml", "formats", '["handout", "large-print", "card"]')
    old = built_files(project, frozenset())
    edit(project / "templates/tokens.css", "\n", "\n/* new */\n")
    edit(project / "templates/web/page.html", "</main>", "<i>new</i></main>")
    files = built_files(project, frozenset(old))
    outputs = [path for path in old if path.endswith((".pdf", "ketamine/index.html"))]
    assert len(outputs) == 24
    assert all(old[path] != files[path] for path in outputs)
    assert old.keys() - files.keys(), "something is to disappear too"
    assert any(old.get(path) == data for path, data in files.items()), "and something to stay"
    base = MEMORY if MEMORY.is_dir() else tmp_path_factory.mktemp("disk")
    folder = base / f"ketapub-test-{os.getpid()}"
    try:
        publish_files(old, folder / "origin" / "dist", folder / "origin" / "state", None)
        for path, data in FOREIGN.items():
            (folder / "origin" / "dist" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "origin" / "dist" / path).write_bytes(data)
        leave_the_publication_before(folder / "origin")
        yield Case(folder, old | FOREIGN, files | FOREIGN, files, frozenset(old))
    finally:
        shutil.rmtree(folder)


def leave_the_publication_before(place: Path) -> None:
    """Where the next one is made: links to what stands, files of old, and some that are of none."""
    for number, path in enumerate(sorted(read(place / "dist"))):
        left = place / "state/next" / path
        left.parent.mkdir(parents=True, exist_ok=True)
        if number % 3:
            os.link(place / "dist" / path, left)
        else:
            left.write_bytes(b"an old number")
    for path in ("stray.html", "us/xx/ketamine/index.html"):
        (place / "state/next" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "state/next" / path).write_bytes(b"a stray")


KINDS = (
    "assets/",
    "handouts/",
    "packs/",
    "sitemap",
    "robots",
    "index.html",
    "manifest",
    "versions",
)


def built_files(project: Path, before: frozenset[str]) -> Files:
    """What a build gives to `publish`; printing is left out."""
    given: list[Files] = []

    def look(files: Outbox, dist: Path, state: Path, ours: frozenset[str]) -> bool:
        given.append(dict(files))
        return publish(files, dist, state, ours)

    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_the_printer(patch, Stub())
        patch.setattr(building, "publish", look)
        building.build(load_project(project), building.Options(date(2026, 11, 23)))
    outputs = (".pdf", "ketamine/index.html")
    return {p: d for p, d in given[0].items() if p.endswith(outputs) or p.startswith(KINDS)}


def read(folder: Path) -> Files:
    """Every file below a folder, by path."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as stream:
                found[path[len(str(folder)) + 1 :]] = stream.read()
    return found


def shape(folder: Path) -> list[tuple[str, int, int]]:
    """Path, inode and size of all below a folder: nothing that a call can change is missing."""
    paths = [os.path.join(at, n) for at, below, names in os.walk(folder) for n in below + names]
    return [(path, os.stat(path).st_ino, os.stat(path).st_size) for path in paths]


def stand(case: Case, name: str) -> Path:
    """A fresh copy of what stands before the build, and before that; linked: nobody writes into a file."""
    place = case.folder / name
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(case.folder / "origin", place, copy_function=os.link)
    return place


def put(case: Case, place: Path) -> tuple[int, bool]:
    return publish_files(case.files, place / "dist", place / "state", case.ours)


def judge(case: Case, place: Path, *, exchange: bool) -> str:
    """`old` or `new`; `mixed` only under a journal, and then each file is one of the two."""
    now = read(place / "dist")
    if not exchange:  # hidden files that wait for their turn are no part of the publication
        now = {path: data for path, data in now.items() if not path.endswith(module._PART)}
    if now in (case.old, case.new):
        return "old" if now == case.old else "new"
    assert not exchange, difference(case, now)
    assert (place / "state/journal").exists(), difference(case, now)
    for path, data in now.items():
        assert data in (case.old.get(path), case.new.get(path)), f"{path} is neither old nor new"
    assert case.new.keys() & case.old.keys() <= now.keys(), "a file is missing"
    return "mixed"


def difference(case: Case, now: Files) -> str:
    return str({p: (p in case.old, p in case.new) for p in now if now[p] != case.new.get(p)})


def recover(case: Case, place: Path) -> None:
    """The next build: it finishes what was begun, and then publishes the same once more."""
    if not os.listdir(place / "state"):
        return  # nothing is left behind: as after any build
    begun = (place / "state/journal").exists()
    prepare(place / "dist", place / "state")
    after = read(place / "dist")
    assert after in ((case.new,) if begun else (case.old, case.new))
    put(case, place)
    assert read(place / "dist") == case.new
    assert all(path.startswith("next/") for path in read(place / "state"))


# --- at each call --------------------------------------------------------------------------------

CALLS = {
    *("open", "os.link", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.utime"),
    *("os.symlink", "os.truncate", "os.scandir", "os.listdir", "os.setxattr"),
}
"""Those that Python announces (sys.audit); renameat2, fsync and writing are announced below."""


class Watch:
    """Tells `heard` of each file-system call before it is made, by its number from 1."""

    def __init__(self) -> None:
        self.heard: Callable[[int, str], None] | None = None
        self.count = 0
        sys.addaudithook(lambda event, _: self.tell(event) if event in CALLS else None)

    def tell(self, event: str) -> None:
        heard = self.heard
        if heard is not None:
            self.count += 1
            self.heard = None  # what it does itself is no call of the build
            try:
                heard(self.count, event)
            finally:
                self.heard = heard

    @contextmanager
    def on(self, heard: Callable[[int, str], None]) -> Iterator[None]:
        self.heard, self.count = heard, 0
        try:
            yield
        finally:
            self.heard = None


WATCH = Watch()


class Torn:
    """A file that is written in two pieces, each a call of its own."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __enter__(self) -> Torn:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, data: Any) -> int:
        for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
            WATCH.tell("write")
            self.stream.write(piece)
            self.stream.flush()
        return len(data)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    real = {"open": io.open, "fsync": os.fsync, "renameat2": module._renameat2}

    def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        stream = real["open"](file, mode, *more, **named)
        return Torn(stream) if WATCH.heard and "w" in mode and "b" in mode else stream

    def announced(name: str) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            WATCH.tell(name)
            return real[name](*values)

        return call

    monkeypatch.setattr(io, "open", opened)
    monkeypatch.setattr(waiting, "open", opened, raising=False)
    monkeypatch.setattr(os, "fsync", announced("fsync"))
    monkeypatch.setattr(module, "_renameat2", announced("renameat2"))
    return WATCH


@pytest.fixture(params=["exchange", "journal"])
def exchange(request: pytest.FixtureRequest, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the system can exchange two folders."""
    if request.param == "journal":
        monkeypatch.setattr(module, "_renameat2", lambda *_: False)
    return bool(request.param == "exchange")


def test_killed_before_any_call_dist_is_whole_and_the_next_build_recovers(
    case: Case, watch: Watch, exchange: bool
) -> None:
    place, seen, last = stand(case, "killed"), [], []

    def killed(number: int, event: str) -> None:
        seen.append((event, judge(case, place, exchange=exchange)))
        now = shape(place)
        if now == last:  # the call before only read
            return
        last[:] = now
        copy = case.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(place, copy, copy_function=os.link)
        recover(case, copy)

    with watch.on(killed):
        assert put(case, place)[1] is exchange
    assert read(place / "dist") == case.new
    states = [state for _, state in seen]
    assert states == sorted(states, key=["old", "mixed", "new"].index), "never back again"
    assert ("mixed" in states) is not exchange
    assert states[0] == "old"
    assert states[-1] == ("old" if exchange else "new"), "the exchange is the last call of all"
    assert len(seen) > 150
    assert {event for event, _ in seen} >= {"open", "write", "os.link", "os.mkdir", "os.remove"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_whichever_call_fails_dist_is_whole_and_the_next_build_recovers(
    case: Case, watch: Watch, exchange: bool, code: int
) -> None:
    outcomes: dict[str, int] = {}
    for number in range(1, 10_000):
        place = stand(case, "failed")

        def fail(count: int, _event: str, number: int = number) -> None:
            if count == number:
                raise OSError(code, os.strerror(code))

        try:
            with watch.on(fail):
                put(case, place)
            outcome = "done"
        except MachineError as error:
            (problem,) = error.problems
            assert os.strerror(code) in problem.message
            outcome = judge(case, place, exchange=exchange)
            begun = (place / "state/journal").exists()
            said = "it first finishes dist/" if begun else "stands unchanged"
            assert said in problem.hint
        if outcome == "done":
            assert read(place / "dist") == case.new
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        recover(case, place)
        if watch.count < number:
            break
    assert {"old", "done"} <= outcomes.keys()
    assert ("mixed" in outcomes) is not exchange
    assert sum(outcomes.values()) > 150


def test_200_kills_at_random_moments(case: Case) -> None:
    """Real processes, killed by the system, wherever they are."""
    chance = random.Random(20261123)
    place = stand(case, "timed")
    start = time.perf_counter()
    put(case, place)
    takes = time.perf_counter() - start
    killed = 0
    for _ in range(200):
        place = stand(case, "random")
        if (child := os.fork()) == 0:
            try:
                put(case, place)
            finally:
                os._exit(0)
        time.sleep(chance.random() * takes)
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        judge(case, place, exchange=True)
        recover(case, place)
    assert killed > 50, "the others were done before"
