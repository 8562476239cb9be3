"""Which translation is fit to publish, and how far a locale is."""

from __future__ import annotations

import pytest

from ketapub.catalog import (
    Catalog,
    Entry,
    Reason,
    Translation,
    Translations,
    build_translations,
    count_words,
    read_po,
    source_translations,
)
from ketapub.message import Message

ONE = Message("one two")
ENTRY = 'msgid "one two"\nmsgstr "{}"\n'


def passes(_message: Message, _entry: Entry) -> list[Reason]:
    """A check that finds nothing."""
    return []


def refuse_bad(_message: Message, entry: Entry) -> list[Reason]:
    """A check that finds a word."""
    return [Reason("bad", "a bad word", "write a good one")] if "bad" in entry.msgstr[0] else []


def catalog(text: str, name: str = "fr.po") -> Catalog:
    """A catalog of that text."""
    return read_po(text, name)


def translate(*texts: str, message: Message = ONE) -> Translation:
    """What a chain of catalogs says about a message."""
    chain = [catalog(text, f"{number}.po") for number, text in enumerate(texts)]
    return build_translations([message], chain, refuse_bad).of(message)


def test_a_current_translation_is_published() -> None:
    """Translated, not fuzzy, passing every check."""
    translations = build_translations([ONE], [catalog(ENTRY.format("un deux"))], passes)
    assert translations.current(ONE) == ("un deux",)
    assert translations.of(ONE) == Translation(("un deux",), "current", "fr.po", 1)


@pytest.mark.parametrize(
    ("text", "state", "line"),
    [
        ("", "missing", 0),
        (ENTRY.format(""), "missing", 1),
        (ENTRY.format(" "), "missing", 1),
        ("#, fuzzy\n" + ENTRY.format("un"), "fuzzy", 2),
        ("#, needs-work\n" + ENTRY.format("un"), "fuzzy", 2),
        (ENTRY.format("bad"), "failed", 1),
        (ENTRY.format('un" "'), "current", 1),
        (ENTRY.format('u"n'), "invalid", 1),
        ('msgid "one two"\n', "invalid", 1),
        (ENTRY.format("un") + ENTRY.format("uno"), "invalid", 3),
        ('#~ msgid "one two"\n#~ msgstr "un"\n', "missing", 0),
        ('msgctxt "c"\n' + ENTRY.format("un"), "missing", 0),
        ('msgid "one two"\nmsgid_plural "x"\nmsgstr[0] "u"\nmsgstr[1] "v"\n', "failed", 1),
    ],
)
def test_the_state_of_a_translation(text: str, state: str, line: int) -> None:
    """Only `current` is ever published; what is failed or invalid says why."""
    found = translate(text)
    assert (found.state, found.line, found.path) == (state, line, "0.po")
    assert bool(found.problems) is (state in ("failed", "invalid"))
    assert all(problem.path == "0.po" and problem.hint for problem in found.problems)
    current = build_translations([ONE], [catalog(text)], refuse_bad).current(ONE)
    assert (current is not None) is (state == "current")


def test_a_plural_needs_every_form() -> None:
    """One empty form would be an empty sentence for some numbers."""
    message = Message("day", msgid_plural="days")
    text = 'msgid "day"\nmsgid_plural "days"\nmsgstr[0] "jour"\nmsgstr[1] "{}"\n'
    assert translate(text.format("jours"), message=message).state == "current"
    assert translate(text.format(""), message=message).state == "failed"
    header = 'msgid ""\nmsgstr "Plural-Forms: nplurals={}; plural=0;\\n"\n\n'
    assert translate(header.format(2) + text.format("b"), message=message).state == "current"
    assert translate(header.format(3) + text.format("b"), message=message).state == "failed"


def test_a_later_catalog_supplies_only_what_is_current() -> None:
    """fr stands in for fr-CA message by message, never with a fuzzy or refused text."""
    fuzzy, good, bad = "#, fuzzy\n" + ENTRY.format("a"), ENTRY.format("b"), ENTRY.format("bad")
    assert translate(fuzzy, good) == Translation(("b",), "current", "1.po", 1)
    assert translate(good, bad).path == "0.po"
    assert translate("", fuzzy).state == "fuzzy"
    assert translate(fuzzy, bad).state == "fuzzy"
    assert translate(bad, fuzzy).state == "failed"
    assert translate("", "", good).path == "2.po"


def test_the_source_language_is_its_own_translation() -> None:
    """Every message is current."""
    translations = source_translations()
    assert translations.current(ONE) == ("one two",)
    assert translations.current(Message("day", msgid_plural="days")) == ("day", "days")
    assert translations.counts([ONE]).translated == 2


def test_an_unknown_message_is_missing() -> None:
    """A message that was not asked for at first does not raise."""
    assert Translations(path="x.po").of(ONE) == Translation((), "missing", "x.po")


def test_words_are_counted_by_state() -> None:
    """Coverage is a matter of source words, not of entries."""
    messages = [Message(text) for text in ("a b c", "d e", "f", "g h i j", "k")]
    text = (
        'msgid "a b c"\nmsgstr "x"\n\n#, fuzzy\nmsgid "d e"\nmsgstr "x"\n\nmsgid "f"\n'
        'msgstr "bad"\n\nmsgid "k"\nmsgstr "broken\n'
    )
    words = build_translations(messages, [catalog(text)], refuse_bad).counts(messages)
    assert (words.translated, words.fuzzy, words.failed, words.missing) == (3, 2, 2, 4)
    assert words.total == 11


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Call {emergency} now.", 3),
        ("a – b", 2),
        ("**Never** [do so](x)", 3),
        ("—", 0),
        ("½ dose", 2),
    ],
)
def test_a_word_holds_a_letter_or_a_digit(text: str, words: int) -> None:
    """Dashes and marks alone are none."""
    assert count_words(Message(text)) == words


def test_advice_holds_nothing_back() -> None:
    """A warning or a note of a check stands beside a translation that is published."""
    said = [Reason("length", "much shorter", "", "warning"), Reason("script", "s", "", "note")]
    found = build_translations([ONE], [catalog(ENTRY.format("un"))], lambda *_: said).of(ONE)
    assert (found.state, found.problems) == ("current", ())
    assert [problem.severity for problem in found.advice] == ["warning", "note"]


def test_a_flag_to_ignore_a_check_is_no_unfinished_work() -> None:
    """`ignore-<id>` in a flag or a comment is read, and the translation stays current."""
    text = "# right so: ignore-length\n#, ignore-script, no-wrap\n" + ENTRY.format("un deux")
    read = catalog(text)
    assert read.entries[0].ignored == {"length", "script"}
    assert build_translations([ONE], [read], passes).of(ONE).state == "current"
