"""The walk through a review: a person at a real terminal, and nobody anywhere else."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ketapub.catalog import read_ledger, read_po
from ketapub.message import message_digest
from ketapub.project import load_project
from ketapub.review import judge, make_queue
from project_edits import ES, change_entry, make_fuzzy, read_files
from project_runs import Ran
from project_terminal import Terminal, sit

Run = Callable[..., Ran]
LEDGER = "locale/es/reviews.txt"
CRITICAL = "Stay with the person until help arrives."
NAME = "A. Prueba"


def sit_down(folder: Path, *options: str) -> Terminal:
    return sit(folder, "review", *options)


def begin(folder: Path, *options: str) -> Terminal:
    terminal = sit_down(folder, *options)
    terminal.wait("(empty: stop): ")
    terminal.say(f"{NAME}\n")
    terminal.wait("Type yes or no: ")
    terminal.say("yes\n")
    return terminal


def answer(terminal: Terminal, key: str) -> str:
    """Read one message and answer; returns what was shown."""
    end = time.monotonic() + 60
    while not re.search(r"\[q\]uit: $", terminal.shown):
        assert time.monotonic() < end, terminal.shown
        assert terminal.read(), terminal.shown
    shown, terminal.shown = terminal.shown, ""
    terminal.say(f"{key}\n")
    return shown


def signed(folder: Path, name: str = LEDGER) -> list[tuple[str, str, str, date]]:
    ledger = read_ledger((folder / name).read_text("utf-8"), name)
    assert ledger.problems == ()
    return [(r.digest, r.role, r.reviewer, r.day) for r in ledger.reviews]


def entry(folder: Path, msgid: str):  # type: ignore[no-untyped-def]
    catalog = read_po((folder / ES).read_text("utf-8"), ES)
    return next(e for e in catalog.entries if e.msgid == msgid)


def test_what_a_person_finds_right_is_signed_and_the_next_time_goes_on(small: Path) -> None:
    terminal = begin(small, "es", "--role", "clinical", "--only", "critical")
    shown = answer(terminal, "r")
    source = re.search(r"source: (.*)", shown)
    translation = re.search(r"translation: (.*)", shown)
    assert source
    assert translation
    assert "CRITICAL" in shown
    assert "checks: all passed" in shown
    assert "a machine's draft" in shown
    assert re.search(r"locale/es/LC_MESSAGES/ketamine\.po:\d+", shown)
    answer(terminal, "s")
    answer(terminal, "q")
    code, last = terminal.end()
    assert code == 0
    assert "1 signed" in last
    digest = message_digest("", source[1], (translation[1],))
    assert signed(small) == [(digest, "clinical", NAME, date(2026, 11, 23))]
    terminal = begin(small, "es", "--role", "clinical", "--only", "critical")
    terminal.wait("1 were reviewed before.")
    assert source[1] not in answer(terminal, "q")
    terminal.end()


@pytest.mark.parametrize(
    "answers", [("\n",), (f"{NAME}\n", "no\n"), (f"{NAME}\n", "\n"), ("\x04",)]
)
def test_without_a_name_and_consent_nothing_is_written(
    answers: tuple[str, ...], small: Path
) -> None:
    before = read_files(small)
    terminal = sit_down(small, "es", "--role", "language")
    terminal.wait("That file is public")
    for text, question in zip(answers, ("(empty: stop): ", "yes or no: "), strict=False):
        terminal.wait(question)
        terminal.say(text)
    code, _ = terminal.end()
    assert code == 0
    assert read_files(small) == before


def test_a_change_is_checked_written_and_read_again_before_it_is_signed(small: Path) -> None:
    project = load_project(small)
    (spanish,) = (lang for lang in project.locales if lang.tag == "es")
    first = make_queue(project, spanish, "language", critical=False).items[0]
    msgid = first.message.msgid
    old = (small / ES).read_text("utf-8")
    terminal = begin(small, "es", "--role", "language")
    answer(terminal, "c")
    terminal.wait("Your text (empty: back): ")
    terminal.say("Llame al 5550123456 {x}\n")
    assert "numbers differ" in answer(terminal, "c")
    terminal.wait("Your text (empty: back): ")
    terminal.say("Otra traducción\n")
    assert signed(small) == [], "a change alone signs nothing"
    shown = answer(terminal, "r")
    assert "translation: Otra traducción" in shown
    assert "a machine's draft" not in shown
    answer(terminal, "q")
    terminal.end()
    found = entry(small, msgid)
    assert (found.msgstr, found.comments) == (("Otra traducción",), ())
    assert [row[0] for row in signed(small)] == [message_digest("", msgid, ("Otra traducción",))]
    new = (small / ES).read_text("utf-8")
    assert len(old.splitlines()) == len(new.splitlines()) + 1, "the mark is gone, the rest stays"
    assert new.count("machine draft") == old.count("machine draft") - 1


def test_what_a_person_types_is_judged_by_the_checks_of_words_too(small: Path) -> None:
    """As `ketapub check` would judge it afterwards."""
    project = load_project(small)
    (spanish,) = (lang for lang in project.locales if lang.tag == "es")
    items = make_queue(project, spanish, "language", critical=False).items
    item = next(i for i in items if "medical history" in i.message.msgid)
    found = judge(project, spanish, item, ("La ketamina de los drogadictos.",))
    assert [(f.code, f.severity) for f in found] == [("glossary", "error")]
    found = judge(project, spanish, item, ("Es un medicamento con una larga historia médica.",))
    assert [(f.code, f.severity) for f in found] == [("terms", "warning")], "advice, for a person"


def test_an_unsafe_text_becomes_fuzzy_with_a_word_to_the_translator(small: Path, run: Run) -> None:
    before = (small / ES).read_text("utf-8")
    terminal = begin(small, "es", "--role", "clinical", "--only", "critical")
    msgid = re.search(r"source: (.*)", answer(terminal, "u"))
    assert msgid
    terminal.wait("(empty: back): ")
    terminal.say("Esto dice\tlo contrario\n")
    answer(terminal, "q")
    terminal.end()
    found = entry(small, msgid[1])
    assert found.fuzzy
    assert found.comments[-1] == "unsafe (clinical, A. Prueba, 2026-11-23): Esto dice lo contrario"
    after = (small / ES).read_text("utf-8")
    assert set(before.splitlines()) <= set(after.splitlines()) | {"#, python-brace-format"}
    assert signed(small) == []
    assert "ketamine es@US" in run(small, "status").out, "held"


def test_what_changed_while_a_person_was_reading_is_not_touched(small: Path) -> None:
    terminal = begin(small, "es", "--role", "language")
    shown = answer(terminal, "c")
    msgid = re.search(r"source: (.*)", shown)
    assert msgid
    terminal.wait("Your text (empty: back): ")
    change_entry(small / ES, msgid[1], lambda text: re.sub(r'msgstr ".*"', 'msgstr "Nuevo"', text))
    before = (small / ES).read_bytes()
    terminal.say("Otra\n")
    terminal.wait("has changed while you were reading; nothing was written.")
    answer(terminal, "q")
    terminal.end()
    assert (small / ES).read_bytes() == before


def test_the_source_text_is_reviewed_the_same_way(small: Path) -> None:
    before = read_files(small)
    terminal = begin(small, "--source", "--role", "language")
    shown = answer(terminal, "u")
    assert "translation:" not in shown
    assert "[c]hange" not in shown
    source = re.search(r"source: (.*)", answer(terminal, "r"))
    assert source
    answer(terminal, "q")
    terminal.end()
    assert signed(small, "source/reviews.txt") == [
        (message_digest("", source[1], (source[1],)), "language", NAME, date(2026, 11, 23))
    ]
    after = read_files(small)
    assert {n for n in after if before.get(n) != after[n]} == {"source/reviews.txt"}


def test_the_role_is_asked_for_in_plain_words(small: Path) -> None:
    terminal = sit_down(small, "es")
    for wrong in ("c", "boss", "lan"):
        terminal.wait("language, clinical or community: ")
        terminal.say(f"{wrong}\n")
    terminal.wait("You review as language: you read the language well")
    terminal.say("\x04")
    assert terminal.end()[0] == 0


def test_what_is_fuzzy_or_failing_cannot_be_signed(small: Path) -> None:
    project = load_project(small)
    (spanish,) = (lang for lang in project.locales if lang.tag == "es")
    whole = make_queue(project, spanish, "clinical", critical=True)
    make_fuzzy(small / ES, CRITICAL)
    found = make_queue(load_project(small), spanish, "clinical", critical=True)
    assert (len(found.items), found.waiting) == (len(whole.items) - 1, whole.waiting + 1)
    assert CRITICAL not in {item.message.msgid for item in found.items}


@pytest.mark.parametrize(
    "options", [("es", "--by", NAME, "--role", "language"), ("--source",), ("zh",), ()]
)
def test_without_a_terminal_nothing_is_reviewed(options: tuple[str, ...], small: Path) -> None:
    """No pipe, no file and no program can sign."""
    before = read_files(small)
    command = [sys.executable, "-m", "ketapub", "--project", str(small), "review", *options]
    done = subprocess.run(command, input="yes\n" + "r\n" * 500, capture_output=True, text=True)
    assert done.returncode == 2
    assert "hint:" in done.stderr
    assert read_files(small) == before


def test_crlf_and_neighbours_survive_a_change(small: Path) -> None:
    """The other entries keep their bytes, the changed one its line ends."""
    path = small / ES
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    terminal = begin(small, "es", "--role", "language")
    answer(terminal, "c")
    terminal.wait("Your text (empty: back): ")
    terminal.say("Otra traducción\n")
    answer(terminal, "q")
    terminal.end()
    old, new = before.split(b"\r\n\r\n"), path.read_bytes().split(b"\r\n\r\n")
    assert [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b] == [1]
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
