"""Turn structured data into what contradicts the types of schema.org, by the TypeScript compiler.

The types are those of the npm package `schema-dts`, made from schema.org's own vocabulary.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.nu import node_file

_WORDS = ("@type", "contactOption", "dayOfWeek")
"""Keys whose values schema.org lists."""
_ERROR = re.compile(r"^\w+\.ts\((?P<line>\d+),\d+\): error (?P<what>.*)$", re.MULTILINE)
_SETTINGS = {
    "strict": True,
    "noEmit": True,
    "types": [],
    "module": "esnext",
    "moduleResolution": "bundler",
    "skipLibCheck": True,
}


def type_faults(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with each value in JSON-LD, by its name; one run of the compiler for all.

    Raises FileNotFoundError where the compiler is missing, RuntimeError where it did not work.
    """
    things = {name: set(_things(value)) for name, value in values.items()}
    every = sorted(set().union(*things.values()))
    lines = ['import type * as schema from "schema-dts";']
    lines += [f"export const v{n}: schema.{kind} = {text};" for n, (kind, text) in enumerate(every)]
    types = node_file("schema-dts/dist/schema.d.ts")
    compiler = node_file("typescript/bin/tsc")
    settings = {"compilerOptions": _SETTINGS | {"paths": {"schema-dts": [str(types)]}}}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data.ts").write_text("\n".join(lines), encoding="utf-8")
        Path(folder, "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        command = ["node", str(compiler), "--pretty", "false", "--project", "tsconfig.json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    found: dict[tuple[str, str], list[str]] = {}
    for match in _ERROR.finditer(done.stdout):
        found.setdefault(every[int(match["line"]) - 2], []).append(match["what"])
    if (done.returncode == 0) != (not found):
        raise RuntimeError(done.stdout + done.stderr)
    return {
        name: [what for thing in sorted(own) for what in found.get(thing, ())]
        for name, own in things.items()
    }


def _things(value: Any) -> Iterator[tuple[str, str]]:
    """(type, value as JSON) of every thing in a value; the things within one are only named there.

    Types look at keys and at listed words only, so one text stands for all.
    """
    if isinstance(value, list):
        for each in value:
            yield from _things(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _things(each)
        shown = {key: _outline(each, key) for key, each in value.items() if key != "@context"}
        yield str(value.get("@type")), json.dumps(shown, sort_keys=True)


def _outline(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {"@type": value.get("@type")}
    if isinstance(value, list):
        shown = [_outline(each, key) for each in value]
        return [each for n, each in enumerate(shown) if each not in shown[:n]]
    return "text" if isinstance(value, str) and key not in _WORDS else value
