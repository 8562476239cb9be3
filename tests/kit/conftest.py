"""A project with something of every sort to send, and how it goes out and comes home."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from conftest import copy_files, copy_sources
from ketapub.cli import main
from ketapub.kit import Receipt, make_kit, read_returned, receive
from ketapub.kit.send import Form
from ketapub.language import parse_language
from ketapub.project import load_project
from project_edits import change_entry, make_fuzzy, set_msgstr

AR = "locale/ar/LC_MESSAGES/ketamine.po"
FUZZY = "Later, it also became known as a party drug."
MISSING = "It was first used as an anaesthetic in surgery."
FAILING = "Ketamine is a medicine with a long medical history."
PLURAL = "{count} leaflet"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Arabic with a fuzzy, a missing and a failing text, a person's one, and a plural. Read only."""
    project_folder = copy_sources(tmp_path_factory.mktemp("kit") / "project")
    page = project_folder / "templates" / "web" / "leaflets.html"
    page.write_text("{{ ngettext('{count} leaflet', '{count} leaflets', count) }}\n", "utf-8")
    assert main(["--project", str(project_folder), "update"]) == 0
    catalog = project_folder / AR
    make_fuzzy(catalog, FUZZY)
    set_msgstr(catalog, MISSING, "")
    set_msgstr(catalog, FAILING, "للكيتامين 12 تاريخًا طبيًا طويلًا.")
    change_entry(
        catalog,
        "What ketamine is",
        lambda entry: entry.replace("# machine draft, please check\n", "# by Salma\n"),
    )
    return project_folder


@pytest.fixture
def project(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copy_files(prepared, tmp_path / "project")


def send(folder: Path, form: Form = "po", locale: str = "ar") -> dict[str, bytes]:
    """The files of a kit with every message, by name, as unzipped by somebody else."""
    kit = make_kit(load_project(folder), parse_language(locale), form, "all")
    with zipfile.ZipFile(io.BytesIO(kit.data)) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def home(folder: Path, *files: bytes, write: bool = True) -> Receipt:
    """What comes of files of any name, written as `receive --yes` does."""
    returned = [each for data in files for each in read_returned(data, "x")[0]]
    receipt = receive(load_project(folder), returned, TODAY)
    for path, text in receipt.texts.items() if write else ():
        (folder / path).write_bytes(text.encode())
    return receipt


def snapshot(folder: Path) -> dict[str, str]:
    """Every catalog of the project."""
    root = folder / "locale"
    return {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in root.rglob("*.po")}


@pytest.fixture
def entry_of() -> Callable[[Path, str], str]:
    """`entry_of(folder, msgid)`: the text of an Arabic entry, whose msgid may be its beginning."""

    def find(folder: Path, msgid: str) -> str:
        for path in sorted((folder / "locale/ar").rglob("*.po")):
            for entry in path.read_text("utf-8").split("\n\n"):
                if f'\nmsgid "{msgid}' in f"\n{entry}":
                    return entry.strip("\n")
        raise AssertionError(f"no entry begins with {msgid}")

    return find
