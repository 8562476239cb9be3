"""Turn an article into advice on its words: easy to read, clear about links, kind to persons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from ketapub.article import Article
from ketapub.check.glossary import NO_GLOSSARY, Glossary
from ketapub.check.terms import term_pattern
from ketapub.errors import Problem
from ketapub.markdown import parse_inline, plain_text
from ketapub.message import Message

LONGEST_SENTENCE = 25
"""Words. The British government's style guide splits sentences that are longer."""
HIGHEST_GRADE = 9.0
"""School years. A reader of fourteen follows the text."""
_SAMPLE = 100
"""Words that the index needs to mean something."""

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+")
_UNCLEAR = re.compile(
    r"(?:please\s+)?(?:click|tap|press|see|go|look|read)?\s*(?:here|this|more|on|link)"
    r"|(?:click|tap|press)\s+(?:on\s+)?(?:here|this(?:\s+\w+)?|the\s+link)"
    r"|(?:this|the)\s+(?:page|link|article|site|website|document)"
    r"|(?:read|learn|find\s+out|see)\s+more|more\s+info(?:rmation)?|details|website",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class _Passage(NamedTuple):
    """A message as a reader sees it."""

    line: int
    text: str
    links: tuple[str, ...]
    """The texts of its links."""

    @property
    def sentences(self) -> list[list[str]]:
        """The words of each whole sentence: a heading or an item of a list may be none."""
        found = [_words(part) for part in _SENTENCE_END.split(self.text) if _ends(part)]
        return [words for words in found if words]


def check_prose(
    article: Article, language: str, glossary: Glossary = NO_GLOSSARY
) -> tuple[Problem, ...]:
    """Warnings about an article's own words; none of them holds anything back.

    `language`: tag of the language it is written in. The reading level and unclear words of links
    are known for English only; words to avoid are the glossary's for that language.
    """
    passages = [_passage(message, article) for message in article.messages]
    base = language.partition("-")[0]
    avoid = {**glossary.avoid.get(base, {}), **glossary.avoid.get(language, {})}
    found = [
        Problem(article.path, passage.line, message, hint, "warning", code)
        for passage in passages
        for code, message, hint in (
            *_long_sentences(passage),
            *_unclear_links(passage, english=base == "en"),
            *_unkind_words(passage, avoid),
        )
    ]
    if base == "en":
        found += _reading_level(article, passages)
    return tuple(found)


def _passage(message: Message, article: Article) -> _Passage:
    children = parse_inline(message.msgid, article.env)
    return _Passage(message.line, plain_text(children), tuple(_link_texts(children)))


def _link_texts(children: Sequence[Token]) -> Iterator[str]:
    opened = None
    for index, token in enumerate(children):
        if token.type == "link_open":
            opened = index
        elif token.type == "link_close" and opened is not None:
            yield plain_text(children[opened + 1 : index]).strip()
            opened = None


def _words(text: str) -> list[str]:
    return [word for word in text.split() if any(map(str.isalnum, word))]


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’)] ").endswith((".", "!", "?"))


def _long_sentences(passage: _Passage) -> Iterator[tuple[str, str, str]]:
    for words in passage.sentences:
        if len(words) > LONGEST_SENTENCE:
            message = f"a sentence of {len(words)} words: “{' '.join(words[:4])} …”"
            hint = f"make two of it: up to {LONGEST_SENTENCE} words are easy to follow"
            yield "sentence-length", message, hint


def _unclear_links(passage: _Passage, english: bool) -> Iterator[tuple[str, str, str]]:
    hint = "let the link say where it leads: many readers hear links without the text around them"
    for text in passage.links:
        if english and _UNCLEAR.fullmatch(text.rstrip(" .!:…›»→")):
            yield "link-text", f"the link “{text}” does not say where it leads", hint
    if address := _ADDRESS.search(passage.text):
        yield "link-text", f"a bare address: {address[0]}", f"write [words](address); {hint}"


def _unkind_words(passage: _Passage, avoid: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for word, better in avoid.items():
        if said := term_pattern(word).search(passage.text):
            yield "person-first", f"the glossary never uses “{said[0]}”", f"write: {better}"


def _reading_level(article: Article, passages: Sequence[_Passage]) -> Iterator[Problem]:
    sentences = [words for passage in passages for words in passage.sentences]
    if sum(map(len, sentences)) < _SAMPLE:
        return
    grade = reading_grade(sentences)
    if grade > HIGHEST_GRADE:
        message = f"the text asks for {grade:.1f} years of school, more than {HIGHEST_GRADE:.0f}"
        hint = "use shorter words and sentences, above all where help is needed at once"
        yield Problem(article.path, 1, message, hint, "warning", "reading-level")


def reading_grade(sentences: Sequence[Sequence[str]]) -> float:
    """The years of school that English sentences (lists of words) ask for.

    The Automated Readability Index: Senter and Smith, AMRL-TR-66-220 (1967). It counts letters, not
    syllables, so it needs no dictionary.
    """
    words = [word for sentence in sentences for word in sentence]
    letters = sum(map(str.isalnum, "".join(words)))
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
