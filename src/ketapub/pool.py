"""Turn print tasks into PDFs, each once and in order: on all cores, or wherever an engine prints.

An engine is a context that gives `submit(task) -> Future`, which is the seam: whoever prints needs
nothing but the task. `local` is the one of this machine.
"""

from __future__ import annotations

import contextlib
import json
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any

from ketapub.cache import PdfCache
from ketapub.errors import KetapubError, Problem
from ketapub.files import digest
from ketapub.handout import PrintTask, Rendered

TIME_LIMIT = 120
"""Seconds that one handout may take."""
RECYCLE = 200
"""Handouts after which a worker is replaced by a fresh one."""
WINDOW = 128
"""Tasks that may be under way, or done and waiting for their turn: what bounds the memory."""
TRIES = 3
"""How often a task is submitted that was lost by no fault of its own."""

Submit = Callable[[PrintTask], "Future[Rendered | KetapubError]"]
Engine = Callable[[], AbstractContextManager[Submit]]
"""Entered when the first task has to be printed, and not before."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The result for one task: its PDF, or why there is none."""

    task: PrintTask
    pdf: bytes = b""
    error: KetapubError | None = None
    cached: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A task whose turn has not come."""

    task: PrintTask
    key: str
    pdf: bytes | None
    """From the cache."""
    future: Future[Rendered | KetapubError] | None

    @property
    def is_done(self) -> bool:
        return self.future is None or self.future.done()


def print_key(task: PrintTask, toolchain: Mapping[str, str]) -> str:
    """What determines a PDF's bytes: the task's content and the toolchain."""
    data = json.dumps([asdict(task), sorted(toolchain.items())], sort_keys=True, ensure_ascii=False)
    return digest(data.encode())


def print_all(
    tasks: Iterable[PrintTask],
    toolchain: Mapping[str, str],
    cache: PdfCache,
    engine: Engine,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Printed]:
    """Every task's result, in the order of the tasks, which are taken as they are needed.

    A task that fails, hangs or kills its worker costs exactly itself. `progress` is told how many
    are done. Whoever stops listening stops the workers; what they have printed is in the cache.
    """
    line: deque[_Waiting] = deque()
    done = 0
    with ExitStack() as stack:
        submit: Submit | None = None
        stack.callback(cache.prune)
        try:
            for task in tasks:
                key = print_key(task, toolchain)
                pdf = cache.get(key)
                if pdf is None and submit is None:
                    submit = stack.enter_context(engine())
                future = submit(task) if pdf is None and submit else None
                line.append(_Waiting(task, key, pdf, future))
                while line and (line[0].is_done or len(line) >= WINDOW):
                    yield _finish(line.popleft(), cache, submit)
                    progress(done := done + 1)
            while line:
                yield _finish(line.popleft(), cache, submit)
                progress(done := done + 1)
        except BaseException:
            _save(line, cache)
            raise


def _finish(waiting: _Waiting, cache: PdfCache, submit: Submit | None) -> Printed:
    """The result of a task whose turn has come, waited for where it must be."""
    task, future = waiting.task, waiting.future
    if waiting.pdf is not None:
        return Printed(task, waiting.pdf, cached=True)
    result: Rendered | KetapubError = lost(task, "was not begun")
    for _ in range(TRIES):
        assert future is not None
        assert submit is not None
        try:
            result = outcome_of(task, future)
            break
        except BrokenProcessPool as error:  # because of another task, so this one is tried again
            result = lost(task, f"failed: {error}")
            future = submit(task)
    if isinstance(result, KetapubError):
        return Printed(task, error=result)
    cache.put(waiting.key, result.pdf)
    return Printed(task, result.pdf)


def outcome_of(task: PrintTask, future: Future[Rendered | KetapubError]) -> Rendered | KetapubError:
    """What became of a task, as soon as it is known.

    Raises BrokenProcessPool where it was lost by the fault of another.
    """
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except KetapubError as error:
        return error
    except (FutureTimeout, TimeoutError):
        return lost(task, f"took longer than {TIME_LIMIT} seconds")
    except Exception as error:  # anything else that a worker can raise
        code = getattr(error, "exitcode", None)
        if code is None:
            return lost(task, f"failed: {type(error).__name__}: {error}")
        return lost(task, f"ended its process (exit code {code})")


def _save(line: Iterable[_Waiting], cache: PdfCache) -> None:
    """Keep what was printed for a build that ends before its turn has come."""
    for waiting in line:
        future = waiting.future
        if future and future.done() and not future.cancelled() and future.exception() is None:
            result = future.result()
            if isinstance(result, Rendered):
                cache.put(waiting.key, result.pdf)


def lost(task: PrintTask, message: str) -> KetapubError:
    """The error of a task that gave no result; `message` goes on after "printing"."""
    hint = "look at this edition's text; if others fail too, at the machine's memory"
    return KetapubError(Problem(task.name, 0, f"printing {message}", hint, code="print"))


@contextlib.contextmanager
def local(jobs: int, render: Callable[[PrintTask], Rendered]) -> Iterator[Submit]:
    """An engine of `jobs` processes on this machine; `render` is called there."""
    from pebble import ProcessPool

    pools: list[Any] = []

    def submit(task: PrintTask) -> Future[Rendered | KetapubError]:
        try:
            return schedule(task)
        except (IndexError, RuntimeError):  # there is none yet, or it has broken
            # spawn: a forked worker would inherit fontconfig's state
            pools.append(ProcessPool(jobs, max_tasks=RECYCLE, context=get_context("spawn")))
            with _deaf():
                return schedule(task)

    def schedule(task: PrintTask) -> Future[Rendered | KetapubError]:
        future: Future[Rendered | KetapubError] = pools[-1].schedule(
            render, args=[task], timeout=TIME_LIMIT
        )
        return future

    try:
        yield submit
    except BaseException:
        for pool in pools:
            pool.stop()
        raise
    finally:
        for pool in pools:
            pool.close()
            pool.join()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Processes and threads that begin here never hear Ctrl-C, not even while they start."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # beginning later, it would open the ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
