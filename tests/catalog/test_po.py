"""Reading a catalog: strictly, but one broken entry is one problem."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ketapub.catalog import Entry, Remnant, read_po

from .samples import CATALOG, needs_gettext

ENTRY = 'msgid "one"\nmsgstr "uno"\n'


def read_one(text: str) -> Entry:
    """The only entry of a text without problems."""
    catalog = read_po(text, "x.po")
    assert catalog.problems == ()
    (entry,) = catalog.entries
    return entry


def keys(text: str) -> list[str]:
    """The msgids of all well-formed entries."""
    return [entry.msgid for entry in read_po(text, "x.po").entries]


def test_every_part_of_an_entry_is_told() -> None:
    """Comments, flags, previous msgid, context and lines of the sample catalog."""
    catalog = read_po(CATALOG, "x.po")
    assert catalog.problems == ()
    assert catalog.header["Language"] == "es"
    assert len(catalog.entries) == 9
    draft = catalog.entries[2]
    assert draft.comments == ("machine draft, please check",)
    assert draft.extracted == ("paragraph", "Keep the term.", "Two lines:", "here.")
    assert draft.references == ("source/ketamine.md",)
    assert draft.flags == ("fuzzy",)
    assert draft.fuzzy
    assert draft.previous == (None, 'Off-label means "a use" it has not been licensed for.', "")
    assert CATALOG.splitlines()[draft.line - 1].startswith("msgid")
    month, pages, lines, stay, gone = catalog.entries[4:]
    assert month.key == ("the month", "May")
    assert pages.msgid_plural == "{count} pages"
    assert pages.msgstr == ("{count} página", "{count} páginas")
    assert lines.msgid == "A line\nand another"
    assert (stay.translated, stay.blank) == (False, True)
    assert (gone.obsolete, gone.msgid, gone.comments) == (
        True,
        "nausea and vomiting",
        ("seen by Ana",),
    )


@pytest.mark.parametrize(
    ("text", "msgstr"),
    [
        ('msgid "a" msgstr "b" "c"\n', ("bc",)),
        ('msgid"a"\nmsgstr\n"b"\n\n"c"\n', ("bc",)),
        ('  msgid "a"\n\n\tmsgstr "b" # later\n', ("b",)),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr [ 0 ] "b"\nmsgstr[1] "c"', ("b", "c")),
        ('#~ msgid "a"\n#~ "x"\n#~ msgstr "b"\n#~\n', ("b",)),
        ('#|msgid "z"\n#| "y"\nmsgid "a"\nmsgstr "b"\n', ("b",)),
        ('#~ # note\n#~msgid "a"\n#~msgstr "b"\n', ("b",)),
    ],
)
def test_unusual_forms_that_gettext_reads_are_read(text: str, msgstr: tuple[str, ...]) -> None:
    """Several fields or strings on a line, no spaces, comments at the end."""
    assert read_one(text).msgstr == msgstr


@pytest.mark.parametrize(
    ("flags", "fuzzy", "unready"),
    [
        ("#, python-brace-format, no-wrap, range: 1..5\n", False, False),
        ("#,fuzzy\n", True, True),
        ("#, python-format,fuzzy\n", True, True),
        ("#! fuzzy\n", True, True),
        ("#= python-format\n", False, False),
        ("#, needs-review\n", False, True),
        ("#, Fuzzy\n", False, True),
        ("# , fuzzy\n", False, False),
    ],
)
def test_flags(flags: str, fuzzy: bool, unready: bool) -> None:
    """A flag that we do not know may say that the work is not done: not ready."""
    entry = read_one(flags + ENTRY)
    assert (entry.fuzzy, entry.unready) == (fuzzy, unready)


BROKEN = {
    "no msgstr": 'msgid "two"\n',
    "no msgid": 'msgstr "dos"\n',
    "not closed": 'msgid "two"\nmsgstr "dos\n',
    "msgid not closed": 'msgid "two\nmsgstr "dos"\n',
    "quotation mark": 'msgid "two"\nmsgstr "d"os"\n',
    "backslash": 'msgid "two"\nmsgstr "d\\os"\n',
    "junk": 'msgid "two"\nmsgstr "dos"\njunk\n',
    "junk alone": "junk\n",
    "string alone": '"dos"\n',
    "comment inside": 'msgid "two"\n# why\nmsgstr "dos"\n',
    "twice": 'msgid "two"\nmsgstr "dos"\nmsgstr "zwei"\n',
    "half obsolete": '#~ msgid "two"\nmsgstr "dos"\n',
    "numbers": 'msgid "two"\nmsgid_plural "twos"\nmsgstr[0] "dos"\nmsgstr[2] "x"\n',
    "number without plural": 'msgid "two"\nmsgstr[0] "dos"\n',
    "previous alone": '#| msgid "old"\n',
    "conflict": 'msgid "two"\n<<<<<<< HEAD\nmsgstr "a"\n=======\nmsgstr "b"\n>>>>>>> c\n',
    "conflict over entries": '<<<<<<< HEAD\nmsgid "t"\nmsgstr "a"\n\nmsgid "u"\nmsgstr "a"\n'
    '=======\nmsgid "t"\nmsgstr "b"\n>>>>>>> c\n',
    "conflict in comments": "#: a\n<<<<<<< HEAD\n#, fuzzy\n=======\n>>>>>>> c\n"
    'msgid "t"\nmsgstr "a"\n',
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_entry_is_one_problem(case: str) -> None:
    """It is kept byte for byte, and the entries around it are read."""
    after = '#: source/a.md\nmsgid "three"\nmsgstr "tres"\n'
    text = f"{ENTRY}\n# mine\n{BROKEN[case]}\n{after}"
    catalog = read_po(text, "x.po")
    assert catalog.text == text
    assert [entry.msgid for entry in catalog.entries] == ["one", "three"]
    (problem,) = catalog.problems
    assert 4 <= problem.line < text[: text.index("#: source/a.md")].count("\n") + 1
    assert problem.path == "x.po"
    assert problem.hint
    (remnant,) = [chunk for chunk in catalog.chunks if isinstance(chunk, Remnant)]
    assert remnant.raw == f"\n# mine\n{BROKEN[case]}"


@pytest.mark.parametrize(
    ("case", "words", "line"),
    [
        ("no msgstr", "no msgstr", 5),
        ("not closed", "quotation marks", 6),
        ("backslash", "backslash", 6),
        ("junk", "not understood: junk", 7),
        ("comment inside", "comment", 5),
        ("conflict", "merge conflict", 6),
    ],
)
def test_a_problem_says_what_is_wrong_and_where(case: str, words: str, line: int) -> None:
    """In plain words, with the line to look at."""
    (problem,) = read_po(f"{ENTRY}\n# mine\n{BROKEN[case]}", "x.po").problems
    assert words in problem.message
    assert problem.line == line


def test_without_blank_lines_one_fault_spoils_one_entry() -> None:
    """Entries that touch are told apart by their comments and msgids."""
    text = 'msgid "a"\nmsgstr "b\n#: r\nmsgid "c"\n#: r\nmsgid "d"\nmsgstr "e"\n' + ENTRY
    catalog = read_po(text, "x.po")
    assert [entry.msgid for entry in catalog.entries] == ["d", "one"]
    assert [problem.line for problem in catalog.problems] == [2, 4]


def test_a_stray_msgstr_spoils_no_entry() -> None:
    """Behind a blank line it is not taken for a part of the entry before it."""
    catalog = read_po(ENTRY + '\nmsgstr "dos"\n', "x.po")
    assert [entry.msgid for entry in catalog.entries] == ["one"]
    assert [problem.line for problem in catalog.problems] == [4]


def test_a_file_cut_off_in_a_text_is_not_read_as_whole() -> None:
    """polib reads such an entry without a word."""
    (problem,) = read_po(ENTRY + '\nmsgid "two"\nmsgstr "do', "x.po").problems
    assert "ends in the middle" in problem.message


@pytest.mark.parametrize("cut", range(0, len(CATALOG), len(CATALOG) // 110))
def test_a_truncated_catalog_keeps_every_entry_before_the_cut(cut: int) -> None:
    """Never an exception, and nothing that was whole is lost."""
    text = CATALOG[:cut]
    catalog = read_po(text, "x.po")
    assert catalog.text == text
    raw, whole = "", 0
    for entry in read_po(CATALOG, "x.po").entries:
        raw += entry.raw
        whole += len(raw) <= cut
    expected = keys(CATALOG)
    assert keys(text)[:whole] == expected[:whole]
    assert len(catalog.entries) <= whole + 1
    assert len(catalog.problems) <= 1


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_line_spoils_no_other_entry(seed: int) -> None:
    """Whatever a line becomes, at most two neighbouring entries are lost with it."""
    lines = CATALOG.splitlines(keepends=True)
    chance = random.Random(seed)
    place = chance.randrange(len(lines))
    lines[place] = chance.choice(
        ["", "\x00\n", '"\n', "msgid\n", lines[place][:7], "\\" * 3 + "\n"]
    )
    text = "".join(lines)
    catalog = read_po(text, "x.po")
    assert catalog.text == text
    assert len(set(keys(CATALOG)) - set(keys(text))) <= 2


@given(st.text(st.sampled_from('msgidstr_plucx "\\#~|,.:[0]\n\r<>\ufeff')) | st.text())
@example("\ufeff\ufeff")
@example('msgid "a')
def test_the_parts_joined_are_the_file(text: str) -> None:
    """Whatever the text is; only byte order marks in front of it are taken off."""
    assert read_po(text, "x.po").text == text.lstrip("\ufeff")


def test_a_byte_order_mark_is_taken_off_with_a_warning() -> None:
    """msgfmt refuses it."""
    catalog = read_po("\ufeff" + ENTRY, "x.po")
    assert catalog.text == ENTRY
    (problem,) = catalog.problems
    assert (problem.severity, problem.code) == ("warning", "po-bom")


def test_carriage_returns_are_kept() -> None:
    """They belong to the line ends, not to the texts."""
    text = f'# c\n#. x\n#, fuzzy\n{ENTRY}\n#~ msgid "a"\n#~ "b"\n#~ msgstr "c"\n'
    text = text.replace("\n", "\r\n")
    catalog = read_po(text, "x.po")
    assert catalog.text == text
    assert catalog.problems == ()
    assert catalog.entries[0].comments == ("c",)
    assert catalog.entries[0].fuzzy


@pytest.mark.parametrize("second", [ENTRY, "#~ " + ENTRY.replace("\n", "\n#~ ", 1)])
def test_a_second_entry_of_the_same_message_is_a_problem(second: str) -> None:
    """An obsolete one too: msgfmt refuses both."""
    (problem,) = read_po(ENTRY + "\n" + second, "x.po").problems
    assert problem.code == "po-duplicate"
    assert problem.line == 4
    assert "line 1" in problem.message


@pytest.mark.parametrize(
    ("comment", "fuzzy"),
    [
        ("# = fuzzy", True),
        ("# = fuzzy, no-wrap", True),
        ("# = fuzzy text", False),
        ("# fuzzy", False),
    ],
)
def test_fuzzy_stays_fuzzy_where_old_gettext_made_a_comment_of_it(
    comment: str, fuzzy: bool
) -> None:
    """msgcat before 0.25 writes `#= fuzzy` as that: what a tool garbled is never published."""
    (entry,) = read_po(f"{comment}\n{ENTRY}", "x.po").entries
    assert (entry.fuzzy, entry.unready, entry.marks) == (fuzzy, fuzzy, ("fuzzy",) * fuzzy)


def test_an_empty_context_is_not_no_context() -> None:
    """To gettext they are two messages."""
    assert read_po(f'{ENTRY}\nmsgctxt ""\n{ENTRY}', "x.po").problems == ()


@needs_gettext
def test_a_catalog_is_refused_exactly_when_gettext_refuses_it(tmp_path: Path) -> None:
    """On the broken forms above and on 120 catalogs with lines moved, doubled or taken out."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    texts = [f"{head}{ENTRY}\n{broken}\n" for broken in BROKEN.values()]
    chance = random.Random(7)
    for _ in range(120):
        lines = CATALOG.splitlines(keepends=True)
        one, other = chance.randrange(16, len(lines)), chance.randrange(16, len(lines))
        match chance.randrange(3):
            case 0:
                del lines[one]
            case 1:
                lines.insert(one, lines[other])
            case _:
                lines[one], lines[other] = lines[other], lines[one]
        texts.append("".join(lines))
    for text in texts:
        path = tmp_path / "x.po"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["msgcat", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
        )
        refused = any(problem.severity == "error" for problem in read_po(text, "x.po").problems)
        assert refused is (done.returncode != 0), done.stderr + text
