"""Law 5 on the real publication: `ketapub verify` finds every wrong digit, wherever it stands.

Mutations are made many at a time, one a file, and every changed file has to be named and no other:
what is wrong in one file is never said of another. A changed sheet is put into its region's pack as
well, so that nothing but its own glyphs and links can give it away.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml.html import HTMLParser, document_fromstring

from audit.mutate import mutate_pdf_code, mutate_pdf_digit, mutate_pdf_link, mutate_pdf_speech
from conftest import EDITIONS, ROOT
from ketapub import helpline_choice
from ketapub.audit import Expectations, audit_file
from ketapub.audit.codes import read_codes
from ketapub.audit.glyphs import read_page
from ketapub.build import Report
from ketapub.cli import main
from ketapub.region import Regions, load_regions
from project_edits import set_key
from tools.pdf_reading import Glyph, glyphs

_NUMBER = re.compile(r'<a [^>]*href="(tel|sms):([^"]+)"[^>]*>([^<]+)</a>')
REGIONS, _ = load_regions(ROOT / "source/regions", ROOT)


def dials_of(regions: Regions) -> list[str]:
    """Every number of the region files as it is printed, the longest first."""
    found = {
        dial
        for region in regions.regions.values()
        for dial in (
            *(way.dial for line in region.helplines for way in line.channels if way.dial),
            *((region.emergency.call,) if region.emergency else ()),
            *((also.dial for also in region.emergency.also) if region.emergency else ()),
        )
    }
    return sorted(found, key=lambda dial: (-len(dial), dial))


_DIALS = re.compile(rf"(?<![\d-])(?:{'|'.join(map(re.escape, dials_of(REGIONS)))})(?![\d-])")

Verify = Callable[[Path], tuple[int, dict[str, list[str]]]]
"""Project folder -> exit code, messages about errors by the file's path below `dist/`."""


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], today: date) -> Verify:
    def run(folder: Path) -> tuple[int, dict[str, list[str]]]:
        capsys.readouterr()
        code = main(["--project", str(folder), "verify", "--date", str(today), "--json"])
        found: dict[str, list[str]] = {}
        for problem in json.loads(capsys.readouterr().out):
            if problem["severity"] == "error":
                path = problem["path"].removeprefix("dist/").partition(",")[0]
                found.setdefault(path, []).append(problem["message"])
        return code, found

    return run


def copy_built(built: Path, folder: Path) -> Path:
    """A built project whose files may be replaced (`put`), not written into: they are links."""
    shutil.copytree(built / "source", folder / "source")
    shutil.copytree(built / "dist", folder / "dist", copy_function=os.link)
    return folder


def test_the_editions_that_are_altered_cover_every_region_and_language() -> None:
    real = tomllib.loads((ROOT / "source/publication.toml").read_text("utf-8"))["editions"]
    some = tomllib.loads(EDITIONS)
    assert all(set(tags) <= set(real[region]) for region, tags in some.items())
    assert some.keys() == real.keys()
    assert {*itertools.chain(*some.values())} == {*itertools.chain(*real.values())}


@pytest.fixture
def site(addressed: Path, tmp_path: Path) -> Path:
    return copy_built(addressed, tmp_path / "site")


def put(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def list_anew(dist: Path) -> None:
    """Bring the manifest up to date, as whoever changed a file could."""
    path = dist / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"] = {
        file.relative_to(dist).as_posix(): {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "size": file.stat().st_size,
        }
        for file in dist.rglob("*")
        if file.is_file() and file != path
    }
    put(path, json.dumps(manifest).encode())


def pack_anew(dist: Path, changed: dict[str, bytes]) -> None:
    """Put changed sheets, by file name, into the packs that hold them.

    Packs have names of their own: which sheet is which is told by the manifest, still the old one.
    """
    listed = json.loads((dist / "manifest.json").read_bytes())["files"]
    names = {entry["sha256"]: path.rpartition("/")[2] for path, entry in listed.items()}
    for path in sorted((dist / "packs").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
        put(path, zip_files({
            name: changed.get(names.get(hashlib.sha256(data).hexdigest(), ""), data)
            for name, data in members.items()
        }))  # fmt: skip


def zip_files(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


# What is published is right ---------------------------------------------------------------------


def test_the_command_says_what_it_has_read(addressed: Path, root: Path, today: date) -> None:
    """Of a part of the publication; the whole is read back by `make verify`."""
    command = [sys.executable, "-m", "ketapub", "verify", "--date", str(today)]
    paths = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = subprocess.run(command, cwd=addressed, env=paths, capture_output=True, text=True)
    sheets = sum(1 for _ in (addressed / "dist").rglob("*.pdf"))
    assert sheets >= 10
    assert (done.returncode, done.stderr) == (0, "")
    assert f"and {sheets} handouts read back: every number is the right one" in done.stdout


def test_a_changed_and_repacked_but_right_publication_is_proved(verify: Verify, site: Path) -> None:
    """The tools of these tests add no fault of their own."""
    pack_anew(site / "dist", {})
    list_anew(site / "dist")
    assert verify(site) == (0, {})
    (site / "dist/manifest.json").unlink()
    assert verify(site) == (0, {}), "nor is anything believed that only the manifest says"


# One wrong digit --------------------------------------------------------------------------------

Mutation = Callable[[bytes, random.Random], bytes | None]
"""A file with one digit changed; None where it has no such digit."""


def other_digit(text: str, forbidden: Sequence[str], dice: random.Random) -> str:
    """The text with one digit changed, so that it is none of the forbidden ones."""
    places = [match.start() for match in re.finditer(r"\d", text)]
    while True:
        at = dice.choice(places)
        changed = text[:at] + dice.choice("0123456789") + text[at + 1 :]
        if changed not in forbidden:
            return changed


def in_page(group: int, scheme: str) -> Mutation:
    """A digit of one of a page's numbers: of what it prints (group 3) or dials (group 2)."""

    def mutate(data: bytes, dice: random.Random) -> bytes | None:
        text = data.decode()
        found = [match for match in _NUMBER.finditer(text) if match[1] in scheme.split()]
        if not found:
            return None
        match = dice.choice(found)
        used = [each[group] for each in _NUMBER.finditer(text)]
        wrong = other_digit(match[group], used, dice)
        return (text[: match.start(group)] + wrong + text[match.end(group) :]).encode()

    return mutate


def printed_numbers(pdf: bytes) -> list[tuple[int, str]]:
    """(page, digits) of each link of a sheet that dials."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [
            (index, uri[4:])
            for index, page in enumerate(document.pages)
            for annotation in page.obj.get("/Annots", ())
            if (uri := str(annotation.get("/A", {}).get("/URI", ""))).startswith(("tel:", "sms:"))
        ]


def in_glyphs(data: bytes, dice: random.Random) -> bytes | None:
    numbers = printed_numbers(data)
    dice.shuffle(numbers)
    for page, number in numbers:
        try:
            return mutate_pdf_digit(data, number, page, dice.randrange(2) - 1)
        except LookupError:  # the font of that place has no other digit
            continue
    return None


def in_link(data: bytes, dice: random.Random) -> bytes | None:
    page, number = dice.choice(printed_numbers(data))
    return mutate_pdf_link(data, number, page)


def in_speech(data: bytes, dice: random.Random) -> bytes | None:
    """A digit of what a screen reader says for a link; what is printed stays as it is."""
    return mutate_pdf_speech(data, dice.choice([number for _, number in printed_numbers(data)]))


def in_text(data: bytes, dice: random.Random) -> bytes | None:
    """A digit of any number in a plain text: in its list of helplines or in the text below."""
    text = data.decode()
    match = dice.choice([match for match in _DIALS.finditer(text) if match[0]])
    wrong = other_digit(match[0], _DIALS.findall(text), dice)
    return (text[: match.start()] + wrong + text[match.end() :]).encode()


def in_data(pattern: str) -> Mutation:
    """A digit of one of the texts that match a pattern's group in a data file."""

    def mutate(data: bytes, dice: random.Random) -> bytes | None:
        text = data.decode()
        found = list(re.finditer(pattern, text))
        match = dice.choice(found)
        wrong = other_digit(match[1], [each[1] for each in found], dice)
        return (text[: match.start(1)] + wrong + text[match.end(1) :]).encode()

    return mutate


def in_code(data: bytes, dice: random.Random) -> bytes | None:
    """A character of the short address that a sheet's QR code says."""
    with pypdfium2.PdfDocument(data) as document:
        (right,) = read_codes(read_page(document[0]).pixels())
    at = dice.randrange(len(right) - 7, len(right) - 1)
    other = dice.choice([char for char in "abcdefghijklmnopqrstuvwxyz234567" if char != right[at]])
    return mutate_pdf_code(data, right[:at] + other + right[at + 1 :])


def add_texts(dist: Path) -> None:
    """In place of each page's text its help block alone, each number on a line of its own."""
    for page in sorted(dist.glob("*/*/*/index.html")):
        root = document_fromstring(page.read_bytes(), parser=HTMLParser(encoding="utf-8"))
        for block in root.xpath("//section[@id='help']"):
            for again in block.find_class("silent"):  # a plain text says each number once
                again.drop_tree()
            for number in block.iter("bdi"):
                number.text, number.tail = "\n", "\n" + (number.tail or "")
                for part in number:
                    part.tail = "\n"
            lines = (" ".join(line.split()) for line in block.text_content().split("\n"))
            put(page.with_name(f"{page.parent.name}.txt"), "\n".join(lines).encode())


def in_pack(data: bytes, dice: random.Random) -> bytes | None:
    """A digit on one of the sheets of a pack."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    sheets = (name for name in members if name.endswith(".pdf") and "Index" not in name)
    name = dice.choice(sorted(sheets))
    wrong = in_glyphs(members[name], dice)
    return None if wrong is None else zip_files({**members, name: wrong})


@pytest.fixture(scope="module")
def made() -> Counter[str]:
    """Kinds -> how many wrong digits of them were found so far."""
    return Counter()


MUTATIONS: dict[str, tuple[str, Mutation]] = {
    "the text of a page": ("index.html", in_page(3, "tel sms")),
    "the glyphs of a sheet": ("*.pdf", in_glyphs),
    "a number of a text": ("*/*/*/ketamine.txt", in_text),
    "a tel: link of a page": ("*.html", in_page(2, "tel")),
    "a link of a sheet": ("*.pdf", in_link),
    "a link of a data file": ("content.json", in_data(r"(?:tel|sms):(\d+)")),
    "an sms: link of a page": ("*.html", in_page(2, "sms")),
    "the QR code of a sheet": ("*.pdf", in_code),
    "a number of a data file": ("content.json", in_data(r'"dial":\s*"([^"]*\d[^"]*)"')),
    "a sheet in a pack": ("packs/*.zip", in_pack),
    "a text read aloud": ("*.pdf", in_speech),
    "a fragment": ("fragment.html", in_page(3, "tel sms")),
}
KINDS = tuple(MUTATIONS)
ROUNDS = (KINDS[:3], KINDS[3:6], KINDS[6:10], KINDS[10:])
"""Kinds that are made together: no two of a round change the same file."""
SEEDS = {1: "listed", 2: "unlisted"}
"""Two digits of each file: one with a manifest that agrees, one with none."""


def mutate_all(dist: Path, kind: str, seed: int = 0) -> dict[str, bytes]:
    """Every file of a kind with one digit changed, by its path; for a seed always the same."""
    paths = sorted(dist.rglob(MUTATIONS[kind][0]))
    return dict(mutations(dist, paths, kind, seed))


def mutations(
    dist: Path, paths: Sequence[Path], kind: str, seed: int
) -> Iterator[tuple[str, bytes]]:
    _, mutate = MUTATIONS[kind]
    for path in paths:
        name = path.relative_to(dist).as_posix()
        data = path.read_bytes()
        wrong = mutate(data, random.Random(f"{seed} {kind} {name}"))
        if wrong is not None:
            assert wrong != data
            yield name, wrong


def put_all(dist: Path, changed: dict[str, bytes]) -> None:
    """Changed files, sheets in their packs too, and a manifest that agrees."""
    sheets = {name.rpartition("/")[2]: data for name, data in changed.items()}
    pack_anew(dist, sheets)
    for name, data in changed.items():
        put(dist / name, data)
    list_anew(dist)


@pytest.mark.slow
@pytest.mark.xdist_group("digits")
@pytest.mark.parametrize("seed", SEEDS, ids=SEEDS.get)
@pytest.mark.parametrize("kinds", ROUNDS, ids=" + ".join)
def test_one_wrong_digit_in_any_file_is_found_there(
    verify: Verify, site: Path, kinds: tuple[str, ...], seed: int, made: Counter[str]
) -> None:
    """In every file of every language and region, whether the manifest agrees or is gone."""
    dist = site / "dist"
    changed: dict[str, bytes] = {}
    for kind in kinds:
        wrong = mutate_all(dist, kind, seed)
        assert len(wrong) >= 10
        if kind != "a sheet in a pack":
            assert {name.split("/")[1] for name in wrong} >= {"en", "ar", "hi", "zh-hans"}
        assert not changed.keys() & wrong.keys()
        changed |= wrong
    put_all(dist, changed)
    if SEEDS[seed] == "unlisted":
        (dist / "manifest.json").unlink()
    code, found = verify(site)
    assert (code, set(found)) == (1, set(changed))
    made[" + ".join(kinds)] += len(changed)


@pytest.mark.slow
@pytest.mark.xdist_group("digits")
def test_these_are_more_than_three_hundred_wrong_digits(made: Counter[str]) -> None:
    """So that the proof cannot shrink unseen."""
    if len(made) != len(ROUNDS):
        pytest.skip("only together with the proof itself, in one process")
    assert made.total() >= 300
    print(made.total(), "wrong digits found:", dict(made))


@pytest.mark.slow
@pytest.mark.parametrize("kind", [KINDS[0], KINDS[1], KINDS[-1]])
def test_a_single_wrong_digit_is_enough_to_fail(
    site: Path, kind: str, today: date, capsys: pytest.CaptureFixture[str]
) -> None:
    """One digit in the whole publication: exit code 1, and the report says the file's name."""
    paths = sorted((site / "dist").rglob(MUTATIONS[kind][0]))
    random.Random(kind).shuffle(paths)
    name, wrong = next(mutations(site / "dist", paths, kind, 0))
    put_all(site / "dist", {name: wrong})
    assert main(["--project", str(site), "verify", "--date", str(today)]) == 1
    said = capsys.readouterr()
    assert set(re.findall(r"dist/[^\s:,]+", said.out + said.err)) == {f"dist/{name}"}


@pytest.mark.slow
def test_sheets_of_every_format_are_right_and_a_wrong_digit_on_any_copy_is_found(
    built: Path, today: date
) -> None:
    """One of each format in each language, from region to region in turn.

    Nine of ten cards and all but one strip are neither linked nor read aloud: of each the last copy's
    emergency number is changed.
    """
    expectations = Expectations(REGIONS, today)
    kinds: dict[tuple[str, ...], list[Path]] = {}
    for path in sorted((built / "dist").glob("*/*/*/*.pdf")):
        _, _, *kind = path.stem.split("_")
        kinds.setdefault(tuple(kind), []).append(path)
    had: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for (_, format_), paths in sorted(kinds.items(), key=lambda item: len(item[1])):
        path = min(paths, key=lambda path: had[path.parts[-4]])
        had[path.parts[-4]] += 1
        name, data = path.relative_to(built / "dist").as_posix(), path.read_bytes()
        assert audit_file(name, data, expectations) == ()
        if format_ in {"card", "poster"}:
            number = expectations.find_place(name, "handout").numbers[0]  # the emergency number
            wrong = mutate_pdf_digit(data, number, 0, -1)
            assert audit_file(name, wrong, expectations), (name, number)
        found[format_] += 1
    assert had.keys() == {code.lower() for code in tomllib.loads(EDITIONS)}
    assert min(found.values()) >= 5
    assert {"card", "poster", "handout", "large-print", "leaflet"} < found.keys()


# Right numbers in the wrong place ---------------------------------------------------------------


def keep_editions(folder: Path, editions: dict[str, list[str]]) -> None:
    """Cut a project down to a few editions, a handout each."""
    path = folder / "source/publication.toml"
    set_key(path, "formats", '["handout"]')
    head = path.read_text(encoding="utf-8").split("[editions]")[0]
    rows = "".join(f"{region} = {json.dumps(tags)}\n" for region, tags in editions.items())
    path.write_text(f"{head}[editions]\n{rows}", encoding="utf-8")


def files_of(folder: Path, *patterns: str) -> set[str]:
    dist = folder / "dist"
    return {
        path.relative_to(dist).as_posix() for pattern in patterns for path in dist.glob(pattern)
    }


@pytest.mark.slow
def test_swapped_helplines_of_two_regions_are_found_on_each_page_and_sheet(
    verify: Verify, project_folder: Path, rebuild: Callable[..., Report]
) -> None:
    keep_editions(project_folder, {"IE": ["en"], "AU": ["en"], "ZA": ["en"]})
    one, other = (project_folder / f"source/regions/{code}.toml" for code in ("IE", "AU"))
    right = one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")
    for path, text, code, zone in (
        (one, right[1], "ie", "Europe/Dublin"),
        (other, right[0], "au", "Australia/Sydney"),
    ):  # what a region file may not say of another country
        text = re.sub(r'id = "(ie|au)-', f'id = "{code}-', text)
        text = re.sub(r'timezone = ".*"', f'timezone = "{zone}"', text)
        path.write_text(text, encoding="utf-8")
    rebuild(project_folder)
    assert verify(project_folder) == (0, {})
    one.write_text(right[0], encoding="utf-8")
    other.write_text(right[1], encoding="utf-8")
    code, found = verify(project_folder)
    wrong = files_of(project_folder, *(f"{place}/**/*.{end}" for place in ("ie", "au")
                                       for end in ("html", "pdf", "json", "txt")))  # fmt: skip
    # of each region: page, fragment, record, plain text, index of the place, sheet
    assert len(wrong) == 12
    # the lists of editions and of versions name the numbers of each too
    assert (code, set(found) - {"manifest.json", "versions.json"}) == (1, wrong)


@pytest.mark.slow
def test_a_number_that_prints_reversed_in_arabic_is_found_on_page_and_sheet(
    verify: Verify, project_folder: Path, rebuild: Callable[..., Report]
) -> None:
    """Without its isolation `0 800 23 13 13` prints as `13 13 23 800 0`."""
    keep_editions(project_folder, {"FR": ["fr", "ar"]})
    path = project_folder / "templates/shared/help.html"
    text = path.read_text(encoding="utf-8")
    start, end = '<bdi dir="ltr">{% if channel.href %}', "{% endif %}</bdi>"
    assert text.count(start) == 1
    assert text.count(end) == 1
    for mark, tag in ((start, '<bdi dir="ltr">'), (end, "</bdi>")):
        text = text.replace(mark, mark.replace(tag, ""))
    path.write_text(text, encoding="utf-8")
    rebuild(project_folder)
    code, found = verify(project_folder)
    sheet = "fr/ar/ketamine/ketamine_fr_ar_handout.pdf"
    page = "fr/ar/ketamine/index.html"
    part = "fr/ar/ketamine/fragment.html"
    # in French it prints right, but a reader who quotes it in Arabic would turn it around
    french = {path.replace("/ar/", "/fr/") for path in (page, part, "fr/ar/index.html")}
    assert (code, set(found)) == (1, {sheet, page, part, "fr/ar/index.html", *french})
    assert any("is printed as “13 13 23 800 0”" in message for message in found[sheet])
    assert any("“0 800 23 13 13” is not isolated" in message for message in found[page])


# A region with many lines -----------------------------------------------------------------------


def crowded_region() -> str:
    """A region file with twelve lines, each with a long name, two numbers and hours."""
    head = (
        'working_languages = ["en"]\npaper = "a4"\n[emergency]\ncall = "112"\n'
        'also = [{ dial = "999" }]\nsource = "a test"\nsource_date = "2026-10-01"\n'
    )
    return head + "".join(
        f"""
[[helpline]]
id = "ie-{number}"
kind = "{"drugs" if number % 2 else "crisis"}"
name.en = "Confidential national advice and support service number {number} for people in need"
operator = "health"
grade = "A"
languages = ["en", "fr", "pl"]
interpreters = "yes"
hours = [{{ days = "mon-fri", from = "08:30", to = "17:30" }}]
timezone = "Europe/Dublin"
cost = "free"
source = "a test"
source_date = "2026-10-01"
  [[helpline.channel]]
  kind = "voice"
  dial = "1800 459 {number:03}"
  [[helpline.channel]]
  kind = "text"
  dial = "5{number:04}"
  keyword = "SUPPORT"
"""
        for number in range(1, 13)
    )


@pytest.mark.slow
@pytest.mark.parametrize("lines", [3, 12])
def test_twelve_long_helplines_are_laid_out_right_or_the_sheet_fails_by_name(
    verify: Verify,
    project_folder: Path,
    rebuild: Callable[..., Report],
    monkeypatch: pytest.MonkeyPatch,
    lines: int,
) -> None:
    """A sheet takes three of them; made to take all, it is whole or it is not published."""
    monkeypatch.setattr(helpline_choice, "HANDOUT_LINES", lines)
    keep_editions(project_folder, {"IE": ["en"]})
    path = project_folder / "source/regions/IE.toml"
    path.write_text(crowded_region(), encoding="utf-8")
    report = rebuild(project_folder)
    assert verify(project_folder) == (0, {})
    page = (project_folder / "dist/ie/en/ketamine/index.html").read_text(encoding="utf-8")
    assert [f"1800 459 {number:03}<" in page for number in range(1, 13)] == [True] * 12
    sheet = project_folder / "dist/ie/en/ketamine/ketamine_ie_en_handout.pdf"
    (edition,) = report.editions
    output = edition.output("handout")
    if output.state == "held":
        assert lines > 3
        assert {reason.path for reason in output.reasons} == {output.path}
        assert not sheet.exists()
        return
    data = sheet.read_bytes()
    printed = {number for _, number in printed_numbers(data)}
    assert len(printed) == 2 + lines + min(lines, helpline_choice.HANDOUT_SILENT)
    assert crossed_digits(data) == []


def crossed_digits(pdf: bytes) -> list[str]:
    """Digits that lie over another glyph or within 5 mm of the paper's edge, by their boxes."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        boxes = [[float(value) for value in page.mediabox] for page in document.pages]
    found = glyphs(pdf)
    wrong = []
    edge = 5 / 25.4 * 72
    for glyph in (glyph for glyph in found if glyph.text.isdigit()):
        right, top = boxes[glyph.page][2:]
        inside = (
            edge < glyph.left
            and edge < glyph.bottom
            and glyph.right < right - edge
            and glyph.top < top - edge
        )
        if not inside or any(crosses(glyph, other) for other in found if other is not glyph):
            wrong.append(f"{glyph}")
    return wrong


def crosses(one: Glyph, other: Glyph) -> bool:
    """Whether two boxes share more than a quarter of a point in both directions."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.top, other.top) - max(one.bottom, other.bottom)
    return one.page == other.page and width > 0.25 and height > 0.25


# Old files --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stray:
    """A file left behind, and whether it is found when there is no manifest either."""

    source: str
    target: str
    without_manifest: bool


STRAYS = {
    "an old format": Stray(
        "us/en/ketamine/ketamine_us_en_handout.pdf", "us/en/ketamine/ketamine_us_en_leaflet.pdf", False
    ),
    "an old page": Stray("us/en/ketamine/index.html", "us/en/ketamine/old.html", True),
    "a sheet at the root": Stray("us/en/ketamine/ketamine_us_en_handout.pdf", "handout.pdf", True),
    "a sheet of another region": Stray(
        "us/en/ketamine/ketamine_us_en_handout.pdf", "gb/en/ketamine/ketamine_gb_en_old.pdf", True
    ),
    "a region that is gone": Stray("us/en/ketamine/index.html", "nz/en/ketamine/index.html", True),
}  # fmt: skip


@pytest.mark.slow
def test_old_files_that_readers_can_still_find_are_reported(verify: Verify, site: Path) -> None:
    """Without a manifest an old file with today's numbers does no harm, any other is found."""
    dist = site / "dist"
    for stray in STRAYS.values():
        put(dist / stray.target, (dist / stray.source).read_bytes())
    code, found = verify(site)
    wrong = {stray.target for stray in STRAYS.values()} | {"sitemap.xml"}
    assert (code, set(found)) == (1, wrong), "nor does the sitemap list them"
    (dist / "manifest.json").unlink()
    code, found = verify(site)
    harmful = {stray.target for stray in STRAYS.values() if stray.without_manifest}
    assert (code, set(found) - {"sitemap.xml"}) == (1, harmful)


# Right numbers, wrong surroundings --------------------------------------------------------------


@pytest.mark.slow
def test_footers_of_two_regions_swapped_on_disk_are_found(verify: Verify, site: Path) -> None:
    """As a wrong copy would leave them: the files are whole, their places are wrong."""
    dist = site / "dist"
    paths = [
        (f"{one}/en/ketamine/index.html", f"{other}/en/ketamine/index.html")
        for one, other in (("gb", "us"), ("us", "gb"))
    ] + [
        (
            f"{one}/en/ketamine/ketamine_{one}_en_handout.pdf",
            f"{other}/en/ketamine/ketamine_{other}_en_handout.pdf",
        )
        for one, other in (("gb", "us"), ("us", "gb"))
    ]
    swapped = {target: (dist / source).read_bytes() for source, target in paths}
    for target, data in swapped.items():
        put(dist / target, data)
    pack_anew(dist, {name.rpartition("/")[2]: data for name, data in swapped.items()})
    list_anew(dist)
    for _ in ("listed", "deleted"):
        code, found = verify(site)
        # the plain texts beside them are right, and say something else now
        beside = {f"{place}/en/ketamine/ketamine.txt" for place in ("gb", "us")}
        assert (code, set(found)) == (1, swapped.keys() | beside)
        (dist / "manifest.json").unlink(missing_ok=True)


@pytest.mark.slow
def test_a_footer_without_its_country_is_found_on_page_sheet_and_text(
    verify: Verify, project_folder: Path, rebuild: Callable[..., Report]
) -> None:
    keep_editions(project_folder, {"ZA": ["en"]})
    path = project_folder / "templates/shared/help.html"
    text = path.read_text(encoding="utf-8")
    right = 'text("Get help: {place}", place=help.place)'
    assert text.count(right) == 1
    wrong = 'text("Get help: {place}", place="here")'
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    rebuild(project_folder)
    add_texts(project_folder / "dist")
    for block in (project_folder / "dist").glob("za/en/ketamine/ketamine.txt"):
        put(block, block.read_bytes().replace(b"South Africa", b"here"))
    list_anew(project_folder / "dist")
    code, found = verify(project_folder)
    folder = "za/en/ketamine"
    wanted = {
        f"{folder}/index.html",
        f"{folder}/ketamine_za_en_handout.pdf",
        f"{folder}/ketamine.txt",
    }
    assert code == 1
    assert wanted <= set(found)
    assert all(any("not name" in m for m in found[name]) for name in wanted)
