"""Note the print tasks of a project's handouts, and how each came to be laid out in the end.

    .venv/bin/python bench/tasks.py PROJECT FILE.json [OPTION OF BUILD...]

The file holds a list of {"task", "html", "styles", "fontconfig"}: a print task, and the HTML and styles of
its last layout, which is all that a bare loop over the same sheets has to do.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import ketapub.press
from ketapub import renderer
from ketapub.cli import main
from ketapub.handout import PrintTask, Rendered
from ketapub.pool import Submit

Noted = list[dict[str, Any]]


@contextlib.contextmanager
def noting(noted: Noted, jobs: int, render: Any) -> Iterator[Submit]:
    """An engine that prints in this process and notes what it was asked for."""
    lay_out = renderer.lay_out
    last: dict[str, Any] = {}

    def watched(fonts: Any, html: str, styles: tuple[str, ...], place: renderer.Place) -> Any:
        def settle(found: renderer.Fixed) -> renderer.Settled:
            settled = place(found)
            last.update(html=html, styles=(*styles[:-1], settled.styles))
            return settled

        return lay_out(fonts, html, styles, settle)

    def submit(task: PrintTask) -> Future[Rendered]:
        future: Future[Rendered] = Future()
        future.set_result(render(task))
        noted.append({"task": asdict(task), **last, "fontconfig": render.keywords["fontconfig"]})
        return future

    renderer.lay_out = watched
    try:
        yield submit
    finally:
        renderer.lay_out = lay_out


if __name__ == "__main__":
    project, path = map(Path, sys.argv[1:3])
    noted: Noted = []
    ketapub.press.local = partial(noting, noted)
    code = main(["--project", str(project), "build", "--print-only"])
    path.write_text(json.dumps(noted, ensure_ascii=False), "utf-8")
    sys.exit(code)
