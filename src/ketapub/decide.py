"""Turn editions into decided ones, article by article, kept until something that decides them changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, groupby
from typing import Any

from ketapub.article import Article, region_messages
from ketapub.cores import spread
from ketapub.edition import PAGE, Edition, Gate, Scales, decide_outputs, place_digest, used_words
from ketapub.files import digest
from ketapub.memory import Memory
from ketapub.message import Message
from ketapub.project import HELPLINES, TEMPLATES, Project, load_ledger
from ketapub.review_state import Lack, ReviewState, find_lack, sign, sum_reviews
from ketapub.templates import PAGE_FILES, surface_messages
from ketapub.told import Reviews, Told

_WORTH_DECIDING = 1000
"""Editions that take longer to decide than a process takes to start."""


def decide_all(
    project: Project, asked: Sequence[Edition], told: Mapping[str, Told], jobs: int, memory: Memory
) -> Iterator[Edition]:
    """Editions with all that is decided of them, in `jobs` processes.

    `told`: what the catalogs of each language say, by its tag.
    """
    gate, source = _gate(project), project.publication.source
    scales = Scales({tag: each.texts for tag, each in told.items()}, gate)
    reviewers = _Reviewers({tag: each.reviews for tag, each in told.items()}, gate)
    ledger = load_ledger(project, source)
    places: dict[tuple[str, str], str] = {}

    def decide(article: Article, own: Sequence[Edition]) -> Iterator[dict[str, Any]]:
        for edition in own:
            messages = region_messages(article, edition.codes) if ledger.reviews else ()
            signed: dict[str, Any] = {
                "review": reviewers.state(edition, article, edition.language == source),
                "clinician": sign(messages, ledger, "clinical"),
            }
            found = decide_outputs(replace(edition, **signed), article, scales)
            yield signed | {"coverage": found.coverage, "outputs": found.outputs}

    def inputs(slug: str, own: Sequence[Edition]) -> str:
        """The digest of all that decides an article's editions."""
        said = [each.digests(slug) for each in told.values()]
        for edition in own:
            place = edition.region, edition.language.tag
            places[place] = places.get(place) or place_digest(edition)
        where = [(e.name, e.options, places[e.region, e.language.tag]) for e in own]
        return digest(repr((told[source.tag].key, sorted(told), said, where)).encode())

    def recall(own: Sequence[Edition]) -> list[dict[str, Any]]:
        slug = own[0].address.slug
        key = partial(inputs, slug, own)
        return memory.make(
            f"{slug}.editions", key, lambda: list(decide(project.articles[slug], own))
        )

    articles = [tuple(own) for _, own in groupby(asked, key=lambda each: each.address.slug)]
    shared = spread(recall, articles, jobs if len(asked) > _WORTH_DECIDING else 1)
    for edition, decided in zip(asked, chain.from_iterable(shared), strict=True):
        yield replace(edition, **decided)


class _Reviewers:
    """Finds what editions lack of reviews. What many regions share is looked at once."""

    def __init__(self, reviews: Mapping[str, Reviews], gate: Gate) -> None:
        self.reviews = reviews
        self.rules = gate.publication.review
        self.words = gate.words
        surfaces = (PAGE, *(format_.name for format_ in gate.formats))
        self.surfaces = tuple(dict.fromkeys(m for name in surfaces for m in gate.words[name]))
        self._used: dict[tuple[str, str], frozenset[str]] = {}
        self._lacks: dict[tuple[object, ...], Lack] = {}
        self._states: dict[tuple[object, ...], ReviewState] = {}

    def state(self, edition: Edition, article: Article, source: bool) -> ReviewState:
        """What article, helplines and fixed words lack of all that its readers can see."""
        tag, place = edition.language.tag, (edition.region, edition.language.tag)
        if place not in self._used:
            self._used[place] = used_words(edition)
        used = self._used[place]
        key = (article.slug, tag, edition.options, used, source)
        if key not in self._states:
            lacks = (
                self._lack(tag, article.slug, edition.options,
                           lambda: region_messages(article, edition.codes)),
                self._lack(tag, HELPLINES, used,
                           lambda: [m for m in self.words[HELPLINES] if m.msgid in used]),
                self._lack(tag, TEMPLATES, "", lambda: self.surfaces),
            )  # fmt: skip
            self._states[key] = sum_reviews(lacks, self.rules, source)
        return self._states[key]

    def _lack(
        self, tag: str, domain: str, which: object, messages: Callable[[], Iterable[Message]]
    ) -> Lack:
        key = (tag, domain, which)
        if key not in self._lacks:
            told = self.reviews[tag][domain]
            found = ((message, told.get(message.key)) for message in messages())
            self._lacks[key] = find_lack(found, self.rules)
        return self._lacks[key]


def _gate(project: Project) -> Gate:
    publication = project.publication
    formats = tuple(project.formats[name] for name in publication.formats)
    messages = project.messages[TEMPLATES]
    words = {format_.name: surface_messages(messages, format_.files) for format_ in formats}
    words |= {PAGE: surface_messages(messages, PAGE_FILES), HELPLINES: project.messages[HELPLINES]}
    return Gate(publication, formats, words)
