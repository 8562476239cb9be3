"""What is still a machine's draft, and what a person has made of it."""

from __future__ import annotations

from datetime import date

import pytest

from ketapub.catalog import (
    Ledger,
    Review,
    drop_field,
    is_marked,
    make_ledger,
    note_drafts,
    read_drafts,
    read_po,
)
from ketapub.message import message_digest

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


@pytest.mark.parametrize(
    "between",
    [
        DRAFT.replace("# machine draft, please check\n", ""),
        DRAFT.replace("Llame.", ""),
    ],
    ids=["the comment was taken off", "the text was emptied"],
)
def test_a_comment_that_stands_there_anew_makes_it_a_draft_again(between: str) -> None:
    again = DRAFT.replace("Llame.", "Llame ya.")
    other = DRAFT.replace("Call.", "Wait.")
    once = noted(f"{DRAFT}\n{other}")
    old = noted(f"{between}\n{other}", once)
    assert len(once.splitlines()) == len(old.splitlines()) + 1, "only its own line goes"
    assert read_drafts(noted(f"{again}\n{other}", old)).holds(KEY, ("Llame ya.",))
    assert not read_drafts(noted(f"{again}\n{other}", once)).holds(KEY, ("Llame ya.",))


def test_what_stands_in_one_catalog_keeps_its_line_though_another_has_it_done() -> None:
    done = read_po(HEADER + DRAFT.replace("# machine draft, please check\n", ""), "b.po")
    once = noted(DRAFT)
    assert note_drafts(once, [read_po(HEADER + DRAFT, "a.po"), done]) == once
    assert note_drafts(once, []) == once, "a catalog that cannot be read frees nothing"


FIELD = '"X-Machine-Draft: yes\\n"\n'
MARKED = HEADER.rstrip("\n") + f"\n{FIELD}\n{DRAFT}"
REVIEW = Review(message_digest(*KEY, ("Llame.",)), date(2026, 11, 23), "language", "k", "A. B.")


@pytest.mark.parametrize(
    ("text", "ledger"),
    [
        (MARKED.replace("# machine draft, please check\n", ""), Ledger()),
        (MARKED.replace("Llame.", "Llame ya."), Ledger()),
        (MARKED, make_ledger("", [REVIEW])),
    ],
    ids=["checked", "rewritten", "reviewed"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_header_says_so_until_the_last_draft_is_a_persons(
    text: str, ledger: Ledger, end: str
) -> None:
    drafts = read_drafts(noted(DRAFT))
    text = text.replace("\n", end)
    assert drop_field(text, drafts, ledger) == text.replace(FIELD.replace("\n", end), "")
    still = text + f"\n{DRAFT.replace('Call.', 'Wait.')}"
    assert drop_field(still, drafts, ledger) == still


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
