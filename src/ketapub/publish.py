"""Turn the files of a publication into `dist/`, as a whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Callable, Container, Iterator
from functools import partial
from pathlib import Path

from ketapub.cores import spread
from ketapub.errors import MachineError, Problem
from ketapub.outbox import Outbox, cannot_write, clear, link

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_DRAFT = "journal.new"
_PART = ".ketapub-new"
_WORTH_SHARING = 10_000
"""Files whose folders take longer to walk than a process takes to start."""
_LAST = ("versions.json", "manifest.json")
"""What tells of the other files is replaced after them."""


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the project's build lock; a second build is told who holds it."""
    path = folder / "lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+")
    except OSError as error:
        raise cannot_write(error, path) from error
    with stream:
        try:
            import fcntl
        except ImportError:  # Windows: the rename below fails there while files are open
            yield
            return
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            hint = "wait until it has finished"
            message = f"another build is running here (process {holder})"
            raise MachineError(Problem(path.as_posix(), 0, message, hint)) from error
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def prepare(dist: Path, state: Path) -> None:
    """Finish what an interrupted build has begun. Raises MachineError where `dist` is no folder."""
    if dist.exists() and not dist.is_dir():
        hint = "move it away: the publication is a folder of this name"
        raise MachineError(Problem(dist.as_posix(), 0, "this is not a folder", hint))
    try:
        _roll_forward(dist.resolve(), state)
    except OSError as error:
        raise _half_done(error, dist) from error


@contextlib.contextmanager
def outbox(dist: Path, state: Path) -> Iterator[Outbox]:
    """What will be published in `dist`, to be filled; `state`: a folder for `dist` alone.

    It stands in `<state>/next` until it is published. Afterwards the publication before stands there:
    most of it are links to what is published still, so the next build has little to make anew (deleting
    and making a folder costs more than all else of a page that has not changed). Nothing is taken from
    there unseen, and what a killed build has left there is no worse. After a failure it is cleared away,
    for the disk may be full. Raises MachineError where it cannot be made.
    """
    dist = dist.resolve()  # a symbolic link stays, what it leads to is replaced
    following = state / "next"
    try:
        _roll_forward(dist, state)
        if following.is_symlink() or not following.is_dir():
            clear(os.fspath(following))
            following.mkdir(parents=True)
    except OSError as error:
        raise _why(error, dist, state) from error
    try:
        yield Outbox(following, dist)
    except Exception:
        _remove(following)
        raise


def publish(files: Outbox, dist: Path, state: Path, ours: frozenset[str] | None) -> bool:
    """Make `dist` hold exactly these files, and whatever in it is not ours.

    `files`: an `outbox` of the same two folders; `ours`: paths that the last build wrote there, None
    when all of it is ours. Exchanges its folder with `dist` in one step (renameat2), so that a reader
    sees the old or the new publication; where the system cannot (mount points, other file systems),
    replaces file by file, under a journal that the next build rolls forward. Returns whether the
    exchange was atomic. Raises MachineError: with the old publication untouched, unless a journal was
    begun.
    """
    dist = dist.resolve()
    following = files.folder
    try:
        # both only walk, each through a folder of its own
        walks = (partial(_sweep, files), partial(_find_foreign, dist, files, ours))
        jobs = len(walks) if len(files) > _WORTH_SHARING else 1
        _, foreign = spread(_call, walks, jobs)
        for path in foreign:
            target = following / path
            target.parent.mkdir(parents=True, exist_ok=True)
            link(dist / path, target)
        atomic = _exchange(following, dist)
        if not atomic:
            _write_journal(following, dist, state, ours)
            _roll_forward(dist, state)
    except OSError as error:
        why = _why(error, dist, state)
        if not (state / "journal").exists():
            with contextlib.suppress(OSError):
                _roll_forward(dist, state)
        raise why from error
    return atomic


def _why(error: OSError, dist: Path, state: Path) -> MachineError:
    begun = (state / "journal").exists()
    return _half_done(error, dist) if begun else cannot_write(error, dist)


def _half_done(error: OSError, path: Path) -> MachineError:
    """Where folders cannot be exchanged, what was begun is finished by the next build."""
    why = cannot_write(error, path).problems[0]
    hint = f"check free space and permissions, then build again: it first finishes {path.name}/"
    return MachineError(Problem(why.path, 0, why.message, hint))


def _call(walk: Callable[[], list[str]]) -> list[str]:
    return walk()


def _sweep(files: Outbox) -> list[str]:
    files.sweep()
    return []


def _find_foreign(dist: Path, files: Container[str], ours: frozenset[str] | None) -> list[str]:
    """Paths of what stands there that no build has made."""
    if ours is None:
        return []
    return [path for path in _contents(dist) if path not in files and path not in ours]


def _contents(folder: Path) -> list[str]:
    """Every file and symbolic link below a folder, by path; none that a killed build left half-way."""
    return [path for path in _walk(folder) if not path.endswith(_PART)]


def _walk(folder: Path) -> list[str]:
    return sorted(_below(os.fspath(folder))) if folder.exists() else []


def _below(root: str) -> Iterator[str]:
    """Raises OSError for a folder that cannot be read: what stands in it would be lost."""
    folders = [("", root)]
    while folders:
        path, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{path}{entry.name}/", entry.path))
                else:
                    yield f"{path}{entry.name}"


def _exchange(following: Path, dist: Path) -> bool:
    """Swap two folders in one step, or move the new one to where none stands."""
    if dist.exists():
        return _renameat2(following, dist)
    try:
        os.rename(following, dist)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def _renameat2(one: Path, other: Path) -> bool:
    """Exchange two paths in one system call; False where the system or file system cannot."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        call = libc.renameat2
    except (OSError, AttributeError, TypeError):
        return False
    done = call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV, errno.EPERM, errno.EBUSY}:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _write_journal(following: Path, dist: Path, state: Path, ours: frozenset[str] | None) -> None:
    """From here on the new publication is complete: it will be finished, come what may.

    All that takes space is done before: each new file is laid beside the one that it will replace.
    """
    wanted = _contents(following)
    gone = set(_contents(dist) if ours is None else ours) - set(wanted)
    draft = state / _DRAFT
    draft.write_bytes("\n".join(sorted(gone)).encode())
    for path in wanted:
        target = dist / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (os.path.lexists(target) and _is_same(following / path, target)):
            link(following / path, _part(target))
    os.replace(draft, state / "journal")


def _roll_forward(dist: Path, state: Path) -> None:
    """Finish what a build has begun; clear away what one had only prepared."""
    journal, draft = state / "journal", state / _DRAFT
    if not journal.is_file():
        if draft.exists():
            for part in _parts(dist):
                part.unlink()
            draft.unlink()
        return
    gone = journal.read_text("utf-8").split("\n")
    targets = [part.with_name(part.name[1 : -len(_PART)]) for part in _parts(dist)]
    for target in sorted(targets, key=lambda target: (target.name in _LAST, target)):
        os.replace(_part(target), target)
    for path in filter(None, gone):
        (dist / path).unlink(missing_ok=True)
        for folder in list((dist / path).relative_to(dist).parents)[:-1]:
            with contextlib.suppress(OSError):  # not empty
                (dist / folder).rmdir()
    journal.unlink()
    _remove(state / "next")


def _is_same(one: Path, other: Path) -> bool:
    return os.path.samestat(os.lstat(one), os.lstat(other))


def _part(target: Path) -> Path:
    """Where a new file waits to replace its target."""
    return target.with_name(f".{target.name}{_PART}")


def _parts(dist: Path) -> list[Path]:
    return [dist / path for path in _walk(dist) if path.endswith(_PART)]


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
