"""The command that tells two publications apart: diff."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ketapub.cli.arguments import Commands, add_json
from ketapub.cli.terminal import CONTENT, OK, dump

if TYPE_CHECKING:
    from ketapub.changes import Change, Comparison, Names
    from ketapub.previous import Previous

_SHOWN = 12
"""How many editions, passages or files are named at once."""
_MANIFEST = "manifest.json"
_WORDS = {
    "new": "new",
    "removed": "removed",
    "withdrawn": "withdrawn",
    "numbers": "other numbers",
    "text": "other words",
    "layout": "another layout, the same words and numbers",
    "unread": "another file, which is not there to be read",
}


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add(
        "diff",
        _diff,
        "ketapub diff https://health.example.org/ dist",
    )
    command.add_argument("old", metavar="OLD", help="folder, manifest.json in it, or address")
    command.add_argument("new", metavar="NEW", help="the same of the one to compare with it")
    command.add_argument(
        "--exit-code", action="store_true", help="exit 1 when anything differs, as git's does"
    )
    add_json(command, report=True)


def _diff(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ketapub.changes import compare

    found = compare(_open(options.old), _open(options.new))
    if options.json:
        print(dump({"schema": 1, "same": not found} | asdict(found)))
    else:
        for line in _say(found):
            print(line)
    return CONTENT if found and options.exit_code else OK


def _open(where: str) -> Previous:
    from ketapub.previous import load_previous

    folder = where.removesuffix(_MANIFEST) or "."
    return load_previous(folder.rstrip("/") or "/", named=True)


def _say(found: Comparison) -> Iterator[str]:
    if not found:
        yield f"publication {found.new}: the two are the same"
        return
    yield f"publication {found.old} -> {found.new}"
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in found.changes:
        groups.setdefault((change.what, *_details(change)), []).append(change)
    for what, words in _WORDS.items():
        alike = {key: group for key, group in groups.items() if key[0] == what}
        if alike:
            yield f"\n{words}:"
        for (_, *details), group in alike.items():
            yield from (f"  {line}" for line in details)
            yield from (f"    {line}" for line in _editions(group))
    titles = ("made from other inputs", "made with other versions", "other files of the site")
    for title, names in zip(titles, (found.inputs, found.versions, found.site), strict=True):
        yield from _names(title, names)


def _details(change: Change) -> Iterator[str]:
    """What is said once for all that it is true of."""
    if change.gone:
        yield f"gone: {', '.join(change.gone)}"
    if change.come:
        yield f"new: {', '.join(change.come)}"
    for passage in change.passages[:_SHOWN]:
        yield f"- {passage.old}"
        yield f"+ {passage.new}"
    if len(change.passages) > _SHOWN:
        yield f"and {len(change.passages) - _SHOWN} more passages"
    yield from (f"because {reason}" for reason in change.reasons)


def _editions(group: Iterable[Change]) -> Iterator[str]:
    """Editions and their outputs: those of which it is the same outputs in one line."""
    outputs: dict[str, list[str]] = {}
    for change in group:
        name = f"{change.article} {change.locale}@{change.region}"
        outputs.setdefault(name, []).append(change.output)
    lines: dict[str, list[str]] = {}
    for name, printed in outputs.items():
        lines.setdefault(", ".join(printed), []).append(name)
    for printed_names, names in lines.items():
        yield f"{_some(names)} ({printed_names})"


def _names(title: str, names: Names) -> Iterator[str]:
    if names:
        yield f"\n{title}:"
    for word, found in (("new", names.new), ("removed", names.removed), ("changed", names.changed)):
        if found:
            yield f"  {word}: {_some(found)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
