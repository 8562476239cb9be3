"""What the audit sees in a page of another site that shows a part of ours."""

from __future__ import annotations

import pytest

from ketapub.audit import Expectations, check_embed
from ketapub.errors import Problem
from ketapub.previous import Version

from .conftest import REGIONS, TODAY, number, print_help

VERSIONS = {
    mark: Version("ketamine", tag, code, "page", f"{code.lower()}/{tag}/ketamine/index.html", (), state)
    for mark, tag, code, state in (
        ("7KQ2MZ", "en", "GB", "current"),
        ("AAAAAA", "en", "GB", "superseded"),
        ("BBBBBB", "en", "GB", "withdrawn"),
        ("CCCCCC", "ar", "FR", "current"),
        ("DDDDDD", "en", "NZ", "current"),
    )
}  # fmt: skip


def embed(code: str = "GB", tag: str = "en", mark: str = "7KQ2MZ", around: str = "") -> str:
    heading, paragraphs = print_help(code, tag, "page")
    return (
        "<!doctype html><html lang=en><body><h1>PEOPLE of St Elsewhere</h1>"
        f"<p>Reception: <a href='tel:+442079460000'>020 7946 0000</a></p>{around}"
        f"<div><section><h3>{heading}</h3>{paragraphs}</section><p>Version {mark}</p></div>"
        "<footer>Fax 020 7946 0001</footer></body></html>"
    )


def look(page: str) -> list[Problem]:
    expectations = Expectations(REGIONS, TODAY)
    return list(check_embed(page.encode(), "https://a.org/x", VERSIONS, expectations))


def codes(page: str) -> list[tuple[str, str]]:
    return sorted({(problem.code, problem.severity) for problem in look(page)})


@pytest.mark.parametrize(("code", "tag", "mark"), [("GB", "en", "7KQ2MZ"), ("FR", "ar", "CCCCCC")])
def test_a_current_part_with_its_own_numbers_is_right(code: str, tag: str, mark: str) -> None:
    """The page's own numbers are its own matter."""
    assert look(embed(code, tag, mark)) == []


def test_a_mark_in_a_comment_is_enough() -> None:
    assert look(embed().replace("<p>Version 7KQ2MZ</p>", "<!-- ketapub 7KQ2MZ -->")) == []


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (embed(mark="AAAAAA"), [("embed-superseded", "warning")]),
        (embed(mark="BBBBBB"), [("embed-withdrawn", "error")]),
        (embed(mark="DDDDDD"), [("audit-region", "error")]),
        (embed(mark="EEEEEE"), [("embed-mark", "error")]),
        ("", [("embed-mark", "error")]),
        (embed(around="<p>0800 77 66 00</p>"), [("audit-retired", "error")]),
        (embed().replace("United Kingdom", ""), [("audit-country", "error")]),
    ],
)
def test_a_part_that_is_not_good_any_more_is_told(page: str, told: list[tuple[str, str]]) -> None:
    assert codes(page) == told


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0300 123 6600<", "0300 123 6601<"),
        ("tel:03001236600", "tel:03001236601"),
        (number("116 123", "tel:116123"), ""),
        (number("999", "tel:999"), number("911", "tel:911")),
        ("Version", "911. Version"),
    ],
)
def test_a_wrong_number_in_it_is_found(right: str, wrong: str) -> None:
    page = embed()
    assert right in page
    assert {severity for _, severity in codes(page.replace(right, wrong))} == {"error"}


def test_an_arabic_number_that_lost_its_direction_is_found() -> None:
    page = embed("FR", "ar", "CCCCCC").replace('<bdi dir="ltr">', "").replace("</bdi>", "")
    assert ("audit-bidi", "error") in codes(page)
