"""Turn pages and what stands beside them in another form into Problems, where their digits differ.

The text of a page, and the text and the sheet of a recall notice, say what their page says. Short
numbers look like any other digits there, without markup: a wrong one is known by the page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator

from ketapub.audit.scan import DIGIT_RUN, clean
from ketapub.errors import Problem

PAGE_FILE = "index.html"
Runs = tuple[tuple[int, str], ...]
"""(line or 0, run of two digits or more) of all that a file says."""
_ADDRESS = re.compile(r"\S+://\S+")
_ITEM = re.compile(r"^ *\d+\. ")
_DIAL = re.compile(r"[*#\d][\d *#-]*[\d#]")


def text_runs(text: str) -> Runs:
    """The digits of a plain text, but for web addresses and the numbers of list items."""
    return tuple(
        (line, run)
        for line, row in enumerate(text.splitlines(), start=1)
        for run in DIGIT_RUN.findall(_ITEM.sub("", _ADDRESS.sub(" ", clean(row))))
    )


def page_runs(texts: Iterable[str]) -> Runs:
    """The digits of the texts of a page, each once."""
    runs = (run for text in texts for run in DIGIT_RUN.findall(clean(text)))
    return tuple((0, run) for run in dict.fromkeys(runs))


class Beside:
    """Waits for a page and for what stands beside it, in whatever order the files are read."""

    def __init__(self) -> None:
        self._pages: dict[str, frozenset[str]] = {}
        self._waiting: dict[str, list[tuple[str, Runs]]] = {}

    def take(self, path: str, name: str, runs: Runs) -> Iterator[Problem]:
        """One file's digits; Problems as soon as its page is known, too."""
        folder, file = posixpath.split(path)
        if file == PAGE_FILE:
            self._pages[folder] = frozenset(run for _, run in runs)
        else:
            self._waiting.setdefault(folder, []).append((name, runs))
        if folder in self._pages:
            for told, own in self._waiting.pop(folder, []):
                yield from _differences(told, own, self._pages[folder])


def _differences(name: str, runs: Runs, page: Collection[str]) -> Iterator[Problem]:
    for line, run in dict.fromkeys(runs):
        if run not in page:
            message = f"it says “{run}”, which its page does not say"
            hint = "both are made from the same values: build again"
            yield Problem(name, line, message, hint, code="audit-number")


def is_dial(text: str) -> bool:
    """Whether a text by itself is what one would dial."""
    return _DIAL.fullmatch(clean(text).strip()) is not None
