"""Bringing a catalog up to date, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketapub.catalog import Counts, Entry, merge, read_po
from ketapub.message import Message

from .samples import CATALOG, MESSAGES, NAME, SOURCE, Spanish, update


def entries(text: str) -> dict[str, Entry]:
    """The entries by msgid; a catalog without problems."""
    catalog = read_po(text, "x.po")
    assert catalog.problems == ()
    return {entry.msgid: entry for entry in catalog.entries}


def order(text: str) -> list[str]:
    """The msgids in the order of the file."""
    return list(entries(text))


def test_a_new_catalog_has_a_header_and_every_message() -> None:
    """Language and Plural-Forms stand in it, and no entry is translated."""
    merged = update(MESSAGES, None)
    catalog = read_po(merged.text, "x.po")
    assert catalog.header["Language"] == "es"
    assert catalog.header["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert catalog.header["X-Ketapub-Segmentation"] == "1"
    assert order(merged.text) == ["", *(message.msgid for message in MESSAGES)]
    assert entries(merged.text)["{count} page"].msgstr == ("", "")
    assert merged.counts == Counts(missing=7)
    assert merged.text.endswith('\nmsgstr ""\n')


def test_with_nothing_changed_no_byte_changes() -> None:
    """And the counts tell how far the catalog is."""
    merged = update(MESSAGES, CATALOG)
    assert merged.text == CATALOG
    assert merged.counts == Counts(translated=5, fuzzy=1, missing=1, obsolete=1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n", "\r\n"),
        ("\n\n", "\n\n\n"),
        ("\n\n#", "\n#"),
        ('msgstr "', 'msgstr\t"'),
        ('msgid "Call', 'msgid ""\n"Call'),
        ("#. here.\n", ""),
        ("#. paragraph\n#. Keep the term.\n#. Two lines:\n#. here.\n", ""),
        ("#. paragraph\n#. Keep the term.\n", "#.   paragraph Keep\n#. the term.\n"),
        ('#: source/ketamine.md\nmsgid "What', 'msgid "What'),
        ("#: source/ketamine.md\n#: \u2068", "#: source/ketamine.md \u2068"),
        ("#, fuzzy\n", "#,fuzzy\n"),
        ("#, python-brace-format\n", "#= python-brace-format\n"),
        ("#, python-brace-format\n", "#, python-brace-format, no-wrap\n"),
        ("# seen", "\n\n#seen"),
        ('y vómitos"\n', 'y vómitos"'),
        ('y vómitos"\n', 'y vómitos"\n\n\n# vim: set\n'),
    ],
)
def test_the_form_of_a_catalog_is_its_own(old: str, new: str) -> None:
    """Line ends, blank lines, wrapping, comments that a tool re-wrapped or took out: all stay."""
    assert old in CATALOG
    text = CATALOG.replace(old, new)
    if old == "#. here.\n":
        assert update(MESSAGES, text).text == CATALOG
    else:
        assert update(MESSAGES, text).text == text


def test_a_byte_order_mark_is_taken_off() -> None:
    """It is the one thing that is."""
    merged = update(MESSAGES, "\ufeff" + CATALOG)
    assert merged.text == CATALOG
    assert [problem.code for problem in merged.problems] == ["po-bom"]


def test_a_moved_message_moves_its_entry() -> None:
    """Byte for byte, to the place that it has in the article."""
    moved = (*MESSAGES[1:], MESSAGES[0])
    text = update(moved, CATALOG).text
    assert order(text)[1:8] == [message.msgid for message in moved]
    assert sorted(text.split("\n\n")) == sorted(CATALOG.split("\n\n"))
    assert update(MESSAGES, text).text == CATALOG


@pytest.mark.parametrize(
    ("number", "change", "old", "new"),
    [
        (0, {"kind": "heading 3"}, "#. heading 2\n", "#. heading 3\n"),
        (0, {"critical": True}, "#. heading 2\n", "#. CRITICAL: heading 2\n"),
        (0, {"notes": ("Look.",)}, "#. heading 2\n", "#. heading 2\n#. Look.\n"),
        (0, {"paths": ("a.md", "b.md")}, "#: source/ketamine.md\n", "#: a.md\n#: b.md\n"),
    ],
)
def test_only_the_part_that_changed_is_written(
    number: int, change: dict[str, object], old: str, new: str
) -> None:
    """Comments and references follow the source; msgid and msgstr keep their bytes."""
    messages = list(MESSAGES)
    messages[number] = replace(messages[number], **change)  # type: ignore[arg-type]
    before = CATALOG.replace('msgstr "Qué es', 'msgstr  ""\n  "Qué es')
    assert update(messages, before).text == before.replace(old, new, 1)
    windows = before.replace("\n", "\r\n")
    expected = before.replace(old, new, 1).replace("\n", "\r\n")
    assert update(messages, windows).text == expected


def test_the_flag_for_placeholders_follows_the_message() -> None:
    """A missing one is added, a wrong one taken off; other flags stay."""
    without = CATALOG.replace("#, python-brace-format\n", "")
    assert update(MESSAGES, without).text == CATALOG
    wrong = CATALOG.replace("#, fuzzy\n", "#, fuzzy, python-brace-format, no-wrap\n")
    text = update(MESSAGES, wrong).text
    assert text == CATALOG.replace("#, fuzzy\n", "#, fuzzy, no-wrap\n")


def test_a_changed_message_is_fuzzy_and_tells_what_it_was() -> None:
    """The old entry becomes obsolete, so that undoing the change brings it back as it was."""
    changed = replace(MESSAGES[0], msgid="What ketamine is not")
    assert entries(update([changed], CATALOG).text)[changed.msgid].blank, "a negation"
    changed = replace(MESSAGES[0], msgid="What ketamine is used for")
    messages = (changed, *MESSAGES[1:])
    text = update(messages, CATALOG).text
    expected = CATALOG.replace(
        '#: source/ketamine.md\nmsgid "What ketamine is"\n',
        "#. Changed: What ketamine is {+used for+}\n#: source/ketamine.md\n"
        '#, fuzzy\n#| msgid "What ketamine is"\nmsgid "What ketamine is used for"\n',
    )
    buried = '\n#~ msgid "What ketamine is"\n#~ msgstr "Qué es la ketamina"\n'
    assert text == expected + buried
    undone = update(MESSAGES, text)
    assert undone.text == CATALOG
    assert undone.counts == update(MESSAGES, CATALOG).counts


def test_a_message_that_changes_again_tells_what_its_translation_was_made_for() -> None:
    """Not the version in between, which nobody translated, and of which nothing is left."""
    first = (replace(MESSAGES[0], msgid="What ketamine is used for"), *MESSAGES[1:])
    second = (replace(MESSAGES[0], msgid="What ketamine is used"), *MESSAGES[1:])
    text = update(second, update(first, CATALOG).text).text
    entry = entries(text)["What ketamine is used"]
    assert entry.previous == (None, "What ketamine is", "")
    assert "used for" not in text


def test_a_suggestion_that_was_worked_on_is_kept() -> None:
    """A translator's half-done work becomes obsolete, it does not vanish."""
    first = (replace(MESSAGES[0], msgid="What ketamine is used for"), *MESSAGES[1:])
    text = update(first, CATALOG).text
    for old, new in (
        ("Qué es la", "Para qué sirve la"),
        ("#. heading 2\n", "# hm\n#. heading 2\n"),
    ):
        worked = text.replace(old, new, 1)
        assert worked != text
        after = entries(update(MESSAGES, worked).text)["What ketamine is used for"]
        assert after.obsolete
        assert after.fuzzy
        assert after.previous == (None, "What ketamine is", "")


def test_a_message_that_is_gone_leaves_an_obsolete_entry() -> None:
    """With its translation, flags, previous msgid and translator's comments, behind the others."""
    text = update((MESSAGES[0], *MESSAGES[2:]), CATALOG).text
    assert text.endswith(
        "\n\n# machine draft, please check\n#, fuzzy\n"
        '#~| msgid "Off-label means \\"a use\\" it has not been licensed for."\n'
        '#~ msgid "Off-label means \\"a use\\" it has not been approved for, '
        'said in a sentence that is long."\n'
        '#~ msgstr "Significa «un uso» para el que no está autorizado, '
        'dicho en una frase que es larga."\n'
    )
    assert update(MESSAGES, text).text == CATALOG


def test_gone_and_back_is_as_before_for_every_message() -> None:
    """Plural, context, several lines and fuzzy ones too."""
    without = update((), CATALOG)
    assert without.counts == Counts(obsolete=7)
    assert update(MESSAGES, without.text).text.replace("#~ ", "") == CATALOG.replace("#~ ", "")


def test_an_empty_entry_leaves_nothing() -> None:
    """Nobody wrote anything in it."""
    text = update(MESSAGES[:-1], CATALOG).text
    assert "Stay with the person" not in text


def test_an_empty_entry_with_a_comment_is_kept() -> None:
    """The translator wrote that."""
    before = CATALOG.replace("#. list item\n#: source/ketamine.md\nmsgid", "# ask Ana\nmsgid")
    text = update(MESSAGES[:-1], before).text
    assert '# ask Ana\n#~ msgid "Stay with the person' in text


def test_a_new_context_borrows_as_fuzzy() -> None:
    """The same text may mean another thing there; the old entry is not touched."""
    text = update((*MESSAGES, Message("May", "the verb", kind="x", paths=SOURCE)), CATALOG).text
    catalog = read_po(text, "x.po")
    (verb,) = [entry for entry in catalog.entries if entry.msgctxt == "the verb"]
    assert verb.msgstr == ("Mayo",)
    assert verb.fuzzy
    assert verb.previous == ("the month", "May", "")
    assert text.replace(verb.raw, "") == CATALOG


LONG = "Stay with the person."


@pytest.mark.parametrize(
    ("theirs", "message", "state"),
    [
        (f'msgid "{LONG}"', Message(LONG), "translated"),
        (f'# machine draft, please check\nmsgid "{LONG}"', Message(LONG), "translated"),
        (f'#, fuzzy\nmsgid "{LONG}"', Message(LONG), "fuzzy"),
        (f'msgctxt "a"\nmsgid "{LONG}"', Message(LONG, "a"), "translated"),
        (f'msgctxt "a"\nmsgid "{LONG}"', Message(LONG), "fuzzy"),
        (f'msgctxt "a"\nmsgid "{LONG}"', Message(LONG, "b"), "fuzzy"),
        ('msgid "May"', Message("May"), "fuzzy"),
        ('msgid "Stay with the persons."', Message(LONG), "missing"),
    ],
)
def test_a_compendium_gives_the_translation_of_the_very_same_message(
    theirs: str, message: Message, state: str
) -> None:
    """As it is, comments too; of short texts and other contexts as a suggestion, else nothing."""
    other = read_po(f'{theirs}\nmsgstr "Quédese"\n', "other.po")
    merged = merge("k", [message], None, Spanish(), NAME, [other])
    entry = entries(merged.text)[message.msgid]
    assert merged.counts == Counts(**{state: 1})
    assert entry.fuzzy is (state == "fuzzy")
    assert (entry.previous is None) is (state != "fuzzy")
    assert entry.msgstr == (("",) if state == "missing" else ("Quédese",))
    assert entry.comments == (() if state == "missing" else other.entries[0].comments)


def test_an_empty_entry_that_stands_already_gets_no_suggestion() -> None:
    """Else every update would offer again what the translator has deleted."""
    messages = (*MESSAGES, Message("nausea and vomitus", kind="x", paths=SOURCE))
    text = update(messages, CATALOG).text
    entry = entries(text)["nausea and vomitus"]
    assert entry.msgstr == ("náuseas y vómitos",)
    start = text.index("# seen by Ana\n#. x")
    emptied = (
        text[:start]
        + '#. x\nmsgid "nausea and vomitus"\nmsgstr ""\n'
        + text[start:].partition('vómitos"\n')[2]
    )
    assert update(messages, emptied).text == emptied


def test_what_is_written_anew_ends_its_lines_as_the_catalog_does() -> None:
    """A catalog saved on Windows gets no lines of another sort."""
    messages = (replace(MESSAGES[0], msgid="What ketamine is used for"), *MESSAGES[2:])
    windows = update(messages, CATALOG.replace("\n", "\r\n")).text
    assert windows == update(messages, CATALOG).text.replace("\n", "\r\n")


def test_comments_and_sticky_flags_of_obsolete_entries_come_back() -> None:
    """Whatever form a tool gave them; the result is read without problems."""
    old = '#~ # ask Ana\n#= no-wrap\n#~ msgid "nausea"\n#~ msgstr "náuseas"\n'
    text = update([Message("nausea")], old).text
    assert "#~" not in text
    entry = entries(text)["nausea"]
    assert (entry.comments, entry.sticky, entry.obsolete) == (("ask Ana",), ("no-wrap",), False)
    again = entries(update([], text).text)["nausea"]
    assert (again.comments, again.sticky, again.obsolete) == (("ask Ana",), ("no-wrap",), True)


def test_two_suggestions_for_each_other_do_not_both_vanish() -> None:
    """Only what was borrowed from a confirmed translation may go."""
    pair = '#, fuzzy\n#| msgid "{0}"\nmsgid "{1}"\nmsgstr "x"\n'
    text = update([], pair.format("a", "b") + "\n" + pair.format("b", "a")).text
    assert text.count('#~ msgstr "x"') == 2


def test_a_changed_plural_is_fuzzy_and_loses_no_form() -> None:
    """gettext knows no two entries with one msgid, so the forms go into a comment."""
    pages = MESSAGES[4]
    other = entries(update([replace(pages, msgid_plural="{count} sheets")], CATALOG).text)
    assert other[pages.msgid].msgstr == ("{count} página", "{count} páginas")
    assert other[pages.msgid].fuzzy
    assert other[pages.msgid].previous == (None, "{count} page", "{count} pages")
    single = update([replace(pages, msgid_plural="")], CATALOG).text
    entry = entries(single)[pages.msgid]
    assert entry.msgstr == ("{count} página",)
    assert entry.comments == ('msgstr[1] was: "{count} páginas"',)
    assert entry.fuzzy
    back = entries(update([pages], single).text)[pages.msgid]
    assert back.msgstr == ("{count} página",) * 2
    assert back.fuzzy


def test_a_broken_entry_stays_and_is_not_added_again() -> None:
    """Else mending it would make a duplicate; its neighbours are updated."""
    broken = CATALOG.replace("emergency} de inmediato.", 'emergency} "de" inmediato.')
    merged = update(MESSAGES, broken)
    assert merged.text == broken
    assert merged.counts == Counts(translated=4, fuzzy=1, missing=1, broken=1, obsolete=1)
    (problem,) = merged.problems
    assert CATALOG.splitlines()[problem.line - 1].startswith('msgstr "Llame')
    mended = merged.text.replace('"de"', "de")
    assert update(MESSAGES, mended).text == CATALOG


def test_a_broken_entry_stands_behind_its_neighbour_whatever_goes() -> None:
    """Behind the nearest entry before it that stays in its place."""
    broken = CATALOG.replace("emergency} de inmediato.", 'emergency} "de" inmediato.')
    text = update((MESSAGES[0], *MESSAGES[2:]), broken).text
    assert text.index("Qué es la") < text.index('"de"') < text.index("Mayo")


def test_a_file_cut_off_is_completed_behind_the_cut() -> None:
    """The half entry stays as it is, the missing ones are added, on lines of their own."""
    start = CATALOG.index("Mayo")
    merged = update(MESSAGES, CATALOG[: start + 2])
    assert merged.text.startswith(CATALOG[: start + 2] + "\n\n#. count\n")
    assert merged.counts == Counts(translated=2, fuzzy=1, missing=3, broken=1)
    assert update(MESSAGES, merged.text).text == merged.text


def test_a_missing_header_is_written() -> None:
    """And a broken one is not written a second time."""
    body = CATALOG[CATALOG.index("#. heading 2") :]
    text = update(MESSAGES, body).text
    assert read_po(text, "x.po").header["Language"] == "es"
    assert text.endswith("\n\n" + body)
    broken = CATALOG.replace('"Language: es\\n"', '"Language: "es"\\n"')
    assert update(MESSAGES, broken).text == broken


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Language: es", "Language: fr", "po-language"),
        ("Language: es", "Language: es_MX", None),
        ("nplurals=2", "nplurals=6", "po-header"),
    ],
)
def test_a_header_of_another_language_is_a_warning(old: str, new: str, code: str | None) -> None:
    """It was copied from there; it is not touched."""
    text = CATALOG.replace(old, new)
    merged = update(MESSAGES, text)
    assert merged.text == text
    assert [problem.code for problem in merged.problems] == ([code] if code else [])
    assert {problem.severity for problem in merged.problems} <= {"warning"}


def test_two_entries_of_one_message_are_the_translators_to_sort_out() -> None:
    """Both stay, and both follow the source."""
    twice = (
        CATALOG + '\n#. heading 2\n#: source/ketamine.md\nmsgid "What ketamine is"\nmsgstr "b"\n'
    )
    merged = update((replace(MESSAGES[0], kind="title"), *MESSAGES[1:]), twice)
    assert [problem.code for problem in merged.problems] == ["po-duplicate"]
    assert merged.text.count("#. title\n") == 2
    assert merged.text.index('msgstr "b"') < merged.text.index("Off-label")
