"""Turn `source/publication.toml` into a `Publication`: what is published, where, under which rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from ketapub.errors import KetapubError, Problem
from ketapub.language import Language, parse_language
from ketapub.toml import Toml, parse_toml

Unreviewed = Literal["hold", "mark", "publish"]

FORMATS = ("handout",)
"""Every format that has a print template."""

_NOT_REAL = re.compile(r"^https?://([^/]*\.)?(example(\.[a-z]+)?|localhost|127\.\d+\.\d+\.\d+)([:/]|$)")


@dataclass(frozen=True, slots=True)
class Publication:
    """The frame that all editions share."""

    title: str
    source: Language
    editions: tuple[tuple[str, tuple[Language, ...]], ...]
    """(region code, its languages), as ordered in the file."""
    publisher: str = ""
    base_url: str = ""
    """Absolute address of the web root with a closing slash; empty when there is none yet."""
    contact: str = ""
    """E-mail or web address for "number not working?"."""
    unreviewed: Unreviewed = "mark"
    coverage: float = 0.95
    """Share of source words that a page needs translated; a handout needs all."""
    formats: tuple[str, ...] = FORMATS

    @property
    def languages(self) -> tuple[Language, ...]:
        """Every language of any edition, the source first."""
        found = [self.source, *(lang for _, langs in self.editions for lang in langs)]
        return tuple(dict.fromkeys(found))

    @property
    def address(self) -> str:
        """`base_url` when paper may print it: not empty, not an example."""
        return "" if _NOT_REAL.match(self.base_url) else self.base_url


@dataclass(frozen=True, slots=True)
class _Gate:
    coverage: float = 0.95


@dataclass(frozen=True, slots=True)
class _File:
    title: str
    editions: dict[str, tuple[str, ...]]
    publisher: str = ""
    base_url: str = ""
    contact: str = ""
    source_language: str = "en"
    unreviewed: Unreviewed = "mark"
    formats: tuple[str, ...] = FORMATS
    gate: _Gate = field(default_factory=_Gate)


_KEYS: Mapping[str, tuple[str, ...]] = {
    "": (
        "title",
        "editions",
        "publisher",
        "base_url",
        "contact",
        "source_language",
        "unreviewed",
        "formats",
        "gate",
    ),
    "gate": ("coverage",),
}


def parse_publication(text: str, path: str) -> Publication:
    """TOML text into a Publication; raises KetapubError with every problem found."""
    toml = parse_toml(text, path)
    problems = [*_unknown_keys(toml, path)]
    try:
        raw = msgspec.convert(toml.values, _File)
    except msgspec.ValidationError as error:
        problems.append(Problem(path, _line_of(toml, str(error)), str(error), "mend this key"))
        raise KetapubError(*problems) from error
    editions = []
    for code, tags in raw.editions.items():
        line = toml.line("editions", code)
        languages = tuple(
            lang for tag in tags if (lang := _language(tag, path, line, problems)) is not None
        )
        if len(set(languages)) != len(tags):
            problems.append(
                Problem(path, line, f"{code} names a language twice", "name each language once")
            )
        if not languages:
            problems.append(
                Problem(path, line, f"{code} has no language", 'write for example ["en", "es"]')
            )
        editions.append((code, languages))
    source = _language(raw.source_language, path, toml.line("source_language"), problems)
    problems += _rules(raw, toml, path)
    if problems or source is None:
        raise KetapubError(*problems)
    base_url = raw.base_url and raw.base_url.rstrip("/") + "/"
    return Publication(
        raw.title,
        source,
        tuple(editions),
        raw.publisher,
        base_url,
        raw.contact,
        raw.unreviewed,
        raw.gate.coverage,
        raw.formats,
    )


def _rules(raw: _File, toml: Toml, path: str) -> list[Problem]:
    problems = []
    if not 0 < raw.gate.coverage <= 1:
        problems.append(
            Problem(
                path,
                toml.line("gate", "coverage"),
                f"coverage = {raw.gate.coverage} is not a share",
                "write a number above 0 and up to 1, such as 0.95",
            )
        )
    for name in raw.formats:
        if name not in FORMATS:
            problems.append(
                Problem(
                    path,
                    toml.line("formats"),
                    f"unknown format `{name}`",
                    f"known formats: {', '.join(FORMATS)}",
                )
            )
    if raw.base_url and not re.match(r"https?://[^/\s]+(/\S*)?$", raw.base_url):
        problems.append(
            Problem(
                path,
                toml.line("base_url"),
                f"`{raw.base_url}` is not a web address",
                'write one such as "https://health.example.org/", or leave it empty',
            )
        )
    return problems


def _language(tag: str, path: str, line: int, problems: list[Problem]) -> Language | None:
    try:
        return parse_language(tag)
    except ValueError as error:
        problems.append(Problem(path, line, str(error), "write a tag such as es, zh-Hans or ar"))
        return None


def _unknown_keys(toml: Toml, path: str) -> list[Problem]:
    problems = []
    for table, known in _KEYS.items():
        values: Any = toml.values.get(table, {}) if table else toml.values
        for key in values if isinstance(values, dict) else ():
            if key not in known:
                where = (table, key) if table else (key,)
                problems.append(
                    Problem(
                        path,
                        toml.line(*where),
                        f"unknown key `{key}`",
                        f"known keys: {', '.join(known)}",
                    )
                )
    return problems


def _line_of(toml: Toml, text: str) -> int:
    """The line of the key that msgspec names, as in "... - at `$.gate.coverage`"."""
    found = re.search(r"\$\.([\w.]+)|missing required field `(\w+)`", text)
    return toml.line(*found[1].split(".")) if found and found[1] else 1
