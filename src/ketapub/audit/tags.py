"""Turn the tags of a PDF page, as a screen reader walks them, into Problems about its numbers.

The eye's page and the ear's page are two: what is printed right can be read aloud wrong, or not
at all (ISO 14289-1).
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ketapub.audit.glyphs import Glyph, Page, find_stretches
from ketapub.audit.place import Expectations, Place, foreign_message, missing_numbers
from ketapub.audit.scan import LONG_DIGITS, clean, find_numbers, mark_names, mark_numbers
from ketapub.errors import Problem
from ketapub.region import digits


@dataclass(slots=True)
class Tag:
    """One element of a page's structure: what is read aloud for it and where it belongs."""

    kind: str
    text: str
    """Its own and its parts', cleaned."""
    printed: str = ""
    """What is printed for it, where something else is read aloud."""
    parent: Tag | None = None
    children: list[Tag] = field(default_factory=list)

    def walk(self) -> Iterator[Tag]:
        """This element and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def around(self) -> Iterator[Tag]:
        """The elements that it stands in, from the nearest."""
        tag = self.parent
        while tag:
            yield tag
            tag = tag.parent


def read_tags(sheet: Any, page: Page) -> Tag | None:
    """The structure of a pypdfium2 page that was read into `page`; None where it has none."""
    import pypdfium2.raw as pdfium

    tree = pdfium.FPDF_StructTree_GetForPage(sheet)
    if not tree:
        return None
    texts = _marked_texts(page)
    root = Tag("", "")
    try:
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            child = pdfium.FPDF_StructTree_GetChildAtIndex(tree, index)
            if child:
                root.children.append(_tag(child, texts, root))
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    root.text = " ".join(child.text for child in root.children)
    return root if root.text.strip() else None


def check_tags(
    roots: Sequence[Tag | None], path: str, place: Place, expectations: Expectations
) -> Iterator[Problem]:
    """What a screen reader says of a sheet's pages: this place's numbers, each with its own name.

    All of them once at least: what stands in the same place on every page is read on one of them.
    """
    said: set[str] = set()
    for number, root in enumerate(roots, start=1):
        where = f"page {number}"
        if root is None:
            message = f"{where}: nothing on it can be read aloud, for it has no tags"
            hint = "print it as PDF/UA, with the footer in the structure"
            yield Problem(path, 0, message, hint, code="audit-tags")
        else:
            yield from _check_page(root, path, where, place, expectations, said)
    if None not in roots:
        for problem in missing_numbers(path, 0, place, said):
            yield problem._replace(message=f"read aloud: {problem.message}")


def _check_page(
    root: Tag, path: str, where: str, place: Place, expectations: Expectations, said: set[str]
) -> Iterator[Problem]:
    """The numbers that one page says are put into `said`."""
    own = set(map(digits, place.allowed))
    for tag in root.walk():
        if _runs(tag.printed) and _runs(tag.printed) != _runs(tag.text):
            message = f"{where}: “{tag.printed}” is read aloud as “{tag.text}”"
            hint = "what is read aloud has the digits that are printed"
            yield Problem(path, 0, message, hint, code="audit-tags")
        if tag.children:
            continue
        is_number = tag.text.strip() in map(clean, place.allowed)  # also where a name is one
        text = tag.text if is_number else mark_names(tag.text, place.labels)
        for dial in sorted(place.allowed, key=lambda dial: (-len(dial), dial)):
            rest = mark_numbers(text, (dial,))
            if rest != text:
                text = rest
                said.add(dial)
                yield from _check_owner(tag, dial, path, where, place)
        for hit in find_numbers(text, expectations.known):
            if not (hit.digits in own and len(hit.digits) < LONG_DIGITS):
                message, hint, code = foreign_message(hit.text, hit.digits, place, expectations)
                yield Problem(path, 0, f"{where}, read aloud: {message}", hint, code=code)


def _check_owner(tag: Tag, dial: str, path: str, where: str, place: Place) -> Iterator[Problem]:
    """The nearest helpline's name around a number is that of its own helpline."""
    number = digits(dial)
    if number in map(digits, place.emergency):
        return
    for around in tag.around():
        words = _words(around.text)
        named = [own for names, own in place.services if any(_is_in(n, words) for n in names)]
        if named:
            if not any(number in own for own in named):
                message = f"{where}: “{dial}” stands under the name of another helpline"
                hint = "build again; if it stays, the template mixes the helplines up"
                yield Problem(path, 0, message, hint, code="audit-owner")
            return


def _runs(text: str) -> list[str]:
    """Its runs of digits, sorted: in a right-to-left line they are printed in another order."""
    return sorted(re.findall(r"\d+", text))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", clean(text).casefold()))


def _is_in(name: str, words: Counter[str]) -> bool:
    """Whether all words of a name are there, in whatever order its line prints them."""
    wanted = _words(name)
    return bool(wanted) and wanted <= words


def _tag(element: Any, texts: dict[int, str], parent: Tag) -> Tag:
    import pypdfium2.raw as pdfium

    tag = Tag(_string(pdfium.FPDF_StructElement_GetType, element), "", parent=parent)
    spoken = _string(pdfium.FPDF_StructElement_GetActualText, element)
    parts = []
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        if child:
            tag.children.append(_tag(child, texts, tag))
            parts.append(tag.children[-1].text)
        else:
            mark = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
            parts.append(texts.get(mark, ""))
    if spoken:  # it stands for all that it holds
        tag.children.clear()
        tag.printed = " ".join(clean(" ".join(parts)).split())
    tag.text = clean(spoken or " ".join(parts))
    return tag


def _marked_texts(page: Page) -> dict[int, str]:
    """Marked content's number -> its text, each line from left to right as it is printed.

    Not pdfium's own text: that guesses a reading order, and turns numbers in right-to-left lines.
    """
    glyphs: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in page.glyphs:
        glyphs[page.mark(glyph)].append(glyph)
    glyphs.pop(-1, None)  # artifacts, and marks of links: nobody reads them aloud
    return {
        mark: "\n".join(stretch.text for stretch in find_stretches(own))
        for mark, own in glyphs.items()
    }


def _string(get: Callable[..., int], element: Any) -> str:
    size = get(element, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
