"""Turn the numbers of regions into warnings: what libphonenumber doubts, and needless waivers."""

from __future__ import annotations

from typing import Any

from ketapub.errors import Problem
from ketapub.helpline import Channel, Helpline
from ketapub.region import Regions
from ketapub.region_schema import Region


def check_spelling(regions: Regions) -> tuple[Problem, ...]:
    """Warnings about numbers that libphonenumber does not accept, and about needless waivers.

    It is a check of spelling, never the truth: it accepts many a dead number. Without the package
    `phonenumbers` the one warning says so.
    """
    try:
        import phonenumbers as library  # only here: nothing that is published needs it
    except ImportError:
        hint = "install it: pip install 'ketapub[numbers]'"
        message = "the spelling of numbers is not checked: the package is not installed"
        return (Problem("phonenumbers", 0, message, hint, severity="warning", code="spelling"),)
    problems = []
    for code in sorted(regions.regions):
        region = regions.regions[code]
        for helpline in region.helplines:
            for way in helpline.channels:
                if way.kind in ("voice", "tty"):
                    problems += _check_channel(region, helpline, way, library)
    return tuple(problems)


def _check_channel(region: Region, helpline: Helpline, way: Channel, library: Any) -> list[Problem]:
    accepts = _is_accepted(way.dial, region.country, library)
    if accepts == (not way.waiver):
        return []
    if accepts:
        message = f"`waiver` of {helpline.id} is not needed: libphonenumber accepts {way.dial}"
        hint = "take it out"
    else:
        message = f"libphonenumber does not accept {way.dial} of {helpline.id} for {region.country}"
        hint = 'compare it with its source; if it is right, add waiver = "why" to the channel'
    return [Problem(region.path, 0, message, hint, severity="warning", code="spelling")]


def _is_accepted(dial: str, country: str, library: Any) -> bool:
    if not dial.replace(" ", "").replace("-", "").isdecimal():
        return False  # star codes lose their star there
    try:
        number = library.parse(dial, country)
    except library.NumberParseException:
        return False
    short = library.is_valid_short_number_for_region(number, country)
    return bool(library.is_valid_number(number) or short)
