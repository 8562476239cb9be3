"""Line feeds at the ends of texts."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog.edges import judge_edges, same_edges
from ketapub.catalog.quoting import write_fields
from ketapub.message import Message

from .samples import CATALOG, needs_gettext

TEXTS = ("a", "\na", "a\n", "\na\n", "a\nb", "\n")
texts = st.text(st.sampled_from("a\n"), max_size=4)


@needs_gettext
def test_the_judgement_is_that_of_msgfmt(tmp_path: Path) -> None:
    """For every pair of texts with and without line feeds at their ends; empty ones pass."""
    header = CATALOG[: CATALOG.index("\n\n")] + "\n\n"
    path = tmp_path / "x.po"
    for msgid, msgstr in itertools.product(TEXTS, (*TEXTS, "")):
        path.write_text(header + write_fields(None, msgid, "", [msgstr]), encoding="utf-8")
        done = subprocess.run(
            ["msgfmt", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
        )
        reasons = list(judge_edges(Message(msgid), [msgstr]))
        assert bool(reasons) is (done.returncode != 0), (msgid, msgstr, done.stderr)


@pytest.mark.parametrize(
    ("msgid", "msgstr", "words"),
    [
        ("a\n", "b", "line break at the end of the source text is missing"),
        ("a", "\nb", "a line break stands at the beginning"),
    ],
)
def test_a_fault_is_told_in_plain_words(msgid: str, msgstr: str, words: str) -> None:
    """With what to do."""
    ((code, message, hint),) = judge_edges(Message(msgid), [msgstr])
    assert code == "newlines"
    assert words in message
    assert hint in ("add it", "delete it")


def test_every_form_of_a_plural_is_judged() -> None:
    """One fault each."""
    assert len(list(judge_edges(Message("a\n", msgid_plural="b\n"), ["c", "", "d\n", "e"]))) == 2


@given(texts, texts)
def test_mended_texts_pass(msgid: str, msgstr: str) -> None:
    """And differ in nothing but the line feeds at their ends."""
    text = same_edges(msgid, msgstr)
    assert text.strip("\n") == msgstr.strip("\n")
    assert not msgstr.strip() or not msgid.strip() or not [*judge_edges(Message(msgid), [text])]
    assert same_edges(msgid, text) == text
