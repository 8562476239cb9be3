"""What tests see of a run of ketapub, and what stands in for its print engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ketapub.errors import KetapubError
from ketapub.handout import PrintTask
from ketapub.pool import Printed
from ketapub.publish import outbox, publish


def publish_files(
    files: Mapping[str, bytes], dist: Path, state: Path, ours: frozenset[str] | None
) -> tuple[int, bool]:
    """Publish these files as a build does; how many changed, and whether it was one step."""
    with outbox(dist, state) as box:
        box.update(sorted(files.items()))
        return len(box.fresh), publish(box, dist, state, ours)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command of ketapub left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for a machine."""
        return json.loads(self.out)


@dataclass(slots=True)
class Stub:
    """Stands in for the print engine, where only what becomes of a handout matters."""

    tasks: dict[str, PrintTask] = field(default_factory=dict)
    """The handouts that were to be printed last, by path below `dist/`."""
    errors: dict[str, KetapubError] = field(default_factory=dict)
    """What fails, by path."""

    def print_all(self, stream: Iterable[PrintTask], *_: object) -> Iterator[Printed]:
        """Bytes made of the task are its PDF."""
        tasks = list(stream)
        if not all(task.name.startswith(("recalls/", "packs/")) for task in tasks):
            self.tasks = {task.name: task for task in tasks}
        for task in tasks:
            data = b"%PDF " + hashlib.sha256(repr(task).encode()).hexdigest().encode()
            error = self.errors.get(task.name)
            yield Printed(task, error=error) if error else Printed(task, data)
