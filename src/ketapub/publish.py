"""Turn the files of a publication into `dist/`, as a whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from ketapub.errors import MachineError, Problem
from ketapub.files import write_atomic

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
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
        raise _cannot(error, path) from error
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
        raise _cannot(error, dist) from error


def publish(
    files: Mapping[str, bytes], dist: Path, state: Path, ours: frozenset[str] | None
) -> tuple[int, bool]:
    """Make `dist` hold exactly these files, and whatever in it is not ours.

    `files`: bytes by path below `dist`; `ours`: paths that the last build wrote there, None when
    all of it is ours. Fills `<state>/next` and exchanges it with `dist` in one step (renameat2), so
    that a reader sees the old or the new publication; where the system cannot (mount points, other
    file systems), replaces file by file, under a journal that the next build rolls forward.
    Returns how many files changed, and whether the exchange was atomic. Raises MachineError; before
    the exchange, with the old publication untouched.
    """
    dist = dist.resolve()  # a symbolic link stays, what it leads to is replaced
    following = state / "next"
    try:
        _remove(following)
        following.mkdir(parents=True)
        changed = _fill(following, files, dist)
        if ours is not None:
            _keep_foreign(following, files, dist, ours)
        atomic = _exchange(following, dist)
        if not atomic:
            _write_journal(following, dist, state)
            _roll_forward(dist, state)
    except OSError as error:
        if not (state / "journal").exists():
            _remove(following)
        raise _cannot(error, dist) from error
    _remove(following)  # the old publication
    return changed, atomic


def _cannot(error: OSError, path: Path) -> MachineError:
    return MachineError(
        Problem(
            str(error.filename or path.as_posix()),
            0,
            f"the publication cannot be written: {error.strerror or error}",
            "check free space and permissions, then build again",
        )
    )


def _fill(following: Path, files: Mapping[str, bytes], dist: Path) -> int:
    changed = 0
    for folder in sorted({(following / path).parent for path in files}):
        folder.mkdir(parents=True, exist_ok=True)
    for path, data in sorted(files.items()):
        target, old = following / path, dist / path
        if old.is_file() and not old.is_symlink() and old.read_bytes() == data:
            _link(old, target)
        else:
            target.write_bytes(data)
            changed += 1
    return changed


def _keep_foreign(
    following: Path, files: Mapping[str, bytes], dist: Path, ours: frozenset[str]
) -> None:
    for path in _contents(dist):
        if path not in files and path not in ours:
            target = following / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(dist / path, target)


def _contents(folder: Path) -> list[str]:
    """Every file and symbolic link below a folder, by path."""
    found = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


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


def _write_journal(following: Path, dist: Path, state: Path) -> None:
    """From here on the new publication is complete in `next`: it will be finished, come what may."""
    wanted = set(_contents(following))
    gone = [path for path in _contents(dist) if path not in wanted]
    write_atomic(state / "journal", "\n".join(gone).encode())


def _roll_forward(dist: Path, state: Path) -> None:
    journal, following = state / "journal", state / "next"
    if not journal.is_file():
        return
    gone = journal.read_text("utf-8").split("\n")
    for path in sorted(_contents(following), key=lambda path: (path in _LAST, path)):
        target = dist / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _move(following / path, target)
    for path in filter(None, gone):
        (dist / path).unlink(missing_ok=True)
        for folder in list((dist / path).relative_to(dist).parents)[:-1]:
            with contextlib.suppress(OSError):  # not empty
                (dist / folder).rmdir()
    journal.unlink()
    _remove(following)


def _move(new: Path, target: Path) -> None:
    try:
        os.replace(new, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(f".{target.name}.new")
        shutil.copy2(new, part, follow_symlinks=False)
        os.replace(part, target)
        new.unlink()


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
