"""Turn all handouts into the pages where one is found by country, language and format.

Without script a page lists them all; with it, three choices leave out what is not asked for. The
source language's page tells of every country, that of another one of those where it is spoken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ketapub.edition import PAGE, Listed, Output
from ketapub.language import Language, language_name, sort_key
from ketapub.mould import Mould, slot
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
from ketapub.region import Region
from ketapub.site import pack_path, place_text
from ketapub.templates import Words, render
from ketapub.view import place_html

_LANGUAGE = ("tag", "direction", "own_name")


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
    country: str
    """Id of the region's section."""
    language: Any
    """A `Language`, of which a shelf may show these members: `tag`, `direction`, `own_name`."""
    name: Any
    """Of the language in the reader's, where that is not its own name, as HTML."""
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
    shelves: Any
    """Its shelves, as HTML."""


@dataclass(frozen=True, slots=True)
class _Shelves:
    """What stands in one region, the same in all finders."""

    chain: tuple[Region, ...]
    tongues: set[Language] = field(default_factory=set)
    formats: set[str] = field(default_factory=set)
    moulds: list[tuple[str, Mould]] = field(default_factory=list)
    """Each edition's language tag, and its shelf."""


class Finder:
    """Makes the finders of all languages. What they have in common, the shelves, is rendered once.

    `sizes`: bytes by path below `dist/`; `open_articles`: the slugs whose files may be saved under
    names that tell their subject.
    """

    def __init__(
        self,
        frame: Frame,
        listed: Sequence[Listed],
        sizes: Mapping[str, int],
        open_articles: Collection[str],
    ) -> None:
        self.frame = frame
        self.listed = listed
        self.sizes = sizes
        self.open_articles = open_articles

    def page(self, words: Words, languages: Iterable[Language], *, hidden: bool) -> tuple[str, str]:
        """(path, HTML) of the finder in the language of `words`.

        `languages`: those of all finders; `hidden`: whether search engines are asked to leave it out.
        """
        language, source = words.language, self.frame.publication.source
        regions = {
            region: shelves
            for region, shelves in self._regions.items()
            if language == source or language in shelves.tongues
        }
        path = handouts_path(language, source)
        root = "../" * path.count("/")
        tongues = {each for shelves in regions.values() for each in shelves.tongues}
        kinds = {name for shelves in regions.values() for name in shelves.formats}
        others = [
            language_link(each, root + handouts_path(each, source), each == language)
            for each in languages
        ]
        values = shared_values(self.frame, words, root) | {
            "languages": others,
            "countries": self._countries(regions, words, root),
            "tongues": sorted(tongues, key=lambda each: (sort_key(each.own_name), each.tag)),
            "formats": [
                (name, words(label)) for name, label in self.frame.labels.items() if name in kinds
            ],
        }
        values |= findable(self.frame, path, hidden)
        return path, render(self.frame.env, "site/handouts.html", values)

    def _countries(self, regions: Mapping[str, _Shelves], words: Words, root: str) -> list[Country]:
        """Each region with its handouts, sorted by its name."""
        from markupsafe import Markup, escape

        tag = words.language.tag
        shared = {f"label {name}": str(words(label)) for name, label in self.frame.labels.items()}
        shared["root"] = root
        named = {}
        for language in {each for shelves in regions.values() for each in shelves.tongues}:
            name = "" if language.tag == tag else language_name(language.tag, tag)
            quiet = Markup(' <span class="quiet">{}</span>').format(name) if name else ""
            named[language.tag] = shared | {"name": str(escape(quiet))}
        found = []
        for region, shelves in regions.items():
            path = pack_path(region)
            size = self.sizes.get(path)
            html = "".join([mould.fill(named[each]) for each, mould in shelves.moulds])
            found.append(
                Country(
                    anchor_of(region),
                    place_html(shelves.chain, tag),
                    place_text(shelves.chain, tag),
                    Link(root + path, "", size=shown_size(size)) if size else None,
                    Markup(html),  # noqa: S704  rendered
                )
            )
        return sorted(found, key=lambda country: sort_key(country.text))

    @cached_property
    def _regions(self) -> dict[str, _Shelves]:
        """The shelves of each region; open is what each finder says in its own words, and its `root`."""
        several = len({each.address.slug for each in self.listed}) > 1
        moulds: dict[object, Mould] = {}
        regions: dict[str, _Shelves] = {}
        for each in self.listed:
            printed = [o for o in each.outputs if o.name != PAGE and o.path in self.sizes]
            if not printed:
                continue
            where = each.address
            names = tuple(output.name for output in printed)
            shape = where.slug in self.open_articles, bool(each.title), names
            if shape not in moulds:
                moulds[shape] = self._mould(each, printed, is_titled=several)
            shelves = regions.setdefault(where.region, _Shelves(each.chain))
            shelves.tongues.add(where.language)
            shelves.formats.update(names)
            mould = Mould(moulds[shape].fill(self._values(each, printed)))
            shelves.moulds.append((where.language.tag, mould))
        return regions

    def _mould(self, listed: Listed, printed: Sequence[Output], *, is_titled: bool) -> Mould:
        """A shelf of this shape, with all values open."""
        discreet = listed.address.slug not in self.open_articles
        opened: dict[str, Any] = {name: slot(name) for name in _LANGUAGE}
        shelf = Shelf(
            slot("id"),
            slot("country"),
            replace(listed.address.language, **opened),
            slot("name"),
            slot("title") if is_titled and listed.title else "",
            slot("title_tag"),
            tuple(
                Handout(
                    output.name,
                    slot(f"label {output.name}"),
                    slot("root") + slot(f"path {output.name}"),
                    slot(f"size {output.name}"),
                    slot(f"saved {output.name}") if discreet else "",
                )
                for output in printed
            ),
        )
        return Mould(render(self.frame.env, "site/shelf.html", {"shelf": shelf}))

    def _values(self, listed: Listed, printed: Sequence[Output]) -> dict[str, str]:
        """What one shelf is filled with; what differs by finder stays open."""
        from markupsafe import escape

        where, language = listed.address, listed.address.language
        country = anchor_of(where.region)
        values = {name: str(escape(getattr(language, name))) for name in _LANGUAGE} | {
            "id": f"{country}-{language.segment}-{where.slug}",
            "country": country,
            "title": str(escape(listed.title)),
            "title_tag": listed.title_tag,
            "name": slot("name"),
            "root": slot("root"),
        }
        for output in printed:
            name = output.name
            values[f"label {name}"] = slot(f"label {name}")
            values[f"path {name}"] = output.path
            values[f"size {name}"] = shown_size(self.sizes[output.path])
            values[f"saved {name}"] = neutral_name(output.path, where.slug)
        return values
