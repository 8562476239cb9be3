"""The manifest is a public contract."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

SCHEMA = json.loads(
    Path(__file__).parent.parent.joinpath("src/ketapub/manifest.schema.json").read_text("utf-8")
)


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
