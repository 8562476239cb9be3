"""The command that proves what was published: `verify`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ketapub.cli.arguments import Commands, add_date, add_json, folder, today
from ketapub.cli.terminal import (
    CONTENT,
    OK,
    Progress,
    as_json,
    dump,
    exit_code,
    say_problems,
)
from ketapub.errors import KetapubError, Problem, UsageError, has_errors

if TYPE_CHECKING:
    from ketapub.audit import Policy
    from ketapub.previous import Previous
    from ketapub.region import Regions, Surface


def register(commands: Commands) -> None:
    """Add the commands."""
    verify = commands.add("verify", _verify, "ketapub verify")
    verify.add_argument(
        "--url", default="", metavar="BASE", help="read the live site at this address, not dist/"
    )
    verify.add_argument(
        "--embed", action="append", default=[], metavar="URL|FILE",
        help="also read this page of another site that shows a part of ours, or each page named in "
        "a file, one a line (may be repeated)",
    )  # fmt: skip
    add_json(verify)
    add_date(verify)


def _verify(options: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from ketapub.audit import Policy
    from ketapub.region import load_regions

    root = folder(options)
    regions, found = load_regions(root / "source" / "regions", root)
    address, print_treatment, trouble = _publication(root)
    seen_at = f"{options.url.rstrip('/')}/".lstrip("/")
    rules = Policy(address=address or seen_at, coded=bool(address), print_treatment=print_treatment)
    policy = _Policy(regions, rules, options)
    with TemporaryDirectory() as empty:
        read = _read_site(Path(empty), root, policy) if options.url else _read_folder(root, policy)
    problems = (*found, *trouble, *read.problems)
    if options.json:
        print(dump(as_json(problems)))
        return exit_code(problems)
    say_problems(problems)
    embeds = f" and {read.embeds} pages of other sites" if read.embeds else ""
    if has_errors(problems):
        print(f"{len(problems)} problems in {read.pages} pages and {read.sheets} handouts{embeds}")
        return CONTENT
    print(
        f"{read.pages} pages and {read.sheets} handouts{embeds} read back: "
        "every number is the right one"
    )
    return OK


class _Policy(NamedTuple):
    regions: Regions
    rules: Policy
    """Short addresses begin where the publication says, else at the site that is read."""
    options: argparse.Namespace


class _Read(NamedTuple):
    """What was read, and what is wrong in it."""

    problems: tuple[Problem, ...]
    pages: int
    sheets: int
    embeds: int


def _publication(root: Path) -> tuple[str, tuple[Surface, ...], tuple[Problem, ...]]:
    """The address of the web root, and where private providers stand, as the publication says.

    Empty where it says nothing or cannot be read.
    """
    from ketapub.files import read_text
    from ketapub.print_format import load_formats
    from ketapub.publication import parse_publication
    from ketapub.templates import find_templates

    path = root / "source" / "publication.toml"
    if not path.is_file():
        return "", (), ()
    try:
        name = "source/publication.toml"
        formats = load_formats(find_templates(root))
        publication = parse_publication(read_text(path, name), name, formats)
        return publication.address, publication.print_treatment, ()
    except KetapubError as error:
        return "", (), error.problems


def _read_folder(root: Path, policy: _Policy) -> _Read:
    dist = root / "dist"
    if not dist.is_dir():
        raise UsageError(Problem(dist.as_posix(), 0, "nothing is built here", "run ketapub build"))
    return _read(dist, policy)


def _read_site(empty: Path, root: Path, policy: _Policy) -> _Read:
    from ketapub.live import compare, fetch_site, rename
    from ketapub.previous import load_previous

    with Progress(policy.options.json, "fetching") as progress:
        live = fetch_site(policy.options.url, empty, progress)
    read = _read(empty, policy)
    problems = list(rename(read.problems, empty, policy.options.url))
    if (root / "dist").is_dir():
        problems += compare(live, load_previous((root / "dist").as_posix()))
    return read._replace(problems=tuple(problems))


def _read(dist: Path, policy: _Policy) -> _Read:
    from dataclasses import replace

    from ketapub.audit import audit
    from ketapub.edition import PAGE, embed_paths

    options, previous = policy.options, _lists(dist)
    kept = frozenset(
        path
        for e in previous.editions.values()
        for name, output in e.outputs.items()
        if output.state == "kept" and output.path
        for path in (
            output.path,
            *(
                (_text_beside(output.path, e.article), *embed_paths(output.path))
                if name == PAGE
                else ()
            ),
        )
    )
    rules = replace(policy.rules, kept=kept)
    with Progress(options.json, "reading files back") as progress:
        problems = audit(dist, policy.regions, today(options), rules, progress)
    embeds = _pages(options.embed)
    return _Read(
        (*problems, *_read_embeds(embeds, previous, policy)),
        sum(1 for _ in dist.rglob("*.html")),
        sum(1 for _ in dist.rglob("*.pdf")),
        len(embeds),
    )


def _text_beside(page: str, article: str) -> str:
    """Path of the plain text that is published with a page, and kept with it."""
    return f"{page.rpartition('/')[0]}/{article}.txt"


def _lists(dist: Path) -> Previous:
    """What a publication says of itself; nothing where that cannot be read, as the audit tells."""
    from ketapub.previous import Previous, load_previous

    try:
        return load_previous(dist.as_posix())
    except KetapubError:
        return Previous(dist.as_posix())


def _pages(given: Sequence[str]) -> tuple[str, ...]:
    """The addresses given, and those in the files given; each once."""
    from ketapub.files import read_text

    found: list[str] = []
    for each in given:
        if each.startswith(("http://", "https://")):
            found.append(each)
            continue
        if not Path(each).is_file():
            hint = "name a web address, or a file that holds one a line"
            raise UsageError(Problem(f"--embed {each}", 0, "there is no such file", hint))
        lines = (line.strip() for line in read_text(Path(each)).splitlines())
        found += (line for line in lines if line and not line.startswith("#"))
    return tuple(dict.fromkeys(found))


def _read_embeds(
    addresses: Sequence[str], previous: Previous, policy: _Policy
) -> Iterator[Problem]:
    from ketapub.audit import Expectations, check_embed
    from ketapub.live import fetch

    expectations = Expectations(policy.regions, today(policy.options), policy.rules)
    for address in addresses:
        data = fetch(address)
        if data is None:
            hint = "ask that site where the page went, or take it off the list"
            yield Problem(address, 0, "there is no such page", hint, code="embed-gone")
            continue
        yield from check_embed(data, address, previous.versions, expectations)
