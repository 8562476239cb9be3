"""What is protected in a text, and that nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ketapub.kit.inline import Code, Part, cut_inline, number_alike
from ketapub.markdown import parse_inline, walk_inline

ATOMS = ["*", "**", "_", "`", "[", "](#x)", "](u \"t\")", "{emergency}", "\\*", "&amp;", "<https://e.org>",
         "  \n", " ", "a", "أ", "!["]  # fmt: skip
TEXTS = st.lists(st.sampled_from(ATOMS), max_size=14).map("".join) | st.text(max_size=40)


def said(parts: tuple[Part, ...]) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in parts)


@given(TEXTS, st.booleans())
@example("**a *b** c*", True)
def test_the_parts_joined_are_the_text(text: str, markdown: bool) -> None:
    assert said(cut_inline(text, markdown)) == text


@given(TEXTS)
def test_pairs_are_nested_and_each_number_is_one_code(text: str) -> None:
    stack: list[int] = []
    seen: set[int] = set()
    for part in cut_inline(text, markdown=True):
        if not isinstance(part, Code):
            continue
        if part.kind == "close":
            assert stack.pop() == part.number
            continue
        assert part.number not in seen
        seen.add(part.number)
        stack += [part.number] if part.kind == "open" else []
    assert stack == []


@given(TEXTS, TEXTS)
def test_numbering_like_the_source_changes_no_text_and_no_pair(text: str, model: str) -> None:
    parts = cut_inline(text, markdown=True)
    renumbered = number_alike(parts, cut_inline(model, markdown=True))
    assert said(renumbered) == text
    numbers = {a.number: b.number for a, b in zip(parts, renumbered, strict=True)
               if isinstance(a, Code) and isinstance(b, Code)}  # fmt: skip
    assert len(set(numbers.values())) == len(numbers)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Call {emergency} **now**.", ["{emergency}", "**", "**"]),
        ("[risks and *side* effects](#risks)", ["[", "*", "*", "](#risks)"]),
        ('see [here](https://e.org/a_(b) "a title")', ["[", '](https://e.org/a_(b) "a title")']),
        ("5 * 3 and snake_case", []),
        ("a lone [bracket] and **", []),
        (r"\{not one\} `code` &lt;", [r"\{", r"\}", "`code`", "&lt;"]),
    ],
)
def test_what_is_a_code(text: str, codes: list[str]) -> None:
    found = [part.text for part in cut_inline(text, markdown=True) if isinstance(part, Code)]
    assert found == codes


def test_of_a_plain_text_only_placeholders_are_protected() -> None:
    parts = cut_inline("*{month}* [x](y)", markdown=False)
    assert [part.text for part in parts if isinstance(part, Code)] == ["{month}"]


def test_every_mark_of_the_article_is_protected(load, root) -> None:  # type: ignore[no-untyped-def]
    """Markdown's own parser finds as many emphases, links and placeholders as we protect."""
    article = load(root).articles["ketamine"]
    wanted = 0
    for message in article.messages:
        tokens = walk_inline(parse_inline(message.msgid, article.env))
        codes = [p for p in cut_inline(message.msgid, markdown=True) if isinstance(p, Code)]
        marks = [t for t in tokens if t.nesting or t.type == "placeholder"]
        assert len(codes) == len(marks), message.msgid
        wanted += len(marks)
    assert wanted >= 10
