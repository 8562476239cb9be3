"""The commands about print: which fonts are used, and what all sheets look like."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ketapub.cli.arguments import Commands, add_json, as_path, folder
from ketapub.cli.terminal import MACHINE, OK, dump, table
from ketapub.errors import Problem, UsageError

if TYPE_CHECKING:
    from ketapub.fonts import FontFile
    from ketapub.project import Project


def register(commands: Commands) -> None:
    """Add the commands."""
    fonts = commands.add("fonts", _fonts, "ketapub fonts")
    add_json(fonts, report=True)
    proof = commands.add("proof", _proof, "ketapub proof --out ~/look")
    proof.add_argument(
        "--out",
        type=as_path,
        metavar="DIR",
        help="where to write <format>.png (default: .ketapub/proof/)",
    )


def _fonts(options: argparse.Namespace) -> int:
    from ketapub.fonts import FAMILIES, SIGNS, family_for
    from ketapub.language import language_name
    from ketapub.line_breaks import SPACELESS_SCRIPTS, has_dictionaries
    from ketapub.project import load_project

    project = load_project(folder(options))
    found = _found()
    languages = []
    for tag, script in _languages(project):
        family = family_for(tag, script)
        files = found.get(family.name, ())
        languages.append(
            {
                "language": tag,
                "name": language_name(tag, "en"),
                "family": family.name,
                "folder": files[0].path.parent.as_posix() if files else "",
                "package": family.package,
            }
        )
    scripts = {code: family.name in found for code, family in FAMILIES.items()}
    every = (*FAMILIES.values(), *SIGNS)
    install = sorted({family.package for family in every if family.name not in found})
    signs = {family.name: family.name in found for family in SIGNS}
    breaks = has_dictionaries()
    spaceless = {script for _, script in _languages(project)} & SPACELESS_SCRIPTS
    lacking = not all((*signs.values(), *(row["folder"] for row in languages)))
    lacking = lacking or (bool(spaceless) and not breaks)
    if options.json:
        told = {"languages": languages, "scripts": scripts, "signs": signs}
        print(dump(told | {"line_breaks": breaks, "install": install}))
        return MACHINE if lacking else OK
    rows = [
        (row["language"], row["name"], row["family"], row["folder"] or f"MISSING: {row['package']}")
        for row in languages
    ]
    table(("language", "", "font family", "found in"), rows)
    print(f"\nscripts covered: {_listed(code for code, is_here in scripts.items() if is_here)}")
    missing = _listed(code for code, is_here in scripts.items() if not is_here)
    signless = _listed(name for name, is_here in signs.items() if not is_here)
    if install:
        print(f"scripts missing: {missing}")
        if signless != "none":
            print(f"signs missing, which every sheet needs: {signless}")
        print(f"to cover them, on Debian: sudo apt install {' '.join(install)}")
    if not breaks:
        print("Khmer, Lao and Burmese need a dictionary too: pip install 'ketapub[breaks]'")
    return MACHINE if lacking else OK


def _languages(project: Project) -> Iterator[tuple[str, str]]:
    """(tag, script) of all that sheets are read and handed out in."""
    from ketapub.language import parse_language

    own = [language.tag for language in project.publication.languages]
    codes = [code for code, _ in project.publication.editions]
    working = [
        project.regions.regions[code].working_languages[0]
        for code in codes
        if code in project.regions.regions
    ]
    for tag in dict.fromkeys((*own, *working)):
        language = parse_language(tag)
        yield language.tag, language.script


def _found() -> dict[str, tuple[FontFile, ...]]:
    """The files on this machine, by family; a family of which one is missing is left out."""
    from ketapub.errors import MachineError
    from ketapub.fonts import FAMILIES, SIGNS, find_fonts

    families = tuple(dict.fromkeys((*FAMILIES.values(), *SIGNS)))
    missing: set[str] = set()
    try:
        files = find_fonts(families)
    except MachineError as error:
        missing = {problem.path for problem in error.problems}
        files = find_fonts(family for family in families if family.name not in missing)
    paths = {file.name: file for file in files}
    return {
        family.name: tuple(paths[name] for name in family.files)
        for family in families
        if family.name not in missing
    }


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _proof(options: argparse.Namespace) -> int:
    from ketapub.edition import PAGE
    from ketapub.files import write_atomic
    from ketapub.previous import load_previous
    from ketapub.proof import contact_sheet

    dist = folder(options) / "dist"
    previous = load_previous(dist.as_posix())
    sheets: dict[str, list[tuple[str, bytes]]] = {}
    for edition in previous.editions.values():
        for name, output in edition.outputs.items():
            if name != PAGE and output.path:
                label = f"{edition.article} {edition.locale}@{edition.region}"
                sheets.setdefault(name, []).append((label, previous.read(output.path)))
    if not sheets:
        raise UsageError(
            Problem(dist.as_posix(), 0, "there are no sheets here", "run ketapub build")
        )
    out = options.out or folder(options) / ".ketapub" / "proof"
    for name, found in sheets.items():
        path = out / f"{name}.png"
        write_atomic(path, contact_sheet(found))
        print(f"{path.as_posix()}: {len(found)} sheets")
    return OK
