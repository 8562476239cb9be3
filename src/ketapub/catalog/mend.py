"""Turn a catalog that tools stumble over into one that they read, and say what was mended.

Only the form is touched: no translation is dropped or made ready, and what finds no place is kept
in a comment. A merge conflict is left for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ketapub.catalog.compose import Unit, bare, compose, tell_texts, wording_of
from ketapub.catalog.doubles import unite_entries
from ketapub.catalog.edges import same_edges
from ketapub.catalog.header import (
    PluralLanguage,
    is_foreign,
    mend_lines,
    read_lines,
    with_lines,
)
from ketapub.catalog.join import Piece, blank_lines, join, line_end_of
from ketapub.catalog.po import HEADER, Catalog, Entry, Remnant, read_po, sticky_words
from ketapub.catalog.quoting import write_comment
from ketapub.catalog.salvage import salvage
from ketapub.catalog.template import render_header
from ketapub.errors import Problem
from ketapub.message import Key

_TOLD = frozenset({"po-bom", "po-syntax", "po-duplicate", "po-newline"})
"""Faults that are told of where a catalog is read, or by a check of its translations."""


def mend(text: str, name: str, language: PluralLanguage) -> tuple[str, tuple[Problem, ...]]:
    """The mended catalog and a note on each fault that was mended, with its line in `text`.

    Mended are: a byte order mark, broken stretches, `#=` flags and the `# = ...` comments that
    older gettext makes of them, messages that stand twice, msgstr that begin or end otherwise than
    their msgid as to line feeds, headers that are missing, incomplete or announce a wrong
    Plural-Forms, and dates in another form than gettext's. mend(mend(x)) is mend(x).
    """
    catalog = read_po(text, name)
    items, notes = _mend(catalog, language)
    if not notes:
        return catalog.text, ()
    end = line_end_of(catalog.text)
    return join([item.piece() for item in items], catalog, end), notes


def find_mendable(catalog: Catalog, language: PluralLanguage) -> Iterator[Problem]:
    """A note on each fault that `mend` would mend and that nothing else tells of."""
    return (note for note in _mend(catalog, language)[1] if note.code not in _TOLD)


def _mend(catalog: Catalog, language: PluralLanguage) -> tuple[list[_Item], tuple[Problem, ...]]:
    work = _Work(catalog, language, [])
    if any(problem.code == "po-bom" for problem in catalog.problems):
        work.note(1, "po-bom", "the file begins with a byte order mark")
    items = [_Item(chunk, place) for place, chunk in enumerate(catalog.chunks)]
    items, stray = _mend_stretches(work, items)
    items = [_mend_entry(work, item) for item in items]
    items = _mend_doubles(work, items)
    items = _mend_header(work, items, stray)
    return items, tuple(sorted(work.notes))


@dataclass(frozen=True, slots=True)
class _Item:
    """A chunk of the catalog on its way."""

    chunk: Entry | Remnant
    place: int | None
    raw: str | None = None
    """Its new text, with line feeds alone; None: as it was."""

    def entry(self) -> Entry | None:
        return self.chunk if isinstance(self.chunk, Entry) else None

    def rewritten(self, raw: str) -> _Item:
        """With another text, in the same place."""
        (entry,) = read_po(raw, "").entries
        return _Item(replace(entry, line=self.chunk.line), self.place, raw)

    def piece(self) -> Piece:
        if self.raw is None:
            return Piece(self.chunk.raw, self.place)
        return Piece(self.raw, self.place, fresh=True)


@dataclass(frozen=True, slots=True)
class _Work:
    catalog: Catalog
    language: PluralLanguage
    notes: list[Problem]

    def note(self, line: int, code: str, message: str) -> None:
        self.notes.append(Problem(self.catalog.name, line, message, "", "note", code))

    @property
    def foreign(self) -> bool:
        """Whether the header is that of another language: then its plural forms are none of ours."""
        return is_foreign(self.catalog.header.get("Language", ""), self.language.locale)


def _mend_stretches(work: _Work, items: Iterable[_Item]) -> tuple[list[_Item], list[str]]:
    taken: set[Key] = {entry.key for entry in work.catalog.entries}
    mended: list[_Item] = []
    stray: list[str] = []
    for item in items:
        found = None
        if isinstance(item.chunk, Remnant):
            found = salvage(item.chunk, work.language.nplurals, taken)
        if found is None:
            mended.append(item)
            continue
        work.note(item.chunk.line, "po-syntax", "this cannot be read, and is kept as a comment")
        stray += found.comments
        if found.entry:
            saved = item.rewritten(blank_lines(item.chunk.raw) + found.entry)
            mended.append(saved)
            taken |= {entry.key for entry in [saved.entry()] if entry}
    return mended, stray


def _mend_entry(work: _Work, item: _Item) -> _Item:
    """Flags, plural forms and line feeds of one entry."""
    entry = item.entry()
    if entry is None or _is_sound(work, entry):
        return item
    wording = wording_of(entry)
    comments = tuple(text for text in entry.comments if not sticky_words(text))
    words = [word for text in entry.comments for word in sticky_words(text)]
    if entry.sticky or words:
        work.note(entry.line, "po-flags", "flags stand behind `#=`, where few tools look")
        flags = dict.fromkeys([*wording.flags, *(word for word in words if word != "fuzzy")])
        wording = wording._replace(comments=comments, flags=tuple(flags))
    if entry.msgid and not entry.blank:
        unit, told = _mend_forms(work, entry, wording.unit)
        wording = wording._replace(unit=unit, comments=(*wording.comments, *told))
    if wording == wording_of(entry) and not entry.sticky:
        return item
    return item.rewritten(blank_lines(entry.raw) + compose(wording, entry))


def _is_sound(work: _Work, entry: Entry) -> bool:
    """Whether there is surely nothing to mend: the short way for nearly every entry."""
    if entry.msgid_plural or any(part.kind == "sticky" for part in entry.parts):
        return False
    if any(part.kind == "comment" and part.text.startswith("=") for part in entry.parts):
        return False
    return entry.blank or all(same_edges(entry.msgid, form) == form for form in entry.msgstr)


def _mend_forms(work: _Work, entry: Entry, unit: Unit) -> tuple[Unit, tuple[str, ...]]:
    told: tuple[str, ...] = ()
    want = work.language.nplurals
    if unit.msgid_plural and len(unit.msgstr) != want and not work.foreign:
        left = unit.msgstr[want:]
        if set(left) - set(unit.msgstr[:want]):
            told = tell_texts("plural forms that have no place", unit.msgstr)
            unit = unit._replace(marks=tuple(sorted({*unit.marks, "fuzzy"})))
        forms = (*unit.msgstr[:want], *("",) * (want - len(unit.msgstr)))
        unit = unit._replace(msgstr=forms)
        work.note(
            entry.line,
            "po-plural-forms",
            f"the language has {want} plural forms, this entry another number",
        )
    edged = tuple(same_edges(entry.msgid, form) for form in unit.msgstr)
    if edged != unit.msgstr:
        unit = unit._replace(msgstr=edged)
        work.note(
            entry.line, "po-newline", "msgid and msgstr begin or end with different line breaks"
        )
    return unit, told


def _mend_doubles(work: _Work, items: list[_Item]) -> list[_Item]:
    """Each message once, in its first place; live before obsolete."""
    groups: dict[Key, list[int]] = {}
    for position, item in enumerate(items):
        if entry := item.entry():
            groups.setdefault(entry.key, []).append(position)
    mended = dict(enumerate(items))
    for key, positions in groups.items():
        if len(positions) < 2:
            continue
        entries = [entry for n in positions if (entry := items[n].entry())]
        raw = unite_entries(entries, header=key == HEADER)
        live = [n for n in positions if (entry := items[n].entry()) and not entry.obsolete]
        first = (live or positions)[0]
        for position in positions:
            mended.pop(position)
        mended[first] = items[first].rewritten(blank_lines(items[first].chunk.raw) + raw)
        work.note(entries[1].line, "po-duplicate", "this message stands in the catalog twice")
    return [mended[position] for position in sorted(mended)]


def _mend_header(work: _Work, items: list[_Item], stray: list[str]) -> list[_Item]:
    """A whole header, in its place at the top, with the lines that have no other place."""
    place = next((n for n, item in enumerate(items) if _is_header(item)), None)
    if place is None:
        if any(isinstance(i.chunk, Remnant) and HEADER in i.chunk.keys for i in items):
            return items  # two versions of it, for a person to choose from
        domain = PurePosixPath(work.catalog.name).stem
        raw = render_header(domain, work.language.locale, work.language.plural_forms)
        raw = "".join(write_comment("#", line) for line in stray) + raw
        work.note(1, "po-header", "the header is missing")
        return [_Item(read_po(raw, "").entries[0], None, raw), *items]
    item = items[place]
    entry = item.entry()
    assert entry
    before = read_lines(entry.msgstr[0])
    after, notes = mend_lines(before, work.language, foreign=work.foreign)
    for message in notes:
        work.note(entry.line, "po-header", message)
    if notes or stray:
        body = replace(entry, parts=with_lines(entry, after.values()))
        head = "".join(write_comment("#", line) for line in stray)
        items[place] = item.rewritten(blank_lines(entry.raw) + head + bare(body))
    return items


def _is_header(item: _Item) -> bool:
    entry = item.entry()
    return entry is not None and entry.key == HEADER and not entry.obsolete
