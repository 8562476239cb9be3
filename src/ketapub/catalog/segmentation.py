"""Turn a catalog whose messages were cut by older rules into one cut by those of today.

When the rules that cut an article into messages change, `SEGMENTATION` goes up by one, and a step
here tells what becomes of an entry of the version before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ketapub.catalog.header import read_lines, with_lines
from ketapub.catalog.join import Piece, join, line_end_of
from ketapub.catalog.po import HEADER, Catalog, Entry, Remnant, read_po
from ketapub.catalog.rewrite import bury
from ketapub.catalog.template import SEGMENTATION, SEGMENTATION_FIELD
from ketapub.errors import Problem
from ketapub.message import Key

Step = Callable[[Entry], Sequence[str] | None]
"""The texts of the entries that one becomes (PO, unwrapped); None: it stays as it is."""
STEPS: Mapping[str, Step] = MappingProxyType({})
"""By the version that a step starts from. Version 1 is the first: nothing to do."""


def find_newer(catalog: Catalog, now: str = SEGMENTATION) -> Problem | None:
    """Why a catalog must be left alone: a ketapub after this one has cut its messages."""
    told = catalog.header.get(SEGMENTATION_FIELD, "")
    if not told.isdecimal() or int(told) <= int(now):
        return None
    return Problem(
        catalog.name,
        1,
        f"a newer ketapub wrote this catalog (segmentation {told}; this one knows {now})",
        "install the newer one, as the others in the project have; the catalog was left alone",
        code="po-segmentation",
    )


def migrate(
    catalog: Catalog,
    wanted: Collection[Key],
    steps: Mapping[str, Step] = STEPS,
    now: str = SEGMENTATION,
) -> Catalog:
    """The catalog by the rules of today, and its header saying so.

    An entry of a message in `wanted` is right as it is. What a step takes apart stays in the
    catalog as obsolete too, so that nothing is lost even by a step that is wrong. A header without
    version is that of an old catalog, or of a tool that dropped it: it gets none, and every step
    is tried.
    """
    told = catalog.header.get(SEGMENTATION_FIELD, "1")
    if not told.isdecimal() or int(told) >= int(now):
        return catalog
    migrated = catalog
    for version in range(int(told), int(now)):
        if step := steps.get(str(version)):
            migrated = _take(migrated, wanted, step)
    migrated = _with_version(migrated, now)
    return replace(migrated, problems=catalog.problems)


def _take(catalog: Catalog, wanted: Collection[Key], step: Step) -> Catalog:
    pieces: list[Piece] = []
    buried: list[Piece] = []
    taken = {entry.key for entry in catalog.entries}
    for place, chunk in enumerate(catalog.chunks):
        cut = None
        if isinstance(chunk, Entry) and not chunk.obsolete and chunk.key not in {HEADER, *wanted}:
            cut = step(chunk)
        if cut is None or isinstance(chunk, Remnant):
            pieces.append(Piece(chunk.raw, place))
            continue
        new = [(entry.key, text) for text in cut for entry in read_po(text, "").entries]
        pieces += [Piece(text, None, fresh=True) for key, text in new if key not in taken]
        taken |= {key for key, _text in new}
        buried.append(Piece(bury(chunk), None, fresh=True))
    text = join([*pieces, *buried], catalog, line_end_of(catalog.text))
    return read_po(text, catalog.name)


def _with_version(catalog: Catalog, version: str) -> Catalog:
    """The catalog with the version in its header, where it had one."""
    for place, chunk in enumerate(catalog.chunks):
        if isinstance(chunk, Entry) and chunk.key == HEADER and not chunk.obsolete:
            lines = read_lines(chunk.msgstr[0])
            if SEGMENTATION_FIELD not in lines:
                return catalog
            lines[SEGMENTATION_FIELD] = f"{SEGMENTATION_FIELD}: {version}"
            raws = [each.raw for each in catalog.chunks]
            raws[place] = "".join([part.raw for part in with_lines(chunk, lines.values())])
            return read_po("".join(raws) + catalog.tail, catalog.name)
    return catalog
