"""The line that shows a translator which words changed, and its coming and going."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog import Entry, read_po, render_template
from ketapub.catalog.worddiff import word_diff
from ketapub.message import Message

from .samples import CATALOG, MESSAGES, needs_gettext, run, update

OLD, NEW = "What ketamine is", "What ketamine is used for"
CHANGED = (Message(NEW, kind="heading 2", paths=("source/ketamine.md",)), *MESSAGES[1:])
LINE = "#. Changed: What ketamine is {+used for+}\n"


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ("a b c", "a x c", "a [-b-] {+x+} c"),
        ("a b", "a b c", "a b {+c+}"),
        ("a b c", "b c", "[-a-] b c"),
        ("a  b\nc", "a b c", ""),
        ("", "a", "{+a+}"),
        ("1 2 3 4 5 6 x", "1 2 3 4 5 6 y", "… 4 5 6 [-x-] {+y+}"),
        ("x 1 2 3 4 5 6 7 8 y", "z 1 2 3 4 5 6 7 8", "[-x-] {+z+} 1 2 3 … 6 7 8 [-y-]"),
    ],
)
def test_the_words_that_changed_are_shown_between_their_neighbours(
    old: str, new: str, diff: str
) -> None:
    """In the manner of wdiff, on one line."""
    assert word_diff(old, new) == diff


@given(st.text(), st.text())
def test_any_two_texts_have_a_diff_of_one_line(old: str, new: str) -> None:
    """An empty one exactly when their words are the same."""
    diff = word_diff(old, new)
    assert (diff == "") is (old.split() == new.split())
    assert len(diff.split("\n")) == 1


def entry(text: str, msgid: str) -> Entry:
    (found,) = [each for each in read_po(text, "x.po").entries if each.msgid == msgid]
    return found


def test_an_entry_that_just_became_fuzzy_tells_what_changed() -> None:
    """As a line of its extracted comment; a moved context alone changes no word."""
    text = update(CHANGED, CATALOG).text
    assert f"#. heading 2\n{LINE}#: source" in text
    assert update(CHANGED, text).text == text
    moved = Message("May", "another month", kind="cell")
    assert update([*MESSAGES, moved], CATALOG).text.count("Changed:") == 0


def test_a_changed_plural_is_told_too() -> None:
    """Where the singular is the same."""
    changed = Message("{count} page", msgid_plural="{count} full pages", kind="count")
    told = entry(update([changed], CATALOG).text, "{count} page")
    assert told.extracted[1] == "Changed: {count} {+full+} pages"


DROPS: dict[str, Callable[[str], str]] = {
    "the line": lambda text: text.replace(LINE, ""),
    "the previous msgid": lambda text: text.replace(f'#| msgid "{OLD}"\n', ""),
    "all extracted comments": lambda text: text.replace("#. heading 2\n" + LINE, ""),
    "its own wrapping": lambda text: text.replace("#. Changed: What ", "#. Changed:\n#. What "),
}


@pytest.mark.parametrize("drop", DROPS)
def test_what_a_tool_dropped_is_not_written_again(drop: str) -> None:
    """Nothing in a save by another tool is worth an edit of ours."""
    text = update(CHANGED, CATALOG).text
    saved = DROPS[drop](text)
    assert saved != text
    assert update(CHANGED, saved).text == saved


@pytest.mark.parametrize("drop", [None, "the previous msgid", "its own wrapping"])
def test_it_goes_when_the_entry_is_no_longer_fuzzy(drop: str | None) -> None:
    """Whether or not the translator's tool took the previous msgid away."""
    text = update(CHANGED, CATALOG).text
    text = DROPS[drop](text) if drop else text
    done = text.replace(f'#, fuzzy\n#| msgid "{OLD}"\nmsgid "What', 'msgid "What')
    done = done.replace('#, fuzzy\nmsgid "What', 'msgid "What')
    assert entry(done, NEW).fuzzy is False
    new = update(CHANGED, done).text
    assert "Changed:" not in new
    assert entry(new, NEW).extracted == ("heading 2",)
    assert new.count("\n") == done.count("\n") - (2 if drop == "its own wrapping" else 1)


def test_it_follows_the_source() -> None:
    """A second change of the text, or of the comment above it, keeps it right."""
    text = update(CHANGED, CATALOG).text
    third = "What ketamine is for"
    told = entry(update([Message(third, kind="heading 2")], text).text, third)
    assert told.previous == (None, OLD, "")
    assert told.extracted == ("heading 2", "Changed: What ketamine is {+for+}")
    told = entry(update([Message(NEW, kind="heading 3")], text).text, NEW)
    assert told.extracted == ("heading 3", "Changed: What ketamine is {+used for+}")


def test_a_wrong_one_is_put_right() -> None:
    """Or taken out, where the previous msgid is gone and the comment above it has changed."""
    text = update(CHANGED, CATALOG).text
    assert update(CHANGED, text.replace("{+used for+}", "{+x+}")).text == text
    bare = text.replace(f'#| msgid "{OLD}"\n', "")
    assert update(CHANGED, bare.replace("#. Changed:", "#. A note:")).text == bare.replace(LINE, "")


@needs_gettext
def test_msgmerge_takes_it_away_and_the_update_leaves_it_so(tmp_path: Path) -> None:
    """It replaces every extracted comment by the template's."""
    template = tmp_path / "k.pot"
    template.write_text(render_template("ketamine", CHANGED, "K"), encoding="utf-8")
    catalog = tmp_path / "k.po"
    catalog.write_text(update(CHANGED, CATALOG).text, encoding="utf-8")
    command = ("msgmerge", "--quiet", "--previous", "--no-fuzzy-matching", str(catalog))
    saved = run(*command, text=template.read_text(encoding="utf-8"), folder=tmp_path)
    assert "Changed:" not in saved
    assert entry(saved, NEW).fuzzy
    assert update(CHANGED, saved).text == saved
