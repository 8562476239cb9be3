"""Turn `dist/` and the region files into Problems: what a reader could dial and should not.

The independent reader of what was published, whoever wrote it. It walks the disk, reads each page
and sheet as a person would, and proves law 5 from the region files alone. It uses no manifest (but
for a cross-check of digests and strays), no build state and no renderer.

Path -> place (`place`); HTML (`html`), PDF (`glyphs` for the eye, `tags` for the ear, `pdf`),
pictures (`codes`) and data files (`data`, `record`) -> their numbers (`scan`) -> Problems of one file
(`content`); links, packs, QR codes, texts beside pages, what search engines are told and the
publication's lists over all of them (`links`, `packs`, `beside`, `search`, `lists`, `site`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ketapub.audit.embed import check_embed
from ketapub.audit.place import Expectations, Policy
from ketapub.audit.site import audit_file, audit_site
from ketapub.errors import Problem
from ketapub.region import Regions

__all__ = ["Expectations", "Policy", "audit", "audit_file", "check_embed"]


def audit(
    dist: Path,
    regions: Regions,
    today: date,
    policy: Policy | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Problem, ...]:
    """Every fault of a published folder, sorted by file and line; empty when all is proved.

    `today` decides, as in the build, which helplines are late or no longer valid. `progress` is
    told how many files are read, of how many. Raises nothing for what it finds: a file that cannot
    be read is one Problem.
    """
    return audit_site(dist, Expectations(regions, today, policy or Policy()), progress)
