"""Turn this machine's print libraries and fonts into the versions that a handout's bytes hang on.

Asks the libraries themselves by ctypes: a build with nothing to do must not import the renderer.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ketapub.errors import MachineError, Problem
from ketapub.files import read_bytes
from ketapub.fonts import FontFile, font_digests

PACKAGES = (
    "weasyprint",
    "pydyf",
    "pikepdf",
    "pyphen",
    "fonttools",
    "cssselect2",
    "tinycss2",
    "tinyhtml5",
)
ENGINE = (
    "fonts.py",
    "handout.py",
    "pdf_links.py",
    "pdf_structure.py",
    "pdf_tree.py",
    "renderer/__init__.py",
    "renderer/boxes.py",
    "renderer/painting.py",
    "renderer/placing.py",
    "renderer/shaping.py",
    "renderer/shortcuts.py",
)
"""Our own modules between the print HTML and the bytes."""
SYSTEM_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1"

_LIBRARIES = {
    "pango": ("pango_version_string", "libpango-1.0"),
    "harfbuzz": ("hb_version_string", "libharfbuzz"),
    "harfbuzz-subset": ("", "libharfbuzz-subset"),
    "fontconfig": ("FcGetVersion", "libfontconfig"),
}
_SPELLINGS = ("{0}.so.0", "{0}.so.1", "{0}.0.dylib", "{0}.1.dylib", "{0}-0.dll", "{0}-1.dll")


def toolchain(fonts: Iterable[FontFile], cache: Path | None = None) -> dict[str, str]:
    """Name -> version of each print library, digest of our print modules and of each font file.

    Equal values and an equal PrintTask mean equal bytes. `cache` is passed to `font_digests`.
    Raises MachineError naming the Debian packages where a library is missing.
    """
    from importlib.metadata import version

    tools = {name: version(name) for name in PACKAGES}
    tools |= system_versions()
    code = hashlib.sha256()
    for name in ENGINE:
        code.update(read_bytes(Path(__file__).parent / name))
    tools["ketapub print engine"] = code.hexdigest()
    tools |= {f"font {name}": value for name, value in font_digests(fonts, cache).items()}
    return dict(sorted(tools.items()))


@lru_cache(maxsize=1)
def system_versions() -> dict[str, str]:
    """Versions of Pango, HarfBuzz and fontconfig; MachineError for those that are missing."""
    versions = {}
    missing = []
    for name, (function, stem) in _LIBRARIES.items():
        library = _load(stem)
        if library is None:
            missing.append(name)
        elif function == "FcGetVersion":
            number = library.FcGetVersion()
            versions[name] = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
        elif function:
            ask = getattr(library, function)
            ask.restype = ctypes.c_char_p
            versions[name] = ask().decode("ascii")
        else:
            versions[name] = "present"
    if missing:
        raise MachineError(
            Problem(
                "print libraries",
                0,
                f"missing on this machine: {', '.join(missing)}",
                f"install them; on Debian: sudo apt install {SYSTEM_PACKAGES}",
                code="library",
            )
        )
    return versions


def _load(stem: str) -> ctypes.CDLL | None:
    for spelling in _SPELLINGS:
        try:
            return ctypes.CDLL(spelling.format(stem))
        except OSError:
            continue
    return None
