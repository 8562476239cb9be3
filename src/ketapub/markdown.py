"""Turn Markdown text into markdown-it tokens, and tokens into HTML, with ketapub's few additions.

CommonMark 0.31 and tables, no raw HTML. Added: `:::` lines and the known comments at column 0
become `mark` tokens; `{emergency}` becomes a `placeholder` token, any other unescaped brace a
`brace` token (so that a check can find it). A soft break renders as a space.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

Env = MutableMapping[str, Any]
"""markdown-it's environment of one document: its link reference definitions."""

PLACEHOLDERS = frozenset({"emergency"})
"""The values that an article may leave open for the region to fill."""

SLOT = "\x00"
"""Stands around a placeholder's name in rendered HTML; Markdown cannot contain it (NUL)."""

_COMMENT = re.compile(r"<!--\s*(note|context|no-translate|key)\b\s*:?\s*(.*?)\s*-->\s*$")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _mark(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start]
    at_column_0 = state.tShift[start] == 0 and (begin == 0 or state.src[begin - 1] == "\n")
    if not at_column_0 or state.sCount[start] < 0:
        return False
    text = state.src[begin : state.eMarks[start]]
    if not (text.startswith(":::") or _COMMENT.match(text)):
        return False
    if silent:
        return True
    state.line = start + 1
    token = state.push("mark", "", 0)
    token.content = text.strip()
    token.map = [start, start + 1]
    return True


def _brace(state: StateInline, silent: bool) -> bool:
    found = _PLACEHOLDER.match(state.src, state.pos)
    known = found is not None and found[1] in PLACEHOLDERS
    if not known and state.src[state.pos] not in "{}":
        return False
    if not silent:
        token = state.push("placeholder" if known else "brace", "", 0)
        token.content = found[1] if found and known else state.src[state.pos]
    state.pos = found.end() if found and known else state.pos + 1
    return True


def _heading_open(
    self: Any, tokens: Sequence[Token], index: int, options: Any, env: Env
) -> str:
    token = tokens[index]
    anchor = token.meta.get("id")
    if anchor:
        return f'<{token.tag} id="{escapeHtml(anchor)}">'
    return str(self.renderToken(tokens, index, options, env))


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """The one parser and renderer."""
    md = MarkdownIt("commonmark", {"html": False}).enable("table")
    md.block.ruler.before(
        "table", "mark", _mark, {"alt": ["paragraph", "reference", "blockquote", "list", "table"]}
    )
    md.inline.ruler.after("escape", "brace", _brace)
    md.add_render_rule("softbreak", lambda self, *_: " ")
    md.add_render_rule("mark", lambda self, *_: "")
    md.add_render_rule(
        "placeholder", lambda self, tokens, i, *_: f"{SLOT}{tokens[i].content}{SLOT}"
    )
    md.add_render_rule("brace", lambda self, tokens, i, *_: tokens[i].content)
    md.add_render_rule("heading_open", _heading_open)
    return md


def parse_comment(text: str) -> tuple[str, str] | None:
    """A known comment into (name, argument); None for anything else."""
    found = _COMMENT.match(text)
    return (found[1], found[2]) if found else None


def parse_blocks(text: str, env: Env) -> list[Token]:
    """A whole document into block tokens; reference definitions go into `env`."""
    return markdown().parse(text, env)


def parse_inline(text: str, env: Env) -> list[Token]:
    """Inline Markdown into inline tokens, with the document's reference definitions."""
    (token,) = markdown().parseInline(text, env)
    return token.children or []


def render_tokens(tokens: Sequence[Token], env: Env) -> str:
    """Block tokens into HTML, placeholders between SLOT characters."""
    md = markdown()
    return str(md.renderer.render(list(tokens), md.options, env))


def render_children(children: Sequence[Token], env: Env) -> str:
    """Inline tokens into HTML, placeholders between SLOT characters."""
    md = markdown()
    return str(md.renderer.renderInline(list(children), md.options, env))


def walk_inline(children: Sequence[Token]) -> list[Token]:
    """All inline tokens, those inside images too, in reading order."""
    found: list[Token] = []
    for token in children:
        found.append(token)
        if token.children:
            found.extend(walk_inline(token.children))
    return found


def plain_text(children: Sequence[Token]) -> str:
    """What a reader reads: text without markup, entities decoded, code and image texts included.

    A placeholder stands as `{name}`; a line break as one space.
    """
    parts = []
    for token in walk_inline(children):
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "placeholder":
            parts.append(f"{{{token.content}}}")
        elif token.type != "image":
            parts.append(token.content)
    return "".join(parts)


def fold_soft_breaks(content: str, env: Env) -> str:
    """Join an inline's source lines by spaces, each where the folded text renders the same.

    So that reflowing a paragraph changes no msgid.
    """
    if "\n" not in content:
        return content
    wanted = render_children(parse_inline(content, env), env)
    folded = content.replace("\n", " ")
    if render_children(parse_inline(folded, env), env) == wanted:
        return folded
    lines = content.split("\n")
    text = lines[0]
    for number, line in enumerate(lines[1:], start=1):
        rest = "\n".join(lines[number + 1 :])
        tail = f"\n{rest}" if number + 1 < len(lines) else ""
        trial = f"{text} {line}"
        same = render_children(parse_inline(trial + tail, env), env) == wanted
        text = trial if same else f"{text}\n{line}"
    return text
