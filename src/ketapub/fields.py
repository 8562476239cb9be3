"""Turn a table of a TOML file into values by its fields, or into every problem in it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from ketapub.errors import Problem
from ketapub.region_values import REQUIRED, BadValueError, Fields, listed
from ketapub.toml import Toml


def read_fields(
    toml: Toml, path: str, fields: Fields, table: Mapping[str, Any], *at: str | int
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The values of a table by attribute, those left out by their defaults, and its problems.

    `at`: the way to the table. A value with a problem, or required and missing, is not among them.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key in table:
        if key not in fields:
            close = difflib.get_close_matches(key, fields, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"use {listed(fields)}"
            problems.append(Problem(path, toml.line(*at, key), f"unknown key `{key}`", hint))
    for key, field in fields.items():
        name = field.name or key
        if key in table:
            try:
                values[name] = field.read(table[key])
            except BadValueError as bad:
                line = toml.line(*at, key, *bad.at)
                problems.append(Problem(path, line, f"`{key}` {bad.message}", bad.hint))
        elif field.default is not REQUIRED:
            values[name] = field.default
        else:
            line = toml.line(*at)
            problems.append(Problem(path, line, f"`{key}` is missing", f"add {key} = ..."))
    return values, tuple(problems)
