"""Turn all editions into the pages where a reader chooses a country: nothing is guessed (law 12)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ketapub.edition import Listed
from ketapub.language import Language, sort_key
from ketapub.page import Frame, Link, chooser_path, findable, language_link, shared_values
from ketapub.region import Region, display_name
from ketapub.templates import Words, render

ROOT = "../../"
"""From a chooser of a language to the web root."""
ASK = "Choose your country"
"""The question, as a msgid of the page templates."""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A region's name in one language."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class PlaceLinks:
    """One region in the chooser: its names and its languages."""

    names: tuple[PlaceName, ...]
    languages: tuple[Link, ...]


def render_choosers(
    frame: Frame,
    listed: Sequence[Listed],
    placed: Sequence[Listed],
    words: Mapping[str, Words],
    hidden: Collection[Language],
) -> dict[str, str]:
    """Every chooser by its path: the root, and one for each language, of all and of each article.

    `listed`: the editions whose pages stand; `placed`: those whose place has an index; `words`: by
    language tag, one of each chooser; `hidden`: languages that search engines are asked to leave out,
    as are the choosers of one article. The chooser of an article leads from its page in one language
    to the same article and language elsewhere.
    """
    languages = tuple(words_.language for words_ in words.values())
    asks = questions(languages, words)
    source = words[frame.publication.source.tag]
    pages = {"index.html": _render(frame, placed, source, asks, "index.html")}
    groups: dict[str, list[Listed]] = {"": list(placed)}
    for each in listed:
        groups.setdefault(each.address.slug, []).append(each)
    for language in languages:
        mine = words[language.tag]
        for slug, found in groups.items():
            others = [
                language_link(lang, ROOT + chooser_path(lang, slug), lang == language)
                for lang in languages
            ]
            path = chooser_path(language, slug)
            is_hidden = bool(slug) or language in hidden
            pages[path] = _render(
                frame, found, mine, others, path, language, slug, is_hidden=is_hidden
            )
    return pages


def questions(languages: Iterable[Language], words: Mapping[str, Words]) -> tuple[Link, ...]:
    """ "Choose your country" in each language, leading to the chooser in that language."""
    return tuple(
        Link(chooser_path(lang), words[lang.tag].text(ASK), lang.tag, lang.direction)
        for lang in languages
    )


def _render(
    frame: Frame,
    listed: Sequence[Listed],
    words: Words,
    others: Sequence[Link],
    path: str,
    language: Language | None = None,
    slug: str = "",
    *,
    is_hidden: bool = False,
) -> str:
    """One chooser; without a language that of the root, which speaks to everybody."""
    source = frame.publication.source
    root = ROOT if language else ""
    first = (language or source, source)
    own = words.text(ASK)
    title = frame.publication.title
    values: dict[str, object] = {
        "heading": title if language is None else own,
        "title": title if language is None else f"{own} – {title}",
        "places": _places(listed, first, root, slug),
        "languages": others if language else (),
        "asks": () if language else others,
    }
    return render(
        frame.env,
        "site/chooser.html",
        shared_values(frame, words, root) | findable(frame, path, is_hidden) | values,
    )


def _places(
    listed: Sequence[Listed], first: Sequence[Language], root: str, slug: str
) -> list[PlaceLinks]:
    """Each region with its links, sorted by its name."""
    regions: dict[str, list[Listed]] = {}
    for each in listed:
        regions.setdefault(each.address.region, []).append(each)
    shown = []
    for found in regions.values():
        if slug:  # a reader of the article goes on in the same language where that exists
            found.sort(key=lambda e: e.address.language != first[0])
        links = {
            e.address.place: language_link(
                e.address.language,
                f"{root}{e.address.folder if slug else e.address.place}/index.html",
                e.address.language == first[0],
            )
            for e in found
        }
        spoken = dict.fromkeys((*first, *(e.address.language for e in found)))
        names = place_names(found[0].chain, spoken)
        shown.append(PlaceLinks(names, tuple(links.values())))
    return sorted(shown, key=lambda place: sort_key(place.names[0].text))


def place_names(chain: tuple[Region, ...], languages: Iterable[Language]) -> tuple[PlaceName, ...]:
    """A region's name in each language, each wording once."""
    found: dict[str, PlaceName] = {}
    for language in languages:
        names = display_name(chain, language.tag)
        text = ", ".join(name for name, _ in names)
        found.setdefault(text, PlaceName(text, language.tag))
    return tuple(found.values())
