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
Noted = tuple[str, Callable[[], str], Iterable[str]]
"""An output, by its path: its fingerprint, the paths of its files."""


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


_MADE = msgspec.json.Decoder(Made)


class Standing:
    """What stands of the last build, by output; nothing where there is no note that can be read."""

    def __init__(self, made: Mapping[str, msgspec.Raw]) -> None:
        self._made = made

    def __getitem__(self, output: str) -> msgspec.Raw:
        """What the note says of an output."""
        return self._made[output]

    def stand(self, files: Outbox, output: str, fingerprint: Callable[[], str]) -> bool:
        """Take an output over as it stands; False where it must be made.

        `output`: its path below the web root, by which it goes.
        """
        try:
            made = _MADE.decode(self._made.get(output, b""))
        except msgspec.MsgspecError:
            return False
        if made.fingerprint != fingerprint():
            return False
        found = []
        for path, left in made.files.items():
            now = _find(files.live, path, left)
            if now is None:
                return False
            found.append((path, left.stamp, now))
        for each in found:
            files.take_over(*each)
        return True


def read_standing(state: Path) -> Standing:
    """What the last build has noted in its state folder."""
    try:
        data = (state / NOTE).read_bytes()
        return Standing(msgspec.json.decode(data, type=dict[str, msgspec.Raw]))
    except (OSError, msgspec.MsgspecError):
        return Standing({})


def note_standing(
    state: Path, dist: Path, outputs: Iterable[Noted], files: Outbox, standing: Standing
) -> None:
    """Note what has just been published in `dist`; of what was taken over that which was noted already."""
    with contextlib.suppress(OSError, MachineError):  # without a note all is made again
        write_stream(state / NOTE, _note(dist, outputs, files, standing))


def _note(
    dist: Path, outputs: Iterable[Noted], files: Outbox, standing: Standing
) -> Iterator[bytes]:
    """The JSON of a note, output by output."""
    before = b"{"
    for output, fingerprint, paths in outputs:
        if output in files.taken:
            made: msgspec.Raw | Made = standing[output]
        else:
            left = {path: _left(dist, path, files.stamps[path]) for path in paths}
            made = Made(fingerprint(), left)
        yield before + msgspec.json.encode(output) + b":" + msgspec.json.encode(made)
        before = b",\n"
    yield b"{}" if before == b"{" else b"}"


def _left(dist: Path, path: str, stamp: Stamp) -> Left:
    found = os.lstat(f"{dist}/{path}")
    return Left(stamp, found.st_mtime_ns, found.st_ino)


def _find(dist: Path, path: str, left: Left) -> os.stat_result | None:
    """How a file stands, if it is as it was left."""
    try:
        found = os.lstat(f"{dist}/{path}")
    except OSError:
        return None
    now = found.st_size, found.st_mtime_ns, found.st_ino
    return found if now == (left.stamp.size, left.mtime, left.inode) else None
