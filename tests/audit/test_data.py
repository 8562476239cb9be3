"""What the audit sees in plain texts and in the records of editions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ketapub.audit import Expectations, audit_file
from ketapub.errors import Problem
from ketapub.region import Regions, choose

from .conftest import REGIONS, TODAY, html_page, line, make_pdf, print_help, print_html, voice

NAMED = Regions(
    {
        **REGIONS.regions,
        "GB": replace(
            REGIONS.regions["GB"],
            helplines=(*REGIONS.regions["GB"].helplines, line("Samaritans United Kingdom", voice("116 111"))),
        ),
    },
    REGIONS.retired,
)  # fmt: skip
"""A helpline of these has its country in its name."""


def rows(code: str, regions: Regions = REGIONS) -> list[str]:
    """The dials of a page's helplines, one for each way."""
    help_ = choose(regions.chain(code), "en", TODAY, "page")
    dials = [help_.emergency.call, *(also.dial for also in help_.emergency.also)]
    return dials + [way.dial for line in help_.lines for way in line.channels if way.dial]


def look(path: str, data: bytes, regions: Regions = REGIONS) -> tuple[Problem, ...]:
    return audit_file(path, data, Expectations(regions, TODAY))


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return sorted({problem.code for problem in problems})


# Texts ------------------------------------------------------------------------------------------


def check_text(*lines: str) -> list[str]:
    return codes(look("us/en/ketamine/ketamine.txt", "\n".join(lines).encode()))


def test_a_text_lists_every_number_as_often_as_it_is_to_be_dialled() -> None:
    """988 is to call and to text: where one of the two is another number, one 988 is left."""
    right = ["Get help: United States", *rows("US")]
    assert right.count("988") == 2
    assert check_text(*right) == []
    wrong = right.copy()
    wrong[wrong.index("988")] = "938"
    assert check_text(*wrong) == ["audit-missing"]
    assert check_text(*(each for each in right if each != "911")) == ["audit-missing"]


# A country's name inside a helpline's -----------------------------------------------------------


@pytest.mark.parametrize("where", ["text", "page", "sheet"])
def test_a_country_named_only_in_a_helpline_s_name_is_not_named(where: str) -> None:
    heading, _ = print_help("GB", "en", "page", NAMED)
    if where == "text":
        path = "gb/en/ketamine/ketamine.txt"
        text = "\n".join((heading, "Samaritans United Kingdom", *rows("GB", NAMED)))
        right, wrong = text.encode(), text.replace(heading, "Get help").encode()
    elif where == "page":
        path, html = "gb/en/ketamine/index.html", html_page("GB", "en", regions=NAMED)
        right = html.encode()
        wrong = html.replace(f"<h2>{heading}</h2>", "<h2>Samaritans United Kingdom</h2>").encode()
    else:
        path, html = (
            "gb/en/ketamine/ketamine_gb_en_handout.pdf",
            print_html("GB", "en", regions=NAMED),
        )
        right, wrong = make_pdf(html), make_pdf(html.replace(heading, "Get help"))
    assert right != wrong
    assert codes(look(path, right, NAMED)) == []
    assert codes(look(path, wrong, NAMED)) == ["audit-country"]


# Records ----------------------------------------------------------------------------------------


def record(code: str = "US") -> dict[str, Any]:
    help_ = choose(REGIONS.chain(code), "en", TODAY, "page")
    emergency = help_.emergency
    return {
        "emergency": {"call": {"dial": emergency.call, "href": emergency.uri}},
        "helplines": [
            {"channels": [{"dial": way.dial, "href": way.uri} for way in line.channels]}
            for line in help_.lines
        ],
        "numbers": list(help_.numbers),
        "body": '<p>Call <a href="tel:911">911</a>.</p>',
    }


def check_record(record: object) -> list[str]:
    return codes(look("us/en/ketamine/content.json", json.dumps(record).encode()))


def test_a_record_with_all_numbers_is_right_as_data_and_as_markup() -> None:
    assert check_record(record()) == []
    assert check_record({"html": print_help("US", "en", "page")[1]}) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"numbers": ["911"', '"numbers": ["912"', ["audit-number"]),
        ('{"dial": "988", "href": "tel:988"}', '{"dial": "938", "href": "tel:988"}',
         ["audit-missing", "audit-number"]),
        ('"href": "sms:988"', '"href": "tel:911"', ["audit-link"]),
        (', {"dial": "988", "href": "sms:988"}', "", ["audit-missing"]),
        ('\\"tel:911\\">911', '\\"tel:911\\">941', ["audit-number"]),
        ('"dial": "911"', '"said": "911"', ["audit-missing", "audit-bidi"]),
    ],
)  # fmt: skip
def test_a_wrong_or_missing_number_in_a_record_is_found(
    right: str, wrong: str, told: list[str]
) -> None:
    text = json.dumps(record())
    assert right in text
    changed = json.loads(text.replace(right, wrong, 1))
    assert set(check_record(changed)) & set(told)
    assert check_record(changed) != []


@pytest.mark.parametrize("value", [[], {}, "x", None, {"html": "<p>Nothing</p>"}])
def test_a_record_without_numbers_lacks_them(value: object) -> None:
    assert check_record(value) == ["audit-missing"]


def test_an_address_that_holds_a_number_of_its_region_is_no_number() -> None:
    """Hong Kong's line has its number in the address of its page: text, page and record print it."""
    url = "https://example.org/116123/116123.html"
    (first, *others) = REGIONS.regions["GB"].helplines
    region = replace(REGIONS.regions["GB"], helplines=(replace(first, url=url), *others))
    regions = Regions({**REGIONS.regions, "GB": region}, REGIONS.retired)
    text = "\n".join(("United Kingdom", *rows("GB"), url))
    assert look("gb/en/ketamine/ketamine.txt", text.encode(), regions) == ()
    assert look("gb/en/ketamine/data.json", json.dumps({"url": url}).encode(), regions) == ()
    assert codes(look("gb/en/ketamine/ketamine.txt", text.encode())) == ["audit-bidi"]
    page = html_page("GB", "en", body=f'<a href="{url}">{url.removeprefix("https://")}</a>')
    assert look("gb/en/ketamine/index.html", page.encode(), regions) == ()
