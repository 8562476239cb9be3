"""What is still a machine's draft, and what a person has made of it."""

from __future__ import annotations

import pytest

from ketapub.catalog import note_drafts, read_drafts, read_po
from ketapub.catalog.drafts import is_marked

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
DRAFT = '# machine draft, please check\nmsgid "Call."\nmsgstr "Llame."\n'
KEY = ("", "Call.")


def noted(text: str, old: str = "") -> str:
    return note_drafts(old, [read_po(HEADER + text, "es.po")])


def test_a_draft_is_a_machines_until_its_text_changes() -> None:
    """Poedit keeps the comment when a person rewrites the text below it."""
    drafts = read_drafts(noted(DRAFT))
    assert drafts.holds(KEY, ("Llame.",))
    assert not drafts.holds(KEY, ("Llame ya.",))


def test_a_marked_text_that_nobody_has_noted_counts_as_a_draft() -> None:
    """Too many drafts are told of rather than too few."""
    assert read_drafts("").holds(KEY, ("Llame.",))


def test_noting_twice_is_noting_once_and_what_a_person_wrote_is_not_noted() -> None:
    once = noted(DRAFT)
    assert noted(DRAFT, once) == once
    assert noted(DRAFT.replace("Llame.", "Llame ya."), once) == once


@pytest.mark.parametrize(
    "text",
    [
        DRAFT.replace("# machine draft, please check\n", ""),
        DRAFT.replace("Llame.", ""),
        DRAFT.replace("# machine draft, please check\nmsg", "#~ msg").replace(
            "\nmsgstr", "\n#~ msgstr"
        ),
    ],
    ids=["no mark", "no text", "obsolete"],
)
def test_only_marked_texts_of_live_messages_are_noted(text: str) -> None:
    assert noted(text) == ""


def test_a_fuzzy_draft_is_noted_under_its_new_message() -> None:
    """Whoever takes only the fuzzy mark off has not rewritten it."""
    text = DRAFT.replace("msgid", "#, fuzzy\nmsgid").replace("Call.", "Call now.")
    drafts = read_drafts(noted(text, noted(DRAFT)))
    assert drafts.holds(("", "Call now."), ("Llame.",))
    assert not drafts.holds(("", "Call now."), ("Llame ahora.",))


def test_lines_of_a_conflict_and_rubbish_say_nothing() -> None:
    text = noted(DRAFT)
    spoilt = f"<<<<<<< ours\n{text}=======\nrubbish\n>>>>>>> theirs\n"
    assert not read_drafts(spoilt).holds(KEY, ("Llame ya.",))


@pytest.mark.parametrize(
    ("comment", "marked"),
    [
        ("machine draft, please check", True),
        (" Machine draft", True),
        ("not a machine draft", False),
    ],
)
def test_the_mark_is_a_comment_that_begins_so(comment: str, marked: bool) -> None:
    assert is_marked((comment,)) is marked
