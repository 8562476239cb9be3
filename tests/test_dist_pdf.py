"""Every handout of the real publication, read back: accessible, whole, and of its own region.

How texts are compared. What is read aloud comes from the structure tree: the text of each marked
content, or the /ActualText that stands in its place. What is drawn comes from glyph codes through
each font's /ToUnicode. Both go through NFKC and lose white space, soft hyphens, zero-width
characters and bidi controls. Beyond that:

- Arabic is drawn from left to right, so what is drawn is compared as the letters of each passage
  in any order, what is read aloud in its own order.
- Devanagari is not normalised at all in what is read aloud: vowel signs, nuqta and virama count.
  What is drawn cannot be compared: one glyph may stand for a part of a syllable, and fonts put
  the sign of a short i before its consonant.
"""

from __future__ import annotations

import functools
import io
import re
import shutil
import subprocess
import tomllib
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from ketapub.article import Choice, choose_passage, region_messages
from ketapub.build import Options, build
from ketapub.language import parse_language
from ketapub.markdown import parse_inline, plain_text
from ketapub.message import Message
from ketapub.project import Project, load_project, load_texts
from ketapub.region import (
    Helpline,
    choose,
    cost_text,
    hours_text,
    kind_text,
    languages_text,
)
from project_edits import edit
from tools import verapdf
from tools.pdf_reading import unembedded

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "source/publication.toml").read_text(encoding="utf-8"))
SHEETS = tuple((region, tag) for region, tags in SETTINGS["editions"].items() for tag in tags)
"""Region and language of every edition."""
PAPERS = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
"""Width and height in points."""
LETTER = {"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "PR", "SV", "VE"}
"""Countries whose offices print on US Letter (CLDR, territories with paper size US-Letter)."""

every_sheet = pytest.mark.parametrize(
    ("region", "tag"), SHEETS, ids=[f"{tag}@{region}" for region, tag in SHEETS]
)


def sheet_file(folder: Path, region: str, tag: str) -> Path:
    place, segment = region.lower(), tag.lower()
    return folder / f"dist/{place}/{segment}/ketamine/ketamine_{place}_{segment}_handout.pdf"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which(str(command[0])) is None:
        pytest.fail(f"{command[0]} is missing: run scripts/setup test")
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


# The sheet as a reader's program sees it ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text that hangs on the structure tree."""

    page: int
    tags: tuple[str, ...]
    drawn: str
    spoken: str
    target: str
    """Where the nearest Link element around it leads, by its annotation."""


@functools.lru_cache(maxsize=64)
def read_sheet(path: Path) -> tuple[Text, ...]:
    """Every text on the structure tree, in reading order."""
    with pikepdf.open(path) as pdf:
        contents = {
            (index, mark): texts
            for index, page in enumerate(pdf.pages)
            for mark, texts in _marked_contents(page)
        }
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        return tuple(_walk(pdf.Root.StructTreeRoot, (), "", pages, contents))


def _walk(
    element: Any, tags: tuple[str, ...], target: str, pages: Any, contents: Any
) -> Iterator[Text]:
    kids = element.get("/K", [])
    kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
            assert kid.Obj.Subtype == "/Link"
            target = str(kid.Obj.get("/A", {}).get("/URI", ""))
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                inside = "" if kid.S == "/Link" else target
                yield from _walk(kid, (*tags, str(kid.S)[1:]), inside, pages, contents)
        else:
            page = pages[element.Pg.objgen]
            drawn, actual = contents.get((page, int(kid)), ("", None))
            spoken = str(element.ActualText) if "/ActualText" in element else actual or drawn
            yield Text(page, tags, drawn, spoken, target)


def _marked_contents(page: pikepdf.Page) -> Iterator[tuple[int, tuple[str, str | None]]]:
    """(marked-content id, (text by its glyphs, its /ActualText))."""
    fonts = {name: _characters(font) for name, font in page.Resources.Font.items()}
    drawn: dict[int, str] = {}
    actual: dict[int, str | None] = {}
    marks: list[int] = []
    font: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                properties = operands[1] if len(operands) > 1 else {}
                marks.append(int(properties.get("/MCID", -1)))
                spelling = properties.get("/ActualText")
                actual.setdefault(marks[-1], None if spelling is None else str(spelling))
            case "EMC":
                marks.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ" if marks:
                pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(p) for p in pieces if isinstance(p, pikepdf.String))
                pairs = (codes[at : at + 2] for at in range(0, len(codes), 2))
                text = "".join(font.get(int.from_bytes(pair, "big"), "") for pair in pairs)
                drawn[marks[-1]] = drawn.get(marks[-1], "") + text
    for mark, text in drawn.items():
        yield mark, (text, actual[mark])


def _characters(font: Any) -> dict[int, str]:
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", table)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def squeeze(text: str) -> str:
    """NFKC, without white space, soft hyphens, zero-width characters and bidi controls."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


# What every handout has -------------------------------------------------------------------------


def test_the_publication_has_these_handouts_and_no_others(built: Path) -> None:
    """Each format for each edition; two languages where staff work in another than the reader's."""
    regions = load_project(built).regions
    wanted = {
        sheet_file(built, region, tag).with_name(
            f"ketamine_{region.lower()}_{tag.lower()}_{format_}.pdf"
        )
        for region, tag in SHEETS
        for format_ in SETTINGS["formats"]
        if format_ != "bilingual" or regions.chain(region)[0].working_languages[0] != tag
    }
    assert set((built / "dist").rglob("*.pdf")) == wanted


@pytest.mark.slow
@pytest.mark.xdist_group("codes")
def test_every_format_passes_the_rules_of_pdf_ua_1_in_every_language(
    every_pdf: tuple[Path, ...], built: Path, tmp_path: Path
) -> None:
    """All in one run of veraPDF's engine, with a sheet that lost its language, which fails.

    From region to region other names and numbers stand in the same structure: each has its turn.
    """
    if reason := verapdf.missing():
        pytest.fail(f"{reason}: run scripts/setup test")
    bad = tmp_path / "bad.pdf"
    with pikepdf.open(sheet_file(built, "US", "en")) as pdf:
        del pdf.Root.Lang
        pdf.save(bad)
    packed = {path for path in every_pdf if path.stem.startswith("packed_")}
    editions = {path for path in every_pdf if path.is_relative_to(built / "dist")}
    others = [path for path in every_pdf if path not in editions | packed]
    assert len(others) == 1 + len(CODED), "a notice, those with codes"
    results = verapdf.validate([*in_turn(editions | packed), *others, bad])
    assert "7.2-2" in {rule.split(":")[0] for rule in results.pop(bad)}
    assert {str(path): rules for path, rules in results.items() if rules} == {}


def in_turn(paths: Collection[Path]) -> list[Path]:
    """Of each format in each language one sheet, of what packs hold besides too: of the region that has had the fewest."""
    kinds: dict[tuple[str, ...], list[tuple[str, Path]]] = {}
    for path in sorted(paths):
        _, region, *kind = path.stem.split("_")
        kinds.setdefault(tuple(kind), []).append((region, path))
    alone = [format_ for format_ in SETTINGS["formats"] if format_ != "bilingual"]
    assert kinds.keys() >= {(tag.lower(), format_) for _, tag in SHEETS for format_ in alone}
    assert kinds.keys() & {(tag.lower(), "bilingual") for _, tag in SHEETS}
    assert kinds.keys() >= {(tag.lower(), "all") for _, tag in SHEETS} | {("en", "index")}
    had: Counter[str] = Counter()
    found = []
    for group in sorted(kinds.values(), key=len):
        region, path = min(group, key=lambda each: had[each[0]])
        had[region] += 1
        found.append(path)
    assert had.keys() >= {region.lower() for region, _ in SHEETS}
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("codes")
def test_every_pdf_is_sound_and_holds_the_used_part_of_its_fonts(
    every_pdf: tuple[Path, ...],
) -> None:
    """By qpdf's library, the one behind `qpdf --check`."""
    for path in every_pdf:
        with pikepdf.open(path) as pdf:
            assert pdf.check_pdf_syntax() == [], path
            assert unembedded(pdf) == [], path


@pytest.fixture(scope="session")
def every_pdf(
    built: Path, addressed: Path, recalled: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ...]:
    """Sheets of all editions and formats, those with codes, what packs hold besides, a notice."""
    (notice,) = (recalled / "dist").glob("recalls/*/notice.pdf")
    sheets = [*(built / "dist").rglob("*.pdf"), notice]
    sheets += [sheet_file(addressed, *sheet) for sheet in CODED]
    known = {path.read_bytes() for path in sheets}
    folder = tmp_path_factory.mktemp("packed")
    for pack in sorted((built / "dist/packs").glob("*.zip")):
        with zipfile.ZipFile(pack) as archive:
            packed = {name: archive.read(name) for name in archive.namelist()}
        assert any(name.endswith(".pdf") for name in packed)
        for name, data in packed.items():
            if name.endswith(".pdf") and data not in known:
                with pikepdf.open(io.BytesIO(data)) as pdf:
                    tag = str(pdf.Root.Lang)
                kind = re.split("[ -]", name.removesuffix(".pdf"))[-1]
                file = f"packed_{pack.stem}_{tag}_{kind}.pdf".lower()
                sheets.append(folder / file)
                assert not sheets[-1].exists()
                sheets[-1].write_bytes(data)
    return tuple(sheets)


CODED = (("US", "en"), ("GB", "ar"))
"""Sheets of the publication with an address: they carry a QR code."""


@pytest.fixture(scope="session")
def recalled(addressed: Path, today: date, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The publication with an address after one of its helplines was closed."""
    folder = tmp_path_factory.mktemp("recalled") / "project"
    shutil.copytree(addressed, folder, symlinks=True)
    line = 'id = "us-samhsa"'
    retired = f'{line}\nretired = 2026-11-20\nreason = "not in service"'
    edit(folder / "source/regions/US.toml", line, retired)
    build(load_project(folder), Options(today))
    return folder


@pytest.mark.slow
@pytest.mark.xdist_group("codes")
def test_the_code_on_a_sheet_leads_to_the_short_address_of_its_page(addressed: Path) -> None:
    """Spot for spot the code that another run of the encoder draws, and no other edition's."""
    short = {}
    for path in (addressed / "dist/s").glob("*/index.html"):
        target = re.search(r'url=\.\./\.\./([^"]+)/ketamine/', path.read_text(encoding="utf-8"))
        assert target
        short[target[1]] = f"https://health.ketapub.org/k/s/{path.parent.name}/"
    assert set(short) > {f"{region}/{tag}".lower() for region, tag in CODED}
    (spots,) = {len(encode(address)) for address in short.values()}
    for region, tag in CODED:
        drawn = read_code(sheet_file(addressed, region, tag), spots)
        right = [edition for edition, address in short.items() if encode(address) == drawn]
        assert right == [f"{region}/{tag}".lower()]


def encode(address: str) -> list[str]:
    import segno

    rows = segno.make(address, error="m", micro=False).matrix_iter(border=4)
    return ["".join("#" if spot else "." for spot in row) for row in rows]


def read_code(path: Path, spots: int) -> list[str]:
    """The ink at the middle of each spot of a sheet's one figure, its quiet zone included."""
    import pypdfium2

    with pikepdf.open(path) as pdf:
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        figures = [o for o in figures if o.get("/S") == "/Figure"]
        (figure,) = figures
        assert str(figure.Alt)
        left, bottom, right, top = (float(value) for value in figure.A.BBox)
        height = float(figure.Pg.MediaBox[3])
        page = [each.obj.objgen for each in pdf.pages].index(figure.Pg.objgen)
    scale = 4
    with pypdfium2.PdfDocument(path) as document:
        bitmap = document[page].render(scale=scale, grayscale=True)
        pixels = memoryview(bitmap.buffer).cast("B")
        rows = []
        for row in range(spots):
            y = int((height - top + (row + 0.5) * (top - bottom) / spots) * scale)
            xs = ((left + (n + 0.5) * (right - left) / spots) * scale for n in range(spots))
            rows.append(
                "".join("#" if pixels[y * bitmap.stride + int(x)] < 128 else "." for x in xs)
            )
    return rows


@every_sheet
def test_every_handout_is_a_sound_pdf(built: Path, region: str, tag: str) -> None:
    """qpdf finds no fault in its syntax; every font is embedded, as far as it is used."""
    path = sheet_file(built, region, tag)
    checked = run("qpdf", "--check", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    fonts = fonts_of(path)
    assert fonts
    assert {name: flags for name, flags in fonts.items() if flags != ("yes", "yes", "yes")} == {}


def fonts_of(path: Path) -> dict[str, tuple[str, ...]]:
    """Font -> (embedded, subset, with a map to Unicode), as pdffonts says it."""
    lines = run("pdffonts", path).stdout.splitlines()[2:]
    return {line.split()[0]: tuple(line.split()[-5:-2]) for line in lines}


def test_a_font_that_is_not_embedded_is_seen(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(b"BT /F1 12 Tf (911) Tj ET")
        pdf.save(tmp_path / "a.pdf")
    assert fonts_of(tmp_path / "a.pdf") == {"Helvetica": ("Standard", "no", "no")}
    (tmp_path / "a.pdf").write_bytes((tmp_path / "a.pdf").read_bytes()[:-200])
    assert run("qpdf", "--check", tmp_path / "a.pdf").returncode != 0


@every_sheet
def test_every_handout_is_one_or_two_sides_of_its_regions_paper(
    built: Path, region: str, tag: str
) -> None:
    width, height = PAPERS["letter" if region[:2] in LETTER else "a4"]
    with pikepdf.open(sheet_file(built, region, tag)) as pdf:
        assert 1 <= len(pdf.pages) <= 2
        for page in pdf.pages:
            box = [float(value) for value in page.mediabox]
            assert box == pytest.approx([0, 0, width, height], abs=0.1)
            assert list(page.cropbox) == list(page.mediabox)


@every_sheet
def test_every_handout_says_its_language_title_and_direction(
    built: Path, region: str, tag: str
) -> None:
    direction = parse_language(tag).direction
    with pikepdf.open(sheet_file(built, region, tag)) as pdf:
        assert str(pdf.Root.Lang) == tag
        title = str(pdf.docinfo.Title)
        assert str(pdf.Root.ViewerPreferences.get("/Direction", "/L2R")) == (
            "/R2L" if direction == "rtl" else "/L2R"
        )
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(pdf.Root.MarkInfo.Marked)
    heading = "".join(
        t.spoken for t in read_sheet(sheet_file(built, region, tag)) if "H1" in t.tags
    )
    assert heading
    assert squeeze(title).startswith(squeeze(heading))


# Its numbers ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def project(built: Path) -> Project:
    return load_project(built)


@every_sheet
def test_each_number_of_the_region_is_read_out_as_one_link_and_dialled_from_each_side(
    built: Path, project: Project, today: date, region: str, tag: str
) -> None:
    """On the structure tree, at the end of the last side, one Link that dials what it says."""
    help_ = choose(project.regions.chain(region), tag, today, "handout")
    channels = [way for line in help_.all_lines for way in line.channels if way.dial]
    wanted = {(way.dial, way.uri) for way in (*help_.emergency.also, *channels)}
    wanted.add((help_.emergency.call, help_.emergency.uri))
    path = sheet_file(built, region, tag)
    texts = read_sheet(path)
    last = max(text.page for text in texts)
    links = [text for text in texts if text.target.startswith(("tel:", "sms:"))]
    assert {(t.spoken, t.target) for t in links if t.page == last} == wanted
    for text in links:
        assert (text.spoken, text.target) in wanted
        assert text.page == last or text.spoken == help_.emergency.call or len(text.spoken) < 5
    dials = [dial for dial, _ in wanted if len(dial) > 4]
    for text in texts:
        if "Link" not in text.tags:
            assert not [dial for dial in dials if dial in text.spoken], text
    printed = [(way.dial, way.uri) for way in channels]  # some take calls and texts
    for dial, uri in set(printed):
        read = sum((dial, uri) == (text.spoken, text.target) for text in texts)
        assert len(dial) <= 4 or read == printed.count((dial, uri)), "the footer is read once"
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            targets = {str(a.A.URI) for a in page.obj.Annots if "/URI" in a.get("/A", {})}
            assert {uri for _, uri in wanted} <= targets


@every_sheet
def test_each_number_stands_with_the_name_of_its_helpline(
    built: Path, project: Project, today: date, region: str, tag: str
) -> None:
    """Read out, each row is its numbers, then kind and name: no line has got another's number."""
    help_ = choose(project.regions.chain(region), tag, today, "handout")
    order = [help_.emergency.call, *(also.dial for also in help_.emergency.also)]
    for line in help_.lines:
        order += [way.dial for way in line.channels if way.dial]
        order.append(line.helpline.name(tag)[0])
    texts = read_sheet(sheet_file(built, region, tag))
    at_last = [text for text in texts if text.page == texts[-1].page and "Table" in text.tags]
    spoken = squeeze("".join(text.spoken for text in at_last))
    at = 0
    for item in order:
        found = spoken.find(squeeze(item), at)
        assert found >= 0, f"{item} in {spoken[at:]}"
        at = found + len(squeeze(item))


# Its text ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sheet's catalogs say, squeezed."""

    messages: tuple[str, ...]
    """Of its own region, in its language."""
    facts: tuple[str, ...]
    """Kind, name, hours, languages and cost of each helpline on the sheet."""
    foreign: tuple[str, ...]
    """Of other regions only, in its language and in the source language."""


@pytest.fixture(scope="session")
def expected(project: Project, today: date) -> Callable[[str, str], Expected]:
    """`expected(region, tag)`: straight from the article and the catalogs, without a renderer."""
    (article,) = project.articles.values()

    @functools.cache
    def translations(tag: str) -> Callable[[Message], str]:
        language = parse_language(tag)
        texts = load_texts(project, language)[0].articles[article.slug]

        def translate(message: Message) -> str:
            current = texts.current(message)
            assert current or language == project.publication.source, message.msgid
            return current[0] if current else message.msgid

        return translate

    def fixed_words(tag: str) -> Callable[[str], str]:
        texts = load_texts(project, parse_language(tag))[0].helplines
        return lambda msgid: (texts.current(Message(msgid=msgid)) or (msgid,))[0]

    def find(region: str, tag: str) -> Expected:
        chain = project.regions.chain(region)
        codes = [each.code for each in chain]
        help_ = choose(chain, tag, today, "handout")
        call = help_.emergency.call

        def plain(text: str) -> str:
            found = plain_text(parse_inline(text, article.env))
            return squeeze(found.replace("{emergency}", call))

        translate = translations(tag)
        own = [plain(translate(message)) for message in region_messages(article, codes)]
        others = [
            message
            for choice in article.parts
            if isinstance(choice, Choice)
            for passage in choice.passages
            if passage is not choose_passage(choice, codes)
            for block in passage.blocks
            for _, message in block.messages
        ]
        foreign = [plain(text) for m in others for text in (translate(m), m.msgid)]
        shown = "\n".join((*own, *(plain(m.msgid) for m in region_messages(article, codes))))
        facts = [
            squeeze(fact)
            for line in help_.lines
            for fact in facts_of(line.helpline, tag, chain[0].country, fixed_words(tag))
        ]
        return Expected(tuple(own), tuple(facts), tuple(t for t in foreign if t not in shown))

    return find


def facts_of(line: Helpline, tag: str, country: str, words: Callable[[str], str]) -> Iterator[str]:
    yield kind_text(line, words)
    yield line.name(tag)[0]
    yield hours_text(line, tag, country, words)
    yield languages_text(line, tag, words)
    yield cost_text(line, tag, country, words)


@every_sheet
def test_every_message_of_the_region_is_read_out_word_by_word(
    built: Path, expected: Callable[[str, str], Expected], region: str, tag: str
) -> None:
    """The structure tree says each current translation, digits included, and no other region's."""
    texts = read_sheet(sheet_file(built, region, tag))
    body = squeeze("".join(text.spoken for text in texts))
    wanted = expected(region, tag)
    assert wanted.facts
    assert [fact for fact in wanted.facts if fact not in body] == []
    assert len(wanted.messages) > 50
    assert wanted.foreign
    assert [message for message in wanted.messages if message not in body] == []
    assert [message for message in wanted.foreign if message in body] == []
    assert "{" not in body


@every_sheet
def test_what_is_drawn_is_what_is_read_out(built: Path, region: str, tag: str) -> None:
    """Passage by passage the glyphs are those of the text, in any order (see this module's head)."""
    for text in read_sheet(sheet_file(built, region, tag)):
        spoken = squeeze(text.spoken)
        if re.search(r"[\u0900-\u097f]", spoken):
            assert text.drawn
        else:
            assert Counter(squeeze(text.drawn)) == Counter(spoken), text


@every_sheet
def test_another_program_finds_every_message_too(
    built: Path, expected: Callable[[str, str], Expected], region: str, tag: str
) -> None:
    """The plain text that pypdf copies off the sides; off Devanagari ones, pdfium.

    A message may run on from one side to the next. In Arabic no program puts Latin letters,
    digits and marks between the words back into place: each run of Arabic letters counts alone,
    and where such things stand in its line the line's end may be found elsewhere.
    """
    read = pdfium_sides if tag == "hi" else pypdf_sides
    sides = [bare(side, tag) for side in read(sheet_file(built, region, tag))]
    wanted = expected(region, tag)
    own = [run for message in wanted.messages for run in runs(message, tag)]
    foreign = [run for message in wanted.foreign for run in runs(message, tag)]
    foreign = [run for run in foreign if not any(run in each for each in own)]
    assert len(own) > 50
    assert foreign
    assert [run for run in own if not is_in(run, sides, tag)] == []
    assert [run for run in foreign if any(run in side for side in sides)] == []


def bare(text: str, tag: str) -> str:
    """Squeezed; Arabic without short vowels, which pypdf puts behind a ligature's last letter."""
    marks = "Mn" if tag == "ar" else ""
    return "".join(c for c in squeeze(text) if unicodedata.category(c) != marks)


def runs(message: str, tag: str) -> list[str]:
    """The parts of a squeezed message that stay together when a program copies them."""
    if tag != "ar":
        return [bare(message, tag)]
    return [run for run in re.findall(r"[\u0620-\u064a]+", bare(message, tag)) if len(run) > 5]


def pypdf_sides(path: Path) -> list[str]:
    import pypdf

    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def pdfium_sides(path: Path) -> list[str]:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [text.replace("\x02", "-") for text in texts]  # its word for a hyphen it may drop


def is_in(message: str, sides: Sequence[str], tag: str) -> bool:
    """Whether a message stands on one side, or its begin on the first and its end on the second."""
    if any(message in side for side in sides):
        return True
    begins, ends = ("".join(sides),) * 2 if tag == "ar" else (sides[0], sides[-1])
    return any(message[:cut] in begins and message[cut:] in ends for cut in range(1, len(message)))
