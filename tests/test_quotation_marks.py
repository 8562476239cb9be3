"""The quotation marks of the shipped catalogs are those of their languages (CLDR, delimiters)."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

MARKS = re.compile('["“”„‟«»‹›‘’‚「」『』〝〞]')
QUOTES = {
    "ar": "«»“”",
    "de": "„“‚‘",
    "es": "«»“”‘’",
    "fr": "«»’",
    "hi": "“”‘’",
    "zh_Hans": "“”‘’",
}


@pytest.mark.parametrize("locale", QUOTES)
def test_each_language_has_its_own_marks_and_as_many_that_open_as_close(
    root: Path, locale: str
) -> None:
    texts = [
        text
        for path in sorted((root / "locale" / locale).rglob("*.po"))
        for entry in polib.pofile(str(path))
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert len(texts) > 200
    for text in texts:
        used = MARKS.findall(text)
        assert set(used) <= set(QUOTES[locale]), text
        first, last = QUOTES[locale][:2]
        assert used.count(first) == used.count(last), text


def test_no_folder_of_catalogs_is_left_out(root: Path) -> None:
    assert {path.parent.name for path in root.glob("locale/*/LC_MESSAGES")} == set(QUOTES)
