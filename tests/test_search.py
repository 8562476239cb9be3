"""What search engines are told: of a publication with an address and reviewed translations."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from lxml import etree
from lxml.html import document_fromstring

from ketapub.build import Report
from ketapub.plan import Selection
from ketapub.site import Found, build_sitemap
from project_edits import ADDRESS, edit, set_editions, set_key
from project_runs import Ran
from tools.schema_org import type_faults
from tools.sitemap import schema_faults

if TYPE_CHECKING:
    from ketapub.page import Frame

Run = Callable[..., Ran]
EN, ES = "dist/us/en/ketamine/index.html", "dist/us/es/ketamine/index.html"
MAP = "dist/sitemap.xml"
ES_LINK = f'<xhtml:link rel="alternate" hreflang="es-US" href="{ADDRESS}us/es/ketamine/"/>\n'
NOINDEX = '<meta name="robots" content="noindex">'


def page_data(folder: Path) -> dict[str, Any]:
    """The JSON-LD of every page of an article, by path."""
    found = {}
    for path in sorted((folder / "dist").rglob("ketamine/index.html")):
        page = document_fromstring(path.read_bytes())
        (text,) = page.xpath("//script[@type='application/ld+json']/text()")
        found[path.relative_to(folder).as_posix()] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def few(
    signed: Path, rebuild: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A part of it, so that reading it again and again is quick."""
    folder = tmp_path_factory.mktemp("few") / "project"
    shutil.copytree(
        signed, folder, ignore=lambda name, _: {"dist"} if name == str(signed) else set()
    )
    set_editions(folder, 'US = ["en", "es"]\nIE = ["en"]')
    rebuild(folder, selection=Selection(paper=False))
    (folder / "dist/manifest.json").unlink()  # or it would say that a file was changed
    return folder


def test_verify_finds_that_all_of_it_agrees(signed: Path, run: Run) -> None:
    found = run(signed, "verify")
    assert (found.code, found.err) == (0, "")


SEEDS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "a link to nothing": (EN, 'href="../../../handouts/index.html"', 'href="none.html"', ("does not exist",)),
    "a part that is not there": (EN, 'href="#help"', 'href="#hlep"', ("does not have",)),
    "another page's address": (EN, f'"canonical" href="{ADDRESS}us/en/', f'"canonical" href="{ADDRESS}us/es/', ("its address is",)),
    "no address": (EN, '<link rel="canonical"', '<link rel="kanonical"', ("does not say by which address",)),
    "a listed page that hides": (ES, "</title>", f"</title>{NOINDEX}", ("us/es/ketamine/ is listed, but",)),
    "a page that is not listed": (MAP, f"<loc>{ADDRESS}ie/en/ketamine/</loc>", f"<loc>{ADDRESS}v/</loc>", ("ie/en/ketamine/ may be found", "v/ is listed, but")),
    "a page listed twice": (MAP, f"<loc>{ADDRESS}ie/en/ketamine/</loc>", f"<loc>{ADDRESS}us/en/ketamine/</loc>", ("twice",)),
    "an alternate that does not answer": (MAP, ES_LINK, ES_LINK.replace("us/es", "v/es"), ("does not name it",)),
    "a page without itself": (MAP, ES_LINK, "", ("does not name it",)),
    "two for one language": (MAP, ES_LINK, ES_LINK + ES_LINK.replace("us/es", "us/en"), ("two alternates",)),
    "no language": (MAP, 'hreflang="es-US"', 'hreflang="es_us"', ("no language",)),
    "another default": (MAP, f'hreflang="x-default" href="{ADDRESS}"', 'hreflang="x-default" href="https://a.test-site.net/"', ("another site",)),
    "half a sitemap": (MAP, "</urlset>", "", ("no XML",)),
    "robots that do not name it": ("dist/robots.txt", "Sitemap:", "Site:", ("does not name the sitemap",)),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_verify_finds_what_contradicts_it(few: Path, run: Run, tmp_path: Path, seed: str) -> None:
    name, old, new, messages = SEEDS[seed]
    folder = shutil.copytree(few, tmp_path / "project")
    edit(folder / name, old, new)
    found = run(folder, "verify")
    assert found.code == 1
    for message in messages:
        assert message in found.err


def test_a_publication_without_an_address_has_neither(few: Path, run: Run, tmp_path: Path) -> None:
    folder = shutil.copytree(few, tmp_path / "project")
    set_key(folder / "source/publication.toml", "base_url", '""')
    found = run(folder, "verify")
    assert "there is a sitemap, but the publication has no address" in found.err
    assert f"its address is {ADDRESS}us/en/ketamine/, but the publication has none" in found.err


def test_the_sitemap_keeps_to_its_schema(signed: Path) -> None:
    sitemap = (signed / MAP).read_bytes()
    assert sitemap.count(b"<url>") > 20
    assert schema_faults(sitemap) == []
    assert schema_faults(sitemap.replace(b' hreflang="es-US"', b"", 1)) != []
    assert schema_faults(sitemap.replace(b"<loc>", b"<lastmod>2026</lastmod><loc>", 1)) != []


@pytest.fixture
def cut(
    few: Path, rebuild: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The few pages, where a sitemap may hold four of them."""
    folder = shutil.copytree(few, tmp_path / "project")
    monkeypatch.setattr("ketapub.site.MOST_URLS", 4)
    rebuild(folder, selection=Selection(paper=False))
    (folder / "dist/manifest.json").unlink()
    return folder


def test_what_no_single_sitemap_may_hold_stands_in_several(few: Path, cut: Path, run: Run) -> None:
    """sitemaps.org allows 50,000 addresses and 50 MB; search engines leave out what is beyond."""
    index = (cut / MAP).read_text("utf-8")
    parts = re.findall(f"<loc>{ADDRESS}(sitemaps/[0-9]+.xml)</loc>", index)
    texts = [(cut / "dist" / part).read_bytes() for part in parts]
    assert len(parts) > 1
    assert [text.count(b"<url>") for text in texts[:-1]] == [4] * (len(parts) - 1)
    assert [fault for text in texts for fault in schema_faults(text)] == []
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = etree.fromstring(index.encode())
    assert root.tag == f"{name}sitemapindex"
    shapes = {(each.tag, tuple(part.tag for part in each)) for each in root}
    assert shapes == {(f"{name}sitemap", (f"{name}loc",))}
    whole = (few / MAP).read_text("utf-8")
    entry = re.compile("<url>.*?</url>", re.DOTALL)
    assert entry.findall(b"".join(texts).decode()) == entry.findall(whole)
    found = run(cut, "verify")
    assert (found.code, found.err) == (0, "")


def test_no_sitemap_is_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, most = cast("Frame", SimpleNamespace(publication=SimpleNamespace(address=ADDRESS))), 9000
    monkeypatch.setattr("ketapub.site.MOST_BYTES", most)
    tags = ("de-DE", "en-GB", "es-ES", "fr-FR", "ar-SA")
    pages = [Found(f"a/{group}-{t}/index.html", f"{group}", t) for group in range(40) for t in tags]
    files = dict(build_sitemap(pages, frame))
    assert len(files) > 3
    assert max(map(len, files.values())) <= most
    assert sum(data.count(b"<url>") for data in files.values()) == len(pages)


CUTS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "a part that is not there": (MAP, "sitemaps/2.xml", "sitemaps/9.xml", ("sitemaps/9.xml, where there is no sitemap",)),
    "half a part": ("dist/sitemaps/1.xml", "</urlset>", "", ("sitemaps/1.xml:", "no XML")),
    "a page of another part": ("dist/sitemaps/2.xml", "</url>", f"</url><url><loc>{ADDRESS}</loc></url>", ("twice",)),
    "a part of another site": (MAP, f"<loc>{ADDRESS}sitemaps/1", "<loc>https://a.test-site.net/sitemaps/1", ("where there is no sitemap",)),
}  # fmt: skip


@pytest.mark.parametrize("seed", CUTS)
def test_verify_finds_what_contradicts_a_part(cut: Path, run: Run, seed: str) -> None:
    name, old, new, messages = CUTS[seed]
    edit(cut / name, old, new)
    found = run(cut, "verify")
    assert found.code == 1
    for message in messages:
        assert message in found.err


def test_verify_finds_a_part_that_is_too_long(
    cut: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ketapub.audit.search.MOST_URLS", 3)
    monkeypatch.setattr("ketapub.audit.search.MOST_BYTES", 500)
    found = run(cut, "verify")
    assert found.code == 1
    assert "may list 3 pages at most" in found.err
    assert "may have 500 bytes at most" in found.err


@pytest.mark.slow
def test_structured_data_keeps_to_the_types_of_schema_org(signed: Path) -> None:
    values = page_data(signed)
    assert len(values) > 20
    assert {value["@context"] for value in values.values()} == {"https://schema.org"}
    assert {value["@type"] for value in values.values()} == {"MedicalWebPage"}
    sample = json.dumps(next(iter(values.values())))
    seeds = {
        "a misspelt key": ('"inLanguage"', '"inLangauge"'),
        "an unknown type": ('"ContactPoint"', '"ContactPiont"'),
        "a word that is not listed": ('"Monday"', '"Moonday"'),
        "a thing of another kind": ('"Organization"', '"OpeningHoursSpecification"'),
    }
    for name, (old, new) in seeds.items():
        assert old in sample
        values[name] = json.loads(sample.replace(old, new))
    found = type_faults(values)
    assert {name for name, faults in found.items() if faults} == set(seeds)
