"""Localizing: the same blocks with other texts, and what stays open for the region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from ketapub.article import Article
from ketapub.catalog import source_translations
from ketapub.localize import (
    LocalizedArticle,
    RegionChoice,
    Slot,
    assemble,
    localize,
    split_slots,
)
from ketapub.message import Message
from texts import AR, EN, NUMBER, article_of, localized, publish

BODY = """\
## Where to call

Call {emergency} *now*.

::: region US
In the US.
:::
::: region CA critical
In Canada, call {emergency}.
:::
::: region *
:::

| Dose |
| --- |
| `2 mg` |
"""


@dataclass(frozen=True)
class Texts:
    """Translations by msgid."""

    known: dict[str, str] = field(default_factory=dict)

    def current(self, message: Message) -> tuple[str, ...] | None:
        return (self.known[message.msgid],) if message.msgid in self.known else None


def texts_of(article: Article, translated: str = "{}") -> Texts:
    return Texts({m.msgid: translated.format(m.msgid) for m in article.messages})


def in_english(body: str, title: str = "A title") -> LocalizedArticle:
    return localize(article_of(body, title), EN, source_translations(), EN)


# --- pieces -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "pieces"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a\x00emergency\x00b", ("a", Slot("emergency"), "b")),
        ("\x00emergency\x00\x00emergency\x00", (Slot("emergency"), Slot("emergency"))),
    ],
)
def test_slots_are_cut_out(html: str, pieces: tuple[object, ...]) -> None:
    """Rendered HTML becomes text and the values that a region fills in."""
    assert split_slots(html) == pieces


def test_a_body_is_few_pieces() -> None:
    """Texts that stand together are one piece; values and choices stay open."""
    kinds = [type(piece) for piece in in_english(BODY).body]
    assert kinds == [str, Slot, str, RegionChoice, str]


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (("US",), "In the US."),
        (("CA-QC", "CA"), f'<div class="critical">\n<p>In Canada, call {NUMBER}.</p>\n</div>'),
        (("GB",), ""),
    ],
)
def test_a_region_gets_its_text(codes: tuple[str, ...], text: str) -> None:
    """One localized body serves all regions: each sees its own passage with its own number."""
    body = in_english(BODY).body
    html = assemble(body, codes, {"emergency": NUMBER})
    others = {"In the US", "In Canada"} - {text[:9], "In Canada" if "In Canada" in text else ""}
    assert text in html
    assert not any(other in html for other in others)
    assert html.startswith('<h2 id="where-to-call">Where to call</h2>\n<p>Call ' + NUMBER)
    assert html.endswith("<td><code>2 mg</code></td>\n</tr>\n</tbody>\n</table>\n")


def test_a_choice_without_text_for_a_region_is_empty() -> None:
    """A region that no passage names sees nothing there, and no other region's text."""
    body = in_english("::: region US\nIn the US.\n:::\n").body
    assert assemble(body, ("GB",), {}) == ""


def test_a_missing_value_is_an_error() -> None:
    """A placeholder never stays open, and never silently disappears."""
    with pytest.raises(KeyError):
        assemble((Slot("emergency"),), (), {})


# --- texts ----------------------------------------------------------------------------------------


def test_heading_ids_are_those_of_the_source() -> None:
    """Links into a page work in every language."""
    article = article_of("## Where to call\n\n[there](#where-to-call)\n")
    html = publish(article, texts_of(article, "س"))
    assert html == '<h2 id="where-to-call">س</h2>\n<p>س</p>\n'


def test_a_translation_uses_the_link_references_of_its_article() -> None:
    """`[text][ref]` in a translation is the link that the article defines."""
    article = article_of("See [the law][law].\n\n[law]: /law\n")
    texts = Texts({"See [the law][law].": "انظر [القانون][law]."})
    assert publish(article, texts) == '<p>انظر <a href="/law">القانون</a>.</p>\n'


def test_a_translation_is_inline_text_whatever_it_looks_like() -> None:
    """Block syntax in a translation is shown as text."""
    article = article_of("- Text.\n")
    texts = Texts({"Text.": "# 1\n\n- b\n\n    c"})
    assert publish(article, texts) == "<ul>\n<li># 1  - b  c</li>\n</ul>\n"


def test_equal_messages_share_their_translation() -> None:
    """One entry serves every place of a text; context keeps two apart."""
    body = "- May\n\n## May\n\n<!-- context: month -->\nMay\n"
    article = article_of(body)
    html = publish(article, Texts({"May": "ربما"}))
    assert html.count("ربما") == 3  # this lookup knows no context; the catalogs do
    assert [m.key for m in article.messages[1:]] == [("", "May"), ("month", "May")]


def test_what_is_no_message_stays_as_it_is() -> None:
    """Numbers, code and blocks marked `no-translate` are the same in every language."""
    body = "12\n\n`code`\n\n<!-- no-translate -->\nNBC News\n\n---\n"
    article = article_of(body)
    found = localized(article, texts_of(article, "س"))
    assert assemble(found.body, (), {}) == (
        "<p>12</p>\n<p><code>code</code></p>\n<p>NBC News</p>\n<hr />\n"
    )
    assert found.missing == ()


def test_missing_messages_are_named_once() -> None:
    """What falls back on the source is listed, each message once, in reading order."""
    article = article_of("A title\n\nText.\n\n- Text.\n- More.\n")
    found = localized(article, Texts({"More.": "المزيد."}))
    assert [message.msgid for message in found.missing] == ["A title", "Text."]


def test_the_source_language_needs_no_span() -> None:
    """A text in its own language is not marked as foreign, translated or not."""
    article = article_of("Text.")
    assert assemble(localize(article, EN, Texts(), EN).body, (), {}) == "<p>Text.</p>\n"


def test_the_title_is_plain_text() -> None:
    """The title for metadata has its entities decoded and no markup."""
    found = in_english("Text.", "Risks &amp; \\*uses\\*")
    assert (found.title, found.title_tag) == ("Risks & *uses*", "en")
    assert found.head["title"] == ("Risks &amp; *uses*",)


def test_the_alert_keeps_its_number_open() -> None:
    """The emergency callout's line holds a slot, in the translation's own place."""
    article = article_of("Text.", alert="Call {emergency}.")
    found = localized(article, Texts({"Call {emergency}.": "{emergency}: اتصل."}))
    assert found.head["alert"] == (Slot("emergency"), ": اتصل.")


def test_what_a_version_mark_is_made_from_changes_with_every_word() -> None:
    article = article_of(BODY)

    def said(lookup: Texts) -> tuple[Any, Any]:
        found = localized(article, lookup)
        return found.head, found.body

    before = said(texts_of(article))
    for message in article.messages:
        after = said(Texts({**texts_of(article).known, message.msgid: "س"}))
        assert after != before, message.msgid


def test_localizing_leaves_the_article_alone() -> None:
    """One parsed article serves all languages, in any order."""
    article = article_of(BODY)
    first = localized(article, texts_of(article, "س"))
    localized(article, Texts())
    assert localized(article, texts_of(article, "س")) == first
    assert first.language == AR
