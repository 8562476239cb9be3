"""Turn Markdown text into markdown-it tokens, and tokens into HTML, with ketapub's few additions.

CommonMark 0.31 and tables, no raw HTML. Added: `:::` lines and the known comments at column 0
become `mark` tokens; `{emergency}` becomes a `placeholder` token, any other `{name}` or unescaped
brace a `brace` token (so that a check can find it). A soft break renders as a space.
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

LOOKS_LIKE_A_MARK = re.compile(r"<!--|:::|</?[A-Za-z!?][^\s<>]*>?")
"""What has no business in a text that people read: a tag, a comment, a mark of ours."""

_COMMENT = re.compile(
    r"<!--\s*(note|context|no-translate|key)(?![\w-])\s*:?\s*((?:(?!-->).)*?)\s*-->\s*$"
)
_BRACES = frozenset("{}")
_REPLACED = frozenset("\r\x00")
"""What markdown-it replaces before any rule is asked."""
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
    if state.src[state.pos] not in "{}":
        return False
    found = _PLACEHOLDER.match(state.src, state.pos)
    if not silent:
        known = found is not None and found[1] in PLACEHOLDERS
        token = state.push("placeholder" if known else "brace", "", 0)
        token.content = state.src[state.pos] if found is None else found[1] if known else found[0]
    state.pos = found.end() if found else state.pos + 1
    return True


def _heading_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Env) -> str:
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
    """Inline Markdown into inline tokens, with the document's reference definitions.

    The tokens are shared with whoever else parses the same text: change none.
    """
    if env.get("references"):
        (token,) = markdown().parseInline(text, env)
        return token.children or []
    return list(_parse_alone(text))


@lru_cache(maxsize=1 << 13)  # checked, then localized; a source text once for every language
def _parse_alone(text: str) -> tuple[Token, ...]:
    """The tokens of a text that depends on no definitions."""
    md = markdown()
    if text and not md.inline.terminator_re.search(text) and _REPLACED.isdisjoint(text):
        return (Token("text", "", 0, content=text, level=0),)  # no rule has anything to do
    (token,) = md.parseInline(text, {})
    return tuple(token.children or ())


def parse_typed(text: str, env: Env) -> list[Token]:
    """As `parse_inline`, but entities and escapes stay tokens of their own (`text_special`).

    So that the `<b` in `&lt;b` and `\\<b` can be told from a tag that someone typed.
    """
    tokens: list[Token] = []
    md = markdown()
    md.inline.parse(text, md, env, tokens)
    return tokens


def render_tokens(tokens: Sequence[Token], env: Env) -> str:
    """Block tokens into HTML, placeholders between SLOT characters."""
    md = markdown()
    return str(md.renderer.render(list(tokens), md.options, env))


def render_children(children: Sequence[Token], env: Env) -> str:
    """Inline tokens into HTML, placeholders between SLOT characters."""
    return render_tokens([Token("inline", "", 0, children=list(children))], env)


def walk_inline(children: Sequence[Token]) -> list[Token]:
    """All inline tokens, those inside images too, in reading order."""
    found: list[Token] = []
    for token in children:
        found.append(token)
        if token.children:
            found.extend(walk_inline(token.children))
    return found


def title_texts(children: Sequence[Token]) -> list[str]:
    """The titles of links and images: a reader sees them beside the text, as a tooltip."""
    titles = (token.attrGet("title") for token in children)
    return [str(title) for title in titles if title]


def stray_braces(token: Token) -> bool:
    """Whether a brace or placeholder stands where it cannot be one: in code, a text for an image.

    Or in a title, of which no escape tells whether it was meant.
    """
    if token.type == "code_inline":
        return not _BRACES.isdisjoint(token.content)
    inner = walk_inline(token.children or [])
    title = str(token.attrGet("title") or "")
    return any(t.type in {"brace", "placeholder"} for t in inner) or not _BRACES.isdisjoint(title)


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
    lines = content.split("\n")
    if len(lines) == 1:
        return content
    wanted = _render_inline(content, env)
    folded = " ".join(line.strip(" \t") for line in lines)
    if _render_inline(folded, env) == wanted:
        return folded
    text = lines[0]
    for number, line in enumerate(lines[1:], start=1):
        rest = "".join(f"\n{other}" for other in lines[number + 1 :])
        joined = (text.rstrip(" \t") + " " + line.lstrip(" \t"), f"{text} {line}")
        same = (trial for trial in joined if _render_inline(trial + rest, env) == wanted)
        text = next(same, f"{text}\n{line}")
    return text


def _render_inline(text: str, env: Env) -> str:
    return render_children(parse_inline(text, env), env)
