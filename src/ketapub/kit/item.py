"""Turn a locale's catalogs into the items of a kit: messages, and how far each of them is.

An item's name holds two digests: of its message, so that it comes home from any file, and of what
the catalog said when it was sent, so that work which was done there meanwhile is not overwritten.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ketapub.catalog import Catalog, Entry, count_words, read_po
from ketapub.errors import KetapubError, Problem
from ketapub.files import read_text
from ketapub.language import Language
from ketapub.message import Key, Message
from ketapub.project import Project, catalog_path, load_drafts, load_ledger, load_texts
from ketapub.review_state import review_texts

State = Literal["new", "changed", "failing", "draft", "done"]
"""`new`: not translated; `changed`: fuzzy; `draft`: a machine's, which no person has checked."""
Only = Literal["open", "critical", "all"]
"""Which messages go out: those that are not done, those that safety hangs on, or all."""

_MARK = 12
"""Hexadecimal digits of a digest: enough to tell messages of one locale apart."""
_NAME = re.compile(rf"([0-9a-f]{{{_MARK}}})-([0-9a-f]{{{_MARK}}})(?:\.([0-9]{{1,2}}))?")


class Name(NamedTuple):
    """What an item is called in every file of a kit: `<message>-<text>`, `.<form>` of a plural."""

    message: str
    text: str
    form: int = 0

    def __str__(self) -> str:
        return f"{self.message}-{self.text}"


@dataclass(frozen=True, slots=True)
class Item:
    """One message as it goes out."""

    domain: str
    message: Message
    entry: Entry
    state: State
    place: str
    """Where readers meet it: the heading above it."""
    reasons: tuple[Problem, ...] = ()
    """Checks that its translation fails."""

    @property
    def name(self) -> Name:
        """What it is called in a kit."""
        return Name(mark_key(self.message.key), mark_entry(self.entry))

    @property
    def sources(self) -> tuple[str, ...]:
        """The source text of each msgstr: msgid for the first, msgid_plural for the others."""
        plural = self.message.msgid_plural
        return (self.message.msgid, *(plural for _ in self.entry.msgstr[1:]))

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each msgstr: with `.0`, `.1` ... where the message has a plural."""
        if not self.message.msgid_plural:
            return (str(self.name),)
        return tuple(f"{self.name}.{form}" for form in range(len(self.entry.msgstr)))


def read_name(text: str) -> Name | None:
    """The item named in a text; None when there is none in it."""
    found = _NAME.search(text)
    return Name(found[1], found[2], int(found[3] or 0)) if found else None


def mark_key(key: Key) -> str:
    """The first digits of the sha256 of a message's key."""
    return _digest(list(key))


def mark_text(msgstr: Sequence[str], ready: bool) -> str:
    """The first digits of the sha256 of a translation and of whether it is done."""
    blank = not any(map(str.strip, msgstr))
    return _digest([[], False] if blank else [list(msgstr), ready])


def mark_entry(entry: Entry) -> str:
    """`mark_text` of what an entry says."""
    return mark_text(entry.msgstr, not entry.unready)


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]


def load_catalog(project: Project, language: Language, domain: str) -> Catalog | None:
    """The project's own catalog; None when there is none."""
    name = catalog_path(language.locale, domain).as_posix()
    path = project.folder / name
    return read_po(read_text(path, name), name) if path.is_file() else None


def find_items(
    project: Project, language: Language
) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Every message of every domain that has an entry, in order; what has none is a problem."""
    texts, _ = load_texts(project, language)
    ledger, drafts = load_ledger(project, language), load_drafts(project, language)
    items: list[Item] = []
    problems: list[Problem] = []
    for domain, messages in project.messages.items():
        name = catalog_path(language.locale, domain).as_posix()
        try:
            catalog = load_catalog(project, language, domain)
        except KetapubError as error:
            problems += error.problems
            continue
        live = [entry for entry in catalog.entries if not entry.obsolete] if catalog else []
        entries = {entry.key: entry for entry in live}
        reviewed = review_texts(messages, texts.of(domain), ledger, drafts)
        missing = 0
        for message, place in _places(messages):
            entry = entries.get(message.key)
            if entry is None or entry.msgid_plural != message.msgid_plural:
                missing += 1
                continue
            found = texts.of(domain).of(message)
            reasons = found.problems if found.path == name and found.line == entry.line else ()
            told = reviewed.get(message.key)
            state = _state(entry, reasons, told is not None and told.draft)
            items.append(Item(domain, message, entry, state, place, reasons))
        if missing:
            hint = "run ketapub update, then send again"
            what = f"{missing} messages stand otherwise in the source and were left out"
            problems.append(Problem(name, 0, what, hint, "warning"))
    return tuple(items), tuple(problems)


def _places(messages: Iterable[Message]) -> Iterator[tuple[Message, str]]:
    heading = ""
    for message in messages:
        if message.kind.startswith("heading"):
            heading = message.msgid
            yield message, ""
        else:
            yield message, heading


def _state(entry: Entry, reasons: Sequence[Problem], draft: bool) -> State:
    if entry.blank:
        return "new"
    if entry.unready:
        return "changed"
    if reasons:
        return "failing"
    return "draft" if draft else "done"


def choose_items(items: Iterable[Item], only: Only) -> tuple[Item, ...]:
    """The items that are asked for."""
    if only == "open":
        return tuple(item for item in items if item.state != "done")
    return tuple(item for item in items if only == "all" or item.message.critical)


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is to do in one domain, in words of the source text."""

    domain: str
    new: int = 0
    changed: int = 0
    """Fuzzy, or failing a check."""
    draft: int = 0
    done: int = 0
    repeated: int = 0
    """Of all these, words of texts that stand in the kit a second time."""

    @property
    def total(self) -> int:
        """All words."""
        return self.new + self.changed + self.draft + self.done


def count_items(items: Iterable[Item]) -> tuple[Count, ...]:
    """The words of a kit, by domain."""
    seen: set[str] = set()
    counts: dict[str, dict[str, int]] = {}
    for item in items:
        words = count_words(item.message)
        sums = counts.setdefault(item.domain, {})
        column = "changed" if item.state == "failing" else item.state
        sums[column] = sums.get(column, 0) + words
        if item.message.msgid in seen:
            sums["repeated"] = sums.get("repeated", 0) + words
        seen.add(item.message.msgid)
    return tuple(Count(domain, **sums) for domain, sums in counts.items())
