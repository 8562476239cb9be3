"""Turn `source/glossary.toml` into the terms that translators keep to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ketapub.errors import KetapubError, Problem
from ketapub.language import normalize_tag
from ketapub.toml import Toml, parse_toml


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the source language."""

    term: str
    note: str = ""
    """What it means here, for translators."""
    approved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language tag -> its good translations, the first preferred."""
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language tag -> translations that mislead or hurt."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms of a publication, and the words that it never uses."""

    terms: tuple[Term, ...] = ()
    avoid: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Language tag -> word never to use -> what to say instead."""
    reviewed_by: str = ""
    """Who has reviewed it; empty: a machine's draft, which nobody has."""


NO_GLOSSARY = Glossary()
_EMPTY: Mapping[str, Any] = MappingProxyType({})


def parse_glossary(text: str, path: str) -> Glossary:
    """TOML text into a Glossary; raises KetapubError with every problem found.

    `[[term]]` with `term`, `note` and tables `approved` and `forbidden` (language = list of texts);
    `[avoid.<language>]` with `"word" = "better words"`; `reviewed_by`.
    """
    toml = parse_toml(text, path)
    reader = _Reader(toml, path)
    values = reader.known((), toml.values, {"term", "avoid", "reviewed_by"})
    entries = values.get("term", [])
    terms = [reader.term(number, entry) for number, entry in enumerate(reader.list_at(entries))]
    avoid = {
        reader.tag(tag, ("avoid", tag)): {
            word: reader.text(better, ("avoid", tag, word))
            for word, better in reader.table(words, ("avoid", tag)).items()
        }
        for tag, words in reader.table(values.get("avoid", {}), ("avoid",)).items()
    }
    reviewed_by = reader.text(values.get("reviewed_by", ""), ("reviewed_by",))
    if reader.problems:
        raise KetapubError(*reader.problems)
    return Glossary(tuple(terms), MappingProxyType(avoid), reviewed_by)


class _Reader:
    """Values out of TOML; what is wrong is noted with its line."""

    def __init__(self, toml: Toml, path: str) -> None:
        self.toml = toml
        self.path = path
        self.problems: list[Problem] = []

    def fault(self, where: tuple[str | int, ...], message: str, hint: str) -> None:
        line = self.toml.line(*where)
        self.problems.append(Problem(self.path, line, message, hint, code="glossary-file"))

    def known(
        self, where: tuple[str | int, ...], table: Mapping[str, Any], names: set[str]
    ) -> Mapping[str, Any]:
        for name in table.keys() - names:
            hint = f"known names: {', '.join(sorted(names))}"
            self.fault((*where, name), f"`{name}` says nothing in a glossary", hint)
        return table

    def table(self, value: Any, where: tuple[str | int, ...]) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.fault(where, "is not a table", 'write language = ["text"] below it')
        return _EMPTY

    def list_at(self, value: Any) -> list[Any]:
        if isinstance(value, list):
            return value
        self.fault(("term",), "terms are a list", "begin each term with [[term]]")
        return []

    def text(self, value: Any, where: tuple[str | int, ...]) -> str:
        if isinstance(value, str):
            return value.strip()
        self.fault(where, "is not a text", 'put it between double quotes, such as "text"')
        return ""

    def tag(self, tag: str, where: tuple[str | int, ...]) -> str:
        try:
            return normalize_tag(tag)
        except ValueError as error:
            self.fault(where, str(error), "write a language tag such as es or zh-Hans")
            return tag

    def term(self, number: int, entry: Any) -> Term:
        where = ("term", number)
        table = self.table(entry, where)
        self.known(where, table, {"term", "note", "approved", "forbidden"})
        term = self.text(table.get("term", ""), (*where, "term"))
        if not term:
            self.fault(where, "a term has no text", 'write term = "overdose" below [[term]]')
        note = self.text(table.get("note", ""), (*where, "note"))
        approved, forbidden = (self.texts(table, where, name) for name in ("approved", "forbidden"))
        return Term(term, note, approved, forbidden)

    def texts(
        self, table: Mapping[str, Any], where: tuple[str | int, ...], name: str
    ) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for tag, value in self.table(table.get(name, {}), (*where, name)).items():
            place = (*where, name, tag)
            if not isinstance(value, list):
                self.fault(place, f"{tag} is not a list", 'write es = ["one", "other"]')
                continue
            found[self.tag(tag, place)] = tuple(self.text(each, place) for each in value)
        return MappingProxyType(found)
