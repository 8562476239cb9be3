"""Turn a pair into findings about its numbers: counted, dialled, measured, in any digits."""

from __future__ import annotations

import re
import unicodedata

from ketapub.check.pair import Finding, Pair
from ketapub.check.structure import JOINERS, tell_difference
from ketapub.check.text import joined_digits, number_shapes, numbers, only_digits, whole_numbers
from ketapub.check.units import DOSES, measures

_PARTED_NUMBER = re.compile(rf"\d[{''.join(sorted(JOINERS))}]+\d")
_RUN = re.compile(r"\d(?:[.,:٫٬-]?\d)+")


def same_numbers(pair: Pair) -> Finding | None:
    """The same numbers, each as often, in any digits."""
    source, target = pair.source.seen, pair.target.seen
    wanted, found = numbers(source), numbers(target)
    if wanted == found or whole_numbers(source) == whole_numbers(target):
        return None
    return Finding(
        "numbers",
        f"numbers differ from the source: {tell_difference(wanted, found)}",
        "write the same numbers as the source, in any digits; spell out no others",
    )


def phone(pair: Pair) -> Finding | None:
    """Nothing that a reader would dial."""
    shapes = number_shapes(pair.target.seen)
    given = joined_digits(pair.source.seen) if shapes else frozenset[str]()
    found = next((shape for shape in shapes if only_digits(shape) not in given), None)
    if found is None:
        return None
    return Finding(
        "phone",
        f"`{found}` looks like a telephone number",
        "delete it: numbers come from the region files, never from a translation",
    )


def whole_digits(pair: Pair) -> Finding | None:
    """A number is of one system of digits and in one piece: it may be read from either side."""
    text = pair.target.seen
    if _PARTED_NUMBER.search(text):
        return Finding("digits", "an invisible character inside a number", "delete it")
    for run in _RUN.finditer(text):
        if len({ord(c) - unicodedata.decimal(c) for c in run[0] if c.isdecimal()}) > 1:
            hint = "write all of its digits in one system"
            return Finding("digits", f"`{run[0]}` mixes two systems of digits", hint)
    return None


def units(pair: Pair) -> Finding | None:
    """A number keeps its unit: 50 mg are not 50 g, 24 hours not 24 minutes."""
    setting = pair.setting
    if not setting.language or not any(c.isdecimal() for c in pair.source.plain):
        return None
    wanted = measures(pair.source.plain, setting.source)
    found = measures(pair.target.plain, setting.tag)
    for number in wanted.keys() & found.keys():
        extra, missing = found[number] - wanted[number], wanted[number] - found[number]
        if extra and missing:
            return _other_unit(number, missing.most_common()[0][0], extra.most_common()[0][0])
    for number, kinds in wanted.items():
        lost = next(iter((kinds - found.get(number, kinds - kinds)).keys() & DOSES), None)
        if lost and number in numbers(pair.target.plain):
            message = f"the unit of a dose is missing: the source has {number} {lost}"
            return Finding("units", message, "write the unit right behind the number")
    return None


def _other_unit(number: str, wanted: str, found: str) -> Finding:
    return Finding(
        "units",
        f"a unit differs: the source has {number} {wanted}, the translation {number} {found}",
        "write the same unit as the source; never convert",
    )
