"""Mending what tools stumble over, fault by fault."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ketapub.catalog import Entry, read_po
from ketapub.catalog.mend import mend

from .samples import CATALOG, MESSAGES, NAME, Spanish, needs_gettext, run, update

FIXTURES = Path(__file__).parent.parent / "data" / "po"
ENTRY = 'msgid "one"\nmsgstr "uno"\n'
HEADER = CATALOG[CATALOG.index('msgid ""') : CATALOG.index("\n\n")] + "\n"


def mended(text: str, *codes: str, language: Spanish | None = None) -> str:
    """The mended catalog; `codes` are the notes that it must bring, in order of their lines."""
    language = language or Spanish()
    new, fixes = mend(text, NAME, language)
    assert [fix.code for fix in fixes] == list(codes)
    assert all(fix.severity == "note" and fix.path == NAME and fix.message for fix in fixes)
    assert mend(new, NAME, language) == (new, ())
    assert not any(problem.severity == "error" for problem in read_po(new, NAME).problems)
    return new


def entry(text: str, msgid: str) -> Entry:
    """The entry of a msgid."""
    (found,) = [each for each in read_po(text, "x.po").entries if each.msgid == msgid]
    return found


@pytest.mark.parametrize("name", ["poedit", "weblate", "lokalize"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_good_tools_save_needs_no_mending(name: str, line_end: str) -> None:
    """Nor has the update anything to do in it."""
    text = (FIXTURES / f"{name}.po").read_text(encoding="utf-8").replace("\n", line_end)
    assert mended(text) == text
    assert update(MESSAGES, text).text == text


def test_a_byte_order_mark_goes() -> None:
    """And nothing else changes."""
    assert mended("\ufeff" + CATALOG, "po-bom") == CATALOG


@pytest.mark.parametrize(
    ("flags", "expected", "fuzzy"),
    [
        ("#= python-brace-format\n", "#, python-brace-format\n", False),
        ("# = python-brace-format\n", "#, python-brace-format\n", False),
        ("#= fuzzy\n", "#, fuzzy\n", True),
        ("# = fuzzy, no-wrap\n", "#, fuzzy, no-wrap\n", True),
        ("#, no-wrap\n#= fuzzy, no-wrap\n", "#, fuzzy, no-wrap\n", True),
        ("# = fuzzy\n# mine\n#= range: 1..5\n", "# mine\n#, fuzzy, range:, 1..5\n", True),
    ],
)
def test_sticky_flags_become_plain_ones(flags: str, expected: str, fuzzy: bool) -> None:
    """Those that the gettext of today writes, and what yesterday's makes of them."""
    text = mended(f"{HEADER}\n{flags}{ENTRY}", "po-flags")
    assert text == f"{HEADER}\n{expected}{ENTRY}"
    assert entry(text, "one").fuzzy is fuzzy


@needs_gettext
def test_flags_that_msgcat_took_for_a_comment_come_back(tmp_path: Path) -> None:
    """A real old msgcat; a person's comment with an equals sign is left alone."""
    text = run("msgcat", text=f"{HEADER}\n# = 2 tablets\n#= fuzzy\n{ENTRY}", folder=tmp_path)
    if "#= fuzzy" not in text:
        assert "# = fuzzy" in text
    new = mended(text, "po-flags")
    assert entry(new, "one").fuzzy
    assert entry(new, "one").comments == ("= 2 tablets",)


def test_equal_duplicates_become_one() -> None:
    """With the comments of both, in the first place, as ready as it was."""
    text = f'{HEADER}\n# a\n{ENTRY}\nmsgid "two"\nmsgstr "dos"\n\n# b\n#. k\n{ENTRY}'
    new = mended(text, "po-duplicate")
    assert new == f'{HEADER}\n# a\n# b\n#. k\n{ENTRY}\nmsgid "two"\nmsgstr "dos"\n'
    doubt = mended(f"{HEADER}\n{ENTRY}\n#, fuzzy\n{ENTRY}", "po-duplicate")
    assert entry(doubt, "one").fuzzy


def test_an_untranslated_duplicate_goes() -> None:
    """Whichever of the two it is."""
    blank = ENTRY.replace("uno", "")
    for pair in ((blank, ENTRY), (ENTRY, blank)):
        assert mended("\n".join([HEADER, *pair]), "po-duplicate") == f"{HEADER}\n{ENTRY}"


def test_of_different_duplicates_the_later_stands_fuzzy() -> None:
    """Both texts are in its comment."""
    new = mended(f"{HEADER}\n{ENTRY}\n{ENTRY.replace('uno', 'un')}", "po-duplicate")
    told = entry(new, "one")
    assert (told.fuzzy, told.msgstr) == (True, ("un",))
    assert told.comments == ('duplicate, text 1: "uno"', 'duplicate, text 2: "un"')


def test_an_obsolete_duplicate_gives_its_text_or_leaves_it_in_a_comment() -> None:
    """msgfmt refuses it beside a live one."""
    gone = '# said\n#~ msgid "one"\n#~ msgstr "un"\n'
    new = mended(f"{HEADER}\n{ENTRY}\n{gone}", "po-duplicate")
    told = entry(new, "one")
    assert (told.fuzzy, told.msgstr) == (False, ("uno",))
    assert told.comments == ("said", 'obsolete text: "un"')
    new = mended(f"{HEADER}\n{ENTRY.replace('uno', '')}\n{gone}", "po-duplicate")
    told = entry(new, "one")
    assert (told.obsolete, told.fuzzy, told.msgstr) == (False, False, ("un",))


def test_two_headers_become_one() -> None:
    """A field that the first lacks is taken over; one that differs stands in the comment."""
    other = HEADER.replace("Ana", "Bea").replace('"Lang', '"X-More: 1\\n"\n"Lang', 1)
    new = mended(f"{HEADER}\n{other}\n{ENTRY}", "po-duplicate")
    header = read_po(new, "x").header
    assert (header["Last-Translator"], header["X-More"]) == ("Ana", "1")
    assert entry(new, "").comments == ("second header: Last-Translator: Bea",)


def test_a_missing_header_is_written() -> None:
    """As that of a new catalog."""
    new = mended(ENTRY, "po-header")
    assert read_po(new, "x").header["Language"] == "es"
    assert new.endswith(f"\n\n{ENTRY}")
    assert mended(ENTRY.replace("\n", "\r\n"), "po-header") == new.replace("\n", "\r\n")


def test_missing_and_empty_fields_are_written() -> None:
    """What other tools read a catalog by; the rest stays in its place."""
    short = 'msgid ""\nmsgstr ""\n"X-Mine: 1\\n"\n"Language: \\n"\n"MIME-Version: 1.0\\n"\n'
    new = mended(f"{short}\n{ENTRY}", *["po-header"] * 4)
    assert new == (
        'msgid ""\nmsgstr ""\n"X-Mine: 1\\n"\n"Language: es\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n{ENTRY}'
    )


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        ("nplurals=2; plural=n != 1;", True),
        ("nplurals=2; plural=(n > 1)", True),
        ("nplurals=3; plural=n == 1 ? 0 : 1;", False),
        ("nplurals=INTEGER; plural=EXPRESSION;", False),
        ("nplurals=2; plural=n;", False),
        ("nplurals=2; plural=(n != 1;", False),
        ("nplurals=2; plural=1/0;", False),
        ("nplurals=2", False),
        ("", False),
    ],
)
def test_a_wrong_plural_rule_is_replaced(rule: str, good: bool) -> None:
    """Wrong: unreadable, of another number of forms, or telling of a form that there is not."""
    text = HEADER.replace("nplurals=2; plural=(n != 1);", rule) + "\n" + ENTRY
    new = mended(text, *([] if good else ["po-header"]))
    assert new == (text if good else f"{HEADER}\n{ENTRY}")


def test_plural_forms_are_as_many_as_the_language_has() -> None:
    """Missing ones are empty; of too many all stand in a comment, and the entry is fuzzy."""
    plural = 'msgid "one"\nmsgid_plural "ones"\nmsgstr[0] "a"\nmsgstr[1] "b"\n'
    three = Spanish(plural_forms="nplurals=3; plural=n % 3;", nplurals=3)
    told = entry(
        mended(f"{HEADER}\n{plural}", "po-header", "po-plural-forms", language=three), "one"
    )
    assert (told.msgstr, told.fuzzy) == (("a", "b", ""), False)
    one = Spanish(plural_forms="nplurals=1; plural=0;", nplurals=1)
    told = entry(mended(f"{HEADER}\n{plural}", "po-header", "po-plural-forms", language=one), "one")
    assert (told.msgstr, told.fuzzy) == (("a",), True)
    assert told.comments == (
        'plural forms that have no place, msgstr[0]: "a"',
        'plural forms that have no place, msgstr[1]: "b"',
    )
    same = plural.replace('"b"', '"a"')
    told = entry(mended(f"{HEADER}\n{same}", "po-header", "po-plural-forms", language=one), "one")
    assert (told.msgstr, told.fuzzy, told.comments) == (("a",), False, ())


def test_a_catalog_of_another_language_keeps_its_plurals() -> None:
    """It stands in the wrong folder: that is for a person to see."""
    plural = 'msgid "one"\nmsgid_plural "ones"\nmsgstr[0] "a"\n'
    head = HEADER.replace("Language: es", "Language: ja").replace(
        "nplurals=2; plural=(n != 1);", "nplurals=1; plural=0;"
    )
    assert mended(f"{head}\n{plural}") == f"{head}\n{plural}"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-05-02T10:00:00+02:00", "2026-05-02 10:00+0200"),
        ("2026-05-02T10:00:31.5Z", "2026-05-02 10:00+0000"),
        ("2026-05-02 10:00+02:00", "2026-05-02 10:00+0200"),
        ("2026-05-02", "2026-05-02 00:00+0000"),
        ("2026-05-02 10:00+0200", ""),
        ("YEAR-MO-DA HO:MI+ZONE", ""),
        ("yesterday", ""),
    ],
)
def test_iso_dates_are_written_as_gettext_does(date: str, expected: str) -> None:
    """Babel refuses a catalog with another form."""
    text = f"{HEADER}\n{ENTRY}".replace("2026-05-02 10:00+0200", date)
    new = mended(text, *(["po-header"] if expected else []))
    assert new == text.replace(f": {date}", f": {expected or date}")


@pytest.mark.parametrize(
    ("msgid", "msgstr", "expected"),
    [
        ("a\n", "b", "b\n"),
        ("a", "b\n\n", "b"),
        ("\na", "b", "\nb"),
        ("a", "\nb", "b"),
        ("\na\n", "b", "\nb\n"),
        ("a\n", "", ""),
        ("a\n", "b\n\n", "b\n\n"),
    ],
)
def test_line_feeds_at_the_ends_are_those_of_the_msgid(
    msgid: str, msgstr: str, expected: str
) -> None:
    """msgfmt refuses the whole catalog for one that is not."""

    def written(text: str) -> str:
        escaped = text.replace("\n", "\\n")
        return f'{HEADER}\nmsgid "{msgid}"\nmsgstr "{escaped}"\n'.replace(
            msgid, msgid.replace("\n", "\\n")
        )

    new = mended(written(msgstr), *(["po-newline"] if expected != msgstr else []))
    assert entry(new, msgid).msgstr == (expected,)
    assert not entry(new, msgid).fuzzy


BROKEN = {
    "cut off in msgstr": 'msgid "two"\nmsgstr "do',
    "cut off in a later line": 'msgid "two"\nmsgstr ""\n"dos "\n"y',
    "quotation mark": 'msgid "two"\nmsgstr "d"os"\n',
    "backslash": 'msgid "two"\nmsgstr "d\\os"\n',
    "junk": 'msgid "two"\nmsgstr "dos"\njunk\n',
    "comment inside": 'msgid "two"\n# why\nmsgstr "dos"\n',
    "twice": 'msgid "two"\nmsgstr "dos"\nmsgstr "zwei"\n',
    "half obsolete": '#~ msgid "two"\nmsgstr "dos"\n',
    "numbers": 'msgid "two"\nmsgid_plural "twos"\nmsgstr[1] "dos"\nmsgstr[2] "x"\n',
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_entry_becomes_one_without_a_ready_text(case: str) -> None:
    """Every line of it stands in its comment; the entries around it keep their bytes."""
    after = '#: source/a.md\nmsgid "three"\nmsgstr "tres"\n'
    around = case.startswith("cut") or f"\n\n{after}"
    text = f"{HEADER}\n{ENTRY}\n# mine\n#. list item\n{BROKEN[case]}"
    new = mended(text if around is True else text.rstrip() + str(around), "po-syntax")
    told = entry(new, "two")
    assert told.blank or told.fuzzy
    assert told.comments[0] == "mine"
    for line in BROKEN[case].splitlines():
        assert f"# broken: {line}\n" in new or f"{line}\n" in new
    assert new.startswith(f"{HEADER}\n{ENTRY}\n# mine\n")
    assert around is True or new.endswith(f"\n\n{after}")


@pytest.mark.parametrize(
    "stretch",
    [
        'msgid "tw',
        'msgid ""\n"Call the "\n"amb',
        'msgid "two"\n',
        'msgctxt "c\nmsgid "two"\nmsgstr "dos"\n',
        "junk\n",
        'msgid "one"\nmsgstr "un',
        'msgstr "alone"\n',
        'msgid "a"\n"b\nmsgid_plural "c"\nmsgstr[0] "d"\n',
    ],
)
def test_a_stretch_without_a_whole_msgid_is_kept_in_the_header(stretch: str) -> None:
    """No tool drops what stands there, and no entry is made up."""
    new = mended(f"{HEADER}\n{ENTRY}\n# mine\n{stretch}", "po-syntax")
    assert [each.msgid for each in read_po(new, "x").entries] == ["", "one"]
    head = entry(new, "").comments
    assert head[:2] == ("broken, from line 16 on:", "broken: # mine")
    assert head[2:] == tuple(f"broken: {line}" for line in stretch.splitlines())
    assert new.endswith(f"{HEADER}\n{ENTRY}")


def test_a_merge_conflict_is_left_for_a_person() -> None:
    """Nobody but a person can tell which side is right."""
    text = f'{HEADER}\nmsgid "two"\n<<<<<<< HEAD\nmsgstr "a"\n=======\nmsgstr "b"\n>>>>>>> c\n'
    assert mend(text, NAME, Spanish()) == (text, ())


def test_line_ends_are_kept() -> None:
    """What is written anew ends its lines as the file does."""
    text = f'{HEADER}\n#= fuzzy\n{ENTRY}\nmsgid "two"\nmsgstr "do'
    new = mended(text, "po-flags", "po-syntax")
    windows = mended(text.replace("\n", "\r\n"), "po-flags", "po-syntax")
    assert windows == new.replace("\n", "\r\n")


@needs_gettext
def test_msgfmt_passes_what_was_mended(tmp_path: Path) -> None:
    """A catalog with everything that can be wrong."""
    text = (
        "\ufeff"
        + HEADER.replace("10:00+0200", "10:00+02:00").replace("charset=UTF-8", "charset=X")
        + f"\n#= fuzzy\n{ENTRY}\n{ENTRY.replace('uno', 'un')}\n"
        + 'msgid "a\\n"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"e"\n\nmsgid "two"\nmsgstr "do'
    )
    path = tmp_path / "bad.po"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(["msgfmt", "-o", os.devnull, str(path)], capture_output=True, check=False)
    assert done.returncode != 0
    new, fixes = mend(text, NAME, Spanish())
    assert len(fixes) == 8
    assert [fix.line for fix in fixes] == sorted(fix.line for fix in fixes)
    run("msgfmt", "--check", "-o", os.devnull, text=new, folder=tmp_path)
