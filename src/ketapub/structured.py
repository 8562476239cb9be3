"""Turn an edition into what search engines read: schema.org's MedicalWebPage as JSON-LD 1.1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

import msgspec

from ketapub.article import Article
from ketapub.edition import Edition
from ketapub.helpline import Channel, Helpline, Hours
from ketapub.publication import Publication
from ketapub.region import Line
from ketapub.view import LICENCE_ADDRESS, clinicians

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def page_data(
    edition: Edition,
    article: Article,
    publication: Publication,
    address: str,
    summary: str,
    services: Any,
) -> dict[str, Any]:
    """The page. `address`: its own, empty where there is none; `services`: the helplines on it.

    Says nothing that the page does not: a reviewer only of a text that has one and of
    a translation that is reviewed itself, hours and
    languages only where the region file knows them.
    """
    front = article.front
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": edition.title,
        "description": summary,
        "inLanguage": edition.language.tag,
        "dateModified": front.updated.isoformat(),
        "isAccessibleForFree": True,
        "license": LICENCE_ADDRESS,
        "publisher": _named("Organization", publication.publisher or publication.title),
        "mentions": services,
    }
    if address:
        data["url"] = address
    if front.byline:
        data["author"] = _named("Person", front.byline)
    if front.sources:
        data["citation"] = [
            {"@type": "CreativeWork", "name": s["title"], "url": s["url"]} for s in front.sources
        ]
    names, checked = clinicians(edition, article)
    if names and checked and (edition.review.source or not edition.review.open):
        data["reviewedBy"] = [_named("Person", name) for name in names]
        data["lastReviewed"] = checked.isoformat()
    return data


def service_data(lines: Iterable[Line], country: str) -> list[dict[str, Any]]:
    """The helplines on a page of this country."""
    return [_service(line, country) for line in lines]


def dump_data(data: Any) -> str:
    """As it stands in a script element: no text in it can end the element."""
    text = msgspec.json.encode(data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name}


def _service(line: Line, country: str) -> dict[str, Any]:
    helpline = line.helpline
    points = [_contact(way, helpline, country) for way in line.channels]
    found: dict[str, Any] = _named("Organization", helpline.names[0][1])
    if helpline.url:
        found["url"] = helpline.url
    return found | {"contactPoint": points}


def _contact(channel: Channel, helpline: Helpline, country: str) -> dict[str, Any]:
    point: dict[str, Any] = {
        "@type": "ContactPoint",
        "contactType": helpline.kind,
        "areaServed": country,
    }
    if channel.dial:
        point["telephone"] = channel.dial
    else:
        point["url"] = channel.url
    languages = channel.languages or helpline.languages
    if languages:
        point["availableLanguage"] = list(languages)
    hours = channel.hours if channel.hours != "unknown" else helpline.hours
    if hours != "unknown":
        point["hoursAvailable"] = _opening(hours)
    if helpline.cost == "free" and channel.kind == "voice":
        point["contactOption"] = "TollFree"
    return point


def _opening(hours: Hours) -> list[dict[str, Any]]:
    """OpeningHoursSpecification; one that closes before it opens lasts past midnight."""
    if isinstance(hours, str):
        return [_span(tuple(range(7)), time(0, 0), time(23, 59))]
    return [_span(span.days, span.start, span.end) for span in hours]


def _span(days: tuple[int, ...], opens: time, closes: time) -> dict[str, Any]:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [_DAYS[day] for day in days],
        "opens": opens.isoformat("minutes"),
        "closes": closes.isoformat("minutes"),
    }
