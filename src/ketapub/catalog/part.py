"""Turn the text of a PO file into parts: comment lines, fields, blank lines and what is neither.

The parts joined are the text, whatever the text is. The syntax is that of the manual of GNU
gettext, "The Format of PO Files", as its 0.21 reads it: several fields on a line, strings in
pieces, `#,fuzzy` without a space, `#=` lines for sticky flags (gettext 0.25).
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ketapub.catalog.quoting import STRING, unquote

Kind = Literal[
    "blank", "comment", "extracted", "reference", "flag", "sticky",
    "msgctxt", "msgid", "msgid_plural", "msgstr", "junk",
]  # fmt: skip


class Part(NamedTuple):
    """A slice of the file with one meaning."""

    kind: Kind
    raw: str
    """The slice itself, with its line end where it has one."""
    line: int
    """1-based line it begins on."""
    text: str = ""
    """What it says: a field's text, or a comment line without its mark."""
    prefix: str = ""
    """Of a field: "", "#~" (obsolete), "#|" (previous) or "#~|" (both)."""
    number: int = -1
    """The 2 of msgstr[2]; -1 when it has none."""

    @property
    def previous(self) -> bool:
        """Whether it tells an earlier msgid."""
        return "|" in self.prefix

    @property
    def obsolete(self) -> bool:
        """Whether it belongs to an obsolete entry."""
        return "~" in self.prefix


_new = tuple.__new__
"""Without the defaults of a NamedTuple: a publication has a hundred thousand parts."""
_SPACE = r"[ \t\r\f\v]*"
_NEXT = rf"{_SPACE} (?: \n (?: {_SPACE} \n )* {_SPACE} (?P=prefix) {_SPACE} )?"
_PART = re.compile(
    rf"""
      {_SPACE} (?P<prefix> \#~\| | \#~ | \#\| | )
      {_SPACE} (?P<keyword> msgctxt | msgid_plural | msgid | msgstr )
      (?: {_SPACE} \[ {_SPACE} (?P<index> [0-9]{{1,4}} ) {_SPACE} \] )?
      {_NEXT} " (?P<first> {STRING} ) "
      (?P<more> (?: {_NEXT} " {STRING} " )* )
      {_SPACE} \n?
    | {_SPACE} (?: \#~ {_SPACE} )? \# (?P<comment> (?! [~|] ) [^\n]* ) \n?
    | (?P<blank> {_SPACE} \n | {_SPACE} \#~ {_SPACE} (?: \n | \Z ) | [ \t\r\f\v]+ \Z )
    | [^\n]* \n | [^\n]+
    """,
    re.VERBOSE,
)
_PIECE = re.compile(f'"({STRING})"')
_FIELDS: dict[str, Kind] = {
    "msgctxt": "msgctxt",
    "msgid": "msgid",
    "msgid_plural": "msgid_plural",
    "msgstr": "msgstr",
}
_COMMENTS: dict[str, Kind] = {
    ".": "extracted",
    ":": "reference",
    ",": "flag",
    "!": "flag",
    "=": "sticky",
}


def cut(text: str) -> list[Part]:
    """The parts of a PO file in order; joined they are the text, byte for byte."""
    parts: list[Part] = []
    line = 1
    for match in _PART.finditer(text):
        raw = match.group()
        prefix, keyword, index, first, more, comment, blank = match.groups()
        if keyword is not None:
            parts.append(_field(raw, line, prefix, keyword, index, first, more))
        elif comment is not None:
            kind = _COMMENTS.get(comment[:1], "comment")
            said = comment if kind == "comment" else comment[1:]
            parts.append(_new(Part, (kind, raw, line, said.strip(), "", -1)))
        else:
            kind = "junk" if blank is None else "blank"
            parts.append(_new(Part, (kind, raw, line, "", "", -1)))
        line += raw.count("\n")
    return parts


def _field(
    raw: str, line: int, prefix: str, keyword: str, index: str | None, first: str, more: str
) -> Part:
    if index is not None and keyword != "msgstr":
        return Part("junk", raw, line)
    text = first + "".join(_PIECE.findall(more)) if more else first
    number = -1 if index is None else int(index)
    return _new(Part, (_FIELDS[keyword], raw, line, unquote(text), prefix, number))
