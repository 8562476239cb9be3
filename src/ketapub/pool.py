"""Turn print tasks into PDFs on all cores, each once: what was printed before comes from the cache.

The seam is `submit(task) -> Future`: a worker needs nothing but the task.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from ketapub.errors import KetapubError, Problem
from ketapub.files import digest, write_atomic
from ketapub.handout import PrintTask, Rendered, render_pdf

TIME_LIMIT = 120
"""Seconds that one handout may take."""
RECYCLE = 50
"""Handouts after which a worker is replaced by a fresh one."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The result for one task: its PDF, or why there is none."""

    task: PrintTask
    pdf: bytes = b""
    error: KetapubError | None = None
    cached: bool = False


def print_key(task: PrintTask, toolchain: Mapping[str, str]) -> str:
    """What determines a PDF's bytes: the task's content and the toolchain. Paths do not."""
    values = asdict(task)
    del values["fontconfig"]
    data = json.dumps([values, sorted(toolchain.items())], sort_keys=True, ensure_ascii=False)
    return digest(data.encode())


class PdfCache:
    """PDFs by their key, each checked by its digest when used. Safe to delete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """The PDF printed before, or None when there is none or it was damaged."""
        for path in sorted(self.folder.glob(f"{key}-*.pdf")):
            data = path.read_bytes()
            if path.stem.partition("-")[2] == digest(data)[:32]:
                return data
        return None

    def put(self, key: str, pdf: bytes) -> None:
        """Keep a PDF."""
        write_atomic(self.folder / f"{key}-{digest(pdf)[:32]}.pdf", pdf)


def print_all(
    tasks: Sequence[PrintTask],
    toolchain: Mapping[str, str],
    cache: PdfCache,
    jobs: int,
    progress: Callable[[int], None] = lambda done: None,
    render: Callable[[PrintTask], Rendered] = render_pdf,
) -> Iterator[Printed]:
    """Every task's result, in the order of the tasks.

    A task that fails, hangs or kills its worker costs exactly itself. `progress` is told how many
    are done; `render` is called in another process, with nothing but the task.
    """
    keys = [print_key(task, toolchain) for task in tasks]
    found = [cache.get(key) for key in keys]
    open_tasks = [task for task, pdf in zip(tasks, found, strict=True) if pdf is None]
    fresh = _run(open_tasks, jobs, render) if open_tasks else iter(())
    for number, (task, key, pdf) in enumerate(zip(tasks, keys, found, strict=True), start=1):
        if pdf is not None:
            yield Printed(task, pdf, cached=True)
        else:
            result = next(fresh)
            if isinstance(result, KetapubError):
                yield Printed(task, error=result)
            else:
                cache.put(key, result.pdf)
                yield Printed(task, result.pdf)
        progress(number)


def _run(
    tasks: Sequence[PrintTask], jobs: int, render: Callable[[PrintTask], Rendered]
) -> Iterator[Rendered | KetapubError]:
    from pebble import ProcessExpired, ProcessPool

    workers = max(1, min(jobs, len(tasks)))
    # spawn: a forked worker would inherit fontconfig's state
    with ProcessPool(workers, max_tasks=RECYCLE, context=get_context("spawn")) as pool:
        futures = [pool.schedule(render, args=[task], timeout=TIME_LIMIT) for task in tasks]
        try:
            for task, future in zip(tasks, futures, strict=True):
                try:
                    yield future.result()
                except KetapubError as error:
                    yield error
                except (FutureTimeout, TimeoutError):
                    yield _lost(task, f"took longer than {TIME_LIMIT} seconds")
                except ProcessExpired as error:
                    yield _lost(task, f"ended its process (exit code {error.exitcode})")
                except Exception as error:  # anything else that a worker can raise
                    yield _lost(task, f"failed: {type(error).__name__}: {error}")
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _lost(task: PrintTask, message: str) -> KetapubError:
    hint = "look at this edition's text; if others fail too, at the machine's memory"
    return KetapubError(Problem(task.name, 0, f"printing {message}", hint, code="print"))
