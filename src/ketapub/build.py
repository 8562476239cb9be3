"""Turn a project into its publication: plan, protect, render, put together, publish."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ketapub import site
from ketapub.edition import PAGE, Edition, Output, output_path
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.files import digest, read_text
from ketapub.fonts import FontFile, families, find_fonts, private_fontconfig
from ketapub.handout import PrintTask
from ketapub.language import Language
from ketapub.page import Frame, Link, language_link, render_help_page, render_page, shown_size
from ketapub.plan import Plan, Refused, Selection, make_plan, settle_plan
from ketapub.pool import PdfCache, Printed, print_all
from ketapub.previous import Previous, load_previous
from ketapub.project import Project
from ketapub.publish import lock, publish
from ketapub.region import digits
from ketapub.sheet import print_task, sheet_languages, working_language
from ketapub.templates import FORMAT_WORDS, Words, environment
from ketapub.toolchain import toolchain

Files = dict[str, bytes]
"""Bytes by path below `dist/`."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to build."""

    today: date
    selection: Selection = field(default_factory=Selection)
    previous: str = ""
    """Folder or address of the publication that is live; empty: the one in `dist/`."""
    draft: bool = False
    """Also render held outputs, into `.ketapub/draft/`."""
    jobs: int = 0
    """Worker processes; 0: one a core."""
    progress: Callable[[int, int], None] = lambda done, total: None


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did."""

    editions: tuple[Edition, ...]
    refused: tuple[Refused, ...]
    problems: tuple[Problem, ...]
    machine: tuple[Problem, ...]
    """What the machine lacks: no fault of the content."""
    manifest: Mapping[str, Any]
    changed: int
    """Files that are new or different."""
    atomic: bool
    printed: int
    """PDFs that had to be printed, not taken from the cache."""


def build(project: Project, options: Options) -> Report:
    """Build the publication of a project into its `dist/`."""
    state = project.folder / ".ketapub"
    dist = project.folder / "dist"
    with lock(state):
        previous = load_previous(options.previous or dist.as_posix())
        plan = make_plan(project, options.today)
        plan = settle_plan(plan, previous.manifest, options.selection, project)
        press = _Press(project, plan, state, options)
        plan, printed, machine = press.print_handouts()
        files = dict(printed)
        files |= _kept_files(plan, previous)
        files |= _web_files(press, plan, files)
        carried = _carry(plan, previous, files)
        if options.draft:
            _write_draft(press, plan, state)
        manifest = _finish(press, plan, previous, carried, files)
        ours = frozenset(load_previous(dist.as_posix()).manifest.get("files", ()))
        changed, atomic = publish(files, dist, state, ours | {"manifest.json"})
    return Report(
        plan.editions,
        plan.refused,
        plan.problems + press.problems,
        machine,
        manifest,
        changed,
        atomic,
        press.printed,
    )


class _Press:
    """Renders with one frame: environment, styles, fonts and words, each made once."""

    def __init__(self, project: Project, plan: Plan, state: Path, options: Options) -> None:
        self.project = project
        self.plan = plan
        self.state = state
        self.options = options
        self.problems: tuple[Problem, ...] = ()
        self.printed = 0
        self.source = project.publication.source
        self.style = self.read_style("web/page.css").encode()
        name = f"assets/style.{digest(self.style)[:8]}.css"
        self.frame = Frame(environment(project.templates), project.publication, name)
        self._words: dict[str, Words] = {}

    def read_style(self, name: str) -> str:
        """The tokens and one style sheet, as one text."""
        names = ("tokens.css", name)
        return "\n".join(
            read_text(self.project.templates[each], f"templates/{each}") for each in names
        )

    def words(self, language: Language) -> Words:
        """The fixed words of a language."""
        if language.tag not in self._words:
            self._words[language.tag] = self.plan.words(language, self.source)
        return self._words[language.tag]

    def print_handouts(self) -> tuple[Plan, Files, tuple[Problem, ...]]:
        """Print every ready handout; one that fails is held, with the reason."""
        wanted = [
            (edition, output)
            for edition in self.plan.editions
            for output in edition.outputs
            if output.name != PAGE and output.state == "ready"
        ]
        results, machine = self.run(wanted)
        files = {name: result.pdf for name, result in results.items() if result.error is None}
        failed = {n: r.error for n, r in results.items() if r.error is not None}
        self.problems = tuple(
            problem
            for error in failed.values()
            if not isinstance(error, MachineError)
            for problem in error.problems
        )
        return self.hold(failed), files, machine

    def run(
        self, wanted: list[tuple[Edition, Output]]
    ) -> tuple[dict[str, Printed], tuple[Problem, ...]]:
        """The results by path of the handout, and what the machine lacks."""
        tasks: list[PrintTask] = []
        lost: dict[str, Printed] = {}
        machine: dict[Problem, None] = {}
        fonts: set[FontFile] = set()
        for edition, output in wanted:
            languages = [(lang.tag, lang.script) for lang in sheet_languages(edition, self.source)]
            try:
                fonts.update(find_fonts(families(languages)))
            except MachineError as error:
                machine.update(dict.fromkeys(error.problems))
                empty = PrintTask("", "", "ltr", "a4", "", output.path)
                lost[output.path] = Printed(empty, error=error)
        try:
            # one private set of fonts for all, so that each worker opens them once
            ordered = sorted(fonts, key=lambda font: font.path)
            conf = private_fontconfig(ordered, self.state / "fonts") if ordered else Path()
            tools = toolchain(ordered, self.state / "fonts.json") if ordered else {}
        except MachineError as error:
            machine.update(dict.fromkeys(error.problems))
            empty = PrintTask("", "", "ltr", "a4", "", "")
            return {o.path: Printed(empty, error=error) for _, o in wanted}, tuple(machine)
        for edition, output in wanted:
            if output.path not in lost:
                tasks.append(self.task(edition, output, conf))
        cache = PdfCache(self.state / "cache" / "pdf")
        jobs = self.options.jobs or os.cpu_count() or 1
        total = len(tasks)
        done = print_all(tasks, tools, cache, jobs, lambda n: self.options.progress(n, total))
        for result in done:
            self.printed += not result.cached
            lost[result.task.name] = result
            if isinstance(result.error, MachineError):
                machine.update(dict.fromkeys(result.error.problems))
        return lost, tuple(machine)

    def task(self, edition: Edition, output: Output, conf: Path) -> PrintTask:
        """The self-contained task of one handout."""
        staff_words = self.words(working_language(edition))
        article = self.project.articles[edition.article.slug]
        return print_task(
            self.frame,
            edition,
            article,
            output.name,
            self.words(edition.language),
            staff_words,
            self.title(edition.article.slug, working_language(edition)),
            self.read_style(f"print/{output.name}.css"),
            conf.as_posix(),
        )

    def title(self, slug: str, language: Language) -> tuple[str, str]:
        """An article's title in a language, and the language it really is in."""
        message = self.project.articles[slug].head["title"]
        texts = self.plan.texts.get(language.tag)
        found = texts.articles[slug].current(message) if texts else None
        return (found[0], language.tag) if found else (message.msgid, self.source.tag)

    def hold(self, failed: Mapping[str, KetapubError]) -> Plan:
        """The plan with the failed handouts held."""

        def held(output: Output) -> Output:
            if output.path not in failed or output.state != "ready":
                return output
            return replace(output, state="held", reasons=failed[output.path].problems)

        editions = tuple(
            replace(e, outputs=tuple(map(held, e.outputs))) for e in self.plan.editions
        )
        return replace(self.plan, editions=editions)

    def page(self, plan: Plan, edition: Edition, files: Files) -> str:
        """The page of one edition, or the help page in its place."""
        article = self.project.articles[edition.article.slug]
        words = self.words(edition.language)
        siblings = tuple(_siblings(plan, edition))
        links = tuple(
            language_link(
                other.language,
                f"../../{other.language.segment}/{other.article.slug}/index.html",
                other is edition,
            )
            for other in siblings
        )
        if edition.output(PAGE).state == "withdrawn":
            source = next((link.href for link in links if link.tag == self.source.tag), "")
            return render_help_page(self.frame, edition, article, words, links, source)
        handouts = tuple(
            Link(
                output.path.rsplit("/", 1)[1],
                words.text(FORMAT_WORDS[output.name]),
                size=shown_size(len(files[output.path])),
            )
            for output in edition.outputs
            if output.name != PAGE and output.published and output.path in files
        )
        return render_page(self.frame, edition, article, words, links, handouts)


def _siblings(plan: Plan, edition: Edition) -> Iterator[Edition]:
    """The editions that a page's switcher names: this article here, in every published language."""
    for other in plan.editions:
        same = (other.region, other.article.slug) == (edition.region, edition.article.slug)
        if same and (other is edition or other.output(PAGE).published):
            yield other


def _kept_files(plan: Plan, previous: Previous) -> Files:
    """What stays as it was published before."""
    return {
        output.path: previous.read(output.path)
        for edition in plan.editions
        for output in edition.outputs
        if output.state == "kept"
    }


def _web_files(press: _Press, plan: Plan, files: Files) -> Files:
    """Pages, indexes and everything around them."""
    frame, publication = press.frame, press.project.publication
    found: Files = {frame.stylesheet: press.style}
    live = [e for e in plan.editions if e.output(PAGE).state in {"ready", "kept", "withdrawn"}]
    for edition in live:
        if edition.output(PAGE).state != "kept":
            page = press.page(plan, edition, files)
            found[edition.output(PAGE).path] = page.encode()
        found[f"s/{edition.short_id}/index.html"] = site.render_short(frame, edition).encode()
    places: dict[tuple[str, str], list[Edition]] = {}
    for edition in live:
        places.setdefault((edition.region, edition.language.tag), []).append(edition)
    for (region, tag), editions in places.items():
        language = editions[0].language
        siblings = [group[0].language for (code, _), group in places.items() if code == region]
        text = site.render_place(frame, editions, press.words(language), siblings)
        found[f"{region.lower()}/{language.segment}/index.html"] = text.encode()
        assert tag == language.tag
    all_words = {lang.tag: press.words(lang) for lang in publication.languages}
    found["index.html"] = site.render_chooser(frame, live, all_words).encode()
    found["404.html"] = site.render_missing(frame, press.words(press.source)).encode()
    found["robots.txt"] = site.build_robots(frame).encode()
    if publication.address:
        found["sitemap.xml"] = site.build_sitemap(plan.editions, frame).encode()
    packs = _packs(plan, files, publication.unreviewed == "mark")
    sizes = {path: len(data) for path, data in files.items()}
    found |= packs
    found["handouts/index.html"] = site.render_handouts(
        frame,
        plan.editions,
        press.words(press.source),
        sizes,
        {path: len(data) for path, data in packs.items()},
    ).encode()
    return found


def _packs(plan: Plan, files: Files, hidden: bool) -> Files:
    packs: Files = {}
    for region in dict.fromkeys(e.region for e in plan.editions):
        editions = [e for e in plan.editions if e.region == region]
        if any(o.path in files and o.name != PAGE for e in editions for o in e.outputs):
            packs[f"packs/{region}.zip"] = site.build_pack(editions, files, hidden)
    return packs


def _carry(plan: Plan, previous: Previous, files: Files) -> list[dict[str, Any]]:
    """Entries of editions that cannot be made now but stand in the previous publication.

    Their files stay: that their region or article is broken says nothing against the numbers on
    them, and taking help away would be worse. Where the numbers of today are known, a number that
    is no longer printed takes the file away all the same.
    """
    old = {
        (e["article"], e["region"], e["locale"]): e for e in previous.manifest.get("editions", ())
    }
    entries = []
    for item in plan.refused:
        entry = old.get((item.article, item.region, item.language.tag))
        reasons = [
            {"code": r.code, "path": r.path, "line": r.line, "message": r.message}
            for r in item.reasons
        ]
        today = plan.numbers_today.get(item.region)
        outputs: dict[str, Any] = {}
        for name in (entry or {"outputs": {PAGE: {}}})["outputs"]:
            was = entry["outputs"][name] if entry else {}
            numbers = frozenset(map(digits, entry["numbers"])) if entry else frozenset()
            if was.get("mark") and (today is None or numbers <= today):
                files[was["path"]] = previous.read(was["path"])
                outputs[name] = {"state": "kept", "path": was["path"], "mark": was["mark"]}
            else:
                state = "withdrawn" if was.get("mark") else "held"
                outputs[name] = {"state": state, "path": None}
            outputs[name]["reasons"] = reasons
        base = entry or {
            "article": item.article,
            "region": item.region,
            "locale": item.language.tag,
            "coverage": 0.0,
            "reviewed": False,
            "helplines": [],
            "numbers": [],
        }
        entries.append({**base, "outputs": outputs})
        place = f"{item.region.lower()}/{item.language.segment}/index.html"
        if place in previous.manifest.get("files", {}) and place not in files:
            files[place] = previous.read(place)
    return entries


def _finish(
    press: _Press,
    plan: Plan,
    previous: Previous,
    carried: list[dict[str, Any]],
    files: Files,
) -> dict[str, Any]:
    """Add versions and manifest to the files; returns the manifest."""
    versions = site.build_versions(plan.editions, previous.versions, plan.numbers_today)
    for entry in carried:
        for output in entry["outputs"].values():
            if output["state"] == "kept" and output["mark"] in versions:
                versions[output["mark"]]["state"] = "current"
    for mark, version in versions.items():
        title = press.project.articles.get(version["article"])
        text = site.render_version(
            press.frame,
            press.words(press.source),
            mark,
            version,
            title.front.title if title else press.project.publication.title,
        )
        files[f"v/{mark}/index.html"] = text.encode()
    files["versions.json"] = site.dump({"schema": 1, "versions": versions})
    listed = {
        path: {"sha256": digest(data), "size": len(data)} for path, data in sorted(files.items())
    }
    entries = [site.manifest_edition(edition) for edition in plan.editions] + carried
    complete = not plan.refused and all(
        output.state == "ready" for edition in plan.editions for output in edition.outputs
    )
    manifest = {
        "schema": 1,
        "publication": digest(site.dump(listed))[:16],
        "complete": complete,
        "editions": entries,
        "files": listed,
    }
    files["manifest.json"] = site.dump(manifest)
    return manifest


def _write_draft(press: _Press, plan: Plan, state: Path) -> None:
    """Held outputs as they would look, into `.ketapub/draft/`: for the eyes of editors only."""
    forced = tuple(
        replace(
            edition,
            outputs=tuple(
                replace(o, state="ready", path=_own_path(edition, o)) for o in edition.outputs
            ),
        )
        for edition in plan.editions
        if any(output.state != "ready" for output in edition.outputs)
    )
    draft = replace(plan, editions=forced)
    wanted = [(e, o) for e in forced for o in e.outputs if o.name != PAGE]
    results, _ = press.run(wanted)
    files: Files = {name: r.pdf for name, r in results.items() if r.error is None}
    for edition in forced:
        files[edition.output(PAGE).path] = press.page(draft, edition, files).encode()
    files[press.frame.stylesheet] = press.style
    publish(files, state / "draft", state, frozenset())


def _own_path(edition: Edition, output: Output) -> str:
    return output_path(edition.region, edition.language, edition.article.slug, output.name)
