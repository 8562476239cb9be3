"""Turn a print task (HTML, styles, paper) into the bytes of a tagged PDF handout.

The renderer raises nothing for a missing glyph, a picture or a bad style, nor for a footer that
leaves the paper; it logs, or is silent. Here each such thing fails the handout, by name.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import Any

from ketapub import renderer
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.pdf_structure import mend_structure

SHEETS = "%%SHEETS%%"
"""Stands in a task's HTML or CSS for the number of sheets ("sheet 1 of %%SHEETS%%").

`counter(pages)` would cost up to four layouts. The first layout assumes `max_sheets`, and only a
handout that turns out otherwise is laid out once more.
"""
PAPERS = {
    "a3": ("297mm", "420mm"),
    "a4": ("210mm", "297mm"),
    "a5": ("148mm", "210mm"),
    "letter": ("8.5in", "11in"),
    "half-letter": ("5.5in", "8.5in"),
    "tabloid": ("11in", "17in"),
}
"""Width and height; ` landscape` behind a name turns it."""
SHARES = {"help": 0.45, "edge": 0.25}
"""The largest part of a sheet's height that a fixed part may take."""
UNPRINTED = 4 * 96 / 25.4
"""CSS pixels (4 mm) along the edges of the paper that many printers leave white."""
SLACK = 1.0
"""CSS pixels by which a box may miss its place before it counts as out of it."""
NUDGES = (1.0, 0.993, 0.986, 0.979)
"""Factors of the font size tried in turn where a line breaks too early."""


@dataclass(frozen=True, slots=True)
class PrintTask:
    """All that a worker needs to print one handout."""

    html: str
    """A complete document with lang and title; pictures inline as SVG; no style of its own."""
    css: str
    """`fonts.families_css` and the templates' print styles, as one text. See ENGINE."""
    direction: str
    """`ltr` or `rtl`."""
    paper: str
    """A key of PAPERS, with ` landscape` behind it where wanted."""
    fontconfig: str
    """Path of the file that `fonts.private_fontconfig` made."""
    name: str
    """What messages call the handout: its path below `dist/`."""
    max_sheets: int = 2
    sizes: tuple[float, ...] = (11.0, 10.5, 10.0, 9.5, 9.0)
    """Root font sizes in points to try, largest first."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A printed handout."""

    pdf: bytes
    sheets: int
    size: float
    """The root font size chosen, in points."""


# What templates leave to the engine: the size of the page, the place of #edge and #help (children
# of body), the root font size. They set the page's four margins, which are the white edge of the
# paper outside #edge and #help; the text of margin boxes stands in that edge.
ENGINE = """
@page {{ size: {width} {height}; {margins}
  @top-left {{ vertical-align: top }} @top-center {{ vertical-align: top }}
  @top-right {{ vertical-align: top }} @bottom-left {{ vertical-align: bottom }}
  @bottom-center {{ vertical-align: bottom }} @bottom-right {{ vertical-align: bottom }} }}
html {{ font-size: {size:.3f}pt }}
#edge, #help {{ position: fixed; left: 0; right: 0; width: auto; height: auto; top: auto;
  bottom: auto }}
#edge {{ top: {edge:.2f}px }}
#help {{ bottom: {help:.2f}px }}
"""
ENDLESS = "20000px"

_LOCK = threading.Lock()


def render_pdf(task: PrintTask) -> Rendered:
    """Print one handout. The same task gives the same bytes in any process.

    Raises KetapubError with every reason why it must not be printed as it is, and MachineError
    where this machine lacks a library. Threads take turns.
    """
    problems: list[Problem] = []

    def hear(record: logging.LogRecord) -> None:
        problems.append(_explain(task, record))

    with _LOCK:
        try:
            fonts = renderer.load_fonts(task.fontconfig)
            with renderer.listen(hear):
                document, size = _fit(task, fonts)
                problems += _check_places(task, document)
                data, marks = renderer.paint(document)
            if not problems:
                pdf = mend_structure(data, marks, task.direction)
                return Rendered(pdf, len(document.pages), size)
        except MachineError:
            raise
        except KetapubError as error:
            problems += error.problems
        except Exception as error:
            # It stumbles over some rare styles (a marker's content, for one).
            said = f"{type(error).__name__}: {error}"
            problems.append(_problem(task, f"the renderer failed with {said}", _MEND))
        renderer.forget_parsed()
    raise KetapubError(*dict.fromkeys(problems))


# Fitting -----------------------------------------------------------------------------------


def _fit(task: PrintTask, fonts: Any) -> tuple[Any, float]:
    """The layout at the largest size that keeps to the allowed sheets, and that size."""
    needed = 0
    for size in task.sizes:
        document = _lay_out(task, fonts, size, task.max_sheets)
        needed = len(document.pages)
        if needed <= task.max_sheets:
            return _settle(task, fonts, size, document)
    raise _error(
        task,
        f"the text needs {needed} sheets at {task.sizes[-1]:g} pt, its smallest size;"
        f" {task.max_sheets} are allowed",
        "shorten the text, leave fewer helplines on the handout, or allow more sheets",
        "sheets",
    )


def _settle(task: PrintTask, fonts: Any, size: float, document: Any) -> tuple[Any, float]:
    """The final layout: no line broken too early, and the true number of sheets on it."""
    sheets = len(document.pages)
    if _short_lines(document):
        tries = [(document, size)]
        for factor in NUDGES[1:]:
            nudged = _lay_out(task, fonts, size * factor, sheets)
            if len(nudged.pages) == sheets:
                tries.append((nudged, size * factor))
                if not _short_lines(nudged):
                    break
        document, size = min(tries, key=lambda attempt: _short_lines(attempt[0]))
    if SHEETS in task.html + task.css:
        document = _lay_out(task, fonts, size, sheets) if sheets != task.max_sheets else document
        if len(document.pages) != sheets:
            raise _error(
                task,
                "the number of sheets changes with the number printed on them",
                f"keep {SHEETS} in a margin box or in #edge, where it moves no text",
            )
    return document, size


def _short_lines(document: Any) -> int:
    return sum(map(renderer.count_short_lines, document.pages))


def _lay_out(task: PrintTask, fonts: Any, size: float, sheets: int) -> Any:
    """Lay out the fixed parts alone to learn their heights, then the text between them."""
    html, css = (text.replace(SHEETS, str(sheets)) for text in (task.html, task.css))
    width, height = _paper(task)
    alone = ENGINE.format(width=width, height=ENDLESS, margins="", size=size, edge=0, help=0)
    page = renderer.lay_out(fonts, html, (css, alone), only=True).pages[0]
    heights = dict.fromkeys(SHARES, 0.0)
    for zone, box in renderer.walk(page):
        if box.element is not None and box.element.get("id") == zone:
            heights[zone] = max(heights[zone], box.margin_height())
    _check_shares(task, heights, _pixels(height))
    margins = (
        f"margin-top: {page._page_box.margin_top + heights['edge']:.2f}px;"
        f" margin-bottom: {page._page_box.margin_bottom + heights['help']:.2f}px;"
    )
    engine = ENGINE.format(
        width=width,
        height=height,
        margins=margins,
        size=size,
        edge=-heights["edge"],
        help=-heights["help"],
    )
    return renderer.lay_out(fonts, html, (css, engine))


def _check_shares(task: PrintTask, heights: dict[str, float], sheet: float) -> None:
    words = {"help": "helpline footer", "edge": "staff line"}
    hints = {
        "help": "print fewer helplines, or shorten their names and notes",
        "edge": "shorten the staff line and the notices on the top edge",
    }
    for part, share in SHARES.items():
        if heights[part] > share * sheet:
            raise _error(
                task,
                f"the {words[part]} of {task.name} needs {heights[part] / sheet:.0%} of the sheet:"
                f" at most {share:.0%} is left for it",
                hints[part],
                "footer" if part == "help" else "edge",
            )


def _paper(task: PrintTask) -> tuple[str, str]:
    name, _, turn = task.paper.partition(" ")
    if name not in PAPERS or turn not in ("", "landscape"):
        known = ", ".join(PAPERS)
        raise _error(task, f"no paper is called “{task.paper}”", f"choose one of: {known}")
    width, height = PAPERS[name]
    return (height, width) if turn else (width, height)


def _pixels(length: str) -> float:
    return float(length[:-2]) * (96 if length.endswith("in") else 96 / 25.4)


# Proving -----------------------------------------------------------------------------------


def _check_places(task: PrintTask, document: Any) -> list[Problem]:
    """Every text lies in its column on the printable paper, the flow between the fixed parts."""
    problems = []
    for number, page in enumerate(document.pages, 1):
        sheet = page._page_box
        top, bottom = sheet.content_box_y(), sheet.content_box_y() + sheet.height
        rooms = {
            "flow": (top, bottom),
            "edge": (UNPRINTED, top),
            "help": (bottom, page.height - UNPRINTED),
            "margin": (UNPRINTED, page.height - UNPRINTED),
        }
        if any(box.style["opacity"] < 1 for _, box in renderer.walk(page)):
            hint = "take a lighter colour instead"
            problems.append(_problem(task, "opacity leaves text without its tags", hint))
        for text in renderer.wide_lines(page, SLACK):
            hint = "shorten it, or give its column more room"
            message = f"on sheet {number}, “{text.strip()[:40]}” is wider than its column"
            problems.append(_problem(task, message, hint, "overflow"))
        for zone, box, text in renderer.leaves(page):
            high, low = rooms[zone]
            middle = box.position_y + box.height / 2
            ends = box.position_x, box.position_x + box.width
            inside = high - SLACK <= middle <= low + SLACK
            if (
                inside
                and ends[0] >= UNPRINTED - SLACK
                and ends[1] <= page.width - UNPRINTED + SLACK
            ):
                continue
            problems.append(
                _problem(
                    task,
                    f"on sheet {number}, “{text.strip()[:40] or 'a picture'}” does not fit its"
                    " place on the paper",
                    "shorten it, or let it break into lines",
                    "overflow",
                )
            )
    return problems


# Complaining -------------------------------------------------------------------------------

_MEND = "mend the print template or its styles"


def _explain(task: PrintTask, record: logging.LogRecord) -> Problem:
    """What the renderer logged, as the handout's problem."""
    text = record.getMessage()
    if ".notdef" in text and isinstance(record.args, tuple):
        return _missing_glyph(task, str(record.args[0]))
    if renderer.REFUSED in text or "without a base URI" in text:
        return _problem(
            task,
            f"the handout asks for a file or an address: {text}",
            "put pictures inline as SVG; nothing is fetched while printing",
            "fetch",
        )
    return _problem(task, f"the renderer says: {text}", _MEND)


def _missing_glyph(task: PrintTask, character: str) -> Problem:
    text = re.sub(r"<[^>]*>", "", task.html)
    at = text.find(character)
    near = " ".join(text[max(0, at - 20) : at + 20].split()) if at >= 0 else ""
    return _problem(
        task,
        f"no font of this handout has a glyph for “{character}” (U+{ord(character):04X})"
        + (f", near “{near}”" if near else ""),
        "replace the character, or put the passage in a span with its own lang",
        "glyph",
    )


def _problem(task: PrintTask, message: str, hint: str, code: str = "print") -> Problem:
    return Problem(task.name, 0, message, hint, code=code)


def _error(task: PrintTask, message: str, hint: str, code: str = "print") -> KetapubError:
    return KetapubError(_problem(task, message, hint, code))
