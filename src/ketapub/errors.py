"""Turn what went wrong into `path:line: message` and `hint: remedy`.

Imports nothing of ours, so that every other module may import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]


class Problem(NamedTuple):
    """One thing to mend, addressed to the person who can mend it.

    Not a dataclass, the machinery of which every command would wait for.
    """

    path: str
    """File, relative to the project folder, with forward slashes."""
    line: int
    """1-based line; 0 when the file as a whole is meant."""
    message: str
    """What is wrong, in the reader's words."""
    hint: str = ""
    """What to do about it."""
    severity: Severity = "error"
    code: str = ""
    """Stable identifier of the check or reason, such as `numbers`."""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        word = "" if self.severity == "error" else f"{self.severity}: "
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}: {word}{self.message}{hint}"


class KetapubError(Exception):
    """Base of every error that reaches a user; carries the problems to print."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    def __reduce__(self) -> tuple[type[KetapubError], tuple[Problem, ...]]:
        """Worker processes send errors home by pickle, which knows only `args`."""
        return type(self), self.problems


class UsageError(KetapubError):
    """The command was called wrongly (exit code 2)."""

    exit_code = 2


class MachineError(KetapubError):
    """The machine lacks something: a library, a font, disk space, a lock (exit code 3)."""

    exit_code = 3


def soften(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with those that are errors as warnings."""
    return tuple(
        each._replace(severity="warning") if each.severity == "error" else each for each in problems
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is more than a warning or a note."""
    return any(problem.severity == "error" for problem in problems)
