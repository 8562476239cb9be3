"""Turn a Dask cluster into an engine of print tasks: the same tasks, through the same seam, elsewhere.

The one importer of dask.distributed, and only inside functions. A worker needs the installed package
and the fonts, nothing of the project: it gathers its own fonts, is compared before the first task, and
prints in a process of its own, so that a hang or a crash costs it exactly one task there too.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from functools import lru_cache, partial
from multiprocessing import process
from pathlib import Path
from typing import Any

from ketapub.errors import KetapubError, MachineError, Problem
from ketapub.fonts import find_fonts, named_families, private_fontconfig
from ketapub.handout import PrintTask, Rendered, render_pdf
from ketapub.pool import Submit, local, outcome_of
from ketapub.toolchain import toolchain

PATIENCE = 60.0
"""Seconds to wait for a scheduler, for a first worker, and for another when all are gone."""
RETRIES = 2
"""How often a task is given to another worker when its worker is lost."""

Families = tuple[str, ...]
"""Names of font families."""
Tools = Mapping[str, str]


@contextlib.contextmanager
def cluster(address: str, families: Families, tools: Tools) -> Iterator[Submit]:
    """An engine of all workers of the scheduler at `address`, such as `tcp://10.0.0.1:8786`.

    Raises MachineError where no scheduler or no worker answers, and where a worker's libraries or
    fonts differ from `tools`: its sheets would not be the same bytes.
    """
    with _connect(address) as client:
        _compare(client, families, tools)
        executor = client.get_executor(pure=False, retries=RETRIES)
        pending: set[Future[Any]] = set()

        def submit(task: PrintTask) -> Future[Rendered | KetapubError]:
            future: Future[Rendered | KetapubError] = executor.submit(
                print_there, task, families, tools
            )
            pending.add(future)
            future.add_done_callback(pending.discard)
            return future

        done = threading.Event()
        watch = threading.Thread(target=_watch, args=(client, address, pending, done), daemon=True)
        watch.start()
        try:
            yield submit
        finally:
            done.set()
            watch.join()
            executor.shutdown(
                wait=False
            )  # what runs there cannot be stopped, its result is not kept


def _connect(address: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        hint = "install it here and on each worker: pip install 'ketapub[cluster]'"
        raise _machine(address, "printing on a cluster needs dask.distributed", hint) from error
    try:
        start: Any = distributed.Client
        client = start(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        hint = "start it with `dask scheduler`, and name it as it says: tcp://HOST:8786"
        raise _machine(address, "no Dask scheduler answers here", hint) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise _no_workers(address) from error
    return client


def _no_workers(address: str) -> MachineError:
    hint = f"start some with `dask worker {address} --nthreads 1`; what was printed is kept"
    return _machine(address, "this scheduler has no worker", hint)


def _watch(client: Any, address: str, pending: set[Future[Any]], done: threading.Event) -> None:
    """Give up what waits when no worker has been there for long: nobody would ever print it."""
    alone = 0.0
    step = PATIENCE / 12
    while not done.wait(step):
        alone = 0.0 if client.scheduler_info(n_workers=1)["workers"] else alone + step
        if alone >= PATIENCE:
            for future in list(pending):
                with contextlib.suppress(Exception):  # it was done just now
                    future.set_exception(_no_workers(address))


def _compare(client: Any, families: Families, tools: Tools) -> None:
    """Raise MachineError for each worker that would print other bytes."""
    answers = client.run(describe, families, on_error="return")
    names = {key: value["name"] for key, value in client.scheduler_info(-1)["workers"].items()}
    problems = []
    for address, theirs in sorted(answers.items()):
        name = names.get(address, address)
        where = address if name == address else f"{name} at {address}"
        if isinstance(theirs, KetapubError):
            said = (f"{problem.path}: {problem.message}" for problem in theirs.problems)
            problems += [_difference(where, text).problems[0] for text in said]
        elif isinstance(theirs, BaseException):
            text = f"it cannot print: {type(theirs).__name__}: {theirs}"
            problems.append(_difference(where, text).problems[0])
        else:
            problems += _differences(where, tools, theirs)
    if problems:
        raise MachineError(*problems)


def _differences(where: str, ours: Tools, theirs: Tools) -> list[Problem]:
    return [
        _difference(
            where, f"it has {_said(theirs, name)}, this machine {_said(ours, name)}"
        ).problems[0]
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    ]


def _said(tools: Tools, name: str) -> str:
    return f"{name} {tools[name][:12]}" if name in tools else f"no {name}"


def _difference(where: str, text: str) -> MachineError:
    hint = "install the same ketapub, libraries and fonts on every worker and here"
    return _machine(f"worker {where}", text, hint)


def _machine(where: str, message: str, hint: str) -> MachineError:
    return MachineError(Problem(where, 0, message, hint, code="cluster"))


# On the worker -----------------------------------------------------------------------------


def describe(families: Families, dask_worker: Any = None) -> Tools:
    """What a worker prints with. Raises MachineError for fonts and libraries that it lacks."""
    return _gather(families, dask_worker.local_directory)[1]


def print_there(task: PrintTask, families: Families, tools: Tools) -> Rendered | KetapubError:
    """Print one task on a worker; content errors are values, since no retry would mend them."""
    from distributed import get_worker

    worker = get_worker()
    try:
        fontconfig, own = _gather(families, worker.local_directory)
    except MachineError as error:
        return error
    if own != tools:  # one that came late, or was set up anew
        return MachineError(*_differences(worker.address, tools, own))
    return outcome_of(task, _printer(fontconfig)[1](task))


@lru_cache(maxsize=4)
def _gather(families: Families, folder: str) -> tuple[str, Tools]:
    """Path of this worker's own font configuration, and its toolchain."""
    fonts = find_fonts(named_families(families))
    place = Path(folder) / "ketapub-fonts"
    return private_fontconfig(fonts, place).as_posix(), toolchain(fonts)


@lru_cache(maxsize=1)
def _printer(fontconfig: str) -> tuple[Any, Submit]:
    """The process in which this worker prints, for as long as the worker lives; its engine with it."""
    # Dask's nanny makes workers "daemonic", which may have no children; ours end with their pipe
    process.current_process()._config.pop("daemon", None)  # type: ignore[attr-defined]
    engine = local(1, partial(render_pdf, fontconfig=fontconfig))
    return engine, engine.__enter__()
