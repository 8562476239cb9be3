"""Advice on the words of an article: what is said of which text, where, and that ours is easy to read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ketapub.article import Article, parse_article
from ketapub.check import check_prose, parse_glossary
from ketapub.check.prose import reading_grade
from ketapub.errors import Problem
from ketapub.project import load_project
from ketapub.status import check_all

ROOT = Path(__file__).parent.parent
FRONT = '+++\ntitle = "A title"\nsummary = "A summary."\nupdated = 2025-05-02\n+++\n'
GLOSSARY = parse_glossary(
    '[avoid.en]\naddict = "a person with an addiction"\n[avoid.es]\nadicto = "persona"\n', "g.toml"
)


def article_of(body: str) -> Article:
    article, problems = parse_article(FRONT + body, "a", "source/a.md")
    assert article is not None, problems
    return article


def advice(body: str, language: str = "en") -> list[tuple[str, int]]:
    """(check, line of the body) of everything said of a text."""
    found = check_prose(article_of(body), language, GLOSSARY)
    assert all(p.severity == "warning" and p.message and p.hint for p in found)
    assert all(p.path == "source/a.md" for p in found)
    return [(p.code, p.line - FRONT.count("\n")) for p in found]


@pytest.mark.parametrize(
    "text",
    ["[here](/a)", "[Click here](/a)", "[read more](/a)", "[**this page**](/a)", "[More…](/a)",
     "[Learn more](/a)", "<https://example.org/a>", "Go to www.example.org.",
     "[https://example.org](https://example.org)"],
)  # fmt: skip
def test_a_link_says_where_it_leads(text: str) -> None:
    """Words that could stand for any link, and bare addresses, are named with their line."""
    assert advice(f"## Heading\n\nSome words.\n\nSee {text} now.\n") == [("link-text", 5)]


@pytest.mark.parametrize(
    "text",
    ["[risks of ketamine](/a)", "[here is what to do](/a)", "[more about side effects](/a)",
     "Click here to call.", "[NBC News](https://www.nbcnews.com/)"],
)  # fmt: skip
def test_a_clear_link_is_left_alone(text: str) -> None:
    """Also text that says such words outside of links."""
    assert advice(f"See {text}.\n") == []


def test_unclear_links_are_known_for_english_only() -> None:
    """Words of another language are not taken for English ones."""
    assert advice("[more](/a)\n", "fr") == []


def test_a_sentence_has_up_to_25_words() -> None:
    """Sentences are counted one by one, with or without markup and line breaks."""
    fits, long = "so " * 24 + "on.", "so " * 12 + "*so*\n" + "so " * 12 + "on."
    assert advice(f"{fits} {fits}\n") == []
    assert advice(f"## Heading\n\n{fits} {long}\n") == [("sentence-length", 3)]


def test_a_list_without_full_stops_is_no_sentence() -> None:
    """Nor is a heading."""
    assert advice("## " + "so " * 30 + "on\n\n- " + "so " * 30 + "on\n") == []


@pytest.mark.parametrize("text", ["An addict.", "Two Addicts.", "- an *addict* speaks"])
def test_words_about_a_person_are_those_of_the_glossary(text: str) -> None:
    """In any case, in the plural, in any block."""
    assert advice(text + "\n") == [("person-first", 1)]


@pytest.mark.parametrize(("text", "language"), [("An addiction.", "en"), ("An addict.", "es")])
def test_other_words_pass(text: str, language: str) -> None:
    """A longer word is another word, and each language has its own list."""
    assert advice(text + "\n", language) == []


def test_words_to_avoid_are_also_those_of_a_language_without_its_region() -> None:
    """`en-GB` keeps to the words of `en`."""
    assert advice("An addict.\n", "en-GB") == [("person-first", 1)]


def test_the_index_is_the_published_one() -> None:
    """4.71 letters a word + 0.5 words a sentence - 21.43, counted by hand."""
    sentences = [["Ask", "a", "doctor"], ["Never", "self-medicate"]]
    letters = 3 + 1 + 6 + 5 + 12
    assert reading_grade(sentences) == pytest.approx(4.71 * letters / 5 + 0.5 * 5 / 2 - 21.43)


def test_a_hard_text_is_named_once_for_the_whole_article() -> None:
    """From a hundred words on, in English."""
    hard = "Pharmacological administration necessitates multidisciplinary supervision. "
    assert advice(hard * 19) == []
    found = check_prose(article_of(hard * 30), "en")
    assert [(p.code, p.line) for p in found] == [("reading-level", 1)]
    assert check_prose(article_of(hard * 30), "de") == ()


def test_our_article_is_easy_to_read() -> None:
    """Nothing is said of the article that ships."""
    project = load_project(ROOT)
    for article in project.articles.values():
        assert check_prose(article, "en", project.glossary) == ()


def test_the_command_says_it_and_still_succeeds(project_folder: Path) -> None:
    """`check` shows the advice with the line of the article; it holds nothing back."""
    path = project_folder / "source/ketamine.md"
    text = path.read_text("utf-8") + "\nHelp for an addict is [here](https://example.org).\n"
    path.write_text(text, "utf-8")
    line = text.count("\n")
    found = check_all(load_project(project_folder), date(2026, 4, 2))
    said = [p for p in found if p.path == "source/ketamine.md"]
    assert [(p.code, p.line) for p in said] == [("link-text", line), ("person-first", line)]
    assert said[1] == Problem(
        "source/ketamine.md",
        line,
        "the glossary never uses “addict”",
        "write: a person with an addiction",
        "warning",
        "person-first",
    )
