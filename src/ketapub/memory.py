"""Turn what the last run made of the same inputs into what need not be made again, on this machine.

A value and its parts stand in one file of the project's state folder, under the digest of all that they
were made from. It decides nothing: what does not fit, or cannot be read, is made anew. Parts are read
when they are asked for, so that no process need hold them all.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from ketapub.errors import MachineError, Problem
from ketapub.files import digest, write_stream

_PLAIN = frozenset({("builtins", "frozenset"), ("builtins", "set"), ("datetime", "date")})
"""What a value may hold beside our own kinds and what pickle knows by itself."""


T = TypeVar("T")
_AT_HAND = 64
"""Parts that a process holds, more than one article has languages."""


class Kept(Mapping[str, Any]):
    """A value, and its parts by name."""

    def __init__(
        self,
        value: Any,
        parts: Mapping[str, Any],
        file: tuple[str, str] | None = None,
        digests: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.value = value
        self._parts = parts
        """The parts themselves; of those in a file where each begins and how long it is, in bytes."""
        self._file = file
        """Path, and the key under which it stands there."""
        self.digests = digests
        """Of each part, by name; none in a memory that forgets."""

    def __getitem__(self, name: str) -> Any:
        """Raises MachineError where its file is no longer there."""
        part = self._parts[name]
        return part if self._file is None else _read_part(*self._file, *part)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


class Memory:
    """Values by name; without a folder it forgets everything."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def recall(self, name: str, key: str) -> Kept | None:
        """What was kept under this name and key; None where there is nothing."""
        if self.folder is None:
            return None
        try:
            path = self.folder / name
            data = path.read_bytes()
            if data[:_HEAD] != _head(key, data[_HEAD:]):
                return None
            stream = io.BytesIO(data)
            stream.seek(_HEAD)
            value, sizes, digests = _Reader(stream).load()
            places = _places(sizes, stream.tell())
            return Kept(value, places, (path.as_posix(), key), digests)
        except Exception:  # whatever another version or another hand has left there
            return None

    def keep(self, name: str, key: str, value: Any, parts: Mapping[str, Any]) -> Kept:
        """Keep a value under a name, in place of the one before; `key`: digest of its inputs.

        Where it cannot be written it stays in memory, with all its parts.
        """
        if self.folder is None:
            return Kept(value, parts)
        pickled = {
            name: pickle.dumps(part, pickle.HIGHEST_PROTOCOL) for name, part in parts.items()
        }
        sizes = {name: len(data) for name, data in pickled.items()}
        digests = {name: digest(data) for name, data in pickled.items()}
        first = pickle.dumps((value, sizes, digests), pickle.HIGHEST_PROTOCOL)
        data = b"".join((first, *pickled.values()))
        path = self.folder / name
        try:
            write_stream(path, (_head(key, data), data))
        except MachineError:
            return Kept(value, parts, digests=digests)
        return Kept(value, _places(sizes, _HEAD + len(first)), (path.as_posix(), key), digests)

    def make(self, name: str, key: Callable[[], str], make: Callable[[], T]) -> T:
        """What was kept under this name and key, or what is made now and kept."""
        if self.folder is None:
            return make()
        inputs = key()
        kept = self.recall(name, inputs)
        if kept is None:
            kept = self.keep(name, inputs, make(), {})
        value: T = kept.value
        return value


def _head(key: str, data: bytes) -> bytes:
    return f"{key}{digest(data)}".encode()


_HEAD = 2 * 64


def _places(sizes: Mapping[str, int], begin: int) -> dict[str, tuple[int, int]]:
    places = {}
    for name, size in sizes.items():
        places[name] = begin, size
        begin += size
    return places


@lru_cache(maxsize=_AT_HAND)
def _read_part(path: str, key: str, begin: int, size: int) -> Any:
    try:
        with open(path, "rb") as stream:
            if stream.read(len(key)) != key.encode():
                raise ValueError("it is another one by now")
            stream.seek(begin)
            return _Reader(io.BytesIO(stream.read(size))).load()
    except Exception as error:  # whatever has befallen a file that was whole when the run began
        message = f"what was remembered can no longer be read: {error}"
        raise MachineError(Problem(path, 0, message, "build again: it is made anew")) from error


class _Reader(pickle.Unpickler):
    """Makes values of our own kinds alone: a file from elsewhere can run nothing."""

    def find_class(self, module: str, name: str) -> Any:
        ours = module.startswith("ketapub.") and "." not in name
        if ours or (module, name) in _PLAIN:
            found = super().find_class(module, name)
            if isinstance(found, type) or (module, name) == ("ketapub.language", "parse_language"):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")
