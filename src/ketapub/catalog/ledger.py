"""Turn a file of reviews into what named persons have approved, and one more review into its line.

A line is a review: `<digest> <YYYY-MM-DD> <role> <domain> <name of the reviewer>`, the digest that
of `ketapub.message.message_digest`, so that a review ends when the text or its translation changes.
Lines are only ever added, in any order: git joins those of two branches with `merge=union`.
`#` begins a comment line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

from ketapub.catalog.group import CONFLICT
from ketapub.errors import Problem

Role = Literal["language", "clinical", "community"]
"""As what somebody reviewed: a reader of the language, a clinician, one of those it is for."""
ROLES: tuple[Role, ...] = get_args(Role)

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORM = "<64 hexadecimal digits> <YYYY-MM-DD> <role> <domain> <name of the reviewer>"
_NAME_LENGTH = 80
HEAD = f"# Reviews, each by the person who is named in it.\n# {_FORM}\n"
"""How a new file begins."""


@dataclass(frozen=True, slots=True)
class Review:
    """That a named person has read a text, beside its source if it is a translation, and approves."""

    digest: str
    day: date
    role: Role
    domain: str
    reviewer: str
    line: int = 0
    """1-based line of the ledger; 0: not written yet."""

    def __str__(self) -> str:
        return f"{self.digest} {self.day.isoformat()} {self.role} {self.domain} {self.reviewer}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The reviews of one locale, or of the source text."""

    name: str = ""
    """What problems call the file."""
    reviews: tuple[Review, ...] = ()
    """In the order of the file."""
    problems: tuple[Problem, ...] = ()
    _latest: Mapping[tuple[str, Role], Review] = field(
        default_factory=dict, repr=False, compare=False
    )

    def reviewed(self, digest: str, role: Role) -> Review | None:
        """The latest review of a message's text and translation, None when there is none."""
        return self._latest.get((digest, role))


def make_ledger(name: str, reviews: Iterable[Review], problems: Iterable[Problem] = ()) -> Ledger:
    """A ledger of these reviews; of several by one role of one text the latest counts."""
    reviews = tuple(reviews)
    by_day = sorted(reviews, key=lambda review: review.day)
    latest = MappingProxyType({(review.digest, review.role): review for review in by_day})
    return Ledger(name, reviews, tuple(problems), latest)


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
    return make_ledger(name, reviews, problems)


def add_review(text: str, review: Review) -> str:
    """The text of a ledger with one more line at its end; every other byte stays."""
    text = text or HEAD
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{review}\n"


def reviewer_name(text: str) -> str:
    """A name or initials as a line can hold it. Raises ValueError with what is wrong with it."""
    name = " ".join(text.split())
    if not any(map(str.isalpha, name)):
        raise ValueError("a name or initials hold at least one letter")
    if len(name) > _NAME_LENGTH:
        raise ValueError(f"a name has at most {_NAME_LENGTH} characters")
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in name):
        raise ValueError("there is an invisible character in the name")
    return name


def _read_line(line: str, number: int, name: str) -> Review | Problem:
    def problem(message: str, hint: str) -> Problem:
        return Problem(name, number, message, hint, code="reviews")

    if CONFLICT.match(line):
        return problem(
            "two versions of these lines stand here side by side (a merge conflict)",
            "keep the reviews of both and delete the lines with <<<<<<<, ======= and >>>>>>>",
        )
    words = line.split(maxsplit=4)
    if not _DIGEST.fullmatch(words[0].lower()):
        return problem("a review begins with the digest of its message", f"write: {_FORM}")
    if len(words) < len(_FORM.split("> <")):
        return problem("a review lacks something", f"write: {_FORM}")
    digest, day, role, domain, reviewer = words
    if role not in ROLES:
        return problem(f"{role} is no role of a reviewer", f"write one of: {', '.join(ROLES)}")
    try:
        if not _DAY.fullmatch(day):
            raise ValueError
        when = date.fromisoformat(day)
    except ValueError:
        return problem(f"{day} is not a day", "write the day as YYYY-MM-DD, such as 2026-03-31")
    return Review(digest.lower(), when, role, domain, reviewer.strip(), number)
