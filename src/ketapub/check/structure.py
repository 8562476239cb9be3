"""Turn a pair into findings about its form: what would break the page, the sheet or the catalog."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from ketapub.catalog import judge_edges
from ketapub.check.pair import NAME, Finding, Pair, Text
from ketapub.check.text import beside_placeholder, is_invisible
from ketapub.markdown import LOOKS_LIKE_A_MARK, stray_braces

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Categories of what nobody sees: bidi embeddings and isolates, tags, controls, private use."""
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
JOINERS = frozenset("\u200b\u200c\u200d\u00ad\u200e\u200f\u061c")
"""Needed by some scripts (Persian, Indic, Thai, mixed direction); never inside a number."""
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_ESCAPE = re.compile(r"\\[nrt](?![A-Za-z])|\\[\"']|\\u[0-9a-fA-F]{4}")
_CONFLICT = re.compile(r"#-#-#-#-#|<{7} |>{7} |^={7}$", re.MULTILINE)
_GARBLED = re.compile("\ufffd|[ÃÂÐÑØÙ][\u0080-\u00bf]|â€|à¤|à¥|\ufeff")
_LEFTOVER = re.compile(r"\*+|`+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|~~|\]\(|\]\[")


def blank(pair: Pair) -> Finding | None:
    """It shows something."""
    if any(not c.isspace() and not is_invisible(c) for c in pair.target.plain):
        return None
    return Finding(
        "blank", "the translation shows nothing", "translate the text, or leave it empty"
    )


def placeholders(pair: Pair) -> Finding | None:
    """The same placeholders, each as often."""
    if pair.message.syntax == "plain":
        wanted, found = (Counter(NAME.findall(t.raw)) for t in (pair.source, pair.target))
    else:
        wanted, found = (t.count("placeholder") for t in (pair.source, pair.target))
    if wanted == found:
        return None
    return Finding(
        "placeholders",
        f"placeholders differ: {tell_difference(*(map(_in_braces, (wanted, found))))}",
        "keep each {name} exactly as often as in the source, outside of links and code",
    )


def _in_braces(names: Counter[str]) -> Counter[str]:
    return Counter({f"{{{name}}}": count for name, count in names.items()})


def tell_difference(wanted: Counter[str], found: Counter[str]) -> str:
    """What the translation lacks and what it has too much, in words: "missing a; added b, b"."""
    missing, added = (
        ", ".join(sorted(some.elements())) for some in (wanted - found, found - wanted)
    )
    parts = [f"missing {missing}"] * bool(missing) + [f"added {added}"] * bool(added)
    return "; ".join(parts)


def placeholder_place(pair: Pair) -> Finding | None:
    """No placeholder within a link: it is one itself."""
    depth = 0
    for token in pair.target.tokens:
        depth += token.nesting if token.type.startswith("link") else 0
        if token.type == "placeholder" and depth:
            return Finding(
                "placeholder-place", "a placeholder stands in a link", "put it outside of the link"
            )
    return None


def placeholder_neighbours(pair: Pair) -> Finding | None:
    """No digit beside a placeholder that stands for a number."""
    found = beside_placeholder(pair.target.plain) if pair.message.syntax == "markdown" else ""
    if not found:
        return None
    return Finding(
        "placeholder-digit",
        f"`{found}`: a digit stands right beside the number",
        "put a word or a space between them",
    )


def braces(pair: Pair) -> Finding | None:
    """No brace but those of placeholders."""
    broken = any(token.type == "brace" or stray_braces(token) for token in pair.target.tokens)
    wrong = broken or _plain_braces(pair, pair.target) > _plain_braces(pair, pair.source)
    if not wrong:
        return None
    strange = next(
        (f"{{{n}}}" for n in NAME.findall(pair.target.raw) if f"{{{n}}}" not in pair.source.raw), ""
    )
    if strange:
        hint = "copy {names} letter by letter from the source: they are not translated"
        return Finding("braces", f"{strange} is no placeholder of the source", hint)
    return Finding("braces", "a brace is left over", "delete it: braces stand around {names} only")


def _plain_braces(pair: Pair, text: Text) -> int:
    """How many braces are shown that belong to no placeholder."""
    names = text.count("placeholder").total()
    if pair.message.syntax == "plain":
        names = len(NAME.findall(text.raw))
    return text.plain.count("{") + text.plain.count("}") - 2 * names


def links(pair: Pair) -> Finding | None:
    """The same links and images, with the same addresses."""
    wanted, found = pair.source.targets, pair.target.targets
    if wanted == found:
        return None
    told = tell_difference(*(Counter(t for _, t in some.elements()) for some in (wanted, found)))
    return Finding(
        "links",
        f"links or images differ: {told or 'a link and an image have changed places'}",
        "copy the target as it is, and no blank between the brackets: [text](target)",
    )


def code(pair: Pair) -> Finding | None:
    """Code is copied, not translated."""
    wanted, found = pair.source.count("code_inline"), pair.target.count("code_inline")
    if wanted == found:
        return None
    told = tell_difference(
        *(Counter(f"`{c}`" for c in some.elements()) for some in (wanted, found))
    )
    return Finding("code", f"code differs: {told}", "copy it as it is")


def leftover(pair: Pair) -> Finding | None:
    """No mark of Markdown that a reader would see as a character."""
    if pair.message.syntax == "plain":
        return None
    target = _leftovers(pair.target)
    if not target or not target - (source := _leftovers(pair.source)):
        return None
    mark = next(iter(target - source))
    return Finding(
        "leftover",
        f"a mark is left over: readers would see `{mark}`",
        "close each mark, without a space inside (**so**); a word or space may have to stand beside it",
    )


def _leftovers(text: Text) -> Counter[str]:
    return Counter("".join(_LEFTOVER.findall("".join(text.count("text").elements()))))


def html(pair: Pair) -> Finding | None:
    """Nothing that looks like HTML or one of our marks."""
    found = LOOKS_LIKE_A_MARK.search(pair.target.seen) or _ENTITY.search(pair.target.seen)
    if found is None or found.re.search(pair.source.seen):
        return None
    return Finding(
        "html", f"`{found[0]}` looks like HTML or a mark", "delete it: a translation is only text"
    )


def escapes(pair: Pair) -> Finding | None:
    r"""No `\n` or `\"` that a reader would see."""
    found = _ESCAPE.search(pair.target.seen)
    if found is None or _ESCAPE.search(pair.source.seen):
        return None
    hint = "delete it; in most editors a line break or quotation mark is typed as it is"
    return Finding("escapes", f"readers would see `{found[0]}`", hint)


def conflict(pair: Pair) -> Finding | None:
    """No marks of two versions side by side (git, msgcat)."""
    if not _CONFLICT.search(pair.target.raw):
        return None
    hint = "keep the better one, and delete the lines of marks"
    return Finding("conflict", "two versions of the translation stand side by side", hint)


def encoding(pair: Pair) -> Finding | None:
    """No letters that a program has garbled."""
    found = _GARBLED.search(pair.target.raw)
    if found is None or found[0] in pair.source.raw:
        return None
    return Finding(
        "encoding",
        f"letters are garbled near `{pair.target.raw[max(0, found.start() - 8) : found.end() + 4]}`",
        "type them again; a program has read the file in a wrong encoding (it is UTF-8)",
    )


def control(pair: Pair) -> Finding | None:
    """No control characters, private characters and tags that nobody sees."""
    for character in dict.fromkeys(pair.target.raw + pair.target.seen):
        if character in _BIDI or character in pair.source.raw or not _is_forbidden(character):
            continue
        return Finding(
            "control",
            f"an invisible character U+{ord(character):04X}",
            "delete it; it was probably pasted in from another program",
        )
    return None


def bidi(pair: Pair) -> Finding | None:
    """No character that turns the direction of what follows: it can reverse a number."""
    for character in dict.fromkeys(pair.target.raw + pair.target.seen):
        if character in _BIDI and character not in pair.source.raw:
            return Finding(
                "bidi",
                f"an invisible character turns the direction of the text (U+{ord(character):04X})",
                "delete it; for a single mark write U+200E or U+200F",
            )
    return None


def _is_forbidden(character: str) -> bool:
    if character in "\n\t" or character in JOINERS:
        return False
    return character in "\u2028\u2029" or unicodedata.category(character) in _HIDDEN


def single(pair: Pair) -> Finding | None:
    """Titles and the like hold no markup."""
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


def line_breaks(pair: Pair) -> Finding | None:
    """As many line breaks."""
    if pair.source.count("hardbreak").total() == pair.target.count("hardbreak").total():
        return None
    return Finding(
        "line-breaks", "line breaks differ", "end no line with two spaces or a backslash"
    )


def newlines(pair: Pair) -> Finding | None:
    """msgid and msgstr begin and end with a line feed, or both do not: msgfmt refuses the rest."""
    found = next(judge_edges(pair.message, (pair.target.raw,)), None)
    return Finding(*found) if found else None
