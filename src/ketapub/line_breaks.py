"""Turn the HTML of a sheet into HTML whose lines end where its readers would end them.

Only spaces change, and only between the tags: a space that must not break becomes a no-break space,
and where a script writes no spaces, a zero-width one stands between words (UAX 14, class SA). The
renderer itself ends lines in Thai (by libthai) and in Chinese and Japanese.
"""

from __future__ import annotations

import re
from functools import partial
from importlib.util import find_spec

from ketapub.errors import MachineError, Problem

NO_BREAK = "\u00a0"
ZERO_WIDTH = "\u200b"

_MARKUP = re.compile(r"(<(?:style|title|svg)\b.*?</(?:style|title|svg)>|<[^>]*>)", re.DOTALL)
_NUMBER = ("<bdi", '<a href="tel:', '<a href="sms:')
_KEPT = re.compile(
    r"(?<=\d) (?=(?:[%‰°€£$]|[^\W\d_]{1,3}(?!\w)))"  # 10 mg, 24 h, 5 %
    r"|(?<=\d) (?=\d{3}(?!\d))"  # 10 000
    r"|(?<=[§№€£$]) (?=\d)|(?<=\bn°) (?=\d)|(?<=\bN[or]\.) (?=\d)"
    r"|(?<=«) (?=\S)|(?<=\S) (?=[»:;!?](?!\w))"  # French spaces its marks from its words
)
_SPACELESS = {
    "km": re.compile(r"[\u1780-\u17b3\u17b6-\u17d3\u17d7]+"),
    "lo": re.compile(r"[\u0e81-\u0eff]+"),
    "my": re.compile(r"[\u1000-\u1049\u1050-\u109f\uaa60-\uaa7f]+"),
}
"""Languages whose words the renderer cannot tell apart, and the letters that they are found by."""
SPACELESS_SCRIPTS = frozenset({"Khmr", "Laoo", "Mymr"})


def set_lines(html: str) -> str:
    """The same words and markup, with the spaces that say where a line may end.

    Raises MachineError where the text needs a dictionary (Khmer, Lao, Burmese) that is not here.
    """
    parts = _MARKUP.split(html)
    for at in range(0, len(parts), 2):  # the odd ones are markup
        if not parts[at - 1].startswith(_NUMBER):  # a number stays as it is dialled
            parts[at] = _separate_words(_KEPT.sub(NO_BREAK, parts[at]))
    return "".join(parts)


def has_dictionaries() -> bool:
    """Whether this machine knows where lines of Khmer, Lao and Burmese may end."""
    return find_spec("icu4py") is not None


def _separate_words(text: str) -> str:
    for tag, letters in _SPACELESS.items():
        text = letters.sub(partial(_separate, tag), text)
    return text


def _separate(tag: str, run: re.Match[str]) -> str:
    """A run of letters with its words apart, by the dictionaries of ICU."""
    try:
        from icu4py.breakers import LineBreaker
    except ImportError as error:
        raise MachineError(
            Problem(
                tag,
                0,
                "this language is written without spaces, and nothing here knows its words",
                "install its dictionary: pip install 'ketapub[breaks]'",
                code="library",
            )
        ) from error
    return ZERO_WIDTH.join(map(str, LineBreaker(run[0], tag)))
