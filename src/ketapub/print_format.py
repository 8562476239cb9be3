"""Turn the settings beside a print template into a `PrintFormat`: how that template is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ketapub.errors import KetapubError, Problem
from ketapub.fields import read_fields
from ketapub.files import read_text
from ketapub.region_values import BadValueError, Field, flag, free_text, identifier, one_of
from ketapub.toml import parse_toml

PAPERS = {
    "a3": ("297mm", "420mm"),
    "a4": ("210mm", "297mm"),
    "a5": ("148mm", "210mm"),
    "letter": ("8.5in", "11in"),
    "half-letter": ("5.5in", "8.5in"),
    "tabloid": ("11in", "17in"),
}
"""Width and height; ` landscape` behind a name turns it."""

Paper = Literal["a4", "letter"]
"""What a region's offices print on."""
Text = Literal["all", "key", "both", "none"]
"""The whole text; its key messages; the whole text in two languages; nothing but its head."""
Duplex = Literal["long-edge", "short-edge", "none"]
Scaling = Literal["fit", "actual"]

_STEP = 0.5
_LEAST = 9.0
"""Points: Latin text smaller than this is not for readers."""
_MOST = 40


@dataclass(frozen=True, slots=True)
class PrintFormat:
    """One way to print an edition: `print/<template>.html`, its style sheet and these settings."""

    name: str
    """Of its settings file, and in file names: `large-print`."""
    label: str
    """What readers call it, a msgid: `Large print`."""
    template: str
    sides: int
    """The most sides of paper that it may take."""
    size: tuple[float, float]
    """Largest and smallest size of its text, in points."""
    text: Text
    a4: str
    letter: str
    """The paper that it is printed on, where offices have A4 or Letter. See PAPERS."""
    duplex: Duplex
    scaling: Scaling
    """What a program that prints it is asked for: fold and cut lines must keep their places."""
    stock: bool
    """Whether it is made for bought, perforated paper, which has no counterpart elsewhere."""

    @property
    def sizes(self) -> tuple[float, ...]:
        """The sizes to try, largest first."""
        largest, smallest = self.size
        steps = round((largest - smallest) / _STEP)
        return tuple(largest - _STEP * n for n in range(steps + 1))

    @property
    def files(self) -> tuple[str, ...]:
        """Beginnings of the names of the page templates that it is made of."""
        return (
            "shared/",
            "print/parts.",
            "print/pieces.",
            f"print/{self.template}.",
            f"print/{self.name}.",
        )

    @property
    def is_plain(self) -> bool:
        """Whether it needs nothing of a printer that the next sheet does not need too."""
        return self.scaling == "fit" and self.duplex != "short-edge" and not self.stock

    def paper(self, paper: str) -> str:
        """The paper it takes where offices have `a4` or `letter`."""
        return self.letter if paper == "letter" else self.a4


def load_formats(templates: Mapping[str, Path]) -> dict[str, PrintFormat]:
    """Every format by name: one for each `print/<name>.toml` among the page templates.

    Raises KetapubError with every problem of every settings file.
    """
    formats: dict[str, PrintFormat] = {}
    problems: list[Problem] = []
    for name, path in templates.items():
        if name.startswith("print/") and name.endswith(".toml"):
            shown = f"templates/{name}"
            try:
                found = parse_format(read_text(path, shown), path.stem, shown)
            except KetapubError as error:
                problems += error.problems
                continue
            formats[found.name] = found
            for extension in ("html", "css"):
                if f"print/{found.template}.{extension}" not in templates:
                    message = f"there is no templates/print/{found.template}.{extension}"
                    problems.append(Problem(shown, 0, message, "write it beside this file"))
    if problems:
        raise KetapubError(*problems)
    return formats


def parse_format(text: str, name: str, path: str) -> PrintFormat:
    """TOML text into a PrintFormat; raises KetapubError with every problem found."""
    toml = parse_toml(text, path)
    values, problems = read_fields(toml, path, _FIELDS, toml.values)
    if problems:
        raise KetapubError(*problems)
    return PrintFormat(name=name, **values | {"template": values["template"] or name})


def _sides(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST:
        raise BadValueError("is not a number of sides", f"write a number from 1 to {_MOST}")
    return value


def _size(value: Any) -> tuple[float, float]:
    numbers = isinstance(value, list) and all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in value
    )
    if not numbers or len(value) != 2 or not _LEAST <= value[1] <= value[0]:
        hint = f"write the largest and the smallest in points, such as [12, {_LEAST:g}]"
        raise BadValueError(f"is not a range of sizes from {_LEAST:g} points up", hint)
    return float(value[0]), float(value[1])


def _paper(value: Any) -> str:
    name, _, turn = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if name not in PAPERS or turn not in ("", "landscape"):
        hint = f"choose one of {', '.join(PAPERS)}, with “ landscape” behind it if need be"
        raise BadValueError(f"is {value!r}, which is no paper", hint)
    return f"{name} {turn}".strip()


_FIELDS = {
    "name": Field(free_text, name="label"),
    "template": Field(identifier, ""),
    "sides": Field(_sides),
    "size": Field(_size),
    "text": Field(one_of(Text), "all"),
    "a4": Field(_paper, "a4"),
    "letter": Field(_paper, "letter"),
    "duplex": Field(one_of(Duplex), "long-edge"),
    "scaling": Field(one_of(Scaling), "fit"),
    "stock": Field(flag, False),
}
