"""Turn what stands above the body of a source file into `FrontMatter`. Opens no file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from ketapub.errors import Problem
from ketapub.toml import Toml

FENCE = "+++"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above the body of a source file."""

    title: str
    summary: str
    updated: date
    alert: str = ""
    byline: str = ""
    credit: str = ""
    sources: tuple[Mapping[str, str], ...] = ()
    reviewed_by: str = ""
    reviewed_on: date | None = None
    review_due: date | None = None
    aliases: tuple[str, ...] = ()
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    type: Any
    name: str
    example: str


_TEXT = _Kind(str, "a text", '"..."')
_DATE = _Kind(date, "a date", "YYYY-MM-DD")
_KEYS: Mapping[str, _Kind] = {
    "title": _TEXT,
    "summary": _TEXT,
    "updated": _DATE,
    "alert": _TEXT,
    "byline": _TEXT,
    "credit": _TEXT,
    "sources": _Kind(
        tuple[dict[str, str], ...], "a list of tables", '[{ title = "...", url = "..." }]'
    ),
    "reviewed_by": _TEXT,
    "reviewed_on": _DATE,
    "review_due": _DATE,
    "aliases": _Kind(tuple[str, ...], "a list of texts", '["a-former-slug"]'),
    "discreet": _Kind(bool, "true or false", "true"),
}

_REQUIRED = ("title", "summary", "updated")


def split_front_matter(text: str) -> tuple[str | None, str, int]:
    """(TOML text, body, number of lines above the body); (None, text, 0) when there is none."""
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    ends = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if ends[:1] != [0] or len(ends) < 2:
        return None, text, 0
    return "".join(lines[1 : ends[1]]), "".join(lines[ends[1] + 1 :]), ends[1] + 1


def read_front_matter(toml: Toml, path: str) -> tuple[FrontMatter | None, tuple[Problem, ...]]:
    """The values, or None with everything that is wrong with them."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in toml.values.items():
        line = toml.line(key)
        if key not in _KEYS:
            hint = f"known keys: {', '.join(_KEYS)}"
            problems.append(Problem(path, line, f"unknown key `{key}`", hint))
            continue
        kind = _KEYS[key]
        try:
            values[key] = msgspec.convert(value, kind.type)
        except msgspec.ValidationError:
            hint = f"write {key} = {kind.example}"
            problems.append(Problem(path, line, f"key `{key}` is not {kind.name}", hint))
    for key in _REQUIRED:
        if not str(toml.values.get(key, "")).strip():
            hint = f"write {key} = {_KEYS[key].example}"
            problems.append(Problem(path, toml.line(key), f"key `{key}` is missing", hint))
    if values.get("reviewed_by") and not values.get("reviewed_on"):
        line = toml.line("reviewed_by")
        hint = "add reviewed_on = YYYY-MM-DD"
        problems.append(Problem(path, line, "a clinical review needs its date", hint))
    return (None if problems else FrontMatter(**values)), tuple(problems)
