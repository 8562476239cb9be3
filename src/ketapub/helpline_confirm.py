"""Turn a region file and a person's word into the file with that check noted, and nothing else changed."""

from __future__ import annotations

import json
import re
from datetime import date

from ketapub.errors import KetapubError, Problem, UsageError
from ketapub.region_values import BadValueError
from ketapub.region_values import text as one_line
from ketapub.toml import Toml, parse_toml

_SCALAR = r""""(?:[^"\\]|\\.)*"|'[^']*'|[0-9-]+"""
"""A TOML string on one line, or a date."""


def confirm(text: str, id: str, by: str, on: date, path: str = "") -> str:
    """The text of a region file with `checked_on` and `checked_by` of one helpline set.

    Nothing else changes, neither comments nor blanks nor line ends. Raises UsageError without a
    name, KetapubError when there is no such helpline, or the file cannot be edited by lines.
    """
    try:
        one_line(by)
    except BadValueError as bad:
        hint = "write the name of the person who has checked this line"
        raise UsageError(Problem(path, 0, f"the name {bad.message}", hint)) from None
    toml = parse_toml(text, path)
    index = _index_of(toml, id, path)
    lines = text.splitlines(keepends=True)
    table = toml.values["helpline"][index]
    values = {"checked_by": json.dumps(by, ensure_ascii=False), "checked_on": on.isoformat()}
    for key, value in values.items():  # the later key first: lines above do not move
        at = toml.line("helpline", index, key if key in table else "source_date") - 1
        if key in table:
            pattern = re.compile(rf"(\s*{key}\s*=\s*)(?:{_SCALAR})(\s*(?:#.*)?)")
            lines[at] = _edited(pattern, value, lines[at], path, at)
        else:
            indent = re.match(r"[ \t]*", lines[at])
            end = lines[at][len(lines[at].rstrip("\r\n")) :] or "\n"
            lines[at] = lines[at].rstrip("\r\n") + end
            lines.insert(at + 1, f"{indent[0] if indent else ''}{key} = {value}{end}")
            toml = parse_toml("".join(lines), path)
            table = toml.values["helpline"][index]
    new = "".join(lines)
    _prove(text, new, index, {"checked_on": on, "checked_by": by}, path)
    return new


def _index_of(toml: Toml, id: str, path: str) -> int:
    tables = toml.values.get("helpline", [])
    ids = [each.get("id") for each in tables if isinstance(each, dict)]
    if id not in ids or len(ids) < len(tables):
        hint = f"it has {', '.join(map(str, ids)) or 'none'}"
        raise KetapubError(Problem(path, 0, f"there is no helpline {id} in this file", hint))
    index = ids.index(id)
    if "source_date" not in tables[index]:
        where = toml.line("helpline", index)
        raise KetapubError(Problem(path, where, f"`source_date` of {id} is missing", "add it"))
    return index


def _edited(pattern: re.Pattern[str], value: str, line: str, path: str, at: int) -> str:
    bare = line.rstrip("\r\n")
    match = pattern.fullmatch(bare)
    if match is None:
        raise _by_hand(path, at + 1)
    return f"{match[1]}{value}{match[2]}{line[len(bare) :]}"


def _prove(old: str, new: str, index: int, keys: dict[str, object], path: str) -> None:
    """That the edit did what it should and nothing else, by reading both texts."""
    try:
        after = parse_toml(new, path).values
    except KetapubError:
        raise _by_hand(path, 0) from None
    before = parse_toml(old, path).values
    before["helpline"][index].update(keys)
    if before != after:
        raise _by_hand(path, 0)


def _by_hand(path: str, line: int) -> KetapubError:
    message = "this file is laid out so that it cannot be edited line by line"
    hint = "set checked_on and checked_by by hand"
    return KetapubError(Problem(path, line, message, hint))
