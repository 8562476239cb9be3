"""The one view of a text's digits that every check shares."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ketapub.check.text import plain_digits


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_read_as_the_same_text_beside_another_script(text: str) -> None:
    """The short way for ASCII and the long way for everything else agree."""
    assert plain_digits(text) == plain_digits(text + "\N{ARABIC LETTER SEEN}")[:-1]
