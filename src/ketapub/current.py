"""Turn a project's folder and the note of its last build into whether there is anything to do.

Every input is read and hashed, whatever its dates say. Outputs are trusted while size, date and inode
are those noted when they were written (`ketapub verify` reads them). Imports nothing that is slow to
import: this is all that a build with nothing to do runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from ketapub.files import digest_tree, package_folder, write_stream

STATE = "state.json"
INPUTS = ("source", "locale", "templates")
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_LIBRARIES = ("/usr/lib", "/usr/local/lib", "/lib")


class Note(NamedTuple):
    """What the last build left behind when it was done."""

    key: str
    """Digest of all that it depended on."""
    outputs: list[tuple[str, str]]
    """(paths below `dist/`, digest of their stamps): many files an entry, which are quick to read."""
    report: dict[str, Any]
    """What it told its caller, to be told again."""


def build_key(folder: Path, options: Sequence[str]) -> str:
    """Digest of everything that decides what a build makes: inputs, our own code, machine, options.

    `options` holds the day and how the build was called. Of fonts, libraries and packages the dates
    of their folders count, which package managers change with every file that they replace.
    """
    state = hashlib.sha256("\0".join((sys.version, *options)).encode())
    roots = [(folder / name, name) for name in INPUTS]
    code = Path(__file__).resolve().parent
    roots += [(code, "code"), (package_folder("templates"), "own templates")]
    roots += [(package_folder("locale"), "own locale")]
    for root, name in roots:
        digest_tree(state, str(root), name)
    for line in _machine():
        state.update(line.encode())
    return state.hexdigest()


def read_note(folder: Path) -> Note | None:
    """What the last build noted, None where there is nothing that can be read."""
    try:
        values = json.loads((folder / ".ketapub" / STATE).read_bytes())
        outputs = [(str(paths), str(digest)) for paths, digest in values["outputs"]]
        return Note(values["key"], outputs, values["report"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_note(folder: Path, key: str, paths: Iterable[str], report: dict[str, Any]) -> None:
    """Note a build that is done; `paths`: its files below `dist/`, none of which is kept in memory."""
    write_stream(folder / ".ketapub" / STATE, _note(folder / "dist", key, iter(paths), report))


_TOGETHER = 1000
"""How many files share an entry of a note."""
_BETWEEN = "//"
"""What no path holds."""


def _note(dist: Path, key: str, paths: Iterator[str], report: dict[str, Any]) -> Iterator[bytes]:
    """The JSON of a note, entry by entry."""
    yield f'{{"key":{json.dumps(key)},"report":{json.dumps(report)},"outputs":['.encode()
    handle = os.open(dist, os.O_RDONLY)
    try:
        comma = ""
        while several := _BETWEEN.join(islice(paths, _TOGETHER)):
            yield f"{comma}\n{json.dumps((several, _stamps(handle, several)))}".encode()
            comma = ","
    finally:
        os.close(handle)
    yield b"]}\n"


def is_current(folder: Path, note: Note | None, key: str) -> bool:
    """Whether the publication stands as noted, and was made from what there is now."""
    if note is None or note.key != key:
        return False
    try:
        handle = os.open(folder / "dist", os.O_RDONLY)
    except OSError:
        return False
    try:
        return all(_stamps(handle, paths) == digest for paths, digest in note.outputs)
    except OSError:
        return False
    finally:
        os.close(handle)


_stamp = attrgetter("st_size", "st_mtime_ns", "st_ino")


def _stamps(dist: int, paths: str) -> str:
    """Digest of the size, date and inode of each file, with no line of Python for each of them."""
    names = os.fsencode(paths).split(_BETWEEN.encode())
    stamps = list(map(_stamp, map(partial(os.stat, dir_fd=dist), names)))
    try:
        data = array("Q", chain.from_iterable(stamps)).tobytes()
    except OverflowError:  # dated before 1970
        data = repr(stamps).encode()
    return hashlib.sha256(data).hexdigest()


def _machine() -> Iterator[str]:
    """A line for each folder from which fonts, libraries and packages come."""
    folders = [path for path in sys.path if path.endswith("-packages")]
    for root in _LIBRARIES:
        folders.append(root)
        folders += _folders(root, below=False)
    for root in _FONTS:
        folders += [os.path.expanduser(root), *_folders(os.path.expanduser(root), below=True)]
    for path in folders:
        try:
            yield f"{path}\0{os.stat(path).st_mtime_ns}\n"
        except OSError:
            continue


def _folders(root: str, *, below: bool) -> Iterator[str]:
    try:
        with os.scandir(root) as entries:
            found = sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in found:
        yield path
        if below:
            yield from _folders(path, below=True)
