"""Turn three versions of one entry (the common one, ours and theirs) into the one that stands.

A text, its plural and the marks that say whether it is done are chosen together, from one version:
so nothing is ready that was not ready in one of them. Comments, flags and references are merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from ketapub.catalog.compose import (
    Unit,
    Wording,
    bare,
    compose,
    ready_flags,
    tell_texts,
    text_of,
    unit_of,
    wording_of,
    write_comments,
)
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
    def unit(self) -> Unit:
        return unit_of(self.entry)


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
        head = write_comments(comments, ours, theirs)
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
        if wording_of(version.entry) == wanted:
            return Verdict(bare(version.entry), wanted.obsolete)
    raw = compose(wanted, carrier.entry, ours.entry, theirs.entry)
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
) -> Wording:
    old = base.entry if base else None
    mine, yours = ours.entry, theirs.entry
    obsolete = _three(old.obsolete if old else True, mine.obsolete, yours.obsolete)
    plural = _three(old and old.msgid_plural, mine.msgid_plural, yours.msgid_plural) or ""
    unit = carrier.unit
    if unit.msgid_plural != plural:
        entry = carrier.entry
        previous = unit.previous or (entry.msgctxt, entry.msgid, unit.msgid_plural)
        forms = unit.msgstr * 2 if len(unit.msgstr) == 1 else unit.msgstr
        marks = {*unit.marks, "fuzzy"} if forms else ()
        unit = Unit(plural, forms, tuple(sorted(marks)), previous if forms else None)
    comments = _comments(None if conflict else old, mine, yours)
    if conflict:
        unit = unit._replace(marks=tuple(sorted({*unit.marks, "fuzzy"})))
        comments += tell_texts("conflict, text 1", ours.unit.msgstr)
        comments += tell_texts("conflict, text 2", theirs.unit.msgstr)
    if unit.msgstr[1:] and not plural:
        comments += tell_texts("forms of the plural that is gone", unit.msgstr)
        unit = unit._replace(msgstr=unit.msgstr[:1])
    return Wording(
        unit,
        obsolete,
        tuple(dict.fromkeys(comments)),
        _lines("extracted", obsolete, old, mine, yours),
        _lines("reference", obsolete, old, mine, yours),
        _three_sets(ready_flags(old), ready_flags(mine), ready_flags(yours)),
    )


def _three(base: _T, ours: _T, theirs: _T) -> _T:
    return theirs if ours == base else ours


def _three_sets(base: Sequence[_T], ours: Sequence[_T], theirs: Sequence[_T]) -> tuple[_T, ...]:
    """What both kept and what either added, in the order of ours."""
    kept = [each for each in ours if each in theirs or each not in base]
    return (*kept, *(each for each in theirs if each not in ours and each not in base))


def _comments(base: Entry | None, ours: Entry, theirs: Entry) -> tuple[str, ...]:
    return _three_sets(base.comments if base else (), ours.comments, theirs.comments)


def _lines(kind: Kind, obsolete: bool, base: Entry | None, ours: Entry, theirs: Entry) -> str:
    """The extracted comment or the references: they are the source's, so the last word counts."""
    alike = [entry for entry in (ours, theirs) if entry.obsolete is obsolete]
    if len(alike) == 1:
        return text_of(alike[0], kind)
    mine = text_of(ours, kind)
    return text_of(theirs, kind) if base and mine == text_of(base, kind) else mine
