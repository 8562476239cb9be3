"""What the audit sees with a telephone's camera: QR codes on sheets, pages and in pictures."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import segno

from ketapub.audit import Policy
from ketapub.errors import Problem

from .conftest import PLACES, Audit, html_page, make_pdf, print_html, sheet_path, write_manifest
from .mutate import mutate_pdf_code

ADDRESS = "https://health.org/k/"
SHORT = '<html lang="en"><title>x</title><meta http-equiv="refresh" content="0; url={}">'


def svg(text: str) -> str:
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(border=4, omitsize=True)
    return drawn


def png(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=4, scale=5)
    return out.getvalue()


def on_a_sheet(dist: Path, text: str) -> str:
    path = sheet_path("GB", "en")
    body = f'<div style="width: 26mm">{svg(text)}</div>'
    (dist / path).write_bytes(make_pdf(print_html("GB", "en", body=body)))
    return path


def on_a_page(dist: Path, text: str) -> str:
    path = "gb/en/ketamine/index.html"
    (dist / path).write_text(html_page("GB", "en", body=svg(text)), encoding="utf-8")
    return path


def in_a_page(dist: Path, text: str) -> str:
    path = "gb/en/ketamine/index.html"
    body = f'<img alt="" src="{segno.make(text, micro=False).png_data_uri(scale=4)}">'
    (dist / path).write_text(html_page("GB", "en", body=body), encoding="utf-8")
    return path


def in_a_drawing(dist: Path, text: str) -> str:
    path = "gb/en/ketamine/code.svg"
    segno.make(text, micro=False).save(str(dist / path))
    return path


def in_a_picture(dist: Path, text: str) -> str:
    path = "gb/en/ketamine/code.png"
    (dist / path).write_bytes(png(text))
    return path


Put = Callable[[Path, str], str]
PUTS: list[Put] = [on_a_sheet, on_a_page, in_a_page, in_a_drawing, in_a_picture]


@pytest.fixture
def look(dist: Path, check: Audit) -> Callable[[Put, str], tuple[str, list[Problem]]]:
    """`look(put, text)`: the path of the file with that code, and what the audit says.

    In a publication of two editions: its own and another.
    """
    for place, language in PLACES:
        if language != "en":
            shutil.rmtree(dist / place.lower() / language)
    for pack in (dist / "packs").iterdir():
        pack.unlink()
    for name, target in (("good", "gb/en/ketamine"), ("other", "us/en/ketamine"), ("top", "")):
        short = dist / f"s/{name}/index.html"
        short.parent.mkdir(parents=True)
        short.write_text(SHORT.format(f"../../{target}/index.html".replace("//", "/")))

    def run(put: Put, text: str) -> tuple[str, list[Problem]]:
        path = put(dist, text)
        write_manifest(dist)
        return f"dist/{path}", list(check(dist, policy=Policy(address=ADDRESS)))

    return run


@pytest.mark.parametrize("put", PUTS)
@pytest.mark.parametrize(
    "text", [f"{ADDRESS}s/good/", f"{ADDRESS}s/top/", f"{ADDRESS}v/7KQ2MZ/", "tel:03001236600"]
)
def test_a_code_may_lead_to_its_own_page_or_dial_its_own_number(
    look: Callable[[Put, str], tuple[str, list[Problem]]], put: Put, text: str
) -> None:
    assert look(put, text)[1] == []


@pytest.mark.parametrize("put", PUTS)
@pytest.mark.parametrize(
    "text",
    [
        f"{ADDRESS}s/other/",
        f"{ADDRESS}s/gone/",
        f"{ADDRESS}us/en/ketamine/",
        "https://health.example/k/s/good/",
        "tel:03001236601",
        "tel:911",
        "call 999",
    ],
)
def test_a_code_that_leads_anywhere_else_is_found(
    look: Callable[[Put, str], tuple[str, list[Problem]]], put: Put, text: str
) -> None:
    path, problems = look(put, text)
    assert [(problem.path, problem.code) for problem in problems] == [(path, "audit-code")]


def test_a_picture_that_cannot_be_read_and_a_file_of_no_known_kind_are_told(
    dist: Path, check: Audit
) -> None:
    (dist / "assets/a.png").write_bytes(b"no picture")
    (dist / "assets/a.docx").write_bytes(b"Call 911")
    write_manifest(dist)
    told = [(p.path, p.severity, p.code) for p in check(dist)]
    assert told == [
        ("dist/assets/a.docx", "note", "audit-unread"),
        ("dist/assets/a.png", "error", "audit-file"),
    ]


@pytest.fixture
def coded(dist: Path) -> Path:
    """A publication of one sheet, with the code of its page."""
    for code, tag in PLACES:
        (dist / sheet_path(code, tag)).unlink()
    for pack in dist.glob("packs/*.zip"):
        pack.unlink()
    for page in dist.glob("*/*/ketamine/index.html"):
        page.write_text(
            re.sub('<a href="ketamine_[^"]*">PDF</a>', "", page.read_text("utf-8")), "utf-8"
        )
    (dist / "s/good").mkdir(parents=True)
    (dist / "s/good/index.html").write_text(SHORT.format("../../gb/en/ketamine/index.html"))
    body = f'<div style="width: 26mm">{svg(ADDRESS + "s/good/")}</div>'
    (dist / sheet_path("GB", "en")).write_bytes(make_pdf(print_html("GB", "en", body=body)))
    write_manifest(dist)
    return dist


def test_a_sheet_without_a_code_that_can_be_read_is_found(coded: Path, check: Audit) -> None:
    """Where the publication has an address; a kept sheet may be older than that."""
    path = sheet_path("GB", "en")
    policy = Policy(address=ADDRESS, coded=True)
    assert list(filter(of_codes, check(coded, policy=policy))) == []
    sheets = (
        mutate_pdf_code((coded / path).read_bytes(), ""),
        make_pdf(print_html("GB", "en")),
    )
    for sheet in sheets:
        (coded / path).write_bytes(sheet)
        write_manifest(coded)
        found = [(p.path, p.code) for p in filter(of_codes, check(coded, policy=policy))]
        assert found == [(f"dist/{path}", "audit-code")]
        older = replace(policy, kept=frozenset((path,)))
        for each in (Policy(address=ADDRESS), older):
            assert list(filter(of_codes, check(coded, policy=each))) == []


def test_a_code_that_calls_is_enough(coded: Path, check: Audit) -> None:
    """Cards and posters show no other; that of a number which the sheet does not print is wrong."""
    policy = Policy(address=ADDRESS, coded=True)
    for number, told in (("tel:999", 0), ("tel:998", 2)):
        path = on_a_sheet_alone(coded, number)
        found = filter(of_codes, check(coded, policy=policy))
        assert [(p.path, p.code) for p in found] == [(f"dist/{path}", "audit-code")] * told


def of_codes(problem: Problem) -> bool:
    """What has nothing to do with search engines: these publications tell them nothing."""
    return problem.code != "audit-search"


def on_a_sheet_alone(dist: Path, text: str) -> str:
    path = sheet_path("GB", "en")
    body = f'<div style="width: 26mm">{svg(text)}</div>'
    (dist / path).write_bytes(make_pdf(print_html("GB", "en", body=body)))
    write_manifest(dist)
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{ADDRESS}v/7KQ2MZ/", []),
        (f"{ADDRESS}v/AAAAAA/", ["audit-code"]),
        ("tel:999", ["audit-code"]),
    ],
)
def test_a_code_on_a_recall_notice_leads_to_the_publication(
    dist: Path, check: Audit, text: str, told: list[str]
) -> None:
    notice = dist / "recalls/frank-2026/notice.pdf"
    notice.parent.mkdir(parents=True)
    html = f'<html lang="en"><title>Recall</title><p>0800 77 66 00</p><div style="width: 26mm">{svg(text)}'
    notice.write_bytes(make_pdf(html))
    write_manifest(dist)
    found = check(dist, policy=Policy(address=ADDRESS))
    assert [(p.path, p.code) for p in found] == [
        ("dist/recalls/frank-2026/notice.pdf", c) for c in told
    ]
