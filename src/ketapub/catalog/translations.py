"""Turn the catalogs of a locale and its parents into the translation of each message, judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from ketapub.catalog.drafts import is_marked
from ketapub.catalog.po import Catalog, Entry, Remnant
from ketapub.errors import Problem, Severity
from ketapub.message import Key, Message

INVALID = "invalid-entry"
"""Code of a message whose entry cannot be used; why is told where the catalog is read."""

State = Literal["current", "fuzzy", "missing", "failed", "invalid"]
"""`current`: translated, not fuzzy and passing every blocking check; `failed`: a check refuses it;
`invalid`: its entry cannot be read, or stands in the catalog twice."""


class Reason(NamedTuple):
    """What a check says of a translation: an error refuses it, a warning or note does not."""

    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"


Check = Callable[[Message, Entry], Iterable[tuple[str, str, str, Severity]]]
"""(message, entry) -> (code, message, hint, severity) of every check that finds something."""


class Translation(NamedTuple):
    """What the catalogs say about one message.

    Not a dataclass: a publication has tens of thousands, and keeps them from one build to the next.
    """

    msgstr: tuple[str, ...]
    """One text, or one for each plural form; empty when missing or invalid."""
    state: State
    path: str = ""
    """Catalog in which it stands, or should stand."""
    line: int = 0
    """1-based line of its msgid; 0 when it is in no catalog."""
    problems: tuple[Problem, ...] = ()
    """Why it is failed or invalid."""
    advice: tuple[Problem, ...] = ()
    """What checks say that holds nothing back: warnings, and notes of what was waived."""
    drafted: bool = False
    """Whether it carries the mark of a machine's draft."""


@dataclass(frozen=True, slots=True)
class Words:
    """How far a translation is, in words of the source text."""

    translated: int = 0
    """In current messages."""
    fuzzy: int = 0
    failed: int = 0
    """In failed and invalid ones."""
    missing: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.translated + self.fuzzy + self.failed + self.missing


@dataclass(frozen=True, slots=True)
class Translations:
    """The translations of a domain in one locale, by message."""

    known: Mapping[Key, Translation] = field(default_factory=dict, repr=False)
    path: str = ""
    """Catalog in which a message that is not known should stand."""
    source: bool = False
    """The source language: every message is its own translation."""

    def of(self, message: Message) -> Translation:
        """The translation of a message, with its state."""
        if self.source:
            return Translation(message.forms, "current", "".join(message.paths[:1]), message.line)
        return self.known.get(message.key) or Translation((), "missing", self.path)

    def current(self, message: Message) -> tuple[str, ...] | None:
        """The msgstr to publish, one for each plural form; None when there is none fit for it."""
        translation = self.of(message)
        return translation.msgstr if translation.state == "current" else None

    def counts(self, messages: Iterable[Message]) -> Words:
        """How many words of the source stand in messages of each state."""
        words = dict.fromkeys(("current", "fuzzy", "failed", "invalid", "missing"), 0)
        for message in messages:
            words[self.of(message).state] += count_words(message)
        failed = words["failed"] + words["invalid"]
        return Words(words["current"], words["fuzzy"], failed, words["missing"])


def count_words(message: Message) -> int:
    """Words of the msgid: runs without white space that hold a letter or a digit.

    A placeholder is a word, a link's address is part of one; msgid_plural is not counted.
    """
    return _count(message.msgid)


@lru_cache(maxsize=1 << 14)  # asked for each region and language again
def _count(text: str) -> int:
    return len(re.findall(r"\S*[^\W_]\S*", text))


def source_translations() -> Translations:
    """The translations into the source language: every message as it is."""
    return Translations(source=True)


def build_translations(
    messages: Iterable[Message], catalogs: Sequence[Catalog], check: Check
) -> Translations:
    """Judge the translation of each message along a chain of catalogs.

    The chain is the locale's own catalog, then its parents' (fr-CA, fr), a project's before the
    ones that ketapub brings. The first catalog with a current translation supplies it, message by
    message; if none has one, the first that has anything to say is told of.
    """
    shelves = [_Shelf.of(catalog) for catalog in catalogs]
    path = catalogs[0].name if catalogs else ""
    known: dict[Key, Translation] = {}
    for message in messages:
        told = Translation((), "missing", path)
        for shelf in shelves:
            found = shelf.find(message, check)
            if found.state == "current":
                told = found
                break
            if told.line == 0 and found.line:
                told = found
        known[message.key] = told
    return Translations(known, path)


class _Shelf(NamedTuple):
    """A catalog, ready for looking up."""

    name: str
    nplurals: int
    entries: Mapping[Key, Entry]
    spoilt: Mapping[Key, int]
    """Lines of messages that stand twice or in a broken entry."""

    @classmethod
    def of(cls, catalog: Catalog) -> _Shelf:
        entries: dict[Key, Entry] = {}
        spoilt: dict[Key, int] = {}
        for chunk in catalog.chunks:
            if isinstance(chunk, Remnant):
                spoilt |= dict.fromkeys(chunk.keys, chunk.line)
            elif not chunk.obsolete:
                if chunk.key in entries:
                    spoilt[chunk.key] = chunk.line
                entries.setdefault(chunk.key, chunk)
        return cls(catalog.name, catalog.nplurals, entries, spoilt)

    def find(self, message: Message, check: Check) -> Translation:
        """What this catalog says about a message."""
        key = message.key
        if key in self.spoilt:
            line = self.spoilt[key]
            reason = Reason(
                INVALID,
                "the entry of this message cannot be used",
                "mend what is reported about this line of the catalog",
            )
            return Translation((), "invalid", self.name, line, (self._problem(line, reason),))
        entry = self.entries.get(key)
        if entry is None:
            return Translation((), "missing", self.name)
        if entry.blank:
            return Translation((), "missing", self.name, entry.line)
        if entry.unready:
            return Translation(entry.msgstr, "fuzzy", self.name, entry.line)
        reasons = _judge_forms(entry, message, self.nplurals)
        reasons = reasons or [Reason(*found) for found in check(message, entry)]
        drafted = is_marked(entry.comments)
        if not reasons:
            return Translation(entry.msgstr, "current", self.name, entry.line, drafted=drafted)
        found = [self._problem(entry.line, reason) for reason in reasons]
        problems = tuple([problem for problem in found if problem.severity == "error"])
        advice = tuple([problem for problem in found if problem.severity != "error"])
        state: State = "failed" if problems else "current"
        return Translation(entry.msgstr, state, self.name, entry.line, problems, advice, drafted)

    def _problem(self, line: int, reason: Reason) -> Problem:
        return Problem(self.name, line, reason.message, reason.hint, reason.severity, reason.code)


def _judge_forms(entry: Entry, message: Message, nplurals: int) -> list[Reason]:
    if entry.msgid_plural != message.msgid_plural:
        return [
            Reason(
                "plural",
                "the plural of the source text has changed since this was translated",
                "run the update, then look at this entry",
            )
        ]
    missing = nplurals and entry.msgid_plural and len(entry.msgstr) != nplurals
    if missing or not entry.translated:
        return [
            Reason(
                "plural",
                "not every plural form of this message is translated",
                f"fill in each msgstr[...]; the header announces {nplurals or 'no number'} of them",
            )
        ]
    return []
