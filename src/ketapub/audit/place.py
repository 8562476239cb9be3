"""Turn a path inside `dist/` into what must be printed there: the numbers and the country's name.

Never asks the manifest: the path says region and language, the region files say the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from ketapub.audit.scan import clean, mark_names
from ketapub.errors import KetapubError, Problem
from ketapub.language import Language, parse_language
from ketapub.region import Help, Line, Regions, Surface, choose, digits, display_name, numbers_of

EMBEDS = ("fragment.html", "content.json")
"""What other sites take of a page, in its folder."""
_PLACE_DEPTH = 3  # <region>/<locale>/<file>
_REGION_FOLDER = re.compile(r"[a-z]{2}(-[a-z0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Policy:
    """What the caller knows or wants beyond the region files."""

    kept: frozenset[str] = frozenset()
    """Paths in `dist/` of outputs kept from an earlier publication. They may lack a number that is
    new since then (a warning), never an emergency number, and print no number that is gone."""
    print_treatment: Collection[Surface] = ()
    """Where the publication asks for private treatment providers, too."""
    margin: float = 5.5
    """Millimetres from the paper's edge within which no printer is trusted with a number."""
    smallest: float = 7.0
    """Points: a number set smaller is an error."""
    overlap: float = 0.2
    """Share of a digit's box that another glyph may touch."""
    address: str = ""
    """Of the web root, with a closing slash; short addresses in QR codes begin with it."""
    coded: bool = False
    """Every sheet shows a QR code of a short address."""


@dataclass(frozen=True, slots=True)
class Place:
    """What one page or sheet has to say."""

    region: str
    """Code of the region: `CA-QC`."""
    language: Language
    numbers: tuple[str, ...]
    """Exactly these must stand there, as they are printed."""
    emergency: frozenset[str]
    """Those of them that stand there even on a kept output."""
    allowed: tuple[str, ...]
    """These may stand there: `numbers`, on a kept output all that the region prints today."""
    labels: tuple[str, ...]
    """Cleaned names and addresses of helplines that hold digits: `988 Suicide & Crisis Lifeline`."""
    country: tuple[str, ...]
    """The name of the country, and before it of the sub-region, as the reader knows them."""
    links: frozenset[tuple[str, str]]
    """(number as printed, its `tel:` or `sms:` address): all that may stand there."""
    services: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    """Of each helpline: its cleaned names, and the digits of its numbers."""
    ways: tuple[str, ...] = ()
    """`numbers` as often as they stand in a list of all helplines: 988 to call and to text."""
    kept: bool = False

    def says(self, name: str, text: str) -> bool:
        """Whether a text says a country's name, and not only as a part of a helpline's name."""
        wanted = _fold(name)
        own = (_fold(each) for names, _ in self.services for each in names)
        longer = (each for each in own if wanted in each and wanted != each)
        return wanted in mark_names(_fold(text), longer)


@dataclass(slots=True)
class Expectations:
    """The region files as the audit uses them; remembers what it has worked out."""

    regions: Regions
    today: date
    policy: Policy = Policy()
    known: frozenset[str] = field(init=False)
    """Digits of every number of every region, printed or not, and of the deny-list."""
    retired: frozenset[str] = field(init=False)
    """Digits of the deny-list alone."""
    _helps: dict[tuple[str, str, Surface], Help] = field(init=False, default_factory=dict)
    _places: dict[tuple[str, str, Surface, bool], Place] = field(init=False, default_factory=dict)
    _segments: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.retired = frozenset(digits(entry.dial) for entry in self.regions.retired)
        self.known = frozenset(numbers_of(self.regions)) | self.retired
        self._segments = {code.lower(): code for code in self.regions.regions}

    def is_region_folder(self, segment: str) -> bool:
        """Whether a first folder of `dist/` is a region's, or looks like a removed region's."""
        return segment in self._segments or _REGION_FOLDER.fullmatch(segment) is not None

    def is_dead(self, region: str, dial: str) -> bool:
        """Whether a number is deny-listed or retired in a region or its country, and lives nowhere."""
        number = digits(dial)
        if self.regions.retired_as(region, number):
            return True
        codes = dict.fromkeys((region, region.partition("-")[0]))
        lines = [
            line
            for code in codes
            if code in self.regions.regions
            for line in self.regions.regions[code].helplines
            if number in {digits(way.dial) for way in line.channels}
        ]
        gone = [line.retired is not None and line.retired <= self.today for line in lines]
        return bool(gone) and all(gone)

    def find_place(self, path: str, surface: Surface) -> Place:
        """What must be printed at `<region>/<locale>/...`.

        Raises KetapubError when there is no such region or language or no help to print for it.
        """
        region_folder, locale_folder = path.split("/")[:2]
        code = self._segments.get(region_folder)
        if code is None:
            raise KetapubError(_no_region(path, region_folder))
        try:
            language = parse_language(locale_folder)
        except ValueError as error:
            raise KetapubError(_no_language(path, str(error))) from error
        if language.segment != locale_folder:
            raise KetapubError(_no_language(path, f"the folder should be “{language.segment}”"))
        key = (code, language.tag, surface, path in self.policy.kept)
        if key not in self._places:  # many articles stand in one place
            self._places[key] = self._place(code, language, surface, kept=key[-1])
        return self._places[key]

    def page_place(self, path: str) -> Place | None:
        """What belongs into a region's page or what other sites take of it, None elsewhere.

        Raises KetapubError when there is no such place.
        """
        parts = path.split("/")
        if len(parts) >= _PLACE_DEPTH and self.is_region_folder(parts[0]):
            surface: Surface = "fragment" if parts[-1] in EMBEDS else "page"
            return self.find_place(path, surface)
        return None

    def _place(self, code: str, language: Language, surface: Surface, *, kept: bool) -> Place:
        help_ = self._help(code, language.tag, surface)
        page = self._help(code, language.tag, "page") if kept else help_
        both = dict.fromkeys((*help_.numbers, *page.numbers))
        chain = self.regions.chain(code)
        lines = (*help_.all_lines, *page.all_lines)
        names = [clean(name) for line in lines for _, name in line.helpline.names]
        names += [clean(url) for line in lines for url in _addresses(line) if url]
        emergency = help_.emergency
        channels = (channel for line in lines for channel in line.channels if channel.dial)
        return Place(
            region=code,
            language=language,
            numbers=tuple(dict.fromkeys(help_.numbers)),
            emergency=frozenset((emergency.call, *(also.dial for also in emergency.also))),
            allowed=tuple(both),
            labels=tuple(dict.fromkeys(name for name in names if re.search(r"\d", name))),
            country=tuple(text for text, _ in display_name(chain, language.tag)),
            links=frozenset(
                (
                    (emergency.call, emergency.uri),
                    *((also.dial, also.uri) for also in emergency.also),
                    *((channel.dial, channel.uri) for channel in channels),
                )
            ),
            services=tuple(
                (
                    frozenset(clean(name) for _, name in line.helpline.names),
                    frozenset(digits(channel.dial) for channel in line.channels),
                )
                for line in lines
            ),
            ways=(
                emergency.call,
                *(also.dial for also in emergency.also),
                *(way.dial for line in help_.lines for way in line.channels if way.dial),
            ),
            kept=kept,
        )

    def _help(self, code: str, tag: str, surface: Surface) -> Help:
        key = (code, tag, surface)
        if key not in self._helps:
            self._helps[key] = choose(
                self.regions.chain(code), tag, self.today, surface, self.policy.print_treatment
            )
        return self._helps[key]


def _addresses(line: Line) -> Iterator[str]:
    """Its pages and chats, as links have them and as they are printed."""
    for url in (line.helpline.url, *(way.url for way in line.channels)):
        yield url
        yield url.removeprefix("https://").removeprefix("www.").rstrip("/")


def _no_region(path: str, folder: str) -> Problem:
    return Problem(
        path,
        0,
        f"no region file says which numbers belong into the folder “{folder}”",
        "delete the folder, or bring back the region file",
        code="audit-region",
    )


def _no_language(path: str, reason: str) -> Problem:
    return Problem(
        path, 0, reason, "name the folder after the language, in lower case", code="audit-region"
    )


def _fold(text: str) -> str:
    return " ".join(clean(text).split()).casefold()


def lacking_numbers(path: str, place: Place, printed: Counter[str]) -> Iterator[Problem]:
    """`missing_numbers`, and those that stand less often than in a list of all helplines."""
    yield from missing_numbers(path, 0, place, printed)
    for dial, times in Counter(() if place.kept else place.ways).items():
        if 0 < printed[dial] < times:
            message = f"the number “{dial}” of {place.region} stands here {printed[dial]} times"
            hint = f"it is to stand here {times} times, once for each way to reach a helpline"
            yield Problem(path, 0, message, hint, code="audit-missing")


def missing_numbers(
    path: str, line: int, place: Place, printed: Collection[str]
) -> Iterator[Problem]:
    """A Problem for each expected number that is not printed; a kept output may lack new ones."""
    for dial in place.numbers:
        if dial not in printed:
            may_lack = place.kept and dial not in place.emergency
            yield Problem(
                path,
                line,
                f"the number “{dial}” of {place.region} is missing",
                "this output was kept from before that number was added: mend what holds it back"
                if may_lack
                else "build again; if it stays, the template does not print every number",
                severity="warning" if may_lack else "error",
                code="audit-missing",
            )


def foreign_message(
    text: str, number: str, place: Place | None, expectations: Expectations
) -> tuple[str, str, str]:
    """(message, hint, code) for digits that may not stand where they stand."""
    if place is not None and number in map(digits, place.allowed):
        return (
            f"the number “{text}” stands outside its isolating markup",
            'write <bdi dir="ltr"><a href="tel:...">number</a></bdi>',
            "audit-bidi",
        )
    if number in expectations.retired:
        return f"“{text}” is a retired number", "remove it", "audit-retired"
    if number in expectations.known:
        where = f"{place.region} prints here" if place else "may stand on this page"
        return (
            f"“{text}” is a number of the region files, but none that {where}",
            "look for swapped helplines, or for a number in a source text",
            "audit-number",
        )
    return (
        f"“{text}” looks like a telephone number and is in no region file",
        "numbers come from region files only; correct it, or remove it from the text",
        "audit-number",
    )


def spelled_message(text: str, number: str, place: Place) -> tuple[str, str, str] | None:
    """(message, hint, code) when the digits are right and something between them is not."""
    if number not in map(digits, place.allowed):
        return None
    return (
        f"a number of {place.region} is printed as “{text}”, not as its region file writes it",
        "numbers come from region files only",
        "audit-number",
    )
