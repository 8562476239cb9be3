"""A language, messages and catalogs that the tests of the catalog package share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ketapub.catalog import Merged, merge
from ketapub.message import Message

needs_gettext = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="needs GNU gettext")
NAME = "locale/es/LC_MESSAGES/ketamine.po"
SOURCE = ("source/ketamine.md",)


@dataclass(frozen=True)
class Spanish:
    """What a catalog has to know about Spanish."""

    locale: str = "es"
    plural_forms: str = "nplurals=2; plural=(n != 1);"
    nplurals: int = 2


MESSAGES = (
    Message("What ketamine is", kind="heading 2", paths=SOURCE),
    Message(
        'Off-label means "a use" it has not been approved for, said in a sentence that is long.',
        kind="paragraph",
        notes=("Keep the term.", "Two lines:\nhere."),
        syntax="markdown",
        paths=SOURCE,
    ),
    Message(
        "Call {emergency} at once.",
        kind="list item",
        critical=True,
        syntax="markdown",
        paths=(*SOURCE, "source/overdose and first aid.md"),
    ),
    Message("May", "the month", kind="cell", paths=SOURCE),
    Message("{count} page", msgid_plural="{count} pages", kind="count", paths=SOURCE),
    Message("A line\nand another", kind="paragraph", paths=SOURCE),
    Message("Stay with the person until help arrives.", kind="list item", paths=SOURCE),
)

CATALOG = r"""# Spanish team
msgid ""
msgstr ""
"Project-Id-Version: ketamine\n"
"PO-Revision-Date: 2026-05-02 10:00+0200\n"
"Last-Translator: Ana\n"
"Language-Team: Spanish\n"
"Language: es\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"X-Ketapub-Segmentation: 1\n"

#. heading 2
#: source/ketamine.md
msgid "What ketamine is"
msgstr "Qué es la ketamina"

# machine draft, please check
#. paragraph
#. Keep the term.
#. Two lines:
#. here.
#: source/ketamine.md
#, fuzzy
#| msgid "Off-label means \"a use\" it has not been licensed for."
msgid "Off-label means \"a use\" it has not been approved for, said in a sentence that is long."
msgstr "Significa «un uso» para el que no está autorizado, dicho en una frase que es larga."

#. CRITICAL: list item
#: source/ketamine.md
#: ⁨source/overdose and first aid.md⁩
#, python-brace-format
msgid "Call {emergency} at once."
msgstr "Llame al {emergency} de inmediato."

#. cell
#: source/ketamine.md
msgctxt "the month"
msgid "May"
msgstr "Mayo"

#. count
#: source/ketamine.md
#, python-brace-format
msgid "{count} page"
msgid_plural "{count} pages"
msgstr[0] "{count} página"
msgstr[1] "{count} páginas"

#. paragraph
#: source/ketamine.md
msgid ""
"A line\n"
"and another"
msgstr ""
"Una línea\n"
"y otra"

#. list item
#: source/ketamine.md
msgid "Stay with the person until help arrives."
msgstr ""

# seen by Ana
#~ msgid "nausea and vomiting"
#~ msgstr "náuseas y vómitos"
"""


def update(messages: Sequence[Message], old: str | None) -> Merged:
    """Bring the Spanish catalog up to date."""
    return merge("ketamine", messages, old, Spanish(), NAME)


def run(*command: str, text: str, folder: Path) -> str:
    """What a gettext tool makes of a catalog; its complaints fail the test."""
    path = folder / "in.po"
    path.write_text(text, encoding="utf-8", newline="")
    done = subprocess.run(
        [*command, str(path)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
