"""The manifest is a public contract."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketapub import __version__
from ketapub.manifest import Items, Members, dump, publication_id
from ketapub.outbox import Stamp
from project_edits import ES, edit
from project_runs import Ran, Stub

SCHEMA = json.loads(
    Path(__file__).parent.parent.joinpath("src/ketapub/manifest.schema.json").read_text("utf-8")
)

Run = Callable[..., Ran]


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "dist/manifest.json").read_text("utf-8"))
    return found


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


def streamed(value: Any) -> Any:
    """The same, every list and every object of it made piece by piece."""
    if isinstance(value, list):
        return Items(map(streamed, value))
    if isinstance(value, dict):
        return Members((name, streamed(value[name])) for name in sorted(value))
    return value


@given(PLAIN)
def test_json_made_piece_by_piece_is_json_made_at_once(value: Any) -> None:
    whole = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)
    assert b"".join(dump(value)) == whole
    assert b"".join(dump(streamed(value))) == whole
    both = msgspec.json.encode({"a": 1, "b": value}, order="sorted")
    assert b"".join(dump({"b": streamed(value), "a": 1})) == msgspec.json.format(both, indent=1)


def test_no_more_than_one_entry_of_a_manifest_is_in_memory() -> None:
    made: list[int] = []
    pieces = dump({"files": Members((f"{n:02}", made.append(n)) for n in range(50))})
    assert next(pieces).endswith(b'"00": null')
    assert made == [0]


def test_a_publication_is_named_by_all_its_files() -> None:
    files = {"b": Stamp("1" * 64, 1), "a": Stamp("2" * 64, 2)}
    name = publication_id(files)
    assert name == publication_id(dict(reversed(files.items())))
    for other in ({**files, "c": Stamp("3" * 64, 3)}, {**files, "a": Stamp("2" * 64, 3)}):
        assert publication_id(other) != name


@pytest.mark.slow
def test_the_manifest_keeps_to_the_schema_that_is_shipped(built: Path) -> None:
    manifest = json.loads((built / "dist" / "manifest.json").read_text("utf-8"))
    jsonschema.validate(manifest, SCHEMA)
    assert len(manifest["editions"]) >= 18
    assert manifest["complete"] is True


def test_a_manifest_with_an_unknown_state_does_not_keep_to_the_schema() -> None:
    entry = {"state": "perhaps", "path": None}
    output = {"$ref": "#/$defs/output", "$defs": SCHEMA["$defs"]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(entry, output)


def test_the_manifest_names_each_input_with_its_digest(
    small: Path, run: Run, printer: Stub
) -> None:
    (small / "locale/es/LC_MESSAGES/ketamine.mo").write_bytes(b"compiled")
    (small / "source/.ketamine.md.swp").write_bytes(b"an editor's")
    run(small, "build")
    inputs = manifest_of(small)["inputs"]
    files = [
        path for name in ("locale", "source", "templates") for path in (small / name).rglob("*")
    ]
    read = {path for path in files if path.is_file() and path.suffix not in {".mo", ".pot", ".swp"}}
    assert {ES, "source/publication.toml", "source/regions/US.toml"} <= inputs.keys()
    assert inputs == {
        path.relative_to(small).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in read
    }


def test_a_remark_in_an_input_changes_its_digest_and_no_other_file(
    small: Path, run: Run, printer: Stub, published: None
) -> None:
    before = manifest_of(small)
    edit(small / ES, "# ", "# Nobody sees this. ")
    run(small, "build")
    now = manifest_of(small)
    assert {path for path in now["inputs"] if now["inputs"][path] != before["inputs"][path]} == {ES}
    assert {**now, "inputs": None} == {**before, "inputs": None}, "the publication is the same one"


def test_the_manifest_names_the_versions_that_pages_depend_on(
    small: Path, run: Run, published_pages: None
) -> None:
    versions = manifest_of(small)["versions"]
    assert versions["ketapub"] == __version__
    assert versions["jinja2"] == version("jinja2")
    assert not any(name.startswith("font ") for name in versions), "no sheet was to be printed"


@pytest.mark.slow
def test_the_manifest_names_fonts_and_libraries_that_sheets_depend_on(built: Path) -> None:
    versions = manifest_of(built)["versions"]
    assert versions["weasyprint"] == version("weasyprint")
    assert {"pango", "harfbuzz", "fontconfig", "ketapub print engine"} <= versions.keys()
    fonts = {name for name in versions if name.startswith("font ")}
    assert {"font NotoSans-Regular.ttf", "font NotoSansCJK-Regular.ttc"} <= fonts
    assert all(len(versions[name]) == 64 for name in fonts)
