"""The laws of the update, on catalogs in every state and style."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketapub.catalog import Entry, read_po
from ketapub.catalog.quoting import write_comment, write_field, write_fields
from ketapub.message import Message

from .samples import update

WORDS = (
    "ketamine",
    "is",
    "a",
    "medicine",
    "not",
    "24",
    "hours",
    "{emergency}",
    "call",
    "\n",
    '"x"',
)
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(lambda w: "w " + " ".join(w))
messages = st.builds(
    Message,
    msgid=texts,
    msgctxt=st.sampled_from(["", "", "", "menu"]),
    msgid_plural=st.sampled_from(["", "", "", "many"]),
    kind=st.sampled_from(["title", "list item"]),
    notes=st.sampled_from([(), ("A note.",)]),
    critical=st.booleans(),
    paths=st.sampled_from([("a.md",), ("a.md", "b.md")]),
)
articles = st.lists(messages, max_size=6, unique_by=lambda message: message.key)


@st.composite
def entry_texts(draw: st.DrawFn, message: Message, serial: int) -> str:
    """An entry for a message, in some state and some tool's style."""
    forms = 2 if message.msgid_plural else 1
    msgstr = [f"w {serial}.{form} {draw(texts)}" for form in range(forms)]
    state = draw(st.sampled_from(["translated", "translated", "fuzzy", "empty", "gone", "broken"]))
    if state == "empty":
        msgstr = [""] * forms
    text = write_comment("#", f"said {serial}") if draw(st.booleans()) else ""
    text += draw(st.sampled_from(["", "#. title\n", "#. list item\n#. A note.\n"]))
    text += draw(st.sampled_from(["", "#: a.md\n", "#: b.md a.md\n"]))
    if state == "fuzzy":
        text += draw(st.sampled_from(["#, fuzzy\n", "#,no-wrap,fuzzy\n"]))
        text += write_field("msgid", draw(texts), "#| ") if draw(st.booleans()) else ""
    fields = (message.msgctxt or None, message.msgid, message.msgid_plural, msgstr)
    text += write_fields(*fields, "#~ " if state == "gone" else "")
    if state == "broken":
        text = text.rstrip().removesuffix('"') + "\n"
    elif draw(st.booleans()):
        text = text.replace('msgid "w ', 'msgid ""\n"w "\n"') if state != "gone" else text
    return text + draw(st.sampled_from(["", "", "\n"]))


@st.composite
def catalogs(draw: st.DrawFn, article: Sequence[Message]) -> str:
    """A catalog of some of an article's messages and of others, in any order."""
    others = draw(st.lists(messages, max_size=3))
    chosen = {message.key: message for message in others}
    chosen |= {message.key: message for message in article if draw(st.integers(0, 4))}
    shuffled = draw(st.permutations(list(chosen.values())))
    entries = [draw(entry_texts(message, serial)) for serial, message in enumerate(shuffled)]
    text = "\n".join([HEADER, *entries] if draw(st.integers(0, 5)) else entries)
    text += draw(st.sampled_from(["", "", "\n# the end\n"]))
    return text.replace("\n", "\r\n") if draw(st.integers(0, 5)) == 0 else text


cases = articles.flatmap(lambda article: st.tuples(st.just(article), catalogs(article)))


def live(text: str) -> dict[tuple[str, str], Entry]:
    """The live entries by key."""
    return {entry.key: entry for entry in read_po(text, "x").entries if not entry.obsolete}


@given(cases)
def test_update_twice_is_update_once(case: tuple[list[Message], str]) -> None:
    """Law 6, first sentence."""
    article, old = case
    once = update(article, old).text
    assert update(article, once).text == once


@given(cases, articles)
def test_nothing_that_a_translator_wrote_is_lost(
    case: tuple[list[Message], str], after: list[Message]
) -> None:
    """Every msgstr, comment and broken stretch is in the new catalog, whatever the messages are."""
    _article, old = case
    text = update(after, old).text
    new = read_po(text, "x")
    kept = {form for entry in new.entries for form in entry.msgstr}
    said = " ".join(comment for entry in new.entries for comment in entry.comments) + new.tail
    for entry in read_po(old, "x").entries:
        assert set(entry.comments) <= {c for e in new.entries for c in e.comments}
        for form in filter(None, entry.msgstr):
            serial = form.split(" ")[:2][-1]
            assert form in kept or f'"w {serial} ' in said
    for chunk in read_po(old, "x").chunks:
        if not isinstance(chunk, Entry):
            assert chunk.raw.strip() in text


@given(cases, articles)
def test_no_update_makes_a_translation_current(
    case: tuple[list[Message], str], after: list[Message]
) -> None:
    """A ready entry was a ready entry of that very message before, obsolete or live."""
    _article, old = case
    ready = {
        (entry.key, entry.msgid_plural, entry.msgstr)
        for entry in read_po(old, "x").entries
        if not entry.unready and not entry.blank
    }
    for entry in live(update(after, old).text).values():
        if entry.msgid and not entry.unready and not entry.blank:
            assert (entry.key, entry.msgid_plural, entry.msgstr) in ready


@given(cases, articles)
def test_every_message_has_its_entry_in_order(
    case: tuple[list[Message], str], after: list[Message]
) -> None:
    """All of them, once, in the order of the article, but for those in broken entries."""
    _article, old = case
    new = read_po(update(after, old).text, "x")
    held = {key for chunk in new.chunks if not isinstance(chunk, Entry) for key in chunk.keys}
    found = [entry.key for entry in new.entries if not entry.obsolete and entry.msgid]
    assert found == [m.key for m in after if m.key in found]
    assert {message.key for message in after} - set(found) <= held


@given(cases, st.integers(0, 5), texts)
def test_with_one_message_changed_only_that_entry_changes(
    case: tuple[list[Message], str], number: int, msgid: str
) -> None:
    """Law 6, third part: every other entry keeps its bytes; the old text is added at the end."""
    article, old = case
    before = update(article, old).text
    if number >= len(article) or any(message.msgid == msgid for message in article):
        return
    changed = Message(msgid, kind="title", paths=("a.md",))
    after = update([*article[:number], changed, *article[number + 1 :]], before).text
    same = {
        entry.key: entry.raw.strip()
        for entry in read_po(before, "x").entries
        if entry.key not in (article[number].key, changed.key)
    }
    for entry in read_po(after, "x").entries:
        if entry.key in same:
            assert entry.raw.strip() == same.pop(entry.key)
    dropped = [entry for entry in read_po(before, "x").entries if entry.key in same]
    assert dropped == []


@given(cases, st.sets(st.integers(0, 5)))
def test_what_goes_and_comes_back_is_as_before(
    case: tuple[list[Message], str], gone: set[int]
) -> None:
    """An author who takes messages out and puts them back costs no translator any work."""
    article, old = case
    before = update(article, old).text
    fewer = [message for number, message in enumerate(article) if number not in gone]
    again = update(article, update(fewer, before).text).text
    then, now = live(before), live(again)
    assert list(then) == list(now)
    for key, entry in then.items():
        if entry.blank:
            assert now[key].blank or now[key].fuzzy
        else:
            assert (entry.msgstr, entry.fuzzy) == (now[key].msgstr, now[key].fuzzy)


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="needs GNU gettext")
@settings(max_examples=25, deadline=None)
@given(cases, articles)
def test_gettext_reads_what_an_update_writes(
    case: tuple[list[Message], str], after: list[Message]
) -> None:
    """Where the old catalog had no errors, the new one has none."""
    _article, old = case
    text = update(after, old).text
    if not read_po(old, "x").problems:
        assert read_po(text, "x").problems == ()
        done = subprocess.run(
            ["msgcat", "-o", os.devnull, "-"], input=text.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode() + text
