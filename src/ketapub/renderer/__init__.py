"""Turn HTML and styles into a laid-out document, and that into PDF bytes and marks.

The one importer of WeasyPrint, and only inside functions: everything else runs without Pango.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ketapub.errors import MachineError, Problem
from ketapub.renderer.boxes import leaves, short_lines, spilled, walk, wide_lines
from ketapub.renderer.painting import hook_collections, hook_marks, paint
from ketapub.renderer.placing import Fixed, Place, Settled, hook_places, placing
from ketapub.renderer.shortcuts import take_shortcuts, uninterrupted

__all__ = (
    "REFUSED",
    "Fixed",
    "Place",
    "Settled",
    "forget_parsed",
    "lay_out",
    "leaves",
    "listen",
    "load_fonts",
    "paint",
    "short_lines",
    "spilled",
    "uninterrupted",
    "walk",
    "wide_lines",
)

REFUSED = "ketapub fetches nothing"


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
    hook_marks()
    hook_collections()
    hook_places()
    take_shortcuts()


def _machine(path: str, message: str, hint: str) -> MachineError:
    return MachineError(Problem(path, 0, message, hint, code="library"))


def lay_out(fonts: Any, html: str, styles: tuple[str, ...], place: Place | None = None) -> Any:
    """The document laid out. With `place`, the last of the styles gives way to what it returns.

    Later styles win over earlier ones; styles inside the HTML win over all of them.
    """
    from weasyprint import HTML
    from weasyprint.css.counters import CounterStyle

    counters = CounterStyle()
    sheets = []
    for text in styles:
        sheet, own = _style(fonts, text)
        sheets.append(sheet)
        counters.update(own)
    parsed = HTML(string=html, url_fetcher=_refuser())
    with placing(place, lambda text: _read_style(fonts, text)[0]):
        return parsed.render(font_config=fonts, counter_style=counters, stylesheets=sheets)


def _read_style(fonts: Any, text: str) -> tuple[Any, Any]:
    """A style sheet, and the counters that it defines."""
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle

    counters = CounterStyle()
    fetcher = _refuser()
    sheet = CSS(string=text, font_config=fonts, counter_style=counters, url_fetcher=fetcher)
    return sheet, counters


_style = lru_cache(maxsize=32)(_read_style)


def forget_parsed() -> None:
    """Parse anew next time: what a parser complains about must not be heard by one task only."""
    _style.cache_clear()


@lru_cache(maxsize=1)
def _refuser() -> Any:
    """A fetcher that refuses every address, also file: and data:."""
    from weasyprint.urls import URLFetcher

    class Refuser(URLFetcher):  # type: ignore[misc, unused-ignore]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError(f"{REFUSED}: {url[:100]}")

    return Refuser()


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
