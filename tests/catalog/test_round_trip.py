"""Catalogs as many tools save them: an update with nothing to change leaves every byte alone."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages import pofile

from ketapub.catalog import Entry, read_po, render_template
from ketapub.catalog.join import blank_lines
from ketapub.catalog.merge import merge
from ketapub.message import Message

from .samples import Spanish, needs_gettext

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
LOCALES = ("es", "ar", "zh_Hans")
"""Left to right with spaces, right to left, and without spaces between words."""
TOOLKIT = shutil.which("pogrep", path=f"{ROOT}/.venv/toolkit/bin{os.pathsep}{os.environ['PATH']}")
"""A command of translate-toolkit that reads a catalog and writes all of it."""


@cache
def original(locale: str) -> str:
    """The shipped catalog, with an entry in each state that the shipped one has not."""
    text = (ROOT / "locale" / locale / "LC_MESSAGES" / "ketamine.po").read_text(encoding="utf-8")
    # Babel alone refuses a catalog whose date is empty
    text = text.replace('"PO-Revision-Date: \\n"', '"PO-Revision-Date: 2026-05-02 10:00+0200\\n"')
    start, _, rest = text.partition("\n\n# ")
    return (
        f"{start}\n\n# ours\n#. paragraph\n#. A note.\n#: source/ketamine.md\n#, fuzzy\n"
        '#| msgid "Ketamine was called \\"K\\"."\nmsgid "Ketamine is called \\"K\\"."\n'
        'msgstr "Es «K»: ٢٤ 氯胺酮 \\\\ y más, en una línea que es larga y que se corta."\n\n'
        "#. count\n#: source/ketamine.md\n#, python-brace-format\n"
        'msgid "{count} page"\nmsgid_plural "{count} pages"\nmsgstr[0] "{count} p"\n'
        'msgstr[1] "{count} ps"\n\n'
        "#. cell\n#: source/ketamine.md\n#: source/first aid.md\n".replace(
            "source/first aid.md", "\u2068source/first aid.md\u2069"
        )
        + 'msgctxt "month"\nmsgid "May"\nmsgstr ""\n\n'
        '#. paragraph\n#: source/ketamine.md\nmsgid ""\n"One line\\n"\n"and two\\n"\n'
        'msgstr ""\n"Una\\n"\n"y dos\\n"\n\n'
        f'# {rest}\n# kept\n#, fuzzy\n#~ msgid "gone"\n#~ msgstr "ido"\n'
    )


@cache
def messages(locale: str) -> tuple[Message, ...]:
    """The messages that such a catalog is up to date with."""
    entries = read_po(original(locale), "x").entries
    return tuple(message_of(entry) for entry in entries if entry.msgid and not entry.obsolete)


def message_of(entry: Entry) -> Message:
    kind, *notes = entry.extracted
    paths = tuple(" ".join(entry.references).replace("\u2069", "").split("\u2068"))
    words = tuple(path for part in paths[:1] for path in part.split()) + paths[1:]
    return Message(
        entry.msgid,
        entry.msgctxt or "",
        entry.msgid_plural,
        kind.removeprefix("CRITICAL: "),
        tuple(notes),
        kind.startswith("CRITICAL: "),
        paths=words,
    )


def update(locale: str, text: str, wanted: tuple[Message, ...] = ()) -> str:
    language = Spanish(locale=locale)
    return merge("ketamine", wanted or messages(locale), text, language, "x.po").text


def by_command(*command: str) -> Callable[[str, str, Path], str]:
    """A gettext command that reads a catalog from a file and writes it out."""

    def save(_locale: str, text: str, folder: Path) -> str:
        path = folder / "in.po"
        path.write_text(text, encoding="utf-8", newline="")
        done = subprocess.run([*command, str(path)], capture_output=True, check=True)
        return done.stdout.decode()

    return save


def by_msgmerge(*options: str) -> Callable[[str, str, Path], str]:
    def save(locale: str, text: str, folder: Path) -> str:
        template = folder / "k.pot"
        template.write_text(render_template("ketamine", messages(locale), "K"), encoding="utf-8")
        (folder / "k.po").write_text(text, encoding="utf-8", newline="")
        command = ["msgmerge", "-q", *options, str(folder / "k.po"), str(template)]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    return save


def by_polib(width: int) -> Callable[[str, str, Path], str]:
    return lambda _locale, text, _folder: str(polib.pofile(text, wrapwidth=width)) + "\n"


def by_babel(width: int) -> Callable[[str, str, Path], str]:
    def save(locale: str, text: str, _folder: Path) -> str:
        catalog = pofile.read_po(io.BytesIO(text.encode()), locale=locale, domain="ketamine")
        buffer = io.BytesIO()
        pofile.write_po(buffer, catalog, width=width)
        return buffer.getvalue().decode()

    return save


def by_toolkit(_locale: str, text: str, folder: Path) -> str:
    """pofilter's family: every unit passes a search for nothing."""
    (folder / "in.po").write_text(text, encoding="utf-8", newline="")
    command = [str(TOOLKIT), "--progress=none", "--search=msgid", "--regexp", "."]
    command += [str(folder / "in.po"), str(folder / "out.po")]
    subprocess.run(command, capture_output=True, check=True)
    return (folder / "out.po").read_bytes().decode()


def by_hand(old: str, new: str) -> Callable[[str, str, Path], str]:
    return lambda _locale, text, _folder: text.replace(old, new)


def in_the_manner_of(
    generator: str, width: int, comment: str = ""
) -> Callable[[str, str, Path], str]:
    """An editor's wrapping, its own header lines and order, and its comment on top.

    Poedit and Lokalize write through gettext's rules, Weblate through translate-toolkit at 77 columns.
    """
    wrap = by_command("msgcat", f"--width={width}")

    def save(locale: str, text: str, folder: Path) -> str:
        text = wrap(locale, text, folder)
        head, _, rest = text.partition("\n\n")
        lines = head.splitlines()
        place = next(n for n, line in enumerate(lines) if line.startswith('"Last-Translator'))
        lines[place] = '"Last-Translator: Ana <ana@example.org>\\n"'
        lines.append(lines.pop(place))
        lines += [f'"X-Generator: {generator}\\n"', '"X-Poedit-SourceCharset: UTF-8\\n"']
        return f"{comment}{chr(10).join(lines)}\n\n{rest}"

    return save


Save = Callable[[str, str, Path], str]
TOOLS: dict[str, Save] = {
    "msgcat": by_command("msgcat"),
    "msgcat --no-wrap": by_command("msgcat", "--no-wrap"),
    "msgcat --width=40": by_command("msgcat", "--width=40"),
    "msgattrib --indent": by_command("msgattrib", "--indent"),
    "msgmerge": by_msgmerge(),
    "msgmerge --previous --width=60": by_msgmerge("--previous", "--width=60"),
    "msgmerge --no-wrap -N": by_msgmerge("--no-wrap", "-N"),
    "polib 78": by_polib(78),
    "polib 0": by_polib(0),
    "Babel 76": by_babel(76),
    "Babel 0": by_babel(0),
    "toolkit": by_toolkit,
    "Poedit": in_the_manner_of("Poedit 3.6.3", 79),
    "Weblate": in_the_manner_of("Weblate 5.14.3", 77),
    "Lokalize": in_the_manner_of("Lokalize 25.08", 80, "# Ana <ana@example.org>, 2026.\n"),
    "CRLF": by_hand("\n", "\r\n"),
    "#=": by_hand("#, python-brace-format", "#= python-brace-format"),
    "#,fuzzy": by_hand("#, fuzzy", "#,fuzzy"),
    "no end": by_hand('"ido"\n', '"ido"'),
    "tabs": by_hand('msgstr "', 'msgstr\t"'),
}


def saved(tool: str, locale: str, folder: Path) -> str:
    """What a tool makes of the catalog."""
    if tool == "toolkit" and TOOLKIT is None:
        pytest.skip("needs translate-toolkit")
    text = TOOLS[tool](locale, original(locale), folder)
    assert text != original(locale)
    return text


def test_there_are_enough_of_them() -> None:
    """And the catalogs are of some size."""
    assert len(TOOLS) * len(LOCALES) >= 50
    for locale in LOCALES:
        assert len(messages(locale)) > 50
        assert update(locale, original(locale)) == original(locale)


@needs_gettext
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("tool", TOOLS)
def test_an_update_with_nothing_to_change_changes_no_byte(
    tool: str, locale: str, tmp_path: Path
) -> None:
    """Whatever tool last saved the catalog."""
    text = saved(tool, locale, tmp_path)
    assert update(locale, text) == text


@needs_gettext
@pytest.mark.parametrize("tool", TOOLS)
def test_a_change_in_one_part_of_an_entry_leaves_its_other_parts(tool: str, tmp_path: Path) -> None:
    """The kind of one message changes: no byte outside of its extracted comment does."""
    text = saved(tool, "ar", tmp_path)
    wanted = list(messages("ar"))
    place = next(n for n, m in enumerate(wanted) if len(m.msgid) > 120 and not m.notes)
    wanted[place] = replace(wanted[place], kind="another kind")
    new = update("ar", text, tuple(wanted))
    assert new != text
    key = wanted[place].key
    for before, after in zip(read_po(text, "x").chunks, read_po(new, "x").chunks, strict=True):
        assert isinstance(before, Entry)
        assert isinstance(after, Entry)
        if before.key != key:
            assert after.raw == before.raw
            continue
        assert blank_lines(after.raw) == blank_lines(before.raw)
        others = [[p.raw for p in e.parts if p.kind != "extracted"] for e in (before, after)]
        assert others[0] == others[1]


@needs_gettext
@pytest.mark.parametrize("tool", TOOLS)
def test_no_tool_takes_our_update_for_a_change(tool: str, tmp_path: Path) -> None:
    """After an update the tool that wraps so saves the same again, but for what we wrote anew."""
    if tool in ("CRLF", "tabs", "no end", "Poedit", "Weblate", "Lokalize"):
        pytest.skip("no tool of its own")
    text = saved(tool, "es", tmp_path)
    wanted = (*messages("es")[:-1], Message("Quite a new one.", kind="x", paths=("a.md",)))
    new = update("es", text, wanted)
    again = TOOLS[tool]("es", new, tmp_path) if "msgmerge" not in tool else new
    old = {e.key: (e.msgstr, e.fuzzy) for e in read_po(new, "x").entries if e.msgid}
    now = {e.key: (e.msgstr, e.fuzzy) for e in read_po(again, "x").entries if e.msgid}
    assert now == old
    assert os.linesep in again
