"""What other tools save is left as they saved it."""

from __future__ import annotations

import io
import os
from pathlib import Path

import polib
import pytest
from babel.messages import pofile

from ketapub.catalog import read_po, render_template
from ketapub.message import Message

from .samples import CATALOG, MESSAGES, needs_gettext, run, update


def translations(text: str) -> list[tuple[object, ...]]:
    """What a catalog says, without its form."""
    return [
        (entry.key, entry.msgid_plural, entry.msgstr, entry.fuzzy, entry.comments, entry.obsolete)
        for entry in read_po(text, "x.po").entries
        if entry.msgid
    ]


@needs_gettext
@pytest.mark.parametrize(
    "command",
    [
        ("msgcat",),
        ("msgcat", "--no-wrap"),
        ("msgcat", "--width=60"),
        ("msgcat", "--width=20"),
        ("msgcat", "--escape"),
        ("msgcat", "--indent"),
        ("msgcat", "--no-location"),
        ("msgattrib", "--clear-previous"),
        ("msgconv", "--to-code=UTF-8"),
    ],
    ids=" ".join,
)
def test_what_gettext_saves_is_left_alone(command: tuple[str, ...], tmp_path: Path) -> None:
    """With nothing changed in the source, an update changes no byte of it."""
    saved = run(*command, text=CATALOG, folder=tmp_path)
    assert saved != CATALOG
    assert translations(saved) == translations(CATALOG)
    assert update(MESSAGES, saved).text == saved


@needs_gettext
@pytest.mark.parametrize("options", [(), ("--no-wrap",), ("--previous", "--width=50")])
def test_what_msgmerge_saves_is_left_alone(options: tuple[str, ...], tmp_path: Path) -> None:
    """It finds nothing to do in our catalog, and we find nothing to do in its."""
    template = tmp_path / "k.pot"
    template.write_text(render_template("ketamine", MESSAGES, "K"), encoding="utf-8")
    catalog = tmp_path / "k.po"
    catalog.write_text(CATALOG, encoding="utf-8")
    command = ("msgmerge", "--quiet", "--no-fuzzy-matching", *options, str(catalog))
    saved = run(*command, text=template.read_text(encoding="utf-8"), folder=tmp_path)
    assert translations(saved) == translations(CATALOG)
    assert update(MESSAGES, saved).text == saved


@pytest.mark.parametrize("width", [0, 40, 78])
def test_what_polib_saves_is_left_alone(width: int) -> None:
    """It wraps every entry anew and puts the references on one line."""
    file = polib.pofile(CATALOG, wrapwidth=width)
    saved = str(file) + "\n"
    assert translations(saved) == translations(CATALOG)
    assert update(MESSAGES, saved).text == saved


@pytest.mark.parametrize("width", [0, 40, 76])
def test_what_babel_saves_is_left_alone(width: int) -> None:
    """It rewrites the header, wraps, and makes a translator's comment of the previous msgid."""
    catalog = pofile.read_po(io.BytesIO(CATALOG.encode()), locale="es", domain="ketamine")
    buffer = io.BytesIO()
    pofile.write_po(buffer, catalog, width=width)
    saved = buffer.getvalue().decode()
    kept = [(*told[:4], told[5]) for told in translations(saved)]
    assert kept == [(*told[:4], told[5]) for told in translations(CATALOG)]
    assert update(MESSAGES, saved).text == saved


@pytest.mark.parametrize("text", [CATALOG, None])
def test_other_readers_read_what_we_write(text: str | None) -> None:
    """polib and Babel find the same messages in our catalogs and templates."""
    changed = (*MESSAGES[1:], Message("What ketamine is used for", kind="heading 2"))
    written = update(changed, text).text
    expected = {entry.msgid for entry in read_po(written, "x.po").entries if not entry.obsolete}
    polish = {entry.msgid for entry in polib.pofile(written) if not entry.obsolete}
    assert polish | {""} == expected
    babel = pofile.read_po(io.BytesIO(written.encode()), abort_invalid=True)
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in babel}
    assert ids == expected


@needs_gettext
def test_msgfmt_checks_our_catalogs(tmp_path: Path) -> None:
    """Header, format and plural forms: a new catalog, an old one and one after a change."""
    changed = (*MESSAGES[1:], Message("What ketamine is used for", kind="heading 2"))
    for text in (update(MESSAGES, None).text, CATALOG, update(changed, CATALOG).text):
        run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)
