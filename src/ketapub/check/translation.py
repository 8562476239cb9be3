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

from ketapub.check.text import (
    beside_placeholder,
    is_invisible,
    joined_digits,
    number_shapes,
    numbers,
    only_digits,
    whole_numbers,
)
from ketapub.markdown import (
    LOOKS_LIKE_A_MARK,
    Env,
    parse_inline,
    plain_text,
    stray_braces,
    title_texts,
    walk_inline,
)
from ketapub.message import Message

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Categories of what nobody sees: bidi embeddings and isolates, tags, controls, private use."""
_JOINERS = frozenset("\u200b\u200c\u200d\u00ad\u200e\u200f\u061c")
"""Needed by some scripts (Persian, Indic, Thai, mixed direction); never inside a number."""
_PARTED_NUMBER = re.compile(rf"\d[{''.join(sorted(_JOINERS))}]+\d")


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
    """What a reader reads."""
    tokens: tuple[Token, ...] = ()
    titles: tuple[str, ...] = ()
    """Titles of links and images."""

    @property
    def seen(self) -> str:
        """Everything that a reader may see."""
        return "\n".join((self.plain, *self.titles))

    def count(self, *types: str) -> Counter[str]:
        return Counter(token.content for token in self.tokens if token.type in types)

    def targets(self) -> Counter[tuple[str, str]]:
        """(`href` or `src`, address) of each link and image."""
        found = ((name, t.attrGet(name)) for t in self.tokens for name in ("href", "src"))
        return Counter((name, str(target)) for name, target in found if target is not None)


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

    `env` holds the article's link references. A plural form may match the singular or the plural
    msgid: which of the two it stands for is the language's matter.
    """
    findings: list[Finding] = []
    for form in msgstr:
        target = _read(form, message, env)
        tries: list[list[Finding]] = []
        for msgid in dict.fromkeys((message.msgid, message.msgid_plural or message.msgid)):
            pair = _Pair(message, _read(msgid, message, env), target)
            tries.append([found for check in BLOCKING if (found := check(pair)) is not None])
        fewest: list[Finding] = min(tries, key=len)
        findings += fewest
    return tuple(dict.fromkeys(findings))


def _read(text: str, message: Message, env: Env | None) -> _Text:
    if message.syntax == "plain":
        return _Text(text, text)
    children = parse_inline(text, env if env is not None else {})
    titles = tuple(title_texts(children))
    return _Text(text, plain_text(children), tuple(walk_inline(children)), titles)


def _blank(pair: _Pair) -> Finding | None:
    if any(not c.isspace() and not is_invisible(c) for c in pair.target.plain):
        return None
    return Finding(
        "blank", "the translation shows nothing", "translate the text, or leave it empty"
    )


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
    broken = any(token.type == "brace" or stray_braces(token) for token in pair.target.tokens)
    wrong = broken or _plain_braces(pair, pair.target) > _plain_braces(pair, pair.source)
    if not wrong:
        return None
    return Finding("braces", "a brace is left over", "delete it: braces stand around {names} only")


def _plain_braces(pair: _Pair, text: _Text) -> int:
    """How many braces are shown that belong to no placeholder."""
    names = text.count("placeholder").total()
    if pair.message.syntax == "plain":
        names = len(_NAME.findall(text.raw))
    return text.plain.count("{") + text.plain.count("}") - 2 * names


def _placeholder_place(pair: _Pair) -> Finding | None:
    depth = 0
    for token in pair.target.tokens:
        depth += token.nesting if token.type.startswith("link") else 0
        if token.type == "placeholder" and depth:
            return Finding(
                "placeholders", "a placeholder stands in a link", "put it outside of the link"
            )
    return None


def _placeholder_neighbours(pair: _Pair) -> Finding | None:
    found = beside_placeholder(pair.target.plain) if pair.message.syntax == "markdown" else ""
    if not found:
        return None
    return Finding(
        "placeholders",
        f"`{found}`: a digit stands right beside the number",
        "put a word or a space between them",
    )


def _links(pair: _Pair) -> Finding | None:
    if pair.source.targets() == pair.target.targets():
        return None
    wanted = ", ".join(sorted(t for _, t in pair.source.targets().elements())) or "no link"
    return Finding(
        "links",
        f"links or images differ: the source has {wanted}",
        "copy the link's target as it is",
    )


def _html(pair: _Pair) -> Finding | None:
    found = LOOKS_LIKE_A_MARK.search(pair.target.seen)
    if found is None or LOOKS_LIKE_A_MARK.search(pair.source.seen):
        return None
    return Finding(
        "html", f"`{found[0]}` looks like HTML or a mark", "delete it: a translation is only text"
    )


def _numbers(pair: _Pair) -> Finding | None:
    source, target = pair.source.seen, pair.target.seen
    wanted, found = numbers(source), numbers(target)
    if wanted == found or whole_numbers(source) == whole_numbers(target):
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
    text = pair.target.seen
    given = joined_digits(pair.source.seen)
    found = next((shape for shape in number_shapes(text) if only_digits(shape) not in given), None)
    if found is None:
        return None
    return Finding(
        "phone",
        f"`{found}` looks like a telephone number",
        "delete it: numbers come from the region files, never from a translation",
    )


def _control(pair: _Pair) -> Finding | None:
    for character in pair.target.raw + pair.target.seen:
        if _is_forbidden(character) and character not in pair.source.raw:
            return Finding(
                "control",
                f"an invisible character U+{ord(character):04X}",
                "delete it; it was probably pasted in from another program",
            )
    if _PARTED_NUMBER.search(pair.target.seen):
        return Finding("control", "an invisible character inside a number", "delete it")
    return None


def _is_forbidden(character: str) -> bool:
    if character in "\n\t" or character in _JOINERS:
        return False
    return character in "\u2028\u2029" or unicodedata.category(character) in _HIDDEN


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
    _placeholder_neighbours,
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
