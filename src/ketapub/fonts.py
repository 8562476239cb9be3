"""Turn scripts into the font files, the private fontconfig and the style rules that print them.

Only named families are ever visible to the renderer, so that a gap in them is an error and never
a silent fallback to whatever the machine has.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from ketapub.errors import MachineError, Problem
from ketapub.files import digest, read_bytes, write_atomic

CORE = "fonts-noto-core"
CJK = "fonts-noto-cjk"

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
)
"""Where font files are looked for, in this order, after a project's own folder."""


@dataclass(frozen=True, slots=True)
class FontFamily:
    """One family and how its script wants to be set."""

    name: str
    """As CSS and fontconfig see it."""
    files: tuple[str, ...]
    """File names, regular first."""
    package: str = CORE
    """Debian package that brings them."""
    leading: float = 1.7
    """Line height of body text, in multiples of the font size."""
    tight: float = 1.45
    """Line height of headings and of the help block."""
    least: float = 9.0
    """Points: the smallest that its body text may be."""
    italic: bool = False
    """Whether the script has real italics; slanting any other is an injury to it."""
    hyphens: bool = False
    """Whether its words may be divided where a dictionary knows how."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file found on this machine."""

    name: str
    path: Path
    family: str
    package: str


def _noto(name: str, leading: float = 1.7, tight: float = 1.45, bold: bool = True) -> FontFamily:
    stem = name.replace(" ", "")
    files = (f"{stem}-Regular.ttf", f"{stem}-Bold.ttf") if bold else (f"{stem}-Regular.ttf",)
    return FontFamily(name, files, CORE, leading, tight, least=10.0 if leading > 1.5 else 9.0)


def _cjk(region: str) -> FontFamily:
    files = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
    return FontFamily(f"Noto Sans CJK {region}", files, CJK, 1.75, 1.4, least=9.0)


BASE = FontFamily(
    "Noto Sans",
    tuple(f"NotoSans-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic")),
    CORE,
    leading=1.5,
    tight=1.2,
    italic=True,
    hyphens=True,
)
SIGNS = (_noto("Noto Sans Math", bold=False), _noto("Noto Sans Symbols2", bold=False))
"""Comparison signs and arrows, ticks and boxes: the last resort of every script."""

FAMILIES: Mapping[str, FontFamily] = {
    "Latn": BASE,
    "Cyrl": BASE,
    "Grek": BASE,
    "Arab": _noto("Noto Sans Arabic"),
    "Aran": _noto("Noto Nastaliq Urdu", 2.3, 2.1),
    "Hebr": _noto("Noto Sans Hebrew", 1.6, 1.3),
    "Deva": _noto("Noto Sans Devanagari"),
    "Beng": _noto("Noto Sans Bengali"),
    "Gujr": _noto("Noto Sans Gujarati"),
    "Guru": _noto("Noto Sans Gurmukhi"),
    "Orya": _noto("Noto Sans Oriya"),
    "Taml": _noto("Noto Sans Tamil"),
    "Telu": _noto("Noto Sans Telugu"),
    "Knda": _noto("Noto Sans Kannada"),
    "Mlym": _noto("Noto Sans Malayalam"),
    "Sinh": _noto("Noto Sans Sinhala"),
    "Thai": _noto("Noto Sans Thai"),  # Noto Looped Thai stacks tone marks on vowels.
    "Laoo": _noto("Noto Sans Lao"),
    "Khmr": _noto("Noto Sans Khmer", 1.8, 1.6),
    "Mymr": _noto("Noto Sans Myanmar", 1.9, 1.7),
    "Tibt": _noto("Noto Serif Tibetan", 1.8, 1.6),
    "Ethi": _noto("Noto Sans Ethiopic", 1.6, 1.35),
    "Geor": _noto("Noto Sans Georgian", 1.5, 1.25),
    "Armn": _noto("Noto Sans Armenian", 1.5, 1.25),
    "Thaa": _noto("Noto Sans Thaana"),
    "Syrc": _noto("Noto Sans Syriac", bold=False),
    "Tfng": _noto("Noto Sans Tifinagh", bold=False),
    "Adlm": _noto("Noto Sans Adlam"),
    "Nkoo": _noto("Noto Sans NKo", bold=False),
    "Cher": _noto("Noto Sans Cherokee", 1.5, 1.25),
    "Cans": _noto("Noto Sans Canadian Aboriginal", 1.5, 1.25),
    "Olck": _noto("Noto Sans Ol Chiki"),
    "Hans": _cjk("SC"),
    "Hant": _cjk("TC"),
    "Jpan": _cjk("JP"),
    "Kore": _cjk("KR"),
}
"""Family by ISO 15924 code; `Aran` is Arabic script in its Nastaliq style."""

NASTALIQ = frozenset({"ur", "ks", "pnb", "skr"})
"""Languages that read Arabic script in Nastaliq."""


def script_for(tag: str, script: str) -> str:
    """The script to choose a family by: the language's own, but `Aran` where Nastaliq is read."""
    language = tag.replace("_", "-").split("-")[0].lower()
    return "Aran" if script == "Arab" and language in NASTALIQ else script


def family_for(tag: str, script: str) -> FontFamily:
    """The family that sets a language; MachineError for a script that none is known for."""
    try:
        return FAMILIES[script_for(tag, script)]
    except KeyError:
        raise MachineError(
            Problem(
                tag,
                0,
                f"no font family is known for the script {script}",
                "take the handout format out of this language, or add the script to FAMILIES in"
                " src/ketapub/fonts.py",
                code="font",
            )
        ) from None


def families(languages: Iterable[tuple[str, str]]) -> tuple[FontFamily, ...]:
    """The families that set these (tag, script) pairs, the Latin one and the signs included."""
    wanted = [BASE, *(family_for(tag, script) for tag, script in languages), *SIGNS]
    return tuple(dict.fromkeys(wanted))


def named_families(names: Iterable[str]) -> tuple[FontFamily, ...]:
    """The families of these names, in the order of this module."""
    wanted = set(names)
    known = dict.fromkeys((BASE, *FAMILIES.values(), *SIGNS))
    return tuple(family for family in known if family.name in wanted)


def find_fonts(
    wanted: Iterable[FontFamily], extra: Path | None = None, folders: Iterable[Path] = FOLDERS
) -> tuple[FontFile, ...]:
    """The files of these families, sorted by name; `extra` is searched before the system.

    Raises MachineError with one problem for each family that is missing or incomplete.
    """
    wanted = tuple(wanted)
    missing = {name for family in wanted for name in family.files}
    found: dict[str, Path] = {}
    for folder in (*((extra,) if extra else ()), *folders):
        for place, below, names in os.walk(folder.expanduser(), followlinks=True):
            below.sort()
            for name in missing.intersection(names):
                found[name] = Path(place, name)
            missing -= found.keys()
            if not missing:
                break
    problems = tuple(
        _missing_font(family, missing) for family in wanted if missing & {*family.files}
    )
    if problems:
        raise MachineError(*problems)
    fonts = {
        name: FontFile(name, found[name], family.name, family.package)
        for family in wanted
        for name in family.files
    }
    return tuple(fonts[name] for name in sorted(fonts))


def _missing_font(family: FontFamily, missing: set[str]) -> Problem:
    names = ", ".join(name for name in family.files if name in missing)
    return Problem(
        family.name,
        0,
        f"this font family is not on this machine ({names} not found)",
        f"install the Debian package {family.package}: sudo apt install {family.package}",
        code="font",
    )


# Debian's bold Nastaliq calls itself regular (usWeightClass 400), so that fontconfig would set
# regular Urdu in bold; the rule tells it the truth while it scans the file.
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="scan">
    <test name="family"><string>Noto Nastaliq Urdu</string></test>
    <test name="style"><string>Bold</string></test>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
  <alias binding="same"><family>sans-serif</family><prefer><family>Noto Sans</family></prefer></alias>
</fontconfig>
"""


def private_fontconfig(fonts: Iterable[FontFile], folder: Path) -> Path:
    """Make a fontconfig below `folder` that sees these files alone; the absolute path of its file.

    FONTCONFIG_FILE must hold it before the renderer first looks for a font. The same files give
    the same path; a changed file gives a new one, because fontconfig's cache trusts folder dates.
    """
    # one file may hold several families: the faces of a CJK collection
    fonts = tuple({font.path: font for font in fonts}.values())
    folder = folder.absolute()
    identity = [[font.name, *_identity(font.path)] for font in fonts]
    name = digest(json.dumps([_FONTCONFIG, identity]).encode())[:16]
    home = folder / name
    conf = home / "fonts.conf"
    if conf.is_file():
        return conf
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".fonts."))
        draft.chmod(0o755)
        (draft / "files").mkdir()
        (draft / "cache").mkdir()
        for font in fonts:
            _link(font.path, draft / "files" / font.name)
        text = _FONTCONFIG.format(
            fonts=escape(str(home / "files")), cache=escape(str(home / "cache"))
        )
        (draft / "fonts.conf").write_text(text, encoding="utf-8")
        try:
            draft.rename(home)
        except OSError:  # Another process was faster with the same files.
            shutil.rmtree(draft, ignore_errors=True)
            if not conf.is_file():
                raise
    except OSError as error:
        raise MachineError(
            Problem(
                folder.as_posix(),
                0,
                f"the fonts cannot be gathered here: {error.strerror or error}",
                "check the free space and the permissions of this folder",
            )
        ) from error
    return conf


def _identity(path: Path) -> tuple[str, int, int, int]:
    status = path.stat()
    return str(path.resolve()), status.st_size, status.st_mtime_ns, status.st_ino


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.resolve())
    except OSError:
        shutil.copyfile(source, target)


def font_digests(fonts: Iterable[FontFile], cache: Path | None = None) -> dict[str, str]:
    """sha256 (hex) by file name, sorted. `cache` is a JSON file that spares hashing 40 MB again.

    A cached digest holds while path, size, mtime_ns and inode are the same; a broken cache is
    thrown away.
    """
    known: dict[str, str] = {}
    if cache is not None and cache.is_file():
        with contextlib.suppress(ValueError, AttributeError, OSError):
            known = {str(key): str(value) for key, value in json.loads(cache.read_bytes()).items()}
    now: dict[str, str] = {}
    result: dict[str, str] = {}
    for font in sorted(fonts, key=lambda font: font.name):
        key = "\0".join(map(str, _identity(font.path)))
        value = known.get(key) or hashlib.sha256(read_bytes(font.path)).hexdigest()
        now[key] = result[font.name] = value
    if cache is not None and not now.items() <= known.items():
        kept = json.dumps({**known, **now}, indent=1, sort_keys=True)
        write_atomic(cache, kept.encode())
    return result


def families_css(languages: Iterable[tuple[str, str]]) -> str:
    """Style rules that give every element with a `lang` its family, line height and emphasis.

    Takes the (tag, script) pairs of all languages that may occur on a sheet. Custom properties:
    `--family`, `--leading` (body), `--tight` (headings), `--hyphens`, `--emphasis-style`,
    `--emphasis-weight`.
    The rules stand on the element with the attribute and are inherited from there, so that a
    template's own rules win as usual.
    """
    pairs = sorted({*languages}, key=lambda pair: (pair[0].count("-"), pair[0]))
    rules = [f":root {{ {_declarations(BASE)} }}"]
    rules += [
        f'[lang|="{tag}"] {{ {_declarations(family_for(tag, script))} }}' for tag, script in pairs
    ]
    emphasis = ":where(em, i, cite)"
    # Digits of another script's font differ in weight and width (Nastaliq's most of all).
    numbers = ':is(a[href^="tel:"], a[href^="sms:"], .copy bdi[dir="ltr"])'
    rules += [
        ":where(:root, [lang]) { font-family: var(--family); line-height: var(--leading) }",
        "h1, h2, h3, h4, h5, h6 { line-height: var(--tight) }",
        f"{emphasis} {{ font-style: var(--emphasis-style); font-weight: var(--emphasis-weight) }}",
        ":is(strong, b, th, h1, h2, h3, h4, h5, h6) :is(em, i, cite) { font-weight: bold }",
        f"{numbers} {{ font-family: {_stack(BASE)}; font-style: normal; white-space: nowrap }}",
        f"{numbers} {{ font-variant-numeric: lining-nums tabular-nums }}",
    ]
    return "\n".join(rules) + "\n"


def stack_for(tag: str, script: str) -> str:
    """The value of `font-family` for a language, where no element can have it as its `lang`."""
    return _stack(family_for(tag, script))


def _stack(family: FontFamily) -> str:
    names = dict.fromkeys((family.name, BASE.name, *(sign.name for sign in SIGNS)))
    return ", ".join(f'"{name}"' for name in names)


def _declarations(family: FontFamily) -> str:
    style, weight = ("italic", "normal") if family.italic else ("normal", "bold")
    return (
        f"--family: {_stack(family)}; --leading: {family.leading:g}; --tight: {family.tight:g};"
        f" --hyphens: {'auto' if family.hyphens else 'manual'};"
        f" --emphasis-style: {style}; --emphasis-weight: {weight}"
    )
