"""The command that proves what was published: `verify`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ketapub.cli.arguments import Commands, add_date, add_json, folder, today
from ketapub.cli.terminal import (
    CONTENT,
    OK,
    Progress,
    as_json,
    dump,
    say_problems,
)
from ketapub.errors import KetapubError, Problem, UsageError, has_errors

if TYPE_CHECKING:
    from ketapub.region import Regions


def register(commands: Commands) -> None:
    """Add the commands."""
    verify = commands.add(
        "verify", _verify, "read everything under dist/ back and check it", "ketapub verify"
    )
    add_json(verify)
    add_date(verify)


def _verify(options: argparse.Namespace) -> int:
    from ketapub.region import load_regions

    root = folder(options)
    regions, found = load_regions(root / "source" / "regions", root)
    address, trouble = _address(root)
    dist = root / "dist"
    problems = (*found, *trouble, *_read_folder(dist, regions, address, options))
    if options.json:
        print(dump(as_json(problems)))
        return CONTENT if has_errors(problems) else OK
    say_problems(problems)
    pages = sum(1 for _ in dist.rglob("*.html"))
    sheets = sum(1 for _ in dist.rglob("*.pdf"))
    if has_errors(problems):
        print(f"{len(problems)} problems in {pages} pages and {sheets} handouts")
        return CONTENT
    print(f"{pages} pages and {sheets} handouts read back: every number is the right one")
    return OK


def _address(root: Path) -> tuple[str, tuple[Problem, ...]]:
    """The address of the web root as the publication says it, empty where it says none."""
    from ketapub.files import read_text
    from ketapub.publication import parse_publication

    path = root / "source" / "publication.toml"
    if not path.is_file():
        return "", ()
    try:
        name = "source/publication.toml"
        return parse_publication(read_text(path, name), name).address, ()
    except KetapubError as error:
        return "", error.problems


def _read_folder(
    dist: Path, regions: Regions, address: str, options: argparse.Namespace
) -> tuple[Problem, ...]:
    from ketapub.audit import Policy, audit
    from ketapub.previous import load_previous

    if not dist.is_dir():
        raise UsageError(Problem(dist.as_posix(), 0, "nothing is built here", "run ketapub build"))
    outputs = (
        o for e in load_previous(dist.as_posix()).editions.values() for o in e.outputs.values()
    )
    kept = frozenset(o.path for o in outputs if o.state == "kept" and o.path)
    with Progress(options.json, "reading files back") as progress:
        return audit(dist, regions, today(options), Policy(kept=kept, address=address), progress)
