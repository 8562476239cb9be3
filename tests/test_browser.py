"""Every page of the publication in a real browser, served by nginx as the web team's settings say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml.html import HtmlElement, document_fromstring

from ketapub.language import parse_language
from tools import axe
from tools.servers import ask, serving, settings_of
from tools.visit import WINDOWS, Traffic, listen, sideways, thin, walk

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

KINDS = {
    "articles": "[a-z-]+/[a-z-]+/ketamine/index.html",
    "places": "(?!choose|leaving|handouts)[a-z-]+/[a-z-]+/index.html",
    "ways": "index.html|choose/.*|leaving/.*|404.*|handouts/.*",
    "versions": "v/.*",
}
"""Kinds of pages, by the pattern of their paths."""
SCRIPTS = {
    "us/en/ketamine/index.html": "911",
    "gb/ar/ketamine/index.html": "999",
    "in/hi/ketamine/index.html": "112",
    "us/zh-hans/ketamine/index.html": "911",
}
"""A page in each script, and its emergency number."""
DESKTOP, PHONE = WINDOWS["desktop"], WINDOWS["phone"]
LYING = {"width": 740, "height": 360}
HEAVY = 30_000
"""Bytes that a page with all that it loads must not reach."""


def read_pages(dist: Path) -> dict[str, HtmlElement]:
    """Every page that is read, by its path: fragments stand elsewhere, short addresses lead on."""
    paths = [path for path in sorted(dist.rglob("*.html")) if path.name != "fragment.html"]
    names = {path.relative_to(dist).as_posix(): path for path in paths}
    return {n: document_fromstring(p.read_bytes()) for n, p in names.items() if n[:2] != "s/"}


def kind_of(name: str) -> str:
    (kind,) = (kind for kind, pattern in KINDS.items() if re.fullmatch(pattern, name))
    return kind


def covering(pages: dict[str, HtmlElement], by: str) -> list[str]:
    """A few small pages of every kind that together hold every element within every kind of parent.

    `by`: in each "language", of each region too; in each "script"; or in each "direction" of writing,
    where letters make no difference.
    """
    holds = {name: pieces(name, page, by) for name, page in pages.items()}
    costs = {name: 200 + sum(1 for _ in page.iter()) for name, page in pages.items()}
    left = set().union(*holds.values())
    chosen = []
    while left:
        chosen.append(max(holds, key=lambda name: len(holds[name] & left) / costs[name]))
        left -= holds[chosen[-1]]
    return sorted(chosen)


def pieces(name: str, page: HtmlElement, by: str) -> set[tuple[str, ...]]:
    """(tongue, parent, element) of all its elements, each as `tag.class`; the kind holds the page."""
    language = parse_language(page.get("lang"))
    where = language.tag if by == "language" else getattr(language, by)
    names = {e: f"{e.tag}.{e.get('class', '')}" for e in page.iter() if isinstance(e.tag, str)}
    found: set[tuple[str, ...]] = {
        (where, names[e.getparent()], own) for e, own in names.items() if e is not page
    }
    found.add((where, kind_of(name), names[page]))
    if by == "language" and kind_of(name) in {"articles", "places"}:
        found.add((kind_of(name), name.split("/")[0]))
    return found


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, HtmlElement]:
    return read_pages(built / "dist")


@pytest.fixture(scope="module")
def visited(built: Path, pages: dict[str, HtmlElement]) -> list[str]:
    """Pages of every make, in every language, and of every region; the largest of each kind."""
    by_size = sorted(pages, key=lambda name: (built / "dist" / name).stat().st_size)
    found = sorted(
        {*covering(pages, "language"), *{kind_of(name): name for name in by_size}.values()}
    )
    assert {pages[name].get("lang") for name in found} == {p.get("lang") for p in pages.values()}
    assert 50 < len(found) < len(pages) / 2
    return found


@pytest.fixture(scope="module")
def various(pages: dict[str, HtmlElement], visited: list[str]) -> list[str]:
    """Pages of every make, in every script."""
    found = covering({name: pages[name] for name in visited}, "script")
    assert 20 < len(found) < len(visited)
    return found


@pytest.fixture(scope="module")
def few(pages: dict[str, HtmlElement], various: list[str]) -> list[str]:
    """Pages of every make, in both directions."""
    found = covering({name: pages[name] for name in various}, "direction")
    assert {pages[name].get("dir") for name in found} == {"ltr", "rtl"}
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with axe.open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with serving("nginx", settings_of(built), built / "dist") as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def tab(browser: Any) -> Iterator[Callable[..., Any]]:
    """`tab(**options)`: a new tab in a profile of its own."""
    contexts = []

    def open_tab(**options: Any) -> Any:
        contexts.append(browser.new_context(reduced_motion="reduce", **options))
        return contexts[-1].new_page()

    yield open_tab
    for context in contexts:
        context.close()


Tab = Callable[..., Any]

# Every page --------------------------------------------------------------------------------------


def test_every_page_is_of_a_kind(pages: dict[str, HtmlElement]) -> None:
    for name in pages:
        assert kind_of(name), name


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_fault(
    tab: Tab,
    address: str,
    pages: dict[str, HtmlElement],
    visited: list[str],
    various: list[str],
    few: list[str],
    kind: str,
) -> None:
    """WCAG 2.2 AA, contrast of 7:1, reflow, weight, other hosts, complaints: all in one visit.

    Of each kind those pages that hold all of its elements in each language, and one of each region.
    What no rule of axe can tell apart is judged by them once in each script.
    """
    page = tab()
    traffic = listen(page)
    faults = {}
    judged = set()
    for name in visited:
        if kind_of(name) == kind:
            found = load_faults(page, traffic, address + name)
            found += sideways(page)
            if name in various:
                thin(page)
                found += look_faults(page, every_way=name in few)
                judged.add(parse_language(pages[name].get("lang")).script)
            faults[name] = found
    assert judged >= {"Latn", "Arab", "Deva", "Hans"}
    assert {name: found for name, found in faults.items() if found} == {}


def load_faults(page: Any, traffic: Traffic, url: str) -> list[str]:
    """What is wrong with loading a page: complaints of the browser, other hosts, its weight."""
    traffic.forget()
    page.set_viewport_size(DESKTOP)
    page.goto(url, wait_until="load")
    found = [f"the browser says: {error}" for error in traffic.errors]
    host = urlsplit(url)
    found += [
        f"asks for {asked}" for asked in traffic.urls if urlsplit(asked).netloc != host.netloc
    ]
    # a browser without a window asks for no icon
    icon = page.evaluate("(document.querySelector('link[rel=icon]') || {}).href")
    more = ask(host.port or 80, urlsplit(icon).path, accept_encoding="gzip")[2] if icon else b""
    if traffic.size + len(more) >= HEAVY:
        found.append(f"weighs {traffic.size + len(more)} bytes with all that it loads")
    return found


def look_faults(page: Any, every_way: bool) -> list[str]:
    """By all rules in light and narrow, its looks in dark and wide; or these in every other way too."""
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    found = axe.violations(page, *axe.LOOKS)
    if every_way:
        page.emulate_media(color_scheme="light")
        found += axe.violations(page, *axe.LOOKS)
        page.emulate_media(contrast="more")
        found += axe.violations(page, *axe.LOOKS)
        page.emulate_media(contrast="no-preference")
    page.set_viewport_size(WINDOWS["320 px"])
    if every_way:
        page.emulate_media(color_scheme="dark")
        found += axe.violations(page, *axe.LOOKS)
    page.emulate_media(color_scheme="light")
    return found + axe.violations(page)


def test_dark_is_dark(tab: Tab, address: str) -> None:
    for scheme in ("light", "dark"):
        page = tab(color_scheme=scheme)
        page.goto(address)
        shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", shade)[:3])) < 3 * 128) == (scheme == "dark")


def test_the_browser_sees_faults(tab: Tab, tmp_path: Path) -> None:
    """A page with each of them: what finds nothing elsewhere finds them here."""
    big = "".join(f"{n:x}" for n in range(20_000))
    (tmp_path / "a.js").write_text("throw new Error('bad'); //" + big, "utf-8")
    (tmp_path / "index.html").write_text(
        "<!doctype html><html lang=en><title>x</title><script src=a.js></script>"
        "<style>@media (prefers-color-scheme: dark) { .d { color: #777 } } a { color: #00f }"
        "@media (min-width: 1000px) { .w { color: #ddd } } .t a { font-size: 8px }</style>"
        "<main><h1>x</h1><p style='color:#666;width:900px'>pale</p><p class=d>dark</p><p class=w>wide</p>"
        "<p class=t><a href=/a>a</a><a href=/b>b</a></p><img src='http://localhost:9/a.png'></main>",
        "utf-8",
    )
    page = tab()
    traffic = listen(page)
    with axe.serve(tmp_path) as address:
        found = load_faults(page, traffic, address)
        assert "asks for http://localhost:9/a.png" in found
        assert any(fault.startswith("the browser says: ") and "bad" in fault for fault in found)
        assert any(fault.startswith("weighs ") for fault in found)
        found = sideways(page) + look_faults(page, every_way=True)
        assert {
            f"{name}: the whole page" for name in ("phone", "320 px", "200 % zoom", "400 % zoom")
        } <= {*found}
        seen = " ".join(found)
        for rule in ("color-contrast-enhanced", "image-alt", "target-size"):
            assert f"{rule}: " in seen
        for words in ("pale", "dark", "wide"):
            assert re.search(f"color-contrast[a-z-]*: <p[^>]*>{words}</p>", seen), words


# By keyboard ------------------------------------------------------------------------------------


@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_tab_key_reaches_everything_and_nothing_covers_it(
    tab: Tab, address: str, various: list[str], few: list[str], size: dict[str, int]
) -> None:
    """In the order of the text, with a ring, from the way past the head and the way out on.

    In each script where lines are short and the bar lies over them; wide, in each direction.
    """
    page = tab(viewport=size)
    for name in various if size is PHONE else few:
        page.goto(address + name)
        thin(page)
        walked = walk(page)
        assert walked.faults == (), name
        assert [stop.partition(" ")[0] for stop in walked.stops[:2]] == ["A.skip", "A.exit"], name


def test_the_walk_sees_what_is_out_of_reach_covered_or_unmarked(tab: Tab, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        "<!doctype html><html lang=en><title>x</title><style>.bare { outline: 0 } "
        ".bar { position: fixed; top: 0; height: 60px; width: 100%; background: red }</style>"
        "<div class=bar></div><p><a class=under href=/1>under</a></p><p style='height: 90px'>"
        "<p><a class=last href=/2 tabindex=2>last</a></p><p><a class=bare href=/3>bare</a></p>"
        "<p><a class=never href=/4 tabindex=-1>never</a></p>",
        "utf-8",
    )
    page = tab(viewport=PHONE)
    with axe.serve(tmp_path) as address:
        page.goto(address)
        faults = walk(page).faults
    assert faults == (
        "Tab goes another way at stop 1",
        "Tab reaches 3 of 4 things",
        "covered: A.under under",
        "no ring: A.bare bare",
    )


def test_the_keyboard_alone_leads_from_the_front_page_to_the_helplines(
    tab: Tab, address: str
) -> None:
    page = tab(viewport=PHONE)
    page.goto(address)
    for href in ("us/es/index.html", "ketamine/index.html", "#help"):
        press(page, href)
    assert page.url == f"{address}us/es/ketamine/index.html#help"
    box = page.locator("#help h2").bounding_box()
    assert 0 < box["y"] < PHONE["height"] / 2
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#help') !== null")


def press(page: Any, href: str) -> None:
    """Tab to the link, Enter, and wait for where it leads."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            break
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(href))


# Without script, without style, on a phone -------------------------------------------------------


@pytest.mark.timeout(600)
def test_without_script_every_page_says_the_same(tab: Tab, address: str, few: list[str]) -> None:
    """All but the filters, which are hidden until a script runs, and the list that they stand for."""
    plain, full = tab(java_script_enabled=False), tab()
    said = "document.body.innerText"
    for name in few:
        plain.goto(address + name)
        full.goto(address + name)
        full.evaluate(
            """document.querySelectorAll('.filters').forEach(e => e.remove());
            document.querySelectorAll('.jump').forEach(e => { e.hidden = false; })"""
        )
        assert plain.evaluate(said).split() == full.evaluate(said).split(), name


def test_without_script_a_reader_gets_from_the_front_page_to_sheet_and_helplines(
    tab: Tab, address: str
) -> None:
    page = tab(java_script_enabled=False, viewport=PHONE)
    page.goto(address)
    page.click("css=a[href='choose/ar/index.html']")
    page.click("css=a[href='../../gb/ar/index.html']")
    page.click("css=.articles a")
    page.click("css=.elsewhere a")
    page.click("css=a[href='../../us/ar/ketamine/index.html']")
    page.click("css=.languages a[lang=es]")
    assert page.url == f"{address}us/es/ketamine/index.html"
    page.click("css=a[href='#help'] >> nth=0")
    assert 0 <= page.locator("#help").bounding_box()["y"] < PHONE["height"]
    for kind in ("application/pdf", "text/plain"):
        href = page.locator(f"css=a[type='{kind}'] >> nth=0").get_attribute("href")
        answer = page.request.get(urljoin(page.url, href))
        assert answer.headers["content-type"].startswith(kind)
    page.click("css=a[href='../../../handouts/es/index.html#us']")
    assert page.locator("css=#us a[type='application/pdf']").count() > 30


@pytest.mark.parametrize("name", SCRIPTS)
def test_without_style_and_script_the_number_comes_right_after_the_title(
    tab: Tab, address: str, name: str
) -> None:
    """Title, callout with the number, link to the helplines, text: by where they stand."""
    page = tab(java_script_enabled=False, viewport=PHONE)
    page.route("**/*.css", lambda route: route.abort())
    page.goto(address + name)
    assert page.evaluate("getComputedStyle(document.body).margin") == "8px", "as without any style"
    tops = page.evaluate(
        """number => ['h1', `a[href="tel:${number}"]`, 'main a[href="#help"]', '.body', '#help']
        .map(query => document.querySelector(query).getBoundingClientRect().top)""",
        SCRIPTS[name],
    )
    assert tops == sorted(set(tops))


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_emergency_number_is_seen_without_scrolling(tab: Tab, address: str, name: str) -> None:
    """A link that a thumb can press, with nothing lying over it."""
    page = tab(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(address + name)
    seen = visible_links(page, SCRIPTS[name])
    assert seen
    assert max(box["height"] for box in seen) >= 24  # WCAG 2.2, 2.5.8
    page.evaluate("document.querySelector('main').style.marginTop = '740px'")
    assert visible_links(page, SCRIPTS[name]) == []


def visible_links(page: Any, number: str) -> list[dict[str, float]]:
    """Boxes of a number's links that lie whole on the screen, under nothing else."""
    found: list[dict[str, float]] = page.evaluate(
        """number => [...document.querySelectorAll(`a[href="tel:${number}"]`)]
        .map(link => [link, link.getBoundingClientRect()])
        .filter(([link, box]) => box.width && box.top >= 0 && box.bottom <= innerHeight
          && box.left >= 0 && box.right <= innerWidth
          && link.contains(document.elementFromPoint(
            (box.left + box.right) / 2, (box.top + box.bottom) / 2)))
        .map(([, box]) => ({width: box.width, height: box.height}))""",
        number,
    )
    return found


@pytest.mark.parametrize("size", [PHONE, LYING, DESKTOP], ids=["phone", "lying", "desktop"])
def test_a_jump_within_a_page_ends_where_its_goal_is_seen(
    tab: Tab, address: str, size: dict[str, int]
) -> None:
    page = tab(viewport=size)
    for name in SCRIPTS:
        page.goto(address + name)
        found = page.evaluate(_JUMPS)
        assert len(found) > 8
        assert [href for href, seen in found if not seen] == [], name


_JUMPS = """() => [...document.querySelectorAll('a[href^="#"]')].map(link => {
  const href = link.getAttribute('href');
  location.hash = '';
  location.hash = href;
  const goal = document.getElementById(href.slice(1));
  const text = goal.querySelector('h1, h2') || goal;
  const r = text.getBoundingClientRect();
  const top = document.elementFromPoint((r.left + r.right) / 2, r.top + 4);
  return [href, r.top >= 0 && r.top < innerHeight && top !== null && (text.contains(top) || goal.contains(top))];
})"""


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_bar_to_the_helplines_stays_off_the_text_and_keeps_to_screens_with_room(
    tab: Tab, address: str, name: str
) -> None:
    """On a phone it waits at the lower edge and ends before the helplines; lying, it is not fixed."""
    page = tab(viewport=PHONE)
    page.goto(address + name)
    bar = page.locator(".helpbar")
    assert round(bar.bounding_box()["y"] + bar.bounding_box()["height"]) == PHONE["height"]
    assert bar.bounding_box()["height"] < PHONE["height"] / 8
    page.evaluate("document.getElementById('help').scrollIntoView()")
    assert bar.bounding_box()["y"] + bar.bounding_box()["height"] <= (
        page.locator("#help h2").bounding_box()["y"] + 1
    )
    page.set_viewport_size(LYING)
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.helpbar')).position") == "static"
    )
