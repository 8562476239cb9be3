"""Turn a style sheet into what in it a browser of a given age does not know and its layout needs.

Ages are those of MDN's browser-compat-data. What such a browser leaves out may only adorn; anything
else must stand behind an older value of the same property in the same rule.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import tinycss2

from tools.nu import node_file

ADORNING = frozenset(
    ("text-wrap", "text-underline-offset", "text-decoration-thickness", "hyphens",
     "hyphenate-limit-chars", "font-variant-numeric", "outline", "color", "font-weight",
     "text-size-adjust", "-webkit-text-size-adjust")
)  # fmt: skip
"""Properties that move nothing."""
_ALIASES = {"grid-gap": "gap"}
_GAPS = ("gap", "row-gap", "column-gap")


@functools.cache
def _known() -> Any:
    text = node_file("@mdn/browser-compat-data/data.json").read_text("utf-8")
    return json.loads(text)["css"]


def _age(entry: Any) -> float:
    """The first Chrome that knows it without prefix and flag; for ever too new where none does."""
    support = entry["__compat"]["support"]["chrome"]
    rows = support if isinstance(support, list) else [support]
    ages = [
        float(row["version_added"])
        for row in rows
        if row.get("version_added") and not {"prefix", "flags", "alternative_name"} & set(row)
    ]
    return min(ages, default=float("inf"))


def too_new(css: str, chrome: int) -> list[str]:
    """`line: what`, for all that this Chrome does not know and that may change a layout."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return list(_rules(rules, chrome))


def _rules(rules: Sequence[Any], chrome: int) -> Iterator[str]:
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "media":
            yield from _rules(
                tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True),
                chrome,
            )
        elif rule.type == "qualified-rule":
            yield from _rule(rule, chrome)
        elif rule.type != "at-rule" or rule.lower_at_keyword != "page":
            yield f"{rule.source_line}: {rule.type} {getattr(rule, 'at_keyword', '')}"


def _rule(rule: Any, chrome: int) -> Iterator[str]:
    declarations = tinycss2.parse_declaration_list(
        rule.content, skip_comments=True, skip_whitespace=True
    )
    names = {each.name for each in declarations}
    for pseudo in _pseudo(rule.prelude):
        if _age(_known()["selectors"][pseudo]) > chrome and not names <= ADORNING:
            yield f"{rule.source_line}: :{pseudo}"
    flows = [_plain(d.value) for d in declarations if d.name == "display"]
    safe: set[str] = set()
    for each in declarations:
        unknown = list(_unknown(each, flows, chrome))
        if not unknown:
            safe.add(each.name)
        elif each.name not in ADORNING and not any(
            f"{each.name}-".startswith(f"{s}-") for s in safe
        ):
            yield from (f"{each.source_line}: {what}" for what in unknown)


def _pseudo(tokens: Sequence[Any]) -> Iterator[str]:
    """The names of pseudo-classes and pseudo-elements."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before == ":" and token.type in ("ident", "function"):
            yield token.lower_name if token.type == "function" else token.lower_value
        if token.type == "function":
            yield from _pseudo(token.arguments)


def _unknown(declaration: Any, flows: Sequence[str], chrome: int) -> Iterator[str]:
    name = _ALIASES.get(declaration.lower_name, declaration.lower_name)
    if name.startswith("--"):
        return
    entry = _known()["properties"].get(name)
    if entry is None or _age(entry) > chrome:
        yield name
        return
    if name in _GAPS and any("flex" in flow for flow in flows):
        yield f"{name} of flex boxes"
    for token in declaration.value:
        yield from _unknown_value(token, entry, name, chrome)


def _unknown_value(token: Any, entry: Any, name: str, chrome: int) -> Iterator[str]:
    types = _known()["types"]
    if token.type == "function":
        if token.lower_name in types and _age(types[token.lower_name]) > chrome:
            yield f"{name}: {token.lower_name}()"
        for each in token.arguments:
            yield from _unknown_value(each, entry, name, chrome)
    word = token.lower_value if token.type == "ident" else token.type
    known = entry.get(word) if word in ("string",) or token.type == "ident" else None
    if known and "__compat" in known and _age(known) > chrome:
        yield f"{name}: {word}"


def _plain(tokens: Sequence[Any]) -> str:
    return tinycss2.serialize(tokens).strip()
