"""Turn the settings that ketapub writes for web servers into running servers on this machine."""

from __future__ import annotations

import contextlib
import getpass
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ketapub.project import load_project
from ketapub.server import Web, make_web, render_apache, render_nginx

PROGRAMS = {"nginx": "nginx", "apache": "apache2"}
_NGINX = """pid {folder}/pid; error_log stderr; {user} events {{}}
http {{ include /etc/nginx/mime.types; access_log off; {temporary}
{own} }}"""
_APACHE = """ServerRoot {folder}
PidFile {folder}/pid
ErrorLog /dev/stderr
Listen 127.0.0.1:{port}
ServerName localhost
DefaultRuntimeDir {folder}
{modules}
TypesConfig /etc/mime.types
{own}"""
_MODULES = (
    "mpm_event",
    "authz_core",
    "headers",
    "rewrite",
    "alias",
    "dir",
    "mime",
    "filter",
    "deflate",
)


def settings_of(project_folder: Path) -> Web:
    """What a publication's web server must know."""
    project = load_project(project_folder)
    return make_web(project.publication, project.articles, project.publication.languages)


@contextlib.contextmanager
def serving(program: str, web: Web, dist: Path) -> Iterator[int]:
    """The port on which `nginx` or `apache` serves a publication by the shipped settings.

    Raises FileNotFoundError where the program is missing, RuntimeError where it refuses them.
    """
    if shutil.which(PROGRAMS[program]) is None:
        raise FileNotFoundError(f"no {program}: run scripts/setup test")
    with tempfile.TemporaryDirectory() as name:
        # a server started by root becomes a user who cannot look into folders of root
        folder, root = Path(name), dist
        if program == "apache" and os.geteuid() == 0:
            folder.chmod(0o755)
            root = folder / "dist"
            shutil.copytree(dist, root)
        port = _free_port()
        start = _start_nginx if program == "nginx" else _start_apache
        with _running(start(web, root, folder, port), port):
            yield port


def _start_nginx(web: Web, root: Path, folder: Path, port: int) -> list[str]:
    own = render_nginx(web, str(root)).replace("listen 80;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    text = _NGINX.format(folder=folder, own=own, temporary=temporary, user=user)
    file.write_text(text, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(file), "-g", "daemon off;"]


def _start_apache(web: Web, root: Path, folder: Path, port: int) -> list[str]:
    own = render_apache(web, str(root)).replace("*:80", f"127.0.0.1:{port}")
    modules = "\n".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES
    )
    file = folder / "apache.conf"
    text = _APACHE.format(folder=folder, port=port, modules=modules, own=own)
    file.write_text(text, encoding="utf-8")
    return ["apache2", "-D", "FOREGROUND", "-f", str(file)]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                if process.poll() is not None:
                    said = process.stdout.read().decode() if process.stdout else ""
                    raise RuntimeError(said)
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers by lower-case name, body) of a request; `accept_language="es"` and so on."""
    sent = {name.replace("_", "-"): value for name, value in headers.items() if value}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as server:
        server.request("GET", path, headers=sent)
        answer = server.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read()
