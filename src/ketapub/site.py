"""Turn all editions into the files around them: indexes, choosers, short addresses, sitemap."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from ketapub.edition import PAGE, Edition, Output
from ketapub.language import Language, hreflang, language_name
from ketapub.page import Frame, Link, is_hidden, language_link, shared_values, shown_size
from ketapub.region import Region, digits, display_name
from ketapub.templates import FORMAT_WORDS, Words, render
from ketapub.view import view_help

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format knows: archives carry no build time (law 7)."""


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


@dataclass(frozen=True, slots=True)
class Row:
    """One handout in the list of all."""

    place: str
    tag: str
    direction: str
    own_name: str
    name: str
    href: str
    format: str
    size: str


def render_place(
    frame: Frame, editions: Sequence[Edition], words: Words, siblings: Sequence[Language]
) -> str:
    """The index of one region in one language: its articles, and help."""
    first = editions[0]
    links = tuple(
        language_link(lang, f"../{lang.segment}/index.html", lang == first.language)
        for lang in siblings
    )
    articles = [
        Link(f"{e.article.slug}/index.html", e.article.title, e.article.title_tag) for e in editions
    ]
    return render(
        frame.env,
        "web/place.html",
        shared_values(frame, words, "../../")
        | {
            "help": view_help(first.page_help, first.chain, words),
            "languages": links,
            "articles": articles,
            "noindex": any(is_hidden(e, frame.publication) for e in editions),
        },
    )


def render_chooser(frame: Frame, editions: Sequence[Edition], words: Mapping[str, Words]) -> str:
    """The root: every region with its languages; the reader chooses, nothing is guessed (law 12)."""
    source = frame.publication.source
    places: dict[str, list[Edition]] = {}
    for edition in editions:
        places.setdefault(edition.region, []).append(edition)
    shown = []
    for found in places.values():
        languages = tuple(dict.fromkeys(e.language for e in found))
        folder = found[0].region.lower()
        links = tuple(
            language_link(lang, f"{folder}/{lang.segment}/index.html") for lang in languages
        )
        shown.append(PlaceLinks(place_names(found[0].chain, (source, *languages)), links))
    shown.sort(key=lambda place: place.names[0].text)
    headings = [
        {
            "tag": lang.tag,
            "direction": lang.direction,
            "text": words[lang.tag].text("Choose your country"),
        }
        for lang in dict.fromkeys((source, *(e.language for e in editions)))
    ]
    values = shared_values(frame, words[source.tag], "")
    return render(frame.env, "site/chooser.html", values | {"places": shown, "headings": headings})


def place_names(chain: tuple[Region, ...], languages: Iterable[Language]) -> tuple[PlaceName, ...]:
    """A region's name in each language, each wording once."""
    found: dict[str, PlaceName] = {}
    for language in languages:
        names = display_name(chain, language.tag)
        text = ", ".join(name for name, _ in names)
        found.setdefault(text, PlaceName(text, language.tag))
    return tuple(found.values())


def render_handouts(
    frame: Frame,
    editions: Sequence[Edition],
    words: Words,
    sizes: Mapping[str, int],
    packs: Mapping[str, int],
) -> str:
    """The list of every handout; `sizes` and `packs` give bytes by path below `dist/`."""
    tag = words.language.tag
    rows = []
    for edition in editions:
        for output in edition.outputs:
            if output.name == PAGE or output.path not in sizes or not output.published:
                continue
            lang = edition.language
            rows.append(
                Row(
                    place=place_text(edition.chain, tag),
                    tag=lang.tag,
                    direction=lang.direction,
                    own_name=lang.own_name,
                    name="" if lang.tag == tag else language_name(lang.tag, tag),
                    href=f"../{output.path}",
                    format=words.text(FORMAT_WORDS[output.name]),
                    size=shown_size(sizes[output.path]),
                )
            )
    rows.sort(key=lambda row: row.place)
    chains = {e.region: e.chain for e in editions}
    shown = [
        {
            "href": f"../{path}",
            "size": shown_size(size),
            "place": place_text(chains[path.removeprefix("packs/").removesuffix(".zip")], tag),
        }
        for path, size in packs.items()
    ]
    values = shared_values(frame, words, "../")
    return render(frame.env, "site/handouts.html", values | {"rows": rows, "packs": shown})


def place_text(chain: tuple[Region, ...], tag: str) -> str:
    """A region's name as plain text: `Ontario, Canada`."""
    return ", ".join(name for name, _ in display_name(chain, tag))


def render_missing(frame: Frame, words: Words) -> str:
    """The page for an address that leads nowhere; it may stand at any depth below the root."""
    return render(frame.env, "site/missing.html", shared_values(frame, words, "/"))


def render_short(frame: Frame, edition: Edition) -> str:
    """`s/<id>/`: the permanent short address on paper, leading to the page."""
    return render(
        frame.env,
        "site/short.html",
        {
            "language": edition.language,
            "title": edition.article.title,
            "href": f"../../{edition.folder}/index.html",
        },
    )


def render_version(
    frame: Frame, words: Words, mark: str, version: Mapping[str, Any], title: str
) -> str:
    """`v/<mark>/`: is this sheet still good?"""
    values = shared_values(frame, words, "../../")
    return render(
        frame.env,
        "site/version.html",
        values
        | {
            "mark": mark,
            "state": version["state"],
            "href": f"../../{version['page']}",
            "title": title,
            "noindex": True,
        },
    )


def build_versions(
    editions: Sequence[Edition], old: Mapping[str, Any], today: Mapping[str, frozenset[str]]
) -> dict[str, Any]:
    """Every version mark ever published, with its numbers and state. Nothing ever leaves it.

    `old`: the versions of the previous publication; `today`: per region the digits it prints now.
    """
    versions: dict[str, Any] = {mark: dict(value) for mark, value in old.items()}
    live: set[str] = set()
    for edition in editions:
        for output in edition.outputs:
            if not output.published:
                continue
            live.add(output.mark)
            printed = edition.page_help if output.name == PAGE else edition.print_help
            versions[output.mark] = {
                "article": edition.article.slug,
                "locale": edition.language.tag,
                "region": edition.region,
                "output": output.name,
                "page": f"{edition.folder}/index.html",
                "numbers": list(printed.numbers),
            }
    for mark, version in versions.items():
        numbers = {digits(number) for number in version["numbers"]}
        safe = numbers <= today.get(version["region"], frozenset(numbers))
        version["state"] = "current" if mark in live else "superseded" if safe else "withdrawn"
    return dict(sorted(versions.items()))


def build_pack(editions: Sequence[Edition], files: Mapping[str, bytes], hidden: bool) -> bytes:
    """A region's handouts as one ZIP, the same bytes each time; unreviewed ones in a folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for edition in editions:
            for output in edition.outputs:
                if output.name == PAGE or output.path not in files:
                    continue
                folder = "unreviewed/" if hidden and not edition.reviewed else ""
                info = zipfile.ZipInfo(folder + output.path.rsplit("/", 1)[1], ZIP_DATE)
                info.external_attr = 0o644 << 16
                archive.writestr(info, files[output.path])
    return buffer.getvalue()


def build_sitemap(editions: Sequence[Edition], frame: Frame) -> str:
    """The pages that search engines may list, each with its alternates (sitemaps.org, hreflang)."""
    address = frame.publication.address
    pages = [e for e in editions if e.output(PAGE).state == "ready"]
    pages = [e for e in pages if not is_hidden(e, frame.publication)]
    owners: dict[tuple[str, str], Edition] = {}
    for edition in sorted(pages, key=lambda e: "-" in e.region):
        owners.setdefault((edition.article.slug, _alternate(edition)), edition)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for edition in pages:
        lines.append(f"<url><loc>{escape(address + edition.folder)}/</loc>")
        if owners[(edition.article.slug, _alternate(edition))] is edition:
            for (slug, code), other in owners.items():
                if slug == edition.article.slug:
                    href = escape(f"{address}{other.folder}/")
                    lines.append(f'<xhtml:link rel="alternate" hreflang="{code}" href="{href}"/>')
            lines.append(
                f'<xhtml:link rel="alternate" hreflang="x-default" href="{escape(address)}"/>'
            )
        lines.append("</url>")
    return "\n".join([*lines, "</urlset>", ""])


def _alternate(edition: Edition) -> str:
    return hreflang(edition.language.tag, edition.chain[-1].country)


def build_robots(frame: Frame) -> str:
    """`robots.txt`; names the sitemap where there is an address."""
    address = frame.publication.address
    sitemap = f"Sitemap: {address}sitemap.xml\n" if address else ""
    return f"User-agent: *\nAllow: /\n{sitemap}"


def dump(value: Any) -> bytes:
    """JSON as we publish it: sorted keys, UTF-8, readable, one trailing newline."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def manifest_edition(edition: Edition) -> dict[str, Any]:
    """One edition's entry in `manifest.json`."""
    return {
        "article": edition.article.slug,
        "locale": edition.language.tag,
        "region": edition.region,
        "coverage": round(edition.coverage, 4),
        "reviewed": edition.reviewed,
        "helplines": [line.helpline.id for line in edition.page_help.lines],
        "numbers": list(edition.page_help.numbers),
        "outputs": {output.name: manifest_output(output) for output in edition.outputs},
    }


def manifest_output(output: Output) -> dict[str, Any]:
    """One output's entry in `manifest.json`."""
    shown = output.published or (output.name == PAGE and output.state == "withdrawn")
    entry: dict[str, Any] = {"state": output.state, "path": output.path if shown else None}
    if output.published:
        entry["mark"] = output.mark
    if output.reasons:
        entry["reasons"] = [
            {"code": r.code, "path": r.path, "line": r.line, "message": r.message}
            for r in output.reasons
        ]
    return entry
