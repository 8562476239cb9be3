"""Turn what the last run made of the same inputs into what need not be made again, on this machine.

A value stands in one file of the project's state folder, under the digest of all that it was made from. It
decides nothing: what does not fit, or cannot be read, is made anew.
"""

from __future__ import annotations

import contextlib
import io
import pickle
from pathlib import Path
from typing import Any

from ketapub.errors import MachineError
from ketapub.files import digest, write_atomic

_PLAIN = frozenset({("builtins", "frozenset"), ("builtins", "set"), ("datetime", "date")})
"""What a value may hold beside our own kinds and what pickle knows by itself."""


class Memory:
    """Values by name; without a folder it forgets everything."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def recall(self, name: str, key: str) -> Any:
        """The value that was kept under this name and key; None where there is none."""
        if self.folder is None:
            return None
        try:
            data = (self.folder / name).read_bytes()
            head = _head(key, data[_HEAD:])
            return _Reader(io.BytesIO(data[_HEAD:])).load() if data[:_HEAD] == head else None
        except Exception:  # whatever another version or another hand has left there
            return None

    def keep(self, name: str, key: str, value: Any) -> None:
        """Keep a value under a name, in place of the one before; `key`: digest of its inputs."""
        if self.folder is not None:
            data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            with contextlib.suppress(MachineError):
                write_atomic(self.folder / name, _head(key, data) + data)


def _head(key: str, data: bytes) -> bytes:
    return f"{key}{digest(data)}".encode()


_HEAD = 2 * 64


class _Reader(pickle.Unpickler):
    """Makes values of our own kinds alone: a file from elsewhere can run nothing."""

    def find_class(self, module: str, name: str) -> Any:
        ours = module.startswith("ketapub.") and "." not in name
        if ours or (module, name) in _PLAIN:
            found = super().find_class(module, name)
            if isinstance(found, type) or (module, name) == ("ketapub.language", "parse_language"):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")
