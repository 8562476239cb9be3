"""Turn a project and a language into one zip for people who work without git.

Reads what was built, for context; writes nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ketapub.errors import Problem
from ketapub.kit.item import (
    Count,
    Item,
    Only,
    choose_items,
    count_items,
    find_items,
    load_catalog,
)
from ketapub.kit.memory import write_memory
from ketapub.kit.po_file import write_catalog
from ketapub.kit.read_me import write_read_me
from ketapub.kit.sheet import write_sheet
from ketapub.kit.table import write_items, write_table
from ketapub.kit.terms import write_tbx, write_terms
from ketapub.kit.xliff import write_xliff, write_xliff2
from ketapub.language import Language
from ketapub.project import HELPLINES, TEMPLATES, Project

Form = Literal["po", "xliff", "xliff2", "csv", "sheet"]

_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_ENDINGS = {"po": "po", "xliff": "xlf", "xliff2": "xlf", "csv": "csv"}
_WHAT = {
    "po": "catalog: work here", "xliff": "XLIFF 1.2: work here", "xliff2": "XLIFF 2.1: work here",
    "csv": "table: work here",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kit:
    """What is sent."""

    name: str
    """Of the zip, without its ending."""
    files: Mapping[str, bytes] = field(repr=False)
    counts: tuple[Count, ...]
    messages: int
    """How many go out; 0: there is nothing to do."""
    problems: tuple[Problem, ...]

    @property
    def data(self) -> bytes:
        """The zip: the same files give the same bytes."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files.items():
                info = zipfile.ZipInfo(f"{self.name}/{name}", (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, data)
        return stream.getvalue()


def make_kit(project: Project, target: Language, form: Form, only: Only) -> Kit:
    """The kit of a language in one form."""
    every, problems = find_items(project, target)
    items = choose_items(every, only)
    source = project.publication.source
    name = f"ketapub-{target.locale}-{form}-{only}"
    files: dict[str, tuple[str, bytes]] = {}
    if form == "sheet":
        page = write_sheet(items, _titles(project), source, target, project.templates,
                           project.publication.contact, name)  # fmt: skip
        files[f"review-{target.locale}.html"] = ("the sheet: open or print it", page)
    else:
        for domain in project.messages:
            chosen = [item for item in items if item.domain == domain]
            if chosen:
                data = _write(form, project, domain, chosen, target)
                files[f"{domain}.{_ENDINGS[form]}"] = (_WHAT[form], data)
    counts = count_items(items)
    files["words.csv"] = ("how many words there are to do", write_table(_count_rows(counts)))
    files["memory.tmx"] = ("earlier translations, for tools", write_memory(every, source, target))
    if project.glossary.terms:
        files["glossary.csv"] = ("words to keep to", write_terms(project.glossary, target))
        tbx = write_tbx(project.glossary, source, target)
        files["glossary.tbx"] = ("the same, for tools", tbx)
    files |= {name: ("how it looks today", data) for name, data in _context(project, target)}
    listed = [(name, what) for name, (what, _) in files.items()]
    how = "xliff" if form == "xliff2" else form
    read_me = write_read_me(project.publication.title, target, counts, listed, how,
                            project.publication.contact)  # fmt: skip
    content = {"READ-ME.txt": read_me} | {name: data for name, (_, data) in files.items()}
    return Kit(name, content, counts, len(items), problems)


def _write(
    form: Form, project: Project, domain: str, items: Sequence[Item], target: Language
) -> bytes:
    source = project.publication.source
    if form == "po":
        return write_catalog(domain, items, load_catalog(project, target, domain), target)
    if form == "csv":
        return write_items(items, target)
    write: Callable[[str, Sequence[Item], Language, Language], bytes]
    write = write_xliff if form == "xliff" else write_xliff2
    return write(domain, items, source, target)


def _titles(project: Project) -> dict[str, str]:
    titles = {slug: article.front.title for slug, article in project.articles.items()}
    return titles | {
        TEMPLATES: "Fixed words of pages and sheets",
        HELPLINES: "Words about helplines",
    }


def _count_rows(counts: Sequence[Count]) -> Iterator[Sequence[object]]:
    yield "file", "new", "changed", "drafts", "done", "total", "repeated"
    for c in counts:
        yield c.domain, c.new, c.changed, c.draft, c.done, c.total, c.repeated


def _context(project: Project, target: Language) -> Iterator[tuple[str, bytes]]:
    """The first page and the first handout of each article in this language, where built."""
    for slug in project.articles:
        for base in (project.folder / "dist", project.folder / ".ketapub" / "draft"):
            pages = sorted(base.glob(f"*/{target.segment}/{slug}/index.html"))
            sheets = sorted(base.glob(f"*/{target.segment}/{slug}/*_handout.pdf"))
            if pages:
                yield f"context/{slug}.html", _inlined(pages[0], base)
            if sheets:
                yield f"context/{slug}.pdf", sheets[0].read_bytes()
            if pages or sheets:
                break


def _inlined(page: Path, base: Path) -> bytes:
    """A page with its own style in it, so that it can be read away from the site."""

    def style(link: re.Match[str]) -> str:
        path = (page.parent / link[1]).resolve()
        if not path.is_relative_to(base.resolve()) or not path.is_file():
            return link[0]
        return f"<style>{path.read_text('utf-8')}</style>"

    return _STYLE.sub(style, page.read_text("utf-8")).encode()
