"""What the audit sees in a page. Each test spoils one thing in a right page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ketapub.audit import Expectations, Policy, audit_file
from ketapub.errors import Problem
from ketapub.region import Regions

from .conftest import REGIONS, TODAY, html_page, line, number, voice

EXPECTATIONS = Expectations(REGIONS, TODAY)


def check_page(html: str, code: str = "GB", tag: str = "en") -> tuple[Problem, ...]:
    path = f"{code.lower()}/{tag.lower()}/ketamine/index.html"
    return audit_file(path, html.encode(), EXPECTATIONS)


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.code for problem in problems}


@pytest.mark.parametrize(
    ("code", "tag"), [("GB", "en"), ("US", "ar"), ("CA-QC", "fr"), ("FR", "ar"), ("IN", "hi")]
)
def test_a_right_page_has_no_problem(code: str, tag: str) -> None:
    assert check_page(html_page(code, tag), code, tag) == ()


SPOILED = {
    "another digit in the text": ("0300 123 6600</a>", "0300 123 6601</a>", "audit-number"),
    "another digit in the link": ("tel:03001236600", "tel:03001236601", "audit-link"),
    "a text line as a call": ("sms:82111", "tel:82111", "audit-link"),
    "other separators": ("0300 123 6600</a>", "0300-123-6600</a>", "audit-number"),
    "a number left out": ('<span class="number"><bdi dir="ltr"><a href="sms:82111">82111</a></bdi>',
                          "", "audit-missing"),
    "an emergency number left out": ('<a href="tel:112">112</a>', "", "audit-missing"),
    "no isolation": ('<bdi dir="ltr"><a href="tel:116123">116 123</a></bdi>',
                     '<a href="tel:116123">116 123</a>', "audit-bidi"),
    "isolation inside the link": ('<bdi dir="ltr"><a href="tel:116123">116 123</a></bdi>',
                                  '<a href="tel:116123"><bdi dir="ltr">116 123</bdi></a>',
                                  "audit-bidi"),
    "isolation without a direction": ('<bdi dir="ltr"><a href="tel:116123">',
                                      '<bdi><a href="tel:116123">', "audit-bidi"),
    "a number split by markup": (">116 123</a>", ">116 <b>123</b></a>", "audit-bidi"),
    "a hidden number": ('<span class="number">', '<span class="number" hidden>', "audit-number"),
    "another region's block": ('data-region="GB"', 'data-region="US"', "audit-place"),
    "no country in the heading": ("United Kingdom", "your country", "audit-country"),
    "two help blocks": ("</main>", '<div id="help"></div></main>', "audit-help"),
    "another language": ('<html lang="en"', '<html lang="ar"', "audit-place"),
    "another direction": ('dir="ltr">\n<head>', 'dir="rtl">\n<head>', "audit-place"),
    "a digit beside a number": ('<bdi dir="ltr"><a href="tel:112">',
                                '0<bdi dir="ltr"><a href="tel:112">', "audit-number"),
    "a script link": ('href="https://www.nbcnews.com/"', 'href="javascript:alert(1)"',
                      "audit-link"),
    "another scheme": ('href="https://www.nbcnews.com/"', 'href="callto:0800776600"',
                       "audit-link"),
    "a program in an attribute": ("<main>", '<main onclick="call()">', "audit-script"),
    "a foreign body": ("<main>", '<main><iframe src="a.html"></iframe>', "audit-script"),
    "no way to another country": ('href="../../../index.html"', 'href="../index.html"',
                                  "audit-help"),
    "a retired number in a link": ("https://www.nbcnews.com/", "https://wa.me/0800776600",
                                   "audit-retired"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_page_is_reported(what: str) -> None:
    right, wrong, code = SPOILED[what]
    html = html_page("GB", "en")
    assert right in html
    assert code in codes(check_page(html.replace(right, wrong)))


ADDED = {
    "<p>Call 911.</p>": "audit-number",
    "<p>Call 9<strong>1</strong>1.</p>": "audit-number",
    "<p>Call 9\u200b1\u200b1.</p>": "audit-number",
    "<p>Call &#57;11.</p>": "audit-number",
    "<p>Call ٩١١.</p>": "audit-number",
    "<p>Call ९११.</p>": "audit-number",
    "<p>Call ９１１.</p>": "audit-number",
    "<p>Or 01 23 45 67 89.</p>": "audit-number",
    "<p>Or +١ (٨٠٠) ٦٦٢-٤٣٥٧.</p>": "audit-number",
    "<p>888-306-3122</p>": "audit-number",
    "<p>0800 77 66 00</p>": "audit-retired",
    "<p>Call 999.</p>": "audit-bidi",
    '<p><bdi dir="ltr">911</bdi></p>': "audit-number",
    '<p><bdi dir="ltr"><a href="tel:911">911</a></bdi></p>': "audit-number",
    '<p title="Call 911">x</p>': "audit-number",
    '<p aria-label="1 800 662 4357">x</p>': "audit-number",
    '<img alt="dial 0800 123 4567" src="">': "audit-number",
    '<script>location = "tel:" + 911</script>': "audit-script",
    '<style>p::after { content: "0800 123 4567" }</style>': "audit-number",
    '<script type="application/ld+json">{"telephone": "1-800-662-4357"}</script>': "audit-number",
    '<script type="application/ld+json">{"a": ["b", "0800 123 4567"]}</script>': "audit-number",
    '<script type="application/ld+json">{</script>': "audit-script",
}


@pytest.mark.parametrize("added", ADDED)
def test_a_number_that_does_not_belong_is_reported_with_its_line(added: str) -> None:
    html = html_page("GB", "en", body=added)
    problems = check_page(html)
    assert codes(problems) == {ADDED[added]}
    assert {problem.line for problem in problems} == {html[: html.index(added)].count("\n") + 1}


@pytest.mark.parametrize(
    "added",
    [
        '<p aria-label="Call 999">Call</p>',
        f"<p>Call {number('999', 'tel:999')} or {number('0300 123 6600', '')}.</p>",
        '<script type="application/ld+json">{"telephone": "0300 123 6600", "a": ["x"]}</script>',
        "<p>Open 09:30–17:30, 24/7, 10 000 people, 2021–2025, 112 mg, 3 of 10.</p>",
    ],
)
def test_right_numbers_and_other_figures_may_stand_in_a_page(added: str) -> None:
    assert check_page(html_page("GB", "en", body=added)) == ()


def test_swapped_help_blocks_are_reported() -> None:
    """The numbers of one region under the address and heading of another."""
    ours, theirs = html_page("GB", "en"), html_page("US", "en")
    block = re.compile(r"<p> <span.*</p>\n", re.DOTALL)
    swapped = block.sub(lambda _: block.search(theirs)[0], ours)  # type: ignore[index]
    assert codes(check_page(swapped)) >= {"audit-missing", "audit-number"}


def test_a_page_in_a_folder_without_a_region_file_is_reported() -> None:
    assert codes(check_page(html_page("GB", "en"), "ZZ")) == {"audit-region"}


def test_a_label_with_digits_is_not_an_unisolated_number() -> None:
    """`988 Lifeline` is a name, and `988` beside it is still judged."""
    html = html_page("US", "en")
    assert "988 Lifeline <span" in html
    assert check_page(html, "US") == ()
    wrong = check_page(html.replace("988 Lifeline", "988 Line"), "US")
    assert codes(wrong) == {"audit-bidi", "audit-owner"}


def test_a_kept_page_may_lack_a_new_number_but_no_emergency_number() -> None:
    newer = Regions({**REGIONS.regions})
    gb = newer.regions["GB"]
    more = (*gb.helplines, line("New", voice("0808 157 0192")))
    newer = Regions({**newer.regions, "GB": replace(gb, helplines=more)}, newer.retired)
    path, html = "gb/en/ketamine/index.html", html_page("GB", "en")
    kept = Expectations(newer, TODAY, Policy(kept=frozenset((path,))))
    assert [p.severity for p in audit_file(path, html.encode(), kept)] == ["warning"]
    fresh = Expectations(newer, TODAY)
    assert [p.severity for p in audit_file(path, html.encode(), fresh)] == ["error"]
    without = html.replace('<a href="tel:112">112</a>', "")
    assert "error" in [p.severity for p in audit_file(path, without.encode(), kept)]


@pytest.mark.parametrize(
    ("path", "added", "is_right"),
    [
        ("index.html", "<p>Choose</p>", True),
        ("index.html", "<p>999</p>", False),
        ("handouts/index.html", '<bdi dir="ltr"><a href="tel:999">999</a></bdi>', False),
        ("s/ab/index.html", "<p>+44 300 123 66 00</p>", False),
        ("v/7KQ2MZ/index.html", "<p>It had 0800 77 66 00 on it</p>", True),
        ("v/7KQ2MZ/index.html", '<a href="tel:0800776600">0800 77 66 00</a>', False),
    ],
)
def test_pages_of_no_region_carry_no_number(path: str, added: str, is_right: bool) -> None:
    html = f"<!doctype html><html lang=en><title>x</title><body>{added}"
    assert (audit_file(path, html.encode(), EXPECTATIONS) == ()) is is_right


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<", b"<!-- -->", b"\x00" * 50])
def test_a_broken_file_is_a_problem_and_no_crash(data: bytes) -> None:
    assert audit_file("gb/en/ketamine/index.html", data, EXPECTATIONS)


def test_two_numbers_swapped_between_helplines_are_reported() -> None:
    """The set of numbers is still right, but each stands under the other's name."""
    right = html_page("GB", "en")
    wrong = right.replace("FRANK", "@").replace("Samaritans", "FRANK").replace("@", "Samaritans")
    assert "audit-owner" not in codes(check_page(right))
    assert "audit-owner" in codes(check_page(wrong))
