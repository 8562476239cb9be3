"""Turn a page of another site that shows a part of ours into Problems, where it is not good now.

The part is known by its version mark, wherever that site's editor left it: in a comment or in text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ketapub.audit.html import parse_html
from ketapub.audit.markup import plain, text_blocks
from ketapub.audit.place import Expectations, Place, foreign_message, missing_numbers
from ketapub.audit.scan import find_numbers, mark_names, mark_numbers, printed_numbers
from ketapub.errors import KetapubError, Problem
from ketapub.region import digits

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARK = re.compile(r"(?<![A-Z0-9])[A-Z2-7]{6}(?![A-Z0-9])")
_NUMBER_SCHEMES = ("tel:", "sms:")
_STATES = {
    "withdrawn": ("a withdrawn version ({mark}) stands here: it may mislead", "error"),
    "superseded": ("an older version ({mark}) stands here", "warning"),
}


class Embedded(Protocol):
    """What `versions.json` tells of a mark."""

    @property
    def region(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def state(self) -> str: ...


def check_embed(
    data: bytes, name: str, versions: Mapping[str, Embedded], expectations: Expectations
) -> Iterator[Problem]:
    """Whether what a page shows of ours is current and carries today's numbers of its region.

    `name` is what messages call the page; `versions` holds every mark ever published. The page's
    other content is its site's own, but for numbers that are retired.
    """
    root = parse_html(data)
    marks = dict(_find_marks(root, versions)) if root is not None else {}
    if root is None or not marks:
        message = "nothing on this page is a version of this publication"
        hint = "embed it again, with the line that says its version"
        yield Problem(name, 0, message, hint, code="embed-mark")
        return
    for found in find_numbers(_text(root), expectations.retired):
        if found.known:
            message, hint, code = foreign_message(found.text, found.digits, None, expectations)
            yield Problem(name, 0, message, hint, code=code)
    for mark, holder in marks.items():
        version = versions[mark]
        message, severity = _STATES.get(version.state, ("", ""))
        if message:
            hint = "embed today's version in its place"
            line = int(holder.sourceline or 0)
            yield Problem(
                name, line, message.format(mark=mark), hint,
                "error" if severity == "error" else "warning", f"embed-{version.state}",
            )  # fmt: skip
        try:
            place = expectations.find_place(
                f"{version.region.lower()}/{version.locale.lower()}/", "fragment"
            )
        except KetapubError as error:
            for problem in error.problems:
                yield Problem(name, 0, problem.message, problem.hint, code=problem.code)
            continue
        yield from _Part(name, place, expectations, holder).check()


def _find_marks(
    root: HtmlElement, versions: Mapping[str, Embedded]
) -> Iterator[tuple[str, HtmlElement]]:
    for element in root.iter():
        is_plain = isinstance(element.tag, str)
        parent = element.getparent()
        for text, holder in (
            (element.text, element if is_plain else parent),
            (element.tail, parent),
        ):
            for mark in _MARK.findall(text or ""):
                if mark in versions and holder is not None:
                    yield mark, holder


def _text(element: HtmlElement) -> str:
    """What a reader sees, a line for each block."""
    return "\n".join(plain(text) for _, text in text_blocks(element, {}))


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    place: Place
    expectations: Expectations
    holder: HtmlElement
    """The element that says the mark."""

    def check(self) -> Iterator[Problem]:
        around = self._find()
        line = int(around.sourceline or 0)
        text = _text(around)
        yield from missing_numbers(self.name, line, self.place, self._printed(text))
        for country in self.place.country:
            if not self.place.says(country, text):
                message = f"“{country}” is not named beside the numbers"
                hint = "the same digits are another service elsewhere: name the country"
                yield Problem(self.name, line, message, hint, code="audit-country")
        rest = mark_numbers(mark_names(text, self.place.labels), self.place.allowed)
        for found in find_numbers(rest, self.expectations.known):
            if found.known or around.tag != "body":  # a page's own numbers are its own matter
                why = foreign_message(found.text, found.digits, self.place, self.expectations)
                yield Problem(self.name, line, why[0], why[1], code=why[2])
        for link in around.iter("a"):
            yield from self._check_link(link)

    def _printed(self, text: str) -> Counter[str]:
        return printed_numbers(text, self.place.allowed)

    def _find(self) -> HtmlElement:
        """The smallest element around the mark that holds most of the numbers; or the body."""
        element = self.holder
        for around in (self.holder, *self.holder.iterancestors()):
            if around.tag == "html":
                break
            element = around
            if len(self._printed(_text(around))) * 2 > len(self.place.numbers):
                break
        return element

    def _check_link(self, link: HtmlElement) -> Iterator[Problem]:
        href = (link.get("href") or "").strip()
        if not href.lower().startswith(_NUMBER_SCHEMES):
            return
        line, dial = int(link.sourceline or 0), plain(link.text_content())
        is_ours = digits(dial) in map(digits, self.place.allowed)
        if (dial, href) not in self.place.links:
            if is_ours or href in {uri for _, uri in self.place.links}:
                message = f"the link of “{dial}” leads to {href}"
                hint = "a number's link is its own digits, `tel:` to call and `sms:` to text"
                yield Problem(self.name, line, message, hint, code="audit-link")
        elif self.place.language.direction == "rtl" and not _is_isolated(link):
            message = f"the number “{dial}” is not isolated: its groups change places"
            hint = 'keep the dir="ltr" around it'
            yield Problem(self.name, line, message, hint, code="audit-bidi")


def _is_isolated(link: HtmlElement) -> bool:
    around = (link, *link.iterancestors())
    near = next((element for element in around if element.get("dir")), None)
    return near is not None and near.get("dir") == "ltr"
