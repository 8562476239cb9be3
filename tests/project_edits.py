"""How tests alter a project's files: each helper asserts that there was something to alter."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ketapub.catalog import read_po
from ketapub.message import message_digest

ES = "locale/es/LC_MESSAGES/ketamine.po"
AR = "locale/ar/LC_MESSAGES/ketamine.po"
ADDRESS = "https://gesundheit.test-site.net/"
"""Of a publication that has one."""


def edit(path: Path, old: str, new: str, count: int = 1) -> None:
    """Replace a piece of a text file."""
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, count), "utf-8")


def set_key(path: Path, key: str, value: str) -> None:
    """Give a top-level key of a TOML file another value."""
    text, found = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", path.read_text("utf-8"))
    assert found == 1, f"{key} is not in {path}"
    path.write_text(text, "utf-8")


def set_editions(folder: Path, lines: str) -> None:
    """Give the publication other editions."""
    path = folder / "source" / "publication.toml"
    head, _, _ = path.read_text("utf-8").partition("[editions]")
    path.write_text(f"{head}[editions]\n{lines}\n", "utf-8")


def change_entry(catalog: Path, msgid: str, change: Callable[[str], str]) -> None:
    """Rewrite the entry of one message; `msgid` may be its beginning."""
    entries = catalog.read_text("utf-8").split("\n\n")
    places = [i for i, entry in enumerate(entries) if f'\nmsgid "{msgid}' in f"\n{entry}"]
    assert len(places) == 1, f"{msgid!r} stands {len(places)} times in {catalog}"
    entries[places[0]] = change(entries[places[0]])
    catalog.write_text("\n\n".join(entries), "utf-8")


def make_fuzzy(catalog: Path, msgid: str) -> None:
    """Set the fuzzy mark on one message."""

    def change(entry: str) -> str:
        if "\n#, " in entry:
            return entry.replace("\n#, ", "\n#, fuzzy, ", 1)
        return entry.replace('\nmsgid "', '\n#, fuzzy\nmsgid "', 1)

    change_entry(catalog, msgid, change)


def set_msgstr(catalog: Path, msgid: str, msgstr: str) -> None:
    """Give one message another translation (escaped as in the file); empty takes it away."""

    def change(entry: str) -> str:
        tail = "\n" if entry.endswith("\n") else ""
        return entry[: entry.index('\nmsgstr "')] + f'\nmsgstr "{msgstr}"{tail}'

    change_entry(catalog, msgid, change)


def sign(folder: Path, locale: str, *roles: str, only: str = "") -> None:
    """A person reviews the catalogs of a language (in a test's copy); `only`: "critical" messages."""
    lines = []
    for path in sorted((folder / f"locale/{locale}/LC_MESSAGES").glob("*.po")):
        for entry in read_po(path.read_text("utf-8"), path.name).entries:
            wanted = only != "critical" or "CRITICAL" in "".join(entry.extracted)
            if entry.msgid and wanted:
                digest = message_digest(*entry.key, entry.msgstr)
                for role in roles or ("language", "clinical"):
                    lines.append(f"{digest} 2026-11-20 {role} {path.stem} Ana Prueba")
    (folder / f"locale/{locale}/reviews.txt").write_text("\n".join(lines) + "\n", "utf-8")


def line_of(path: Path, text: str) -> int:
    """The 1-based line on which a text stands first."""
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by path."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
