"""Say which versions of what were measured, and on which machine. No name of it, no path."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from place import PEERS, find

DEBIAN = {
    "hugo": ("hugo", "version"),
    "po4a": ("po4a", "--version"),
    "gettext": ("msgmerge", "--version"),
    "ninja-build": ("ninja", "--version"),
    "chromium": ("chromium", "--version"),
}
"""Debian package -> the program and what it tells its version to."""
PYPI = ("mdpo", "typst", "playwright")
"""Packages in the peers' own environment."""
OURS = ("ketapub", "weasyprint", "pydyf", "pikepdf", "markdown-it-py", "jinja2", "babel", "pebble")


def describe() -> list[str]:
    """Paragraphs for the head of the report."""
    from importlib.metadata import version

    ours = ", ".join(f"{name} {version(name)}" for name in OURS)
    return [
        "Written by `make bench`; do not edit. Times are medians of wall-clock seconds unless said"
        " otherwise; every peer ran in the same run on the same machine. Texts are generated from a"
        " seed (`bench/corpus.py`).",
        f"Machine: {_machine()}.",
        f"Ours: Python {platform.python_version()}, {ours}.",
        f"Peers: {', '.join(_peers())}.",
    ]


def _machine() -> str:
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", info)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    return (
        f"{os.cpu_count()} cores, {model[1] if model else platform.machine()}, {memory:.0f} GiB of"
        f" memory, {system[1] if system else platform.system()}"
    )


def _peers() -> Iterator[str]:
    for package, command in DEBIAN.items():
        if find(command[0]) is None:
            yield f"{package} NOT INSTALLED (Debian: {package})"
            continue
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.search(r"\d+(\.\d+)+", said)
        yield f"{package} {found[0] if found else said.strip()}"
    for package in PYPI:
        code = f"from importlib.metadata import version; print(version({package!r}))"
        command_line = [str(PEERS / "python"), "-c", code]
        try:
            ran = subprocess.run(command_line, capture_output=True, text=True, check=True)
            yield f"{package} {ran.stdout.strip()}"
        except (OSError, subprocess.CalledProcessError):
            yield f"{package} NOT INSTALLED (PyPI: {package})"
