"""The lines of TOML values."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ketapub.errors import KetapubError
from ketapub.toml import parse_toml

GNARLY = '''\
# a comment with [brackets] and "quotes
title = "L2"
"quoted key" = 'L3'
a.b."c.d" = "L4"
long = """
[not.a.table]
key = "not a key"
two quotes end it: """""
after_long = "L9"
literal = \'\'\'
]] } # still text '' \'\'\'
after_literal = "L12"
escaped = "a \\" [x] # not a comment"
list = [ # comment, with ] inside
  "L15",
  # between
  ["L17", "L17b"],
  { deep = { key = "L18" } }, "L18b",
]
point = { x = "L20", y.z = "L20b" }
when = 1979-05-27T07:32:00Z # L21

[table]
key = "L24"

[table.child]
key = "L27"

[[item]]
key = "L30"

  [[item.part]]
  key = "L33"
  [item.part.extra]
  key = "L35"

  [[item.part]]
  key = "L38"

[[item]]
key = "L41"
  [[item.part]]
  key = "L43"
[ item . "sub table" ]
key = "L45"
'''


def leaves(
    value: object, path: tuple[str | int, ...] = ()
) -> list[tuple[tuple[str | int, ...], object]]:
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, each in enumerate(value) for leaf in leaves(each, (*path, key))]
    return [(path, value)]


def test_every_value_knows_its_line() -> None:
    """Each value `L<n>` of a text full of traps stands on line n."""
    toml = parse_toml(GNARLY, "x.toml")
    marked = [(path, value) for path, value in leaves(toml.values) if str(value).startswith("L")]
    assert len(marked) == 21
    for path, value in marked:
        assert toml.line(*path) == int(str(value).strip("Lb")), path


def test_values_are_those_of_tomllib() -> None:
    """The values are read by tomllib and by nothing else."""
    assert parse_toml(GNARLY, "x.toml").values == tomllib.loads(GNARLY)


def test_tables_know_the_line_of_their_header() -> None:
    """A table, and each item of an array of tables, stands where its header stands."""
    toml = parse_toml(GNARLY, "x.toml")
    assert toml.line("table") == 23
    assert toml.line("table", "child") == 26
    assert [toml.line("item", 0), toml.line("item", 1)] == [29, 40]
    assert [toml.line("item", 0, "part", index) for index in (0, 1)] == [32, 37]
    assert toml.line("item", 1, "part", 0) == 42
    assert toml.line("item", 1, "sub table") == 44


def test_unknown_key_has_the_line_of_its_nearest_ancestor() -> None:
    """A missing key is reported where it would stand; without any ancestor, on the first line."""
    toml = parse_toml(GNARLY, "x.toml")
    assert toml.line("item", 0, "part", 1, "missing", 3) == 37
    assert toml.line("nowhere") == 1
    assert toml.line() == 1


def test_first_line_counts_from_inside_a_larger_file() -> None:
    """Front matter that begins on line 2 of a file reports the lines of that file."""
    toml = parse_toml('a = 1\nb = "x"\n', "x.md", first_line=2)
    assert (toml.line("a"), toml.line("b"), toml.line("c")) == (2, 3, 2)
    with pytest.raises(KetapubError) as error:
        parse_toml("a = 1\nb =\n", "x.md", first_line=2)
    assert error.value.problems[0].line == 3


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("a = 1\ndial = 0800 111\n", 2, "double quotes"),
        ("a = 1\n\na = 2\n", 3, "stands twice"),
        ("[t]\n[t]\n", 2, "stands twice"),
        ('a = "x\nb = 1\n', 1, "quotation mark"),
        ("a 1\n", 1, "equals sign"),
        ("a = [1,\n2\n", 2, "]"),
        ('x = """\nnever closed\n', 2, "quotation mark"),
        ("a = " + "[" * 5000, 1, "flatten"),
    ],
)
def test_syntax_error_has_line_and_remedy(text: str, line: int, hint: str) -> None:
    """A syntax error is one problem with file, line and what to do; never a traceback."""
    with pytest.raises(KetapubError) as error:
        parse_toml(text, "source/x.toml")
    (problem,) = error.value.problems
    assert (problem.path, problem.line) == ("source/x.toml", line)
    assert hint in problem.hint


def test_windows_line_ends_and_byte_order_mark_are_no_trouble() -> None:
    """A file saved on Windows reads the same, line by line."""
    toml = parse_toml("\ufeff" + GNARLY.replace("\n", "\r\n"), "x.toml")
    assert toml.values["title"] == "L2"
    assert toml.line("item", 1, "part", 0, "key") == 43


def test_every_key_of_the_shipped_files_has_a_line_of_its_own() -> None:
    """In our own region files each plain value is found on the line that names its key."""
    folder = Path(__file__).parent.parent / "source" / "regions"
    seen = 0
    for file in sorted(folder.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        toml = parse_toml(text, file.name)
        for path, _value in leaves(toml.values):
            key = next(part for part in reversed(path) if isinstance(part, str))
            assert key in text.split("\n")[toml.line(*path) - 1], (file.name, path)
            seen += 1
    assert seen > 200
