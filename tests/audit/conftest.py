"""A small publication written by hand: no template, renderer or region file of the project."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from ketapub.audit import audit
from ketapub.errors import Problem
from ketapub.language import parse_language
from ketapub.region import (
    Also,
    Channel,
    Emergency,
    Help,
    Helpline,
    Region,
    Regions,
    Retired,
    choose,
    display_name,
)

TODAY = date(2026, 11, 23)
PLACES = (("US", "en"), ("US", "ar"), ("GB", "en"), ("CA-QC", "fr"), ("FR", "ar"), ("IN", "hi"))
PRINT_CSS = """
@page { size: A4; margin: 14mm 14mm 80mm }
body { font-family: "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari"; font-size: 11pt }
#help { position: fixed; bottom: -64mm; left: 0; right: 0; border: 1pt solid }
#help p { margin: 0 } #help .number { font-size: 13pt } a, bdi { white-space: nowrap }
"""
BODY = {
    "en": "Ketamine is a medicine with a long medical history. ",
    "fr": "La kétamine est un médicament ancien. ",
    "ar": "الكيتامين دواء له تاريخ طبي طويل. ",
    "hi": "केटामाइन एक दवा है। ",
}


def line(name: str, *channels: Channel, **more: object) -> Helpline:
    """A helpline that is printed, with as little else as possible."""
    facts = {
        "id": name.lower(), "kind": "drugs", "names": (("en", name),), "operator": "health",
        "grade": "A", "languages": ("en",), "source": "a test", "source_date": "2026-10-01",
    }  # fmt: skip
    return Helpline(channels=channels, **{**facts, **more})  # type: ignore[arg-type]


def region(code: str, emergency: Emergency | None, *lines: Helpline, name: str = "") -> Region:
    names = (("en", name),) if name else ()
    return Region(
        code, f"source/regions/{code}.toml", names, ("en",), "a4", False, emergency, lines
    )


def voice(dial: str) -> Channel:
    return Channel("voice", dial)


def text(dial: str, keyword: str = "") -> Channel:
    return Channel("text", dial, keyword)


REGIONS = Regions(
    {
        each.code: each
        for each in (
            region(
                "US",
                Emergency("911"),
                line("SAMHSA", voice("1-800-662-4357")),
                line("988 Lifeline", voice("988"), text("988"), kind="crisis"),
                line("Crisis Text Line", text("741741", "HOME"), kind="crisis"),
                line("Gallus", voice("888-306-3122"), kind="treatment", operator="commercial"),
            ),
            region(
                "GB",
                Emergency("999", (Also("112", "mobile"),)),
                line("FRANK", voice("0300 123 6600"), text("82111")),
                line("Samaritans", voice("116 123"), kind="crisis"),
            ),
            region("CA", Emergency("911"), line("9-8-8", voice("9-8-8"), kind="crisis")),
            region("CA-QC", None, line("Drogue", voice("1 800 265-2626")), name="Québec"),
            region(
                "FR",
                Emergency("112", (Also("15", "ambulance"), Also("114", "text"))),
                line("Drogues Info Service", voice("0 800 23 13 13")),
                line("3114", voice("3114"), kind="crisis"),
            ),
            region("IN", Emergency("112"), line("Nasha Mukt Bharat", voice("14446"))),
        )
    },
    (Retired("IN", "1800-11-0031", "replaced", "14446"), Retired("GB", "0800 77 66 00", "old")),
)


def number(dial: str, uri: str) -> str:
    inner = f'<a href="{uri}">{dial}</a>' if uri else dial
    return f'<bdi dir="ltr">{inner}</bdi>'


def print_help(code: str, tag: str, surface: str, regions: Regions = REGIONS) -> tuple[str, str]:
    """(heading text, paragraphs with every number) of a help block."""
    chain = regions.chain(code)
    chosen: Help = choose(chain, tag, TODAY, surface)  # type: ignore[arg-type]
    rows = [("", chosen.emergency.call, chosen.emergency.uri)]
    rows += [("", also.dial, also.uri) for also in chosen.emergency.also]
    rows += [
        (each.helpline.names[0][1], way.dial, way.uri)
        for each in chosen.all_lines
        for way in each.channels
    ]
    paragraphs = "".join(
        f'<p>{name} <span class="number">{number(dial, uri)}</span></p>' for name, dial, uri in rows
    )
    names = ", ".join(f"<bdi>{name}</bdi>" for name, _ in display_name(chain, tag))
    return f"Get help: {names}", paragraphs


def html_page(code: str, tag: str, body: str = "", regions: Regions = REGIONS) -> str:
    language = parse_language(tag)
    heading, paragraphs = print_help(code, tag, "page", regions)
    call = number(*_call(code, regions))
    return f"""<!doctype html>
<html lang="{tag}" dir="{language.direction}">
<head><meta charset="utf-8"><title>Ketamine</title>
<meta name="description" content="On 2025-05-02 we wrote this, open 09:30–17:30.">
<link rel="stylesheet" href="../../../assets/page.css"></head>
<body><main><h1 id="top-of-it">Ketamine</h1>
<p><time datetime="2025-05-02">2025-05-02</time>, 2 May 2025, version 7KQ2MZ, 24/7, 100 mg</p>
<p>{BODY[tag]} {call}</p>
{body}
<p><a href="#help">Help</a> <a href="https://www.nbcnews.com/">NBC</a>
<a href="ketamine_{code.lower()}_{language.segment}_handout.pdf">PDF</a></p>
<section id="help" data-region="{code}"><h2>{heading}</h2>
{paragraphs}
<p><a href="../../../index.html">Not in this country?</a></p></section>
</main></body></html>
"""


def _call(code: str, regions: Regions) -> tuple[str, str]:
    emergency = choose(regions.chain(code), "en", TODAY, "page").emergency
    return emergency.call, emergency.uri


def print_html(
    code: str, tag: str, *, footer: str = "", body: str = "", regions: Regions = REGIONS
) -> str:
    """A print document of two sheets; `footer` replaces the help block's content."""
    heading, paragraphs = print_help(code, tag, "handout", regions)
    inner = footer or f"<p><b>{heading}</b></p>{paragraphs}"
    return (
        f'<html lang="{tag}" dir="{parse_language(tag).direction}"><title>Ketamine</title>'
        f'<style>{PRINT_CSS}</style><body><div id="help">{inner}</div>'
        f"<h1>Ketamine</h1>{body}<p>2025-05-02, sheet 1 of 2, 7KQ2MZ</p>"
        f"<p>{BODY[tag] * 12}</p><p style='break-before: page'>{BODY[tag] * 9}</p></body></html>"
    )


@lru_cache(maxsize=64)
def make_pdf(html: str) -> bytes:
    import weasyprint

    pdf: bytes = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def sheet_path(code: str, tag: str) -> str:
    folder, segment = code.lower(), tag.lower()
    return f"{folder}/{segment}/ketamine/ketamine_{folder}_{segment}_handout.pdf"


def write_tree(dist: Path) -> None:
    files: dict[str, bytes] = {
        "index.html": b"<html lang=en><title>Choose</title><p><a href='us/en/ketamine/'>US</a>",
        "404.html": b"<html lang=en><title>404</title><p><a href='/index.html'>Start</a></html>",
        "v/7KQ2MZ/index.html": b"<html lang=en><title>v</title><p>It had 0800 77 66 00 on it.</p>",
        "versions.json": b'[{"mark": "7KQ2MZ", "numbers": ["0800 77 66 00"]}]',
        "assets/page.css": b'body { margin: 0 } li::before { content: "- " }',
        "robots.txt": b"User-agent: *\n",
    }
    packs: dict[str, list[str]] = {}
    for code, tag in PLACES:
        folder = f"{code.lower()}/{tag.lower()}/ketamine"
        files[f"{folder}/index.html"] = html_page(code, tag).encode()
        files[sheet_path(code, tag)] = make_pdf(print_html(code, tag))
        packs.setdefault(code, []).append(sheet_path(code, tag))
    for code, sheets in packs.items():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for sheet in sheets:
                archive.writestr(sheet.rpartition("/")[2], files[sheet])
        files[f"packs/{code}.zip"] = packed.getvalue()
    for path, data in files.items():
        (dist / path).parent.mkdir(parents=True, exist_ok=True)
        (dist / path).write_bytes(data)
    write_manifest(dist)


def write_manifest(dist: Path) -> None:
    """A manifest that agrees with whatever stands on disk now."""
    paths = sorted(
        path for path in dist.rglob("*") if path.is_file() and path.name != "manifest.json"
    )
    files = {
        path.relative_to(dist).as_posix(): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "size": path.stat().st_size,
        }
        for path in paths
    }
    (dist / "manifest.json").write_text(json.dumps({"schema": 1, "files": files}))


@pytest.fixture(scope="session")
def clean_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("clean") / "dist"
    write_tree(dist)
    return dist


@pytest.fixture
def dist(clean_tree: Path, tmp_path: Path) -> Path:
    """A publication of one's own without any fault."""
    return shutil.copytree(clean_tree, tmp_path / "dist")


Audit = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def check() -> Audit:
    def run(dist: Path, **more: object) -> tuple[Problem, ...]:
        return audit(dist, REGIONS, TODAY, **more)  # type: ignore[arg-type]

    return run
