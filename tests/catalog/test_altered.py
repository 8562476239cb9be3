"""Which changes of a catalog are no update's."""

from __future__ import annotations

import pytest

from ketapub.catalog import find_altered, read_po

from .samples import CATALOG, MESSAGES, update

WANTED = {message.key for message in MESSAGES}


def found(new: str, *, fixed: bool = True, old: str = CATALOG) -> list[tuple[int, str]]:
    problems = find_altered(read_po(old, "x"), read_po(new, "x"), WANTED, sources_fixed=fixed)
    return [(problem.line, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Qué es la ketamina", "¿Qué es?"),
        ("#, fuzzy\n", ""),
        ("# machine draft, please check\n", ""),
        ('msgid "What ketamine is"', 'msgid ""\n"What ketamine "\n"is"'),
        ("Last-Translator: Ana", "Last-Translator: Bea"),
        ('#~ msgid "nausea', '#~ msgid "no nausea'),
    ],
)
def test_translating_is_no_alteration(old: str, new: str) -> None:
    """Nor are other line breaks, or work on entries that no source has any more."""
    assert old in CATALOG
    assert found(CATALOG.replace(old, new)) == []


def test_an_update_is_none() -> None:
    assert found(update(MESSAGES[1:], CATALOG).text) != [], "a message that the sources still have"
    messages = [m for m in MESSAGES if m.msgid != "What ketamine is"]
    wanted = {message.key for message in messages}
    new = read_po(update(messages, CATALOG).text, "x")
    assert list(find_altered(read_po(CATALOG, "x"), new, wanted, sources_fixed=False)) == []


def test_an_altered_context_is_one() -> None:
    ((line, message),) = found(CATALOG.replace('msgctxt "the month"', 'msgctxt "a month"'))
    assert line == CATALOG.splitlines().index('msgctxt "the month"') + 2
    assert message.endswith("it was “May”")


def test_a_broken_entry_is_no_deleted_one() -> None:
    """It is reported as broken."""
    assert found(CATALOG.replace('msgid "May"', 'msgid "May')) == []


def test_an_untranslated_entry_that_is_gone_takes_no_work_with_it() -> None:
    entry = 'msgid "Stay with the person until help arrives."\nmsgstr ""\n'
    assert entry in CATALOG
    assert found(CATALOG.replace(entry, "")) == []
