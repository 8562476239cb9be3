"""Work spread over all cores: the same results in the same order, and errors that arrive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ketapub.build import Report
from ketapub.cores import spread
from ketapub.errors import KetapubError, MachineError, Problem
from project_edits import read_files
from project_runs import Stub


def where(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def fail(number: int) -> int:
    if number == 3:
        raise KetapubError(Problem("source/a.md", 7, "broken", "mend it"))
    return number


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    assert [square for square, _ in spread(where, range(20), jobs)] == [n * n for n in range(20)]


def test_a_process_that_is_lost_is_the_machines_fault_in_words() -> None:
    with pytest.raises(MachineError) as raised:
        list(spread(os._exit, range(4), 2))
    assert str(raised.value).startswith("ketapub: a process that shared the work was ended")


def test_more_than_one_job_works_in_other_processes() -> None:
    assert {process for _, process in spread(where, range(8), 1)} == {os.getpid()}
    assert os.getpid() not in {process for _, process in spread(where, range(8), 2)}


def test_a_worker_finds_what_its_parent_has_without_being_sent_it() -> None:
    unsendable: Iterator[int] = iter(())  # an iterator cannot be pickled
    assert list(spread(lambda n: (n, list(unsendable)), [1, 2], 2)) == [(1, []), (2, [])]


def test_what_a_worker_raises_is_raised_here() -> None:
    with pytest.raises(KetapubError, match=r"source/a\.md:7: broken"):
        list(spread(fail, range(6), 2))


def test_there_may_be_nothing_to_do() -> None:
    assert list(spread(where, [], 4)) == []


def test_pages_and_packs_made_in_other_processes_are_the_same_bytes(
    small: Path, rebuild: Callable[..., Report], printer: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(small / "source/ketamine.md", small / "source/other.md")
    rebuild(small, jobs=1)
    here = read_files(small / "dist")
    assert {"packs/US.zip", "packs/GB.zip"} <= here.keys()
    monkeypatch.setattr("ketapub.pages._WORTH_SHARING", 0)
    monkeypatch.setattr("ketapub.told._WORTH_SHARING", 0)
    monkeypatch.setattr("ketapub.decide._WORTH_DECIDING", 0)
    monkeypatch.setattr("ketapub.publish._WORTH_SHARING", 0)
    monkeypatch.setattr("ketapub.cores._A_SHARE", 1)
    asked: list[int] = []

    def spread_and_tell(work: Any, items: Any, jobs: int) -> Any:
        asked.append(jobs)
        return spread(work, items, jobs)

    for module in ("ketapub.outbox", "ketapub.told", "ketapub.decide", "ketapub.publish"):
        monkeypatch.setattr(f"{module}.spread", spread_and_tell)
    for left in ("dist", ".ketapub"):
        shutil.rmtree(small / left)
    rebuild(small, jobs=2)
    steps = "catalogs", "articles", "sheets", "pages", "packs", "ways to them", "sweeping"
    assert asked == [2] * len(steps)
    assert read_files(small / "dist") == here
