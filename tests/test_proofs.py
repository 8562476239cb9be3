"""Small sheets in every script and format: how they look, read, measure and survive a photocopier.

They are printed by the real templates from tests/data/scripts, in this process, each once. Golden
pictures and tag trees are renewed with `pytest tests/test_proofs.py --refresh-golden`; look at each.
"""

from __future__ import annotations

import io
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from ketapub.article import region_messages
from ketapub.audit import Expectations, audit_file
from ketapub.fonts import family_for, script_for
from ketapub.handout import render_pdf
from ketapub.language import parse_language
from ketapub.markdown import parse_inline, plain_text
from ketapub.pdf_tree import kids_of, walk_elements
from ketapub.print_format import load_formats
from ketapub.project import load_texts
from tools import layout, script_project, verapdf
from tools.pdf_reading import passages, runs, unembedded
from tools.pictures import check_golden, differences, draw
from tools.script_project import DATA, LANGUAGES, Proofs

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("proofs")]

GOLDEN = DATA / "golden"
FORMATS = tuple(
    load_formats(
        {
            f"print/{path.name}": path
            for path in (Path(__file__).parents[1] / "templates/print").iterdir()
            if not path.name.startswith("leaflet.")  # see test_leaflet.py
        }
    )
)
LOOKS = (*FORMATS, "leaflet")
"""Its text stands in another order, which test_leaflet.py proves; its marks stand in the white edge."""
BOTH_WAYS = ("en", "ar")
MM = 72 / 25.4
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Millimetres."""
SHEETS = [
    (tag, name, region)
    for region in ("GB", "US")
    for tag in (BOTH_WAYS if region == "GB" else ("en",))
    for name in FORMATS
    if (tag, name) != ("en", "bilingual")
]
"""Language, format and region: both directions on A4, one of them on Letter."""
every_sheet = pytest.mark.parametrize(
    ("tag", "name", "region"), SHEETS, ids=["-".join(sheet) for sheet in SHEETS]
)
every_language = pytest.mark.parametrize("tag", LANGUAGES)


@pytest.fixture(scope="session")
def proofs(root: Path, today: date, tmp_path_factory: pytest.TempPathFactory) -> Proofs:
    """The sample project's sheets."""
    folder = tmp_path_factory.mktemp("proofs") / "project"
    return Proofs(script_project.write_project(root, folder), today)


# How they look ----------------------------------------------------------------------------------


@every_language
def test_each_script_looks_as_it_did(proofs: Proofs, refresh: bool, tag: str) -> None:
    """Conjuncts, tone marks, line height, direction, regional forms: seen once by a person."""
    check_golden(proofs.print(tag).pdf, GOLDEN / f"script-{tag}.png", refresh)


@pytest.mark.parametrize("name", LOOKS)
def test_each_format_looks_as_it_did(proofs: Proofs, refresh: bool, name: str) -> None:
    """From right to left, where a wrong side shows; every side of it."""
    pdf = proofs.print("ar", name).pdf
    for page in range(min(2, len(pypdfium2.PdfDocument(pdf)))):
        check_golden(pdf, GOLDEN / f"format-{name}-{page + 1}.png", refresh, page)


@pytest.mark.parametrize("tag", ["en", "ar", "zh-Hans"])
def test_each_tag_tree_is_as_it_was(proofs: Proofs, refresh: bool, tag: str) -> None:
    """What is read aloud of a sheet, as what, in which order and language."""
    found = "".join(f"{line}\n" for line in tag_tree(proofs.print(tag).pdf))
    path = GOLDEN / f"tags-{tag}.txt"
    if refresh:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def tag_tree(pdf: bytes) -> Iterator[str]:
    """One line an element, indented; texts as they are read aloud."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        texts = iter([p.spelling for p in passages(pdf)])
        yield from _tag_lines(document.Root.StructTreeRoot, "", texts)


def _tag_lines(element: pikepdf.Object, indent: str, texts: Iterator[str]) -> Iterator[str]:
    for kid in kids_of(element):
        if not isinstance(kid, pikepdf.Dictionary):
            yield f"{indent}{next(texts)!r}"
        elif "/S" in kid:
            marks = [f" [{kid.Lang}]"] if "/Lang" in kid else []
            marks += [f" alt={str(kid.Alt)!r}"] if "/Alt" in kid else []
            yield f"{indent}{str(kid.S)[1:]}{''.join(marks)}"
            yield from _tag_lines(kid, f"{indent}  ", texts)
        else:
            yield f"{indent}-> {kid.Obj.get('/A', {}).get('/URI', 'elsewhere')}"


# What is seeded is caught -----------------------------------------------------------------------


def test_a_box_in_place_of_a_letter_is_seen(proofs: Proofs) -> None:
    """One hollow box over one letter of body text (a missing glyph itself is never printed)."""
    right = draw(proofs.print("th").pdf)
    wrong = right.copy()
    x, y = 150, 305
    while min(right.crop((x, y, x + 6, y + 9)).tobytes()) > 64:
        x += 1
    wrong.paste(0, (x, y, x + 6, y + 9))
    wrong.paste(255, (x + 1, y + 1, x + 5, y + 8))
    assert differences(right, wrong)


def test_a_clipped_line_is_seen(proofs: Proofs) -> None:
    task, conf = proofs.task("hi")
    style = "\n.body li { height: .8em; overflow: hidden }"
    clipped = render_pdf(replace(task, css=task.css + style), conf).pdf
    assert differences(draw(proofs.print("hi").pdf), draw(clipped))


NUMBER = '<bdi dir="ltr"><a href="tel:02079460153">020 7946 0153</a></bdi>'


def test_a_reversed_number_is_seen_and_found(proofs: Proofs) -> None:
    """By the picture, and by the audit from the places of its glyphs."""
    task, conf = proofs.task("he")
    assert NUMBER in task.html
    spread = re.sub(r"<bdi[^>]*>(<a[^>]*>)(.*?)(</a>)</bdi>", r"\1+\2\3", NUMBER)
    wrong = render_pdf(replace(task, html=task.html.replace(NUMBER, spread)), conf).pdf
    assert differences(draw(proofs.print("he").pdf), draw(wrong))
    expectations = Expectations(proofs.project.regions, proofs.today)
    assert audit_file(task.name, proofs.print("he").pdf, expectations) == ()
    assert "audit-bidi" in {p.code for p in audit_file(task.name, wrong, expectations)}


def test_swapped_columns_are_seen(proofs: Proofs) -> None:
    """The reader's language is on the side where its reader begins."""
    task, conf = proofs.task("ar", "bilingual")
    css = task.css + "\n.both { direction: ltr }"
    swapped = render_pdf(replace(task, css=css), conf).pdf
    assert differences(draw(proofs.print("ar", "bilingual").pdf), draw(swapped))


def test_the_same_sheet_is_the_same_though_its_greys_differ_a_little(proofs: Proofs) -> None:
    """What another version of the rasteriser may change is let pass."""
    right = draw(proofs.print("zh-Hant").pdf)
    grain = Image.frombytes("L", right.size, random.Random(3).randbytes(right.width * right.height))
    assert differences(right, Image.blend(right, grain, 0.06)) == []


# How they read ----------------------------------------------------------------------------------


def squeeze(text: str) -> str:
    """NFKC, without white space, soft hyphens, zero-width characters and bidi controls."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


@every_language
@pytest.mark.parametrize("name", FORMATS)
def test_each_message_is_read_aloud_in_its_order(proofs: Proofs, tag: str, name: str) -> None:
    """Every format that prints the text, one script each; every script on the handout."""
    text = proofs.project.formats[name].text
    if (name != "handout" and tag not in BOTH_WAYS) or name not in proofs.formats_of(tag):
        pytest.skip("printed in two languages")
    (article,) = proofs.project.articles.values()
    texts = load_texts(proofs.project, parse_language(tag))[0].articles[article.slug]
    wanted = []
    for message in region_messages(article, ("GB",)):
        said = (texts.current(message) or (message.msgid,))[0]
        plain = plain_text(parse_inline(said, article.env)).replace("{emergency}", "999")
        wanted.append(squeeze(plain))
    spoken = squeeze("".join(p.spelling for p in passages(proofs.print(tag, name).pdf)))
    if text == "none":
        assert "08081570142" in spoken
        return
    if text == "key":
        wanted = [message for message in wanted if message in spoken]
        assert len(wanted) >= 6
    at = 0
    for message in wanted:
        found = spoken.find(message, at)
        assert found >= 0, f"{message} after {spoken[max(0, at - 40) : at]}"
        at = found + (len(message) if text != "both" else 1)


@every_language
def test_what_is_not_in_the_language_of_the_sheet_says_so(proofs: Proofs, tag: str) -> None:
    """Names of helplines and what is for staff, and nothing else (WCAG 3.1.2)."""
    foreign = {p.text.strip() for p in passages(proofs.print(tag).pdf) if p.language != tag}
    if tag != "en":
        assert {"Sample", "Helpline", "Listeners"} <= set(" ".join(foreign).split())
    for text in foreign - {"·", ""}:
        assert not re.search("[^\x00-\u024f·–—…“”‘’]", text), text


@every_sheet
def test_each_sheet_has_a_title_bookmarks_and_pictures_with_words(
    proofs: Proofs, tag: str, name: str, region: str
) -> None:
    with pikepdf.open(io.BytesIO(proofs.print(tag, name, region).pdf)) as pdf:
        assert str(pdf.docinfo.Title)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert (pdf.Root.ViewerPreferences.get("/Direction") == "/R2L") == (tag == "ar")
        every = list(walk_elements(pdf.Root.StructTreeRoot))
        figures = [str(e.Alt).strip() for e in every if e.S == "/Figure"]
        assert all(figures)
        headings = sum(str(e.S) in ("/H1", "/H2", "/H3") for e in every)
        with pdf.open_outline() as outline:
            marks = sum(1 for item in _items(outline.root))
        both = 2 if name == "bilingual" else 1
        assert marks * both == headings


def _items(items: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from _items(item.children)


def test_numbers_stand_in_a_latin_face_among_nastaliq(proofs: Proofs) -> None:
    """Its own digits are heavy and hang on a slope."""
    numbers = {"999", "112", "0808 157 0142", "020 7946 0153", "07700 900167"}
    drawn = [run for run in runs(proofs.print("ur").pdf) if run.text.strip() in numbers]
    assert {run.text.strip() for run in drawn} == numbers
    assert {run.face.split("-Bold")[0] for run in drawn} == {"Noto-Sans"}
    faces = {run.face for run in runs(proofs.print("ur").pdf) if not run.text.isascii()}
    assert any("Nastaliq" in face for face in faces)


CLOSING, OPENING = "。，、；：？！）」』”’", "（「『“‘"


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "ja"])
def test_no_line_begins_or_ends_with_the_wrong_mark(proofs: Proofs, tag: str) -> None:
    """As each country's printers have it (kinsoku), at any width."""
    from ketapub import renderer

    task, conf = proofs.task(tag)
    fonts = renderer.load_fonts(conf)
    count = 0
    for width in range(30, 75, 3):
        style = f"@page {{ size: {width}mm 900mm; margin: 3mm }} .body {{ columns: auto }}"
        html = re.sub(r'<div id="(edge|help)".*?(?=<main>)', "", task.html, flags=re.DOTALL)
        document = renderer.lay_out(fonts, html, (task.css, style))
        for page in document.pages:
            for line in layout.lines(page):
                count += 1
                assert line[0] not in CLOSING, (width, line)
                assert line[-1] not in OPENING, (width, line)
    assert count > 500


@every_sheet
def test_no_text_is_justified(proofs: Proofs, tag: str, name: str, region: str) -> None:
    pages = proofs.layout(tag, name, region).pages
    styles = {box.style["text_align_all"] for page in pages for box in layout.boxes(page)}
    assert styles
    assert "justify" not in styles


# How they measure -------------------------------------------------------------------------------

FURNITURE = {"edge", "margin", "as-of", "qr", "mark", "staff", "rule", "code"}
"""Ids and classes of what is for staff, and of what a sheet says of itself: at least 6.5 points."""
TORN = {"card", "poster", "large-poster"}
"""Formats whose cards and strips are small: there the number is what counts."""


@every_sheet
def test_no_text_is_smaller_than_its_readers_can_read(
    proofs: Proofs, tag: str, name: str, region: str
) -> None:
    """Text, names and hours of helplines, furniture; the sizes are those that the page draws."""
    least = family_for(tag, parse_language(tag).script).least
    pages = proofs.layout(tag, name, region).pages
    found = [text for page in pages for text in layout.texts(page)]
    assert len(found) > 10
    small = []
    for around, size, text in found:
        if around & FURNITURE or (name == "card" and "band" in around):
            wanted = 6.5
        elif (name in TORN and around & {"strip", "each"}) or (name == "card"):
            wanted = 7.0
        elif around & {"help", "band", "meta"} or name in TORN:
            wanted = 9.0
        else:
            wanted = 18.0 if name == "large-print" else least
        if size < wanted - 0.01:
            small.append((size, wanted, text))
    assert small == []
    drawn = {round(run.size, 1) for run in runs(proofs.print(tag, name, region).pdf)}
    assert drawn <= {round(size, 1) for _, size, _ in found}


@every_sheet
def test_nothing_is_printed_within_6_mm_of_an_edge(
    proofs: Proofs, tag: str, name: str, region: str
) -> None:
    """Ink, measured; on the paper of the other side of the ocean too, unless it is bought stock."""
    paper, other = ("a4", "letter") if region == "GB" else ("letter", "a4")
    pdf = proofs.print(tag, name, region).pdf
    stock = proofs.project.formats[name].stock
    for page in range(len(pypdfium2.PdfDocument(pdf))):
        picture = draw(pdf, page, dpi=100)
        wide, high = (pixels / 100 * 25.4 for pixels in picture.size)
        left, top, right, bottom = (
            pixels / 100 * 25.4 for pixels in picture.point(lambda v: 255 * (v < 200)).getbbox()
        )
        lost = (0.0, 0.0)
        if not stock and "large-poster" not in name:
            turned = wide > high
            sizes = zip(PAPERS[paper], PAPERS[other], strict=True)
            lost = tuple(max(0.0, (its - others) / 2) for its, others in sizes)
            lost = lost[::-1] if turned else lost
        free = 6 - 0.3
        assert min(left, wide - right) - lost[0] >= free
        assert min(top, high - bottom) - lost[1] >= free


# Their codes ------------------------------------------------------------------------------------

CODED = [
    (tag, name, region)
    for tag, name, region in SHEETS
    if region == "GB" and (tag == "ar" or name == "handout")
]
"""Of each format one, from right to left; a code is the same in every language."""
every_coded = pytest.mark.parametrize(
    ("tag", "name", "region"), CODED, ids=["-".join(sheet) for sheet in CODED]
)


def read_codes(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return sorted(code.text for code in found)


def copy(picture: Image.Image, generations: int = 2) -> Image.Image:
    """What a tired photocopier makes of a sheet at 300 dpi: soft, speckled, askew, black or white."""
    dice = random.Random(7)
    for _ in range(generations):
        soft = picture.rotate(0.4, Image.Resampling.BICUBIC, fillcolor=255)
        soft = soft.filter(ImageFilter.GaussianBlur(1.5))
        grain = Image.frombytes("L", soft.size, dice.randbytes(soft.width * soft.height))
        picture = Image.blend(soft, grain, 0.2).point(lambda v: 255 * (v > 120))
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)


@every_coded
def test_codes_are_read_from_the_page_and_from_the_copy_of_a_copy(
    proofs: Proofs, tag: str, name: str, region: str
) -> None:
    """In grey at 150 dpi; then twice blurred, speckled and made black or white."""
    pdf = proofs.print(tag, name, region).pdf
    seen, copied = [], []
    for page in range(len(pypdfium2.PdfDocument(pdf))):
        found = read_codes(draw(pdf, page, dpi=150))
        seen += found
        if found:
            copied += read_codes(copy(draw(pdf, page, dpi=300)))
    assert seen
    assert all(text.startswith(("tel:", script_project.ADDRESS + "s/")) for text in seen)
    assert sorted(copied) == sorted(seen)


@every_coded
def test_a_module_of_a_code_is_wide_enough(
    proofs: Proofs, tag: str, name: str, region: str
) -> None:
    """At least 0.45 mm, by the place of its figure and the code's own size."""
    import segno

    pdf = proofs.print(tag, name, region).pdf
    texts = {t for page in range(len(pypdfium2.PdfDocument(pdf)))
             for t in read_codes(draw(pdf, page, dpi=150))}  # fmt: skip
    most = max(segno.make(text, error="m", micro=False).symbol_size(border=4)[0] for text in texts)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        boxes = [e.A.BBox for e in walk_elements(document.Root.StructTreeRoot) if e.S == "/Figure"]
        assert boxes
        for box in boxes:
            assert (float(box[2]) - float(box[0])) / MM / most >= 0.45


# As files ---------------------------------------------------------------------------------------


def test_each_sheet_passes_pdf_ua_1_with_fonts_that_are_embedded_and_subset(
    proofs: Proofs, tmp_path: Path
) -> None:
    """All scripts and formats, in one run of veraPDF's engine."""
    if reason := verapdf.missing():
        pytest.fail(f"{reason}: run scripts/setup test")
    paths = []
    for tag, name, region in [*SHEETS, *((tag, "handout", "GB") for tag in LANGUAGES)]:
        path = tmp_path / f"{tag}-{name}-{region}.pdf"
        path.write_bytes(proofs.print(tag, name, region).pdf)
        paths.append(path)
        with pikepdf.open(path) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert unembedded(pdf) == []
    assert {str(path): rules for path, rules in verapdf.validate(paths).items() if rules} == {}


def test_each_script_has_its_sheet() -> None:
    """The scripts that the proofs are there for."""
    found = {script_for(tag, parse_language(tag).script) for tag in LANGUAGES}
    assert found == {"Latn", "Cyrl", "Arab", "Aran", "Hebr", "Deva", "Beng", "Thai", "Ethi",
                     "Hans", "Hant", "Jpan", "Kore"}  # fmt: skip
