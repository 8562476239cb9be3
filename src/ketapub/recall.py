"""Turn bad versions into recall notices: what to throw away, why, and what is right instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ketapub.edition import short_name
from ketapub.plan import Plan
from ketapub.previous import Version
from ketapub.versions import Dead, find_dead


@dataclass(frozen=True, slots=True)
class Recall:
    """The dead numbers of one line in a region, or the wrong text of one article there."""

    id: str
    """Names its folder; holds no number."""
    region: str
    reasons: tuple[str, ...]
    """In the editors' words."""
    since: str
    """`YYYY-MM-DD`."""
    marks: tuple[str, ...]
    """The versions to throw away."""
    dead: tuple[Dead, ...] = ()
    """The numbers; none where the text is wrong."""

    @property
    def folder(self) -> str:
        """Where it stands below `dist/`."""
        return f"recalls/{self.id}"

    @property
    def values(self) -> dict[str, Any]:
        """Its entry in `manifest.json`, which names no dead number."""
        return {
            "id": self.id,
            "region": self.region,
            "kind": "number" if self.dead else "text",
            "since": self.since,
            "marks": list(self.marks),
            "path": f"{self.folder}/index.html",
        }


def find_recalls(versions: Mapping[str, Version], plan: Plan, today: date) -> tuple[Recall, ...]:
    """A notice for each dead line of a region and for each article withdrawn there, newest first."""
    found: dict[str, Recall] = {}
    for mark, version in versions.items():
        if version.state != "bad":
            continue
        if version.text_withdrawn:
            key = _id(version.region, version.article)
            reasons: tuple[str, ...] = (version.reason,)
            _add(found, Recall(key, version.region, reasons, version.since, (mark,)))
        for dead in find_dead(version, plan, today):
            key = _id(version.region, dead.first)
            reasons = (dead.reason,) if dead.reason else ()
            since = dead.since or version.since
            _add(found, Recall(key, version.region, reasons, since, (mark,), (dead,)))
    return tuple(sorted(found.values(), key=lambda r: (r.since, r.id), reverse=True))


def _id(region: str, what: str) -> str:
    return f"{region.lower()}-{short_name(f'{region} {what}')}"


def _add(found: dict[str, Recall], new: Recall) -> None:
    old = found.get(new.id)
    if old is None:
        found[new.id] = new
        return
    found[new.id] = replace(
        old,
        reasons=tuple(dict.fromkeys((*old.reasons, *new.reasons))),
        since=min(old.since, new.since),
        marks=tuple(dict.fromkeys((*old.marks, *new.marks))),
        dead=tuple({d.number: d for d in (*old.dead, *new.dead)}.values()),
    )
