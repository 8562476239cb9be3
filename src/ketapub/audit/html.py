"""Turn one HTML file, as a browser would read it, into Problems about its telephone numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ketapub.audit.beside import Runs, is_dial, page_runs
from ketapub.audit.codes import read_html_codes
from ketapub.audit.data import check_css, check_script, check_value, is_telephone, json_texts
from ketapub.audit.links import Link, find_links
from ketapub.audit.markup import is_hidden, is_isolated, plain, text_blocks, touches_number
from ketapub.audit.place import (
    Expectations,
    Place,
    foreign_message,
    missing_numbers,
    spelled_message,
)
from ketapub.audit.scan import LONG_DIGITS, MARK, clean, find_numbers, mark_names
from ketapub.audit.search import Told, read_told
from ketapub.errors import Problem
from ketapub.region import digits

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Mode = Literal["page", "fragment", "bare", "plain"]
"""`page`: help block required. `fragment`: a page's body for other sites, its help block known by
`data-region` alone. `bare`: no number at all. `plain`: any number, dead ones too, as plain text only, never in a
link or an attribute (recall notices, and "is this sheet still good?")."""

_ISOLATING = (("bdi",), ("span", "strong"))
"""Elements that isolate a number by `dir="ltr"`: on our pages; and on other sites, whose editors
drop `<bdi>`, and `<span>` too, so that the link there says its direction itself."""
_NUMBER_SCHEMES = ("tel:", "sms:")
_SCHEMES = frozenset(("tel", "sms", "http", "https", "mailto", "data"))
_FOREIGN_BODIES = frozenset(("iframe", "frame", "object", "embed", "applet", "base"))
_SPOKEN = frozenset(
    ("title", "alt", "content", "placeholder", "value", "label", "summary", "abbr", "aria-label",
     "aria-description", "aria-roledescription", "aria-valuetext", "aria-placeholder")
)  # fmt: skip
"""Attributes whose text reaches a reader."""


@dataclass(frozen=True, slots=True)
class HtmlFile:
    """What the audit of the whole site has to know about one file."""

    problems: tuple[Problem, ...]
    links: tuple[Link, ...]
    ids: frozenset[str]
    ways_out: tuple[str, ...]
    """Addresses in the help block: one of them leads to the choice of countries."""
    codes: tuple[tuple[int, str], ...] = ()
    """(line, text) of the QR codes drawn in it."""
    runs: Runs = ()
    """The digits that it says."""
    told: tuple[tuple[int, str], ...] = ()
    """(line, number) of what is isolated as a number and is no link."""
    search: Told | None = None
    """What it says to search engines."""


def read_html(
    data: bytes, path: str, mode: Mode, place: Place | None, expectations: Expectations
) -> HtmlFile:
    """Check one HTML file by itself; `path` is what messages call it.

    `place` is None for modes `bare` and `plain`.
    """
    root = parse_html(data)
    if root is None:
        problem = Problem(path, 0, "this HTML file is empty", "build again", code="audit-html")
        return HtmlFile((problem,), (), frozenset(), ())
    reader = _Reader(path, mode, place, expectations)
    return HtmlFile(
        problems=tuple(reader.check(root)),
        links=tuple(find_links(root)),
        ids=frozenset(root.xpath("//@id | //a/@name")),
        ways_out=tuple(root.xpath("//*[@id='help']//a/@href")),
        codes=tuple(read_html_codes(root)),
        runs=page_runs(_texts(root)),
        told=tuple(
            (int(element.sourceline or 0), plain(element.text))
            for element in root.iter("bdi")
            if not len(element) and is_dial(element.text or "")
        ),
        search=read_told(root),
    )


def _texts(root: HtmlElement) -> Iterator[str]:
    """Every text that a browser shows."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in ("script", "style"):
            yield element.text or ""
        yield element.tail or ""


def parse_html(data: bytes) -> HtmlElement | None:
    """The tree of an HTML file; None where nothing is in it."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    try:
        parser = HTMLParser(encoding="utf-8", huge_tree=True)
        root: HtmlElement = document_fromstring(data, parser=parser)
    except etree.ParserError:
        return None
    return root


@dataclass(slots=True)
class _Reader:
    path: str
    mode: Mode
    place: Place | None
    expectations: Expectations

    def check(self, root: HtmlElement) -> Iterator[Problem]:
        if self.mode == "page":
            yield from self._check_root(root)
        yield from self._check_attributes(root)
        yield from self._check_scripts(root)
        numbers = dict(self._numbers(root))
        for element, dial in numbers.items():
            yield from self._check_number(element, dial)
        if self.mode != "plain":
            yield from self._check_text(root, numbers)
        if self.mode in ("page", "fragment"):
            known_by = "//*[@id='help']" if self.mode == "page" else "//*[@data-region]"
            yield from self._check_help(root.xpath(known_by), numbers)

    def _problem(self, element: HtmlElement | None, message: str, hint: str, code: str) -> Problem:
        line = int(element.sourceline or 0) if element is not None else 0
        return Problem(self.path, line, message, hint, code=code)

    def _check_root(self, root: HtmlElement) -> Iterator[Problem]:
        assert self.place is not None
        language = self.place.language
        for name, wanted in (("lang", language.tag), ("dir", language.direction)):
            found = root.get(name, "")
            if found != wanted:
                yield self._problem(
                    root,
                    f'<html {name}="{found}">, but its folder says “{wanted}”',
                    "a page stands in the wrong folder, or its template forgot this attribute",
                    "audit-place",
                )

    def _numbers(self, root: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
        """(element, its text) of everything that is marked up as a telephone number."""
        allowed = frozenset(self.place.allowed) if self.place else frozenset()
        for element in root.iter("a", "area", *_ISOLATING[self.mode == "fragment"]):
            if element.tag not in ("a", "area"):
                text = element.text or ""
                if not len(element) and element.get("dir") == "ltr" and plain(text) in allowed:
                    yield element, text
            elif (element.get("href") or "").strip().lower().startswith(_NUMBER_SCHEMES):
                yield element, "".join(element.itertext())

    def _check_number(self, element: HtmlElement, text: str) -> Iterator[Problem]:
        """Text, link and isolation of one number."""
        dial, href = plain(text), (element.get("href") or "").strip()
        if self.place is None:
            yield self._problem(
                element,
                f"the number “{dial}” is a link, but no number to call belongs on this page",
                "numbers belong on the pages of a region only",
                "audit-number",
            )
            return
        if dial not in self.place.allowed:
            number = digits(clean(text))
            yield self._problem(
                element,
                *(spelled_message(dial, number, self.place) or self._why_foreign(dial, number)),
            )
        elif href and (dial, href) not in self.place.links:
            yield self._problem(
                element,
                f"the link of “{dial}” leads to {href}",
                "a number's link is its own digits, `tel:` to call and `sms:` to text",
                "audit-link",
            )
        if not is_isolated(element, _ISOLATING[self.mode == "fragment"]):
            yield self._problem(
                element,
                f"the number “{dial}” is not isolated; in a right-to-left text its groups would "
                "change places",
                'write <bdi dir="ltr"><a href="tel:...">number</a></bdi>, with nothing between',
                "audit-bidi",
            )
        if is_hidden(element):
            yield self._problem(
                element, f"the number “{dial}” is hidden", "show it to everyone", "audit-number"
            )

    def _foreign(self, element: HtmlElement, text: str, number: str) -> Problem:
        return self._problem(element, *self._why_foreign(text, number))

    def _why_foreign(self, text: str, number: str) -> tuple[str, str, str]:
        return foreign_message(text, number, self.place, self.expectations)

    def _check_text(self, root: HtmlElement, numbers: dict[HtmlElement, str]) -> Iterator[Problem]:
        labels = self.place.labels if self.place else ()
        for element, raw in text_blocks(root, numbers):
            text = mark_names(clean(raw), labels)
            for found in find_numbers(text, self.expectations.known):
                yield self._foreign(element, found.text, found.digits)
            if touches_number(text):
                yield self._problem(
                    element,
                    f"digits stand directly beside a number: “{text.replace(MARK, '[number]')}”",
                    "separate them, or a reader dials them too",
                    "audit-number",
                )

    def _check_attributes(self, root: HtmlElement) -> Iterator[Problem]:
        for element in root.iter("*"):
            if element.tag in _FOREIGN_BODIES:
                message = f"<{element.tag}> brings in what nobody can prove"
                yield self._problem(element, message, "take it out", "audit-script")
            for name, value in element.attrib.items():
                if name.startswith("on"):
                    message = f"the attribute {name} holds a program"
                    yield self._problem(element, message, "take it out", "audit-script")
                if name == "href":
                    yield from self._check_address(element, value)
                elif name in _SPOKEN or name.startswith("data-"):
                    yield from self._check_value(element, f"the attribute {name}", value)

    def _check_address(self, element: HtmlElement, url: str) -> Iterator[Problem]:
        scheme, colon, rest = url.strip().partition(":")
        scheme = scheme.lower()
        if not colon or not scheme.isalnum() or scheme in ("tel", "sms"):
            return
        if scheme not in _SCHEMES or (scheme == "data" and element.tag in ("a", "area")):
            yield self._problem(
                element,
                f"a link has the address “{url}”",
                "only https, http, mailto, tel and sms may be linked",
                "audit-link",
            )
        for found in find_numbers(clean(rest), self.expectations.known):
            is_long = found.known and len(found.digits) >= LONG_DIGITS
            if is_long and not is_telephone(found.text, self.place):
                yield self._foreign(element, found.text, found.digits)

    def _check_value(self, element: HtmlElement, where: str, value: str) -> Iterator[Problem]:
        line = int(element.sourceline or 0)
        for problem in check_value(value, self.path, line, self.place, self.expectations):
            yield problem._replace(message=f"{where}: {problem.message}")

    def _check_scripts(self, root: HtmlElement) -> Iterator[Problem]:
        for element in root.iter("script", "style", "template", "noscript"):
            text = element.text_content() or ""
            if element.get("type", "").lower() in ("application/ld+json", "application/json"):
                yield from self._check_json(element, text)
                continue
            line = int(element.sourceline or 0) - 1
            check = check_css if element.tag == "style" else check_script
            for problem in check(text, self.path, self.expectations):
                yield problem._replace(line=problem.line + line)

    def _check_json(self, element: HtmlElement, text: str) -> Iterator[Problem]:
        try:
            values = json.loads(text or "null")
        except ValueError:
            message = "the structured data of this page is not JSON"
            yield self._problem(element, message, "build again", "audit-script")
            return
        for where, value in json_texts(values):
            if where == "telephone":
                if not is_telephone(value, self.place):
                    yield self._foreign(element, value, digits(clean(value)))
            else:
                yield from self._check_value(element, f"structured data, {where}", value)

    def _check_help(
        self, blocks: list[HtmlElement], numbers: dict[HtmlElement, str]
    ) -> Iterator[Problem]:
        assert self.place is not None
        if len(blocks) != 1:
            yield self._problem(
                None,
                f'there are {len(blocks)} help blocks (id="help"), not one',
                'every page ends with <section id="help" data-region="...">, every fragment with one '
                'that has data-region="..."',
                "audit-help",
            )
            return
        block = blocks[0]
        region = block.get("data-region", "")
        if region != self.place.region:
            yield self._problem(
                block,
                f"the help block is that of “{region}”, but its folder says {self.place.region}",
                "the helplines of another region stand here",
                "audit-place",
            )
        yield from self._check_country(block)
        inside = frozenset(block.iterdescendants())
        printed = {plain(text) for element, text in numbers.items() if element in inside}
        yield from missing_numbers(self.path, int(block.sourceline or 0), self.place, printed)
        for element, text in numbers.items():
            if element in inside:
                yield from self._check_owner(block, element, text)

    def _check_owner(
        self, block: HtmlElement, element: HtmlElement, text: str
    ) -> Iterator[Problem]:
        """The nearest helpline's name around a number is the name of its own helpline."""
        assert self.place is not None
        number = digits(text)
        if number in {digits(dial) for dial in self.place.emergency}:
            return
        for around in element.iterancestors():
            words = clean("".join(around.itertext()))
            named = [own for names, own in self.place.services if any(n in words for n in names)]
            if named and not any(number in own for own in named):
                yield self._problem(
                    element,
                    f"“{text}” stands under the name of another helpline",
                    "build again; if it stays, the template mixes the helplines up",
                    "audit-owner",
                )
            if named or around is block:
                return

    def _check_country(self, block: HtmlElement) -> Iterator[Problem]:
        assert self.place is not None
        headings = (
            "".join(heading.itertext()) for heading in block.iter("h1", "h2", "h3", "h4", "h5")
        )
        heading = next(headings, "")
        for name in self.place.country:
            if not self.place.says(name, heading):
                yield self._problem(
                    block,
                    f"the heading of the help block does not name “{name}”",
                    "the same digits are another service elsewhere: name the country",
                    "audit-country",
                )
