"""Turn what an entry is to say into its text, with the bytes of the entry that it comes from.

A text, its plural and the marks that say whether it is done are one unit: never taken apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ketapub.catalog.join import blank_lines
from ketapub.catalog.part import Kind
from ketapub.catalog.po import Entry
from ketapub.catalog.quoting import quote, write_comment, write_fields
from ketapub.catalog.rewrite import comment_line, write_previous


class _Unit(NamedTuple):
    """What may only be taken together."""

    msgid_plural: str
    msgstr: tuple[str, ...]
    marks: tuple[str, ...]
    previous: tuple[str | None, str, str] | None


class _Wanted(NamedTuple):
    """What the entry is to say."""

    unit: _Unit
    obsolete: bool
    comments: tuple[str, ...]
    extracted: str
    references: str
    flags: tuple[str, ...]


def bare(entry: Entry) -> str:
    """An entry as it stands, without the blank lines around it and with line feeds alone."""
    raw = entry.raw
    return raw[len(blank_lines(raw)) :].replace("\r\n", "\n").rstrip() + "\n"


def _said(version: Version) -> _Wanted:
    """What a version says, to compare with what is wanted."""
    entry = version.entry
    return _Wanted(
        version.unit,
        entry.obsolete,
        entry.comments,
        "" if entry.obsolete else _text(entry, "extracted"),
        "" if entry.obsolete else _text(entry, "reference"),
        _ready(entry),
    )


def _write(wanted: _Wanted, carrier: Entry) -> str:
    unit = wanted.unit
    text = wanted.extracted + wanted.references
    marks = sorted(unit.marks, key=lambda mark: mark != "fuzzy")
    if flags := (*marks, *wanted.flags):
        text += f"#, {', '.join(flags)}\n"
    if unit.previous:
        text += write_previous(unit.previous, "#~| " if wanted.obsolete else "#| ")
    same_form = carrier.obsolete is wanted.obsolete and carrier.msgid_plural == unit.msgid_plural
    if same_form:
        parts = [p.raw for p in carrier.parts if p.kind.startswith("msg") and not p.previous]
        return text + "".join(parts).replace("\r\n", "\n").rstrip("\n") + "\n"
    forms = carrier.msgstr or ("",)
    if unit.msgid_plural and len(forms) == 1:
        forms = (*forms, *forms)
    prefix = "#~ " if wanted.obsolete else ""
    return text + write_fields(carrier.msgctxt, carrier.msgid, unit.msgid_plural, forms, prefix)


def _write_comments(comments: Sequence[str], *entries: Entry) -> str:
    """Translators' comments, each as it stands in one of the entries, or in our form."""
    known = {p.text: comment_line(p) for e in entries for p in e.parts if p.kind == "comment"}
    lines = [known.get(text) or write_comment("#", text) for text in comments]
    return "".join(lines).replace("\r\n", "\n")


def _tell(msgstr: Sequence[str], number: int) -> tuple[str, ...]:
    """The comment lines that keep one text of a conflict."""
    if len(msgstr) == 1:
        return (f'conflict, text {number}: "{quote(msgstr[0])}"',)
    return tuple(
        f'conflict, text {number}, msgstr[{form}]: "{quote(text)}"'
        for form, text in enumerate(msgstr)
    )


def _ready(entry: Entry | None) -> tuple[str, ...]:
    """The flags, sticky or not, that say nothing about how far the work is."""
    if entry is None:
        return ()
    words = (*entry.flags, *entry.sticky)
    return tuple(dict.fromkeys(word for word in words if word not in entry.marks))


def _text(entry: Entry, kind: Kind) -> str:
    raw = "".join([part.raw for part in entry.parts if part.kind == kind])
    return raw.replace("\r\n", "\n")
