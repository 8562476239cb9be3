"""A print task becomes an accessible PDF whose numbers stand where they must, or fails by name."""

from __future__ import annotations

import hashlib
import io
import logging
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from ketapub import fonts, renderer, toolchain
from ketapub.errors import KetapubError, MachineError
from ketapub.handout import PrintTask, Rendered, render_pdf
from ketapub.pdf_tree import parent_tree, walk_elements
from tools import sample_sheet, verapdf
from tools.pdf_reading import Passage, glyphs, page_texts, passages

pytestmark = [
    pytest.mark.xdist_group("engine"),  # sheets are printed once for all of these tests
    pytest.mark.skipif(
        not Path("/usr/share/fonts/truetype/noto").is_dir(),
        reason="the Noto fonts are not installed",
    ),
]
TAGS = tuple(sample_sheet.SAMPLES)


@pytest.fixture(scope="session")
def conf(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A private fontconfig of the sample languages."""
    found = fonts.find_fonts(fonts.families(sample_sheet.LANGUAGES))
    return str(fonts.private_fontconfig(found, tmp_path_factory.mktemp("fonts")))


def make_task(tag: str = "en", sections: int = 2, **change: object) -> PrintTask:
    lines = change.pop("lines", 2)
    extra = change.pop("extra", "")
    css = fonts.families_css(sample_sheet.LANGUAGES) + sample_sheet.CSS + str(change.pop("css", ""))
    task = PrintTask(
        html=sample_sheet.html(tag, sections, int(str(lines)), str(extra)),
        css=css,
        direction=sample_sheet.SAMPLES[tag].direction,
        paper="a4",
        name=f"xx/{tag}/sample/sample_xx_{tag}_handout.pdf",
    )
    return replace(task, **change)  # type: ignore[arg-type]


@cache
def rendered(conf: str, tag: str) -> Rendered:
    return render_pdf(make_task(tag), conf)


@cache
def read(conf: str, tag: str) -> tuple[Passage, ...]:
    return tuple(passages(rendered(conf, tag).pdf))


def problem_of(conf: str, task: PrintTask) -> str:
    with pytest.raises(KetapubError) as caught:
        render_pdf(task, conf)
    assert all(problem.path == task.name for problem in caught.value.problems)
    return str(caught.value)


# Accessible ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing() or "present")
def test_sheets_pass_pdf_ua_and_the_unmended_sheet_does_not(conf: str, tmp_path: Path) -> None:
    """veraPDF finds no fault in any script, and finds those that the mending mends."""
    from ketapub import handout

    paths = []
    for tag in TAGS:
        paths.append(tmp_path / f"{tag}.pdf")
        paths[-1].write_bytes(rendered(conf, tag).pdf)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(render_pdf(make_task("ar", 1, paper="letter"), conf).pdf)
    bad = tmp_path / "bad.pdf"
    task = make_task()
    document, _ = handout._fit(task, renderer.load_fonts(conf))
    bad.write_bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
    results = verapdf.validate([*paths, letter, bad])
    faults = {failure.split(":")[0] for failure in results.pop(bad)}
    assert {"7.2-20", "7.18.5-1"} <= faults
    assert results == {path: [] for path in (*paths, letter)}


@pytest.mark.parametrize("tag", TAGS)
def test_the_help_block_is_read_once_and_last_and_dialled_from_every_sheet(
    conf: str, tag: str
) -> None:
    """Each number is one link, whose places on all sheets it refers to."""
    sheets = rendered(conf, tag).sheets
    assert sheets == 2
    numbers = [p for p in read(conf, tag) if p.text in sample_sheet.NUMBERS]
    assert [p.text for p in numbers[-3:]] == [sample_sheet.NUMBERS[n] for n in (1, 0, 2)]
    assert numbers[-1].page == sheets - 1
    assert [p.text for p in numbers].count(sample_sheet.NUMBERS[0]) == 1
    with pikepdf.open(io.BytesIO(rendered(conf, tag).pdf)) as pdf:
        parents = parent_tree(pdf)
        for number in sample_sheet.NUMBERS[::2]:
            target = "tel:" + number.replace(" ", "").replace("-", "")
            places = [a for page in pdf.pages for a in page.obj.Annots if target == a.A.URI]
            assert len(places) == sheets
            links = [parents[int(place.StructParent)] for place in places]
            assert len({link.objgen for link in links}) == 1
            assert len(references(links[0])) == sheets


def references(link: Any) -> list[Any]:
    """The annotations that a Link element refers to."""
    return [kid.Obj for kid in link.K if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid]


@pytest.mark.parametrize("tag", TAGS)
def test_passages_in_another_language_say_so(conf: str, tag: str) -> None:
    """An English span on an Arabic sheet is read by an English voice (WCAG 3.1.2)."""
    languages = {p.text.strip(): p.language for p in read(conf, tag) if "Sample Helpline" in p.text}
    assert languages == {"Sample Helpline 0": "en", "Sample Helpline 1": "en"}
    title = next(p for p in read(conf, tag) if "H1" in p.tags)
    assert title.language == tag


def test_foot_and_repeated_staff_lines_are_not_read_aloud(conf: str) -> None:
    """The foot is printed on each sheet and in no structure; the staff line is read once."""
    texts = page_texts(rendered(conf, "en").pdf)
    assert [re.findall(r"Sheet \d of \d", text) for text in texts] == [
        ["Sheet 1 of 2"],
        ["Sheet 2 of 2"],
    ]
    assert all("English ·" in text for text in texts)
    spoken = " ".join(p.text for p in read(conf, "en"))
    assert "Sheet" not in spoken
    assert spoken.count("English ·") == 1


def test_structure_is_mended(conf: str) -> None:
    """Headers have a scope, list items a body, links one printed annotation each."""
    with pikepdf.open(io.BytesIO(rendered(conf, "ar").pdf)) as pdf:
        elements = list(walk_elements(pdf.Root.StructTreeRoot))
        scopes = {str(e.A.Scope) for e in elements if e.S == "/TH"}
        assert scopes == {"/Row", "/Column"}
        for item in (e for e in elements if e.S == "/LI"):
            assert [str(kid.S) for kid in item.K] in (["/LBody"], ["/Lbl", "/LBody"])
        links = [e for e in elements if e.S == "/Link"]
        assert links
        annotations = [a for page in pdf.pages for a in page.obj.Annots]
        named = [place for link in links for place in references(link)]
        assert sorted(a.objgen for a in named) == sorted(a.objgen for a in annotations)
        assert all(int(a.F) & 4 for a in annotations)
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        for page in pdf.pages:
            marks = {
                int(i.operands[1].MCID)
                for i in pikepdf.parse_content_stream(page)
                if str(i.operator) == "BDC" and "/MCID" in i.operands[1]
            }
            numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
            parents = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
            leaves = list(parents[int(page.obj.StructParents)])
            assert marks == {*range(len(leaves))}
            assert {leaf.objgen for leaf in leaves} <= {e.objgen for e in elements}


def test_a_linked_picture_is_one_link_as_large_as_the_picture(conf: str) -> None:
    """The picture's own annotation is taken off, its larger place kept."""
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="30mm"><title>A</title>'
    link = f'<p><a href="https://example.org/big">{square}<path d="M0 0h9v9z"/></svg></a></p>'
    with pikepdf.open(io.BytesIO(render_pdf(make_task(sections=1, extra=link), conf).pdf)) as pdf:
        (rect,) = [
            [float(n) for n in a.Rect]
            for page in pdf.pages
            for a in page.obj.Annots
            if str(a.A.URI) == "https://example.org/big"
        ]
    assert rect[3] - rect[1] >= 84


def test_right_to_left_text_is_read_in_reading_order(conf: str) -> None:
    """It is drawn from left to right; the structure spells it out for screen readers."""
    spellings = [p.spelling for p in read(conf, "ar") if p.tags[-2:] == ("H1", "Span")]
    assert spellings == [sample_sheet.SAMPLES["ar"].title]


def test_thai_and_hindi_are_found_by_search(conf: str) -> None:
    """Vowels that stand before their consonant are spelt out for readers."""
    for tag in ("th", "hi"):
        text = "".join(page_texts(rendered(conf, tag).pdf))
        assert sample_sheet.SAMPLES[tag].title in text


# Numbers and places --------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["ar", "ur"])
def test_numbers_run_left_to_right_among_right_to_left_text(conf: str, tag: str) -> None:
    """Proven by the places of the glyphs: extracted text may look right and be printed wrong."""
    rows: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for glyph in glyphs(rendered(conf, tag).pdf):
        if glyph.text.isdigit() and glyph.top - glyph.bottom > 10:  # the footer's large numbers
            row = rows.setdefault((glyph.page, round(glyph.bottom / 4)), [])
            row.append((glyph.left, glyph.text))
    printed = ["".join(text for _, text in sorted(row)) for row in rows.values()]
    wanted = ["".join(filter(str.isdigit, n)) for n in sample_sheet.NUMBERS]
    assert sorted(printed) == sorted(wanted * rendered(conf, tag).sheets)


@pytest.mark.parametrize(("tag", "paper"), [("en", "a4"), ("ar", "letter"), ("ur", "a4")])
def test_twelve_helplines_push_the_text_up(conf: str, tag: str, paper: str) -> None:
    """A tall footer lies on the paper, on every sheet, and over nothing."""
    task = make_task(tag, 1, lines=8, paper=paper, max_sheets=4)
    result = render_pdf(task, conf)
    width, height = (595, 842) if paper == "a4" else (612, 792)
    found = glyphs(result.pdf)
    assert all(
        g.left > 11 and g.right < width - 11 and g.bottom > 11 and g.top < height - 11
        for g in found
    )
    for text in page_texts(result.pdf):
        assert text.count("Helpline") == 8
    spoken = [p for p in passages(result.pdf) if "Helpline" in p.text]
    assert [p.page for p in spoken] == [result.sheets - 1] * 8
    boxes = _zones(conf, task)
    for page_boxes in boxes:
        assert max(low for zone, _, low in page_boxes if zone == "flow") <= min(
            high for zone, high, _ in page_boxes if zone == "help"
        )


def _zones(conf: str, task: PrintTask) -> list[list[tuple[str, float, float]]]:
    """Zone, top and bottom of each text, in CSS pixels from the top."""
    from ketapub import handout

    document, _ = handout._fit(task, renderer.load_fonts(conf))
    return [
        [
            (zone, box.position_y, box.position_y + box.height)
            for zone, box, text in renderer.leaves(page)
            if text.strip()
        ]
        for page in document.pages
    ]


def test_a_footer_that_takes_half_the_sheet_fails_by_name(conf: str) -> None:
    """No handout is printed with helplines off the paper: the error names it and the share."""
    said = problem_of(conf, make_task(lines=30))
    assert re.search(r"the helpline footer of xx/en/\S+ needs \d\d% of the sheet", said)
    assert "hint: print fewer helplines" in said


def test_a_staff_line_that_takes_the_sheet_fails_by_name(conf: str) -> None:
    """The same for the top edge."""
    assert "the staff line of" in problem_of(conf, make_task(css="#edge { font-size: 90pt }"))


def test_what_leaves_the_paper_fails_by_its_text(conf: str) -> None:
    """A box that cannot break is named, with its sheet."""
    wide = '<p style="white-space: nowrap; margin-inline-start: 160mm">Never use it alone.</p>'
    said = problem_of(conf, make_task(sections=1, extra=wide))
    assert "on sheet 1, “Never use it alone.” does not fit its place" in said


# Sheets and sizes ----------------------------------------------------------------------------


def test_the_number_of_sheets_is_the_true_one(conf: str) -> None:
    """A handout of one sheet says "1 of 1", though two are allowed."""
    result = render_pdf(make_task(sections=1), conf)
    assert result.sheets == 1
    assert "Sheet 1 of 1" in page_texts(result.pdf)[0]


def test_the_largest_size_that_fits_is_chosen(conf: str) -> None:
    """Longer text is set smaller, down to the smallest size, and then refused with a count."""
    sizes = (14.0, 12.0, 9.0)
    chosen = [render_pdf(make_task(sections=n, sizes=sizes), conf).size for n in (1, 2, 3)]
    assert chosen == sorted(chosen, reverse=True)
    assert chosen[0] == 14.0
    assert chosen[-1] == 9.0
    said = problem_of(conf, make_task(sections=12, sizes=sizes, title="German"))
    counted = (
        r"German needs \d+ sheets( and a (quarter|third|half)| and (two thirds|three quarters))?"
    )
    assert re.search(counted + " at 9 pt, its smallest size; 2 are allowed", said)
    assert "hint: shorten the text, or choose another format" in said


@pytest.mark.parametrize(("tag", "paper"), [("en", "a4"), ("ar", "letter"), ("en", "letter")])
def test_nothing_is_cut_on_the_paper_of_the_other_side_of_the_ocean(
    conf: str, tag: str, paper: str
) -> None:
    """Printed at its own size in the middle of A4 or Letter, 6 mm stay free all around."""
    papers = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
    width, height = papers[paper]
    found = glyphs(render_pdf(make_task(tag, paper=paper), conf).pdf)
    for its_width, its_height in papers.values():
        beside, above = (its_width - width) / 2, (its_height - height) / 2
        free = 6 * 72 / 25.4 - 1.5
        assert min(g.left for g in found) + beside >= free
        assert min(g.bottom for g in found) + above >= free
        assert its_width - (max(g.right for g in found) + beside) >= free
        assert its_height - (max(g.top for g in found) + above) >= free


def test_what_leaves_its_card_fails_by_its_text(conf: str) -> None:
    """Neither the paper nor a neighbour would show it: a card, a panel, a strip is of class fit."""
    card = '<div class="fit" style="height: 9mm"><p>Call.</p><p>Never use it alone.</p></div>'
    said = problem_of(conf, make_task(sections=1, extra=card))
    assert "“Never use it alone.” is cut off" in said
    render_pdf(make_task(sections=1, extra=card.replace("9mm", "40mm")), conf)


def test_viewers_are_asked_to_keep_folds_and_cuts_in_their_places(conf: str) -> None:
    """What is folded or cut is printed at its own size; one side is not turned over."""
    task = make_task(sections=1, scaling="actual", duplex="short-edge")
    with pikepdf.open(io.BytesIO(render_pdf(task, conf).pdf)) as pdf:
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
        assert pdf.Root.ViewerPreferences.Duplex == "/Simplex"
    task = make_task(sections=3, duplex="short-edge")
    with pikepdf.open(io.BytesIO(render_pdf(task, conf).pdf)) as pdf:
        assert "/PrintScaling" not in pdf.Root.ViewerPreferences
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"


def test_chinese_is_small(conf: str) -> None:
    """Of a font of 65,000 glyphs only those used travel, each found by its CID."""
    pdf = rendered(conf, "zh-Hans").pdf
    assert len(pdf) < 100_000
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        kinds = {str(o.get("/Subtype")) for o in opened.objects if isinstance(o, pikepdf.Stream)}
    assert "/CIDFontType0C" in kinds
    assert "/OpenType" not in kinds


def test_paper_and_its_turn_are_the_tasks(conf: str) -> None:
    """The engine sets the page's size, so that a template serves every paper."""
    for paper, size in {"letter": (612, 792), "a5 landscape": (595, 420)}.items():
        result = render_pdf(
            make_task(sections=1, paper=paper, max_sheets=9, sizes=(9.0,), lines=0), conf
        )
        with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
            assert [round(float(n)) for n in pdf.pages[0].mediabox[2:]] == [*size]
    assert "no paper is called “foolscap”" in problem_of(conf, make_task(paper="foolscap"))


def short_line_task() -> PrintTask:
    """The renderer leaves a word alone on a line at this width."""
    css = "main { padding-inline-end: 55mm }"
    return make_task("ar", 1, css=css, sizes=(11.0,))


def test_right_to_left_lines_that_break_too_early_are_nudged(conf: str) -> None:
    """A hair more or less between its words mends it, at the same size."""
    from ketapub import handout

    loaded = renderer.load_fonts(conf)
    task = short_line_task()
    assert handout._short_lines(handout._lay_out(task, loaded, 11.0))
    settled, size = handout._fit(task, loaded)
    assert not handout._short_lines(settled)
    assert size == 11.0


def test_a_line_that_still_breaks_too_early_fails_by_its_words(
    conf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ketapub import handout

    monkeypatch.setattr(handout, "NUDGES", ())
    said = problem_of(conf, short_line_task())
    line = re.search("the line “(.+)” ends early, although its next word has room", said)
    assert line
    assert set(line[1].split()) <= set(re.sub("<[^>]*>", " ", short_line_task().html).split())


def test_words_are_divided_where_a_dictionary_knows_how(conf: str) -> None:
    """The hyphen is drawn, and no part of the word: it is a soft one to whoever reads the text."""
    long = '<p lang="{}" style="width: 30mm; hyphens: {}">{}</p>'
    words = "Medikamentenbehandlung und Betäubungsmittelgesetzgebung"
    german = fonts.families_css([("de", "Latn")])
    assert "--hyphens: auto" in german
    assert "--hyphens: manual" in fonts.families_css([("th", "Thai")]).split("\n")[1]
    passage = long.format("de", "var(--hyphens)", words)
    pdf = render_pdf(make_task(sections=0, css=german, extra=passage), conf).pdf
    spoken = "".join(p.text for p in passages(pdf) if p.language == "de")
    assert "\xad" in spoken
    assert spoken.replace("\xad", "").replace(" ", "") == words.replace(" ", "")


# Refusals ------------------------------------------------------------------------------------


def test_a_missing_glyph_fails_by_character_and_passage(conf: str) -> None:
    """Tofu is never printed."""
    said = problem_of(conf, make_task(extra="<p>The letter ཀ is Tibetan.</p>"))
    assert "no font of this handout has a glyph for “ཀ” (U+0F40), near “" in said
    assert "The letter ཀ is" in said


@pytest.mark.parametrize(
    ("extra", "css"),
    [
        ('<img src="http://127.0.0.1:9/a.svg" alt="a">', ""),
        ('<img src="{file}" alt="a">', ""),
        ('<img src="a.svg" alt="a">', ""),
        ('<img src="data:image/svg+xml,{svg}" alt="a">', ""),
        ("", 'body {{ background: url("{file}") }}'),
        ("", '@import "{file}";'),
        ('<link rel="stylesheet" href="{file}">', ""),
    ],
    ids=["http", "file", "relative", "data", "background", "import", "link"],
)
def test_no_address_is_fetched(conf: str, tmp_path: Path, extra: str, css: str) -> None:
    """Whatever a handout asks for, from anywhere, fails it, though it could be had."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    (tmp_path / "a.svg").write_text(svg)
    known = {"file": (tmp_path / "a.svg").as_uri(), "svg": svg.replace("<", "%3C")}
    task = make_task(extra=extra.format(**known))
    task = replace(task, css=css.format(**known) + task.css)
    assert "the handout asks for a file or an address" in problem_of(conf, task)


def test_a_bad_style_fails_each_handout_that_has_it(conf: str) -> None:
    """The second task too, although its styles were parsed for the first."""
    task = make_task(css="h1 { colour: red }")
    for _ in range(2):
        assert "colour" in problem_of(conf, task)


def test_opacity_fails(conf: str) -> None:
    """Translucent text loses its tags (PDF/UA 7.1-3)."""
    assert "opacity" in problem_of(conf, make_task(css="h1 { opacity: .5 }"))


def test_a_stumbling_renderer_is_a_problem_not_a_traceback(
    conf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception inside the renderer names the handout."""

    def stumble(document: object) -> None:
        raise TypeError("min-content width")

    monkeypatch.setattr(renderer, "paint", stumble)
    assert "the renderer failed with TypeError: min-content width" in problem_of(conf, make_task())


def test_the_renderers_log_is_heard_and_left_as_it_was(
    conf: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Warnings count even where the application has silenced them, and do not leak out."""
    logger = logging.getLogger("weasyprint")
    logger.setLevel(logging.CRITICAL)
    try:
        problem_of(conf, make_task(css="h1 { colour: red }"))
        assert logger.level == logging.CRITICAL
        assert logger.propagate
        assert caplog.records == []
    finally:
        logger.setLevel(logging.NOTSET)


# The machine ---------------------------------------------------------------------------------


def test_a_task_travels_and_gives_the_same_bytes_in_another_process(
    conf: str, tmp_path: Path
) -> None:
    """Same task, same bytes: twice here, and in a process with another hash seed."""
    for tag in ("ar", "zh-Hans"):
        task = make_task(tag)
        (tmp_path / "task").write_bytes(pickle.dumps(task))
        code = (
            "import pickle, sys, hashlib; from ketapub.handout import render_pdf\n"
            "task = pickle.load(open(sys.argv[1], 'rb'))\n"
            "print(hashlib.sha256(render_pdf(task, sys.argv[2]).pdf).hexdigest())"
        )
        said = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "task"), conf],
            env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        here = {rendered(conf, tag).pdf, render_pdf(task, conf).pdf}
        assert {hashlib.sha256(pdf).hexdigest() for pdf in here} == {said.strip()}


def test_problems_survive_the_way_back_from_a_worker(conf: str) -> None:
    """A pool pickles the error; the problems must still be in it."""
    with pytest.raises(KetapubError) as caught:
        render_pdf(make_task(lines=30), conf)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_a_missing_fontconfig_is_the_machines_fault(conf: str, tmp_path: Path) -> None:
    """A worker on another machine says what to make there."""
    with pytest.raises(MachineError, match="private_fontconfig"):
        render_pdf(make_task(), str(tmp_path / "fonts.conf"))


def test_a_missing_subsetter_names_its_package(conf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it PDFs grow slow and different, and the renderer would only warn."""
    renderer.load_fonts(conf)
    monkeypatch.setattr("weasyprint.pdf.fonts.harfbuzz_subset", None)
    with pytest.raises(MachineError, match="libharfbuzz-subset0"):
        renderer._import_weasyprint()


def test_missing_pango_names_its_packages() -> None:
    """The renderer's import fails with OSError and a lecture on the terminal; ours is a line."""
    code = (
        "import cffi\n"
        "def refuse(self, name, flags=0): raise OSError(f'cannot load library {name!r}\\nmore')\n"
        "cffi.FFI.dlopen = refuse\n"
        "from ketapub.errors import MachineError; from ketapub import renderer\n"
        "try: renderer._import_weasyprint()\n"
        "except MachineError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "libpango-1.0-0" in done.stdout
    assert len(done.stdout.splitlines()) == 2


def test_the_toolchain_names_all_that_bytes_hang_on(tmp_path: Path) -> None:
    """Versions, our own print modules and every font, without importing the renderer."""
    code = (
        "import sys; from pathlib import Path; from ketapub import fonts, toolchain, handout\n"
        "found = fonts.find_fonts(fonts.families([('ar', 'Arab')]))\n"
        "tools = toolchain.toolchain(found, Path(sys.argv[1]))\n"
        "assert 'weasyprint' not in sys.modules and 'pikepdf' not in sys.modules\n"
        "print(*tools)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "digests.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("weasyprint", "pydyf", "pango", "harfbuzz", "NotoSansArabic-Bold.ttf"):
        assert name in done.stdout
    assert all((Path(toolchain.__file__).parent / name).is_file() for name in toolchain.ENGINE)


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine lacks is known before anything is rendered."""
    monkeypatch.setattr(toolchain, "_load", lambda stem: None)
    toolchain.system_versions.cache_clear()
    with pytest.raises(MachineError, match=r"libpango-1\.0-0"):
        toolchain.system_versions()
    toolchain.system_versions.cache_clear()
