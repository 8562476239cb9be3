"""`ketapub verify --url` and `--embed` against a server on this machine: what people and scripts get."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import shutil
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Once, build_folder
from ketapub import live
from project_edits import edit, set_editions, set_key
from project_runs import Ran

PAGE = "ie/en/ketamine/index.html"
Verify = Callable[..., Ran]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def one_edition(once: Once) -> Path:
    """The article in English for Ireland, built. Read only."""

    def make(folder: Path) -> None:
        set_editions(folder, 'IE = ["en"]')
        set_key(folder / "source/publication.toml", "formats", '["handout"]')
        build_folder(folder)

    return once("one-edition", make)


@pytest.fixture
def web(one_edition: Path, tmp_path: Path) -> Path:
    """What the server gives out: the publication in `site/`, a page that shows it in `other/`."""
    shutil.copytree(one_edition / "dist", tmp_path / "web/site")
    (tmp_path / "web/other").mkdir()
    shutil.copy(tmp_path / "web/site" / PAGE, tmp_path / "web/other/page.html")
    return tmp_path / "web"


@pytest.fixture
def address(web: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(web))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def verify(one_edition: Path, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> Verify:
    """`verify("--url", ...)` on that project, impatient."""
    monkeypatch.setattr(live, "_PAUSE", 0.01)
    monkeypatch.setattr(live, "_TIMEOUT", 0.3)

    def call(*options: str) -> Ran:
        ran = run(one_edition, "verify", *options)
        assert "Traceback" not in ran.out + ran.err
        return ran

    return call


def told(ran: Ran) -> list[tuple[str, str]]:
    """(address, code) of each error in the output of `--json`."""
    return sorted({(p["path"], p["code"]) for p in json.loads(ran.out) if p["severity"] == "error"})


def test_a_right_site_and_a_right_embed_end_with_0(verify: Verify, address: str) -> None:
    ran = verify("--url", f"{address}/site/", "--embed", f"{address}/other/page.html")
    assert (ran.code, ran.err) == (0, "")
    assert "and 1 pages of other sites read back: every number is the right one" in ran.out
    ran = verify("--url", f"{address}/site/", "--json")
    assert (ran.code, json.loads(ran.out)) == (0, [])


def test_a_wrong_number_on_the_site_ends_with_1_and_its_address(
    verify: Verify, web: Path, address: str
) -> None:
    edit(web / "site" / PAGE, ">112</a>", ">111</a>")
    ran = verify("--url", f"{address}/site/")
    assert ran.code == 1
    assert f"{address}/site/{PAGE}:" in ran.err
    ran = verify("--url", f"{address}/site", "--json")
    assert ran.code == 1
    assert (f"{address}/site/{PAGE}", "audit-manifest") in told(ran)
    assert (f"{address}/site/{PAGE}", "audit-number") in told(ran)


def test_a_wrong_number_in_an_embed_ends_with_1_and_its_address(
    verify: Verify, web: Path, address: str, tmp_path: Path
) -> None:
    page = f"{address}/other/page.html"
    listed = tmp_path / "embeds.txt"
    listed.write_text(f"# who shows it\n{page}\n{address}/other/gone.html\n", "utf-8")
    assert told(verify("--embed", str(listed), "--json")) == [
        (f"{address}/other/gone.html", "embed-gone")
    ]
    edit(web / "other/page.html", ">112</a>", ">111</a>")
    ran = verify("--embed", page, "--json")
    assert ran.code == 1
    assert {path for path, _ in told(ran)} == {page}


def test_what_is_no_address_no_file_or_no_publication_ends_with_2(
    verify: Verify, address: str
) -> None:
    for options in (
        ("--url", "ftp://127.0.0.1/"),
        ("--url", f"{address}/other/"),
        ("--embed", "no-such-file.txt"),
    ):
        ran = verify(*options)
        assert (ran.code, ran.out) == (2, "")
        assert "hint: " in ran.err


@pytest.mark.parametrize(
    "listed", ["{", "<!doctype html><p>Welcome", '{"schema": 1, "files": 3}', "[]"]
)
def test_a_site_whose_list_is_no_list_is_no_proof(
    verify: Verify, web: Path, address: str, listed: str
) -> None:
    (web / "site/manifest.json").write_text(listed)
    assert verify("--url", f"{address}/site/").code in (1, 2)


@pytest.mark.parametrize(
    "answer",
    [None, b"", b"\x00\xff garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"],
)
@pytest.mark.parametrize("option", ["--url", "--embed"])
def test_a_server_that_hangs_hangs_up_or_babbles_ends_with_3(
    verify: Verify, option: str, answer: bytes | None
) -> None:
    over = threading.Event()

    class Caller(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.recv(4096)
                self.request.sendall(answer or b"")
            if answer is None:
                over.wait(30)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Caller) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        ran = verify(option, f"http://127.0.0.1:{server.server_address[1]}/")
        over.set()
        server.shutdown()
        thread.join()
    assert (ran.code, ran.out) == (3, "")
    assert "cannot be fetched" in ran.err


def test_a_server_that_is_not_there_ends_with_3(verify: Verify) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    ran = verify("--url", f"http://127.0.0.1:{port}/")
    assert (ran.code, ran.out) == (3, "")
    assert "cannot be fetched" in ran.err
