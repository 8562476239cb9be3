"""Migrating a catalog when the rules that cut an article change."""

from __future__ import annotations

import pytest

from ketapub.catalog import Entry, read_po
from ketapub.catalog.merge import merge
from ketapub.catalog.quoting import write_fields
from ketapub.catalog.segmentation import find_newer, migrate
from ketapub.catalog.template import SEGMENTATION
from ketapub.message import Message

from .samples import CATALOG, MESSAGES, NAME, Spanish, update


def cut_lines(entry: Entry) -> list[str] | None:
    """A step for the test: each line of a text is a message of its own."""
    lines, translated = entry.msgid.split("\n"), entry.msgstr[0].split("\n")
    if len(lines) == 1 or len(lines) != len(translated):
        return None
    return [
        f"# was a part\n{write_fields(entry.msgctxt, line, '', [text])}"
        for line, text in zip(lines, translated, strict=True)
    ]


STEPS = {"1": cut_lines}
WANTED = {message.key for message in MESSAGES if "\n" not in message.msgid}


def test_today_nothing_migrates() -> None:
    """The version of every catalog is ours, or an unknown tool's."""
    for text in (CATALOG, CATALOG.replace('"X-Ketapub-Segmentation: 1\\n"\n', ""), ""):
        catalog = read_po(text, NAME)
        assert migrate(catalog, set()) is catalog


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_step_takes_entries_apart_and_loses_none(line_end: str) -> None:
    """New ones are ready, the old one is obsolete; the header tells the new version."""
    old = read_po(CATALOG.replace("\n", line_end), NAME)
    new = migrate(old, WANTED, STEPS, "2")
    expected = CATALOG.replace("Segmentation: 1", "Segmentation: 2")
    start, end = expected.index('#. paragraph\n#: source/ketamine.md\nmsgid ""'), None
    end = expected.index("#. list item", start)
    parts = (
        '# was a part\nmsgid "A line"\nmsgstr "Una línea"\n\n'
        '# was a part\nmsgid "and another"\nmsgstr "y otra"\n\n'
    )
    buried = (
        '\n#~ msgid ""\n#~ "A line\\n"\n#~ "and another"\n#~ msgstr ""\n#~ "Una línea\\n"\n'
        '#~ "y otra"\n'
    )
    expected = expected[:start] + parts + expected[end:] + buried
    assert new.text == expected.replace("\n", line_end)
    assert migrate(new, WANTED, STEPS, "2") is new


def test_several_steps_are_taken_in_turn() -> None:
    """From the version of the header to that of today; a missing step changes nothing."""
    taken: list[str] = []

    def step(version: str) -> object:
        return lambda entry: taken.append(version)

    old = CATALOG.replace("Segmentation: 1", "Segmentation: 2")
    steps = {version: step(version) for version in ("1", "2", "4")}
    new = migrate(read_po(old, NAME), WANTED, steps, "5")  # type: ignore[arg-type]
    assert sorted(set(taken)) == ["2", "4"]
    assert new.header["X-Ketapub-Segmentation"] == "5"


def test_a_message_that_is_still_wanted_is_left_alone() -> None:
    """It is right as it is, whatever a step would make of it."""
    wanted = {message.key for message in MESSAGES}
    new = migrate(read_po(CATALOG, NAME), wanted, STEPS, "2")
    assert new.text == CATALOG.replace("Segmentation: 1", "Segmentation: 2")


def test_a_part_that_has_an_entry_already_gets_no_second_one() -> None:
    """What stands there was translated for that very text."""
    text = CATALOG + '\nmsgid "A line"\nmsgstr "Un renglón"\n'
    new = migrate(read_po(text, NAME), WANTED | {("", "A line")}, STEPS, "2")
    assert new.problems == read_po(new.text, NAME).problems == ()
    assert [e.msgstr for e in new.entries if e.msgid == "A line"] == [("Un renglón",)]


def test_a_header_without_version_gets_none() -> None:
    """A tool dropped it, and would again; the steps are taken each time."""
    without = CATALOG.replace('"X-Ketapub-Segmentation: 1\\n"\n', "")
    new = migrate(read_po(without, NAME), WANTED, STEPS, "2")
    assert "Segmentation" not in new.text
    assert {"A line", "and another"} <= {entry.msgid for entry in new.entries}
    assert migrate(new, WANTED, STEPS, "2").text == new.text


def test_after_a_migration_the_update_finds_the_new_messages() -> None:
    """Translated, without anyone having to do anything."""
    messages = [*MESSAGES[:5], Message("A line"), Message("and another"), MESSAGES[6]]
    new = migrate(read_po(CATALOG, NAME), {m.key for m in messages}, STEPS, "2")
    ours = new.text.replace("Segmentation: 2", f"Segmentation: {SEGMENTATION}")
    assert update(messages, ours).counts.translated == 6


def test_a_catalog_of_a_newer_ketapub_is_left_alone() -> None:
    """To cut its messages back would make all of them obsolete."""
    newer = CATALOG.replace("Segmentation: 1", "Segmentation: 99")
    merged = merge("ketamine", MESSAGES, newer, Spanish(), NAME)
    assert merged.text == newer
    assert merged.counts.broken == len(MESSAGES)
    (problem,) = merged.problems
    assert (problem.code, problem.severity) == ("po-segmentation", "error")
    assert find_newer(read_po(CATALOG, NAME)) is None
    assert find_newer(read_po(CATALOG.replace("tion: 1", "tion: x"), NAME)) is None
