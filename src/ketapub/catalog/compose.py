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


class Unit(NamedTuple):
    """What may only be taken together."""

    msgid_plural: str
    msgstr: tuple[str, ...]
    marks: tuple[str, ...]
    previous: tuple[str | None, str, str] | None


class Wording(NamedTuple):
    """What an entry says."""

    unit: Unit
    obsolete: bool
    comments: tuple[str, ...]
    extracted: str
    references: str
    flags: tuple[str, ...]
    """Those that say nothing about how far the work is."""


def bare(entry: Entry) -> str:
    """An entry as it stands, without the blank lines around it and with line feeds alone."""
    raw = entry.raw
    return raw[len(blank_lines(raw)) :].replace("\r\n", "\n").rstrip() + "\n"


def unit_of(entry: Entry) -> Unit:
    """What an entry says of its message; without a text, nothing is marked."""
    if entry.blank:
        return Unit(entry.msgid_plural, (), (), None)
    return Unit(entry.msgid_plural, entry.msgstr, entry.marks, entry.previous)


def wording_of(entry: Entry) -> Wording:
    """All that an entry says."""
    return Wording(
        unit_of(entry),
        entry.obsolete,
        entry.comments,
        text_of(entry, "extracted"),
        text_of(entry, "reference"),
        ready_flags(entry),
    )


def compose(wording: Wording, carrier: Entry, *others: Entry) -> str:
    """An entry that says this. Its fields keep the bytes that they have in `carrier`.

    Comments keep those that they have in any of the entries. Without a text in the wording the
    entry is untranslated.
    """
    unit = wording.unit
    text = write_comments(wording.comments, carrier, *others)
    text += wording.extracted + wording.references
    marks = sorted(unit.marks, key=lambda mark: mark != "fuzzy")
    if flags := (*marks, *wording.flags):
        text += f"#, {', '.join(flags)}\n"
    if unit.previous:
        text += write_previous(unit.previous, "#~| " if wording.obsolete else "#| ")
    own = unit_of(carrier)
    same = (own.msgid_plural, own.msgstr) == (unit.msgid_plural, unit.msgstr)
    if same and carrier.obsolete is wording.obsolete:
        parts = [p.raw for p in carrier.parts if p.kind.startswith("msg") and not p.previous]
        return text + "".join(parts).replace("\r\n", "\n").rstrip("\n") + "\n"
    forms = unit.msgstr or ("",) * len(carrier.msgstr)
    prefix = "#~ " if wording.obsolete else ""
    return text + write_fields(carrier.msgctxt, carrier.msgid, unit.msgid_plural, forms, prefix)


def write_comments(comments: Sequence[str], *entries: Entry) -> str:
    """Translators' comments, each as it stands in one of the entries, or in our form."""
    known = {p.text: comment_line(p) for e in entries for p in e.parts if p.kind == "comment"}
    lines = [known.get(text) or write_comment("#", text) for text in comments]
    return "".join(lines).replace("\r\n", "\n")


def tell_texts(said: str, msgstr: Sequence[str]) -> tuple[str, ...]:
    """The comment lines that keep a text which has no other place, each form on its own."""
    if len(msgstr) == 1:
        return (f'{said}: "{quote(msgstr[0])}"',)
    return tuple(f'{said}, msgstr[{form}]: "{quote(text)}"' for form, text in enumerate(msgstr))


def ready_flags(entry: Entry | None) -> tuple[str, ...]:
    """The flags, sticky or not, that say nothing about how far the work is."""
    if entry is None:
        return ()
    words = (*entry.flags, *entry.sticky)
    return tuple(dict.fromkeys(word for word in words if word not in entry.marks))


def text_of(entry: Entry, kind: Kind) -> str:
    """The lines of one kind of comment as they stand, with line feeds alone."""
    raw = "".join([part.raw for part in entry.parts if part.kind == kind])
    return raw.replace("\r\n", "\n")
