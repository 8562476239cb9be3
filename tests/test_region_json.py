"""The JSON Schema of region files: shipped, up to date, and of one mind with the reader."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ketapub.region_json import SCHEMA_PATH, region_schema, schema_text
from region_cases import read_base, read_cases

REGIONS = Path(__file__).parent.parent / "source" / "regions"
VALIDATOR = Draft202012Validator(region_schema())


def plain(value: Any) -> Any:
    """TOML's values as an editor hands them to a JSON Schema: dates as text."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def errors(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(tomllib.loads(text)))]


def test_shipped_schema_is_up_to_date() -> None:
    """Written again by `python -m ketapub.region_json` when the model changes."""
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text()
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", sorted(REGIONS.glob("[A-Z]*.toml")), ids=lambda path: path.stem)
def test_shipped_files_are_valid(path: Path) -> None:
    """What the reader accepts, the schema accepts too."""
    assert errors(path.read_text(encoding="utf-8")) == []


def test_editors_are_told_of_the_schema() -> None:
    """By the settings of taplo, for region files and not for the deny-list beside them."""
    root = REGIONS.parent.parent
    (rule,) = tomllib.loads((root / ".taplo.toml").read_text("utf-8"))["rule"]
    assert root / rule["schema"]["path"] == SCHEMA_PATH
    found = {path.name for pattern in rule["include"] for path in root.glob(pattern)}
    assert found == {path.name for path in REGIONS.glob("*.toml")} - {
        "retired.toml",
        "directory.toml",
    }


def test_sound_base_is_valid() -> None:
    """The file that the cases break has no fault before."""
    assert errors(read_base()) == []


NEEDS_READER = {
    "a language is a tag that CLDR can name",
    "a spoken language is a tag that CLDR can name",
    "a language with a name but no direction is spoken, not printed",
    "one digit is no number",
    "an id stands once",
    "a second kind is another one",
    "a name holds no number",
    "a language is named once",
    "a day is named once",
    "a span takes some time",
    "hours are told by some clock",
    "a time zone is that of the country",
    "a free call is on no bill",
    "nor in the digits of another script",
    "a text has no blanks around it",
    "a text hides nothing",
    "a date is in the calendar",
    "a check has a person",
    "a person's check has a day",
    "a retired line says why",
    "a number to call is written",
    "a chat has an address and no number",
    "a number has no address",
    "a keyword is for text messages",
    "a channel stands once",
    "a country is named by CLDR",
    "no line cannot be stated beside a line",
    "a retired number is not for printing",
    "however it is spelt",
    "a syntax error is one problem",
    "a menu is heard, not read",
    "one service has one menu",
    "a number to call has the hours of its line",
    "hours of a channel need a clock too",
    "the cost of a call is that of the helpline",
    "the last day is not before the first",
    "a line does not replace itself",
    "what is replaced is not printed elsewhere",
    "an exception is for a day that exists",
    "an exception has both times or none",
    "an exception needs hours that it is an exception to",
    "only who texts is called back",
    "a website has an address and no number",
}
"""Faults that only the reader sees: between two values, in CLDR, in the calendar or in other files."""


@pytest.mark.parametrize(
    "case",
    [case for case in read_cases() if case.title not in NEEDS_READER],
    ids=lambda case: case.title,
)
def test_schema_sees_the_fault(case: Any) -> None:
    """A fault of one value shows while one types."""
    assert errors(case.toml)


def test_every_key_is_explained() -> None:
    """Editors show a sentence beside every key of a helpline and a channel."""
    helpline = region_schema()["properties"]["helpline"]["items"]["properties"]
    for keys in (helpline, helpline["channel"]["items"]["properties"]):
        assert [key for key, value in keys.items() if not value.get("description")] == []
