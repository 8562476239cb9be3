"""Turn one file of a publication, by its path and its bytes, into what the audit knows of it.

Every kind of file has its reader; of a kind that has none, a note says that nobody read it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ketapub.audit.beside import Runs, text_runs
from ketapub.audit.codes import read_image_codes, read_svg_codes
from ketapub.audit.data import (
    check_css,
    check_json,
    check_parses,
    check_picture,
    check_plain,
    check_script,
    check_text,
    check_xml,
)
from ketapub.audit.html import Mode, read_html
from ketapub.audit.links import Link, find_css_addresses, is_chooser
from ketapub.audit.pdf import read_notice, read_pdf
from ketapub.audit.place import Expectations, Place
from ketapub.audit.record import check_record
from ketapub.audit.search import Told
from ketapub.errors import KetapubError, Problem
from ketapub.files import decode

MANIFEST = "manifest.json"
VERSIONS = "versions.json"
RECORD = "content.json"
"""An edition as data for other programs, beside its page."""
SHEET = re.compile(
    r"(?P<slug>[^/]+)_(?P<region>[a-z0-9-]+)_(?P<locale>[a-z0-9-]+)_(?P<format>[a-z0-9-]+)\.pdf"
)
_SHEET_DEPTH = 4  # <region>/<locale>/<slug>/<file>
_PLAIN_FOLDERS = ("v/", "recalls/")
_NOTICE = re.compile(r"recalls/[a-z0-9-]+/(index\.html|notice\.(txt|pdf))")
_FREE_DATA = frozenset((VERSIONS, MANIFEST))
"""Data files that may name numbers of every region, also those no longer in use."""
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico")
_SETTINGS = ("_headers", "_redirects")
"""What static hosts read; at the web root, without an extension."""
_SILENT = (".woff2", ".woff", ".ttf", ".otf")
"""Files without words of their own."""


@dataclass(slots=True)
class Content:
    """What the audit of the whole site has to know about one file."""

    problems: list[Problem] = field(default_factory=list)
    links: tuple[Link, ...] = ()
    ids: frozenset[str] | None = None
    """Places in an HTML file that links can lead to."""
    codes: tuple[tuple[int, str], ...] = ()
    """(line, text) of its QR codes."""
    runs: Runs | None = None
    """The digits that a page says, or what stands beside one; None for all other files."""
    told: tuple[tuple[int, str], ...] = ()
    """(line, number) of those that a notice tells of, dead or alive."""
    search: Told | None = None
    """What a page says to search engines."""


def read_content(path: str, name: str, data: bytes, expectations: Expectations) -> Content:
    """Read one file. `path` is relative to the web root; `name` is what messages call it."""
    file = _File(path, name, expectations)
    found = file.content
    try:
        found.problems += file.check(data)
    except KetapubError as error:
        for problem in error.problems:
            inside = problem.path.startswith((name, "source/"))
            where = problem.path if inside else name
            found.problems.append(
                Problem(where, problem.line, problem.message, problem.hint, code=problem.code)
            )
    return found


@dataclass(slots=True)
class _File:
    path: str
    name: str
    expectations: Expectations
    content: Content = field(default_factory=Content)

    def check(self, data: bytes) -> Iterator[Problem]:
        """By what its path and extension say it is; a pack is the whole site's matter."""
        extension = posixpath.splitext(self.path)[1].lower()
        if self.path.startswith("recalls/") and not _NOTICE.fullmatch(self.path):
            hint = "recall notices are recalls/<id>/index.html, notice.txt and notice.pdf"
            yield Problem(self.name, 0, "this is no recall notice", hint, code="audit-place")
        match extension:
            case ".html" | ".htm" | ".xhtml":
                yield from self._check_html(data)
            case ".pdf":
                yield from self._check_pdf(data)
            case ".svg":
                yield from check_picture(data, self.name, self.expectations)
                self._note_codes(read_svg_codes(data))
            case ".json" | ".txt" | ".css" | ".js" | ".mjs" | ".xml" | ".webmanifest":
                yield from self._check_data(decode(data, self.name), extension)
            case _ if extension in _PICTURES:
                yield from self._check_image(data)
            case _ if self.path in _SETTINGS:
                yield from self._check_data(decode(data, self.name), ".js")
            case ".zip":
                pass
            case _ if extension not in _SILENT:
                hint = "look into it yourself, or take it out"
                message = "nobody can say which numbers are in a file of this kind"
                yield Problem(self.name, 0, message, hint, "note", "audit-unread")

    def _check_html(self, data: bytes) -> Iterator[Problem]:
        place = self.expectations.page_place(self.path)
        mode: Mode = "bare"
        if place:
            mode = "fragment" if self.path.endswith("/fragment.html") else "page"
        elif self.path.startswith(_PLAIN_FOLDERS):
            mode = "plain"
        file = read_html(data, self.name, mode, place, self.expectations)
        self.content.ids = file.ids
        self.content.codes = file.codes
        if mode == "page" or _NOTICE.fullmatch(self.path):
            self.content.runs = file.runs
        if mode == "plain":
            self.content.told = file.told
        if mode != "fragment":  # a fragment is read where other sites put it
            self.content.links = file.links
            self.content.search = file.search
        yield from file.problems
        if mode == "page" and not any(is_chooser(self.path, url) for url in file.ways_out):
            yield Problem(
                self.name,
                0,
                "no link beside the numbers leads to the choice of countries",
                "the help block needs “Not in <country>?” with a link to a choice of countries",
                code="audit-help",
            )

    def _check_pdf(self, data: bytes) -> Iterator[Problem]:
        if _NOTICE.fullmatch(self.path):
            problems, codes, said = read_notice(data, self.name, self.expectations)
            self._note_codes(codes)
            self.content.runs = text_runs(said)
            yield from problems
            return
        parts = self.path.split("/")
        match = SHEET.fullmatch(parts[-1])
        told = match and (match["region"], match["locale"], match["slug"])
        if len(parts) != _SHEET_DEPTH or told != tuple(parts[:3]):
            yield Problem(
                self.name,
                0,
                "nothing says which numbers belong on this sheet: its name and folders differ",
                "sheets are <region>/<locale>/<article>/<article>_<region>_<locale>_<format>.pdf",
                code="audit-place",
            )
            return
        place = self.expectations.find_place(self.path, "handout")
        problems, codes = read_pdf(data, self.name, place, self.expectations)
        self._note_codes(codes)
        yield from problems
        policy = self.expectations.policy
        if policy.coded and not place.kept and not _has_way_on(codes, place, policy.address):
            yield Problem(
                self.name,
                0,
                "no QR code on it leads to its page or calls a number of it, or none can be read",
                "let the print template show page_code() or tel_code(), in black on white and large "
                "enough",
                code="audit-code",
            )

    def _check_data(self, text: str, extension: str) -> Iterator[Problem]:
        name, expectations = self.name, self.expectations
        place = expectations.page_place(self.path)
        if self.path in _FREE_DATA:
            yield from check_parses(text, name)
        elif _NOTICE.fullmatch(self.path):
            self.content.runs = text_runs(text)
            yield from check_plain(text, name)
        elif extension in (".json", ".webmanifest"):
            yield from check_json(text, name, place, expectations)
            if place and posixpath.basename(self.path) == RECORD:
                yield from check_record(text, name, place)
        elif extension == ".txt":
            self.content.runs = text_runs(text) if place else None
            yield from check_text(text, name, place, expectations)
        elif extension == ".xml":
            yield from check_xml(text, name, expectations)
        elif extension == ".css":
            yield from check_css(text, name, expectations)
            urls = find_css_addresses(text)
            self.content.links = tuple(Link(0, url, loads=True) for url in urls)
        else:
            yield from check_script(text, name, expectations)

    def _check_image(self, data: bytes) -> Iterator[Problem]:
        try:
            self._note_codes(read_image_codes(data))
        except OSError as error:
            message = f"this picture cannot be read: {error}"
            yield Problem(self.name, 0, message, "replace it", code="audit-file")

    def _note_codes(self, texts: tuple[str, ...]) -> None:
        self.content.codes = tuple((0, text) for text in texts)


def _has_way_on(codes: Iterable[str], place: Place, address: str) -> bool:
    """Whether a code leads to a short address or dials, as those of cards and posters do."""
    dialled = {uri for _, uri in place.links}
    return any(code.startswith(address) or code in dialled for code in codes)
