"""Turn what named reviewers call right on their sheets into lines of the ledgers of reviews.

A line says what one person said of one text: nothing that another text says, or another person, is
ever signed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ketapub.catalog import Catalog, Review, add_review, read_ledger
from ketapub.errors import KetapubError, Problem
from ketapub.files import read_text
from ketapub.language import Language
from ketapub.message import Key, message_digest
from ketapub.project import Project, catalog_path, ledger_path
from ketapub.review import Reviewer


class Right(NamedTuple):
    """One text that a reviewer calls right."""

    language: Language
    domain: str
    line: int
    """Of the catalog as it was; 0: it has no such text."""
    key: Key
    msgstr: tuple[str, ...]
    reviewer: Reviewer
    unsigned: str = ""
    """Why the verdict is not about what the catalog says; empty: it is about exactly that."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What one person's sheets add to one ledger."""

    path: str
    reviewer: Reviewer
    texts: int
    """How many the person calls right."""
    new: int
    """Lines for the ledger."""
    known: int
    """Texts that the ledger has a line for already."""


def sign_texts(
    project: Project, rights: Iterable[Right], catalogs: Mapping[str, Catalog]
) -> tuple[dict[str, str], tuple[Signed, ...], tuple[Problem, ...]]:
    """The ledgers that change, by path, whose they are, and a warning on each text left unsigned.

    `catalogs` are those that are about to be written: they have the last word on what stands.
    """
    by_ledger: dict[str, list[Right]] = {}
    for right in rights:
        by_ledger.setdefault(ledger_path(project, right.language).as_posix(), []).append(right)
    texts: dict[str, str] = {}
    signed: list[Signed] = []
    problems: list[Problem] = []
    for name, found in by_ledger.items():
        sound = []
        for right in found:
            path = catalog_path(right.language.locale, right.domain).as_posix()
            reason = right.unsigned or _why_other(right, catalogs[path])
            if reason:
                problems.append(_unsigned(right, path, reason))
            else:
                sound.append(right)
        try:
            old = _read(project, name)
        except KetapubError as error:
            problems += error.problems
            continue
        new, counts = _sign(old, name, sound)
        for reviewer in dict.fromkeys(right.reviewer for right in found):
            said = sum(right.reviewer == reviewer for right in found)
            signed.append(Signed(name, reviewer, said, *counts.get(reviewer, (0, 0))))
        if new != old:
            texts[name] = new
    return texts, tuple(signed), tuple(problems)


def _read(project: Project, name: str) -> str:
    path = project.folder / name
    return read_text(path, name) if path.is_file() else ""


def _sign(
    text: str, name: str, rights: Iterable[Right]
) -> tuple[str, dict[Reviewer, tuple[int, int]]]:
    """The ledger with a line for each that it has not, and how many each reviewer adds and had."""
    known = {(r.digest, r.role, r.reviewer) for r in read_ledger(text, name).reviews}
    counts: dict[Reviewer, tuple[int, int]] = {}
    for right in rights:
        who = right.reviewer
        digest = message_digest(*right.key, right.msgstr)
        added, had = counts.get(who, (0, 0))
        if (digest, who.role, who.name) in known:
            counts[who] = added, had + 1
            continue
        known.add((digest, who.role, who.name))
        text = add_review(text, Review(digest, who.day, who.role, right.domain, who.name))
        counts[who] = added + 1, had
    return text, counts


def _why_other(right: Right, catalog: Catalog) -> str:
    """Why the catalog does not say, ready to be published, what was called right; empty: it does."""
    entries = [e for e in catalog.entries if e.key == right.key and not e.obsolete]
    if any(entry.msgstr != right.msgstr for entry in entries) or not entries:
        return "another file that was sent along changes it"
    return "it stays fuzzy" if any(entry.unready for entry in entries) else ""


def _unsigned(right: Right, path: str, reason: str) -> Problem:
    what = f"“{right.key[1][:60]}” is not signed: {reason}"
    hint = f"{right.reviewer.name} can read it as it is now on a new sheet (ketapub send)"
    return Problem(path, right.line, what, hint, "warning", "reviews")
