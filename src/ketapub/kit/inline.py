"""Turn a text into words and protected codes: Markdown's marks and `{name}` placeholders.

The parts joined are the text, whatever the text is. What is protected is what looks like a mark:
one more than Markdown would see does no harm, since a code is carried home as the text it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

_CODE = re.compile(
    r"""
      (?P<alone> \\[!-/:-@\[-`{-~]            # an escape
        | (?P<tick>`+) .+? (?P=tick) (?!`)    # code
        | <[A-Za-z][\w+.-]*:[^\s<>]*>         # an address
        | &(?:\#\d+|\#[xX][0-9A-Fa-f]+|\w+);  # an entity
        | \{[A-Za-z_]\w*\}
        | (?:[ ]{2,}|\\)\n )
    | (?P<start> !?\[ )
    | (?P<end> \]\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"]*")?\) | \]\[[^\[\]]*\] )
    | (?P<run> \*{1,3} | _{1,3} )
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(r"\{[A-Za-z_]\w*\}")


class Code(NamedTuple):
    """A part that nobody translates."""

    kind: Literal["open", "close", "alone"]
    text: str
    number: int
    """From 1; the two halves of a pair have the same."""


Part = str | Code


def cut_inline(text: str, markdown: bool) -> tuple[Part, ...]:
    """The parts of a text; of a plain one only placeholders are protected."""
    if not markdown:
        found = [(m.start(), m.end(), "alone") for m in _PLACEHOLDER.finditer(text)]
        return _join(text, found, {})
    found, mates = _pair(text)
    return _join(text, sorted(found), mates)


def _pair(text: str) -> tuple[list[tuple[int, int, str]], dict[int, int]]:
    """The stretches that are codes, and where the other half of each opening one begins."""
    found: list[tuple[int, int, str]] = []
    mates: dict[int, int] = {}
    stack: list[tuple[str, int, int]] = []
    for match in _CODE.finditer(text):
        start, end = match.span()
        if match["alone"]:
            found.append((start, end, "alone"))
            continue
        mark = "[" if match["start"] or match["end"] else match[0]
        place = _find(stack, mark) if match["end"] or _closes(text, match) else None
        if place is not None:
            _, first, last = stack[place]
            del stack[place:]
            found += [(first, last, "open"), (start, end, "close")]
            mates[first] = start
        elif match["start"] or (match["run"] and _opens(text, match)):
            stack.append((mark, start, end))
    return found, mates


def _find(stack: Sequence[tuple[str, int, int]], mark: str) -> int | None:
    places = [place for place, (open_, _, _) in enumerate(stack) if open_ == mark]
    return places[-1] if places else None


def _opens(text: str, match: re.Match[str]) -> bool:
    return text[match.end() : match.end() + 1].strip() != ""


def _closes(text: str, match: re.Match[str]) -> bool:
    return bool(match["run"]) and text[: match.start()][-1:].strip() != ""


def _join(
    text: str, found: Sequence[tuple[int, int, str]], mates: dict[int, int]
) -> tuple[Part, ...]:
    parts: list[Part] = []
    numbers: dict[int, int] = {}
    position = 0
    for start, end, kind in found:
        if start > position:
            parts.append(text[position:start])
        number = numbers.get(start) or len({*numbers.values()}) + 1
        numbers[start] = number
        if start in mates:
            numbers[mates[start]] = number
        parts.append(Code(kind, text[start:end], number))  # type: ignore[arg-type]
        position = end
    if position < len(text):
        parts.append(text[position:])
    return tuple(parts)


def number_alike(parts: Sequence[Part], model: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of a translation, its codes numbered as the same codes of the source."""
    free: dict[tuple[str, str], list[int]] = {}
    for part, texts in _whole(model).items():
        free.setdefault(texts, []).append(part)
    after = max([0, *(part.number for part in model if isinstance(part, Code))])
    numbers: dict[int, int] = {}
    for number, texts in _whole(parts).items():
        known = free.get(texts)
        if known:
            numbers[number] = known.pop(0)
        else:
            after += 1
            numbers[number] = after
    return tuple(p._replace(number=numbers[p.number]) if isinstance(p, Code) else p for p in parts)


def _whole(parts: Sequence[Part]) -> dict[int, tuple[str, str]]:
    """The texts of both halves of each code, by its number."""
    whole: dict[int, tuple[str, str]] = {}
    for part in parts:
        if isinstance(part, Code):
            first = whole.get(part.number, ("", ""))[0]
            whole[part.number] = (first or part.text, part.text if first else "")
    return whole


def code_texts(parts: Sequence[Part]) -> dict[str, tuple[str, str]]:
    """By the number of a code as text: what it stands for, at its start and at its end."""
    return {str(number): texts for number, texts in _whole(parts).items()}
