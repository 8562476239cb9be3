"""The one door to disk: read text, digest, write atomically. Interprets nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ketapub.errors import KetapubError, MachineError, Problem


def read_bytes(path: Path, name: str = "") -> bytes:
    """The file's bytes; `name` is what a message calls it (default: the path)."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise KetapubError(
            Problem(
                name or path.as_posix(),
                0,
                f"cannot be read: {reason}",
                "check that the file exists and that you may read it",
            )
        ) from error


def decode(data: bytes, name: str) -> str:
    """UTF-8 bytes into text, line endings kept, strictly: a bad byte is an error with its line."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise KetapubError(
            Problem(name, line, "this is not UTF-8 text", "save the file in the encoding UTF-8")
        ) from error


def read_text(path: Path, name: str = "") -> str:
    """The file as text: strict UTF-8, line endings kept."""
    return decode(read_bytes(path, name), name or path.as_posix())


def digest(data: bytes) -> str:
    """sha256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(*texts: str) -> str:
    """The sha256 (hex) of texts, each told apart from the next by its length."""
    state = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        state.update(f"{len(data)}:".encode())
        state.update(data)
    return state.hexdigest()


def tree_digest(roots: Iterable[Path]) -> str:
    """sha256 (hex) of all files below these folders, in their order; a file that cannot be read counts too."""
    state = hashlib.sha256()
    for root in roots:
        digest_tree(state, str(root), "\n")
    return state.hexdigest()


def digest_tree(state: hashlib._Hash, root: str, name: str) -> None:
    """Add every file below a folder to a digest, with its path there, under the folder's `name`."""
    for path in _files(root):
        try:
            with open(path, "rb", buffering=0) as stream:
                data = stream.read()
        except OSError:  # whoever has to read it tells of it
            data = b"\0unreadable"
        state.update(f"{name}{path[len(root) :]}\0{len(data)}\0".encode())
        state.update(data)


def _files(root: str) -> Iterator[str]:
    """Every file below a folder, in one order everywhere; compiled Python is none."""
    try:
        with os.scandir(root) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        elif not entry.name.endswith((".pyc", ".po~", ".mo")):
            yield entry.path


def write_atomic(path: Path, data: bytes) -> bool:
    """Write the file whole or not at all; leave it alone when it already holds these bytes.

    Returns whether anything was written. Raises MachineError when the disk refuses.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
    except OSError as error:
        raise _cannot_write(path, error) from error
    _write(path, (data,), lambda stream: os.fsync(stream.fileno()))
    return True


def write_stream(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks as they are made, the file whole or not at all; none is kept in memory.

    It is not waited for until the disk has it (a dozen milliseconds): for notes, which are checked when
    they are read. Raises MachineError when the disk refuses.
    """
    _write(path, chunks, lambda stream: None)


def _write(path: Path, chunks: Iterable[bytes], settle: Callable[[BinaryIO], None]) -> None:
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.writelines(chunks)
                stream.flush()
                settle(stream)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> MachineError:
    hint = "check the free space and the permissions of this folder"
    message = f"cannot be written: {error.strerror or error}"
    return MachineError(Problem(path.as_posix(), 0, message, hint))


def package_folder(name: str) -> Path:
    """The folder `templates` or `locale` that ketapub itself brings along.

    In a wheel it lies inside the package, in a source checkout beside `src/`.
    """
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent.parent / name
