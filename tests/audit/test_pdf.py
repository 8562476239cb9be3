"""What the audit sees on paper. Each test spoils one thing in a right sheet."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest

from ketapub.audit import Expectations, audit_file
from ketapub.audit.glyphs import read_page
from ketapub.errors import Problem

from .conftest import (
    PRINT_CSS,
    REGIONS,
    TODAY,
    make_pdf,
    number,
    print_help,
    print_html,
    sheet_path,
)
from .mutate import mutate_pdf_digit, mutate_pdf_link

EXPECTATIONS = Expectations(REGIONS, TODAY)
PLACES = [("GB", "en"), ("US", "en"), ("US", "ar"), ("CA-QC", "fr"), ("FR", "ar"), ("IN", "hi")]


def check_sheet(pdf: bytes, code: str = "GB", tag: str = "en") -> tuple[Problem, ...]:
    return audit_file(sheet_path(code, tag), pdf, EXPECTATIONS)


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.code for problem in problems}


def said(problems: tuple[Problem, ...]) -> str:
    return "\n".join(map(str, problems))


def change(pdf: bytes, edit: Callable[[pikepdf.Pdf], object]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        edit(document)
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(("code", "tag"), PLACES)
def test_a_right_sheet_has_no_problem(code: str, tag: str) -> None:
    assert check_sheet(make_pdf(print_html(code, tag)), code, tag) == ()


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize(
    ("code", "tag", "dial"),
    [
        ("GB", "en", "0300 123 6600"),
        ("GB", "en", "999"),
        ("GB", "en", "82111"),
        ("US", "ar", "1-800-662-4357"),
        ("US", "ar", "988"),
        ("FR", "ar", "15"),
        ("FR", "ar", "0 800 23 13 13"),
        ("IN", "hi", "14446"),
        ("CA-QC", "fr", "9-8-8"),
    ],
)
def test_one_changed_digit_on_any_page_is_reported(
    code: str, tag: str, dial: str, page: int
) -> None:
    right = make_pdf(print_html(code, tag))
    wrong = mutate_pdf_digit(right, dial, page)
    problems = check_sheet(wrong, code, tag)
    assert codes(problems) & {"audit-missing", "audit-link"}
    assert f"page {page + 1}: " in said(problems)
    assert f"page {2 - page}" not in said(problems)


@pytest.mark.parametrize(
    ("code", "dial"), [("GB", "0300 123 6600"), ("GB", "82111"), ("US", "988")]
)
def test_a_changed_link_is_reported(code: str, dial: str) -> None:
    wrong = mutate_pdf_link(make_pdf(print_html(code, "en")), dial)
    assert "audit-link" in codes(check_sheet(wrong, code))


@pytest.mark.parametrize("tag", ["ar"])
def test_an_unisolated_number_in_arabic_is_seen_as_reversed(tag: str) -> None:
    """pdfium's text gives it in the right order; the places of its glyphs do not."""
    html = print_html("FR", tag).replace(
        number("0 800 23 13 13", "tel:0800231313"),
        '<a href="tel:0800231313">0 800 23 13 13</a> اتصل',
    )
    problems = check_sheet(make_pdf(html), "FR", tag)
    assert "printed as “13 13 23 800 0”" in said(problems)
    assert codes(problems) >= {"audit-bidi", "audit-missing"}


def test_the_footer_of_another_region_is_reported() -> None:
    heading, paragraphs = print_help("US", "en", "handout")
    problems = check_sheet(make_pdf(print_html("GB", "en", footer=f"<p>{heading}</p>{paragraphs}")))
    assert codes(problems) >= {"audit-missing", "audit-number", "audit-link"}


@pytest.mark.parametrize(("code", "tag"), PLACES)
def test_a_footer_that_does_not_name_the_country_is_reported(code: str, tag: str) -> None:
    _, paragraphs = print_help(code, tag, "handout")
    html = print_html(code, tag, footer=f"<p>Get help</p>{paragraphs}")
    assert codes(check_sheet(make_pdf(html), code, tag)) == {"audit-country"}


def test_a_country_named_far_from_the_numbers_does_not_count() -> None:
    _, paragraphs = print_help("GB", "en", "handout")
    html = print_html("GB", "en", footer=f"<p>Help</p>{paragraphs}", body="<p>United Kingdom</p>")
    assert codes(check_sheet(make_pdf(html))) == {"audit-country"}


def test_a_part_of_a_country_is_named_with_its_country() -> None:
    html = print_html("CA-QC", "fr").replace("<bdi>Québec</bdi>, ", "")
    assert "“Québec” is not named" in said(check_sheet(make_pdf(html), "CA-QC", "fr"))


def test_a_footer_of_twelve_lines_over_the_text_is_reported() -> None:
    heading, paragraphs = print_help("GB", "en", "handout")
    footer = f"<p>{heading}</p>{paragraphs}" + "<p>Open every day, all over the country.</p>" * 12
    crowded = "<p>Ketamine is a medicine with a long medical history.</p>" * 60
    problems = check_sheet(make_pdf(print_html("GB", "en", footer=footer, body=crowded)))
    assert "is covered by other text" in said(problems)


WHITE_BOX = (
    "#help p:nth-of-type(2)::after { content: ''; position: absolute; left: 0; right: 0; top: 0; "
    "height: 60pt; background: #fff }"
)
FOOTER_STYLES = {
    "off the paper": ("#help { bottom: -90mm }", "of the paper's edge or beyond it"),
    "in the printer's margin": ("#help { left: -13mm }", "of the paper's edge or beyond it"),
    "white on white": (".number * { color: #fff }", "cannot be seen"),
    "behind a box": (WHITE_BOX, "cannot be seen"),
    "tiny": (".number { font-size: 6pt !important }", "is set in 6.0 points"),
    "cut off": ("#help { height: 20pt; overflow: hidden }", "cannot be seen"),
}


@pytest.mark.parametrize("what", FOOTER_STYLES)
def test_a_number_that_cannot_be_read_is_reported(what: str) -> None:
    style, flaw = FOOTER_STYLES[what]
    html = print_html("GB", "en").replace(PRINT_CSS, PRINT_CSS + style)
    assert flaw in said(check_sheet(make_pdf(html)))


def test_a_sheet_without_a_footer_on_its_second_page_is_reported() -> None:
    html = print_html("GB", "en").replace("position: fixed", "position: absolute")
    problems = check_sheet(make_pdf(html))
    assert "page 2: the number “999” of GB is missing" in said(problems)


ADDED = {
    "Call 911.": "audit-number",
    "Call 9<b>1</b>1.": "audit-number",
    "Call ٩١١.": "audit-number",
    "Call 01 23 45 67 89.": "audit-number",
    "0800 77 66 00": "audit-retired",
    '<a href="tel:911">help</a>': "audit-link",
    '<a href="tel:999">help</a>': "audit-link",
}


@pytest.mark.parametrize("added", ADDED)
def test_a_number_that_does_not_belong_on_the_sheet_is_reported(added: str) -> None:
    problems = check_sheet(make_pdf(print_html("GB", "en", body=f"<p>{added}</p>")))
    assert ADDED[added] in codes(problems) <= {ADDED[added], "audit-number"}


def test_dates_hours_and_figures_are_no_numbers() -> None:
    figures = "2 May 2025, 09:30–17:30, 24/7, 3 of 10, 10 000 people, 112 mg, 7KQ2MZ, 2021–2025"
    assert check_sheet(make_pdf(print_html("US", "en", body=f"<p>{figures}</p>")), "US") == ()


def test_language_and_title_are_those_of_the_folder() -> None:
    right = make_pdf(print_html("US", "en"))
    assert codes(check_sheet(right, "US", "ar")) >= {"audit-place"}
    untitled = change(right, lambda pdf: pdf.docinfo.__delitem__("/Title"))
    assert codes(check_sheet(untitled, "US")) == {"audit-pdf"}


def test_a_note_pinned_to_the_sheet_is_reported() -> None:
    def pin(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[0, 0, 9, 9],
            Contents=pikepdf.String("Call 911"),
        )  # fmt: skip
        pdf.pages[0].Annots.append(pdf.make_indirect(note))

    problems = check_sheet(change(make_pdf(print_html("GB", "en")), pin))
    assert codes(problems) == {"audit-pdf", "audit-number"}


def test_programs_layers_and_other_links_are_reported() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OCProperties = pikepdf.Dictionary()
        pdf.Root.AcroForm = pikepdf.Dictionary()
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
        address = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("javascript:1"))
        for action in (script, address):
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9],
                A=action,
            )  # fmt: skip
            pdf.pages[0].Annots.append(pdf.make_indirect(link))

    problems = check_sheet(change(make_pdf(print_html("GB", "en")), edit))
    assert sorted(p.code for p in problems) == ["audit-link"] * 2 + ["audit-pdf"] * 2


def test_a_turned_page_cannot_be_proved() -> None:
    turned = change(make_pdf(print_html("GB", "en")), lambda pdf: pdf.pages[1].rotate(90, False))
    assert "page 2 is turned" in said(check_sheet(turned))


def test_titles_and_bookmarks_are_read_too() -> None:
    pdf = make_pdf(print_html("GB", "en"))
    titled = change(pdf, lambda pdf: pdf.docinfo.__setitem__("/Subject", "Call 911"))
    assert "the PDF's subject: “911”" in said(check_sheet(titled))

    def mark(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Call 911", 0))

    assert "a bookmark: “911”" in said(check_sheet(change(pdf, mark)))


def test_a_turned_panel_is_read_as_its_reader_turns_it() -> None:
    turned = f'<p style="transform: rotate(180deg)">Call {number("0300 123 6600", "")}</p>'
    assert check_sheet(make_pdf(print_html("GB", "en", body=turned))) == ()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no pdf at all"])
def test_a_broken_pdf_is_a_problem_and_no_crash(data: bytes) -> None:
    assert codes(check_sheet(data)) == {"audit-pdf"}


def test_a_sheet_in_another_folder_than_its_name_says_is_reported() -> None:
    pdf = make_pdf(print_html("GB", "en"))
    path = "us/en/ketamine/ketamine_gb_en_handout.pdf"
    assert codes(audit_file(path, pdf, EXPECTATIONS)) == {"audit-place"}


@pytest.mark.parametrize(("colour", "least", "most"), [("black", 200, 255), ("white", 0, 10)])
@pytest.mark.parametrize(("weight", "size"), [(400, 21.5), (400, 22), (700, 20), (700, 23)])
def test_a_large_hyphen_that_fills_its_box_is_seen_where_it_is_printed(
    weight: int, size: float, colour: str, least: int, most: int
) -> None:
    style = f"@page {{ size: A4 }} body {{ font: {weight} {size}pt 'Noto Sans'; color: {colour} }}"
    pdf = make_pdf(f"<html lang=en><title>x</title><style>{style}</style><p>9-8-8")
    with pypdfium2.PdfDocument(pdf) as document:
        page = read_page(document[0])
        assert [least <= page.contrast(glyph) <= most for glyph in page.glyphs] == [True] * 5
