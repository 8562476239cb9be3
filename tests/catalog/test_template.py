"""The template that translators start from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ketapub.catalog import read_po, render_template
from ketapub.message import Message

from .samples import MESSAGES, needs_gettext, run


def render(*messages: Message) -> str:
    """The template without its header."""
    return render_template("ketamine", messages, "Ketamine").partition("\n\n")[2]


def test_the_header_holds_no_date() -> None:
    """The same messages give the same bytes on any day; the segmentation has a version."""
    text = render_template("ketamine", (), "Ketamine:\n a title")
    assert text.startswith("# Template of the catalogs of: Ketamine: a title\n#, fuzzy\nmsgid")
    header = read_po(text, "x.pot").header
    assert "POT-Creation-Date" not in header
    assert header["X-Ketapub-Segmentation"] == "1"
    assert header["Project-Id-Version"] == "ketamine"
    assert header["Content-Type"] == "text/plain; charset=UTF-8"


def test_an_entry_says_what_its_message_is() -> None:
    """Kind with CRITICAL, notes, a file on each line, the flag, unwrapped texts."""
    assert render(*MESSAGES[1:3]) == (
        "#. paragraph\n#. Keep the term.\n#. Two lines:\n#. here.\n#: source/ketamine.md\n"
        'msgid "Off-label means \\"a use\\" it has not been approved for, '
        'said in a sentence that is long."\nmsgstr ""\n'
        "\n#. CRITICAL: list item\n#: source/ketamine.md\n"
        "#: \u2068source/overdose and first aid.md\u2069\n#, python-brace-format\n"
        'msgid "Call {emergency} at once."\nmsgstr ""\n'
    )


def test_context_plural_and_lines() -> None:
    """In gettext's order and form."""
    assert render(Message("a\nb", "c", "ds", kind="k")) == (
        '#. k\nmsgctxt "c"\nmsgid ""\n"a\\n"\n"b"\nmsgid_plural "ds"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    )


def test_every_entry_has_an_extracted_comment() -> None:
    """So that a missing one tells that a tool took it out."""
    assert render(Message("a")).startswith("#. text\n")


@pytest.mark.parametrize(
    ("msgid", "flagged"),
    [
        ("Call {emergency}.", True),
        ("Call 1.", False),
        (r"Write \{ and {name}", False),
        ("{not a name}", False),
        ("{name} {}", False),
    ],
)
def test_only_plain_placeholders_get_the_flag(msgid: str, flagged: bool) -> None:
    """With another brace in the msgid, msgfmt would judge it wrongly."""
    assert ("python-brace-format" in render(Message(msgid))) is flagged


def test_equal_messages_are_one_entry() -> None:
    """Of two files; a message without text is none."""
    text = render(Message("a", paths=("x",)), Message(""), Message("a", paths=("y",)))
    assert text.count("msgid") == 1
    assert "#: x\n#: y\n" in text


@needs_gettext
def test_msgfmt_passes_the_template_and_msgcat_changes_nothing(tmp_path: Path) -> None:
    """It is in the very form that gettext writes (but for the references, one a line)."""
    text = render_template("ketamine", MESSAGES, "Ketamine")
    run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)
    saved = run("msgcat", "--no-wrap", text=text, folder=tmp_path)
    assert saved.replace(".md \u2068", ".md\n#: \u2068") == text
