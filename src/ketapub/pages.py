"""Turn a plan into all its pages and all that leads to them, language by language, on all cores.

What has not changed since the last build is taken over as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from ketapub import site
from ketapub.chooser import Choices, find_choices, questions, render_choosers, render_root
from ketapub.cores import cut
from ketapub.edition import PAGE, Edition, Listed, embed_paths
from ketapub.finder import Finder
from ketapub.fingerprint import Fingerprints
from ketapub.language import Language
from ketapub.notice import Record, Verdicts, recall_links
from ketapub.outbox import Outbox
from ketapub.page import Link, has_page, leaving_path, missing_path
from ketapub.plan import Plan
from ketapub.previous import Version
from ketapub.standing import Noted, Standing
from ketapub.web import Family, Web, family_of, group_families, handout_sizes

_WORTH_SHARING = 100
"""Editions whose pages take longer to make than a process takes to start."""

Made = Iterator[tuple[str, bytes]]
"""(path below the web root, bytes) of files, as they are made."""


@dataclass(frozen=True, slots=True)
class Share:
    """The pages of one language: what the regions of an article share is made once."""

    listed: tuple[Listed, ...]
    moved: tuple[tuple[str, Edition], ...]
    """Older addresses, and the editions to which they lead."""
    places: tuple[tuple[Listed, ...], ...]
    """What each place of which an index is made lists."""


def share_pages(web: Web, every: Iterable[Listed]) -> list[Share]:
    """The pages of each language."""
    ordered = sorted(every, key=lambda e: (e.address.language.tag, e.address.slug))
    taken = {each.output(PAGE).path for each in ordered}
    moved: dict[str, Edition] = {}
    for edition in ordered:
        if isinstance(edition, Edition) and edition.output(PAGE).state in {"ready", "withdrawn"}:
            for old in web.project.articles[edition.address.slug].front.aliases:
                moved.setdefault(f"{edition.address.place}/{old}/index.html", edition)
    ways = [(path, edition) for path, edition in moved.items() if path not in taken]
    places = find_places(every)
    return [
        Share(
            tuple(own),
            tuple(way for way in ways if way[1].language.tag == tag),
            tuple(found for found in places if found[0].address.language.tag == tag),
        )
        for tag, own in groupby(ordered, key=lambda e: e.address.language.tag)
    ]


def find_places(every: Iterable[Listed]) -> list[tuple[Listed, ...]]:
    """What each place of which an index is made lists."""
    return [found for found in group_places(every).values() if found[0].page_help]


def group_places(every: Iterable[Listed]) -> dict[str, tuple[Listed, ...]]:
    """What stands in each place, one first whose helplines are known."""
    places: dict[str, list[Listed]] = {}
    for listed in filter(has_page, every):
        places.setdefault(listed.address.place, []).append(listed)
    return {
        place: tuple(sorted(found, key=lambda each: each.page_help is None))
        for place, found in places.items()
    }


class Pages:
    """Makes the pages of one plan."""

    def __init__(
        self,
        web: Web,
        plan: Plan,
        record: Record,
        standing: Standing,
        fingerprints: Fingerprints,
        jobs: int,
    ) -> None:
        self.web = web
        self.record = record
        self.standing = standing
        self.fingerprints = fingerprints
        self.editions = plan.editions
        self.every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
        self.jobs = jobs if len(self.every) > _WORTH_SHARING else 1
        self._made = group_families(plan.editions)
        self._refused = group_families(plan.refused)

    def add_pages(self, files: Outbox) -> None:
        """Pages with all that stands beside them, ways on from older addresses, indexes of places."""
        files.fill(self._make, share_pages(self.web, self.every), self.jobs)

    def _make(self, share: Share, made: Outbox) -> None:
        """Write the pages of one language."""
        web = self.web
        for listed in share.listed:
            if not self._stands(listed, made):
                made.update(web.page(self._family(listed), listed, made.sizes))
        for path, edition in share.moved:
            made[path] = web.moved(self._family(edition), edition)
        for found in share.places:
            path, shown = self._place(found)
            if not self.standing.stand(made, path, partial(self.fingerprints.place, *shown)):
                made[path] = web.index(*shown)

    def _place(
        self, found: tuple[Listed, ...]
    ) -> tuple[str, tuple[tuple[Listed, ...], tuple[Language, ...], list[Link]]]:
        """Where the index of a place stands, and what it shows."""
        where, record = found[0].address, self.record
        words = self.web.words(where.language)
        links = recall_links(record.desk, record.recalls, where.region, words)
        return f"{where.place}/index.html", (found, record.tongues[where.region], links)

    def _family(self, listed: Listed) -> Family:
        families = self._made if isinstance(listed, Edition) else self._refused
        return families[family_of(listed)]

    def _stands(self, listed: Listed, made: Outbox) -> bool:
        output = listed.output(PAGE)
        if output.state != "ready" or not isinstance(listed, Edition):
            return False
        fingerprint = partial(self._fingerprint, listed, made.sizes)
        return self.standing.stand(made, output.path, fingerprint)

    def _fingerprint(self, edition: Edition, sizes: Mapping[str, int]) -> str:
        tongues = self._family(edition).tongues(edition)
        return self.fingerprints.page(edition, tongues, handout_sizes(edition, sizes))

    def outputs(self, files: Outbox) -> Iterator[Noted]:
        """Each page and handout that is made of an edition, and the index of each place."""
        sizes = files.sizes
        for edition in self.editions:
            for output in edition.outputs:
                if output.state != "ready" or output.path not in files:
                    continue
                if output.name == PAGE:
                    beside = (edition.address.text_path, *embed_paths(output.path))
                    page = partial(self._fingerprint, edition, sizes)
                    yield output.path, page, (output.path, *beside)
                else:
                    sheet = partial(self.fingerprints.sheet, edition, output)
                    yield output.path, sheet, (output.path,)

        for path, shown in map(self._place, find_places(self.every)):
            if path in files:
                yield path, partial(self.fingerprints.place, *shown), (path,)

    def add_ways(self, files: Outbox, lists: Made) -> None:
        """All that leads to pages and handouts, and what became of every version; `lists` beside."""
        record = self.record
        verdicts = Verdicts(record.desk, record.today, files.__contains__)
        choices = find_choices(
            filter(has_page, self.every), lambda place: f"{place}/index.html" in files
        )
        articles = self.web.project.articles
        is_open = {slug for slug, article in articles.items() if not article.front.discreet}
        finder = Finder(self.web.frame, self.every, files.sizes, is_open)
        shares: list[Callable[[], Made]] = [
            lambda: lists,
            *(partial(self._short_ways, files, some) for some in cut(self.every)),
            *(partial(_verdicts, verdicts, some) for some in cut(tuple(record.versions.items()))),
            *(partial(self._ways_in, choices, finder, lang) for lang in record.languages),
        ]
        files.fill(_call, shares, self.jobs)

    def _short_ways(self, files: Outbox, every: Iterable[Listed]) -> Made:
        """The short addresses that stand on paper."""
        frame = self.web.frame
        mould = site.mould_short(frame)
        for listed in every:
            if any(output.path in files for output in listed.outputs):
                has = listed.output(PAGE).path in files
                short = site.fill_short(frame, mould, listed, has)
                yield f"s/{listed.address.short_id}/index.html", short.encode()

    def _ways_in(self, choices: Choices, finder: Finder, language: Language) -> Made:
        """In one language: choosers of a country, all handouts, what leaving hides, no page."""
        web, record = self.web, self.record
        frame, words = web.frame, web.words(language)
        hidden = language in record.hidden
        pages = dict(render_choosers(frame, choices, words, record.languages, hidden))
        path, html = finder.page(words, record.languages, hidden=hidden)
        pages[path] = html
        pages[leaving_path(language)] = site.render_leaving(frame, words, hidden=hidden)
        asks = questions((language,), web.words)
        pages[missing_path(language)] = site.render_missing(frame, words, asks)
        if language == web.source:
            asks = questions(record.languages, web.words)
            pages["index.html"] = render_root(frame, choices, words, asks)
            pages["404.html"] = site.render_missing(frame, words, asks)
        return ((path, text.encode()) for path, text in pages.items())


def _call(make: Callable[[], Made], made: Outbox) -> None:
    made.update(make())


def _verdicts(verdicts: Verdicts, versions: Iterable[tuple[str, Version]]) -> Made:
    for mark, version in versions:
        yield f"v/{mark}/index.html", verdicts.page(mark, version).encode()
