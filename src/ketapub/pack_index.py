"""Turn the languages of a region's pack into the print task of its index: a sheet to point at.

Staff and reader look at it together: each language stands there in its own name and letters, and in
the language that staff work in, with what the pack holds in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ketapub.edition import PAGE, Listed
from ketapub.fonts import families_css
from ketapub.handout import PrintTask
from ketapub.language import language_name
from ketapub.page import Frame, is_hidden, shared_values
from ketapub.site import place_text
from ketapub.templates import Words, render

NAME = "00 Index.pdf"
"""It sorts before all folders."""
_SIZES = (13.0, 12.0, 11.0, 10.0, 9.0)
_A_SIDE = 5
"""Languages that a side holds: few enough to point at from across a table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One language of a pack."""

    words: Words
    """In that language."""
    name: str
    """Its name in the language of the staff."""
    labels: tuple[str, ...]
    """What the pack holds in it."""
    unreviewed: bool


def index_rows(
    frame: Frame,
    staff: Words,
    listed: Sequence[tuple[Listed, Words]],
    files: Collection[str],
) -> tuple[Row, ...]:
    """A row for each language of a region, with the words of that language; `files`: by path."""
    rows: dict[str, Row] = {}
    for each, words in listed:
        tag = each.address.language.tag
        found = [o.name for o in each.outputs if o.name != PAGE and o.path in files]
        labels = [str(staff.text(frame.labels[name])) for name in found if name in frame.labels]
        if labels:
            before = rows[tag].labels if tag in rows else ()
            rows[tag] = Row(
                words,
                language_name(tag, staff.language.tag),
                tuple(dict.fromkeys((*before, *labels))),
                is_hidden(each, frame.publication),
            )
    return tuple(rows.values())


def index_task(
    frame: Frame, staff: Words, first: Listed, rows: Iterable[Row], styles: str, paper: str
) -> PrintTask:
    """The print task of `00 Index.pdf`, in the language of the staff."""
    rows = tuple(rows)
    languages = dict.fromkeys((staff.language, *(row.words.language for row in rows)))
    values = shared_values(frame, staff, "") | {
        "place": place_text(first.chain, staff.language.tag),
        "rows": rows,
    }
    return PrintTask(
        html=render(frame.env, "site/pack_index.html", values),
        css=styles + families_css((lang.tag, lang.script) for lang in languages),
        direction=staff.language.direction,
        paper=paper,
        name=f"packs/{first.address.region}/{NAME}",
        max_sheets=-(-len(rows) // _A_SIDE),
        sizes=_SIZES,
    )
