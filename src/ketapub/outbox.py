"""Turn files, as they are made, into a folder that waits to be published: nothing is held in memory.

A file that is the same as the one that stands becomes a link to it, so that what did not change takes
neither space nor time, and keeps its date.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

import msgspec

from ketapub.errors import MachineError, Problem
from ketapub.files import digest


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
        self._folders: set[str] = set()

    def __setitem__(self, path: str, data: bytes) -> None:
        target, standing = os.path.join(self.folder, path), os.path.join(self.live, path)
        try:
            if path in self.stamps:
                os.remove(target)  # never written into: it may be a link to what stands
            self._make_room(target)
            if _holds(standing, data):
                link(standing, target)
                self.fresh.discard(path)
            else:
                Path(target).write_bytes(data)
                self.fresh.add(path)
        except OSError as error:
            raise cannot_write(error, self.live) from error
        self.stamps[path] = Stamp(digest(data), len(data))

    def __getitem__(self, path: str) -> bytes:
        if path not in self.stamps:
            raise KeyError(path)
        with open(os.path.join(self.folder, path), "rb") as stream:
            return stream.read()

    def __delitem__(self, path: str) -> None:
        del self.stamps[path]
        self.fresh.discard(path)
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

    def branch(self) -> Outbox:
        """One that writes into the same folder and knows its own files alone: for another process."""
        return Outbox(self.folder, self.live, self)

    def adopt(self, stamps: Mapping[str, Stamp], fresh: set[str]) -> None:
        """Take over what a branch has written."""
        self.stamps.update(stamps)
        self.fresh.update(fresh)

    def _make_room(self, target: str) -> None:
        folder = os.path.dirname(target)
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)
            self._folders.add(folder)


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


def _holds(path: str, data: bytes) -> bool:
    """Whether a plain file holds exactly this."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    if not stat.S_ISREG(found.st_mode) or found.st_size != len(data):
        return False
    with open(path, "rb") as stream:
        return stream.read() == data


def link(old: str | Path, new: str | Path) -> None:
    """Give a file another name; a copy of it where the system cannot."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def cannot_write(error: OSError, path: Path) -> MachineError:
    """What is said where a publication cannot be written; what was published before stands."""
    where = str(error.filename or path.as_posix())
    message = f"the publication cannot be written: {error.strerror or error}"
    hint = "check free space and permissions, then build again; what was published stands unchanged"
    return MachineError(Problem(where, 0, message, hint))
