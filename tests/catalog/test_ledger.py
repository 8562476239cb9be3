"""The ledger of reviews."""

from __future__ import annotations

from datetime import date

import pytest

from ketapub.catalog import read_ledger
from ketapub.message import message_digest

DIGEST = message_digest("", "Call.", ("Llame.",))
OTHER = message_digest("", "Call.", ("Llama.",))


def test_a_line_is_a_review_by_a_named_person() -> None:
    """Bound to the digest of text and translation: another translation is not reviewed."""
    text = f"# reviews\n\n{DIGEST} 2026-03-31 ketamine Dr. Ana María López\r\n"
    ledger = read_ledger(text, "r.txt")
    review = ledger.reviewed(DIGEST)
    assert review is not None
    assert (review.day, review.domain) == (date(2026, 3, 31), "ketamine")
    assert (review.reviewer, review.line) == ("Dr. Ana María López", 3)
    assert ledger.reviewed(OTHER) is None
    assert ledger.problems == ()


def test_the_latest_of_several_reviews_counts() -> None:
    """In whatever order they stand."""
    lines = (f"{DIGEST} {day} k A {day}" for day in ("2026-01-01", "2026-05-01", "2026-03-01"))
    ledger = read_ledger("\n".join(lines), "r.txt")
    assert len(ledger.reviews) == 3
    latest = ledger.reviewed(DIGEST)
    assert latest is not None
    assert latest.day == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{DIGEST} 2026-03-31 ketamine", "lacks"),
        (f"{DIGEST[1:]} 2026-03-31 ketamine Ana", "digest"),
        (f"{DIGEST} 2026-02-30 ketamine Ana", "2026-02-30 is not a day"),
        (f"{DIGEST} 20260331 ketamine Ana", "not a day"),
        (f"{DIGEST} 31.03.2026 ketamine Ana", "not a day"),
        ("<<<<<<< HEAD", "merge conflict"),
        ("=======", "merge conflict"),
    ],
)
def test_a_bad_line_is_a_problem_and_the_others_count(line: str, words: str) -> None:
    """With its own line number and a hint."""
    ledger = read_ledger(f"{OTHER} 2026-03-31 ketamine Ana\n{line}\n", "r.txt")
    (problem,) = ledger.problems
    assert words in problem.message
    assert (problem.path, problem.line) == ("r.txt", 2)
    assert problem.hint
    assert ledger.reviewed(OTHER)
    assert not ledger.reviewed(DIGEST)


def test_an_empty_ledger_has_no_reviews() -> None:
    """As every new locale's."""
    assert read_ledger("", "r.txt").reviewed(DIGEST) is None
