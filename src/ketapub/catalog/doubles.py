"""Turn the entries that a catalog has for one message into one entry that holds all they say.

A text that was the only one stays as ready as it was; of several, the later stands, fuzzy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ketapub.catalog.compose import Wording, bare, compose, tell_texts, unit_of, wording_of
from ketapub.catalog.header import read_lines, with_lines
from ketapub.catalog.po import Entry


def unite_entries(entries: Sequence[Entry], header: bool = False) -> str:
    """The text of the one entry, with line feeds alone; `header`: they are headers."""
    live = [entry for entry in entries if not entry.obsolete]
    if header and live:
        return _unite_headers(live, entries)
    carrier = _carrier(live or entries)
    spare = [entry for entry in entries if entry.obsolete and live]
    if carrier.blank and spare:
        carrier = _carrier(spare)
    texts = _distinct([*(live or entries), *(spare if carrier.obsolete else ())])
    wording = wording_of(carrier)
    marks = set(wording.unit.marks)
    comments = [comment for entry in entries for comment in entry.comments]
    if len(texts) > 1:
        marks.add("fuzzy")
        for number, (_plural, msgstr) in enumerate(texts, 1):
            comments += tell_texts(f"duplicate, text {number}", msgstr)
    elif texts:
        marks |= {mark for entry in entries if _text(entry) == texts[0] for mark in entry.marks}
    for _plural, msgstr in _distinct(spare):
        if all(msgstr != known for _, known in texts):
            comments += tell_texts("obsolete text", msgstr)
    model = wording_of((live or entries)[0])
    united = Wording(
        wording.unit._replace(marks=tuple(sorted(marks))),
        model.obsolete,
        tuple(dict.fromkeys(comments)),
        next((w.extracted for w in map(wording_of, entries) if w.extracted), ""),
        next((w.references for w in map(wording_of, entries) if w.references), ""),
        tuple(dict.fromkeys(flag for entry in entries for flag in wording_of(entry).flags)),
    )
    return compose(united, carrier, *entries)


def _carrier(entries: Sequence[Entry]) -> Entry:
    """The last entry with a text; where all texts are one, the first, for its bytes."""
    full = [entry for entry in entries if not entry.blank]
    if not full:
        return entries[0]
    return full[0] if len(_distinct(full)) == 1 else full[-1]


def _text(entry: Entry) -> tuple[str, tuple[str, ...]]:
    unit = unit_of(entry)
    return unit.msgid_plural, unit.msgstr


def _distinct(entries: Sequence[Entry]) -> list[tuple[str, tuple[str, ...]]]:
    return list(dict.fromkeys(_text(entry) for entry in entries if not entry.blank))


def _unite_headers(live: Sequence[Entry], entries: Sequence[Entry]) -> str:
    """The first header with the fields that it lacks; what others say otherwise, in its comment."""
    first = live[0]
    lines = read_lines(first.msgstr[0])
    comments = [comment for entry in entries for comment in entry.comments]
    for entry in entries[1:]:
        for name, line in read_lines(entry.msgstr[0]).items():
            if lines.setdefault(name, line) != line:
                comments.append(f"second header: {line}")
    body = replace(first, parts=with_lines(first, lines.values()))
    entry = replace(first, msgstr=("".join(f"{line}\n" for line in lines.values()),))
    if tuple(comments) == first.comments:
        return bare(body)
    wording = wording_of(entry)._replace(comments=tuple(dict.fromkeys(comments)))
    return compose(wording, replace(body, msgstr=entry.msgstr), *entries)
