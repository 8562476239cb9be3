"""Turn an edition into the HTML of its page, or of the help page that stands in for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from ketapub.article import Article
from ketapub.edition import PAGE, Edition, Listed
from ketapub.language import Language
from ketapub.localize import part_passages
from ketapub.mould import Mould, hole, slot
from ketapub.plain_text import passage_text, to_text
from ketapub.publication import Publication
from ketapub.structured import dump_data, page_data
from ketapub.templates import Words, render
from ketapub.view import LICENCE, EditionView, HelpView, fill

ROOT = "../../../"
"""From a page to the web root: <region>/<locale>/<slug>/."""
PLACE_ROOT = "../../"
"""From the index of a place: <region>/<locale>/."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another language or a file, relative to the page."""

    href: str
    name: str
    tag: str = ""
    direction: str = "ltr"
    current: bool = False
    size: str = ""
    saved_as: str = ""
    """File name of a download that says nothing of its subject."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of one publication share."""

    env: Any
    """The Jinja environment."""
    publication: Publication
    stylesheet: str
    """Path of the style sheet below the web root."""
    exit_script: str
    """Path of the quick exit's script below the web root."""
    icon: str
    """Path of the picture beside the title in a browser's tab, below the web root."""
    preview: str
    """Path of the picture that messengers show beside a link, below the web root."""
    labels: Mapping[str, str]
    """The name of each print format, a msgid."""
    finder_script: str
    """Path of the script that finds handouts, below the web root."""
    fragment_style: str
    """Path of the style sheet for fragments on other sites, below the web root."""


def chooser_path(language: Language, slug: str = "") -> str:
    """Where a reader of this language chooses a country, for all articles or for one."""
    return f"choose/{language.segment}/{slug or 'index'}.html"


def leaving_path(language: Language) -> str:
    """Where it is said what the quick exit hides."""
    return f"leaving/{language.segment}/index.html"


def handouts_path(language: Language, source: Language) -> str:
    """Where handouts are found in this language; in the source language, all of them."""
    return f"handouts/{'' if language == source else f'{language.segment}/'}index.html"


def anchor_of(region: str) -> str:
    """The id of a region's handouts on these pages."""
    return region.lower()


def neutral_name(path: str, slug: str) -> str:
    """A file's name without the article's: `us_es_handout.pdf`."""
    return path.rsplit("/", 1)[1].removeprefix(f"{slug}_")


def missing_path(language: Language) -> str:
    """What a server answers in this language where there is no page; `404.html` speaks to all."""
    return f"404/{language.segment}.html"


def shared_values(
    frame: Frame, words: Words, root: str, region: str = "", slug: str = ""
) -> dict[str, object]:
    """The values that every page template of `web/` and `site/` needs.

    `region` (a code) decides where the quick exit leads, `slug` which chooser is linked.
    """
    publication = frame.publication
    return {
        "_": words,
        "plain": words.text,
        "language": words.language,
        "source": publication.source,
        "root": root,
        "stylesheet": frame.stylesheet,
        "publisher": publication.publisher or publication.title,
        "publication_title": publication.title,
        "contact": publication.contact,
        "licence": LICENCE,
        "noindex": False,
        "feed": bool(publication.address),
        "canonical": "",
        "languages": (),
        "exit_script": frame.exit_script,
        "finder_script": frame.finder_script,
        "icon": frame.icon,
        "exit_href": publication.exit_address(region),
        "chooser": chooser_path(words.language, slug),
        "leaving": leaving_path(words.language),
        "handouts_page": handouts_path(words.language, publication.source),
    }


def mould_help(frame: Frame, help_: HelpView, words: Words, root: str) -> Mould:
    """The helplines at the foot of every page of a place.

    Open are the `slug` of the chooser that is linked and `which` page somebody tells of.
    """
    values = shared_values(frame, words, root, help_.region, slot("slug"))
    contact = contact_link(frame.publication)
    return Mould(render(frame.env, "web/help.html", values | {"help": help_, "contact": contact}))


def contact_link(publication: Publication) -> Any:
    """Where a number that does not work is told of, which page is meant left open (RFC 6068).

    Empty where the publication names nobody.
    """
    from markupsafe import Markup

    contact = publication.contact
    if not contact:
        return ""
    if "@" in contact:
        href = f"mailto:{contact}?subject={quote(publication.publisher or publication.title)}%3A%20"
    else:
        href = f"{contact}?version="
    shown = contact.partition("://")[2] or contact
    link = Markup('<a href="{}{}" rel="noreferrer"><bdi dir="ltr">{}</bdi></a>')
    return link.format(href, slot("which"), shown)


def mould_page(
    frame: Frame,
    edition: Edition,
    article: Article,
    view: EditionView,
    words: Words,
    languages: Sequence[Link],
    formats: Sequence[str],
) -> Mould:
    """The pages of all editions that say the same in the same languages, whatever their region.

    Its template is given nothing of a region: open are `place` and `place_text`, `callout`,
    `help_bar`, `help`, `exit`, `canonical` and `url` (as HTML and as JSON), `services` (JSON), `body`,
    `emergency`, `mark`, `anchor`, and of each file (`text` and `formats`) its `href`, `size`, `saved`.
    """
    from markupsafe import Markup

    def file(name: str, shown: Any = "") -> Link:
        href, size, saved = (slot(f"{name} {what}") for what in ("href", "size", "saved"))
        return Link(href, shown, size=size, saved_as=saved)

    address = frame.publication.address
    url = hole("url") if address else ""
    summary = view.summary.striptags()
    data = page_data(edition, article, frame.publication, url, summary, hole("services"))
    listed = dump_data(data).replace(f'"{hole("services")}"', slot("services"))
    values = shared_values(frame, words, ROOT, slug=article.slug) | {
        "edition": replace(view, body=Markup(slot("body"))),  # noqa: S704  filled with HTML
        "place": slot("place"),
        "place_text": slot("place_text"),
        "callout": slot("callout"),
        "help_bar": slot("help_bar"),
        "help_html": slot("help"),
        "exit_href": slot("exit"),
        "languages": languages,
        "handouts": tuple(file(name, words(frame.labels[name])) for name in formats),
        "anchor": slot("anchor") if formats else "",
        "text": file("text"),
        "mark_html": Markup('<bdi dir="ltr">{}</bdi>').format(slot("mark")),
        "data": Markup(listed),  # noqa: S704  escaped there
        "discreet": article.front.discreet,
        "preview": address + frame.preview if address else "",
        "canonical": slot("canonical") if address else "",
        "noindex": is_hidden(edition, frame.publication),
    }
    return Mould(render(frame.env, "web/page.html", values))


def mould_help_text(frame: Frame, help_: HelpView, words: Words) -> Mould:
    """The helplines of a place as plain text; the article's `slug` is open."""
    values = shared_values(frame, words, "", help_.region, hole("slug"))
    more = {"help": help_, "address": frame.publication.address}
    return Mould(to_text(render(frame.env, "web/plain_help.html", values | more)))


def mould_text(frame: Frame, view: EditionView, words: Words) -> Mould:
    """What an article says, as plain text; open are `body`, `dial`, `mark` and `short`.

    Regions share it, so the template is given nothing of a region: one that asks for `help` fails.
    """
    from markupsafe import Markup

    publication = frame.publication
    number = f'<bdi dir="ltr"><a>{hole("dial")}</a></bdi>'
    values = {
        "_": words,
        "plain": words.text,
        "language": words.language,
        "source": publication.source,
        "licence": LICENCE,
        "edition": replace(fill(view, number), body=hole("body")),
        "address": publication.address,
        "short_id": hole("short"),
        "mark_html": Markup('<bdi dir="ltr">{}</bdi>').format(hole("mark")),
    }
    return Mould(to_text(render(frame.env, "web/plain.html", values)))


def mould_body_text(edition: Edition) -> Mould:
    """The body of an article as plain text; `dial` is open."""
    language = edition.language
    number = {"emergency": f'<bdi dir="ltr"><a>{hole("dial")}</a></bdi>'}
    passages = part_passages(edition.text.body, edition.codes, number)
    return Mould("\n\n".join(passage_text(html, language.direction) for html in passages))


def render_help_page(
    frame: Frame, values: Mapping[str, object], languages: Sequence[Link], source_href: str
) -> str:
    """The page that stands in for a withdrawn one, of `edition_values`: title and current helplines."""
    more = {"languages": languages, "source_href": source_href, "noindex": True}
    return render(frame.env, "web/withdrawn.html", {**values, **more})


def render_moved(
    frame: Frame, values: Mapping[str, object], languages: Sequence[Link], slug: str
) -> str:
    """What stands at an older address of a page, of `edition_values`: the way on, in each language."""
    more = {"languages": languages, "target": f"../{slug}/index.html", "noindex": True}
    return render(frame.env, "web/moved.html", {**values, **more})


def edition_values(
    frame: Frame, view: Any, words: Words, listed: Listed, help_: HelpView, help_html: Any
) -> dict[str, object]:
    """The values that every template about one edition needs."""
    where = listed.address
    values = shared_values(frame, words, ROOT, where.region, where.slug)
    return values | {
        "edition": view,
        "help_html": help_html,
        "place": help_.place,
        "place_text": help_.place_text,
    }


def has_page(listed: Listed) -> bool:
    """Whether there is a page of it in the end, be it one that only gives help."""
    output = listed.output(PAGE)
    return output.published or (output.state == "withdrawn" and listed.page_help is not None)


def is_hidden(edition: Listed, publication: Publication) -> bool:
    """Whether search engines are asked to leave it out: a translation that lacks a review."""
    is_source = edition.address.language == publication.source
    return not edition.reviewed and not is_source and publication.unreviewed == "mark"


def findable(frame: Frame, path: str, hidden: bool) -> dict[str, object]:
    """What a page tells search engines: its address (RFC 6596), and whether to leave it out."""
    address = frame.publication.address
    canonical = address + path.removesuffix("index.html") if address else ""
    return {"noindex": hidden, "canonical": canonical}


@lru_cache(maxsize=1 << 12)  # the same ways stand on every page of an article in a place
def language_link(language: Language, href: str, current: bool = False) -> Link:
    """A switcher's entry: the language in its own name."""
    return Link(href, language.own_name, language.tag, language.direction, current)


def shown_size(size: int) -> str:
    """A file's size for a reader: `48 kB`."""
    return f"{max(1, round(size / 1000))} kB"
