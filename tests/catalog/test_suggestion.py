"""What a new message may borrow, and what it may never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog import Entry, read_po
from ketapub.catalog.suggestion import misleads, negations, numbers
from ketapub.message import Message

from .samples import update

SAME_SENSE = [
    ("Wait 24 hours before you drive.", "Wait 24 hours before driving."),
    ("Call {emergency} now.", "Call {emergency} at once."),
    ("Do not drive.", "Do not drive!"),
    ("Two tablets a day", "Two tablets each day"),
]
OTHER_SENSE = [
    ("Wait 24 hours before you drive.", "Wait 12 hours before you drive."),
    ("Wait 24 hours before you drive.", "Wait before you drive."),
    ("Take 1 of 2 tablets a day.", "Take 2 of 1 tablets a day."),
    ("Take ½ tablet every day.", "Take ¼ tablet every day."),
    ("Wait ٢٤ hours before you drive.", "Wait ١٢ hours before you drive."),
    ("Take one tablet every day.", "Take two tablets every day."),
    ("Take it once a day with food.", "Take it twice a day with food."),
    ("You must drive after taking it.", "You must not drive after taking it."),
    ("You can drive after taking it.", "You can't drive after taking it."),
    ("You can drive after taking it.", "You can\u2019t drive after taking it."),
    ("You can drive after taking it.", "You cannot drive after taking it."),
    ("It is always safe to combine them.", "It is never safe to combine them."),
    ("It is safe to combine them.", "It is unsafe to combine them."),
    ("This is legal in some countries.", "This is illegal in some countries."),
    ("Call {emergency} at once, please.", "Call {number} at once, please."),
    ("Call {emergency} at once, please.", "Call at once, please."),
    ("Call {emergency} {emergency} at once.", "Call {emergency} at once."),
    ("Take it with food in the evening.", "Take it without food in the evening."),
]


@pytest.mark.parametrize(("old", "new"), SAME_SENSE)
def test_a_similar_message_borrows(old: str, new: str) -> None:
    """As fuzzy, with the msgid that the translation was made for."""
    assert not misleads(old, new)
    entry = borrowed(old, new)
    assert entry.msgstr == ("texto",)
    assert entry.fuzzy
    assert entry.previous == (None, old, "")


@pytest.mark.parametrize(("old", "new"), OTHER_SENSE)
def test_nothing_is_borrowed_across_numbers_negation_or_placeholders(old: str, new: str) -> None:
    """There a hurried translator reads over the one word that matters; either way round."""
    for one, other in ((old, new), (new, old)):
        assert misleads(one, other)
        entry = borrowed(one, other)
        assert entry.msgstr == ("",)
        assert not entry.fuzzy


def borrowed(old: str, new: str) -> Entry:
    """The entry of a new message after an update that took the old one away."""
    first = update([Message(old)], None).text
    assert first.endswith('msgstr ""\n')
    translated = first.removesuffix('""\n') + '"texto"\n'
    text = update([Message(new)], translated).text
    return next(entry for entry in read_po(text, "x").entries if entry.msgid == new)


def test_an_unlike_message_borrows_nothing() -> None:
    """Three quarters of the text must agree."""
    assert borrowed("Ketamine is a medicine.", "Support is free.").msgstr == ("",)


@given(st.text())
def test_the_guards_read_any_text(text: str) -> None:
    """A text never misleads about itself."""
    assert not misleads(text, text)


def test_digits_of_any_script_are_numbers() -> None:
    """As ASCII, in order; number words count too."""
    assert numbers("٢٤ of १२, ½ and Two") == ("24", "12", "<0.5>", "two")


def test_contractions_are_negations() -> None:
    """With either apostrophe."""
    assert negations("Don't, can\u2019t, cannot, never, notice") == ("never", "not", "not", "not")
