"""Turn a print task (HTML, styles, paper) into the bytes of a tagged PDF handout.

The renderer raises nothing for a missing glyph, a picture or a bad style, nor for a footer that
leaves the paper; it logs, or is silent. Here each such thing fails the handout, by name.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ketapub import renderer
from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.pdf_structure import Preferences, mend_structure
from ketapub.print_format import PAPERS

SHARES = {"help": 0.45, "edge": 0.25}
"""The largest part of a sheet's height that a fixed part may take."""
UNPRINTED = 6 * 96 / 25.4
"""CSS pixels (6 mm) along the edges of the paper that many printers leave white."""
COUNTERPARTS = {"a4": "letter", "letter": "a4", "a3": "tabloid", "tabloid": "a3"}
"""What lies in the printer instead, on the other side of an ocean."""
SLACK = 1.0
"""CSS pixels by which a box may miss its place before it counts as out of it."""
NUDGES = (0.2, -0.2, 0.4, -0.4, 0.6, -0.6, 0.8, 1.0)
"""CSS pixels between words, tried in turn where a line breaks too early."""


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
    name: str
    """What messages call the handout: its path below `dist/`."""
    title: str = "the text"
    """What a message says is too long: the name of its language."""
    max_sheets: int = 2
    sizes: tuple[float, ...] = (11.0, 10.5, 10.0, 9.5, 9.0)
    """Root font sizes in points to try, largest first."""
    duplex: str = "long-edge"
    """How both sides of a sheet are turned: `long-edge`, `short-edge`, or `none` for one side."""
    scaling: str = "fit"
    """`actual` asks programs to print it at its own size: folds and cuts must keep their places."""
    stock: bool = False
    """Whether it is printed on paper made for it alone, and never on the counterpart."""


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
  @bottom-center {{ vertical-align: bottom }} @bottom-right {{ vertical-align: bottom }}
  {rooms} }}
html {{ font-size: {size:.3f}pt; word-spacing: {nudge:.2f}px }}
#edge, #help {{ position: fixed; left: 0; right: 0; width: auto; height: auto; top: auto;
  bottom: auto }}
#edge {{ top: {edge:.2f}px }}
#help {{ bottom: {help:.2f}px }}
"""

_LOCK = threading.Lock()


def render_pdf(task: PrintTask, fontconfig: str) -> Rendered:
    """Print one handout. The same task gives the same bytes in any process, on any machine.

    `fontconfig`: path of the file that `fonts.private_fontconfig` made on this one.
    Raises KetapubError with every reason why it must not be printed as it is, and MachineError
    where this machine lacks a library. Threads take turns.
    """
    # what is laid out is let go before garbage is looked for
    with _LOCK, renderer.uninterrupted():
        return _print(task, fontconfig)


def _print(task: PrintTask, fontconfig: str) -> Rendered:
    problems: list[Problem] = []

    def hear(record: logging.LogRecord) -> None:
        problems.append(_explain(task, record))

    try:
        fonts = renderer.load_fonts(fontconfig)
        with renderer.listen(hear):
            document, size = _fit(task, fonts)
            problems += _check_places(task, document)
            data, marks = renderer.paint(document)
        if not problems:
            prefer = Preferences(task.direction, task.duplex, task.scaling)
            pdf = mend_structure(data, marks, prefer)
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
    uneven = ""
    for size in task.sizes:
        document = _lay_out(task, fonts, size)
        if len(document.pages) <= task.max_sheets and not _spilled(document):
            settled = _settle(task, fonts, size, document)
            if settled is not None:
                return settled, size
            uneven = uneven or _short_lines(document)[0]
    if uneven:
        message = f"the line “{uneven[:60]}” ends early, although its next word has room"
        hint = "say it in other words: the renderer stumbles where bold text or a link begins"
        raise _error(task, message, hint, "line")
    smallest = f"at {task.sizes[-1]:g} pt, its smallest size"
    message = f"{task.title} needs {_needed(document)} {smallest}; {task.max_sheets} are allowed"
    if len(document.pages) <= task.max_sheets:
        cut = _spilled(document).strip()[:40]
        message = f"{task.title} has no room {smallest}: “{cut}” is cut off"
    raise _error(task, message, "shorten the text, or choose another format", "sheets")


def _spilled(document: Any) -> str:
    """The first text that leaves its card, panel or strip."""
    return next((text for page in document.pages for text in renderer.spilled(page)), "")


_SHARES = ((0.9, ""), (0.7, " and three quarters"), (0.58, " and two thirds"), (0.4, " and a half"),
           (0.29, " and a third"))  # fmt: skip


def _needed(document: Any) -> str:
    """How many sheets a text needs, in words: `2 sheets and a third`."""
    page = document.pages[-1]
    top = page._page_box.content_box_y()
    ends = (box.position_y + box.height for zone, box, _ in renderer.leaves(page) if zone == "flow")
    share = (max(ends, default=top) - top) / page._page_box.height
    full = len(document.pages) - 1
    part = next((words for least, words in _SHARES if share > least), " and a quarter")
    sheets = full if part else full + 1
    return f"{sheets} sheet{'s' if sheets > 1 else ''}{part}"


def _settle(task: PrintTask, fonts: Any, size: float, document: Any) -> Any:
    """The layout with every line whole, words a little nearer or wider where need be; None without one."""
    if not _short_lines(document):
        return document
    sheets = len(document.pages)
    tries = (_lay_out(task, fonts, size, nudge) for nudge in NUDGES)
    return next((each for each in tries if _is_whole(each, sheets)), None)


def _is_whole(document: Any, sheets: int) -> bool:
    fits = len(document.pages) == sheets and not _spilled(document)
    return fits and not _short_lines(document)


def _short_lines(document: Any) -> list[str]:
    return [text for page in document.pages for text in renderer.short_lines(page)]


def _lay_out(task: PrintTask, fonts: Any, size: float, nudge: float = 0.0) -> Any:
    """The fixed parts measured, and the text laid out between them."""
    width, height = _paper(task)
    beside, above = _extra(task)
    # as wide between its margins as the sheet
    narrow = f"{_pixels(width) - 2 * beside:.2f}px"
    common = partial(ENGINE.format, height=height, size=size, nudge=nudge)
    alone = common(width=narrow, margins="", rooms="", edge=0, help=0)

    def place(found: renderer.Fixed) -> renderer.Settled:
        _check_shares(task, found.heights, _pixels(height))
        margins = {
            "top": found.margins["top"] + above + found.heights["edge"],
            "bottom": found.margins["bottom"] + above + found.heights["help"],
            "left": found.margins["left"] + beside,
            "right": found.margins["right"] + beside,
        }
        rooms = (
            f"@{side}-{place} {{ margin-{side}: {above:.2f}px }}"
            for side in ("top", "bottom")
            for place in ("left", "center", "right")
        )
        engine = common(
            width=width,
            margins=" ".join(f"margin-{side}: {room:.2f}px;" for side, room in margins.items()),
            rooms=" ".join(rooms),
            edge=-found.heights["edge"],
            help=-found.heights["help"],
        )
        return renderer.Settled(
            engine,
            {
                "edge": ("top", round(-found.heights["edge"], 2)),
                "help": ("bottom", round(-found.heights["help"], 2)),
            },
        )

    return renderer.lay_out(fonts, task.html, (task.css, alone), place)


def _check_shares(task: PrintTask, heights: Mapping[str, float], sheet: float) -> None:
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


def _extra(task: PrintTask) -> tuple[float, float]:
    """CSS pixels beside and above that are lost when the counterpart of the paper is printed on."""
    name, _, turn = task.paper.partition(" ")
    other = COUNTERPARTS.get(name)
    if other is None or task.stock:
        return 0.0, 0.0
    sizes = zip(PAPERS[name], PAPERS[other], strict=True)
    beside, above = (max(0.0, (_pixels(own) - _pixels(its)) / 2) for own, its in sizes)
    return (above, beside) if turn else (beside, above)


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
        beside, above = (UNPRINTED + extra for extra in _extra(task))
        rooms = {
            "flow": (top, bottom),
            "copy": (above, page.height - above),
            "edge": (above, top),
            "help": (bottom, page.height - above),
            "margin": (above, page.height - above),
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
            if inside and ends[0] >= beside - SLACK and ends[1] <= page.width - beside + SLACK:
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
