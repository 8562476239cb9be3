"""Turn a project's messages into templates and updated catalogs on disk. Loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ketapub.catalog import Catalog, merge, read_po, render_template
from ketapub.errors import KetapubError, Problem, has_errors
from ketapub.files import read_text, write_atomic
from ketapub.language import Language
from ketapub.project import Project, catalog_path, template_path


@dataclass(frozen=True, slots=True)
class Written:
    """What happened to one file."""

    path: str
    changed: bool
    translated: int = 0
    fuzzy: int = 0
    missing: int = 0
    obsolete: int = 0


def extract(project: Project) -> tuple[Written, ...]:
    """Write each domain's template, `locale/<domain>.pot`; an unchanged one is left alone."""
    done = []
    for domain, messages in project.messages.items():
        path = template_path(domain)
        text = render_template(domain, messages, project.publication.title)
        done.append(Written(path.as_posix(), write_atomic(project.folder / path, text.encode())))
    return tuple(done)


def update(project: Project) -> tuple[tuple[Written, ...], tuple[Problem, ...]]:
    """Write the templates, then merge them into every catalog that the publication asks for.

    A catalog that cannot be read as a whole is reported and left as it is; the others are merged.
    Refuses while a source cannot be read: its translations would all become obsolete.
    """
    if has_errors(project.problems):
        hint = "mend the sources first; no catalog was touched"
        raise KetapubError(*project.problems, Problem("locale", 0, "nothing was updated", hint))
    done = list(extract(project))
    problems: list[Problem] = []
    for language in project.locales:
        texts: dict[str, str | None] = {}
        for domain in project.messages:
            name = catalog_path(language.locale, domain).as_posix()
            path = project.folder / name
            try:
                texts[domain] = read_text(path, name) if path.is_file() else None
            except KetapubError as error:
                problems.extend(error.problems)
        for domain, old in texts.items():
            written, found = _update_one(project, language, domain, old, texts)
            done.append(written)
            problems.extend(found)
    return tuple(done), tuple(problems)


def _update_one(
    project: Project,
    language: Language,
    domain: str,
    old: str | None,
    texts: dict[str, str | None],
) -> tuple[Written, tuple[Problem, ...]]:
    name = catalog_path(language.locale, domain).as_posix()
    others: list[Catalog] = [
        read_po(text, catalog_path(language.locale, other).as_posix())
        for other, text in texts.items()
        if text is not None and other != domain
    ]
    merged = merge(domain, project.messages[domain], old, language, name, others)
    changed = write_atomic(Path(project.folder / name), merged.text.encode())
    counts = merged.counts
    written = Written(
        name, changed, counts.translated, counts.fuzzy, counts.missing, counts.obsolete
    )
    return written, merged.problems
