"""Show that nothing a translator wrote disappears, whatever happens to a catalog one after another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketapub.catalog import Entry, Remnant, mend, merge, merge_three, propose_same_meaning, read_po
from ketapub.message import Message

from .samples import NAME, Spanish
from .test_merge_laws import articles

places = st.integers(0, 20)
steps = st.one_of(
    st.tuples(st.just("update"), articles),
    st.tuples(st.just("same meaning"), articles),
    st.tuples(st.just("translate"), places),
    st.tuples(st.just("translate"), places),
    st.tuples(st.just("cut off"), places),
    st.tuples(st.just("mend"), st.none()),
    st.tuples(st.just("merge"), st.tuples(articles, places, places)),
)


def update(text: str, article: list[Message], same: dict[str, str] | None = None) -> str:
    return merge("k", article, text, Spanish(), NAME, (), same or {}).text


@dataclass
class Desk:
    """A catalog, and what its translators have written and not overwritten themselves."""

    text: str = ""
    written: set[str] = field(default_factory=set)
    count: int = 0

    def take(self, step: str, what: object) -> None:
        """One thing that happens."""
        getattr(self, step.replace(" ", "_"))(what)

    def update(self, article: list[Message]) -> None:
        self.text = update(self.text, article)

    def same_meaning(self, article: list[Message]) -> None:
        proposals = propose_same_meaning(article, [read_po(self.text, NAME)])
        same = {each.old: each.new for each in proposals if each.allowed}
        self.text = update(self.text, article, same)

    def translate(self, place: int) -> None:
        self.text = self.translated(self.text, place)

    def cut_off(self, length: int) -> None:
        """A bad transfer: what it took away, nobody can bring back."""
        self.text = self.text[: len(self.text) - length]
        self.written &= set(re.findall(r"said \d+ end", self.text))

    def mend(self, _: object) -> None:
        self.text = mend(self.text, NAME, Spanish())[0]

    def merge(self, branches: tuple[list[Message], int, int]) -> None:
        """The source changes on one branch, and two translators work on two others."""
        article, first, second = branches
        base = self.text
        source = update(base, article)
        ana, bea = self.translated(base, first), self.translated(base, second)
        both, _ = merge_three(base, ana, bea, NAME)
        self.text, _ = merge_three(base, both, source, NAME)

    def translated(self, text: str, place: int) -> str:
        """With one live entry translated anew, by a text that no other has."""
        catalog = read_po(text, NAME)
        entries = [e for e in catalog.entries if e.msgid and not e.obsolete]
        if not entries:
            return text
        entry = entries[place % len(entries)]
        gone = set(re.findall(r"said \d+ end", " ".join(entry.msgstr)))
        raw = self.filled(entry)
        chunks: list[Entry | Remnant] = list(catalog.chunks)
        new = "".join([raw if each is entry else each.raw for each in chunks]) + catalog.tail
        self.written -= {said for said in gone if said not in new}
        return new

    def filled(self, entry: Entry) -> str:
        raw = ""
        for part in entry.parts:
            if part.kind == "msgstr":
                self.count += 1
                said = f"said {self.count} end"
                self.written.add(said)
                number = "" if part.number < 0 else f"[{part.number}]"
                raw += f'msgstr{number} "{said}"\n'
            elif part.kind != "flag":
                raw += part.raw
        return raw


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(articles, st.lists(steps, max_size=10))
def test_nothing_that_was_written_ever_disappears(
    article: list[Message], story: list[tuple[str, object]]
) -> None:
    """It is translated, fuzzy, obsolete or in a comment."""
    desk = Desk()
    desk.update(article)
    for step, what in story:
        desk.take(step, what)
        missing = {said for said in desk.written if said not in desk.text}
        assert missing == set(), (step, desk.text)
