"""Values that page and sheet show about help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ketapub.helpline import LANGUAGE_WORDS
from ketapub.region import choose, load_regions
from ketapub.view import HelpView, view_help
from test_templates import words

ROOT = Path(__file__).parent.parent
REGIONS, _ = load_regions(ROOT / "source/regions", ROOT)
ASK, SOME = LANGUAGE_WORDS["ask"], LANGUAGE_WORDS["interpreters"]


def shown(code: str, tag: str) -> HelpView:
    known = {ASK: "ASK “{local}” ({own})", SOME: "INTERPRETERS"}
    chain = REGIONS.chain(code)
    return view_help(choose(chain, tag, date(2026, 11, 23)), chain, words(tag, **known))


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("en", "INTERPRETERS"),
        ("zh-Hans", "INTERPRETERS"),
        ("hi", "ASK “印地文” (हिन्दी)"),
    ],
)
def test_who_speaks_a_working_language_asks_for_no_interpreter(tag: str, told: str) -> None:
    """Of Hong Kong's crisis line nobody has said which languages it speaks; staff work in two."""
    (crisis,) = (line for line in shown("HK", tag).lines if line.channels[0].dial == "18111")
    assert told in crisis.facts


def test_a_channel_shows_its_own_hours_and_no_other_does() -> None:
    frank = shown("GB", "en").lines[0]
    hours = {way.kind: way.hours.replace("\u2009", "") for way in frank.channels}
    assert hours.pop("chat") == "Every day: 14:00–18:00"
    assert set(hours.values()) == {""}
    assert "Open 24 hours, every day" in frank.facts
