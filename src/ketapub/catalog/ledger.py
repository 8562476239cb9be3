"""Turn `locale/<locale>/reviews.txt` into the reviews that named persons have made.

A line is a review: `<digest> <YYYY-MM-DD> <domain> <name of the reviewer>`, the digest that of
`ketapub.message.message_digest`, so that a review ends when the text or its translation changes.
`#` begins a comment line. Only people write here: ketapub never records a review.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from ketapub.catalog.group import CONFLICT
from ketapub.errors import Problem

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORM = "<64 hexadecimal digits> <YYYY-MM-DD> <domain> <name of the reviewer>"


@dataclass(frozen=True, slots=True)
class Review:
    """That a named person has read a translation beside its source text and approves of it."""

    digest: str
    day: date
    domain: str
    reviewer: str
    line: int
    """1-based line of the ledger."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The reviews of one locale."""

    name: str = ""
    """What problems call the file."""
    reviews: tuple[Review, ...] = ()
    """In the order of the file."""
    problems: tuple[Problem, ...] = ()
    _latest: Mapping[str, Review] = field(default_factory=dict, repr=False, compare=False)

    def reviewed(self, digest: str) -> Review | None:
        """The latest review of a message's text and translation, None when there is none."""
        return self._latest.get(digest)


def read_ledger(text: str, name: str) -> Ledger:
    """Read a ledger. A line that says no review is a problem; the others count."""
    reviews: list[Review] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _read_line(line, number, name)
        if isinstance(found, Review):
            reviews.append(found)
        else:
            problems.append(found)
    by_day = sorted(reviews, key=lambda review: review.day)
    latest = MappingProxyType({review.digest: review for review in by_day})
    return Ledger(name, tuple(reviews), tuple(problems), latest)


def _read_line(line: str, number: int, name: str) -> Review | Problem:
    def problem(message: str, hint: str) -> Problem:
        return Problem(name, number, message, hint, code="reviews")

    if CONFLICT.match(line):
        return problem(
            "two versions of these lines stand here side by side (a merge conflict)",
            "keep the reviews of both and delete the lines with <<<<<<<, ======= and >>>>>>>",
        )
    words = line.split(maxsplit=3)
    if len(words) < 4:
        return problem("a review lacks something", f"write: {_FORM}")
    digest, day, domain, reviewer = words
    if not _DIGEST.fullmatch(digest.lower()):
        return problem("a review begins with the digest of its message", f"write: {_FORM}")
    try:
        if not _DAY.fullmatch(day):
            raise ValueError
        when = date.fromisoformat(day)
    except ValueError:
        return problem(f"{day} is not a day", "write the day as YYYY-MM-DD, such as 2026-03-31")
    return Review(digest.lower(), when, domain, reviewer.strip(), number)
