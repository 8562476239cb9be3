"""Turn what a file that came back says of its language, and its letters, into one of ours or a refusal."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from ketapub.errors import KetapubError, Problem
from ketapub.kit.answer import Returned
from ketapub.language import Language, normalize_tag, parent_tags
from ketapub.project import Project

_SCRIPTS = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CJK": "Hani", "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor", "GREEK": "Grek",
    "GUJARATI": "Gujr", "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hani",
    "KANNADA": "Knda", "KATAKANA": "Hani", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn",
    "MALAYALAM": "Mlym", "MYANMAR": "Mymr", "SINHALA": "Sinh", "TAMIL": "Taml", "TELUGU": "Telu",
    "THAI": "Thai", "TIBETAN": "Tibt",
}  # fmt: skip
"""First word of a letter's name in Unicode -> its script; Japanese is counted with Chinese."""
_ALIKE = {"Hans": "Hani", "Hant": "Hani", "Jpan": "Hani", "Kore": "Hang"}
_FEW = 3
"""Below so many texts a script proves nothing: they may all be names."""


def find_language(file: Returned, project: Project) -> Language:
    """The language of the project that a file is in. Raises KetapubError when it has none such."""
    known = {language.tag: language for language in project.translated}
    for tag in _tags(file.locale):
        if tag in known:
            return known[tag]
    if not file.locale:
        what, hint = "it does not say which language it is in", "send the file of the kit"
    else:
        what = f"it says that its language is {file.locale[:40]}, which this publication has not"
        hint = f"the languages are {', '.join(sorted(known))}"
    raise KetapubError(Problem(file.name, 0, what, hint, code="language"))


def _tags(locale: str) -> Sequence[str]:
    """A language in our spelling, then its parents: `ar-SA`, `ar`; zh_CN is `zh-Hans`."""
    from babel.core import get_global

    try:
        tag = normalize_tag(locale.strip())
    except ValueError:
        return ()
    first = tag.partition("-")[0]
    likely = get_global("likely_subtags")
    known = likely.get(tag.replace("-", "_")) or likely.get(first, "")
    has_script = any(len(part) == len("Hans") for part in tag.split("-"))
    written = tag if has_script else "-".join(known.split("_")[:2])
    return tuple(dict.fromkeys((tag, *parent_tags(tag), written)))


def refuse_script(file: Returned, language: Language) -> None:
    """Raise KetapubError when most of a file's texts are in the letters of another script."""
    wanted = _ALIKE.get(language.script, language.script)
    texts = [
        text
        for answer in file.answers
        for text in answer.msgstr[:1]
        if answer.source != text and (script := script_of(text)) and script != "?"
    ]
    found = Counter(script_of(text) for text in texts)
    if wanted not in _SCRIPTS.values() or len(texts) < _FEW or found[wanted] * 2 >= len(texts):
        return
    most = found.most_common(1)[0][0]
    what = f"most of its texts are in another script ({most}) than {language.own_name} ({wanted})"
    hint = "it seems to be the file of another language: nothing of it was taken"
    raise KetapubError(Problem(file.name, 0, what, hint, code="language"))


def script_of(text: str) -> str:
    """The script (ISO 15924) of most letters of a text; empty when it has none."""
    names = (unicodedata.name(c, "?").partition(" ")[0] for c in text if c.isalpha())
    counts = Counter(_SCRIPTS.get(name.partition("-")[0], "?") for name in names)
    return counts.most_common(1)[0][0] if counts else ""
