"""The feed of changes keeps to Atom, and tells of nothing that search engines may not list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from lxml import etree

from ketapub.build import Report
from ketapub.feed import first_day
from ketapub.plan import Selection
from project_edits import set_key
from project_runs import Ran, Stub

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z")
WEB = Selection(paper=False)


def test_the_feed_is_atom_and_lists_the_articles_of_the_sitemap(
    small: Path, printer: Stub, rebuild: Callable[..., Report], run: Callable[..., Ran]
) -> None:
    """RFC 4287: ids, titles, dates and one author; English alone, as nobody reviewed the others."""
    set_key(small / "source/publication.toml", "base_url", '"https://health.test-site.net/"')
    rebuild(small, selection=WEB)
    dist = small / "dist"
    feed = etree.fromstring((dist / "feed.xml").read_bytes())
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    for element in (feed, *feed.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1, name
        assert MOMENT.fullmatch(element.findtext("a:updated", "", ATOM))
    assert feed.findtext("a:author/a:name", "", ATOM)
    assert len(feed.xpath("a:link[@rel='self']", namespaces=ATOM)) == 1
    links = feed.xpath("a:entry/a:link[@rel='alternate']/@href", namespaces=ATOM)
    sitemap = (dist / "sitemap.xml").read_text("utf-8")
    assert sorted(links) == sorted(re.findall(r"<loc>([^<]+/ketamine/)</loc>", sitemap))
    assert sorted(links) == [f"https://health.test-site.net/{p}/en/ketamine/" for p in ("gb", "us")]
    ids = feed.xpath("a:entry/a:id/text()", namespaces=ATOM)
    assert all(re.fullmatch(r"tag:health\.test-site\.net,[\d-]+:\w{6}/[A-Z2-7]{6}", i) for i in ids)
    dates = feed.xpath("a:entry/a:updated/text()", namespaces=ATOM)
    assert feed.findtext("a:updated", "", ATOM) == max(dates)
    assert 'application/atom+xml" href="../../../feed.xml"' in (
        dist / "gb/ar/ketamine/index.html"
    ).read_text("utf-8")
    assert run(small, "verify").code == 0


def test_without_an_address_there_is_no_feed_and_no_link_to_one(
    small: Path, printer: Stub, rebuild: Callable[..., Report]
) -> None:
    rebuild(small, selection=WEB)
    assert not (small / "dist/feed.xml").exists()
    assert "atom" not in (small / "dist/us/en/ketamine/index.html").read_text("utf-8")


def test_a_date_that_names_no_day_means_the_first_it_can() -> None:
    assert [first_day(text) for text in ("2026", "2026-10", "2026-10-07")] == [
        date(2026, 1, 1),
        date(2026, 10, 1),
        date(2026, 10, 7),
    ]
