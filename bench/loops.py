"""Print noted tasks over and over in one warm process; the seconds of the warm rounds as JSON.

    python bench/loops.py ENGINE TASKS.json [ROUNDS]

Run in ketapub's environment for `ours`, `pool1`, `pool2`, `bare`; in the peers' for `chromium`, `typst`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Print = Callable[[dict[str, Any]], bytes]


def ours(tasks: list[dict[str, Any]]) -> Print:
    """ketapub's own: fitting, proving and mending included."""
    from ketapub.handout import PrintTask, render_pdf

    def one(noted: dict[str, Any]) -> bytes:
        task = noted["task"] | {"sizes": tuple(noted["task"]["sizes"])}
        return render_pdf(PrintTask(**task), noted["fontconfig"]).pdf

    return one


def bare(tasks: list[dict[str, Any]]) -> Print:
    """WeasyPrint alone, one layout a sheet, at the size and in the margins that ketapub found.

    Fonts are opened once and equal style sheets are read once.
    """
    os.environ["FONTCONFIG_FILE"] = tasks[0]["fontconfig"]
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    read: dict[str, Any] = {}

    def one(noted: dict[str, Any]) -> bytes:
        for text in noted["styles"]:
            if text not in read:
                read[text] = CSS(string=text, font_config=fonts)
        styles = [read[text] for text in noted["styles"]]
        document = HTML(string=noted["html"])
        return document.write_pdf(stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1")

    return one


def chromium(tasks: list[dict[str, Any]]) -> Print:
    """Chromium by Playwright: one browser and one tab for all."""
    from playwright.sync_api import sync_playwright

    browser = (
        sync_playwright()
        .start()
        .chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
    )
    page = browser.new_page()

    def one(noted: dict[str, Any]) -> bytes:
        styles = "".join(f"<style>{text}</style>" for text in noted["styles"])
        page.set_content(noted["html"].replace("</head>", f"{styles}</head>"))
        return page.pdf(prefer_css_page_size=True, tagged=True)

    return one


def typst(tasks: list[dict[str, Any]]) -> Print:
    """Typst with a page template of its own, the same text and helplines, and the same fonts."""
    import typst as engine

    folder = tempfile.mkdtemp()
    main = Path(folder) / "main.typ"
    main.write_text("")
    compiler = engine.Compiler(str(main), font_paths=tasks[0]["fonts"], ignore_system_fonts=True)

    def one(noted: dict[str, Any]) -> bytes:
        return compiler.compile(input=noted["typst"].encode(), format="pdf", pdf_standards=["ua-1"])

    return one


ENGINES = {engine.__name__: engine for engine in (ours, bare, chromium, typst)}


def loop(name: str, tasks: list[dict[str, Any]], rounds: int) -> dict[str, Any]:
    """Seconds of each round after a first that warms up."""
    one = ENGINES[name](tasks)
    seconds, sizes = [], []
    for number in range(rounds + 1):
        start = time.perf_counter()
        sizes = [len(one(noted)) for noted in tasks[: None if number else 5]]
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds[1:], "bytes": sum(sizes), "peak": _peak()}


def pool(jobs: int, tasks: list[dict[str, Any]], rounds: int) -> dict[str, Any]:
    """ketapub's pool with an empty cache: processes start, print and end within the time."""
    from functools import partial

    from ketapub.cache import PdfCache
    from ketapub.handout import PrintTask, render_pdf
    from ketapub.pool import local, print_all

    work = [PrintTask(**(n["task"] | {"sizes": tuple(n["task"]["sizes"])})) for n in tasks]
    engine = partial(local, jobs, partial(render_pdf, fontconfig=tasks[0]["fontconfig"]))
    seconds, total = [], 0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            printed = list(print_all(work, {}, PdfCache(Path(folder)), engine))
            seconds.append(time.perf_counter() - start)
        total = sum(len(each.pdf) for each in printed)
        assert all(each.error is None for each in printed)
    return {"seconds": seconds, "bytes": total, "peak": _peak()}


def memory(tasks: list[dict[str, Any]], count: int) -> dict[str, Any]:
    """Peak memory in bytes after a twentieth, a half and all of `count` handouts in one process."""
    one = ours(tasks)
    peaks = {}
    for number in range(1, count + 1):
        one(tasks[number % len(tasks)])
        if number in (max(1, count // 20), count // 2, count):
            peaks[number] = _peak()
    return {"peaks": peaks}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    name, path, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    noted = json.loads(path.read_text("utf-8"))
    if name.startswith("pool"):
        print(json.dumps(pool(int(name[4:]), noted, rounds)))
    elif name == "memory":
        print(json.dumps(memory(noted, rounds)))
    else:
        print(json.dumps(loop(name, noted, rounds)), flush=True)
        os._exit(0)  # a browser's threads are not waited for
