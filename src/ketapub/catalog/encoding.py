"""Turn the bytes of a catalog that is no UTF-8 into its text, where it says itself what they are."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_CHARSET = re.compile(rb"charset=([\w.:-]{2,40})", re.ASCII)
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Declared(NamedTuple):
    """A text and the name of its encoding."""

    text: str
    charset: str


def read_declared(data: bytes) -> Declared | None:
    """The text by a byte order mark of UTF-16, or by the charset of the header; None: neither fits.

    gettext writes such files where a header says so; Windows' editors save as UTF-16.
    """
    charset = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not charset and (found := _CHARSET.search(data)):
        charset = found[1].decode("ascii")
    try:
        text = codecs.decode(data, charset or "utf-8")
    except (LookupError, UnicodeError):
        return None
    return Declared(text, charset) if isinstance(text, str) and "\0" not in text else None
