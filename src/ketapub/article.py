"""Turn one Markdown source text into an `Article`: front matter, passages and messages.

The ONE place that decides what is translatable: extraction and localization both read
`Block.messages`. Opens no file and knows no region data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec
from markdown_it.token import Token

from ketapub.errors import Problem
from ketapub.markdown import (
    Env,
    fold_soft_breaks,
    parse_blocks,
    parse_comment,
    parse_inline,
    plain_text,
    walk_inline,
)
from ketapub.message import Message, unite
from ketapub.toml import parse_toml

_FENCE = "+++"
_REGION_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?$|\*$")
_TAG_LEFT = re.compile(r"<!--|:::|</?[A-Za-z][^\s]*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above the body of a source file."""

    title: str
    summary: str
    updated: date
    alert: str = ""
    byline: str = ""
    credit: str = ""
    sources: tuple[Mapping[str, str], ...] = ()
    reviewed_by: str = ""
    reviewed_on: date | None = None
    review_due: date | None = None
    aliases: tuple[str, ...] = ()
    discreet: bool = False


_KEYS: Mapping[str, Any] = {
    "title": str,
    "summary": str,
    "updated": date,
    "alert": str,
    "byline": str,
    "credit": str,
    "sources": tuple[dict[str, str], ...],
    "reviewed_by": str,
    "reviewed_on": date,
    "review_due": date,
    "aliases": tuple[str, ...],
    "discreet": bool,
}


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level block (a paragraph, a list, a table) and the messages in it."""

    tokens: tuple[Token, ...]
    messages: tuple[tuple[int, Message], ...]
    """(index into tokens of an `inline` token, its message), in reading order."""
    line: int
    key: bool = False
    """The author marked it as a key message."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks that belong together: for every reader, or for the named regions."""

    blocks: tuple[Block, ...]
    regions: tuple[str, ...] = ()
    """Region codes or `*`; empty outside a choice."""
    critical: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Adjacent region passages, of which a region sees exactly one."""

    passages: tuple[Passage, ...]
    line: int


Part = Passage | Choice


@dataclass(frozen=True, slots=True)
class Article:
    """One canonical source document."""

    slug: str
    path: str
    """Of the source file, relative to the project."""
    front: FrontMatter
    head: Mapping[str, Message]
    """The messages `title`, `summary` and, where there is one, `alert`."""
    parts: tuple[Part, ...]
    messages: tuple[Message, ...]
    """Every message once, in reading order: what the template of this domain holds."""
    env: Env = field(hash=False, compare=False)


def parse_article(text: str, slug: str, path: str) -> tuple[Article | None, tuple[Problem, ...]]:
    """Source text into an Article and what is wrong with it.

    Returns no Article when its structure cannot be trusted: a forgotten `:::` would silently
    move the overdose advice into one region. Raises KetapubError on front matter that is not TOML.
    """
    head, body, body_line = _split_front_matter(text)
    if head is None:
        where = Problem(
            path, 1, "the front matter is missing or not closed", f"open and close it by {_FENCE}"
        )
        return None, (where,)
    front, problems = _read_front_matter(head, path)
    env: Env = {}
    tokens = parse_blocks(body, env)
    reader = _Reader(path, body_line, env)
    parts = reader.read(tokens)
    problems += tuple(reader.problems)
    if front is None or any(problem.severity == "error" for problem in problems):
        return None, problems
    heads, head_problems = _head_messages(front, head, path, env)
    if head_problems:
        return None, problems + head_problems
    every = [*heads.values(), *(m for part in parts for m in part_messages(part))]
    return Article(slug, path, front, heads, tuple(parts), unite(every), env), problems


def part_messages(part: Part) -> Iterator[Message]:
    """Every occurrence of a message in a part, of all its regions, in reading order."""
    for passage in part.passages if isinstance(part, Choice) else (part,):
        for block in passage.blocks:
            yield from (message for _, message in block.messages)


def choose_passage(choice: Choice, codes: Sequence[str]) -> Passage | None:
    """The passage a reader sees: exact code first, then its country, then `*` (codes: nearest first)."""
    for code in (*codes, "*"):
        for passage in choice.passages:
            if code in passage.regions:
                return passage
    return None


def region_messages(article: Article, codes: Sequence[str]) -> tuple[Message, ...]:
    """The messages that a reader in this region can see, each once (codes: nearest first)."""
    found: list[Message] = list(article.head.values())
    for part in article.parts:
        passage = choose_passage(part, codes) if isinstance(part, Choice) else part
        if passage is not None:
            found.extend(part_messages(passage))
    return unite(found)


# --- front matter -----------------------------------------------------------------------------


def _split_front_matter(text: str) -> tuple[str | None, str, int]:
    """(TOML text or None, body, 0-based line where the body starts)."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].strip() != _FENCE:
        return None, text, 0
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == _FENCE:
            return "".join(lines[1:number]), "".join(lines[number + 1 :]), number + 1
    return None, text, 0


def _read_front_matter(head: str, path: str) -> tuple[FrontMatter | None, tuple[Problem, ...]]:
    toml = parse_toml(head, path, first_line=2)
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, value in toml.values.items():
        if key not in _KEYS:
            known = ", ".join(_KEYS)
            problems.append(
                Problem(path, toml.line(key), f"unknown key `{key}`", f"known keys: {known}")
            )
            continue
        try:
            values[key] = msgspec.convert(value, _KEYS[key])
        except msgspec.ValidationError as error:
            problems.append(
                Problem(path, toml.line(key), f"key `{key}`: {error}", "see the guide for editors")
            )
    for key in ("title", "summary", "updated"):
        if key not in toml.values or toml.values[key] == "":
            problems.append(Problem(path, 1, f"key `{key}` is missing", f"add {key} = ..."))
    if values.get("reviewed_by") and not values.get("reviewed_on"):
        problems.append(
            Problem(
                path,
                toml.line("reviewed_by"),
                "a clinical review needs its date",
                "add reviewed_on = YYYY-MM-DD",
            )
        )
    return (None if problems else FrontMatter(**values)), tuple(problems)


def _head_messages(
    front: FrontMatter, head: str, path: str, env: Env
) -> tuple[dict[str, Message], tuple[Problem, ...]]:
    toml = parse_toml(head, path, first_line=2)
    heads: dict[str, Message] = {}
    problems: list[Problem] = []
    for kind, text in (("title", front.title), ("summary", front.summary), ("alert", front.alert)):
        if not text:
            continue
        line = toml.line(kind)
        message = Message(
            msgid=fold_soft_breaks(text.strip(), env),
            kind=kind,
            critical=kind == "alert",
            syntax="markdown",
            single=True,
            paths=(path,),
            line=line,
        )
        for token in walk_inline(parse_inline(message.msgid, env)):
            if token.type == "placeholder" and kind == "alert":
                continue
            if token.type not in {"text", "softbreak", "text_special"}:
                problems.append(
                    Problem(
                        path,
                        line,
                        f"`{kind}` holds markup or a placeholder: {token.markup or token.content}",
                        "write plain text; only `alert` may hold {emergency}",
                    )
                )
        heads[kind] = message
    return heads, tuple(problems)


# --- body -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pending:
    """What the comments above a block say about it."""

    notes: list[str] = field(default_factory=list)
    context: str = ""
    translatable: bool = True
    key: bool = False
    line: int = 0


class _Reader:
    """Walks top-level tokens once and gathers parts; `problems` fills on the way."""

    def __init__(self, path: str, first_line: int, env: Env) -> None:
        self.path = path
        self.first_line = first_line
        self.env = env
        self.problems: list[Problem] = []
        self.ids: set[str] = set()

    def problem(self, line: int, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, line, message, hint))

    def line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0) + 1

    def read(self, tokens: Sequence[Token]) -> list[Part]:
        passages: list[Passage] = []
        blocks: list[Block] = []
        opened: Passage | None = None
        pending = _Pending()

        def close(passage: Passage) -> None:
            if blocks or passage.regions:
                passages.append(replace(passage, blocks=tuple(blocks)))
            blocks.clear()

        for group in _top_level(tokens):
            token = group[0]
            line = self.line(token)
            if token.type != "mark":
                blocks.append(self.read_block(group, pending, opened))
                pending = _Pending()
            elif not token.content.startswith(":::"):
                self.read_comment(token.content, pending, line)
            elif token.content == ":::":
                self.refuse_pending(pending)
                if opened is None:
                    self.problem(line, "this `:::` closes nothing", "delete it or open a block")
                else:
                    close(opened)
                opened = None
            else:
                self.refuse_pending(pending)
                if opened is not None:
                    self.problem(
                        line,
                        f"a block opens inside the one of line {opened.line}",
                        "close that one by a line `:::` first; blocks do not nest",
                    )
                else:
                    close(Passage((), line=line))
                opened = self.open_passage(token.content, line)
        self.refuse_pending(pending)
        if opened is not None:
            self.problem(opened.line, "this block is never closed", "add a line `:::` at its end")
        close(Passage(()))
        return _group_choices(passages)

    def open_passage(self, text: str, line: int) -> Passage:
        words = text[3:].split()
        critical = "critical" in words
        codes = tuple(word for word in words if word not in {"critical", "region"})
        is_region = words[:1] == ["region"]
        bad = [code for code in codes if not _REGION_CODE.match(code)]
        if not words or (not is_region and words != ["critical"]) or (is_region and not codes):
            self.problem(
                line,
                f"unknown block `{text}`",
                "write `::: critical` or `::: region US CA-QC` or `::: region *`",
            )
        elif bad:
            self.problem(line, f"`{bad[0]}` is not a region code", "write US, CA-QC or *")
        return Passage((), codes if is_region else (), critical, line)

    def read_comment(self, text: str, pending: _Pending, line: int) -> None:
        comment = parse_comment(text)
        assert comment is not None, text
        name, argument = comment
        pending.line = line
        if name in {"note", "context"} and not argument:
            self.problem(line, f"`{name}` says nothing", f"write <!-- {name}: ... -->")
        elif name == "note":
            pending.notes.append(argument)
        elif name == "context":
            pending.context = argument
        elif name == "no-translate":
            pending.translatable = False
        else:
            pending.key = True

    def refuse_pending(self, pending: _Pending) -> None:
        if pending.line:
            self.problem(
                pending.line,
                "this comment belongs to no block",
                "put it on the line above the block it speaks of, inside the same `:::` block",
            )
            pending.line = 0

    def read_block(
        self, tokens: Sequence[Token], pending: _Pending, opened: Passage | None
    ) -> Block:
        critical = opened is not None and opened.critical
        messages: list[tuple[int, Message]] = []
        line = self.line(tokens[0])
        kinds: list[str] = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                line = self.line(token) if token.map else line
                self.check_inline(token, line)
                if pending.translatable and is_translatable(token):
                    message = Message(
                        msgid=fold_soft_breaks(token.content, self.env),
                        msgctxt=pending.context,
                        kind=_kind(kinds),
                        notes=tuple(pending.notes),
                        critical=critical,
                        syntax="markdown",
                        paths=(self.path,),
                        line=line,
                    )
                    messages.append((index, message))
            elif token.nesting == 1:
                kinds.append(token.tag)
                if token.type == "heading_open":
                    self.name_heading(token, tokens[index + 1], self.line(token))
            elif token.nesting == -1:
                kinds.pop()
        return Block(tuple(tokens), tuple(messages), self.line(tokens[0]), pending.key)

    def name_heading(self, token: Token, inline: Token, line: int) -> None:
        if token.tag == "h1":
            self.problem(
                line, "a heading of the first level", "the title is the only one: start at `##`"
            )
        base = slugify(plain_text(inline.children or [])) or "section"
        anchor, number = base, 2
        while anchor in self.ids:
            anchor, number = f"{base}-{number}", number + 1
        self.ids.add(anchor)
        token.meta["id"] = anchor

    def check_inline(self, token: Token, line: int) -> None:
        depth = 0
        for child in walk_inline(token.children or []):
            depth += child.nesting if child.type.startswith("link") else 0
            where = line
            if child.type == "brace":
                self.problem(
                    where,
                    f"a single `{child.content}`",
                    "write {emergency} for the emergency number, or \\{ for a brace",
                )
            elif child.type == "placeholder" and depth:
                self.problem(where, "{emergency} stands in a link", "put it outside of the link")
            elif child.type in {"code_inline", "image"} and "{" in child.content:
                self.problem(
                    where, "a brace in code or in an image's text", "write it as plain text"
                )
            elif child.type == "text" and (left := _TAG_LEFT.search(child.content)):
                self.problem(
                    where,
                    f"`{left[0]}` is left in the text",
                    "marks and known comments stand alone on a line at column 0; "
                    "HTML is not allowed; write &lt; for a plain <",
                )
            target = str(child.attrGet("href") or child.attrGet("src") or "")
            if "{" in target or "%7B" in target:
                self.problem(where, "a placeholder in a link target", "put it outside of the link")


def is_translatable(token: Token) -> bool:
    """Whether an inline token is a message: it holds a letter that is not code."""
    return any(
        character.isalpha()
        for child in walk_inline(token.children or [])
        if child.type != "code_inline"
        for character in child.content
    )


def slugify(text: str) -> str:
    """A heading into an id: lower-case ASCII letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _kind(tags: Sequence[str]) -> str:
    for tag in reversed(tags):
        if tag == "li":
            return "list item"
        if tag == "td":
            return "table cell"
        if tag == "th":
            return "table heading"
        if tag == "blockquote":
            return "quote"
        if re.fullmatch(r"h[1-6]", tag):
            return f"heading {tag[1]}"
    return "paragraph"


def _top_level(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    start = depth = 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tuple(tokens[start : index + 1])
            start = index + 1


def _group_choices(passages: Iterable[Passage]) -> list[Part]:
    parts: list[Part] = []
    run: list[Passage] = []
    for passage in (*passages, None):
        if passage is not None and passage.regions:
            run.append(passage)
            continue
        if run:
            parts.append(Choice(tuple(run), run[0].line))
            run = []
        if passage is not None:
            parts.append(passage)
    return parts
