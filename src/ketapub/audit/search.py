"""Turn what search engines are told, in pages and in the sitemap, into Problems where it disagrees.

Canonical links (RFC 6596), `robots` in a page, and sitemaps.org's `sitemap.xml` with the alternates of
Google's hreflang: each page names its own address, the sitemap lists exactly the pages that may be
found, and pages that name each other as the same text for other readers do so in both directions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ketapub.errors import KetapubError, Problem
from ketapub.language import parse_language

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SITEMAP = "sitemap.xml"
MOST_URLS, MOST_BYTES = 50_000, 50_000_000
"""What one sitemap may hold."""
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


@dataclass(frozen=True, slots=True)
class Entry:
    """What the sitemap says of one address."""

    name: str
    """Of the sitemap that lists it."""
    line: int
    alternates: Mapping[str, str]
    """hreflang -> address."""


def read_told(root: HtmlElement) -> Told:
    """What a page says to search engines."""
    robots = " ".join(root.xpath("//meta[@name='robots']/@content")).lower()
    return Told(
        tuple(map(str, root.xpath("//link[@rel='canonical']/@href"))),
        "noindex" in robots or "none" in robots.split(),
    )


def check_search(
    pages: Mapping[str, Told],
    read: Callable[[str], bytes | None],
    robots: str,
    address: str,
    base: str,
) -> Iterator[Problem]:
    """Pages by path and the sitemap, against each other.

    `read`: the bytes of a path, None where there is nothing; `address`: of the web root, with a closing
    slash; empty where there is none. `base` stands before a path in messages.
    """
    sitemap = read(SITEMAP)
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
    entries: dict[str, Entry] = {}
    is_whole = yield from _read_sitemaps(sitemap, read, address, base, entries)
    if is_whole:
        yield from _check_entries(entries, pages, address, base)


def _read_sitemaps(
    data: bytes,
    read: Callable[[str], bytes | None],
    address: str,
    base: str,
    entries: dict[str, Entry],
) -> Generator[Problem, None, bool]:
    """Fill `entries` from the sitemap, or from those that it names; False where one cannot be read."""
    root = yield from _parse(data, base + SITEMAP)
    if root is None:
        return False
    if root.tag != f"{{{_NAMES['s']}}}sitemapindex":
        yield from _read_entries(root, base + SITEMAP, entries)
        return True
    is_whole = True
    for each in root.iterfind("s:sitemap", _NAMES):
        url = str(each.findtext("s:loc", "", _NAMES)).strip()
        path = url.removeprefix(address)
        part = read(path) if url.startswith(address) else None
        if part is None:
            line = int(each.sourceline or 0)
            yield _problem(base + SITEMAP, line, f"it names {url}, where there is no sitemap")
            is_whole = False
            continue
        if len(part) > MOST_BYTES:
            yield _problem(base + path, 0, f"a sitemap may have {MOST_BYTES:,} bytes at most")
        found = yield from _parse(part, base + path)
        if found is None:
            is_whole = False
        else:
            yield from _read_entries(found, base + path, entries)
    return is_whole


def _parse(data: bytes, name: str) -> Generator[Problem, None, Any]:
    from lxml import etree

    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        yield _problem(name, error.lineno or 0, f"it is no XML: {error.msg}")
        return None


def _read_entries(root: Any, name: str, entries: dict[str, Entry]) -> Iterator[Problem]:
    same: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for count, each in enumerate(root.iterfind("s:url", _NAMES), start=1):
        url = str(each.findtext("s:loc", "", _NAMES)).strip()
        line = int(each.sourceline or 0)
        if count == MOST_URLS + 1:
            yield _problem(name, line, f"a sitemap may list {MOST_URLS:,} pages at most")
        if url in entries:
            yield _problem(name, line, f"it lists {url} twice")
        links = each.findall("x:link", _NAMES)
        codes = Counter(str(link.get("hreflang")) for link in links)
        for code in (code for code, times in codes.items() if times > 1):
            yield _problem(name, line, f"{url} has two alternates for “{code}”")
        alternates = {str(li.get("hreflang")): str(li.get("href")) for li in links}
        # pages of one article name the same ones, up to hundreds each
        entries[url] = Entry(name, line, same.setdefault(tuple(alternates.items()), alternates))


def _check_entries(
    entries: Mapping[str, Entry], pages: Mapping[str, Told], address: str, base: str
) -> Iterator[Problem]:
    listed = {
        address + path.removesuffix("index.html"): path
        for path, told in pages.items()
        if not told.hidden
    }
    for url in sorted(listed.keys() - entries.keys()):
        yield _problem(base + SITEMAP, 0, f"{url} may be found, but is not listed")
    for url in sorted(entries.keys() - listed.keys()):
        entry = entries[url]
        yield _problem(entry.name, entry.line, f"{url} is listed, but is no page that may be found")
    for url, entry in entries.items():
        yield from _check_alternates(url, entry, entries, address)


def _check_alternates(
    url: str, entry: Entry, entries: Mapping[str, Entry], address: str
) -> Iterator[Problem]:
    """Valid codes, one of them the page's own; who is named names back; the default is ours."""
    if not entry.alternates:
        return
    if url not in entry.alternates.values():
        yield _problem(entry.name, entry.line, f"{url} is not among its own alternates")
    for code, other in entry.alternates.items():
        if code == DEFAULT:
            if not other.startswith(address):
                yield _problem(
                    entry.name, entry.line, f"{url} has the default {other}, another site"
                )
            continue
        if not _is_code(code):
            yield _problem(
                entry.name, entry.line, f"{url} has an alternate for “{code}”, no language"
            )
        back = entries[other].alternates if other in entries else {}
        if back.get(code) != other or url not in back.values():
            yield _problem(
                entry.name, entry.line, f"{url} names {other} for “{code}”, which does not name it"
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
