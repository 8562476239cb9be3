"""Turn a function and its items into results, on all cores.

The workers are forked, so each has everything that its parent has read, and nothing but results
travels: for work whose inputs are large and already here. Where the system cannot fork safely the
work is done here, one item after another, with the same results.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_all_start_methods, get_context
from typing import Any, TypeVar

from ketapub.errors import MachineError, Problem

T = TypeVar("T")
R = TypeVar("R")

_A_SHARE = 500
"""Items in a share of `cut`."""
_work: tuple[Callable[[Any], Any], Sequence[Any]] | None = None
"""What the workers forked from here find: the function, and its items by number."""


def spread(work: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    """`work` of each item, in the order of the items; `jobs`: processes at a time.

    Results must be picklable. What `work` raises is raised here; MachineError where a process was lost.
    """
    workers = min(jobs, len(items))
    if workers < 2 or sys.platform == "darwin" or "fork" not in get_all_start_methods():
        yield from map(work, items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    global _work
    _work = (work, items)
    gc.freeze()  # no worker need look for cycles in what it inherits, nor copy it by looking
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            yield from pool.map(_do, range(len(items)))
    except BrokenProcessPool as error:
        message = "a process that shared the work was ended by the system"
        hint = "see that memory is left, then try again"
        raise MachineError(Problem("ketapub", 0, message, hint)) from error
    finally:
        gc.unfreeze()
        _work = None


def cut(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Items of which one alone is quickly done, into shares that are worth sending for."""
    return (items[at : at + _A_SHARE] for at in range(0, len(items), _A_SHARE))


def _do(number: int) -> Any:
    assert _work is not None, "only a worker of `spread` does this"
    work, items = _work
    return work(items[number])
