"""Turn all editions into the files around them: indexes, choosers, short addresses, sitemap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import msgspec

from ketapub.edition import PAGE, Listed, Output
from ketapub.language import Language, hreflang
from ketapub.page import (
    Frame,
    Link,
    is_hidden,
    is_hidden_language,
    language_link,
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
            "help": help_,
            "help_html": help_html,
            "languages": links,
            "articles": articles,
            "recalls": recalls,
            "noindex": any(is_hidden(e, frame.publication) for e in listed),
        },
    )


def render_stand_in(
    frame: Frame,
    help_: HelpView,
    help_html: Any,
    listed: Listed,
    words: Words,
    languages: Sequence[Link],
) -> str:
    """The help page in place of a withdrawn one whose article cannot be read."""
    from markupsafe import Markup

    source = words.source.tag
    title = _title(frame, listed)
    span = Markup('<span lang="{}">{}</span>').format(listed.title_tag, title)
    hrefs = (link.href for link in languages if link.tag == source and not link.current)
    return render(
        frame.env,
        "web/withdrawn.html",
        shared_values(frame, words, "../../../", listed.address.region, listed.address.slug)
        | {
            "edition": {"title": title, "title_html": span, "summary": ""},
            "help": help_,
            "help_html": help_html,
            "languages": languages,
            "source_href": next(hrefs, ""),
            "noindex": True,
        },
    )


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


def render_leaving(frame: Frame, words: Words, listed: Iterable[Listed]) -> str:
    """`leaving/<locale>/`: what the quick exit hides, and what it cannot."""
    values = shared_values(frame, words, "../../")
    values["noindex"] = is_hidden_language(listed, words.language, frame)
    return render(frame.env, "site/leaving.html", values)


def render_short(frame: Frame, listed: Listed, has_page: bool) -> str:
    """`s/<id>/`: the permanent short address on paper, leading to the page or to the chooser."""
    href = f"{listed.address.folder}/index.html" if has_page else "index.html"
    return render(
        frame.env,
        "site/short.html",
        {
            "language": listed.address.language,
            "title": _title(frame, listed),
            "href": f"../../{href}",
        },
    )


def pack_path(region: str) -> str:
    """Where a region's pack stands below `dist/`."""
    return f"packs/{region}.zip"


def build_sitemap(listed: Sequence[Listed], frame: Frame) -> str:
    """The pages that search engines may list, each with its alternates (sitemaps.org, hreflang)."""
    address = frame.publication.address
    pages = [e for e in listed if e.output(PAGE).published and not is_hidden(e, frame.publication)]
    owners: dict[str, dict[str, Listed]] = {}
    for each in sorted(pages, key=lambda e: "-" in e.address.region):
        owners.setdefault(each.address.slug, {}).setdefault(_alternate(each), each)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for each in pages:
        lines.append(f"<url><loc>{escape(address + each.address.folder)}/</loc>")
        own = owners[each.address.slug]
        if own[_alternate(each)] is each:
            for code, other in own.items():
                href = escape(f"{address}{other.address.folder}/")
                lines.append(f'<xhtml:link rel="alternate" hreflang="{code}" href="{href}"/>')
            lines.append(
                f'<xhtml:link rel="alternate" hreflang="x-default" href="{escape(address)}"/>'
            )
        lines.append("</url>")
    return "\n".join([*lines, "</urlset>", ""])


def _alternate(listed: Listed) -> str:
    return hreflang(listed.address.language.tag, listed.chain[-1].country)


def build_robots(frame: Frame) -> str:
    """`robots.txt`; names the sitemap where there is an address."""
    address = frame.publication.address
    sitemap = f"Sitemap: {address}sitemap.xml\n" if address else ""
    return f"User-agent: *\nAllow: /\n{sitemap}"


def dump(value: Any) -> bytes:
    """JSON as we publish it: sorted keys, UTF-8, readable, one trailing newline."""
    data = msgspec.json.encode(value, order="sorted")
    return msgspec.json.format(data, indent=1) + b"\n"


def manifest_edition(listed: Listed, files: Mapping[str, bytes]) -> dict[str, Any]:
    """One edition's entry in `manifest.json`; `files`: all that is published, by path."""
    return {
        "article": listed.address.slug,
        "locale": listed.address.language.tag,
        "region": listed.address.region,
        "title": listed.title,
        "title_locale": listed.title_tag,
        "coverage": round(listed.coverage, 4),
        "reviewed": listed.reviewed,
        "helplines": list(listed.helplines),
        "numbers": list(listed.numbers),
        "outputs": {output.name: manifest_output(output, files) for output in listed.outputs},
    }


def manifest_output(output: Output, files: Mapping[str, bytes]) -> dict[str, Any]:
    """One output's entry in `manifest.json`."""
    entry: dict[str, Any] = {
        "state": output.state,
        "path": output.path if output.path in files else None,
    }
    if output.published:
        entry["mark"] = output.mark
    if output.reasons:
        entry["reasons"] = [
            {"code": r.code, "path": r.path, "line": r.line, "message": r.message}
            for r in output.reasons
        ]
    return entry
