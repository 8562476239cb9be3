"""Turn translators' comments and a file of digests into which translations are still a machine's.

A draft carries the comment `# machine draft, please check`. Editors keep that comment when a person
rewrites the text below it, so it alone says too much. `locale/<locale>/drafts.txt` therefore keeps
what was drafted, one line a message: `<digest of the message> <digest with its draft>`, 16
hexadecimal digits each. A text that is no longer the one that was drafted is a person's; one that
carries the comment and is not in the file yet is taken for a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ketapub.catalog.po import Catalog, Entry
from ketapub.message import Key, message_digest

_LINE = re.compile(r"(?m)^\s*([0-9a-f]{16})\s+([0-9a-f]{16})\s*$")
_HEAD = "# What machines drafted: ketapub update adds lines, and a changed text is a person's.\n"


@dataclass(frozen=True, slots=True)
class Drafts:
    """What machines drafted in one locale."""

    _known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def holds(self, key: Key, msgstr: tuple[str, ...]) -> bool:
        """Whether a translation that is marked as a draft is still what the machine wrote."""
        known = self._known.get(_short(key, ()))
        return known is None or _short(key, msgstr) in known

    def knows(self, key: Key) -> bool:
        """Whether a draft of this message was noted."""
        return _short(key, ()) in self._known


def is_marked(comments: Iterable[str]) -> bool:
    """Whether translators' comments call the text a machine's draft."""
    return any(comment.strip().lower().startswith("machine draft") for comment in comments)


def read_drafts(text: str) -> Drafts:
    """Read what was drafted. What is no such line (a conflict's mark, say) says nothing."""
    known: dict[str, frozenset[str]] = {}
    for message, draft in _LINE.findall(text):
        known[message] = known.get(message, frozenset()) | {draft}
    return Drafts(known)


def note_drafts(text: str, catalogs: Iterable[Catalog]) -> str:
    """The file with a line for each marked draft that is new in these catalogs."""
    drafts = read_drafts(text)
    entries = [entry for catalog in catalogs for entry in catalog.entries]
    lines = dict.fromkeys(
        f"{_short(entry.key, ())} {_short(entry.key, entry.msgstr)}\n"
        for entry in entries
        if _is_draft(entry) and not drafts.knows(entry.key)
    )
    return (text or _HEAD) + "".join(lines) if lines else text


def _is_draft(entry: Entry) -> bool:
    return not entry.obsolete and not entry.blank and is_marked(entry.comments)


def _short(key: Key, msgstr: tuple[str, ...]) -> str:
    return message_digest(*key, msgstr)[:16]
