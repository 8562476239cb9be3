"""Turn two versions of a catalog into the msgids that a person altered in between.

A msgid says which source text a translation is of. Altered by hand, it is one of no source text,
or, worse, of one that says something else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ketapub.catalog.po import HEADER, Catalog, Entry, Remnant
from ketapub.catalog.suggestion import likest
from ketapub.errors import Problem
from ketapub.message import Key

CODE = "msgid-altered"
_HINT = (
    "put the lines of the msgid back as they were and translate in msgstr;"
    " where the source text itself is wrong, change it in source/ and run ketapub update"
)


def find_altered(
    old: Catalog, new: Catalog, wanted: Collection[Key], *, sources_fixed: bool
) -> Iterator[Problem]:
    """An error for each msgid that came or went otherwise than by an update.

    `wanted` are the messages of the sources as they are now. With `sources_fixed` (they have not
    changed since `old`) a ready translation may not have moved to another source text either:
    that too is how an altered msgid looks, where the sources were ahead of the catalog.
    """
    before, now = _live(old), _live(new)
    went = {key: entry for key, entry in before.items() if key not in now}
    broken = any(isinstance(chunk, Remnant) for chunk in new.chunks)
    lost = {key: entry for key, entry in went.items() if key in wanted}
    for key, entry in now.items():
        if key in before:
            continue
        if key not in wanted:
            was = _predecessor(entry, lost)
            lost.pop(was.key if was else key, None)
            told = f"; it was “{_short(was.msgid)}”" if was else ""
            text = f"this source text (msgid) was altered: no source says it{told}"
            yield Problem(new.name, entry.line, text, _HINT, code=CODE)
        elif sources_fixed and (was := _moved_from(entry, went)):
            text = f"this ready translation is that of another source text: “{_short(was.msgid)}”"
            yield Problem(new.name, entry.line, text, _HINT, code=CODE)
    if broken:
        return  # it may hold what seems to be gone, and is reported by itself
    for entry in (each for each in lost.values() if not each.blank):
        hint = "bring the entry back from git: ketapub update would add it without translation"
        text = f"the entry of “{_short(entry.msgid)}” was deleted"
        yield Problem(new.name, 0, text, hint, code=CODE)


def _live(catalog: Catalog) -> Mapping[Key, Entry]:
    entries = catalog.entries
    return {e.key: e for e in entries if not e.obsolete and e.key != HEADER}


def _predecessor(entry: Entry, lost: Mapping[Key, Entry]) -> Entry | None:
    """What an altered entry was, as far as that can be told."""
    same = [e for e in lost.values() if e.msgstr == entry.msgstr and not e.blank]
    if same:
        return same[0]
    choices = list(lost.values())
    return next((choices[n] for n in likest(entry.msgid, [e.msgid for e in choices])), None)


def _moved_from(entry: Entry, went: Mapping[Key, Entry]) -> Entry | None:
    if entry.blank or entry.unready:
        return None
    return next((e for e in went.values() if e.msgstr == entry.msgstr), None)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
