"""What comes back in a kit, whatever file it came in: one answer a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ketapub.kit.item import Name
from ketapub.review import Reviewer

Verdict = Literal["", "right", "change", "unsafe"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file says of one message."""

    line: int
    """1-based line of the file; 0 when it has none."""
    message: str
    """First digits of the message's digest (`ketapub.kit.item.mark_key`)."""
    sent: str
    """First digits of the digest of what was sent; empty when the file does not say."""
    msgstr: tuple[str, ...]
    """Empty: it says nothing about the text."""
    ready: bool | None = None
    """Whether the translator calls it done; None: the file does not say."""
    comments: tuple[str, ...] = ()
    verdict: Verdict = ""
    """Of a review sheet."""
    idle: bool = False
    """Its state says that nothing was done, which tools write of what is not approved."""
    unmarked: bool = False
    """The mark of a machine draft was taken off by hand."""
    source: str = ""
    """The source text that it stands under, for messages to people."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One file that came back."""

    name: str
    """What problems call it."""
    locale: str
    """The language that it says it is in, as it says it; empty: it does not say."""
    domain: str
    """The domain that it says; empty: to be found by its messages."""
    answers: tuple[Answer, ...]
    reviewer: Reviewer | None = None
    """Who filled in the review sheet and agrees to be named."""


class Text(NamedTuple):
    """One msgstr on its way home: a plural message has several."""

    name: Name
    line: int
    text: str
    ready: bool | None = None
    comments: tuple[str, ...] = ()
    verdict: Verdict = ""
    source: str = ""
    idle: bool = False


def gather(texts: Iterable[Text]) -> tuple[Answer, ...]:
    """The texts of each message as one answer, in the order of their first ones."""
    by_message: dict[tuple[str, str], dict[int, Text]] = {}
    for text in texts:
        by_message.setdefault((text.name.message, text.name.text), {})[text.name.form] = text
    return tuple(_answer(dict(sorted(forms.items()))) for forms in by_message.values())


def _answer(forms: dict[int, Text]) -> Answer:
    texts = list(forms.values())
    first = texts[0]
    told = [text.ready for text in texts if text.ready is not None]
    blank = not any(text.text.strip() for text in texts)
    whole = list(forms) == list(range(len(forms)))
    return Answer(
        min(text.line for text in texts),
        first.name.message,
        first.name.text,
        () if blank or not whole else tuple(text.text for text in texts),
        all(told) if told else None,
        tuple(dict.fromkeys(comment for text in texts for comment in text.comments)),
        next((text.verdict for text in texts if text.verdict), ""),
        idle=any(text.idle for text in texts),
        source=first.source,
    )
