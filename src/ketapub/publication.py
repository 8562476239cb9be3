"""Turn `source/publication.toml` into a `Publication`: what is published, where, under which rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, cast

from ketapub.catalog import ROLES, Role
from ketapub.errors import KetapubError
from ketapub.fields import read_fields
from ketapub.helpline_choice import Surface
from ketapub.language import Language, parse_language
from ketapub.region_values import (
    BadValueError,
    Field,
    is_region_code,
    list_of,
    one_of,
    one_of_words,
    reading_language,
    url,
)
from ketapub.region_values import text as one_line
from ketapub.toml import parse_toml

Unreviewed = Literal["hold", "mark", "publish"]
Scope = Literal["critical", "all"]
ReviewRules = tuple[tuple[Role, Scope], ...]
"""Which messages each role has to review before a text counts as reviewed."""

FORMATS = ("handout",)
"""What is printed where the publication does not say."""

_NOT_REAL = re.compile(
    r"^https?://([^/]*\.)?(example(\.[a-z]+)?|localhost|127\.\d+\.\d+\.\d+)([:/]|$)"
)
_URL = re.compile(r"https?://[^/\s?#\"'<>]+(/[^\s?#\"'<>]*)?")
_HARMLESS = "https://www.wikipedia.org/"
"""Where the quick exit leads when the publication names no address."""
_E_MAIL = re.compile(r"[^@\s\"'<>]+@[\w-]+(\.[\w-]+)+")


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
    review: ReviewRules = (("language", "all"),)
    """What makes a translation a reviewed one."""
    coverage: float = 0.95
    """Share of source words that a page needs translated; a handout needs all."""
    formats: tuple[str, ...] = FORMATS
    heading_level: int = 2
    """Of the first headings in a fragment for other sites."""
    quick_exit: tuple[tuple[str, str], ...] = ()
    """(region code or `default`, where "Leave this site" leads)."""
    print_treatment: tuple[Surface, ...] = ()
    """Where private treatment providers stand after the public lines; nowhere by default."""

    def exit_address(self, region: str) -> str:
        """Where "Leave this site" leads: the region's, its country's or the default address."""
        found = dict(self.quick_exit)
        codes = (region, region.partition("-")[0], "default")
        return next((found[code] for code in codes if code in found), _HARMLESS)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Every language of any edition, the source first."""
        found = [self.source, *(lang for _, langs in self.editions for lang in langs)]
        return tuple(dict.fromkeys(found))

    @property
    def address(self) -> str:
        """`base_url` when paper may print it: not empty, not an example."""
        return "" if _NOT_REAL.match(self.base_url) else self.base_url


def parse_publication(text: str, path: str, formats: Collection[str]) -> Publication:
    """TOML text into a Publication; raises KetapubError with every problem found.

    `formats`: the names of all print formats that there are.
    """
    toml = parse_toml(text, path)
    known = list_of(partial(one_of_words, tuple(sorted(formats))))
    fields = _FIELDS | {"formats": Field(known, FORMATS)}
    values, problems = read_fields(toml, path, fields, toml.values)
    gate, found = read_fields(toml, path, _GATE, values.pop("gate", {}), "gate")
    tables = values.pop("editions", {})
    regions = {code: Field(partial(_edition, code)) for code in tables}
    editions, more = read_fields(toml, path, regions, tables, "editions")
    fragment, bad = read_fields(toml, path, _FRAGMENT, values.pop("fragment", {}), "fragment")
    exits = values.pop("quick_exit", {})
    leading = {code: Field(partial(_exit, code)) for code in exits}
    ways, worse = read_fields(toml, path, leading, exits, "quick_exit")
    if problems := problems + found + more + bad + worse:
        raise KetapubError(*problems)
    values["source"] = values["source"] or parse_language("en")
    values |= {"editions": tuple(editions.items()), "quick_exit": tuple(ways.items())}
    return Publication(**values, **gate, **fragment)


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadValueError("is not a table", "write its names and values below [its name]")
    return value


def _review(value: Any) -> ReviewRules:
    rules = _table(value)
    if not rules:
        raise BadValueError("asks for no review", 'write whose, such as language = "all"')
    found = []
    for role, scope in rules.items():
        try:
            one_of(Role)(role)
            found.append((role, one_of(Scope)(scope)))
        except BadValueError as bad:
            what = f"has `{role}`" if role not in ROLES else f"`{role}` {bad.message}"
            raise BadValueError(what, bad.hint, role) from None
    return cast("ReviewRules", tuple(found))


def _line(value: Any) -> str:
    return "" if value == "" else one_line(value)


def _base_url(value: Any) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or not _URL.fullmatch(value):
        hint = 'write one such as "https://health.example.org/", or leave it empty'
        raise BadValueError(f"is “{value}”, which is not a web address", hint)
    return value.rstrip("/") + "/"


def _contact(value: Any) -> str:
    if not isinstance(value, str) or (
        value and not (_E_MAIL.fullmatch(value) or _URL.fullmatch(value))
    ):
        hint = "write an e-mail address or a web address, or leave it empty"
        raise BadValueError(f"is “{value}”", hint)
    return value


def _coverage(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        hint = "write a number above 0 and up to 1, such as 0.95"
        raise BadValueError(f"is {str(value).lower()}, which is not a share", hint)
    return float(value)


def _heading_level(value: Any) -> int:
    if isinstance(value, bool) or value not in (2, 3, 4):
        raise BadValueError(f"is {str(value).lower()}", "write 2, 3 or 4")
    return int(value)


def _language(value: Any) -> Language:
    return parse_language(reading_language(value))


def _edition(code: str, value: Any) -> tuple[Language, ...]:
    if not is_region_code(code):
        raise BadValueError("is not a region", "write a code such as US or CA-QC before the =")
    return list_of(_language, least=1)(value)


def _exit(code: str, value: Any) -> str:
    if code != "default" and not is_region_code(code):
        hint = "write `default`, or a code such as US or CA-QC before the ="
        raise BadValueError("is not a region", hint)
    return url(value)


def _editions(value: Any) -> Mapping[str, Any]:
    if not _table(value):
        raise BadValueError("is empty", 'name a region and its languages: US = ["en", "es"]')
    return _table(value)


_FIELDS = {
    "title": Field(one_line),
    "publisher": Field(_line, ""),
    "base_url": Field(_base_url, ""),
    "contact": Field(_contact, ""),
    "source_language": Field(_language, None, "source"),
    "unreviewed": Field(one_of(Unreviewed), "mark"),
    "formats": Field(list_of(one_line), FORMATS),
    "review": Field(_review, (("language", "all"),)),
    "print_treatment": Field(list_of(one_of(Surface)), ()),
    "gate": Field(_table, {}),
    "fragment": Field(_table, {}),
    "quick_exit": Field(_table, {}),
    "editions": Field(_editions),
}
_GATE = {"coverage": Field(_coverage, 0.95)}
_FRAGMENT = {"heading_level": Field(_heading_level, 2)}
