"""Turn a project into its publication: plan, protect, render, put together, publish."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ketapub import notice, site
from ketapub.chooser import questions, render_choosers
from ketapub.cores import spread
from ketapub.edition import PAGE, Address, Edition, Listed, Output, embed_paths
from ketapub.errors import KetapubError, Problem
from ketapub.feed import FEED, build_feed
from ketapub.files import digest
from ketapub.finder import render_finders
from ketapub.language import Language
from ketapub.outbox import Outbox, Stamp
from ketapub.pack import build_pack
from ketapub.pack_index import NAME as INDEX
from ketapub.page import is_hidden_language, leaving_path, missing_path
from ketapub.plan import Plan, Refused, Selection, make_plan, settle_plan
from ketapub.press import Press, Sheets, family_of, group_families
from ketapub.previous import Previous, Version, load_previous
from ketapub.project import Project
from ketapub.provenance import find_inputs, find_versions
from ketapub.publish import lock, outbox, prepare, publish
from ketapub.recall import Recall, find_recalls
from ketapub.removal import dropped_reason, find_dropped, keep_formats
from ketapub.server import make_web, render_headers, render_redirects
from ketapub.versions import build_versions, find_dead, values_of

_WORTH_SHARING = 100
"""Editions whose pages take longer to make than a process takes to start."""


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
    paper: str = ""
    """`a4` or `letter` for all sheets; empty: what each region's offices have."""
    cache: Path | None = None
    """Folder of what was printed before, which projects may share; None: the project's own."""
    on: str = ""
    """Address of a Dask scheduler whose workers print; empty: processes of this machine."""
    allow_removals: bool = False
    """Let what is published and no longer asked for disappear."""
    dry: bool = False
    """Only foresee what would be done: nothing is printed, nothing is written."""


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
    protected: bool
    """Whether there was a previous publication to protect."""
    drafts: int
    """Files in `.ketapub/draft/`."""
    altered: tuple[str, ...]
    """Paths below the web root that are new or not what is live; caches must forget them."""
    removed: tuple[str, ...]
    """Paths below the web root that are live and are published no more."""
    foreseen: tuple[str, ...] | None = None
    """Paths of the sheets that are still to be printed, of a build that only foresees."""


def build(project: Project, options: Options) -> Report:
    """Build the publication of a project into its `dist/`."""
    state = project.folder / ".ketapub"
    dist = project.folder / "dist"
    if options.dry:
        with TemporaryDirectory(prefix="ketapub-") as folder:
            return _build(project, options, Outbox(Path(folder), Path(folder)))
    with lock(state):
        prepare(dist, state)
        with outbox(dist, state) as files:
            return _build(project, options, files)


def _build(project: Project, options: Options, files: Outbox) -> Report:
    """Fill an outbox and publish it; one that only foresees is not published."""
    state = project.folder / ".ketapub"
    dist = project.folder / "dist"
    here = load_previous(dist.as_posix())
    previous = load_previous(options.previous, named=True) if options.previous else here
    plan = settle_plan(_make_plan(project, previous, options), previous, options.selection)
    how = options.jobs, options.progress, options.paper, options.cache, options.on, options.dry
    press = Press(project, plan, *how)
    sheets = press.print_sheets(_ready_sheets(plan), files)
    # a handout that cannot be printed is held, and may stand there from before
    plan = settle_plan(_hold(plan, sheets.failed), previous, options.selection)
    plan, lost = _keep(plan, previous, files)
    record = _record(press, plan, previous, options.today)
    notices = press.print_notices(record.desk, record.recalls, record.versions, files)
    _add_pages(press, plan, files)
    indexes = _add_packs(press, plan, record, files)
    _add_indexes(press, plan, record, files)
    _add_versions(record, files)
    manifest = _add_manifest(press, plan, record, files)
    every = [sheets, notices, indexes]
    drafts, atomic = 0, True
    if options.draft and not options.dry:
        with outbox(state / "draft", state / "drafting") as draft:
            every.append(_draft(press, plan, options, draft))
            publish(draft, state / "draft", state / "drafting", None)
            drafts = len(draft)
    if not options.dry:
        ours = frozenset((*here.files, "manifest.json"))
        atomic = publish(files, dist, state, ours)
    return Report(
        plan.editions,
        plan.refused,
        tuple(dict.fromkeys((*plan.problems, *lost, *(p for s in every for p in s.problems)))),
        tuple(dict.fromkeys(p for s in every for p in s.machine)),
        manifest,
        len(files.fresh),
        atomic,
        sum(s.fresh for s in every),
        previous.exists,
        drafts,
        *_differences(previous, manifest["files"]),
        # a sheet to be printed has no bytes yet
        tuple(p for p, stamp in files.stamps.items() if not stamp.size) if options.dry else None,
    )


def _differences(
    previous: Previous, files: Mapping[str, Stamp]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths of files that are new or different, and of those that are gone."""
    old = {path: file.sha256 for path, file in previous.files.items()}
    altered = (path for path, stamp in files.items() if old.get(path) != stamp.sha256)
    return tuple(altered), tuple(path for path in old if path not in files)


def _make_plan(project: Project, previous: Previous, options: Options) -> Plan:
    """Every edition that is asked for, and those that must not disappear unasked."""
    jobs = options.jobs or os.cpu_count() or 1
    if options.allow_removals:
        return make_plan(project, options.today, jobs)
    dropped = find_dropped(project, previous)
    reason = dropped_reason([address.name for address in dropped])
    plan = make_plan(project, options.today, jobs, dict.fromkeys(dropped, reason))
    return keep_formats(plan, previous, project, options.today)


def _ready_sheets(plan: Plan) -> list[tuple[Edition, Output]]:
    return [
        (edition, output)
        for edition in plan.editions
        for output in edition.outputs
        if output.name != PAGE and output.state == "ready"
    ]


def _hold(plan: Plan, failed: Mapping[str, KetapubError]) -> Plan:
    """The plan with the failed handouts held."""

    def held(output: Output) -> Output:
        if output.path not in failed or output.state != "ready":
            return output
        return replace(output, state="held", reasons=failed[output.path].problems)

    editions = tuple(replace(e, outputs=tuple(map(held, e.outputs))) for e in plan.editions)
    return replace(plan, editions=editions)


def _keep(plan: Plan, previous: Previous, files: Outbox) -> tuple[Plan, tuple[Problem, ...]]:
    """What stays as it was published before; what can no longer be read there is withdrawn."""
    lost: list[Problem] = []

    def read(path: str) -> tuple[Problem, ...]:
        """Keep a file, and the style sheet that a page was made with."""
        try:
            data = previous.read(path)
            assets = (p for p in previous.files if p.startswith("assets/") and p not in files)
            files.update({p: previous.read(p) for p in assets if p.encode() in data})
        except KetapubError as error:
            lost.extend(error.problems)
            return error.problems
        files[path] = data
        return ()

    def keep(address: Address, output: Output) -> Output:
        if output.state != "kept":
            return output
        missing = read(output.path)
        beside = (address.text_path, *embed_paths(output.path)) if output.name == PAGE else ()
        for path in beside:  # what it says is what the page says
            if path in previous.files and not missing:
                missing = read(path)
        reasons = (*output.reasons, *missing)
        return replace(output, state="withdrawn", reasons=reasons) if missing else output

    def kept(listed: Listed) -> tuple[Output, ...]:
        return tuple(keep(listed.address, output) for output in listed.outputs)

    editions = tuple(replace(e, outputs=kept(e)) for e in plan.editions)
    refused = tuple(replace(r, outputs=kept(r)) for r in plan.refused)
    for item in refused:
        place = f"{item.address.place}/index.html"
        is_known = place in previous.files and place not in files
        is_kept = item.page_help is None and item.output(PAGE).state == "kept"
        # the index of its place prints numbers too, those of the day when it was made
        where = item.address
        old = previous.editions.get((where.slug, where.region, where.language.tag))
        numbers = old.numbers if old else ()
        if is_known and is_kept and plan.is_safe(where.region, numbers):
            read(place)
    return replace(plan, editions=editions, refused=refused), tuple(lost)


@dataclass(frozen=True, slots=True)
class Record:
    """What became of all that was ever published, as of one day."""

    desk: notice.Desk
    versions: Mapping[str, Version]
    recalls: tuple[Recall, ...]
    today: date


def _record(press: Press, plan: Plan, previous: Previous, today: date) -> Record:
    versions = build_versions(press.project, plan, previous.versions, today)
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    published = frozenset(
        (each.address.slug, each.address.region, each.address.language.tag, output.name)
        for each in every
        for output in each.outputs
        if output.published
    )
    desk = notice.Desk(press.frame, plan, press.words, press.source, published)
    return Record(desk, versions, find_recalls(versions, plan, today), today)


def _add_pages(press: Press, plan: Plan, files: Outbox) -> None:
    files.update(press.assets)
    families = group_families(plan.editions)
    # by language and article: what the regions of one share is made once
    ordered = sorted(plan.editions, key=lambda e: (e.language.tag, e.article.slug))
    shares = [tuple(own) for _, own in groupby(ordered, key=lambda e: e.language.tag)]
    moved: dict[str, bytes] = {}
    make = partial(_make_pages, press, families, files)
    jobs = press.jobs if len(ordered) > _WORTH_SHARING else 1
    for stamps, fresh, old in spread(make, shares, jobs):
        files.adopt(stamps, fresh)
        moved |= old
    for path, way in moved.items():
        files.setdefault(path, way)
    families = group_families(plan.refused)
    for item in plan.refused:
        output, family = item.output(PAGE), families[family_of(item)]
        if output.state == "withdrawn" and (page := press.stand_in(family, item)) is not None:
            files[output.path] = page
            files |= press.help_embeds(family, item)


def _make_pages(
    press: Press,
    families: Mapping[tuple[str, str], Sequence[Listed]],
    files: Outbox,
    editions: Sequence[Edition],
) -> tuple[dict[str, Stamp], set[str], dict[str, bytes]]:
    """Pages with all that stands beside them, and the ways on from their older addresses."""
    made = files.branch()
    moved: dict[str, bytes] = {}
    sizes = made.sizes
    for edition in editions:
        output, family = edition.output(PAGE), families[family_of(edition)]
        if output.state not in {"ready", "withdrawn"}:
            continue
        shown = press.show(edition)
        if output.state == "ready":
            made[edition.address.text_path] = press.text(shown)
            made |= press.embeds(family, shown, sizes)
        else:
            made |= press.help_embeds(family, edition)
        made[output.path] = press.page(family, shown, sizes)
        for old in shown.article.front.aliases:
            moved[f"{edition.address.place}/{old}/index.html"] = press.moved(family, shown)
    return made.stamps, made.fresh, moved


def _add_indexes(press: Press, plan: Plan, record: Record, files: Outbox) -> None:
    """All that leads to pages and handouts: places, choosers, short addresses, sitemap."""
    frame, publication = press.frame, press.project.publication
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    live = [e for e in every if e.output(PAGE).path in files]
    for listed in every:
        if any(output.path in files for output in listed.outputs):
            short = site.render_short(frame, listed, listed.output(PAGE).path in files)
            files[f"s/{listed.address.short_id}/index.html"] = short.encode()
    places = _add_places(press, live, record, files)
    files["robots.txt"] = site.build_robots(frame).encode()
    languages = tuple(dict.fromkeys((press.source, *(e.address.language for e in live))))
    hidden = {lang for lang in languages if is_hidden_language(live, lang, frame)}
    if publication.address:
        found = site.found_ways(hidden, languages, frame)
        found += site.found_places(places, frame) + site.found_articles(every, frame)
        files["sitemap.xml"] = site.build_sitemap(found, frame).encode()
        dates = {slug: a.front.updated for slug, a in press.project.articles.items()}
        files[FEED] = build_feed(plan.editions, dates, frame).encode()
    _add_ways(press, every, live, {lang: lang in hidden for lang in languages}, files)


def _add_packs(press: Press, plan: Plan, record: Record, files: Outbox) -> Sheets:
    """The pack of each region that has a sheet; gives what came of printing their first sheets."""
    regions: dict[str, list[Listed]] = {}
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    for listed in every:
        regions.setdefault(listed.address.region, []).append(listed)
    packed = {
        region: own
        for region, own in regions.items()
        if any(o.path in files and o.name != PAGE for each in own for o in each.outputs)
    }
    indexes = press.print_indexes(packed, files)
    for region, own in packed.items():
        packer = press.packer(own[0], record.versions)
        index = indexes.files.get(f"packs/{region}/{INDEX}")
        files[site.pack_path(region)] = build_pack(packer, own, files, index)
    return indexes


def _add_ways(
    press: Press,
    every: Sequence[Listed],
    live: Sequence[Listed],
    languages: Mapping[Language, bool],
    files: Outbox,
) -> None:
    """In each language: choosers of a country, all handouts, what leaving hides, no page.

    `languages`: and whether search engines are asked to leave each out.
    """
    frame = press.frame
    hidden = [language for language, is_hidden in languages.items() if is_hidden]
    words = {language.tag: press.words(language) for language in languages}
    placed = [e for e in live if f"{e.address.place}/index.html" in files]
    pages = render_choosers(frame, live, placed, words, hidden)
    articles = press.project.articles
    is_open = {slug for slug, article in articles.items() if not article.front.discreet}
    pages |= render_finders(frame, every, words, files.sizes, is_open, hidden)
    asks = questions(languages, words)
    pages["404.html"] = site.render_missing(frame, words[press.source.tag], asks)
    for language in languages:
        mine = words[language.tag]
        pages[leaving_path(language)] = site.render_leaving(frame, mine, hidden=languages[language])
        own = questions((language,), words)
        pages[missing_path(language)] = site.render_missing(frame, mine, own)
    web = make_web(press.project.publication, articles, tuple(languages))
    pages["_headers"] = render_headers(web)
    if web.moved:
        pages["_redirects"] = render_redirects(web)
    files.update({path: text.encode() for path, text in pages.items()})


def _add_places(
    press: Press, live: Sequence[Listed], record: Record, files: Outbox
) -> list[list[Listed]]:
    """The index of each region in each language; gives what each lists.

    One whose numbers nobody knows stays as it was.
    """
    places: dict[str, list[Listed]] = {}
    for listed in live:
        places.setdefault(listed.address.place, []).append(listed)
    for place, found in places.items():
        found.sort(key=lambda each: each.page_help is None)
        if found[0].page_help is None:
            continue
        here = found[0].address
        near = (group[0].address for group in places.values())
        siblings = [other.language for other in near if other.region == here.region]
        words = press.words(here.language)
        recalls = notice.recall_links(record.desk, record.recalls, here.region, words)
        files[f"{place}/index.html"] = press.place(found, siblings, recalls)
    return [found for place, found in places.items() if f"{place}/index.html" in files]


def _add_versions(record: Record, files: Outbox) -> None:
    """What became of every version ever published, and what to throw away."""
    desk, versions = record.desk, record.versions
    for mark, version in versions.items():
        dead = find_dead(version, desk.plan, record.today) if version.state == "bad" else ()
        text = notice.render_version(desk, mark, version, dead, files)
        files[f"v/{mark}/index.html"] = text.encode()
    languages = desk.frame.publication.languages
    files["v/index.html"] = notice.render_versions(desk, versions, languages).encode()
    files["versions.json"] = site.dump(values_of(versions))
    for recall in record.recalls:
        blocks = notice.view_recall(desk, recall, versions)
        pdf = f"{recall.folder}/notice.pdf" in files
        page = notice.render_recall(desk, blocks, "handouts/index.html", pdf)
        files[f"{recall.folder}/index.html"] = page.encode()
        files[f"{recall.folder}/notice.txt"] = notice.write_recall(desk, blocks).encode()


def _add_manifest(press: Press, plan: Plan, record: Record, files: Outbox) -> dict[str, Any]:
    listed = dict(sorted(files.stamps.items()))
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    manifest = {
        "schema": 1,
        "publication": digest(site.dump(listed))[:16],
        "complete": all(output.state == "ready" for each in every for output in each.outputs),
        "editions": [site.manifest_edition(each, files) for each in every],
        "recalls": [recall.values for recall in record.recalls],
        "inputs": find_inputs(press.project.folder),
        "versions": find_versions(press.tools),
        "files": listed,
    }
    files["manifest.json"] = site.dump(manifest)
    return manifest


def _draft(press: Press, plan: Plan, options: Options, files: Outbox) -> Sheets:
    def is_wanted(edition: Edition, output: Output) -> bool:
        return output.state != "ready" and options.selection.takes(edition, output)

    return press.draft(plan, is_wanted, files)
