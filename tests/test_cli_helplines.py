"""`ketapub helplines`: what editors type, and what it does to their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ketapub.toml import parse_toml
from project_runs import Ran

Run = Callable[..., Ran]
DAY = ("--date", "2026-11-23")
GB = Path("source/regions/GB.toml")


def helplines(run: Run, folder: Path, *options: str) -> Ran:
    return run(folder, "helplines", *options, *DAY)


def test_show_explains_the_choice(project_folder: Path, run: Run) -> None:
    """The same words as the golden files, whatever spelling of tag and region."""
    golden = Path(__file__).parent / "data" / "helplines_show" / "ar_GB.txt"
    for locale, region in (("ar", "GB"), ("AR", "gb")):
        ran = helplines(run, project_folder, "show", locale, region)
        assert (ran.code, ran.out, ran.err) == (0, golden.read_text("utf-8"), "")


def test_show_tells_machines_the_same(project_folder: Path, run: Run) -> None:
    found = helplines(run, project_folder, "show", "zh_Hans", "AU", "--json").json
    assert (found["locale"], found["region"], found["on"]) == ("zh-Hans", "AU", "2026-11-23")
    assert found["emergency"][0] == "000"
    assert found["lines"][0]["ways"]
    assert found["problems"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("show", "xx1", "GB"), "“xx1” is not a language tag"),
        (("show", "ar", "XX"), "XX: there is no such region\n  hint: one of AE, AR"),
        (("confirm", "gb-frnk", "--by", "A. Person", "--on", "2026-11-20"), "mean gb-frank"),
        (("confirm", "gb-frank", "--by", " ", "--on", "2026-11-20"), "the name is not a text"),
        (("confirm", "gb-frank", "--on", "2026-11-20"), "required: --by"),
        (("confirm", "gb-frank", "--by", "A. Person"), "required: --on"),
        (
            ("confirm", "gb-frank", "--by", "A. Person", "--on", "2026-11-24"),
            "2026-11-24 has not come yet",
        ),
    ],
)
def test_wrong_usage_is_code_2_and_touches_nothing(
    options: tuple[str, ...], message: str, project_folder: Path, run: Run
) -> None:
    before = (project_folder / GB).read_bytes()
    ran = helplines(run, project_folder, *options)
    assert ran.code == 2
    assert message in ran.err
    assert "hint:" in ran.err
    assert (project_folder / GB).read_bytes() == before


def test_a_broken_region_file_is_named_and_costs_the_others_nothing(
    project_folder: Path, run: Run
) -> None:
    (project_folder / GB).write_text('paper = "A4"\n', encoding="utf-8")
    ran = helplines(run, project_folder, "show", "en", "GB")
    assert ran.code == 1
    assert "source/regions/GB.toml:1: `paper` is “A4”" in ran.err
    assert helplines(run, project_folder, "show", "en", "US").code == 0
    checked = helplines(run, project_folder, "check")
    assert checked.code == 1
    assert "source/regions/GB.toml:1" in checked.err
    assert "\nUS " in checked.out
    assert "\nGB " not in checked.out


def test_check_finds_a_retired_number_and_a_misspelt_one(project_folder: Path, run: Run) -> None:
    """One is an error; what libphonenumber doubts is a warning, and the run a success."""
    pytest.importorskip("phonenumbers")
    text = (project_folder / GB).read_text(encoding="utf-8")
    (project_folder / GB).write_text(text.replace("0300 123 6600", "0300 123 66"), encoding="utf-8")
    ran = helplines(run, project_folder, "check")
    assert ran.code == 0
    assert "warning: libphonenumber does not accept 0300 123 66 of gb-frank" in ran.err
    (project_folder / GB).write_text(
        text.replace("0300 123 6600", "0800 77 66 00"), encoding="utf-8"
    )
    ran = helplines(run, project_folder, "check", "--json")
    assert ran.code == 1
    (problem,) = ran.json["problems"]
    assert (problem["path"], problem["code"]) == (GB.as_posix(), "retired")
    assert problem["line"] == text.splitlines().index('  dial = "0300 123 6600"') + 1


def test_check_without_the_spelling_library_says_so(
    project_folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "phonenumbers", None)
    ran = helplines(run, project_folder, "check")
    assert ran.code == 0
    assert "spelling of numbers is not checked" in ran.err
    assert "ketapub[numbers]" in ran.err


def test_check_shows_what_each_region_covers(project_folder: Path, run: Run) -> None:
    rows = helplines(run, project_folder, "check", "--json").json["coverage"]
    assert len(rows) == 2 * 60
    (us,) = [row for row in rows if (row["region"], row["kind"]) == ("US", "drugs")]
    assert us["languages"] == ["en", "es"]
    heads = helplines(run, project_folder, "check").out.split("\n")[0].split()
    assert heads == ["region", "drugs", "crisis"]


def test_a_confirmed_line_is_no_longer_due(project_folder: Path, run: Run) -> None:
    """Two lines are added, every other byte stays, and it is shown what is written."""
    path = project_folder / "source/regions/FR.toml"
    before = path.read_bytes()
    listed = {row["id"] for row in helplines(run, project_folder, "due", "--json").json["due"]}
    assert "fr-drogues-info-service" in listed
    order = ("confirm", "fr-drogues-info-service", "--by", "Ada Jones", "--on", "2026-11-20")
    ran = helplines(run, project_folder, *order)
    added = ("checked_on = 2026-11-20", 'checked_by = "Ada Jones"')
    assert ran.code == 0
    assert ran.out.splitlines() == ["source/regions/FR.toml", *(f"+ {line}" for line in added)]
    after = path.read_bytes()
    assert after.replace("".join(f"{line}\n" for line in added).encode(), b"") == before
    listed = {row["id"] for row in helplines(run, project_folder, "due", "--json").json["due"]}
    assert "fr-drogues-info-service" not in listed
    assert "says so already" in helplines(run, project_folder, *order).out
    assert path.read_bytes() == after


def test_a_byte_order_mark_and_foreign_line_ends_outlive_a_check(
    project_folder: Path, run: Run
) -> None:
    path = project_folder / GB
    old = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(old)
    order = ("confirm", "gb-frank", "--by", "Ada Jones", "--on", "2026-11-20", "--json")
    found = helplines(run, project_folder, *order).json
    new = path.read_bytes()
    assert found["path"] == GB.as_posix()
    frank = b'\r\n\r\n  [[helpline.channel]]\r\n  kind = "voice"\r\n  dial = "0300 123 6600"'
    assert old.count(frank) == 1
    assert new == old.replace(
        frank, b'\r\nchecked_on = 2026-11-20\r\nchecked_by = "Ada Jones"' + frank
    )
    line = parse_toml(new.decode(), "GB.toml").values["helpline"][0]
    assert line["checked_by"] == "Ada Jones"


def test_a_line_in_two_files_is_left_to_its_editor(project_folder: Path, run: Run) -> None:
    """Nobody can say which of the two was checked."""
    wales = project_folder / "source/regions/GB-WLS.toml"
    wales.write_text(
        wales.read_text("utf-8").replace('"gb-wls-dan"', '"gb-frank"'), encoding="utf-8"
    )
    before = wales.read_bytes()
    ran = helplines(run, project_folder, "confirm", "gb-frank", "--by", "Ada", "--on", "2026-11-20")
    assert ran.code == 2
    assert "source/regions/GB-WLS.toml" in ran.err
    assert wales.read_bytes() == before


def test_due_is_told_with_its_sources(project_folder: Path, run: Run) -> None:
    ran = helplines(run, project_folder, "due")
    assert ran.code == 0
    assert ran.out.splitlines()[0].endswith("source/regions/CH.toml")
    assert ran.out.splitlines()[2].startswith("  look at: ")


def test_the_help_of_each_command_ends_with_an_example(run: Run, project_folder: Path) -> None:
    for command in ("show", "check", "due", "confirm"):
        ran = run(project_folder, "helplines", command, "--help")
        assert ran.code == 0
        assert f"example: ketapub helplines {command}" in ran.out


@pytest.mark.parametrize("command", ["show en US", "check", "due"])
def test_without_a_publication_each_is_code_2(command: str, tmp_path: Path, run: Run) -> None:
    ran = helplines(run, tmp_path, *command.split())
    assert ran.code == 2
    assert "there is no publication here" in ran.err
