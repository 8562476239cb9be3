"""Turn an answer and the entry that it is about into what becomes of the entry.

The third version is what was sent, which the answer tells by its digest: a text that was changed in
the catalog since then stands, and the answer's text is kept as a comment beside it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ketapub.catalog import Entry
from ketapub.catalog.compose import tell_texts
from ketapub.catalog.edges import same_edges
from ketapub.catalog.revision import Revision
from ketapub.kit.answer import Answer, Signature
from ketapub.kit.item import is_draft, is_draft_comment, mark_entry, mark_text

Kind = Literal["new", "changed", "ready", "fuzzy", "unsafe", "checked", "newer", "comment"]
"""What an answer does: a first text, another text, fuzzy no more, fuzzy, unsafe, no longer a
machine's draft, nothing since the catalog has newer work, a comment alone."""
FAILS = "fails a check: "
"""Begins the comment on a text that arrived as fuzzy because a check refuses it."""
_KEPT = "suggestion from a kit"


class Fate(NamedTuple):
    """What becomes of an entry."""

    kind: Kind
    revision: Revision
    approved: bool = False
    """The reviewer of a sheet has called exactly this text right."""


def settle_answer(
    entry: Entry, answer: Answer, signature: Signature | None, moved: bool = False
) -> Fate | None:
    """What becomes of an entry; None when the answer changes nothing.

    `moved`: the answer is for an earlier source text of the entry, so that it is a suggestion.
    """
    comments = _with_comments(entry, answer, signature)
    newer = moved or _is_newer(entry, answer)
    if answer.verdict in ("right", "unsafe"):
        return _settle_verdict(entry, answer, signature, comments, newer)
    text = tuple(same_edges(entry.msgid, form) for form in answer.msgstr)
    ready = not entry.unready if answer.ready is None else answer.ready
    if not text or (text == entry.msgstr and ready is not entry.unready):
        if text and answer.unmarked and is_draft(entry) and not newer:
            return Fate("checked", Revision(text, ready, _unmarked(comments)))
        return _settle_comments(entry, comments)
    if _is_untouched(answer, text) or (not ready and text == (entry.msgid,)):
        return _settle_comments(entry, comments)
    if newer or len(text) != len(entry.msgstr):
        told = () if text == entry.msgstr else tell_texts(_KEPT, text)
        return _keep(entry, comments, told)
    if text == entry.msgstr:
        return Fate("ready" if ready else "fuzzy", Revision(text, ready, comments))
    ready = True if answer.ready is None else answer.ready
    kind: Kind = "new" if entry.blank else "changed" if ready else "fuzzy"
    return Fate(kind, Revision(text, ready, _unmarked(comments)))


def _is_newer(entry: Entry, answer: Answer) -> bool:
    """Whether the catalog may hold work that the sender of the answer has not seen."""
    if answer.sent:
        return answer.sent != mark_entry(entry)
    return not (entry.blank or is_draft(entry))


def _is_untouched(answer: Answer, text: tuple[str, ...]) -> bool:
    """Whether the answer is what was sent."""
    told = (True, False) if answer.ready is None or answer.idle else (answer.ready,)
    return bool(answer.sent) and answer.sent in {mark_text(text, ready) for ready in told}


def _settle_verdict(
    entry: Entry,
    answer: Answer,
    signature: Signature | None,
    comments: tuple[str, ...],
    newer: bool,
) -> Fate | None:
    if newer or entry.blank:
        return _keep(entry, comments, ())
    if answer.verdict == "unsafe":
        who = signature.reviewer if signature else "a reviewer"
        told = (f"unsafe, says {who}",)
        if not entry.unready or told[0] not in comments:
            return Fate("unsafe", _revision(entry, (*comments, *told), ready=False))
        return None
    if signature is None:
        return _settle_comments(entry, comments)
    kind: Kind = "ready" if entry.unready else "checked"
    return Fate(kind, _revision(entry, _unmarked(comments), ready=True), approved=True)


def _keep(entry: Entry, comments: tuple[str, ...], told: tuple[str, ...]) -> Fate | None:
    """The entry as it is; what came is kept in its comments."""
    comments = tuple(dict.fromkeys((*comments, *told)))
    if comments == entry.comments:
        return None
    return Fate("newer", _revision(entry, comments, not entry.unready))


def _settle_comments(entry: Entry, comments: tuple[str, ...]) -> Fate | None:
    if comments == entry.comments:
        return None
    return Fate("comment", _revision(entry, comments, not entry.unready))


def _revision(entry: Entry, comments: tuple[str, ...], ready: bool) -> Revision:
    return Revision(entry.msgstr, ready, comments)


def _with_comments(entry: Entry, answer: Answer, signature: Signature | None) -> tuple[str, ...]:
    """The entry's comments and the answer's, those of a sheet with the name of its writer."""
    who = f"{signature.reviewer}: " if signature else ""
    own = {*entry.comments, *(" ".join(comment.split()) for comment in entry.comments)}
    new = (
        f"{who}{comment}"
        for comment in answer.comments
        if comment not in own and not is_draft_comment(comment)
    )
    return (*entry.comments, *dict.fromkeys(text for text in new if text not in own))


def _unmarked(comments: tuple[str, ...]) -> tuple[str, ...]:
    """Without what another text than the one that stood here earned."""
    return tuple(c for c in comments if not is_draft_comment(c) and not c.startswith(FAILS))
