"""Turn what is published into `manifest.json` and `versions.json`, entry by entry.

However large a publication, no more than one entry is in memory. The JSON Schemas are
`manifest.schema.json` and `versions.schema.json`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from ketapub.edition import Listed, Output
from ketapub.outbox import Stamp
from ketapub.previous import Version


@dataclass(frozen=True, slots=True)
class Items:
    """A JSON array whose items are made one after another."""

    values: Iterable[Any]


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object whose members (name, value) are made one after another, in the order of their names."""

    values: Iterable[tuple[str, Any]]


def dump(value: Any, depth: int = 0) -> Iterator[bytes]:
    """JSON as we publish it, piece by piece: sorted keys, UTF-8, readable; `depth` of its indentation.

    A mapping may hold `Items` and `Members`.
    """
    if isinstance(value, Mapping) and any(isinstance(v, Items | Members) for v in value.values()):
        value = Members(sorted(value.items()))
    if isinstance(value, Items):
        yield from _enclose(b"[]", ((b"", each) for each in value.values), depth)
    elif isinstance(value, Members):
        named = ((msgspec.json.encode(name) + b": ", each) for name, each in value.values)
        yield from _enclose(b"{}", named, depth)
    else:
        data = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)
        yield data.replace(b"\n", _line(depth)) if depth else data


def _enclose(ends: bytes, items: Iterable[tuple[bytes, Any]], depth: int) -> Iterator[bytes]:
    """Between brackets: what stands before each value, and the value; a short one is one piece."""
    inside = _line(depth + 1)
    before = ends[:1] + inside
    for label, value in items:
        pieces = dump(value, depth + 1)
        yield before + label + next(pieces)
        yield from pieces
        before = b"," + inside
    yield _line(depth) + ends[1:] if before[:1] == b"," else ends


def _line(depth: int) -> bytes:
    return b"\n" + b" " * depth


def publication_id(files: Mapping[str, Stamp]) -> str:
    """What names a publication: the beginning of the sha256 of all its files' names and digests."""
    state = hashlib.sha256()
    for piece in dump(_by_path(files)):
        state.update(piece)
    state.update(b"\n")
    return state.hexdigest()[:16]


def is_complete(every: Iterable[Listed]) -> bool:
    """Whether all that is asked for is there."""
    return all(output.state == "ready" for each in every for output in each.outputs)


def write_manifest(
    every: Iterable[Listed], files: Mapping[str, Stamp], values: Mapping[str, Any]
) -> Iterator[bytes]:
    """`manifest.json`; `files`: all that is published, by path; `values`: its short members."""
    editions = Items(manifest_edition(each, files) for each in every)
    yield from dump({"schema": 1, **values, "editions": editions, "files": _by_path(files)})
    yield b"\n"


def write_versions(versions: Mapping[str, Version]) -> Iterator[bytes]:
    """`versions.json`; `versions`: every version mark ever published, in order."""
    yield from dump({"schema": 2, "versions": Members(versions.items())})
    yield b"\n"


def _by_path(files: Mapping[str, Stamp]) -> Members:
    return Members((path, files[path]) for path in sorted(files))


def manifest_edition(listed: Listed, files: Container[str]) -> dict[str, Any]:
    """One edition's entry in `manifest.json`; `files`: paths of all that is published."""
    return {
        "article": listed.address.slug,
        "locale": listed.address.language.tag,
        "region": listed.address.region,
        "title": listed.title,
        "title_locale": listed.title_tag,
        "coverage": round(listed.coverage, 4),
        "reviewed": listed.reviewed,
        "helplines": list(listed.helplines),
        "numbers": list(listed.numbers),
        "outputs": {output.name: _output(output, files) for output in listed.outputs},
    }


def _output(output: Output, files: Container[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "state": output.state,
        "path": output.path if output.path in files else None,
    }
    if output.published:
        entry["mark"] = output.mark
    if output.reasons:
        entry["reasons"] = [
            {"code": r.code, "path": r.path, "line": r.line, "message": r.message}
            for r in output.reasons
        ]
    return entry
