"""Turn a rendered text with open places into as many texts as there are values for them.

What many pages share is rendered once, with a `slot` for each value that differs; a page is then no
more than a join. Values go in as they are: whoever fills a mould of HTML escapes them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ketapub.markdown import SLOT

HOLE = "\U0010fff0"
"""Stands for SLOT where NUL cannot: in private use, which no text of ours may hold."""


def slot(name: str) -> str:
    """An open value as it stands in rendered HTML."""
    return f"{SLOT}{name}{SLOT}"


def hole(name: str) -> str:
    """An open value as it stands in plain text and in JSON."""
    return f"{HOLE}{name}{HOLE}"


class Mould:
    """A text with open places, cut once. Slots and holes of the same name take the same value."""

    __slots__ = ("_names", "_parts")

    def __init__(self, text: str) -> None:
        self._parts = text.replace(HOLE, SLOT).split(SLOT)
        self._names = self._parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text; every open place must find its value."""
        parts = self._parts.copy()
        parts[1::2] = map(values.__getitem__, self._names)
        return "".join(parts)
