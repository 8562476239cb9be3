"""Region files: what is reported about a broken one, and that the others stand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ketapub.errors import KetapubError
from ketapub.region import Regions, choose, load_regions, numbers_of
from region_cases import Case, read_base, read_cases

DENY_LIST = """\
[[retired]]
region = "GB"
dial = "0800 77 66 00"
reason = "an older number of FRANK"
replaced_by = "0300 123 6600"
"""


def write(base: Path, **files: str) -> Path:
    folder = base / "source" / "regions"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, encoding="utf-8")
    return folder


def load(base: Path, **files: str) -> tuple[Regions, list[str]]:
    regions, problems = load_regions(write(base, **files), base)
    return regions, [str(problem) for problem in problems]


def test_base_of_the_cases_is_sound(tmp_path: Path) -> None:
    """The file that the cases break has no problem before."""
    regions, problems = load(tmp_path, GB=read_base(), retired=DENY_LIST)
    assert problems == []
    assert list(regions.regions) == ["GB"]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.title)
def test_broken_file(case: Case, tmp_path: Path) -> None:
    """Every problem of the file is reported with path, line, key and remedy."""
    folder = write(tmp_path, GB=case.toml, retired=DENY_LIST)
    _, problems = load_regions(folder, tmp_path)
    assert {problem.path for problem in problems} == {"source/regions/GB.toml"}
    found = [(problem.line, problem.message, problem.hint) for problem in problems]
    assert sorted(found) == sorted(case.problems)


def test_there_are_many_cases() -> None:
    """The table covers the schema: no case is lost to a slip in the file."""
    assert len(read_cases()) >= 90


def test_a_broken_file_never_stops_the_others(tmp_path: Path) -> None:
    """One bad file costs its own region and nothing else."""
    regions, problems = load(
        tmp_path, GB="paper = ", IE=read_base().replace("London", "Dublin"), retired=DENY_LIST
    )
    assert list(regions.regions) == ["IE"]
    assert len(problems) == 1
    assert problems[0].startswith("source/regions/GB.toml:1: this is not valid TOML")
    with pytest.raises(KetapubError, match="no usable region file for GB"):
        regions.chain("GB")


def test_a_part_of_a_country_waits_for_its_country(tmp_path: Path) -> None:
    """Without CA.toml an edition for Ontario would silently lack the lines of all Canada."""
    part = 'name.en = "Ontario"\n' + read_base().replace("Europe/London", "America/Toronto")
    regions, problems = load(tmp_path, CA_ON=part, CA="paper = 1")
    assert [problem.split(":")[0] for problem in problems] == ["source/regions/CA.toml"] * 3
    with pytest.raises(KetapubError) as error:
        regions.chain("CA-ON")
    assert error.value.problems[0].path == "source/regions/CA.toml"


def test_a_part_of_a_country_needs_a_name(tmp_path: Path) -> None:
    """CLDR's names as Babel carries them end at countries."""
    _, problems = load(tmp_path, GB_WLS=read_base())
    assert problems == [
        "source/regions/GB-WLS.toml:1: `name` is missing\n"
        '  hint: a part of a country needs name.en = "..."'
    ]


def test_a_country_needs_an_emergency_number(tmp_path: Path) -> None:
    """A part of a country may leave [emergency] to its country; a country may not."""
    text = read_base()
    bare = text[: text.index("[emergency]")] + text[text.index("[[helpline]]") :]
    _, problems = load(tmp_path, GB=bare)
    assert [problem.split("\n")[0] for problem in problems] == [
        "source/regions/GB.toml:1: `[emergency]` is missing"
    ]
    _, problems = load(tmp_path, GB=text, GB_WLS='name.en = "Wales"\n' + bare)
    assert problems == []


@pytest.mark.parametrize("name", ["gb", "Britain", "XX", "GB_", "G"])
def test_a_file_is_named_after_its_region(name: str, tmp_path: Path) -> None:
    """A file under another name would never be found: that is said at once."""
    regions, problems = load(tmp_path, **{name: read_base()})
    assert not regions.regions
    assert "is not a region\n  hint: name the file after an ISO 3166 code" in problems[0]


def test_a_file_in_another_encoding_is_a_problem(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are reported with their line, and the others stand."""
    folder = write(tmp_path, IE=read_base().replace("London", "Dublin"))
    (folder / "FR.toml").write_bytes(b'paper = "a4"\nname.fr = "Qu\xe9bec"\n')
    regions, problems = load_regions(folder, tmp_path)
    assert list(regions.regions) == ["IE"]
    assert [(problem.path, problem.line) for problem in problems] == [("source/regions/FR.toml", 2)]


def test_the_directory_stands_in_a_file_of_its_own_and_a_broken_one_costs_nothing_else(
    tmp_path: Path,
) -> None:
    """A page without its address is still right."""
    good = 'url = "https://find.example.org"\nsource = "x"\nsource_date = "2026-04"\ngrade = "B"\n'
    regions, problems = load(tmp_path, GB=read_base(), directory=good)
    assert (problems, regions.chain("GB")[0].directory) == ([], "https://find.example.org")
    regions, problems = load(tmp_path, GB=read_base(), directory=good.replace("https", "tel"))
    assert (len(problems), regions.chain("GB")[0].directory) == (1, "")
    assert problems[0].startswith("source/regions/directory.toml:1: `url` is")


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """Without region files nothing can be published, and the message says which folder to make."""
    regions, (problem,) = load_regions(tmp_path / "source" / "regions", tmp_path)
    assert not regions.regions
    assert (problem.path, problem.message) == ("source/regions", "there is no such folder")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DENY_LIST.replace('"GB"', '"UK"'), "3: `region` is “UK”"),
        (DENY_LIST.replace("0800 77 66 00", "0800 FRANK"), "4: `dial` is “0800 FRANK”"),
        (DENY_LIST.replace("reason", "why"), "5: `why` is not known here"),
        (DENY_LIST.replace("[[retired]]", "[retired]"), "2: `retired` is not a list"),
        ("x = 1\n" + DENY_LIST, "2: `x` is not known here"),
    ],
)
def test_broken_deny_list(text: str, message: str, tmp_path: Path) -> None:
    """The deny-list is checked like a region file."""
    _, problems = load(tmp_path, GB=read_base(), retired="\n" + text)
    assert any(
        problem.startswith(f"source/regions/retired.toml:{message}") for problem in problems
    ), problems


def test_a_sound_entry_stands_beside_a_broken_one(tmp_path: Path) -> None:
    """A slip in one entry of the deny-list does not let the others through."""
    text = DENY_LIST + '[[retired]]\nregion = "GB"\n'
    regions, problems = load(tmp_path, GB=read_base(), retired=text)
    assert [entry.dial for entry in regions.retired] == ["0800 77 66 00"]
    assert len(problems) == 2


def test_numbers_are_all_numbers(tmp_path: Path) -> None:
    """Law 3 looks for every number: emergency, helplines printed or not, retired, replacing."""
    text = read_base().replace('grade = "A"', 'grade = "X"')
    regions, _ = load(tmp_path, GB=text, retired=DENY_LIST)
    expected = {"999", "112", "03001236600", "82111", "0800776600"}
    assert numbers_of(regions) == frozenset(expected)


RETIRED = """source_date = "2026-10-01"
retired = 2026-11-23
reason = "the number is not in service"
"""


def test_a_number_that_died_is_one_edit(tmp_path: Path) -> None:
    """As docs/number-died.md tells it: retired, deny-listed, and said to be the only line."""
    text = read_base().replace('source_date = "2026-10-01"\n', RETIRED)
    deny = DENY_LIST + '[[retired]]\nregion = "GB"\ndial = "0300 123 6600"\nreason = "dead"\n'
    regions, problems = load(tmp_path, GB="no_line = true\n" + text, retired=deny)
    assert problems == []
    today = date(2026, 11, 23)
    assert choose(regions.chain("GB"), "en", today).numbers == ("999", "112")
    regions, problems = load(tmp_path, GB=text, retired=DENY_LIST)
    assert problems == []
    assert "0300 123 6600" in choose(regions.chain("GB"), "en", today - timedelta(days=1)).numbers
    with pytest.raises(KetapubError, match="no helpline that may be printed"):
        choose(regions.chain("GB"), "en", today)


def test_a_replaced_line_stands_beside_its_successor(tmp_path: Path) -> None:
    """The old line stays on record, the new one names the number that it replaces."""
    base = read_base()
    old, line = base.replace('source_date = "2026-10-01"\n', RETIRED), base.index("[[helpline]]")
    new = base[line:].replace("gb-frank", "gb-frank-new").replace("123 6600", "123 7700")
    new = new.replace('cost = "free"', 'cost = "free"\nreplaces = ["0300 123 6600"]')
    regions, problems = load(tmp_path, GB=old + new, retired=DENY_LIST)
    assert problems == []
    numbers = choose(regions.chain("GB"), "en", date(2026, 11, 23)).numbers
    assert numbers == ("999", "112", "0300 123 7700", "82111")
    assert "03001236600" in numbers_of(regions)
