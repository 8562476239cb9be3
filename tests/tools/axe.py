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


@contextlib.contextmanager
def open_browser() -> Iterator[Any]:
    """The system's Chromium. Raises FileNotFoundError where it is missing."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise FileNotFoundError("no Chromium: run scripts/setup test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
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


def violations(page: Any) -> list[str]:
    """Every rule of axe-core that an open page breaks, best practices too: `rule: element`."""
    page.add_script_tag(path=node_file("axe-core/axe.min.js"))
    answer = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    if not answer["passes"]:
        raise RuntimeError("axe-core has checked nothing")
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
