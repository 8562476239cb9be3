"""Turn the note of the last build into files that need not be made again.

An output stands as long as its fingerprint is the one that it was made for, and its files have the size,
date and inode that they were left with; what somebody has touched is made anew.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ketapub.errors import MachineError
from ketapub.files import write_stream
from ketapub.outbox import Outbox, Stamp

NOTE = "made.json"


class Left(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One file as it was left."""

    stamp: Stamp
    mtime: int
    """Nanoseconds."""
    inode: int


class Made(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One output."""

    fingerprint: str
    files: dict[str, Left]
    """By path below the web root."""


class Standing:
    """What stands of the last build, by output; nothing where there is no note that can be read."""

    def __init__(self, made: Mapping[str, Made]) -> None:
        self._made = made

    def stand(self, files: Outbox, output: str, fingerprint: Callable[[], str]) -> bool:
        """Take an output over as it stands; False where it must be made.

        `output`: its path below the web root, by which it goes.
        """
        made = self._made.get(output)
        if made is None or made.fingerprint != fingerprint():
            return False
        if not all(_is_left(files.live, path, left) for path, left in made.files.items()):
            return False
        for path, left in made.files.items():
            files.take_over(path, left.stamp)
        return True


def read_standing(state: Path) -> Standing:
    """What the last build has noted in its state folder."""
    try:
        data = (state / NOTE).read_bytes()
        return Standing(msgspec.json.decode(data, type=dict[str, Made]))
    except (OSError, msgspec.MsgspecError):
        return Standing({})


def note_standing(
    state: Path, dist: Path, outputs: Iterable[tuple[str, str, Iterable[str]]], files: Outbox
) -> None:
    """Note what has just been published in `dist`: (output, fingerprint, paths of its files) each."""
    with contextlib.suppress(OSError, MachineError):  # without a note all is made again
        write_stream(state / NOTE, _note(dist, outputs, files.stamps))


def _note(
    dist: Path, outputs: Iterable[tuple[str, str, Iterable[str]]], stamps: Mapping[str, Stamp]
) -> Iterator[bytes]:
    """The JSON of a note, output by output."""
    before = b"{"
    for output, fingerprint, paths in outputs:
        left = {path: _left(dist, path, stamps[path]) for path in paths}
        made = msgspec.json.encode(Made(fingerprint, left))
        yield before + msgspec.json.encode(output) + b":" + made
        before = b",\n"
    yield b"{}" if before == b"{" else b"}"


def _left(dist: Path, path: str, stamp: Stamp) -> Left:
    found = os.lstat(f"{dist}/{path}")
    return Left(stamp, found.st_mtime_ns, found.st_ino)


def _is_left(dist: Path, path: str, left: Left) -> bool:
    try:
        found = os.lstat(f"{dist}/{path}")
    except OSError:
        return False
    now = found.st_size, found.st_mtime_ns, found.st_ino
    return now == (left.stamp.size, left.mtime, left.inode)
