"""Turn an article and its translations into a `LocalizedArticle`: same blocks, translated inlines.

Knows no region: what depends on it stays open as a `Slot` or a `RegionChoice`, so that a body is
rendered once per (article, language) and only put together per region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from typing import Protocol

from markdown_it.token import Token

from ketapub.article import Article, Block, Choice, Part, Passage, choose_option
from ketapub.language import Language
from ketapub.markdown import (
    SLOT,
    Env,
    parse_inline,
    plain_text,
    render_children,
    render_tokens,
)
from ketapub.message import Message, unite


class Lookup(Protocol):
    """Where translations come from."""

    def current(self, message: Message) -> tuple[str, ...] | None:
        """The translation that may be published, or None."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that the region fills in, such as `emergency`."""

    name: str


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """One of several texts, by region."""

    options: tuple[tuple[tuple[str, ...], Pieces], ...]
    """(region codes or `*`, pieces)."""


Piece = str | Slot | RegionChoice
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class LocalizedArticle:
    """An article in one language, for all regions."""

    slug: str
    language: Language
    head: Mapping[str, Pieces]
    """HTML of title, summary and alert."""
    title: str
    """The title as plain text, and the language it is really in."""
    title_tag: str
    body: Pieces
    key: Pieces
    """Of the body, the blocks that the author marked as key."""
    missing: tuple[Message, ...]
    """Messages for which the source text stands in."""


@dataclass(frozen=True, slots=True)
class Localized:
    """What is known of a localized article without reading it. A publication holds as many as it has
    articles and languages, and reads the texts that it is about to use."""

    slug: str
    language: Language
    title: str
    title_tag: str
    digest: str
    """Of all that it says."""
    read: Callable[[], LocalizedArticle] = field(compare=False, repr=False)


def localize(
    article: Article, language: Language, translations: Lookup, source: Language
) -> LocalizedArticle:
    """Swap every message's inline tokens for those of its current translation.

    A message without one keeps the source text, in a span with its own `lang` and `dir` (law 4).
    """
    worker = _Localizer(article.env, translations, language, source)
    head = {kind: split_slots(worker.html(message)) for kind, message in article.head.items()}
    title = translations.current(article.head["title"])
    body = worker.parts(article.parts)
    return LocalizedArticle(
        slug=article.slug,
        language=language,
        head=head,
        title=plain_text(
            parse_inline(title[0] if title else article.head["title"].msgid, article.env)
        ),
        title_tag=language.tag if title else source.tag,
        body=body,
        key=worker.parts(tuple(filter(None, map(_key_part, article.parts)))),
        missing=unite(worker.missing),
    )


def split_slots(html: str) -> Pieces:
    """HTML with placeholders between SLOT characters into text and `Slot` pieces."""
    return tuple(
        Slot(part) if number % 2 else part
        for number, part in enumerate(html.split(SLOT))
        if number % 2 or part
    )


def assemble(pieces: Pieces, codes: Sequence[str], values: Mapping[str, str]) -> str:
    """Pieces into the HTML for one region (codes: nearest first; values: HTML by slot name)."""
    html: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            html.append(piece)
        elif isinstance(piece, Slot):
            html.append(values[piece.name])
        else:
            html.append(assemble(choose_option(piece.options, codes) or (), codes, values))
    return "".join(html)


def part_passages(pieces: Pieces, codes: Sequence[str], values: Mapping[str, str]) -> Iterator[str]:
    """As `assemble`, in parts: whole blocks that all regions read, and those that this one reads."""
    runs: Iterator[Pieces] = chain.from_iterable(
        ((piece,) for piece in run) if is_choice else (tuple(run),)
        for is_choice, run in groupby(pieces, key=lambda piece: isinstance(piece, RegionChoice))
    )
    return (html for run in runs if (html := assemble(run, codes, values)).strip())


class _Localizer:
    def __init__(
        self, env: Env, translations: Lookup, language: Language, source: Language
    ) -> None:
        self.env = env
        self.translations = translations
        self.foreign = language.tag != source.tag
        self.source = source
        self.missing: list[Message] = []

    def children(self, message: Message, original: Sequence[Token]) -> list[Token]:
        found = self.translations.current(message)
        if found is not None and found[0] != message.msgid:
            children = parse_inline(found[0], self.env)
        else:
            children = list(original)
        if found is None:
            self.missing.append(message)
            if self.foreign:
                attributes: dict[str, str | int | float] = {
                    "lang": self.source.tag,
                    "dir": self.source.direction,
                }
                opening = Token("span_open", "span", 1, attrs=attributes)
                return [opening, *children, Token("span_close", "span", -1)]
        return children

    def html(self, message: Message) -> str:
        original = parse_inline(message.msgid, self.env)
        return render_children(self.children(message, original), self.env)

    def block(self, block: Block) -> str:
        tokens = list(block.tokens)
        for index, message in block.messages:
            original = tokens[index].children or []
            tokens[index] = Token("inline", "", 0, children=self.children(message, original))
        return render_tokens(tokens, self.env)

    def passage(self, passage: Passage) -> Pieces:
        html = "".join(map(self.block, passage.blocks))
        if passage.critical and html:
            html = f'<div class="critical">\n{html}</div>\n'
        return split_slots(html)

    def parts(self, parts: Sequence[Part]) -> Pieces:
        pieces = (self.choice(p) if isinstance(p, Choice) else self.passage(p) for p in parts)
        return _join(tuple(piece for found in pieces for piece in found))

    def choice(self, choice: Choice) -> Pieces:
        return (RegionChoice(tuple((p.regions, self.passage(p)) for p in choice.passages)),)


def _key_part(part: Part) -> Part | None:
    """A part without the blocks that are not key; None without any key block.

    A region whose own passage has none must not read another region's, so a choice keeps them all.
    """
    if isinstance(part, Choice):
        passages = tuple(replace(p, blocks=_key_blocks(p)) for p in part.passages)
        return replace(part, passages=passages) if any(p.blocks for p in passages) else None
    return replace(part, blocks=_key_blocks(part)) if _key_blocks(part) else None


def _key_blocks(passage: Passage) -> tuple[Block, ...]:
    return tuple(block for block in passage.blocks if block.key)


def _join(pieces: Pieces) -> Pieces:
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)
