"""Reserves in a scenario file: from the entry to the record, and to a winter."""

from __future__ import annotations

from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.evidence.figure import Figure
from standstill.model.system import Reserves
from standstill.scenario import load_scenario, new_scenario
from standstill.studies.run import run_scenario
from standstill.studies.sampling import Sampling

ENTRY = """
[[side.reserve]]
name = "contingency"
largest_unit = "150 %"
unit_classes = ["thermal"]

[[side.reserve]]
name = "regulation"
power = "40 to 60 MW"
regions = ["grid"]
profile = { shape = [1.0, 2.0] }
"""


def written(tmp_path: Path, entry: str = ENTRY) -> Path:
    """Return the example of ``new`` with reserves."""
    (path,) = new_scenario("own", tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    return path


def reserves(path: Path) -> Reserves:
    return load_scenario(path).sides[0].system.reserves


def test_entries_become_rows_of_the_record(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path))
    system = scenario.sides[0].system
    found = system.reserves
    assert found.names == ("contingency", "regulation")
    assert found.largest_unit == (1.5, 0.0)
    assert found.unit_classes == (("thermal",), ())
    assert found.regions == ((), (system.regions.names.index("grid"),))
    # the middle of the range is in the array, the range in the factor
    assert found.power.shape == (2, system.n_steps)
    assert sorted(set(found.power[1])) == [50.0, 100.0]
    assert not found.power[0].any()
    scale = found.power_scale[1]
    assert isinstance(scale, Figure)
    assert scale.path == "Land.reserve.regulation.power"
    assert scale.distribution.support == pytest.approx((0.8, 1.2))
    assert scenario.register is not None
    paths = {row.figure for row in scenario.register.rows()}
    assert {f"Land.reserve.{name}" for name in ("contingency.largest_unit", "regulation.power")} <= paths


def test_a_run_says_what_the_reserve_comes_to_and_moves_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    with_it, without = (
        run_scenario(load_scenario(written(tmp_path / name, entry)), sampling=Sampling(samples=32, seed=1, version="0"))
        for name, entry in (("with", ENTRY), ("without", ""))
    )
    names = {"reserve_shed", "reserve_hours", "reserve_shortage"}
    for arm in with_it.outcome.arms:
        found, before = with_it.measures[arm]["Land"], without.measures[arm]["Land"]
        assert set(found) - set(before) == names
        assert {name: found[name].value for name in before} == {name: item.value for name, item in before.items()}
        assert found["reserve_hours"].value >= found["lole"].value
        assert 0.0 < found["reserve_shed"].value <= found["reserve_shortage"].value
    [worth] = [with_it.worth[arm]["Land"] for arm in with_it.outcome.arms[1:2]]
    assert names <= set(worth)


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ('name = "a"', r"must have a power or a largest_unit, or both"),
        ('name = "a"\npower = "0 MW"', r"Land.reserve.a: must ask for a power or for the largest unit"),
        ('name = "a"\npower = "-5 MW"', r"Land.reserve.a.power: must be >= 0"),
        ('name = "a"\npower = "5 MWh"', r"Land.reserve.a.power: must .*MW"),
        ('name = "a"\nlargest_unit = "1 to 2"', r"Land.reserve.a.largest_unit: must be one value, not a range"),
        ('name = "a"\npower = "5 MW"\nregions = ["gird"]', r"reserve.a.regions: must name regions .*(?s:.*)\"?grid"),
        ('name = "a"\npower = "5 MW"\nregions = ["grid", "grid"]', r"regions: must name each region once"),
        (
            'name = "a"\nlargest_unit = "1"\nunit_classes = ["termal"]',
            r"reserve.a.unit_classes: must name classes of generators of the side",
        ),
        (
            'name = "a"\npower = "5 MW"\n\n[[side.reserve]]\nname = "a"\npower = "5 MW"',
            r"Land.reserve: must have unique names, got 'a'",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, entry: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        reserves(written(tmp_path, f"\n[[side.reserve]]\n{entry}\n"))
