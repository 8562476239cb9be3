"""Printing on a Dask cluster: a real scheduler and two real workers on this machine."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from ketapub import cluster as module
from ketapub import fonts
from ketapub.cache import PdfCache
from ketapub.cluster import cluster
from ketapub.errors import MachineError
from ketapub.handout import PrintTask, render_pdf
from ketapub.pool import Engine, Printed, local, print_all
from ketapub.toolchain import toolchain
from project_edits import set_editions
from project_runs import Ran
from tools import sample_sheet

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(900)]
Start = Callable[..., subprocess.Popen[str]]
LANGUAGES = (("en", "Latn"),)
NAMES = tuple(sorted({family.name for family in fonts.families(LANGUAGES)}))
SHEETS = 8


def tasks(count: int, css: str = "") -> list[PrintTask]:
    """Small sheets, each another."""
    styles = fonts.families_css(LANGUAGES) + sample_sheet.CSS + css
    html = [sample_sheet.html("en", 1, 1, f"<p>Sheet {number}</p>") for number in range(count)]
    return [
        PrintTask(each, styles, "ltr", "a4", f"{number}.pdf") for number, each in enumerate(html)
    ]


@pytest.fixture(scope="module")
def tools() -> dict[str, str]:
    return toolchain(fonts.find_fonts(fonts.named_families(NAMES)))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, tools: dict[str, str]) -> list[bytes]:
    """What the pool of this machine prints."""
    found = fonts.find_fonts(fonts.named_families(NAMES))
    conf = fonts.private_fontconfig(found, tmp_path_factory.mktemp("fonts"))
    pool = partial(local, 2, partial(render_pdf, fontconfig=str(conf)))
    cache = PdfCache(tmp_path_factory.mktemp("cache"))
    return [each.pdf for each in print_all(tasks(SHEETS), tools, cache, pool)]


@contextlib.contextmanager
def processes() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(kind: str, *options: str) -> subprocess.Popen[str]:
        common = ("--host", "127.0.0.1", "--no-dashboard")
        command = [sys.executable, "-m", "dask", kind, *options, *common]
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, stdout=quiet, stderr=quiet, text=True))
        return started[-1]

    try:
        yield start
    finally:
        for each in reversed(started):
            each.terminate()
        for each in reversed(started):
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.wait(3)
            each.kill()
            each.wait()


@dataclass(frozen=True)
class Running:
    """A scheduler and what was started on it."""

    address: str
    start: Start
    workers: list[subprocess.Popen[str]]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A scheduler and two workers: one under its nanny, as Dask starts it, one without."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with processes() as start:
        start("scheduler", "--port", str(port), "--no-show")
        where = f"tcp://127.0.0.1:{port}"
        one = start("worker", where, "--nthreads", "1", "--name", "first")
        two = start("worker", where, "--nthreads", "1", "--name", "second", "--no-nanny")
        with module._connect(where) as client:
            client.wait_for_workers(2, timeout=240)
        yield Running(where, start, [one, two])


@pytest.fixture(scope="module")
def address(running: Running) -> str:
    return running.address


def printed(folder: Path, engine: Engine, tools: dict[str, str], count: int) -> list[Printed]:
    return list(print_all(tasks(count), tools, PdfCache(folder), engine))


def test_workers_print_the_same_bytes_as_the_pool_each_from_fonts_of_its_own(
    address: str, expected: list[bytes], tools: dict[str, str], tmp_path: Path
) -> None:
    there = printed(tmp_path, partial(cluster, address, NAMES, tools), tools, SHEETS)
    assert [each.error for each in there] == [None] * SHEETS
    assert [each.pdf for each in there] == expected
    with module._connect(address) as client:
        found = client.run(lambda dask_worker: dask_worker.local_directory)
    confs = {path for each in found.values() for path in Path(each).rglob("fonts.conf")}
    assert len(confs) == 2, "one set a worker, made there"


def test_what_is_wrong_with_a_sheet_is_told_once_and_costs_itself(
    address: str, tools: dict[str, str], tmp_path: Path
) -> None:
    wrong = tasks(1, "h1 { colour: red }")
    mixed = [*tasks(2), *wrong]
    engine = partial(cluster, address, NAMES, tools)
    results = list(print_all(mixed, tools, PdfCache(tmp_path), engine))
    assert [each.error is None for each in results] == [True, True, False]
    assert "colour" in str(results[2].error)


def test_a_worker_with_another_font_is_named_before_the_first_task(
    address: str, tools: dict[str, str], tmp_path: Path
) -> None:
    other = tools | {"font NotoSans-Bold.ttf": "0" * 64, "weasyprint": "69.0"}
    with pytest.raises(MachineError) as raised:
        printed(tmp_path, partial(cluster, address, NAMES, other), other, 1)
    said = str(raised.value)
    for name in ("first", "second"):
        assert f"worker {name} at tcp://127.0.0.1:" in said
    own = tools["font NotoSans-Bold.ttf"][:12]
    assert (
        f"it has font NotoSans-Bold.ttf {own}, this machine font NotoSans-Bold.ttf 000000" in said
    )
    assert f"it has weasyprint {tools['weasyprint']}, this machine weasyprint 69.0" in said
    assert list(tmp_path.rglob("*")) == []


def test_a_worker_lost_half_way_is_another_ones_work(
    running: Running, expected: list[bytes], tools: dict[str, str], tmp_path: Path
) -> None:
    third = running.start("worker", running.address, "--nthreads", "1", "--no-nanny")
    with module._connect(running.address) as client:
        client.wait_for_workers(3, timeout=240)
    there = []
    engine = partial(cluster, running.address, NAMES, tools)
    for number, each in enumerate(print_all(tasks(SHEETS), tools, PdfCache(tmp_path), engine)):
        if number == 1:
            third.kill()
        there.append(each)
    assert [str(each.error) for each in there if each.error] == []
    assert [each.pdf for each in there] == expected


def test_a_build_on_a_cluster_is_the_build_of_the_pool(
    address: str, small: Path, run: Callable[..., Ran], tmp_path: Path
) -> None:
    set_editions(small, 'GB = ["ar"]')
    ran = run(small, "build", "--on", address)
    assert ran.code == 0, ran.err
    one = (small / "dist/manifest.json").read_bytes()
    cache = ("--cache", str(tmp_path / "other"))
    shutil.rmtree(small / ".ketapub")
    again = run(small, "build", *cache)
    assert "2 handouts printed" in again.out, "and the index of its pack"
    assert ", 0 changed, " in again.out
    assert (small / "dist/manifest.json").read_bytes() == one


def test_where_nobody_listens_the_machine_is_at_fault(
    small: Path, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    ran = run(small, "build", "--on", "tcp://127.0.0.1:9")
    assert ran.code == 3
    assert "tcp://127.0.0.1:9: no Dask scheduler answers here\n  hint: start it with" in ran.err
    assert "Traceback" not in ran.err


def test_when_all_workers_are_gone_what_waits_is_given_up(
    running: Running, tools: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last test of this module: it leaves no worker."""
    engine = partial(cluster, running.address, NAMES, tools)
    results = print_all(tasks(60), tools, PdfCache(tmp_path), engine)
    assert next(results).error is None
    monkeypatch.setattr(module, "PATIENCE", 3)
    for worker in running.workers:
        worker.terminate()
    errors = [each.error for each in results if each.error]
    assert errors
    assert all("this scheduler has no worker" in str(error) for error in errors)
    assert all(isinstance(error, MachineError) for error in errors)
