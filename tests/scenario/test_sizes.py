"""Scenarios too large to be meant: refused with their size, before memory or minutes go into them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from standstill import api
from standstill.errors import InputError
from standstill.scenario import new_scenario
from tests.scenario.conftest import Write
from tests.scenario.test_demand_response import ENTRY

MANY = 4_294_967_295


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("count = 4\n", f"count = {MANY}\n", "north.generator.coal.count: must be <= 10000"),
        ("count = 2\nsubstations", f"count = {MANY}\nsubstations", "north.areas.count: must be <="),
        ("substations = 3", f"substations = {MANY}", "north.areas.substations: must be <= 10000"),
        ("count = 2\nsubstations = 3", "count = 9999\nsubstations = 9999", "north: must have at most 50000 regions"),
        ("simulate_from = 2024-09-01", "simulate_from = 1801-01-01", "north.system.step: must leave at most 600000"),
        ("measure_to = 2024-11-01", "measure_to = 2999-12-31", "north.system.step: must leave at most 600000 steps"),
        ("measure_to = 2024-11-01", "measure_to = 9999-12-31", "measure_to: must be a date from 1800 to 2999"),
        ("simulate_from = 2024-09-01", "simulate_from = 0001-01-01", "simulate_from: must be a date from 1800"),
        ('"2.4 GWh/d"', '"2.4e300 GWh/d"', "north.reservoir.lake.inflow.value: must be 0, or from 1e-15"),
        ('base = "1.5 GW"', 'base = "1e-200 GW"', "base.value: must be 0, or from 1e-15 to 1e+15 in size"),
        ('"1 to 4 per month"', '"1e-300 to 4 per month"', "rate.value: must be 0, or from 1e-15 to 1e+15 in size"),
        ("weekday = [1,", "weekday = [1e308,", "weekday[0]: must be <= 1000000000000000"),
        ('["curves.toml"]', f'["{"a" * 300}"]', "curves: must be a file beside the scenario or a built-in one"),
        ('["curves.toml"]', '["\\u0000"]', "curves: must be a file beside the scenario or a built-in one"),
        ('step = "1 h"', 'step = "1e-7 h"', "north.system.step: must leave at most 600000 steps"),
        ('step = "1 h"', 'step = "1e-14 h"', "north.system.step: must divide a day"),
        (
            'count = 4\ncapacity = { value = "1 to 3 GW"',
            'count = 9999\nprofile.shape = [1, 2]\ncapacity = { value = "1 to 3 GW"',
            "north: must have at most 10000000 regions and assets times steps",
        ),
        (
            'count = 4\ncapacity = { value = "1 to 3 GW"',
            "count = 4\nplanned = [{ start = 2024-10-01, end = 2024-10-02, units = 4294967295 }]\n"
            'capacity = { value = "1 to 3 GW"',
            "units: must be <= 10000",
        ),
    ],
)  # fmt: skip
def test_what_is_too_large_is_refused(write: Write, before: str, after: str, fault: str) -> None:
    with pytest.raises(InputError, match=re.escape(fault)):
        api.check(write((before, after)))


def test_every_kind_of_asset_counts(tmp_path: Path) -> None:
    (path,) = new_scenario("own", tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + ENTRY.replace("count = 2", "count = 9999"), encoding="utf-8")
    with pytest.raises(InputError, match="Land: must have at most 10000000 regions and assets times steps"):
        api.check(path)


def test_a_large_system_is_taken(write: Write) -> None:
    changes = ("count = 2\nsubstations = 3", "count = 200\nsubstations = 20"), ("count = 4\n", "count = 1000\n")
    found = api.check(write(*changes))
    assert len(found.sides[0].system.generators) == 1001
