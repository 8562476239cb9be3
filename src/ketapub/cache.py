"""Turn a key into the PDF that was printed for it before: a folder that builds and machines may share.

An entry is one file, `<first two digits of the key>/<the rest>`: the sha256 of the PDF (32 bytes), then
the PDF. It is checked when used, written under another name and renamed, and found by its name alone:
any number of builds may use the folder at once, copy it, or delete it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

LIMIT = 8 * 2**30
"""Bytes that a cache may take: some 100,000 sheets in Latin letters, 30,000 in Chinese."""
_ABANDONED = 24 * 3600 * 10**9
"""Nanoseconds: an unfinished entry that much older than the newest is that of a killed build."""
_DRAFT = ".new."
_HEAD = hashlib.sha256().digest_size


class PdfCache:
    """PDFs by their key (64 hexadecimal digits), each checked by its digest when used.

    A cache saves time and decides nothing: what cannot be read is printed again, and what cannot be
    written is printed again the next time.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._grew = False

    def get(self, key: str) -> bytes | None:
        """The PDF printed before, or None when there is none or it was damaged."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        head, pdf = data[:_HEAD], data[_HEAD:]
        if hashlib.sha256(pdf).digest() != head:
            return None
        with contextlib.suppress(OSError):  # its date tells `prune` when it was used last
            os.utime(path)
        return pdf

    def put(self, key: str, pdf: bytes) -> None:
        """Keep a PDF."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(hashlib.sha256(pdf).digest() + pdf)
                os.chmod(draft, 0o644)  # others may share the folder
                os.replace(draft, path)
                self._grew = True
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(draft)
                raise

    def prune(self) -> int:
        """Delete what was used longest ago until the rest fits; returns how many entries went.

        Looks only where something was put: a cache that did not grow is not too large.
        """
        if not self._grew:
            return 0
        self._grew = False
        entries = sorted(self._entries(), reverse=True)
        kept = gone = 0
        for used, path, size in entries:
            is_draft = os.path.basename(path).startswith(_DRAFT)
            kept += 0 if is_draft else size
            if used < entries[0][0] - _ABANDONED if is_draft else kept > self.limit:
                with contextlib.suppress(OSError):  # another build was faster
                    os.unlink(path)
                    gone += not is_draft
        return gone

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def _entries(self) -> Iterator[tuple[int, str, int]]:
        """(time of last use in ns, path, size in bytes) of each entry, unfinished ones too."""
        for shard in _scan(self.folder):
            for entry in _scan(shard.path) if len(shard.name) == 2 else ():
                with contextlib.suppress(OSError):  # another build was faster
                    status = entry.stat(follow_symlinks=False)
                    yield status.st_mtime_ns, entry.path, status.st_size


def _scan(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
