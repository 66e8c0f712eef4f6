"""What would act on nothing, or otherwise than it is written, is refused with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.errors import InputError
from standstill.report.pictures import headline_picture
from standstill.scenario import load_scenario
from standstill.studies.run import measured
from tests.cases.hand import hand_outcome, hand_scenario, hand_side
from tests.scenario.conftest import Write

COAL = 'name = "coal"\nclass = "thermal"\n'
STREAM = 'times = "poisson"\nrate = "1 to 4 per month"\n'
DATED = 'times = "dated"\ndates = { at = [2023-11-20T03:00:00, 2025-11-25T03:00:00] }\n'
LAKE = 'name = "lake"\n'
SOUTH_LOAD = 'load = "1.5 Mb/d"\n'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (COAL, f"{COAL}planned = [{{ from = 2023-11-01, to = 2023-12-01 }}]\n",
         r"north\.generator\.coal\.planned\[0\]: must hold the start of a step of the time simulated, got '2023-11-01"),
        (COAL, f"{COAL}planned = [{{ units = 5, from = 2024-09-02, to = 2024-09-04 }}]\n",
         r"north\.generator\.coal\.planned\[0\]\.units: must be at most 4, got 5"),
        (COAL, f"{COAL}planned = [{{ units = 2, from = 2024-09-02, to = 2024-09-09 }}, "
               "{ units = 3, from = 2024-09-05, to = 2024-09-12 }]\n",
         r"planned\[1\]\.units: must be at most 4 less 2 on other outages then, got 3"),
        (SOUTH_LOAD, "", r"south\.region: must have a load, or a series of it, in one region at least"),
        (STREAM, DATED, r"north\.stream\.salvos\.dates\.at: must have a wave from 2024-09-01 .* until 2024-11-01"),
        (STREAM, f"{STREAM}active_from = 2026-01-01\n",
         r"north\.stream\.salvos: must be active at some time from 2024-09-01 .*got '2026-01-01"),
        (STREAM, f"{STREAM}active_to = 2024-09-01\n", r"north\.stream\.salvos: must be active at some time"),
        ('thermal = "1"', 'thermal = "0"', r"north\.stream\.salvos\.aim\.weights: must have one above 0"),
        ("weekday = [1, 1, 1, 1, 1, 0.9, 0.9]", "weekday = [1, 1, 1, 1, 1, 1, -1]",
         r"north\.weather\.load\.weekday: must be >= 0, got -1"),
        ("shape = [0.8, 1.2]", "shape = [2.0]",
         r"north\.weather\.load\.shape: must have a mean of 1, to 1 %, got 2\.0"),
        (LAKE, f"{LAKE}inflow_months = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1]\n",
         r"north\.reservoir\.lake\.inflow_months: must be >= 0, got -1"),
    ],
)  # fmt: skip
def test_what_has_no_effect_is_refused(write: Write, old: str, new: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        load_scenario(write((old, new)))


def test_outages_at_one_time_fall_on_different_units(write: Write) -> None:
    """A short outage between two long ones once moved the second onto the units of the first."""
    outages = """planned = [
  { units = 2, from = 2024-09-15, to = 2024-10-13 },
  { units = 2, from = 2024-09-16, to = 2024-09-17 },
  { units = 2, from = 2024-09-18, to = 2024-10-13 },
]
"""
    capacity = load_scenario(write((COAL, COAL + outages))).sides[0].system.generators.capacity[:4]
    out = (capacity == 0.0).sum(axis=0)
    assert [int(out[24 * day]) for day in (13, 14, 15, 16, 17, 41, 42)] == [0, 2, 4, 2, 4, 4, 0]
    assert int(out.max()) == 4


@pytest.mark.parametrize("unit", ["kW", "GW"])
def test_a_pras_file_is_in_the_units_of_its_side(tmp_path: Path, unit: str) -> None:
    from tests.scenario.test_dates import PRAS, ten_days

    standstill.write_pras(ten_days(25.0), tmp_path / "north.pras")
    path = tmp_path / "north.toml"
    path.write_text(PRAS.replace("[side.system]\n", f'[side.system]\npower_unit = "{unit}"\n'), encoding="utf-8")
    fault = rf"north\.system\.power_unit: must fit the file, which is in MW and MWh, got '{unit}'"
    with pytest.raises(InputError, match=fault):
        load_scenario(path)


@pytest.mark.parametrize(("unit", "size"), [("kW", 1000.0), ("TW", 1e-6)])
def test_weather_drives_load_in_any_unit_of_power(write: Write, unit: str, size: float) -> None:
    weather = load_scenario(write(('power_unit = "MW"', f'power_unit = "{unit}"'))).sides[0].weather
    assert weather is not None
    slope = weather.load.slope
    assert isinstance(slope, standstill.Figure)
    assert slope.median == pytest.approx(25.0 * size, rel=0.1)


def test_weather_does_not_drive_oil(write: Write) -> None:
    change = ('power_unit = "MW"', 'power_unit = "kb/d"')
    with pytest.raises(InputError, match=r"north\.weather: must be left out where load is counted in kb/d"):
        load_scenario(write(change))


@pytest.mark.parametrize(
    ("figure", "fault"),
    [
        ("{strikes/Nowhere/eue}", r"comparison\.repair: must name a side in its figures, got 'Nowhere'"),
        ("{strike/north/eue}", r"must name an arm in its figures, got 'strike'\s(?s:.)*did you mean strikes"),
    ],
)
def test_a_comparison_names_arms_and_sides_that_there_are(write: Write, figure: str, fault: str) -> None:
    comparison = f'[[comparison]]\nclaim = "repair"\nquestion = "how much?"\nreadings = [["a", "{figure}"]]\n\n'
    with pytest.raises(InputError, match=fault):
        load_scenario(write(("[[arm]]", comparison + "[[arm]]")))


def test_sides_of_nearly_one_name_have_charts_of_their_own() -> None:
    sides = [hand_side(name=name) for name in ("North 1", "north-1")]
    run = measured(hand_scenario("North 1", "north-1"), hand_outcome(*sides), 1.0)
    names = [headline_picture(run, side).name for side in run.outcome.sides]
    assert names == ["headline-north-1-0", "headline-north-1-1"]
    alone = measured(hand_scenario(), hand_outcome(), 1.0)
    assert headline_picture(alone, alone.outcome.sides[0]).name == "headline-north"


def test_load_of_one_region_is_enough(write: Write) -> None:
    more = '\n[[side.region]]\nname = "none"\n'
    south = load_scenario(write(('critical_share = "60 %"\n', f'critical_share = "60 %"\n{more}'))).sides[1]
    assert np.asarray(south.system.regions.load)[:, 0] == pytest.approx([1500.0, 0.0])
