"""Turn `cases/regions.md` into broken region files and what is to be said about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases" / "regions.md"


@dataclass(frozen=True, slots=True)
class Case:
    """One broken file and its expected problems as (line, message, hint)."""

    title: str
    toml: str
    problems: tuple[tuple[int, str, str], ...]


def read_base() -> str:
    """The sound file that every case edits."""
    match = re.search(r"```toml\n(.*?)```", CASES.read_text(encoding="utf-8"), re.DOTALL)
    assert match is not None
    return match[1]


def read_cases() -> list[Case]:
    """Every case of the file, in order."""
    base = read_base()
    sections = CASES.read_text(encoding="utf-8").split("\n## ")[1:]
    return [_read_case(section, base) for section in sections]


def _read_case(section: str, base: str) -> Case:
    title, *lines = section.strip().split("\n")
    toml = base.split("\n")[:-1]
    place = len(toml)
    problems: list[tuple[int, str, str]] = []
    for line in lines:
        mark, text = line[:1], line[2:]
        if mark == "-":
            place = next(i for i, each in enumerate(toml) if each.strip() == text)
            del toml[place]
        elif mark == "+":
            toml.insert(place, text)
            place += 1
        elif mark == ">":
            number, _, message = text.partition(": ")
            problems.append((int(number), message, ""))
        elif mark == "?":
            problems[-1] = (*problems[-1][:2], text)
        else:
            assert not line, f"{title}: {line}"
    return Case(title, "\n".join(toml) + "\n", tuple(problems))
