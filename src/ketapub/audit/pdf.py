"""Turn one PDF handout, as the eye reads its paper, into Problems about its telephone numbers.

Everything is judged by the places of glyphs, the ink under them and the link rectangles over them.
What it cannot see: a font whose glyphs are drawn unlike the characters they claim to be, and numbers
inside pictures.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ketapub.audit.codes import read_codes
from ketapub.audit.glyphs import Box, Glyph, Page, Stretch, find_overlaps, read_page
from ketapub.audit.names import is_named
from ketapub.audit.place import (
    Expectations,
    Place,
    foreign_message,
    missing_numbers,
    spelled_message,
)
from ketapub.audit.scan import (
    DIGIT_RUN,
    LONG_DIGITS,
    SHORT_DIGITS,
    clean,
    find_numbers,
    mark_numbers,
    number_pattern,
)
from ketapub.audit.tags import Tag, check_tags, read_tags
from ketapub.errors import Problem
from ketapub.region import digits

_NUMBER_SCHEMES = ("tel:", "sms:")
_POINTS = 72 / 25.4
"""Points in a millimetre."""
_ABOVE, _BELOW = 90.0, 40.0
"""Points above and below the numbers within which the country's name counts as beside them."""
_SCHEMES = ("http:", "https:", "mailto:", *_NUMBER_SCHEMES)
_MECHANISMS = {
    "/OCProperties": "layers, which a reader can switch off",
    "/AcroForm": "form fields, which can cover text",
    "/AA": "a program",
    "/JavaScript": "a program",
    "/EmbeddedFiles": "other files",
}
_DIGIT = re.compile(r"\d")
_FAINT = 80
"""Least difference between ink and paper, of 255."""


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """One expected number as it stands on a page."""

    dial: str
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """A link annotation."""

    uri: str
    box: Box


def read_pdf(
    data: bytes, path: str, place: Place, expectations: Expectations, may_be_blank: bool = False
) -> tuple[list[Problem], tuple[str, ...]]:
    """(what is wrong in one handout, the texts of its QR codes); `path` is what messages call it.

    `may_be_blank`: several sheets in one, where the back of one may hold nothing at all.
    """
    import io

    import pikepdf
    import pypdfium2

    reader = _Reader(path, place, expectations)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            problems = list(reader.check_document(pdf))
            rectangles = [tuple(_rectangles(page)) for page in pdf.pages]
        document = pypdfium2.PdfDocument(data)
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        return [reader.problem(f"this PDF cannot be read: {error}", "build again", "audit-pdf")], ()
    codes: dict[str, None] = {}
    tags: list[Tag | None] = []
    try:
        for number, sheet in enumerate(document, start=1):
            page, where = read_page(sheet), f"page {number}"
            if may_be_blank and not page.glyphs and number % 2 == 0 and _is_white(page):
                continue
            problems += reader.check_page(page, rectangles[number - 1], where)
            tags.append(read_tags(sheet, page))
            codes |= dict.fromkeys(read_codes(page.pixels()))
            reader.hear(page, where)
        problems += reader.check_unsaid(len(document))
        problems += check_tags(tags, path, place, expectations)
    finally:
        document.close()
    return problems, tuple(codes)


def read_language(data: bytes) -> str:
    """The language that a PDF says it is in; empty when it says none or cannot be read."""
    import io

    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return str(pdf.Root.get("/Lang", ""))
    except pikepdf.PdfError:
        return ""


def read_numberless(data: bytes, path: str, expectations: Expectations) -> list[Problem]:
    """What is wrong in a PDF on which no telephone number may stand."""
    problems, codes, said = read_notice(data, path, expectations)
    for text in (*codes, said):
        for hit in find_numbers(clean(text), expectations.known):
            message, hint, code = foreign_message(hit.text, hit.digits, None, expectations)
            problems.append(Problem(path, 0, message, hint, code=code))
    return problems


def _is_white(page: Page) -> bool:
    return min(page.pixels().cast("B")) == 255


def read_notice(
    data: bytes, path: str, expectations: Expectations
) -> tuple[list[Problem], tuple[str, ...], str]:
    """(what is wrong in the PDF of a recall notice, the texts of its QR codes, all that it says).

    Any number, but as plain text only: no link leads to one, and none stands in a title or in what
    only screen readers get.
    """
    import io

    import pikepdf
    import pypdfium2

    problems: list[Problem] = []
    codes: dict[str, None] = {}
    said: list[str] = []
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            links = [link.uri for page in pdf.pages for link in _rectangles(page) if link.uri]
            for uri in links:
                if not uri.lower().startswith(("http:", "https:")):
                    message = f"a recall notice holds a link to “{uri}”"
                    hint = "numbers stand there as plain text"
                    problems.append(Problem(path, 0, message, hint, code="audit-link"))
            for where, text in _unprinted_texts(pdf):
                for hit in find_numbers(clean(text), expectations.known):
                    message = f"{where} holds the number “{hit.text}”"
                    hint = "numbers stand in the text of a notice only"
                    problems.append(Problem(path, 0, message, hint, code="audit-number"))
        with pypdfium2.PdfDocument(data) as document:
            for sheet in document:
                page = read_page(sheet)
                codes |= dict.fromkeys(read_codes(page.pixels()))
                said += (stretch.text for stretch in page.stretches)
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        message = f"this PDF cannot be read: {error}"
        problems.append(Problem(path, 0, message, "build again", code="audit-pdf"))
    return problems, tuple(codes), "\n".join(said)


def _rectangles(page: Any) -> Iterator[_Rectangle]:
    for annotation in page.obj.get("/Annots", ()):
        action = annotation.get("/A", {})
        box = tuple(float(value) for value in annotation.get("/Rect", (0, 0, 0, 0)))
        left, right = sorted((box[0], box[2]))
        bottom, top = sorted((box[1], box[3]))
        yield _Rectangle(str(action.get("/URI", "")), (left, bottom, right, top))


@dataclass(slots=True)
class _Reader:
    path: str
    place: Place
    expectations: Expectations
    said: set[str] = field(default_factory=set)
    """Runs of digits that are read aloud on some page."""
    unsaid: list[tuple[str, str]] = field(default_factory=list)
    """(page, run of digits) of those that are printed and not read aloud there."""

    def problem(self, message: str, hint: str, code: str) -> Problem:
        return Problem(self.path, 0, message, hint, code=code)

    def check_document(self, pdf: Any) -> Iterator[Problem]:
        """Language, title, and what could hide or add a number without being page text."""
        wanted, found = self.place.language.tag, str(pdf.Root.get("/Lang", ""))
        if found != wanted:
            yield self.problem(
                f"its language is “{found}”, but its folder says “{wanted}”",
                "a sheet stands in the wrong folder, or its template forgot lang",
                "audit-place",
            )
        title = str(pdf.docinfo.get("/Title", ""))
        if not title.strip():
            yield self.problem("it has no title", "give the print template a <title>", "audit-pdf")
        names = pdf.Root.get("/Names", {})
        for key, what in _MECHANISMS.items():
            if key in pdf.Root or key in names:
                yield self.problem(f"it holds {what}", "print plain sheets only", "audit-pdf")
        for number, page in enumerate(pdf.pages, start=1):
            yield from self._check_annotations(page, number)
        for where, text in _unprinted_texts(pdf):
            marked = mark_numbers(clean(text), self.place.allowed)
            for hit in find_numbers(marked, self.expectations.known):
                if hit.digits not in map(digits, self.place.allowed):
                    yield self._foreign(where, hit.text, hit.digits)

    def _check_annotations(self, page: Any, number: int) -> Iterator[Problem]:
        if int(page.obj.get("/Rotate", 0)) % 360:
            message = f"page {number} is turned, so its numbers cannot be proved"
            yield self.problem(message, "print it upright", "audit-pdf")
        for annotation in page.obj.get("/Annots", ()):
            kind, action = str(annotation.get("/Subtype", "")), annotation.get("/A", {})
            uri = str(action.get("/URI", ""))
            if kind != "/Link":
                yield self.problem(
                    f"page {number} holds a {kind[1:] or 'nameless'} annotation, which can cover "
                    "or add text",
                    "a handout holds links only",
                    "audit-pdf",
                )
            elif str(action.get("/S", "/GoTo")) not in ("/URI", "/GoTo") or (
                uri and not uri.lower().startswith(_SCHEMES)
            ):
                yield self.problem(
                    f"page {number} holds a link to “{uri or action.get('/S')}”",
                    "only https, http, mailto, tel and sms may be linked",
                    "audit-link",
                )

    def check_page(
        self, page: Page, rectangles: Sequence[_Rectangle], where: str
    ) -> Iterator[Problem]:
        """The numbers of one page, their links, their readability and the country beside them."""
        occurrences: list[_Occurrence] = []
        for stretch in page.stretches:
            if _DIGIT.search(stretch.text):
                occurrences += self._find_expected(stretch)
                yield from self._check_others(stretch, where)
        linked = yield from self._check_links(page, rectangles, where)
        printed = {
            found.dial
            for found in occurrences
            if found.dial in linked
            or len(digits(found.dial)) >= LONG_DIGITS
            or (not linked and len(digits(found.dial)) >= SHORT_DIGITS)
        }
        for problem in missing_numbers(self.path, 0, self.place, printed):
            yield problem._replace(message=f"{where}: {problem.message}")
        sure = [found for found in occurrences if found.dial in printed]
        yield from self._check_ink(page, sure, where)
        yield from self._check_country(page, sure, where)

    def hear(self, page: Page, where: str) -> None:
        """Note which digits of a page are read aloud, and which are only printed."""
        for stretch in page.stretches:
            for match in DIGIT_RUN.finditer(stretch.text):
                if all(page.mark(glyph) < 0 for glyph in stretch.slice(*match.span())):
                    self.unsaid.append((where, match[0]))
                else:
                    self.said.add(match[0])

    def check_unsaid(self, pages: int) -> Iterator[Problem]:
        """Copies to cut out or tear off, which nobody reads aloud, say no other digits.

        No link lies upon them, and a short wrong number looks like any digits. Page numbers are free.
        """
        own = {run for dial in self.place.allowed for run in DIGIT_RUN.findall(clean(dial))}
        own |= {str(page) for page in range(pages + 1)}
        for where, run in dict.fromkeys(self.unsaid):
            if run not in own | self.said:
                yield self.problem(
                    f"{where}: “{run}” is printed, and stands neither in a number of "
                    f"{self.place.region} nor in what is read aloud",
                    "numbers come from region files only; print the copies from the same values",
                    "audit-number",
                )

    def _find_expected(self, stretch: Stretch) -> Iterator[_Occurrence]:
        text = stretch.text
        for dial in sorted(self.place.allowed, key=lambda dial: (-len(dial), dial)):
            for match in number_pattern(dial).finditer(text):
                yield _Occurrence(dial, stretch.slice(match.start(), match.end()))
            text = number_pattern(dial).sub(lambda match: "\n" * len(match[0]), text)

    def _check_others(self, stretch: Stretch, where: str) -> Iterator[Problem]:
        text = mark_numbers(stretch.text, self.place.allowed)
        may_stand = {
            number for label in self.place.labels for number in re.findall(r"\d+", label)
        } | set(map(digits, self.place.allowed))
        for hit in find_numbers(text, self.expectations.known):
            reversed_ = self._reversed_number(hit.text)
            if reversed_:
                yield self.problem(
                    f"{where}: the number “{reversed_}” is printed as “{hit.text}”: its groups "
                    "stand in the order of the right-to-left text around them",
                    'write <bdi dir="ltr"><a href="tel:...">number</a></bdi>',
                    "audit-bidi",
                )
            elif not (hit.digits in may_stand and len(hit.digits) < LONG_DIGITS):
                yield self._foreign(where, hit.text, hit.digits)

    def _reversed_number(self, text: str) -> str:
        """The expected number whose groups these are, in another order; empty if none."""
        groups = sorted(re.findall(r"\d+", text))
        for dial in self.place.allowed:
            own = re.findall(r"\d+", dial)
            if len(own) > 1 and sorted(own) == groups:
                return dial
        return ""

    def _foreign(self, where: str, text: str, number: str) -> Problem:
        message, hint, code = spelled_message(text, number, self.place) or foreign_message(
            text, number, self.place, self.expectations
        )
        return self.problem(f"{where}: {message}", hint, code)

    def _check_links(
        self, page: Page, rectangles: Sequence[_Rectangle], where: str
    ) -> Generator[Problem, None, set[str]]:
        """Yields Problems; returns the numbers that a right link lies upon."""
        linked: set[str] = set()
        bands = [_band(stretch) for stretch in page.stretches] if rectangles else []
        for rectangle in rectangles:
            if not rectangle.uri.lower().startswith(_NUMBER_SCHEMES):
                continue
            printed = _read_within(bands, rectangle.box)
            dials = {dial for dial, uri in self.place.links if uri == rectangle.uri}
            if not dials:
                yield self.problem(
                    f"{where}: a link leads to {rectangle.uri}, which its region does not print",
                    "look for swapped helplines",
                    "audit-link",
                )
            elif _dialled(printed) not in map(_dialled, dials):
                yield self.problem(
                    f"{where}: the link {rectangle.uri} lies upon “{printed}”",
                    "a link's digits and the printed digits must be the same",
                    "audit-link",
                )
            else:
                linked |= dials
        return linked

    def _check_ink(
        self, page: Page, occurrences: Sequence[_Occurrence], where: str
    ) -> Iterator[Problem]:
        """Whether every digit lies on the paper, free of other glyphs, large and black enough."""
        policy = self.expectations.policy
        edge = policy.margin * _POINTS
        left, bottom, right, top = page.paper
        free: Box = (left + edge, bottom + edge, right - edge, top - edge)
        marked = [glyph for found in occurrences for glyph in found.glyphs]
        covered = {glyph.number for glyph in find_overlaps(marked, page.glyphs, policy.overlap)}
        for found in occurrences:
            flaws = []
            if not all(_lies_in(glyph.box, free) for glyph in found.glyphs):
                flaws.append(
                    (
                        f"lies within {policy.margin:g} mm of the paper's edge or beyond it",
                        "give the footer more room or fewer lines",
                    )
                )
            if any(glyph.number in covered for glyph in found.glyphs):
                flaws.append(
                    (
                        "is covered by other text",
                        "raise the page's bottom margin, or print fewer lines",
                    )
                )
            size = min(page.font_size(glyph) for glyph in found.glyphs)
            if size < policy.smallest - 0.01:
                flaws.append(
                    (
                        f"is set in {size:.1f} points",
                        f"set it in at least {policy.smallest:g} points",
                    )
                )
            if any(page.contrast(glyph) < _FAINT for glyph in found.glyphs):
                flaws.append(("cannot be seen", "print it in black on white, over everything else"))
            for flaw, hint in flaws:
                message = f"{where}: the number “{found.dial}” {flaw}"
                yield self.problem(message, hint, "audit-ink")

    def _check_country(
        self, page: Page, occurrences: Sequence[_Occurrence], where: str
    ) -> Iterator[Problem]:
        """Whether the country's name stands beside the numbers' lowest places (the footer)."""
        lowest: dict[str, float] = {}
        for found in occurrences:
            middle = (found.glyphs[0].box[1] + found.glyphs[0].box[3]) / 2
            lowest[found.dial] = min(middle, lowest.get(found.dial, middle))
        if not lowest:
            return
        low, high = min(lowest.values()) - _BELOW, max(lowest.values()) + _ABOVE
        lines = [stretch for stretch in page.stretches if low <= stretch.glyphs[0].box[1] <= high]
        services = [name for names, _ in self.place.services for name in names]
        for name in self.place.country:
            if not is_named(name, lines, self.place.language, services):
                yield self.problem(
                    f"{where}: “{name}” is not named beside the numbers",
                    "the same digits are another service elsewhere: name the country in the footer",
                    "audit-country",
                )


def _unprinted_texts(pdf: Any) -> Iterator[tuple[str, str]]:
    """(where, text) of what is read aloud or shown by a program but not printed."""
    import pikepdf

    for key in ("/Title", "/Subject", "/Keywords"):
        yield f"the PDF's {key[1:].lower()}", str(pdf.docinfo.get(key, ""))
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            for key in ("/Alt", "/ActualText", "/E", "/Contents"):
                if isinstance(item.get(key), pikepdf.String):
                    yield "a text for screen readers", str(item[key])
            if "/Dest" in item and isinstance(item.get("/Title"), pikepdf.String):
                yield "a bookmark", str(item["/Title"])


def _band(stretch: Stretch) -> tuple[float, float, Stretch]:
    """A stretch with its lowest and highest ink."""
    boxes = [glyph.box for glyph in stretch.glyphs]
    return min(box[1] for box in boxes), max(box[3] for box in boxes), stretch


def _read_within(bands: Iterable[tuple[float, float, Stretch]], box: Box) -> str:
    """The text whose glyphs have their middle in a box, as printed."""
    parts = []
    for low, high, stretch in bands:
        if high < box[1] - 1 or low > box[3] + 1:
            continue
        chars = [
            char
            for char, owner in zip(stretch.text, stretch.owners, strict=True)
            if (owner >= 0 and _has_middle(box, stretch.glyphs[owner].box)) or owner < 0
        ]
        text = "".join(chars).strip()
        if text:
            parts.append(text)
    return " ".join(parts)


def _has_middle(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _lies_in(box: Box, free: Box) -> bool:
    return free[0] <= box[0] and free[1] <= box[1] and box[2] <= free[2] and box[3] <= free[3]


def _dialled(text: str) -> str:
    """What a telephone would get from a printed text."""
    return re.sub(r"[^\d*#]", "", clean(text))
