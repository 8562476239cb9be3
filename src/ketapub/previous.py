"""Turn the publication that stands now, in a folder or on the web, into what a build must protect."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from ketapub.errors import KetapubError, Problem, UsageError
from ketapub.files import digest, read_bytes
from ketapub.outbox import Stamp

Key = tuple[str, str, str]
"""(article, region, locale): what an edition is."""
T = TypeVar("T")

_TIMEOUT = 30
_MARK = re.compile(r"[A-Z2-7]{6}")


@dataclass(frozen=True, slots=True)
class OldOutput:
    """A page or handout as `manifest.json` tells of it."""

    state: str
    path: str | None = None
    mark: str = ""
    """Names its version; empty when no file of it stood there."""
    reasons: tuple[dict[str, Any], ...] = ()
    """Why it was not ready."""

    @property
    def why(self) -> tuple[str, ...]:
        """The words of its reasons."""
        return tuple(dict.fromkeys(str(reason.get("message", "")) for reason in self.reasons))


@dataclass(frozen=True, slots=True)
class OldEdition:
    """An edition as `manifest.json` tells of it."""

    article: str
    locale: str
    region: str
    outputs: dict[str, OldOutput]
    title: str = ""
    title_locale: str = ""
    coverage: float = 0.0
    reviewed: bool = False
    helplines: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """What its region printed for it that day: on the index of its place, and on what was new."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version mark ever published, as `versions.json` tells of it."""

    article: str
    locale: str
    region: str
    output: str
    page: str
    """Path of the page below the web root."""
    numbers: tuple[str, ...]
    """Those printed on it, the emergency number first."""
    state: str = "good"
    """`good`: published now; `outdated`: not published, nothing speaks against it; `bad`."""
    title: str = ""
    title_locale: str = ""
    text_of: str = ""
    """Month of the text, `YYYY-MM`, as printed on it."""
    reason: str = ""
    """Why it is bad, in the editors' words."""
    since: str = ""
    """The day, `YYYY-MM-DD`, from which it is bad."""
    text_withdrawn: bool = False
    """Bad for its text, whatever becomes of its numbers."""


@dataclass(frozen=True, slots=True)
class _Manifest:
    schema: Literal[1]
    publication: str = ""
    editions: tuple[OldEdition, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    files: dict[str, Stamp] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Versions:
    schema: Literal[1, 2]
    """1 knew other states, and neither titles nor reasons."""
    versions: dict[str, Version] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Previous:
    """A publication built before: what it said of itself, and its files on demand."""

    where: str
    """A folder or the address of a web root."""
    exists: bool = False
    editions: Mapping[Key, OldEdition] = field(default_factory=dict)
    files: Mapping[str, Stamp] = field(default_factory=dict)
    """By path below its root."""
    versions: Mapping[str, Version] = field(default_factory=dict)
    """By mark."""
    id: str = ""
    """What its manifest calls it."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Digest of each file that it was made from, by path."""
    made_with: Mapping[str, str] = field(default_factory=dict)
    """Version of each thing that it was made with."""

    def read(self, path: str) -> bytes:
        """A file below its root, checked by its digest in the manifest."""
        data = _fetch(self.where, path)
        listed = self.files.get(path)
        if data is None or listed is None or listed.sha256 != digest(data):
            raise KetapubError(
                Problem(
                    f"{_shown(self.where)}/{path}",
                    0,
                    "the previous publication's file is missing or not the one it names",
                    "name another publication with --previous, or mend what holds this output",
                )
            )
        return data

    def numbers(self, edition: OldEdition, output: OldOutput) -> tuple[str, ...]:
        """What is printed on an output: known exactly by its mark, else what its edition says."""
        version = self.versions.get(output.mark)
        return version.numbers if version else edition.numbers


def load_previous(where: str, *, named: bool = False) -> Previous:
    """Read manifest and versions from a folder or an http(s) address; `exists` says if there are any.

    Raises UsageError where a publication was `named` and none stands.
    """
    manifest = _load(where, "manifest.json", _Manifest)
    versions = _load(where, "versions.json", _Versions)
    if manifest is None and named:
        hint = "name the folder or the address that holds manifest.json"
        raise UsageError(Problem(where, 0, "no publication of ketapub stands here", hint))
    editions = manifest.editions if manifest else ()
    found = Previous(
        where,
        manifest is not None,
        {(e.article, e.region, e.locale): e for e in editions},
        manifest.files if manifest else {},
        versions.versions if versions else {},
        manifest.publication if manifest else "",
        manifest.inputs if manifest else {},
        manifest.versions if manifest else {},
    )
    _check_names(found)
    return found


def _load(where: str, name: str, kind: type[T]) -> T | None:
    data = _fetch(where, name)
    if data is None:
        return None
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unusable(where, name, str(error)) from error


def _check_names(previous: Previous) -> None:
    """What it names may have come over the net and must not lead out of `dist/` (law 10)."""
    paths: list[Any] = [*previous.files]
    paths += [o.path for e in previous.editions.values() for o in e.outputs.values() if o.path]
    for path in paths:
        if set(path.split("/")) & {"", ".", ".."} or "\\" in path or "\0" in path:
            raise _unusable(previous.where, "manifest.json", f"it names the path “{path}”")
    for mark in previous.versions:
        if not _MARK.fullmatch(mark):
            raise _unusable(previous.where, "versions.json", f"it names the mark “{mark}”")


def _shown(where: str) -> str:
    """An address as it is, a folder by its own name: the manifest tells of it, on any machine alike."""
    return where if "://" in where else Path(where).name


def _unusable(where: str, name: str, why: str) -> KetapubError:
    hint = "restore it, or delete that whole folder: the build must see what was published before"
    return KetapubError(Problem(f"{where}/{name}", 0, f"it cannot be used: {why}", hint))


def _fetch(where: str, path: str) -> bytes | None:
    if not where.startswith(("http://", "https://")):
        file = Path(where) / path
        return read_bytes(file) if file.is_file() else None
    address = f"{where.rstrip('/')}/{urllib.parse.quote(path)}"
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise _unreachable(address, str(error)) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _unreachable(address, str(error)) from error


def _unreachable(address: str, why: str) -> KetapubError:
    hint = "check the address and the connection, or name a folder: --previous DIR"
    return KetapubError(Problem(address, 0, f"cannot be fetched: {why}", hint))
