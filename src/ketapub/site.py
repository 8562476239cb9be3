"""Turn all editions into the files around them: indexes, choosers, short addresses, sitemap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from ketapub.edition import PAGE, Listed
from ketapub.language import Language, hreflang
from ketapub.mould import Mould, slot
from ketapub.page import (
    Frame,
    Link,
    chooser_path,
    findable,
    handouts_path,
    is_hidden,
    language_link,
    leaving_path,
    shared_values,
)
from ketapub.region import Region, display_name
from ketapub.templates import Words, render
from ketapub.view import HelpView


def render_place(
    frame: Frame,
    help_: HelpView,
    help_html: Any,
    listed: Sequence[Listed],
    words: Words,
    siblings: Sequence[Language],
    recalls: Sequence[Link],
) -> str:
    """The index of one region in one language: its articles, help, and what to throw away."""
    first = listed[0]
    language = first.address.language
    links = tuple(
        language_link(lang, f"../{lang.segment}/index.html", lang == language) for lang in siblings
    )
    articles = [Link(f"{e.address.slug}/index.html", _title(frame, e), e.title_tag) for e in listed]
    return render(
        frame.env,
        "web/place.html",
        shared_values(frame, words, "../../", first.address.region)
        | {
            "place": help_.place,
            "place_text": help_.place_text,
            "help_html": help_html,
            "languages": links,
            "articles": articles,
            "recalls": recalls,
        }
        | findable(frame, f"{first.address.place}/index.html", is_hidden_place(listed, frame)),
    )


def is_hidden_place(listed: Iterable[Listed], frame: Frame) -> bool:
    """Whether search engines are asked to leave out the index of a place."""
    return any(is_hidden(each, frame.publication) for each in listed)


def untold(frame: Frame, listed: Listed) -> dict[str, object]:
    """What a help page says of an article that cannot be read: its title, as it was."""
    from markupsafe import Markup

    title = _title(frame, listed)
    span = Markup('<span lang="{}">{}</span>').format(listed.title_tag, title)
    return {"title": title, "title_html": span, "summary": ""}


def _title(frame: Frame, listed: Listed) -> str:
    """An edition that was published before titles were noted goes by the publication's."""
    return listed.title or frame.publication.title


def place_text(chain: tuple[Region, ...], tag: str) -> str:
    """A region's name as plain text: `Ontario, Canada`."""
    return ", ".join(name for name, _ in display_name(chain, tag))


def render_missing(frame: Frame, words: Words, asks: Sequence[Link]) -> str:
    """The page for an address that leads nowhere; it may stand at any depth below the root.

    `asks`: the choosers of a country that it leads to, in their languages.
    """
    root = urlsplit(frame.publication.address).path or "/"
    values = shared_values(frame, words, root)
    return render(frame.env, "site/missing.html", values | {"asks": asks, "noindex": True})


def render_leaving(frame: Frame, words: Words, *, hidden: bool) -> str:
    """`leaving/<locale>/`: what the quick exit hides, and what it cannot."""
    values = shared_values(frame, words, "../../")
    values |= findable(frame, leaving_path(words.language), hidden)
    return render(frame.env, "site/leaving.html", values)


def mould_short(frame: Frame) -> Mould:
    """`s/<id>/`: the permanent short address on paper; open are `tag`, `direction`, `title`, `href`."""
    names = ("tag", "direction", "title", "href")
    tag, direction, title, href = map(slot, names)
    values = {"language": {"tag": tag, "direction": direction}, "title": title, "href": href}
    return Mould(render(frame.env, "site/short.html", values))


def fill_short(frame: Frame, mould: Mould, listed: Listed, has_page: bool) -> str:
    """The short address of one edition, leading to its page or to the chooser."""
    from markupsafe import escape

    where = listed.address
    href = f"{where.folder}/index.html" if has_page else "index.html"
    title = str(escape(_title(frame, listed)))
    own = {"tag": where.language.tag, "direction": where.language.direction}
    return mould.fill(own | {"title": title, "href": f"../../{href}"})


def pack_path(region: str) -> str:
    """Where a region's pack stands below `dist/`."""
    return f"packs/{region}.zip"


@dataclass(frozen=True, slots=True)
class Found:
    """A page that search engines may list."""

    path: str
    group: str = ""
    """What it shares with its alternates: which article, which list."""
    code: str = ""
    """Its hreflang among them; empty: it has none."""


def found_articles(listed: Iterable[Listed], frame: Frame) -> list[Found]:
    """The pages of articles that search engines may list."""
    return [
        Found(each.output(PAGE).path, each.address.slug, _alternate(each))
        for each in listed
        if each.output(PAGE).published and not is_hidden(each, frame.publication)
    ]


def found_places(places: Iterable[Sequence[Listed]], frame: Frame) -> list[Found]:
    """Those of the indexes of places; each with the editions that it lists."""
    return [
        Found(f"{own[0].address.place}/index.html", "", _alternate(own[0]))
        for own in places
        if not is_hidden_place(own, frame)
    ]


def found_ways(
    hidden: Collection[Language], languages: Iterable[Language], frame: Frame
) -> list[Found]:
    """Those that lead to all the others, in each language."""
    shown = [language for language in languages if language not in hidden]
    source = frame.publication.source
    return [Found("index.html")] + [
        Found(path, group, hreflang(language.tag))
        for group, path_in in (
            ("choose", chooser_path),
            ("handouts", partial(handouts_path, source=source)),
            ("leaving", leaving_path),
        )
        for language in shown
        for path in [path_in(language)]
    ]


SITEMAP = "sitemap.xml"
MOST_URLS, MOST_BYTES = 50_000, 10_000_000
"""What we put into one sitemap; it may hold five times as many bytes, but two of them are in memory."""


def build_sitemap(found: Iterable[Found], frame: Frame) -> Iterator[tuple[str, bytes]]:
    """The pages that search engines may list, each with its alternates (sitemaps.org, hreflang).

    A country's page owns a code before that of a part of the country; who owns none has no alternates.
    What no single sitemap may hold is cut into several, which `sitemap.xml` names. Gives (path, bytes).
    """
    address = frame.publication.address
    parts = _cut_sitemap(_entries(list(found), address))
    first = next(parts)
    second = next(parts, None)
    if second is None:
        yield SITEMAP, _write_urls(first)
        return
    names = []
    for number, part in enumerate(chain((first, second), parts), start=1):
        names.append(f"sitemaps/{number}.xml")
        yield names[-1], _write_urls(part)
    listed = (f"<sitemap><loc>{escape(address + name)}</loc></sitemap>" for name in names)
    yield (
        SITEMAP,
        "\n".join((_XML, f"<sitemapindex {_SCHEMA}>", *listed, "</sitemapindex>", "")).encode(),
    )


_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_LINKS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


_HEAD, _TAIL = f"{_XML}\n<urlset {_SCHEMA} {_LINKS}>".encode(), b"</urlset>\n"


def _write_urls(entries: Sequence[bytes]) -> bytes:
    return b"\n".join((_HEAD, *entries, _TAIL))


def _entries(pages: Sequence[Found], address: str) -> Iterator[bytes]:
    """What stands in a sitemap of each page."""
    owners: dict[str, dict[str, str]] = {}
    for each in sorted(pages, key=lambda page: "-" in page.path.partition("/")[0]):
        if each.code:
            owners.setdefault(each.group, {}).setdefault(each.code, each.path)
    alternates = {
        group: "".join(f"{way}\n" for way in _ways(own, address)) for group, own in owners.items()
    }
    for each in pages:
        url = escape(address + each.path.removesuffix("index.html"))
        owns = owners.get(each.group, {}).get(each.code) == each.path
        ways = alternates[each.group] if owns else ""
        yield f"<url><loc>{url}</loc>\n{ways}</url>".encode()


def _cut_sitemap(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    """As many entries as one sitemap may hold, at a time."""
    empty = len(_HEAD) + 1 + len(_TAIL)
    part, size = list[bytes](), empty
    for entry in entries:
        if part and (len(part) == MOST_URLS or size + len(entry) + 1 > MOST_BYTES):
            yield part
            part, size = [], empty
        part.append(entry)
        size += len(entry) + 1
    yield part


def _ways(owners: Mapping[str, str], address: str) -> Iterator[str]:
    """The alternates of one article, by language; each names all, itself too."""
    for code, path in (*owners.items(), ("x-default", "")):
        href = escape(address + path.removesuffix("index.html"))
        yield f'<xhtml:link rel="alternate" hreflang="{code}" href="{href}"/>'


def _alternate(listed: Listed) -> str:
    return hreflang(listed.address.language.tag, listed.chain[-1].country)


def build_robots(frame: Frame) -> str:
    """`robots.txt`; names the sitemap where there is an address."""
    address = frame.publication.address
    sitemap = f"Sitemap: {address}{SITEMAP}\n" if address else ""
    return f"User-agent: *\nAllow: /\n{sitemap}"
