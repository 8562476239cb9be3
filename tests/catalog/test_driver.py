"""Merging three versions of a catalog, case by case and with real git."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ketapub.catalog import Entry, read_po, render_template
from ketapub.catalog.driver import merge_three
from ketapub.cli import main
from ketapub.message import Message

from .samples import CATALOG, MESSAGES, needs_gettext, run, update

HEADER = (
    'msgid ""\nmsgstr ""\n"PO-Revision-Date: 2026-05-02 10:00+0200\\n"\n"Last-Translator: Ana\\n"\n'
    '"Language: es\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
)
ONE = '#. list item\n#: a.md\nmsgid "one"\nmsgstr "uno"\n'
TWO = '# mine\n#. list item\n#: a.md\nmsgid "two"\nmsgstr ""\n'
THREE = '#. cell\nmsgid "three"\nmsgid_plural "threes"\nmsgstr[0] "tres"\nmsgstr[1] "treses"\n'


def po(*entries: str) -> str:
    """A catalog of a header and these entries."""
    return "\n".join([HEADER, *entries])


BASE = po(ONE, TWO, THREE)


def merged(ours: str, theirs: str, base: str = BASE) -> str:
    """The result of a merge that needs no person."""
    text, problems = merge_three(base, ours, theirs, "x.po")
    assert problems == ()
    assert read_po(text, "x.po").problems == ()
    return text


def entry(text: str, msgid: str) -> Entry:
    """The entry of a msgid."""
    (found,) = [each for each in read_po(text, "x.po").entries if each.msgid == msgid]
    return found


def test_what_one_side_changed_stands_byte_for_byte() -> None:
    """In the place that it has in ours; either way round."""
    ours = BASE.replace('msgstr "uno"', 'msgstr ""\n"u"\n"no"')
    theirs = BASE.replace('msgid "two"\nmsgstr ""', 'msgid "two"\nmsgstr   "dos"')
    both = ours.replace('msgid "two"\nmsgstr ""', 'msgid "two"\nmsgstr   "dos"')
    assert merged(ours, theirs) == both
    assert merged(theirs, ours) == both


@pytest.mark.parametrize("text", [CATALOG, BASE, "", "\ufeff" + BASE, BASE.replace("\n", "\r\n")])
def test_when_one_side_changed_nothing_the_other_stands(text: str) -> None:
    """Not a byte of it is touched."""
    other = text.replace("uno", "un").replace("ketamina", "cetamina") + "\n# end"
    assert merge_three(text, text, other, "x") == (other, ())
    assert merge_three(text, other, text, "x") == (other, ())
    assert merge_three(text, other, other, "x") == (other, ())


def test_parts_of_one_entry_changed_on_two_sides_are_joined() -> None:
    """The text of one, the comment, reference and flag of the other."""
    ours = BASE.replace('"uno"', '"un"')
    theirs = BASE.replace(
        '#. list item\n#: a.md\nmsgid "one"',
        '#mine\n#. CRITICAL: list item\n#: b.md\n#, no-wrap\nmsgid "one"',
    )
    expected = theirs.replace('"uno"', '"un"')
    assert merged(ours, theirs) == expected
    assert merged(theirs, ours) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "mark"),
    [
        ('msgstr "un"', 'msgstr "unos"', ""),
        ('msgstr "un"', 'msgstr "unos"', "#, fuzzy\n"),
    ],
)
def test_two_texts_are_a_conflict(ours: str, theirs: str, mark: str) -> None:
    """Fuzzy, both texts in the comment, a warning with line and remedy; a ready text is shown."""
    mine = BASE.replace('msgid "one"\nmsgstr "uno"', f'{mark}msgid "one"\n{ours}')
    yours = BASE.replace('msgstr "uno"', theirs)
    text, problems = merge_three(BASE, mine, yours, "x.po")
    told = entry(text, "one")
    assert told.fuzzy
    assert told.msgstr == (("unos",) if mark else ("un",))
    assert told.comments == ('conflict, text 1: "un"', 'conflict, text 2: "unos"')
    (problem,) = problems
    assert (problem.severity, problem.code, problem.line) == ("warning", "po-conflict", told.line)
    assert problem.hint
    assert text.replace(told.raw, "") == BASE.replace("\n" + ONE, "")


def test_a_conflict_of_plural_forms_keeps_every_form() -> None:
    """One comment line each."""
    text, _ = merge_three(
        BASE, BASE.replace("tres", "3"), BASE.replace('"treses"', '"varios"'), "x"
    )
    told = entry(text, "three")
    assert told.fuzzy
    assert told.msgstr == ("3", "3es")
    assert told.comments[2:] == (
        'conflict, text 2, msgstr[0]: "tres"',
        'conflict, text 2, msgstr[1]: "varios"',
    )


def test_an_approval_and_another_text_are_not_put_together() -> None:
    """One takes the fuzzy mark off the old text, the other writes a new one that is still fuzzy."""
    base = BASE.replace('msgid "one"', '#, fuzzy\nmsgid "one"')
    theirs = base.replace('"uno"', '"un"')
    text, problems = merge_three(base, BASE, theirs, "x")
    told = entry(text, "one")
    assert (told.fuzzy, told.msgstr) == (True, ("uno",))
    assert 'conflict, text 2: "un"' in told.comments
    assert len(problems) == 1


@pytest.mark.parametrize("swap", [False, True])
def test_the_same_text_ready_and_fuzzy_is_fuzzy(swap: bool) -> None:
    """It is not worth a conflict, but somebody doubted it."""
    ours = BASE.replace('"uno"', '"un"')
    theirs = ours.replace('msgid "one"', '#, fuzzy\nmsgid "one"')
    text = merged(theirs, ours) if swap else merged(ours, theirs)
    told = entry(text, "one")
    assert (told.fuzzy, told.msgstr, told.comments) == (True, ("un",), ())


def test_a_mark_of_a_machine_draft_goes_with_its_text_only() -> None:
    """A person checked the draft on one side: the mark goes. With two texts it stays."""
    draft = BASE.replace(ONE, "# draft\n" + ONE)
    assert entry(draft, "one").comments == ("draft",)
    other = draft.replace('msgid "two"\nmsgstr ""', 'msgid "two"\nmsgstr "dos"')
    assert entry(merged(BASE, other, draft), "one").comments == ()
    text, _ = merge_three(
        draft, BASE.replace('"uno"', '"un"'), draft.replace('"uno"', '"unos"'), "x"
    )
    assert entry(text, "one").comments[0] == "draft"


def test_new_entries_come_where_they_stand_in_theirs() -> None:
    """Behind the same neighbour; ours keep their order, obsolete ones come last."""
    new = 'msgid "new"\nmsgstr ""\n'
    gone = '#~ msgid "gone"\n#~ msgstr "ido"\n'
    ours = po(TWO, ONE, 'msgid "ours"\nmsgstr ""\n', THREE, '#~ msgid "old"\n#~ msgstr "v"\n')
    theirs = po(ONE, new, TWO, new.replace("new", "newer"), THREE, gone)
    text = merged(ours, theirs)
    order = [each.msgid for each in read_po(text, "x").entries]
    assert order == ["", "two", "newer", "one", "new", "ours", "three", "old", "gone"]
    assert text.startswith(po(TWO, new.replace("new", "newer")))
    assert text.endswith("\n\n" + gone)


def test_work_on_an_entry_that_the_other_side_took_out_is_kept_as_obsolete() -> None:
    """At the end; untouched, it goes."""
    ours = po(TWO, THREE)
    theirs = BASE.replace('"uno"', '"un"')
    expected = po(TWO, THREE) + '\n#~ msgid "one"\n#~ msgstr "un"\n'
    assert merged(ours, theirs) == expected
    assert merged(theirs, ours) == expected
    renamed = BASE.replace('msgid "three"', 'msgid "four"')
    assert merged(ours, renamed) == po(TWO, THREE.replace('"three"', '"four"'))


def test_a_changed_plural_is_never_paired_with_the_old_forms() -> None:
    """A new msgid_plural on one side, filled forms on the other: fuzzy, with the old plural."""
    base = BASE.replace('"tres"', '""').replace('"treses"', '""')
    ours = base.replace('"threes"', '"three of them"')
    text = merged(ours, BASE, base)
    told = entry(text, "three")
    assert told.fuzzy
    assert told.previous == (None, "three", "threes")
    assert (told.msgid_plural, told.msgstr) == ("three of them", ("tres", "treses"))


def test_a_plural_that_is_gone_keeps_its_forms_in_a_comment() -> None:
    """One side made the message a plain one, the other translated both forms anew."""
    plain = BASE.replace('msgid_plural "threes"\nmsgstr[0] "tres"\nmsgstr[1] "treses"', 'msgstr ""')
    theirs = BASE.replace("tres", "3")
    for text in (merged(plain, theirs), merged(theirs, plain)):
        told = entry(text, "three")
        assert (told.fuzzy, told.msgid_plural, told.msgstr) == (True, "", ("3",))
        assert any('msgstr[1]: "3es"' in comment for comment in told.comments)


def test_a_suggestion_of_the_update_gives_way_to_a_translation() -> None:
    """What `update` borrowed on one branch is no translator's work."""
    first = update(MESSAGES[:1], None).text
    done = first.removesuffix('""\n') + '"Qué es"\n'
    base = update([*MESSAGES[:1], Message("What ketamine was")], first).text
    ours = update([Message("What ketamine was")], update(MESSAGES[:1], done).text).text
    assert entry(ours, "What ketamine was").fuzzy
    theirs = base.removesuffix('""\n') + '"Qué era"\n'
    for text in (merged(ours, theirs, base), merged(theirs, ours, base)):
        told = entry(text, "What ketamine was")
        assert (told.fuzzy, told.msgstr) == (False, ("Qué era",))


def test_headers_are_merged_field_by_field() -> None:
    """The later date and its translator; what either side added; never fuzzy."""
    ours = "# team\n" + BASE.replace("2026-05-02 10:00+0200", "2026-05-03 23:00-0900")
    ours = ours.replace("Ana", "Bea").replace('"Lang', '"X-Poedit: 1\\n"\n"Lang')
    theirs = "# thanks\n" + BASE.replace("2026-05-02 10:00+0200", "2026-05-04 01:00+0000")
    theirs = theirs.replace("Ana", "Carl").replace('"Lang', '"X-Gen: W\\n"\n"Lang')
    text = merged(ours, theirs)
    assert text == (
        "# team\n# thanks\n"
        + ours.partition("\n")[2].replace("UTF-8\\n", 'UTF-8\\n"\n"X-Gen: W\\n')
    )
    header = read_po(merged(theirs, ours), "x").header
    assert header["PO-Revision-Date"] == "2026-05-03 23:00-0900"
    assert header["Last-Translator"] == "Bea"


def test_of_two_segmentations_the_older_stands() -> None:
    """So that the next update migrates the entries that came from the older one."""
    two, three = (BASE.replace('"Lang', f'"X-Ketapub-Segmentation: {n}\\n"\n"Lang') for n in "23")
    one = BASE.replace('"Lang', '"X-Ketapub-Segmentation: 1\\n"\n"Lang')
    for text in (merged(two, three, one), merged(three, two, one)):
        assert read_po(text, "x").header["X-Ketapub-Segmentation"] == "2"


def test_a_message_that_came_back_on_one_side_stays_back() -> None:
    """Though the other side has cleared its obsolete entries away."""
    base = po(TWO, '#~ msgid "one"\n#~ msgstr "uno"\n')
    text = merged(po(TWO, THREE), po(ONE, TWO), base)
    assert text == po(ONE, TWO, THREE)


def test_comments_at_the_end_of_either_are_kept() -> None:
    """Where some people leave a word."""
    ours, theirs = BASE + "\n# me\n", BASE + "\n# you\n"
    assert merged(ours, theirs) == BASE + "\n# me\n# you\n"
    assert merged(BASE.replace("uno", "un"), theirs) == theirs.replace("uno", "un")


def test_line_ends_are_those_of_ours() -> None:
    """An editor on the other branch may have changed all of them."""
    theirs = BASE.replace('msgid "two"\nmsgstr ""', 'msgid "two"\nmsgstr "dos"')
    ours = BASE.replace('"uno"', '"un"')
    expected = theirs.replace('"uno"', '"un"')
    assert merged(ours, theirs.replace("\n", "\r\n")) == expected
    assert merged(ours.replace("\n", "\r\n"), theirs) == expected.replace("\n", "\r\n")


def test_a_broken_entry_stays_and_does_no_harm() -> None:
    """Ours stays as it is, theirs comes along with an error; the entries around are merged."""
    ours = BASE.replace('"uno"', '"un')
    theirs = BASE.replace('msgid "two"\nmsgstr ""', 'msgid "two"\nmsgstr "dos"')
    text, problems = merge_three(BASE, ours, theirs, "x")
    assert problems == ()
    assert text == theirs.replace('"uno"', '"un')
    text, problems = merge_three(BASE, theirs, ours, "x")
    assert entry(text, "one").msgstr == ("uno",)
    assert [p.severity for p in problems] == ["error"]
    assert 'msgstr "un\n' in text


def test_a_broken_entry_that_one_side_mended_is_mended() -> None:
    """The stretch goes where it is gone from one side."""
    base = BASE.replace('"uno"', '"un')
    theirs = base.replace('msgid "two"\nmsgstr ""', 'msgid "two"\nmsgstr "dos"')
    expected = theirs.replace('"un', '"uno"')
    assert merged(BASE, theirs, base) == expected
    text, _ = merge_three(base, theirs, BASE, "x")
    assert sorted(text.split("\n\n")) == sorted(expected.split("\n\n"))


@needs_gettext
def test_msgfmt_passes_a_merged_catalog(tmp_path: Path) -> None:
    """After a source edit here, translations there and a conflict."""
    ours = update(
        (*MESSAGES[1:], Message("What ketamine is for", kind="heading 2")),
        CATALOG.replace("Mayo", "mayo"),
    ).text
    theirs = CATALOG.removesuffix("\n").replace("Mayo", "may.").replace("Qué es", "Qué")
    text, problems = merge_three(CATALOG, ours, theirs, "x")
    assert [problem.code for problem in problems] == ["po-conflict"]
    run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)


# --- with real git --------------------------------------------------------------------------------

MUST = (
    "You must take the second tablet within the hour that follows the first one, because it"
    " works only then, and because the effect of the first would otherwise be lost on you."
)
MUST_NOT = MUST.replace("must take", "must NOT take")


class Repository:
    """A git repository with the catalogs of two branches."""

    def __init__(self, folder: Path, driver: bool) -> None:
        self.folder = folder
        self.path = folder / "es.po"
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "x")
        self.git("config", "user.email", "x@example.org")
        self.git("config", "commit.gpgsign", "false")
        if driver:
            command = f'"{sys.executable}" -m ketapub merge-po %O %A %B %P'
            self.git("config", "merge.ketapub.driver", command)
        (folder / ".gitattributes").write_text("*.po merge=ketapub\n", encoding="utf-8")

    def git(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        return subprocess.run(
            ["git", *words], cwd=self.folder, env=env, capture_output=True, text=True, check=check
        )

    def commit(self, branch: str, text: str, start: str = "") -> None:
        if start:
            self.git("checkout", "--quiet", "-b", branch, start)
        self.path.write_text(text, encoding="utf-8", newline="")
        self.git("add", ".gitattributes", "es.po")
        self.git("commit", "--quiet", "-m", branch)


def wrapped(text: str, folder: Path) -> str:
    """As most editors save it: wrapped at 79 columns."""
    return run("msgcat", text=text, folder=folder)


def branches(folder: Path) -> tuple[str, str, str]:
    """Base; the source edited on one branch; its msgstr filled in on the other."""
    base = wrapped(
        update([Message("Before."), Message(MUST), Message("After.")], None).text, folder
    )
    edited = wrapped(
        update([Message("Before."), Message(MUST_NOT), Message("After.")], base).text, folder
    )
    before, _, after = base.rpartition('msgstr ""\n\n#. text\nmsgid "After."')
    filled = before + 'msgstr "Debe tomarla."\n\n#. text\nmsgid "After."' + after
    return base, edited, wrapped(filled, folder)


def pairs(text: str) -> dict[str, str]:
    """The translations that would be published."""
    entries = read_po(text, "x").entries
    return {e.msgid: e.msgstr[0] for e in entries if e.msgid and not e.unready and not e.blank}


@needs_gettext
def test_git_by_itself_pairs_the_new_msgid_with_the_old_msgstr(tmp_path: Path) -> None:
    """What the driver is for: a clean merge that says the opposite, and msgfmt passes it."""
    repository = Repository(tmp_path, driver=False)
    base, edited, filled = branches(tmp_path)
    repository.commit("main", base)
    repository.commit("source", edited, "main")
    repository.commit("translator", filled, "main")
    repository.git("merge", "--quiet", "--no-edit", "source")
    text = repository.path.read_text(encoding="utf-8")
    assert pairs(text) == {MUST_NOT: "Debe tomarla."}
    run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)


@needs_gettext
@pytest.mark.parametrize("onto", ["source", "translator"])
@pytest.mark.parametrize("how", ["merge", "rebase", "cherry-pick"])
def test_git_with_the_driver_never_pairs_them(onto: str, how: str, tmp_path: Path) -> None:
    """The translation is kept as that of the old text; the new one is untranslated."""
    repository = Repository(tmp_path, driver=True)
    base, edited, filled = branches(tmp_path)
    repository.commit("main", base)
    repository.commit("source", edited, "main")
    repository.commit("translator", filled, "main")
    other = "translator" if onto == "source" else "source"
    if how == "rebase":
        repository.git("checkout", "--quiet", other)
        repository.git("rebase", "--quiet", onto)
    else:
        repository.git("checkout", "--quiet", onto)
        repository.git(how, *(["--no-edit"] if how == "merge" else []), other)
    text = repository.path.read_text(encoding="utf-8")
    assert pairs(text) == {MUST: "Debe tomarla."}
    assert entry(text, MUST).obsolete
    assert entry(text, MUST_NOT).blank
    run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)
    messages = [Message("Before."), Message(MUST_NOT), Message("After.")]
    assert pairs(update(messages, text).text) == {MUST: "Debe tomarla."}


def test_git_takes_a_conflict_as_fuzzy_and_stops_at_a_broken_entry(tmp_path: Path) -> None:
    """Two translators: the merge is clean and tells; what is broken is left to a person."""
    repository = Repository(tmp_path, driver=True)
    repository.commit("main", BASE)
    repository.commit("ana", BASE.replace('"uno"', '"un"'), "main")
    repository.commit("bea", BASE.replace('"uno"', '"unos"'), "main")
    done = repository.git("merge", "--no-edit", "ana")
    text = repository.path.read_text(encoding="utf-8")
    assert entry(text, "one").fuzzy
    assert "es.po:" in done.stderr
    repository.commit("carl", BASE.replace('"tres"', '"tres'), "main")
    repository.git("checkout", "--quiet", "bea")
    done = repository.git("merge", "--no-edit", "carl", check=False)
    assert done.returncode == 1
    assert "es.po" in repository.git("diff", "--name-only", "--diff-filter=U").stdout


@needs_gettext
@pytest.mark.parametrize("order", [("ana", "bea", "source"), ("source", "bea", "ana")])
def test_two_translators_and_a_source_edit_lose_nothing_and_mislead_nobody(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    """Both filled the same message in, one another one too, while the source turned to NOT."""
    repository = Repository(tmp_path, driver=True)
    base, edited, filled = branches(tmp_path)
    second = filled.replace("Debe tomarla.", "Tiene que tomarla.").replace(
        'msgid "After."\nmsgstr ""', 'msgid "After."\nmsgstr "Después."'
    )
    ana = filled.replace('msgid "Before."\nmsgstr ""', 'msgid "Before."\nmsgstr "Antes."')
    assert ana != filled
    repository.commit("main", base)
    for branch, text in (("source", edited), ("ana", ana), ("bea", second)):
        repository.commit(branch, text, "main")
    repository.git("checkout", "--quiet", order[0])
    for branch in order[1:]:
        repository.git("merge", "--quiet", "--no-edit", branch)
    text = repository.path.read_text(encoding="utf-8")
    assert pairs(text).keys() == {"Before.", "After.", *(pairs(text).keys() & {MUST})}
    assert entry(text, MUST_NOT).blank
    assert entry(text, MUST).obsolete
    assert "Debe tomarla." in text
    assert "Tiene que tomarla." in text
    run("msgfmt", "--check", "-o", os.devnull, text=text, folder=tmp_path)


def test_templates_are_merged_by_message_too(tmp_path: Path) -> None:
    """Each branch has added a message in the same place."""
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    more = [[], [Message("Ours.")], [Message("Theirs.")]]
    for path, added in zip(paths, more, strict=True):
        messages = [Message("First."), *added, Message("Last.")]
        path.write_text(render_template("k", messages, "K"), encoding="utf-8")
    assert main(["merge-po", *map(str, paths), "locale/k.pot"]) == 0
    merged = [e.msgid for e in read_po(paths[1].read_text(encoding="utf-8"), "x").entries]
    assert merged == ["", "First.", "Ours.", "Theirs.", "Last."] or merged == [
        "", "First.", "Theirs.", "Ours.", "Last."
    ]  # fmt: skip


def test_a_catalog_in_another_encoding_is_left_in_conflict_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything but 0 tells git so; the message names the catalog, not git's temporary file."""
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    for path in paths:
        path.write_bytes(BASE.encode())
    paths[2].write_bytes(BASE.replace("tres", "tr\xe9s").encode("latin-1"))
    assert main(["merge-po", *map(str, paths), "locale/es/LC_MESSAGES/k.po"]) == 1
    assert "locale/es/LC_MESSAGES/k.po:" in capsys.readouterr().err
    assert paths[1].read_bytes() == BASE.encode()
