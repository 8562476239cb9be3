"""Turn the fix of a typo in a source text into translations that go on being ready.

A person says which texts mean the same; nothing is believed where a number, a negation, a
placeholder or the target of a link differs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ketapub.catalog.part import Part
from ketapub.catalog.po import Catalog, Entry, Remnant
from ketapub.catalog.quoting import write_field
from ketapub.catalog.suggestion import is_suggestion, likest, misleads
from ketapub.catalog.worddiff import word_diff
from ketapub.message import Key, Message

_TARGET = re.compile(r"\]\([^()\s]*|\]\[[^\]]*|<[^<>\s]+>|\bhttps?://[^\s)>\]]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source text that seems to have been reworded."""

    old: str
    new: str
    diff: str
    """The words that changed, in the manner of wdiff."""
    allowed: bool
    """False: a number, negation, placeholder or link target differs, and it is never carried."""


def keeps_meaning(old: str, new: str) -> bool:
    """Whether nothing speaks against two English texts meaning the same."""
    return not misleads(old, new) and sorted(_TARGET.findall(old)) == sorted(_TARGET.findall(new))


def propose_same_meaning(
    messages: Sequence[Message], catalogs: Sequence[Catalog]
) -> tuple[Proposal, ...]:
    """The pairs of texts that a person may call the same, in the order of the messages.

    `catalogs` are those of the domain, in any locales, as they were before or after an update; its
    old template may be one of them. Pass the pairs that the person confirms to `merge`.
    """
    wanted = {message.key for message in messages}
    found: dict[tuple[str, str], None] = {}
    for message in messages:
        for catalog in catalogs:
            if old := _predecessor(message, catalog, wanted):
                found.setdefault((old, message.msgid))
    return tuple(
        Proposal(old, new, word_diff(old, new), keeps_meaning(old, new)) for old, new in found
    )


def _predecessor(message: Message, catalog: Catalog, wanted: Collection[Key]) -> str:
    live = {entry.key: entry for entry in catalog.entries if not entry.obsolete}
    if entry := live.get(message.key):
        previous = entry.previous if entry.fuzzy else None
        return previous[1] if previous and previous[1] != message.msgid else ""
    gone = [e for key, e in live.items() if key not in wanted and key[0] == message.msgctxt]
    choices = [entry.msgid for entry in gone if entry.msgid]
    return next((choices[n] for n in likest(message.msgid, choices)), "")


def carry_over(
    catalog: Catalog, messages: Sequence[Message], same_meaning: Mapping[str, str]
) -> tuple[Catalog, tuple[tuple[str, str], ...]]:
    """The catalog with the msgids of `same_meaning` (old to new) renewed, and the pairs renewed.

    An entry keeps its state and its bytes but for the msgid. Where an update has already made a
    fuzzy suggestion of it, the suggestion is replaced; what a person wrote under the new msgid
    stands.
    """
    if not same_meaning:
        return catalog, ()
    wanted = {message.key: message for message in messages}
    chunks: dict[int, Entry | Remnant] = dict(enumerate(catalog.chunks))
    held = {key for chunk in catalog.chunks if isinstance(chunk, Remnant) for key in chunk.keys}
    live = {e.key: (n, e) for n, e in _entries(catalog) if not e.obsolete}
    carried = []
    for place, entry in _entries(catalog):
        message = wanted.get((entry.key[0], same_meaning.get(entry.msgid, "")))
        taken = entry.key in wanted or message is None or message.key in held
        if message is None or taken or not _may_carry(entry, message, same_meaning):
            continue
        if there := live.get(message.key):
            if not _gives_way(there[1], entry, catalog):
                continue
            del chunks[there[0]]
        chunks[place] = renewed = _renew(entry, message)
        live[message.key] = (place, renewed)
        carried.append((entry.msgid, message.msgid))
    left = tuple(chunks[place] for place in sorted(chunks))
    entries = tuple(chunk for chunk in left if isinstance(chunk, Entry))
    return replace(catalog, chunks=left, entries=entries), tuple(dict.fromkeys(carried))


def _entries(catalog: Catalog) -> Iterator[tuple[int, Entry]]:
    """The entries with their places, live ones first."""
    found = [(n, chunk) for n, chunk in enumerate(catalog.chunks) if isinstance(chunk, Entry)]
    yield from sorted(found, key=lambda each: each[1].obsolete)


def _may_carry(entry: Entry, message: Message, same_meaning: Mapping[str, str]) -> bool:
    plural = entry.msgid_plural
    if plural != message.msgid_plural:
        if same_meaning.get(plural) != message.msgid_plural or not plural:
            return False
        if not keeps_meaning(plural, message.msgid_plural):
            return False
    return keeps_meaning(entry.msgid, message.msgid)


def _gives_way(there: Entry, source: Entry, catalog: Catalog) -> bool:
    """Whether an entry holds nothing but the suggestion that the update made from `source`."""
    if there.blank:
        return not there.comments
    told = there.previous
    return (
        told is not None
        and told[:2] == (source.msgctxt, source.msgid)
        and is_suggestion(there, catalog)
    )


def _renew(entry: Entry, message: Message) -> Entry:
    texts = {"msgid": message.msgid, "msgid_plural": message.msgid_plural}
    parts = tuple(
        _with_text(part, texts[part.kind], "\r\n" in entry.raw)
        if part.kind in texts and not part.previous
        else part
        for part in entry.parts
    )
    return replace(entry, parts=parts, msgid=message.msgid, msgid_plural=message.msgid_plural)


def _with_text(part: Part, text: str, windows: bool) -> Part:
    raw = write_field(part.kind, text, f"{part.prefix} " if part.prefix else "")
    return part._replace(raw=raw.replace("\n", "\r\n") if windows else raw, text=text)
