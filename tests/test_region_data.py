"""The shipped region files against the facts they were written from."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import pytest

from ketapub.helpline_text import words_of
from ketapub.region import (
    LANGUAGE_WORDS,
    Helpline,
    Price,
    Regions,
    Retired,
    Span,
    choose,
    cost_text,
    digits,
    hours_text,
    kind_text,
    languages_text,
    load_regions,
    why_not_printed,
)

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "source" / "regions"
TODAY = date(2026, 11, 23)
REGIONS, PROBLEMS = load_regions(FOLDER, ROOT)
CODES = sorted(REGIONS.regions)
TAGS = ("en", "es", "fr", "de", "ar", "hi", "zh-Hans")
NUMBER = re.compile(r"[*\d][\d *#-]*[\d#]")
AREA_CODE = re.compile(r"\((\d+)\) ")
RECALLED = re.compile(r"[^;]*\(?\b(recalled|inferred)\b.*")
BRINGS_AMBULANCE = re.compile(r"\b(ambulance|all services)\b", re.IGNORECASE)
NO_HELP = {"ET", "HT", "ID", "MA", "PE"}
"""Countries without a file: the sources of their emergency numbers disagree, or name only police."""


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
    note: str

    @property
    def numbers(self) -> set[str]:
        cells = (self.number_e164_or_short, AREA_CODE.sub(r"\1 ", self.dial_as), self.sms)
        return {digits(found) for cell in cells for found in NUMBER.findall(cell)}

    @property
    def is_printable(self) -> bool:
        if self.kind == "emergency":
            serves = BRINGS_AMBULANCE.search(self.name) or self.note == "Text channel."
            return self.status == "verified" and bool(serves)
        return self.grade in ("A", "B") and self.kind != "treatment" and not self.is_police

    @property
    def is_police(self) -> bool:
        return "law-enforcement" in self.note

    @property
    def spoken(self) -> set[str]:
        """The languages that nobody only remembers."""
        found: set[str] = set()
        for part in self.languages.split(";"):
            base, _, doubt = part.partition("(")
            if doubt.startswith("recalled"):
                base = base.rpartition("+")[0]
            found |= set(re.findall(r"\b[a-z]{2,3}\b", base)) - set(doubt.split()[:1])
        return {"zh" if tag == "cmn" else tag for tag in found}


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
    """Sixty region files and the deny-list, without a problem; every fact is at hand."""
    assert PROBLEMS == ()
    assert (len(CODES), len(REGIONS.retired), len(FACTS)) == (60, 15, 271)


def test_every_country_of_the_facts_has_a_file() -> None:
    """All but those whose emergency number is in doubt; provinces where their lines are good."""
    countries = {fact.region.partition("-")[0] for fact in FACTS} - {"ZZ"}
    assert countries - {code for code in CODES if "-" not in code} == NO_HELP
    good = {fact.region for fact in FACTS if "-" in fact.region and fact.is_printable}
    assert good == {code for code in CODES if "-" in code}


def test_every_good_drugs_line_is_printed() -> None:
    """34 countries have one by the facts; that of Nigeria is run by its law-enforcement agency."""
    rows = [
        f for f in FACTS if f.kind == "drugs" and f.grade in ("A", "B") and f.dial_as != "(none)"
    ]
    assert len({fact.region for fact in rows if "-" not in fact.region}) == 34
    lines = {code for code, line in printed_lines() if line.kind == "drugs"}
    assert {fact.region for fact in rows} - lines == {"NG"}
    assert len(lines) == 37


@pytest.mark.parametrize("code", CODES)
def test_every_printed_number_is_a_fact(code: str) -> None:
    """A number is printed only if a row of its own country, good enough to print, states it."""
    facts = [fact for fact in facts_of(code) if fact.is_printable]
    allowed = set().union(*(fact.numbers for fact in facts))
    assert {digits(dial) for dial in printed(code)} <= allowed


@pytest.mark.parametrize("code", CODES)
def test_every_number_on_record_is_a_fact(code: str) -> None:
    """Numbers that are kept and not printed stand in some row of their country, too."""
    allowed = set().union(*(fact.numbers for fact in facts_of(code)))
    for helpline in REGIONS.regions[code].helplines:
        assert {digits(way.dial) for way in helpline.channels if way.dial} <= allowed


@pytest.mark.parametrize("code", CODES)
def test_numbers_are_spelt_as_the_operator_spells_them(code: str) -> None:
    """Blanks and hyphens are the operator's; letters are spelt out, brackets taken off."""
    text = "\n".join(f"{fact.dial_as}\n{fact.sms}" for fact in facts_of(code))
    text = AREA_CODE.sub(r"\1 ", text.replace("1-800-662-HELP (4357)", "1-800-662-4357"))
    assert [dial for dial in sorted(printed(code)) if dial not in text] == []


def cells_of(span: Span) -> set[str]:
    end = "24:00" if span.end == time(0) else f"{span.end:%H:%M}"
    return {f"{span.start:%H:%M}-{end}", f"{span.start:%H:%M}-", f"-{end}"}


DAYS = {
    tuple(range(7)): "daily",
    (0, 1, 2, 3, 4): "Mon-Fri",
    (5,): "Sat",
}


@LINES
def test_hours_are_facts(code: str, helpline: Helpline) -> None:
    """“24 hours” is printed only where a row says so, not from memory and without exception."""
    cell = known(fact_about(code, helpline).hours)
    if helpline.hours == "24/7":
        assert cell in ("24/7", "24/7 365 days", "24 h daily")
    elif helpline.hours != "unknown":
        assert not re.search("CONFLICT|unconfirmed|list|QD", cell)
        stated = cell.replace("weekdays 11:00-18:00, closed", "Mon-Fri 11:00-14:30, 15:00-18:00")
        for span in helpline.hours:
            assert max(cells_of(span), key=len) in stated
            assert DAYS[span.days] in stated


@LINES
def test_hours_of_channels_are_facts(code: str, helpline: Helpline) -> None:
    """A channel with hours of its own has them from the row, too."""
    cell = fact_about(code, helpline).sms
    for way in helpline.channels:
        for span in way.hours if isinstance(way.hours, tuple) else ():
            hours = max(cells_of(span), key=len)
            named = (
                f"live chat {hours} daily" if way.kind == "chat" else f"{way.dial}, daily {hours}"
            )
            assert named in cell
            assert DAYS[span.days] == "daily"


@LINES
def test_addresses_of_channels_are_facts(code: str, helpline: Helpline) -> None:
    """An address is the row's, and the row says that one can chat."""
    fact = fact_about(code, helpline)
    for way in helpline.channels:
        assert way.url in ("", fact.url)
        assert not way.url or way.kind in fact.sms


@LINES
def test_languages_and_interpreters_are_facts(code: str, helpline: Helpline) -> None:
    """Languages are those of the row that nobody only remembers; likewise interpreters."""
    fact = fact_about(code, helpline)
    assert set(helpline.languages) <= fact.spoken
    assert (helpline.interpreters == "yes") == known(fact.interpreter).startswith("yes")


COSTS = {
    "free": r"\bfree\b(?! treatment)",
    "free-landline": r"free.*from landline",
    "standard": r"cost of an 01/02 call|normal call|call charge only",
    "paid": r"\bpaid\b|not free|shared cost|078 tariff",
}


@LINES
def test_costs_are_facts(code: str, helpline: Helpline) -> None:
    """A cost is printed only as the row states it."""
    cell = known(fact_about(code, helpline).cost)
    if isinstance(helpline.cost, Price):
        assert cell == f"€{helpline.cost.amount} per {helpline.cost.per}, landline and mobile"
    elif helpline.cost != "unknown":
        assert re.search(COSTS[helpline.cost], cell)
        assert (helpline.cost == "free") <= ("not free" not in cell)
    assert helpline.on_bill == ("may show on bill" in cell)


@LINES
def test_reach_menu_and_promises_are_facts(code: str, helpline: Helpline) -> None:
    """What else is printed about a line stands in its row, in these words."""
    fact = fact_about(code, helpline)
    text = " ".join((fact.dial_as, fact.cost, fact.note))
    words = {"mobile": "from mobiles", "domestic": "cannot be dialled from abroad"}
    assert all(words.get(each, each) in text for each in helpline.reach)
    assert not helpline.area or dict(helpline.area)["en"] in text
    promise = {"anonymous": "anonym", "confidential": "confidential", "unknown": ""}
    assert promise[helpline.confidentiality] in text
    assert all(f"press {way.menu} " in text for way in helpline.channels if way.menu)
    assert helpline.valid_from is None or helpline.valid_from.isoformat() in text
    assert {digits(old) for old in helpline.replaces} <= {digits(n) for n in NUMBER.findall(text)}


@LINES
def test_dates_and_addresses_are_facts(code: str, helpline: Helpline) -> None:
    """A date is the row's, or unknown; an address is one that nobody only remembers."""
    fact = fact_about(code, helpline)
    assert helpline.source_date in fact.source_date
    assert helpline.grade == fact.grade
    assert helpline.url in ("", fact.url)


def test_no_line_claims_a_check_that_nobody_made() -> None:
    """Until a person opens the operator's page or calls, no file has a checked date."""
    found = [path.name for path in FOLDER.glob("*.toml") if "checked" in keys(path)]
    assert found == []


def keys(path: Path) -> set[str]:
    """The first words of all keys in a file: `checked_on` counts as `checked`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.strip().partition("_")[0] for line in lines}


@pytest.mark.parametrize("code", CODES)
def test_the_emergency_number_brings_an_ambulance(code: str) -> None:
    """By a verified row; other numbers beside it serve all or are labelled, none is the police."""
    found = choose(REGIONS.chain(code), "en", TODAY).emergency
    rows = [fact for fact in facts_of(code) if fact.kind == "emergency" and fact.is_printable]
    names = {fact.dial_as: fact.name for fact in rows}
    assert BRINGS_AMBULANCE.search(names[found.call])
    assert {also.dial for also in found.also} <= set(names)
    dates = {fact.source_date for fact in rows if fact.dial_as == found.call}
    assert found.source_date in dates


@pytest.mark.parametrize(
    ("code", "call", "also"),
    [
        ("US", "911", []),
        ("CA-QC", "911", []),
        ("MX", "911", []),
        ("GB-WLS", "999", [("112", "")]),
        ("IE", "112", [("999", "")]),
        ("FR", "112", [("15", "ambulance"), ("114", "text")]),
        ("DE", "112", []),
        ("ZA", "10177", [("112", "mobile")]),
        ("AU", "000", []),
        ("NO", "113", []),
        ("KR", "119", []),
        ("CN", "120", []),
        ("CH", "144", [("112", "")]),
        ("AR", "107", []),
        ("EG", "123", []),
        ("TH", "1669", []),
        ("SO", "999", []),
        ("RU", "112", [("103", "ambulance")]),
    ],
)
def test_emergency_numbers(code: str, call: str, also: list[tuple[str, str]]) -> None:
    """Where services have numbers of their own, the ambulance's is the one to call."""
    found = choose(REGIONS.chain(code), "en", TODAY).emergency
    assert found.call == call
    assert [(each.dial, each.label) for each in found.also] == also


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("surface", ["page", "handout"])
def test_every_region_has_help_for_everybody(code: str, surface: str) -> None:
    """Whatever the reader's language, there is a line to call, or it is said that there is none."""
    for tag in TAGS:
        found = choose(REGIONS.chain(code), tag, TODAY, surface)  # type: ignore[arg-type]
        can_call = any(way.kind == "voice" for each in found.lines for way in each.channels)
        assert can_call != found.no_line


def test_regions_without_a_line() -> None:
    """Eight countries state that no line of theirs is known well enough."""
    silent = {code for code in CODES if choose(REGIONS.chain(code), "en", TODAY).no_line}
    assert silent == {"CO", "NG", "PK", "RO", "RU", "SA", "SO", "VN"}


def test_the_directory_is_the_one_that_the_facts_name() -> None:
    """With its source and date: it stands for numbers that we do not have."""
    (row,) = [each for each in FACTS if each.region == "ZZ" and "directory" in each.name]
    found = REGIONS.directory
    assert found is not None
    assert found.url.removeprefix("https://") == row.dial_as
    assert (found.source, found.source_date, found.grade) == (row.url, row.source_date, row.grade)


@pytest.mark.parametrize(
    ("code", "tag", "expected"),
    [
        ("BE", "nl", ["be-druglijn", "be-infor-drogues", "be-zelfmoordlijn"]),
        ("BE", "fr", ["be-infor-drogues", "be-druglijn", "be-prevention-du-suicide"]),
        ("FI", "sv", ["fi-paihdeneuvonta", "fi-mieli-sv", "fi-mieli-fi"]),
        ("FI", "ar", ["fi-paihdeneuvonta", "fi-mieli-ar-en", "fi-mieli-fi"]),
        ("HK", "zh-Hant", ["hk-anti-drug", "hk-mental-health-support"]),
        ("GB-WLS", "cy", ["gb-wls-dan", "gb-frank", "gb-samaritans"]),
    ],
)
def test_the_language_picks_the_line(code: str, tag: str, expected: list[str]) -> None:
    """Of several lines of a kind, the one that answers in the reader's language stands first."""
    found = choose(REGIONS.chain(code), tag, TODAY, "handout")
    assert [each.helpline.id for each in found.lines] == expected


def test_provinces_have_their_own_drugs_line_and_share_the_rest() -> None:
    """Canada has no national drugs line; 9-8-8 and 911 stand in every province."""
    for code, drugs in (("CA-ON", "1-866-531-2600"), ("CA-QC", "1 800 265-2626")):
        numbers = choose(REGIONS.chain(code), "en", TODAY).numbers
        assert (numbers[0], numbers[1], numbers[-1]) == ("911", drugs, "9-8-8")
    assert choose(REGIONS.chain("CA"), "en", TODAY).numbers == ("911", "9-8-8")


def test_the_german_line_is_among_the_first_to_check() -> None:
    """Its sources disagree: it is printed with its price, and heads the list of doubts."""
    line = dict(printed_lines_by_id())["de-sucht-und-drogen-hotline"]
    assert line.channels[0].dial == "01806 313031"
    assert line.cost == Price("0.20", "EUR", "call")
    assert line.doubt


def printed_lines_by_id() -> list[tuple[str, Helpline]]:
    return [(helpline.id, helpline) for _, helpline in printed_lines()]


@LINES
def test_rows_in_conflict_are_doubted(code: str, helpline: Helpline) -> None:
    """A line whose sources disagree says to editors what to settle, and prints no hours of it."""
    fact = fact_about(code, helpline)
    if fact.status == "conflict" or "CONFLICT" in fact.hours:
        assert helpline.doubt
        assert helpline.hours == "unknown" or code == "DE"


@pytest.mark.parametrize("retired", REGIONS.retired, ids=lambda entry: entry.dial)
def test_retired_numbers_are_not_printed(retired: Retired) -> None:
    """Numbers that lists still carry are known as dead, and nothing in their country prints them."""
    for code in (each for each in CODES if each.partition("-")[0] == retired.region):
        assert digits(retired.dial) not in {digits(dial) for dial in printed(code)}
        assert not retired.replaced_by or retired.replaced_by in printed(code)


def test_replaced_numbers_are_on_the_deny_list() -> None:
    """What a line replaces turns up in old lists: the deny-list knows it."""
    for code, helpline in printed_lines():
        assert all(REGIONS.retired_as(code, old) for old in helpline.replaces)


def test_unprintable_lines_on_record() -> None:
    """The two private providers and the line of a law-enforcement agency stay off every page."""
    kept = {
        each.channels[0].dial: why_not_printed(each, TODAY)
        for region in REGIONS.regions.values()
        for each in region.helplines
        if why_not_printed(each, TODAY)
    }
    assert kept == {
        "866-272-5978": "the source is too weak",
        "888-306-3122": "the source is too weak",
        "0800 1020 3040": "the police run it",
    }


@LINES
@pytest.mark.parametrize("tag", ["en", "fr"])
def test_words_of_a_line_are_foreseen(tag: str, code: str, helpline: Helpline) -> None:
    """Every fixed word that stands beside a line is one that its edition waits for."""
    asked: set[str] = set()

    def note(msgid: str) -> str:
        asked.add(msgid)
        return msgid

    kind_text(helpline, note)
    hours_text(helpline, tag, code, note)
    cost_text(helpline, tag, code, note)
    languages_text(helpline, tag, note, "zh-Hant")
    foreseen = words_of(helpline)
    assert asked <= foreseen
    maybe = {
        *LANGUAGE_WORDS.values(),
        "Every day",
        "Free to call",
        "Free to text",
        "{days}: {times}",
    }
    assert foreseen - asked <= maybe


def test_paper_sizes() -> None:
    """Letter where CLDR says so, and in the Dominican Republic; A4 elsewhere."""
    letter = {code for code in CODES if REGIONS.regions[code].paper == "letter"}
    expected = {"CA", "CA-ON", "CA-QC", "CL", "CO", "CO-DC", "DO", "MX", "PH", "PR", "US"}
    assert letter == expected
