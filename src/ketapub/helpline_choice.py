"""Turn a region and its country into the help that one reader gets: which lines, in which order.

`choose` is the one place that decides what is printed: pages, handouts and the audit all ask it.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from ketapub.errors import KetapubError, Problem
from ketapub.helpline import (
    KIND_WORDS,
    Channel,
    ChannelKind,
    Emergency,
    Helpline,
    digits,
    is_read_as,
)
from ketapub.region_schema import Region

Surface = Literal["page", "handout", "fragment"]
SURFACES: tuple[Surface, ...] = get_args(Surface)
Answers = Literal["own", "interpreter", "other"]
Freshness = Literal["fresh", "due", "late"]

DUE_DAYS = 365
"""When the newest date of a line is older, a person should look at it again."""
LATE_DAYS = 730
"""When it is older, the line leaves new handouts if another line of its kind remains."""
HANDOUT_LINES = 3
"""What the footer of a sheet holds in a size that people can read."""

HANDOUT_SILENT = 2
"""How many lines to text or chat with have room in their row below them."""

_KINDS = tuple(KIND_WORDS)
_ANSWERS: tuple[Answers, ...] = ("own", "interpreter", "other")
_SILENT_CHANNELS: tuple[ChannelKind, ...] = ("text", "chat", "whatsapp", "wechat")
"""For those who cannot talk where they are, the one that works on most phones first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A helpline as one reader gets it on one surface."""

    helpline: Helpline
    channels: tuple[Channel, ...]
    """Only those to print, in file order."""
    answers: Answers
    """Whether it answers in the reader's language."""
    late: bool
    as_of: str
    """`YYYY-MM`, or `YYYY`, of what the source says; empty when it names no date."""


@dataclass(frozen=True, slots=True)
class Help:
    """Everything that one edition prints about help."""

    country: str
    """ISO 3166-1, the name of which stands beside the numbers."""
    region: str
    emergency: Emergency
    lines: tuple[Line, ...]
    silent: tuple[Line, ...]
    """Those who cannot talk can text or chat with these; on a page they stand in `lines`, too."""
    no_line: bool
    """States that there is no line to print here."""
    directory: str
    """Where to look then: the address of the international directory; else empty."""
    as_of: str
    """The oldest `as_of` of the lines; empty when none is known."""
    checked: str
    """`YYYY-MM` of the oldest check when a named person has checked every line; else empty."""

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """Every line that is printed, to talk to or not."""
        return (*self.lines, *self.silent)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number that is printed, as printed, once each, emergency first."""
        dials = [self.emergency.call, *(also.dial for also in self.emergency.also)]
        dials += [way.dial for line in self.all_lines for way in line.channels if way.dial]
        return tuple(dict.fromkeys(dials))

    @property
    def is_undated(self) -> bool:
        """Whether some line has no date, so that `as_of` does not speak for all of them."""
        return any(not line.as_of for line in self.all_lines)


def choose(
    chain: tuple[Region, ...],
    tag: str,
    today: date,
    surface: Surface = "page",
    print_treatment: Collection[Surface] = (),
) -> Help:
    """Decide what an edition prints: emergency number and helplines, in their order.

    `chain` is `Regions.chain(code)`: a region and the country around it, nearest first; `tag` is
    the reader's language; `print_treatment` names the surfaces for which the publication has asked
    for private treatment providers, which then stand after every public line. Raises KetapubError when there is no emergency number, or no line to
    print in a region that does not state `no_line`: such an edition cannot exist.
    """
    region = chain[0]
    emergency = next((each.emergency for each in chain if each.emergency), None)
    if emergency is None:
        hint = 'add [emergency] with call = "..." to this file or to its country\'s'
        raise _cannot_help(region, "there is no emergency number", hint)
    services = _services(chain)
    public = [each for each in services if not why_not_printed(each, today)]
    lines = _printed_once(_ordered(public, tag, today))
    no_line = not lines and any(each.no_line for each in chain)
    if not lines and not no_line:
        hint = "add a [[helpline]] with grade A or B, or state no_line = true"
        raise _cannot_help(region, "there is no helpline that may be printed", hint)
    silent = _silent(lines)
    if surface == "handout":
        lines, silent = _fit_handout(lines, silent)
    if surface in print_treatment and lines:  # never in the place of help
        private = [each for each in services if _is_private(each, today)]
        room = HANDOUT_LINES - len(lines) if surface == "handout" else len(private)
        lines += _ordered(private, tag, today)[: max(room, 0)]
    printed = [*lines, *silent]
    return Help(
        region.country,
        region.code,
        emergency,
        tuple(lines),
        tuple(silent),
        no_line,
        region.directory if no_line else "",
        as_of=min((line.as_of for line in printed if line.as_of), key=last_day, default=""),
        checked=_oldest_check(printed),
    )


def why_not_printed(helpline: Helpline, today: date) -> str:
    """Why a helpline is not printed, in a few plain words; empty when it is."""
    reasons = {
        "the source is too weak": helpline.grade not in ("A", "B"),
        "the police run it": helpline.operator == "police",
        "a company runs it": helpline.operator == "commercial",
        "it sells treatment": helpline.kind == "treatment",
        "it takes reports about other people": helpline.purpose != "help",
        "it is not for all drugs": bool(helpline.substances),
        **_why_not_now(helpline, today),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _why_not_now(helpline: Helpline, today: date) -> dict[str, bool]:
    """What keeps even a line that nothing speaks against off all surfaces, and whether it does."""
    return {
        "it is not valid before a later day": (
            helpline.valid_from is not None and helpline.valid_from > today
        ),
        "it is retired": helpline.retired is not None and helpline.retired <= today,
        "it was valid until an earlier day": (
            helpline.valid_until is not None and helpline.valid_until < today
        ),
        "all of its numbers are retired": not helpline.channels,
    }


def _is_private(helpline: Helpline, today: date) -> bool:
    """Whether it is a provider of treatment that a publication may ask for."""
    return helpline.kind == "treatment" and not any(_why_not_now(helpline, today).values())


def is_kept_on_record(helpline: Helpline) -> bool:
    """Whether no day can come on which it is printed: its source, kind or operator forbids it."""
    weak = helpline.grade not in ("A", "B") or helpline.operator in ("police", "commercial")
    other = helpline.purpose != "help" or bool(helpline.substances)
    return weak or other or helpline.kind == "treatment"


def freshness(helpline: Helpline, today: date) -> Freshness:
    """How old the newest date of a helpline is, of its source or of a person's check.

    A year counts as its last day, a month too. Without any date a line is due, and never late:
    leaving it out would need a reason that nobody has.
    """
    newest = newest_date(helpline)
    if newest == date.min:
        return "due"
    age = today - newest
    if age > timedelta(days=LATE_DAYS):
        return "late"
    return "due" if age > timedelta(days=DUE_DAYS) else "fresh"


def due_lines(
    regions: Iterable[Region], today: date
) -> tuple[tuple[Region, Helpline, Freshness], ...]:
    """The printed lines that a person should look at: doubtful first, then the oldest.

    A line without any date stands before those that have one: it may be older than they are.
    """
    found = [
        (region, helpline, freshness(helpline, today))
        for region in regions
        for helpline in region.helplines
        if not why_not_printed(helpline, today)
    ]
    wanted = [each for each in found if each[1].doubt or each[2] != "fresh"]
    return tuple(sorted(wanted, key=lambda each: (not each[1].doubt, newest_date(each[1]))))


def newest_date(helpline: Helpline) -> date:
    """The later of a person's check and the last day of the source's date; date.min for neither."""
    source = date.min if helpline.source_date == "unknown" else last_day(helpline.source_date)
    return max(source, helpline.checked_on or date.min)


def last_day(source_date: str) -> date:
    """The last day that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` can mean."""
    year, *rest = map(int, source_date.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1]
    return date(year, month, day)


def _cannot_help(region: Region, message: str, hint: str) -> KetapubError:
    return KetapubError(Problem(region.path, 0, f"{region.code}: {message}", hint, code="region"))


def _services(chain: tuple[Region, ...]) -> tuple[Helpline, ...]:
    """Every service once, nearest region first, then in file order.

    What a nearer region says about a service stands for what its country says, even that it is
    retired.
    """
    services: dict[str, Helpline] = {}
    for region in chain:
        for helpline in region.helplines:
            services.setdefault(helpline.id, helpline)
    return tuple(services.values())


def _ordered(services: Iterable[Helpline], tag: str, today: date) -> list[Line]:
    """By kind, then by the reader's language, else as they stand."""
    return sorted(
        (_line(helpline, tag, today) for helpline in services),
        key=lambda line: (_KINDS.index(line.helpline.kind), _ANSWERS.index(line.answers)),
    )


def _line(helpline: Helpline, tag: str, today: date) -> Line:
    channels = _channels_for(helpline, tag)
    return Line(
        replace(helpline, channels=channels),
        channels,
        _answers(helpline, tag),
        late=freshness(helpline, today) == "late",
        as_of="" if helpline.source_date == "unknown" else helpline.source_date[: len("2026-05")],
    )


def _answers(helpline: Helpline, tag: str) -> Answers:
    if any(is_read_as(spoken, tag) for spoken in helpline.languages):
        return "own"
    return "interpreter" if helpline.interpreters == "yes" else "other"


def _channels_for(helpline: Helpline, tag: str) -> tuple[Channel, ...]:
    """Of each kind of channel those in the reader's language; else those that stand first.

    So a Spanish reader gets the keyword for Spanish, and everybody else the plain number.
    """

    def answers_reader(way: Channel) -> bool:
        return any(is_read_as(spoken, tag) for spoken in way.languages or helpline.languages)

    kept = []
    for way in helpline.channels:
        same = [each for each in helpline.channels if each.kind == way.kind]
        readable = [each for each in same if answers_reader(each)]
        if way in (readable or [each for each in same if each.languages == same[0].languages]):
            kept.append(way)
    return tuple(kept)


def _printed_once(lines: list[Line]) -> list[Line]:
    """Without numbers to call that stand before, and without a line that has no other."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        old = [way for way in line.channels if way.kind == "voice" and digits(way.dial) in seen]
        channels = tuple(way for way in line.channels if way not in old)
        calls = {digits(way.dial) for way in channels if way.kind == "voice"}
        if calls or not old:
            kept.append(_with_channels(line, channels))
        seen |= calls
    return kept


def _silent(lines: Iterable[Line]) -> list[Line]:
    """The lines that one can reach without a word, with those channels alone."""
    found = []
    for line in lines:
        ways = tuple(way for way in line.channels if way.kind in _SILENT_CHANNELS)
        if ways:
            found.append(_with_channels(line, ways))
    return found


def _fit_handout(lines: list[Line], silent: list[Line]) -> tuple[list[Line], list[Line]]:
    """What a sheet holds: no late line beside a better one of its kind, the first channels only.

    Every kind keeps its first line before any kind gets a second. Lines to text or chat with share
    a row, so that a line which has nothing else takes no room from those to call.
    """
    fresh_kinds = {line.helpline.kind for line in lines if not line.late}
    lines = [line for line in lines if not line.late or line.helpline.kind not in fresh_kinds]
    kept = {line.helpline.id for line in lines}
    silent = [_with_first(line, _SILENT_CHANNELS) for line in silent if line.helpline.id in kept]
    lines = [
        line for line in lines if any(way.kind not in _SILENT_CHANNELS for way in line.channels)
    ]
    kinds = [line.helpline.kind for line in lines]
    places = [kinds[:index].count(kind) for index, kind in enumerate(kinds)]
    best = sorted(range(len(lines)), key=lambda index: (places[index], index))[:HANDOUT_LINES]
    return [_with_first(lines[index], ("voice",)) for index in sorted(best)], silent[
        :HANDOUT_SILENT
    ]


def _with_first(line: Line, kinds: tuple[ChannelKind, ...]) -> Line:
    """Its first channel of the first of these kinds that it has; else its first of all others."""
    others = [way for way in line.channels if way.kind not in _SILENT_CHANNELS]
    found = [way for kind in kinds for way in line.channels if way.kind == kind]
    return _with_channels(line, (*found, *others)[:1])


def _with_channels(line: Line, channels: tuple[Channel, ...]) -> Line:
    """The line and its helpline with the channels that are printed: words follow what stands there."""
    return replace(line, channels=channels, helpline=replace(line.helpline, channels=channels))


def _oldest_check(lines: list[Line]) -> str:
    checks = [line.helpline.checked_on for line in lines]
    known = [check for check in checks if check]
    if not known or len(known) < len(checks):
        return ""
    return min(known).isoformat()[: len("2026-05")]
