"""Turn a message and its translation into the pair that checks compare, parsed as readers see it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Literal, NamedTuple

from markdown_it.token import Token

from ketapub.check.glossary import NO_GLOSSARY, Glossary
from ketapub.check.text import may_be_digit, translator
from ketapub.check.waivers import NO_WAIVERS, Waivers
from ketapub.errors import Severity
from ketapub.markdown import Env, parse_inline, plain_text, title_texts, walk_inline
from ketapub.message import Message

NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""A placeholder in a plain text."""
_UNSAID = re.compile(r"https?://\S+|\S+@\S+")


class Finding(NamedTuple):
    """What a check says of one translation."""

    code: str
    message: str
    hint: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Setting:
    """Where a translation stands: what the checks of its words need to know."""

    tag: str = ""
    """BCP 47 tag of its language; empty: the checks of words are silent."""
    script: str = ""
    """ISO 15924: what that language is written in."""
    source: str = "en"
    """Tag of the language of the source text."""
    glossary: Glossary = NO_GLOSSARY
    waivers: Waivers = NO_WAIVERS

    @cached_property
    def language(self) -> str:
        """The language alone, `zh`; empty where words are not to be judged.

        That is for another form of the source's own language, and for test languages (`XA`, `XB`).
        """
        base = self.tag.partition("-")[0]
        same = base == self.source.partition("-")[0] or self.tag.endswith(("-XA", "-XB"))
        return "" if same else base

    @cached_property
    def traits(self) -> int:
        """What it gives checks to look at."""
        glossary = self.glossary
        return SPOKEN * bool(self.language) | TERMS * bool(glossary.terms or glossary.avoid)


UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "yue"})
"""Languages that put no space between words."""


MARK, BRACE, LINK, LINE, TICK, COLON, DIGIT, HIDDEN, GARBLED, ALWAYS = (
    1 << bit for bit in range(10)
)
"""Traits of texts: what their characters give checks to look at. Every text has ALWAYS."""
SPOKEN, TERMS = 1 << 10, 1 << 11
"""Traits of settings: words can be judged; there is a glossary."""
NO_SETTING = Setting()

_MARKS = frozenset("\n\r\0&*<>[\\]_`{}~=#")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_GARBLES = frozenset("\ufffd\ufeffÃÂÐÑØÙâà")


class _Traits(dict[str, int]):
    """The traits of each character, found out once."""

    def __missing__(self, character: str) -> int:
        traits = (
            MARK * (character in _MARKS)
            | BRACE * (character in "{}&")  # an entity may stand for one
            | LINK * (character in "[<")
            | LINE * (character in "\n\r")
            | TICK * (character == "`")
            | COLON * (character == ":")
            | DIGIT * may_be_digit(character)
            | HIDDEN * (unicodedata.category(character) in _HIDDEN)
            | GARBLED * (character in _GARBLES)
        )
        self[character] = traits
        return traits


_TRAITS = _Traits()


@dataclass(frozen=True)
class Text:
    """One text of a message, as parsed. What checks ask of it is found out once."""

    raw: str
    plain: str
    """What a reader reads."""
    tokens: tuple[Token, ...] = ()
    titles: tuple[str, ...] = ()
    """Titles of links and images."""

    @cached_property
    def said(self) -> str:
        """What is said in a language: without placeholders, code and addresses."""
        parts = [t.content for t in self.tokens if t.type == "text"] if self.tokens else [self.raw]
        said = " ".join(parts)
        if "{" in said:
            said = NAME.sub(" ", said)
        return _UNSAID.sub(" ", said) if "@" in said or "://" in said else said

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of what is said, folded."""
        return words_of(self.said, "NFD")

    @cached_property
    def seen(self) -> str:
        """Everything that a reader may see."""
        return "\n".join((self.plain, *self.titles))

    @cached_property
    def traits(self) -> int:
        """What its characters give checks to look at."""
        characters = set(self.raw).union(*self.titles)
        if self.plain != self.raw:
            characters.update(self.plain)
        return reduce(or_, map(_TRAITS.__getitem__, characters), ALWAYS)

    @cached_property
    def _contents(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for token in self.tokens:
            found.setdefault(token.type, Counter())[token.content] += 1
        return found

    def count(self, kind: str) -> Counter[str]:
        """The contents of the tokens of this type."""
        return self._contents.get(kind, Counter())

    @cached_property
    def targets(self) -> Counter[tuple[str, str]]:
        """(`href` or `src`, address) of each link and image."""
        found = ((name, t.attrGet(name)) for t in self.tokens for name in ("href", "src"))
        return Counter((name, str(target)) for name, target in found if target is not None)


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text and one form of its translation."""

    message: Message
    source: Text
    target: Text
    setting: Setting = NO_SETTING
    previous: str = ""
    """The msgid that this was a translation of before (`#|`); empty when it is not known."""


Judge = Callable[[Pair], Finding | None]


def read_form(text: str, message: Message, env: Env | None) -> Text:
    """A msgid or msgstr as parsed; `env` holds the article's link references."""
    if env and env.get("references"):
        return _read(text, message.syntax == "plain", env)
    return _read_alone(text, message.syntax == "plain")


@lru_cache(maxsize=1 << 12)  # a source text is compared with its translation in each language
def _read_alone(text: str, is_plain: bool) -> Text:
    return _read(text, is_plain, {})


def _read(text: str, is_plain: bool, env: Env) -> Text:
    if is_plain:
        return Text(text, text)
    children = parse_inline(text, env)
    if len(children) == 1 and children[0].type == "text":  # as most are
        return Text(text, children[0].content, tuple(children))
    titles = tuple(title_texts(children))
    return Text(text, plain_text(children), tuple(walk_inline(children)), titles)


Form = Literal["NFC", "NFD"]
_INDIC = "\u0900"
"""From here on a mark is a vowel: it belongs to the word."""


@lru_cache(maxsize=1 << 12)  # many checks ask about one pair of texts, one of them in each language
def words_of(text: str, form: Form = "NFD") -> tuple[str, ...]:
    """The words of a text, folded: runs of letters, without accents and harakat.

    With `NFC` the accents of Latin letters stay: `drogué` is not `drogue`. An apostrophe ends a
    word (`n'est` is two), and so does everything that is no letter.
    """
    return tuple(unicodedata.normalize(form, text.casefold()).translate(_LETTERS).split())


def _letter(character: str) -> str:
    """What a character is within a word: itself, nothing, or a space where it ends the word."""
    category = unicodedata.category(character)
    if category[0] == "L" or (category[0] == "M" and character >= _INDIC):
        return character
    return "" if category[0] == "M" or category == "Cf" else " "


_LETTERS = translator(_letter)


@lru_cache(maxsize=1 << 10)
def fold(text: str, form: Form = "NFD") -> str:
    """A text for searching in: folded words between single spaces, one at each end."""
    return f" {' '.join(words_of(text, form))} "
