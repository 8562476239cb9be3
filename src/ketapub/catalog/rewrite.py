"""Turn one entry of a catalog into what it becomes: refreshed, revived, obsolete or a suggestion.

The parts that need no change keep their bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ketapub.catalog.part import Kind, Part
from ketapub.catalog.po import Entry
from ketapub.catalog.quoting import quote, write_comment, write_field, write_fields
from ketapub.catalog.suggestion import source_of
from ketapub.catalog.template import (
    BRACES,
    extracted_lines,
    holds_braces,
    render_extracted,
    render_references,
    write_message,
)
from ketapub.catalog.worddiff import CHANGED, changed_line
from ketapub.message import Message

_LONE_LINE_FEED = re.compile(r"(?<!\r)\n")


def refresh(entry: Entry, message: Message) -> str:
    """A live entry with the comments and flags of its message; the same bytes when they agree.

    They are compared by what they say, since other tools re-wrap them. A kind of comment that is
    missing altogether was taken out by a tool and stays out: every message has an extracted one.
    """
    parts = entry.parts
    extracted, references = entry.extracted, entry.references
    if extracted and not _tells(entry, extracted, message):
        text = render_extracted(message)
        if entry.fuzzy and any(line.startswith(CHANGED) for line in extracted):
            text += _render_change(entry.previous, message)
        parts = _replace(parts, "extracted", text)
    if references and not _leads(references, message.paths):
        parts = _replace(parts, "reference", render_references(message))
    if holds_braces(message) is not (BRACES in entry.flags + entry.sticky):
        parts = _toggle_braces(parts)
    return entry.raw if parts is entry.parts else "".join([part.raw for part in parts])


def _leads(references: Sequence[str], paths: Sequence[str]) -> bool:
    """Whether the references of an entry are the paths of its message, in any order and form."""
    if references == paths:
        return True
    return set(_paths(" ".join(references))) == set(_paths(" ".join(paths)))


def _tells(entry: Entry, extracted: Sequence[str], message: Message) -> bool:
    """Whether the extracted comment is the message's, with or without the line on what changed.

    Other tools drop that line, or the `#|` lines that it is made from; neither is worth an edit.
    """
    wanted = extracted_lines(message)
    if extracted == wanted:
        return True
    said, plain = " ".join(extracted).split(), " ".join(wanted).split()
    if said == plain:
        return True
    if not entry.fuzzy or said[: len(plain)] != plain:
        return False
    rest = said[len(plain) :]
    if entry.previous is None:
        return rest[0] == CHANGED
    return rest == changed_line(entry.previous, message.msgid, message.msgid_plural).split()


def _render_change(previous: tuple[str | None, str, str] | None, message: Message) -> str:
    line = changed_line(previous, message.msgid, message.msgid_plural)
    return write_comment("#.", line) if line else ""


def revise(entry: Entry, message: Message, nplurals: int) -> str:
    """An entry written anew for its message: revived, or fuzzy where its msgid_plural changed.

    Plural forms that no longer have a place stand in a translator's comment.
    """
    flags = [flag for flag in entry.flags if flag != BRACES]
    previous = entry.previous
    comments = _comments(entry)
    if entry.msgid_plural != message.msgid_plural and not entry.blank:
        flags = ["fuzzy", *(flag for flag in flags if flag != "fuzzy")]
        previous = source_of(entry)
        if not message.msgid_plural:
            for number, form in enumerate(entry.msgstr[1:], 1):
                comments += write_comment("#", f'msgstr[{number}] was: "{quote(form)}"')
    comments += _raw(entry, "sticky")
    change = "" if previous == entry.previous else _render_change(previous, message)
    msgstr = _fit(entry.msgstr, message, nplurals)
    return _render(message, msgstr, comments, flags, previous, change)


def borrow(entry: Entry, message: Message, nplurals: int, *, ready: bool) -> str:
    """An entry for a new message with the translation of another one: as it is, or as fuzzy."""
    msgstr = _fit(entry.msgstr, message, nplurals)
    if ready:
        return _render(message, msgstr, _comments(entry), [], None)
    previous = source_of(entry)
    change = _render_change(previous, message)
    return _render(message, msgstr, _comments(entry), ["fuzzy"], previous, change)


def bury(entry: Entry) -> str:
    """A live entry as an obsolete one: everything that a translator wrote, nothing of ours."""
    text = _comments(entry)
    if entry.flags:
        text += f"#, {', '.join(entry.flags)}\n"
    text += _raw(entry, "sticky")
    if entry.previous:
        text += write_previous(entry.previous, "#~| ")
    return text + write_fields(entry.msgctxt, entry.msgid, entry.msgid_plural, entry.msgstr, "#~ ")


def _render(
    message: Message,
    msgstr: Sequence[str],
    comments: str,
    flags: Sequence[str],
    previous: tuple[str | None, str, str] | None,
    change: str = "",
) -> str:
    text = comments + render_extracted(message)
    text += change
    text += render_references(message)
    flags = [*flags, BRACES] if holds_braces(message) else flags
    if flags:
        text += f"#, {', '.join(flags)}\n"
    if previous:
        text += write_previous(previous, "#| ")
    return text + write_message(message, msgstr)


def _fit(msgstr: Sequence[str], message: Message, nplurals: int) -> Sequence[str]:
    if not message.msgid_plural:
        return msgstr[:1]
    return msgstr if len(msgstr) > 1 else [*msgstr] * nplurals


def write_previous(previous: tuple[str | None, str, str], prefix: str) -> str:
    """The `#|` lines: msgctxt, msgid and msgid_plural that a translation was made for."""
    msgctxt, msgid, msgid_plural = previous
    text = "" if msgctxt is None else write_field("msgctxt", msgctxt, prefix)
    text += write_field("msgid", msgid, prefix)
    return text + (write_field("msgid_plural", msgid_plural, prefix) if msgid_plural else "")


def _comments(entry: Entry) -> str:
    """The translator's comments as they stand, each on a line of its own."""
    lines = [part for part in entry.parts if part.kind == "comment"]
    return "".join([comment_line(part) for part in lines])


def comment_line(part: Part) -> str:
    """A translator's comment as it stands, on a line of its own; no longer marked as obsolete."""
    raw = part.raw.lstrip()
    if raw.startswith("#~"):
        return write_comment("#", part.text)
    return raw if raw.endswith("\n") else f"{raw}\n"


def _raw(entry: Entry, kind: Kind) -> str:
    return "".join([part.raw for part in entry.parts if part.kind == kind])


def _paths(text: str) -> list[str]:
    return re.sub("[\u2068\u2069]", " ", text).split()


def _replace(parts: tuple[Part, ...], kind: Kind, text: str) -> tuple[Part, ...]:
    """The parts with those of one kind replaced by one, in the place of the first."""
    position = next(n for n, part in enumerate(parts) if part.kind == kind)
    rest = tuple(part for part in parts[position:] if part.kind != kind)
    return (*parts[:position], _new_part(parts, kind, text), *rest)


def _toggle_braces(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Take the flag for `{name}` placeholders off, or add it to the first line of flags."""
    if any(BRACES in part.text for part in parts if part.kind in ("flag", "sticky")):
        return tuple(_without_braces(part) for part in parts)
    for position, part in enumerate(parts):
        if part.kind == "flag":
            text = f"#, {', '.join([*_words(part), BRACES])}\n"
            return (*parts[:position], _new_part(parts, "flag", text), *parts[position + 1 :])
    first = next(n for n, part in enumerate(parts) if part.kind.startswith("msg"))
    return (*parts[:first], _new_part(parts, "flag", f"#, {BRACES}\n"), *parts[first:])


def _without_braces(part: Part) -> Part:
    words = _words(part)
    if part.kind not in ("flag", "sticky") or BRACES not in words:
        return part
    words.remove(BRACES)
    mark = "#=" if part.kind == "sticky" else "#,"
    return part._replace(raw=f"{mark} {', '.join(words)}{_end(part)}" if words else "")


def _words(part: Part) -> list[str]:
    return part.text.replace(",", " ").split()


def _end(part: Part) -> str:
    return "\r\n" if part.raw.endswith("\r\n") else "\n"


def _new_part(parts: Sequence[Part], kind: Kind, text: str) -> Part:
    """A part that ends its lines as the entry around it does."""
    line_end = next((_end(part) for part in parts if part.raw.endswith("\n")), "\n")
    return Part(kind, _LONE_LINE_FEED.sub(line_end, text), parts[0].line)
