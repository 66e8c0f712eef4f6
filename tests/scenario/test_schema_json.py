"""The JSON Schema of scenario files accepts what the program accepts, and refuses what it refuses for its form."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from standstill.scenario import list_scenarios, new_scenario
from standstill.scenario.files import BUILTIN

FILE = Path(__file__).parents[2] / "docs" / "reference" / "scenario.schema.json"
SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))


def as_json(item: Any) -> Any:
    """Return TOML tables as an editor hands them to a schema: dates are texts."""
    if isinstance(item, dict):
        return {key: as_json(value) for key, value in item.items()}
    if isinstance(item, list):
        return [as_json(value) for value in item]
    return item.isoformat() if isinstance(item, dt.date) else item


@pytest.fixture
def example(tmp_path: Path) -> dict[str, Any]:
    """Return the example that ``new`` writes."""
    (path,) = new_scenario("own", tmp_path)
    return dict(as_json(tomllib.loads(path.read_text(encoding="utf-8"))))


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", [row[0] for row in list_scenarios()])
def test_it_accepts_every_built_in_scenario(name: str) -> None:
    text = (BUILTIN / f"{name}.toml").read_text(encoding="utf-8")
    jsonschema.validate(as_json(tomllib.loads(text)), SCHEMA)


def test_it_accepts_the_example(example: dict[str, Any]) -> None:
    jsonschema.validate(example, SCHEMA)


@pytest.mark.parametrize(
    ("change", "must"),
    [
        ({"smaples": 3}, "Additional properties are not allowed"),
        ({"samples": "3"}, "is not of type 'integer'"),
        ({"simulate_from": "1 November"}, "does not match"),
        ({"side": []}, "should be non-empty|is too short"),
        (
            {"arm": [{"name": "a", "terms": {"from": "2024-11-01", "to": "2024-12-01", "withheld": "burnt"}}]},
            "is not one of",
        ),
    ],
)
def test_it_refuses_a_wrong_form(example: dict[str, Any], change: dict[str, Any], must: str) -> None:
    with pytest.raises(jsonschema.ValidationError, match=must):
        jsonschema.validate(example | change, SCHEMA)


def test_a_number_without_a_unit_is_no_figure(example: dict[str, Any]) -> None:
    example["side"][0]["generator"][0]["capacity"] = 900
    with pytest.raises(jsonschema.ValidationError, match="900 is not valid under any"):
        jsonschema.validate(example, SCHEMA)
