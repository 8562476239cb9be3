"""What the audit hears: the sheet as a screen reader walks its tags."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from ketapub.audit import Expectations, audit_file
from ketapub.errors import Problem

from .conftest import REGIONS, TODAY, make_pdf, number, print_help, print_html, sheet_path

PLACES = [("GB", "en"), ("US", "ar"), ("IN", "hi")]


def check_sheet(pdf: bytes, code: str = "GB", tag: str = "en") -> tuple[Problem, ...]:
    return audit_file(sheet_path(code, tag), pdf, Expectations(REGIONS, TODAY))


def untag(pdf: bytes) -> bytes:
    """The sheet with everything that its links hold taken out of the tags; it prints the same."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Link":
                item.K = pikepdf.Array([])
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def say_instead(pdf: bytes, text: str) -> bytes:
    """The sheet whose first tagged link is read aloud as something else."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tag = next(
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Link"
        )
        tag.ActualText = pikepdf.String(text)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("code", "tag"), PLACES)
def test_numbers_that_no_screen_reader_reaches_are_missing(code: str, tag: str) -> None:
    problems = check_sheet(untag(make_pdf(print_html(code, tag))), code, tag)
    assert {problem.code for problem in problems} == {"audit-missing"}
    assert all("read aloud" in problem.message for problem in problems)


def test_another_number_read_aloud_than_printed_is_found() -> None:
    problems = check_sheet(say_instead(make_pdf(print_html("GB", "en")), "0300 123 6601"))
    assert "read aloud" in "\n".join(problem.message for problem in problems)


@pytest.mark.parametrize("text", ["998", "99", "one one two"])
def test_a_short_number_read_aloud_otherwise_than_printed_is_found(text: str) -> None:
    """Also where the sheet says the right one elsewhere, and the wrong one looks like no number."""
    again = f"<p>Call {number('999', 'tel:999')} now.</p>"
    pdf = make_pdf(print_html("GB", "en", body=again))
    assert check_sheet(pdf) == ()
    messages = [problem.message for problem in check_sheet(say_instead(pdf, text))]
    assert f"page 1: “999” is read aloud as “{text}”" in messages


def links(paragraph: pikepdf.Dictionary) -> list[str]:
    """The kinds of the elements in a tagged paragraph."""
    parts = paragraph.get("/K", [])
    inside = parts if isinstance(parts, pikepdf.Array) else [parts]
    return [str(part.get("/S", "")) for part in inside if isinstance(part, pikepdf.Dictionary)]


def test_what_is_read_aloud_may_stand_in_another_order() -> None:
    """A right-to-left paragraph that says its own text: its numbers are printed from the right."""
    body = '<p>آخر تحديث: 2 مايو 2025 <a href="https://example.org">إعداد</a></p>'
    pdf = make_pdf(print_html("US", "ar", body=body))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tag = next(
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/S") == "/P"
            and "/Link" in links(item)
        )
        for text, told in (("آخر تحديث: 2 مايو 2025", False), ("آخر تحديث: 3 مايو 2025", True)):
            tag.ActualText = pikepdf.String(text)
            out = io.BytesIO()
            document.save(out)
            messages = [problem.message for problem in check_sheet(out.getvalue(), "US", "ar")]
            assert any("is read aloud as" in message for message in messages) is told


def test_a_sheet_without_tags_is_found() -> None:
    def strip(pdf: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            del document.Root["/StructTreeRoot"]
            out = io.BytesIO()
            document.save(out)
        return out.getvalue()

    problems = check_sheet(strip(make_pdf(print_html("GB", "en"))))
    assert "audit-tags" in {problem.code for problem in problems}


@pytest.mark.parametrize(("code", "tag"), [("GB", "en"), ("US", "ar"), ("FR", "ar")])
def test_a_number_under_the_name_of_another_helpline_is_found(code: str, tag: str) -> None:
    """Right digits, right links, wrong owner: only the structure tells."""
    heading, paragraphs = print_help(code, tag, "handout")
    rows = re.findall(r"<p>(.*?) <span class=\"number\">(.*?)</span></p>", paragraphs)
    named = [index for index, (name, _) in enumerate(rows) if name]
    first = named[0]
    last = next(index for index in reversed(named) if rows[index][0] != rows[first][0])
    swapped = [list(row) for row in rows]
    swapped[first][0], swapped[last][0] = swapped[last][0], swapped[first][0]
    footer = f"<p><b>{heading}</b></p>" + "".join(
        f'<p>{name} <span class="number">{dial}</span></p>' for name, dial in swapped
    )
    problems = check_sheet(make_pdf(print_html(code, tag, footer=footer)), code, tag)
    assert {problem.code for problem in problems} == {"audit-owner"}
    assert {problem.message[:6] for problem in problems} == {"page 1", "page 2"}


def test_a_number_in_the_text_that_names_no_helpline_has_no_wrong_owner() -> None:
    body = f"<p>Call {number('999', 'tel:999')} or {number('116 123', 'tel:116123')}.</p>"
    assert check_sheet(make_pdf(print_html("GB", "en", body=body))) == ()
