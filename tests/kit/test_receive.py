"""What comes home is merged message by message, and never over newer work."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub.catalog import read_ledger, read_po
from ketapub.kit import make_kit, read_returned, receive
from ketapub.kit.po_file import FIELD
from ketapub.kit.table import guard, unguard, write_table
from ketapub.language import parse_language
from ketapub.message import message_digest
from ketapub.project import load_project
from project_edits import set_msgstr
from project_runs import Ran
from project_terminal import sit

from .conftest import AR, FAILING, FUZZY, MISSING, PLURAL, TODAY, home, send, snapshot

DRAFT = "agitation: feeling very restless or upset"
DONE = "What ketamine is"
Find = Callable[[Path, str], str]
TEXT = "استُخدم أولًا في الجراحة."


def fill(folder: Path, msgid: str, text: str, data: bytes) -> bytes:
    """A catalog in which somebody wrote a translation."""
    path = folder / "edited.po"
    path.write_bytes(data)
    set_msgstr(path, msgid, text)
    found = path.read_bytes()
    path.unlink()
    return found


@pytest.mark.parametrize("form", ["po", "csv"])
def test_sent_and_received_untouched_it_changes_no_byte(project: Path, form: str) -> None:
    before = snapshot(project)
    files = send(project, form)  # type: ignore[arg-type]
    receipt = home(
        project, *(d for n, d in files.items() if n.endswith(f".{form}") and n != "words.csv")
    )
    assert (receipt.changes, receipt.problems) == ((), ())
    assert receipt.same >= 136
    assert snapshot(project) == before


def test_a_renamed_catalog_in_a_zip_comes_home_by_its_header(
    project: Path, entry_of: Find, run: Callable[..., Ran]
) -> None:
    """Neither the names in the zip nor the folders count; a word is all that changes."""
    before = snapshot(project)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../etc/final FINAL (2).txt",
                         fill(project, MISSING, TEXT, send(project)["ketamine.po"]))  # fmt: skip
        archive.writestr("holiday.jpg", b"\xff\xd8\xff")
    (project / "whatever").write_bytes(stream.getvalue())
    ran = run(project, "receive", str(project / "whatever"), "--yes")
    assert ran.code == 0, ran.err
    assert f'msgstr "{TEXT}"' in entry_of(project, MISSING)
    after = snapshot(project)
    changed = [
        (old, new)
        for name in before
        for old, new in zip(before[name].split("\n\n"), after[name].split("\n\n"), strict=True)
        if old != new
    ]
    assert len(changed) == 1
    assert not (project.parent / "etc").exists()


def test_without_yes_and_without_a_terminal_nothing_is_written(
    project: Path, run: Callable[..., Ran]
) -> None:
    before = snapshot(project)
    (project / "x.po").write_bytes(fill(project, MISSING, TEXT, send(project)["ketamine.po"]))
    ran = run(project, "receive", str(project / "x.po"))
    assert ran.code == 0
    assert TEXT in ran.out
    assert "nothing was written" in ran.out
    assert snapshot(project) == before


def test_newer_work_in_the_catalog_stands_and_the_other_text_is_kept(
    project: Path, entry_of: Find
) -> None:
    kit = fill(project, DONE, "نص من الرزمة", send(project)["ketamine.po"])
    set_msgstr(project / AR, DONE, "نص أحدث")
    receipt = home(project, kit)
    assert [change.kind for change in receipt.changes] == ["newer"]
    entry = entry_of(project, DONE)
    assert 'msgstr "نص أحدث"' in entry
    assert '# suggestion from a kit: "نص من الرزمة"' in entry
    assert home(project, kit).changes == (), "a second time it is known already"


def test_what_was_sent_back_untouched_never_undoes_newer_work(project: Path) -> None:
    kit = send(project)["ketamine.po"]
    set_msgstr(project / AR, DONE, "نص أحدث")
    assert home(project, kit).changes == ()


def test_a_catalog_that_was_no_kit_replaces_only_what_no_person_wrote(
    project: Path, entry_of: Find
) -> None:
    """Without the digests nobody knows what its translator had before them."""
    kit = send(project)["ketamine.po"]
    lines = [line for line in kit.decode().split("\n") if not line.startswith("#. kit ")]
    plain = "\n".join(line for line in lines if FIELD not in line).encode()
    for msgid, text in ((DONE, "آخر"), (MISSING, TEXT)):
        plain = fill(project, msgid, text, plain)
    receipt = home(project, plain)
    assert {change.msgid: change.kind for change in receipt.changes} == {
        DONE: "newer",
        MISSING: "new",
    }
    assert "by Salma" in entry_of(project, DONE)


def test_a_text_that_a_check_refuses_arrives_as_fuzzy_with_the_reason(
    project: Path, entry_of: Find
) -> None:
    kit = fill(project, MISSING, "استُخدم عام 1970.", send(project)["ketamine.po"])
    receipt = home(project, kit)
    (change,) = receipt.changes
    assert change.kind == "fuzzy"
    assert change.why
    entry = entry_of(project, MISSING)
    assert "#, fuzzy" in entry
    assert "# fails a check: numbers differ from the source: added 1970 (numbers)" in entry
    home(
        project,
        fill(project, MISSING, TEXT, send(project)["ketamine.po"]).replace(b"#, fuzzy\n", b""),
    )
    assert "fails a check" not in entry_of(project, MISSING)


def test_the_mark_of_a_machine_goes_only_where_a_person_did_something(
    project: Path, entry_of: Find
) -> None:
    kit = send(project)["ketamine.po"]
    mark = b"# machine draft, please check\n#. title\n"
    assert mark in kit
    receipt = home(project, kit.replace(mark, b"#. title\n", 1))
    assert [change.kind for change in receipt.changes] == ["checked"]
    assert "machine draft" not in entry_of(project, receipt.changes[0].msgid)
    left = (project / AR).read_text("utf-8").count("machine draft")
    home(project, fill(project, "In recent years", "ملخص آخر", kit))
    assert (project / AR).read_text("utf-8").count("machine draft") == left - 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Language: ar", "Language: fr", "it was sent for ar"),
        ("ketamine ar\\n", "ketamine sv\\n", "it was sent for sv"),
    ],
)
def test_a_file_that_says_another_language_is_refused(
    project: Path, old: str, new: str, words: str, run: Callable[..., Ran]
) -> None:
    before = snapshot(project)
    data = send(project)["ketamine.po"].decode()
    assert old in data
    (project / "x.po").write_text(data.replace(old, new, 1), "utf-8")
    ran = run(project, "receive", str(project / "x.po"), "--yes")
    assert ran.code == 1
    assert words in ran.err
    assert snapshot(project) == before


def test_texts_in_another_script_are_refused_whatever_the_header_says(project: Path) -> None:
    hindi = send(project, "po", "hi")["ketamine.po"].decode()
    lying = hindi.replace("Language: hi", "Language: ar").replace("ketamine hi", "ketamine ar")
    receipt = home(project, lying.encode())
    assert receipt.texts == {}
    assert "another script (Deva)" in receipt.problems[0].message


def test_the_names_of_a_language_in_other_tools_are_understood(project: Path) -> None:
    chinese = send(project, "xliff", "zh-Hans")["ketamine.xlf"].decode()
    for name in ("zh-CN", "zh_Hans", "zh-Hans-CN"):
        data = chinese.replace('target-language="zh-Hans"', f'target-language="{name}"')
        assert home(project, data.encode()).problems == ()
    data = chinese.replace('target-language="zh-Hans"', 'target-language="zh-TW"')
    assert home(project, data.encode()).problems[0].code == "language"


def test_plural_forms_go_out_one_by_one_and_come_home_together(
    project: Path, entry_of: Find
) -> None:
    forms = ["لا نشرات", "نشرة", "نشرتان", "{count} نشرات", "{count} نشرة", "{count} نشرة"]
    table = list(csv.reader(io.StringIO(send(project, "csv")["ketapub.csv"].decode("utf-8-sig"))))
    place = table[0].index("translation")
    rows = [row for row in table if "{count} leaflet" in row[table[0].index("source")]]
    assert len(rows) == 6
    for row, form in zip(rows, forms, strict=True):
        row[place] = f"{{count}} {form}" if "{count}" not in form else form
    home(project, write_table(table))
    entry = entry_of(project, PLURAL)
    assert 'msgstr[5] "{count} نشرة"' in entry
    assert "fuzzy" not in entry
    for form in ("xliff", "xliff2"):
        files = send(project, form)  # type: ignore[arg-type]
        assert home(project, files["ketapub.xlf"]).changes == ()


def test_a_text_for_a_source_that_has_moved_on_is_kept_beside_the_new_one(
    project: Path, entry_of: Find, run: Callable[..., Ran]
) -> None:
    kit = fill(project, DRAFT, "شعور بالانفصال", send(project)["ketamine.po"])
    article = project / "source/ketamine.md"
    text = article.read_text("utf-8")
    assert text.count(DRAFT) == 1
    article.write_text(
        text.replace(DRAFT, DRAFT.replace("very restless", "quite restless")), "utf-8"
    )
    assert run(project, "update").code == 0
    receipt = home(project, kit)
    assert receipt.problems == ()
    assert '# suggestion from a kit: "شعور بالانفصال"' in (project / AR).read_text("utf-8")


def test_a_table_saved_by_a_spreadsheet_elsewhere_is_read(project: Path, entry_of: Find) -> None:
    """Semicolons, UTF-16, Windows line ends: the ways of Excel in other countries."""
    table = list(csv.reader(io.StringIO(send(project, "csv")["ketamine.csv"].decode("utf-8-sig"))))
    column = table[0].index("translation")
    for row in table:
        if row[table[0].index("source")] == MISSING:
            row[column] = TEXT
    for separator, encoding in ((";", "utf-8"), ("\t", "utf-16")):
        text = io.StringIO()
        csv.writer(text, delimiter=separator).writerows(table)
        receipt = home(project, text.getvalue().encode(encoding), write=separator == "\t")
        assert [change.kind for change in receipt.changes] == ["new"]
    assert f'msgstr "{TEXT}"' in entry_of(project, MISSING)


def test_a_row_called_done_is_fuzzy_no_more(project: Path, entry_of: Find) -> None:
    table = list(csv.reader(io.StringIO(send(project, "csv")["ketamine.csv"].decode("utf-8-sig"))))
    for row in table:
        if row[table[0].index("source")] == FUZZY:
            row[table[0].index("state")] = "done"
    receipt = home(project, write_table(table))
    assert [change.kind for change in receipt.changes] == ["ready"]
    assert "fuzzy" not in entry_of(project, FUZZY)


@given(st.text(max_size=20) | st.sampled_from(["=1", "'=1", "''@x", "'", "+", "\t", "＝1"]))
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(text: str) -> None:
    assert guard(text)[:1] not in "=+-@\t\r＝＋－＠" or guard(text) == ""
    assert unguard(guard(text)) == text


def archive_of(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(
                zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED
            )  # with no date of today
    return stream.getvalue()


def locked() -> bytes:
    """A zip that says that it is encrypted."""
    data = bytearray(archive_of(a=b"x"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (archive_of(bomb=bytes(64 * 1024 * 1024)), "more than 32 MB"),
        (archive_of(**{f"n{i}": b"" for i in range(1001)}), "more than 32 MB"),
        (archive_of(a=b"x")[:40], "cannot be read"),
        (locked(), "cannot be read"),
        (archive_of(a=b"nothing of ours"), "no file of a kit"),
        (b"", "no catalog, no XLIFF"),
        (b"\0" * 1000, "no catalog, no XLIFF"),
        (b"<!doctype html><html>", "keeps no answers"),
        (b'msgid ""\nmsgstr "charset=ISO-8859-6\\n"\n\nmsgid "a"\nmsgstr "\xc7"\n', "ISO-8859-6"),
        (b'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "\xc7"\n', "not UTF-8"),
        (b"id,language,translation\nx,ar,y\n", "is no id"),
        (b"id,language,translation\n\xff,ar,y\n", "not UTF-8"),
        (b"id,language,translation,verdict\n0ffcb895f26e-afae3486eff7,ar,y,maybe\n", "no verdict"),
        (b'id,language,translation\n"' + b"x" * 1_100_000 + b'",ar,y\n', "no sound CSV"),
        (b"\xff\xfei\0d\0", "lacks the columns"),
    ],
)
def test_what_is_broken_or_hostile_is_an_error_in_words(data: bytes, words: str) -> None:
    found, problems = read_returned(data, "x")
    assert found == ()
    assert words in problems[0].message
    assert problems[0].hint


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"<xliff>", b"id,language,translation\n", b'msgid ""\n', b"\xff\xfe"]
    ),
)
def test_no_bytes_raise(data: bytes, head: bytes) -> None:
    read_returned(head + data, "x")


def test_the_failing_text_goes_out_with_its_reason(project: Path) -> None:
    sent = send(project, "csv")["ketamine.csv"].decode("utf-8-sig")
    (row,) = [r for r in csv.DictReader(io.StringIO(sent)) if r["source"] == FAILING]
    assert "numbers differ from the source: added 12" in row["notes"]


LEDGER = "locale/ar/reviews.txt"
HEADINGS = ("id", "language", "domain", "translation", "verdict", "reviewer", "role", "day", "consent")  # fmt: skip
SALMA = ("Dr S. Haddad", "clinical", "2026-11-20", "yes")
EMERGENCY = "Stay with the person until help arrives."


def sheet(
    folder: Path, verdicts: dict[str, str], who: tuple[str, ...] = SALMA, text: str = ""
) -> bytes:
    """The table that a review sheet saves: a verdict on each of these texts, by one person."""
    files = send(folder, "csv")
    rows = {
        row["source"]: row
        for name in ("ketamine.csv", "ketapub.csv")
        for row in csv.DictReader(io.StringIO(files[name].decode("utf-8-sig")))
    }
    lines = [
        (rows[msgid]["id"], "ar", rows[msgid]["domain"], text, verdict, *who)
        for msgid, verdict in verdicts.items()
    ]
    return write_table([HEADINGS, *lines])


def signed(folder: Path) -> list[tuple[str, str, str, str]]:
    """The lines of the Arabic ledger."""
    ledger = read_ledger((folder / LEDGER).read_text("utf-8"), LEDGER)
    assert ledger.problems == ()
    return [(r.digest, r.role, r.reviewer, r.day.isoformat()) for r in ledger.reviews]


def digest_of(entry: str) -> str:
    """What a review of an entry is bound to."""
    (found,) = read_po(entry, "").entries
    return message_digest(*found.key, found.msgstr)


def test_what_a_named_person_calls_right_is_signed_and_nothing_else(
    project: Path, entry_of: Find, run: Callable[..., Ran]
) -> None:
    verdicts = {DONE: "right", FUZZY: "right", EMERGENCY: "right", DRAFT: "change", FAILING: "unsafe"}  # fmt: skip
    (project / "x.csv").write_bytes(sheet(project, verdicts))
    asked = run(project, "receive", str(project / "x.csv"))
    assert "Dr S. Haddad (clinical, 2026-11-20) calls 3 texts right\n" in asked.out
    assert f"new reviews for {LEDGER}: 3" in asked.out
    assert "nothing was written" in asked.out
    assert signed(project) == [], "nobody has confirmed it"
    draft = entry_of(project, EMERGENCY)
    ran = run(project, "receive", str(project / "x.csv"), "--yes")
    assert ran.code == 0, ran.err
    assert sorted(signed(project)) == sorted(
        (digest_of(entry_of(project, msgid)), "clinical", "Dr S. Haddad", "2026-11-20")
        for msgid in (DONE, FUZZY, EMERGENCY)
    )
    assert "fuzzy" not in entry_of(project, FUZZY)
    assert entry_of(project, EMERGENCY) == draft, "the ledger says it; the catalog keeps its bytes"
    again = run(project, "receive", str(project / "x.csv"), "--yes")
    assert "nothing to write" in again.out
    assert len(signed(project)) == 3


def test_a_text_that_is_another_than_the_one_that_was_read_is_not_signed(
    project: Path, run: Callable[..., Ran]
) -> None:
    (project / "x.csv").write_bytes(sheet(project, dict.fromkeys([DONE, EMERGENCY], "right")))
    set_msgstr(project / AR, EMERGENCY, "ابقَ معه.")
    ran = run(project, "receive", str(project / "x.csv"), "--yes")
    assert ran.code == 0
    assert "not signed, since another text stands or a check refuses it: 1" in ran.out
    assert f"“{EMERGENCY}” is not signed: what stands here is not what was read" in ran.err
    assert len(signed(project)) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_what_another_file_changes_at_once_is_not_signed(project: Path, order: int) -> None:
    right = sheet(project, {EMERGENCY: "right"})
    change = sheet(
        project, {EMERGENCY: "change"}, ("B", "language", "2026-11-20", "yes"), "ابقَ معه."
    )
    receipt = home(project, *[right, change][::order])
    assert [problem.code for problem in receipt.problems] == ["reviews"]
    assert signed(project) == []
    assert "ابقَ معه." in (project / AR).read_text("utf-8")


def test_a_text_that_a_check_refuses_is_not_signed(project: Path, entry_of: Find) -> None:
    receipt = home(project, sheet(project, {FAILING: "right"}))
    assert [problem.code for problem in receipt.problems] == ["reviews"]
    assert "#, fuzzy" in entry_of(project, FAILING)
    assert signed(project) == []


def test_a_text_whose_source_has_changed_is_not_signed(
    project: Path, run: Callable[..., Ran]
) -> None:
    data = sheet(project, {DRAFT: "right", DONE: "right"})
    article = project / "source/ketamine.md"
    text = article.read_text("utf-8")
    text = text.replace(DRAFT, DRAFT.replace("very restless", "quite restless"))
    article.write_text(text.replace(f"## {DONE}", "## Another heading"), "utf-8")
    assert run(project, "update").code == 0
    receipt = home(project, data)
    said = [problem.message for problem in receipt.problems]
    assert any("its source text has changed since" in text for text in said), said
    assert signed(project) == []


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (("", "", "", ""), "texts called right by nobody with a name: 2"),
        (("", "clinical", "2026-11-20", "yes"), "by nobody with a name"),
        (("Dr S. Haddad", "clinical", "2026-11-20", ""), "does not say that Dr S. Haddad agrees"),
        (("Dr S. Haddad", "clinical", "2026-11-20", "no"), "does not say that"),
        (("Dr S. Haddad", "surgeon", "2026-11-20", "yes"), "none of language, clinical"),
        (("Dr S. Haddad", "clinical", "20.11.2026", "yes"), "is no day such as"),
        (("Dr S. Haddad", "clinical", "2026-11-24", "yes"), "has written a day to come"),
        (("12", "clinical", "2026-11-20", "yes"), "at least one letter"),
    ],
)
def test_without_name_role_day_and_consent_nothing_is_signed(
    project: Path, entry_of: Find, who: tuple[str, ...], words: str
) -> None:
    data = sheet(project, {DONE: "right", FUZZY: "right"}, who)
    files, found = read_returned(data, "x")
    receipt = receive(load_project(project), files, TODAY)
    assert words in "\n".join(problem.message for problem in (*found, *receipt.problems))
    assert (receipt.texts, receipt.signed) == ({}, ())


def test_each_row_is_signed_by_the_person_named_in_it(project: Path, entry_of: Find) -> None:
    one = sheet(project, {DONE: "right"})
    two = sheet(project, {EMERGENCY: "right"}, ("م. ع.", "community", "2026-11-21", "yes"))
    home(project, one + two.partition(b"\n")[2])
    assert signed(project) == [
        (digest_of(entry_of(project, DONE)), *SALMA[1::-1], SALMA[2]),
        (digest_of(entry_of(project, EMERGENCY)), "community", "م. ع.", "2026-11-21"),
    ]


def test_reviews_written_while_the_question_waits_stop_it(project: Path) -> None:
    """At a real terminal: somebody else saves the catalog before the answer is given."""
    (project / "x.csv").write_bytes(sheet(project, dict.fromkeys([DONE, EMERGENCY], "right")))
    for changed in (True, False):
        terminal = sit(project, "receive", str(project / "x.csv"))
        terminal.wait("write this, and the reviews in the name of Dr S. Haddad? [y/N] ")
        if changed:
            set_msgstr(project / AR, EMERGENCY, "ابقَ معه.")
        terminal.say("y\n")
        code, shown = terminal.end()
        assert code == changed, shown
        assert ("nothing was written" in shown) is changed
        assert len(signed(project)) == (not changed)


def test_a_stale_mark_and_a_signed_draft_are_no_machines(
    project: Path, run: Callable[..., Ran]
) -> None:
    """A rewritten text below the mark is a person's: a kit says so, and no stranger's copy wins."""
    copy = send(project)["ketamine.po"].decode()
    copy = "\n".join(line for line in copy.split("\n") if not line.startswith("#. kit "))
    stranger = copy.replace(FIELD, "X-Other").encode()
    set_msgstr(project / AR, DRAFT, "قلق شديد")
    home(project, sheet(project, {EMERGENCY: "right"}))
    for msgid in (DRAFT, EMERGENCY):
        stranger = fill(project, msgid, "شيء آخر", stranger)
    receipt = home(project, stranger)
    assert {c.msgid: c.kind for c in receipt.changes} == {DRAFT: "newer", EMERGENCY: "newer"}
    kit = make_kit(load_project(project), parse_language("ar"), "po", "open")
    sent = kit.files["ketamine.po"].decode()
    assert f'msgid "{DRAFT}"' not in sent
    assert f'msgid "{EMERGENCY}"' not in sent
