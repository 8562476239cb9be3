"""Turn translators' comments and a file of digests into which translations are still a machine's.

A draft carries the comment `# machine draft, please check`. Editors keep that comment when a person
rewrites the text below it, so it alone says too much. `locale/<locale>/drafts.txt` therefore keeps
what was drafted, one line a message: `<digest of the message> <digest with its draft>`, 16
hexadecimal digits each. A text that is no longer the one that was drafted is a person's; one that
carries the comment and is not in the file yet is taken for a draft. A message without the comment, or
without a text, loses its line: a comment that stands there anew says that a machine wrote once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ketapub.catalog.header import read_lines, with_lines
from ketapub.catalog.ledger import ROLES, Ledger
from ketapub.catalog.po import HEADER, Catalog, Entry, read_po
from ketapub.message import Key, message_digest

FIELD = "X-Machine-Draft"
"""Header field: `yes` while a text of the catalog is a machine's draft."""
_LINE = re.compile(r"(?m)^[ \t]*([0-9a-f]{16})[ \t]+([0-9a-f]{16})[ \t\r]*(?:\n|\Z)")
_HEAD = "# What machines drafted: ketapub update keeps it, and a changed text is a person's.\n"


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


def is_draft(entry: Entry, drafts: Drafts, ledger: Ledger) -> bool:
    """Whether an entry still says what a machine wrote, and nobody has reviewed that."""
    digest = message_digest(*entry.key, entry.msgstr)
    signed = any(ledger.reviewed(digest, role) for role in ROLES)
    return _holds_mark(entry) and drafts.holds(entry.key, entry.msgstr) and not signed


def read_drafts(text: str) -> Drafts:
    """Read what was drafted. What is no such line (a conflict's mark, say) says nothing."""
    known: dict[str, frozenset[str]] = {}
    for message, draft in _LINE.findall(text):
        known[message] = known.get(message, frozenset()) | {draft}
    return Drafts(known)


def note_drafts(text: str, catalogs: Iterable[Catalog]) -> str:
    """The file with a line for each marked draft that is new in these catalogs, and none for the
    messages whose draft has been taken off or emptied."""
    entries = [entry for catalog in catalogs for entry in catalog.entries if not entry.obsolete]
    free = {_short(entry.key, ()) for entry in entries}
    free -= {_short(entry.key, ()) for entry in entries if _holds_mark(entry)}
    text = _LINE.sub(lambda line: "" if line[1] in free else line[0], text)
    drafts = read_drafts(text)
    lines = dict.fromkeys(
        f"{_short(entry.key, ())} {_short(entry.key, entry.msgstr)}\n"
        for entry in entries
        if _holds_mark(entry) and not drafts.knows(entry.key)
    )
    return (text or _HEAD) + "".join(lines) if lines else text


def drop_field(text: str, drafts: Drafts, ledger: Ledger) -> str:
    """The text of a catalog, without the header field X-Machine-Draft once nothing in it is a draft.

    A draft that a person has reviewed is none any more.
    """
    if FIELD not in text:
        return text
    catalog = read_po(text, "")
    left = any(is_draft(e, drafts, ledger) for e in catalog.entries)
    header = next((e for e in catalog.entries if e.key == HEADER and not e.obsolete), None)
    if left or header is None:
        return text
    lines = [line for name, line in read_lines(header.msgstr[0]).items() if name != FIELD]
    new = "".join(part.raw for part in with_lines(header, lines))
    return "".join(new if c is header else c.raw for c in catalog.chunks) + catalog.tail


def _holds_mark(entry: Entry) -> bool:
    return not entry.obsolete and not entry.blank and is_marked(entry.comments)


def _short(key: Key, msgstr: tuple[str, ...]) -> str:
    return message_digest(*key, msgstr)[:16]
