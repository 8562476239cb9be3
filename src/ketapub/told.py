"""Turn the catalogs of each language into what they say of every article, kept until one of them changes."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from ketapub.catalog import Ledger, Translations
from ketapub.cores import spread
from ketapub.edition import Texts
from ketapub.errors import Problem
from ketapub.files import digest
from ketapub.language import Language
from ketapub.localize import Localized, LocalizedArticle, localize
from ketapub.memory import Kept, Memory
from ketapub.message import Key
from ketapub.project import (
    HELPLINES,
    TEMPLATES,
    Project,
    language_keys,
    load_drafts,
    load_ledger,
    load_texts,
)
from ketapub.review_state import Reviewed, review_texts

Reviews = Mapping[str, Mapping[Key, Reviewed]]
"""By domain, by message: what people have done about each current translation."""
_WORTH_SHARING = 4000
"""Translations that take longer to read than a process takes to start."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What is asked for all the time."""

    texts: Mapping[str, Translations]
    """Of the fixed words, by domain."""
    reviews: Reviews
    digest: str
    """Of both."""
    titles: Mapping[str, tuple[str, str, str]]
    """By slug: an article's title, the language that it is really in, and the digest of its text."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _OfArticle:
    """What is read when it is used."""

    article: LocalizedArticle
    texts: Translations
    reviews: Mapping[Key, Reviewed]


class Told:
    """What the catalogs of one language say."""

    def __init__(self, language: Language, key: str, kept: Kept) -> None:
        self.language = language
        self.key = key
        """The digest of all that it was made from."""
        self._kept = kept
        self._fixed: _Fixed = kept.value
        self.problems = self._fixed.problems
        """Of its catalogs and ledger."""
        self.texts = Texts(
            language,
            _Column(kept, "texts", {}),
            self._fixed.texts[TEMPLATES],
            self._fixed.texts[HELPLINES],
        )
        self.reviews: Reviews = _Column(kept, "reviews", self._fixed.reviews)

    def articles(self) -> Iterator[Localized]:
        """Every article in this language."""
        for slug, known in self._fixed.titles.items():
            yield Localized(slug, self.language, *known, partial(self._article, slug))

    def _article(self, slug: str) -> LocalizedArticle:
        found: LocalizedArticle = self._kept[slug].article
        return found

    def digests(self, slug: str) -> tuple[str, str]:
        """Of all that is said of an article, and of the fixed words; of what is remembered alone."""
        return self._kept.digests[slug], self._fixed.digest


class _Column(Mapping[str, Any]):
    """One member of what is kept of each article, and what is at hand of other domains."""

    def __init__(self, kept: Kept, member: str, fixed: Mapping[str, Any]):
        self.kept = kept
        self.member = member
        self.fixed = fixed

    def __getitem__(self, domain: str) -> Any:
        at_hand = self.fixed.get(domain)
        return getattr(self.kept[domain], self.member) if at_hand is None else at_hand

    def __iter__(self) -> Iterator[str]:
        return chain(self.kept, self.fixed)

    def __len__(self) -> int:
        return len(self.kept) + len(self.fixed)


def read_languages(
    project: Project, languages: Sequence[Language], jobs: int, memory: Memory
) -> dict[str, Told]:
    """What the catalogs of each language say, by its tag; in `jobs` processes."""
    keys = language_keys(project, languages)
    known = {lang: memory.recall(f"{lang.tag}.texts", key) for lang, key in keys.items()}
    unread = [language for language in languages if known[language] is None]
    size = sum(map(len, project.messages.values())) * len(unread)

    def read(language: Language) -> Kept:
        found = _read(project, language)
        return memory.keep(f"{language.tag}.texts", keys[language], *found)

    found = spread(read, unread, jobs if size > _WORTH_SHARING else 1)
    known |= zip(unread, found, strict=True)
    return {
        lang.tag: Told(lang, keys[lang], kept) for lang, kept in known.items() if kept is not None
    }


def _read(project: Project, language: Language) -> tuple[_Fixed, dict[str, _OfArticle]]:
    """Read and judge all catalogs of a language, and put every article into it."""
    texts, problems = load_texts(project, language)
    ledger = load_ledger(project, language)
    reviews = _review(project, texts, ledger)
    told = {}
    for slug, article in project.articles.items():
        own = texts.articles[slug]
        localized = localize(article, language, own, project.publication.source)
        told[slug] = _OfArticle(localized, own, reviews[slug])
    words = {TEMPLATES: texts.templates, HELPLINES: texts.helplines}
    rest = {domain: found for domain, found in reviews.items() if domain not in told}
    fixed = _Fixed(
        words,
        rest,
        digest(pickle.dumps((words, rest))),
        {
            slug: (
                own.article.title,
                own.article.title_tag,
                digest(repr(own.article).encode("utf-8", "surrogatepass")),
            )
            for slug, own in told.items()
        },
        (*problems, *ledger.problems),
    )
    return fixed, told


def _review(project: Project, texts: Texts, ledger: Ledger) -> Reviews:
    drafts = load_drafts(project, texts.language)
    return {
        domain: review_texts(messages, texts.of(domain), ledger, drafts)
        for domain, messages in project.messages.items()
    }
