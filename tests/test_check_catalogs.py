"""`check` on catalogs as people leave them: altered msgids, broken files, annotations."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import copy_sources, make_small
from ketapub.cli.terminal import annotation
from ketapub.errors import Problem
from project_edits import ES, edit, line_of, read_files, set_msgstr
from project_runs import Ran

Run = Callable[..., Ran]
PLAIN = "Later, it also became known as a party drug."


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def name_nobody(patch: pytest.MonkeyPatch) -> None:
    """Let git commit, whoever runs the tests."""
    patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for name in ("AUTHOR", "COMMITTER"):
        patch.setenv(f"GIT_{name}_NAME", "x")
        patch.setenv(f"GIT_{name}_EMAIL", "x@example.org")


@pytest.fixture(scope="module")
def first_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`.git` of the small project after its first commit, tagged `before`. Read only."""
    folder = make_small(copy_sources(tmp_path_factory.mktemp("git") / "project"))
    with pytest.MonkeyPatch.context() as patch:
        name_nobody(patch)
        git(folder, "init", "--quiet", "--initial-branch=main")
        commit(folder, "before")
    return folder / ".git"


@pytest.fixture
def repository(small: Path, first_commit: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project with a first commit, tagged `before`."""
    name_nobody(monkeypatch)
    shutil.copytree(first_commit, small / ".git", ignore=shutil.ignore_patterns("hooks"))
    return small


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", tag)
    git(folder, "tag", tag)


# --- check --base --------------------------------------------------------------------------------


def test_an_altered_msgid_is_an_error_on_its_line_and_says_what_it_was(
    repository: Path, run: Run
) -> None:
    edit(repository / ES, f'msgid "{PLAIN}"', 'msgid "Later, it also was known as a party drug."')
    ran = run(repository, "check", "--base", "before")
    assert ran.code == 1
    line = line_of(repository / ES, "Later, it also was known")
    assert f"{ES}:{line}: this source text (msgid) was altered" in ran.err
    assert "it was “Later, it also became known as a" in ran.err
    assert ran.err.count("altered") == 1


def test_an_altered_template_is_an_error_too(repository: Path, run: Run) -> None:
    edit(repository / "locale/ketamine.pot", PLAIN, "Something else.")
    ran = run(repository, "check", "--base", "before")
    assert ran.code == 1
    assert "locale/ketamine.pot:" in ran.err


def test_a_deleted_entry_is_an_error(repository: Path, run: Run) -> None:
    entries = (repository / ES).read_text("utf-8").split("\n\n")
    left = [entry for entry in entries if f'msgid "{PLAIN}"' not in entry]
    assert len(left) == len(entries) - 1
    (repository / ES).write_text("\n\n".join(left), "utf-8")
    ran = run(repository, "check", "--base", "before")
    assert ran.code == 1
    assert "was deleted" in ran.err


@pytest.mark.parametrize("order", ["translated", "source edited", "both"])
def test_translating_and_updating_are_no_alteration(order: str, repository: Path, run: Run) -> None:
    if order != "source edited":
        edit(repository / ES, "# machine draft, please check\n", "", count=3)
    if order != "translated":
        edit(repository / "source/ketamine.md", "as a party drug", "as a club drug")
        assert run(repository, "update").code == 0
    plain = run(repository, "check")
    ran = run(repository, "check", "--base", "before")
    assert (ran.code, ran.err) == (plain.code, plain.err)


def test_a_translation_moved_under_the_reworded_source_by_hand_is_an_error(
    repository: Path, run: Run
) -> None:
    """The source was ahead of the catalog, and somebody wrote the new text over the old msgid."""
    edit(repository / "source/ketamine.md", "as a party drug", "as a club drug")
    commit(repository, "source")
    edit(repository / ES, "as a party drug", "as a club drug")
    ran = run(repository, "check", "--base", "source")
    assert ran.code == 1
    assert "this ready translation is that of another source text" in ran.err
    git(repository, "checkout", "--quiet", "--", ES)
    assert run(repository, "update").code == 0
    assert "is that of another" not in run(repository, "check", "--base", "source").err


def test_it_compares_with_where_the_branch_began_not_with_what_came_since(
    repository: Path, run: Run
) -> None:
    git(repository, "checkout", "--quiet", "-b", "translator")
    edit(repository / ES, "# machine draft, please check\n", "", count=1)
    commit(repository, "translated")
    git(repository, "checkout", "--quiet", "main")
    edit(repository / "source/ketamine.md", "as a party drug", "as a club drug")
    assert run(repository, "update").code == 0
    commit(repository, "later")
    git(repository, "checkout", "--quiet", "translator")
    assert run(repository, "check", "--base", "main").code == 0


def test_an_unknown_revision_is_wrong_usage(repository: Path, run: Run) -> None:
    for revision in ("nowhere", "--all"):
        ran = run(repository, "check", f"--base={revision}")
        assert ran.code == 2
        assert f"--base {revision}: git knows no such revision here" in ran.err


def test_a_folder_without_git_is_wrong_usage(small: Path, run: Run) -> None:
    assert run(small, "check", "--base", "main").code == 2


# --- check --fix ---------------------------------------------------------------------------------


def test_fix_mends_what_check_found_and_says_so(small: Path, run: Run) -> None:
    path = small / ES
    whole = path.read_text("utf-8")
    at = whole.rindex("\nmsgstr ")
    path.write_text("\ufeff" + whole[: at + 20], "utf-8")
    ran = run(small, "check")
    assert ran.code == 1
    assert re.fullmatch(r"1 error, \d+ warnings\n", ran.out)
    fixed = run(small, "check", "--fix")
    assert f"{ES}:1: note: mended: the file begins with a byte order mark" in fixed.err
    assert "mended: this cannot be read, and is kept as a comment" in fixed.err
    text = path.read_text("utf-8")
    assert whole[at - 5 : at + 20].splitlines()[-1].strip('"') in text
    again = read_files(small / "locale")
    second = run(small, "check", "--fix")
    assert "note: " not in second.err
    assert read_files(small / "locale") == again


HEAD = "PO-Revision-Date: "


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (HEAD, f"{HEAD}2026-05-01T10:00:00Z", ":1: warning: PO-Revision-Date is not in gettext's"),
        (
            "nplurals=2",
            "nplurals=3",
            ":1: warning: Plural-Forms are not those of es, which are nplurals=2;",
        ),
        ('"Language: es\\n"\n', "", ":1: warning: the header field Language is missing"),
        ("charset=UTF-8", "charset=CP1252", ":1: warning: the header says another charset"),
        ('\nmsgid "What ketamine', '\n#= no-wrap\nmsgid "What ketamine', "behind `#=`"),
        ('\nmsgid "What ketamine', '\n# = no-wrap\nmsgid "What ketamine', "behind `#=`"),
    ],
)
def test_check_tells_of_what_fix_mends(
    old: str, new: str, told: str, small: Path, run: Run
) -> None:
    """Nothing is held for it: the translations are as good as they were."""
    edit(small / ES, old, new)
    ran = run(small, "check")
    assert ran.code == 0
    assert told in ran.err
    assert "hint: ketapub check --fix mends this" in ran.err
    assert "note: mended: " in run(small, "check", "--fix").err
    assert told not in run(small, "check").err


def test_a_catalog_cut_off_between_two_entries_is_told_of(small: Path, run: Run) -> None:
    """It looks whole to every other tool."""
    path = small / ES
    entries = path.read_text("utf-8").split("\n\n")
    path.write_text("\n\n".join(entries[:-3]) + "\n", "utf-8")
    ran = run(small, "check")
    lines = len(path.read_text("utf-8").splitlines())
    assert f"{ES}:{lines}: warning: 3 messages have no entry in this catalog" in ran.err
    assert "bring it back from git first" in ran.err
    run(small, "update")
    assert "no entry in this catalog" not in run(small, "check").err


def test_a_broken_entry_is_told_of_once(small: Path, run: Run) -> None:
    """Not by the reading and by the judging of its translation."""
    edit(small / ES, 'msgstr "Qué es la ketamina"', "msgstr “Qué es la ketamina”")
    ran = run(small, "check", "--json")
    assert ran.code == 1
    assert ran.out.count('"severity": "error"') == 1
    assert "does not stand between straight quotation marks" in ran.out


@pytest.mark.parametrize(("charset", "encoding"), [("ISO-8859-1", "latin-1"), ("UTF-8", "utf-16")])
def test_fix_makes_utf8_of_an_encoding_that_the_file_tells(
    charset: str, encoding: str, small: Path, run: Run
) -> None:
    path = small / ES
    whole = path.read_text("utf-8").encode("latin-1", "replace").decode("latin-1")
    other = whole.replace("charset=UTF-8", f"charset={charset}")
    path.write_bytes(other.encode(encoding))
    ran = run(small, "check")
    assert ran.code == 1
    assert "hint: ketapub check --fix makes it UTF-8" in ran.err
    assert run(small, "check", "--fix").code == 0
    assert path.read_text("utf-8") == whole


def test_an_encoding_that_nothing_tells_is_never_guessed(small: Path, run: Run) -> None:
    path = small / ES
    data = path.read_text("utf-8").encode("latin-1", "replace")
    path.write_bytes(data)
    assert run(small, "check", "--fix").code == 1
    assert path.read_bytes() == data


def test_fix_touches_nothing_that_is_sound(small: Path, run: Run) -> None:
    before = read_files(small)
    ran = run(small, "check", "--fix")
    assert ran.code == 0
    assert "note: " not in ran.err
    assert read_files(small) == before


# --- check --github ------------------------------------------------------------------------------


def test_annotations_name_file_and_line_and_stay_on_one_line_each(small: Path, run: Run) -> None:
    path = small / ES
    set_msgstr(path, "Later, it also", "50 % de {x}")
    plain = run(small, "check", "--json")
    ran = run(small, "check", "--github")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert len(lines) == plain.out.count('"path"')
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    line = next(x for x in lines if x.startswith("::error"))
    assert line.startswith(f"::error file={ES},line={line_of(path, '50 % de') - 1},title=")
    assert "%0A" in line, "the hint stands on a line of its own"


def test_an_annotation_escapes_what_github_would_take_for_its_own_marks() -> None:
    problem = Problem("a,b:c.po", 0, "100 % of x:: y\r\nz", "a hint", "note", "numbers")
    assert annotation(problem, "docs/kit") == (
        "::notice file=docs/kit/a%2Cb%3Ac.po,line=1,title=numbers::100 %25 of x:: y%0D%0Az%0Aa hint"
    )


def test_annotations_and_json_are_one_or_the_other(small: Path, run: Run) -> None:
    assert run(small, "check", "--github", "--json").code == 2


# --- update --same-meaning -----------------------------------------------------------------------


@pytest.fixture
def reworded(small: Path) -> Path:
    """A typo fixed in the article, and a word that turns a sentence around."""
    edit(small / "source/ketamine.md", "it also became known", "it became also known")
    return small


def test_a_confirmed_typo_fix_keeps_every_translation_ready(reworded: Path, run: Run) -> None:
    ran = run(reworded, "update", "--same-meaning", "--yes")
    assert ran.code == 0
    assert "{+became+} also [-became-]" in ran.out
    assert "carried over: 6 source texts, over all catalogs" in ran.out
    text = (reworded / ES).read_text("utf-8")
    assert "Later, it became also known as a party drug." in text
    assert "fuzzy" not in text
    assert PLAIN not in text


def test_after_an_update_it_can_still_be_confirmed(reworded: Path, run: Run) -> None:
    assert run(reworded, "update").code == 0
    assert "#, fuzzy" in (reworded / ES).read_text("utf-8")
    assert run(reworded, "update", "--same-meaning", "--yes").code == 0
    assert "#, fuzzy" not in (reworded / ES).read_text("utf-8")


def test_without_an_answer_the_changes_are_shown_and_nothing_is_written(
    reworded: Path, run: Run
) -> None:
    before = read_files(reworded)
    ran = run(reworded, "update", "--same-meaning")
    assert ran.code == 2
    assert "{+became+} also [-became-]" in ran.out
    assert "ketapub update --same-meaning --yes" in ran.err
    assert read_files(reworded) == before


@pytest.mark.parametrize(("answer", "fuzzy"), [("y", False), ("n", True), ("", True)])
def test_on_a_terminal_each_change_is_asked_for(
    answer: str, fuzzy: bool, reworded: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert run(reworded, "update", "--same-meaning").code == 0
    assert ("#, fuzzy" in (reworded / ES).read_text("utf-8")) is fuzzy


def test_a_negation_is_never_carried_over(small: Path, run: Run) -> None:
    edit(small / "source/ketamine.md", "it also became known", "it never became known")
    ran = run(small, "update", "--same-meaning", "--yes")
    assert "never carried over: a number, a negation, a placeholder or a link differs" in ran.out
    text = (small / ES).read_text("utf-8")
    at = text.index("it never became known")
    assert 'msgstr ""' in text[at : at + 120]


def test_yes_by_itself_is_wrong_usage(small: Path, run: Run) -> None:
    assert run(small, "update", "--yes").code == 2
