"""What editors are told: why these lines, what is missing, what is due, what was checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ketapub.errors import KetapubError
from ketapub.helpline_confirm import confirm
from ketapub.helpline_report import (
    coverage,
    coverage_rows,
    due,
    due_text,
    explain,
    explanation_text,
)
from ketapub.helpline_spelling import check_spelling
from ketapub.region import Channel, Regions, Retired, load_regions
from region_cases import read_base
from test_region import TODAY, line, region, regions_of, voice

ROOT = Path(__file__).parent.parent
SHIPPED, _ = load_regions(ROOT / "source" / "regions", ROOT)
SHOWN = Path(__file__).parent / "data" / "helplines_show"


def told(regions: Regions, code: str, tag: str, today: date) -> tuple[str, ...]:
    return explanation_text(explain(regions, code, tag, today))


# --- explain ---


@pytest.mark.parametrize("path", sorted(SHOWN.glob("*.txt")), ids=lambda path: path.stem)
def test_explained_choice(path: Path) -> None:
    """For each pair the whole answer, as it stands in its file."""
    tag, _, code = path.stem.partition("_")
    assert "\n".join(told(SHIPPED, code, tag, TODAY)) + "\n" == path.read_text("utf-8")


def test_many_pairs_are_explained() -> None:
    """Twelve pairs of language and region, of every sort."""
    assert len(list(SHOWN.glob("*.txt"))) == 12


def test_every_reason_is_told() -> None:
    """A line that is not printed says why, wherever it stands in the chain."""
    near = region("CA-ON", line("same", "0800 1"), line("weak", grade="C"))
    gone = line("gone", retired=TODAY, reason="closed")
    country = region("CA", line("same", "0800 2"), line("again", "0800-1"), gone)
    found = told(regions_of(near, country), "CA-ON", "en", TODAY)
    assert found[found.index("Not printed:") + 1 :] == (
        "  weak (CA-ON): the source is too weak",
        "  same (CA): a nearer region has this line",
        "  again (CA): its numbers stand before",
        "  gone (CA): it is retired",
    )


def test_private_providers_are_named_with_their_surfaces() -> None:
    """Where the publication asks for them; everywhere else they are lines that are not printed."""
    private = line("private", kind="treatment", operator="commercial", grade="X", languages=())
    lines = [line(f"line{index}", f"0800 {index}1") for index in range(3)]
    regions = regions_of(region("US", private, *lines))
    assert not any("Private" in row for row in told(regions, "US", "en", TODAY))
    asked = explain(regions, "US", "en", TODAY, ("handout", "fragment"))
    assert asked.private == (("handout", ()), ("fragment", ("private",)))
    assert explanation_text(asked)[-2:] == (
        "Private providers, after these lines on each handout: none: there is none, or no room",
        "Private providers, after these lines on each fragment: private",
    )


def test_lines_off_a_sheet_say_why() -> None:
    """A sheet holds three lines, and none that is late beside a better one."""
    lines = [line(f"line{index}", f"0800 {index}1") for index in range(4)]
    late = line("late", source_date="2020")
    found = told(regions_of(region("US", *lines, late)), "US", "en", TODAY)
    assert found[-2:] == (
        "  line3: left off: no room",
        "  late: left off: late, and a better line of its kind remains",
    )


def test_a_region_without_a_line_says_so() -> None:
    """And one that cannot have an edition is an error, as in a build."""
    silent = regions_of(region("US", no_line=True))
    assert told(silent, "US", "en", TODAY)[-1] == "No line: the region states that it has none"
    with pytest.raises(KetapubError, match="no helpline that may be printed"):
        told(regions_of(region("US")), "US", "en", TODAY)


# --- coverage ---


def test_coverage_counts_what_is_printed() -> None:
    """By region and kind: languages, interpreters, `?` where nobody has said, `-` for no line."""
    regions = regions_of(
        region("GB", line("a", languages=("en",), interpreters="yes"), line("b", grade="C")),
        region("MX", line("c", also_kinds=("crisis",), languages=())),
        region("VN", no_line=True),
    )
    rows = coverage(regions, TODAY)
    assert [(row.region, row.kind, row.lines) for row in rows] == [
        ("GB", "drugs", 1),
        ("GB", "crisis", 0),
        ("MX", "drugs", 1),
        ("MX", "crisis", 1),
        ("VN", "drugs", 0),
        ("VN", "crisis", 0),
    ]
    assert coverage_rows(rows) == (("GB", "en +", "-"), ("MX", "?", "?"), ("VN", "-", "-"))


# --- due ---


def test_due_is_oldest_first_with_its_source() -> None:
    """Doubt first, then lines without a date, then the oldest; each says where to look."""
    lines = (
        line("fresh"),
        line("newer", source_date="2025-06", url="https://example.org/newer"),
        line("older", source_date="2020"),
        line("dateless", source_date="unknown"),
        line("doubtful", doubt="two sources disagree"),
    )
    rows = due([region("US", *lines)], TODAY)
    assert [(row.id, row.freshness, row.newest) for row in rows] == [
        ("doubtful", "fresh", date(2026, 10, 1)),
        ("dateless", "due", None),
        ("older", "late", date(2020, 12, 31)),
        ("newer", "due", date(2025, 6, 30)),
    ]
    text = due_text(rows)
    assert text[:3] == (
        "doubtful  fresh  2026-10-01  source/regions/US.toml",
        "  doubt: two sources disagree",
        "  look at: a list",
    )
    assert text[3] == "dateless  due  no date known  source/regions/US.toml"
    assert text[-1] == "  look at: https://example.org/newer; a list"


def test_shipped_lines_without_a_date_are_due() -> None:
    """`unknown` is listed, as is every doubt; a check takes a line off the list."""
    rows = {row.id: row for row in due(SHIPPED.regions.values(), TODAY)}
    assert rows["fr-drogues-info-service"].newest is None
    assert rows["de-sucht-und-drogen-hotline"].doubt
    assert "us-samhsa" not in rows
    checked = replace(line("one", source_date="2020"), checked_on=TODAY, checked_by="A. Person")
    assert due([region("US", checked)], TODAY) == ()


# --- spelling ---


def test_shipped_numbers_pass_or_are_waived() -> None:
    """libphonenumber is asked, and overruled in writing where it is wrong."""
    pytest.importorskip("phonenumbers")
    assert check_spelling(SHIPPED) == ()
    waived = sum(
        bool(way.waiver)
        for region in SHIPPED.regions.values()
        for each in region.helplines
        for way in each.channels
    )
    assert waived >= 15


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (voice("0300 123 6600"), ""),
        (voice("0300 123 66"), "libphonenumber does not accept 0300 123 66 of one for GB"),
        (voice("0300 123 66", waiver="so printed"), ""),
        (voice("999"), ""),
        (voice("*4141"), "libphonenumber does not accept *4141 of one for GB"),
        (
            voice("0300 123 6600", waiver="so printed"),
            "`waiver` of one is not needed: libphonenumber accepts 0300 123 6600",
        ),
        (Channel("text", "1"), ""),
        (Channel("tty", "1"), "libphonenumber does not accept 1 of one for GB"),
    ],
)
def test_spelling_is_a_warning(way: Channel, message: str) -> None:
    """Never an error: it refuses good short codes and accepts dead numbers."""
    pytest.importorskip("phonenumbers")
    problems = check_spelling(regions_of(region("GB", line("one", channels=(way,)))))
    assert [problem.message for problem in problems] == ([message] if message else [])
    assert all(problem.severity == "warning" for problem in problems)


# --- confirm ---

ON = date(2026, 11, 20)


def test_confirm_writes_two_keys_and_nothing_else() -> None:
    """They stand after the source's date; every other line is as it was."""
    old = read_base()
    new = confirm(old, "gb-frank", "A. Person", ON)
    added = ["checked_on = 2026-11-20", 'checked_by = "A. Person"']
    assert [each for each in new.splitlines() if each not in added] == old.splitlines()
    after = new.splitlines().index('source_date = "2026-10-01"')
    assert new.splitlines()[after + 1 : after + 3] == added


def test_confirm_replaces_an_older_check() -> None:
    """In place, with the comment beside it, however often."""
    old = confirm(read_base(), "gb-frank", "A. Person", ON)
    old = old.replace("checked_on = 2026-11-20", "checked_on  = 2026-11-20 # called")
    new = confirm(old, "gb-frank", 'B. "Bea" Person', date(2027, 1, 5))
    assert "checked_on  = 2027-01-05 # called\n" in new
    assert 'checked_by = "B. \\"Bea\\" Person"\n' in new
    assert len(new.splitlines()) == len(old.splitlines())
    assert confirm(new, "gb-frank", "A. Person", ON) == old


def test_confirm_of_every_shipped_line_is_read_back(tmp_path: Path) -> None:
    """Whatever the layout of our files, the two keys are set and the files stay sound."""
    for path in (ROOT / "source" / "regions").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        found = SHIPPED.regions[path.stem].helplines if path.stem in SHIPPED.regions else ()
        for helpline in found:
            text = confirm(text, helpline.id, "A. Person", ON, path.name)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    regions, problems = load_regions(tmp_path, tmp_path)
    assert problems == ()
    lines = [each for region in regions.regions.values() for each in region.helplines]
    assert {(each.checked_on, each.checked_by) for each in lines} == {(ON, "A. Person")}


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_confirm_keeps_line_ends(end: str) -> None:
    """A file from Windows stays one."""
    old = read_base().replace("\n", end)
    new = confirm(old, "gb-frank", "A. Person", ON)
    assert new.count(end) == old.count(end) + 2
    assert "\n" not in new.replace(end, "")


@pytest.mark.parametrize(
    ("id", "by", "message"),
    [
        ("gb-nobody", "A. Person", "there is no helpline gb-nobody in this file"),
        ("gb-frank", "", "the name is not a text"),
        ("gb-frank", "A.\nPerson", "the name has blanks at an end or hidden characters"),
    ],
)
def test_confirm_refuses_what_it_cannot_do(id: str, by: str, message: str) -> None:
    """With the remedy, and without touching the text."""
    with pytest.raises(KetapubError) as error:
        confirm(read_base(), id, by, ON, "source/regions/GB.toml")
    (problem,) = error.value.problems
    assert (problem.path, problem.message) == ("source/regions/GB.toml", message)
    assert problem.hint


def test_confirm_refuses_a_layout_that_it_cannot_edit() -> None:
    """A value over several lines, or a table in one, is left to the editor."""
    inline = 'helpline = [{ id = "a", source_date = "2026" }]'
    with pytest.raises(KetapubError, match="by hand"):
        confirm(inline, "a", "A. Person", ON)
    old = read_base().replace('source = "the', 'checked_by = """\nA. Person"""\nsource = "the')
    old = old.replace('source = "the', 'checked_on = 2026-01-01\nsource = "the')
    with pytest.raises(KetapubError, match="cannot be edited line by line"):
        confirm(old, "gb-frank", "A. Person", ON)


def test_deny_listed_numbers_are_not_shown() -> None:
    """What a build would not print, `explain` does not show."""
    regions: Regions = regions_of(
        region("US", line("one", channels=(voice("0800 1"), voice("0800 2")))),
        retired=(Retired("US", "0800 2", "gone"),),
    )
    assert not any("0800 2" in text for text in told(regions, "US", "en", TODAY))
