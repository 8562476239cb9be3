"""Turn decided editions into files: each page and each handout rendered once, within one frame."""

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
from typing import Any

from ketapub.cache import PdfCache
from ketapub.cluster import cluster
from ketapub.edition import PAGE, Edition, Listed, Output, working_language
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.files import digest, read_bytes, read_text
from ketapub.fonts import FontFile, families, find_fonts, private_fontconfig
from ketapub.fragment import (
    fragment_path,
    portable,
    portable_body,
    render_fragment,
    render_fragment_help,
    render_help_fragment,
    scoped_style,
)
from ketapub.handout import PrintTask, render_pdf
from ketapub.language import Language, parse_language
from ketapub.localize import slot
from ketapub.notice import Desk, recall_languages, recall_task, view_recall
from ketapub.outbox import Outbox
from ketapub.pack import Packer
from ketapub.pack_index import index_rows, index_task
from ketapub.page import (
    PLACE_ROOT,
    ROOT,
    Frame,
    Link,
    help_of,
    join_text,
    language_link,
    neutral_name,
    render_help,
    render_help_page,
    render_help_text,
    render_moved,
    render_open_text,
    render_page,
    shown_size,
)
from ketapub.plan import Plan, Refused
from ketapub.pool import Engine, Printed, local, print_all, print_key
from ketapub.previous import Version
from ketapub.project import Project
from ketapub.recall import Recall
from ketapub.record import handout_links, help_record, record_path, text_record
from ketapub.region import Help
from ketapub.sheet import Job, Working, print_task, sheet_languages
from ketapub.site import dump, render_place, render_stand_in
from ketapub.templates import Words, environment
from ketapub.toolchain import toolchain
from ketapub.view import (
    EditionView,
    HelpView,
    Shown,
    fill,
    number_html,
    view_edition,
    view_help,
)

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


@dataclass(frozen=True, slots=True)
class OpenText:
    """What the regions of one language share of an article, their number left open."""

    text: str
    """As plain text, with holes."""
    body: str
    """For other sites, with a slot."""


_SHARED = 64
"""Open texts kept at a time: those of one article in its languages."""


class Press:
    """Renders within one frame: environment, styles, fonts and words, each made once."""

    def __init__(
        self,
        project: Project,
        plan: Plan,
        jobs: int,
        progress: Callable[[int, int], None],
        paper: str = "",
        cache: Path | None = None,
        on: str = "",
        dry: bool = False,
    ) -> None:
        self.project = project
        self.plan = plan
        self.state = project.folder / ".ketapub"
        self.cache = PdfCache(cache or self.state / "cache" / "pdf")
        self.jobs = jobs or os.cpu_count() or 1
        self.progress = progress
        self.paper = paper
        self.on = on
        self.dry = dry
        self.source = project.publication.source
        self.style = self.read_style("tokens.css", "web/page.css").encode()
        name = f"assets/style.{digest(self.style)[:8]}.css"
        self.exit = self._read("web/exit.js").encode()
        exit_name = f"assets/exit.{digest(self.exit)[:8]}.js"
        env = environment(project.templates)
        self.icon = self._read("web/icon.svg").encode()
        icon = f"assets/icon.{digest(self.icon)[:8]}.svg"
        self.preview = read_bytes(project.templates["web/preview.png"], "templates/web/preview.png")
        picture = f"assets/preview.{digest(self.preview)[:8]}.png"
        every: tuple[Listed, ...] = (
            *plan.editions,
            *plan.refused,
        )  # formats that are gone have a name and no label
        labels = {output.name: output.name for each in every for output in each.outputs}
        labels |= {name: format_.label for name, format_ in project.formats.items()}
        tokens, fragment = map(self._read, ("tokens.css", "web/fragment.css"))
        self.fragment_style = scoped_style(tokens, fragment).encode()
        scoped = f"assets/fragment.{digest(self.fragment_style)[:8]}.css"
        self.finder = self._read("web/finder.js").encode()
        finder = f"assets/finder.{digest(self.finder)[:8]}.js"
        self.frame = Frame(
            env, project.publication, name, exit_name, icon, picture, labels, finder, scoped
        )
        self.tools: dict[str, str] = {}
        """What sheets are printed with; empty while none was to be printed."""
        self._words: dict[str, Words] = {}
        self._helps: dict[tuple[str, str, bool], HelpView] = {}
        self._help_html: dict[tuple[str, str, str], str] = {}
        self._help_texts: dict[tuple[str, str], str] = {}
        self._fragment_helps: dict[tuple[str, str], str] = {}
        self._opened: dict[tuple[str, EditionView], OpenText] = {}

    def read_style(self, *names: str) -> str:
        """Style sheets as one text; later ones win."""
        return "\n".join(map(self._read, names))

    def _read(self, name: str) -> str:
        return read_text(self.project.templates[name], f"templates/{name}")

    @property
    def assets(self) -> dict[str, bytes]:
        """What every page loads or names, by a name that changes with its content."""
        frame = self.frame
        found = {
            frame.stylesheet: self.style,
            frame.exit_script: self.exit,
            frame.finder_script: self.finder,
            frame.icon: self.icon,
            frame.fragment_style: self.fragment_style,
        }
        return found | {frame.preview: self.preview} if frame.publication.address else found

    def words(self, language: Language) -> Words:
        """The fixed words of a language."""
        if language.tag not in self._words:
            self._words[language.tag] = self.plan.words(language, self.source)
        return self._words[language.tag]

    def print_sheets(self, wanted: Sequence[Wanted], files: Files) -> Sheets:
        """Print these handouts into `files`; one that fails costs itself."""
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
            tasks = (self._task(*each) for each in ready)
            for result in self._print(tasks, len(ready), fonts):
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
        style = self.read_style("tokens.css", "site/notice.css")

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
        if self.dry:
            self.tools |= (tools := toolchain(ordered, None))
            return self._look_up(tasks, tools)
        conf = private_fontconfig(ordered, self.state / "fonts")
        tools = toolchain(ordered, self.state / "fonts.json")
        self.tools |= tools
        engine: Engine = partial(local, self.jobs, partial(render_pdf, fontconfig=conf.as_posix()))
        if self.on:
            names = tuple(sorted({font.family for font in fonts}))
            engine = partial(cluster, self.on, names, tools)
        return print_all(tasks, tools, self.cache, engine, lambda done: self.progress(done, total))

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
        styles = self.read_style("tokens.css", "print/parts.css", f"print/{format_.template}.css")
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

    def show(self, edition: Edition) -> Shown:
        """What page, plain text and fragment of one edition show."""
        article = self.project.articles[edition.address.slug]
        view = self._help(edition, edition.page_help)
        text = view_edition(edition, article)
        return Shown(
            edition,
            article,
            self.words(edition.language),
            view,
            self.help_html(edition, article.slug),
            fill(text, view.call),
            text,
        )

    def help_html(self, listed: Listed, slug: str = "") -> Any:
        """The rendered helplines of an edition's page; without a slug those of its place's index."""
        where, root = listed.address, ROOT if slug else PLACE_ROOT
        key = (where.region, where.language.tag, root)
        if key not in self._help_html:
            view = self._help(listed, self._page_help(listed))
            words = self.words(where.language)
            self._help_html[key] = render_help(self.frame, view, words, root)
        return help_of(self._help_html[key], where, slug, _mark(listed) if slug else "")

    def _page_help(self, listed: Listed) -> Help:
        assert listed.page_help is not None, "only what has help is shown"
        return listed.page_help

    def _help(self, listed: Listed, help_: Help) -> HelpView:
        """The helplines of a page or fragment: the same for every article of its place."""
        where = listed.address
        key = (where.region, where.language.tag, help_ is listed.fragment_help)
        if key not in self._helps:
            self._helps[key] = view_help(help_, listed.chain, self.words(where.language))
        return self._helps[key]

    def page(self, family: Sequence[Listed], shown: Shown, sizes: Mapping[str, int]) -> bytes:
        """The page of one edition, or the help page in its place.

        `family`: this article here, in every language; `sizes`: bytes of its handouts and plain text,
        by path.
        """
        edition, article, words = shown.edition, shown.article, shown.words
        links = _switcher(edition, family)
        if edition.output(PAGE).state == "withdrawn":
            hrefs = (link.href for link in links if link.tag == self.source.tag)
            source = "" if edition.language == self.source else next(hrefs, "")
            return render_help_page(self.frame, shown, links, source).encode()
        handouts = tuple(
            Link(
                output.path.rsplit("/", 1)[1],
                words(self.frame.labels[output.name]),
                size=shown_size(sizes[output.path]),
                saved_as=neutral_name(output.path, article.slug),
            )
            for output in edition.outputs
            if output.name != PAGE and output.published and output.path in sizes
        )
        text = Link(
            f"{article.slug}.txt",
            "",
            size=shown_size(sizes[edition.address.text_path]),
            saved_as=f"{edition.address.place.replace('/', '_')}.txt",
        )
        return render_page(self.frame, shown, links, handouts, text).encode()

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
        return Packer(self.frame, words, ordered, frozenset(paired), frozenset(plain), versions)

    def print_indexes(
        self, regions: Mapping[str, Sequence[Listed]], files: Collection[str]
    ) -> Sheets:
        """The first sheet of each region's pack; one that fails costs itself."""
        styles = self.read_style("tokens.css", "site/pack_index.css")
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

    def text(self, shown: Shown) -> bytes:
        """The page of one edition as plain text."""
        where = shown.edition.address
        key = (where.region, where.language.tag)
        if key not in self._help_texts:
            self._help_texts[key] = render_help_text(self.frame, shown.help, shown.words)
        return join_text(self._help_texts[key], self._open(shown).text, shown).encode()

    def _open(self, shown: Shown) -> OpenText:
        """What regions that read the same words share. Editions of one article come in a row."""
        key = (shown.edition.language.tag, shown.open)
        if key not in self._opened:
            if len(self._opened) > _SHARED:
                self._opened.clear()
            level = self.project.publication.heading_level
            self._opened[key] = OpenText(
                render_open_text(self.frame, shown),
                portable_body(str(shown.open.body), shown.edition.language, level),
            )
        return self._opened[key]

    def embeds(
        self, family: Sequence[Listed], shown: Shown, sizes: Mapping[str, int]
    ) -> dict[str, bytes]:
        """Fragment and record of a page that is made today, for other sites."""
        edition = shown.edition
        view = self._help(edition, edition.fragment_help)
        number = portable(number_html(view.call.dial, view.call.href), edition.language)
        body = self._open(shown).body.replace(slot("emergency"), number)
        record = self._record(family, edition, edition.fragment_help)
        record |= text_record(self.frame, shown) | {"body": body}
        record["links"]["handouts"] = handout_links(self.frame, edition, sizes)
        help_html = self._fragment_help(edition, view)
        html = render_fragment(self.frame, replace(shown, help=view), body, help_html)
        return {fragment_path(edition): html.encode(), record_path(edition): dump(record)}

    def _fragment_help(self, listed: Listed, view: HelpView) -> str:
        where = listed.address
        key = (where.region, where.language.tag)
        if key not in self._fragment_helps:
            words = self.words(where.language)
            self._fragment_helps[key] = render_fragment_help(self.frame, words, view)
        return str(help_of(self._fragment_helps[key], where, where.slug, _mark(listed)))

    def help_embeds(self, family: Sequence[Listed], listed: Listed) -> dict[str, bytes]:
        """Those of a withdrawn page: today's helplines; none where nobody knows these."""
        help_ = listed.fragment_help
        if help_ is None:
            return {}
        view = self._help(listed, help_)
        words, help_html = self.words(listed.address.language), self._fragment_help(listed, view)
        html = render_help_fragment(self.frame, words, view, help_html)
        record = dump(self._record(family, listed, help_))
        return {fragment_path(listed): html.encode(), record_path(listed): record}

    def _record(self, family: Sequence[Listed], listed: Listed, help_: Help) -> dict[str, Any]:
        view = self._help(listed, help_)
        return help_record(self.frame, listed, help_, view, _siblings(listed, family))

    def moved(self, family: Sequence[Listed], shown: Shown) -> bytes:
        """What leads on from an older address of this edition's page."""
        return render_moved(self.frame, shown, _switcher(shown.edition, family)).encode()

    def stand_in(self, family: Sequence[Listed], item: Refused) -> bytes | None:
        """The help page of a withdrawn edition that cannot be made; None without help to show."""
        if item.page_help is None:
            return None
        words = self.words(item.address.language)
        links, view = _switcher(item, family), self._help(item, item.page_help)
        help_html = self.help_html(item, item.address.slug)
        return render_stand_in(self.frame, view, help_html, item, words, links).encode()

    def place(
        self,
        listed: Sequence[Listed],
        siblings: Sequence[Language],
        recalls: Sequence[Link],
    ) -> bytes:
        """The index of one region in one language; the first of `listed` has the help of all."""
        first = listed[0]
        view, words = self._help(first, self._page_help(first)), self.words(first.address.language)
        help_html = self.help_html(first)
        return render_place(self.frame, view, help_html, listed, words, siblings, recalls).encode()

    def draft(self, plan: Plan, wanted: Callable[[Edition, Output], bool], files: Outbox) -> Sheets:
        """Outputs that are held, as they would look, into `files`: for the eyes of editors only."""
        forced = tuple(
            replace(
                edition,
                outputs=tuple(
                    replace(o, state="ready") for o in edition.outputs if wanted(edition, o)
                ),
            )
            for edition in plan.editions
        )
        chosen = [(e, o) for e in forced for o in e.outputs]
        sheets = self.print_sheets([(e, o) for e, o in chosen if o.name != PAGE], files)
        pages = tuple(e for e, o in chosen if o.name == PAGE)
        families = group_families(pages)
        for edition in pages:
            shown, family = self.show(edition), families[family_of(edition)]
            files[edition.address.text_path] = self.text(shown)
            files[edition.output(PAGE).path] = self.page(family, shown, files.sizes)
        if pages:
            files.update(self.assets)
        return sheets


def _mark(listed: Listed) -> str:
    """The version of a page that is made today."""
    page = listed.output(PAGE)
    return page.mark if page.state == "ready" else ""


def _gather(printed: Sequence[Printed]) -> Sheets:
    files = {each.task.name: each.pdf for each in printed if each.error is None}
    errors = {each.task.name: each.error for each in printed if each.error is not None}
    return Sheets(files, errors, (), sum(not each.cached for each in printed))


def family_of(listed: Listed) -> tuple[str, str]:
    """Which article, in which region."""
    return listed.address.slug, listed.address.region


def group_families(listed: Iterable[Listed]) -> dict[tuple[str, str], list[Listed]]:
    """Editions that differ in nothing but language, together."""
    families: dict[tuple[str, str], list[Listed]] = {}
    for each in listed:
        families.setdefault(family_of(each), []).append(each)
    return families


def _switcher(listed: Listed, family: Sequence[Listed]) -> tuple[Link, ...]:
    """Ways to this article here, in every published language."""
    return tuple(
        language_link(
            other.address.language,
            f"../../{other.address.language.segment}/{other.address.slug}/index.html",
            other is listed,
        )
        for other in _siblings(listed, family)
    )


def _siblings(listed: Listed, family: Sequence[Listed]) -> tuple[Listed, ...]:
    """This article here, in every published language."""
    return tuple(each for each in family if each is listed or each.output(PAGE).published)
