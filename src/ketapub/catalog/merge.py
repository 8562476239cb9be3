"""Turn the messages of a domain and the catalog of a locale into the updated catalog.

What need not change is written back as the very bytes that were read, whatever tool wrote them,
and nothing that a translator wrote is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ketapub.catalog.faults import judge_header
from ketapub.catalog.header import PluralLanguage
from ketapub.catalog.join import Piece, State, blank_lines, join, line_end_of
from ketapub.catalog.po import HEADER, Catalog, Entry, Remnant, read_po
from ketapub.catalog.rewrite import borrow, bury, refresh, revise
from ketapub.catalog.same_meaning import carry_over
from ketapub.catalog.segmentation import find_newer, migrate
from ketapub.catalog.suggestion import is_suggestion, may_reuse, suggest
from ketapub.catalog.template import distinct, render_header, render_message
from ketapub.errors import Problem
from ketapub.message import Key, Message


@dataclass(frozen=True, slots=True)
class Counts:
    """The state of a catalog in messages."""

    translated: int = 0
    fuzzy: int = 0
    missing: int = 0
    broken: int = 0
    """Messages whose entry cannot be read."""
    obsolete: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """An updated catalog."""

    text: str
    counts: Counts
    problems: tuple[Problem, ...] = ()
    """What was found in the old catalog."""
    carried: tuple[tuple[str, str], ...] = ()
    """Msgids whose translations were carried over as they were: (old, new)."""


@dataclass(frozen=True, slots=True)
class _Old:
    """The chunks of the old catalog by their fate, as positions."""

    catalog: Catalog
    live: Mapping[Key, Sequence[int]]
    """Entries that stay, the header too; two in one place are a translator's to sort out."""
    revived: Mapping[Key, int]
    """Obsolete entries whose message is back."""
    gone: Sequence[int]
    """Live entries without message."""
    obsolete: Sequence[int]
    held: Collection[Key]
    """Messages in broken entries: not to be added a second time."""
    followers: Mapping[int, Sequence[int]]
    """Remnants by the staying entry that they stand behind; -1: none."""

    def entry(self, position: int) -> Entry:
        chunk = self.catalog.chunks[position]
        assert isinstance(chunk, Entry)
        return chunk

    def entries(self, positions: Sequence[int]) -> list[Entry]:
        return [self.entry(position) for position in positions]


def merge(
    domain: str,
    messages: Sequence[Message],
    old: str | None,
    language: PluralLanguage,
    name: str,
    compendium: Sequence[Catalog] = (),
    same_meaning: Mapping[str, str] = MappingProxyType({}),
) -> Merged:
    """Bring a catalog up to date with the messages of its domain, in their order.

    `old` is the text of the catalog (None: there is none yet), `name` what problems call it.
    An exact match keeps its bytes wherever it stood. A new message takes the translation that the
    very same one has in the `compendium`, ready where `may_reuse` allows it. Else it borrows, as
    fuzzy and with the msgid that the translation was made for as `#|`, from the same msgid in
    another context, or from a similar one that has no message any more. Entries without message
    become obsolete, and come back as they were when the message does. A broken entry stays as it
    is. `same_meaning` names msgids and what they have become by the fix of a typo: see
    `carry_over`. merge(merge(x)) is merge(x).
    """
    messages = distinct(messages)
    wanted = {message.key for message in messages}
    catalog = read_po(old or "", name)
    if newer := find_newer(catalog):
        return Merged(catalog.text, Counts(broken=len(messages)), (*catalog.problems, newer))
    catalog, carried = carry_over(migrate(catalog, wanted), messages, same_meaning)
    original = _sort_out(catalog, wanted)
    pieces = [
        *_header(original, render_header(domain, language.locale, language.plural_forms)),
        *_entries(original, messages, language.nplurals, compendium),
        *_obsolete(original),
    ]
    text = join(pieces, original.catalog, line_end_of(old or ""))
    states = Counter(piece.state for piece in pieces)
    counts = Counts(
        translated=states["translated"],
        fuzzy=states["fuzzy"],
        missing=states["missing"],
        broken=sum(m.key in original.held and m.key not in original.live for m in messages),
        obsolete=states["obsolete"],
    )
    problems = (*original.catalog.problems, *judge_header(original.catalog, language))
    return Merged(text, counts, problems, carried)


def _sort_out(catalog: Catalog, wanted: Collection[Key]) -> _Old:
    held = {k for chunk in catalog.chunks if isinstance(chunk, Remnant) for k in chunk.keys}
    present = {entry.key for entry in catalog.entries if not entry.obsolete} | held
    live: dict[Key, list[int]] = {}
    revived: dict[Key, int] = {}
    gone, obsolete = [], []
    for position, chunk in enumerate(catalog.chunks):
        if isinstance(chunk, Remnant):
            continue
        if chunk.obsolete:
            if chunk.key in wanted and chunk.key not in present:
                obsolete += [revived[chunk.key]] if chunk.key in revived else []
                revived[chunk.key] = position
            else:
                obsolete.append(position)
        elif chunk.key in wanted or chunk.key == HEADER:
            live.setdefault(chunk.key, []).append(position)
        else:
            gone.append(position)
    staying = {position for positions in live.values() for position in positions} | set(obsolete)
    followers: dict[int, list[int]] = {}
    anchor = -1
    for position, chunk in enumerate(catalog.chunks):
        if position in staying:
            anchor = position
        elif isinstance(chunk, Remnant):
            followers.setdefault(anchor, []).append(position)
    return _Old(catalog, live, revived, gone, obsolete, held, followers)


def _header(old: _Old, new: str) -> Iterator[Piece]:
    """The header with what stands before the first entry; a missing one is written."""
    if HEADER not in old.live and HEADER not in old.held:
        yield Piece(new, None, fresh=True)
    yield from _followers(old, -1)
    for position in old.live.get(HEADER, ()):
        yield Piece(old.entry(position).raw, position)
        yield from _followers(old, position)


def _followers(old: _Old, position: int) -> Iterator[Piece]:
    for follower in old.followers.get(position, ()):
        yield Piece(old.catalog.chunks[follower].raw, follower)


def _entries(
    old: _Old, messages: Sequence[Message], nplurals: int, compendium: Sequence[Catalog]
) -> Iterator[Piece]:
    """An entry for each message that has none in a broken one."""
    live = [entry for positions in old.live.values() for entry in old.entries(positions)]
    left = old.entries([*old.gone, *old.obsolete])
    for message in messages:
        if message.key in old.live:
            for position in old.live[message.key]:
                yield _kept(old.entry(position), position, message, nplurals)
                yield from _followers(old, position)
        elif message.key in old.held:
            continue
        elif message.key in old.revived:
            entry = old.entry(old.revived[message.key])
            raw = revise(entry, message, nplurals)
            yield Piece(raw, None, _state(entry, message), fresh=True)
        elif source := suggest(message, live, left, compendium):
            ready = may_reuse(source, message)
            raw = borrow(source, message, nplurals, ready=ready)
            yield Piece(raw, None, "translated" if ready else "fuzzy", fresh=True)
        else:
            yield Piece(render_message(message, nplurals), None, "missing", fresh=True)


def _kept(entry: Entry, position: int, message: Message, nplurals: int) -> Piece:
    if entry.msgid_plural == message.msgid_plural:
        return Piece(refresh(entry, message), position, _state(entry, message))
    raw = blank_lines(entry.raw) + revise(entry, message, nplurals)
    return Piece(raw, position, _state(entry, message), fresh=True)


def _state(entry: Entry, message: Message) -> State:
    if entry.blank:
        return "missing"
    changed = entry.msgid_plural != message.msgid_plural
    return "fuzzy" if changed or entry.unready or not entry.translated else "translated"


def _obsolete(old: _Old) -> Iterator[Piece]:
    for position in old.obsolete:
        yield Piece(old.entry(position).raw, position, "obsolete")
        yield from _followers(old, position)
    for entry in old.entries(old.gone):
        if _holds_work(entry, old.catalog):
            yield Piece(bury(entry), None, "obsolete", fresh=True)


def _holds_work(entry: Entry, catalog: Catalog) -> bool:
    """Whether anything would be lost with an entry."""
    return bool(entry.comments) if entry.blank else not is_suggestion(entry, catalog)
