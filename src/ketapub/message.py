"""One translatable unit, whoever extracted it: article, page template or region file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Syntax = Literal["markdown", "plain"]
Key = tuple[str, str]
"""(msgctxt, msgid); an empty msgctxt means none. The identity of a message in a catalog."""


@dataclass(frozen=True, slots=True)
class Message:
    """A msgid with what a translator and the gate need to know about it."""

    msgid: str
    msgctxt: str = ""
    msgid_plural: str = ""
    kind: str = ""
    """Kind of block for the extracted comment: "list item", "heading 2", "title"."""
    notes: tuple[str, ...] = ()
    """Notes of the author or template to translators."""
    critical: bool = False
    """A reader's safety hangs on it: never shown untranslated on a ready output."""
    optional: bool = False
    """Left out where missing, never held for (free text about a helpline)."""
    syntax: Syntax = "plain"
    """`markdown`: parsed inline; `plain`: escaped, with `{name}` placeholders."""
    single: bool = False
    """Front matter text: no markup at all, so that it can stand in <title> and metadata."""
    paths: tuple[str, ...] = ()
    """Source files it occurs in, each once, in order."""
    line: int = 0
    """Line of its first occurrence."""

    @property
    def key(self) -> Key:
        """(msgctxt, msgid)."""
        return (self.msgctxt, self.msgid)

    @property
    def forms(self) -> tuple[str, ...]:
        """The source text as its own translation: msgid, and msgid_plural where there is one."""
        return (self.msgid, self.msgid_plural) if self.msgid_plural else (self.msgid,)


def message_digest(msgctxt: str, msgid: str, msgstr: tuple[str, ...]) -> str:
    """Digest that binds a review or waiver to one text and its translation.

    sha256 (hex) of the JSON array [msgctxt, msgid, [msgstr...]], UTF-8, no spaces.
    """
    text = json.dumps([msgctxt, msgid, list(msgstr)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def unite(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Equal msgids are one message: the first occurrence stands, knowledge is gathered into it."""
    united: dict[Key, Message] = {}
    for message in messages:
        first = united.get(message.key)
        if first is None:
            united[message.key] = message
            continue
        united[message.key] = replace(
            first,
            msgid_plural=first.msgid_plural or message.msgid_plural,
            notes=tuple(dict.fromkeys((*first.notes, *message.notes))),
            critical=first.critical or message.critical,
            optional=first.optional and message.optional,
            single=first.single or message.single,
            paths=tuple(dict.fromkeys((*first.paths, *message.paths))),
        )
    return tuple(united.values())
