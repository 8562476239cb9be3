"""Turn an edition into the HTML of its page, or of the help page that stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from ketapub.edition import PAGE, Address, Listed
from ketapub.language import Language
from ketapub.localize import slot
from ketapub.plain_text import hole, to_text
from ketapub.publication import Publication
from ketapub.structured import dump_data, page_data
from ketapub.templates import Words, render
from ketapub.view import LICENCE, ChannelView, HelpView, Shown, fill

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


def render_help(frame: Frame, help_: HelpView, words: Words, root: str) -> str:
    """The helplines at the foot of every page of a place, left open for `help_of`."""
    values = shared_values(frame, words, root, help_.region, slot("slug"))
    contact = contact_link(frame.publication)
    return render(frame.env, "web/help.html", values | {"help": help_, "contact": contact})


def help_of(html: str, where: Address, slug: str = "", mark: str = "") -> Any:
    """The helplines with the way to the choice of a country for this article, or for all.

    Who tells of a number tells of the version `mark` too, or else of the place.
    """
    from markupsafe import Markup

    which = mark or f"{where.region}%20{where.language.tag}"
    html = html.replace(slot("slug"), slug or "index").replace(slot("which"), which)
    return Markup(html)  # noqa: S704  rendered


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


def render_page(
    frame: Frame,
    shown: Shown,
    languages: Sequence[Link],
    handouts: Sequence[Link],
    text: Link,
) -> str:
    """The page of a ready edition. Links name only what is published; `text` is the plain one."""
    from markupsafe import Markup

    edition, article = shown.edition, shown.article
    output = edition.output(PAGE)
    address = frame.publication.address
    told = findable(frame, output.path, is_hidden(edition, frame.publication))
    summary = shown.text.summary.striptags()
    data = page_data(edition, article, frame.publication, str(told["canonical"]), summary)
    return render(
        frame.env,
        "web/page.html",
        _shared(frame, shown)
        | {
            "languages": languages,
            "handouts": handouts,
            "anchor": anchor_of(edition.address.region) if handouts else "",
            "text": text,
            "mark_html": Markup('<bdi dir="ltr">{}</bdi>').format(output.mark),
            "data": Markup(dump_data(data)),  # noqa: S704  escaped there
            "discreet": article.front.discreet,
            "preview": address + frame.preview if address else "",
        }
        | told,
    )


def _shared(frame: Frame, shown: Shown) -> dict[str, object]:
    """The values that every template about an edition needs."""
    where = shown.edition.address
    values = shared_values(frame, shown.words, ROOT, where.region, where.slug)
    return values | {"edition": shown.text, "help": shown.help, "help_html": shown.help_html}


def render_help_text(frame: Frame, help_: HelpView, words: Words) -> str:
    """The helplines of a place as plain text, with a hole for the article's name."""
    values = shared_values(frame, words, "", help_.region, hole("slug"))
    more = {"help": help_, "address": frame.publication.address}
    return to_text(render(frame.env, "web/plain_help.html", values | more))


def render_open_text(frame: Frame, shown: Shown) -> str:
    """What the article says, as plain text, with holes for the number, the mark and the address.

    Regions share it, so the template is given nothing of a region: one that asks for `help` fails.
    """
    from markupsafe import Markup

    number = ChannelView("voice", hole("number"), "")
    publication = frame.publication
    values = {
        "_": shown.words,
        "plain": shown.words.text,
        "language": shown.words.language,
        "source": publication.source,
        "licence": LICENCE,
        "edition": fill(shown.open, number),
        "address": publication.address,
        "short_id": hole("short"),
        "mark_html": Markup('<bdi dir="ltr">{}</bdi>').format(hole("mark")),
    }
    return to_text(render(frame.env, "web/plain.html", values))


def join_text(help_text: str, open_text: str, shown: Shown) -> str:
    """The page as plain text, helplines first: both parts with their holes filled."""
    edition = shown.edition
    text = f"{help_text}\n\n{open_text}"
    for name, value in (
        ("slug", edition.address.slug),
        ("number", shown.help.call.dial),
        ("short", edition.short_id),
        ("mark", edition.output(PAGE).mark),
    ):
        text = text.replace(hole(name), value)
    return text


def render_help_page(
    frame: Frame, shown: Shown, languages: Sequence[Link], source_href: str
) -> str:
    """The page that stands in for a withdrawn one: title, emergency number, current helplines."""
    return render(
        frame.env,
        "web/withdrawn.html",
        _shared(frame, shown)
        | {
            "languages": languages,
            "source_href": source_href,
            "noindex": True,
        },
    )


def render_moved(frame: Frame, shown: Shown, languages: Sequence[Link]) -> str:
    """What stands at an older address of a page: the way on. `languages` lead from there too."""
    return render(
        frame.env,
        "web/moved.html",
        _shared(frame, shown)
        | {
            "languages": languages,
            "target": f"../{shown.article.slug}/index.html",
            "noindex": True,
        },
    )


def is_hidden(edition: Listed, publication: Publication) -> bool:
    """Whether search engines are asked to leave it out: a translation that lacks a review."""
    is_source = edition.address.language == publication.source
    return not edition.reviewed and not is_source and publication.unreviewed == "mark"


def is_hidden_language(listed: Iterable[Listed], language: Language, frame: Frame) -> bool:
    """Whether search engines are asked to leave out what only leads to pages of this language."""
    own = [e for e in listed if e.address.language == language]
    return bool(own) and all(is_hidden(e, frame.publication) for e in own)


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
