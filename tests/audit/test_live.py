"""What is proved of a publication on the web: a real server on this machine gives it out."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from ketapub import live
from ketapub.audit import audit
from ketapub.errors import MachineError, Problem, UsageError
from ketapub.live import compare, fetch, fetch_site, rename
from ketapub.previous import load_previous

from .conftest import REGIONS, TODAY, html_page, sheet_path, write_manifest

GB_PAGE = "gb/en/ketamine/index.html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing, and fails as often as it is told to."""

    failures = 0
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        if type(self).failures:
            type(self).failures -= 1
            self.send_error(503)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(dist: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the hand-made publication is on the web."""
    monkeypatch.setattr(live, "_PAUSE", 0.01)
    Quiet.failures = 0
    Quiet.asked.clear()
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(dist))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def verify(dist: Path, address: str, tmp_path: Path) -> Callable[[], list[tuple[str, str]]]:
    """(path below the root, code) of each problem of the live site."""

    def run() -> list[tuple[str, str]]:
        folder = tmp_path / "fetched"
        folder.mkdir()
        fetch_site(address, folder, lambda done, total: None)
        found = rename(audit(folder, REGIONS, TODAY), folder, address)
        return [(problem.path.removeprefix(address), problem.code) for problem in found]

    return run


def add_version(dist: Path, mark: str, output: str) -> None:
    version = {
        "article": "ketamine", "locale": "en", "region": "GB", "output": output,
        "page": GB_PAGE, "numbers": ["0800 77 66 00"], "state": "withdrawn",
    }  # fmt: skip
    (dist / "versions.json").write_text(json.dumps({"schema": 1, "versions": {mark: version}}))


@pytest.fixture(autouse=True)
def _versions(dist: Path) -> None:
    add_version(dist, "7KQ2MZ", "page")
    write_manifest(dist)


def test_a_right_site_is_proved(verify: Callable[[], list[tuple[str, str]]]) -> None:
    assert verify() == []


def test_a_stale_file_is_found_by_its_digest(
    verify: Callable[[], list[tuple[str, str]]], dist: Path
) -> None:
    """As a cache leaves it: the manifest is new, the page is yesterday's."""
    page = dist / GB_PAGE
    page.write_text(page.read_text("utf-8").replace("2 May 2025", "1 May 2025"), "utf-8")
    assert verify() == [(GB_PAGE, "audit-manifest")]


def test_a_wrong_number_is_found_though_the_manifest_agrees(
    verify: Callable[[], list[tuple[str, str]]], dist: Path
) -> None:
    page = dist / GB_PAGE
    page.write_text(page.read_text("utf-8").replace("0300 123 6600<", "0300 123 6601<"), "utf-8")
    write_manifest(dist)
    assert {path for path, _ in verify()} == {GB_PAGE}


def test_a_missing_file_is_found(verify: Callable[[], list[tuple[str, str]]], dist: Path) -> None:
    (dist / "robots.txt").unlink()
    assert verify() == [("manifest.json", "audit-manifest")]


def test_an_old_sheet_that_the_server_still_gives_out_is_found(
    verify: Callable[[], list[tuple[str, str]]], dist: Path
) -> None:
    """No list but that of old versions names it."""
    add_version(dist, "AAAAAA", "leaflet")
    write_manifest(dist)
    old = sheet_path("GB", "en").replace("_handout", "_leaflet")
    (dist / old).write_bytes((dist / sheet_path("GB", "en")).read_bytes())
    assert verify() == [(old, "audit-stray")]


def test_a_busy_server_is_asked_again(
    verify: Callable[[], list[tuple[str, str]]],
) -> None:
    Quiet.failures = 2
    assert verify() == []


def test_each_listed_file_is_asked_for_once(
    verify: Callable[[], list[tuple[str, str]]], dist: Path
) -> None:
    verify()
    files = {f"/{path.relative_to(dist).as_posix()}" for path in dist.rglob("*") if path.is_file()}
    assert sorted(Quiet.asked) == sorted(files)


def test_a_server_that_does_not_answer_is_a_fault_of_the_machine(
    tmp_path: Path, address: str
) -> None:
    Quiet.failures = 99
    with pytest.raises(MachineError, match="cannot be fetched"):
        fetch_site(address, tmp_path, lambda done, total: None)
    with pytest.raises(MachineError, match="cannot be fetched"):
        fetch("http://127.0.0.1:1/")


def test_what_is_no_address_or_no_publication_is_a_wrong_call(
    tmp_path: Path, address: str, dist: Path
) -> None:
    with pytest.raises(UsageError, match="not a web address"):
        fetch("ftp://health.org/")
    (dist / "manifest.json").unlink()
    with pytest.raises(UsageError, match="no publication"):
        fetch_site(address, tmp_path, lambda done, total: None)


def test_a_file_without_end_is_not_read(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_LARGEST", 100)
    with pytest.raises(MachineError, match="larger"):
        fetch(f"{address}{GB_PAGE}")


def test_a_site_that_is_not_the_built_one_is_told(dist: Path) -> None:
    before = load_previous(dist.as_posix())
    (dist / GB_PAGE).write_text(html_page("GB", "en", body="<p>New.</p>"), "utf-8")
    (dist / "new.html").write_text("<p>New.</p>")
    (dist / "robots.txt").unlink()
    write_manifest(dist)
    after = load_previous(dist.as_posix())
    assert list(compare(before, before)) == []
    told: list[Problem] = list(compare(before, after))
    assert [(p.severity, p.code) for p in told] == [("warning", "live-differs")]
    assert "1 files are other versions, 1 are not there yet, 1 are there only" in told[0].message
