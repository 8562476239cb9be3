"""Turn three versions of a catalog (the common one, ours and theirs) into one, for git.

Git merges lines, and so pairs a msgid of one branch with the msgstr of another: a translation of
"you must" then stands under "you must NOT", and msgfmt finds nothing. Here the unit is the entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ketapub.catalog.compose import bare
from ketapub.catalog.join import Piece, blank_lines, join, line_end_of
from ketapub.catalog.po import HEADER, Catalog, Entry, Remnant, read_po
from ketapub.catalog.suggestion import is_suggestion
from ketapub.catalog.verdict import Verdict, Version, settle, settle_header
from ketapub.errors import Problem
from ketapub.message import Key


def merge_three(base: str, ours: str, theirs: str, name: str) -> tuple[str, tuple[Problem, ...]]:
    """Merge two catalogs that have grown from one; `name` is what problems call the result.

    An entry that one side changed stands as that side has it, byte for byte; one that it took out
    goes, unless the other has worked on it meanwhile: that work is kept as obsolete. Where both
    wrote something else the entry is fuzzy, with both texts in its comment, and a warning tells of
    it. Headers are merged line by line. The order is ours, with what is new in theirs behind what
    it stands behind there. An error (and only that) asks for a person before the result is used:
    a broken stretch came in from theirs.
    """
    if ours == theirs or base == theirs:
        return ours, ()
    if base == ours:
        return theirs, ()
    sides = _Sides(*(_Side(read_po(text, name)) for text in (base, ours, theirs)))
    joined = _Joined()
    _walk_ours(sides, joined)
    _walk_theirs(sides, joined)
    catalog = replace(sides.ours.catalog, tail=_merge_tails(sides))
    text = join(list(joined.pieces(len(catalog.chunks))), catalog, line_end_of(ours or theirs))
    return text, tuple(_report(text, name, joined))


class _Side:
    """A version of the catalog, ready for looking up."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.entries: dict[Key, Entry] = {}
        self.awkward: set[Key] = set()
        """Messages in broken entries or in two places: left as they are."""
        self.stretches: set[str] = set()
        """The text of all broken and doubled entries."""
        for chunk in catalog.chunks:
            if isinstance(chunk, Remnant):
                self.awkward |= set(chunk.keys)
                self.stretches.add(_bare_stretch(chunk))
            else:
                if self.entries.setdefault(chunk.key, chunk) is not chunk:
                    self.awkward.add(chunk.key)
        doubled = [entry for entry in catalog.entries if entry.key in self.awkward]
        self.stretches |= {bare(entry) for entry in doubled}

    def version(self, key: Key) -> Version | None:
        """What stands under a key here."""
        entry = self.entries.get(key)
        return Version(entry, is_suggestion(entry, self.catalog)) if entry else None


class _Sides(NamedTuple):
    base: _Side
    ours: _Side
    theirs: _Side

    def awkward(self, key: Key) -> bool:
        return key in self.ours.awkward or key in self.theirs.awkward

    def settle(self, key: Key) -> Verdict:
        base, ours, theirs = (side.entries.get(key) for side in self)
        if key == HEADER and ours and theirs:
            return settle_header(base, ours, theirs)
        return settle(*(side.version(key) for side in self))


@dataclass(slots=True)
class _Joined:
    """The merged catalog in the making."""

    kept: dict[int, Piece] = field(default_factory=dict)
    """What stands in the place of a chunk of ours."""
    added: dict[int, list[Piece]] = field(default_factory=dict)
    """What comes behind the place of a chunk of ours; -1: before all."""
    buried: list[Piece] = field(default_factory=list)
    """What comes last."""
    conflicts: list[Key] = field(default_factory=list)
    stretches: list[str] = field(default_factory=list)
    """What came from theirs and cannot be used as it is."""

    def add(self, place: int, raw: str) -> None:
        self.added.setdefault(place, []).append(Piece(raw, None, fresh=True))

    def pieces(self, count: int) -> Iterator[Piece]:
        for place in range(-1, count):
            if place in self.kept:
                yield self.kept[place]
            yield from self.added.get(place, ())
        yield from self.buried


def _walk_ours(sides: _Sides, joined: _Joined) -> None:
    """Settle what stands in ours."""
    for place, chunk in enumerate(sides.ours.catalog.chunks):
        if isinstance(chunk, Remnant) or sides.awkward(chunk.key):
            stretch = _bare_stretch(chunk)
            mended = stretch in sides.base.stretches and stretch not in sides.theirs.stretches
            if not mended:
                joined.kept[place] = Piece(chunk.raw, place)
            continue
        verdict = sides.settle(chunk.key)
        if verdict.conflict:
            joined.conflicts.append(chunk.key)
        if verdict.raw and verdict.obsolete is chunk.obsolete:
            same = verdict.raw == bare(chunk)
            raw = chunk.raw if same else blank_lines(chunk.raw) + verdict.raw
            joined.kept[place] = Piece(raw, place, fresh=not same)
        elif verdict.raw and verdict.obsolete:
            joined.buried.append(Piece(verdict.raw, None, fresh=True))
        # An obsolete entry that is live again comes to where it stands in theirs.


def _walk_theirs(sides: _Sides, joined: _Joined) -> None:
    """Settle what stands in theirs alone, or is live in theirs alone."""
    places = {
        chunk.key: place
        for place, chunk in reversed(list(enumerate(sides.ours.catalog.chunks)))
        if isinstance(chunk, Entry) and not chunk.obsolete
    }
    anchor = -1
    known = sides.ours.stretches | sides.base.stretches
    for chunk in sides.theirs.catalog.chunks:
        if isinstance(chunk, Remnant) or sides.awkward(chunk.key):
            stretch = _bare_stretch(chunk)
            if stretch not in known and not _stands_in(stretch, chunk, sides):
                joined.add(anchor, stretch)
                joined.stretches.append(stretch)
            continue
        anchor = places.get(chunk.key, anchor)
        mine = sides.ours.entries.get(chunk.key)
        if mine and not mine.obsolete:
            continue
        verdict = sides.settle(chunk.key)
        if not verdict.raw:
            continue
        if not verdict.obsolete:
            joined.add(anchor, verdict.raw)
        elif not mine:
            joined.buried.append(Piece(verdict.raw, None, fresh=True))


def _stands_in(stretch: str, chunk: Entry | Remnant, sides: _Sides) -> bool:
    """Whether ours has this very entry, or had it when the branches parted."""
    if isinstance(chunk, Remnant):
        return False
    entries = (side.entries.get(chunk.key) for side in (sides.ours, sides.base))
    return any(entry is not None and bare(entry) == stretch for entry in entries)


def _bare_stretch(chunk: Entry | Remnant) -> str:
    if isinstance(chunk, Entry):
        return bare(chunk)
    raw = chunk.raw.replace("\r\n", "\n")
    return raw[len(blank_lines(raw)) :].rstrip("\n") + "\n"


def _merge_tails(sides: _Sides) -> str:
    """The comments behind the last entry: what either side has added is kept."""
    base, ours, theirs = (side.catalog.tail for side in sides)
    if theirs == base or not theirs.strip() or theirs.split() == ours.split():
        return ours
    lines = [line for line in theirs.splitlines() if line not in ours + base]
    if not lines:
        return ours
    end = line_end_of(sides.ours.catalog.text)
    head = ours if not ours or ours.endswith("\n") else ours + end
    return (head or end) + "".join(f"{line}{end}" for line in lines)


def _report(text: str, name: str, joined: _Joined) -> Iterator[Problem]:
    if not joined.conflicts and not joined.stretches:
        return
    catalog = read_po(text, name)
    lines: Mapping[Key, int] = {entry.key: entry.line for entry in catalog.entries}
    for key in joined.conflicts:
        yield Problem(
            name,
            lines.get(key, 0),
            "this message was translated in two ways on the branches that were merged",
            "its comment holds both texts: keep the right one, then delete that comment and"
            " take the fuzzy mark off",
            "warning",
            "po-conflict",
        )
    for stretch in joined.stretches:
        yield Problem(
            name,
            _line_of(stretch, catalog.chunks),
            "a broken or doubled entry came in from the branch that was merged",
            "mend it here, then commit",
            code="po-broken-merge",
        )


def _line_of(stretch: str, chunks: Sequence[Entry | Remnant]) -> int:
    return next((chunk.line for chunk in chunks if stretch in _bare_stretch(chunk)), 0)
