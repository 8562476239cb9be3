"""Turn a msgid and its msgstr into what msgfmt says of their first and last line feeds.

msgfmt refuses the whole catalog when only one of the two begins, or ends, with a line feed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketapub.message import Message

CODE = "newlines"
"""Identifier of the check (pofilter's)."""


def judge_edges(message: Message, msgstr: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Why msgfmt would refuse a translation: (code, message, hint) for each fault; empty forms pass.

    The rule of gettext's `msgl-check.c`: msgid, msgid_plural and every msgstr begin and end alike.
    """
    for form in filter(None, msgstr):
        if form.startswith("\n") is not message.msgid.startswith("\n"):
            yield _fault("beginning", message.msgid.startswith("\n"))
        if form.endswith("\n") is not message.msgid.endswith("\n"):
            yield _fault("end", message.msgid.endswith("\n"))


def _fault(place: str, wanted: bool) -> tuple[str, str, str]:
    if wanted:
        return CODE, f"the line break at the {place} of the source text is missing", "add it"
    return CODE, f"a line break stands at the {place} that the source text has not", "delete it"


def same_edges(msgid: str, msgstr: str) -> str:
    """The translation with the line feeds at its ends that its msgid has; an empty one as it is."""
    if not msgstr.strip():
        return msgstr
    if msgstr.startswith("\n") is not msgid.startswith("\n"):
        msgstr = "\n" + msgstr if msgid.startswith("\n") else msgstr.lstrip("\n")
    if msgstr.endswith("\n") is not msgid.endswith("\n"):
        msgstr = msgstr + "\n" if msgid.endswith("\n") else msgstr.rstrip("\n")
    return msgstr
