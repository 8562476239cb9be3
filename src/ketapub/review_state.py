"""Turn reviews, drafts and the publication's rules into what is still to be reviewed of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ketapub.catalog import ROLES, Drafts, Ledger, Role, Translations
from ketapub.message import Key, Message, message_digest
from ketapub.publication import ReviewRules


class Reviewed(NamedTuple):
    """What people have done about one current translation."""

    roles: frozenset[Role]
    """Whose live review it has."""
    draft: bool
    """A machine wrote it, and nobody has changed or reviewed it since."""


_NOTHING = Reviewed(frozenset(), draft=False)


@dataclass(frozen=True, slots=True)
class ReviewState:
    """How far the reviews of a text are that the publication asks for."""

    open: tuple[Role, ...] = ()
    """Roles that have still to review something."""
    done: tuple[Role, ...] = ()
    """Roles that have reviewed all that they are asked for."""
    draft: bool = False
    """Whether a machine's draft stands in it that nobody has reviewed."""
    source: bool = False
    """It is the source text and no translation."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who has reviewed the whole of a text, and when the last of it."""

    names: tuple[str, ...]
    day: date


def review_texts(
    messages: Iterable[Message], translations: Translations, ledger: Ledger, drafts: Drafts
) -> dict[Key, Reviewed]:
    """What was done about each current translation of a domain; the others are left out."""
    found = {}
    for message in messages:
        text = translations.of(message)
        if text.state != "current":
            continue
        if not ledger.reviews and not text.drafted:  # nothing is asked of its digest
            found[message.key] = _NOTHING
            continue
        digest = message_digest(*message.key, text.msgstr)
        roles = frozenset(role for role in ROLES if ledger.reviewed(digest, role))
        draft = text.drafted and not roles and drafts.holds(message.key, text.msgstr)
        found[message.key] = Reviewed(roles, draft)
    return found


class Lack(NamedTuple):
    """What some messages lack."""

    roles: frozenset[Role] = frozenset()
    """Those that have still to review something."""
    draft: bool = False
    """Whether a machine's draft is among them."""


def judge_reviews(
    found: Iterable[tuple[Message, Reviewed | None]], rules: ReviewRules, source: bool = False
) -> ReviewState:
    """How far a text is."""
    return sum_reviews((find_lack(found, rules),), rules, source)


def find_lack(found: Iterable[tuple[Message, Reviewed | None]], rules: ReviewRules) -> Lack:
    """What messages lack. What is not translated is not published, so nobody need review it."""
    lacking: set[Role] = set()
    draft = False
    for message, reviewed in found:
        if reviewed is None:
            continue
        draft = draft or reviewed.draft
        for role, scope in rules:
            if role not in reviewed.roles and (scope == "all" or message.critical):
                lacking.add(role)
    return Lack(frozenset(lacking), draft)


def sum_reviews(lacks: Iterable[Lack], rules: ReviewRules, source: bool = False) -> ReviewState:
    """How far a text is that is made of messages which lack these things."""
    parts = tuple(lacks)
    lacking = frozenset[Role]().union(*(part.roles for part in parts))
    draft = any(part.draft for part in parts)
    asked = [role for role, _ in rules]
    return ReviewState(
        tuple(role for role in asked if role in lacking),
        tuple(role for role in asked if role not in lacking),
        draft,
        source,
    )


def count_reviewed(
    messages: Iterable[Message], reviewed: Mapping[Key, Reviewed], count: Mapping[Key, int]
) -> tuple[int, dict[Role, int]]:
    """Words in machine drafts, and words with a live review by role; `count`: words by message."""
    drafts, by_role = 0, dict.fromkeys(ROLES, 0)
    for message in messages:
        told = reviewed.get(message.key)
        if told is None:
            continue
        drafts += count[message.key] if told.draft else 0
        for role in told.roles:
            by_role[role] += count[message.key]
    return drafts, by_role


def sign(messages: Iterable[Message], ledger: Ledger, role: Role) -> Signature | None:
    """Who has reviewed all of these source messages in one role; None while one is left."""
    if not ledger.reviews:
        return None
    found = [
        ledger.reviewed(message_digest(*message.key, message.forms), role) for message in messages
    ]
    reviews = [review for review in found if review is not None]
    if not reviews or len(reviews) < len(found):
        return None
    names = tuple(dict.fromkeys(review.reviewer for review in reviews))
    return Signature(names, max(review.day for review in reviews))
