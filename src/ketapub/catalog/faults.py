"""Turn a catalog into what is wrong with it as a whole: its header, its form, how far it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketapub.catalog.header import PluralLanguage, is_foreign, mend_lines, read_lines
from ketapub.catalog.mend import find_mendable
from ketapub.catalog.po import HEADER, Catalog, Remnant
from ketapub.catalog.template import distinct
from ketapub.errors import Problem
from ketapub.message import Message

_FIX = "ketapub check --fix mends this"
_SHOWN = 40
"""Characters of a msgid that tell which one is meant."""


def judge_catalog(
    catalog: Catalog, language: PluralLanguage, messages: Sequence[Message]
) -> Iterator[Problem]:
    """A warning on each fault that reading the catalog does not tell of; one of its words is a check's.

    `messages` are those that it should have an entry for.
    """
    yield from _judge_language(catalog, language)
    for note in find_mendable(catalog, language):
        yield note._replace(severity="warning", hint=_FIX)
    yield from _judge_reach(catalog, messages)


def judge_header(catalog: Catalog, language: PluralLanguage) -> Iterator[Problem]:
    """A warning on each fault of the header, where there is one."""
    yield from _judge_language(catalog, language)
    told = catalog.header.get("Language", "")
    for entry in catalog.entries[:1]:
        if entry.key == HEADER and not entry.obsolete:
            foreign = is_foreign(told, language.locale)
            _, faults = mend_lines(read_lines(entry.msgstr[0]), language, foreign)
            for fault in faults:
                yield Problem(catalog.name, entry.line, fault, _FIX, "warning", "po-header")


def _judge_language(catalog: Catalog, language: PluralLanguage) -> Iterator[Problem]:
    """A header is the translators', but one of another language misleads their tools."""
    told = catalog.header.get("Language", "")
    if is_foreign(told, language.locale):
        yield Problem(
            catalog.name,
            1,
            f"the header says that the language is {told}, but the folder {language.locale}",
            f"move the catalog, or write in its header: Language: {language.locale}",
            "warning",
            "po-language",
        )


def _judge_reach(catalog: Catalog, messages: Sequence[Message]) -> Iterator[Problem]:
    """A catalog that was cut off between two entries looks whole: only what it lacks tells."""
    known = {entry.key for entry in catalog.entries}
    known |= {key for chunk in catalog.chunks if isinstance(chunk, Remnant) for key in chunk.keys}
    missing = [m for m in distinct(messages) if m.key not in known]
    if not missing:
        return
    text = " ".join(missing[0].msgid.split())
    first = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    count = "1 message has" if len(missing) == 1 else f"{len(missing)} messages have"
    yield Problem(
        catalog.name,
        max(1, len(catalog.text.splitlines())),
        f"{count} no entry in this catalog; the first is “{first}”",
        "ketapub update adds them; if the file was cut off here, bring it back from git first",
        "warning",
        "po-incomplete",
    )
