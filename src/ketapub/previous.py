"""Turn the publication that stands now, in a folder or on the web, into what a build must protect."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketapub.errors import KetapubError, Problem
from ketapub.files import digest, read_bytes

_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Previous:
    """A publication built before: its manifest, its versions, and its files on demand."""

    where: str
    """A folder or the address of a web root; empty when there is none."""
    manifest: dict[str, Any]
    versions: dict[str, Any]

    def read(self, path: str) -> bytes:
        """A file below its root, checked by its digest in the manifest."""
        data = _fetch(self.where, path)
        wanted = self.manifest.get("files", {}).get(path, {}).get("sha256")
        if data is None or wanted != digest(data):
            raise KetapubError(
                Problem(
                    f"{self.where}/{path}",
                    0,
                    "the previous publication's file is missing or not the one it names",
                    "name another with --previous, or publish this edition anew",
                )
            )
        return data


def load_previous(where: str) -> Previous:
    """Read manifest and versions from a folder or an http(s) address; empty where none stands."""
    manifest = _load_json(where, "manifest.json")
    versions = _load_json(where, "versions.json")
    return Previous(where, manifest, versions.get("versions", {}))


def _load_json(where: str, name: str) -> dict[str, Any]:
    data = _fetch(where, name) if where else None
    if data is None:
        return {}
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        hint = "mend or delete it; the build cannot see what was published before"
        raise KetapubError(Problem(f"{where}/{name}", 0, "this is not the JSON expected", hint))
    return value


def _fetch(where: str, path: str) -> bytes | None:
    if not where.startswith(("http://", "https://")):
        file = Path(where) / path
        return read_bytes(file) if file.is_file() else None
    address = urllib.parse.urljoin(where.rstrip("/") + "/", urllib.parse.quote(path))
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise _unreachable(address, str(error)) from error
    except (OSError, ValueError) as error:
        raise _unreachable(address, str(error)) from error


def _unreachable(address: str, why: str) -> KetapubError:
    hint = "check the address and the connection, or name a folder: --previous DIR"
    return KetapubError(Problem(address, 0, f"cannot be fetched: {why}", hint))
