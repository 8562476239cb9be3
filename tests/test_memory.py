"""A memory gives back what was kept for the same inputs, and nothing else."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import TODAY
from ketapub.errors import MachineError
from ketapub.memory import Kept, Memory
from ketapub.plan import Plan, make_plan
from ketapub.project import load_project

KEY, OTHER = "0" * 64, "1" * 64


class Bomb:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch exploded",)


def value_of(kept: Kept | None) -> object:
    """What was kept, None where there is nothing."""
    return None if kept is None else (kept.value, dict(kept))


def test_what_was_kept_is_recalled_under_its_key_alone(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    kept = memory.keep("es", KEY, {"a": (1, "b")}, {"one": "first", "two": {"x": 2}})
    assert value_of(kept) == ({"a": (1, "b")}, {"one": "first", "two": {"x": 2}})
    assert value_of(memory.recall("es", KEY)) == value_of(kept)
    assert memory.recall("es", OTHER) is None
    assert memory.recall("ar", KEY) is None
    memory.keep("es", OTHER, "new", {})
    found = memory.recall("es", OTHER)
    assert (memory.recall("es", KEY), value_of(found)) == (None, ("new", {}))


def test_what_is_damaged_is_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.keep("es", KEY, list(range(100)), {"part": list(range(50))})
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
        memory.keep("es", KEY, value, {})
        assert memory.recall("es", KEY) is None
    memory.keep("es", KEY, "plain", {"bomb": Bomb()})
    kept = memory.recall("es", KEY)
    assert kept is not None
    with pytest.raises(MachineError, match="can no longer be read"):
        kept["bomb"]
    assert not (tmp_path / "exploded").exists()


def test_a_memory_that_cannot_be_written_keeps_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for memory in (Memory(tmp_path / "file"), Memory()):
        assert value_of(memory.keep("es", KEY, 1, {"part": 2})) == (1, {"part": 2})
        assert memory.recall("es", KEY) is None


def test_parts_of_a_file_that_has_gone_or_changed_are_no_surprise(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    kept = memory.keep("es", KEY, "value", {"part": "of the old", "other": "of the old"})
    assert kept["part"] == "of the old"
    memory.keep("es", OTHER, "value", {"part": "of the new", "other": "of the new"})
    with pytest.raises(MachineError, match="build again"):
        kept["other"]
    (tmp_path / "es").unlink()
    with pytest.raises(MachineError, match="build again"):
        kept["other"]


def test_a_plan_holds_no_text_that_can_be_read_again(small: Path, tmp_path: Path) -> None:
    plan = make_plan(load_project(small), TODAY, memory=Memory(tmp_path))
    for edition in plan.editions:
        texts = pickle.dumps((edition.article, plan.texts[edition.language.tag].articles))
        said = [piece for piece in edition.text.body if isinstance(piece, str)]
        assert said
        assert not any(piece.encode() in texts for piece in said)


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
        "ketamine.editions",
    ]
    plans = [_said(plan) for plan in (new, kept, recalled)]
    assert plans[0] == plans[1] == plans[2]


def _said(plan: Plan) -> str:
    """All that a plan says, the texts of its editions too."""
    read = [
        [(text.language, dict(text.articles), text.templates, text.helplines), dict(reviews)]
        for text, reviews in zip(plan.texts.values(), plan.reviews.values(), strict=True)
    ]
    rest = replace(plan, texts={}, reviews={})
    return repr((read, rest, [edition.text for edition in plan.editions]))
