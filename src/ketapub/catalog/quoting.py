"""Turn text into the quoted lines of a PO file and back, the way GNU gettext does.

polib writes whole entries. Single strings are ours: polib leaves `\\a`, `\\101` and `\\x41`
unread, and breaks lines at U+2028, U+0085, form feed and vertical tab too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAMED = {"\\": "\\", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r"}
_NAMED |= {"t": "\t", "v": "\v"}
_QUOTED = str.maketrans({char: f"\\{name}" for name, char in _NAMED.items()})
_ESCAPE = re.compile(r'\\([abfnrtv\\"])|((?:\\[0-7]{1,3}|\\x[0-9A-Fa-f]+)+)')
_CODE = re.compile(r"\\(?:x([0-9A-Fa-f]+)|([0-7]+))")

STRING = r'[^"\\\n]*(?:\\(?:[abfnrtv\\"0-7]|x[0-9A-Fa-f])[^"\\\n]*)*'
"""Regular expression for what may stand between the quotation marks: no escape but gettext's."""


def quote(text: str) -> str:
    """Text as it stands between the quotation marks, on one line."""
    return text.translate(_QUOTED)


def unquote(quoted: str) -> str:
    """The text that stands between the quotation marks (which must match `STRING`)."""
    return _ESCAPE.sub(_character, quoted) if "\\" in quoted else quoted


def _character(match: re.Match[str]) -> str:
    name, codes = match.groups()
    if name:
        return _NAMED[name]
    # Numbers are bytes: `msgcat --escape` writes every letter beyond ASCII as several of them.
    data = bytes((int(x, 16) if x else int(o, 8)) % 256 for x, o in _CODE.findall(codes))
    return data.decode("utf-8", errors="replace")


def write_field(keyword: str, text: str, prefix: str = "") -> str:
    """`keyword "text"`, unwrapped; text of several lines starts on a line of its own.

    `prefix` stands before each line: "", "#~ ", "#| " or "#~| ".
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    if len(lines) > 1:
        lines.insert(0, "")
    first, *rest = lines or [""]
    written = [f'{prefix}{keyword} "{quote(first)}"\n']
    written += [f'{prefix}"{quote(line)}"\n' for line in rest]
    return "".join(written)


def write_fields(
    msgctxt: str | None, msgid: str, msgid_plural: str, msgstr: Sequence[str], prefix: str = ""
) -> str:
    """All fields of an entry, as polib writes them unwrapped; without `msgid_plural` one msgstr."""
    import polib

    forms = dict(enumerate(msgstr)) if msgid_plural else {}
    entry = polib.POEntry(
        msgctxt=msgctxt,
        msgid=msgid,
        msgid_plural=msgid_plural,
        msgstr="" if msgid_plural else msgstr[0],
        msgstr_plural=forms,
    )
    text = str(entry.__unicode__(wrapwidth=0))
    return "".join(f"{prefix}{line}\n" for line in text.split("\n") if line)


def write_comment(mark: str, text: str) -> str:
    """Each line of a comment behind its mark: "#", "#." or "#:"; no space at a line's end.

    Save behind a backslash: gettext joins a line that ends in one to the next.
    """
    lines = (f"{mark} {line}".rstrip() for line in text.split("\n"))
    return "".join(f"{line} \n" if line.endswith("\\") else f"{line}\n" for line in lines)
