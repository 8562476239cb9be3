"""Turn what came back in kits into changed catalogs, and tell of every change.

Writes nothing. A file in the wrong language is refused as a whole; a text that a check refuses
arrives as fuzzy, with the reason in its comment. What a reviewer calls right by name becomes a line
of the ledger of reviews, if it is exactly what the catalog says in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ketapub.catalog import Catalog, Entry, is_draft, read_po
from ketapub.catalog.po import HEADER
from ketapub.catalog.revision import revise_entries
from ketapub.errors import KetapubError, Problem
from ketapub.kit.answer import Answer, Returned
from ketapub.kit.item import load_catalog, mark_key
from ketapub.kit.settle import FAILS, Fate, Kind, settle_answer, why_unsigned
from ketapub.kit.sign import Right, Signed, sign_texts
from ketapub.kit.tongue import find_language, refuse_script
from ketapub.language import Language
from ketapub.project import (
    Project,
    catalog_path,
    judge,
    load_drafts,
    load_ledger,
    load_setting,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a file does to one message."""

    path: str
    line: int
    """Of the catalog as it was."""
    kind: Kind
    msgid: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    why: tuple[str, ...] = ()
    """Why it arrives as fuzzy."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What all files together would change."""

    texts: Mapping[str, str]
    """Changed catalogs and ledgers of reviews by path."""
    changes: tuple[Change, ...]
    same: int
    """Answers that change nothing."""
    signed: tuple[Signed, ...]
    """What named reviewers add to the ledgers."""
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Work:
    project: Project
    today: date
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0


def receive(project: Project, files: Iterable[Returned], today: date) -> Receipt:
    """What the files change, one after the other; no review of a later day than today counts."""
    work = _Work(project, today)
    for file in files:
        try:
            _take(work, file)
        except KetapubError as error:
            work.problems += error.problems
    texts = {
        path: catalog.text
        for path, catalog in work.catalogs.items()
        if catalog.text != work.first[path]
    }
    ledgers, signed, problems = sign_texts(project, work.rights, work.catalogs)
    work.problems += problems
    return Receipt(texts | ledgers, tuple(work.changes), work.same, signed, tuple(work.problems))


def _take(work: _Work, file: Returned) -> None:
    language = find_language(file, work.project)
    refuse_script(file, language)
    domain, catalog = _find_catalog(work, file, language)
    file = _present(work, file)
    messages = {message.key: message for message in work.project.messages[domain]}
    fates, why = _check(
        work.project, language, domain, catalog, _settle(work, file, language, domain, catalog)
    )
    for place, fate in fates.items():
        entry = _entry(catalog, place)
        if fate.kind == "right" and fate.revision.comments == entry.comments:
            work.same += 1
            continue
        work.changes.append(
            Change(catalog.name, entry.line, fate.kind, entry.msgid, entry.msgstr,
                   fate.revision.msgstr, why.get(place, ()))
        )  # fmt: skip
    revisions = {place: fate.revision for place, fate in fates.items()}
    text = revise_entries(catalog, revisions, messages)
    work.catalogs[catalog.name] = read_po(text, catalog.name)


def _settle(
    work: _Work, file: Returned, language: Language, domain: str, catalog: Catalog
) -> dict[int, Fate]:
    """What becomes of the entries that the file changes, by place."""
    places = _find_places(catalog)
    ledger, drafts = load_ledger(work.project, language), load_drafts(work.project, language)
    fates: dict[int, Fate] = {}
    for answer in file.answers:
        if answer.message not in places:
            if answer.msgstr or answer.verdict:
                work.problems.append(_homeless(file, answer, catalog.name))
            continue
        place, moved = places[answer.message]
        entry = _entry(catalog, place)
        if answer.verdict == "right" and file.reviewer:
            unsigned = why_unsigned(entry, answer, moved)
            work.rights.append(
                Right(
                    language, domain, entry.line, entry.key, entry.msgstr, file.reviewer, unsigned
                )
            )
        draft = is_draft(entry, drafts, ledger)
        fate = settle_answer(entry, answer, file.reviewer, moved, draft)
        if fate is None:
            work.same += 1
        else:
            fates[place] = fate
    return fates


def _present(work: _Work, file: Returned) -> Returned:
    """The file without a reviewer who signs for a day to come; says so where nobody signs."""
    rights = sum(answer.verdict == "right" for answer in file.answers)
    who = file.reviewer
    if who and who.day > work.today:
        what = f"the sheet is not signed: {who.name} has written a day to come, {who.day}"
        hint = "no review comes of it: ask for the right day, or take the file in again then"
        work.problems.append(Problem(file.name, 0, what, hint, "warning"))
        return replace(file, reviewer=None)
    if rights and not who:
        what = f"texts called right by nobody with a name: {rights}"
        hint = "no review comes of them: on the sheet people say whether they may be named"
        work.problems.append(Problem(file.name, 0, what, hint, "note"))
    return file


def _check(
    project: Project, language: Language, domain: str, catalog: Catalog, fates: dict[int, Fate]
) -> tuple[dict[int, Fate], dict[int, tuple[str, ...]]]:
    """The fates with those fuzzy that a check refuses, and why."""
    fates, why = dict(fates), {}
    messages = {message.key: message for message in project.messages[domain]}
    revisions = {place: fate.revision for place, fate in fates.items()}
    trial = read_po(revise_entries(catalog, revisions, messages), catalog.name)
    touched = {place: messages.get(_entry(catalog, place).key) for place in fates}
    judged = judge(
        project,
        load_setting(project, language),
        domain,
        [m for m in touched.values() if m],
        (trial,),
    )
    for place, message in touched.items():
        fate = fates[place]
        if message is None or fate.kind in ("comment", "newer"):
            continue
        if reasons := judged.of(message).problems:
            why[place] = tuple(reason.message for reason in reasons)
            comments = (f"{FAILS}{reason.message} ({reason.code})" for reason in reasons)
            kept = dict.fromkeys((*fate.revision.comments, *comments))
            revision = fate.revision._replace(ready=False, comments=tuple(kept))
            kind: Kind = fate.kind if fate.kind == "unsafe" else "fuzzy"
            fates[place] = Fate(kind, revision)
    return fates, why


# --- where an answer belongs ----------------------------------------------------------------------


def _find_catalog(work: _Work, file: Returned, language: Language) -> tuple[str, Catalog]:
    """The domain that a file says, or else the one that most of its messages are of."""
    found = []
    for domain in work.project.messages:
        catalog = _catalog(work, language, domain)
        if catalog is not None:
            places = _find_places(catalog)
            known = sum(answer.message in places for answer in file.answers)
            found.append((domain == file.domain and known > 0, known, domain, catalog))
    best = max(found, key=lambda each: each[:2], default=None)
    if best is None or not best[1]:
        hint = "is it from another publication? if the catalogs are missing: ketapub update"
        what = "no message of it is in the catalogs of this project"
        raise KetapubError(Problem(file.name, 0, what, hint))
    return best[2], best[3]


def _catalog(work: _Work, language: Language, domain: str) -> Catalog | None:
    name = catalog_path(language.locale, domain).as_posix()
    if name not in work.catalogs:
        catalog = load_catalog(work.project, language, domain)
        if catalog is None:
            return None
        work.catalogs[name] = catalog
        work.first[name] = catalog.text
    return work.catalogs[name]


def _find_places(catalog: Catalog) -> Mapping[str, tuple[int, bool]]:
    """By message: the place of its entry, and whether that is one whose source has moved on.

    A live entry comes before one whose earlier source text it was, that before an obsolete one.
    """
    entries = [
        (place, chunk)
        for place, chunk in enumerate(catalog.chunks)
        if isinstance(chunk, Entry) and chunk.key != HEADER
    ]
    places = {mark_key(entry.key): (place, False) for place, entry in entries if entry.obsolete}
    for place, entry in entries:
        if entry.previous and not entry.obsolete:
            places[mark_key((entry.previous[0] or "", entry.previous[1]))] = (place, True)
    live = {mark_key(entry.key): (place, False) for place, entry in entries if not entry.obsolete}
    return places | live


def _entry(catalog: Catalog, place: int) -> Entry:
    chunk = catalog.chunks[place]
    assert isinstance(chunk, Entry)
    return chunk


def _homeless(file: Returned, answer: Answer, path: str) -> Problem:
    what = f"“{answer.source[:60]}” has no entry in {path}: what was said of it was not taken"
    hint = "keep the file; if the source text is to come back, run ketapub update, then receive"
    return Problem(file.name, answer.line, what, hint)
