"""What CLDR knows about a language, compared with CLDR's own charts."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, time

import pytest

from ketapub import language
from ketapub.language import parse_language


@pytest.mark.parametrize(
    ("tag", "own_name", "direction", "script", "nplurals"),
    [
        ("en", "English", "ltr", "Latn", 2),
        ("es", "Español", "ltr", "Latn", 2),
        ("ar", "العربية", "rtl", "Arab", 6),
        ("zh-Hans", "简体中文", "ltr", "Hans", 1),
        ("hi", "हिन्दी", "ltr", "Deva", 2),
        ("fr", "Français", "ltr", "Latn", 2),
        ("de", "Deutsch", "ltr", "Latn", 2),
        ("fa", "فارسی", "rtl", "Arab", 1),
        ("pt-BR", "Português (Brasil)", "ltr", "Latn", 2),
        ("zu", "isiZulu", "ltr", "Latn", 2),
        ("ht", "Kreyòl Ayisyen", "ltr", "Latn", 2),
        ("zh-Hant", "繁體中文", "ltr", "Hant", 1),
    ],
)
def test_language_facts(
    tag: str, own_name: str, direction: str, script: str, nplurals: int
) -> None:
    """Own name with a capital, direction, script and number of plural forms."""
    found = parse_language(tag)
    assert (found.own_name, found.direction, found.script) == (own_name, direction, script)
    assert found.nplurals == nplurals
    assert found.plural_forms.startswith(f"nplurals={nplurals}; plural=")
    assert found.plural_forms.endswith(";")


def test_both_spellings_are_one_language() -> None:
    """`zh_hans` and `zh-Hans` are the same; file, address and attribute spell it their own way."""
    found = parse_language("zh_hans")
    assert found == parse_language("zh-Hans")
    assert (found.tag, found.locale, found.segment) == ("zh-Hans", "zh_Hans", "zh-hans")


@pytest.mark.parametrize(
    "tag", ["", "e", "english", "../en", "en/..", "en-GB-oed", "en us", "EN\n"]
)
def test_malformed_tag_is_refused(tag: str) -> None:
    """A tag that could leave its folder, or is no tag, is a plain sentence with examples."""
    with pytest.raises(ValueError, match="is not a language tag; write one such as es"):
        parse_language(tag)


@pytest.mark.parametrize("tag", ["xx", "sm", "en-Arab", "zh-CN"])
def test_tag_unknown_to_cldr_is_refused(tag: str) -> None:
    """Without CLDR facts there is no direction or plural rule to print with."""
    with pytest.raises(ValueError, match="unknown to Unicode's locale data"):
        parse_language(tag)


@pytest.mark.parametrize(
    "tag", ["es", "fr", "ht", "fil", "so", "am", "zu", "cy", "pt-BR", "he", "ru", "ga", "mt"]
)
def test_plural_rule_speaks_only_of_n(tag: str) -> None:
    """gettext knows one variable: a rule about decimals would be refused by msgfmt."""
    rule = parse_language(tag).plural_forms.partition("plural=")[2]
    assert set(rule) <= set("n0123456789()=!<>&|?:% ;"), rule


@pytest.mark.parametrize(
    ("tag", "parents"),
    [
        ("zh-Hans-SG", ("zh-Hans",)),
        ("fr-CA", ("fr",)),
        ("es-US", ("es-419", "es")),
        ("pt-AO", ("pt-PT", "pt")),
        ("en", ()),
        ("zh-Hant", ()),
        ("sr-Latn", ()),
        ("ht", ()),
        ("hi-Latn", ()),
    ],
)
def test_parents_are_read_by_the_same_people(tag: str, parents: tuple[str, ...]) -> None:
    """The parent chain is CLDR's, without root and without another language or script."""
    assert language.parent_tags(tag) == parents


def test_names_of_languages() -> None:
    """Names stand as in running text, in the reader's language."""
    assert language.language_name("es", "fr") == "espagnol"
    assert language.language_name("zh-Hans", "en") == "Simplified Chinese"
    assert language.language_name("zh-Hans", "ar") == "الصينية المبسطة"
    assert language.language_name("fr-CA", "ar") == "الفرنسية (كندا)"
    assert language.language_name("hmn", "en") == "Hmong"
    assert language.language_name("qq", "en") == "qq"


def test_names_of_countries() -> None:
    """Countries are named in the reader's language."""
    assert language.territory_name("GB", "hi") == "यूनाइटेड किंगडम"
    assert language.territory_name("US", "zh-Hans") == "美国"
    assert language.territory_name("ZZZ", "en") == "ZZZ"


def test_dates_take_the_manner_of_the_country() -> None:
    """American and British English differ; a pair unknown to CLDR is the language alone."""
    day = date(2025, 5, 2)
    assert language.format_date(day, "en", "US") == "May 2, 2025"
    assert language.format_date(day, "en", "GB") == "2 May 2025"
    assert language.format_date(day, "ar", "GB") == language.format_date(day, "ar")
    assert language.format_date(day, "zh-Hans", "US") == "2025年5月2日"
    assert language.format_date(day, "fr", "CA-QC") == "2 mai 2025"


@pytest.mark.parametrize(
    ("tag", "month", "year"),
    [
        ("en", "May 2025", "2025"),
        ("es", "mayo de 2025", "2025"),
        ("de", "Mai 2025", "2025"),
        ("ar", "مايو 2025", "2025"),
        ("zh-Hans", "2025年5月", "2025年"),
        ("hi", "मई 2025", "2025"),
    ],
)
def test_months(tag: str, month: str, year: str) -> None:
    """A month stands with its year; a date that is only a year stays one."""
    assert language.format_month("2025-05", tag) == month
    assert language.format_month("2025-05-31", tag) == month
    assert language.format_month(date(2025, 5, 31), tag) == month
    assert language.format_month("2025", tag) == year


@pytest.mark.parametrize(
    ("tag", "items", "expected"),
    [
        ("en", ["a", "b", "c"], "a, b, and c"),
        ("de", ["a", "b", "c"], "a, b und c"),
        ("zh-Hans", ["英语", "法语", "德语"], "英语、法语和德语"),
        ("ar", ["الإنجليزية", "الفرنسية", "الألمانية"], "الإنجليزية والفرنسية والألمانية"),
        ("es", ["hindi", "inglés"], "hindi e inglés"),
        ("es", ["inglés", "español", "italiano"], "inglés, español e italiano"),
        ("es", ["inglés", "español"], "inglés y español"),
        ("es", ["plomo", "hierro"], "plomo y hierro"),
        ("en", ["one"], "one"),
        ("en", [], ""),
    ],
)
def test_lists(tag: str, items: list[str], expected: str) -> None:
    """Lists follow CLDR; Arabic's wāw joins the next word, Spanish `y` gives way before an i."""
    assert language.format_list(items, tag) == expected


@pytest.mark.parametrize(
    ("tag", "country", "day", "night"),
    [
        ("en", "GB", "09:30–17:30", "08:00\u2009–\u200902:00"),
        (
            "en",
            "US",
            "9:30\u202fAM\u2009–\u20095:30\u202fPM",
            "8:00\u202fAM\u2009–\u20092:00\u202fAM",
        ),
        ("fr", "FR", "09:30\u2009–\u200917:30", "08:00\u2009–\u200902:00"),
        ("ar", "FR", "9:30 ص\u2009–\u20095:30 م", "8:00 ص – 2:00 ص"),
        ("hi", "IN", "9:30 am\u2009–\u20095:30 pm", "8:00 am – 2:00 am"),
        ("de", "DE", "09:30–17:30 Uhr", "08:00\u2009–\u200902:00"),
        ("zh-Hans", "AU", "09:30–17:30", "08:00 – 02:00"),
    ],
)
def test_time_ranges(tag: str, country: str, day: str, night: str) -> None:
    """Times follow CLDR; past midnight both ends say AM or PM, so that nobody guesses."""

    def plain(text: str) -> str:
        return text.replace("\u2009", " ")

    assert language.format_time_range(time(9, 30), time(17, 30), tag, country) == day
    found = language.format_time_range(time(8), time(2), tag, country)
    assert plain(found) == plain(night)


@pytest.mark.parametrize(
    ("tag", "days", "expected"),
    [
        ("en", range(5), "Monday – Friday"),
        ("en", (5, 6), "Saturday and Sunday"),
        ("en", (6, 0, 1, 2, 3), "Sunday – Thursday"),
        ("en", (4, 5, 6, 0), "Friday – Monday"),
        ("en", (0, 2, 4), "Monday, Wednesday, and Friday"),
        ("en", (0, 1, 2, 4), "Monday – Wednesday and Friday"),
        ("en", (0,), "Monday"),
        ("fr", range(5), "lundi – vendredi"),
        ("ar", (6, 0, 1, 2, 3), "الأحد – الخميس"),
        ("hi", range(5), "सोमवार – शुक्रवार"),
        ("de", (5, 6), "Samstag und Sonntag"),
        ("zh-Hans", range(5), "星期一 – 星期五"),
        ("en", range(7), "Monday – Sunday"),
    ],
)
def test_days(tag: str, days: tuple[int, ...], expected: str) -> None:
    """Three days in a row are a run, also across Sunday; others are listed."""
    assert language.format_days(days, tag).replace("\u2009", " ") == expected


def test_money() -> None:
    """An amount is written as the language and country write it, in digits 0-9."""
    assert language.format_currency("0.20", "EUR", "de", "DE") == "0,20\xa0€"
    assert language.format_currency("0.20", "EUR", "en", "DE") == "0,20\xa0€"
    assert language.format_currency("0.20", "EUR", "ar", "DE") == "\u200f0.20\xa0€"


def test_hreflang_names_language_script_and_country() -> None:
    """The page's country replaces the language's own one."""
    assert language.hreflang("zh-Hans", "US") == "zh-Hans-US"
    assert language.hreflang("es", "CA-QC") == "es-CA"
    assert language.hreflang("pt-BR", "US") == "pt-US"


def test_time_zones() -> None:
    """A zone has a country and a name; a country with one time needs neither printed."""
    assert language.time_zone_country("Europe/Paris") == "FR"
    assert language.time_zone_country("Asia/Kolkata") == "IN"
    assert language.time_zone_country("Mars/Base") == ""
    assert language.time_zone_name("America/Toronto", "en") == "Eastern Time"
    assert [
        code for code in ("FR", "DE", "IN", "US", "CA", "AU") if language.has_one_time_zone(code)
    ] == [
        "FR",
        "DE",
        "IN",
    ]


def test_babel_is_imported_only_when_a_fact_is_asked_for() -> None:
    """Reading the modules costs no locale data: a build with nothing to do stays quick."""
    code = "import sys, ketapub.region; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
