"""The shipped region files against the facts they were written from."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ketapub.region import (
    Helpline,
    Price,
    Regions,
    choose,
    digits,
    load_regions,
    why_not_printed,
)

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 23)
REGIONS, PROBLEMS = load_regions(ROOT / "source" / "regions", ROOT)
CODES = sorted(REGIONS.regions)
TAGS = ("en", "es", "fr", "de", "ar", "hi", "zh-Hans")
NUMBER = re.compile(r"[*\d][\d *#-]*[\d#]")
RECALLED = re.compile(r"[^;]*\(?\b(recalled|inferred)\b.*")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the facts."""

    region: str
    kind: str
    name: str
    number_e164_or_short: str
    dial_as: str
    hours: str
    languages: str
    interpreter: str
    cost: str
    sms: str
    url: str
    source_date: str
    status: str
    grade: str

    @property
    def numbers(self) -> set[str]:
        cells = (self.number_e164_or_short, self.dial_as, self.sms)
        return {digits(found) for cell in cells for found in NUMBER.findall(cell)}

    @property
    def is_printable(self) -> bool:
        if self.kind == "emergency":
            return self.status == "verified" and self.name != "Police"
        return self.grade in ("A", "B") and self.kind != "treatment"


def read_facts() -> list[Fact]:
    path = Path(__file__).parent / "data" / "helpline_facts.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return [Fact(**row) for row in csv.DictReader(stream)]


FACTS = read_facts()


def facts_of(code: str) -> list[Fact]:
    return [fact for fact in FACTS if fact.region in (code, code.partition("-")[0])]


def printed(code: str) -> set[str]:
    chain = REGIONS.chain(code)
    return {dial for tag in TAGS for dial in choose(chain, tag, TODAY, "page").numbers}


def printed_lines(regions: Regions = REGIONS) -> list[tuple[str, Helpline]]:
    return [
        (code, helpline)
        for code in CODES
        for helpline in regions.regions[code].helplines
        if not why_not_printed(helpline, TODAY)
    ]


def fact_about(code: str, helpline: Helpline) -> Fact:
    number = digits(helpline.channels[0].dial)
    return next(f for f in facts_of(code) if number in f.numbers and f.kind == helpline.kind)


def known(cell: str) -> str:
    """A cell without what is only recalled or inferred."""
    return RECALLED.sub("", cell).strip()


LINES = pytest.mark.parametrize(
    ("code", "helpline"), printed_lines(), ids=lambda value: getattr(value, "id", value)
)


def test_shipped_files_are_sound() -> None:
    """Twelve region files and the deny-list, without a problem."""
    assert PROBLEMS == ()
    assert CODES == ["AU", "CA", "CA-ON", "CA-QC", "DE", "FR", "GB", "IE", "IN", "MX", "US", "ZA"]
    assert len(REGIONS.retired) == 5


@pytest.mark.parametrize("code", CODES)
def test_every_printed_number_is_a_fact(code: str) -> None:
    """A number is printed only if a row of its own country, good enough to print, states it."""
    facts = [fact for fact in facts_of(code) if fact.is_printable]
    allowed = set().union(*(fact.numbers for fact in facts))
    assert {digits(dial) for dial in printed(code)} <= allowed


@pytest.mark.parametrize("code", CODES)
def test_numbers_are_spelt_as_the_operator_spells_them(code: str) -> None:
    """Blanks and hyphens are the operator's; the vanity number alone is spelt out in digits."""
    text = "\n".join(f"{fact.dial_as}\n{fact.sms}" for fact in facts_of(code))
    text = text.replace("1-800-662-HELP (4357)", "1-800-662-4357")
    assert [dial for dial in sorted(printed(code)) if dial not in text] == []


@LINES
def test_hours_are_facts(code: str, helpline: Helpline) -> None:
    """“24 hours” is printed only where a row says 24/7, not from memory and without exception."""
    cell = known(fact_about(code, helpline).hours)
    if helpline.hours == "24/7":
        assert cell in ("24/7", "24/7 365 days")
    elif helpline.hours != "unknown":
        for span in helpline.hours:
            assert f"{span.start:%H:%M}-{span.end:%H:%M}" in cell
            assert ("daily" in cell) == (len(span.days) == 7)
            assert ("Mon-Fri" in cell) == (span.days == (0, 1, 2, 3, 4))
        assert helpline.timezone in cell


@LINES
def test_languages_and_interpreters_are_facts(code: str, helpline: Helpline) -> None:
    """Languages are those of the row that nobody only remembers; likewise interpreters."""
    fact = fact_about(code, helpline)
    stated, _, doubted = fact.languages.partition("(")
    allowed = set(re.findall(r"\b[a-z]{2}\b", stated)) - set(doubted.split()[:1])
    assert set(helpline.languages) <= allowed
    assert (helpline.interpreters == "yes") == known(fact.interpreter).startswith("yes")


@LINES
def test_costs_are_facts(code: str, helpline: Helpline) -> None:
    """A cost is printed only as the row states it."""
    cell = known(fact_about(code, helpline).cost)
    if isinstance(helpline.cost, Price):
        assert cell == f"€{helpline.cost.amount} per {helpline.cost.per}, landline and mobile"
    elif helpline.cost == "free":
        assert cell.startswith("free")
    else:
        expected = {"standard": "cost of an 01/02 call", "unknown": "not described as free"}
        assert cell.startswith(expected[helpline.cost])
    assert helpline.on_bill == ("may show on bill" in cell)


@LINES
def test_dates_and_addresses_are_facts(code: str, helpline: Helpline) -> None:
    """A date is the row's, or unknown; no line claims a check that nobody made."""
    fact = fact_about(code, helpline)
    assert helpline.source_date in fact.source_date
    assert (helpline.grade, helpline.checked_on) == (fact.grade, None)
    assert helpline.url in ("", fact.url)


@pytest.mark.parametrize(
    ("code", "call", "also"),
    [
        ("US", "911", []),
        ("CA", "911", []),
        ("CA-QC", "911", []),
        ("MX", "911", []),
        ("GB", "999", [("112", "")]),
        ("IE", "112", [("999", "")]),
        ("FR", "112", [("15", "ambulance")]),
        ("DE", "112", []),
        ("IN", "112", []),
        ("ZA", "10177", [("112", "mobile")]),
        ("AU", "000", []),
    ],
)
def test_emergency_numbers(code: str, call: str, also: list[tuple[str, str]]) -> None:
    """The one to call brings an ambulance; the police have no place here."""
    found = choose(REGIONS.chain(code), "en", TODAY).emergency
    assert found.call == call
    assert [(each.dial, each.label) for each in found.also] == also


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("surface", ["page", "handout"])
def test_every_region_has_help_for_everybody(code: str, surface: str) -> None:
    """Whatever the reader's language, there is an emergency number and a line to call."""
    for tag in TAGS:
        found = choose(REGIONS.chain(code), tag, TODAY, surface)  # type: ignore[arg-type]
        assert found.lines
        assert any(way.kind == "voice" for each in found.lines for way in each.channels)


def test_provinces_have_their_own_drugs_line_and_share_the_rest() -> None:
    """Canada has no national drugs line; 9-8-8 and 911 stand in every province."""
    for code, drugs in (("CA-ON", "1-866-531-2600"), ("CA-QC", "1 800 265-2626")):
        numbers = choose(REGIONS.chain(code), "en", TODAY).numbers
        assert (numbers[0], numbers[1], numbers[-1]) == ("911", drugs, "9-8-8")
    assert choose(REGIONS.chain("CA"), "en", TODAY).numbers == ("911", "9-8-8")


def test_the_german_line_is_the_first_to_check() -> None:
    """Its sources disagree: it is printed with its price, and heads the list of doubts."""
    (line,) = [helpline for _, helpline in printed_lines() if helpline.doubt]
    assert (line.id, line.channels[0].dial) == ("de-sucht-und-drogen-hotline", "01806 313031")
    assert line.cost == Price("0.20", "EUR", "call")


@pytest.mark.parametrize(
    ("code", "dial"),
    [
        ("DE", "01805 313031"),
        ("CA", "1-866-585-0445"),
        ("CA-ON", "1-866-585-0445"),
        ("GB", "0800 77 66 00"),
        ("IN", "1800-11-0031"),
        ("FR", "01 70 23 13 13"),
    ],
)
def test_retired_numbers_are_on_the_deny_list(code: str, dial: str) -> None:
    """Numbers that lists still carry are known as dead, and nothing prints them."""
    assert REGIONS.retired_as(code, dial)
    assert digits(dial) not in {digits(each) for each in printed(code)}


def test_commercial_providers_are_kept_and_not_printed() -> None:
    """The two lines of private providers stay on record, off every page."""
    kept = [each for each in REGIONS.regions["US"].helplines if each.operator == "commercial"]
    assert [each.channels[0].dial for each in kept] == ["866-272-5978", "888-306-3122"]
    assert all(why_not_printed(each, TODAY) for each in kept)
    assert not {each.channels[0].dial for each in kept} & printed("US")


def test_paper_sizes() -> None:
    """Letter in North America, A4 elsewhere."""
    letter = {code for code in CODES if REGIONS.regions[code].paper == "letter"}
    assert letter == {"US", "CA", "CA-ON", "CA-QC", "MX"}
