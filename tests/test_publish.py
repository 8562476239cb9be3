"""Publishing: `dist/` is the old or the new publication, and holds what others put there."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from ketapub import outbox as waiting
from ketapub import publish as module
from ketapub.errors import MachineError
from ketapub.publish import lock, outbox, prepare
from project_edits import ES, edit, make_fuzzy, read_files
from project_runs import Ran, Stub, publish_files

Run = Callable[..., Ran]
OLD = {"index.html": b"old", "us/en/index.html": b"same", "gb/en/index.html": b"gone soon"}
NEW = {"index.html": b"new", "us/en/index.html": b"same", "us/es/index.html": b"added"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A publication that stands."""
    publish_files(OLD, tmp_path / "dist", tmp_path / "state", frozenset())
    return tmp_path / "dist"


def again(dist: Path, files: dict[str, bytes] = NEW) -> tuple[int, bool]:
    return publish_files(files, dist, dist.parent / "state", frozenset(OLD))


def no_exchange(monkeypatch: pytest.MonkeyPatch, code: int = errno.EINVAL) -> None:
    """A system call that cannot exchange two folders."""

    class Libc:
        def renameat2(self, *_: object) -> int:
            return -1

    monkeypatch.setattr(module.ctypes, "CDLL", lambda *_, **__: Libc())
    monkeypatch.setattr(module.ctypes, "get_errno", lambda: code)


# --- what stands afterwards ----------------------------------------------------------------------


def test_dist_holds_exactly_the_new_files_and_no_leftover(dist: Path) -> None:
    assert again(dist) == (2, True)
    assert read_files(dist) == NEW
    assert not (dist / "gb").exists(), "nor an empty folder"


def test_the_publication_before_waits_to_become_the_next_one(dist: Path) -> None:
    """Making and deleting folders costs more than all else of a page that has not changed."""
    state = dist.parent / "state"
    again(dist)
    assert read_files(state) == {f"next/{path}": data for path, data in OLD.items()}
    folders = {path: path.stat().st_ino for path in (state / "next").rglob("*") if path.is_dir()}
    kept = folders[state / "next/us/en"]
    publish_files(NEW, dist, state, frozenset(NEW))
    assert read_files(dist) == NEW
    assert (dist / "us/en").stat().st_ino == kept


def test_whatever_is_left_where_the_next_publication_is_made_none_of_it_is_published(
    dist: Path, tmp_path: Path
) -> None:
    """Other bytes, a folder for a file, a file or a link for a folder, a stray file."""
    following = dist.parent / "state" / "next"
    shutil.rmtree(following, ignore_errors=True)
    (following / "index.html").mkdir(parents=True)
    (following / "index.html/inner.html").write_text("x")
    (following / "us").mkdir()
    (following / "us/es").write_text("a file")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.html").write_bytes(b"not ours")
    (following / "us/en").symlink_to(elsewhere)
    (following / "gb/en").mkdir(parents=True)
    (following / "gb/en/index.html").write_bytes(b"an old number")
    (following / "stray/deep").mkdir(parents=True)
    (following / "stray/deep/x.html").write_bytes(b"x")
    assert again(dist) == (2, True)
    assert read_files(dist) == NEW
    assert {path.name for path in dist.iterdir()} == {"index.html", "us"}
    assert not (dist / "us/en").is_symlink()
    assert read_files(elsewhere) == {"index.html": b"not ours"}


def test_what_waits_is_never_written_into(dist: Path) -> None:
    """It may be a link to what stands: each of two builds in turn changes what the other had."""
    state = dist.parent / "state"
    first = {"index.html": b"1", "same.html": b"s"}
    second = {"index.html": b"2", "same.html": b"s"}
    for files in (first, second, first, second):
        before = read_files(dist)
        with outbox(dist, state) as box:
            box.update(files)
            assert read_files(dist) == before
            module.publish(box, dist, state, None)
        assert read_files(dist) == files


def test_files_of_others_stay_whatever_they_are(dist: Path) -> None:
    (dist / "CNAME").write_text("care.test")
    (dist / "gb/en/notes.txt").write_text("mine")
    (dist / ".well-known").mkdir()
    (dist / ".well-known/security.txt").write_text("mail us")
    (dist / "latest").symlink_to("us")
    (dist / "dangling").symlink_to("nowhere")
    again(dist)
    assert (dist / "CNAME").read_text() == "care.test"
    assert (dist / "gb/en/notes.txt").read_text() == "mine"
    assert (dist / ".well-known/security.txt").read_text() == "mail us"
    assert os.readlink(dist / "latest") == "us"
    assert os.readlink(dist / "dangling") == "nowhere"
    assert not (dist / "gb/en/index.html").exists()


def test_a_file_of_ours_takes_the_place_of_one_of_others(dist: Path) -> None:
    (dist / "us/es").mkdir()
    (dist / "us/es/index.html").write_text("mine")
    again(dist)
    assert (dist / "us/es/index.html").read_bytes() == b"added"


def test_an_altered_file_of_ours_is_mended(dist: Path) -> None:
    (dist / "us/en/index.html").write_bytes(b"sAme")
    assert again(dist)[0] == 3
    assert (dist / "us/en/index.html").read_bytes() == b"same"


def test_a_file_that_is_set_twice_is_never_written_into_what_stands(dist: Path) -> None:
    """The first time it was the same, so it became a link."""
    state = dist.parent / "state"
    with outbox(dist, state) as box:
        box["us/en/index.html"] = OLD["us/en/index.html"]
        assert (state / "next/us/en/index.html").samefile(dist / "us/en/index.html")
        assert box.fresh == set()
        box["us/en/index.html"] = b"another"
        assert box["us/en/index.html"] == b"another"
        assert (box.fresh, box.sizes["us/en/index.html"]) == ({"us/en/index.html"}, 7)
    assert read_files(dist) == OLD


@pytest.mark.parametrize("data", [b"same", b"sAme", b"longer", b""])
def test_a_file_set_piece_by_piece_is_as_one_set_at_once(dist: Path, data: bytes) -> None:
    state, path = dist.parent / "state", "us/en/index.html"
    seen = []
    for pieces in (None, [data[:2], b"", data[2:]]):
        with outbox(dist, state) as box:
            if pieces is None:
                box[path] = data
            else:
                box.write(path, pieces)
            is_link = (state / "next" / path).samefile(dist / path)
            seen.append((box.stamps, box.fresh, box[path], is_link))
            assert read_files(dist) == OLD
    assert seen[0] == seen[1]
    assert seen[0][-1] is (data == OLD[path])


def test_where_all_is_ours_nothing_else_stays(dist: Path) -> None:
    (dist / "stray.html").write_text("x")
    publish_files(NEW, dist, dist.parent / "state", None)
    assert read_files(dist) == NEW


def test_a_symbolic_link_to_the_web_root_stays_one(tmp_path: Path) -> None:
    root = tmp_path / "www"
    root.mkdir()
    (tmp_path / "dist").symlink_to(root)
    publish_files(OLD, tmp_path / "dist", tmp_path / "state", frozenset())
    again(tmp_path / "dist")
    assert (tmp_path / "dist").is_symlink()
    assert read_files(root) == NEW


# --- law 8: killed at any moment -----------------------------------------------------------------


def test_the_folders_are_exchanged_in_one_step(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who opened the old folder goes on reading the old publication."""
    renames: list[object] = []
    monkeypatch.setattr(module.os, "rename", lambda *names: renames.append(names))
    monkeypatch.setattr(module.os, "replace", lambda *names: renames.append(names))
    handle = os.open(dist, os.O_RDONLY)
    try:
        assert again(dist)[1] is True
        assert renames == []
        assert os.stat(dist).st_ino != os.fstat(handle).st_ino
    finally:
        os.close(handle)


@pytest.mark.parametrize(
    "code", [errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.EPERM, errno.EBUSY]
)
def test_where_no_exchange_is_possible_files_are_replaced_one_by_one(
    code: int, dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_exchange(monkeypatch, code)
    (dist / "CNAME").write_text("care.test")
    inode = dist.stat().st_ino
    assert again(dist) == (2, False)
    assert read_files(dist) == NEW | {"CNAME": b"care.test"}
    assert not (dist / "gb").exists()
    assert dist.stat().st_ino == inode, "a mount point cannot be renamed"
    assert read_files(dist.parent / "state") == {}


def test_another_error_of_the_exchange_leaves_the_old_publication(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_exchange(monkeypatch, errno.EIO)
    with pytest.raises(MachineError, match="cannot be written: Input/output error"):
        again(dist)
    assert read_files(dist) == OLD


def test_a_build_killed_while_it_replaces_files_is_finished_by_the_next(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace
    for killed_at in range(2):  # of the files that are new or different
        publish_files(OLD, dist, dist.parent / "state", None)
        no_exchange(monkeypatch)
        left = iter(range(killed_at))

        def replace(one: Path, other: Path, left: object = left) -> None:
            if dist in Path(other).parents and next(left, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt
            real(one, other)

        monkeypatch.setattr(module.os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            again(dist)
        monkeypatch.undo()
        now = {p: d for p, d in read_files(dist).items() if not p.endswith(module._PART)}
        assert all(now.get(path) in {OLD.get(path), NEW.get(path)} for path in now), "no half file"
        prepare(dist, dist.parent / "state")
        assert read_files(dist) == NEW, killed_at
        assert read_files(dist.parent / "state") == {}


def test_a_build_killed_before_it_replaces_anything_leaves_the_old_publication(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_exchange", kill)
    with pytest.raises(KeyboardInterrupt):
        again(dist)
    monkeypatch.undo()
    prepare(dist, dist.parent / "state")
    assert read_files(dist) == OLD
    again(dist)
    assert read_files(dist) == NEW


def test_what_tells_of_the_other_files_is_replaced_last(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_exchange(monkeypatch)
    order: list[str] = []
    real = os.replace

    def replace(one: Path, other: Path) -> None:
        order.append(Path(other).name)
        real(one, other)

    monkeypatch.setattr(module.os, "replace", replace)
    again(dist, {"manifest.json": b"1", "versions.json": b"2", "zz.html": b"3", "a.html": b"4"})
    assert [name for name in order if name != "journal"] == [
        "a.html",
        "zz.html",
        "manifest.json",
        "versions.json",
    ]


def test_from_another_disk_files_are_copied_beside_their_targets_and_then_renamed(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_exchange(monkeypatch)
    refuse_to_leave(dist, monkeypatch)
    again(dist)
    assert read_files(dist) == NEW
    assert read_files(dist.parent / "state") == {}


def refuse_to_leave(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be renamed or linked from the state's disk to that of `dist`."""

    def refuse(name: str) -> None:
        real = getattr(os, name)

        def call(one: Path, other: Path, **more: object) -> None:
            if dist in Path(other).parents and dist not in Path(one).parents:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            real(one, other, **more)

        monkeypatch.setattr(module.os, name, call)

    refuse("replace")
    refuse("link")


def test_a_disk_that_fills_up_on_the_way_to_another_leaves_the_old_publication(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes space is done before the first file is replaced."""
    no_exchange(monkeypatch)
    refuse_to_leave(dist, monkeypatch)
    real, left = waiting.shutil.copy2, iter(range(1))

    def copy(old: Path, new: Path, **more: bool) -> None:
        if dist in Path(new).parents and next(left, None) is None:
            Path(new).write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(old, new, **more)

    monkeypatch.setattr(waiting.shutil, "copy2", copy)
    with pytest.raises(MachineError, match="No space left on device") as raised:
        again(dist)
    assert "what was published stands unchanged" in str(raised.value)
    assert read_files(dist) == OLD
    assert read_files(dist.parent / "state") == {}


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no second disk")
def test_a_web_root_on_another_disk_is_replaced_too(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as root:
        (tmp_path / "dist").symlink_to(root)
        publish_files(OLD, tmp_path / "dist", tmp_path / "state", frozenset())
        Path(root, "CNAME").write_text("care.test")
        assert again(tmp_path / "dist") == (2, False)
        assert read_files(Path(root)) == NEW | {"CNAME": b"care.test"}


def test_a_draft_that_was_interrupted_never_reaches_the_publication(
    small: Path, run: Run, printer: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_exchange(monkeypatch)
    run(small, "build")
    make_fuzzy(small / ES, "What ketamine is")
    other = shutil.copytree(small, small.with_name("other"))
    real = module._roll_forward

    def kill(dist: Path, state: Path) -> None:
        if (state / "journal").exists():
            raise KeyboardInterrupt
        real(dist, state)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_roll_forward", kill)
        assert run(small, "build", "--draft").code == 130
    for project in (small, other):
        assert run(project, "build").code == 0
    assert read_files(small / "dist") == read_files(other / "dist")


# --- when it cannot be written -------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_publication_and_nothing_half_done(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: str, mode: str, buffering: int = -1) -> IO[bytes]:
        if "w" in mode:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        return open(path, mode, buffering)

    monkeypatch.setattr(waiting, "open", full, raising=False)
    with pytest.raises(MachineError) as raised:
        again(dist)
    monkeypatch.undo()
    (problem,) = raised.value.problems
    assert problem.message == "the publication cannot be written: No space left on device"
    assert "free space" in problem.hint
    assert read_files(dist) == OLD
    assert not (dist.parent / "state" / "next").exists()


def test_a_failed_build_of_the_whole_project_is_code_3_with_the_old_publication_intact(
    small: Path, run: Run, published_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_files(small / "dist")
    edit(small / "templates/web/base.html", "<body>", "<body class=new>")

    def full(path: str, mode: str, buffering: int = -1) -> IO[bytes]:
        if "w" in mode:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        return open(path, mode, buffering)

    monkeypatch.setattr(waiting, "open", full, raising=False)
    ran = run(small, "build", "--web-only")
    assert ran.code == 3
    assert "the publication cannot be written: No space left on device\n  hint:" in ran.err
    assert read_files(small / "dist") == before


# --- one build at a time -------------------------------------------------------------------------


def test_a_second_build_is_code_3_and_names_the_process_of_the_first(small: Path, run: Run) -> None:
    holder = (
        "import sys, time\nfrom pathlib import Path\nfrom ketapub.publish import lock\n"
        "with lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", holder, str(small / ".ketapub")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        try:
            assert first.stdout
            assert first.stdout.readline() == "held\n"
            ran = run(small, "build", "--web-only")
        finally:
            first.kill()
    assert ran.code == 3
    assert f"another build is running here (process {first.pid})\n  hint: wait" in ran.err
    assert not (small / "dist").exists()
    assert run(small, "build", "--web-only").code == 0, "the lock goes with its process"


def test_the_lock_names_its_holder_alone(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path):
            assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_the_lock_is_free_again_after_a_build_that_failed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside"), lock(tmp_path):
        raise ValueError("inside")
    with (tmp_path / "lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
