"""Which helplines a reader is given, in which order, on which surface."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.errors import KetapubError
from ketapub.region import (
    DUE_DAYS,
    HANDOUT_LINES,
    LATE_DAYS,
    SURFACES,
    Also,
    Channel,
    Directory,
    Emergency,
    Help,
    Helpline,
    Region,
    Regions,
    Retired,
    choose,
    digits,
    display_name,
    due_lines,
    freshness,
    helpline_messages,
    why_not_printed,
    words_of_help,
)

TODAY = date(2026, 11, 23)


def voice(dial: str, **values: Any) -> Channel:
    return Channel("voice", dial, **values)


def line(id: str, dial: str = "", **values: Any) -> Helpline:
    """A printable helpline; its number is made of its id where none is given."""
    dial = dial or "0800 " + "".join(str(ord(char) % 10) for char in id)
    defaults: dict[str, Any] = {
        "kind": "drugs",
        "names": (("en", id.title()),),
        "operator": "ngo",
        "grade": "A",
        "languages": ("en",),
        "channels": (voice(dial),),
        "source": "a list",
        "source_date": "2026-10-01",
    }
    return Helpline(id=id, **(defaults | values))


def region(code: str, *helplines: Helpline, **values: Any) -> Region:
    defaults: dict[str, Any] = {
        "path": f"source/regions/{code}.toml",
        "names": (),
        "working_languages": ("en",),
        "paper": "a4",
        "no_line": False,
        "emergency": None if "-" in code else Emergency("911"),
    }
    return Region(code, helplines=helplines, **(defaults | values))


def regions_of(*regions: Region, retired: tuple[Retired, ...] = ()) -> Regions:
    return Regions({each.code: each for each in regions}, retired)


def help_in(*regions: Region, tag: str = "en", surface: Any = "page", **values: Any) -> Help:
    """The help of the first region, with the others around it."""
    return choose(regions_of(*regions, **values).chain(regions[0].code), tag, TODAY, surface)


def ids(found: Help) -> list[str]:
    return [each.helpline.id for each in found.lines]


# --- the chain ---


def test_chain_is_the_region_and_its_country() -> None:
    """Nearest first; a country stands alone."""
    regions = regions_of(region("CA"), region("CA-ON"), region("US"))
    assert [each.code for each in regions.chain("CA-ON")] == ["CA-ON", "CA"]
    assert [each.code for each in regions.chain("CA")] == ["CA"]


def test_lines_of_the_country_are_inherited() -> None:
    """Ontario prints its own drugs line and Canada's crisis line."""
    country = region("CA", line("national", kind="crisis"))
    assert ids(help_in(region("CA-ON", line("ontario")), country)) == ["ontario", "national"]


def test_emergency_comes_from_the_nearest_level() -> None:
    """A part of a country with an emergency number of its own prints that one."""
    country = region("CA", line("one"))
    assert help_in(region("CA-ON"), country).emergency.call == "911"
    own = region("CA-ON", emergency=Emergency("112"))
    assert help_in(own, country).emergency.call == "112"


def test_nearer_region_speaks_for_a_service() -> None:
    """The same id in a part of a country replaces the country's, even to retire it."""
    country = region("CA", line("one", "0800 111"), line("two"))
    near = region("CA-ON", line("one", "0800 222", languages=("fr",)))
    assert "0800 222" in help_in(near, country).numbers
    assert "0800 111" not in help_in(near, country).numbers
    gone = region("CA-ON", line("one", retired=date(2026, 1, 1), reason="moved"))
    assert ids(help_in(gone, country)) == ["two"]


# --- what is printed ---


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, ""),
        ({"grade": "B"}, ""),
        ({"operator": "unknown"}, ""),
        ({"operator": "government"}, ""),
        ({"source_date": "unknown"}, ""),
        ({"grade": "C"}, "the source is too weak"),
        ({"grade": "X"}, "the source is too weak"),
        ({"operator": "police"}, "the police run it"),
        ({"operator": "commercial"}, "a company runs it"),
        ({"kind": "treatment"}, "it sells treatment"),
        ({"retired": TODAY}, "it is retired"),
        ({"retired": TODAY + timedelta(days=1)}, ""),
        ({"valid_until": TODAY - timedelta(days=1)}, "it was valid until an earlier day"),
        ({"valid_until": TODAY}, ""),
        ({"channels": ()}, "all of its numbers are retired"),
        ({"channels": (Channel("whatsapp", "1"),)}, ""),
        ({"purpose": "both"}, "it takes reports about other people"),
        ({"purpose": "reporting"}, "it takes reports about other people"),
        ({"substances": ("alcohol",)}, "it is not for all drugs"),
        ({"valid_from": TODAY}, ""),
        ({"valid_from": TODAY + timedelta(days=1)}, "it is not valid before a later day"),
    ],
)
def test_why_a_line_is_not_printed(values: dict[str, Any], reason: str) -> None:
    """Weak, police, commercial, treatment, retired and expired lines stay off; others print."""
    one = line("one", **values)
    assert why_not_printed(one, TODAY) == reason
    found = help_in(region("US", one, line("other")))
    assert ("one" in ids(found)) == (reason == "")


def test_deny_listed_numbers_are_never_printed() -> None:
    """However it is spelt, in the country and its parts, and the rest of the line stays."""
    deny = (Retired("CA", "1-866-585-0445", "closed"),)
    two = line("two", channels=(voice("1 866 5850445"), voice("0800 222")))
    country = region("CA", line("one", "18665850445"), two)
    for code in ("CA", "CA-ON"):
        chain = regions_of(country, region("CA-ON"), retired=deny).chain(code)
        found = choose(chain, "en", TODAY)
        assert found.numbers == ("911", "0800 222")
    abroad = replace(country, code="US")
    assert help_in(abroad, retired=deny).numbers == ("911", "18665850445", "0800 222")


def test_deny_list_holds_for_emergency_numbers() -> None:
    """A retired emergency number leaves no edition rather than a dead number."""
    other = region("US", line("one"), emergency=Emergency("911", (Also("112"), Also("999"))))
    deny = (Retired("US", "112", "gone"),)
    assert help_in(other, retired=deny).emergency.also == (Also("999"),)
    with pytest.raises(KetapubError, match="there is no emergency number"):
        help_in(other, retired=(Retired("US", "911", "gone"),))


def test_no_edition_without_an_emergency_number() -> None:
    """Neither the region nor its country has one: help cannot be constructed."""
    with pytest.raises(KetapubError) as error:
        help_in(region("CA-ON", line("one")), region("CA", emergency=None))
    (problem,) = error.value.problems
    assert problem.path == "source/regions/CA-ON.toml"
    assert problem.message == "CA-ON: there is no emergency number"


def test_no_edition_without_a_line_unless_it_is_stated() -> None:
    """A region that states `no_line` prints emergency alone; another one is an error."""
    weak = line("one", grade="C")
    with pytest.raises(KetapubError) as error:
        help_in(region("US", weak))
    assert "no_line = true" in error.value.problems[0].hint
    found = help_in(region("US", weak, no_line=True))
    assert (found.no_line, found.lines, found.numbers) == (True, (), ("911",))
    assert not help_in(region("CA-ON", no_line=True), region("CA", line("one"))).no_line


def test_where_there_is_no_line_the_directory_is_named_and_nowhere_else() -> None:
    """Beside a line it would only take room; one that is not well known is not named at all."""
    good = Directory("https://find.example.org", "a list", "2026-04", "B")
    silent, spoken = region("SO", no_line=True), region("US", line("one"))

    def named(place: Region, directory: Directory | None) -> str:
        regions = Regions({place.code: place}, directory=directory)
        return choose(regions.chain(place.code), "en", TODAY).directory

    assert named(silent, good) == "https://find.example.org"
    assert named(spoken, good) == ""
    assert named(silent, replace(good, grade="C")) == ""
    assert named(silent, None) == ""


# --- the order ---


def test_order_is_kind_then_language_then_nearness_then_file() -> None:
    """Drugs before crisis before directory; then who answers the reader; then the nearest."""
    near = region(
        "CA-QC",
        line("directory", kind="directory", languages=("fr",)),
        line("near-crisis-en", kind="crisis"),
        line("near-crisis-en-too", kind="crisis"),
        line("near-crisis-interpreter", kind="crisis", interpreters="yes"),
        line("near-drugs-en"),
    )
    country = region(
        "CA",
        line("crisis-fr", kind="crisis", languages=("en", "fr")),
        line("crisis-en", kind="crisis"),
        line("drugs-fr", languages=("fr",)),
    )
    assert ids(help_in(near, country, tag="fr")) == [
        "drugs-fr",
        "near-drugs-en",
        "crisis-fr",
        "near-crisis-interpreter",
        "near-crisis-en",
        "near-crisis-en-too",
        "crisis-en",
        "directory",
    ]


@pytest.mark.parametrize(
    ("languages", "interpreters", "tag", "answers"),
    [
        (("en",), "unknown", "en", "own"),
        (("zh",), "unknown", "zh-Hans", "own"),
        (("en", "es"), "unknown", "es-US", "own"),
        (("en",), "yes", "ar", "interpreter"),
        (("en",), "no", "ar", "other"),
        (("en",), "unknown", "ar", "other"),
        ((), "unknown", "en", "other"),
    ],
)
def test_who_answers(languages: tuple[str, ...], interpreters: Any, tag: str, answers: str) -> None:
    """Interpreters count only where they are known; a spoken language has no script."""
    found = help_in(
        region("US", line("one", languages=languages, interpreters=interpreters)), tag=tag
    )
    assert found.lines[0].answers == answers


def test_one_service_of_two_kinds_is_printed_once() -> None:
    """Línea de la Vida is for drugs and for a crisis: one line, in the first place."""
    both = line("both", "800 911 2000", also_kinds=("crisis",))
    again = line("again", "800-911-2000", kind="crisis")
    assert ids(help_in(region("MX", again, both))) == ["both"]


def test_numbers_are_all_dials_once_emergency_first() -> None:
    """What the audit compares a page with: each printed number, spelt as printed."""
    ways = (voice("988"), Channel("text", "988"), Channel("chat", url="https://example.org"))
    emergency = Emergency("999", (Also("112", "mobile"),))
    found = help_in(region("GB", line("one", channels=ways), emergency=emergency))
    assert found.numbers == ("999", "112", "988")


def test_channel_in_the_readers_language_is_chosen() -> None:
    """988 has a keyword for Spanish: Spanish readers get it, everybody else the plain number."""
    ways = (
        voice("988"),
        Channel("text", "988", languages=("en",)),
        Channel("text", "988", keyword="AYUDA", languages=("es",)),
    )
    lifeline = region("US", line("988", channels=ways, languages=("en", "es")))
    keywords = {}
    for tag in ("en", "es", "ar"):
        channels = help_in(lifeline, tag=tag).lines[0].channels
        assert channels[0] == ways[0]
        keywords[tag] = [way.keyword for way in channels[1:]]
    assert keywords == {"en": [""], "es": ["AYUDA"], "ar": [""]}


# --- the handout ---

MANY_WAYS = (
    voice("0300 123 6600"),
    voice("0300 123 6601"),
    Channel("tty", "0300 123 1099"),
    Channel("text", "82111"),
    Channel("text", "82112"),
)


def test_page_has_all_channels_and_paper_the_first_of_two_kinds() -> None:
    """Paper prints the first number to call, and below all lines the first to text."""
    frank = region("GB", line("frank", channels=MANY_WAYS))
    assert help_in(frank).lines[0].channels == MANY_WAYS
    sheet = help_in(frank, surface="handout")
    assert sheet.lines[0].channels == MANY_WAYS[:1]
    assert sheet.silent[0].channels == MANY_WAYS[3:4]


def test_paper_has_some_channel_of_every_line() -> None:
    """A line that has only a textphone number keeps it on paper."""
    only = (Channel("tty", "087 163 2025"),)
    found = help_in(region("ZA", line("one", channels=only)), surface="handout")
    assert found.lines[0].channels == only


def test_whatsapp_is_printed_without_a_link() -> None:
    """Nothing links to it, as its address would need a country code that nobody has printed."""
    ways = (voice("0800 1"), Channel("whatsapp", "087 163 2025", hours="24/7"))
    found = help_in(region("ZA", line("one", channels=ways)))
    assert found.numbers == ("911", "0800 1", "087 163 2025")
    assert found.lines[0].helpline.channels == found.lines[0].channels == ways
    assert ways[1].uri == ""


# --- those who cannot talk, and private providers ---

TEXT = Channel("text", "85258", keyword="SHOUT")


def test_who_cannot_talk_finds_every_line_to_text_or_chat_with() -> None:
    """On a page in the order of the lines, with those channels alone."""
    both = line("both", channels=(voice("0800 1"), TEXT))
    chat = line("chat", channels=(Channel("chat", url="https://example.org/"),))
    found = help_in(region("GB", line("talk"), both, chat))
    silent = [(each.helpline.id, each.channels) for each in found.silent]
    assert silent == [("both", (TEXT,)), ("chat", chat.channels)]
    assert help_in(region("GB", line("talk"))).silent == ()


def test_paper_gives_those_who_cannot_talk_a_row_of_their_own() -> None:
    """Two at most; a line that has no voice leaves its room to those to call."""
    lines = [line(f"line{index}") for index in range(3)]
    shout = line("shout", kind="crisis", channels=(TEXT,))
    more = [line(f"t{index}", channels=(Channel("text", f"8{index}00"),)) for index in range(3)]
    found = help_in(region("GB", shout, *lines, *more), surface="handout")
    assert ids(found) == ["line0", "line1", "line2"]
    assert [each.helpline.id for each in found.silent] == ["t0", "t1"]
    assert found.numbers[-2:] == ("8000", "8100")


def test_paper_prefers_text_to_chat_and_chat_to_whatsapp() -> None:
    """What works on most phones stands for the rest."""
    chat = Channel("chat", url="https://example.org/")
    whatsapp = Channel("whatsapp", "087 163 2025")
    for ways, first in (((whatsapp, chat, TEXT), TEXT), ((whatsapp, chat), chat)):
        found = help_in(region("GB", line("one", channels=(voice("1"), *ways))), surface="handout")
        assert found.silent[0].channels == (first,)


def test_late_lines_to_text_leave_paper_with_their_voice() -> None:
    old = line("old", source_date="2020", channels=(voice("0800 1"), TEXT))
    found = help_in(region("GB", old, line("new")), surface="handout")
    assert (ids(found), found.silent) == (["new"], ())


PRIVATE = {"kind": "treatment", "operator": "commercial", "grade": "X", "languages": ()}


def test_private_providers_are_printed_only_where_they_are_asked_for() -> None:
    """By surface, after every public line; by default nowhere."""
    us = region("US", line("private", **PRIVATE), line("crisis", kind="crisis"), line("drugs"))
    for surface in SURFACES:
        assert ids(choose((us,), "en", TODAY, surface)) == ["drugs", "crisis"]
        asked = choose((us,), "en", TODAY, surface, ("fragment",))
        extra = ["private"] if surface == "fragment" else []
        assert ids(asked) == ["drugs", "crisis", *extra]


def test_private_providers_never_take_the_place_of_help() -> None:
    """Not on paper, not for an emergency, and a region needs a public line beside them."""
    private = line("private", "866-272-5978", **PRIVATE)
    lines = [line(f"line{index}") for index in range(3)]
    asked = choose((region("US", private, *lines),), "en", TODAY, "handout", SURFACES)
    assert ids(asked) == ["line0", "line1", "line2"]
    one = choose((region("US", private, lines[0]),), "en", TODAY, "handout", SURFACES)
    assert ids(one) == ["line0", "private"]
    assert digits(one.emergency.call) != "8662725978"
    with pytest.raises(KetapubError, match="no helpline that may be printed"):
        choose((region("US", private),), "en", TODAY, "page", SURFACES)
    none = choose((region("US", private, no_line=True),), "en", TODAY, "page", SURFACES)
    assert none.no_line
    assert none.lines == ()


@pytest.mark.parametrize(
    "values",
    [{"retired": TODAY, "reason": "gone"}, {"valid_until": date(2020, 1, 1)}, {"channels": ()}],
)
def test_a_retired_private_provider_is_not_printed_either(values: dict[str, Any]) -> None:
    us = region("US", line("private", **PRIVATE, **values), line("drugs"))
    assert ids(choose((us,), "en", TODAY, "page", SURFACES)) == ["drugs"]


def test_paper_has_few_lines_and_some_of_every_kind() -> None:
    """Three lines at most; a third drugs line does not push out the only crisis line."""
    drugs = [line(f"drugs{index}") for index in range(4)]
    crisis = [line(f"crisis{index}", kind="crisis") for index in range(2)]
    found = help_in(region("US", *crisis, *drugs), surface="handout")
    assert len(found.lines) == HANDOUT_LINES == 3
    assert ids(found) == ["drugs0", "drugs1", "crisis0"]
    assert len(help_in(region("US", *crisis, *drugs)).lines) == 6


def test_late_line_leaves_paper_if_another_of_its_kind_remains() -> None:
    """A crisis line does not stand in for the only drugs line; pages keep late lines."""
    late = line("late", source_date="2020")
    crisis = line("crisis", kind="crisis")
    assert ids(help_in(region("DE", late, crisis), surface="handout")) == ["late", "crisis"]
    other = line("other")
    assert ids(help_in(region("DE", late, other, crisis), surface="handout")) == ["other", "crisis"]
    page = help_in(region("DE", late, other, crisis))
    assert [(each.helpline.id, each.late) for each in page.lines] == [
        ("late", True),
        ("other", False),
        ("crisis", False),
    ]


# --- dates ---


@pytest.mark.parametrize(
    ("source_date", "checked_on", "expected"),
    [
        (str(TODAY - timedelta(days=DUE_DAYS)), None, "fresh"),
        (str(TODAY - timedelta(days=DUE_DAYS + 1)), None, "due"),
        (str(TODAY - timedelta(days=LATE_DAYS)), None, "due"),
        (str(TODAY - timedelta(days=LATE_DAYS + 1)), None, "late"),
        ("2026", None, "fresh"),
        ("2024", None, "due"),
        ("2023", None, "late"),
        ("2024-11", None, "due"),
        ("2024-10", None, "late"),
        ("unknown", None, "due"),
        ("unknown", TODAY, "fresh"),
        ("2020", TODAY, "fresh"),
        ("2026-10-01", date(2020, 1, 1), "fresh"),
    ],
)
def test_freshness(source_date: str, checked_on: date | None, expected: str) -> None:
    """The newest of source and check counts; a year is its last day; unknown is due, never late."""
    one = line("one", source_date=source_date, checked_on=checked_on, checked_by="A. Person")
    assert freshness(one, TODAY) == expected


def test_as_of_is_the_oldest_known_date() -> None:
    """A year that names no month stays a year, and lines without a date are told apart."""
    first = line("first", source_date="2026-08-07")
    second = line("second", source_date="2026-10")
    found = help_in(region("US", first, second))
    assert (found.as_of, found.is_undated) == ("2026-08", False)
    assert [each.as_of for each in found.lines] == ["2026-08", "2026-10"]
    third = line("third", source_date="2023")
    found = help_in(region("US", first, third, line("fourth", source_date="unknown")))
    assert (found.as_of, found.is_undated) == ("2023", True)
    found = help_in(region("US", first, line("fourth", source_date="2026")))
    assert found.as_of == "2026-08"
    found = help_in(region("US", line("fifth", source_date="unknown")))
    assert (found.as_of, found.is_undated) == ("", True)


def test_checked_needs_a_person_for_every_line() -> None:
    """“Checked in ...” is the oldest check, and is not said while one line lacks it."""
    first = line("first", checked_on=date(2026, 11, 2), checked_by="A. Person")
    second = line("second", checked_on=date(2026, 10, 2), checked_by="A. Person")
    assert help_in(region("US", first, second)).checked == "2026-10"
    assert help_in(region("US", first, second, line("third"))).checked == ""
    assert help_in(region("US", line("third"))).checked == ""


def test_due_list_starts_with_doubt() -> None:
    """Doubtful lines come first, then late, then due; unprinted lines are nobody's work."""
    found = region(
        "US",
        line("fresh"),
        line("due", source_date="2025-06"),
        line("late", source_date="2020"),
        line("doubtful", doubt="two sources disagree"),
        line("weak", source_date="2020", grade="C"),
    )
    assert [(each[1].id, each[2]) for each in due_lines([found], TODAY)] == [
        ("doubtful", "fresh"),
        ("late", "late"),
        ("due", "due"),
    ]


# --- names and messages ---


def test_country_is_named_in_the_readers_language() -> None:
    """CLDR names countries; a part of a country has a table, with its own name to fall back on."""
    quebec = region("CA-QC", names=(("fr", "Québec"), ("en", "Quebec")))
    chain = regions_of(quebec, region("CA")).chain("CA-QC")
    assert display_name(chain, "en") == (("Quebec", "en"), ("Canada", "en"))
    assert display_name(chain, "fr-CA") == (("Québec", "fr"), ("Canada", "fr-CA"))
    assert display_name(chain, "es") == (("Québec", "fr"), ("Canadá", "es"))
    assert display_name((region("GB"),), "ar") == (("المملكة المتحدة", "ar"),)


def test_messages_are_fixed_words_and_free_texts() -> None:
    """Fixed words are critical; free text is optional, once, with every file that has it."""
    note = "A counsellor calls you back."
    texts = {"what": "What it is.", "cost_note": "About cost.", "hours_note": "About hours."}
    regions = regions_of(
        region("US", line("one", note=note)), region("ZA", line("two", note=note, **texts))
    )
    messages = helpline_messages(regions)
    by_id = {message.msgid: message for message in messages}
    assert len(by_id) == len(messages)
    assert by_id["Drugs helpline"].critical
    assert not by_id["Drugs helpline"].optional
    found = by_id[note]
    assert (found.critical, found.optional, found.kind) == (False, True, "note about One")
    assert found.paths == ("source/regions/US.toml", "source/regions/ZA.toml")
    assert {by_id[text].kind for text in texts.values()} == {
        "what Two is",
        "note about the cost of Two",
        "note about the hours of Two",
    }


def test_words_of_the_published_regions_are_critical() -> None:
    """A rare word that only an unpublished region uses holds nobody's edition up."""
    menu = line("menu", channels=(voice("111", menu="2"),), cost="paid", reach=("mobile",))
    weak = line("weak", grade="C", confidentiality="anonymous")
    regions = regions_of(region("GB", menu, weak), region("US", line("plain", hours="24/7")))
    rare = {"In the phone menu, press {key}", "Not free to call", "Only from mobile phones"}
    critical = {m.msgid for m in helpline_messages(regions, ["GB"]) if m.critical}
    assert critical == {*rare, "Drugs helpline", "Answers in {languages}"}
    critical = {m.msgid for m in helpline_messages(regions, ["US"]) if m.critical}
    assert critical == {"Open 24 hours, every day", "Drugs helpline", "Answers in {languages}"}
    everything = helpline_messages(regions)
    assert {m.msgid for m in everything} == {m.msgid for m in helpline_messages(regions, ["US"])}
    assert not any(m.critical for m in everything if m.msgid in rare)
    assert all(m.critical != m.optional for m in everything)


def test_words_of_a_province_are_those_of_its_country_too() -> None:
    """Ontario prints Canada's lines and emergency labels: their words are critical there."""
    emergency = Emergency("911", (Also("112", "mobile"),))
    country = region("CA", line("one", cost="free"), emergency=emergency)
    regions = regions_of(region("CA-ON", line("two", reach=("domestic",))), country)
    critical = {m.msgid for m in helpline_messages(regions, ["CA-ON"]) if m.critical}
    assert {"Free to call", "from mobile phones", "Not from abroad"} <= critical
    critical = {m.msgid for m in helpline_messages(regions, ["CA"]) if m.critical}
    assert "Not from abroad" not in critical


def test_free_texts_of_unpublished_regions_are_nobodys_work() -> None:
    """Translators get the notes of the regions that are published, with their countries'."""
    regions = regions_of(
        region("US", line("one", note="Here.")), region("FR", line("two", note="There."))
    )
    assert "There." not in {m.msgid for m in helpline_messages(regions, ["US"])}
    assert "There." in {m.msgid for m in helpline_messages(regions, ["FR"])}


def test_words_of_one_help_block() -> None:
    """An edition waits only for the words that stand beside its own lines."""
    one = line("one", cost="free", confidentiality="confidential")
    other = line("other", "0800 2", kind="crisis", retired=TODAY)
    found = help_in(region("US", one, other))
    assert words_of_help(found) == {
        "Drugs helpline",
        "Free to call",
        "Answers in {languages}",
        "What you say stays confidential",
    }


def test_messages_hold_no_name_and_no_number() -> None:
    """Names and numbers never go to translators; “24 hours” is the one figure of speech."""
    messages = helpline_messages(regions_of(region("US", line("one"))))
    assert not any("One" in message.msgid for message in messages)
    with_digits = [m.msgid for m in messages if any(char.isdecimal() for char in m.msgid)]
    assert with_digits == ["Open 24 hours, every day"]


# --- laws ---

KINDS = st.sampled_from(["drugs", "crisis", "directory", "treatment"])
LINES = st.lists(
    st.builds(
        line,
        id=st.sampled_from(["a", "b", "c", "d", "e", "f"]),
        dial=st.sampled_from(["0800 1", "0800 2", "08001", "0800-3", "0800 4"]),
        kind=KINDS,
        grade=st.sampled_from(["A", "B", "C", "X"]),
        operator=st.sampled_from(["health", "police", "commercial", "unknown"]),
        languages=st.sampled_from([("en",), ("fr",), ("en", "fr"), ()]),
        source_date=st.sampled_from(["unknown", "2020", "2026-10-01"]),
        retired=st.sampled_from([None, TODAY]),
    ),
    max_size=6,
)


@given(near=LINES, far=LINES, surface=st.sampled_from(["page", "handout"]))
def test_help_is_sound_whatever_the_files_say(
    near: list[Helpline], far: list[Helpline], surface: Any
) -> None:
    """Emergency first, no number twice, nothing unprintable; handouts are parts of pages."""
    chain = regions_of(region("CA-ON", *near, no_line=True), region("CA", *far)).chain("CA-ON")
    found = choose(chain, "fr", TODAY, surface)
    page = choose(chain, "fr", TODAY, "page")
    assert found.numbers[0] == "911"
    calls = [each.channels[0].dial.replace(" ", "").replace("-", "") for each in found.lines]
    assert len(set(calls)) == len(calls)
    assert not any(why_not_printed(each.helpline, TODAY) for each in found.lines)
    assert set(found.numbers) <= set(page.numbers)
    assert found.no_line == (not found.lines)
    assert {each.helpline.kind for each in found.lines} == {
        each.helpline.kind for each in page.lines
    }
