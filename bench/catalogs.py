"""Time what catalogs cost: two edits in an article of 260 messages, 40 catalogs; peers beside it.

    make bench ONLY=catalogs

Seconds of CPU (ours and their processes', the fastest of three runs) and the changed lines of one catalog.
"""

from __future__ import annotations

import gc
import random
import resource
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from place import Place, find
from table import Row, Section

from ketapub.catalog import merge, render_template
from ketapub.catalog.quoting import write_fields
from ketapub.catalog.template import render_extracted, render_header, render_references
from ketapub.cli import GARBAGE
from ketapub.language import parse_language
from ketapub.message import Message

MESSAGES, CATALOGS, RUNS = 260, 40, 3
PATH = "article.md"
WORDS = ["ketamine", "medicine", "doctor", "person", "help", "effect", "dose", "hour", "safe", "breathing", "water", "street", "pain", "clinic", "bladder", "memory", "friend", "alone", "driving", "mixing", "sleep", "because", "after", "before", "while", "during"]  # fmt: skip
SPANISH = parse_language("es")


def article() -> list[Message]:
    """Messages of the lengths that an article's have; the first is its title."""
    chance = random.Random(3)
    texts = [
        " ".join(chance.choices(WORDS, k=chance.choice([4, 6, 15, 30, 60]))).capitalize()
        for _ in range(MESSAGES)
    ]
    texts[0], texts[30] = "Ketamine: promise and perils", "What ketamine is"
    return [Message(text, kind="paragraph", paths=(PATH,)) for text in texts]


def edited(messages: Sequence[Message]) -> list[Message]:
    """With a new title and one heading."""
    new = list(messages)
    new[0] = replace(new[0], msgid="Ketamine: medical promise and perils")
    new[30] = replace(new[30], msgid="What ketamine is now")
    return new


def translated(messages: Sequence[Message]) -> str:
    """A catalog with every message translated."""
    entries = [
        render_extracted(message)
        + render_references(message)
        + write_fields(None, message.msgid, "", [message.msgid[::-1]])
        for message in messages
    ]
    return "\n".join([render_header("k", "es", SPANISH.plural_forms), *entries])


def markdown(messages: Sequence[Message]) -> str:
    """The article as po4a reads it."""
    return "\n\n".join([f"# {messages[0].msgid}", *(m.msgid for m in messages[1:])]) + "\n"


def cpu() -> float:
    """Seconds of CPU so far, those of processes that have ended too."""
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in use)


def by_ketapub(folder: Path) -> None:
    """In this process, as `ketapub update` does it."""
    gc.set_threshold(GARBAGE)
    messages = edited(article())
    for path in sorted(folder.glob("*.po")):
        text = path.read_text("utf-8")
        path.write_text(merge("k", messages, text, SPANISH, path.name).text, "utf-8")


def by_msgmerge(*options: str) -> Callable[[Path], None]:
    """One process a catalog."""

    def run(folder: Path) -> None:
        template = folder / "k.pot"
        template.write_text(render_template("k", edited(article()), "K"), "utf-8")
        for path in sorted(folder.glob("*.po")):
            words = ["msgmerge", "--quiet", "--previous", "--update", "--backup=none"]
            subprocess.run([*words, *options, path, template], check=True)

    return run


def by_po4a(folder: Path) -> None:
    """One process for all catalogs."""
    (folder / PATH).write_text(markdown(edited(article())), "utf-8")
    words = ["po4a-updatepo", "--format", "text", "--option", "markdown", "--master", PATH]
    for path in sorted(folder.glob("*.po")):
        words += ["--po", path.name]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def by_mdpo(folder: Path) -> None:
    """One process a catalog."""
    (folder / PATH).write_text(markdown(edited(article())), "utf-8")
    for path in sorted(folder.glob("*.po")):
        words = [
            find("md2po"),
            "--quiet",
            "--save",
            "--wrapwidth",
            "inf",
            "--po-filepath",
            path.name,
        ]
        subprocess.run([*words, PATH], cwd=folder, check=True, capture_output=True)


PEERS: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
    ("msgmerge", "msgmerge", by_msgmerge()),
    ("msgmerge --no-wrap --no-fuzzy-matching", "msgmerge", by_msgmerge("--no-wrap", "-N")),
    ("po4a-updatepo", "po4a-updatepo", by_po4a),
    ("mdpo's md2po", "md2po", by_mdpo),
)
"""Name, program, and how it merges the catalogs of a folder."""


def measure(run: Callable[[Path], None]) -> tuple[float, int]:
    """Seconds of CPU for all catalogs, and changed lines of one."""
    old = translated(article())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(CATALOGS):
            (folder / f"{number:02}.po").write_text(old, "utf-8")
        start = cpu()
        run(folder)
        seconds = cpu() - start
        return seconds, changed_lines(old, folder / "00.po")


def changed_lines(old: str, new: Path) -> int:
    """Lines of text added and taken out; blank lines between entries are none."""
    before = new.with_suffix(".old")
    before.write_text(old, "utf-8")
    words = ["git", "diff", "--no-index", "--minimal", "--unified=0", before, new]
    diff = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    lines = diff.partition("\n@@")[2].splitlines()
    return sum(line[:1] in ("+", "-") and bool(line[1:].strip()) for line in lines)


def merging(place: Place) -> Section:
    """Two edits brought into every catalog."""
    runs = 1 if place.quick else RUNS
    ours = [measure(by_ketapub) for _ in range(runs)]
    fastest = min(seconds for seconds, _ in ours)
    rows, lines = [], [f"ketapub {ours[0][1]}"]
    for name, program, run in PEERS:
        found = [measure(run) for _ in range(runs)] if find(program) else []
        least = min((seconds for seconds, _ in found), default=None)
        rows.append(
            Row("merge", f"{CATALOGS} catalogs of {MESSAGES} messages", fastest, name, least)
        )
        lines += [f"{name} {found[0][1]}"] if found else []
    note = (
        f"CPU seconds, the fastest of {runs}, after two edits of the article. Lines of one catalog that"
        f" changed: {', '.join(lines)}."
    )
    return Section("Catalogs", tuple(rows), (note,))
