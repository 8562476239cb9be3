"""Turn a corpus into po4a's masters and catalogs, and time it writing the translated articles."""

from __future__ import annotations

from pathlib import Path

import corpus
from measure import Taken, run


def make(folder: Path, size: corpus.Size) -> None:
    """Masters, settings, and catalogs with every message translated."""
    (folder / "source").mkdir(parents=True)
    lines = [
        f"[po4a_langs] {' '.join(size.tags[1:])}",
        "[po4a_paths] po/$master/$master.pot $lang:po/$master/$lang.po",
        '[options] opt:"-M UTF-8 -L UTF-8"',
    ]
    for number in range(size.articles):
        name = f"article-{number}"
        (folder / f"po/{name}").mkdir(parents=True)
        (folder / f"source/{name}.md").write_text(as_yaml(corpus.article(number)), "utf-8")
        lines.append(
            f"[type: text] source/{name}.md $lang:out/$lang/{name}.md"
            f' opt:"-o markdown -o neverwrap -o yfm_keys=title,summary,alert" pot={name}'
        )
    (folder / "po4a.cfg").write_text("\n".join(lines) + "\n", "utf-8")
    run(("po4a", "--quiet", "--no-translations", "po4a.cfg"), folder)
    for tag in size.tags[1:]:
        words = corpus.in_letters(corpus.LOCALES[tag])
        for path in folder.glob(f"po/*/{tag}.po"):
            corpus.fill(path, words)


def as_yaml(text: str) -> str:
    """An article with the kind of front matter that po4a can read."""
    _, front, body = text.split("+++\n", 2)
    return f"---\n{front.replace(' = ', ': ')}---\n{body}"


def translate(folder: Path) -> Taken:
    """Every article in every language anew; the catalogs stay as they are."""
    for path in folder.glob("out/*/*.md"):
        path.unlink()
    return run(("po4a", "--quiet", "--no-update", "--keep", "0", "po4a.cfg"), folder)
