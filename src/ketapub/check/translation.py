"""Turn a message and its translation into findings: the blocking checks.

All are judged after parsing, on what a reader would see, so that `9&#49;1` counts as digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from markdown_it.token import Token

from ketapub.check.text import numbers, phone_like
from ketapub.markdown import Env, parse_inline, plain_text, walk_inline
from ketapub.message import Message

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_TAG = re.compile(r"</?[A-Za-z!?][^\s<]*|<!--|:::")
_FORBIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2060\u2028\u2029")
_JOINERS = frozenset("\u200b\u200c\u200d\u00ad\u200e\u200f\u061c")
"""Needed by some scripts (Persian, Indic, Thai, mixed direction); never inside a number."""


class Finding(NamedTuple):
    """What a check says of one translation."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a message, as parsed."""

    raw: str
    plain: str
    tokens: tuple[Token, ...]

    def count(self, *types: str) -> Counter[str]:
        return Counter(token.content for token in self.tokens if token.type in types)

    def targets(self) -> Counter[str]:
        found = (token.attrGet("href") or token.attrGet("src") for token in self.tokens)
        return Counter(str(target) for target in found if target is not None)


@dataclass(frozen=True, slots=True)
class _Pair:
    message: Message
    source: _Text
    target: _Text


Check = Callable[[_Pair], Finding | None]


def check_translation(
    message: Message, msgstr: tuple[str, ...], env: Env | None = None
) -> tuple[Finding, ...]:
    """Every blocking finding on a translation; none means that it may be published.

    `env` holds the article's link references. A plural form is compared with the plural msgid,
    except that the first form may also match the singular.
    """
    findings: list[Finding] = []
    for form in msgstr:
        target = _read(form, message, env)
        tries = []
        for msgid in dict.fromkeys((message.msgid, message.msgid_plural or message.msgid)):
            pair = _Pair(message, _read(msgid, message, env), target)
            tries.append([found for check in BLOCKING if (found := check(pair)) is not None])
        findings += min(tries, key=len)
    return tuple(dict.fromkeys(findings))


def _read(text: str, message: Message, env: Env | None) -> _Text:
    if message.syntax == "plain":
        return _Text(text, text, ())
    children = parse_inline(text, env if env is not None else {})
    return _Text(text, plain_text(children), tuple(walk_inline(children)))


def _blank(pair: _Pair) -> Finding | None:
    if any(not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"} for c in pair.target.plain):
        return None
    return Finding("blank", "the translation shows nothing", "translate the text, or leave it empty")


def _placeholders(pair: _Pair) -> Finding | None:
    if pair.message.syntax == "plain":
        wanted, found = (Counter(_NAME.findall(t.raw)) for t in (pair.source, pair.target))
    else:
        wanted, found = (t.count("placeholder") for t in (pair.source, pair.target))
    if wanted == found:
        return None
    names = ", ".join(f"{{{name}}}" for name in sorted(wanted.elements())) or "none"
    return Finding(
        "placeholders",
        f"placeholders differ: the source has {names}",
        "keep each {name} exactly as often as in the source, outside of links and code",
    )


def _braces(pair: _Pair) -> Finding | None:
    if pair.message.syntax == "plain":
        rest = [_NAME.sub("", t.raw) for t in (pair.source, pair.target)]
        wrong = any(c in rest[1] for c in "{}") and not any(c in rest[0] for c in "{}")
    else:
        wrong = any(
            token.type == "brace" or (token.type in {"code_inline", "image"} and "{" in token.content)
            for token in pair.target.tokens
        )
    if not wrong:
        return None
    return Finding("braces", "a single brace is left over", "delete it, or write \\{ in an article")


def _placeholder_place(pair: _Pair) -> Finding | None:
    depth = 0
    for token in pair.target.tokens:
        depth += token.nesting if token.type.startswith("link") else 0
        if token.type == "placeholder" and depth:
            return Finding(
                "placeholders", "a placeholder stands in a link", "put it outside of the link"
            )
    return None


def _links(pair: _Pair) -> Finding | None:
    if pair.source.targets() == pair.target.targets():
        return None
    wanted = ", ".join(sorted(pair.source.targets().elements())) or "no link"
    return Finding(
        "links", f"links or images differ: the source has {wanted}", "copy the link's target as it is"
    )


def _html(pair: _Pair) -> Finding | None:
    found = _TAG.search(pair.target.plain)
    if found is None or _TAG.search(pair.source.plain):
        return None
    return Finding(
        "html", f"`{found[0]}` looks like HTML or a mark", "delete it: a translation is only text"
    )


def _numbers(pair: _Pair) -> Finding | None:
    wanted, found = numbers(pair.source.plain), numbers(pair.target.plain)
    if wanted == found:
        return None
    missing = ", ".join(sorted((wanted - found).elements()))
    added = ", ".join(sorted((found - wanted).elements()))
    parts = [f"missing {missing}"] * bool(missing) + [f"added {added}"] * bool(added)
    return Finding(
        "numbers",
        f"numbers differ from the source: {'; '.join(parts)}",
        "write the same numbers as the source, in any digits; spell out no others",
    )


def _phone(pair: _Pair) -> Finding | None:
    found = phone_like(pair.target.plain)
    if not found:
        return None
    return Finding(
        "phone",
        f"`{found[0]}` looks like a telephone number",
        "delete it: numbers come from the region files, never from a translation",
    )


def _control(pair: _Pair) -> Finding | None:
    for character in pair.target.raw + pair.target.plain:
        category = unicodedata.category(character)
        allowed = character in "\n\t" or character in _JOINERS
        tag = 0xE0000 <= ord(character) <= 0xE007F
        if character in _FORBIDDEN or tag or (category in {"Cc", "Cf", "Co", "Cs"} and not allowed):
            if character not in pair.source.raw:
                return Finding(
                    "control",
                    f"an invisible character U+{ord(character):04X}",
                    "delete it; it was probably pasted in from another program",
                )
    if re.search(rf"\d[{''.join(sorted(_JOINERS))}]+\d", pair.target.plain):
        return Finding("control", "an invisible character inside a number", "delete it")
    return None


def _single(pair: _Pair) -> Finding | None:
    if not pair.message.single:
        return None
    for token in pair.target.tokens:
        if token.type not in {"text", "placeholder", "softbreak", "text_special", "brace"}:
            return Finding(
                "markup",
                f"this text cannot hold markup: {token.markup or token.content or token.type}",
                "write plain text",
            )
    return None


def _line_breaks(pair: _Pair) -> Finding | None:
    if pair.source.count("hardbreak").total() == pair.target.count("hardbreak").total():
        return None
    return Finding(
        "line-breaks", "line breaks differ", "end no line with two spaces or a backslash"
    )


BLOCKING: tuple[Check, ...] = (
    _blank,
    _placeholders,
    _placeholder_place,
    _braces,
    _links,
    _html,
    _numbers,
    _phone,
    _control,
    _single,
    _line_breaks,
)
"""Every check that keeps a translation from being published, in the order of their reports."""
