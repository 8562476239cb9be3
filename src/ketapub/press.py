"""Turn decided editions into printed sheets, each once."""

from __future__ import annotations

import os
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ketapub.cache import PdfCache
from ketapub.cluster import cluster
from ketapub.cores import cut
from ketapub.edition import Edition, Listed, Output, working_language
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.files import digest
from ketapub.fingerprint import Fingerprints
from ketapub.fonts import FontFile, families, find_fonts, private_fontconfig
from ketapub.handout import PrintTask, render_pdf
from ketapub.language import Language, parse_language
from ketapub.notice import Desk, recall_languages, recall_task, view_recall
from ketapub.outbox import Outbox
from ketapub.pack import Packer
from ketapub.pack_index import index_rows, index_task
from ketapub.page import Frame
from ketapub.plan import Plan
from ketapub.pool import Engine, Printed, local, print_all, print_key
from ketapub.previous import Version
from ketapub.project import Project
from ketapub.recall import Recall
from ketapub.sheet import Job, Working, print_task, sheet_languages
from ketapub.standing import Standing
from ketapub.templates import Wording, read_template
from ketapub.toolchain import toolchain

Files = MutableMapping[str, bytes]
"""Bytes by path below `dist/`."""
Wanted = tuple[Edition, Output]


@dataclass(frozen=True, slots=True)
class Sheets:
    """What came out of printing."""

    files: Mapping[str, bytes]
    """What stands by itself nowhere, by path: the first sheets of packs."""
    failed: Mapping[str, KetapubError]
    """By path: why there is no handout."""
    machine: tuple[Problem, ...]
    """What the machine lacks."""
    fresh: int
    """Printed, not taken from the cache."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the content of failed handouts."""
        errors = (e for e in self.failed.values() if not isinstance(e, MachineError))
        return tuple(problem for error in errors for problem in error.problems)


class Press:
    """Prints within one frame: styles and fonts, each found once."""

    def __init__(
        self,
        project: Project,
        plan: Plan,
        frame: Frame,
        words: Wording,
        standing: Standing,
        fingerprints: Fingerprints,
        jobs: int,
        progress: Callable[[int, int], None],
        paper: str = "",
        cache: Path | None = None,
        on: str = "",
        dry: bool = False,
    ) -> None:
        self.project = project
        self.plan = plan
        self.frame = frame
        self.words = words
        self.standing = standing
        self.fingerprints = fingerprints
        self.state = project.folder / ".ketapub"
        self.cache = PdfCache(cache or self.state / "cache" / "pdf")
        self.jobs = jobs or os.cpu_count() or 1
        self.progress = progress
        self.paper = paper
        self.on = on
        self.dry = dry
        self.source = project.publication.source
        self.tools: dict[str, str] = {}
        """What sheets are printed with; empty while none was to be printed."""

    def print_sheets(self, wanted: Sequence[Wanted], files: Outbox) -> Sheets:
        """Print these handouts into `files`, but for those that stand; one that fails costs itself."""
        if not wanted:
            return Sheets({}, {}, (), 0)
        failed: dict[str, KetapubError] = {}
        ready: list[Wanted] = []
        fonts, lacks = self._find_fonts()
        for edition, output in wanted:
            found = [lacks[lang] for lang in sheet_languages(edition, self.source) if lang in lacks]
            if found:
                failed[output.path] = MachineError(*(p for error in found for p in error.problems))
            else:
                ready.append((edition, output))
        fresh = 0
        try:
            self.fingerprints.print_with(self._find_tools(fonts))
            shares = list(cut(ready))
            files.fill(self._take_over, shares, self.jobs if len(shares) > 1 else 1)
            due = [(edition, output) for edition, output in ready if output.path not in files]
            tasks = (self._task(*each) for each in due)
            for result in self._print(tasks, len(due), fonts) if due else ():
                fresh += not result.cached
                if result.error is None:
                    files[result.task.name] = result.pdf
                else:
                    failed[result.task.name] = result.error
        except MachineError as error:  # before the first is printed: it concerns them all
            failed |= {output.path: error for _, output in ready}
        errors = (e for e in failed.values() if isinstance(e, MachineError))
        machine = tuple(dict.fromkeys(problem for error in errors for problem in error.problems))
        return Sheets({}, failed, machine, fresh)

    def _take_over(self, ready: Sequence[Wanted], files: Outbox) -> None:
        """Let stand what stands of these handouts."""
        for edition, output in ready:
            fingerprint = partial(self.fingerprints.sheet, edition, output)
            self.standing.stand(files, output.path, fingerprint)

    def print_notices(
        self,
        desk: Desk,
        recalls: Sequence[Recall],
        versions: Mapping[str, Version],
        files: Files,
    ) -> Sheets:
        """The one-page sheets of recall notices, into `files`; one that fails costs itself."""
        if not recalls:
            return Sheets({}, {}, (), 0)
        views = [(recall, view_recall(desk, recall, versions)) for recall in recalls]
        tags = {lang for _, blocks in views for lang in recall_languages(desk, blocks)}
        style = read_template(self.project.templates, "tokens.css", "site/notice.css")

        try:
            fonts, _ = self._find_fonts()
            fonts.update(find_fonts(families([(lang.tag, lang.script) for lang in tags])))
            tasks = [recall_task(desk, *view, style) for view in views]
            printed = list(self._print(tasks, len(tasks), fonts))
        except MachineError as error:  # before the first is printed: it concerns them all
            return Sheets({}, {}, error.problems, 0)
        sheets = _gather(printed)
        files.update(sheets.files)
        return replace(sheets, files={})

    def _find_fonts(self) -> tuple[set[FontFile], dict[Language, MachineError]]:
        """The fonts of the whole publication, and the languages that lack one.

        All of them, whatever is printed: the set is part of what determines a handout's bytes, and
        must not change with the filters or with what is held.
        """
        languages = dict.fromkeys(self.project.publication.languages)
        for edition in self.plan.editions:
            languages |= dict.fromkeys(sheet_languages(edition, self.source))
        fonts: set[FontFile] = set()
        lacks: dict[Language, MachineError] = {}
        for lang in languages:
            try:
                fonts.update(find_fonts(families([(lang.tag, lang.script)])))
            except MachineError as error:
                lacks[lang] = error
        return fonts, lacks

    def _print(
        self, tasks: Iterable[PrintTask], total: int, fonts: set[FontFile]
    ) -> Iterator[Printed]:
        # one private set of fonts for all, so that each worker opens them once
        ordered = sorted(fonts, key=lambda font: font.path)
        tools = self._find_tools(fonts)
        if self.dry:
            return self._look_up(tasks, tools)
        conf = private_fontconfig(ordered, self.state / "fonts")
        engine: Engine = partial(local, self.jobs, partial(render_pdf, fontconfig=conf.as_posix()))
        if self.on:
            names = tuple(sorted({font.family for font in fonts}))
            engine = partial(cluster, self.on, names, tools)
        return print_all(tasks, tools, self.cache, engine, lambda done: self.progress(done, total))

    def _find_tools(self, fonts: set[FontFile]) -> dict[str, str]:
        """What sheets in these fonts are printed with: versions and digests, by name."""
        ordered = sorted(fonts, key=lambda font: font.path)
        tools = toolchain(ordered, None if self.dry else self.state / "fonts.json")
        self.tools |= tools
        return tools

    def _look_up(self, tasks: Iterable[PrintTask], tools: Mapping[str, str]) -> Iterator[Printed]:
        """What was printed before; without bytes what was not."""
        for task in tasks:
            pdf = self.cache.get(print_key(task, tools))
            yield Printed(task, pdf or b"", cached=pdf is not None)

    def _task(self, edition: Edition, output: Output) -> PrintTask:
        """The self-contained task of one handout."""
        slug = edition.address.slug
        staff = working_language(edition)
        format_ = self.project.formats[output.name]
        styles = read_template(
            self.project.templates, "tokens.css", "print/parts.css", f"print/{format_.template}.css"
        )
        return print_task(
            self.frame,
            edition,
            self.project.articles[slug],
            self.words(edition.language),
            Working(self.words(staff), *self._title(slug, staff)),
            Job(format_, styles, self.paper),
        )

    def _title(self, slug: str, language: Language) -> tuple[str, str]:
        """An article's title in a language, and the language it really is in."""
        message = self.project.articles[slug].head["title"]
        texts = self.plan.texts.get(language.tag)
        found = texts.articles[slug].current(message) if texts else None
        return (found[0], language.tag) if found else (message.msgid, self.source.tag)

    def packer(self, listed: Listed, versions: Mapping[str, Version]) -> Packer:
        """What makes the pack of one edition's region."""
        region = listed.chain[0]
        words = self.words(parse_language(region.working_languages[0]))
        paper = self.paper or region.paper
        papers = {
            name: format_.paper(paper).split()[0].title()
            for name, format_ in self.project.formats.items()
        }
        formats = self.project.formats
        published = self.project.publication.formats
        ordered = {name: papers[name] for name in (*published, *sorted(papers.keys() - published))}
        paired = (name for name, format_ in formats.items() if format_.text == "both")
        plain = (name for name, f in formats.items() if f.is_plain and f.paper(paper) == paper)
        how = frozenset(paired), frozenset(plain), versions, self._merge
        return Packer(self.frame, words, ordered, *how)

    def _merge(self, parts: Sequence[tuple[str, bytes]]) -> bytes:
        """PDFs as one; the same ones are merged once."""
        from importlib.metadata import version

        from ketapub import pdf_merge

        code = digest(Path(pdf_merge.__file__).read_bytes())
        sheets = [(label, digest(pdf)) for label, pdf in parts]
        key = digest(repr(("merged", code, version("pikepdf"), sheets)).encode())
        merged = self.cache.get(key)
        if merged is None:
            merged = pdf_merge.merge_pdfs(parts)
            if not self.dry:
                self.cache.put(key, merged)
        return merged

    def print_indexes(
        self, regions: Mapping[str, Sequence[Listed]], files: Collection[str]
    ) -> Sheets:
        """The first sheet of each region's pack; one that fails costs itself."""
        styles = read_template(self.project.templates, "tokens.css", "site/pack_index.css")
        tasks = []
        for own in regions.values():
            region = own[0].chain[0]
            staff = self.words(parse_language(region.working_languages[0]))
            spoken = [(each, self.words(each.address.language)) for each in own]
            rows = index_rows(self.frame, staff, spoken, files)
            paper = self.paper or region.paper
            if rows:
                tasks.append(index_task(self.frame, staff, own[0], rows, styles, paper))
        if not tasks:
            return Sheets({}, {}, (), 0)
        try:
            fonts, _ = self._find_fonts()
            printed = list(self._print(tasks, len(tasks), fonts))
        except MachineError as error:  # before the first is printed: it concerns them all
            return Sheets({}, {}, error.problems, 0)
        return _gather(printed)


def _gather(printed: Sequence[Printed]) -> Sheets:
    files = {each.task.name: each.pdf for each in printed if each.error is None}
    errors = {each.task.name: each.error for each in printed if each.error is not None}
    return Sheets(files, errors, (), sum(not each.cached for each in printed))
