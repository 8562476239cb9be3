"""Turn editions into digests of exactly what determines the bytes of their outputs.

Equal fingerprints mean equal bytes, whatever dates files have and on whatever day it is built: today
counts by its effects alone, the helplines that are chosen. Where a value is cheap to include and dear to
tell apart it is included whole: a page made in vain costs time, a page not made could cost a life.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ketapub.edition import Edition, Listed, Output, Texts, place_digest, working_language
from ketapub.files import digest, digest_of, read_bytes, tree_digest
from ketapub.language import Language
from ketapub.page import Link
from ketapub.plan import Plan
from ketapub.project import Project
from ketapub.provenance import find_versions

_CODE = Path(__file__).parent
_BESIDE = ("lxml", "msgspec", "pillow")
"""Packages that outputs hang on, beside those that the manifest names."""


class Fingerprints:
    """Those of one plan. What many editions share is digested once."""

    def __init__(self, project: Project, plan: Plan, paper: str) -> None:
        self.project = project
        self.plan = plan
        self.paper = paper
        self._places: dict[tuple[str, str], str] = {}
        self._words: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self.frame = _frame(project)  # before any process is forked, which would find it again
        """What all outputs hang on: our own code, page templates and styles, settings, versions."""
        self._tools = ""

    def page(
        self, edition: Edition, tongues: tuple[Language, ...], sizes: Mapping[str, int]
    ) -> str:
        """Of an edition's page and all that stands beside it.

        `tongues`: the languages that it leads to; `sizes`: bytes of its handouts, by format.
        """
        tags = tuple(language.tag for language in tongues)
        return digest_of("page", self._edition(edition), repr((tags, tuple(sizes.items()))))

    def place(
        self, listed: Sequence[Listed], tongues: Sequence[Language], recalls: Sequence[Link]
    ) -> str:
        """Of the index of a place; its arguments are those of `Web.index`."""
        told = [
            self._edition(each) if isinstance(each, Edition) else digest_of(repr(each))
            for each in listed
        ]
        words = self._words_of(listed[0].address.language)
        tags = [language.tag for language in tongues]
        return digest_of("place", self.frame, words, *told, repr(tags), repr(recalls))

    def print_with(self, tools: Mapping[str, str]) -> None:
        """Sheets are printed with these, fonts among them."""
        self._tools = digest_of(repr(sorted(tools.items())))

    def sheet(self, edition: Edition, output: Output) -> str:
        """Of one of its handouts."""
        staff = working_language(edition)
        both = self.project.formats[output.name].text == "both"
        partner = edition.partner.digest if both and edition.partner else ""
        texts = self.plan.texts.get(staff.tag)
        message = self.project.articles[edition.address.slug].head["title"]
        title = texts.articles[edition.address.slug].current(message) if texts else None
        own = (output.name, self.paper, self._tools, partner, title)
        return digest_of("sheet", self._edition(edition), self._words_of(staff), repr(own))

    def _edition(self, edition: Edition) -> str:
        where = edition.address
        outputs = tuple((o.name, o.state, o.path, o.mark, o.numbers) for o in edition.outputs)
        own = (edition.options, edition.review, edition.clinician, edition.coverage, outputs)
        return digest_of(
            self.frame,
            where.name,
            self._source(where.slug),
            edition.article.digest,
            self._words_of(where.language),
            self._place(edition),
            repr(own),
        )

    def _source(self, slug: str) -> str:
        if slug not in self._sources:
            path = self.project.folder / "source" / f"{slug}.md"
            self._sources[slug] = digest(read_bytes(path))
        return self._sources[slug]

    def _words_of(self, language: Language) -> str:
        """The fixed words that may be published in a language."""
        if language.tag not in self._words:
            source = self.project.publication.source.tag
            texts = self.plan.texts.get(language.tag) or self.plan.texts[source]
            self._words[language.tag] = digest_of(
                texts.language.tag, *map(repr, self._current(texts))
            )
        return self._words[language.tag]

    def _current(self, texts: Texts) -> list[object]:
        found: list[object] = []
        for domain, messages in self.project.messages.items():
            if domain not in self.project.articles:
                every = ((message.key, texts.of(domain).current(message)) for message in messages)
                found.append(sorted(each for each in every if each[1] is not None))
        return found

    def _place(self, edition: Edition) -> str:
        """The helplines that are printed in a region for the readers of a language."""
        key = (edition.region, edition.language.tag)
        if key not in self._places:
            self._places[key] = place_digest(edition)
        return self._places[key]


def _frame(project: Project) -> str:
    from importlib.metadata import version

    templates = {name: digest(path.read_bytes()) for name, path in project.templates.items()}
    versions = (sys.version, *map(version, _BESIDE), find_versions({}))
    settings = (sorted(templates.items()), project.publication, project.formats, versions)
    return digest_of(tree_digest((_CODE,)), repr(settings))
