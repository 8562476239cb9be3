"""What page templates are given is what the web team's guide says, and what pages make of it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import fields
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta
import pytest
from lxml.html import HtmlElement, document_fromstring

from conftest import build_folder, copy_sources
from ketapub.errors import KetapubError
from ketapub.page import Link
from ketapub.plan import Selection
from ketapub.view import ChannelView, EditionView, HelpView, LineView
from project_edits import set_editions, set_key
from project_runs import Stub

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs/web.md").read_text("utf-8")
OBJECTS = {
    "`edition`": EditionView,
    "`help`": HelpView,
    "each of `help.lines`": LineView,
    "each channel": ChannelView,
    "each link": Link,
}
Given = dict[str, set[str]]


@pytest.fixture(scope="module")
def built_small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Given]:
    """The pages of a small publication that uses all that pages can show, and what each was given."""
    folder = copy_sources(tmp_path_factory.mktemp("pages") / "project")
    set_editions(folder, 'US = ["en", "es"]\nGB = ["ar"]')
    settings = folder / "source/publication.toml"
    set_key(settings, "base_url", '"https://health.test-site.net/"')
    set_key(settings, "contact", '"tell@health.test-site.net"')
    article = folder / "source/ketamine.md"
    more = (
        'aliases = ["older"]\nsources = [{ title = "A & B", url = "https://a.test-site.net/" }]\n'
    )
    article.write_text(article.read_text("utf-8").replace("+++\n", f"+++\n{more}", 1), "utf-8")
    seen: Given = defaultdict(set)
    render = jinja2.Template.render

    def noting(self: jinja2.Template, *args: Any, **values: Any) -> str:
        seen[self.name or ""] |= set(dict(*args, **values))
        return render(self, *args, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Template, "render", noting)
        build_folder(folder, selection=Selection(paper=False))
    return folder / "dist", seen


def documented() -> Given:
    """The names that the guide gives for each page template."""
    shared = GUIDE.partition("`+` stands for")[2].partition("\n\n")[0]
    common = set(re.findall(r"`(\w+)`", shared)) - {"tag", "direction", "own_name"}
    rows = re.findall(r"^\| `((?:web|site)/[\w.]+)` \| [^|]* \|(.*)\|$", GUIDE, re.MULTILINE)
    return {
        name: set(re.findall(r"`(\w+)`", cells)) | (common if "+" in cells else set())
        for name, cells in rows
    }


def test_each_page_template_is_given_what_the_guide_says(
    built_small: tuple[Path, Given],
) -> None:
    told, seen = documented(), built_small[1]
    assert {name: seen[name] for name in told if name in seen} == {
        name: names for name, names in told.items() if name in seen
    }
    # nothing is withdrawn or called back here, and no sheet is printed
    assert set(told) - set(seen) == {"web/withdrawn.html", "site/recall.html", "site/shelf.html"}


def test_no_page_template_uses_what_the_guide_does_not_name() -> None:
    """Those too that are made in an emergency only; and the guide leaves out none that makes a page."""
    env = jinja2.Environment()
    told = documented()
    for folder in ("web", "site"):
        for path in sorted((ROOT / "templates" / folder).glob("*.html")):
            text = path.read_text("utf-8")
            name = f"{folder}/{path.name}"
            if "<html" not in text and 'extends "web/' not in text and name not in told:
                continue  # a part of others
            if name in {
                "web/base.html",
                "site/notice.html",
                "site/pack.html",
                "site/pack_index.html",
            }:
                continue  # the frame of all; sheets and packs
            made = set(re.findall(r"import \S+ as (\w+)", text)) | {"choice"}
            if "web/page.html" in text:
                made |= {"help_macros", "notices", "navigation"}
            used = jinja2.meta.find_undeclared_variables(env.parse(text)) - made
            assert used <= told[name], name


def test_the_guide_names_what_each_value_holds() -> None:
    rows = dict(re.findall(r"^\| ([^|]+) \| ((?:`\w+` ?)+)\|$", GUIDE, re.MULTILINE))
    for row, made in OBJECTS.items():
        assert re.findall(r"`(\w+)`", rows[row]) == [field.name for field in fields(made)], row


def page(dist: Path, name: str) -> HtmlElement:
    return document_fromstring((dist / name).read_bytes())


def test_who_tells_of_a_number_tells_which_version(built_small: tuple[Path, Given]) -> None:
    dist, _ = built_small
    for name in ("us/es/ketamine/index.html", "us/es/ketamine/fragment.html"):
        text = (dist / name).read_text("utf-8")
        (mark,) = set(re.findall(r'<(?:bdi|span) dir="ltr">([A-Z2-7]{6})</', text))
        assert f'href="mailto:tell@health.test-site.net?subject=ketapub%3A%20{mark}"' in text, name
    text = (dist / "us/es/index.html").read_text("utf-8")
    assert 'href="mailto:tell@health.test-site.net?subject=ketapub%3A%20US%20es"' in text


def test_sources_and_the_publisher_stand_in_their_own_language(
    built_small: tuple[Path, Given],
) -> None:
    for tag, name in {"ar": "gb/ar", "en": "us/en"}.items():
        shown = page(built_small[0], f"{name}/ketamine/index.html")
        (source,) = shown.xpath("//section[@class='sources']//a")
        (publisher,) = shown.xpath("//*[@class='publisher']/a")
        assert (source.text, source.get("href")) == ("A & B", "https://a.test-site.net/")
        foreign = ("en", "ltr") if tag != "en" else (None, None)
        assert (source.get("lang"), source.get("dir")) == foreign
        assert (publisher.get("lang"), publisher.get("dir")) == foreign
    text = (built_small[0] / "gb/ar/ketamine/ketamine.txt").read_text("utf-8")
    assert "A & B (https://a.test-site.net/)" in text


def test_title_number_way_to_help_and_text_follow_each_other(
    built_small: tuple[Path, Given],
) -> None:
    shown = page(built_small[0], "us/es/ketamine/index.html")
    main = [e.get("class") or e.get("id") for e in shown.find(".//main/article")]
    assert main[:4] == ["title", "callout", "helpbar", "about"]


def test_a_text_that_regions_share_is_given_no_number_of_one(small: Path, printer: Stub) -> None:
    """Else the numbers of the first region would stand in the texts of all."""
    own = small / "templates/web/plain.html"
    own.write_text(own.read_text("utf-8").replace("<h1>", "{{ help.call.dial }}<h1>"), "utf-8")
    with pytest.raises(KetapubError, match="'help' is undefined"):
        build_folder(small, selection=Selection(paper=False))
