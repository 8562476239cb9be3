"""Turn the tables of `region_schema.py` into a JSON Schema (2020-12) for editors of region files.

Editors complete and validate with it while one types; `ketapub check` knows more. The file is
written by `python -m ketapub.region_json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, get_args

from ketapub import region_values as read
from ketapub.helpline import CostWord
from ketapub.region_schema import CHANNEL, EMERGENCY, HELPLINE, REGION
from ketapub.region_values import ALSO, NETWORKS, OTHER_HOURS, PRICE, REQUIRED, SPAN, Fields

SCHEMA_PATH = Path(__file__).with_name("region.schema.json")
Schema = dict[str, Any]

_DATE = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"
_TEXT: Schema = {"type": "string", "minLength": 1}
_LANGUAGE: Schema = {"type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$"}


def region_schema() -> Schema:
    """The schema of one region file, `source/regions/<CODE>.toml`."""
    helpline = _table(HELPLINE)
    helpline["properties"]["channel"] = {
        "type": "array",
        "minItems": 1,
        "items": _table(CHANNEL),
        "description": "Ways to reach it, in the order in which they are printed",
    }
    helpline["required"].append("channel")
    region = _table(REGION)
    region["properties"]["emergency"] = _table(EMERGENCY)
    region["properties"]["helpline"] = {"type": "array", "items": helpline}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A region of ketapub: emergency numbers and helplines",
    }
    return head | region


def schema_text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(region_schema(), indent=2, ensure_ascii=False) + "\n"


def _table(fields: Fields) -> Schema:
    """An object with these keys and no others."""
    properties = {}
    for key, field in fields.items():
        properties[key] = _value(field.read)
        if field.help:
            properties[key]["description"] = field.help
    return {
        "type": "object",
        "properties": properties,
        "required": [key for key, field in fields.items() if field.default is REQUIRED],
        "additionalProperties": False,
    }


def _value(reader: Callable[[Any], Any]) -> Schema:
    """The schema of what one reader of `region_values.py` accepts."""
    if isinstance(reader, partial):
        return _PARTIAL[reader.func](reader)
    return dict(_PLAIN[reader]())


def _pattern(regex: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{regex})$"}


def _words(words: tuple[str, ...]) -> Schema:
    return {"enum": [word for word in words if word]}


def _list(reader: partial[Any]) -> Schema:
    item, least = reader.args
    found: Schema = {"type": "array", "items": _value(item), "uniqueItems": True}
    return found | ({"minItems": least} if least else {})


def _names() -> Schema:
    return {"type": "object", "minProperties": 1, "additionalProperties": _TEXT}


def _hours() -> Schema:
    spans = {"type": "array", "minItems": 1, "uniqueItems": True, "items": _table(SPAN)}
    return {"anyOf": [{"enum": ["24/7", "unknown"]}, spans]}


def _one_cost() -> list[Schema]:
    return [_words(get_args(CostWord)), _table(PRICE)]


def _day() -> Schema:
    """TOML has dates of its own; editors hand them to the schema as text."""
    return {"type": "string", "pattern": _DATE}


def _source_date() -> Schema:
    return {"anyOf": [{"const": "unknown"}, _pattern(read.YEAR_OR_MONTH.pattern), _day()]}


_PARTIAL: dict[Any, Callable[[partial[Any]], Schema]] = {
    read.one_of_words: lambda reader: _words(reader.args[0]),
    read.read_list: _list,
    read.names: lambda _: _names(),
    read.matching: lambda reader: _pattern(reader.args[0].pattern),
}
_PLAIN: dict[Any, Callable[[], Schema]] = {
    read.text: lambda: _TEXT,
    read.free_text: lambda: {"type": "string", "pattern": "^[^0-9{}]+$"},
    read.flag: lambda: {"type": "boolean"},
    read.dial: lambda: _pattern(read.DIAL.pattern),
    read.identifier: lambda: _pattern(read.ID.pattern),
    read.keyword: lambda: {"type": "string", "pattern": "^[^0-9_ ]{1,20}$"},
    read.menu: lambda: _pattern(read.MENU.pattern),
    read.url: lambda: {"type": "string", "pattern": "^https://"},
    read.language_tag: lambda: _LANGUAGE,
    read.reading_language: lambda: _LANGUAGE,
    read.names: _names,
    read.hours: _hours,
    read.time_zone: lambda: _pattern("[A-Za-z_]+(?:/[A-Za-z_+-]+)+"),
    read.cost: lambda: {"anyOf": [*_one_cost(), _table(NETWORKS)]},
    read.one_cost: lambda: {"anyOf": _one_cost()},
    read.other_hours: lambda: _table(OTHER_HOURS),
    read.day_of_exception: lambda: {"anyOf": [_pattern(read.EXCEPTION_DAY.pattern), _day()]},
    read.day: _day,
    read.source_date: _source_date,
    read.also: lambda: _table(ALSO),
    read.days: lambda: _pattern("daily|[a-z]{3}(?:-[a-z]{3})?(?:,[ ]*[a-z]{3}(?:-[a-z]{3})?)*"),
    read.clock: lambda: _pattern(read.CLOCK.pattern),
    read.currency: lambda: _pattern("[A-Z]{3}"),
}


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
