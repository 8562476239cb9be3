"""Turn a broken stretch of a catalog into an entry that tools can read, and lose no line of it.

What cannot be read stands behind the stretch's comments as `# broken: ...`; a text that is left is
fuzzy, since its end may be missing. Without a msgid that is surely whole there is no entry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ketapub.catalog.group import CONFLICT
from ketapub.catalog.part import Part, cut
from ketapub.catalog.po import Remnant
from ketapub.catalog.quoting import write_comment, write_fields
from ketapub.message import Key

_COMMENTS = ("comment", "extracted", "reference")
_BROKEN_FIELD = re.compile(r"[ \t]*(?:#~[ \t]*)?msg(?:ctxt|id|str)")
_BROKEN_MSGSTR = re.compile(r"[ \t]*(?:#~[ \t]*)?msgstr\b")


class Salvaged(NamedTuple):
    """What becomes of a broken stretch."""

    entry: str
    """An entry; empty when there is none."""
    comments: tuple[str, ...]
    """Lines without a place: for the comment of the header, which no tool drops."""


def salvage(remnant: Remnant, nplurals: int, taken: Collection[Key]) -> Salvaged | None:
    """An entry or comments that hold every line; None for a merge conflict, which is a person's.

    `taken` are the messages that have an entry already.
    """
    parts = cut(remnant.raw)
    if any(part.kind == "junk" and CONFLICT.match(part.raw) for part in parts):
        return None
    fields = _find_fields(parts, nplurals)
    if fields is None or fields.key in taken:
        where = (f"broken, from line {remnant.line} on:",)
        return Salvaged("", (*where, *(f"broken: {line}" for line in _lines([remnant.raw]))))
    return Salvaged(_write(parts, fields), ())


class _Fields(NamedTuple):
    msgctxt: str | None
    msgid: str
    msgid_plural: str
    msgstr: tuple[str, ...]
    obsolete: bool

    @property
    def key(self) -> Key:
        return ("\0" if self.msgctxt == "" else self.msgctxt or "", self.msgid)


def _find_fields(parts: Sequence[Part], nplurals: int) -> _Fields | None:
    """The one message that the stretch is about, where its msgid is surely whole."""
    found: dict[str, list[Part]] = {"msgctxt": [], "msgid": [], "msgid_plural": [], "msgstr": []}
    ended = False
    for part in parts:
        if part.previous or part.kind in ("blank", *_COMMENTS, "flag", "sticky"):
            continue
        if part.kind == "junk":
            begun = any(found.values()) or _BROKEN_FIELD.match(part.raw) is not None
            if begun and not ended and not _BROKEN_MSGSTR.match(part.raw):
                return None  # it may be a line of the msgid
            ended = ended or begun
        else:
            found[part.kind].append(part)
            ended = ended or part.kind == "msgstr"
    single = [texts[0] if texts else None for texts in found.values()]
    context, msgid, plural, _msgstr = single
    if any(len(found[name]) > 1 for name in found if name != "msgstr") or not ended:
        return None
    if msgid is None or not msgid.text:
        return None
    return _Fields(
        context and context.text,
        msgid.text,
        plural.text if plural else "",
        _forms(found["msgstr"], plural is not None, nplurals),
        msgid.obsolete,
    )


def _forms(texts: Sequence[Part], plural: bool, nplurals: int) -> tuple[str, ...]:
    """The translation, where it is plain which text belongs where; else none."""
    by_number = {part.number: part.text for part in texts}
    if len(by_number) < len(texts) or not plural:
        return (texts[0].text if len(texts) == 1 else "",) * (nplurals if plural else 1)
    return tuple(by_number.get(number, "") for number in range(nplurals))


def _write(parts: Sequence[Part], fields: _Fields) -> str:
    kept = {kind: [part for part in parts if part.kind == kind] for kind in _COMMENTS}
    text = "".join(map(_line, kept["comment"]))
    readable = ("comment", "flag", "sticky", *(() if fields.obsolete else _COMMENTS))
    broken = [part.raw for part in parts if part.kind not in readable]
    text += "".join(write_comment("#", f"broken: {line}") for line in _lines(broken))
    if not fields.obsolete:
        text += "".join(map(_line, (*kept["extracted"], *kept["reference"])))
    words = [w for p in parts if p.kind in ("flag", "sticky") for w in _words(p)]
    marks = ["fuzzy"] if any(form.strip() for form in fields.msgstr) else []
    if flags := dict.fromkeys((*marks, *words)):
        text += f"#, {', '.join(flags)}\n"
    prefix = "#~ " if fields.obsolete else ""
    return text + write_fields(*fields[:4], prefix)


def _lines(raws: Sequence[str]) -> tuple[str, ...]:
    """The lines that say something."""
    text = "".join(raws).replace("\r\n", "\n")
    return tuple(line for line in text.split("\n") if line.strip())


def _line(part: Part) -> str:
    return part.raw.rstrip("\r\n").lstrip().removeprefix("#~").lstrip() + "\n"


def _words(part: Part) -> list[str]:
    return part.text.replace(",", " ").split()
