"""What the tests of the text side share: examples, the way of a text through a catalog, HTML read back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import polib
import pytest
from markdown_it import MarkdownIt

from ketapub.article import Article, part_messages, read_body
from ketapub.catalog import Translations, build_translations, merge, read_po
from ketapub.catalog.translations import Check
from ketapub.check import check_entry
from ketapub.front_matter import FrontMatter
from ketapub.language import Language, parse_language
from ketapub.localize import LocalizedArticle, Lookup, assemble, localize, split_slots
from ketapub.markdown import markdown
from ketapub.message import Message, unite

SPEC = Path(__file__).parent / "data" / "commonmark" / "spec-0.31.2.json"
NAME = "locale/ar/LC_MESSAGES/case.po"
NUMBER = '<bdi dir="ltr"><a href="tel:112">112</a></bdi>'
"""What stands for `{emergency}` in these tests."""

EN = parse_language("en")
AR = parse_language("ar")


every_example = pytest.mark.parametrize(
    "text",
    [
        pytest.param(example["markdown"], id=f"example {example['example']}")
        for example in json.loads(SPEC.read_text(encoding="utf-8"))
    ],
)
"""Run a test on each example of the CommonMark specification."""


@lru_cache(maxsize=1)
def stock() -> MarkdownIt:
    """markdown-it as it comes, with tables, without HTML, soft breaks as spaces."""
    md = MarkdownIt("commonmark", {"html": False}).enable("table")
    md.add_render_rule("softbreak", lambda self, *_: " ")
    return md


def strip_ids(html: str) -> str:
    """HTML without the ids that an article gives its headings."""
    return re.sub(r'<(h[1-6]) id="[^"]*">', r"<\1>", html)


def fill(html: str) -> str:
    """HTML as rendered from tokens, with the number in place of each placeholder."""
    return assemble(split_slots(html), (), {"emergency": NUMBER})


def render(text: str) -> str:
    """What our own renderer makes of a whole Markdown text."""
    return fill(str(markdown().render(text)))


def article_of(body: str, title: str = "A title", alert: str = "") -> Article:
    """A body as an article, whether or not a source file may look like this."""
    parts, env, _ = read_body(body, "case.md")
    head = {"title": Message(title, kind="title", syntax="markdown", single=True)}
    if alert:
        head["alert"] = Message(alert, kind="alert", critical=True, syntax="markdown", single=True)
    every = [*head.values(), *(m for part in parts for m in part_messages(part))]
    front = FrontMatter(title, "", date(2025, 5, 2), alert)
    return Article("case", "case.md", front, head, parts, unite(every), env)


def through_po(
    messages: Iterable[Message],
    translate: Callable[[Message], str],
    check: Check | None = None,
    state: str = "",
) -> Translations:
    """The way of translations: a merged catalog, filled in by another program, merged, read back.

    `state`: `fuzzy` or `obsolete` for every entry; `check`: without one, everything passes.
    """
    messages = tuple(messages)
    catalog = polib.pofile(merge("case", messages, None, AR, NAME).text)
    by_key = {message.key: message for message in messages}
    for entry in catalog:
        entry.msgstr = translate(by_key[entry.msgctxt or "", entry.msgid])
        entry.obsolete = state == "obsolete"
        entry.flags += ["fuzzy"] * (state == "fuzzy")
    text = str(catalog)
    if state != "obsolete":  # an update would bring obsolete entries back, as it should
        text = merge("case", messages, text, AR, NAME).text
    read = read_po(text, NAME)
    assert read.problems == ()
    return build_translations(messages, (read,), check or (lambda message, entry: ()))


def checks_of(article: Article) -> Check:
    """The blocking checks with the article's link references."""
    return partial(check_entry, env=article.env)


def localized(article: Article, translations: Lookup, language: Language = AR) -> LocalizedArticle:
    """The article in a language whose source is English."""
    return localize(article, language, translations, EN)


def publish(article: Article, translations: Lookup, codes: Sequence[str] = ()) -> str:
    """The HTML of an article's body for a region."""
    return assemble(localized(article, translations).body, codes, {"emergency": NUMBER})
