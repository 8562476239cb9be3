"""The pages of the real publication: valid, linked up, for all readers, in a real browser."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from ketapub.build import Report
from ketapub.language import parse_language
from ketapub.plan import Selection
from ketapub.region import choose, load_regions
from tools import nu

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "source/publication.toml").read_text(encoding="utf-8"))
EDITIONS = {
    f"{region}/{tag}".lower(): tag for region, tags in SETTINGS["editions"].items() for tag in tags
}
"""Folder -> language tag."""
ADDRESS = "https://gesundheit.test-site.net/"


def read(path: Path) -> HtmlElement:
    return document_fromstring(path.read_bytes())


def pages_of(dist: Path) -> dict[str, HtmlElement]:
    """Every page by its path below `dist/`; fragments are parts of other sites' pages."""
    paths = (path for path in sorted(dist.rglob("*.html")) if path.name != "fragment.html")
    return {path.relative_to(dist).as_posix(): read(path) for path in paths}


@pytest.fixture(scope="session")
def pages(built: Path) -> dict[str, HtmlElement]:
    return pages_of(built / "dist")


# Valid ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_nu_checker_has_nothing_against_any_page(built: Path, tmp_path: Path) -> None:
    """No error and no warning; a page without a language and with a stray tag gets both."""
    paths = [p for p in sorted((built / "dist").rglob("*.html")) if p.name != "fragment.html"]
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><title>x</title><p>y</h1>", encoding="utf-8")
    results = nu.validate([*paths, bad])
    faults = " ".join(results.pop(bad))
    assert "warning" in faults
    assert "error" in faults
    assert {str(path): found for path, found in results.items() if found} == {}


@pytest.mark.parametrize("tool", ["vnu-jar/build/dist/vnu.jar", "axe-core/axe.min.js"])
def test_a_missing_tool_is_named_with_its_remedy(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert nu.node_file(tool).is_file()
    monkeypatch.setattr(nu, "ROOT", tmp_path)
    monkeypatch.setenv("KETAPUB_NODE", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="run scripts/setup test"):
        nu.node_file(tool)


def test_each_edition_has_a_page_and_a_place(pages: dict[str, HtmlElement]) -> None:
    found = {name for name in pages if re.match(r"[a-z]{2}(-[a-z]+)?/[a-z-]+/", name)}
    assert found == {
        f"{folder}/{rest}index.html" for folder in EDITIONS for rest in ("", "ketamine/")
    }


def test_each_page_says_its_language_and_direction(pages: dict[str, HtmlElement]) -> None:
    for name, page in pages.items():
        tag = page.get("lang")
        assert page.get("dir") == parse_language(tag).direction, name
        folder = "/".join(name.split("/")[:2])
        if folder in EDITIONS:
            assert tag == EDITIONS[folder], name
        for element in page.xpath("//*[@lang]"):
            assert parse_language(element.get("lang")).tag == element.get("lang"), name


def test_each_page_has_a_title_and_one_first_heading(pages: dict[str, HtmlElement]) -> None:
    """The short addresses lead on at once and are never read: they have a title only."""
    titles = set()
    for name, page in pages.items():
        assert page.findtext("head/title").strip(), name
        headings = page.findall(".//h1")
        if name.startswith("s/"):
            assert page.xpath("//meta[@http-equiv='refresh']/@content"), name
            continue
        assert [bool(heading.text_content().strip()) for heading in headings] == [True], name
        if name.endswith("/ketamine/index.html"):
            titles.add(page.findtext("head/title"))
    assert len(titles) == len(EDITIONS)


def test_headings_leave_out_no_level(pages: dict[str, HtmlElement]) -> None:
    for name, page in pages.items():
        levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        jumps = [(above, below) for above, below in pairwise(levels) if below > above + 1]
        assert not jumps, name


def is_hidden(page: HtmlElement) -> bool:
    return "noindex" in page.xpath("string(//meta[@name='robots']/@content)")


def test_search_engines_are_kept_off_what_nobody_reviewed(pages: dict[str, HtmlElement]) -> None:
    """Machine translations, addresses that only paper names, and a chooser that repeats another."""
    for name, page in pages.items():
        repeats = name.startswith("choose/") and not name.endswith("/index.html")
        expected = name.startswith(("s/", "v/", "404")) or repeats or page.get("lang") != "en"
        assert is_hidden(page) == expected, name


def test_unreviewed_pages_say_so_before_the_text(pages: dict[str, HtmlElement]) -> None:
    for folder, tag in EDITIONS.items():
        page = pages[f"{folder}/ketamine/index.html"]
        notices = page.xpath("//p[contains(@class, 'notice')][not(preceding::h2)]")
        assert len(notices) == (1 if tag == "en" else 2), folder


def test_each_number_stands_in_the_card_of_its_helpline(
    built: Path, today: date, pages: dict[str, HtmlElement]
) -> None:
    """Name, numbers and links of each card are those of one line of the region file, in order."""
    regions, _ = load_regions(built / "source/regions", built)
    for region, tags in SETTINGS["editions"].items():
        for tag in tags:
            help_ = choose(regions.chain(region), tag, today, "page")
            wanted = [
                (line.helpline.name(tag)[0], [(w.dial, w.uri) for w in line.channels if w.dial])
                for line in help_.lines
            ]
            for rest in ("", "ketamine/"):
                page = pages[f"{region}/{tag}/{rest}index.html".lower()]
                cards = page.xpath("//*[@id='help']//li[@class='line']")
                assert [card(li) for li in cards] == wanted
                first = page.xpath("//*[@id='help']//*[contains(@class, 'emergency')]//a")
                numbers = [(link.text, link.get("href")) for link in first]
                also = [(each.dial, each.uri) for each in help_.emergency.also]
                assert numbers == [(help_.emergency.call, help_.emergency.uri), *also]


def card(element: HtmlElement) -> tuple[str, list[tuple[str, str]]]:
    """(name, numbers with their links) of a helpline on a page."""
    links = element.xpath(".//bdi/a")
    heading = element.find("h3")
    told = [link.get("aria-describedby") for link in links if link.get("href")[:4] != "http"]
    assert told == [heading.get("id")] * len(told)
    return heading.text_content(), [(link.text, link.get("href")) for link in links]


def page_data(page: HtmlElement) -> dict[str, Any]:
    (text,) = page.xpath("//script[@type='application/ld+json']/text()")
    found: dict[str, Any] = json.loads(text)
    return found


def test_search_engines_read_the_numbers_that_readers_read(pages: dict[str, HtmlElement]) -> None:
    for folder, tag in EDITIONS.items():
        page = pages[f"{folder}/ketamine/index.html"]
        data = page_data(page)
        assert data["inLanguage"] == tag
        assert data["name"] == page.findtext(".//h1")
        assert "reviewedBy" not in data, "nobody has reviewed it"
        points = [point for each in data["mentions"] for point in each["contactPoint"]]
        told = [point["telephone"] for point in points if "telephone" in point]
        shown = page.xpath(
            "//*[@class='line']//bdi/a[starts-with(@href, 'tel:') or starts-with(@href, 'sms:')]"
        )
        assert told == [link.text for link in shown], folder
        assert all(point["areaServed"] == folder[:2].upper() for point in points)


def test_of_a_discreet_article_messengers_and_downloads_tell_nothing(
    pages: dict[str, HtmlElement],
) -> None:
    for folder in EDITIONS:
        page = pages[f"{folder}/ketamine/index.html"]
        told = page.xpath("//meta[starts-with(@property, 'og:')]/@content")
        told += page.xpath("//a[@type='application/pdf']/@download")
        assert len(told) >= 4, folder
        secret = page.findtext(".//h1").partition(":")[0].casefold()
        assert not [text for text in told if secret in text.casefold() or "ketamin" in text], folder


# Linked up --------------------------------------------------------------------------------------


def broken_links(dist: Path, pages: dict[str, HtmlElement]) -> list[str]:
    """Every address in a page that leads to no file of the publication, or to no place in it."""
    broken = []
    for name, page in pages.items():
        addresses = page.xpath("//@href | //@src")
        for refresh in page.xpath("//meta[@http-equiv='refresh']/@content"):
            addresses.append(refresh.partition("url=")[2])
        for address in map(str, addresses):
            url = urlsplit(address)
            if url.scheme or url.netloc:
                continue
            base = dist if url.path.startswith("/") else (dist / name).parent
            target = base / unquote(url.path).lstrip("/") if url.path else dist / name
            target = target.resolve()
            if not target.is_file() or not target.is_relative_to(dist.resolve()):
                broken.append(f"{name}: {address}")
            elif url.fragment:
                other = pages[target.relative_to(dist.resolve()).as_posix()]
                if not other.xpath("//*[@id=$id]", id=unquote(url.fragment)):
                    broken.append(f"{name}: {address}")
    return broken


def test_each_link_and_each_fragment_leads_somewhere(
    built: Path, pages: dict[str, HtmlElement]
) -> None:
    assert broken_links(built / "dist", pages) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "secret.txt").write_text("x")
    dist = tmp_path / "a"
    links = ("b.html", "#no", "index.html#no", "../secret.txt", "/b", "#yes", "index.html#yes", "")
    text = "".join(f'<a href="{link}">x</a>' for link in links)
    (dist / "index.html").write_text(f"<!doctype html><title>x</title><p id=yes>{text}")
    broken = [line.partition(": ")[2] for line in broken_links(dist, pages_of(dist))]
    assert broken == ["b.html", "#no", "index.html#no", "../secret.txt", "/b"]


def test_nothing_is_loaded_from_another_host(built: Path, pages: dict[str, HtmlElement]) -> None:
    for name, page in pages.items():
        loaded = page.xpath("//@src | //link[@rel='stylesheet']/@href | //@srcset | //@poster")
        assert not [url for url in loaded if urlsplit(url).netloc], name
        assert not page.xpath("//iframe | //object | //embed | //base"), name
        scripts = [src.rsplit("/", 1)[1].partition(".")[0] for src in page.xpath("//script/@src")]
        wanted = ["finder"] * name.startswith("handouts/") + ["exit"] * (not name.startswith("s/"))
        assert scripts == wanted, name
    for style in (built / "dist/assets").glob("*.css"):
        assert "url(" not in style.read_text(encoding="utf-8")


def test_a_page_with_all_that_it_loads_is_small(built: Path, pages: dict[str, HtmlElement]) -> None:
    """Under 30 kB as a server compresses it; callout and number lie in the first 14 kB."""
    for name, page in pages.items():
        data = (built / "dist" / name).read_bytes()
        loaded = page.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        files = [(built / "dist" / name).parent / url for url in loaded if not url.startswith("/")]
        whole = sum(len(gzip.compress(each)) for each in (data, *(f.read_bytes() for f in files)))
        assert whole < 30_000, name
        if name.endswith("/ketamine/index.html"):
            assert b'class="call"' in data[:14_000], name
            assert data.index(b'href="tel:') < 14_000, name


def test_every_page_can_be_reached_from_the_front_page(pages: dict[str, HtmlElement]) -> None:
    """All but the addresses on paper and the page for what does not exist."""
    seen: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in pages:
            continue
        seen.add(name)
        for address in pages[name].xpath("//a/@href"):
            if not urlsplit(address).scheme:
                parts: list[str] = []
                for part in [*name.split("/")[:-1], *urlsplit(address).path.split("/")]:
                    parts = parts[:-1] if part == ".." else [*parts, part] if part else parts
                waiting.append("/".join(parts))
    assert set(pages) - seen == {n for n in pages if n.startswith(("s/", "404"))}


# Addresses --------------------------------------------------------------------------------------


def test_without_an_address_there_are_no_absolute_links_to_ourselves(
    built: Path, pages: dict[str, HtmlElement]
) -> None:
    for name, page in pages.items():
        assert not page.xpath("//link[@rel='canonical' or @rel='alternate']"), name
    assert not (built / "dist/sitemap.xml").exists()


@pytest.fixture(params=["mark", "publish"])
def addressed(
    request: pytest.FixtureRequest, project_folder: Path, rebuild: Callable[..., Report]
) -> Path:
    """The pages of a publication with a real address; `publish`: translations indexed as well."""
    path = project_folder / "source/publication.toml"
    text = path.read_text(encoding="utf-8")
    assert 'base_url = ""' in text
    assert 'unreviewed = "mark"' in text
    text = text.replace('base_url = ""', f'base_url = "{ADDRESS.rstrip("/")}"')
    text = text.replace('unreviewed = "mark"', f'unreviewed = "{request.param}"')
    path.write_text(text, encoding="utf-8")
    rebuild(project_folder, selection=Selection(paper=False))
    return project_folder / "dist"


@pytest.mark.slow
def test_canonical_links_and_the_sitemap_name_the_same_pages(addressed: Path) -> None:
    """Each page names its own address; the sitemap lists exactly those that may be indexed."""
    pages = pages_of(addressed)
    indexed = set()
    for path, page in pages.items():
        own = ADDRESS + path.removesuffix("index.html")
        named = page.xpath("//link[@rel='canonical']/@href")
        assert named == [own] or (is_hidden(page) and not named), path
        if not is_hidden(page):
            indexed.add(own)
    assert {ADDRESS, f"{ADDRESS}us/en/", f"{ADDRESS}us/en/ketamine/"} <= indexed
    assert f"{ADDRESS}handouts/" in indexed
    sitemap = read_sitemap(addressed)
    assert set(sitemap) == indexed
    assert broken_links(addressed, pages) == []
    robots = (addressed / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {ADDRESS}sitemap.xml\n" in robots


@pytest.mark.slow
def test_alternates_are_reciprocal_and_owned_once(addressed: Path) -> None:
    """All owners of a language and country name each other; the others name nobody."""
    sitemap = read_sitemap(addressed)
    article = {url: found for url, found in sitemap.items() if url.endswith("/ketamine/")}
    owners = {url: alternates for url, alternates in article.items() if alternates}
    common = next(iter(owners.values()))
    assert common["x-default"] == ADDRESS
    assert set(common.values()) - {ADDRESS} == set(owners)
    assert all(alternates == common for alternates in owners.values())
    expected: dict[str, str] = {}
    for region, tags in sorted(SETTINGS["editions"].items(), key=lambda item: "-" in item[0]):
        for tag in tags:
            url = f"{ADDRESS}{region}/{tag}/ketamine/".lower()
            if url in sitemap:
                expected.setdefault(f"{tag}-{region[:2]}", url)
    assert common == expected | {"x-default": ADDRESS}


def read_sitemap(dist: Path) -> dict[str, dict[str, str]]:
    """Address -> {hreflang: address}."""
    root = etree.parse(dist / "sitemap.xml").getroot()
    assert root.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    found = {}
    for entry in root:
        links = entry.findall("{http://www.w3.org/1999/xhtml}link")
        alternates = {str(link.get("hreflang")): str(link.get("href")) for link in links}
        assert len(alternates) == len(links)
        found[str(entry.findtext("{*}loc"))] = alternates
    assert len(found) == len(root)
    return found
