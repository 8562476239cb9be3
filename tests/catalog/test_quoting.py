"""Text between quotation marks, as gettext writes and reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog.po import read_po
from ketapub.catalog.quoting import quote, unquote, write_comment, write_field

from .samples import needs_gettext, run

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
ODD = (
    'a "quoted" word',
    "back\\slash\\",
    "tab\there",
    "one line\n",
    "two\nlines",
    "two\nlines\n",
    "\n",
    "\n\nlate",
    "line separator\u2028inside",
    "next line\u0085inside",
    "form feed\finside and vertical\vtab",
    "carriage\rreturn",
    "a\x1cb",
    "emoji 👍 and العربية",
)


@given(st.text())
def test_text_survives_quoting(text: str) -> None:
    """What is quoted is read back as it was, on one line and in pieces."""
    assert unquote(quote(text)) == text
    (entry,) = read_po(write_field("msgid", "k" + text) + write_field("msgstr", text), "x").entries
    assert (entry.msgid, entry.msgstr) == ("k" + text, (text,))


@needs_gettext
def test_fields_are_written_as_gettext_writes_them(tmp_path: Path) -> None:
    """msgcat without wrapping changes nothing in texts with odd characters."""
    entries = (write_field("msgid", f"{text}.") + write_field("msgstr", text) for text in ODD)
    text = "\n".join([HEADER, *entries])
    assert run("msgcat", "--no-wrap", text=text, folder=tmp_path) == text
    assert [entry.msgstr[0] for entry in read_po(text, "x.po").entries[1:]] == [*ODD]


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        (r"\101\x42\a", "AB\a"),
        (r"\303\251t\303\251", "été"),
        (r"a\\n", r"a\n"),
        (r"\377", "\ufffd"),
    ],
)
def test_escapes_of_gettext_are_read(quoted: str, text: str) -> None:
    """Octal and hexadecimal numbers are bytes of UTF-8."""
    assert unquote(quoted) == text


def test_a_comment_never_joins_the_next_line() -> None:
    """gettext continues a line that ends in a backslash, so a space is set behind it."""
    assert write_comment("#.", "C:\\\n\nend ") == "#. C:\\ \n#.\n#. end\n"
