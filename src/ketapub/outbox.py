"""Turn files, as they are made, into a folder that waits to be published: nothing is held in memory.

A file that is the same as the one that stands becomes a link to it, so that what did not change takes
neither space nor time, and keeps its date. The folder may hold what an earlier build has left there:
what is a link to the right file already stays, all else is replaced or swept away.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from ketapub.cores import spread
from ketapub.errors import MachineError, Problem
from ketapub.files import digest

T = TypeVar("T")
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class Stamp(msgspec.Struct, frozen=True, gc=False):
    """What a file is known by."""

    sha256: str
    size: int
    """In bytes."""


class Outbox(MutableMapping[str, bytes]):
    """Files by path below the web root, each written when it is set and read when it is asked for.

    `folder` waits to be published; `live` is what stands. Setting raises MachineError where it cannot
    be written.
    """

    def __init__(self, folder: Path, live: Path, base: Outbox | None = None) -> None:
        self.folder = folder
        self.live = live
        self._base = base
        self.stamps: dict[str, Stamp] = {}
        self.fresh: set[str] = set()
        """Paths of files that are new, or not what stands there."""
        self.taken: set[str] = set()
        """Paths of files that, unread, are the very ones that stand."""
        self._is_first = not os.path.lexists(live)
        self._folders: dict[str, bool] = {f"{folder}": True}
        """Folders that there are, and whether each may hold something of before."""

    def __setitem__(self, path: str, data: bytes) -> None:
        try:
            found = None if self._is_first else _find(f"{self.live}/{path}", data)
            if found:
                self._link(path, found)
                self.fresh.discard(path)
            else:
                self._clear(path)
                _put(f"{self.folder}/{path}", data)
                self.fresh.add(path)
        except OSError as error:
            raise cannot_write(error, self.live) from error
        self.stamps[path] = Stamp(digest(data), len(data))

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Set a file piece by piece, none of which is held."""
        state, size = hashlib.sha256(), 0
        target, standing = f"{self.folder}/{path}", f"{self.live}/{path}"
        try:
            self._clear(path)
            with open(target, "wb") as stream:
                for piece in pieces:
                    stream.write(piece)
                    state.update(piece)
                    size += len(piece)
            if _find_plain(standing, size) and _digest(standing) == state.digest():
                clear(target)
                link(standing, target)
                self.fresh.discard(path)
            else:
                self.fresh.add(path)
        except OSError as error:
            raise cannot_write(error, self.live) from error
        self.stamps[path] = Stamp(state.hexdigest(), size)

    def take_over(self, path: str, stamp: Stamp, found: os.stat_result) -> None:
        """Let a file stand as it is; `stamp`: what it is known by; `found`: how it stands."""
        try:
            if self._link(path, found):
                self.taken.add(path)
        except OSError as error:
            raise cannot_write(error, self.live) from error
        self.stamps[path] = stamp

    def _link(self, path: str, found: os.stat_result) -> bool:
        """Make it the very file that stands, which was found so; gives whether it is no copy."""
        target = f"{self.folder}/{path}"
        if self._may_hold(target) or path in self.stamps:
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(found, os.lstat(target)):
                    return True
            clear(target)
        return link(f"{self.live}/{path}", target)

    def _clear(self, path: str) -> None:
        """See that nothing is there: it is never written into, for it may be what stands elsewhere."""
        target = f"{self.folder}/{path}"
        if self._may_hold(target) or path in self.stamps:
            clear(target)

    def _may_hold(self, target: str) -> bool:
        """Whether something of before may stand in a file's folder, which there is afterwards."""
        return self._make_room(target.rpartition("/")[0])

    def _make_room(self, folder: str) -> bool:
        """Make a folder with its parents; gives whether it may hold something of before.

        Asked of each folder from the root down, so that no link leads out of the outbox.
        """
        known = self._folders.get(folder)
        if known is None:
            self._make_room(os.path.dirname(folder))
            try:
                os.mkdir(folder)
                known = False
            except FileExistsError:
                known = stat.S_ISDIR(os.lstat(folder).st_mode)
                if not known:
                    clear(folder)
                    os.mkdir(folder)
            self._folders[folder] = known
        return known

    def sweep(self) -> None:
        """Take away what an earlier build has left and this one has not made."""
        try:
            self._sweep(f"{self.folder}", "")
        except OSError as error:
            raise cannot_write(error, self.live) from error

    def _sweep(self, folder: str, path: str) -> bool:
        """Gives whether anything is left in it."""
        left = False
        with os.scandir(folder) as entries:
            found = list(entries)
        for entry in found:
            own = f"{path}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if self._sweep(entry.path, f"{own}/"):
                    left = True
                else:
                    os.rmdir(entry.path)
            elif own in self.stamps:
                left = True
            else:
                os.remove(entry.path)
        return left

    def __getitem__(self, path: str) -> bytes:
        if path not in self.stamps:
            raise KeyError(path)
        with open(os.path.join(self.folder, path), "rb") as stream:
            return stream.read()

    def __delitem__(self, path: str) -> None:
        del self.stamps[path]
        self.fresh.discard(path)
        self.taken.discard(path)
        os.remove(os.path.join(self.folder, path))

    def __iter__(self) -> Iterator[str]:
        return iter(self.stamps)

    def __len__(self) -> int:
        return len(self.stamps)

    def __contains__(self, path: object) -> bool:
        return path in self.stamps

    def __ior__(self, files: Mapping[str, bytes]) -> Outbox:
        self.update(files)
        return self

    @property
    def sizes(self) -> Mapping[str, int]:
        """Bytes of each file, of those that it branched off from too, without reading any."""
        return _Sizes((self.stamps, *((self._base.stamps,) if self._base else ())))

    def fill(self, make: Callable[[T, Outbox], None], shares: Sequence[T], jobs: int) -> None:
        """Let each share be made and written, in so many processes.

        `make` is given a share, and an outbox that writes into the same folder and knows its own files alone.
        """
        for stamps, fresh, taken in spread(partial(self._branch_off, make), shares, jobs):
            self.stamps.update(stamps)
            self.fresh.update(fresh)
            self.taken.update(taken)

    def _branch_off(
        self, make: Callable[[T, Outbox], None], share: T
    ) -> tuple[dict[str, Stamp], set[str], set[str]]:
        branch = Outbox(self.folder, self.live, self)
        make(share, branch)
        return branch.stamps, branch.fresh, branch.taken


class _Sizes(Mapping[str, int]):
    def __init__(self, stamps: Sequence[Mapping[str, Stamp]]) -> None:
        self._stamps = stamps

    def __getitem__(self, path: str) -> int:
        for stamps in self._stamps:
            if path in stamps:
                return stamps[path].size
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(path for stamps in self._stamps for path in stamps))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, path: object) -> bool:
        return any(path in stamps for stamps in self._stamps)


def _put(path: str, data: bytes) -> None:
    """Write a file; what comes whole needs no buffer, which would ask the system more."""
    with open(path, "wb", buffering=0) as stream:
        while data:
            data = data[stream.write(data) :]


def _find(path: str, data: bytes) -> os.stat_result | None:
    """How a plain file stands that holds exactly this; None: there is none."""
    found = _find_plain(path, len(data))
    if found is None:
        return None
    # asked of every small file, and a third of the time that `open` takes
    handle = os.open(path, _READ)
    try:
        return found if os.read(handle, len(data) + 1) == data else None
    finally:
        os.close(handle)


def _find_plain(path: str, size: int) -> os.stat_result | None:
    """How a plain file of so many bytes stands there; None: there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) and found.st_size == size else None


def _digest(path: str) -> bytes:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def clear(path: str) -> None:
    """Delete a file, a link or a folder, if there is one."""
    try:
        os.remove(path)
    except FileNotFoundError:
        pass
    except OSError:
        if not os.path.isdir(path):
            raise
        shutil.rmtree(path)


def link(old: str | Path, new: str | Path) -> bool:
    """Give a file another name; a copy of it where the system cannot. Gives whether it could."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)
        return False
    return True


def cannot_write(error: OSError, path: Path) -> MachineError:
    """What is said where a publication cannot be written; what was published before stands."""
    where = str(error.filename or path.as_posix())
    message = f"the publication cannot be written: {error.strerror or error}"
    hint = "check free space and permissions, then build again; what was published stands unchanged"
    return MachineError(Problem(where, 0, message, hint))
