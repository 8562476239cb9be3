"""Build a project as ever, but print one handout and let its PDF stand for all the others.

    .venv/bin/python bench/prime.py PROJECT

Keys, cache entries and files are the true ones: the next `ketapub build` finds nothing to do, and one
after a change prints what the change concerns.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import ketapub.press
from ketapub.cli import main
from ketapub.handout import PrintTask, Rendered
from ketapub.pool import Submit


@contextlib.contextmanager
def one_for_all(jobs: int, render: Callable[[PrintTask], Rendered]) -> Iterator[Submit]:
    """An engine that prints its first task in this process and gives that to all others."""
    printed: list[Rendered] = []

    def submit(task: PrintTask) -> Future[Rendered]:
        printed[:] = printed or [render(task)]
        future: Future[Rendered] = Future()
        future.set_result(printed[0])
        return future

    yield submit


if __name__ == "__main__":
    ketapub.press.local = one_for_all
    sys.exit(main(["--project", sys.argv[1], "build"]))
