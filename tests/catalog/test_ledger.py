"""The ledger of reviews."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from ketapub.catalog import Review, add_review, read_ledger, reviewer_name
from ketapub.message import message_digest

DIGEST = message_digest("", "Call.", ("Llame.",))
OTHER = message_digest("", "Call.", ("Llama.",))


def test_a_line_is_a_review_by_a_named_person() -> None:
    """Bound to the digest of text and translation: another translation is not reviewed."""
    text = f"# reviews\n\n{DIGEST} 2026-03-31 clinical ketamine Dr. Ana María López\r\n"
    ledger = read_ledger(text, "r.txt")
    review = ledger.reviewed(DIGEST, "clinical")
    assert review is not None
    assert (review.day, review.domain) == (date(2026, 3, 31), "ketamine")
    assert (review.reviewer, review.line) == ("Dr. Ana María López", 3)
    assert ledger.reviewed(OTHER, "clinical") is None
    assert ledger.problems == ()


def test_the_latest_of_several_reviews_counts() -> None:
    """In whatever order they stand."""
    lines = (
        f"{DIGEST} {day} clinical k A {day}" for day in ("2026-01-01", "2026-05-01", "2026-03-01")
    )
    ledger = read_ledger("\n".join(lines), "r.txt")
    assert len(ledger.reviews) == 3
    latest = ledger.reviewed(DIGEST, "clinical")
    assert latest is not None
    assert latest.day == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{DIGEST} 2026-03-31 language ketamine", "lacks"),
        (f"{DIGEST[1:]} 2026-03-31 language ketamine Ana", "digest"),
        (f"{DIGEST} 2026-02-30 language ketamine Ana", "2026-02-30 is not a day"),
        (f"{DIGEST} 20260331 language ketamine Ana", "not a day"),
        (f"{DIGEST} 31.03.2026 language ketamine Ana", "not a day"),
        (f"{DIGEST} 2026-03-31 boss ketamine Ana", "boss is no role"),
        (f"{DIGEST} 2026-03-31 ketamine Dr. Ana López", "ketamine is no role"),
        ("<<<<<<< HEAD", "merge conflict"),
        ("=======", "merge conflict"),
    ],
)
def test_a_bad_line_is_a_problem_and_the_others_count(line: str, words: str) -> None:
    """With its own line number and a hint."""
    ledger = read_ledger(f"{OTHER} 2026-03-31 clinical ketamine Ana\n{line}\n", "r.txt")
    (problem,) = ledger.problems
    assert words in problem.message
    assert (problem.path, problem.line) == ("r.txt", 2)
    assert problem.hint
    assert ledger.reviewed(OTHER, "clinical")
    assert not ledger.reviewed(DIGEST, "clinical")


def test_an_empty_ledger_has_no_reviews() -> None:
    """As every new locale's."""
    assert read_ledger("", "r.txt").reviewed(DIGEST, "language") is None


def test_a_review_counts_for_the_role_of_the_reviewer_alone() -> None:
    ledger = read_ledger(f"{DIGEST} 2026-03-31 community k Ana\n", "r.txt")
    assert ledger.reviewed(DIGEST, "community")
    assert not ledger.reviewed(DIGEST, "language")
    assert not ledger.reviewed(DIGEST, "clinical")


@pytest.mark.parametrize(
    "before", ["", "# head\n", "# cut off", f"{OTHER} 2026-01-01 language k B\n"]
)
def test_a_new_review_is_one_more_line_and_reads_back(before: str) -> None:
    review = Review(DIGEST, date(2026, 3, 31), "language", "ketamine", "Ana María")
    text = add_review(before, review)
    assert text.startswith(before)
    assert text.endswith(f"\n{DIGEST} 2026-03-31 language ketamine Ana María\n")
    ledger = read_ledger(text, "r.txt")
    found = ledger.reviewed(DIGEST, "language")
    assert found is not None
    assert (found.day, found.reviewer, ledger.problems) == (review.day, "Ana María", ())


@pytest.mark.parametrize("name", ["", "  ", "...", "12", "A\x07", "A" * 81])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        reviewer_name(name)


def test_a_name_is_one_line() -> None:
    assert reviewer_name("  Ana \n María ") == "Ana María"
    assert reviewer_name("王芳") == "王芳"


def test_git_joins_the_reviews_of_two_people(tmp_path: Path) -> None:
    """With the attributes that this project ships, real git sees no conflict."""

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    def sign(name: str, digest: str) -> None:
        review = Review(digest, date(2026, 3, 31), "language", "k", name)
        file.write_text(add_review(file.read_text("utf-8"), review), "utf-8")
        git("commit", "-qam", name)

    root = Path(__file__).resolve().parents[2]
    (tmp_path / ".gitattributes").write_text((root / ".gitattributes").read_text("utf-8"))
    file = tmp_path / "locale/es/reviews.txt"
    file.parent.mkdir(parents=True)
    file.write_text("# head\n", "utf-8")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "start")
    git("switch", "-qc", "other")
    sign("Ana", DIGEST)
    git("switch", "-q", "main")
    sign("Bea", OTHER)
    git("merge", "-q", "other")
    ledger = read_ledger(file.read_text("utf-8"), "r.txt")
    assert sorted(r.reviewer for r in ledger.reviews) == ["Ana", "Bea"]
    assert ledger.problems == ()
