"""Turn a project and the publication before it into what is published and no longer asked for.

An edition or format that is taken out of `publication.toml` does not disappear for that: it stays while
its numbers live, as all that is held does, until somebody builds with `--allow-removals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ketapub.edition import Address, Output
from ketapub.errors import Problem
from ketapub.language import parse_language
from ketapub.plan import Plan, T, addresses, take_back
from ketapub.previous import OldEdition, Previous
from ketapub.project import Project

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def find_dropped(project: Project, previous: Previous) -> tuple[Address, ...]:
    """The editions that stand in the previous publication, and that nobody asks for any more.

    An article that has moved, and names its old slug among its `aliases`, is not missing.
    """
    asked = {(a.slug, a.region, a.language.tag) for a in addresses(project)}
    moved = {old for article in project.articles.values() for old in article.front.aliases}
    return tuple(
        address
        for key, old in sorted(previous.editions.items())
        if key not in asked and old.article not in moved and _stands(old)
        for address in _address(old)
    )


def _stands(old: OldEdition) -> bool:
    return any(output.mark or output.state == "withdrawn" for output in old.outputs.values())


def _address(old: OldEdition) -> Iterator[Address]:
    """Its address; none where its names, which may come over the net, could lead out of `dist/`."""
    if _NAME.fullmatch(old.article) and _REGION.fullmatch(old.region):
        try:
            yield Address(old.article, old.region, parse_language(old.locale))
        except ValueError:  # a language that is no longer known
            return


def keep_formats(plan: Plan, previous: Previous, project: Project, today: date) -> Plan:
    """The plan with the outputs that its editions had and that are no longer asked for, held."""

    def keep(listed: T) -> T:
        where = listed.address
        old = previous.editions.get((where.slug, where.region, where.language.tag))
        names = {output.name for output in listed.outputs}
        more: list[Output] = [
            Output(name, "held", where.path(name), (dropped_reason(),))
            for name, output in sorted(old.outputs.items() if old else ())
            if name not in names and output.mark and _NAME.fullmatch(name)
        ]
        if not more:
            return listed
        return take_back(replace(listed, outputs=(*listed.outputs, *more)), project, today)

    editions, refused = tuple(map(keep, plan.editions)), tuple(map(keep, plan.refused))
    return replace(plan, editions=editions, refused=refused)


def dropped_reason(names: Sequence[str] = ()) -> Problem:
    """Why something that nobody asks for stands; `names` of editions, the first few of them told."""
    what = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return Problem(
        "source/publication.toml",
        0,
        "no longer asked for, and kept as published" + (f": {what}" if what else ""),
        "put it back, or let it disappear: ketapub build --allow-removals",
        severity="warning",
        code="dropped",
    )
