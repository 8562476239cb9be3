"""When nobody looks after a publication for years: it stays whole, and every build says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ketapub.helpline_choice import freshness
from ketapub.plan import make_plan
from ketapub.project import Project, load_project
from project_edits import edit
from project_runs import Ran

ROOT = Path(__file__).parent.parent
LATER = date(2029, 11, 23)
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def real() -> Project:
    return load_project(ROOT)


def late_ids(project: Project, today: date) -> set[str]:
    """The lines that some edition prints and that are late."""
    plan = make_plan(project, today)
    helps = [h for edition in plan.editions for h in (edition.page_help, edition.print_help)]
    lines = {line.helpline.id: line.helpline for h in helps for line in h.all_lines}
    return {id for id, line in lines.items() if freshness(line, today) == "late"}


@pytest.mark.parametrize("years", [3, 30, 300])
def test_every_edition_stands_however_late_its_lines_are(real: Project, years: int) -> None:
    """Old help is better than none: on page and sheet, each with the month it was known in."""
    plan = make_plan(real, date(2026 + years, 11, 23))
    assert not plan.refused
    assert len(plan.editions) == sum(len(tags) for _, tags in real.publication.editions)
    for edition in plan.editions:
        assert all(output.state == "ready" for output in edition.outputs)
        for help_ in (edition.page_help, edition.print_help):
            assert help_.lines
            assert all(line.late for line in help_.lines if line.as_of)
            assert help_.as_of <= "2026-10"


def test_each_late_line_is_named_with_its_file_and_the_remedy(real: Project) -> None:
    late = late_ids(real, LATER)
    assert len(late) >= 20
    found = [p for p in make_plan(real, LATER).problems if p.code == "helpline-late"]
    told = {re.search(r"known of (\S+) is \d{4}-\d\d-\d\d", p.message)[1] for p in found}  # type: ignore[index]
    assert told == late
    for problem in found:
        assert problem.severity == "warning"
        assert re.fullmatch(r"source/regions/[A-Z-]+\.toml", problem.path)
        assert re.search(r"ketapub helplines confirm \S+ --by NAME --on DATE", problem.hint)


def test_lines_that_are_due_are_counted_in_one_breath(real: Project) -> None:
    """Today some have no date: that is one warning; the one late line has its own."""
    today = date(2026, 11, 23)
    found = {p.code: p for p in make_plan(real, today).problems if p.code.startswith("helpline-")}
    assert late_ids(real, today) == {"de-sucht-und-drogen-hotline"}
    assert "de-sucht-und-drogen-hotline" in found["helpline-late"].message
    due = found["helpline-due"]
    assert re.match(r"\d+ printed lines are older than a year, or of an unknown date", due.message)
    assert "ketapub helplines due" in due.hint


def test_a_build_three_years_ahead_is_sane_and_loud(small: Path, run: Run) -> None:
    """Exit code 0, for nothing is wrong; a warning a line; pages that say how old they are."""
    ran = run(small, "build", "--web-only", "--date", LATER.isoformat())
    assert ran.code == 0
    for id in ("us-samhsa", "us-988", "gb-frank", "gb-samaritans", "gb-shout"):
        assert f"warning: the newest date known of {id} is 2026-10-" in ran.err
    page = (small / "dist/us/en/ketamine/index.html").read_text("utf-8")
    assert 'href="tel:18006624357"' in page
    assert "Numbers as of October 2026" in page
    verified = run(small, "verify", "--date", LATER.isoformat())
    assert verified.code == 0, verified.err
    again = run(small, "build", "--web-only", "--date", LATER.isoformat())
    assert "nothing to do" in again.out
    assert "known of gb-frank" in again.err, "it is said every time"


def test_a_check_by_a_person_ends_the_warning(small: Path, run: Run) -> None:
    day = LATER.isoformat()
    order = ("confirm", "gb-frank", "--by", "Ada Jones", "--on", day, "--date", day)
    assert run(small, "helplines", *order).code == 0
    ran = run(small, "check", "--date", day)
    assert "known of gb-frank" not in ran.err
    assert "known of gb-shout" in ran.err


def test_a_text_that_was_to_be_reviewed_says_so(small: Path, run: Run) -> None:
    """From the day after on, in check and build."""
    edit(small / "source/ketamine.md", "+++\n", "+++\nreview_due = 2027-05-01\n")
    assert "reviewed again" not in run(small, "check", "--date", "2027-05-01").err
    ran = run(small, "check", "--date", "2027-05-02")
    assert (
        "source/ketamine.md: warning: this text was to be reviewed again by 2027-05-01" in ran.err
    )
