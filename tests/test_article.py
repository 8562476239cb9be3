"""Articles: what is a message, what is refused, and what an edit leaves alone."""

from __future__ import annotations

import pytest

from article_cases import FRONT, Case, read_cases, read_source
from ketapub.article import (
    Article,
    Choice,
    choose_passage,
    parse_article,
    part_messages,
    region_messages,
    slugify,
)
from ketapub.catalog import render_template
from ketapub.errors import KetapubError

CASES = read_cases()


def parse(body: str, front: str = FRONT) -> Article:
    article, problems = parse_article(front + body, "case", "case.md")
    assert problems == ()
    assert article is not None
    return article


def template(body: str) -> list[str]:
    """The entries of the article's template."""
    return render_template("case", parse(body).messages, "a case").split("\n\n")


def headings(article: Article) -> list[str]:
    tokens = [t for p in article.parts for b in getattr(p, "blocks", ()) for t in b.tokens]
    return [token.meta["id"] for token in tokens if token.type == "heading_open"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_source_syntax(case: Case) -> None:
    """A source text gives these messages, or these problems with line and remedy."""
    assert read_source(case) == case.expected


def test_no_case_is_lost() -> None:
    """The file of cases is read to its end: as many cases as it has titles, none of them empty."""
    assert len(CASES) >= 60
    assert CASES[-1].title == "front matter and body are judged together"
    assert all(case.expected for case in CASES)
    assert len({case.title for case in CASES}) == len(CASES)


# --- front matter ---------------------------------------------------------------------------------


def test_front_matter_that_is_no_toml_names_the_line_of_the_file() -> None:
    """A slip in the front matter is an error on its own line, counted from the top of the file."""
    with pytest.raises(KetapubError) as raised:
        parse_article('+++\ntitle = "x"\nsummary = oops\n+++\n', "case", "case.md")
    assert str(raised.value).startswith("case.md:3: ")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_counted_alike_for_every_line_end(end: str) -> None:
    """A problem names its line in files of Windows too, and behind characters that look like ends."""
    text = (FRONT.replace("A summary", "A\x85summary\u2028") + "Text.\n\n:::\n").replace("\n", end)
    _, problems = parse_article("\ufeff" + text, "case", "case.md")
    assert [problem.line for problem in problems] == [FRONT.count("\n") + 3]


def test_front_matter_messages_are_plain_text() -> None:
    """Title, summary and alert can stand in metadata: no markup; the alert is critical."""
    front = FRONT.replace("updated", 'alert = "Call {emergency}."\nupdated')
    article = parse("Text.\n", front)
    assert [(m.kind, m.single, m.critical) for m in article.head.values()] == [
        ("title", True, False),
        ("summary", True, False),
        ("alert", True, True),
    ]
    assert article.messages[:3] == tuple(article.head.values())


# --- messages ---------------------------------------------------------------------------------


BODY = """\
## Uses

Ketamine is a medicine
with a long history.

- It is given in *licensed*
  facilities.

## Risks

It can cause nausea.
"""


def test_reflowing_changes_no_entry() -> None:
    """Where the lines of a paragraph or list item break does not matter to translators."""
    reflowed = BODY.replace(" is a medicine\nwith", "\nis a\n  medicine with")
    reflowed = reflowed.replace("in *licensed*\n  facilities", "\n  in *licensed* facilities")
    assert reflowed != BODY
    assert template(reflowed) == template(BODY)


def test_inserting_a_section_only_adds_its_entries() -> None:
    """A new section shifts every line below it and touches no other entry."""
    longer = BODY.replace("## Risks", "## Dose\n\nA doctor decides.\n\n## Risks")
    old, new = template(BODY), template(longer)
    assert [entry for entry in new if entry in old] == old
    assert len(new) == len(old) + 2


def test_renaming_a_heading_changes_its_own_entry_alone() -> None:
    """No entry holds another message's text, such as the heading that it stands below."""
    old, new = template(BODY), template(BODY.replace("## Risks", "## Side effects"))
    assert len(old) == len(new)
    assert [a == b for a, b in zip(old, new, strict=True)].count(False) == 1


def test_moving_a_section_only_moves_its_entries() -> None:
    """An entry is the same wherever its section stands."""
    first, second = BODY.split("## Risks")
    moved = f"## Risks{second}\n{first}"
    assert sorted(map(str.strip, template(moved))) == sorted(map(str.strip, template(BODY)))


def test_equal_msgids_are_one_message() -> None:
    """The same text twice is translated once; it is critical if any of its places is."""
    article = parse("- Stay.\n\n::: critical\nStay.\n:::\n")
    (message,) = article.messages[2:]
    assert (message.msgid, message.kind, message.critical) == ("Stay.", "list item", True)
    assert len([m for part in article.parts for m in part_messages(part)]) == 2


def test_an_authors_context_splits_equal_msgids() -> None:
    """Only a context comment makes two messages of one text."""
    article = parse("May\n\n<!-- context: calendar -->\nMay\n\nMay\n")
    assert [m.key for m in article.messages[2:]] == [("", "May"), ("calendar", "May")]


def test_notes_of_all_places_reach_the_translator() -> None:
    """Notes are gathered into the one entry, each once, critical first."""
    body = "<!-- note: A. -->\nStay.\n\n::: critical\n<!-- note: B. -->\n<!-- note: A. -->\nStay.\n:::\n"
    assert "#. CRITICAL: paragraph\n#. A.\n#. B.\n#: case.md\n" in "\n\n".join(template(body))


@pytest.mark.parametrize(
    ("body", "line"),
    [("\n\nText.\n", 3), ("- a\n- Text.\n", 2), ("| a |\n| - |\n| b |\n| Text. |\n", 4)],
)
def test_a_message_knows_its_line(body: str, line: int) -> None:
    """The line of a message is where its text starts, in lists and tables too."""
    message = next(m for m in parse(body).messages if m.msgid == "Text.")
    assert message.line == FRONT.count("\n") + line


# --- regions ----------------------------------------------------------------------------------


def chosen(body: str, *codes: str) -> str:
    (choice,) = parse(body).parts
    assert isinstance(choice, Choice)
    passage = choose_passage(choice, codes)
    if passage is None:
        return "nothing"
    return " ".join(m.msgid for block in passage.blocks for _, m in block.messages)


CHOICE = """\
::: region *
all
:::
::: region US CA
country
:::
::: region CA-QC
part
:::
"""


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (("CA-QC", "CA"), "part"),
        (("CA-ON", "CA"), "country"),
        (("US",), "country"),
        (("GB",), "all"),
    ],
)
def test_a_reader_sees_the_nearest_text(codes: tuple[str, ...], text: str) -> None:
    """Exact code first, then the country, then `*`, in whatever order they stand."""
    assert chosen(CHOICE, *codes) == text


def test_an_empty_star_says_nothing_elsewhere() -> None:
    """An empty `*` is a choice of nothing, which is not the same as no choice."""
    assert chosen("::: region US\nText.\n:::\n::: region *\n:::\n", "GB") == ""
    assert chosen("::: region US\nText.\n:::\n", "GB") == "nothing"


def test_a_part_of_a_country_does_not_speak_for_it() -> None:
    """A text for Québec is none for Canada."""
    assert chosen("::: region CA-QC\nText.\n:::\n", "CA") == "nothing"


def test_text_between_region_blocks_parts_the_choices() -> None:
    """Only neighbours are one choice."""
    body = "::: region US\na\n:::\n\nBetween.\n\n::: region US\nb\n:::\n"
    assert [isinstance(part, Choice) for part in parse(body).parts] == [True, False, True]


def test_a_region_sees_its_own_messages() -> None:
    """What another region reads does not count for this one."""
    found = region_messages(parse(CHOICE), ("CA-QC", "CA"))
    assert [m.msgid for m in found] == ["A title", "A summary.", "part"]


# --- heading ids --------------------------------------------------------------------------------


def test_heading_ids_are_unique_and_ascii() -> None:
    """Equal headings get numbers, a heading without Latin letters is a section."""
    article = parse(
        "## Café & risks\n\n## Café risks\n\n## Café risks\n\n## 药\n\n## Cafe-risks-2\n"
    )
    assert headings(article) == [
        "cafe-risks",
        "cafe-risks-2",
        "cafe-risks-3",
        "section",
        "cafe-risks-2-2",
    ]


def test_slugs_cannot_leave_their_place() -> None:
    """A heading's id holds letters, digits and single hyphens only, whatever the heading holds."""
    assert slugify('../"><script> %2e É ١') == "script-2e-e"
