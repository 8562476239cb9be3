"""Turn source texts into problems: what may not stand in an article or a page template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from ketapub.article import Article, Choice, choose_passage
from ketapub.check.text import beside_placeholder, known_in, phone_like
from ketapub.errors import Problem
from ketapub.markdown import Env, parse_inline, plain_text, title_texts, walk_inline
from ketapub.message import Message

_DIALLING = ("tel:", "sms:", "smsto:", "callto:", "facetime:", "whatsapp:")


class _Text(NamedTuple):
    """Something that readers see."""

    path: str
    line: int
    text: str
    targets: tuple[str, ...] = ()


def check_source(
    messages: Iterable[Message], known: frozenset[str], article: Article | None = None
) -> tuple[Problem, ...]:
    """Law 3: no number of any region (`known`: digit strings) and nothing phone-shaped in a text.

    With an article, also in what is never translated: code, names, `no-translate` blocks.
    """
    texts = [_of_message(message, article.env if article else {}) for message in messages]
    texts += _untranslated(article) if article else ()
    return tuple(problem for text in texts for problem in _check_text(text, known))


def _check_text(text: _Text, known: frozenset[str]) -> Iterator[Problem]:
    dialled = [target for target in text.targets if target.lower().startswith(_DIALLING)]
    literals = [*dialled, *known_in(text.text, known), *phone_like(text.text)]
    if literals:
        message = f"`{literals[0]}` is a telephone number in a text"
        hint = "write {emergency}, or leave it to the helplines of the region"
        yield Problem(text.path, text.line, message, hint, code="phone")
    if touching := beside_placeholder(text.text):
        message = f"`{touching}`: a digit stands right beside the number"
        yield Problem(text.path, text.line, message, "put a word between them", code="phone")


def _of_message(message: Message, env: Env) -> _Text:
    path = message.paths[0] if message.paths else ""
    if message.syntax == "plain":
        return _Text(path, message.line, f"{message.msgid}\n{message.msgid_plural}")
    return _of_tokens(path, message.line, parse_inline(message.msgid, env))


def _of_tokens(path: str, line: int, children: Sequence[Token]) -> _Text:
    text = "\n".join([plain_text(children), *title_texts(children)])
    targets = (token.attrGet("href") for token in walk_inline(children))
    return _Text(path, line, text, tuple(str(target) for target in targets if target))


def _untranslated(article: Article) -> Iterator[_Text]:
    front = article.front
    for name in (front.byline, front.credit, front.reviewed_by):
        yield _Text(article.path, 1, name)
    for part in article.parts:
        for passage in part.passages if isinstance(part, Choice) else (part,):
            for block in passage.blocks:
                translated = {index for index, _ in block.messages}
                for index, token in enumerate(block.tokens):
                    if token.type == "inline" and index not in translated:
                        yield _of_tokens(article.path, block.line, token.children or [])
                    elif token.type in {"fence", "code_block"}:
                        yield _Text(article.path, block.line, token.content)


def check_pictures(article: Article) -> tuple[Problem, ...]:
    """Law 10: an article holds no picture; nothing brings one into `dist/` or fetches it yet."""
    hint = "say it in words; pictures in articles are not supported yet"
    return tuple(
        Problem(article.path, block.line, "a picture in the text", hint, code="picture")
        for part in article.parts
        for passage in (part.passages if isinstance(part, Choice) else (part,))
        for block in passage.blocks
        for token in block.tokens
        if any(child.type == "image" for child in walk_inline(token.children or []))
    )


def check_choices(article: Article, chains: Sequence[tuple[str, ...]]) -> tuple[Problem, ...]:
    """Every region of the publication finds its text, and every text a region.

    `chains`: per region its codes, nearest first, such as ("CA-QC", "CA").
    """
    codes = {code for chain in chains for code in chain} | {"*"}
    problems: list[Problem] = []
    for part in article.parts:
        if not isinstance(part, Choice):
            continue
        for chain in chains:
            if choose_passage(part, chain) is None:
                message = f"region {chain[0]} finds no text here"
                hint = (
                    f"add `::: region {chain[0]}`, or `::: region *` for all others "
                    "(empty: nothing is shown there)"
                )
                problems.append(Problem(article.path, part.line, message, hint))
        named: set[str] = set()
        for passage in part.passages:
            for code in passage.regions:
                if code in named:
                    message = f"`{code}` is named twice in this choice"
                    hint = "name each region once"
                    problems.append(Problem(article.path, passage.line, message, hint))
                elif code not in codes:
                    message = f"`{code}` is no region of this publication: nobody sees this"
                    hint = "correct the code, or add its editions to source/publication.toml"
                    problems.append(Problem(article.path, passage.line, message, hint, "warning"))
                named.add(code)
    return tuple(problems)
