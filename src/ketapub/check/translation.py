"""Turn a message and its translation into findings: every check, in one list.

All are judged after parsing, on what a reader would see, so that `9&#49;1` counts as digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ketapub.catalog import Entry
from ketapub.check import advice, digits, negation, structure, terms, tongue
from ketapub.check.pair import (
    ALWAYS,
    BRACE,
    COLON,
    DIGIT,
    GARBLED,
    HIDDEN,
    LINE,
    LINK,
    MARK,
    NO_SETTING,
    SPOKEN,
    TERMS,
    TICK,
    Finding,
    Judge,
    Pair,
    Setting,
    read_form,
)
from ketapub.check.waivers import FEWEST
from ketapub.markdown import Env
from ketapub.message import Message, message_digest


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A check and its rank."""

    code: str
    """Its id, in reports, waivers and `ignore-<id>`."""
    judge: Judge
    looks_at: int = ALWAYS
    """It can find nothing where neither text nor setting has one of these traits, and is not asked then."""
    waivable: bool = False
    """Whether a named person may let a finding pass. Never where laws 2 to 4 hang on it."""


BLOCKING: tuple[Check, ...] = (
    Check("blank", structure.blank),
    Check("placeholders", structure.placeholders, BRACE),
    Check("placeholder-place", structure.placeholder_place, BRACE),
    Check("placeholder-digit", structure.placeholder_neighbours, MARK),
    Check("braces", structure.braces, BRACE),
    Check("links", structure.links, LINK),
    Check("code", structure.code, TICK),
    Check("leftover", structure.leftover, MARK, waivable=True),
    Check("html", structure.html, MARK | COLON),
    Check("escapes", structure.escapes, MARK, waivable=True),
    Check("conflict", structure.conflict, MARK),
    Check("encoding", structure.encoding, GARBLED),
    Check("numbers", digits.same_numbers, DIGIT),
    Check("phone", digits.phone, DIGIT),
    Check("digits", digits.whole_digits, DIGIT),
    Check("units", digits.units, DIGIT, waivable=True),
    Check("negation", negation.negation, SPOKEN, waivable=True),
    Check("control", structure.control, HIDDEN),
    Check("bidi", structure.bidi, HIDDEN),
    Check("markup", structure.single, MARK),
    Check("line-breaks", structure.line_breaks, LINE),
    Check("newlines", structure.newlines, LINE),
    Check("script", tongue.script, SPOKEN, waivable=True),
    Check("language", tongue.language, SPOKEN, waivable=True),
    Check("untranslated", tongue.untranslated, SPOKEN, waivable=True),
    Check("glossary", terms.glossary, TERMS, waivable=True),
)
"""Every check that keeps a translation from being published, in the order of their reports."""

ADVISORY: tuple[Check, ...] = (
    Check("terms", terms.approved_terms, TERMS, waivable=True),
    Check("emphasis", advice.emphasis, MARK, waivable=True),
    Check("spaces", advice.edge_spaces, waivable=True),
    Check("ending", advice.ending, waivable=True),
    Check("length", advice.length, waivable=True),
    Check("doubled", advice.doubled, waivable=True),
)
"""Every check that only warns."""

WAIVABLE = frozenset(check.code for check in (*BLOCKING, *ADVISORY) if check.waivable)
STRICT = frozenset(check.code for check in BLOCKING if not check.waivable) | {"plural"}
"""Checks that nobody can waive; `plural` is the catalog's own (see `catalog.translations`)."""


def check_translation(
    message: Message,
    msgstr: tuple[str, ...],
    env: Env | None = None,
    setting: Setting = NO_SETTING,
    previous: str = "",
) -> tuple[Finding, ...]:
    """Every blocking finding on a translation; none means that it may be published.

    `env` holds the article's link references, `previous` the msgid that it was a translation of
    before. A plural form may match the singular or the plural msgid: which of the two it stands
    for is the language's matter.
    """
    return _run(BLOCKING, message, msgstr, env, setting, previous)


def advise_translation(
    message: Message,
    msgstr: tuple[str, ...],
    env: Env | None = None,
    setting: Setting = NO_SETTING,
    previous: str = "",
) -> tuple[Finding, ...]:
    """As `check_translation`, with the advice that holds nothing back."""
    return _run((*BLOCKING, *ADVISORY), message, msgstr, env, setting, previous)


def check_entry(
    message: Message, entry: Entry, env: Env | None = None, setting: Setting = NO_SETTING
) -> Iterator[Finding]:
    """Every finding on an entry of a catalog, advice too; a waived one is a note."""
    previous = entry.previous[1] if entry.previous else ""
    found = advise_translation(message, entry.msgstr, env, setting, previous)
    if not found:
        return
    digest = message_digest(message.msgctxt, message.msgid, entry.msgstr)
    ignored = entry.ignored
    for finding in found:
        yield _pardon(finding, digest, ignored, setting) if finding.code in WAIVABLE else finding


def _pardon(finding: Finding, digest: str, ignored: frozenset[str], setting: Setting) -> Finding:
    """The finding as a note when it is waived or ignored; else with the line that would waive it."""
    waiver = setting.waivers.of(finding.code, digest)
    if waiver is not None:
        hint = f"waived by {waiver.by} on {waiver.day}: {waiver.reason}"
        return finding._replace(hint=hint, severity="note")
    if finding.code in ignored:
        return finding._replace(hint="ignored by a mark in the catalog", severity="note")
    if finding.severity != "error":
        return finding
    line = f"{finding.code} {digest[:FEWEST]} <day> <name>: <reason>"
    return finding._replace(hint=f"{finding.hint}; if it is right, write in waivers.txt: {line}")


@lru_cache(maxsize=1 << 10)
def _judges_of(checks: tuple[Check, ...], traits: int) -> tuple[Judge, ...]:
    """Those of these checks that can find something in what has these traits."""
    return tuple(check.judge for check in checks if check.looks_at & traits)


def _run(
    checks: tuple[Check, ...],
    message: Message,
    msgstr: tuple[str, ...],
    env: Env | None,
    setting: Setting,
    previous: str,
) -> tuple[Finding, ...]:
    sources = [
        read_form(msgid, message, env)
        for msgid in dict.fromkeys((message.msgid, message.msgid_plural or message.msgid))
    ]
    findings: list[Finding] = []
    for form in msgstr:
        target = read_form(form, message, env)
        tries: list[list[Finding]] = []
        for source in sources:
            pair = Pair(message, source, target, setting, previous)
            judges = _judges_of(checks, source.traits | target.traits | setting.traits)
            tries.append([found for judge in judges if (found := judge(pair)) is not None])
        fewest: list[Finding] = min(tries, key=len)
        findings += fewest
    return tuple(dict.fromkeys(findings))
