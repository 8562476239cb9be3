"""Checks on source texts: numbers in them, and regions that find no text."""

from __future__ import annotations

import pytest

from ketapub.check import check_choices, check_pictures, check_source
from ketapub.check.text import (
    beside_placeholder,
    known_in,
    number_shapes,
    numbers,
    phone_like,
    plain_digits,
    spelled_digits,
    whole_numbers,
)
from ketapub.errors import Problem
from ketapub.message import Message
from texts import article_of

KNOWN = frozenset({"911", "112", "000", "15", "131114", "18006624357"})

# --- digits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("٩١١ ۹۱۱ ९११ ９１１ 𝟗𝟏𝟏", "911 911 911 911 911"),
        ("⁹₁① ❾⓫ ⒈ ⑴ ፩", "911 911 1 1 1"),
        ("9\u200b1\u00ad1\u202e 9\ufe0f\u20e31 9\u03011", "911 91 91"),
        ("1½ ¾", "1 1⁄2  3⁄4"),
        ("九一一 〇零 一个 二〇二五年 幺幺零", "911 〇零 一个 2025年 110"),
        ("一五一十 九千八百", "一五一十 九千八百"),
        ("1–2—3‑4−5", "1-2-3-4-5"),
        ("1\u00a0000\u202f000", "1 000 000"),
        ("a\tb\nc", "a\tb\nc"),
        ("Ⅷ half", "VIII half"),
    ],
)
def test_plain_digits(text: str, plain: str) -> None:
    """Digits of all scripts and forms are 0-9, and nothing invisible parts them."""
    assert plain_digits(text) == plain


def test_numbers_are_counted() -> None:
    """Runs of digits, as often as they occur."""
    assert numbers("2 of 2, 1,500 and 3.5") == {"2": 2, "1": 1, "500": 1, "3": 1, "5": 1}


def test_thousands_are_joined() -> None:
    """1,500 and 1 500 and 1500 are one number; 2 and 300 side by side may be two."""
    assert whole_numbers("1,500 1.500.000 1’500 12 34") == {
        "1500": 2,
        "1500000": 1,
        "12": 1,
        "34": 1,
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1-800-662-4357", ("1-800-662-4357",)),
        ("+1 (800) 662 4357", ("+1 (800) 662 4357",)),
        ("0800/123.456", ("0800/123.456",)),
        ("123456", ()),
        ("1,000,000", ()),
        ("2025-05-02 and 02.05.2025 and 2019–2025", ()),
        ("2025-05-02-1", ("2025-05-02-1",)),
        ("12.34.2025.1", ("12.34.2025.1",)),
        ("1 of 20, 30, 40, 50 and 60", ()),
    ],
)
def test_the_shape_of_a_telephone_number(text: str, found: tuple[str, ...]) -> None:
    """Seven digits or more with separators of telephone numbers, and no date or span of years."""
    assert phone_like(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9-1-1", ("9-1-1",)),
        ("1 1 2 now", ("1 1 2",)),
        ("9-11 and 24/7 and 1-2", ()),
        ("5*3 1,000", ()),
    ],
)
def test_digits_spelt_one_by_one(text: str, found: tuple[str, ...]) -> None:
    """Three digits or more, each by itself."""
    assert spelled_digits(text) == found
    assert number_shapes(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("911", ("911",)),
        ("call 9-1-1.", ("9-1-1",)),
        ("13 11 14", ("13 11 14",)),
        ("1311-14", ("1311-14",)),
        ("1,800,662,4357", ("1,800,662,4357",)),
        ("911 or 112", ("911", "112")),
        ("15 minutes", ()),
        ("9110 19 1 1", ()),
        ("10,000 and 10 000", ()),
        ("call 000", ("000",)),
        ("112 mg, 112mg, 112 %, $112, 1.112, 112.5", ()),
        ("1½ tablets", ()),
    ],
)
def test_known_numbers(text: str, found: tuple[str, ...]) -> None:
    """A long number in any grouping; a short one by itself or spelt; no amount, no measure."""
    assert known_in(text, KNOWN) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5{emergency}", "5{emergency}"),
        ("{emergency}-5", "{emergency}-5"),
        ("٥{emergency}", "5{emergency}"),
        ("*{emergency}", "*{emergency}"),
        ("5 {emergency}, 5", ""),
        ("({emergency}). 5", ""),
    ],
)
def test_digits_beside_a_placeholder(text: str, found: str) -> None:
    """What would be read as part of the number that stands there."""
    assert beside_placeholder(text) == found


# --- sources ----------------------------------------------------------------------------------------


def test_a_page_template_holds_no_number_either() -> None:
    """Messages of templates and helplines are checked in both forms, with path and line."""
    message = Message("Call", msgid_plural="Call 112", paths=("templates/web/a.html",), line=7)
    (problem,) = check_source([message], KNOWN)
    assert str(problem) == (
        "templates/web/a.html:7: `112` is a telephone number in a text\n"
        "  hint: write {emergency}, or leave it to the helplines of the region"
    )
    assert check_source([Message("Sheet {number} of {total}")], KNOWN) == ()


def test_each_place_is_told_with_its_line() -> None:
    """Two texts with numbers are two problems, translatable or not."""
    article = article_of("Call 911.\n\n- x\n- Call 112.\n\n112 112\n")
    found = check_source(article.messages, KNOWN, article)
    assert [(problem.line, problem.message[1:4]) for problem in found] == [
        (1, "911"),
        (4, "112"),
        (6, "112"),
    ]


# --- choices ----------------------------------------------------------------------------------------

CHAINS = (("US",), ("CA-QC", "CA"), ("CA-ON", "CA"))


def choices(*codes: str) -> list[str]:
    body = "\n".join(f"::: region {code}\nText.\n:::" for code in codes)
    return [describe(problem) for problem in check_choices(article_of(body), CHAINS)]


def describe(problem: Problem) -> str:
    assert problem.path == "case.md"
    assert problem.hint
    return f"{problem.line} {problem.severity}: {problem.message}"


@pytest.mark.parametrize(
    "codes", [("US", "CA"), ("US CA",), ("*",), ("US", "*"), ("US", "CA-QC", "CA-ON"), ()]
)
def test_every_region_finds_its_text(codes: tuple[str, ...]) -> None:
    """Exact code, country or `*`: then all is well."""
    assert choices(*codes) == []


def test_a_region_without_text_is_an_error() -> None:
    """Each region that would silently see nothing is named, with the line of the choice."""
    assert choices("CA-QC") == [
        "1 error: region US finds no text here",
        "1 error: region CA-ON finds no text here",
    ]


def test_a_region_named_twice_is_an_error() -> None:
    """Which of two texts it sees would be chance."""
    assert choices("US", "CA US", "*", "*") == [
        "4 error: `US` is named twice in this choice",
        "10 error: `*` is named twice in this choice",
    ]


def test_a_text_that_nobody_sees_is_told_of() -> None:
    """A code that is no region of the publication is a slip, such as UK for GB."""
    assert choices("UK", "*") == [
        "1 warning: `UK` is no region of this publication: nobody sees this"
    ]


def test_each_choice_is_judged_by_itself() -> None:
    """A `*` elsewhere does not help."""
    body = "::: region *\n:::\n\nText.\n\n::: region US CA\n:::\n\nText.\n\n::: region US\n:::\n"
    found = check_choices(article_of(body), CHAINS)
    assert [(p.line, p.message.split()[1]) for p in found] == [(11, "CA-QC"), (11, "CA-ON")]


def test_a_picture_in_an_article_is_refused() -> None:
    """A remote one would make every reader's browser ask another host (law 10)."""
    body = "Text.\n\n- so ![tracker](https://host.test/pixel.gif)\n"
    assert [(p.line, p.message) for p in check_pictures(article_of(body))] == [
        (3, "a picture in the text")
    ]
    assert check_pictures(article_of("Text with a [link](https://host.test/).\n")) == ()
