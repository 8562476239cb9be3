"""Turn what was measured into rows of a table with the target of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from measure import Taken


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio of two figures has to keep to."""

    limit: float
    at_most: bool = True
    swapped: bool = False
    """The peer's figure over ours ("8 times as fast"), not ours over the peer's."""

    def ratio(self, ours: float, peer: float) -> float:
        """The two figures as the target compares them."""
        one, two = (peer, ours) if self.swapped else (ours, peer)
        return one / two if two else float("inf")

    def holds(self, ratio: float) -> bool:
        """Whether the ratio keeps to the limit."""
        return ratio <= self.limit if self.at_most else ratio >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}×"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison."""

    what: str
    size: str
    ours: float | None
    peer_name: str
    peer: float | None
    """None: the peer is not on this machine."""
    target: Target | None = None
    unit: str = "s"
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        ratio, verdict = "–", "–"
        if self.ours is not None and self.peer is not None:
            target = self.target or Target(0)
            value = target.ratio(self.ours, self.peer)
            ratio = f"{value:.2f}×"
            if self.target:
                verdict = "yes" if self.target.holds(value) else "**no**"
        missing = "not installed" if self.peer is None else figure(self.peer, self.unit)
        ours = "–" if self.ours is None else figure(self.ours, self.unit)
        target_text = str(self.target) if self.target else "–"
        return self.what, self.size, ours, self.peer_name, missing, ratio, target_text, verdict


@dataclass(frozen=True, slots=True)
class Section:
    """Rows about one subject, and what a reader must know to judge them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


HEAD = ("what", "size", "ketapub", "peer", "its", "ratio", "target", "holds")


def figure(value: float, unit: str) -> str:
    """A number with three digits that count, and its unit."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}"


def spread(taken: Taken) -> str:
    """What stands behind a median."""
    return f"{taken.runs} run{'s' if taken.runs > 1 else ''}, {taken.cpu:.2f} s of CPU"


def render(section: Section) -> str:
    """A section in Markdown."""
    lines = [f"## {section.title}", ""]
    if section.rows:
        lines += [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
        lines += [f"| {' | '.join(row.cells())} |" for row in section.rows]
        lines.append("")
    notes = [*section.notes, *(f"{row.what}: {row.note}" for row in section.rows if row.note)]
    lines += [f"- {note}" for note in dict.fromkeys(notes)]
    return "\n".join(lines).rstrip() + "\n"


def render_all(title: str, head: Iterable[str], sections: Iterable[str]) -> str:
    """The whole report, of sections in Markdown."""
    return "\n".join([f"# {title}\n", *(f"{line}\n" for line in head), *sections])
