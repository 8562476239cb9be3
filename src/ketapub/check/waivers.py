"""Turn `locale/<locale>/waivers.txt` into the findings that a named person lets pass.

A line is a waiver: `<check> <digest> <YYYY-MM-DD> <name>: <reason>`, the digest being that of
`ketapub.message.message_digest` (its first 12 digits are enough), so that a waiver ends when the
text or its translation changes. `#` begins a comment line. Only people write here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ketapub.errors import Problem

FEWEST = 12
"""Digits of a digest that a waiver must give."""

_FORM = "<check> <first 12 digits of the digest> <YYYY-MM-DD> <name>: <reason>"
_LINE = re.compile(
    rf"(?P<check>[a-z-]+)\s+(?P<digest>[0-9a-f]{{{FEWEST},64}})\s+(?P<day>\d{{4}}-\d\d-\d\d)\s+"
    r"(?P<by>[^:\s][^:]*?)\s*:\s*(?P<reason>\S.*?)\s*"
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """That a named person lets one finding on one text pass."""

    check: str
    digest: str
    """The beginning of the message's digest, or all of it."""
    day: date
    by: str
    reason: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a locale."""

    lines: tuple[Waiver, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, check: str, digest: str) -> Waiver | None:
        """The waiver for a finding of this check on the message with this digest."""
        return next(
            (w for w in self.lines if w.check == check and digest.startswith(w.digest)), None
        )


NO_WAIVERS = Waivers()


def read_waivers(
    text: str, name: str, waivable: Collection[str], strict: Collection[str]
) -> Waivers:
    """Read a file of waivers. A line that waives nothing is a problem; the others count.

    `waivable` and `strict`: ids of the checks that can be waived, and of those that never can.
    """
    waivers: list[Waiver] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _read(line, number, name)
        if isinstance(found, Waiver):
            found = _refuse(found, waivable, strict) or found
        (waivers if isinstance(found, Waiver) else problems).append(found)  # type: ignore[arg-type]
    return Waivers(tuple(waivers), tuple(problems))


def _read(line: str, number: int, name: str) -> Waiver | Problem:
    match = _LINE.fullmatch(line)
    if match is None:
        message = "this line is no waiver"
        return Problem(name, number, message, f"write: {_FORM}", code="waivers")
    try:
        day = date.fromisoformat(match["day"])
    except ValueError:
        hint = "write the day as YYYY-MM-DD, such as 2026-03-31"
        return Problem(name, number, f"{match['day']} is not a day", hint, code="waivers")
    return Waiver(match["check"], match["digest"], day, match["by"], match["reason"], name, number)


def _refuse(waiver: Waiver, waivable: Collection[str], strict: Collection[str]) -> Problem | None:
    if waiver.check in strict:
        message = f"`{waiver.check}` can never be waived: a reader's safety hangs on it"
        hint = "correct the translation, and delete this line"
        return Problem(waiver.path, waiver.line, message, hint, code="waivers")
    if waiver.check not in waivable:
        message = f"there is no check `{waiver.check}`"
        hint = f"one of {', '.join(sorted(waivable))}"
        return Problem(waiver.path, waiver.line, message, hint, "warning", "waivers")
    return None


def idle_waivers(waivers: Waivers, told: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """A note on each waiver that lets nothing pass.

    `told`: digest of each translated message of the locale -> checks that find something in it.
    """
    for waiver in waivers.lines:
        checks = [codes for digest, codes in told.items() if digest.startswith(waiver.digest)]
        if any(waiver.check in codes for codes in checks):
            continue
        message = "this waiver is void: its text or translation has changed since"
        if checks:
            message = f"this waiver is not needed: `{waiver.check}` finds nothing there"
        yield Problem(waiver.path, waiver.line, message, "delete the line", "note", "waivers")
