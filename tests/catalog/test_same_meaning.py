"""Carrying translations over the fix of a typo."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog import Entry, read_po, render_template
from ketapub.catalog.merge import merge
from ketapub.catalog.quoting import quote
from ketapub.catalog.same_meaning import Proposal, keeps_meaning, propose_same_meaning
from ketapub.message import Message

from .samples import CATALOG, MESSAGES, NAME, Spanish, update
from .test_merge_laws import articles, cases
from .test_suggestion import OTHER_SENSE

TYPO, FIXED = "Stay with teh person until help arrives.", MESSAGES[-1].msgid
PAIR = {TYPO: FIXED}
BEFORE = (*MESSAGES[:-1], replace(MESSAGES[-1], msgid=TYPO))
DONE = (
    CATALOG.replace(FIXED, TYPO)
    .replace(f'msgid "{TYPO}"\nmsgstr ""', f'msgid "{TYPO}"\nmsgstr   "Quédese."')
)  # fmt: skip


def carry(old: str, pairs: dict[str, str] = PAIR, messages: tuple[Message, ...] = MESSAGES) -> str:
    """The updated catalog, with these pairs."""
    merged = merge("ketamine", messages, old, Spanish(), NAME, (), pairs)
    again = merge("ketamine", messages, merged.text, Spanish(), NAME, (), pairs)
    assert (again.text, again.carried) == (merged.text, ())
    assert update(messages, merged.text).text == merged.text
    return merged.text


def entry(text: str, msgid: str) -> Entry:
    (found,) = [each for each in read_po(text, "x.po").entries if each.msgid == msgid]
    return found


def test_only_the_msgid_changes() -> None:
    """The entry stays ready, and its other bytes stay."""
    assert carry(DONE) == DONE.replace(TYPO, FIXED)
    windows = DONE.replace("\n", "\r\n")
    assert carry(windows) == windows.replace(TYPO, FIXED)
    merged = merge("ketamine", MESSAGES, DONE, Spanish(), NAME, (), PAIR)
    assert merged.carried == ((TYPO, FIXED),)
    assert merged.counts.translated == 6


def test_without_the_pair_it_is_fuzzy() -> None:
    """And another pair does not help."""
    for pairs in ({}, {"x": FIXED}, {TYPO: "x"}):
        assert entry(carry(DONE, pairs), FIXED).fuzzy


def test_a_fuzzy_entry_stays_fuzzy() -> None:
    """With what it was fuzzy for."""
    fuzzy = DONE.replace(f'msgid "{TYPO}"', f'#, fuzzy\n#| msgid "Stay by them."\nmsgid "{TYPO}"')
    told = entry(carry(fuzzy), FIXED)
    assert told.fuzzy
    assert told.previous == (None, "Stay by them.", "")


def test_after_an_update_the_suggestion_becomes_ready() -> None:
    """The obsolete entry is the proof that the text was ready, and goes."""
    text = update(MESSAGES, DONE).text
    assert entry(text, FIXED).fuzzy
    told = entry(carry(text), FIXED)
    assert (told.fuzzy, told.previous, told.msgstr) == (False, None, ("Quédese.",))
    assert TYPO not in carry(text)
    assert "Changed:" not in carry(text)


@pytest.mark.parametrize("edit", ["Quédese allí.", ""])
def test_what_a_person_wrote_since_the_update_stands(edit: str) -> None:
    """An edited suggestion stays fuzzy, a translation of the new text stays as it is."""
    text = update(MESSAGES, DONE).text
    suggestion = entry(text, FIXED).raw
    if edit:
        changed = suggestion.replace("Quédese.", edit)
    else:
        changed = f'\n#. list item\nmsgid "{FIXED}"\nmsgstr "Mío"\n'
    new = carry(text.replace(suggestion, changed))
    told = entry(new, FIXED)
    assert (told.msgstr, told.fuzzy) == ((edit,), True) if edit else (("Mío",), False)
    assert entry(new, TYPO).obsolete


def test_a_suggestion_from_a_doubted_text_stays_fuzzy() -> None:
    """Its source was fuzzy itself: nobody has called it ready."""
    text = update(MESSAGES, DONE.replace(f'msgid "{TYPO}"', f'#, fuzzy\nmsgid "{TYPO}"')).text
    assert entry(carry(text), FIXED).fuzzy


@pytest.mark.parametrize(("old", "new"), OTHER_SENSE)
def test_never_where_numbers_negation_or_placeholders_differ(old: str, new: str) -> None:
    """Whatever the person says."""
    before = update([Message(old)], None).text.removesuffix('""\n') + '"texto"\n'
    merged = merge("k", [Message(new)], before, Spanish(), NAME, (), {old: new})
    assert merged.carried == ()
    told = entry(merged.text, new)
    assert told.fuzzy or told.blank


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("See [the page](a.md).", "See [this page](a.md).", True),
        ("See [the page](a.md).", "See [the page](b.md).", False),
        ("See <https://a.example>.", "See <https://b.example>.", False),
        ("See https://a.example/x now.", "See https://a.example/y now.", False),
        ("See [the page][a].", "See [the page][b].", False),
    ],
)
def test_link_targets_must_agree(old: str, new: str, same: bool) -> None:
    """A translation keeps its own copy of them."""
    assert keeps_meaning(old, new) is same


def test_a_plural_is_carried_when_both_texts_are() -> None:
    """One of the two alone is not enough."""
    message = Message("{count} sheet", msgid_plural="{count} sheets", kind="count")
    both = {"{count} page": "{count} sheet", "{count} pages": "{count} sheets"}
    one = {"{count} page": "{count} sheet"}
    assert entry(carry(CATALOG, both, (message,)), message.msgid).fuzzy is False
    told = entry(carry(CATALOG, one, (message,)), message.msgid)
    assert told.fuzzy or told.blank


def test_what_stands_in_the_way_is_left_alone() -> None:
    """The old text is still wanted, the new one is in a broken entry or has a remark."""
    both = (*BEFORE, MESSAGES[-1])
    assert entry(carry(DONE, PAIR, both), TYPO).msgstr == ("Quédese.",)
    broken = f'{DONE}\nmsgid "{FIXED}"\nmsgstr "x\n'
    assert entry(carry(broken), TYPO).obsolete
    remark = f'{DONE}\n# soon\nmsgid "{FIXED}"\nmsgstr ""\n'
    assert entry(carry(remark), FIXED).comments == ("soon",)
    blank = remark.replace("# soon\n", "")
    assert entry(carry(blank), FIXED).msgstr == ("Quédese.",)


def test_contexts_are_not_mixed() -> None:
    """The same words of a menu are another message."""
    message = Message(FIXED, "menu")
    told = entry(carry(DONE, PAIR, (message,)), FIXED)
    assert told.fuzzy or told.blank


def test_proposals_show_what_changed() -> None:
    """From the catalogs before an update, after it, and from the old template alone."""
    expected = Proposal(
        TYPO, FIXED, "Stay with [-teh-] {+the+} person until help arrives.", allowed=True
    )
    after = update(MESSAGES, DONE).text
    template = render_template("ketamine", BEFORE, "K")
    for text in (DONE, after, template):
        assert propose_same_meaning(MESSAGES, [read_po(text, "x")])[-1:] == (expected,)
    both = [read_po(DONE, "x"), read_po(template, "x")]
    assert propose_same_meaning(BEFORE, both) == propose_same_meaning(BEFORE, both[:1])


def test_proposals_that_may_not_be_carried_say_so() -> None:
    """They are shown, since a person may wonder."""
    old = update([Message("Wait 24 hours before you drive.")], None).text
    (told,) = propose_same_meaning(
        [Message("Wait 12 hours before you drive.")], [read_po(old, "x")]
    )
    assert told.diff == "Wait [-24-] {+12+} hours before you drive."
    assert not told.allowed


def test_proposals_keep_to_a_context() -> None:
    """The same words of a menu are another message."""
    assert propose_same_meaning([Message(FIXED, "menu")], [read_po(DONE, "x")]) == ()


def test_nothing_changed_nothing_proposed() -> None:
    """Fuzzy entries apart, which wait for their translator."""
    catalog = read_po(CATALOG, "x")
    (told,) = propose_same_meaning(MESSAGES, [catalog])
    assert told.old.endswith("licensed for.")
    assert propose_same_meaning([MESSAGES[0], Message("Quite another thing")], [catalog]) == ()


@given(cases, articles, st.data())
def test_carrying_over_loses_nothing_and_readies_only_what_was_named(
    case: tuple[list[Message], str], after: list[Message], data: st.DataObject
) -> None:
    """A ready text was ready before, under the same msgid or under one that was named."""
    _article, old = case
    olds = [e.msgid for e in read_po(old, "x").entries if e.msgid] or ["x"]
    news = [message.msgid for message in after] or ["x"]
    named = data.draw(st.dictionaries(st.sampled_from(olds), st.sampled_from(news)))
    merged = merge("k", after, old, Spanish(), NAME, (), named)
    again = merge("k", after, merged.text, Spanish(), NAME, (), named)
    assert again.text == merged.text
    before, now = read_po(old, "x").entries, read_po(merged.text, "x").entries
    ready = {(e.key, e.msgstr) for e in before if not e.unready}
    ready |= {
        ((e.key[0], named[e.msgid]), e.msgstr)
        for e in before
        if not e.unready and e.msgid in named and keeps_meaning(e.msgid, named[e.msgid])
    }
    assert {(e.key, e.msgstr) for e in now if not e.unready and not e.blank and e.msgid} <= ready
    kept = {form for e in now for form in e.msgstr}
    said = {comment for e in now for comment in e.comments}
    for e in before:
        assert set(e.comments) <= said
        assert all(
            form in kept or f'"{quote(form)}"' in " ".join(said) for form in filter(None, e.msgstr)
        )
