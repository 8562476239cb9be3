"""Turn a project into its publication: plan, protect, render, put together, publish."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ketapub import notice, site
from ketapub.edition import PAGE, Address, Edition, Listed, Output, embed_paths
from ketapub.errors import KetapubError, Problem
from ketapub.feed import FEED, build_feed
from ketapub.fingerprint import Fingerprints
from ketapub.manifest import is_complete, publication_id, write_manifest, write_versions
from ketapub.memory import Memory
from ketapub.notice import Record, make_record
from ketapub.outbox import Outbox, Stamp
from ketapub.pack import build_pack
from ketapub.pack_index import NAME as INDEX
from ketapub.pages import Made, Pages, group_places
from ketapub.plan import Plan, Refused, Selection, make_plan, settle_plan, with_outputs
from ketapub.press import Press, Sheets
from ketapub.previous import Previous, load_previous
from ketapub.project import Project
from ketapub.provenance import find_inputs, find_versions
from ketapub.publish import lock, outbox, prepare, publish
from ketapub.recall import Recall
from ketapub.removal import dropped_reason, find_dropped, keep_formats
from ketapub.server import make_web, render_headers, render_redirects
from ketapub.standing import note_standing, read_standing
from ketapub.web import Web, family_of, group_families, make_frame


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
    publication: str
    """What names this publication."""
    recalls: tuple[Recall, ...]
    files: Mapping[str, Stamp]
    """All that is published, `manifest.json` too, by path below the web root."""
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
            nothing = Path(folder, "dist")  # what is live is known by its manifest
            return _build(project, options, Outbox(Path(folder), nothing))
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
    frame, assets = make_frame(project, plan)
    words = cache(partial(plan.words, source=project.publication.source))
    how = options.jobs, options.progress, options.paper, options.cache, options.on, options.dry
    standing, marks = read_standing(state), Fingerprints(project, plan, options.paper)
    press = Press(project, plan, frame, words, standing, marks, *how)
    sheets = press.print_sheets(_ready_sheets(plan), files)
    # a handout that cannot be printed is held, and may stand there from before
    plan = settle_plan(_hold(plan, sheets.failed), previous, options.selection)
    plan, lost = _keep(plan, previous, files)
    record = make_record(project, plan, frame, words, previous.versions, options.today)
    notices = press.print_notices(record.desk, record.recalls, record.versions, files)
    files.update(assets)
    web = Web(project, frame, words)
    pages = Pages(web, plan, record, standing, marks, press.jobs)
    pages.add_pages(files)
    indexes = _add_packs(press, plan, record, files, pages.jobs)
    pages.add_ways(files, _make_lists(web, plan, record, files))
    changes = _differences(previous, files.stamps)
    publication = publication_id(files.stamps)
    _add_manifest(publication, press, plan, record, files)
    every = [sheets, notices, indexes]
    drafts, atomic = 0, True
    if options.draft and not options.dry:
        with outbox(state / "draft", state / "drafting") as draft:
            every.append(_draft(press, web, plan, options, draft, assets))
            publish(draft, state / "draft", state / "drafting", None)
            drafts = len(draft)
    if not options.dry:
        ours = frozenset((*here.files, "manifest.json"))
        atomic = publish(files, dist, state, ours)
        note_standing(state, dist, pages.outputs(files), files, standing)
    return Report(
        plan.editions,
        plan.refused,
        tuple(dict.fromkeys((*plan.problems, *lost, *(p for s in every for p in s.problems)))),
        tuple(dict.fromkeys(p for s in every for p in s.machine)),
        publication,
        record.recalls,
        files.stamps,
        len(files.fresh),
        atomic,
        sum(s.fresh for s in every),
        previous.exists,
        drafts,
        *changes,
        # a sheet to be printed has no bytes yet
        tuple(p for p, stamp in files.stamps.items() if not stamp.size) if options.dry else None,
    )


def _differences(
    previous: Previous, files: Mapping[str, Stamp]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths of files that are new or different, and of those that are gone."""
    old = {path: file.sha256 for path, file in previous.files.items()}
    altered = sorted(path for path, stamp in files.items() if old.get(path) != stamp.sha256)
    return tuple(altered), tuple(path for path in old if path not in files)


def _make_plan(project: Project, previous: Previous, options: Options) -> Plan:
    """Every edition that is asked for, and those that must not disappear unasked."""
    jobs = options.jobs or os.cpu_count() or 1
    memory = Memory(None if options.dry else project.folder / ".ketapub" / "texts")
    if options.allow_removals:
        return make_plan(project, options.today, jobs, memory=memory)
    dropped = find_dropped(project, previous)
    reason = dropped_reason([address.name for address in dropped])
    plan = make_plan(project, options.today, jobs, dict.fromkeys(dropped, reason), memory)
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

    editions = (with_outputs(e, list(map(held, e.outputs))) for e in plan.editions)
    return replace(plan, editions=tuple(editions))


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

    def kept(listed: Listed) -> list[Output]:
        return [keep(listed.address, output) for output in listed.outputs]

    editions = tuple(with_outputs(e, kept(e)) for e in plan.editions)
    refused = tuple(with_outputs(r, kept(r)) for r in plan.refused)
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


def _add_packs(press: Press, plan: Plan, record: Record, files: Outbox, jobs: int) -> Sheets:
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

    def pack(region: str, made: Outbox) -> None:
        own = packed[region]
        packer = press.packer(own[0], record.versions)
        index = indexes.files.get(f"packs/{region}/{INDEX}")
        made[site.pack_path(region)] = build_pack(packer, own, files, index)

    files.fill(pack, list(packed), jobs)
    return indexes


def _make_lists(web: Web, plan: Plan, record: Record, files: Collection[str]) -> Made:
    """What search engines, feed readers and web servers read, and the list of all versions."""
    frame, publication, desk = web.frame, web.project.publication, record.desk
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    yield "robots.txt", site.build_robots(frame).encode()
    if publication.address:
        places = [p for place, p in group_places(every).items() if f"{place}/index.html" in files]
        found = site.found_ways(record.hidden, record.languages, frame)
        found += site.found_places(places, frame) + site.found_articles(every, frame)
        yield from site.build_sitemap(found, frame)
        dates = {slug: a.front.updated for slug, a in web.project.articles.items()}
        yield FEED, build_feed(plan.editions, dates, frame).encode()
    server = make_web(publication, web.project.articles, record.languages)
    yield "_headers", render_headers(server).encode()
    if server.moved:
        yield "_redirects", render_redirects(server).encode()
    languages = publication.languages
    yield "v/index.html", notice.render_versions(desk, record.versions, languages).encode()
    yield "versions.json", b"".join(write_versions(record.versions))
    for recall in record.recalls:
        blocks = notice.view_recall(desk, recall, record.versions)
        pdf = f"{recall.folder}/notice.pdf" in files
        page = notice.render_recall(desk, blocks, "handouts/index.html", pdf)
        yield f"{recall.folder}/index.html", page.encode()
        yield f"{recall.folder}/notice.txt", notice.write_recall(desk, blocks).encode()


def _add_manifest(
    publication: str, press: Press, plan: Plan, record: Record, files: Outbox
) -> None:
    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    values = {
        "publication": publication,
        "complete": is_complete(every),
        "recalls": [recall.values for recall in record.recalls],
        "inputs": find_inputs(press.project.folder),
        "versions": find_versions(press.tools),
    }
    files.write("manifest.json", write_manifest(every, files.stamps, values))


def _draft(
    press: Press,
    web: Web,
    plan: Plan,
    options: Options,
    files: Outbox,
    assets: Mapping[str, bytes],
) -> Sheets:
    """Outputs that are held, as they would look, into `files`: for the eyes of editors only."""

    def is_wanted(edition: Edition, output: Output) -> bool:
        return output.state != "ready" and options.selection.takes(edition, output)

    def forced(edition: Edition) -> Edition:
        outputs = (replace(o, state="ready") for o in edition.outputs if is_wanted(edition, o))
        return replace(edition, outputs=tuple(outputs))

    chosen = [edition for edition in map(forced, plan.editions) if edition.outputs]
    sheets = press.print_sheets(
        [(e, o) for e in chosen for o in e.outputs if o.name != PAGE], files
    )
    pages = [e for e in chosen if any(o.name == PAGE for o in e.outputs)]
    files.update(assets if pages else {})
    families = group_families(pages)
    for edition in pages:
        shown = {edition.output(PAGE).path, edition.address.text_path}  # not what other sites take
        made = web.page(families[family_of(edition)], edition, files.sizes)
        files.update((path, data) for path, data in made if path in shown)
    return sheets
