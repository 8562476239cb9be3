"""The publication file: its values, and what is said about a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketapub.errors import KetapubError
from ketapub.publication import Publication, parse_publication

PATH = "source/publication.toml"
FORMATS = (
    "poster",
    "large-poster",
    "handout",
    "large-print",
    "key-facts",
    "bilingual",
    "card",
    "leaflet",
)
BASE = """\
title = "Ketamine"
base_url = "https://health.who.int/k"

[editions]
US = ["en", "es"]
CA-QC = ["fr", "zh_hans"]
"""


def problems(text: str) -> list[str]:
    """`line: message / hint` of each problem."""
    with pytest.raises(KetapubError) as raised:
        parse_publication(text, PATH, FORMATS)
    assert {problem.path for problem in raised.value.problems} == {PATH}
    return [f"{p.line}: {p.message} / {p.hint}" for p in raised.value.problems]


def parse(extra: str = "", base: str = BASE) -> Publication:
    return parse_publication(extra + base, PATH, FORMATS)


def test_the_real_publication_is_sound(root: Path) -> None:
    """The file of this project parses; its regions keep their order and their languages theirs."""
    found = parse_publication((root / PATH).read_text(encoding="utf-8"), PATH, FORMATS)
    assert [code for code, _ in found.editions][:3] == ["US", "GB", "IE"]
    assert [lang.tag for lang in dict(found.editions)["US"]] == ["en", "es", "ar", "zh-Hans", "hi"]


def test_what_is_left_out_has_a_default() -> None:
    """Only a title and the editions are needed."""
    found = parse()
    assert (found.source.tag, found.unreviewed, found.coverage) == ("en", "mark", 0.95)
    assert (found.formats, found.publisher, found.contact) == (("handout",), "", "")


def test_tags_are_normalized() -> None:
    """A tag in gettext's spelling is the same language."""
    assert [lang.tag for lang in dict(parse().editions)["CA-QC"]] == ["fr", "zh-Hans"]


def test_languages_are_each_named_once_the_source_first() -> None:
    """Every language of any edition, in the order of the file."""
    assert [lang.tag for lang in parse().languages] == ["en", "es", "fr", "zh-Hans"]
    found = parse('source_language = "fr"\n')
    assert [lang.tag for lang in found.languages] == ["fr", "en", "es", "zh-Hans"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://health.who.int", "https://health.who.int/"),
        ("https://health.who.int//", "https://health.who.int/"),
        ("http://who.int:8080/a/b", "http://who.int:8080/a/b/"),
        ("https://myexample.org/", "https://myexample.org/"),
        ("https://example.org.who.int/", "https://example.org.who.int/"),
        ("", ""),
        ("https://example.org/", ""),
        ("https://health.example.com/k/", ""),
        ("https://health.example", ""),
        ("http://localhost:8000/", ""),
        ("http://127.0.0.1/", ""),
    ],
)
def test_paper_prints_real_addresses_only(written: str, address: str) -> None:
    """An address ends with a slash; an example's or this machine's is not for paper."""
    found = parse(base=BASE.replace("https://health.who.int/k", written))
    assert found.address == address
    assert found.base_url in {address, written.rstrip("/") + "/"}


EDITIONS = '\n[editions]\nUS = ["en"]\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'titel = "x"' + EDITIONS,
            [
                "1: unknown key `titel` / did you mean `title`?",
                "1: `title` is missing / add title = ...",
            ],
        ),
        (
            'title = "x"\nzzz = 1' + EDITIONS,
            [
                "2: unknown key `zzz` / use `title`, `publisher`, `base_url`, `contact`, "
                "`source_language`, `unreviewed`, `formats`, `review`, `print_treatment`, `gate`, "
                "`fragment`, `quick_exit`, `editions`"
            ],
        ),
        (
            'title = " "' + EDITIONS,
            ['1: `title` is not a text / write it between double quotes, such as "text"'],
        ),
        (
            'title = "x"\npublisher = 5' + EDITIONS,
            ['2: `publisher` is not a text / write it between double quotes, such as "text"'],
        ),
        ('title = "x"', ["1: `editions` is missing / add editions = ..."]),
        (
            'title = "x"\neditions = {}',
            ['2: `editions` is empty / name a region and its languages: US = ["en", "es"]'],
        ),
        (
            'title = "x"\neditions = ["US"]',
            ["2: `editions` is not a table / write its names and values below [its name]"],
        ),
        (
            'title = "x"\n[editions]\nus = ["en"]\n"../up" = ["en"]\nXQ = ["en"]',
            [
                "3: `us` is not a region / write a code such as US or CA-QC before the =",
                "4: `../up` is not a region / write a code such as US or CA-QC before the =",
                "5: `XQ` is not a region / write a code such as US or CA-QC before the =",
            ],
        ),
        (
            'title = "x"\n[editions]\nUS = "en"\nGB = []\nIE = ["en", "en"]\nFR = ["fr", "xx-nope"]',
            [
                "3: `US` is not a list / write it in square brackets",
                "4: `GB` is empty / name at least one",
                "5: `IE` has “en” twice / name each once",
                "6: `FR` has “xx-nope” / write a language that CLDR knows",
            ],
        ),
        (
            'title = "x"\n[editions]\nUS = ["zh-Hans",\n "zh_Hans"]',
            ["4: `US` has “zh_Hans” twice / name each once"],
        ),
        (
            'title = "x"\nsource_language = "klingon"' + EDITIONS,
            ["2: `source_language` has “klingon” / write a language that CLDR knows"],
        ),
        (
            'title = "x"\nunreviewed = "yes"' + EDITIONS,
            ["2: `unreviewed` is “yes” / write one of `hold`, `mark`, `publish`"],
        ),
        (
            'title = "x"\nformats = [\n"handout",\n"billboard"]' + EDITIONS,
            [
                "4: `formats` is “billboard” / write one of "
                + ", ".join(f"`{name}`" for name in sorted(FORMATS))
                + ""
            ],
        ),
        (
            'title = "x"\n[gate]\ncoverage = 95' + EDITIONS,
            [
                "3: `coverage` is 95, which is not a share / "
                "write a number above 0 and up to 1, such as 0.95"
            ],
        ),
        (
            'title = "x"\n[gate]\ncoverage = true\nspeed = 1' + EDITIONS,
            [
                "4: unknown key `speed` / use `coverage`",
                "3: `coverage` is true, which is not a share / "
                "write a number above 0 and up to 1, such as 0.95",
            ],
        ),
        (
            'title = "x"\n[review]\nlanguage = "some"\n' + EDITIONS,
            ["3: `review` `language` is “some” / write one of `critical`, `all`"],
        ),
        (
            'title = "x"\n[review]\ndoctor = "all"\n' + EDITIONS,
            ["3: `review` has `doctor` / write one of `language`, `clinical`, `community`"],
        ),
        (
            'title = "x"\n[review]\n' + EDITIONS,
            ['2: `review` asks for no review / write whose, such as language = "all"'],
        ),
        (
            'title = "x"\n[fragment]\nheading_level = 5\n' + EDITIONS,
            ["3: `heading_level` is 5 / write 2, 3 or 4"],
        ),
        (
            'title = "x"\ngate = 0.9' + EDITIONS,
            ["2: `gate` is not a table / write its names and values below [its name]"],
        ),
        (
            'title = "x"\ncontact = "0800 123"' + EDITIONS,
            [
                "2: `contact` is “0800 123” / write an e-mail address or a web address, or leave it empty"
            ],
        ),
    ],
)
def test_broken_file(text: str, expected: list[str]) -> None:
    """Every problem of the file is told with its line, its key and the remedy."""
    assert problems(text) == expected


@pytest.mark.parametrize(
    "url",
    [
        "health.who.int",
        "ftp://who.int/",
        "https://",
        "https://who.int/?a=1",
        "https://who.int/#a",
        'x">',
    ],
)
def test_an_address_is_a_web_address(url: str) -> None:
    """Anything but an absolute http address without query is refused."""
    (problem,) = problems(BASE.replace("https://health.who.int/k", url.replace('"', '\\"')))
    assert problem.startswith(f"2: `base_url` is “{url}”, which is not a web address / write one")


@pytest.mark.parametrize("contact", ["help@who.int", "https://who.int/contact", ""])
def test_a_contact_is_an_address(contact: str) -> None:
    """Readers report a number that does not work by mail or on the web."""
    assert parse(f'contact = "{contact}"\n').contact == contact


@pytest.mark.parametrize("share", ["1", "1.0", "0.01"])
def test_shares_that_are_allowed(share: str) -> None:
    """A page may need all of the words, never none."""
    found = parse_publication(f"{BASE}\n[gate]\ncoverage = {share}\n", PATH, FORMATS)
    assert found.coverage == float(share)


def test_a_slip_in_the_toml_names_its_line() -> None:
    """Text that is no TOML is one problem with its line."""
    (problem,) = problems('title = "x"\nunreviewed = mark\n')
    assert problem.startswith("2: ")


def test_all_problems_are_told_at_once() -> None:
    """A file with three faults needs one run to mend."""
    text = 'title = ""\nunreviewed = "no"\n[editions]\nUS = ["nope-nope-nope"]\n'
    assert [problem.split(":")[0] for problem in problems(text)] == ["1", "2", "4"]
