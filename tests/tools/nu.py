"""Turn HTML files into what the Nu HTML checker (W3C) says against them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

VERSION = "26.9.27"
ROOT = Path(__file__).resolve().parents[2]

QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmn256m")
"""A JVM that lives for seconds has no time to compile well, nor to look for garbage again and again."""


def node_file(path: str) -> Path:
    """A file of a Node package. Raises FileNotFoundError, which names the remedy.

    `scripts/setup test` installs them into `.venv/node`; KETAPUB_NODE names another folder that
    holds `node_modules`.
    """
    folders = [ROOT / ".venv/node"]
    if named := os.environ.get("KETAPUB_NODE"):
        folders.append(Path(named))
    for folder in folders:
        found = folder / "node_modules" / path
        if found.is_file():
            return found
    raise FileNotFoundError(f"node_modules/{path} is missing: run scripts/setup test")


def validate(paths: Sequence[Path]) -> dict[Path, list[str]]:
    """Errors and warnings by file ("line 12: error: ..."); an empty list is a pass.

    One JVM for all files. Raises FileNotFoundError where the checker or Java is missing.
    """
    if shutil.which("java") is None:
        raise FileNotFoundError("no Java: run scripts/setup test")
    jar = node_file("vnu-jar/build/dist/vnu.jar")
    options = ["--stdout", "--format", "json", "--exit-zero-always", "--verbose"]
    command = ["java", *QUICK, "-Xss8m", "-jar", str(jar), *options, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    answer = json.loads(done.stdout)
    results: dict[Path, list[str]] = {Path(line): [] for line in done.stderr.splitlines()}
    if set(results) != set(paths) or not answer["version"].startswith(VERSION):
        raise RuntimeError(f"not all was checked by {VERSION}: {done.stderr[-500:]}")
    for message in answer["messages"]:
        kind = message.get("subType", message["type"])
        text = f"line {message.get('lastLine', 0)}: {kind}: {message['message']}"
        results[Path(message["url"].removeprefix("file:"))].append(text)
    return results
