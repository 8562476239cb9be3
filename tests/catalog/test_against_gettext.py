"""500 random edits of a source, merged by msgmerge and by us."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ketapub.catalog import Entry, read_po, render_template
from ketapub.catalog.quoting import write_fields
from ketapub.catalog.template import render_header
from ketapub.message import Message

from .samples import Spanish, needs_gettext, run, update

ROOT = Path(__file__).resolve().parents[2]
EDITS = 500
NEGATION = re.compile(
    r"\b(?:not?|never|none|nothing|without|cannot|neither|nor)\b|n['\u2019]t\b", re.I
)
NUMBER = re.compile(
    r"\d+|\b(?:one|two|three|four|five|six|ten|twelve|half|twice|(?<!at )once)\b", re.I
)
"""Cruder than what is tested, and written apart from it."""


def sentences() -> list[str]:
    """The texts of the shipped article, with some of the sort that edits like to go wrong in."""
    template = (ROOT / "locale" / "ketamine.pot").read_text(encoding="utf-8")
    texts = [entry.msgid for entry in read_po(template, "x").entries if entry.msgid]
    return [
        *texts,
        "Wait 24 hours before you drive.",
        "Never mix it with alcohol.",
        "Do not leave the person alone, even for 5 minutes.",
        "You can't tell the strength of {count} doses by looking.",
        "May",
        "A line\nand another\n",
    ]


Edit = Callable[[random.Random, list[Message]], None]


def reword(chance: random.Random, messages: list[Message]) -> None:
    place = chance.randrange(len(messages))
    words = messages[place].msgid.split(" ")
    spot = chance.randrange(len(words))
    kind = chance.randrange(3)
    if kind == 0:
        words[spot] = chance.choice(["medicine", "people", "help,", "never", "3", "without"])
    elif kind == 1:
        words.insert(spot, chance.choice(["really", "not", "10", "also", "no"]))
    elif len(words) > 1:
        del words[spot]
    put(messages, place, " ".join(words))


def renumber(chance: random.Random, messages: list[Message]) -> None:
    place = chance.randrange(len(messages))
    text = re.sub(
        r"\d+", lambda m: str(int(m.group()) + chance.randrange(3)), messages[place].msgid
    )
    put(messages, place, text)


def turn(chance: random.Random, messages: list[Message]) -> None:
    place = chance.randrange(len(messages))
    text = messages[place].msgid
    put(messages, place, re.sub(r"\b(is|can|may|do)\b", r"\1 not", text, count=1))


def typo(chance: random.Random, messages: list[Message]) -> None:
    place = chance.randrange(len(messages))
    text = messages[place].msgid
    spot = chance.randrange(len(text))
    put(messages, place, text[:spot] + text[spot + 1 :])


def put(messages: list[Message], place: int, text: str) -> None:
    if text.strip() and all(message.msgid != text for message in messages):
        messages[place] = Message(text, kind="paragraph", paths=("a.md",))


def move(chance: random.Random, messages: list[Message]) -> None:
    messages.insert(chance.randrange(len(messages)), messages.pop(chance.randrange(len(messages))))


def drop(chance: random.Random, messages: list[Message]) -> None:
    if len(messages) > 5:
        messages.pop(chance.randrange(len(messages)))


def join(chance: random.Random, messages: list[Message]) -> None:
    place = chance.randrange(len(messages) - 1)
    put(messages, place, f"{messages[place].msgid} {messages.pop(place + 1).msgid}")


def recontext(chance: random.Random, messages: list[Message]) -> None:
    place = chance.randrange(len(messages))
    message = messages[place]
    messages[place] = Message(message.msgid, "menu", kind="cell", paths=message.paths)


KINDS: tuple[Edit, ...] = (
    reword,
    reword,
    reword,
    renumber,
    turn,
    typo,
    move,
    drop,
    join,
    recontext,
)


def start(chance: random.Random) -> tuple[list[Message], str]:
    """Thirty messages and their catalog: translated, some fuzzy, some not."""
    texts = chance.sample(sentences(), 30)
    messages = [Message(text, kind="paragraph", paths=("a.md",)) for text in texts]
    entries = []
    for number, message in enumerate(messages):
        msgstr = f"T{number} {message.msgid}" if chance.random() < 0.9 else ""
        flags = "#, fuzzy\n" if msgstr and chance.random() < 0.1 else ""
        entries.append(
            f"#. paragraph\n#: a.md\n{flags}{write_fields(None, message.msgid, '', [msgstr])}"
        )
    header = render_header("k", "es", Spanish().plural_forms).replace(
        "YEAR-MO-DA HO:MI+ZONE", "2026-05-02 10:00+0200"
    )
    return messages, "\n".join([header, *entries])


def ready(entries: Sequence[Entry]) -> dict[object, tuple[str, ...]]:
    return {
        e.key: e.msgstr for e in entries if e.msgid and not (e.obsolete or e.unready or e.blank)
    }


def misled(entry: Entry) -> bool:
    """Whether a suggestion was made for a text with other numbers or another negation."""
    assert entry.previous
    old, new = entry.previous[1], entry.msgid
    return any(
        Counter(pattern.findall(old.lower())) != Counter(pattern.findall(new.lower()))
        for pattern in (NUMBER, NEGATION)
    )


@needs_gettext
@pytest.mark.slow
def test_what_msgmerge_keeps_translated_we_keep_and_we_mislead_nobody(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    """msgmerge's own suggestions mislead often enough to show that the edits are hard."""
    chance = random.Random(11)
    found: Counter[str] = Counter()
    for _ in range(EDITS):
        messages, old = start(chance)
        for _ in range(chance.randrange(1, 5)):
            chance.choice(KINDS)(chance, messages)
        messages = list({message.key: message for message in messages}.values())
        (tmp_path / "old.po").write_text(old, encoding="utf-8")
        template = render_template("k", messages, "K")
        command = ("msgmerge", "--quiet", "--previous", str(tmp_path / "old.po"))
        theirs = read_po(run(*command, text=template, folder=tmp_path), "x").entries
        text = update(messages, old).text
        ours = read_po(text, "x").entries
        kept, lost = ready(ours), ready(theirs)
        assert {key: kept.get(key) for key in lost} == lost
        fuzzies = [e for e in ours if e.fuzzy and not e.obsolete and e.previous]
        assert not any(map(misled, fuzzies))
        found["ours"] += len(fuzzies)
        guesses = [e for e in theirs if e.fuzzy and not e.obsolete and e.previous]
        found["theirs"] += len(guesses)
        found["theirs, misleading"] += sum(map(misled, guesses))
        found["theirs alone, not misleading"] += sum(
            not misled(e) and all(e.key != mine.key for mine in fuzzies) and e.key not in kept
            for e in guesses
        )
        found["ours alone"] += sum(all(e.key != g.key for g in guesses) for e in fuzzies)
        run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)
    for name, number in found.items():
        record_property(f"suggestions: {name}", number)
        print(name, number)
    assert found["theirs, misleading"] > 20
    assert found["ours"] > 100
