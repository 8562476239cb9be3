"""The recipe for Weblate, as far as it can be tried without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ketapub.language import parse_language, usual_tag
from ketapub.project import load_project
from project_edits import set_msgstr
from project_runs import Ran

Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def recipe(root_of_tests: Path) -> str:
    return (root_of_tests / "docs/weblate.md").read_text("utf-8")


@pytest.fixture(scope="module")
def root_of_tests() -> Path:
    return Path(__file__).resolve().parent.parent


def setting(recipe: str, name: str) -> str:
    """The value of a setting, as the table of the recipe gives it."""
    found = re.search(rf"(?m)^\| {re.escape(name)}[^|]*\| `([^`]+)`", recipe)
    assert found, name
    return found[1]


def test_the_discovery_finds_every_catalog_and_nothing_else(recipe: str, root: Path) -> None:
    pattern = re.compile(setting(recipe, "Regular expression to match"))
    wanted = re.compile(setting(recipe, "Language filter"))
    project = load_project(root)
    locales = {language.locale for language in project.locales}
    files = [p.relative_to(root).as_posix() for p in (root / "locale").rglob("*") if p.is_file()]
    found = {m["component"]: set() for m in map(pattern.match, files) if m}
    for match in filter(None, map(pattern.match, files)):
        if wanted.match(match["language"]):
            found[match["component"]].add(match["language"])
    assert set(found) == set(project.messages)
    assert all(languages == locales for languages in found.values())
    assert not pattern.match("locale/es/reviews.txt")
    assert not [name for name in ("en_XA", "ar_XB") if wanted.match(name)]
    assert wanted.match("en_GB")


def test_the_template_of_each_component_exists(recipe: str, root: Path) -> None:
    base = setting(recipe, "Define the base file")
    for domain in load_project(root).messages:
        assert (root / base.replace("{{ component }}", domain)).is_file()


def test_every_alias_of_the_recipe_leads_to_the_folder_it_names(recipe: str) -> None:
    rows = re.findall(r"(?m)^\| ((?:`[\w-]+`(?:, )?)+) \| `(\w+)` \|$", recipe)
    assert len(rows) >= 5
    for names, folder in rows:
        assert parse_language(folder).locale == folder
        for name in re.findall(r"`([\w-]+)`", names):
            assert usual_tag(name).replace("-", "_") == folder, name
    listed = re.search(r"`([\w:,]+:[\w:,]+)`", recipe)
    assert listed
    for pair in listed[1].split(","):
        name, folder = pair.split(":")
        assert usual_tag(name).replace("-", "_") == folder


@pytest.mark.parametrize("tag", ["es", "zh_Hans", "pt_BR", "fr_CA", "fil", "he"])
def test_a_usual_tag_stays_itself(tag: str) -> None:
    assert usual_tag(tag) == tag.replace("_", "-")


@pytest.mark.parametrize("tag", ["xx", "not a tag", "templates", ""])
def test_what_is_no_language_has_no_tag(tag: str) -> None:
    assert usual_tag(tag) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pt_BR", "locale/pt_BR is not yet published: no edition has this language"),
        ("zh_CN", "rename the folder to zh_Hans"),
        ("tl", "rename the folder to fil"),
        ("xx", "locale/xx is not yet published: no edition has this language"),
    ],
)
def test_a_language_that_no_edition_has_is_not_yet_published_and_no_error(
    name: str, told: str, project_folder: Path, run: Run
) -> None:
    """Even while its catalog is broken."""
    folder = project_folder / "locale" / name / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "ketamine.po").write_text('msgid "What', "utf-8")
    for command in ("check", "update", "status"):
        ran = run(project_folder, command)
        assert ran.code == 0, command
        assert f"{name}/LC_MESSAGES/ketamine.po:1: the file ends" not in ran.err, command
    assert f"note: locale/{name} is" in ran.out
    assert told in ran.out
    assert 'msgid "What' in (folder / "ketamine.po").read_text("utf-8")
    assert not (folder / "ketapub.po").exists()


def test_a_language_that_is_not_yet_published_is_kept_up_to_date(
    project_folder: Path, run: Run
) -> None:
    """Weblate adds the folder; translators get new texts, are told of faults, and nothing waits."""
    folder = project_folder / "locale/pt_BR/LC_MESSAGES"
    folder.mkdir(parents=True)
    path = folder / "ketamine.po"
    path.write_text((project_folder / "locale/ketamine.pot").read_text("utf-8"), "utf-8")
    article = project_folder / "source/ketamine.md"
    article.write_text(article.read_text("utf-8").replace("party drug", "club drug"), "utf-8")
    assert run(project_folder, "update").code == 0
    text = path.read_text("utf-8")
    assert "club drug" in text
    assert "party drug" not in text
    set_msgstr(path, "What ketamine is", "O que é {x}")
    ran = run(project_folder, "check")
    assert ran.code == 0
    assert "pt_BR/LC_MESSAGES/ketamine.po:" in ran.err
    assert "warning: {x} is no placeholder of the source" in ran.err
    assert run(project_folder, "send", "pt-BR").code == 0
