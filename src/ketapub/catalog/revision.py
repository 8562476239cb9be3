"""Turn a catalog and what some of its entries are to say into the catalog that says so.

Every other entry keeps its bytes, and so do the parts of a revised one that need no change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ketapub.catalog.compose import compose, wording_of
from ketapub.catalog.join import Piece, blank_lines, join, line_end_of
from ketapub.catalog.po import Catalog, Entry, read_po
from ketapub.catalog.rewrite import refresh
from ketapub.message import Key, Message


class Revision(NamedTuple):
    """What an entry is to say."""

    msgstr: tuple[str, ...]
    ready: bool
    """Whether it is done; otherwise it is fuzzy."""
    comments: tuple[str, ...]
    """All of the translator's comments."""


def revise_entries(
    catalog: Catalog, revisions: Mapping[int, Revision], messages: Mapping[Key, Message]
) -> str:
    """The text of the catalog with these revisions, by place among its chunks.

    `messages` are those of the domain: an entry that is done loses its line on what has changed.
    """
    pieces = []
    for place, chunk in enumerate(catalog.chunks):
        revision = revisions.get(place)
        if revision is None or not isinstance(chunk, Entry):
            pieces.append(Piece(chunk.raw, place))
            continue
        raw = _revise(chunk, revision)
        message = messages.get(chunk.key)
        if message and not chunk.obsolete:
            (entry,) = read_po(raw, "").entries
            raw = refresh(entry, message)
        pieces.append(Piece(blank_lines(chunk.raw) + raw, place, fresh=True))
    return join(pieces, catalog, line_end_of(catalog.text))


def _revise(entry: Entry, revision: Revision) -> str:
    wording = wording_of(entry)
    unit = wording.unit._replace(msgstr=revision.msgstr)
    if not any(map(str.strip, revision.msgstr)):
        unit = unit._replace(msgstr=(), marks=(), previous=None)
    elif revision.ready:
        unit = unit._replace(marks=(), previous=None)
    else:
        unit = unit._replace(marks=tuple(sorted({*unit.marks, "fuzzy"})))
    return compose(wording._replace(unit=unit, comments=revision.comments), entry)
