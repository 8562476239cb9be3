"""What the audit sees in a whole folder, with its manifest and without it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from ketapub.audit import Policy
from ketapub.errors import KetapubError, Problem

from .conftest import Audit, make_pdf, sheet_path, write_manifest
from .mutate import mutate_pdf_digit, mutate_pdf_link

GB_PAGE = "gb/en/ketamine/index.html"


def change(path: Path, right: bytes, wrong: bytes) -> None:
    data = path.read_bytes()
    assert right in data
    path.write_bytes(data.replace(right, wrong))


def fragment(right: str = "", wrong: str = "") -> str:
    """A page's body for other sites, with something in it changed."""
    numbers = {
        "999": "tel:999",
        "112": "tel:112",
        "0300 123 6600": "tel:03001236600",
        "82111": "sms:82111",
        "116 123": "tel:116123",
    }
    links = (
        f'<p><span dir="ltr"><a href="{uri}" dir="ltr">{dial}</a></span></p>'
        for dial, uri in numbers.items()
    )
    text = f'<div data-region="GB"><h2>Get help: United Kingdom</h2>{"".join(links)}</div>'
    assert right in text
    return text.replace(right, wrong) if right else text


def test_a_right_publication_has_no_problem(dist: Path, check: Audit) -> None:
    assert check(dist) == ()
    (dist / "manifest.json").unlink()
    assert check(dist) == ()


@pytest.mark.parametrize("manifest", ["fresh", "deleted"])
@pytest.mark.parametrize("where", ["text", "link", "sheet", "sheet link"])
def test_a_changed_number_is_found_whatever_the_manifest_says(
    dist: Path, check: Audit, where: str, manifest: str
) -> None:
    page, sheet = dist / GB_PAGE, dist / sheet_path("GB", "en")
    if where == "text":
        change(page, b"0300 123 6600<", b"0300 123 6000<")
    elif where == "link":
        change(page, b"tel:03001236600", b"tel:03001236000")
    elif where == "sheet":
        sheet.write_bytes(mutate_pdf_digit(sheet.read_bytes(), "0300 123 6600"))
    else:
        sheet.write_bytes(mutate_pdf_link(sheet.read_bytes(), "0300 123 6600"))
    write_manifest(dist)
    if manifest == "deleted":
        (dist / "manifest.json").unlink()
    name = f"dist/{sheet_path('GB', 'en') if 'sheet' in where else GB_PAGE}"
    problems = check(dist)
    assert name in {problem.path for problem in problems}
    assert not {problem.code for problem in problems} & {"audit-manifest", "audit-stray"}


def test_a_file_changed_after_publication_is_reported(dist: Path, check: Audit) -> None:
    change(dist / "assets/page.css", b"margin: 0", b"margin: 1")
    assert [(p.path, p.code) for p in check(dist)] == [("dist/assets/page.css", "audit-manifest")]


def test_a_listed_file_that_is_missing_is_reported(dist: Path, check: Audit) -> None:
    (dist / "robots.txt").unlink()
    assert [p.message for p in check(dist)] == ["robots.txt is listed, but does not exist"]


def test_an_old_sheet_left_behind_is_an_error_and_a_foreign_file_a_warning(
    dist: Path, check: Audit
) -> None:
    sheet = dist / sheet_path("GB", "en")
    stray = sheet.with_name("ketamine_gb_en_leaflet.pdf")
    stray.write_bytes(sheet.read_bytes())
    (dist / "CNAME").write_text("health.org")
    problems = check(dist)
    assert [(p.path, p.severity, p.code) for p in problems] == [
        ("dist/CNAME", "note", "audit-unread"),
        ("dist/CNAME", "warning", "audit-stray"),
        (f"dist/{stray.relative_to(dist).as_posix()}", "error", "audit-stray"),
    ]


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("missing.html", "does not exist"),
        ("#nowhere", "does not have"),
        ("../../../us/en/ketamine/#nowhere", "does not have"),
        ("../../../../secret.txt", "leads out of the publication"),
        ("%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret", "leads out of the publication"),
        ("../", "does not exist"),
    ],
)
def test_a_link_that_leads_nowhere_is_reported_with_its_line(
    dist: Path, check: Audit, link: str, what: str
) -> None:
    change(dist / GB_PAGE, b'href="#help"', f'href="{link}"'.encode())
    write_manifest(dist)
    (problem,) = check(dist)
    assert (problem.path, problem.line) == (f"dist/{GB_PAGE}", 10)
    assert what in problem.message


@pytest.mark.parametrize(
    "link", ["#help", "#top-of-it", "?x=1", "../../../us/en/ketamine/#help", "/gb/en/ketamine/"]
)
def test_a_link_that_leads_somewhere_is_right(dist: Path, check: Audit, link: str) -> None:
    change(dist / GB_PAGE, b'href="#help"', f'href="{link}"'.encode())
    write_manifest(dist)
    assert check(dist) == ()


@pytest.mark.parametrize(
    "loads",
    [
        '<img src="https://other.org/a.png">',
        '<script src="//other.org/a.js"></script>',
        '<link rel="stylesheet" href="http://other.org/a.css">',
        '<p style="background: url(https://other.org/a.png)">x</p>',
        "<style>@import 'https://other.org/a.css'; p { color: red }</style>",
        '<img srcset="https://other.org/a.png 2x">',
    ],
)
def test_nothing_is_loaded_from_another_site(dist: Path, check: Audit, loads: str) -> None:
    change(dist / GB_PAGE, b"<main>", f"<main>{loads}".encode())
    write_manifest(dist)
    assert ["from another site" in problem.message for problem in check(dist)] == [True]


def test_a_style_sheet_loads_nothing_from_another_site(dist: Path, check: Audit) -> None:
    with (dist / "assets/page.css").open("a") as css:
        css.write("@font-face { src: url('https://other.org/a.woff2') }")
    write_manifest(dist)
    assert ["from another site" in problem.message for problem in check(dist)] == [True]


def repack(dist: Path, members: dict[str, bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    (dist / "packs/GB.zip").write_bytes(packed.getvalue())
    write_manifest(dist)


def test_a_pack_holds_the_published_sheets_of_its_region_and_no_others(
    dist: Path, check: Audit
) -> None:
    gb, us = sheet_path("GB", "en"), sheet_path("US", "en")
    right, base = (dist / gb).read_bytes(), gb.rpartition("/")[2]
    repack(dist, {f"unreviewed/{base}": right})
    assert check(dist) == ()
    repack(dist, {base: mutate_pdf_digit(right, "999")})
    assert ["differs from" in problem.message for problem in check(dist)] == [True]
    repack(dist, {"English/English - Ketamine.pdf": right, "READ-ME.txt": b"Version 7KQ2MZ"})
    assert check(dist) == ()
    repack(dist, {"English/English - Ketamine.pdf": (dist / us).read_bytes()})
    assert ["not a sheet of GB" in problem.message for problem in check(dist)] == [True]
    repack(dist, {"ketamine_gb_en_old.pdf": mutate_pdf_digit(right, "999")})
    assert ["an old sheet" in problem.message for problem in check(dist)] == [True]
    repack(dist, {base: right, "read.txt": b"Print and share."})
    assert check(dist) == ()
    repack(dist, {base: right, "read.txt": b"Call 999"})
    assert {problem.code for problem in check(dist)} == {"audit-number"}
    repack(dist, {base: right, "run.exe": b""})
    assert ["nothing published for GB" in problem.message for problem in check(dist)] == [True]
    repack(dist, {us.rpartition("/")[2]: (dist / us).read_bytes()})
    assert ["not a sheet of GB" in problem.message for problem in check(dist)] == [True]
    (dist / "packs/GB.zip").write_bytes(b"PK")
    write_manifest(dist)
    assert ["cannot be read" in problem.message for problem in check(dist)] == [True]


@pytest.mark.parametrize(
    ("path", "text", "is_right"),
    [
        (
            "gb/en/ketamine/ketamine.txt",
            "United Kingdom: 999, 112, 0300 123 6600, 82111, 116 123",
            True,
        ),
        ("gb/en/ketamine/ketamine.txt", "999, 112, 0300 123 6600, 82111 and 116 123", False),
        (
            "gb/en/ketamine/ketamine.txt",
            "United Kingdom: 999, 112, 0300 123 6600, 82111, 116 123 tel:911",
            False,
        ),
        ("gb/en/ketamine/ketamine.txt", "United Kingdom: 999, 112, 0300 123 6600, 82111", False),
        (
            "gb/en/ketamine/ketamine.txt",
            "United Kingdom: 999, 112, 0300 123 6600, 82111, 116 123, 911",
            False,
        ),
        ("gb/en/ketamine/data.json", '{"html": "<p>Call <b>999</b></p>"}', True),
        ("gb/en/ketamine/content.json", '{"html": "<p>Call <b>911</b></p>"}', False),
        ("gb/en/ketamine/content.json", "{", False),
        ("gb/en/ketamine/data.json", '{"html": "<a href=\\"tel:999\\">999</a>"}', True),
        ("gb/en/ketamine/content.json", '{"html": "<a href=\\"tel:911\\">999</a>"}', False),
        ("other.xml", "<urlset><url><loc>https://health.org/</loc></url></urlset>", True),
        ("other.xml", "<urlset><url><loc>0300 123 6600</loc></url></urlset>", False),
        ("versions.json", '["1-800-662-4357"]', True),
        ("versions.json", "[", False),
        ("assets/page.css", 'p::after { content: "0800 123 4567" }', False),
        ("assets/quick.js", "location = 'tel:999'", False),
        ("assets/quick.js", "location.replace('https://www.google.com')", True),
        ("assets/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>Call</text></svg>", True),
        ("assets/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>999</text></svg>", False),
        ("assets/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
        ("assets/a.svg", "<svg", False),
        ("assets/quick.js", "let line = '0800 77 66 00'", False),
        ("gb/en/ketamine/content.json", '[{"a": ["1-800-662-4357"]}]', False),
        ("packs/note.zip", "x", False),
        ("recalls/gb-ab/index.html", "<html lang=en><title>x</title><p>Not 0800 77 66 00", True),
        ("recalls/gb-ab/index.html", "<html lang=en><p><a href='tel:0800776600'>x</a>", False),
        ("recalls/gb-ab/index.html", "<html lang=en><p title='0800 77 66 00'>x", False),
        ("recalls/gb-ab/notice.txt", "Not 0800 77 66 00", True),
        ("recalls/gb-ab/notice.txt", "Not tel:0800776600", False),
        ("recalls/gb-ab/other.txt", "Throw them away.", False),
        ("v/index.html", "<html lang=en><title>x</title><p>Not 0800 77 66 00</p>", True),
        ("v/7KQ2MZ/index.html", "<html lang=en><p title='0800 77 66 00'>x</p>", False),
        ("gb/en/ketamine/fragment.html", "<div><p>Ketamine</p></div>", False),
        ("gb/en/ketamine/fragment.html", fragment(), True),
        ("gb/en/ketamine/fragment.html", fragment('<span dir="ltr">', "<span>"), False),
        ("gb/en/ketamine/fragment.html", fragment(' dir="ltr">116', ">116"), False),
        ("gb/en/ketamine/fragment.html", fragment("tel:116123", "tel:116124"), False),
        ("gb/en/ketamine/fragment.html", fragment("United Kingdom", "Help"), False),
        ("gb/en/ketamine/fragment.html", fragment("116 123", "116 124"), False),
        ("gb/en/ketamine/fragment.html", "<div><p>Call 911</p></div>", False),
    ],
)
def test_other_files_are_read_too(
    dist: Path, check: Audit, path: str, text: str, is_right: bool
) -> None:
    (dist / path).parent.mkdir(parents=True, exist_ok=True)
    (dist / path).write_text(text, encoding="utf-8")
    write_manifest(dist)
    assert (check(dist) == ()) is is_right


def test_a_broken_manifest_is_reported_and_hides_nothing(dist: Path, check: Audit) -> None:
    change(dist / GB_PAGE, b"0300 123 6600<", b"0300 123 6000<")
    (dist / "manifest.json").write_text("{")
    codes = {problem.code for problem in check(dist)}
    assert codes >= {"audit-manifest", "audit-number"}


def test_a_symbolic_link_is_reported(dist: Path, check: Audit) -> None:
    os.symlink("/etc", dist / "assets/etc")
    assert ["symbolic link" in problem.message for problem in check(dist)] == [True]


def test_a_short_address_leads_to_a_page_that_exists(dist: Path, check: Audit) -> None:
    short = dist / "s/ab/index.html"
    short.parent.mkdir(parents=True)
    html = '<html lang="en"><title>x</title><meta http-equiv="refresh" content="0; url={}">'
    short.write_text(html.format("../../gb/en/ketamine/index.html"))
    write_manifest(dist)
    assert check(dist) == ()
    short.write_text(html.format("../../gb/en/ketamine/old.html"))
    write_manifest(dist)
    assert ["does not exist" in problem.message for problem in check(dist)] == [True]


def test_a_file_that_cannot_be_read_is_a_problem(
    dist: Path, check: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, name: str) -> bytes:
        raise KetapubError(Problem(name, 0, "cannot be read"))

    monkeypatch.setattr("ketapub.audit.site.read_bytes", refuse)
    assert {problem.message for problem in check(dist)} == {"cannot be read"}


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path, check: Audit) -> None:
    assert [problem.message for problem in check(tmp_path / "dist")] == ["there is no such folder"]


def test_a_region_without_a_file_is_reported_once_for_each_output(dist: Path, check: Audit) -> None:
    (dist / "gb").rename(dist / "zz")
    (dist / "manifest.json").unlink()
    problems = [p for p in check(dist) if p.code == "audit-region"]
    assert [p.path for p in problems] == ["dist/zz/en/ketamine/index.html"]


def test_a_kept_sheet_is_allowed_to_lack_what_is_new(dist: Path, check: Audit) -> None:
    """The policy names kept outputs by their path; here nothing is lacking, so nothing is said."""
    assert check(dist, policy=Policy(kept=frozenset((GB_PAGE, sheet_path("GB", "en"))))) == ()


@pytest.mark.parametrize(
    ("number", "region", "is_right"),
    [("0800 77 66 00", "GB", False), ("0800 77 66 00", "US", True), ("999", "GB", True)],
)
def test_the_manifest_may_not_say_that_a_region_prints_a_dead_number(
    dist: Path, check: Audit, number: str, region: str, is_right: bool
) -> None:
    path = dist / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["editions"] = [{"region": region, "numbers": [number]}]
    path.write_text(json.dumps(manifest), "utf-8")
    assert (check(dist) == ()) is is_right


def test_the_sheet_of_a_recall_notice_holds_dead_numbers_as_plain_text_only(
    dist: Path, check: Audit
) -> None:
    start = "<html lang=en><title>Throw away</title><p>Not 0800 77 66 00"
    for html, is_right in (
        (start, True),
        (f"{start} <a href='tel:0800776600'>0800 77 66 00</a>", False),
        (start.replace("Throw away", "0800 77 66 00"), False),
    ):
        notice = dist / "recalls/gb-ab/notice.pdf"
        notice.parent.mkdir(parents=True, exist_ok=True)
        notice.write_bytes(make_pdf(html))
        write_manifest(dist)
        assert (check(dist) == ()) is is_right, html


# What stands beside a page, and lists ------------------------------------------------------------

TEXT = "United Kingdom\n\nCall 999\nAlso 112\n0300 123 6600\n82111\n116 123\n{}\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("1. Call 999 at once.", []),
        ("12. Call 999 at once. See https://health.org/998/ and version 22AB77.", []),
        ("1. Call 998 at once.", ["it says “998”, which its page does not say"]),
        ("1. Call ٩٩٨ at once.", ["it says “998”, which its page does not say"]),
        ("Since 2024", ["it says “2024”, which its page does not say"]),
    ],
)
def test_a_text_says_no_digits_that_its_page_does_not_say(
    dist: Path, check: Audit, said: str, told: list[str]
) -> None:
    """A short wrong number beside the right ones looks like any digits: the page knows better."""
    (dist / "gb/en/ketamine/ketamine.txt").write_text(TEXT.format(said), encoding="utf-8")
    write_manifest(dist)
    assert [problem.message for problem in check(dist)] == told


NOTICE = """<html lang="en"><title>x</title><p>Do not call <bdi dir="ltr">0800 77 66 00</bdi>. Call
<bdi dir="ltr">{}</bdi> instead. Since 20 November 2026. Mark <bdi dir="ltr">777222</bdi>."""


def write_notice(dist: Path, page: str, text: str, sheet: str) -> None:
    folder = dist / "recalls/gb-ab"
    folder.mkdir(parents=True)
    version = {"region": "GB", "locale": "en", "state": "bad", "numbers": ["0800 00 11 22"]}
    (dist / "versions.json").write_text(json.dumps({"versions": {"777222": version}}))
    (folder / "index.html").write_text(NOTICE.format(page))
    (folder / "notice.txt").write_text(f"Do not call 0800 77 66 00. Call {text} instead.")
    (folder / "notice.pdf").write_bytes(make_pdf(NOTICE.format(sheet)))
    write_manifest(dist)


def test_a_notice_tells_of_numbers_that_are_known_or_were_printed(dist: Path, check: Audit) -> None:
    """Also one that no region file has any more: the list of versions remembers it."""
    write_notice(dist, *["0800 00 11 22"] * 3)
    assert check(dist) == ()


def test_a_wrong_digit_in_a_notice_is_found_on_page_text_and_sheet(
    dist: Path, check: Audit
) -> None:
    """“Call this number instead” is believed by everybody who holds a bad sheet."""
    write_notice(dist, "998", "996", "993")
    assert [(p.path, p.message) for p in check(dist)] == [
        ("dist/recalls/gb-ab/index.html", "“998” is in no region file, and was on no sheet"),
        ("dist/recalls/gb-ab/notice.pdf", "it says “993”, which its page does not say"),
        ("dist/recalls/gb-ab/notice.txt", "it says “996”, which its page does not say"),
    ]


@pytest.mark.parametrize(
    ("state", "number", "told"),
    [("good", "999", 0), ("good", "998", 1), ("bad", "998", 0), ("good", "0300 123 6600", 0)],
)
def test_lists_say_the_numbers_of_today_of_what_is_good(
    dist: Path, check: Audit, state: str, number: str, told: int
) -> None:
    """`versions.json` of a version that is good, `manifest.json` of an edition that is ready."""
    version = {"region": "GB", "locale": "en", "state": state, "numbers": [number]}
    (dist / "versions.json").write_text(json.dumps({"versions": {"7KQ2MZ": version}}))
    write_manifest(dist)
    manifest = json.loads((dist / "manifest.json").read_text())
    page = {"state": "ready" if state == "good" else "kept"}
    edition = {"region": "GB", "locale": "en", "numbers": [number], "outputs": {"page": page}}
    (dist / "manifest.json").write_text(json.dumps({**manifest, "editions": [edition]}))
    found = [(p.path, p.code) for p in check(dist)]
    paths = ["dist/manifest.json", "dist/versions.json"]
    assert found == [(path, "audit-number") for path in paths for _ in range(told)]
