"""Turn all editions into the pages where a reader chooses a country: nothing is guessed (law 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ketapub.edition import Listed
from ketapub.language import Language, sort_key
from ketapub.mould import Mould, slot
from ketapub.page import Frame, Link, chooser_path, findable, language_link, shared_values
from ketapub.region import Region, display_name
from ketapub.templates import Wording, Words, render

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


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A language in a region."""

    chain: tuple[Region, ...]
    """The region and its country."""
    language: Language


@dataclass(frozen=True, slots=True)
class Choices:
    """What choosers lead to."""

    places: tuple[Spoken, ...]
    """Those that have an index."""
    articles: Mapping[str, tuple[Spoken, ...]]
    """Where each article has a page, by slug."""


def find_choices(listed: Iterable[Listed], placed: Callable[[str], bool]) -> Choices:
    """`listed`: the editions whose pages stand; `placed`: whether a place has an index."""
    places: dict[str, Spoken] = {}
    articles: dict[str, dict[Spoken, None]] = {}
    for each in listed:
        where = each.address
        place = places.setdefault(where.place, Spoken(each.chain, where.language))
        articles.setdefault(where.slug, {})[place] = None
    return Choices(
        tuple(place for name, place in places.items() if placed(name)),
        {slug: tuple(found) for slug, found in articles.items()},
    )


def render_choosers(
    frame: Frame, choices: Choices, words: Words, languages: Sequence[Language], hidden: bool
) -> Iterator[tuple[str, str]]:
    """(path, HTML) of each chooser in the language of `words`: that of all, and one of each article.

    `languages`: of all choosers; `hidden`: whether search engines are asked to leave that of all out.
    The chooser of an article, which they always are to leave out, leads to the same article and language
    elsewhere. Those of articles that stand in the same places differ in nothing but the article's name.
    """
    language = words.language
    path = chooser_path(language)
    places = _places(choices.places, words, ROOT)
    yield path, _render(frame, places, words, _languages(languages, language), path, hidden)
    made: dict[tuple[Spoken, ...], Mould] = {}
    for slug, found in choices.articles.items():
        if found not in made:
            places = _places(found, words, ROOT, slot("slug"))
            links = _languages(languages, language, slot("slug"))
            path = chooser_path(language, slot("slug"))
            made[found] = Mould(_render(frame, places, words, links, path, hidden=True))
        yield chooser_path(language, slug), made[found].fill({"slug": slug})


def render_root(frame: Frame, choices: Choices, words: Words, asks: Sequence[Link]) -> str:
    """The chooser at the root, which speaks to everybody; `words` of the source, `asks` in each."""
    places = _places(choices.places, words, "")
    title = frame.publication.title
    values = {"heading": title, "title": title, "places": places, "languages": (), "asks": asks}
    shared = shared_values(frame, words, "") | findable(frame, "index.html", False)
    return render(frame.env, "site/chooser.html", shared | values)


def _languages(languages: Iterable[Language], own: Language, slug: str = "") -> list[Link]:
    """The same question in each language."""
    return [language_link(each, ROOT + chooser_path(each, slug), each == own) for each in languages]


def questions(languages: Iterable[Language], words: Wording) -> tuple[Link, ...]:
    """ "Choose your country" in each language, leading to the chooser in that language."""
    return tuple(
        Link(chooser_path(lang), words(lang).text(ASK), lang.tag, lang.direction)
        for lang in languages
    )


def _render(
    frame: Frame,
    places: Sequence[PlaceLinks],
    words: Words,
    languages: Sequence[Link],
    path: str,
    hidden: bool,
) -> str:
    own = words.text(ASK)
    values = {
        "heading": own,
        "title": f"{own} – {frame.publication.title}",
        "places": places,
        "languages": languages,
        "asks": (),
    }
    shared = shared_values(frame, words, ROOT) | findable(frame, path, hidden)
    return render(frame.env, "site/chooser.html", shared | values)


def _places(places: Iterable[Spoken], words: Words, root: str, slug: str = "") -> list[PlaceLinks]:
    """Each region with its links, sorted by its name; to an article there where there is a slug."""
    own = words.language
    regions: dict[str, list[Spoken]] = {}
    for place in places:
        regions.setdefault(place.chain[0].code, []).append(place)
    shown = []
    for code, found in regions.items():
        if slug:  # a reader of the article goes on in the same language where that exists
            found.sort(key=lambda place: place.language != own)
        links = tuple(
            language_link(
                language,
                f"{root}{code.lower()}/{language.segment}/{slug and f'{slug}/'}index.html",
                language == own,
            )
            for language in (place.language for place in found)
        )
        spoken = dict.fromkeys((own, words.source, *(place.language for place in found)))
        shown.append(PlaceLinks(place_names(found[0].chain, spoken), links))
    return sorted(shown, key=lambda place: sort_key(place.names[0].text))


def place_names(chain: tuple[Region, ...], languages: Iterable[Language]) -> tuple[PlaceName, ...]:
    """A region's name in each language, each wording once."""
    found: dict[str, PlaceName] = {}
    for language in languages:
        names = display_name(chain, language.tag)
        text = ", ".join(name for name, _ in names)
        found.setdefault(text, PlaceName(text, language.tag))
    return tuple(found.values())
