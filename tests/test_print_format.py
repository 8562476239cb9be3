"""Settings beside a print template: what they mean, and what is said about broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketapub.errors import KetapubError
from ketapub.print_format import load_formats, parse_format
from ketapub.project import load_project
from ketapub.templates import find_templates
from project_edits import set_key
from project_runs import Stub

PATH = "templates/print/zine.toml"
LEAST = 'name = "Zine"\nsides = 8\nsize = [11, 9.5]\n'


def problems(text: str) -> list[str]:
    with pytest.raises(KetapubError) as raised:
        parse_format(text, "zine", PATH)
    return [str(problem) for problem in raised.value.problems]


def test_what_is_left_out_has_a_default() -> None:
    found = parse_format(LEAST, "zine", PATH)
    assert (found.template, found.text, found.duplex, found.scaling) == (
        "zine",
        "all",
        "long-edge",
        "fit",
    )
    assert found.sizes == (11.0, 10.5, 10.0, 9.5)
    assert (found.paper("a4"), found.paper("letter")) == ("a4", "letter")


def test_a_format_has_a_paper_on_each_side_of_the_ocean() -> None:
    found = parse_format(LEAST + 'a4 = "a3 landscape"\nletter = "tabloid"\n', "zine", PATH)
    assert (found.paper("a4"), found.paper("letter")) == ("a3 landscape", "tabloid")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEAST.replace("8", "0"), f"{PATH}:2: `sides` is not a number of sides"),
        (LEAST.replace("9.5", "8"), f"{PATH}:3: `size` is not a range of sizes from 9 points up"),
        (LEAST.replace("[11, 9.5]", "[9, 11]"), "`size` is not a range"),
        (LEAST + 'a4 = "foolscap"', f"{PATH}:4: `a4` is 'foolscap', which is no paper"),
        (LEAST + 'text = "some"', "`text` is “some”"),
        (LEAST + "pages = 3", f"{PATH}:4: unknown key `pages`"),
        ("sides = 1\nsize = [9, 9]", "`name` is missing"),
    ],
)
def test_a_broken_setting_is_said_with_its_line(text: str, said: str) -> None:
    assert said in problems(text)[0]


def test_every_format_of_ours_is_whole(root: Path) -> None:
    """Each has a template, a style sheet, and a size that its readers can read."""
    formats = load_formats(find_templates(root))
    assert {"handout", "large-print", "key-facts", "bilingual"} <= set(formats)
    assert formats["large-print"].size[1] >= 18
    assert formats["key-facts"].size[1] >= 14


def test_settings_without_a_template_are_a_problem(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "templates/print/zine.toml"
    path.parent.mkdir(parents=True)
    path.write_text(LEAST)
    with pytest.raises(KetapubError, match=r"there is no templates/print/zine\.html"):
        load_formats(find_templates(tmp_path))


def test_a_format_is_added_by_three_files_in_a_project(small: Path, printer: Stub, rebuild) -> None:  # type: ignore[no-untyped-def]
    """As docs/outreach.md shows: settings, a template, a style sheet, and its name in the list."""
    own = small / "templates/print"
    (own / "zine.toml").write_text(LEAST)
    (own / "zine.html").write_text(
        '{% extends "print/parts.html" %}\n{% block main %}<p class="zine">{{ edition.summary }}</p>'
        "{{ edition.key }}{% endblock %}\n"
    )
    (own / "zine.css").write_text(".zine { font-size: 2em }\n")
    set_key(small / "source/publication.toml", "formats", '["handout", "zine"]')
    rebuild(small)
    task = printer.tasks["us/en/ketamine/ketamine_us_en_zine.pdf"]
    assert task.max_sheets == 8
    assert task.css.endswith("}\n")
    assert ".zine { font-size: 2em }" in task.css
    assert '<p class="zine">' in task.html
    assert "never self-medicate" in task.html
    assert "nausea" not in task.html, "no key message"
    assert "1-800-662-4357" in task.html
    # its name is a message like any other: nobody has translated it yet
    project = load_project(small)
    assert "Zine" in {message.msgid for message in project.messages["ketapub"]}
    assert "us/es/ketamine/ketamine_us_es_zine.pdf" not in printer.tasks
