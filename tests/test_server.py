"""The settings for web servers, obeyed by the real nginx and the real Apache on this machine."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ketapub.build import Report
from ketapub.plan import Selection
from ketapub.project import load_project
from ketapub.server import FOR_EVER, HEADERS, make_web, render_apache, render_nginx

MODULES = ("mpm_event", "authz_core", "headers", "rewrite", "alias", "dir", "mime")
NGINX = "pid {folder}/pid; error_log stderr; events {{}} http {{ include /etc/nginx/mime.types; access_log off; {temporary} {own} }}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """A server's port while it runs; what it complains of, when it does not start."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert process.poll() is None, process.stdout and process.stdout.read().decode()
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def nginx(settings: str, folder: Path) -> Any:
    port = free_port()
    own = settings.replace("listen 80;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, own=own, temporary=temporary), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
    return running(command, port)


def apache(settings: str, folder: Path) -> Any:
    port = free_port()
    loaded = "\n".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES
    )
    file = folder / "apache.conf"
    file.write_text(
        f"ServerRoot {folder}\nPidFile {folder}/pid\nErrorLog /dev/stderr\nListen 127.0.0.1:{port}\n"
        f"ServerName localhost\nDefaultRuntimeDir {folder}\n{loaded}\nTypesConfig /etc/mime.types\n"
        + settings.replace("*:80", f"127.0.0.1:{port}"),
        encoding="utf-8",
    )
    return running(["apache2", "-D", "FOREGROUND", "-f", str(file)], port)


def ask(port: int, path: str, languages: str = "") -> tuple[int, dict[str, str], str]:
    """(status, headers by lower-case name, body) of a request."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as server:
        server.request("GET", path, headers={"Accept-Language": languages} if languages else {})
        answer = server.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read().decode("utf-8", "replace")


@pytest.fixture(params=["/", "/care/"])
def prefix(request: pytest.FixtureRequest) -> str:
    """Where the web root stands on its host."""
    return str(request.param)


@pytest.fixture(params=["nginx", "apache"])
def port(
    request: pytest.FixtureRequest,
    project_folder: Path,
    rebuild: Callable[..., Report],
    tmp_path: Path,
    prefix: str,
) -> Iterator[int]:
    """A server with the publication, of which the article once had another name."""
    settings = project_folder / "source/publication.toml"
    text = settings.read_text(encoding="utf-8")
    address = f"https://gesundheit.test-site.net{prefix}"
    settings.write_text(text.replace('base_url = ""', f'base_url = "{address}"'), encoding="utf-8")
    article = project_folder / "source/ketamine.md"
    text = article.read_text(encoding="utf-8")
    article.write_text(text.replace("+++\n", '+++\naliases = ["older"]\n', 1), encoding="utf-8")
    rebuild(project_folder, selection=Selection(paper=False))
    project = load_project(project_folder)
    web = make_web(project.publication, project.articles, project.publication.languages)
    work = tmp_path / "server"
    work.mkdir()
    start, render = {"nginx": (nginx, render_nginx), "apache": (apache, render_apache)}[
        request.param
    ]
    if shutil.which({"nginx": "nginx", "apache": "apache2"}[request.param]) is None:
        pytest.fail("run scripts/setup test")
    # a server becomes a user who cannot read pytest's own folders
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        shutil.copytree(project_folder / "dist", root / "dist")
        (root / "dist/sheet.pdf").write_bytes(b"%PDF-1.7")
        with start(render(web, str(root / "dist")), work) as found:
            yield found


@pytest.mark.slow
def test_a_real_server_obeys(port: int, prefix: str) -> None:
    asks_for_languages(port, prefix)
    answers_in_the_right_language_where_there_is_no_page(port, prefix)
    sends_the_headers(port, prefix)
    leads_on_from_older_addresses(port, prefix)


def asks_for_languages(port: int, prefix: str) -> None:
    """The first published language that the browser names; the region is never guessed."""
    for asked, path in {
        "es-MX,es;q=0.9,en;q=0.8": "choose/es/",
        "sv,ar;q=0.5": "choose/ar/",
        "zh-CN,zh;q=0.9": "choose/zh-hans/",
        "ES": "choose/es/",
    }.items():
        status, headers, _ = ask(port, prefix, asked)
        assert status == 302, asked
        assert headers["location"].endswith(prefix + path), asked
        assert headers["vary"].lower() == "accept-language"
    for asked in ("", "en-GB,en;q=0.9,es;q=0.8", "sv,fi", "zh-TW", "est"):
        status, headers, body = ask(port, prefix, asked)
        assert status == 200, asked
        assert '<html lang="en"' in body
        assert "accept-language" in headers["vary"].lower()
    status, headers, body = ask(port, prefix + "us/en/ketamine/", "es")
    assert (status, '<html lang="en"' in body) == (200, True)
    assert "accept-language" not in headers.get("vary", "").lower()


def answers_in_the_right_language_where_there_is_no_page(port: int, prefix: str) -> None:
    for path, tag in {
        "us/es/none/": "es",
        "gb/ar/x.html": "ar",
        "none": "en",
        "us/zh-hans/a/b": "zh-Hans",
    }.items():
        status, headers, body = ask(port, prefix + path)
        assert status == 404
        assert f'<html lang="{tag}"' in body, path
        assert f'href="{prefix}assets/style.' in body
        assert "content-security-policy" in headers


def sends_the_headers(port: int, prefix: str) -> None:
    status, headers, body = ask(port, prefix + "us/en/ketamine/")
    assert status == 200
    assert headers["content-type"].replace("UTF", "utf") == "text/html; charset=utf-8"
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value
    style = body.partition('rel="stylesheet" href="../../../')[2].partition('"')[0]
    _, headers, _ = ask(port, prefix + style)
    assert headers["cache-control"] == FOR_EVER
    _, headers, _ = ask(port, prefix + "versions.json")
    assert headers["access-control-allow-origin"] == "*"
    assert "x-robots-tag" not in headers
    _, headers, _ = ask(port, prefix + "sheet.pdf")
    assert headers["x-robots-tag"] == "noindex"


def leads_on_from_older_addresses(port: int, prefix: str) -> None:
    status, headers, _ = ask(port, prefix + "us/es/older/index.html")
    assert status == 301
    assert headers["location"].endswith(f"{prefix}us/es/ketamine/index.html")
