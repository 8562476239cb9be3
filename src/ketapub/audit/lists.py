"""Turn a publication's own lists, `manifest.json` and `versions.json`, into Problems about numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ketapub.audit.place import Expectations
from ketapub.errors import KetapubError, Problem
from ketapub.language import parse_language
from ketapub.region import SURFACES, digits


def check_manifest_numbers(
    manifest: dict[str, Any], name: str, expectations: Expectations
) -> Iterator[Problem]:
    """No edition prints a number that is dead in its region, or, while it is ready, a wrong one."""
    editions = manifest.get("editions")
    for edition in editions if isinstance(editions, list) else ():
        if not isinstance(edition, dict):
            continue
        region = str(edition.get("region"))
        page = _table(_table(edition.get("outputs")).get("page"))
        own = _numbers_of(edition, expectations) if page.get("state") == "ready" else None
        for number in edition.get("numbers", ()):
            if expectations.is_dead(region, str(number)):
                message = f"it says that {region} prints “{number}”, which is dead there"
                yield Problem(name, 0, message, "build again", code="audit-number")
            elif own is not None and number not in own:
                yield _wrong(name, region, number)


def check_versions(
    versions: dict[str, Any], name: str, expectations: Expectations
) -> Iterator[Problem]:
    """A version that is good prints numbers of today."""
    for mark, version in sorted(versions.items()):
        if version.get("state") != "good":
            continue
        own = _numbers_of(version, expectations)
        for number in version.get("numbers", ()) if own is not None else ():
            if number not in (own or ()):
                problem = _wrong(name, str(version.get("region")), number)
                yield Problem(
                    name, 0, f"{mark}: {problem.message}", problem.hint, code=problem.code
                )


def read_versions(path: Path) -> dict[str, Any]:
    """The versions by their marks; empty where the list is missing or broken, as others tell."""
    try:
        found = json.loads(path.read_bytes()).get("versions", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return {mark: _table(version) for mark, version in _table(found).items()}


def _numbers_of(values: dict[str, Any], expectations: Expectations) -> frozenset[str] | None:
    """Every number that an edition may print today, as it is printed; None: nobody knows."""
    try:
        language = parse_language(str(values.get("locale")))
        path = f"{str(values.get('region')).lower()}/{language.segment}/"
        places = [expectations.find_place(path, surface) for surface in SURFACES]
    except (ValueError, KetapubError):
        return None
    return frozenset(number for place in places for number in place.allowed)


def _wrong(name: str, region: str, number: object) -> Problem:
    message = f"it says that {region} prints “{number}”, which it does not"
    return Problem(name, 0, message, "build again", code="audit-number")


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def numbers_in(versions: dict[str, Any]) -> frozenset[str]:
    """The digits of every number that was ever printed."""
    return frozenset(
        digits(str(number))
        for version in versions.values()
        for number in version.get("numbers", ())
    )
