"""The laws of the text side, each stated as its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lxml import html

from documents import DEFINITIONS, Piece, documents, source_of
from judge import violations
from ketapub.article import parse_article
from ketapub.audit.scan import clean, find_numbers
from ketapub.catalog import Translations, source_translations
from ketapub.check import BLOCKING, check_source, check_translation, translation
from ketapub.check.translation import Check
from ketapub.errors import Problem
from ketapub.language import parse_language
from ketapub.localize import LocalizedArticle, assemble, localize
from ketapub.message import Message
from ketapub.project import load_project, load_texts
from ketapub.templates import Words
from texts import (
    AR,
    EN,
    NUMBER,
    article_of,
    checks_of,
    every_example,
    localized,
    publish,
    render,
    stock,
    strip_ids,
    through_po,
)

# --- law 1: identity --------------------------------------------------------------------------------


def identity(text: str, codes: tuple[str, ...] = ()) -> str:
    """The HTML of a text of which every message was translated by itself, through a PO file."""
    article = article_of(text)
    translations = through_po(article.messages, lambda message: message.msgid)
    return strip_ids(publish(article, translations, codes))


@every_example
def test_law_1_identity_on_every_commonmark_example(text: str) -> None:
    """Translating every message by itself gives the HTML of markdown-it's own rendering."""
    assert identity(text) == render(text) == stock().render(text)


def expected_html(pieces: tuple[Piece, ...], codes: tuple[str, ...]) -> str:
    """What a region reads of a document, each piece rendered by itself."""
    html = ""
    for is_choice, run in groupby(pieces, key=lambda piece: piece.mark.startswith("region")):
        for piece in _seen(list(run), codes) if is_choice else run:
            text = strip_ids(render(piece.text + DEFINITIONS))
            html += f'<div class="critical">\n{text}</div>\n' if "critical" in piece.mark else text
    return html


def _seen(choice: list[Piece], codes: tuple[str, ...]) -> Iterator[Piece]:
    for code in (*codes, "*"):
        for piece in choice:
            if code in piece.mark.split():
                yield piece
                return


@given(documents(wild=True), st.sampled_from([("US",), ("CA-QC", "CA"), ("CA-ON", "CA"), ("DE",)]))
@settings(max_examples=75, deadline=None)
def test_law_1_identity_on_all_of_the_source_syntax(
    pieces: tuple[Piece, ...], codes: tuple[str, ...]
) -> None:
    """Translating every message by itself gives the HTML of the source, in every region."""
    assert identity(source_of(pieces), codes) == expected_html(pieces, codes)


@given(documents())
@settings(max_examples=50, deadline=None)
def test_law_1_a_translation_equal_to_its_source_passes_every_check(
    pieces: tuple[Piece, ...],
) -> None:
    """No check objects to what an article itself may say."""
    front = '+++\ntitle = "x"\nsummary = "x"\nupdated = 2025-05-02\n+++\n'
    article, problems = parse_article(front + source_of(pieces), "case", "case.md")
    assert article is not None, problems
    if check_source(article.messages, frozenset(), article):  # `*{emergency}` is a number to dial
        return
    env = article.env
    said = [f for m in article.messages for f in check_translation(m, (m.msgid,), env)]
    assert said == []


def test_law_1_the_source_edition_takes_the_same_way() -> None:
    """The source language is rendered through the same code as a translation into itself."""
    article = article_of("Call {emergency},\nor [read](/x).\n\n::: region US\nText.\n:::\n")
    translated = through_po(article.messages, lambda message: message.msgid)
    source = publish(article, source_translations(), ("US",))
    assert source == publish(article, translated, ("US",))
    assert "Text." in source


# --- law 2: the skeleton ----------------------------------------------------------------------------

BODY = """\
## Uses since 2019

Take 2 tablets of *ketamine* in 24 hours. Call {emergency}.

- Read [the guide](/guide "of 2019") or [the law][ref].
- Call {emergency}, or read [the signs](/signs) for 5 minutes.
- Wait\\
  5 minutes, then 10 or 15.

::: critical
1. Call {emergency} **at once**, or look at ![the sign](/sign.png).
:::

| Dose | Name |
| --- | --- |
| 1,000,000 units | `K 9` |

> Nothing else, 9 to 1 or 1 to 9.

Text.

[ref]: /law
[evil]: https://evil.example/999
"""
TITLE = "A title of 2019"
ALERT = "Unconscious? Call {emergency} now."
ARTICLE = article_of(BODY, TITLE, ALERT)
SOURCE = through_po(ARTICLE.messages, lambda message: message.msgid)


def both(translations: Translations) -> str:
    """Head and body as HTML; head texts stand where no element may be."""
    found = localized(ARTICLE, translations)
    heads = [assemble(pieces, (), {"emergency": NUMBER}) for pieces in found.head.values()]
    shown = "".join(f"<h1>{head}</h1>" for head in heads)
    return shown + assemble(found.body, (), {"emergency": NUMBER})


SOURCE_HTML = both(SOURCE)


def broken(msgid: str, msgstr: str) -> set[str]:
    """What is wrong with the published HTML when one message has this translation."""
    checks = checks_of(ARTICLE)
    translations = through_po(
        ARTICLE.messages, lambda m: msgstr if m.msgid == msgid else m.msgid, checks
    )
    message = next(m for m in ARTICLE.messages if m.msgid == msgid)
    if translations.of(message).state != "current":
        return {"refused"}
    found = localized(ARTICLE, translations)
    marked = any(
        "<" in piece for head in found.head.values() for piece in head if isinstance(piece, str)
    )
    return violations(SOURCE_HTML, both(translations)) | ({"markup in head"} if marked else set())


SYSTEMS = {
    "ASCII": "0123456789",
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Extended Arabic-Indic": "۰۱۲۳۴۵۶۷۸۹",
    "Devanagari": "०१२३४५६७८९",
    "fullwidth": "０１２３４５６７８９",
}

HOSTILE = (
    *(
        "911",
        "٩١١",
        "۹۱۱",
        "९११",
        "９１１",
        "⁹¹¹",
        "⑨①①",
        "❾➊➊",
        "九一一",
        "玖壹壹",
        "𝟗𝟏𝟏",
        "½",
        "🄊",
        "2",
    ),
    *(
        "9&#49;1",
        "9**1**1",
        "9<b>1</b>1",
        "9\u200b1\u200b1",
        "9\u00ad11",
        "9 1 1",
        "9-1-1",
        "9.1.1",
    ),
    *("1-800-662-4357", "+1 (800) 662 4357", "八〇〇六六二四三五七", "0800.123.456", "幺幺零"),
    *("<https://evil.example/>", "<tel:911>", "<a@evil.example>", "https://evil.example/"),
    *(
        "[x](javascript:alert)",
        "[x](//evil.example)",
        "[x](/law)",
        "[x](/guide)",
        "[x][evil]",
        "[evil]",
    ),
    *(
        "![x](/sign.png)",
        "![x](//evil.example/a.png)",
        "![x][evil]",
        "![9](/sign.png)",
        "[x](/law '911')",
    ),
    *(
        "<b>",
        "</p></div>",
        "<script>alert`1`</script>",
        "<!-- x -->",
        "<!-- note: x -->",
        "<?php",
        "<img/src=x>",
    ),
    *("&lt;script&gt;", "&#60;b&#62;", "\\<b>", "`<b>`", ":::", "::: critical", "&amp;lt;b&gt;"),
    *(
        "\u202e",
        "\u2066",
        "\u2067",
        "\u200f",
        "\u200e",
        "\u061c",
        "\u200d",
        "\u200c",
        "\ufeff",
        "\u2060",
        "\u2028",
    ),
    *("&#x202e;", "&#8203;", "\U000e0041", "\x07", "\x00", "&#0;", "\u3164", "\ufffc", "\ue000"),
    *(
        "\\\n",
        "  \n",
        "\n",
        "\n\n",
        "\n# x\n",
        "\n- x",
        "\n> x",
        "\n\n    x\n\n",
        "\n---\n",
        "\n|a|b|\n|-|-|\n",
        "\r\n",
    ),
    *(
        "{emergency}",
        "`{emergency}`",
        "[{emergency}](/law)",
        "![{emergency}](/sign.png)",
        "{emergency}5",
    ),
    *(
        "[x](/law '{emergency}')",
        "\\{emergency}",
        "&#123;emergency&#125;",
        "{",
        "}",
        "{0}",
        "{police}",
        "{{",
        "\\{",
    ),
    *("*", "**", "_", "`", "[", "]", "](", "![", "\\", "&", "'", '"', "|"),
)
PATIENT = (
    "Ruhig",
    "كلمة",
    "文字",
    "*x*",
    "**y**",
    "`z`",
    "و",
    "،",
    "«",
    "» ",
    "é",
    "&amp;",
    "(",
    ")",
    "&nbsp;",
)


@st.composite
def msgstrs(draw: st.DrawFn, msgid: str) -> str:
    """The msgid's own words, shuffled or in other digits, with friendly and hostile text between."""
    words = draw(st.permutations(msgid.split(" "))) if draw(st.booleans()) else msgid.split(" ")
    for atoms, most in ((PATIENT, 3), (HOSTILE, 2)):
        for atom in draw(st.lists(st.sampled_from(atoms), max_size=most)):
            place = draw(st.integers(0, len(words)))
            end = place + draw(st.integers(0, 1))
            words[place:end] = [atom]
    text = draw(st.sampled_from([" ", " ", ""])).join(words)
    digits = draw(st.sampled_from(list(SYSTEMS.values())))
    return text.translate(str.maketrans(SYSTEMS["ASCII"], digits))


MESSAGES = list(ARTICLE.messages)
pairs = st.sampled_from(MESSAGES).flatmap(lambda m: st.tuples(st.just(m.msgid), msgstrs(m.msgid)))


@given(pairs)
@settings(max_examples=250, deadline=None)
def test_law_2_skeleton(pair: tuple[str, str]) -> None:
    """No msgstr adds blocks, HTML, a link target, an image or a number that its msgid lacks."""
    found = broken(*pair)
    event("refused" if found == {"refused"} else "published")
    assert found <= {"refused"}


@pytest.mark.parametrize("atom", HOSTILE, ids=ascii)
def test_law_2_each_hostile_text_alone_and_among_words(atom: str) -> None:
    """Each atom of the strategy, wherever it stands in a text, is refused or harmless."""
    for msgid in (
        "Text.",
        TITLE,
        "Call {emergency} **at once**, or look at ![the sign](/sign.png).",
    ):
        for msgstr in (atom, f"{msgid} {atom}", f"{atom}{msgid}", msgid.replace(" ", atom)):
            assert broken(msgid, msgstr) <= {"refused"}, msgstr


SIGN = "Call {emergency} **at once**, or look at ![the sign](/sign.png)."
READ = "Call {emergency}, or read [the signs](/signs) for 5 minutes."
GUARDED = {
    "blank": ("Text.", "\u200b\u200e", "blank"),
    "placeholders": (ALERT, "Unconscious?", "placeholder"),
    "placeholder-place": (READ, "[{emergency}](/signs) 5.", "placeholder"),
    "placeholder-digit": (READ, "{emergency}5 [x](/signs)", "neighbour"),
    "braces": (ALERT, "{emergency} {police}", "brace"),
    "links": ("Text.", "[x](//evil.example)", "link"),
    "html": ("Text.", r"\<b>Text", "tag shown"),
    "numbers": ("Text.", "9**1**&#49;", "number"),
    "phone": ("Nothing else, 9 to 1 or 1 to 9.", "9-1-1, 9", "phone"),
    "control": ("Text.", "T\U000e0061ext", "hidden character"),
    "bidi": ("Text.", "T\u202eext", "hidden character"),
    "markup": (TITLE, "A *title* of 2019", "markup in head"),
    "line-breaks": ("Text.", "Text\\\nand more", "line break"),
}
"""Guard -> (msgid, a msgstr that it alone refuses, what the msgstr would do to the page)."""


LAWFUL = [check for check in BLOCKING if check.code in GUARDED]


def test_the_guards_of_the_law_are_checks_that_nobody_can_waive() -> None:
    """A waiver never opens the page to what the law shuts out."""
    assert len(LAWFUL) == len(GUARDED)
    assert not any(check.waivable for check in LAWFUL)


@pytest.mark.parametrize("guard", LAWFUL, ids=lambda guard: guard.code)
def test_law_2_falls_when_any_one_guard_is_taken_out(
    guard: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check alone keeps a translation off the page that would break the law."""
    msgid, msgstr, damage = GUARDED[guard.code]
    assert broken(msgid, msgstr) == {"refused"}
    others = tuple(other for other in BLOCKING if other is not guard)
    monkeypatch.setattr(translation, "BLOCKING", others)
    assert broken(msgid, msgstr) == {damage}


def test_law_2_images_are_no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link's target does not become an image's source: a reader's browser would fetch it."""
    msgid = 'Read [the guide](/guide "of 2019") or [the law][ref].'
    msgstr = "Lies ![das](/guide 'von 2019') oder [das Gesetz][ref]."
    assert broken(msgid, msgstr) == {"refused"}
    monkeypatch.setattr(translation, "BLOCKING", ())
    assert broken(msgid, msgstr) >= {"image"}


def test_law_2_for_page_templates() -> None:
    """A template's message is escaped whatever it holds: no element comes of it."""
    for atom in HOSTILE:
        message = Message("Sheet {number} of {total}")
        msgstr = f"{{number}} {atom} {{total}}"
        if check_translation(message, (msgstr,)):
            continue
        known = through_po([message], lambda _, text=msgstr: text)
        shown = str(Words(AR, EN, known, known)(message.msgid, number="<1>", total="2"))
        root = html.fragment_fromstring(shown, create_parent="div")
        assert len(root) == 0, atom
        assert "<1>" in root.text_content()


# --- law 3: numbers -----------------------------------------------------------------------------------

SENTENCE = Message("Wait {} hours after {} tablets of {} mg.", syntax="markdown")


def sentence(numbers: Sequence[int], system: str) -> str:
    """The sentence with these numbers in the digits of a system."""
    shown = [str(n).translate(str.maketrans(SYSTEMS["ASCII"], SYSTEMS[system])) for n in numbers]
    return SENTENCE.msgid.format(*shown)


numbers_of_a_sentence = st.lists(st.integers(0, 3000), min_size=3, max_size=3)


@given(numbers_of_a_sentence, numbers_of_a_sentence, st.sampled_from(list(SYSTEMS)), st.booleans())
@settings(max_examples=150, deadline=None)
def test_law_3_digits_are_equal_multisets(
    wanted: list[int], other: list[int], system: str, same: bool
) -> None:
    """Numbers may change their order and their digits' script, never their values."""
    written = sorted(wanted, reverse=True) if same else other
    message = replace(SENTENCE, msgid=sentence(wanted, "ASCII"))
    codes = {f.code for f in check_translation(message, (sentence(written, system),))}
    assert ("numbers" in codes) == (sorted(written) != sorted(wanted))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("in_source", SYSTEMS)
def test_law_3_holds_between_all_systems_of_digits(system: str, in_source: str) -> None:
    """Whatever digits source and translation are written in, equal values are equal."""
    message = replace(SENTENCE, msgid=sentence([24, 2, 50], in_source))
    assert check_translation(message, (sentence([50, 24, 2], system),)) == ()
    assert check_translation(message, (sentence([50, 24, 3], system),)) != ()


KNOWN = frozenset({"911", "112", "000", "3114", "15", "18006624357", "131114", "82111"})
PHONES = (
    *(
        "911",
        "9-1-1",
        "9 1 1",
        "(911)",
        "９１１",
        "٩١١",
        "9**1**1",
        "9&#49;1",
        "9\u200b11",
        "911.",
        "“112”",
    ),
    *(
        "3114",
        "1-800-662-4357",
        "1 (800) 662-4357",
        "+1 800 662 4357",
        "1.800.662.4357",
        "18006624357",
    ),
    *("1,800,662,4357", "13 11 14", "13-11-14", "131114", "131 114", "8 21 11", "call:911!", "000"),
    *(
        "555-0199-22",
        "0207 946 0958",
        "020 7946 0958",
        "5550199",
        "٠٢٠٧٩٤٦٠٩٥٨",
        "九一一",
        "八二一一一",
    ),
)
PLACES = {
    "a paragraph": "Call {} now.",
    "a heading": "## Call {}",
    "a list item": "- Wait.\n- Call {}",
    "a quote": "> Call {}",
    "a cell": "| Call |\n| - |\n| {} |",
    "code": "Call `{}`",
    "a code block": "```\n{}\n```",
    "an indented block": "    {}",
    "a link's text": "[Call {}](/x)",
    "a link's title": "[Call](/x '{}')",
    "an image's text": "![{}](/x.png)",
    "text without a letter": "{}",
    "text that is not translated": "<!-- no-translate -->\nCall {}",
    "text for one region": "::: region US\nCall {}\n:::\n::: region *\n:::",
}


def found_in_source(body: str) -> tuple[Problem, ...]:
    article = article_of(body)
    return check_source(article.messages, KNOWN, article)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("phone", ["1-800-662-4357", "911"])
def test_law_3_no_number_stands_anywhere_in_a_source_text(place: str, phone: str) -> None:
    """A region's number is an error wherever a reader would see it, with its line and remedy."""
    (problem,) = found_in_source(PLACES[place].format(phone))
    assert (problem.path, problem.code) == ("case.md", "phone")
    assert problem.line > 0
    assert problem.message == f"`{phone}` is a telephone number in a text"
    assert problem.hint


@pytest.mark.parametrize("phone", PHONES)
def test_law_3_however_a_number_is_written(phone: str) -> None:
    """A number is found in any digits, grouping and markup."""
    assert [problem.code for problem in found_in_source(f"Call {phone} now.")] == ["phone"]


@pytest.mark.parametrize(
    "body",
    [
        "[Call](tel:15)",
        "[Call](TEL:+1-800)",
        "[Text](sms:82111)",
        "<tel:112>",
        "[Call][x]\n\n[x]: tel:15",
    ],
)
def test_law_3_no_link_of_a_source_text_dials(body: str) -> None:
    """A link that dials is an error, whatever number it dials."""
    assert [problem.code for problem in found_in_source(body)] == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        "15 minutes",
        "10,000 people",
        "10 000 people",
        "1,000,000 units",
        "2025-05-02",
        "from 2019-2025, 2019–2025 or 02.05.2025",
        "5 mg, 10 mg, 20 mg, 40 mg and 80 mg",
        "112 mg or 112% of 3.112",
        "24/7, from 09:30 to 17:30",
        "in 2019, 2020, 2021 and 2022",
        "a ratio of 1:911 and $112",
        "Schedule III, phase 2/3, COVID-19, 5-HT",
        "Vitamin B12, 100–200 ml, 1½ tablets",
    ],
)
def test_law_3_is_no_hindrance_to_ordinary_numbers(text: str) -> None:
    """Doses, dates, years, times and amounts are no telephone numbers."""
    assert found_in_source(f"Ketamine: {text}.") == ()


def test_law_3_names_that_are_printed_as_they_are() -> None:
    """Byline, credit and reviewer are printed untranslated, and hold no number either."""
    article = article_of("Text.")
    for field in ("byline", "credit", "reviewed_by"):
        front = replace(article.front, **{field: "Line 0800 123 456"})
        assert len(check_source((), KNOWN, replace(article, front=front))) == 1


def test_law_3_no_digit_stands_right_beside_the_emergency_number() -> None:
    """`{emergency}5` would be read as one number."""
    assert [p.code for p in found_in_source("Call {emergency}5 or 0-{emergency}.")] == ["phone"]
    assert found_in_source("Call {emergency}, 5 minutes after **{emergency}**. 2 {emergency}") == ()


texts_with_numbers = st.lists(
    st.sampled_from(
        [
            *"0123456789",
            "911",
            "112",
            "800",
            "662",
            "4357",
            " ",
            "-",
            ", ",
            ".",
            "(",
            ")",
            "/",
            " mg",
            "x",
            "\u200b",
        ]
    ),
    min_size=1,
    max_size=9,
).map("".join)


@given(texts_with_numbers)
@settings(max_examples=300, deadline=None)
def test_law_3_refuses_all_that_the_audit_would_find(text: str) -> None:
    """What passes in a source text is never stopped as a stray number in the finished page."""
    body = f"Call x {text} x."
    if find_numbers(clean(body), KNOWN):
        assert check_source([Message(body, paths=("a.html",))], KNOWN) != ()


# --- law 4: what is never published ---------------------------------------------------------------

TRANSLATED = {"Text.": "النص.", "A title": "عنوان", "Call {emergency}.": "اتصل على {emergency}."}
SPAN = '<span lang="en" dir="ltr">{}</span>'


def page(state: str, check: object = None) -> LocalizedArticle:
    article = article_of("Text.\n\nCall {emergency}.\n", alert="Call {emergency}.")
    translations = through_po(
        article.messages, lambda m: TRANSLATED[m.msgid], check or checks_of(article), state
    )
    return localized(article, translations)


def shown(found: LocalizedArticle) -> tuple[str, str, str]:
    values = {"emergency": NUMBER}
    head = (assemble(found.head[name], (), values) for name in ("title", "alert"))
    return (*head, assemble(found.body, (), values))


def test_law_4_a_current_translation_is_published() -> None:
    """The counterpart: without a flaw the translations stand there, and nothing is missing."""
    found = page("")
    assert shown(found) == (
        "عنوان",
        f"اتصل على {NUMBER}.",
        f"<p>النص.</p>\n<p>اتصل على {NUMBER}.</p>\n",
    )
    assert (found.title, found.title_tag, found.missing) == ("عنوان", "ar", ())


@pytest.mark.parametrize("state", ["fuzzy", "obsolete", "failing"])
def test_law_4_the_source_stands_in_with_its_own_lang_and_dir(state: str) -> None:
    """A fuzzy, obsolete or check-failing translation never shows; the source does, marked as such."""
    found = page(state, (lambda m, s: [("x", "bad", "mend")]) if state == "failing" else None)
    title, alert, body = shown(found)
    call = f"Call {NUMBER}."
    assert (title, alert) == (SPAN.format("A title"), SPAN.format(call))
    assert body == f"<p>{SPAN.format('Text.')}</p>\n<p>{SPAN.format(call)}</p>\n"
    assert (found.title, found.title_tag) == ("A title", "en")
    assert {message.msgid for message in found.missing} == set(TRANSLATED)
    assert not set("".join((title, alert, body))) & set("النصعنوان")


def test_law_4_a_source_from_right_to_left_says_so() -> None:
    """An Arabic source text in an English page keeps its direction."""
    article = article_of("النص.")
    translations = through_po(article.messages, lambda m: "")
    found = localize(article, EN, translations, AR)
    assert assemble(found.body, (), {}) == '<p><span lang="ar" dir="rtl">النص.</span></p>\n'


def test_law_4_one_bad_translation_costs_itself_alone() -> None:
    """What fails a check is replaced message by message."""
    article = article_of("Wait 5 minutes.\n\nText.\n")
    wrong = {"Wait 5 minutes.": "انتظر 6 دقائق.", "Text.": "النص.", "A title": "عنوان"}
    translations = through_po(article.messages, lambda m: wrong[m.msgid], checks_of(article))
    assert (
        publish(article, translations) == f"<p>{SPAN.format('Wait 5 minutes.')}</p>\n<p>النص.</p>\n"
    )


# --- law 9: one bad file --------------------------------------------------------------------------------


def test_law_9_one_bad_article_never_stops_the_others(project_folder: Path) -> None:
    """Each bad article is reported with path, line and hint; the sound one is there."""
    source = project_folder / "source"
    front = '+++\ntitle = "x"\nsummary = "x"\nupdated = 2025-05-02\n+++\n'
    (source / "unclosed.md").write_text(front + "::: critical\nStay.\n", encoding="utf-8")
    (source / "toml.md").write_text("+++\ntitle = x\n+++\n", encoding="utf-8")
    (source / "latin1.md").write_bytes(front.encode() + "\nCaf\u00e9".encode("latin-1"))
    (source / "Bad_Name.md").write_text(front, encoding="utf-8")
    project = load_project(project_folder)
    assert list(project.articles) == ["ketamine"]
    found = {problem.path: (problem.line, bool(problem.hint)) for problem in project.problems}
    assert found == {
        "source/Bad_Name.md": (0, True),
        "source/latin1.md": (7, True),
        "source/toml.md": (2, True),
        "source/unclosed.md": (6, True),
    }


def test_law_9_one_bad_catalog_never_stops_the_others(project_folder: Path) -> None:
    """A catalog cut off in the middle costs its own messages, and is reported with its line."""
    path = project_folder / "locale" / "es" / "LC_MESSAGES" / "ketamine.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("msgid", 900) + 9], encoding="utf-8")
    project = load_project(project_folder)
    spanish, french = (parse_language(tag) for tag in ("es", "fr"))
    cut, problems = load_texts(project, spanish)
    assert {(p.path, p.line > 0, bool(p.hint)) for p in problems} == {
        ("locale/es/LC_MESSAGES/ketamine.po", True, True)
    }
    words = cut.articles["ketamine"].counts(project.messages["ketamine"])
    assert words.missing > words.translated
    whole, problems = load_texts(project, french)
    assert problems == ()
    assert whole.articles["ketamine"].counts(project.messages["ketamine"]).missing == 0


# --- law 10: untrusted content ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["..", ".hidden", "a b", "A", "a_b", "a.b", "é", "-", "a/../../b"])
def test_law_10_slugs_cannot_leave_dist(project_folder: Path, name: str) -> None:
    """Only small letters, digits and hyphens name an article and its folder."""
    target = project_folder / "source" / f"{name}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text((project_folder / "source" / "ketamine.md").read_text(encoding="utf-8"))
    assert list(load_project(project_folder).articles) == ["ketamine"]


@pytest.mark.parametrize("scheme", ["javascript", "vbscript", "file", "data"])
def test_law_10_no_link_runs_code(scheme: str) -> None:
    """Not even a source text makes a link that runs code or opens the disk."""
    assert "<a" not in render(f"[x]({scheme}:alert) <{scheme}:x> [x][y]\n\n[y]: {scheme}:x")
