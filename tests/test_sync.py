"""`extract` and `update` on the real project: nothing changes that did not have to, nothing is lost."""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ketapub.project import load_project
from ketapub.sync import update
from project_edits import ES, edit, line_of, read_files
from project_runs import Ran

Run = Callable[..., Ran]
ARTICLE = "source/ketamine.md"
DOMAINS = ("ketamine", "ketapub", "helplines")
needs_gettext = pytest.mark.skipif(
    shutil.which("msgcat") is None, reason="gettext is not installed"
)


def catalogs(folder: Path) -> list[Path]:
    found = sorted((folder / "locale").rglob("*.po"))
    assert len(found) == 18
    return found


def entries(text: str) -> dict[str, str]:
    """msgid line -> the entry around it."""
    found = {}
    for entry in text.split("\n\n"):
        msgid = re.search(r'^(?:#~ )?msgid (.*(?:\n".*")*)', entry, re.MULTILINE)
        assert msgid, entry
        found[msgid[1]] = entry.strip("\n")
    return found


def changed(before: dict[str, bytes], now: dict[str, bytes]) -> dict[str, set[str]]:
    """Path below `locale/` -> the entries that are not what they were, by msgid."""
    result = {}
    for path in sorted({*before, *now}):
        if path.endswith((".po", ".pot")) and before.get(path) != now.get(path):
            old, new = (entries(files[path].decode()) for files in (before, now))
            result[path] = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    return result


@pytest.fixture
def synced(project_folder: Path) -> Path:
    """The real project, whatever its sources said last."""
    update(load_project(project_folder))
    return project_folder


def test_the_committed_catalogs_are_up_to_date(project_folder: Path) -> None:
    """Law 6: with nothing changed, `update` changes no byte."""
    before = read_files(project_folder / "locale")
    written, problems = update(load_project(project_folder))
    assert [each.path for each in written if each.changed] == []
    assert problems == ()
    assert changed(before, read_files(project_folder / "locale")) == {}


def test_update_notes_what_machines_drafted_once(project_folder: Path) -> None:
    path = project_folder / "locale/es/drafts.txt"
    path.unlink()
    update(load_project(project_folder))
    noted = path.read_text("utf-8")
    marked = sum(
        "# machine draft" in entry and "#~ msgid" not in entry
        for catalog in (project_folder / "locale/es/LC_MESSAGES").glob("*.po")
        for entry in catalog.read_text("utf-8").split("\n\n")
    )
    assert len(noted.splitlines()) == 1 + marked
    update(load_project(project_folder))
    assert path.read_text("utf-8") == noted


@pytest.mark.parametrize(
    "rewrite",
    [
        ("msgcat", "--width=60"),
        ("msgcat", "--no-wrap"),
        ("msgattrib", "--no-fuzzy"),
    ],
    ids=" ".join,
)
@needs_gettext
def test_update_changes_no_byte_of_what_another_tool_saved(
    rewrite: tuple[str, ...], synced: Path
) -> None:
    for path in catalogs(synced):
        subprocess.run([*rewrite, "-o", path, path], check=True)
    before = read_files(synced / "locale")
    written, problems = update(load_project(synced))
    assert [each.path for each in written if each.changed] == []
    assert problems == ()
    assert read_files(synced / "locale") == before


@needs_gettext
def test_msgfmt_accepts_every_catalog_and_every_template(synced: Path) -> None:
    update(load_project(synced))
    templates = sorted((synced / "locale").glob("*.pot"))
    assert [path.stem for path in templates] == sorted(DOMAINS)
    for path in [*catalogs(synced), *templates]:
        done = subprocess.run(
            ["msgfmt", "--check", "--verbose", "-o", "/dev/null", path],
            capture_output=True,
            text=True,
        )
        complaints = [line for line in done.stderr.splitlines() if "translated message" not in line]
        # a template has no Language and no date yet
        complaints = [c for c in complaints if path.suffix == ".po" or "warning: header" not in c]
        assert done.returncode == 0, done.stderr
        assert not [c for c in complaints if "error" in c or "format" in c], complaints


def test_reflowing_a_paragraph_changes_no_catalog(synced: Path) -> None:
    before = read_files(synced / "locale")
    path = synced / ARTICLE
    text = path.read_text("utf-8")
    body = text[text.index("## What") :]
    reflowed = re.sub(
        r"(?m)^(?![#:|<+]).{60,}$",
        lambda line: re.sub(r"(.{30,50}?) (?![\d-])", r"\1\n", line[0], count=1),
        body,
    )
    assert reflowed.count("\n") > body.count("\n") + 5
    path.write_text(text.replace(body, reflowed), "utf-8")
    update(load_project(synced))
    assert changed(before, read_files(synced / "locale")) == {}


def test_a_new_section_adds_its_own_entries_and_touches_no_other(synced: Path) -> None:
    before = read_files(synced / "locale")
    edit(
        synced / ARTICLE,
        "## Conclusion",
        "## Where to ask\n\nAsk a pharmacist near you.\n\n## Conclusion",
    )
    update(load_project(synced))
    found = changed(before, read_files(synced / "locale"))
    assert set(found) == {"ketamine.pot"} | {
        path for path in before if path.endswith("/ketamine.po")
    }
    added = {'"Where to ask"', '"Ask a pharmacist near you."'}
    assert all(keys == added for keys in found.values()), found


def test_a_renamed_heading_changes_its_own_entry_alone(synced: Path) -> None:
    before = read_files(synced / "locale")
    edit(synced / ARTICLE, "## Signs of addiction", "## Signs of an addiction")
    update(load_project(synced))
    now = read_files(synced / "locale")
    for path, keys in changed(before, now).items():
        assert keys == {'"Signs of addiction"', '"Signs of an addiction"'}, path
    spanish = entries(now["es/LC_MESSAGES/ketamine.po"].decode())['"Signs of an addiction"']
    old = entries(before["es/LC_MESSAGES/ketamine.po"].decode())['"Signs of addiction"']
    assert "#, fuzzy" in spanish
    assert '#| msgid "Signs of addiction"' in spanish
    assert spanish.splitlines()[-1] == old.splitlines()[-1], "its translation is kept"


def test_one_changed_word_is_a_small_diff(synced: Path) -> None:
    before = (synced / ES).read_text("utf-8").splitlines()
    edit(synced / ARTICLE, "as a party drug", "as a club drug")
    update(load_project(synced))
    now = (synced / ES).read_text("utf-8").splitlines()
    lines = [
        line
        for line in difflib.unified_diff(before, now, lineterm="", n=0)
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]
    text = "Later, it also became known as a {} drug."
    # the reference may count as moved, since the word-level diff stands above it
    gone = {line for line in lines if line[0] == "-"} - {"-#: source/ketamine.md"}
    assert gone == {f'-msgid "{text.format("party")}"'}
    assert {f'+#| msgid "{text.format("party")}"', f'+msgid "{text.format("club")}"'} < set(lines)
    assert len(lines) <= 11, "its own entry with its diff, and the obsolete one"


def test_a_text_that_went_and_came_back_has_its_translation(synced: Path) -> None:
    original = (synced / ARTICLE).read_bytes()
    before = entries((synced / ES).read_text("utf-8"))
    edit(synced / ARTICLE, "- anxiety\n", "")
    update(load_project(synced))
    assert '#~ msgid "anxiety"' in (synced / ES).read_text("utf-8")
    (synced / ARTICLE).write_bytes(original)
    update(load_project(synced))
    assert entries((synced / ES).read_text("utf-8")) == before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (ARTICLE, ":::\n\n## Signs", "\n## Signs"),
        ("source/regions/GB.toml", "[emergency]", "[emergencies]"),
        ("templates/shared/help.html", "{%- macro number", "{%- makro number"),
    ],
    ids=["article", "region", "page template"],
)
def test_with_a_broken_source_update_refuses_and_touches_nothing(
    path: str, old: str, new: str, synced: Path, run: Run
) -> None:
    edit(synced / path, old, new)
    before = read_files(synced)
    ran = run(synced, "update")
    assert ran.code == 1
    assert f"{path}:" in ran.err
    assert "hint:" in ran.err
    assert read_files(synced) == before


def test_a_catalog_that_cannot_be_read_is_left_as_it_is_and_the_others_are_merged(
    synced: Path, run: Run
) -> None:
    text = "título".encode("latin-1")
    (synced / ES).write_bytes(text)
    edit(synced / ARTICLE, "- anxiety\n", "- anxieties\n")
    ran = run(synced, "update")
    assert ran.code == 1
    assert f"{ES}:1: this is not UTF-8 text\n  hint: save" in ran.err
    assert (synced / ES).read_bytes() == text
    assert line_of(synced / "locale/fr/LC_MESSAGES/ketamine.po", 'msgid "anxieties"')


def test_a_new_locale_gets_a_catalog_of_every_domain(synced: Path) -> None:
    edit(synced / "source/publication.toml", 'ZA = ["en"]', 'ZA = ["en", "af"]')
    update(load_project(synced))
    made = sorted(path.stem for path in (synced / "locale/af/LC_MESSAGES").iterdir())
    assert made == sorted(DOMAINS)


def test_a_page_template_of_the_project_itself_is_extracted(synced: Path) -> None:
    edit(synced / "templates/web/base.html", "<body>", '<body>{{ _("Welcome in") }}')
    update(load_project(synced))
    for path in (synced / "locale").rglob("ketapub.po"):
        assert 'msgid "Welcome in"\nmsgstr ""' in path.read_text("utf-8")
