"""Turn `cases/article/syntax.md` into source texts and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ketapub.article import Article, Choice, Passage, parse_article
from ketapub.message import Message

CASES = Path(__file__).parent / "cases" / "article" / "syntax.md"
FRONT = '+++\ntitle = "A title"\nsummary = "A summary."\nupdated = 2025-05-02\n+++\n'
_CASE = re.compile(r"^## ([^\n]+)\n\.\n(.*?)^\.\n(.*?)(?=^#{1,2} |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """One source text and its messages, or its problems."""

    title: str
    text: str
    expected: tuple[str, ...]


def read_cases() -> list[Case]:
    """Every case of the file, in order."""
    found = _CASE.findall(CASES.read_text(encoding="utf-8"))
    return [
        Case(title, text, tuple(line for line in expected.split("\n") if line.strip()))
        for title, text, expected in found
    ]


def read_source(case: Case) -> tuple[str, ...]:
    """What becomes of the case's text, in the words of the file."""
    whole = case.text.startswith("+++")
    text = case.text if whole else FRONT + case.text
    above = 0 if whole else FRONT.count("\n")
    article, problems = parse_article(text, "case", "case.md")
    if problems:
        assert article is None
        assert {problem.path for problem in problems} == {"case.md"}
        return tuple(
            line
            for problem in problems
            for line in (
                f"> {problem.line - above}: {_shift(problem.message, above)}",
                f"? {problem.hint}",
            )
        )
    assert article is not None
    return tuple(describe(article, head=whole))


def describe(article: Article, head: bool = True) -> Iterator[str]:
    """The messages of an article, block by block."""
    for message in article.head.values() if head else ():
        yield from _message(message)
    for part in article.parts:
        if isinstance(part, Choice):
            yield "choice"
            for passage in part.passages:
                name = " ".join((*passage.regions, *("critical",) * passage.critical))
                yield f"  {name}"
                yield from (f"    {line}" for line in _blocks(passage))
        elif part.critical:
            yield "critical"
            yield from (f"  {line}" for line in _blocks(part))
        else:
            yield from _blocks(part)


def _blocks(passage: Passage) -> Iterator[str]:
    for block in passage.blocks:
        star = "* " * block.key
        if not block.messages:
            yield f"{star}= {block.tokens[0].type.removesuffix('_open')}"
        for _, message in block.messages:
            yield from (star + line for line in _message(message))


def _message(message: Message) -> Iterator[str]:
    yield from (f"+ {note}" for note in message.notes)
    context = f" ({message.msgctxt})" if message.msgctxt else ""
    critical = " !" if message.critical else ""
    msgid = message.msgid.replace("\n", "/")
    yield f"{message.kind}{context}{critical}: {msgid}"


def _shift(message: str, above: int) -> str:
    """Line numbers inside a message, counted as the case counts."""
    return re.sub(r"(?<=of line )\d+", lambda found: str(int(found[0]) - above), message)
