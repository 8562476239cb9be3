"""Turn a built `dist/` into screenshots and a list of layout faults, by a real browser.

    PYTHONPATH=tests python -m tools.shots dist shots/ [--page us/en/ketamine/ ...]

Every page is opened at each size in light and dark. A fault is a page that scrolls sideways at 320 px
or zoomed, a link that the Tab key does not reach or that something covers, a violation that axe-core
reports, a request to another host.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from tools import axe
from tools.visit import sideways, walk

SIZES = {"phone": (360, 740), "desktop": (1280, 900)}
"""Name -> width and height in CSS pixels."""
PAGES = (
    "us/en/ketamine/",
    "gb/ar/ketamine/",
    "in/hi/ketamine/",
    "us/zh-hans/ketamine/",
    "us/en/",
    "",
    "handouts/",
    "404.html",
)


def shoot(browser: Any, address: str, path: str, out: Path, full: bool) -> list[str]:
    """Screenshots of one page in all sizes and schemes; returns its faults."""
    faults: list[str] = []
    name = path.strip("/").replace("/", "_").removesuffix(".html") or "index"
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        outside: list[str] = []
        page.on(
            "request",
            lambda r, seen=outside: None if r.url.startswith(address) else seen.append(r.url),
        )
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address + path)
            page.screenshot(path=out / f"{name}.{size}.{scheme}.png")
            if full:
                page.screenshot(path=out / f"{name}.{size}.{scheme}.full.png", full_page=True)
            faults += [f"{size} {scheme}: {fault}" for fault in axe.violations(page)]
            if scheme == "light":
                faults += [f"{size}: {fault}" for fault in walk(page).faults]
        if scheme == "light":
            faults += sideways(page)
        faults += [f"asks for {url}" for url in outside]
        context.close()
    return [f"{path or 'index.html'}: {fault}" for fault in dict.fromkeys(faults)]


def main() -> int:
    """Screenshots into a folder; 1 when there is a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("dist", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--page", action="append", help="path below the web root, `all` for every page"
    )
    parser.add_argument("--full", action="store_true", help="whole pages too")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    paths = options.page or list(PAGES)
    if paths == ["all"]:
        found = sorted(options.dist.rglob("*.html"))
        names = [p.relative_to(options.dist).as_posix().removesuffix("index.html") for p in found]
        paths = [n for n in names if not n.startswith("s/") and n != "s/"]
    faults = []
    with axe.serve(options.dist) as address, axe.open_browser() as browser:
        for path in paths:
            faults += shoot(browser, address, path, options.out, options.full)
    for fault in faults:
        print(fault)
    print(f"{len(paths)} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
