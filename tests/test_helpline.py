"""The words beside a number: CLDR's for times, money and names, fixed ones for the rest."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from ketapub.helpline import is_read_as
from ketapub.region import (
    Also,
    Channel,
    Emergency,
    Helpline,
    Price,
    Span,
    channel_hours_text,
    cost_text,
    digits,
    hours_text,
    kind_text,
    languages_text,
    sms_uri,
    tel_uri,
)

WEEK = tuple(range(7))
OFFICE = (Span((0, 1, 2, 3, 4), time(9, 30), time(17, 30)),)
NIGHT = (Span(WEEK, time(8), time(2)),)


def line(**values: Any) -> Helpline:
    defaults: dict[str, Any] = {
        "id": "one",
        "kind": "drugs",
        "names": (("en", "One"),),
        "operator": "ngo",
        "grade": "A",
        "languages": ("en",),
        "channels": (Channel("voice", "0800 1"),),
        "source": "a list",
        "source_date": "unknown",
    }
    return Helpline(**(defaults | values))


def same(msgid: str) -> str:
    return msgid


def shout(msgid: str) -> str:
    """A translation that keeps placeholders and can be told from the source."""
    return "".join(part if part.startswith("{") else part.upper() for part in split(msgid))


def split(msgid: str) -> list[str]:
    return msgid.replace("{", "\0{").replace("}", "}\0").split("\0")


def plain(text: str) -> str:
    """CLDR's thin and no-break blanks as blanks."""
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("tag", "country", "office", "night"),
    [
        ("en", "GB", "Monday – Friday: 09:30–17:30", "Every day: 08:00 – 02:00"),
        (
            "en",
            "US",
            "Monday – Friday: 9:30 AM – 5:30 PM (Greenwich Mean Time)",
            "Every day: 8:00 AM – 2:00 AM (Greenwich Mean Time)",
        ),
        ("fr", "FR", "Lundi – vendredi: 09:30 – 17:30", "Every day: 08:00 – 02:00"),
        ("ar", "FR", "الاثنين – الجمعة: 9:30 ص – 5:30 م", "Every day: 8:00 ص – 2:00 ص"),
        ("hi", "IN", "सोमवार – शुक्रवार: 9:30 am – 5:30 pm", "Every day: 8:00 am – 2:00 am"),
        ("de", "DE", "Montag – Freitag: 09:30–17:30 Uhr", "Every day: 08:00 – 02:00"),
        ("zh-Hans", "GB", "星期一 – 星期五: 09:30–17:30", "Every day: 08:00 – 02:00"),
    ],
)
def test_hours_in_seven_languages(tag: str, country: str, office: str, night: str) -> None:
    """Days and times are CLDR's; a country with several times names the one that is meant."""
    for hours, expected in ((OFFICE, office), (NIGHT, night)):
        found = hours_text(line(hours=hours, timezone="Europe/London"), tag, country, same)
        assert plain(found) == expected


def test_hours_of_a_week_with_differences() -> None:
    """Equal days are told together, and a lunch break is one day with two spans."""
    hours = (
        Span((0, 1, 2, 3), time(10), time(22)),
        Span((4,), time(14), time(18)),
        Span((4,), time(10), time(12)),
    )
    found = hours_text(line(hours=hours, timezone="Europe/London"), "en", "GB", same)
    assert plain(found) == "Monday – Thursday: 10:00–22:00 · Friday: 10:00–12:00 and 14:00–18:00"


def test_hours_are_silent_where_nobody_knows() -> None:
    """Unknown hours print nothing, never “24 hours”."""
    assert hours_text(line(hours="unknown"), "en", "GB", same) == ""
    assert hours_text(line(hours="24/7"), "en", "GB", shout) == "OPEN 24 HOURS, EVERY DAY"


def test_time_zone_is_named_in_a_country_with_several() -> None:
    """Opening hours in Canada mean nothing without the clock that they are told by."""
    found = line(hours=OFFICE, timezone="America/Toronto")
    assert hours_text(found, "en", "CA-ON", same).endswith("(Eastern Time)")
    assert hours_text(found, "zh-Hans", "CA-ON", same).endswith("(北美东部时间)")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"cost": "free"}, "Free to call"),
        ({"cost": "free", "channels": (Channel("text", "741741"),)}, "Free to text"),
        (
            {"cost": "standard", "on_bill": True},
            "Costs the same as a normal call · May show on your phone bill",
        ),
        ({"cost": "local"}, "Costs the same as a local call"),
        ({"cost": "unknown"}, ""),
        ({"cost": "unknown", "on_bill": True}, "May show on your phone bill"),
        ({"cost": Price("0.20", "EUR", "call")}, "€0.20 per call"),
        ({"cost": Price("1.5", "GBP", "minute")}, "£1.50 per minute"),
    ],
)
def test_costs(values: dict[str, Any], expected: str) -> None:
    """A cost is said where it is known; money is CLDR's."""
    assert cost_text(line(**values), "en", "GB", same) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"cost": "free-landline"}, "Free from landline phones"),
        ({"cost": "paid", "reach": ("domestic",)}, "Not free to call · Not from abroad"),
        ({"cost": "free", "reach": ("mobile",)}, "Free to call · Only from mobile phones"),
        (
            {"reach": ("landline",), "area": (("en", "Luzon"),)},
            "Only from landline phones · Only in Luzon",
        ),
        (
            {
                "cost": "standard",
                "channels": (Channel("voice", "1"), Channel("text", "2", cost="standard")),
            },
            "Costs the same as a normal call · Text messages cost the standard rate",
        ),
        ({"channels": (Channel("text", "2", cost="free"),)}, "Free to text"),
    ],
)
def test_costs_and_reach_by_network(values: dict[str, Any], expected: str) -> None:
    """From which phones and places, and what a text message costs, in fixed words."""
    assert cost_text(line(**values), "en", "GB", same) == expected
    assert cost_text(line(**values), "de", "GB", shout) == expected.upper().replace(
        "LUZON", "Luzon"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"confidentiality": "anonymous"}, "Answers in English · You need not give your name"),
        (
            {"confidentiality": "confidential"},
            "Answers in English · What you say stays confidential",
        ),
        (
            {"channels": (Channel("voice", "186 186", menu="1"), Channel("text", "2"))},
            "In the phone menu, press 1 · Answers in English",
        ),
    ],
)
def test_menu_and_promises(values: dict[str, Any], expected: str) -> None:
    """How to get through, who answers, and what they keep to themselves."""
    assert languages_text(line(**values), "en", same) == expected


def test_rare_words_without_a_translation_are_left_out() -> None:
    """No English in another language's help, but for the menu step that callers cannot do without."""
    found = line(
        cost="paid",
        reach=("mobile",),
        area=(("en", "Luzon"),),
        confidentiality="anonymous",
        channels=(Channel("voice", "186 186", menu="1"), Channel("text", "2", cost="standard")),
    )
    assert cost_text(found, "fr", "PH", same) == ""
    assert languages_text(found, "fr", same) == "In the phone menu, press 1 · Answers in anglais"


def test_hours_of_a_channel_are_its_own() -> None:
    """One that closes earlier than the line says so, beside its number or address."""
    hours = (Span(WEEK, time(10), time(18)),)
    phone, chat = Channel("voice", "186 186"), Channel("chat", url="https://a.org", hours=hours)
    found = line(hours="24/7", channels=(phone, chat), timezone="America/Toronto")
    assert hours_text(found, "en", "CA", same) == "Open 24 hours, every day"
    told = [plain(channel_hours_text(way, found, "en", "CA", same)) for way in found.channels]
    assert told == ["", "Every day: 10:00 a.m.–6:00 p.m. (Eastern Time)"]
    unknown = line(channels=(phone, chat), timezone="Europe/London")
    assert hours_text(unknown, "en", "GB", same) == ""
    assert plain(channel_hours_text(chat, unknown, "en", "GB", same)) == "Every day: 10:00–18:00"


@pytest.mark.parametrize(
    ("spoken", "tag", "expected"),
    [
        ("yue", "zh-Hant", True),
        ("yue", "zh-Hans", False),
        ("zh", "zh-Hant-TW", True),
        ("nb", "no", True),
        ("nn", "nb", True),
        ("nb", "nl", False),
        ("pt", "pt-BR", True),
    ],
)
def test_who_can_talk_to_whom(spoken: str, tag: str, expected: bool) -> None:
    """A spoken language serves readers of its written forms."""
    assert is_read_as(spoken, tag) == expected


def test_price_follows_the_language() -> None:
    """€0.20 a call is 0,20 € in German; the digits are those of the data."""
    found = line(cost=Price("0.20", "EUR", "call"))
    assert plain(cost_text(found, "de", "DE", shout)) == "0,20 € PER CALL"
    assert plain(cost_text(found, "ar", "DE", same)) == "\u200f0.20 € per call"


@pytest.mark.parametrize(
    ("languages", "interpreters", "tag", "expected"),
    [
        (("en",), "unknown", "en", "ANSWERS IN English"),
        (("en", "es"), "no", "es", "ANSWERS IN español e inglés"),
        (("en", "es"), "no", "fr", "ANSWERS IN anglais et espagnol"),
        (
            ("en",),
            "yes",
            "hi",
            "ANSWERS IN अंग्रेज़ी · ASK FOR AN INTERPRETER: SAY “Hindi” (हिन्दी)",
        ),
        (
            ("fr",),
            "yes",
            "zh-Hans",
            "ANSWERS IN 法语 · ASK FOR AN INTERPRETER: SAY “chinois” (中文)",
        ),
        (("en", "hi"), "yes", "hi", "ANSWERS IN हिन्दी और अंग्रेज़ी · INTERPRETERS AVAILABLE"),
        ((), "unknown", "en", ""),
        ((), "yes", "en", "INTERPRETERS AVAILABLE"),
    ],
)
def test_languages(languages: tuple[str, ...], interpreters: Any, tag: str, expected: str) -> None:
    """The reader's own language stands first; interpreters only where that is known."""
    found = line(languages=languages, interpreters=interpreters)
    assert languages_text(found, tag, shout) == expected


def test_kinds() -> None:
    """A line of two kinds says both."""
    assert kind_text(line(), same) == "Drugs helpline"
    assert kind_text(line(also_kinds=("crisis",)), same) == "Drugs helpline · Crisis helpline"


def test_names() -> None:
    """A name in the reader's language where there is one, else its own, with its language."""
    found = line(names=(("fr", "Drogue : aide"), ("en", "Drugs: Help")))
    assert found.name("en-GB") == ("Drugs: Help", "en")
    assert found.name("es") == ("Drogue : aide", "fr")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0300 123 6600", "03001236600"),
        ("+1 (800) 662-HELP", "1800662"),
        ("٩١١ ९११ ９１１", "911911911"),
        ("none", ""),
        ("x²", ""),
    ],
)
def test_digits(text: str, expected: str) -> None:
    """Decimal digits of any script count as 0-9; signs that only look like digits do not."""
    assert digits(text) == expected


def test_links_dial_what_is_printed() -> None:
    """tel: and sms: are the printed number without blanks and hyphens; # is escaped."""
    assert tel_uri("0300 123 6600") == "tel:03001236600"
    assert tel_uri("*134*474727#") == "tel:*134*474727%23"
    assert sms_uri("247 247") == "sms:247247"
    assert Channel("voice", "9-8-8").uri == "tel:988"
    assert Channel("tty", "0300 123 1099").uri == "tel:03001231099"
    assert Channel("text", "9-8-8").uri == "sms:988"
    assert Channel("chat", url="https://example.org/chat").uri == "https://example.org/chat"
    assert Channel("whatsapp", "087 163 2025").uri == ""
    assert Emergency("999").uri == "tel:999"
    assert (Also("112", "mobile").uri, Also("114", "text").uri) == ("tel:112", "sms:114")
