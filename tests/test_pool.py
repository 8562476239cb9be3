"""The print pool: order, the cache, and that what goes wrong costs exactly itself."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest

from ketapub import pool
from ketapub.cache import PdfCache
from ketapub.errors import KetapubError, MachineError
from ketapub.handout import PrintTask
from ketapub.pool import Printed, Submit, local, print_all, print_key
from stand_ins import render

TOOLS = {"weasyprint": "70.0", "font NotoSans-Regular.ttf": "ab12"}


def task(html: str, name: str = "", css: str = "") -> PrintTask:
    return PrintTask(html, css, "ltr", "a4", name or f"us/en/{html.replace(' ', '-')}.pdf")


def run(
    folder: Path, htmls: Sequence[str], jobs: int = 2, css: str = "", tools: dict[str, str] = TOOLS
) -> list[Printed]:
    tasks = [task(html, f"{number}.pdf", css) for number, html in enumerate(htmls)]
    return list(print_all(tasks, tools, PdfCache(folder), partial(local, jobs, render)))


def shown(results: Sequence[Printed]) -> list[str]:
    """What each task gave, without the process id."""
    return [" ".join(r.pdf.decode().split()[1:-1]) if r.error is None else "-" for r in results]


def processes(results: Sequence[Printed]) -> set[bytes]:
    return {r.pdf.split()[-1] for r in results if r.pdf}


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_task_that_fails_costs_itself_and_says_why(tmp_path: Path) -> None:
    results = run(tmp_path, ["a", "fail", "b", "machine", "c", "bug", "d"])
    assert shown(results) == ["a", "-", "b", "-", "c", "-", "d"]
    failed, lacking, bug = (r.error for r in results if r.error)
    assert str(failed) == "1.pdf:3: the footer is too tall\n  hint: shorten it"
    assert isinstance(lacking, MachineError), "what the machine lacks stays so on its way home"
    assert "ZeroDivisionError: nobody foresaw this" in str(bug)
    assert isinstance(bug, KetapubError)


def test_a_worker_that_dies_costs_exactly_its_task(tmp_path: Path) -> None:
    results = run(tmp_path, ["a", "die 7", "b", "c", "killed", "d", "e"])
    assert shown(results) == ["a", "-", "b", "c", "-", "d", "e"]
    messages = [r.error.problems[0] for r in results if r.error]
    assert [problem.path for problem in messages] == ["1.pdf", "4.pdf"]
    assert [problem.message for problem in messages] == [
        "printing ended its process (exit code 7)",
        "printing ended its process (exit code -9)",
    ]
    assert messages[0].hint


def test_a_task_that_hangs_costs_exactly_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "TIME_LIMIT", 2)
    started = time.monotonic()
    results = run(tmp_path, ["a", "hang", "b", "c"])
    assert time.monotonic() - started < 20
    assert shown(results) == ["a", "-", "b", "c"]
    assert results[1].error
    assert results[1].error.problems[0].message == "printing took longer than 2 seconds"


def test_nothing_that_failed_is_kept_in_the_cache(tmp_path: Path) -> None:
    run(tmp_path, ["fail", "bug", "a"])
    assert len(list(tmp_path.glob("*/*"))) == 1


def test_whoever_stops_listening_stops_the_workers(tmp_path: Path) -> None:
    started = time.monotonic()
    engine = partial(local, 2, render)
    results = print_all([task("a"), task("slow 30")], TOOLS, PdfCache(tmp_path), engine)
    assert next(results).error is None
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 15


@pytest.mark.slow
def test_a_hang_and_a_death_cost_exactly_themselves_out_of_200_with_fresh_workers_every_20(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "TIME_LIMIT", 3)
    monkeypatch.setattr(pool, "RECYCLE", 20)
    htmls = [f"text {number}" for number in range(200)]
    htmls[37], htmls[141] = "hang", "die 1"
    results = run(tmp_path, htmls)
    lost = {37, 141}
    assert shown(results) == ["-" if n in lost else html for n, html in enumerate(htmls)]
    assert [r.error.problems[0].message for r in results if r.error] == [
        "printing took longer than 3 seconds",
        "printing ended its process (exit code 1)",
    ]
    assert len(processes(results)) >= 9, "none prints more than 20"


def test_a_pool_that_breaks_is_replaced_and_what_it_had_is_printed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pebble gives up all tasks when a worker dies between two of them, by no task's fault."""
    from pebble.pool.process import PoolManager

    real, broken = PoolManager.update_status, []

    def update_status(self: PoolManager) -> None:
        if not broken and any(t.worker_id for t in list(self.task_manager.tasks.values())):
            broken.append(self)
            raise BrokenProcessPool("All workers expired")
        real(self)

    monkeypatch.setattr(PoolManager, "update_status", update_status)
    results = run(tmp_path, ["slow 0.4", "b", "fail", "c"])
    assert broken
    assert shown(results) == ["slow 0.4", "b", "-", "c"]


def test_no_more_tasks_are_taken_than_the_window_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither HTML nor PDFs of a whole publication are in memory at once."""
    monkeypatch.setattr(pool, "WINDOW", 4)
    taken: list[int] = []

    def tasks() -> Iterator[PrintTask]:
        for number in range(12):
            taken.append(number)
            yield task("slow 0.3" if number == 0 else f"text {number}", f"{number}.pdf")

    results = print_all(tasks(), TOOLS, PdfCache(tmp_path), partial(local, 2, render))
    for number, _ in enumerate(results):
        assert len(taken) - number <= 4
    assert len(taken) == 12


def test_without_anything_to_print_no_engine_is_started(tmp_path: Path) -> None:
    run(tmp_path, ["a"])

    def engine() -> AbstractContextManager[Submit]:
        raise AssertionError("nothing is to be printed")

    (result,) = print_all([task("a", "0.pdf")], TOOLS, PdfCache(tmp_path), engine)
    assert result.cached


def test_what_was_printed_before_its_turn_is_kept_when_the_build_is_interrupted(
    tmp_path: Path,
) -> None:
    tasks = [task("slow 2", "0.pdf"), task("a", "1.pdf"), task("b", "2.pdf"), task("slow 60")]
    cache = PdfCache(tmp_path)
    results = print_all(tasks, TOOLS, cache, partial(local, 2, render))
    next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    kept = [cache.get(print_key(each, TOOLS)) is not None for each in tasks]
    assert kept == [True, True, True, False]


# --- order and processes -------------------------------------------------------------------------


def test_one_process_and_two_give_the_same_results_in_the_order_of_the_tasks(
    tmp_path: Path,
) -> None:
    htmls = ["slow 0.5", "a", "fail", "slow 0.1", "b"]
    one = run(tmp_path / "1", htmls, jobs=1)
    two = run(tmp_path / "2", htmls, jobs=2)
    assert shown(one) == shown(two) == ["slow 0.5", "a", "-", "slow 0.1", "b"]
    assert [r.task.name for r in two] == [f"{number}.pdf" for number in range(5)]
    assert len(processes(one)) == 1
    assert len(processes(two)) == 2


def test_a_worker_is_replaced_after_some_handouts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "RECYCLE", 2)
    assert len(processes(run(tmp_path, ["a", "b", "c", "d", "e"], jobs=1))) == 3


def test_progress_is_told_of_each_handout(tmp_path: Path) -> None:
    told: list[int] = []
    engine = partial(local, 2, render)
    list(print_all([task("a"), task("fail")], TOOLS, PdfCache(tmp_path), engine, told.append))
    assert told == [1, 2]


def test_a_task_is_all_that_a_worker_needs() -> None:
    """It crosses to another process, or another machine."""
    one = task("<p>text</p>")
    assert pickle.loads(pickle.dumps(one)) == one
    assert {field.type for field in fields(PrintTask)} <= {
        "str",
        "int",
        "bool",
        "tuple[float, ...]",
    }


# --- the cache -----------------------------------------------------------------------------------


def test_what_was_printed_before_is_not_printed_again(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    first = run(tmp_path / "cache", ["a", "b"], css=str(calls))
    second = run(tmp_path / "cache", ["a", "c", "b"], css=str(calls))
    third = run(tmp_path / "cache", ["a", "b"], css=str(calls))
    assert [r.cached for r in first] == [False, False]
    assert [r.cached for r in third] == [True, True]
    assert [r.pdf for r in third] == [r.pdf for r in first]
    assert [r.cached for r in second] == [True, False, False], "its name is a part of a task"


def test_a_damaged_entry_is_printed_again_and_mended(tmp_path: Path) -> None:
    run(tmp_path, ["a"])
    (entry,) = tmp_path.glob("*/*")
    whole = entry.read_bytes()
    for damage in (b"", whole[:-1], whole + b"x", whole[:40] + b"?" + whole[41:]):
        entry.write_bytes(damage)
        (again,) = run(tmp_path, ["a"])
        assert not again.cached
        assert shown([again]) == ["a"]
        assert run(tmp_path, ["a"])[0].cached


def test_another_toolchain_prints_everything_again(tmp_path: Path) -> None:
    run(tmp_path, ["a"])
    for tools in (
        TOOLS | {"weasyprint": "70.1"},
        TOOLS | {"font NotoSans-Regular.ttf": "cd34"},
        {},
    ):
        assert [r.cached for r in run(tmp_path, ["a"], tools=tools)] == [False]


def test_whatever_determines_the_bytes_is_in_the_key() -> None:
    one = task("a")
    others = {
        "html": "b",
        "css": "b",
        "direction": "rtl",
        "paper": "letter",
        "name": "x.pdf",
        "max_sheets": 3,
        "sizes": (9.0,),
        "title": "German",
        "duplex": "none",
        "scaling": "actual",
        "stock": True,
    }
    assert {field.name for field in fields(PrintTask)} == {*others}
    for name, value in others.items():
        assert print_key(replace(one, **{name: value}), TOOLS) != print_key(one, TOOLS), name
    assert print_key(one, dict(reversed(TOOLS.items()))) == print_key(one, TOOLS)
