"""The built-in scenarios agree with what was reported, and say what the model gives as it is measured here.

Bounds from the project's acceptance list. Each figure below is a mean or a median over simulated winters. Numbers that
a scenario states about the model itself are read from its sentences and held to what is measured.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

import standstill
from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS, SHARE_BINS
from standstill.evidence import Figure
from standstill.model.campaign import Campaign, Curve, Weapon
from standstill.model.scenario import Scenario, Side
from standstill.model.system import Regions, System
from standstill.model.terms import Arm
from standstill.scenario import load_scenario

pytestmark = pytest.mark.statistical

STRIKES = (Arm(name="strikes"),)
SALVOS_END = dt.date(2024, 4, 5)


@dataclass(frozen=True)
class Run:
    """Totals of one side's samples, and counts of the share of supply that is out by day."""

    totals: NDArray[np.float64]
    damaged: NDArray[np.int64]
    simulate_from: dt.date

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one total of every sample."""
        return self.totals[:, COLUMNS.index(name)]

    def out(self, day: dt.date) -> float:
        """Return the mean share of supply that is out through damage at the start of a day."""
        counts = self.damaged[(day - self.simulate_from).days]
        return float(counts @ np.arange(SHARE_BINS)) / float(counts.sum()) / (SHARE_BINS - 1)


def run(
    side: Side, window: tuple[dt.datetime, dt.datetime], samples: int = 512, *, arms: Sequence[Arm] = STRIKES,
    detail: bool = False,
) -> Run:  # fmt: skip
    """Simulate one side at seed 1."""
    packed = pack_side(side, arms=tuple(arms), measure_from=window[0], measure_to=window[1], detail=detail)
    scratch = Scratch(packed)
    blocks = [run_block(packed, 1, first, BLOCK, scratch) for first in range(0, samples, BLOCK)]
    totals = np.concatenate([block.totals[0] for block in blocks])
    damaged = sum(block.histograms.damaged[0] for block in blocks) if detail else np.zeros((0, SHARE_BINS), np.int64)
    return Run(totals=totals, damaged=np.asarray(damaged), simulate_from=side.system.start.date())


def window_of(scenario: Scenario) -> tuple[dt.datetime, dt.datetime]:
    """Return the measured window."""
    return scenario.measure_from, scenario.measure_to


def supply(system: System) -> float:
    """Return all capability that the share out refers to, power_unit, at middle values."""
    stores = system.storages.discharge.max(axis=1).sum() + system.generator_storages.discharge.max(axis=1).sum()
    return float(system.generators.capacity.max(axis=1).sum() + stores)


def lost(side: Side, window: tuple[dt.datetime, dt.datetime], *days: dt.date) -> list[float]:
    """Return the mean supply that is out through damage at the start of some days, power_unit."""
    result = run(side, window, detail=True)
    return [result.out(day) * supply(side.system) for day in days]


def says(scenario: Scenario, pattern: str) -> tuple[float, ...]:
    """Return the numbers of the one sentence in which a scenario says what the model gives, each group being one."""
    readings = (given for item in scenario.comparisons for _, given in item.readings)
    texts = (*scenario.unknown, *scenario.limits, *readings)
    (found,) = {match.groups() for text in texts if (match := re.search(pattern, text))}
    return tuple(float(number) for number in found)


def struck_by_one_wave(side: Side, moment: dt.datetime) -> Side:
    """Return the side with one large wave at a moment and nothing else."""
    wave = replace(side.campaign.streams[0], times="dated", dates=(moment,))
    return replace(side, campaign=replace(side.campaign, streams=(wave,)))


def taken_by(wave: dt.datetime, side: Side, hour: dt.datetime) -> float:
    """Return how much more is unserved in an hour through one wave, power_unit."""
    window = (hour, hour + dt.timedelta(hours=1))
    versions = (struck_by_one_wave(side, wave), replace(side, campaign=Campaign()))
    struck, quiet = (run(version, window, 1024).column("unserved").mean() for version in versions)
    return float(struck - quiet)


@pytest.fixture(scope="module")
def winter() -> Scenario:
    """Return the built-in winter."""
    return load_scenario("winter-2024")


@pytest.fixture(scope="module")
def spring() -> Scenario:
    """Return the built-in back-test of spring 2024."""
    return load_scenario("spring-2024")


def test_six_waves_of_spring_2024_lose_what_was_reported(spring: Scenario, winter: Scenario) -> None:
    five, six = lost(spring.sides[0], window_of(spring), dt.date(2024, 5, 30), dt.date(2024, 6, 5))
    assert 7.0 <= six <= 11.0
    assert says(spring, r"^([\d.]+) GW out on 5 June$") == pytest.approx((six,), abs=0.1)
    assert says(spring, r"^([\d.]+) GW out on 30 May$") == pytest.approx((five,), abs=0.1)
    assert says(winter, r"Spring 2024 loses ([\d.]+) GW") == pytest.approx((six,), abs=0.1)


def test_back_tests_launch_and_hit_as_the_winter_does(spring: Scenario, winter: Scenario) -> None:
    ours = [weapon_of(item) for item in winter.sides[0].campaign.streams[0].weapons]
    for scenario in (spring, load_scenario("winter-2022")):
        assert [weapon_of(item) for item in scenario.sides[0].campaign.streams[0].weapons] == ours


def test_a_smaller_thermal_fleet_loses_what_the_back_test_says(spring: Scenario) -> None:
    fleet, stated = says(spring, r"With the ([\d.]+) GW that other claims give, ([\d.]+) GW")
    side = spring.sides[0]
    (found,) = lost(with_thermal(side, fleet), window_of(spring), dt.date(2024, 6, 5))
    assert stated == pytest.approx(found, abs=0.1)


def test_refining_idles_after_spring_2024_as_reported_and_recovers(spring: Scenario, winter: Scenario) -> None:
    result = run(spring.sides[1], window_of(spring), 2048, detail=True)
    peak = max(result.out(dt.date(2024, 3, 25) + dt.timedelta(days=day)) for day in range(21))
    assert 0.08 <= peak <= 0.17
    # "about two thirds of its peak within weeks": two to six weeks after the last salvo
    after = next(day for day in range(70) if result.out(SALVOS_END + dt.timedelta(days=day)) <= 2 / 3 * peak)
    assert 14 <= after <= 42
    share, days = says(spring, r"^([\d.]+) % at the peak, two thirds of it (\d+) days")
    assert says(winter, r"gives ([\d.]+) % at the peak, and two thirds of it (\d+) days") == (share, days)
    assert share == pytest.approx(100 * peak, abs=0.5)
    assert days == pytest.approx(after, abs=1)


def test_evening_deficit_of_january_2023_is_as_reported(winter: Scenario) -> None:
    scenario = load_scenario("winter-2022")
    evenings = [dt.datetime(2023, 1, day, 17) for day in (9, 17, 25)]
    runs = [run(scenario.sides[0], (hour, hour + dt.timedelta(hours=1))) for hour in evenings]
    deficit, demand = (np.mean([result.column(name).mean() for result in runs]) for name in ("unserved", "load"))
    assert 3.0 <= deficit <= 6.0
    assert demand > 17.0
    assert says(scenario, r"^([\d.]+) GW short of a demand of ([\d.]+) GW") == pytest.approx((deficit, demand), abs=0.1)
    assert says(winter, r"January 2023 lack ([\d.]+) GW") == pytest.approx((deficit,), abs=0.1)
    hits = run(scenario.sides[0], window_of(scenario)).column("hits").mean()
    assert hits == pytest.approx(250, rel=0.1)


def test_without_strikes_the_median_winter_has_few_hours_off(winter: Scenario) -> None:
    quiet = replace(winter.sides[0], campaign=Campaign())
    days = (winter.measure_to - winter.measure_from).days
    off = run(quiet, window_of(winter), 1024).column("hours_off") / days
    assert 0.0 <= np.median(off) <= 2.0


def test_coldest_day_of_one_winter_in_thirty(winter: Scenario) -> None:
    side = winter.sides[0]
    assert side.weather is not None
    assert side.weather.temperature is not None
    # the station's own temperature as a load of 60 - T that nothing serves: the deepest shortfall is the coldest day
    station = replace(side.weather.temperature, national_slope=1.0, national_offset_c=0.0, national_sd_c=0.0)
    load = replace(
        side.weather.load, base=0.0, slope=1.0, threshold_c=60.0, weekday_factor=(1.0,) * 7, shape=(1.0,),
        region_share=(1.0,),
    )  # fmt: skip
    system = System(
        name="thermometer", step_h=24.0, start=winter.simulate_from, n_steps=227, power_unit="GW", energy_unit="GWh",
        regions=Regions(names=("station",), load=np.zeros((1, 1))),
    )  # fmt: skip
    thermometer = Side(name=side.name, system=system, weather=replace(side.weather, temperature=station, load=load))
    coldest = 60.0 - run(thermometer, window_of(winter), 16_384).column("deepest")
    assert -25.0 <= np.quantile(coldest, 1 / 30) <= -21.0


def test_a_wave_of_this_winter_takes_what_the_scenario_says(winter: Scenario) -> None:
    side = winter.sides[0]
    wave, evening = dt.datetime(2024, 12, 3, 4), dt.datetime(2024, 12, 3, 17)
    (lasting,) = lost(struck_by_one_wave(side, wave), window_of(winter), dt.date(2024, 12, 23))
    assert 0.3 <= lasting <= 1.6
    hours = (evening, evening + dt.timedelta(days=8))
    cut, cut_later = (taken_by(wave, with_ample_supply(side), hour) for hour in hours)
    # more load than any network carries: what is unserved more is what the networks carry less
    carried, carried_later = (taken_by(wave, with_endless_load(side), hour) for hour in hours)
    assert carried_later == pytest.approx(carried / 3, rel=0.1)
    pattern = (
        r"takes ([\d.]+) GW .* carry ([\d.]+) GW less .* ([\d.]+) GW less .* cuts ([\d.]+) GW .* ([\d.]+) GW of load"
    )
    measured = (lasting, carried, carried_later, cut, cut_later)
    assert says(winter, pattern) == pytest.approx(measured, abs=0.06)


def test_supply_on_the_first_day_is_as_the_scenario_says(winter: Scenario) -> None:
    side = winter.sides[0]
    firm = firm_supply(side.system, winter.measure_from)
    (struck,) = lost(side, window_of(winter), winter.measure_from.date())
    assert says(winter, r"^about ([\d.]+) GW: firm capacity") == pytest.approx((firm,), abs=0.5)
    assert says(winter, r"^about ([\d.]+) GW$") == pytest.approx((firm - struck,), abs=0.25)
    assert says(winter, r"^about ([\d.]+) GW at the middle of the ranges, about ([\d.]+) GW after") == (16.0, 13.5)


@pytest.mark.parametrize("name", ["winter-2024", "winter-2022"])
def test_claims_stand_beside_numbers_of_the_model(name: str) -> None:
    found = standstill.run(name, samples=4)
    given = "\n".join(given for item in found.scenario.comparisons for _, given in item.readings)
    tokens = re.findall(r"\{([^{}/]+)/([^{}/]+)/([^{}/]+)\}", given)
    assert len(tokens) == given.count("{") == 2
    shown = [found.measures[arm][side][measure] for arm, side, measure in tokens]
    assert all(item.p10 is not None and item.p90 is not None for item in shown)


def test_both_sides_are_held_to_one_criterion(winter: Scenario) -> None:
    assert winter.sides[0].criterion == winter.sides[1].criterion
    assert winter.sides[0].criterion.window_h == 7 * 24


def test_without_hits_on_networks_unserved_energy_falls_by_what_delivery_causes(winter: Scenario) -> None:
    fall, attributed = fall_and_attributed(winter.sides[0], winter)
    assert attributed > 0.0
    assert fall == pytest.approx(attributed, rel=1e-9)


def fall_and_attributed(side: Side, winter: Scenario) -> tuple[float, float]:
    """Return by how much unserved energy falls without network hits, and how much less is put down to delivery."""
    struck, spared = (run(version, window_of(winter), 512) for version in (side, without_network_hits(side)))
    falls = [struck.column(name).mean() - spared.column(name).mean() for name in ("unserved", "delivery_unserved")]
    return float(falls[0]), float(falls[1])


def weapon_of(weapon: Weapon) -> tuple[object, ...]:
    """Return what one weapon of a wave does, without the name of the scenario in it."""
    figures = (weapon.mean, weapon.dispersion, weapon.interception, weapon.hit)
    return (weapon.name, weapon.count, *(item.distribution if isinstance(item, Figure) else item for item in figures))


def firm_supply(system: System, moment: dt.datetime) -> float:
    """Return what generators that do not hang on weather, imports and stores can give, power_unit, at medians."""
    table, stores = system.generators, system.generator_storages
    column = int((moment - system.start).total_seconds() // 3600)
    rows = [row for row, name in enumerate(table.classes) if name not in ("solar", "wind")]
    total = sum(
        table.capacity[row, min(column, table.capacity.shape[1] - 1)] * middle(table.capacity_scale[row])
        for row in rows
    )  # fmt: skip
    return float(total) + sum(
        float(stores.discharge[row, 0]) * middle(stores.power_scale[row]) for row in range(len(stores.names))
    )


def middle(value: Figure | float) -> float:
    """Return a number, or the median of a figure."""
    return value.median if isinstance(value, Figure) else value


def with_thermal(side: Side, total: float) -> Side:
    """Return the side with another capacity of its thermal plant in all, known exactly."""
    table = side.system.generators
    rows = [row for row, name in enumerate(table.classes) if name == "thermal"]
    capacity = np.array(table.capacity)
    capacity[rows] = total / len(rows)
    scale = tuple(1.0 if row in rows else value for row, value in enumerate(table.capacity_scale))
    generators = replace(table, capacity=capacity, capacity_scale=scale)
    return replace(side, system=replace(side.system, generators=generators))


def with_ample_supply(side: Side, imports: float = 30.0) -> Side:
    """Return the side with imports that cover everything, so that only delivery can fall short."""
    table = side.system.generators
    capacity = np.array(table.capacity)
    capacity[[row for row, name in enumerate(table.classes) if name == "import"]] = imports
    return replace(side, system=replace(side.system, generators=replace(table, capacity=capacity)))


def with_endless_load(side: Side) -> Side:
    """Return the side with more load, and supply for it, than its networks ever carry."""
    assert side.weather is not None
    load = replace(side.weather.load, base=60.0)
    return replace(with_ample_supply(side, 200.0), weather=replace(side.weather, load=load))


def without_network_hits(side: Side) -> Side:
    """Return the side where a hit on a substation leaves it whole; every other draw stays as it is."""
    name = side.campaign.mapping["substation"]

    def harmless(curve: Curve) -> Curve:
        states = tuple(replace(state, condition=1.0) for state in curve.states)
        return replace(curve, states=states) if curve.name == name else curve

    return replace(side, campaign=replace(side.campaign, curves=tuple(harmless(c) for c in side.campaign.curves)))
