"""Turn the helplines of regions into messages for translators: fixed words, then free texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ketapub.helpline import (
    CONFIDENTIALITY_WORDS,
    COST_WORDS,
    EMERGENCY_LABEL_WORDS,
    HOURS_WORDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    MENU_WORDS,
    NETWORK_WORDS,
    REACH_WORDS,
)
from ketapub.helpline_choice import Help, is_kept_on_record
from ketapub.helpline_text import emergency_words, words_of
from ketapub.message import Message
from ketapub.region_schema import Region

_FIXED_WORDS_PATH = "src/ketapub/helpline.py"
_FREE_TEXTS = {
    "what": "what {} is",
    "note": "note about {}",
    "cost_note": "note about the cost of {}",
    "hours_note": "note about the hours of {}",
}


def messages_of(
    regions: Mapping[str, Region],
    codes: Collection[str] | None = None,
    *,
    has_treatment: bool = False,
) -> tuple[Message, ...]:
    """What the domain `helplines` gives to translators: the fixed words, then free texts.

    `codes` are the regions that are published. Critical are then the fixed words that stand beside
    their lines, and free texts come from their files; without `codes`, the words that nearly every
    country needs are critical. Whatever is optional is left out where it is missing.
    `has_treatment`: the publication prints private treatment providers, too.
    """
    published = None if codes is None else tuple(_with_countries(regions, codes))
    used = None if published is None else _words_of_regions(published, has_treatment=has_treatment)
    messages: dict[str, Message] = {}
    for kind, note, words, are_common in _FIXED_WORDS:
        for msgid in words:
            critical = msgid in used if used is not None else are_common and msgid not in _RARE
            messages[msgid] = Message(
                msgid,
                kind=kind,
                notes=(note,) if "{" in msgid else (),
                critical=critical,
                optional=not critical,
                paths=(_FIXED_WORDS_PATH,),
            )
    everywhere = [regions[code] for code in sorted(regions)]
    for region in everywhere if published is None else published:
        for helpline in region.helplines:
            for field, kind in _FREE_TEXTS.items():
                if msgid := getattr(helpline, field):
                    named = kind.format(helpline.names[0][1])
                    new = Message(msgid, kind=named, optional=True, paths=(region.path,))
                    old = messages.get(msgid, new)
                    paths = tuple(dict.fromkeys((*old.paths, region.path)))
                    messages[msgid] = replace(old, paths=paths)
    return tuple(messages.values())


def words_of_help(help_: Help) -> frozenset[str]:
    """The fixed words (msgids) that stand in one help block: what its edition must wait for."""
    lines = (words_of(line.helpline) for line in help_.all_lines)
    return emergency_words(help_.emergency).union(*lines)


_RARE = frozenset(
    (
        *(COST_WORDS[key] for key in ("free-landline", "standard text", "paid")),
        *(HOURS_WORDS[key] for key in ("holidays", "monthly", "closed", "all day")),
    )
)
_FIXED_WORDS: tuple[tuple[str, str, Iterable[str], bool], ...] = (
    ("helpline kind", "", KIND_WORDS.values(), True),
    (
        "cost of a call",
        "{price} is an amount of money with its currency.",
        COST_WORDS.values(),
        True,
    ),
    (
        "cost by network",
        "{cost} is another message, such as “Free to call”.",
        NETWORK_WORDS.values(),
        False,
    ),
    (
        "opening hours",
        "{days} is one or more days of the week; {times} is one or more spans of time; "
        "{day} is a number.",
        HOURS_WORDS.values(),
        True,
    ),
    (
        "languages of a helpline",
        "{languages} is a list of languages; “Languages: {languages}” is as good. "
        "{local} is the reader's language as staff there call it, {own} as the reader calls it.",
        LANGUAGE_WORDS.values(),
        True,
    ),
    ("label after an emergency number, in brackets", "", EMERGENCY_LABEL_WORDS.values(), True),
    (
        "what to press once a call is answered",
        "{key} is what is pressed on the phone, such as a digit.",
        MENU_WORDS.values(),
        False,
    ),
    (
        "from where a helpline can be called",
        "{area} is the name of a part of a country.",
        REACH_WORDS.values(),
        False,
    ),
    ("what the operator of a helpline promises", "", CONFIDENTIALITY_WORDS.values(), False),
)
"""(kind, note, msgids, whether nearly every country needs them)"""


def _with_countries(regions: Mapping[str, Region], codes: Collection[str]) -> Iterable[Region]:
    """The published regions and the countries around them that have a usable file, sorted."""
    wanted = {part for code in codes for part in (code, code.partition("-")[0])}
    return (regions[code] for code in sorted(wanted) if code in regions)


def _words_of_regions(regions: Iterable[Region], *, has_treatment: bool) -> frozenset[str]:
    """What can stand beside their lines, today or later."""
    words: frozenset[str] = frozenset()
    for region in regions:
        words |= emergency_words(region.emergency) if region.emergency else frozenset()
        for helpline in region.helplines:
            asked_for = has_treatment and helpline.kind == "treatment"
            if asked_for or not is_kept_on_record(helpline):
                words |= words_of(helpline)
    return words
