"""Turn the pages that search engines may list into one Atom feed of what changed (RFC 4287).

Like the sitemap it leaves out what nobody reviewed. It holds no time of a build (law 7): an entry is
dated by its text, or later by its helplines, and named by page and version (a tag: URI, RFC 4151).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from ketapub.edition import PAGE, Edition
from ketapub.language import Language
from ketapub.page import Frame, is_hidden
from ketapub.site import place_text

FEED = "feed.xml"
NEWEST = 200
"""A feed tells what is new; older entries leave it."""


def build_feed(editions: Iterable[Edition], dates: dict[str, date], frame: Frame) -> str:
    """`feed.xml`; `dates`: when each article was updated, by slug. Needs an address.

    What is kept from before is no change, so only ready pages have entries.
    """
    publication = frame.publication
    shown = [e for e in editions if e.output(PAGE).state == "ready"]
    dated = [
        (changed_on(e, dates[e.address.slug]), e) for e in shown if not is_hidden(e, publication)
    ]
    dated.sort(key=lambda each: (-each[0].toordinal(), each[1].name))
    newest = dated[0][0] if dated else max(dates.values(), default=date.min)
    tag, author = publication.source.tag, publication.publisher or publication.title
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tag}">',
        f"<id>{escape(publication.address)}</id>",
        f"<title>{escape(publication.title)}</title>",
        f"<updated>{_moment(newest)}</updated>",
        f"<author><name>{escape(author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={_address(frame, FEED)}/>',
        f'<link rel="alternate" type="text/html" href={_address(frame, "")}/>',
        *(_entry(frame, edition, day) for day, edition in dated[:NEWEST]),
        "</feed>",
        "",
    ]
    return "\n".join(lines)


def changed_on(edition: Edition, updated: date) -> date:
    """When its text changed, or later one of its numbers was dated or checked."""
    lines = [line.helpline for line in edition.page_help.lines]
    days = [first_day(line.source_date) for line in lines if line.source_date != "unknown"]
    return max(updated, *days, *(line.checked_on for line in lines if line.checked_on), updated)


def first_day(source_date: str) -> date:
    """The first day that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` can mean."""
    year, month, day = (*map(int, source_date.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _entry(frame: Frame, edition: Edition, day: date) -> str:
    where, host = edition.address, urlsplit(frame.publication.address).hostname
    name = f"{where.short_id}/{edition.output(PAGE).mark}"
    title = f"{edition.title} – {place_text(edition.chain, where.language.tag)}"
    return (
        f"<entry{_language(where.language, frame)}>"
        f"<id>tag:{host},{day.isoformat()}:{name}</id>"
        f"<title>{escape(title)}</title>"
        f"<updated>{_moment(day)}</updated>"
        f'<link rel="alternate" type="text/html" hreflang="{where.language.tag}"'
        f" href={_address(frame, f'{where.folder}/')}/>"
        f'<link rel="related" type="application/json"'
        f" href={_address(frame, f'{where.folder}/content.json')}/>"
        "</entry>"
    )


def _language(language: Language, frame: Frame) -> str:
    return "" if language == frame.publication.source else f' xml:lang="{language.tag}"'


def _address(frame: Frame, path: str) -> str:
    return quoteattr(frame.publication.address + path)


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
