"""Markdown: what ketapub adds to markdown-it, and that it adds nothing else."""

from __future__ import annotations

import pytest

from ketapub.markdown import (
    SLOT,
    Env,
    fold_soft_breaks,
    parse_blocks,
    parse_comment,
    parse_inline,
    parse_typed,
    plain_text,
    render_children,
    render_tokens,
    title_texts,
    walk_inline,
)
from texts import every_example, render, stock


def types(text: str) -> list[str]:
    return [token.type for token in parse_blocks(text, {}) if token.nesting >= 0]


def inline(text: str) -> list[tuple[str, str]]:
    return [(token.type, token.content) for token in parse_inline(text, {})]


@every_example
def test_other_markdown_is_that_of_commonmark(text: str) -> None:
    """Every example of the specification renders as by markdown-it itself."""
    assert render(text) == stock().render(text)


@pytest.mark.parametrize(
    "text",
    ["| a | b |\n| :- | -: |\n| `x|y` | c |\n", "a\n| - |\n", "1. a\n\n   | b |\n   | - |\n"],
)
def test_tables_are_those_of_markdown_it(text: str) -> None:
    """Tables render as by markdown-it itself."""
    assert render(text) == stock().render(text)


# --- marks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        ":::",
        "::: critical",
        ":::region US",
        "<!-- key -->",
        "<!--note:a-->",
        "<!-- context: a --> ",
    ],
)
def test_a_line_at_column_0_is_a_mark(text: str) -> None:
    """Marks and known comments stand alone on a line and render as nothing."""
    assert types(text) == ["mark"]
    assert render(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        " :::",
        "a :::",
        "> :::",
        "- :::",
        "<!-- todo -->",
        "<!-- key --> a",
        "<!-- key",
        " <!-- key -->",
    ],
)
def test_anything_else_is_text(text: str) -> None:
    """What only looks like a mark stays text, where a check can find it."""
    assert "mark" not in types(text)


@pytest.mark.parametrize(
    "block", ["a paragraph", "> a quote", "- a list", "1. a list", "a|b\n-|-\nc|d"]
)
def test_a_mark_ends_every_other_block(block: str) -> None:
    """No blank line is needed before a mark: it is never swallowed by a lazy paragraph."""
    found = parse_blocks(f"{block}\n::: critical\nText.\n", {})
    mark = next(token for token in found if token.type == "mark")
    assert (mark.level, mark.map) == (0, [block.count("\n") + 1, block.count("\n") + 2])


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("<!-- note: To translators: yes. -->", ("note", "To translators: yes.")),
        ("<!--context:month-->", ("context", "month")),
        ("<!-- no-translate -->", ("no-translate", "")),
        ("<!-- key -->", ("key", "")),
        ("<!-- note: a -- b -->", ("note", "a -- b")),
        ("<!-- note: a --> b <!-- c -->", None),
        ("<!-- key-message -->", None),
        ("<!-- keys -->", None),
        ("<!-- todo -->", None),
        ("Text.", None),
    ],
)
def test_known_comments(text: str, comment: tuple[str, str] | None) -> None:
    """A comment is a known name and what it says, up to its one end."""
    assert parse_comment(text) == comment


# --- the placeholder ----------------------------------------------------------------------------


def test_emergency_is_a_token_of_its_own() -> None:
    """`{emergency}` is the one placeholder; in HTML it stands between SLOT characters."""
    assert inline("Call {emergency}!") == [
        ("text", "Call "),
        ("placeholder", "emergency"),
        ("text", "!"),
    ]
    assert render_children(parse_inline("**{emergency}**", {}), {}) == (
        f"<strong>{SLOT}emergency{SLOT}</strong>"
    )


@pytest.mark.parametrize(
    ("text", "braces"),
    [
        ("{police}", ["{police}"]),
        ("{ emergency }", ["{", "}"]),
        ("{{emergency}}", ["{", "}"]),
        (r"\{emergency\}", []),
        ("&#123;emergency&#125;", []),
        ("`{emergency}`", []),
    ],
)
def test_other_braces_can_be_found(text: str, braces: list[str]) -> None:
    """Every other unescaped brace is a token, and renders as it is."""
    assert [content for kind, content in inline(text) if kind == "brace"] == braces


def test_nobody_can_write_a_slot() -> None:
    """No text whatever brings the character that stands around a placeholder into the HTML."""
    for text in (
        "\x00emergency\x00",
        "&#0;emergency&#0;",
        "[a](\x00emergency\x00 '\x00')",
        "`\x00`",
    ):
        assert SLOT not in render_children(parse_inline(text, {}), {})


# --- reading tokens -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Call **{emergency}** *now*", "Call {emergency} now"),
        ("9&#49;1, 9**1**1, `911`", "911, 911, 911"),
        ("a\nb\\\nc", "a b c"),
        ("![alt *text*](x.png) [link](y 'title')", "alt text link"),
        ("<https://example.org>", "https://example.org"),
        ("&lt;b&gt; \\<i", "<b> <i"),
    ],
)
def test_plain_text_is_what_a_reader_reads(text: str, plain: str) -> None:
    """Markup is gone, entities are decoded, code and image texts are there."""
    assert plain_text(parse_inline(text, {})) == plain


def test_titles_are_read_beside_the_text() -> None:
    """Titles of links and images are found, those of link references and inside links too."""
    env: Env = {}
    parse_blocks("[r]: /x 'three'", env)
    text = "[a ![b](c 'two')](d 'one') [e][r] [f](g)"
    assert title_texts(parse_inline(text, env)) == ["one", "two", "three"]


def test_text_as_typed_keeps_entities_apart() -> None:
    """A tag that someone typed can be told from one that is only shown."""
    found = walk_inline(parse_typed("<b> &lt;b> \\<b>", {}))
    assert [(t.type, t.content) for t in found] == [
        ("text", "<b> "),
        ("text_special", "<"),
        ("text", "b> "),
        ("text_special", "<"),
        ("text", "b>"),
    ]


def test_headings_show_their_ids() -> None:
    """An id given to a heading token is rendered, escaped."""
    tokens = parse_blocks("## a\n\n## b", {})
    tokens[0].meta["id"] = 'x"<'
    assert render_tokens(tokens, {}) == '<h2 id="x&quot;&lt;">a</h2>\n<h2>b</h2>\n'


# --- soft breaks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("one", "one"),
        ("one\ntwo\nthree", "one two three"),
        ("one \n   two", "one two"),
        ("one  \ntwo\nthree", "one  \ntwo three"),
        ("one\\\ntwo\nthree", "one\\\ntwo three"),
        ("`a\n  b`\nc", "`a   b` c"),
        ("[a\nb](/x)\nc", "[a b](/x) c"),
        ("[a](/x\n'b')", "[a](/x 'b')"),
        ("*a\nb*", "*a b*"),
        ("![a\nb](c)\nd", "![a\nb](c) d"),
    ],
)
def test_soft_breaks_fold_where_nothing_changes(text: str, folded: str) -> None:
    """Source lines are joined by spaces, each where the HTML stays the same."""
    assert fold_soft_breaks(text, {}) == folded


@every_example
def test_folding_never_changes_the_html(text: str) -> None:
    """In every example of the specification the folded text renders as the lines did."""
    env: Env = {}
    for token in parse_blocks(text, env):
        if token.type == "inline":
            folded = fold_soft_breaks(token.content, env)
            assert render_children(parse_inline(folded, env), env) == render_tokens([token], env)
