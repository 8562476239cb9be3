"""Turn three versions of one entry (the common one, ours and theirs) into the one that stands.

A text, its plural and the marks that say whether it is done are chosen together, from one version:
so nothing is ready that was not ready in one of them. Comments, flags and references are merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from ketapub.catalog.header import merge_lines, read_lines, with_lines
from ketapub.catalog.part import Kind
from ketapub.catalog.po import Entry
from ketapub.catalog.rewrite import bury

_T = TypeVar("_T")


class Verdict(NamedTuple):
    """What becomes of an entry."""

    raw: str
    """Its text, without blank lines before it; empty: the entry goes."""
    obsolete: bool = False
    conflict: bool = False
    """Both sides wrote something else: it is fuzzy, and a comment tells both texts."""


@dataclass(frozen=True, slots=True)
class Version:
    """An entry on one side."""

    entry: Entry
    light: bool = False
    """Its text is a suggestion of ours: no work is lost with it."""

    @property
    def unit(self) -> _Unit:
        entry = self.entry
        if entry.blank:
            return _Unit(entry.msgid_plural, (), (), None)
        return _Unit(entry.msgid_plural, entry.msgstr, entry.marks, entry.previous)


def settle(base: Version | None, ours: Version | None, theirs: Version | None) -> Verdict:
    """The entry that stands, given what the three versions have under its key (None: nothing)."""
    if ours and theirs:
        return _settle_both(base, ours, theirs)
    left = ours or theirs
    if left is None:
        return Verdict("")
    entry = left.entry
    if base is None or (base.entry.obsolete and not entry.obsolete):
        return Verdict(bare(entry), entry.obsolete)
    # One side took it out: what the other has written since is kept, as obsolete.
    written = left.unit != base.unit or set(entry.comments) - set(base.entry.comments)
    empty = left.light or (entry.blank and not entry.comments)
    if not written or empty:
        return Verdict("")
    return Verdict(bare(entry) if entry.obsolete else bury(entry), obsolete=True)


def settle_header(base: Entry | None, ours: Entry, theirs: Entry) -> Verdict:
    """The header that stands; it is never a conflict."""
    old = read_lines(base.msgstr[0]) if base else {}
    lines = merge_lines(old, read_lines(ours.msgstr[0]), read_lines(theirs.msgstr[0]))
    comments = _comments(base, ours, theirs)
    head, entry = "", ours
    if comments != ours.comments:
        head = _write_comments(comments, ours, theirs)
        entry = replace(ours, parts=tuple(p for p in ours.parts if p.kind != "comment"))
    return Verdict(head + bare(replace(entry, parts=with_lines(entry, lines))))


def _settle_both(base: Version | None, ours: Version, theirs: Version) -> Verdict:
    mine, yours = bare(ours.entry), bare(theirs.entry)
    old = bare(base.entry) if base else None
    if mine == yours or yours == old:
        return Verdict(mine, ours.entry.obsolete)
    if mine == old:
        return Verdict(yours, theirs.entry.obsolete)
    carrier, conflict = _choose(base, ours, theirs)
    wanted = _want(base, ours, theirs, carrier, conflict)
    for version in (carrier, ours, theirs):
        if _said(version) == wanted:
            return Verdict(bare(version.entry), wanted.obsolete)
    head = _write_comments(wanted.comments, ours.entry, theirs.entry)
    raw = head + _write(wanted, carrier.entry)
    return Verdict(raw, wanted.obsolete, conflict)


def _choose(base: Version | None, ours: Version, theirs: Version) -> tuple[Version, bool]:
    """The version whose text stands, and whether the other text is as good."""
    mine, yours = ours.unit, theirs.unit
    if mine == yours or (base and yours == base.unit):
        return ours, False
    if base and mine == base.unit:
        return theirs, False
    for poor, rich in ((theirs, ours), (ours, theirs)):
        if poor.light or not poor.unit.msgstr:
            return rich, False
    if mine.msgstr == yours.msgstr:
        return (ours if mine.marks else theirs), False
    return (theirs if mine.marks and not yours.marks else ours), True


def _want(
    base: Version | None, ours: Version, theirs: Version, carrier: Version, conflict: bool
) -> _Wanted:
    old = base.entry if base else None
    mine, yours = ours.entry, theirs.entry
    obsolete = _three(old.obsolete if old else True, mine.obsolete, yours.obsolete)
    plural = _three(old and old.msgid_plural, mine.msgid_plural, yours.msgid_plural) or ""
    unit = carrier.unit
    if unit.msgid_plural != plural:
        entry = carrier.entry
        previous = unit.previous or (entry.msgctxt, entry.msgid, unit.msgid_plural)
        forms, marks = unit.msgstr, {*unit.marks, "fuzzy"} if unit.msgstr else ()
        unit = _Unit(plural, forms, tuple(sorted(marks)), previous if forms else None)
    comments = _comments(None if conflict else old, mine, yours)
    if conflict:
        unit = unit._replace(marks=tuple(sorted({*unit.marks, "fuzzy"})))
        told = _tell(ours.unit.msgstr, 1) + _tell(theirs.unit.msgstr, 2)
        comments = tuple(dict.fromkeys((*comments, *told)))
    return _Wanted(
        unit,
        obsolete,
        comments,
        "" if obsolete else _lines("extracted", old, mine, yours),
        "" if obsolete else _lines("reference", old, mine, yours),
        _three_sets(_ready(old), _ready(mine), _ready(yours)),
    )


def _three(base: _T, ours: _T, theirs: _T) -> _T:
    return theirs if ours == base else ours


def _three_sets(base: Sequence[_T], ours: Sequence[_T], theirs: Sequence[_T]) -> tuple[_T, ...]:
    """What both kept and what either added, in the order of ours."""
    kept = [each for each in ours if each in theirs or each not in base]
    return (*kept, *(each for each in theirs if each not in ours and each not in base))


def _comments(base: Entry | None, ours: Entry, theirs: Entry) -> tuple[str, ...]:
    return _three_sets(base.comments if base else (), ours.comments, theirs.comments)


def _lines(kind: Kind, base: Entry | None, ours: Entry, theirs: Entry) -> str:
    """The extracted comment or the references: they are the source's, so the last word counts."""
    live = [entry for entry in (ours, theirs) if not entry.obsolete]
    if len(live) == 1:
        return _text(live[0], kind)
    mine = _text(ours, kind)
    return _text(theirs, kind) if base and mine == _text(base, kind) else mine
