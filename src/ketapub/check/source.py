"""Turn source texts into problems: what may not stand in an article or a page template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ketapub.article import Article, Choice, choose_passage
from ketapub.check.text import numbers, phone_like
from ketapub.errors import Problem
from ketapub.markdown import parse_inline, plain_text
from ketapub.message import Message


def check_source(
    messages: Iterable[Message], known: frozenset[str], article: Article | None = None
) -> tuple[Problem, ...]:
    """Law 3: no number of any region (`known`: digit strings) and nothing phone-shaped in a text."""
    problems = []
    for message in messages:
        text = message.msgid
        if message.syntax == "markdown":
            text = plain_text(parse_inline(text, article.env if article else {}))
        literals = [*phone_like(text), *(run for run in numbers(text) if run in known)]
        if literals:
            problems.append(
                Problem(
                    message.paths[0] if message.paths else "",
                    message.line,
                    f"`{literals[0]}` is a telephone number in a text",
                    "write {emergency}, or leave it to the helplines of the region",
                    code="phone",
                )
            )
    return tuple(problems)


def check_choices(
    article: Article, chains: Sequence[tuple[str, ...]]
) -> tuple[Problem, ...]:
    """Every region of the publication finds its text, and every text a region.

    `chains`: per region its codes, nearest first, such as ("CA-QC", "CA").
    """
    problems = []
    for part in article.parts:
        if not isinstance(part, Choice):
            continue
        for chain in chains:
            if choose_passage(part, chain) is None:
                problems.append(
                    Problem(
                        article.path,
                        part.line,
                        f"region {chain[0]} finds no text here",
                        f"add `::: region {chain[0]}`, or `::: region *` for all others "
                        "(empty: nothing is shown there)",
                    )
                )
        named: set[str] = set()
        for passage in part.passages:
            for code in passage.regions:
                if code in named:
                    problems.append(
                        Problem(
                            article.path,
                            passage.line,
                            f"`{code}` is named twice in this choice",
                            "name each region once",
                        )
                    )
                named.add(code)
    return tuple(problems)
