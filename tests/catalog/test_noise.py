"""How little changes in many catalogs when little changes in the source."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ketapub.catalog.quoting import write_fields
from ketapub.catalog.template import render_extracted, render_header, render_references
from ketapub.message import Message

from .samples import Spanish, update

WORDS = [
    "ketamine",
    "medicine",
    "doctor",
    "person",
    "help",
    "effect",
    "dose",
    "hour",
    "safe",
    "breathing",
    "water",
    "street",
    "pain",
    "clinic",
    "bladder",
    "memory",
    "friend",
    "alone",
    "driving",
    "mixing",
    "sleep",
    "because",
    "after",
    "before",
    "while",
    "during",
]
MESSAGE_COUNT, CATALOG_COUNT = 260, 40
MOST_LINES = 14


def article() -> tuple[Message, ...]:
    """260 messages of the length that an article's have; the first is its title."""
    chance = random.Random(3)
    texts = [
        " ".join(chance.choices(WORDS, k=chance.choice([4, 6, 15, 30, 60]))).capitalize()
        for _ in range(MESSAGE_COUNT)
    ]
    kinds = ["title", *(chance.choice(["paragraph", "list item", "cell"]) for _ in texts[1:])]
    kinds[30] = "heading 2"
    texts[0], texts[30] = "Ketamine: promise and perils", "What ketamine is"
    return tuple(
        Message(text, kind=kind, paths=("source/ketamine.md",))
        for text, kind in zip(texts, kinds, strict=True)
    )


def edited(messages: Sequence[Message]) -> list[Message]:
    """With a new title and one heading."""
    new = list(messages)
    new[0] = replace(new[0], msgid="Ketamine: medical promise and perils")
    new[30] = replace(new[30], msgid="What ketamine is now")
    return new


def translated(messages: Sequence[Message], locale: str) -> str:
    """A catalog with every message translated."""
    language = Spanish(locale=locale)
    entries = [
        render_extracted(message)
        + render_references(message)
        + write_fields(None, message.msgid, "", [f"{locale}: {message.msgid[::-1]}"])
        for message in messages
    ]
    return "\n".join([render_header("k", locale, language.plural_forms), *entries])


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_two_edits_change_few_lines_of_forty_catalogs(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    """po4a at its best setting 11, at its default 528 (260 messages, a new title and heading)."""
    messages = article()
    catalogs = [translated(messages, f"x{number}") for number in range(CATALOG_COUNT)]
    new = [update(edited(messages), text).text for text in catalogs]
    lines = [changed_lines(*pair, tmp_path) for pair in zip(catalogs, new, strict=True)]
    record_property("changed lines", max(lines))
    assert max(lines) <= MOST_LINES
    assert min(lines) > 8, "two new msgids, their old ones, and their marks"


def changed_lines(old: str, new: str, folder: Path) -> int:
    """Lines of text added and taken out; the blank line before an obsolete entry is none."""
    for name, text in (("old", old), ("new", new)):
        (folder / name).write_text(text, encoding="utf-8")
    command = ["git", "diff", "--no-index", "--minimal", "--unified=0", "old", "new"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = done.stdout.partition("\n@@")[2].splitlines()
    return sum(line[:1] in ("+", "-") and bool(line[1:].strip()) for line in lines)
