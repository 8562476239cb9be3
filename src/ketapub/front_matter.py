"""Turn what stands above the body of a source file into `FrontMatter`. Opens no file."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketapub.errors import Problem
from ketapub.fields import read_fields
from ketapub.region_values import BadValueError, Field, day, flag, list_of, text, url
from ketapub.toml import Toml

FENCE = "+++"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


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
    recall: str = ""
    """Why the text is taken back, in all its languages; empty while it holds."""


def split_front_matter(content: str) -> tuple[str | None, str, int]:
    """(TOML text, body, number of lines above the body); (None, text, 0) when there is none."""
    lines = list(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    ends = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if ends[:1] != [0] or len(ends) < 2:
        return None, content, 0
    return "".join(lines[1 : ends[1]]), "".join(lines[ends[1] + 1 :]), ends[1] + 1


def read_front_matter(toml: Toml, path: str) -> tuple[FrontMatter | None, tuple[Problem, ...]]:
    """The values, or None with everything that is wrong with them."""
    values, problems = read_fields(toml, path, _FIELDS, toml.values)
    if values.get("reviewed_by") and "reviewed_on" not in toml.values:
        line = toml.line("reviewed_by")
        hint = "add reviewed_on = YYYY-MM-DD"
        problems += (Problem(path, line, "a clinical review needs its date", hint),)
    return (None if problems else FrontMatter(**values)), problems


def _prose(value: Any) -> str:
    """A translated text, which may run over several lines."""
    if not isinstance(value, str):
        raise BadValueError("is not a text", 'write it between double quotes, such as "text"')
    if not value.strip():
        raise BadValueError("is empty", "write the text, or take the key out if it may be missing")
    return value


def _name(value: Any) -> str:
    return "" if value == "" else text(value)


def _slug(value: Any) -> str:
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise BadValueError(f"has “{value}”", "write small letters, digits and hyphens")
    return value


def _source(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != {"title", "url"}:
        hint = 'write { title = "...", url = "https://..." }'
        raise BadValueError("is not a list of tables with `title` and `url`", hint)
    return {"title": text(value["title"]), "url": url(value["url"])}


_FIELDS = {
    "title": Field(_prose),
    "summary": Field(_prose),
    "updated": Field(day),
    "alert": Field(_prose, ""),
    "byline": Field(_name, ""),
    "credit": Field(_name, ""),
    "sources": Field(list_of(_source), ()),
    "reviewed_by": Field(_name, ""),
    "reviewed_on": Field(day, None),
    "review_due": Field(day, None),
    "aliases": Field(list_of(_slug), ()),
    "discreet": Field(flag, False),
    "recall": Field(text, ""),
}
