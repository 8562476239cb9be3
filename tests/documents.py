"""Documents and translations for Hypothesis: all of the source syntax, and hostile text."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

DEFINITIONS = "\n\n[ref]: /ref\n[two words]: <https://example.org/2> 'a title'\n"

_WORDS = (
    "ketamine",
    "a risk",
    "2",
    "1,000",
    "é",
    "中文",
    "دواء",
    r"\*",
    r"\{",
    "&amp;",
    "&#42;",
    "a_b",
    "5*3",
    "'",
    '"',
    "&copy",
    "a  b",
    ".",
    "\u00a0",
)
_WILD_WORDS = ("!", "[", "]", "<", "\\", "![", "**", "](", "`", "_")
"""Half of something: they may part or swallow what stands around them."""
_CODE = ("`x`", "``a`b``", "` y `", "`*z*`", "`<b>`")


def _words(wild: bool) -> st.SearchStrategy[str]:
    atoms = (*_WORDS, *(_WILD_WORDS if wild else ()))
    return st.lists(st.sampled_from(atoms), min_size=1, max_size=4).map(" ".join)


def _inline(wild: bool) -> st.SearchStrategy[str]:
    """Inline Markdown without line breaks."""
    words = _words(wild)
    code = st.sampled_from(_CODE)
    links = (
        "[{}](/u)",
        '[{}](</a b> "t &amp; *t*")',
        "[{}][ref]",
        "[**{}**][Two  Words]",
        "![{}](/i.png 'alt')",
    )
    leaf = st.one_of(
        words,
        words,
        code,
        st.sampled_from(["{emergency}", "<https://example.org/3>", "[ref]", "[ref][]", "![ref]"]),
        st.tuples(st.sampled_from(links), words).map(lambda pair: pair[0].format(pair[1])),
    )
    nested = ("*{}*", "__{}__", *(links if wild else ()))

    def wrap(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(st.sampled_from(nested), inner).map(lambda p: p[0].format(p[1].strip())),
            st.lists(inner, min_size=2, max_size=3).map(" ".join),
        )

    return st.recursive(leaf, wrap, max_leaves=4)


@st.composite
def _lines(draw: st.DrawFn, inline: st.SearchStrategy[str]) -> str:
    parts = draw(st.lists(inline, min_size=1, max_size=3))
    text = parts[0]
    for part in parts[1:]:
        text += draw(st.sampled_from(["\n", "\n", " \n  ", "\\\n", "  \n"])) + part
    return text


def _indent(text: str, by: str, first: str = "") -> str:
    head, *rest = text.split("\n")
    return "\n".join([(first or by) + head, *(by + line if line.strip() else "" for line in rest)])


@st.composite
def _items(draw: st.DrawFn, block: st.SearchStrategy[str]) -> str:
    mark = draw(st.sampled_from(["- ", "* ", "1. ", "3) "]))
    items = draw(st.lists(block, min_size=1, max_size=3))
    join = draw(st.sampled_from(["\n", "\n\n"]))
    return join.join(_indent(item, " " * len(mark), mark) for item in items)


@st.composite
def _table(draw: st.DrawFn, inline: st.SearchStrategy[str]) -> str:
    cell = inline.map(lambda text: text.replace("|", r"\|"))
    width = draw(st.integers(1, 3))
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=3))
    lines = [" | ".join(row) for row in rows]
    lines.insert(1, " | ".join([":---"] * width))
    return "\n".join(f"| {line} |" for line in lines)


def _texts(wild: bool) -> st.SearchStrategy[str]:
    inline = _inline(wild)
    code = ["```\ncode & *code*\n```", "    indented & *code*", "~~~ x\n::: y\n~~~"]
    simple = st.one_of(
        _lines(inline),
        _lines(inline),
        st.tuples(st.sampled_from(["##", "###"]), inline).map(" ".join),
        _table(inline),
        st.sampled_from(["---", *code]),
        *([inline.map("{}\n===".format), inline.map("# {}".format)] if wild else []),
    )
    blocks = st.recursive(
        simple,
        lambda inner: st.one_of(
            _items(inner),
            inner.map(lambda text: _indent(text, "> ")),
            st.lists(inner, min_size=2, max_size=2).map("\n\n".join),
        ),
        max_leaves=3,
    )
    return st.lists(blocks, min_size=1, max_size=3).map("\n\n".join)


@dataclass(frozen=True)
class Piece:
    """Blocks for everyone, critical ones, or those of some regions."""

    text: str
    mark: str = ""
    """`critical`, `region US`, `region * critical`."""


_MARKS = ("critical", "region US", "region GB CA-QC", "region *", "region CA critical")


@st.composite
def documents(draw: st.DrawFn, wild: bool = False) -> tuple[Piece, ...]:
    """Pieces in which no two without a mark are neighbours, and region marks stand once.

    `wild`: with half-open markup and more that no article may hold, and that parses all the same.
    """
    texts = _texts(wild)
    pieces: list[Piece] = []
    marks = draw(st.permutations(_MARKS))[: draw(st.integers(0, 4))]
    for mark in marks:
        if draw(st.booleans()):
            pieces.append(Piece(draw(texts)))
        pieces.append(Piece(draw(texts), mark))
    if not pieces or draw(st.booleans()):
        pieces.append(Piece(draw(texts)))
    return tuple(pieces)


def source_of(pieces: tuple[Piece, ...]) -> str:
    """The body of a source file."""
    parts = [f"::: {p.mark}\n{p.text}\n:::\n" if p.mark else f"\n{p.text}\n\n" for p in pieces]
    return "".join(parts) + DEFINITIONS
