"""The laws of the merge driver, on catalogs that two people and a source edit have changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketapub.catalog import Entry, read_po
from ketapub.catalog.compose import bare
from ketapub.catalog.driver import merge_three
from ketapub.catalog.quoting import quote, write_comment, write_fields
from ketapub.message import Message

from .samples import update
from .test_merge_laws import articles, catalogs, texts

EDITS = ("fill", "fill", "approve", "doubt", "remark", "unremark", "drop", "wrap", "plural", "bury")
Case = tuple[str, str, str]


@st.composite
def edited(draw: st.DrawFn, text: str, person: str) -> str:
    """A catalog after some work: translating, approving, remarking, wrapping, source edits."""
    for serial in range(draw(st.integers(0, 5))):
        chunks = list(read_po(text, "x").chunks)
        raws = [chunk.raw for chunk in chunks]
        spots = [n for n, c in enumerate(chunks) if isinstance(c, Entry) and c.msgid]
        if draw(st.integers(0, 6)) == 0:
            text = update(draw(articles), text).text
        elif spots:
            spot = draw(st.sampled_from(spots))
            chunk = chunks[spot]
            assert isinstance(chunk, Entry)
            said = f"w {person}{serial} {draw(texts)}"
            raws[spot] = changed(chunk, draw(st.sampled_from(EDITS)), said)
            text = "".join(raws) + read_po(text, "x").tail
    return text


def changed(entry: Entry, edit: str, said: str) -> str:
    """An entry after one edit."""
    comments, flags = list(entry.comments), [flag for flag in entry.flags if flag != "fuzzy"]
    msgstr, plural, fuzzy, obsolete = entry.msgstr, entry.msgid_plural, entry.fuzzy, entry.obsolete
    match edit:
        case "fill":
            msgstr, fuzzy = tuple(f"{said} {n}" for n in range(len(msgstr))), False
        case "approve":
            fuzzy = False
        case "doubt":
            fuzzy = True
        case "remark":
            comments.append(said)
        case "unremark":
            comments = comments[1:]
        case "drop":
            return ""
        case "plural":
            plural = said if plural else ""
        case "bury":
            obsolete = True
    text = "\n" + "".join(write_comment("#", line) for line in comments)
    text += "" if obsolete else "".join(write_comment("#.", line) for line in entry.extracted)
    flags = ["fuzzy", *flags] if fuzzy else flags
    text += f"#, {', '.join(flags)}\n" if flags else ""
    if entry.previous and fuzzy and not obsolete:
        text += (
            write_fields(*entry.previous, [""], "#| ")
            .replace('#| msgstr ""\n', "")
            .replace('#| msgstr[0] ""\n', "")
        )
    prefix = "#~ " if obsolete else ""
    fields = write_fields(entry.msgctxt, entry.msgid, plural, msgstr, prefix)
    return text + (
        fields.replace(' "w ', ' ""\n"w "\n"') if edit == "wrap" and not prefix else fields
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A catalog and what became of it on two branches."""
    article: list[Message] = draw(articles)
    base = draw(catalogs(article))
    if draw(st.booleans()):
        base = update(article, base).text
    return base, draw(edited(base, "a")), draw(edited(base, "b"))


def merged(case: Case) -> str:
    return merge_three(*case, "x")[0]


def ready(text: str) -> set[tuple[object, ...]]:
    """Pairs of text and translation that would be published, or would once live again."""
    return {
        (entry.key, entry.msgid_plural, entry.msgstr)
        for entry in read_po(text, "x").entries
        if entry.msgid and not entry.unready and not entry.blank
    }


@given(cases())
def test_no_pair_is_ready_that_was_not_ready_in_one_of_the_three(case: Case) -> None:
    """Never a new msgid with an old msgstr, nor an approval of one text with another."""
    assert ready(merged(case)) <= set().union(*map(ready, case))


@given(cases())
def test_nothing_that_was_written_on_either_side_is_lost(case: Case) -> None:
    """Every text and remark that is not as old as the common catalog is in the merged one."""
    base, *sides = case
    text = merged(case)
    new = read_po(text, "x")
    kept = {form for entry in new.entries for form in entry.msgstr}
    said = {comment for entry in new.entries for comment in entry.comments}
    told = "\n".join(said)
    known = {form for entry in read_po(base, "x").entries for form in entry.msgstr}
    for side in sides:
        for entry in read_po(side, "x").entries:
            for form in entry.msgstr:
                if form and form not in known:
                    assert form in kept or f'"{quote(form)}"' in told
            fresh = (comment for comment in entry.comments if comment not in base)
            assert set(fresh) <= said
        for chunk in read_po(side, "x").chunks:
            if not isinstance(chunk, Entry) and bare_text(chunk.raw) not in bare_text(base):
                assert bare_text(chunk.raw) in bare_text(text)


def bare_text(raw: str) -> str:
    return raw.replace("\r\n", "\n").strip()


@given(cases())
def test_what_nobody_changed_keeps_its_bytes(case: Case) -> None:
    """And what one side changed stands as that side has it."""
    base, ours, theirs = ({e.key: e for e in read_po(text, "x").entries} for text in case)
    doubled = {e.key for text in case for e in read_po(text, "x").entries}
    problems = [p for text in case for p in read_po(text, "x").problems]
    if problems:
        return
    new = {entry.key: entry for entry in read_po(merged(case), "x").entries}
    for key in doubled:
        if key in base and key in ours and key in theirs and key != ("", ""):
            one, two, three = (bare(side[key]) for side in (base, ours, theirs))
            if one in (two, three):
                assert bare(new[key]) == (three if one == two else two)


@given(cases())
def test_both_ways_round_the_same_messages_stand(case: Case) -> None:
    """But for the order, and for which text of a conflict or of two new plurals is shown."""
    base, ours, theirs = case
    if any(read_po(text, "x").problems for text in case):
        return
    one, problems = merge_three(base, ours, theirs, "x")
    other, same_problems = merge_three(base, theirs, ours, "x")
    assert len(problems) == len(same_problems)
    found = []
    for text in (one, other):
        entries = read_po(text, "x").entries
        found.append(
            {
                (e.key, e.obsolete, e.unready and not e.blank)
                + ((frozenset(e.comments), e.msgstr) if not problems else ())
                for e in entries
            }
        )
    assert found[0] == found[1]


@given(cases())
def test_a_merge_adds_no_fault(case: Case) -> None:
    """Of three catalogs without problems comes one; merging it again changes nothing."""
    _base, ours, theirs = case
    text = merged(case)
    if not any(read_po(each, "x").problems for each in case):
        assert read_po(text, "x").problems == ()
    assert merge_three(ours, text, ours, "x")[0] == text
    assert merge_three(theirs, theirs, text, "x")[0] == text


@given(cases())
def test_ours_keep_their_order(case: Case) -> None:
    """Live entries stand as they do in ours, unless nothing else of it has changed either."""
    base, ours, _theirs = case
    if base == ours or any(read_po(text, "x").problems for text in case):
        return
    mine = [e.key for e in read_po(ours, "x").entries if not e.obsolete]
    now = [e.key for e in read_po(merged(case), "x").entries if not e.obsolete]
    assert [key for key in now if key in mine] == [key for key in mine if key in now]


@given(cases(), articles)
def test_an_update_after_a_merge_makes_nothing_ready(case: Case, article: list[Message]) -> None:
    """The two together are as careful as each."""
    text = update(article, merged(case)).text
    assert ready(text) <= set().union(*map(ready, case))


@pytest.mark.skipif(shutil.which("msgcat") is None, reason="needs GNU gettext")
@settings(max_examples=20, deadline=None)
@given(cases())
def test_gettext_reads_what_a_merge_writes(case: Case) -> None:
    """Where the three catalogs had no errors."""
    if any(read_po(text, "x").problems for text in case):
        return
    done = subprocess.run(
        ["msgcat", "-o", os.devnull, "-"],
        input=merged(case).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_edits_of_these_tests_are_real() -> None:
    """A strategy that changed nothing would prove nothing."""
    (entry,) = read_po('# c\nmsgid "w a"\nmsgstr "w b"\n', "x").entries
    for edit in set(EDITS) - {"plural", "approve"}:
        assert changed(entry, edit, "w z") != entry.raw
    assert replace(entry, msgstr=("",)).blank
