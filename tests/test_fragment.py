"""Fragments for other sites: what WordPress and Drupal leave of them says all that they said."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml.html import HtmlElement, fragment_fromstring

from ketapub.build import Report
from ketapub.fragment import portable, portable_body, scoped_style
from ketapub.language import parse_language
from ketapub.plan import Selection
from project_edits import AR, edit, make_fuzzy, set_key
from project_runs import Ran, Stub

HERE = Path(__file__).resolve().parent
KEPT = json.loads((HERE / "data/editors.json").read_text("utf-8"))
"""The elements and attributes that each editor keeps."""
SCHEMA = json.loads((HERE.parent / "src/ketapub/content.schema.json").read_text("utf-8"))
WEB = Selection(paper=False)
ENGLISH, ARABIC = parse_language("en"), parse_language("ar")
NAME = "ketamine/fragment.html"


@pytest.fixture(scope="session")
def fragments(built: Path) -> dict[str, str]:
    """Every fragment of the real publication by its place: `us/ar`."""
    paths = sorted((built / "dist").rglob("fragment.html"))
    return {"/".join(p.parts[-4:-2]): p.read_text("utf-8") for p in paths}


def elements(html: str) -> Iterator[HtmlElement]:
    return (e for e in fragment_fromstring(html).iter() if isinstance(e.tag, str))


def said(html: str) -> str:
    """All that a reader reads, without white space."""
    return "".join(str(fragment_fromstring(html, create_parent="div").xpath("string()")).split())


def drupal(html: str) -> str:
    """What FilterHtml of Drupal 10 leaves in the text format basic_html: other tags go, texts stay."""
    kept = KEPT["drupal_basic_html"]
    root = fragment_fromstring(html, create_parent="div")
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif element.tag not in kept:
            element.drop_tag()
        else:
            for name in set(element.attrib) - {*kept[element.tag], *kept["*"]}:
                del element.attrib[name]
    return "".join([root.text or ""] + [_text(child) for child in root])


def _text(element: HtmlElement) -> str:
    from lxml.html import tostring

    return str(tostring(element, encoding="unicode"))


# --- what it is made of --------------------------------------------------------------------------


def test_every_element_and_attribute_is_one_that_wordpress_keeps(fragments: dict[str, str]) -> None:
    assert len(fragments) > 20
    kept = KEPT["wordpress_post"]
    for place, html in fragments.items():
        for element in elements(html):
            allowed = {*kept[element.tag], *kept["*"]}
            data = {name for name in element.attrib if name.startswith("data-")}
            assert set(element.attrib) - data <= allowed, (place, element.tag)


def test_drupal_drops_only_what_nothing_hangs_on(fragments: dict[str, str]) -> None:
    """Texts, links, ids of headings stay; each block has its language, each number its direction."""
    for place, html in fragments.items():
        left = drupal(html)
        assert said(left) == said(html), place
        tag = parse_language(place.split("/")[1]).tag
        root = fragment_fromstring(left, create_parent="div")
        assert not list(root.iter("div"))[1:], place
        before = fragment_fromstring(html)
        for path in ("//a/@href", "//*[self::h2 or self::h3]/@id", "//li/text()"):
            assert root.xpath(path) == before.xpath(path), (place, path)
        for block in root:
            assert block.get("lang"), (place, block.tag)
            assert block.get("dir") == parse_language(block.get("lang")).direction
        assert any(block.get("lang") == tag for block in root), place
        numbers = root.xpath("//a[starts-with(@href, 'tel:') or starts-with(@href, 'sms:')]")
        assert len(numbers) > 2
        assert all(link.get("dir") == "ltr" for link in numbers), place


def test_the_emergency_number_comes_first_and_the_helplines_after_the_text(
    fragments: dict[str, str],
) -> None:
    for place, html in fragments.items():
        root = fragment_fromstring(html)
        first = root.xpath("(.//a)[1]")[0]
        assert first.get("href").startswith("tel:"), place
        (heading,) = root.xpath(".//*[@id='ketapub-help']")
        assert heading.xpath("preceding::*[@id='ketapub-conclusion']"), place
        ids = root.xpath(".//@id")
        assert all(each.startswith("ketapub-") for each in ids)
        assert len(set(ids)) == len(ids)
        for link in root.xpath(".//a[starts-with(@href, '#')]/@href"):
            assert link[1:] in ids, (place, link)


def test_the_version_stands_in_a_comment_and_in_a_line_that_people_read(built: Path) -> None:
    manifest = json.loads((built / "dist/manifest.json").read_text("utf-8"))
    for edition in manifest["editions"]:
        page = edition["outputs"]["page"]
        path = built / "dist" / page["path"].replace("index.html", "fragment.html")
        html = path.read_text("utf-8")
        assert f"<!-- ketapub {page['mark']} -->" in html
        assert said(html).endswith(page["mark"])
        assert path.relative_to(built / "dist").as_posix() in manifest["files"]


def test_a_body_moves_its_headings_and_prefixes_its_ids() -> None:
    html = '<h2 id="a">A</h2>\n<h3 id="b">B</h3>\n<p><a href="#a">x</a> <a href="https://x.y/#a">y</a></p>\n'
    assert portable_body(html, ARABIC, 4) == (
        '<h4 lang="ar" dir="rtl" id="ketapub-a">A</h4>\n<h5 lang="ar" dir="rtl" id="ketapub-b">B</h5>\n'
        '<p lang="ar" dir="rtl"><a href="#ketapub-a">x</a> <a href="https://x.y/#a">y</a></p>\n'
    )


def test_a_table_becomes_lists_row_by_row() -> None:
    html = (
        "<table>\n<thead>\n<tr>\n<th></th>\n<th>A</th>\n</tr>\n</thead>\n<tbody>\n"
        "<tr>\n<td>row</td>\n<td><em>1</em></td>\n</tr>\n<tr>\n<td>next</td>\n<td></td>\n</tr>\n"
        "</tbody>\n</table>\n"
    )
    found = portable_body(html, ENGLISH, 2)
    assert (
        "<dt><strong></strong></dt>\n<dd>row</dd>\n<dt><strong>A</strong></dt>\n<dd><em>1</em></dd>"
        in found
    )
    assert found.count("<dl") == 2
    assert "<t" not in found


def test_names_and_addresses_keep_their_direction_without_bdi() -> None:
    html = '<p><bdi dir="rtl">x</bdi> <a href="https://a.b" rel="c"><bdi dir="ltr">a.b</bdi></a> <bdi dir="ltr">087 163 2025</bdi></p>'
    assert portable(html, ENGLISH) == (
        '<p lang="en" dir="ltr"><span dir="rtl">x</span> '
        '<a href="https://a.b" rel="c" dir="ltr">a.b</a> <strong dir="ltr">087 163 2025</strong></p>'
    )


def test_the_style_sheet_touches_nothing_but_the_fragment(root: Path) -> None:
    tokens = (root / "templates/tokens.css").read_text("utf-8")
    style = scoped_style(tokens, (root / "templates/web/fragment.css").read_text("utf-8"))
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    selectors = [s.strip() for rule in re.findall(r"([^{}]+)\{", style) for s in rule.split(",")]
    assert len(selectors) > 30
    assert [s for s in selectors if not re.match(r"\.ketapub(?![\w-])", s)] == []


def test_the_heading_level_is_the_publications(
    small: Path, printer: Stub, rebuild: Callable[..., Report]
) -> None:
    path = small / "source/publication.toml"
    path.write_text(path.read_text("utf-8") + "\n[fragment]\nheading_level = 3\n", "utf-8")
    rebuild(small, selection=WEB)
    html = (small / "dist/us/en/ketamine/fragment.html").read_text("utf-8")
    assert sorted({e.tag for e in elements(html) if re.match(r"h\d", e.tag)}) == ["h3", "h4"]
    assert "choose" not in html  # no address, no link that would lead nowhere


def test_with_an_address_the_fragment_leads_to_the_choice_of_countries(
    small: Path, printer: Stub, rebuild: Callable[..., Report], run: Callable[..., Ran]
) -> None:
    set_key(small / "source/publication.toml", "base_url", '"https://health.test-site.net/"')
    rebuild(small, selection=WEB)
    html = (small / "dist/us/es/ketamine/fragment.html").read_text("utf-8")
    assert 'href="https://health.test-site.net/choose/es/ketamine.html"' in html
    assert run(small, "verify").code == 0


def test_who_cannot_talk_finds_the_ways_to_write_once_more(fragments: dict[str, str]) -> None:
    root = fragment_fromstring(fragments["us/en"])
    (heading,) = root.xpath(".//h3[contains(., 'cannot talk')]")
    items = [item.text_content() for item in heading.getnext().iter("li")]
    assert items == [
        "Suicide & Crisis Lifeline Text message: 988",
        "Crisis Text Line Text HOME to 741741",
    ]


def test_private_providers_stand_in_fragments_alone_where_the_publication_asks_for_that(
    small: Path, printer: Stub, rebuild: Callable[..., Report], run: Callable[..., Ran]
) -> None:
    """After the public lines, labelled; page and sheet are without; the audit expects just that."""
    rebuild(small, selection=WEB)
    folder = small / "dist/us/en/ketamine"
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    marks = [version_of(small, "us/en")["mark"]]
    asked = 'formats = ["handout"]\nprint_treatment = ["fragment"]'
    edit(small / "source/publication.toml", 'formats = ["handout"]', asked)
    assert run(small, "verify").code == 1
    rebuild(small, selection=WEB)
    fragment = (folder / "fragment.html").read_text("utf-8")
    record = json.loads((folder / "content.json").read_text("utf-8"))
    page = (folder / "index.html").read_text("utf-8")
    assert [line["id"] for line in record["helplines"]][-2:] == list(PRIVATE)
    for dial in PRIVATE.values():
        assert dial in fragment
        assert dial in record["numbers"]
        assert dial not in page
        assert dial in version_of(small, "us/en")["numbers"]
        assert fragment.index("741741") < fragment.index(dial)
    assert fragment.count("private, may charge") == len(PRIVATE)
    assert not any(dial in fragment.split("ketapub-to-help")[0] for dial in PRIVATE.values())
    assert version_of(small, "us/en")["mark"] not in marks
    assert (folder / "ketamine.txt").read_bytes() != before["ketamine.txt"], "its mark is new"
    assert run(small, "verify").code == 0
    path = folder / "fragment.html"
    path.write_text(fragment.replace("888-306-3122", "888-306-3123"), "utf-8")
    assert run(small, "verify").code == 1


PRIVATE = {"us-treatment-agency": "866-272-5978", "us-gallus": "888-306-3122"}


def version_of(folder: Path, place: str) -> Any:
    """What the manifest says of a page: its mark and its edition's numbers."""
    manifest = json.loads((folder / "dist/manifest.json").read_text("utf-8"))
    path = f"{place}/ketamine/index.html"
    (found,) = (e for e in manifest["editions"] if e["outputs"]["page"]["path"] == path)
    return found | {"mark": found["outputs"]["page"]["mark"]}


# --- what becomes of it --------------------------------------------------------------------------


def test_a_kept_page_keeps_its_fragment_and_record(
    small: Path, printer: Stub, rebuild: Callable[..., Report], run: Callable[..., Ran]
) -> None:
    rebuild(small, selection=WEB)
    folder = small / "dist/gb/ar/ketamine"
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    edit(small / "source/ketamine.md", "Ketamine shows promise", "Ketamine now shows promise")
    make_fuzzy(small / AR, "Is someone unconscious")
    rebuild(small, selection=WEB)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert json.loads(before["content.json"])["links"]["style"] in {
        p.relative_to(small / "dist").as_posix() for p in (small / "dist/assets").iterdir()
    }
    assert run(small, "verify").code == 0


def test_a_withdrawn_page_leaves_a_fragment_with_help_alone(
    small: Path, printer: Stub, rebuild: Callable[..., Report], run: Callable[..., Ran]
) -> None:
    """The number that was printed is gone, and the text is not ready: only help may stand there."""
    rebuild(small, selection=WEB)
    edit(small / "source/regions/GB.toml", '"116 123"', '"116 124"')
    make_fuzzy(small / AR, "Is someone unconscious")
    rebuild(small, selection=WEB)
    folder = small / "dist/gb/ar/ketamine"
    html = (folder / "fragment.html").read_text("utf-8")
    assert "116 124" in html
    assert "116 123" not in html
    assert "<!--" not in html
    assert "ketapub-conclusion" not in html
    record = json.loads((folder / "content.json").read_text("utf-8"))
    jsonschema.validate(record, SCHEMA)
    assert record["state"] == "withdrawn"
    assert "body" not in record
    said_of_it = run(small, "verify").err  # the notice of recall is no PDF here
    assert "fragment" not in said_of_it
    assert "content.json" not in said_of_it


# --- content.json --------------------------------------------------------------------------------


def test_each_record_keeps_to_the_schema_and_says_what_the_fragment_says(
    built: Path, fragments: dict[str, str]
) -> None:
    for place, html in fragments.items():
        record = json.loads((built / f"dist/{place}/ketamine/content.json").read_text("utf-8"))
        jsonschema.validate(record, SCHEMA)
        assert record["body"].strip() in html, place
        assert record["alert"] in html
        assert f"<!-- ketapub {record['mark']} -->" in html
        ways = [way for line in record["helplines"] for way in line["channels"]]
        dials = [
            record["emergency"]["call"]["dial"],
            *(way["dial"] for way in ways if "dial" in way),
        ]
        assert set(dials) <= set(record["numbers"])


def test_the_schema_refuses_a_record_without_help_and_one_that_says_nothing_of_its_state() -> None:
    checker = jsonschema.Draft202012Validator(SCHEMA)
    for lack in ("emergency", "state", "helplines"):
        found = checker.iter_errors(dict.fromkeys(set(SCHEMA["required"]) - {lack}))
        assert f"'{lack}' is a required property" in [error.message for error in found]


# --- in the editors themselves -------------------------------------------------------------------


def wordpress(paths: list[Path]) -> list[tuple[str, str]]:
    """(what WordPress's sanitiser leaves of each, how its own filters then show it)."""
    command = ["php", HERE / "tools/kses.php", *paths]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return [(kept, shown) for kept, shown in json.loads(done.stdout)]


@pytest.mark.slow
def test_wordpress_leaves_every_fragment_unchanged(built: Path, tmp_path: Path) -> None:
    paths = sorted((built / "dist").rglob("fragment.html"))
    bad = tmp_path / "bad.html"
    bad.write_text('<p><bdi dir="ltr">1</bdi></p><script>x</script>', "utf-8")
    *found, (spoiled, _) = wordpress([*paths, bad])
    assert "bdi" not in spoiled
    assert "script" not in spoiled
    for path, (kept, shown) in zip(paths, found, strict=True):
        html = path.read_text("utf-8")
        assert kept == html, path
        for query in ("//a/@href", "//a[@dir]/text()", "//a/@dir"):
            before, after = (fragment_fromstring(h, create_parent="div") for h in (html, shown))
            assert after.xpath(query) == before.xpath(query), path


@pytest.mark.slow
def test_numbers_read_left_to_right_in_an_arabic_post(built: Path, tmp_path: Path) -> None:
    """By where each digit stands, after WordPress and after Drupal, in a page that is English."""
    from playwright.sync_api import sync_playwright

    path = built / "dist/us/ar/ketamine/fragment.html"
    ((_, shown),) = wordpress([path])
    loose = '<p id="loose" dir="rtl">اتصل <a href="tel:1">+1 800 662 4357</a></p>'
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for html in (shown, drupal(path.read_text("utf-8"))):
            page.set_content(f'<!doctype html><html lang="en"><body>{html}{loose}</body></html>')
            found: list[dict[str, Any]] = page.evaluate(_PLACES)
            assert len(found) > 5
            wrong = [each["text"] for each in found if each["lefts"] != sorted(each["lefts"])]
            assert wrong == ["+1 800 662 4357"]
        browser.close()


_PLACES = """() => [...document.querySelectorAll('a[href^="tel:"], a[href^="sms:"]')].map(link => {
  const lefts = [];
  for (let i = 0; i < link.firstChild.length; i++) {
    const range = document.createRange();
    range.setStart(link.firstChild, i);
    range.setEnd(link.firstChild, i + 1);
    lefts.push(range.getClientRects()[0].left);
  }
  return {text: link.textContent, lefts};
})"""
