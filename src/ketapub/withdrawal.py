"""Turn `source/withdrawn.toml` into the texts that are taken back, and a new one into its lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketapub.errors import KetapubError, Problem
from ketapub.fields import read_fields
from ketapub.language import parse_language
from ketapub.region_values import BadValueError, Field, day, is_region_code, text
from ketapub.toml import parse_toml


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A text that must not be read any more, in one edition or in all."""

    path: str
    """The file that says so, and the line."""
    line: int
    reason: str
    article: str = ""
    """Empty: every article of the edition."""
    edition: tuple[str, str] = ("", "")
    """(language tag, region); both empty: every edition of the article."""
    since: date | None = None

    def covers(self, article: str, tag: str, region: str, today: date) -> bool:
        """Whether this edition is meant, and its day has come."""
        if (self.article and self.article != article) or (self.since and self.since > today):
            return False
        return self.edition in (("", ""), (tag, region))

    @property
    def problem(self) -> Problem:
        """Why an output is withdrawn."""
        hint = "correct the text; when nothing of it is wrong any more, delete this entry"
        message = f"the text was taken back: {self.reason}"
        return Problem(self.path, self.line, message, hint, code="recalled")


def read_withdrawals(content: str, path: str) -> tuple[Withdrawal, ...]:
    """The entries of `source/withdrawn.toml`.

    Raises KetapubError with every problem found: with one of them nobody could know what must not
    be published.
    """
    toml = parse_toml(content, path)
    values, problems = read_fields(toml, path, {"withdrawn": Field(_tables, [])}, toml.values)
    found: list[Withdrawal] = []
    for index, table in enumerate(values.get("withdrawn", [])):
        line = toml.line("withdrawn", index)
        entry, wrong = read_fields(toml, path, _FIELDS, table, "withdrawn", index)
        if not wrong and not (entry["article"] or entry["edition"][0]):
            hint = 'add article = "ketamine", or edition = "es@US", or both'
            wrong = (Problem(path, line, "nothing says which text is withdrawn", hint),)
        problems += wrong
        if not wrong:
            found.append(Withdrawal(path, line, **entry))
    if problems:
        raise KetapubError(*problems)
    return tuple(found)


def write_withdrawal(article: str, edition: str, reason: str, since: date) -> str:
    """The lines to add to `source/withdrawn.toml`; `edition` is `es@US` or empty."""
    lines = ["", "[[withdrawn]]"]
    lines += [f'article = "{article}"'] if article else []
    lines += [f'edition = "{edition}"'] if edition else []
    # every text in JSON is one in TOML
    lines += [f"reason = {json.dumps(reason, ensure_ascii=False)}", f"since = {since}", ""]
    return "\n".join(lines)


def parse_edition(value: Any) -> tuple[str, str]:
    """`es@US` -> `("es", "US")`. Raises BadValueError."""
    tag, at, region = value.partition("@") if isinstance(value, str) else ("", "", "")
    try:
        if at and is_region_code(region):
            return parse_language(tag).tag, region
    except ValueError:
        pass
    raise BadValueError("is not an edition", 'write language@REGION, such as "es@US"')


def _tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadValueError("is not a list of tables", "write [[withdrawn]], in two brackets")
    return value


_FIELDS = {
    "article": Field(text, ""),
    "edition": Field(parse_edition, ("", "")),
    "reason": Field(text),
    "since": Field(day, None),
}
