"""Pages as plain text: what is said, in which lines, and in which direction."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from ketapub.build import Report
from ketapub.plain_text import to_text
from project_edits import AR, edit, make_fuzzy, set_key

LRI, PDI = "\u2066", "\u2069"


def text_of(body: str, direction: str = "ltr") -> str:
    return to_text(f'<!doctype html><html dir="{direction}"><body>{body}</body></html>')


def test_paragraphs_are_one_line_each_however_long() -> None:
    long = "word " * 100
    assert text_of(f"<p>{long}</p>\n<p>b\nc<br>d</p>") == f"{long.strip()}\n\nb c\nd\n"


def test_headings_stand_apart_by_two_empty_lines() -> None:
    assert text_of("<p>a</p><h2>b</h2><p>c</p>") == "a\n\n\nb\n\nc\n"


def test_lists_keep_their_signs_numbers_and_depth() -> None:
    html = '<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul><ol start="4"><li>d</li></ol>'
    assert text_of(html) == "- a\n  - b\n- c\n\n4. d\n"


def test_each_cell_of_a_table_stands_with_the_name_of_its_column() -> None:
    html = "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>"
    html += "<tr><td>1</td><td>2</td></tr><tr><td>3</td><td></td></tr></tbody></table>"
    assert text_of(html) == "A: 1\nB: 2\n\nA: 3\n"


def test_a_link_to_the_web_tells_its_address_and_a_number_none() -> None:
    html = '<p><a href="https://a.test/x">News</a> <a href="https://a.test/x">a.test</a>'
    html += ' <a href="tel:112">112</a> <a href="#help">below</a></p>'
    assert text_of(html) == "News (https://a.test/x) https://a.test/x 112 below\n"


def test_what_has_another_direction_is_isolated_and_nothing_else() -> None:
    number = '<bdi dir="ltr"><a href="tel:+18">+1 8-0</a></bdi>'
    assert text_of(f"<p>x {number}</p>") == "x +1 8-0\n"
    assert text_of(f"<p>س {number}</p>", "rtl") == f"س {LRI}+1 8-0{PDI}\n"
    assert text_of('<p>x <span lang="ar" dir="rtl">س</span></p>') == f"x \u2067س{PDI}\n"


def test_spaces_that_must_not_break_and_lines_of_code_stay() -> None:
    assert text_of("<p>5\u00a0 mg</p><pre>a\n  b\n</pre>") == "5\u00a0 mg\n\na\n  b\n"


# In the publication -----------------------------------------------------------------------------


def editions(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "dist/manifest.json").read_bytes())[
        "editions"
    ]
    return found


def place_of(edition: dict[str, object]) -> str:
    return f"{edition['region']}/{edition['locale']}/{edition['article']}".lower()


def test_each_page_has_its_text_with_every_number_before_the_title(built: Path) -> None:
    for edition in editions(built):
        path = built / "dist" / place_of(edition) / f"{edition['article']}.txt"
        text = path.read_text("utf-8")
        head, title, body = text.partition(f"\n\n\n{edition['title']}\n")
        assert title, path
        assert body.count("\n") > 40, path
        numbers = edition["numbers"]
        assert isinstance(numbers, list)
        for number in numbers:
            spelled = f"{LRI}{number}{PDI}" if edition["locale"] == "ar" else number
            assert re.search(rf"(?<![\d-]){re.escape(spelled)}(?![\d-])", head), (path, number)
        page = (path.parent / "index.html").read_text("utf-8")
        assert f'href="{path.name}"' in page
        mark = edition["outputs"]["page"]["mark"]  # type: ignore[index]
        assert str(mark) in body


def test_every_isolate_is_closed_on_its_line(built: Path) -> None:
    paths = sorted((built / "dist").glob("*/*/*/*.txt"))
    assert len(paths) == len(editions(built))
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            depth = [0]
            for char in line:
                depth.append(depth[-1] + (char in "\u2066\u2067\u2068") - (char == PDI))
            assert min(depth) == depth[-1] == 0, (path, line)


def test_the_short_address_and_the_way_to_other_countries_stand_there_once_there_is_one(
    small: Path, printer: object, rebuild: Callable[..., Report]
) -> None:
    rebuild(small)
    path = small / "dist/gb/ar/ketamine/ketamine.txt"
    assert "/s/" not in path.read_text("utf-8")
    set_key(small / "source/publication.toml", "base_url", '"https://care.test-site.net/"')
    rebuild(small)
    text = path.read_text("utf-8")
    assert f"{LRI}https://care.test-site.net/choose/ar/ketamine.html{PDI}\n" in text
    (short,) = re.findall(rf"{LRI}https://care\.test-site\.net/(s/[a-z2-7]{{6}})/{PDI}\n", text)
    assert "gb/ar/ketamine" in (small / "dist" / short / "index.html").read_text("utf-8")


def test_a_text_is_kept_with_its_page_and_goes_with_it(
    small: Path,
    printer: object,
    rebuild: Callable[..., Report],
    run: Callable[..., object],
) -> None:
    rebuild(small)
    path = small / "dist/gb/ar/ketamine/ketamine.txt"
    before = path.read_bytes()
    make_fuzzy(small / AR, "Is someone unconscious")
    rebuild(small)
    assert path.read_bytes() == before
    edit(small / "source/regions/GB.toml", 'dial = "116 123"', 'dial = "116 124"')
    rebuild(small)
    assert not path.exists()
    page = (path.parent / "index.html").read_text("utf-8")
    assert "ketamine.txt" not in page
