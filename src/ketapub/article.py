"""Turn one Markdown source text into an `Article`: front matter, passages and messages.

The ONE place that decides what is translatable: extraction and localization both read
`Block.messages`. Opens no file and knows no region data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from markdown_it.token import Token

from ketapub.errors import Problem, has_errors
from ketapub.front_matter import FENCE, FrontMatter, read_front_matter, split_front_matter
from ketapub.markdown import (
    LOOKS_LIKE_A_MARK,
    Env,
    fold_soft_breaks,
    parse_blocks,
    parse_comment,
    parse_typed,
    plain_text,
    stray_braces,
    walk_inline,
)
from ketapub.message import Message, unite
from ketapub.toml import Toml, parse_toml

_REGION_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?$|\*$")
_INDENTED_MARK = re.compile(r"^\s*(:::|<!--)", re.MULTILINE)
_PLAIN = frozenset({"text", "text_special", "softbreak"})
PAGE_IDS = frozenset(
    ("main", "help", *(f"{part}-heading" for part in ("contents", "help", "handouts", "sources")))
)
"""Ids of the page's own parts, which no heading takes; others of the page hold an underscore."""
"""Inline tokens without markup."""
_Option = TypeVar("_Option")


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
    head, body, lines_above = split_front_matter(text)
    if head is None:
        message = "the front matter is missing or not closed"
        return None, (Problem(path, 1, message, f"open and close it by {FENCE}"),)
    toml = parse_toml(head, path, first_line=2)
    front, problems = read_front_matter(toml, path)
    parts, env, found = read_body(body, path, lines_above)
    problems += found
    if front is None:
        return None, problems
    heads, found = _head_messages(front, toml, path, env)
    problems += found
    if has_errors(problems):
        return None, problems
    every = [*heads.values(), *(m for part in parts for m in part_messages(part))]
    return Article(slug, path, front, heads, parts, unite(every), env), problems


def read_body(
    text: str, path: str, lines_above: int = 0
) -> tuple[tuple[Part, ...], Env, tuple[Problem, ...]]:
    """The Markdown below the front matter into parts, link references and problems."""
    env: Env = {}
    reader = _Reader(path, lines_above, env)
    parts = reader.read(parse_blocks(text, env))
    return parts, env, tuple(reader.problems)


def part_messages(part: Part) -> Iterator[Message]:
    """Every occurrence of a message in a part, of all its regions, in reading order."""
    for passage in part.passages if isinstance(part, Choice) else (part,):
        for block in passage.blocks:
            yield from (message for _, message in block.messages)


def choose_option(
    options: Iterable[tuple[Sequence[str], _Option]], codes: Sequence[str]
) -> _Option | None:
    """Of (region codes, option): exact code first, then its country, then `*`.

    `codes`: the reader's region, nearest first.
    """
    options = tuple(options)
    wanted = (option for code in (*codes, "*") for names, option in options if code in names)
    return next(wanted, None)


def chosen_options(article: Article, codes: Sequence[str]) -> tuple[int, ...]:
    """Which passage of each choice these readers see, by its number; -1 for none.

    Regions for which it is equal read the same text.
    """
    choices = (part for part in article.parts if isinstance(part, Choice))
    numbered = ([(p.regions, n) for n, p in enumerate(choice.passages)] for choice in choices)
    found = (choose_option(options, codes) for options in numbered)
    return tuple(-1 if number is None else number for number in found)


def choose_passage(choice: Choice, codes: Sequence[str]) -> Passage | None:
    """The passage that a reader sees (codes: nearest first)."""
    return choose_option(((p.regions, p) for p in choice.passages), codes)


def region_messages(article: Article, codes: Sequence[str]) -> tuple[Message, ...]:
    """The messages that a reader in this region can see, each once (codes: nearest first)."""
    found: list[Message] = list(article.head.values())
    for part in article.parts:
        passage = choose_passage(part, codes) if isinstance(part, Choice) else part
        if passage is not None:
            found.extend(part_messages(passage))
    return unite(found)


def _head_messages(
    front: FrontMatter, toml: Toml, path: str, env: Env
) -> tuple[dict[str, Message], tuple[Problem, ...]]:
    heads: dict[str, Message] = {}
    problems: list[Problem] = []
    for kind, text in (("title", front.title), ("summary", front.summary), ("alert", front.alert)):
        if not text.strip():
            continue
        line = toml.line(kind)
        heads[kind] = message = Message(
            msgid=fold_soft_breaks(text.strip(), env),
            kind=kind,
            critical=kind == "alert",
            syntax="markdown",
            single=True,
            paths=(path,),
            line=line,
        )
        plain = _PLAIN | {"placeholder"} if kind == "alert" else _PLAIN
        tokens = parse_typed(message.msgid, env)
        markup = next((token for token in tokens if token.type not in plain), None)
        if markup is not None:
            shown = markup.markup or markup.content or markup.type.removesuffix("_open")
            hint = "write plain text; only `alert` may hold {emergency}"
            problems.append(
                Problem(path, line, f"`{kind}` holds markup or a placeholder: {shown}", hint)
            )
        else:
            found = inline_faults(tokens)
            problems += [Problem(path, line, fault, hint) for _, fault, hint in found]
    return heads, tuple(problems)


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

    def __init__(self, path: str, lines_above: int, env: Env) -> None:
        self.path = path
        self.lines_above = lines_above
        self.env = env
        self.problems: list[Problem] = []
        self.ids = set(PAGE_IDS)
        self.passages: list[Passage] = []
        self.blocks: list[Block] = []
        self.opened: Passage | None = None

    def problem(self, line: int, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, line, message, hint))

    def line(self, token: Token) -> int:
        return self.lines_above + (token.map[0] if token.map else 0) + 1

    def read(self, tokens: Sequence[Token]) -> tuple[Part, ...]:
        pending = _Pending()
        for group in _top_level(tokens):
            mark = group[0]
            if mark.type != "mark":
                self.blocks.append(self.read_block(group, pending))
                pending = _Pending()
            elif mark.content.startswith(":::"):
                self.refuse_pending(pending)
                pending = _Pending()
                self.read_fence(mark.content, self.line(mark))
            else:
                self.read_comment(mark.content, pending, self.line(mark))
        self.refuse_pending(pending)
        if self.opened is not None:
            hint = "add a line `:::` at its end"
            self.problem(self.opened.line, "this block is never closed", hint)
        self.close(Passage(()))
        return _group_choices(self.passages)

    def read_fence(self, text: str, line: int) -> None:
        if text != ":::":
            if self.opened is None:
                self.close(Passage((), line=line))
            else:
                message = f"a block opens inside the one of line {self.opened.line}"
                hint = "close that one by a line `:::` first; blocks do not nest"
                self.problem(line, message, hint)
            self.opened = self.open_passage(text, line)
        elif self.opened is None:
            self.problem(line, "this `:::` closes nothing", "delete it or open a block")
        else:
            self.close(self.opened)
            self.opened = None

    def close(self, passage: Passage) -> None:
        if self.blocks or passage.regions:
            self.passages.append(replace(passage, blocks=tuple(self.blocks)))
        self.blocks.clear()

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
            message = "this comment belongs to no block"
            hint = "put it on the line above the block it speaks of, inside the same `:::` block"
            self.problem(pending.line, message, hint)

    def read_block(self, tokens: Sequence[Token], pending: _Pending) -> Block:
        messages: list[tuple[int, Message]] = []
        line = self.line(tokens[0])
        tags: list[str] = []
        for index, token in enumerate(tokens):
            line = self.line(token) if token.map else line  # the cells of a table have none
            if token.type == "inline":
                self.check_inline(token, line)
                if pending.translatable and is_translatable(token):
                    messages.append((index, self.message(token, _kind(tags), pending, line)))
            elif token.type in {"code_block", "fence"}:
                self.check_code(token, line)
            elif token.nesting == 1:
                tags.append(token.tag)
                if token.type == "heading_open":
                    self.name_heading(token, tokens[index + 1], line)
            elif token.nesting == -1:
                tags.pop()
        return Block(tuple(tokens), tuple(messages), self.line(tokens[0]), pending.key)

    def message(self, token: Token, kind: str, pending: _Pending, line: int) -> Message:
        return Message(
            msgid=fold_soft_breaks(token.content, self.env),
            msgctxt=pending.context,
            kind=kind,
            notes=tuple(pending.notes),
            critical=self.opened is not None and self.opened.critical,
            syntax="markdown",
            paths=(self.path,),
            line=line,
        )

    def name_heading(self, token: Token, inline: Token, line: int) -> None:
        if token.tag == "h1":
            hint = "the title is the only one: start at `##`"
            self.problem(line, "a heading of the first level", hint)
        base = slugify(plain_text(inline.children or [])) or "section"
        anchor, number = base, 2
        while anchor in self.ids:
            anchor, number = f"{base}-{number}", number + 1
        self.ids.add(anchor)
        token.meta["id"] = anchor

    def check_inline(self, token: Token, line: int) -> None:
        for below, message, hint in inline_faults(parse_typed(token.content, self.env)):
            self.problem(line + below, message, hint)

    def check_code(self, token: Token, line: int) -> None:
        if "{emergency}" in token.info + token.content:
            self.problem(line, "{emergency} stands in code", "write it in a text")
        if token.type == "code_block" and (mark := _INDENTED_MARK.search(token.content)):
            below = token.content.count("\n", 0, mark.start(1))
            message = f"an indented `{mark[1]}` is code, not a mark"
            self.problem(line + below, message, "start the line with it, without spaces before")


def inline_faults(tokens: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """What may not stand in a source text, as (line within it, message, remedy).

    `tokens`: as `parse_typed` gives them.
    """
    line = links = 0
    for token in tokens:
        line += token.type in {"softbreak", "hardbreak"}
        links += token.nesting if token.type.startswith("link") else 0
        if (found := _fault(token, links > 0)) is not None:
            yield line, *found


def _fault(token: Token, in_link: bool) -> tuple[str, str] | None:
    target = str(token.attrGet("href") or token.attrGet("src") or "")
    if token.type == "brace":
        hint = "write {emergency} for the emergency number, or \\{ for a brace"
        name = "a single" if token.content in "{}" else "unknown placeholder"
        return f"{name} `{token.content}`", hint
    if token.type == "placeholder" and in_link:
        return "{emergency} stands in a link", "put it outside of the link"
    if "{" in target or "%7B" in target:
        return "a brace in a link's target", "put {emergency} outside of the link"
    if stray_braces(token):
        return "a brace in code, in an image's text or in a title", "write it as plain text"
    texts = walk_inline([token]) if token.type in {"text", "image"} else ()
    for text in texts:
        if text.type == "text" and (left := LOOKS_LIKE_A_MARK.search(text.content)):
            return (
                f"`{left[0]}` is left in the text",
                "marks and known comments stand alone on a line at column 0; "
                "HTML is not allowed; write &lt; for a plain <",
            )
    return None


def is_translatable(token: Token) -> bool:
    """Whether an inline token is a message: it holds a letter that is not code or a placeholder."""
    return any(
        character.isalpha()
        for child in walk_inline(token.children or [])
        if child.type not in {"code_inline", "placeholder"}
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


def _group_choices(passages: Iterable[Passage]) -> tuple[Part, ...]:
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
    return tuple(parts)
