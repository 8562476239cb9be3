"""Turn all handouts into the pages where one is found by country, language and format.

Without script a page lists them all; with it, three choices leave out what is not asked for. The
source language's page tells of every country, that of another one of those where it is spoken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketapub.edition import PAGE, Listed
from ketapub.language import Language, language_name, sort_key
from ketapub.page import (
    Frame,
    Link,
    anchor_of,
    findable,
    handouts_path,
    language_link,
    neutral_name,
    shared_values,
    shown_size,
)
from ketapub.site import pack_path, place_text
from ketapub.templates import Words, render
from ketapub.view import place_html


@dataclass(frozen=True, slots=True)
class Handout:
    """One file of the list."""

    format: str
    """Name of the print format."""
    name: Any
    """The same for a reader, as HTML."""
    href: str
    size: str
    saved_as: str
    """Name under which a discreet article's file is saved; else empty."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The handouts of one edition."""

    id: str
    language: Language
    name: str
    """Of the language, in the reader's; empty where that is its own name."""
    title: str
    """Of the article, where the publication has several."""
    title_tag: str
    handouts: tuple[Handout, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """The handouts of one region."""

    id: str
    name: Any
    text: str
    pack: Link | None
    shelves: tuple[Shelf, ...]


def render_finder(
    frame: Frame,
    listed: Sequence[Listed],
    words: Words,
    languages: Iterable[Language],
    sizes: Mapping[str, int],
    open_articles: Collection[str],
    hidden: bool,
) -> tuple[str, str]:
    """(path, HTML) of the finder in the language of `words`; `languages`: those of all finders.

    `sizes`: bytes by path below `dist/`; `open_articles`: the slugs whose files may be saved under
    names that tell their subject; `hidden`: whether search engines are asked to leave it out.
    """
    language, source = words.language, frame.publication.source
    is_titled = len({each.address.slug for each in listed}) > 1
    printed = [e for e in listed if any(o.path in sizes for o in e.outputs if o.name != PAGE)]
    spoken = {e.address.region for e in printed if e.address.language == language}
    shown = [e for e in printed if language == source or e.address.region in spoken]
    path = handouts_path(language, source)
    desk = _Desk(frame, words, sizes, open_articles, is_titled, path)
    others = [
        language_link(each, desk.root + handouts_path(each, source), each == language)
        for each in languages
    ]
    return path, desk.render(desk.countries(shown), others, hidden=hidden)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What makes the finder of one language."""

    frame: Frame
    words: Words
    sizes: Mapping[str, int]
    open_articles: Collection[str]
    is_titled: bool
    """Whether articles are told apart."""
    path: str

    @property
    def root(self) -> str:
        """The way to the web root."""
        return "../" * self.path.count("/")

    def render(self, countries: Sequence[Country], others: Sequence[Link], *, hidden: bool) -> str:
        """The page."""
        tongues = {s.language.tag: s.language for c in countries for s in c.shelves}
        kinds = {h.format: h.name for c in countries for s in c.shelves for h in s.handouts}
        values = shared_values(self.frame, self.words, self.root) | {
            "languages": others,
            "countries": countries,
            "tongues": sorted(tongues.values(), key=lambda each: sort_key(each.own_name)),
            "formats": [(name, kinds[name]) for name in self.frame.labels if name in kinds],
        }
        values |= findable(self.frame, self.path, hidden)
        return render(self.frame.env, "site/handouts.html", values)

    def countries(self, listed: Iterable[Listed]) -> list[Country]:
        """Each region with its handouts, sorted by its name."""
        regions: dict[str, list[Listed]] = {}
        for each in listed:
            regions.setdefault(each.address.region, []).append(each)
        found = [self._country(region, mine) for region, mine in regions.items()]
        return sorted(found, key=lambda country: sort_key(country.text))

    def _country(self, region: str, listed: Sequence[Listed]) -> Country:
        chain, tag = listed[0].chain, self.words.language.tag
        path = pack_path(region)
        size = self.sizes.get(path)
        pack = Link(self.root + path, "", size=shown_size(size)) if size else None
        shelves = tuple(map(self._shelf, listed))
        name, text = place_html(chain, tag), place_text(chain, tag)
        return Country(anchor_of(region), name, text, pack, shelves)

    def _shelf(self, listed: Listed) -> Shelf:
        where = listed.address
        language, tag = where.language, self.words.language.tag
        handouts = tuple(
            Handout(
                output.name,
                self.words(self.frame.labels[output.name]),
                self.root + output.path,
                shown_size(self.sizes[output.path]),
                "" if where.slug in self.open_articles else neutral_name(output.path, where.slug),
            )
            for output in listed.outputs
            if output.name != PAGE and output.path in self.sizes
        )
        return Shelf(
            f"{anchor_of(where.region)}-{language.segment}-{where.slug}",
            language,
            "" if language.tag == tag else language_name(language.tag, tag),
            listed.title if self.is_titled else "",
            listed.title_tag,
            handouts,
        )
