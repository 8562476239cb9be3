"""Turn a project's messages into templates and updated catalogs on disk, broken ones into mended ones."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from ketapub.catalog import (
    Declared,
    Merged,
    Proposal,
    drop_field,
    judge_catalog,
    mend,
    merge,
    note_drafts,
    propose_same_meaning,
    read_declared,
    read_po,
    render_template,
)
from ketapub.errors import KetapubError, Problem, has_errors, soften
from ketapub.files import read_bytes, read_text, write_atomic
from ketapub.language import TEST_TAGS, Language, parse_language
from ketapub.project import (
    LOCALE,
    Project,
    catalog_path,
    drafts_path,
    load_drafts,
    load_ledger,
    template_path,
)
from ketapub.pseudo import render_pseudo


@dataclass(frozen=True, slots=True)
class Written:
    """What happened to one file."""

    path: str
    changed: bool
    translated: int = 0
    fuzzy: int = 0
    missing: int = 0
    obsolete: int = 0
    carried: int = 0
    """Translations that stay ready under a reworded source text."""


def extract(project: Project) -> tuple[Written, ...]:
    """Write each domain's template, `locale/<domain>.pot`; an unchanged one is left alone."""
    done = []
    for domain, messages in project.messages.items():
        path = template_path(domain)
        text = render_template(domain, messages, project.publication.title)
        done.append(Written(path.as_posix(), write_atomic(project.folder / path, text.encode())))
    return tuple(done)


def update(
    project: Project, same_meaning: Mapping[str, str] = MappingProxyType({})
) -> tuple[tuple[Written, ...], tuple[Problem, ...]]:
    """Write the templates, then merge them into every catalog that the publication asks for.

    Of a language without an edition the catalogs that are there are merged too, and nothing that is
    wrong in them is an error.

    `same_meaning` names source texts and what they have become by the fix of a typo, as a person
    confirmed it: their translations stay as they are. A catalog that cannot be read as a whole is
    reported and left as it is; the others are merged. Refuses while a source cannot be read: its
    translations would all become obsolete.
    """
    _refuse_broken_sources(project)
    done = list(extract(project))
    problems: list[Problem] = []
    for language in project.translated:
        texts, found = _read_texts(project, language)
        catalogs = {
            domain: read_po(text or "", _name(language, domain)) for domain, text in texts.items()
        }
        drafts, ledger = load_drafts(project, language), load_ledger(project, language)
        for domain, old in texts.items():
            others = [catalog for other, catalog in catalogs.items() if other != domain]
            messages, name = project.messages[domain], _name(language, domain)
            merged = merge(domain, messages, old, language, name, others, same_meaning)
            text = drop_field(merged.text, drafts, ledger)
            done.append(_write(project, name, replace(merged, text=text)))
            found += merged.problems
        problems.extend(found if language in project.locales else soften(found))
        _note_drafts(project, language)
    return tuple(done), tuple(problems)


def propose(project: Project) -> tuple[Proposal, ...]:
    """The source texts that seem to have been reworded, for a person to call the same or not."""
    _refuse_broken_sources(project)
    found: dict[Proposal, None] = {}
    read = [(language, _read_texts(project, language)[0]) for language in project.translated]
    for domain, messages in project.messages.items():
        catalogs = [
            read_po(text, _name(language, domain))
            for language, texts in read
            if (text := texts.get(domain))
        ]
        found |= dict.fromkeys(propose_same_meaning(messages, catalogs))
    return tuple(found)


def judge_catalogs(project: Project) -> tuple[Problem, ...]:
    """What is wrong with the catalogs on disk as files, beyond what reading them tells."""
    found: list[Problem] = []
    for language in project.translated:
        texts, _ = _read_texts(project, language)  # what cannot be read is reported by a check
        for domain, text in texts.items():
            if text is not None:
                catalog = read_po(text, _name(language, domain))
                found.extend(judge_catalog(catalog, language, project.messages[domain]))
        for name, (_, charset) in _read_others(project, language).items():
            what = f"the file says that it is {charset}"
            found.append(Problem(name, 1, what, "ketapub check --fix makes it UTF-8", "note"))
    return tuple(found)


def mend_catalogs(project: Project) -> tuple[Problem, ...]:
    """Mend what can be mended in the catalogs on disk; returns a note on each thing mended."""
    notes: list[Problem] = []
    for language in project.translated:
        for name, (text, charset) in _read_others(project, language).items():
            write_atomic(project.folder / name, text.encode())
            notes.append(Problem(name, 1, f"mended: the file was {charset}, not UTF-8", "", "note"))
        texts, _ = _read_texts(project, language)  # what cannot be read is reported by a check
        for domain, old in texts.items():
            if old is not None:
                name = _name(language, domain)
                text, found = mend(old, name, language)
                write_atomic(project.folder / name, text.encode())
                notes.extend(note._replace(message=f"mended: {note.message}") for note in found)
    return tuple(notes)


def write_pseudo(project: Project, folder: Path) -> tuple[Written, ...]:
    """Write the catalogs of the test locales below a folder: `en_XA/LC_MESSAGES/<domain>.po`."""
    done = []
    for tag in TEST_TAGS:
        for domain, messages in project.messages.items():
            path = folder / catalog_path(parse_language(tag).locale, domain).relative_to(LOCALE)
            data = render_pseudo(tag, domain, messages).encode()
            done.append(Written(path.as_posix(), write_atomic(path, data), len(messages)))
    return tuple(done)


def _note_drafts(project: Project, language: Language) -> None:
    """Keep what machines drafted, so that a text which a person changes is seen to be theirs."""
    texts, _ = _read_texts(project, language)
    catalogs = [read_po(text, _name(language, domain)) for domain, text in texts.items() if text]
    path = project.folder / drafts_path(language.locale)
    with suppress(KetapubError):  # a file in another encoding says nothing and stays as it is
        old = read_text(path) if path.is_file() else ""
        if (new := note_drafts(old, catalogs)) != old:
            write_atomic(path, new.encode())


def _refuse_broken_sources(project: Project) -> None:
    if has_errors(project.problems):
        hint = "mend the sources first; no catalog was touched"
        raise KetapubError(*project.problems, Problem("locale", 0, "nothing was updated", hint))


def _read_texts(
    project: Project, language: Language
) -> tuple[dict[str, str | None], tuple[Problem, ...]]:
    """The text of each domain's catalog (None: there is none yet); one in another encoding is left out."""
    texts: dict[str, str | None] = {}
    problems: list[Problem] = []
    for domain in project.messages:
        name = _name(language, domain)
        path = project.folder / name
        if not path.is_file():
            texts |= {domain: None} if language in project.locales else {}
            continue
        try:
            texts[domain] = read_text(path, name)
        except KetapubError as error:
            problems.extend(error.problems)
    return texts, tuple(problems)


def _read_others(project: Project, language: Language) -> dict[str, Declared]:
    """By path, the catalogs that are no UTF-8 and say which encoding they are in."""
    names = [_name(language, domain) for domain in project.messages]
    broken = {p.path for p in _read_texts(project, language)[1] if p.line}.intersection(names)
    found = {name: read_declared(read_bytes(project.folder / name)) for name in sorted(broken)}
    return {name: each for name, each in found.items() if each}


def _write(project: Project, name: str, merged: Merged) -> Written:
    changed = write_atomic(project.folder / name, merged.text.encode())
    counts = merged.counts
    numbers = (counts.translated, counts.fuzzy, counts.missing, counts.obsolete)
    return Written(name, changed, *numbers, carried=len(merged.carried))


def _name(language: Language, domain: str) -> str:
    return catalog_path(language.locale, domain).as_posix()
