"""Turn two publications into what changed between them: texts, numbers, layout, what came and went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ketapub.errors import KetapubError
from ketapub.passage import Passage, compare_texts, read_page, read_sheets, same_words
from ketapub.previous import Key, OldEdition, OldOutput, Previous

What = Literal["new", "removed", "withdrawn", "numbers", "text", "layout", "unread"]
"""`layout`: other bytes, but the same words and numbers; `unread`: other bytes that are not there."""
_MARK = "······"
"""Stands for a version mark: it says that something changed, not what."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became of one output."""

    what: What
    article: str
    locale: str
    region: str
    output: str
    """`page`, or the name of a format."""
    path: str
    """Below the web root, where it stands now or stood."""
    gone: tuple[str, ...] = ()
    """Numbers that are no longer printed."""
    come: tuple[str, ...] = ()
    """Numbers that are printed now."""
    passages: tuple[Passage, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why it is withdrawn or gone, as far as the manifest says."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a set of files, inputs or versions gained, lost, and holds another value of."""

    new: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two publications."""

    old: str
    """Publication id."""
    new: str
    changes: tuple[Change, ...]
    inputs: Names
    """Files that they were made from, as the manifests tell."""
    versions: Names
    """What they were made with."""
    site: Names
    """Files beside the outputs that are told of: indexes, packs, styles."""

    def __bool__(self) -> bool:
        return bool(self.changes or self.inputs or self.versions or self.site)


def compare(old: Previous, new: Previous) -> Comparison:
    """Every change from `old` to `new`, by article, region and language; reads only what differs."""
    reader = _Reader(old, new)
    keys = dict.fromkeys((*new.editions, *old.editions))
    changes = tuple(change for key in sorted(keys) for change in _compare_edition(reader, key))
    return Comparison(
        old.id,
        new.id,
        changes,
        _compare_names(old.inputs, new.inputs),
        _compare_names(old.made_with, new.made_with),
        _compare_site(old, new, changes),
    )


@dataclass(slots=True)
class _Reader:
    """Texts of both publications; two files that were compared once are not compared again."""

    old: Previous
    new: Previous
    known: dict[tuple[str, str], tuple[Passage, ...]] = field(default_factory=dict)

    def passages(self, paths: Sequence[str], marks: Sequence[str]) -> tuple[Passage, ...]:
        """What differs between two files; raises KetapubError where one cannot be read."""
        path_before, path = paths
        key = self.old.files[path_before].sha256, self.new.files[path].sha256
        if key not in self.known:
            before = _text_of(self.old, path_before).replace(marks[0] or _MARK, _MARK)
            now = _text_of(self.new, path).replace(marks[1] or _MARK, _MARK)
            reflowed = path.endswith(".pdf") and same_words(before, now)
            self.known[key] = () if reflowed else compare_texts(before, now)
        return self.known[key]


def _text_of(publication: Previous, path: str) -> str:
    data = publication.read(path)
    return read_sheets(data) if path.endswith(".pdf") else read_page(data)


def _compare_edition(reader: _Reader, key: Key) -> Iterator[Change]:
    was, now = reader.old.editions.get(key), reader.new.editions.get(key)
    outputs = dict.fromkeys((*(now.outputs if now else ()), *(was.outputs if was else ())))
    for name in outputs:
        before = was.outputs.get(name) if was else None
        after = now.outputs.get(name) if now else None
        yield from _compare_output(reader, key, name, (was, before), (now, after))


_Side = tuple[OldEdition | None, OldOutput | None]


def _compare_output(
    reader: _Reader, key: Key, name: str, was: _Side, now: _Side
) -> Iterator[Change]:
    before, after = was[1], now[1]
    article, region, locale = key
    path = (after and after.path) or (before and before.path) or ""
    change = Change("layout", article, locale, region, name, path)
    stood, stands = _stands(before), _stands(after)
    if stands and not stood:
        yield replace(change, what="new")
    elif stood and not stands:
        what: What = "withdrawn" if after and after.state == "withdrawn" else "removed"
        yield replace(change, what=what, reasons=after.why if after else ())
    elif before and after and before.path and after.path:
        files = reader.old.files.get(before.path), reader.new.files.get(after.path)
        if files[0] != files[1]:
            yield from _compare_files(reader, change, was, now)


def _stands(output: OldOutput | None) -> bool:
    """Whether the output itself is published, not a help page in its place."""
    return output is not None and output.path is not None and output.state != "withdrawn"


def _compare_files(reader: _Reader, change: Change, was: _Side, now: _Side) -> Iterator[Change]:
    """What is another in an output that stands in both publications with other bytes."""
    sides = ((reader.old, *was), (reader.new, *now))
    numbers = [
        side.numbers(edition, output) for side, edition, output in sides if edition and output
    ]
    paths, marks = zip(*((o.path or "", o.mark) for _, _, o in sides if o), strict=True)
    gone = tuple(number for number in numbers[0] if number not in numbers[1])
    come = tuple(number for number in numbers[1] if number not in numbers[0])
    if gone or come:
        yield replace(change, what="numbers", gone=gone, come=come)
    try:
        passages = reader.passages(paths, marks)
    except KetapubError:  # of one of them there is only the manifest
        yield replace(change, what="unread")
        return
    if passages:
        yield replace(change, what="text", passages=passages)
    elif not (gone or come):
        yield change


def _compare_names(old: Mapping[str, object], new: Mapping[str, object]) -> Names:
    return Names(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    )


def _compare_site(old: Previous, new: Previous, changes: Sequence[Change]) -> Names:
    """What else is another file. Fragment, record and plain text go with a page that is told of."""
    told = {change.path.rpartition("/")[0] for change in changes}
    sides = (
        {
            path: each.sha256
            for path, each in side.files.items()
            if path.rpartition("/")[0] not in told
        }
        for side in (old, new)
    )
    return _compare_names(*sides)
