"""Turn a person's verdicts on messages into lines of the ledger and edits of catalogs.

Nothing here decides for a person: each function does what one answer of theirs says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ketapub.catalog import (
    Review,
    Role,
    Translation,
    add_review,
    change_text,
    mark_unsafe,
    read_ledger,
)
from ketapub.check import Finding, advise_translation
from ketapub.files import read_text, write_atomic
from ketapub.language import Language
from ketapub.message import Message, message_digest
from ketapub.project import (
    Project,
    catalog_path,
    ledger_path,
    load_drafts,
    load_setting,
    load_texts,
)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews, as what, and when."""

    name: str
    """Name or initials, as the person has agreed to see it published."""
    role: Role
    day: date


@dataclass(frozen=True, slots=True)
class Item:
    """One message to be read."""

    domain: str
    message: Message
    text: Translation
    own: bool
    """Whether its translation stands in a catalog of this locale, where it can be changed."""
    draft: bool
    """Whether it is still what a machine wrote."""

    @property
    def digest(self) -> str:
        """What a review of it is bound to."""
        return message_digest(*self.message.key, self.text.msgstr)

    @property
    def place(self) -> str:
        """Where a reader meets it, for people: what kind of text it is, and in which files."""
        message = self.message
        kind = message.kind or "text"
        return f"{kind}, {', '.join(message.paths)}{', CRITICAL' if message.critical else ''}"


@dataclass(frozen=True, slots=True)
class Queue:
    """What there is to review in one language for one role."""

    items: tuple[Item, ...]
    """In the order of the texts, the article's first."""
    done: int
    """Messages that this role has reviewed already."""
    waiting: int
    """Messages that cannot be reviewed yet: not translated, fuzzy or failing a check."""


def make_queue(project: Project, language: Language, role: Role, critical: bool) -> Queue:
    """What this role has not reviewed yet, as it stands on disk now; `critical`: only those."""
    name = ledger_path(project, language).as_posix()
    path = project.folder / name
    ledger = read_ledger(read_text(path, name) if path.is_file() else "", name)
    found = [item for item in _items(project, language) if item.message.critical or not critical]
    ready = [item for item in found if item.text.state == "current"]
    items = tuple(item for item in ready if not ledger.reviewed(item.digest, role))
    return Queue(items, len(ready) - len(items), len(found) - len(ready))


def _items(project: Project, language: Language) -> Iterator[Item]:
    texts, _ = load_texts(project, language)
    drafts = load_drafts(project, language)
    for domain, messages in project.messages.items():
        own = catalog_path(language.locale, domain).as_posix()
        for message in messages:
            text = texts.of(domain).of(message)
            optional = message.optional and text.state == "missing"
            if not optional:
                draft = text.drafted and drafts.holds(message.key, text.msgstr)
                yield Item(domain, message, text, text.path == own, draft)


def approve(project: Project, language: Language, item: Item, reviewer: Reviewer) -> None:
    """Write that this person has read the message and approves of it."""
    name = ledger_path(project, language).as_posix()
    path = project.folder / name
    text = read_text(path, name) if path.is_file() else ""
    review = Review(item.digest, reviewer.day, reviewer.role, item.domain, reviewer.name)
    write_atomic(path, add_review(text, review).encode())


def judge(
    project: Project, language: Language, item: Item, msgstr: tuple[str, ...]
) -> tuple[Finding, ...]:
    """What the checks say of a translation; without an error among it, it may be published."""
    article = project.articles.get(item.domain)
    env = article.env if article else None
    return advise_translation(item.message, msgstr, env, load_setting(project, language))


def change(project: Project, item: Item, msgstr: tuple[str, ...]) -> Item:
    """Write another translation into the catalog: the item to read again.

    Raises StaleError when the catalog was changed while the person was reading.
    """
    path = project.folder / item.text.path
    text = change_text(read_text(path), item.message.key, item.text.msgstr, msgstr)
    write_atomic(path, text.encode())
    return replace(item, text=item.text._replace(msgstr=msgstr), draft=False)


def call_unsafe(project: Project, item: Item, reviewer: Reviewer, comment: str) -> None:
    """Take a translation out of what is published, with the reviewer's words for the translator.

    Raises StaleError when the catalog was changed while the person was reading.
    """
    path = project.folder / item.text.path
    note = f"unsafe ({reviewer.role}, {reviewer.name}, {reviewer.day}): {' '.join(comment.split())}"
    text = mark_unsafe(read_text(path), item.message.key, item.text.msgstr, note)
    write_atomic(path, text.encode())
