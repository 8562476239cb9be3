"""The laws of mending, on damaged catalogs and on any text."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog import Entry, judge_catalog, read_po
from ketapub.catalog.edges import same_edges
from ketapub.catalog.group import CONFLICT
from ketapub.catalog.mend import mend
from ketapub.catalog.quoting import quote
from ketapub.message import Message

from .samples import NAME, Spanish
from .test_driver_laws import edited
from .test_merge_laws import articles, catalogs


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A catalog that hands and tools have been at: lines moved, cut, doubled, flags of all sorts."""
    text = draw(edited(draw(catalogs(draw(articles))), "a"))
    lines = text.splitlines(keepends=True)
    spots = st.integers(0, max(0, len(lines) - 1))
    for _ in range(draw(st.integers(0, 4)) if lines else 0):
        one, other = draw(spots), draw(spots)
        match draw(st.integers(0, 5)):
            case 0:
                lines[one] = lines[one][: len(lines[one]) // 2] + "\n"
            case 1:
                lines.insert(one, lines[other])
            case 2:
                lines[one], lines[other] = lines[other], lines[one]
            case 3:
                lines.insert(one, draw(st.sampled_from(["#= fuzzy\n", "# = no-wrap\n", "x\n"])))
            case 4:
                lines.insert(one, "#~ " + lines[other])
            case 5:
                lines += ["\n", *lines[one:other]]
    text = "".join(lines)
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


any_text = st.text(st.sampled_from('msgidstr_plucx "\\#~|,.:[0]\n\r<>=\ufeff')) | st.text()


def holds_conflict(text: str) -> bool:
    return any(CONFLICT.match(line) for line in text.splitlines())


@given(damaged() | any_text)
def test_mending_twice_is_mending_once(text: str) -> None:
    """And the second time there is nothing to tell of."""
    new, _ = mend(text, NAME, Spanish())
    assert mend(new, NAME, Spanish()) == (new, ())


@given(damaged() | any_text)
def test_nothing_is_left_that_a_tool_would_refuse(text: str) -> None:
    """But merge conflicts."""
    new, fixes = mend(text, NAME, Spanish())
    left = [problem for problem in read_po(new, NAME).problems if problem.severity == "error"]
    assert left == [] or holds_conflict(text)
    assert fixes or new == text.lstrip("\ufeff")
    assert all(1 <= fix.line <= text.count("\n") + 1 for fix in fixes)


@given(damaged() | any_text)
def test_mending_never_shortens(text: str) -> None:
    """Every text, remark and broken line is in the mended catalog."""
    old = read_po(text, NAME)
    new = read_po(mend(text, NAME, Spanish())[0], NAME)
    forms = {form.strip("\n") for entry in new.entries for form in entry.msgstr}
    said = {comment for entry in new.entries for comment in entry.comments}
    told = "\n".join(said) + "\n"
    for entry in old.entries:
        if entry.msgid:
            for form in filter(str.strip, entry.msgstr):
                assert form.strip("\n") in forms or f'"{quote(form)}"\n' in told
        for comment in entry.comments:
            assert comment in said or comment.startswith("=")
    for chunk in old.chunks:
        if not isinstance(chunk, Entry) and not holds_conflict(chunk.raw):
            for line in chunk.raw.replace("\r\n", "\n").split("\n"):
                words = line.strip().removeprefix("#~").strip()
                if words[:2] in ("#,", "#=", "#!"):
                    assert all(word in new.text for word in words[2:].replace(",", " ").split())
                else:
                    assert words.lstrip("#.:= \t") in new.text
    assert new.text.rstrip().endswith(old.tail.replace("\r\n", "\n").strip()) or "\r" in text


@given(damaged() | any_text)
def test_mending_makes_nothing_ready(text: str) -> None:
    """A text that would be published after it, was so before (but for the line feeds around it)."""

    def ready(catalog: str) -> set[tuple[object, ...]]:
        return {
            (e.key, e.msgid_plural, *(form.strip("\n") for form in e.msgstr if form.strip()))
            for e in read_po(catalog, NAME).entries
            if e.msgid and not e.unready and not e.blank
        }

    assert ready(mend(text, NAME, Spanish())[0]) <= ready(text)


@given(damaged())
def test_what_is_sound_keeps_its_bytes(text: str) -> None:
    """An entry without a fault is written as it was read."""
    old, new = read_po(text, NAME), read_po(mend(text, NAME, Spanish())[0], NAME)
    count: dict[object, int] = {}
    for entry in old.entries:
        count[entry.key] = count.get(entry.key, 0) + 1
    now = {entry.key: entry for entry in new.entries}
    for entry in old.entries:
        forms = len(entry.msgstr) == (2 if entry.msgid_plural else 1)
        odd = entry.sticky or any(comment.startswith("=") for comment in entry.comments)
        odd = odd or any(same_edges(entry.msgid, form) != form for form in entry.msgstr)
        if entry.msgid and count[entry.key] == 1 and forms and not odd:
            assert now[entry.key].raw.strip() == entry.raw.strip()


SHIPPED = (Path(__file__).resolve().parents[2] / "locale/es/LC_MESSAGES/ketamine.po").read_text(
    "utf-8"
)
ENTRIES = [entry for entry in read_po(SHIPPED, NAME).entries if entry.msgid]
MESSAGES = [Message(entry.msgid) for entry in ENTRIES]
_FIELD = re.compile(r"(?m)^(?:msgid|msgstr) \".+\"\n")
HARMS = (
    lambda line: line[: len(line) // 2] + "\n",
    lambda line: line.replace('"', "“"),
    lambda line: line.replace(' "', ' "a " b', 1),
    lambda line: line.replace("msg", "mgs", 1),
    lambda line: line.rstrip('"\n') + "\n",
    lambda line: line.replace('"\n', '\\"\n'),
    lambda line: line.replace(' "', ' "\\q', 1),
    lambda line: "",
    lambda line: line + "<<<<<<< HEAD\n",
    lambda line: line + line,
)
"""What hands and bad transfers do to a line of a text."""


def harmed(seed: int) -> tuple[str, int, set[str]]:
    """The shipped catalog cut off or with one line spoilt; where; and the msgids that are intact."""
    chance = random.Random(seed)
    if seed % 2:
        at = chance.randrange(SHIPPED.index(ENTRIES[0].raw), len(SHIPPED) - 1)
        text = SHIPPED[:at]
        end = 0
        whole = {e.msgid for e in ENTRIES if (end := SHIPPED.index(e.raw, end) + len(e.raw)) <= at}
        return text, text.count("\n") + 1, whole
    entry = chance.choice(ENTRIES)
    line = chance.choice(_FIELD.findall(entry.raw))
    at = SHIPPED.index(entry.raw) + entry.raw.index(line)
    text = SHIPPED[:at] + chance.choice(HARMS)(line) + SHIPPED[at + len(line) :]
    return text, SHIPPED.count("\n", 0, at) + 1, {e.msgid for e in ENTRIES if e is not entry}


@pytest.mark.parametrize("seed", range(100))
def test_each_of_a_hundred_harms_is_told_of_by_line_and_loses_no_intact_entry(seed: int) -> None:
    """Intact entries are read, judged as ready, and keep their bytes when the rest is mended."""
    text, line, intact = harmed(seed)
    catalog = read_po(text, NAME)
    told = [*catalog.problems, *judge_catalog(catalog, Spanish(), MESSAGES)]
    near = [p for p in told if line - 6 <= p.line <= line + 2 or p.code == "po-incomplete"]
    assert near, "the place is told"
    assert all(problem.line and problem.hint for problem in told)
    was = {entry.msgid: entry for entry in ENTRIES}
    for now in (catalog, read_po(mend(text, NAME, Spanish())[0], NAME)):
        ready = {e.msgid: e for e in now.entries if not (e.unready or e.obsolete)}
        assert intact <= set(ready)
        for msgid in intact:
            assert ready[msgid].raw.strip() == was[msgid].raw.strip()
