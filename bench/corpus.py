"""Make a publication of any size, the same from the same seed: articles, catalogs, regions.

    .venv/bin/python bench/corpus.py FOLDER --articles 20 --locales 25 --regions 12

Each article has at least 60 messages, 8 headings, a table and 2 region blocks. Regions are real ones
of this repository. Translations are words made up of a language's own letters: right in form (marks,
placeholders, digits), so that checks and gate have their work and nothing to hold.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ketapub.catalog import read_po
from ketapub.catalog.quoting import quote
from ketapub.language import parse_language
from ketapub.project import load_project
from ketapub.sync import update

ROOT = Path(__file__).resolve().parent.parent
LATIN, CYRILLIC, GREEK = "aeiourstnlmd", "аеиорстнлмдк", "αειορστνλμδκ"
ARABIC, HEBREW, DEVANAGARI = (
    "ابتثجحدرسشعفقكلمنهوي",
    "אבגדהוזחטיכלמנספצקרשת",
    "कखगघचजटडतथदनपबमयरलवसह",
)
LOCALES = {
    "es": LATIN, "fr": LATIN, "de": LATIN, "ar": ARABIC, "hi": DEVANAGARI, "cs": LATIN, "da": LATIN,
    "el": GREEK, "et": LATIN, "fi": LATIN, "he": HEBREW, "hr": LATIN, "hu": LATIN, "id": LATIN,
    "lt": LATIN, "lv": LATIN, "mr": DEVANAGARI, "nb": LATIN, "pl": LATIN, "ro": LATIN,
    "ru": CYRILLIC, "sk": LATIN, "sl": LATIN, "sv": LATIN, "tr": LATIN, "uk": CYRILLIC,
}  # fmt: skip
"""Language -> letters of its words; the source language comes on top."""
REGIONS = ("US", "GB", "IE", "CA-QC", "CA-ON", "MX", "FR", "DE", "IN", "ZA", "AU", "NZ")
WORDS = ["people", "use", "this", "medicine", "under", "care", "because", "it", "may", "ease", "pain", "and", "help", "with", "low", "mood", "when", "other", "ways", "have", "failed", "while", "doctors", "watch", "heart", "breathing", "memory", "and", "sleep", "so", "that", "risks", "stay", "small", "ask", "your", "clinic", "about", "dose", "timing", "food", "water", "rest", "driving", "work", "family", "friends"]  # fmt: skip
_KEPT = re.compile(
    r"(\{\w+\}|\]\([^)]*\)|`[^`]*`|<[^>]*>|https?://\S+|[^\W\d_]+(?:['’][^\W\d_]+)?|\s+|.)"
)


def sentence(chance: random.Random, least: int, most: int) -> str:
    """A sentence of plain words, between `least` and `most` of them."""
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most))).capitalize() + "."


def article(number: int) -> str:
    """Markdown of one article: 64 messages with its title, summary and alert."""
    chance = random.Random(number)
    heading = iter(range(1, 100))
    # in letters: 101 and 112 are telephone numbers
    in_order = chr(ord("A") + number // 26) + chr(ord("A") + number % 26)
    lines = [
        "+++",
        f'title = "Article {in_order}: {sentence(chance, 3, 6)[:-1]}"',
        f'summary = "{sentence(chance, 12, 20)}"',
        'alert = "Is someone unconscious? Call {emergency} now."',
        "updated = 2025-05-02",
        "+++",
    ]
    for part in range(8):
        lines += ["", f"## {sentence(chance, 2, 5)[:-1]} {next(heading)}", ""]
        lines += [f"{sentence(chance, 15, 40)} **{sentence(chance, 2, 4)}**", ""]
        lines += [f"- {sentence(chance, 5, 14)}" for _ in range(4)]
        if part == 3:
            lines += [
                "",
                "| {} | {} |".format(*(sentence(chance, 1, 2)[:-1] for _ in "ab")),
                "|---|---|",
            ]
            lines += [f"| {sentence(chance, 2, 5)} | {sentence(chance, 2, 5)} |" for _ in range(4)]
        if part in (1, 5):
            lines += ["", "::: region US", sentence(chance, 8, 16), ":::"]
            lines += ["", "::: region *", sentence(chance, 8, 16), ":::"]
    lines += ["", "::: critical", "Call {emergency}. " + sentence(chance, 8, 12), ":::", ""]
    return "\n".join(lines)


def in_letters(letters: str) -> Callable[[str], str]:
    """A translator who writes made-up words: the same word always becomes the same."""
    known: dict[str, str] = {}

    def word(text: str) -> str:
        if text not in known:
            chance = random.Random(text.lower() + letters)
            new = "".join(chance.choices(letters, k=max(3, len(text))))
            known[text] = new.capitalize() if text[0].isupper() else new
        return known[text]

    def translate(text: str) -> str:
        parts = _KEPT.findall(text)
        return "".join(word(part) if part[0].isalpha() else part for part in parts)

    return translate


def fill(path: Path, translate: Callable[[str], str]) -> None:
    """Give every entry of a catalog that has none a translation."""
    out = []
    catalog = read_po(path.read_text("utf-8"), path.name)
    for entry in catalog.chunks:
        raw = entry.raw
        if getattr(entry, "msgid", "") and raw.rstrip("\n").endswith('msgstr ""'):
            at = raw.rindex('msgstr ""')
            raw = (
                raw[:at]
                + f'msgstr "{quote(translate(entry.msgid))}"'
                + raw[at + len('msgstr ""') :]
            )
        out.append(raw)
    path.write_text("".join(out) + catalog.tail, "utf-8")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a publication is."""

    articles: int = 20
    locales: int = 25
    """The source language among them."""
    regions: int = 12

    @property
    def tags(self) -> list[str]:
        """Its languages, the source first."""
        return ["en", *LOCALES][: self.locales]

    @property
    def codes(self) -> tuple[str, ...]:
        """Its regions."""
        return REGIONS[: self.regions]

    @property
    def editions(self) -> int:
        """Pages; as many handouts in each format."""
        return self.articles * self.locales * self.regions


ADDRESS = "https://handouts.test/"
"""Of the web root, in the domain that RFC 2606 keeps for tests: sitemap, feed and codes are made."""


def make(folder: Path, size: Size, formats: Sequence[str] = ()) -> None:
    """A whole project in a new folder."""
    (folder / "source").mkdir(parents=True)
    shutil.copytree(ROOT / "source/regions", folder / "source/regions")
    write_publication(folder, size, formats)
    for number in range(size.articles):
        (folder / f"source/article-{number}.md").write_text(article(number), "utf-8")
    for tag in size.tags[1:]:
        (folder / "locale" / parse_language(tag).locale / "LC_MESSAGES").mkdir(parents=True)
    update(load_project(folder))
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(translate_all, folder), size.tags[1:]))


def translate_all(folder: Path, tag: str) -> None:
    """Fill every catalog of a language."""
    translate = in_letters(LOCALES[tag])
    for path in sorted((folder / "locale" / parse_language(tag).locale).rglob("*.po")):
        fill(path, translate)


def write_publication(folder: Path, size: Size, formats: Sequence[str] = ()) -> None:
    """The publication's settings; an article fills three sheets, so its handout may have four."""
    editions = "\n".join(f"{code} = {size.tags!r}".replace("'", '"') for code in size.codes)
    (folder / "source/publication.toml").write_text(
        f'title = "Bench"\npublisher = "Bench"\nbase_url = "{ADDRESS}"\nunreviewed = "publish"\n'
        f"formats = {list(formats)!r}\n[editions]\n{editions}\n".replace("'", '"'),
        "utf-8",
    )
    (folder / "templates/print").mkdir(parents=True, exist_ok=True)
    text = (ROOT / "templates/print/handout.toml").read_text("utf-8")
    (folder / "templates/print/handout.toml").write_text(re.sub("sides = .*", "sides = 4", text))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--locales", type=int, default=25, help="the source language among them")
    parser.add_argument("--regions", type=int, default=12)
    parser.add_argument("--format", action="append", default=[])
    options = parser.parse_args()
    size = Size(options.articles, options.locales, options.regions)
    make(options.folder, size, options.format)
