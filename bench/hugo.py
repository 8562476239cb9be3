"""Turn a built corpus into a Hugo site of the very same pages, and compare what both show.

Hugo gets everything ready: each page's Markdown translated, its region chosen, its emergency number
filled in, its version mark and the size of its text file known; what stands around the text (header,
language switcher, footer with helplines) as finished HTML of each region and language. What is left to
Hugo is what it is good at: Markdown into pages.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import corpus
from lxml import html

from ketapub.language import parse_language

SHOWN = Path(__file__).with_name("hugo")
"""The site's settings and page template."""
_REGION = re.compile(r"^::: (.*)$")


def make_site(project: Path, site: Path, size: corpus.Size) -> None:
    """A Hugo site in a new folder, made from a corpus that ketapub has built into `dist/`."""
    shutil.copytree(SHOWN, site)
    dist = project / "dist"
    for path in sorted((dist / "assets").iterdir()):
        (site / "static/assets").mkdir(parents=True, exist_ok=True)
        shutil.copy(path, site / "static/assets")
    (site / "data/places").mkdir(parents=True)
    for code in size.codes:
        for tag in size.tags:
            place = _place(code, tag)
            page = (dist / place / "article-0/index.html").read_text("utf-8")
            text = translated(corpus.article(0), tag)
            data = json.dumps(_read_place(page, text), ensure_ascii=False, indent=1)
            (site / f"data/places/{place.replace('/', '_')}.json").write_text(data, "utf-8")
            (site / "content" / place).mkdir(parents=True)
    for number in range(size.articles):
        text = corpus.article(number)
        for tag in size.tags:
            ours = translated(text, tag)
            for code in size.codes:
                place = _place(code, tag)
                page = (dist / place / f"article-{number}/index.html").read_text("utf-8")
                (site / "content" / place / f"article-{number}.md").write_text(
                    _front(ours, page, place, number) + for_region(ours, code, page), "utf-8"
                )


def translated(text: str, tag: str) -> str:
    """An article's Markdown in another language: the words that the catalogs hold."""
    if tag == "en":
        return text
    translate = corpus.in_letters(corpus.LOCALES[tag])
    head, front, body = text.split("+++\n", 2)
    fixed = re.sub(r'(?<== ")(.*)(?="$)', lambda m: translate(m[1]), front, flags=re.MULTILINE)
    lines = (
        line if line.startswith((":::", "|--")) else translate(line) for line in body.splitlines()
    )
    return f"{head}+++\n{fixed}+++\n" + "\n".join(lines) + "\n"


def for_region(text: str, code: str, page: str) -> str:
    """The body as one region reads it, in Hugo's Markdown; headings keep the ids of the source."""
    call = _find(page, r'<p class="call">.*?(<bdi.*?</bdi>)')
    ids = iter(re.findall(r'<h2 id="([^"]*)">', _find(page, r'(?s)<div class="body">(.*)</div>')))
    lines, shown, critical = [], True, False
    for line in text.split("+++\n", 2)[2].splitlines():
        mark = _REGION.match(line)
        if mark:
            critical = mark[1] == "critical"
            shown = critical or mark[1] == "region *" or mark[1] == f"region {code}"
            if mark[1] == "region *" and code == "US":
                shown = False
            lines += ['<div class="critical">', ""] if critical else []
        elif line == ":::":
            lines += ["", "</div>"] if critical else []
            shown, critical = True, False
        elif shown:
            line = line.replace("{emergency}", call)
            lines.append(f"{line} {{#{next(ids)}}}" if line.startswith("## ") else line)
    return "\n".join(lines) + "\n"


def _front(text: str, page: str, place: str, number: int) -> str:
    values = {
        "title": _find(text, '(?m)^title = "(.*)"$'),
        "summary": _find(text, '(?m)^summary = "(.*)"$'),
        "slug_": f"article-{number}",
        "place": place.replace("/", "_"),
        "mark": _mark(page),
        "size": _find(page, r'<bdi dir="ltr">TXT, (.*?)</bdi>'),
    }
    lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "+++\n" + "\n".join(lines) + "\n+++\n"


def _read_place(page: str, text: str) -> dict[str, object]:
    """The frame of all pages of a place, cut from one of ours; `text`: its translated Markdown.

    In parts: what only one article has stands for itself, all between is finished HTML.
    """
    values = {
        "title": _find(text, '(?m)^title = "(.*)"$'),
        "summary": _find(text, '(?m)^summary = "(.*)"$'),
        "contents": _find(page, r'(?s)<h2 id="contents-heading">.*?(<ul>.*?</ul>)'),
        "body": _find(page, r'(?s)<div class="body">\n(.*?)</div>\n<section class="handouts"'),
        "size": _find(page, r'<bdi dir="ltr">TXT, (.*?)</bdi>'),
        "mark": _mark(page),
    }
    names = {value: name for name, value in values.items()}
    cut = re.split(f"({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})", page)
    parts = [
        {"is": names[part]}
        if part in names
        else {"is": "frame", "html": part.replace("article-0", "%SLUG%")}
        for part in cut
    ]
    return {"parts": parts}


def _mark(page: str) -> str:
    """The version mark in the footer."""
    return _find(page, r'(?s)<footer.*?<bdi dir="ltr">([A-Z2-7]{6})</bdi>')


def _place(code: str, tag: str) -> str:
    return f"{code.lower()}/{parse_language(tag).segment}"


def _find(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"the page no longer has {pattern}: adapt bench/hugo.py")
    return found[1]


def differences(dist: Path, public: Path, count: int) -> Iterator[str]:
    """Of `count` pages drawn by chance, those that do not show the same text and links."""
    every = sorted(path.relative_to(dist) for path in dist.glob("*/*/article-*/index.html"))
    missing = [path for path in every if not (public / path).exists()]
    yield from (f"{path}: Hugo has no such page" for path in missing)
    for path in random.Random(7).sample(every, min(count, len(every))):
        if path in missing:
            continue
        ours, theirs = (shown(root / path) for root in (dist, public))
        for what, one, two in zip(("text", "links"), ours, theirs, strict=True):
            if one != two:
                at = next(
                    (n for n, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]),
                    0,
                )
                yield f"{path}: another {what}: {one[at : at + 60]!r}, {two[at : at + 60]!r}"


def shown(path: Path) -> tuple[str, list[str]]:
    """The words of a page in reading order, and where its links lead."""
    body = html.parse(path).getroot().find("body")
    words = " ".join(" ".join(body.itertext()).split())
    return words, [link.get("href") for link in body.iter("a")]
