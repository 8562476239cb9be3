"""Turn what search engines are told, in pages and in the sitemap, into Problems where it disagrees.

Canonical links (RFC 6596), `robots` in a page, and sitemaps.org's `sitemap.xml` with the alternates of
Google's hreflang: each page names its own address, the sitemap lists exactly the pages that may be
found, and pages that name each other as the same text for other readers do so in both directions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ketapub.errors import KetapubError, Problem
from ketapub.language import parse_language

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
DEFAULT = "x-default"
"""The alternate for readers of no other."""
_CODE = re.compile(r"(?P<language>[a-z]{2,3}(-[A-Z][a-z]{3})?)(-[A-Z]{2})?")
_NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one page says to search engines."""

    canonical: tuple[str, ...]
    """Addresses that it calls its own."""
    hidden: bool
    """It asks to be left out."""


@dataclass(slots=True)
class Entry:
    """What the sitemap says of one address."""

    line: int
    alternates: dict[str, str] = field(default_factory=dict)
    """hreflang -> address."""


def read_told(root: HtmlElement) -> Told:
    """What a page says to search engines."""
    robots = " ".join(root.xpath("//meta[@name='robots']/@content")).lower()
    return Told(
        tuple(map(str, root.xpath("//link[@rel='canonical']/@href"))),
        "noindex" in robots or "none" in robots.split(),
    )


def check_search(
    pages: Mapping[str, Told], sitemap: bytes | None, robots: str, address: str, base: str
) -> Iterator[Problem]:
    """Pages by path and the sitemap, against each other.

    `address`: of the web root, with a closing slash; empty where there is none. `base` stands before a
    path in messages.
    """
    for path, told in pages.items():
        own = address + path.removesuffix("index.html")
        for each in told.canonical:
            if not address or each != own:
                yield _problem(
                    base + path,
                    0,
                    f"it says that its address is {each}, not {own}"
                    if address
                    else f"it says that its address is {each}, but the publication has none",
                )
    if not address:
        if sitemap is not None:
            yield _problem(
                base + SITEMAP, 0, "there is a sitemap, but the publication has no address"
            )
        return
    if sitemap is None:
        yield _problem(base + SITEMAP, 0, "there is no sitemap")
        return
    if f"Sitemap: {address}{SITEMAP}" not in robots.splitlines():
        yield _problem(base + ROBOTS, 0, f"it does not name the sitemap {address}{SITEMAP}")
    for path, told in pages.items():
        if not told.hidden and not told.canonical:
            yield _problem(base + path, 0, "it may be found, but does not say by which address")
    yield from _check_sitemap(sitemap, pages, address, base + SITEMAP)


def _check_sitemap(
    data: bytes, pages: Mapping[str, Told], address: str, name: str
) -> Iterator[Problem]:
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        yield _problem(name, error.lineno or 0, f"it is no XML: {error.msg}")
        return
    entries: dict[str, Entry] = {}
    for each in root.iterfind("s:url", _NAMES):
        url = str(each.findtext("s:loc", "", _NAMES)).strip()
        line = int(each.sourceline or 0)
        if url in entries:
            yield _problem(name, line, f"it lists {url} twice")
        entries[url] = Entry(line)
        links = each.findall("x:link", _NAMES)
        codes = Counter(str(link.get("hreflang")) for link in links)
        for code in (code for code, times in codes.items() if times > 1):
            yield _problem(name, line, f"{url} has two alternates for “{code}”")
        entries[url].alternates = {str(li.get("hreflang")): str(li.get("href")) for li in links}
    listed = {
        address + path.removesuffix("index.html"): path
        for path, told in pages.items()
        if not told.hidden
    }
    for url in sorted(listed.keys() - entries.keys()):
        yield _problem(name, 0, f"{url} may be found, but is not listed")
    for url in sorted(entries.keys() - listed.keys()):
        yield _problem(
            name, entries[url].line, f"{url} is listed, but is no page that may be found"
        )
    for url, entry in entries.items():
        yield from _check_alternates(url, entry, entries, address, name)


def _check_alternates(
    url: str, entry: Entry, entries: Mapping[str, Entry], address: str, name: str
) -> Iterator[Problem]:
    """Valid codes, one of them the page's own; who is named names back; the default is ours."""
    if not entry.alternates:
        return
    if url not in entry.alternates.values():
        yield _problem(name, entry.line, f"{url} is not among its own alternates")
    for code, other in entry.alternates.items():
        if code == DEFAULT:
            if not other.startswith(address):
                yield _problem(name, entry.line, f"{url} has the default {other}, another site")
            continue
        if not _is_code(code):
            yield _problem(name, entry.line, f"{url} has an alternate for “{code}”, no language")
        back = entries[other].alternates if other in entries else {}
        if back.get(code) != other or url not in back.values():
            yield _problem(
                name, entry.line, f"{url} names {other} for “{code}”, which does not name it"
            )


def _is_code(code: str) -> bool:
    """A language (ISO 639), with a script (ISO 15924) or a country (ISO 3166-1) or both."""
    match = _CODE.fullmatch(code)
    try:
        return match is not None and bool(parse_language(match["language"]))
    except KetapubError:
        return False


def _problem(path: str, line: int, message: str) -> Problem:
    hint = "set base_url in source/publication.toml and build again"
    return Problem(path, line, message, hint, code="audit-search")
