"""The command for those who run the web server: server."""

from __future__ import annotations

import argparse

from ketapub.cli.arguments import Commands, folder
from ketapub.cli.terminal import OK


def register(commands: Commands) -> None:
    """Add the command."""
    server = commands.add(
        "server",
        _server,
        "ketapub server nginx --root /srv/health/current",
    )
    server.add_argument("kind", choices=("nginx", "apache"), help="which web server")
    server.add_argument(
        "--root", required=True, metavar="DIR", help="the folder on the server that holds dist/"
    )


def _server(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.server import make_web, render_apache, render_nginx

    project = load_project(folder(options))
    publication = project.publication
    web = make_web(publication, project.articles, publication.languages)
    render = {"nginx": render_nginx, "apache": render_apache}[options.kind]
    print(render(web, options.root), end="")
    return OK
