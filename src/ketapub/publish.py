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
from ketapub.files import digest

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the project's build lock; a second build is told who holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    with path.open("a+") as stream:
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


def publish(
    files: Mapping[str, bytes], dist: Path, state: Path, ours: frozenset[str]
) -> tuple[int, bool]:
    """Make `dist` hold exactly these files, and whatever in it is not ours.

    `files`: bytes by path below `dist`; `ours`: paths that the last build wrote there. Fills
    `<state>/next` and exchanges it with `dist` in one step (renameat2), so that a reader sees the
    old or the new publication. Returns how many files changed, and whether the exchange was atomic.
    Raises MachineError with the old publication intact.
    """
    following = state / "next"
    try:
        _remove(following)
        _remove(state / "old")
        following.mkdir(parents=True)
        changed = _fill(following, files, dist)
        _keep_foreign(following, files, dist, ours)
        atomic = _exchange(following, dist, state)
    except OSError as error:
        _remove(following)
        raise MachineError(
            Problem(
                error.filename or dist.as_posix(),
                0,
                f"the publication cannot be written: {error.strerror or error}",
                "check free space and permissions; what stood in dist/ is untouched",
            )
        ) from error
    return changed, atomic


def _fill(following: Path, files: Mapping[str, bytes], dist: Path) -> int:
    changed = 0
    for path, data in sorted(files.items()):
        target, old = following / path, dist / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if old.is_file() and not old.is_symlink() and digest(old.read_bytes()) == digest(data):
            _link(old, target)
        else:
            target.write_bytes(data)
            changed += 1
    return changed


def _keep_foreign(
    following: Path, files: Mapping[str, bytes], dist: Path, ours: frozenset[str]
) -> None:
    if not dist.is_dir():
        return
    for old in sorted(dist.rglob("*")):
        path = old.relative_to(dist).as_posix()
        if old.is_dir() or path in files or path in ours:
            continue
        target = following / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(old, target)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _exchange(following: Path, dist: Path, state: Path) -> bool:
    if not dist.exists():
        os.rename(following, dist)
        return True
    if _renameat2(following, dist):
        _remove(following)
        return True
    os.rename(dist, state / "old")
    os.rename(following, dist)
    _remove(state / "old")
    return False


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
    if code in {errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.EPERM}:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
