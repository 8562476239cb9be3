"""Turn one entry of a catalog into what a person makes of it; every other byte of the file stays."""

from __future__ import annotations

from collections.abc import Callable

from ketapub.catalog.compose import Wording, compose, wording_of
from ketapub.catalog.drafts import is_marked
from ketapub.catalog.join import blank_lines
from ketapub.catalog.po import Entry, read_po
from ketapub.message import Key


class StaleError(Exception):
    """The catalog no longer says what the person has read."""


def change_text(text: str, key: Key, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """The catalog with another translation of a message, which is then no machine's draft.

    Raises StaleError where the catalog does not say `old` any more.
    """

    def change(wording: Wording) -> Wording:
        comments = tuple(line for line in wording.comments if not is_marked((line,)))
        unit = wording.unit._replace(msgstr=new)
        return wording._replace(unit=unit, comments=comments)

    return _edit(text, key, old, change)


def mark_unsafe(text: str, key: Key, old: tuple[str, ...], comment: str) -> str:
    """The catalog with a message made fuzzy, so that it is not published, and a comment on why.

    Raises StaleError where the catalog does not say `old` any more.
    """

    def change(wording: Wording) -> Wording:
        marks = tuple(sorted({*wording.unit.marks, "fuzzy"}))
        comments = (*wording.comments, *comment.splitlines())
        return wording._replace(unit=wording.unit._replace(marks=marks), comments=comments)

    return _edit(text, key, old, change)


def _edit(text: str, key: Key, old: tuple[str, ...], change: Callable[[Wording], Wording]) -> str:
    catalog = read_po(text, "")
    found = [e for e in catalog.entries if e.key == key and not e.obsolete]
    if len(found) != 1 or found[0].msgstr != old:
        raise StaleError
    (entry,) = found
    raws = [_written(entry, change) if c is entry else c.raw for c in catalog.chunks]
    return "".join(raws) + catalog.tail


def _written(entry: Entry, change: Callable[[Wording], Wording]) -> str:
    raw = compose(change(wording_of(entry)), entry)
    ending = len(entry.raw) - len(entry.raw.rstrip("\r\n"))
    raw = raw.rstrip("\n").replace("\n", "\r\n" if "\r\n" in entry.raw else "\n")
    return blank_lines(entry.raw) + raw + (entry.raw[-ending:] if ending else "")
