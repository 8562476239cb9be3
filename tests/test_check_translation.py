"""The blocking checks on translations: what they refuse, and that they let good ones pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.check import (
    ADVISORY,
    BLOCKING,
    NO_GLOSSARY,
    NO_SETTING,
    STRICT,
    Finding,
    Setting,
    check_translation,
    parse_glossary,
    translation,
)
from ketapub.check.pair import Pair, read_form
from ketapub.check.translation import Check
from ketapub.language import parse_language
from ketapub.markdown import Env, parse_blocks
from ketapub.message import Message

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases" / "article"
GLOSSARY = parse_glossary(
    (ROOT / "source/glossary.toml").read_text("utf-8"), "source/glossary.toml"
)
_ESCAPE = re.compile(r"\\u[0-9a-f]{4}|\\U[0-9a-f]{8}|\\\\(?=\\n| )|\\n")


@dataclass(frozen=True)
class Case:
    """A message and one translation of it."""

    title: str
    message: Message
    references: str
    language: str
    msgstr: str
    code: str = ""
    """Of the check that refuses it; empty when it passes."""
    previous: str = ""
    """What the source text was before."""


def read_cases(name: str) -> Iterator[Case]:
    """Every translation of a file."""
    for section in (CASES / name).read_text(encoding="utf-8").split("\n## ")[1:]:
        title, msgid, *lines = section.strip("\n").split("\n")
        options = [line[2:] for line in lines if line.startswith("@ ")]
        message = Message(
            decode(msgid),
            syntax="plain" if "plain" in options else "markdown",
            single="single" in options,
        )
        previous = "".join(line[5:] for line in options if line.startswith("was: "))
        references = "\n".join(option for option in options if option.startswith("["))
        for line in lines:
            found = re.fullmatch(r"([-+]) (\S+)(?: ([a-z-]+))?: (.*)", line)
            assert found or not line or line.startswith("@ "), line
            if found:
                assert (found[1] == "-") == bool(found[3]), line
                msgstr = decode(found[4])
                yield Case(title, message, references, found[2], msgstr, found[3] or "", previous)


def decode(text: str) -> str:
    """A text of the file with its escapes resolved."""
    return _ESCAPE.sub(lambda m: m[0].encode().decode("unicode_escape"), text)


FORMS = list(read_cases("translations.md"))
WORDS = list(read_cases("languages.md"))


def setting(tag: str) -> Setting:
    """What a project with our glossary tells the checks about a language."""
    language = parse_language(tag)
    return Setting(language.tag, language.script, "en", GLOSSARY)


@pytest.mark.parametrize("case", FORMS, ids=lambda c: f"{c.title}: {c.language} {c.msgstr!a}")
def test_translation(case: Case) -> None:
    """A good translation passes every check; a bad one is refused for its own reason."""
    env: Env = {}
    parse_blocks(case.references, env)
    found = check_translation(case.message, (case.msgstr,), env)
    codes = [finding.code for finding in found]
    assert (case.code in codes) if case.code else codes == []
    assert all(finding.message and finding.hint for finding in found)


@pytest.mark.parametrize("case", WORDS, ids=lambda c: f"{c.title}: {c.language} {c.msgstr!a}")
def test_translation_into_a_language(case: Case) -> None:
    """As above, with the checks of words and measures of that language."""
    where = setting(case.language)
    found = check_translation(case.message, (case.msgstr,), {}, where, case.previous)
    codes = [finding.code for finding in found]
    assert (case.code in codes) if case.code else codes == []


def test_the_tables_are_large_and_balanced() -> None:
    """No case is lost to a slip in the files; every check and every main language occurs."""
    cases = [*FORMS, *WORDS]
    good = [case for case in cases if not case.code]
    bad = [case for case in cases if case.code]
    assert len(good) >= 120
    assert len(bad) >= 120
    for some in (good, bad):
        assert {case.language for case in some} >= {"ar", "fa", "hi", "zh-Hans", "fr", "de", "es"}
    assert {case.code for case in bad} == {check.code for check in BLOCKING}
    assert len(BLOCKING) == 26


@pytest.mark.parametrize("check", BLOCKING, ids=lambda check: check.code)
def test_each_check_is_needed(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, some bad translation of the tables would pass."""
    rest = tuple(each for each in BLOCKING if each is not check)
    monkeypatch.setattr(translation, "BLOCKING", rest)
    mine = [case for case in (*FORMS, *WORDS) if case.code == check.code]
    passed = []
    for case in mine:
        env: Env = {}
        parse_blocks(case.references, env)
        where = setting(case.language) if case in WORDS else Setting()
        said = check_translation(case.message, (case.msgstr,), env, where, case.previous)
        passed += [case] if not said else []
    assert passed


SNIPPETS = ("50 mg", "٥٠", "一一〇", "①", "½", "9‑1‑1", "{emergency}", "{x", "**so**", "a_b", "[a](/b)", "<b>",
            "&#49;", "\\n", ":::", "\n", "#-#-#-#-#", "\u202e", "\u2066", "\u200d", "\ufeff", "Ã©", "â€", "à¤",
            "\ue000", "\u2028", "\t", "`c`", "~~", "12\u200c3", "words", "не", "!", "=======")  # fmt: skip
"""Whatever a check looks for."""


def left_out(source: str, target: str, syntax: str) -> list[str]:
    """The checks that were not asked of a pair, and would have found something."""
    message = Message(source, syntax=syntax)  # type: ignore[arg-type]
    texts = [read_form(text, message, {}) for text in (source, target)]
    found = []
    for where in (setting("fr"), replace(setting("fr"), glossary=NO_GLOSSARY), NO_SETTING):
        pair = Pair(message, *texts, where)
        traits = pair.source.traits | pair.target.traits | where.traits
        unasked = [check for check in (*BLOCKING, *ADVISORY) if not check.looks_at & traits]
        found += [check.code for check in unasked if check.judge(pair) is not None]
    return found


@pytest.mark.parametrize("syntax", ["markdown", "plain"])
def test_no_check_is_left_out_that_would_have_found_something(syntax: str) -> None:
    """Each is asked only of texts that have what it looks at: of the rest it has nothing to say."""
    for source, target in product(("", *SNIPPETS), repeat=2):
        assert left_out(f"say {source} now", f"dis {target}", syntax) == [], (source, target)


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(("markdown", "plain")))
def test_no_character_whatever_needs_a_check_that_is_left_out(
    source: str, target: str, syntax: str
) -> None:
    assert left_out(source, target, syntax) == []


def test_no_check_of_a_law_can_be_waived() -> None:
    """Laws 2 to 4: numbers, telephone numbers, HTML, links, placeholders."""
    laws = {"numbers", "phone", "digits", "html", "links", "placeholders", "bidi", "plural"}
    assert laws <= STRICT


# --- plural forms -----------------------------------------------------------------------------------

PAGES = Message("{count} page", msgid_plural="{count} pages")
ONE = Message("One page", msgid_plural="{count} pages")


def codes(message: Message, *msgstr: str) -> list[str]:
    return [finding.code for finding in check_translation(message, msgstr)]


def test_every_plural_form_is_checked() -> None:
    """One bad form among six is found."""
    forms = ["{count} صفحة"] * 6
    assert codes(PAGES, *forms) == []
    for number in range(6):
        assert codes(PAGES, *forms[:number], "911 صفحة", *forms[number + 1 :]) == [
            "placeholders",
            "numbers",
        ]


def test_a_form_may_match_the_singular_or_the_plural() -> None:
    """Arabic says one and two without a number: those forms match `One page`."""
    assert codes(ONE, "صفحة واحدة", "{count} صفحات") == []
    assert codes(ONE, "صفحتان", "{count} صفحة", "{count} صفحات") == []
    assert codes(ONE, "{police} صفحات", "{count} صفحات") == ["placeholders"]


def test_equal_findings_are_told_once() -> None:
    """The same fault in all forms is one finding."""
    assert codes(PAGES, "pages", "pages") == ["placeholders"]


def test_a_finding_names_what_differs() -> None:
    """Translators read which numbers are missing and added, and what to do."""
    message = Message("Wait 24 hours, then 7 days.", syntax="markdown")
    assert check_translation(message, ("Warten Sie 25 Stunden, 7 Tage.",)) == (
        Finding(
            "numbers",
            "numbers differ from the source: missing 24; added 25",
            "write the same numbers as the source, in any digits; spell out no others",
        ),
    )
