"""Turn two versions of a source text into one line that shows which words changed.

`[-gone-]` and `{+new+}` are the marks of GNU wdiff; an ellipsis stands for words that are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

CHANGED = "Changed:"
"""Begins the extracted comment that tells a translator what changed in a fuzzy message."""
_AROUND = 3
"""Words that are shown on either side of a change."""


def word_diff(old: str, new: str) -> str:
    """The changed words between their neighbours, on one line; empty when the words are the same."""
    before, after = old.split(), new.split()
    if before == after:
        return ""
    from difflib import SequenceMatcher  # most updates make no entry fuzzy

    told: list[str] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (kind, start, end, new_start, new_end) in enumerate(steps):
        if kind == "equal":
            told += _shorten(before[start:end], number == 0, number == len(steps) - 1)
            continue
        if start < end:
            told.append(f"[-{' '.join(before[start:end])}-]")
        if new_start < new_end:
            told.append(f"{{+{' '.join(after[new_start:new_end])}+}}")
    return " ".join(told)


def _shorten(words: Sequence[str], first: bool, last: bool) -> list[str]:
    """What stays the same, with its middle left out (or its far end, outside of the changes)."""
    before, after = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(words) <= before + after + 1:
        return [*words]
    return [*words[:before], "\u2026", *words[len(words) - after :]]


def changed_line(
    previous: tuple[str | None, str, str] | None, msgid: str, msgid_plural: str
) -> str:
    """The line for the extracted comment of a fuzzy message; empty when no word of it changed."""
    if previous is None:
        return ""
    _msgctxt, old, old_plural = previous
    diff = word_diff(old, msgid)
    if not diff and old_plural and msgid_plural:
        diff = word_diff(old_plural, msgid_plural)
    return f"{CHANGED} {diff}" if diff else ""
