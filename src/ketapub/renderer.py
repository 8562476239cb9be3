"""Turn HTML and styles into a laid-out document, and that into PDF bytes and marks.

The one importer of WeasyPrint, and only inside functions: everything else runs without Pango.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from copy import copy
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ketapub.errors import MachineError, Problem
from ketapub.pdf_structure import ARTIFACT, Marks, has_cids

FIXED = ("edge", "help")
"""Ids of the parts that stand in the same place on every sheet."""
REFUSED = "ketapub fetches nothing"

_SPELT = re.compile(r"[\u0900-\u109F\u1780-\u17FF]")
"""Indic, Thai, Lao, Tibetan, Burmese and Khmer letters: their glyphs stand in another order, or
for parts of a letter, so that readers and search need the text spelt out (ActualText)."""
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]|[\U0001E900-\U0001E95F]")

_painting: _Painting | None = None


@lru_cache(maxsize=4)
def load_fonts(conf: str) -> Any:
    """The font configuration of this file, one for a whole process: memory stays that of one.

    Raises MachineError when the file or a system library is missing.
    """
    if not Path(conf).is_file():
        raise _machine(
            conf,
            "the font configuration of this print task is not on this machine",
            "make it with ketapub.fonts.private_fontconfig on every machine that prints",
        )
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = conf
    try:
        _import_weasyprint()
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _import_weasyprint() -> None:
    try:
        # It prints advice of its own to the terminal when a library is missing.
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            from weasyprint.pdf.fonts import harfbuzz_subset
    except (ImportError, OSError) as error:
        raise _machine(
            "weasyprint",
            f"the print engine cannot start: {str(error).splitlines()[0]}",
            "install its libraries; on Debian: sudo apt install libpango-1.0-0 libpangoft2-1.0-0"
            " libharfbuzz-subset0",
        ) from error
    if not harfbuzz_subset:
        raise _machine(
            "libharfbuzz-subset",
            "this library is missing: handouts would print slowly, large and with other bytes",
            "install it; on Debian: sudo apt install libharfbuzz-subset0",
        )
    _hook_marks()
    _hook_collections()


def _machine(path: str, message: str, hint: str) -> MachineError:
    return MachineError(Problem(path, 0, message, hint, code="library"))


def lay_out(fonts: Any, html: str, styles: tuple[str, ...], only: bool = False) -> Any:
    """The document laid out; with `only`, of its body just the FIXED parts.

    Later styles win over earlier ones; styles inside the HTML win over all of them.
    """
    from weasyprint.css.counters import CounterStyle

    counters = CounterStyle()
    sheets = []
    for text in styles:
        sheet, own = _style(fonts, text)
        sheets.append(sheet)
        counters.update(own)
    return _parse(html, only).render(font_config=fonts, counter_style=counters, stylesheets=sheets)


@lru_cache(maxsize=16)
def _style(fonts: Any, text: str) -> tuple[Any, Any]:
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle

    counters = CounterStyle()
    fetcher = _refuser()
    sheet = CSS(string=text, font_config=fonts, counter_style=counters, url_fetcher=fetcher)
    return sheet, counters


@lru_cache(maxsize=4)
def _parse(html: str, only: bool) -> Any:
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    if not only:
        return HTML(string=html, url_fetcher=_refuser())
    # elements know no parents, so two trees may share what is the same in both
    document = copy(_parse(html, only=False))
    root = copy(document.etree_element)
    body = copy(root.find("body"))
    body[:] = [child for child in body if child.get("id") in FIXED]
    root[:] = [body if child.tag == "body" else child for child in root]
    document.etree_element = root
    document.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    return document


def forget_parsed() -> None:
    """Parse anew next time: what a parser complains about must not be heard by one task only."""
    _style.cache_clear()
    _parse.cache_clear()


@lru_cache(maxsize=1)
def _refuser() -> Any:
    """A fetcher that refuses every address, also file: and data:."""
    from weasyprint.urls import URLFetcher

    class Refuser(URLFetcher):  # type: ignore[misc, unused-ignore]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError(f"{REFUSED}: {url[:100]}")

    return Refuser()


def walk(page: Any) -> Iterator[tuple[str, Any]]:
    """Every box of a laid-out page, with its zone: `margin`, `edge`, `help`, `copy` or `flow`.

    A `copy` is what an element of that class holds: a card or strip that says again what another
    of the same sheet says.
    """
    from weasyprint.formatting_structure import boxes

    stack = [(child, "flow") for child in reversed(page._page_box.children)]
    while stack:
        box, zone = stack.pop()
        box = getattr(box, "_box", box)  # an absolutely placed box hides behind a placeholder
        if isinstance(box, boxes.MarginBox):
            zone = "margin"
        elif zone == "flow" and box.element is not None and box.element.get("id") in FIXED:
            zone = box.element.get("id")
        if zone in ("flow", "help") and _is_of_class(box, "copy"):
            zone = "copy"
        yield zone, box
        if isinstance(box, boxes.ParentBox):
            stack += [(child, zone) for child in reversed(box.children)]


def leaves(page: Any) -> Iterator[tuple[str, Any, str]]:
    """The texts and pictures of a page: zone, box, and the text ("" for a picture)."""
    from weasyprint.formatting_structure import boxes

    for zone, box in walk(page):
        if isinstance(box, boxes.TextBox):
            yield zone, box, box.text
        elif isinstance(box, boxes.ReplacedBox):
            yield zone, box, ""


def wide_lines(page: Any, slack: float) -> Iterator[str]:
    """Texts that stick out sideways of their block by more than `slack` pixels, over a neighbour."""
    from weasyprint.formatting_structure import boxes

    for _, box in walk(page):
        if not isinstance(box, boxes.BlockContainerBox):
            continue
        left, right = box.content_box_x() - slack, box.content_box_x() + box.width + slack
        for line in box.children:
            if isinstance(line, boxes.LineBox):
                for text in _texts(line):
                    if text.position_x < left or text.position_x + text.width > right:
                        yield text.text


def spilled(page: Any) -> Iterator[str]:
    """Texts that leave their element of class `fit`: a card, a panel, a strip.

    Measured by their lines: a font's own box is taller than its line in many scripts.
    """
    from weasyprint.formatting_structure import boxes

    for _, box in walk(page):
        if not _is_of_class(box, "fit") or not isinstance(box, boxes.BlockBox):
            continue
        left, top = box.border_box_x() - 1, box.border_box_y() - 1
        right, bottom = left + box.border_width() + 2, top + box.border_height() + 2
        for line in box.descendants(placeholders=True):
            line = getattr(line, "_box", line)
            if not isinstance(line, boxes.LineBox):
                continue
            is_outside = line.position_y < top or line.position_y + line.height > bottom
            for text in _texts(line):
                end = text.position_x + text.width
                if is_outside or text.position_x < left or end > right:
                    yield text.text


def _is_of_class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


def short_lines(page: Any) -> Iterator[str]:
    """The texts of right-to-left lines that end early although what follows them fits.

    At a few widths in a hundred the renderer breaks such a line after a word or two, where an
    element begins near the line's end.
    """
    from weasyprint.formatting_structure import boxes

    for _, box in walk(page):
        if not isinstance(box, boxes.BlockContainerBox) or box.style["direction"] != "rtl":
            continue
        lines = [child for child in box.children if isinstance(child, boxes.LineBox)]
        for line, following in pairwise(lines):
            texts, needed = _texts(line), _first_width(following)
            if texts and needed and not _forced(line):
                used = sum(text.width for text in texts)
                if used < 0.45 * box.width and used + 1.5 * needed < box.width:
                    yield " ".join(text.text.strip() for text in texts)


def _texts(line: Any) -> list[Any]:
    return [box for box in line.descendants() if hasattr(box, "pango_layout") and box.text.strip()]


def _first_width(line: Any) -> float:
    """About how wide the part of a line is that cannot be broken at its start, in pixels."""
    from weasyprint.formatting_structure import boxes

    box = line
    while isinstance(box, boxes.ParentBox) and box.children:
        box = getattr(box.children[0], "_box", box.children[0])
        if isinstance(box, boxes.AtomicInlineLevelBox):
            return float(box.margin_width())
    texts = _texts(line)
    if not texts or texts[0].style["white_space"] == "nowrap":
        return float(texts[0].width) if texts else 0.0
    text = texts[0]
    return float(text.width) * (len(text.text.split()[0]) + 1) / len(text.text)


def _forced(line: Any) -> bool:
    return any(box.element_tag == "br" for box in line.descendants())


class _Painting:
    """While pages are painted: which box belongs to which page, and what it is marked as."""

    def __init__(self, document: Any) -> None:
        self.marks = Marks(counts=dict.fromkeys(range(len(document.pages)), 0))
        self.language = document.metadata.lang
        self.artifacts = 0
        # Read aloud once: the staff line of the first sheet, the help block of the last, one card.
        silent = {"edge": range(1, len(document.pages)), "help": range(len(document.pages) - 1)}
        self.places: dict[Any, tuple[int, str, bool]] = {
            box: (index, zone, zone in ("margin", "copy") or index in silent.get(zone, ()))
            for index, page in enumerate(document.pages)
            for zone, box, _ in leaves(page)
        }

    def take(self, box: Any) -> int:
        """The next marked-content id, from ARTIFACT on for what is not to be read aloud."""
        index, zone, artifact = self.places[box]
        if artifact:
            self.artifacts += 1
            return ARTIFACT + self.artifacts
        mark = self.marks.counts[index]
        self.marks.counts[index] += 1
        if zone == "help":
            self.marks.help.add((index, mark))
        language = box.style["lang"]
        if language and language != self.language:
            self.marks.languages[index, mark] = language
        text = getattr(box, "text", "")
        if _is_reordered(text, box.style["direction"]) or (_SPELT.search(text) and _digits(text)):
            self.marks.spellings[index, mark] = text
        return mark


def _is_reordered(text: str, direction: str) -> bool:
    """Whether a text is drawn in another order than it is read.

    In a right-to-left line that is true of "(esketamine)." as well, which holds no letter of it.
    """
    if direction == "rtl" and len(text.strip()) > 1:
        return True
    return _RIGHT_TO_LEFT.search(text) is not None


def _digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def paint(document: Any) -> tuple[bytes, Marks]:
    """The document as a tagged PDF, and what its marked contents are."""
    global _painting
    _painting = _Painting(document)
    try:
        return document.write_pdf(pdf_variant="pdf/ua-1"), _painting.marks
    finally:
        _painting = None


@lru_cache(maxsize=1)
def _hook_marks() -> None:
    """Let the renderer mark margin boxes and what repeats as artifacts.

    By itself it marks them as text that hangs on no tree.
    """
    import pydyf
    from weasyprint.pdf.stream import Stream

    original: Callable[..., Any] = Stream.marked

    @contextlib.contextmanager
    def marked(self: Any, box: Any, tag: str) -> Iterator[None]:
        if _painting is None or self._tags is None:
            with original(self, box, tag):
                yield
            return
        mark = _painting.take(box)
        self._tags[box] = {"tag": tag, "mcid": mark}
        if mark >= ARTIFACT:
            self.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
        else:
            properties = pydyf.Dictionary({"MCID": mark})
            text = getattr(box, "text", "")
            # Digits stay proven by their glyphs, which a spelling here would hide; such a text is
            # spelt out on its structure element alone.
            if _SPELT.search(text) and not _digits(text):
                properties["ActualText"] = pydyf.String(text)
            self.begin_marked_content(tag, properties)
        try:
            yield
        finally:
            self.end_marked_content()

    Stream.marked = marked


@lru_cache(maxsize=1)
def _hook_collections() -> None:
    """Let CFF fonts (the CJK collections) be cut down to their used glyphs.

    The renderer keeps the places of all 65,000 and their offsets, 180 kB a face. In a CID-keyed
    font a glyph is found by its CID, wherever it stands; `pdf_structure` does the rest.
    """
    from weasyprint.pdf import fonts

    library = fonts.harfbuzz_subset
    original = fonts.Font._harfbuzz_subset

    class Compact:
        HB_SUBSET_FLAGS_RETAIN_GIDS = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(library, name)

    def subset(self: Any, *options: Any) -> None:
        content = self.file_content
        if content[:4] not in (b"ttcf", b"OTTO"):
            original(self, *options)
            return
        fonts.harfbuzz_subset = Compact()
        try:
            original(self, *options)
        finally:
            fonts.harfbuzz_subset = library
        if not has_cids(self.file_content):
            self.file_content = content
            original(self, *options)

    fonts.Font._harfbuzz_subset = subset


class _Listener(logging.Handler):
    def __init__(self, hear: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.WARNING)
        self.hear = hear
        self.thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.hear(record)


@contextlib.contextmanager
def listen(hear: Callable[[logging.LogRecord], None]) -> Iterator[None]:
    """Hand every warning and error that the renderer logs in this thread to `hear`."""
    logger = logging.getLogger("weasyprint")
    listener = _Listener(hear)
    before = logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(before[0])
        logger.propagate = before[1]
