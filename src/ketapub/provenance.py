"""Turn a project's folder and the print toolchain into what `manifest.json` says a publication was made of.

Digests of every input and the versions that bytes depend on: no date, no path of a machine. Equal
provenance and equal options mean equal files; two manifests tell which input made the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ketapub import __version__
from ketapub.files import digest, read_bytes

FOLDERS = ("locale", "source", "templates")
"""Of a project: all that a build reads."""
PACKAGES = (
    "babel",
    "jinja2",
    "markdown-it-py",
    "markupsafe",
    "segno",
)
"""What pages are made with; the toolchain names what sheets are made with."""
_MADE = (".mo", ".pot", ".pyc", ".po~")
"""Endings of files that tools make from inputs, and no build reads."""


def find_inputs(folder: Path) -> dict[str, str]:
    """sha256 (hex) of each input of a project, by its path there, sorted."""
    files = (path for name in FOLDERS for path in _files(folder / name))
    found = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: digest(read_bytes(path)) for name, path in sorted(found)}


def find_versions(tools: Mapping[str, str]) -> dict[str, str]:
    """Version or digest of all that bytes depend on, by name, sorted.

    `tools`: what `toolchain` gave for the sheets, empty where none was to be printed.
    """
    import zlib
    from importlib.metadata import version

    own = {"ketapub": __version__, "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return dict(sorted({**own, **{name: version(name) for name in PACKAGES}, **tools}.items()))


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.is_file() and not hidden and not path.name.endswith(_MADE):
            yield path
