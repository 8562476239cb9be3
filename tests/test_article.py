"""Articles: what is a message, what is refused, and what an edit leaves alone."""

from __future__ import annotations

import pytest
from article_cases import FRONT, Case, read_cases, read_source

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_source_syntax(case: Case) -> None:
    """A source text gives these messages, or these problems with line and remedy."""
    assert read_source(case) == case.expected
