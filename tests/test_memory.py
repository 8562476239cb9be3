"""A memory gives back what was kept for the same inputs, and nothing else."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from conftest import TODAY
from ketapub.memory import Memory
from ketapub.plan import make_plan
from ketapub.project import load_project

KEY, OTHER = "0" * 64, "1" * 64


class Bomb:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch exploded",)


def test_what_was_kept_is_recalled_under_its_key_alone(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.keep("es", KEY, {"a": (1, "b")})
    assert memory.recall("es", KEY) == {"a": (1, "b")}
    assert memory.recall("es", OTHER) is None
    assert memory.recall("ar", KEY) is None
    memory.keep("es", OTHER, "new")
    assert (memory.recall("es", KEY), memory.recall("es", OTHER)) == (None, "new")


def test_what_is_damaged_is_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.keep("es", KEY, list(range(100)))
    whole = (tmp_path / "es").read_bytes()
    for data in (b"", whole[:-1], whole[:100], whole[:-3] + b"xxx", b"\xff" * 500):
        (tmp_path / "es").write_bytes(data)
        assert memory.recall("es", KEY) is None, data[:20]


def test_a_value_from_elsewhere_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    memory = Memory(tmp_path)
    for value in (Bomb(), pickle.loads):
        memory.keep("es", KEY, value)
        assert memory.recall("es", KEY) is None
    assert not (tmp_path / "exploded").exists()


def test_a_memory_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    memory = Memory(tmp_path / "file")
    memory.keep("es", KEY, 1)
    assert memory.recall("es", KEY) is None
    assert Memory().recall("es", KEY) is None


def test_a_plan_from_memory_is_the_same(small: Path, tmp_path: Path) -> None:
    project = load_project(small)
    memory = Memory(tmp_path / "texts")
    new, kept, recalled = (
        make_plan(project, TODAY, memory=each) for each in (None, memory, memory)
    )
    assert sorted(path.name for path in (tmp_path / "texts").iterdir()) == [
        "ar.texts",
        "en.texts",
        "es.texts",
    ]
    assert repr(new) == repr(kept) == repr(recalled)
