"""Turn the files that are neither pages nor sheets into Problems: text, JSON, styles, pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from ketapub.audit.place import Expectations, Place, foreign_message, lacking_numbers
from ketapub.audit.scan import (
    LONG_DIGITS,
    clean,
    find_numbers,
    mark_names,
    mark_numbers,
    printed_numbers,
)
from ketapub.errors import Problem
from ketapub.region import digits

_URI = re.compile(r"\b(?:tel|sms|smsto):[^\s\"'<>\\\\),;]+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_CSS_TEXT = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")


def json_texts(value: Any, where: str = "text") -> Iterator[tuple[str, str]]:
    """(nearest key, text) of every text in parsed JSON."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from json_texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from json_texts(item, where)


def check_value(
    text: str, path: str, line: int, place: Place | None, expectations: Expectations
) -> Iterator[Problem]:
    """A text that no markup can isolate: it may say this place's numbers, and no others."""
    text = clean(text)
    if place:
        text = mark_numbers(mark_names(text, place.labels), place.allowed)
    for found in find_numbers(text, expectations.known):
        message, hint, code = foreign_message(found.text, found.digits, place, expectations)
        yield Problem(path, line, message, hint, code=code)


def check_text(
    text: str, path: str, place: Place | None, expectations: Expectations
) -> Iterator[Problem]:
    """A plain text: no foreign number, and all of its place's numbers."""
    for number, line in enumerate(text.splitlines(), start=1):
        yield from check_value(line, path, number, place, expectations)
    if place:
        plain = clean(text)
        yield from lacking_numbers(path, place, printed_numbers(plain, place.allowed))
        for name in place.country:
            if not place.says(name, plain):
                message = f"“{name}” is not named in this text"
                hint = "the same digits are another service elsewhere: name the country"
                yield Problem(path, 0, message, hint, code="audit-country")
    yield from check_uris(text, path, place)


def check_plain(text: str, path: str) -> Iterator[Problem]:
    """A recall notice: any number, as plain text only."""
    for line, row in enumerate(text.splitlines(), start=1):
        if re.search(r"\b(tel|sms):", row):
            message = "a recall notice holds a telephone link"
            yield Problem(path, line, message, "write the number alone", code="audit-link")


def check_json(
    text: str, path: str, place: Place | None, expectations: Expectations
) -> Iterator[Problem]:
    """A data file: it parses, and no text in it says a foreign number."""
    try:
        values = json.loads(text)
    except ValueError as error:
        yield Problem(path, 0, f"this is not JSON: {error}", "build again", code="audit-file")
        return
    links = {uri for _, uri in place.links} if place else set()
    for where, value in json_texts(values):
        if where == "id" or _ADDRESS.fullmatch(value):  # nobody is told to call `ca-988`
            named = mark_names(clean(value), place.labels) if place else value
            yield from check_script(named, path, expectations)
            continue
        for raw in _visible(value) if value not in links else ():
            yield from check_value(raw, path, 0, place, expectations)
        yield from check_uris(value, path, place)


def check_uris(text: str, path: str, place: Place | None) -> Iterator[Problem]:
    """Addresses to call or text in a text without markup, or with markup inside a text."""
    may_stand = {uri for _, uri in place.links} if place else set()
    for match in _URI.finditer(clean(unescape(text))):
        if match[0] not in may_stand:
            message = f"a link leads to {match[0]}, which is no number that may stand here"
            yield Problem(path, 0, message, "look for swapped helplines", code="audit-link")


def check_parses(text: str, path: str) -> Iterator[Problem]:
    """A list of the publication's own, which may tell of old numbers: it is JSON."""
    try:
        json.loads(text)
    except ValueError as error:
        yield Problem(path, 0, f"this is not JSON: {error}", "build again", code="audit-file")


def check_xml(text: str, path: str, expectations: Expectations) -> Iterator[Problem]:
    """A sitemap or feed: no number in what it says."""
    for number, row in enumerate(text.splitlines(), start=1):
        said = unescape(re.sub(r"<[^>]*>", "\n", row))
        for part in said.splitlines():
            for found in find_numbers(clean(part), expectations.known):
                if found.known and len(found.digits) >= LONG_DIGITS:
                    why = foreign_message(found.text, found.digits, None, expectations)
                    message, hint, code = why
                    yield Problem(path, number, message, hint, code=code)
        yield from check_uris(row, path, None)


def check_css(text: str, path: str, expectations: Expectations) -> Iterator[Problem]:
    """A style sheet: no number in what it writes onto pages."""
    for match in _CSS_TEXT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield from check_value(match[1] or match[2] or "", path, line, None, expectations)


def check_script(text: str, path: str, expectations: Expectations) -> Iterator[Problem]:
    """A program: it may not bring numbers or telephone links of its own."""
    for line, row in enumerate(text.splitlines(), start=1):
        if re.search(r"\b(tel|sms):", row):
            message = "a program holds a telephone link, which nothing can prove right"
            hint = "write numbers into the pages themselves"
            yield Problem(path, line, message, hint, code="audit-script")
        for found in find_numbers(clean(row), expectations.known):
            if found.known and len(found.digits) > LONG_DIGITS:
                message, hint, code = foreign_message(found.text, found.digits, None, expectations)
                yield Problem(path, line, message, hint, code=code)


def check_picture(data: bytes, path: str, expectations: Expectations) -> Iterator[Problem]:
    """An SVG picture: no number in its words, nothing loaded from elsewhere, no program."""
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield Problem(path, 0, f"this picture cannot be read: {error}", "", code="audit-file")
        return
    for element in root.iter("{*}text", "{*}title", "{*}desc"):
        text = "".join(element.itertext())
        yield from check_value(text, path, int(element.sourceline or 0), None, expectations)
    if next(root.iter("{*}script", "{*}foreignObject"), None) is not None:
        message = "this picture holds a program or a page"
        yield Problem(path, 0, message, "draw it without", code="audit-script")


def is_telephone(value: str, place: Place | None) -> bool:
    """Whether structured data's `telephone` is one of the numbers that may stand here."""
    number = digits(clean(value))
    return place is not None and number in map(digits, place.allowed)


def _visible(value: str) -> Iterator[str]:
    """A text of a data file by its lines; markup in it is judged in the pages, not here."""
    if "<" in value:
        value = re.sub(r"<[^>]*>", "\n", value)
    yield from value.splitlines()
