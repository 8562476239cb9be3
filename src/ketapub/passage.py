"""Turn two texts into the passages in which their words differ, and published files into such texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from ketapub.errors import KetapubError, Problem

CONTEXT = 4
"""Words shown before and behind what differs; two differences that close are one passage."""

_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"  # no spaces between words
    r"|[^\W_]+(?:[-.,:’'/\s]?(?<=\d.)\d+)*"  # a number with its spaces and hyphens is one word
    r"|[^\w\s]|_"
)
_UNSEEN = re.compile(
    r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\x00-\x08\x0e-\x1f]"
)
"""Marks of direction, soft hyphens and what a PDF's text has in their place."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What stood in a place, and what stands there now; one of them may be all context."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def compare_texts(old: str, new: str) -> tuple[Passage, ...]:
    """The passages that differ, with some words around; none where all words are equal.

    The same difference is told once, where it stands first. Spaces, line ends and invisible characters do not count.
    """
    sides = tuple(" ".join(_UNSEEN.sub("", text).split()) for text in (old, new))
    one, two = (tuple(_words(side)) for side in sides)
    texts = [word.text for word in one], [word.text for word in two]
    found: dict[tuple[str, str], Passage] = {}
    for first, last, start, end in _spans(*texts):
        differs = " ".join(texts[0][first:last]), " ".join(texts[1][start:end])
        passage = Passage(_cut(sides[0], one, first, last), _cut(sides[1], two, start, end))
        found.setdefault(differs, passage)
    return tuple(found.values())


def same_words(old: str, new: str) -> bool:
    """Whether two texts have the same words, in whatever order and however often.

    That is what one text broken into other lines and sheets comes to.
    """
    one, two = ({word.text for word in _words(_joined(text))} for text in (old, new))
    return one == two


def _joined(text: str) -> str:
    return _UNSEEN.sub("", re.sub(r"[-\u00ad\u0002\ufffe]\r?\n", "", text))


def read_page(html: bytes) -> str:
    """The words of a page of ours."""
    from lxml.html import document_fromstring

    body = document_fromstring(html.decode("utf-8")).find("body")
    return "\n".join(body.itertext())


def read_sheets(pdf: bytes) -> str:
    """The words of a PDF, sheet by sheet; raises KetapubError where it is none."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise KetapubError(Problem("PDF", 0, str(error), "publish it anew")) from error
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        yield _Word(match[0], match.start(), match.end())


def _spans(one: list[str], two: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """(from, to) in both texts of each passage that differs, neighbours taken together."""
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    rest = zip(reversed(one[head:]), reversed(two[head:]), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    middle = one[head : len(one) - tail], two[head : len(two) - tail]
    open_: tuple[int, int, int, int] | None = None
    for kind, first, last, start, end in SequenceMatcher(None, *middle, False).get_opcodes():
        if kind == "equal":
            continue
        here = (first + head, last + head, start + head, end + head)
        if open_ and here[0] - open_[1] <= 2 * CONTEXT:
            open_ = (open_[0], here[1], open_[2], here[3])
        else:
            if open_:
                yield open_
            open_ = here
    if open_:
        yield open_


def _cut(text: str, words: tuple[_Word, ...], first: int, last: int) -> str:
    """The words from `first` to before `last` with their context, as they stand in the text."""
    shown = words[max(0, first - CONTEXT) : last + CONTEXT]
    if not shown:
        return ""
    before = "… " if first > CONTEXT else ""
    after = " …" if last + CONTEXT < len(words) else ""
    return f"{before}{text[shown[0].start : shown[-1].end]}{after}"
