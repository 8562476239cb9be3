"""Turn the parts of a PO file into groups, one an entry, and tell what is wrong with a group.

Where a group ends is guessed so that one fault spoils one group; whether it is an entry is then
judged strictly, by the grammar that msgfmt uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ketapub.catalog.part import Part

_LETTERS = {"msgctxt": "C", "msgid": "I", "msgid_plural": "P", "msgstr": "S", "junk": "J"}
_PREVIOUS = {"msgctxt": "x", "msgid": "y", "msgid_plural": "z"}
_GRAMMAR = re.compile(r"c*(?:x?yz?)?C?I(?:S|PS+)")
"""An entry in letters: comments, previous, msgctxt, msgid, msgid_plural, msgstr."""
_SIMPLE = re.compile(r"c*C?IS")
_UNREAD_FIELD = re.compile(r"\s*(?:#~)?\s*(msgctxt|msgid_plural|msgid|msgstr)\b")
CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|\Z)")
"""A line by which git marks two versions of the same lines."""


class Fault(NamedTuple):
    """Why a group is no entry."""

    line: int
    message: str
    hint: str


def group(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """Each entry, or what seems to be one; then blank lines and comments left over at the end.

    The groups joined are the parts. Blank lines go with what follows them.
    """
    current: list[Part] = []
    gap: list[Part] = []
    state = ""
    bound_until = -1
    for position, part in enumerate(parts):
        if part.kind == "blank":
            gap.append(part)
            continue
        letter = _letter(part)
        free = position > bound_until
        if free and current and _begins(state, letter, bool(gap), parts, position):
            yield tuple(current)
            current, state = [], ""
        if part.kind == "junk" and part.raw.startswith("<<<<<<<"):
            bound_until = max(bound_until, _end_of_conflict(parts, position))
        current += gap
        current.append(part)
        gap = []
        state = _state_after(state, letter, position <= bound_until)
    if gap and state == "c":
        current += gap
        gap = []
    for left in (current, gap):
        if left:
            yield tuple(left)


def _letter(part: Part) -> str:
    kind, prefix = part.kind, part.prefix
    if not prefix and kind != "junk":
        return _LETTERS.get(kind, "c")
    if part.previous:
        return _PREVIOUS.get(kind, "J")
    if kind == "junk" and (unread := _UNREAD_FIELD.match(part.raw)):
        return _LETTERS[unread.group(1)]
    return _LETTERS.get(kind, "c")


def _state_after(state: str, letter: str, in_conflict: bool) -> str:
    """The last field or comment; "K" for junk before an entry, "T" for junk behind one.

    A line that is not understood could have been a flag: what touches it is not to be trusted.
    """
    if letter != "J":
        return letter
    if in_conflict:
        return state or "K"
    return {"": "K", "c": "K", "S": "T"}.get(state, state)


def _begins(state: str, letter: str, gap: bool, parts: Sequence[Part], position: int) -> bool:
    """Whether a part belongs to the next entry, `state` being what stands before it."""
    if state == "S":
        if letter == "S":
            return gap and parts[position].number < 1
        return gap or letter not in "PJ"
    if state in "KT":
        return gap or (state == "T" and letter == "c")
    if state in "IP":
        if letter == "c":
            return _next_field(parts, position) not in "SP"
        return letter in "CIxy"
    if state == "C":
        if letter == "c":
            return gap or _next_field(parts, position) != "I"
        return letter in "xy" or (gap and letter == "C")
    if state in "xyz":
        return gap and letter not in "CI" and state + letter not in ("xy", "yz")
    return False


def _next_field(parts: Sequence[Part], position: int) -> str:
    letters = (_letter(part) for part in parts[position:] if part.kind != "blank")
    return next((letter for letter in letters if letter != "c"), "J")


def _end_of_conflict(parts: Sequence[Part], start: int) -> int:
    for position in range(start, len(parts)):
        part = parts[position]
        if part.kind == "junk" and part.raw.startswith(">>>>>>>"):
            return position
    return start


def is_loose(parts: Sequence[Part]) -> bool:
    """Whether a group says nothing but comments, as the end of a file may."""
    return all(part.kind == "blank" or _letter(part) == "c" for part in parts)


def find_fault(parts: Sequence[Part]) -> Fault | None:
    """What keeps a group from being an entry; None when it is one."""
    letters = "".join([_letter(part) for part in parts if part.kind != "blank"])
    if _SIMPLE.fullmatch(letters) and _is_plain(parts):
        return None  # as nearly every entry
    junk = next((part for part in parts if part.kind == "junk"), None)
    if junk:
        return _judge_junk(junk, parts)
    if not _GRAMMAR.fullmatch(letters):
        return _judge_order(letters, parts)
    fields = [part for part in parts if part.kind in _LETTERS]
    if any(part.obsolete is not fields[-1].obsolete for part in fields):
        return Fault(
            fields[0].line,
            "only a part of this entry is marked as obsolete",
            "put `#~ ` before every line of it, or before none",
        )
    numbers = [part.number for part in fields if part.kind == "msgstr"]
    expected = list(range(len(numbers))) if "P" in letters else [-1]
    if numbers != expected:
        return Fault(
            fields[-1].line,
            "the plural forms of this entry are not numbered as they should be",
            "write msgstr[0], msgstr[1] and so on under msgid_plural; without it, one msgstr",
        )
    return None


def _is_plain(parts: Sequence[Part]) -> bool:
    """Whether a group is neither obsolete nor fuzzy with its old msgid, has no plural and no junk."""
    if parts[-1].kind != "msgstr" or parts[-1].number >= 0:
        return False
    return not any(part.prefix or part.kind == "junk" for part in parts)


def _judge_junk(junk: Part, parts: Sequence[Part]) -> Fault:
    conflict = next(
        (part for part in parts if part.kind == "junk" and CONFLICT.match(part.raw)), None
    )
    if conflict:
        return Fault(
            conflict.line,
            "two versions of these lines stand here side by side (a merge conflict)",
            "keep one version and delete the lines that begin with <<<<<<<, ======= and >>>>>>>",
        )
    if not junk.raw.endswith("\n") and junk.raw.count('"') % 2:
        return Fault(
            junk.line,
            "the file ends in the middle of a text",
            "it was probably cut off: fetch it again, or write the end of this entry",
        )
    if re.search(r'\\(?![abfnrtv\\"0-7]|x[0-9A-Fa-f])', junk.raw):
        return Fault(
            junk.line,
            "a backslash stands before a character that needs none",
            "write \\\\ for a backslash, or delete it",
        )
    if '"' in junk.raw:
        return Fault(
            junk.line,
            "the quotation marks of this line do not pair",
            'a text begins and ends with ", and a " inside it is written \\"',
        )
    if field := _UNREAD_FIELD.match(junk.raw):
        return Fault(
            junk.line,
            f"the text of this {field[1]} does not stand between straight quotation marks",
            f'write {field[1]} "..."',
        )
    return Fault(
        junk.line,
        f"this line is not understood: {junk.raw.strip()[:40]}",
        "delete it, or put `# ` before it if it is a comment",
    )


def _judge_order(letters: str, parts: Sequence[Part]) -> Fault:
    fields = [part for part in parts if part.kind in _LETTERS and not part.previous]
    line = fields[0].line if fields else parts[-1].line
    if "I" not in letters:
        return Fault(line, "this entry has no msgid", "write its msgid, or delete the entry")
    if "S" not in letters:
        return Fault(
            line,
            "this entry has no msgstr",
            'write msgstr "" under its msgid; if the file was cut off here, fetch it again',
        )
    if re.search(r"[CIPSxyz]c", letters):
        return Fault(line, "a comment stands inside this entry", "move it above the msgid")
    return Fault(
        line,
        "the lines of this entry are not in the order that they need",
        "write msgctxt, msgid, msgid_plural and msgstr once each and in this order",
    )
