"""Turn a project's catalogs into advice by running pofilter, a command of the Translate Toolkit.

The toolkit is GPL: its command runs as a process, nothing of it is imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ketapub.catalog import read_po
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.files import read_text
from ketapub.language import Language
from ketapub.project import LOCALE, Project, catalog_path

TAKEN = (
    "acronyms", "brackets", "doublequoting", "doublespacing", "emails", "filepaths",
    "puncspacing", "purepunc", "sentencecount", "singlequoting", "startpunc", "tabs",
)  # fmt: skip
"""Its checks that are asked: those that no check of ours does as well or better."""
_MARK = "(pofilter) "


def ask_pofilter(project: Project) -> tuple[Problem, ...]:
    """What pofilter says of every catalog, as warnings `pofilter-<its check>`; fuzzy texts are left out.

    `ignore-pofilter-<check>` in a flag or in a translator's comment lets a finding pass. Raises
    MachineError where pofilter is missing or fails.
    """
    tool = _find()
    found: list[Problem] = []
    for language in project.translated:
        with TemporaryDirectory(prefix="ketapub-") as folder:
            _run(tool, language, project.folder, Path(folder))
            for domain in project.messages:
                name = catalog_path(language.locale, domain).as_posix()
                output = Path(folder, f"{domain}.po")
                if output.is_file() and (project.folder / name).is_file():
                    found += _read(project.folder, name, output)
    return tuple(found)


def _find() -> str:
    """The command: beside this Python, or on the path."""
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    tool = shutil.which("pofilter", path=places)
    if tool is None:
        hint = 'pip install "ketapub[exchange]", or install the Translate Toolkit by itself'
        raise MachineError(Problem("pofilter", 0, "pofilter is not installed", hint))
    return tool


def _run(tool: str, language: Language, folder: Path, into: Path) -> None:
    catalogs = folder / LOCALE / language.locale / "LC_MESSAGES"
    if not catalogs.is_dir():
        return
    tests = [word for name in TAKEN for word in ("-t", name)]
    quiet = ("--progress=none", "--errorlevel=message", "--nofuzzy")
    command = [
        tool,
        *quiet,
        *tests,
        f"--language={language.locale}",
        "-i",
        str(catalogs),
        "-o",
        str(into),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        hint = done.stderr.strip().rpartition("\n")[2]
        raise MachineError(Problem("pofilter", 0, "pofilter failed", hint))


def _read(folder: Path, name: str, output: Path) -> Iterator[Problem]:
    """The comments that it wrote over each entry, at the line of that entry in our catalog."""
    try:
        ours = read_po(read_text(folder / name, name), name)
    except KetapubError:
        return  # not UTF-8: reported where the catalogs are read
    entries = {entry.key: entry for entry in ours.entries if not entry.obsolete}
    for said in read_po(read_text(output, name), name).entries:
        entry = entries.get(said.key)
        for comment in said.comments if entry else ():
            check, _, message = comment.strip().removeprefix(_MARK).partition(": ")
            code = f"pofilter-{check}"
            if entry and check in TAKEN and code not in entry.ignored:
                hint = "read the translation once more; if it is right, leave it"
                yield Problem(name, entry.line, f"pofilter: {message}", hint, "warning", code)
