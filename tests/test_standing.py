"""What stands is what would be made anew: a build that takes over the last one's outputs changes nothing.

Each input is changed in turn, and all of them by chance. The next build, which takes over what the note
of the last one lets it, must publish the very bytes of one that finds no note.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import TODAY
from ketapub import fingerprint
from ketapub.message import message_digest
from ketapub.plan import make_plan
from ketapub.project import load_project
from ketapub.standing import NOTE
from project_edits import (
    ADDRESS,
    AR,
    ES,
    edit,
    make_fuzzy,
    read_files,
    set_editions,
    set_key,
    set_msgstr,
    sign,
)
from project_runs import Ran, Stub

Run = Callable[..., Ran]
Edit = Callable[[Path], None]
ARTICLE, SETTINGS = "source/ketamine.md", "source/publication.toml"
WORDS, HELPLINES = (ES.replace("ketamine.po", f"{name}.po") for name in ("ketapub", "helplines"))
WITHDRAWN = '[[withdrawn]]\nedition = "es@US"\nreason = "a wrong dose"\n'


def _append(name: str, text: str) -> Edit:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as stream:
            stream.write(text)

    return change


def _write(name: str, text: str) -> Edit:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, "utf-8")

    return change


def _replace(name: str, old: str, new: str) -> Edit:
    return lambda folder: edit(folder / name, old, new)


def _front(line: str) -> Edit:
    return _replace(ARTICLE, "+++\n", f"+++\n{line}\n")


def _touch(name: str) -> Edit:
    """Somebody writes into what is published, as many bytes as there were."""

    def change(folder: Path) -> None:
        path = folder / "dist" / name
        path.write_bytes(bytes(len(path.read_bytes())))

    return change


def _sign_source(folder: Path) -> None:
    messages = load_project(folder).messages["ketamine"]
    lines = (
        f"{message_digest(*message.key, message.forms)} 2026-11-20 clinical ketamine Ana Prueba\n"
        for message in messages
    )
    (folder / "source/reviews.txt").write_text("".join(lines), "utf-8")


CHANGES: dict[str, Edit] = {
    "nothing": lambda folder: None,
    "a message": lambda folder: set_msgstr(folder / ES, "What ketamine is", "¿Qué es esto?"),
    "a critical message": lambda folder: make_fuzzy(folder / AR, "Call {emergency} at once."),
    "a word of the pages": lambda folder: set_msgstr(folder / WORDS, "Contents", "Índice"),
    "a word beside numbers": lambda folder: set_msgstr(folder / HELPLINES, "Free to call", "Gratuito"),
    "a number": _replace("source/regions/US.toml", '"1-800-662-4357"', '"1-800-662-4358"'),
    "an emergency number": _replace("source/regions/GB.toml", 'call = "999"', 'call = "112"'),
    "the name of a line": _replace("source/regions/US.toml", "SAMHSA National", "SAMHSA’s National"),
    "the paper of a region": _replace("source/regions/US.toml", 'paper = "letter"', 'paper = "a4"'),
    "a text": _replace(ARTICLE, "\n## ", "\n## Now ") ,
    "the day of a text": _replace(ARTICLE, "updated = ", "updated = 2026-11-20 # "),
    "a byline": _front('byline = "Dr A. Example"'),
    "sources": _front('sources = [{ title = "A & B", url = "https://a.test-site.net/" }]'),
    "discretion": _front("discreet = true"),
    "an older address": _front('aliases = ["older"]'),
    "an address": lambda folder: set_key(folder / SETTINGS, "base_url", f'"{ADDRESS}"'),
    "whom to tell": lambda folder: set_key(folder / SETTINGS, "contact", '"tell@a.test-site.net"'),
    "the publisher": lambda folder: set_key(folder / SETTINGS, "publisher", '"Somebody else"'),
    "formats": lambda folder: set_key(folder / SETTINGS, "formats", '["handout", "bilingual"]'),
    "editions": lambda folder: set_editions(folder, 'US = ["en", "es", "ar"]\nGB = ["en", "ar"]'),
    "a quick exit": _replace(SETTINGS, "[editions]", '[quick_exit]\nGB = "https://bbc.co.uk/"\n[editions]'),
    "a page template": lambda folder: _own(folder, "web/page.html", "<h1>", '<h1 class="x">'),
    "a part of templates": lambda folder: _own(folder, "shared/help.html", '"callout"', '"callout x"'),
    "a print template": lambda folder: _own(folder, "print/pieces.html", "<h1>", '<h1 class="x">'),
    "a style": lambda folder: _own(folder, "print/parts.css", "{", "{ orphans: 4; "),
    "the size of a format": lambda folder: _own(folder, "print/handout.toml", "size = [12", "size = [11"),
    "reviews": lambda folder: sign(folder, "es", "language", "clinical", "community"),
    "a clinician": _sign_source,
    "a text taken back": _write("source/withdrawn.toml", WITHDRAWN),
    "a published page": _touch("us/es/ketamine/index.html"),
    "a published sheet": _touch("gb/ar/ketamine/ketamine_gb_ar_handout.pdf"),
    "a published record": _touch("us/en/ketamine/content.json"),
    "a published index": _touch("us/es/index.html"),
    "a page that is gone": lambda folder: (folder / "dist/gb/en/ketamine/index.html").unlink(),
    "the note": lambda folder: (folder / ".ketapub" / NOTE).write_bytes(b'{"x": 1}'),
}  # fmt: skip


def _own(folder: Path, name: str, old: str, new: str) -> None:
    edit(folder / "templates" / name, old, new)


def differs(folder: Path, run: Run, *options: str) -> set[str]:
    """Paths that a build makes otherwise with the note of the last one than without."""
    fresh = folder.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(".ketapub"))
    one_code, other_code = (run(each, "build", *options).code for each in (folder, fresh))
    assert one_code == other_code < 2
    one, other = read_files(folder / "dist"), read_files(fresh / "dist")
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}


@pytest.mark.parametrize("what", CHANGES)
def test_what_stands_is_what_would_be_made(
    what: str, small: Path, run: Run, printer: Stub, request: pytest.FixtureRequest
) -> None:
    if what.startswith("a published "):  # what is written into must be its own
        run(small, "build")
    else:
        request.getfixturevalue("published")
    CHANGES[what](small)
    assert differs(small, run) == set()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_whatever_changes_one_after_the_other(
    seed: int, small: Path, run: Run, printer: Stub
) -> None:
    chance = random.Random(seed)
    run(small, "build")
    for what in chance.sample(sorted(CHANGES), len(CHANGES)):
        try:
            CHANGES[what](small)
        except (AssertionError, FileNotFoundError, KeyError):
            continue  # what it would change is no longer there
        assert differs(small, run) == set(), what


def test_a_day_changes_what_it_changes(small: Path, run: Run, printer: Stub) -> None:
    """A line that ends leaves pages and sheets the day after; nothing else asks for the date."""
    line = 'url = "https://www.samhsa.gov/find-help/national-helpline"\n'
    edit(small / "source/regions/US.toml", line, f"{line}valid_until = {TODAY.isoformat()}\n")
    run(small, "build")
    page = small / "dist/us/es/ketamine/index.html"
    assert "1-800-662-4357" in page.read_text("utf-8")
    for days in (1, 400, 2000):
        day = (TODAY + timedelta(days=days)).isoformat()
        assert differs(small, run, "--date", day) == set()
        assert "1-800-662-4357" not in page.read_text("utf-8")


def test_outputs_hang_on_every_module_also_on_those_of_one_name(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    shutil.copytree(fingerprint.__file__.rpartition("/")[0], code)
    monkeypatch.setattr(fingerprint, "_CODE", code)
    project = load_project(small)
    plan = make_plan(project, TODAY)
    frames = {fingerprint.Fingerprints(project, plan, "").frame}
    modules = [path for path in code.rglob("*.py") if len(list(code.rglob(path.name))) > 1]
    for module in modules:
        module.write_text("# changed\n")
        frames.add(fingerprint.Fingerprints(project, plan, "").frame)
    assert len(frames) == 1 + len(modules) > 10


def _refuse_to_make(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("an output that stands was made again")

    monkeypatch.setattr("ketapub.told.load_texts", fail)
    monkeypatch.setattr("ketapub.decide.decide_outputs", fail)
    monkeypatch.setattr("ketapub.web.mould_page", fail)
    monkeypatch.setattr("ketapub.web.render_place", fail)
    monkeypatch.setattr("ketapub.press.print_task", fail)


def test_with_nothing_changed_no_catalog_is_judged_and_nothing_rendered_for_an_edition(
    small: Path, run: Run, printer: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small, "build")
    (small / ".ketapub/state.json").unlink()
    _refuse_to_make(monkeypatch)
    before = {path: os.stat(path).st_ino for path in (small / "dist").rglob("*.*")}
    assert run(small, "build").code == 0
    assert {path: os.stat(path).st_ino for path in (small / "dist").rglob("*.*")} == before


def test_where_no_file_has_two_names_a_copy_stands_as_well(
    small: Path, run: Run, printer: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("ketapub.outbox.os.link", refuse)
    for _ in range(3):
        assert run(small, "build").code == 0
        (small / ".ketapub/state.json").unlink()
        _refuse_to_make(monkeypatch)
