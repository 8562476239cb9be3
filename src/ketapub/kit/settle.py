"""Turn an answer and the entry that it is about into what becomes of the entry.

The third version is what was sent, which the answer tells by its digest: a text that was changed in
the catalog since then stands, and the answer's text is kept as a comment beside it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ketapub.catalog import Entry, is_marked
from ketapub.catalog.compose import tell_texts
from ketapub.catalog.edges import same_edges
from ketapub.catalog.revision import Revision
from ketapub.kit.answer import Answer
from ketapub.kit.item import mark_entry, mark_text
from ketapub.review import Reviewer

Kind = Literal["new", "changed", "ready", "fuzzy", "unsafe", "checked", "right", "newer", "comment"]
"""What an answer does: a first text, another text, fuzzy no more, fuzzy, unsafe, no longer a
machine's draft, right as it stands, nothing since the catalog has newer work, a comment alone."""
FAILS = "fails a check: "
"""Begins the comment on a text that arrived as fuzzy because a check refuses it."""
_KEPT = "suggestion from a kit"


class Fate(NamedTuple):
    """What becomes of an entry."""

    kind: Kind
    revision: Revision


def settle_answer(
    entry: Entry, answer: Answer, reviewer: Reviewer | None, moved: bool, draft: bool
) -> Fate | None:
    """What becomes of an entry; None when the answer changes nothing.

    `moved`: the answer is for an earlier source text of the entry, so that it is a suggestion;
    `draft`: what the entry says is still what a machine wrote.
    """
    comments = _with_comments(entry, answer, reviewer)
    newer = moved or _is_newer(entry, answer, draft)
    if answer.verdict in ("right", "unsafe"):
        return _settle_verdict(entry, answer, reviewer, comments, newer)
    text = tuple(same_edges(entry.msgid, form) for form in answer.msgstr)
    ready = not entry.unready if answer.ready is None else answer.ready
    if not text or (text == entry.msgstr and ready is not entry.unready):
        if text and answer.unmarked and is_marked(entry.comments) and not newer:
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


def why_unsigned(entry: Entry, answer: Answer, moved: bool) -> str:
    """Why a verdict "right" is not about what the entry says; empty: it is about exactly that."""
    if moved:
        return "its source text has changed since"
    if answer.sent != mark_entry(entry):
        return "what stands here is not what was read"
    return "it is not translated" if entry.blank else ""


def _is_newer(entry: Entry, answer: Answer, draft: bool) -> bool:
    """Whether the catalog may hold work that the sender of the answer has not seen."""
    if answer.sent:
        return answer.sent != mark_entry(entry)
    return not (entry.blank or draft)


def _is_untouched(answer: Answer, text: tuple[str, ...]) -> bool:
    """Whether the answer is what was sent."""
    told = (True, False) if answer.ready is None or answer.idle else (answer.ready,)
    return bool(answer.sent) and answer.sent in {mark_text(text, ready) for ready in told}


def _settle_verdict(
    entry: Entry,
    answer: Answer,
    reviewer: Reviewer | None,
    comments: tuple[str, ...],
    newer: bool,
) -> Fate | None:
    if newer or entry.blank:
        return _keep(entry, comments, ())
    if answer.verdict == "unsafe":
        who = reviewer.name if reviewer else "a reviewer"
        told = (f"unsafe, says {who}",)
        if not entry.unready or told[0] not in comments:
            return Fate("unsafe", _revision(entry, (*comments, *told), ready=False))
        return None
    if reviewer is None:
        return _settle_comments(entry, comments)
    comments = tuple(comment for comment in comments if not comment.startswith(FAILS))
    return Fate("ready" if entry.unready else "right", _revision(entry, comments, ready=True))


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


def _with_comments(entry: Entry, answer: Answer, reviewer: Reviewer | None) -> tuple[str, ...]:
    """The entry's comments and the answer's, those of a sheet with the name of its writer."""
    who = f"{reviewer.name}: " if reviewer else ""
    own = {*entry.comments, *(" ".join(comment.split()) for comment in entry.comments)}
    new = (
        f"{who}{comment}"
        for comment in answer.comments
        if comment not in own and not is_marked((comment,))
    )
    return (*entry.comments, *dict.fromkeys(text for text in new if text not in own))


def _unmarked(comments: tuple[str, ...]) -> tuple[str, ...]:
    """Without what another text than the one that stood here earned."""
    return tuple(c for c in comments if not is_marked((c,)) and not c.startswith(FAILS))
