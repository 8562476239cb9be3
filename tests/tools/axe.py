"""Turn pages in a real browser into what axe-core says against them, and who they ask for files."""

from __future__ import annotations

import contextlib
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.nu import node_file

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TAGS = (
    "wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
)  # fmt: skip
UNASKED = ("color-contrast-enhanced", "target-size", "identical-links-same-purpose")
LOOKS = ("color-contrast", "color-contrast-enhanced", "link-in-text-block", "target-size")
"""Rules whose verdict hangs on colours and on the window's width."""


@contextlib.contextmanager
def open_browser(keeps_pages: bool = False) -> Iterator[Any]:
    """The system's Chromium. Raises FileNotFoundError where it is missing.

    `keeps_pages`: Back shows a page as it was left, without loading it anew, as it does for readers.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise FileNotFoundError("no Chromium: run scripts/setup test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=list(ARGUMENTS),
            ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
        )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """A folder as a web root on this machine; yields its address, `http://127.0.0.1:.../`."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def open_page(browser: Any, address: str, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """(the page, addresses it asked of other hosts). Such requests are noted and refused."""
    context = browser.new_context(**options)
    elsewhere: list[str] = []
    root = "/".join(address.split("/")[:3]) + "/"

    def judge(route: Any) -> None:
        url = route.request.url
        if url.startswith((root, "data:")):
            route.continue_()
        else:
            elsewhere.append(url)
            route.abort()

    try:
        context.route("**/*", judge)
        page = context.new_page()
        page.goto(address, wait_until="load")
        yield page, elsewhere
    finally:
        context.close()


def violations(page: Any, *rules: str) -> list[str]:
    """Every rule of axe-core that an open page breaks: `rule: element`; `rules`: only these.

    WCAG 2.2 A and AA, best practices, and of AAA what axe can see, contrast of 7:1 among it.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(node_file("axe-core/axe.min.js").read_text(encoding="utf-8"))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"resultTypes": ["violations"], "runOnly": only}
    if not rules:  # off unless asked for
        options["rules"] = {rule: {"enabled": True} for rule in UNASKED}
    answer = page.evaluate("options => axe.run(document, options)", options)
    if not answer["passes"]:
        raise RuntimeError("axe-core has checked nothing")
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
