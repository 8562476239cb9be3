"""Turn a built `dist/` into screenshots and a list of layout faults, by a real browser.

    python tests/tools/shots.py dist shots/ [--page us/en/ketamine/ ...] [--axe axe.min.js]

Needs Playwright and a Chromium (`--chromium`, default /usr/bin/chromium). Every page is opened at
each size in light and dark. A fault is a page that scrolls sideways at 320 px or at 400 % zoom,
a focused link that something covers, or a violation that axe-core reports.
"""

from __future__ import annotations

import argparse
import functools
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SIZES = {"phone": (360, 740), "desktop": (1280, 900)}
"""Name -> width and height in CSS pixels."""
NARROW = {"320 px": (320, 640), "400 % zoom": (320, 225)}
"""Where nothing may scroll sideways (WCAG 2.2, 1.4.10); 400 % of 1280 x 900 is 320 x 225."""
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
RULES = ("wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter(e => !e.closest('.skip') && e.getClientRects().length)
    .filter(e => { const r = e.getBoundingClientRect(); return r.right > wide + 1 || r.left < -1; })
    .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 40))
    .concat(document.documentElement.scrollWidth > wide ? ['the whole page'] : []);
}"""
COVERED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const r = e.getBoundingClientRect();
  const inside = [r.left + 2, r.right - 2].flatMap(x => [r.top + 2, r.bottom - 2].map(y => [x, y]));
  const bare = ([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (e.contains(top) || top.contains(e));
  };
  const name = e.textContent.trim().slice(0, 40);
  return { name, covered: !inside.some(bare) };
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of what was served."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of `folder` on this machine, while the context lasts."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def sideways(page: Any) -> list[str]:
    """What reaches beyond the window's edges, at each narrow size."""
    faults = []
    for name, (width, height) in NARROW.items():
        page.set_viewport_size({"width": width, "height": height})
        found = [" ".join(what.split()) for what in page.evaluate(SIDEWAYS)]
        faults += [f"sideways at {name}: {what}" for what in found[:3]]
    return faults


def hidden_focus(page: Any, width: int, height: int) -> list[str]:
    """Links that are wholly covered while they have the focus (WCAG 2.2, 2.4.11 and 2.4.12)."""
    page.set_viewport_size({"width": width, "height": height})
    faults = []
    page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")
    for _ in range(page.locator("a").count()):
        page.keyboard.press("Tab")
        found = page.evaluate(COVERED)
        if found and found["covered"]:
            faults.append(f"focus is covered at {width} x {height}: {found['name']}")
    return faults


def axe_faults(page: Any, axe: Path) -> list[str]:
    """What axe-core reports for the page as it stands."""
    page.add_script_tag(path=str(axe))
    wanted = {key: {"enabled": True} for key in ("color-contrast-enhanced", "target-size")}
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "rules": wanted}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"axe {v['id']}: {node['target']} {node.get('failureSummary', '')}"
        for v in result["violations"]
        for node in v["nodes"]
    ]


def shoot(
    browser: Any, address: str, path: str, out: Path, axe: Path | None, full: bool
) -> list[str]:
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
            if axe:
                faults += [f"{size} {scheme}: {fault}" for fault in axe_faults(page, axe)]
            if scheme == "light":
                faults += hidden_focus(page, width, height)
        if scheme == "light":
            faults += sideways(page)
        faults += [f"asks for {url}" for url in outside]
        context.close()
    return [f"{path or 'index.html'}: {fault}" for fault in dict.fromkeys(faults)]


def main() -> int:
    """Screenshots into a folder; 1 when there is a fault."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("dist", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--page", action="append", help="path below the web root, `all` for every page"
    )
    parser.add_argument("--axe", type=Path, help="axe.min.js of the npm package axe-core")
    parser.add_argument("--full", action="store_true", help="whole pages too")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    paths = options.page or list(PAGES)
    if paths == ["all"]:
        found = sorted(options.dist.rglob("*.html"))
        names = [p.relative_to(options.dist).as_posix().removesuffix("index.html") for p in found]
        paths = [n for n in names if not n.startswith("s/") and n != "s/"]
    faults = []
    with serve(options.dist) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium)
        for path in paths:
            faults += shoot(browser, address, path, options.out, options.axe, options.full)
        browser.close()
    for fault in faults:
        print(fault)
    print(f"{len(paths)} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
