"""Turn an XLIFF file of any tool, 1.2 or 2.x, into the answers of its translator.

Units are known by their id alone, so their order, their segments and their notes may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketapub.errors import KetapubError, Problem
from ketapub.kit.answer import Returned, Text, gather
from ketapub.kit.inline import code_texts, cut_inline
from ketapub.kit.item import Name, read_name
from ketapub.kit.xliff import OURS
from ketapub.kit.xml import child, children, local_name, mixed, parse_xml

READY = frozenset({"translated", "final", "signed-off", "reviewed"})
"""States (of 1.2 and of 2.x) that say that the work is done; those below do not."""
_IDLE = frozenset({"new", "needs-translation"})
Codes = Mapping[str, tuple[str, str]]
"""By id: what a code stands for, at its start and at its end."""


def read_xliff(data: bytes, name: str) -> tuple[tuple[Returned, ...], tuple[Problem, ...]]:
    """One Returned for each `<file>`. Raises KetapubError for what is no XLIFF."""
    root = parse_xml(data, name)
    if local_name(root) != "xliff":
        hint = "send the .xlf file of the kit, or its .po or .csv"
        raise KetapubError(Problem(name, 1, f"this XML is no XLIFF but <{local_name(root)}>", hint))
    problems: list[Problem] = []
    found = []
    for file in children(root, "file"):
        newer = not root.get("version", "").startswith("1")
        units = file.iter("{*}unit" if newer else "{*}trans-unit")
        texts = list(_read_units(units, _read_unit2 if newer else _read_unit, name, problems))
        locale = root.get("trgLang", "") if newer else file.get("target-language", "")
        found.append(Returned(name, locale, file.get("original", ""), gather(texts)))
    if not any(each.answers for each in found):
        hint = "send back the file that the kit holds, with its ids"
        raise KetapubError(Problem(name, 0, "no message of a kit is in it", hint), *problems)
    return tuple(found), tuple(problems)


def _read_units(units: Any, read: Any, file: str, problems: list[Problem]) -> Iterator[Text]:
    for unit in units:
        name = read_name(unit.get("id", "")) or read_name(unit.get("resname", ""))
        line = unit.sourceline or 0
        if name is None:
            hint = "keep the ids of the kit; this text was left out"
            problems.append(Problem(file, line, "a unit whose id is not ours", hint, "warning"))
            continue
        try:
            yield read(unit, name, line)
        except _LostCodeError as error:
            hint = "put the codes of the source text back in, or send the text again"
            what = f"the code {error} of this text is not one of the source text"
            problems.append(Problem(file, line, what, hint))


class _LostCodeError(Exception):
    """A code without text, and none in the source that it could stand for."""


# --- 1.2 ------------------------------------------------------------------------------------------


def _read_unit(unit: Any, name: Name, line: int) -> Text:
    source, target = child(unit, "source"), child(unit, "target")
    said, codes = "", {}
    if source is not None and not list(source.iter("{*}x", "{*}g")):
        said = _flatten(source, {})
        codes = code_texts(cut_inline(said, markdown=True))
    text = _flatten(target, codes)
    state = target.get("state", "") if target is not None else ""
    ready = state in READY if state else None
    if ready is None and unit.get("approved") == "no":
        ready = False
    comments = tuple(_notes(unit, "from"))
    return Text(name, line, text, ready, comments, source=said, idle=state in _IDLE)


def _flatten(element: Any | None, codes: Codes) -> str:
    """The text of an element, its codes as the text that they stand for."""
    parts = []
    for part in mixed(element) if element is not None else ():
        if isinstance(part, str):
            parts.append(part)
        elif local_name(part) in ("bpt", "ept", "ph", "it", "mrk", "sub"):
            parts.append(_flatten(part, codes))
        else:
            start, end = _look_up(codes, part.get("id", ""))
            parts += [start, _flatten(part, codes), end]
    return "".join(parts)


def _look_up(codes: Codes, name: str) -> tuple[str, str]:
    if name not in codes:
        raise _LostCodeError(name or "without id")
    return codes[name]


def _notes(unit: Any, author: str) -> Iterator[str]:
    """The lines of notes that are not ours, with their author; tools copy ours into their own."""
    notes = [(note.get(author, ""), "".join(note.itertext())) for note in unit.iter("{*}note")]
    ours = {line.strip() for who, text in notes if who == OURS for line in text.splitlines()}
    for who, text in notes:
        lines = [line.strip() for line in text.splitlines()]
        said = " ".join(line for line in lines if line and line not in ours)
        if said and who != OURS:
            yield said if who in ("", "translator") else f"{who}: {said}"


# --- 2.x ------------------------------------------------------------------------------------------


def _read_unit2(unit: Any, name: Name, line: int) -> Text:
    data = {each.get("id", ""): "".join(each.itertext()) for each in unit.iter("{*}data")}
    pieces = [each for each in unit if local_name(each) in ("segment", "ignorable")]
    source = "".join(_flatten2(child(piece, "source"), data) for piece in pieces)
    parts: list[tuple[int, str]] = []
    states = []
    for place, piece in enumerate(pieces, start=1):
        target = child(piece, "target")
        if local_name(piece) == "segment":
            states.append(piece.get("state", "initial"))
        elif target is None:
            target = child(piece, "source")
        if target is not None:
            order = target.get("order", "")
            parts.append((int(order) if order.isdecimal() else place, _flatten2(target, data)))
    text = "".join(text for _, text in sorted(parts, key=lambda part: part[0]))
    ready = all(state in READY for state in states) if states else None
    blank = not any("".join(t.itertext()).strip() for t in unit.iter("{*}target"))
    comments = tuple(_notes(unit, "category"))
    return Text(
        name, line, "" if blank and not text.strip() else text, ready, comments, source=source
    )


def _flatten2(element: Any | None, data: Mapping[str, str]) -> str:
    parts = []
    for part in mixed(element) if element is not None else ():
        if isinstance(part, str):
            parts.append(part)
            continue
        tag = local_name(part)
        if tag == "cp":
            pass  # a character that XML cannot hold, and no text needs
        elif tag in ("mrk", "sm", "em"):
            parts.append(_flatten2(part, data))
        elif tag == "pc":
            start, end = part.get("dataRefStart", ""), part.get("dataRefEnd", "")
            parts += [_datum(data, start), _flatten2(part, data), _datum(data, end)]
        else:  # ph, sc, ec
            parts.append(_datum(data, part.get("dataRef", "")))
    return "".join(parts)


def _datum(data: Mapping[str, str], name: str) -> str:
    if name not in data:
        raise _LostCodeError(name or "without dataRef")
    return data[name]
