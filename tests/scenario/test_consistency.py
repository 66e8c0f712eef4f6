"""The built-in scenarios agree with what was reported; what was fitted to these bounds says so in the scenario.

Bounds from the project's acceptance list. Each figure below is a mean or a median over simulated winters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS, SHARE_BINS
from standstill.model.campaign import Campaign, Curve
from standstill.model.scenario import Scenario, Side
from standstill.model.system import Generators, Regions, System
from standstill.model.terms import Arm
from standstill.scenario import load_scenario

pytestmark = pytest.mark.statistical

STRIKES = (Arm(name="strikes"),)


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


def struck_by_one_wave(side: Side, moment: dt.datetime) -> Side:
    """Return the side with one large wave at a moment and nothing else."""
    wave = replace(side.campaign.streams[0], times="dated", dates=(moment,))
    return replace(side, campaign=replace(side.campaign, streams=(wave,)))


@pytest.fixture(scope="module")
def winter() -> Scenario:
    """Return the built-in winter."""
    return load_scenario("winter-2024")


def test_six_waves_of_spring_2024_lose_what_was_reported() -> None:
    scenario = load_scenario("spring-2024")
    side = scenario.sides[0]
    lost = run(side, window_of(scenario), detail=True).out(dt.date(2024, 6, 5)) * supply(side.system)
    assert 7.0 <= lost <= 11.0


def test_refining_idles_after_spring_2024_as_reported_and_recovers() -> None:
    scenario = load_scenario("spring-2024")
    result = run(scenario.sides[1], window_of(scenario), 2048, detail=True)
    peak = max(result.out(dt.date(2024, 3, 25) + dt.timedelta(days=day)) for day in range(21))
    assert 0.08 <= peak <= 0.17
    # "within weeks": two thirds of the peak some time between two and six weeks after the last salvo
    assert result.out(dt.date(2024, 4, 19)) > 0.6 * peak
    assert result.out(dt.date(2024, 5, 17)) < 0.7 * peak


def test_evening_deficit_of_january_2023_is_as_reported() -> None:
    scenario = load_scenario("winter-2022")
    evenings = [dt.datetime(2023, 1, day, 17) for day in (9, 17, 25)]
    runs = [run(scenario.sides[0], (hour, hour + dt.timedelta(hours=1))) for hour in evenings]
    assert 3.0 <= np.mean([result.column("unserved").mean() for result in runs]) <= 6.0
    assert np.mean([result.column("load").mean() for result in runs]) > 17.0
    hits = run(scenario.sides[0], window_of(scenario)).column("hits").mean()
    assert 200 < hits < 320


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


def test_a_wave_of_this_winter_loses_what_waves_lost(winter: Scenario) -> None:
    side = winter.sides[0]
    wave = dt.datetime(2024, 12, 3, 4)
    result = run(struck_by_one_wave(side, wave), window_of(winter), 1024, detail=True)
    lasting = result.out(dt.date(2024, 12, 23)) * supply(side.system)
    assert 0.3 <= lasting <= 1.6
    ample = with_ample_supply(side)
    evening = dt.datetime(2024, 12, 3, 17)
    hour = (evening, evening + dt.timedelta(hours=1))
    lost = run(struck_by_one_wave(ample, wave), hour, 1024).column("unserved").mean()
    later = (evening + dt.timedelta(days=8), evening + dt.timedelta(days=8, hours=1))
    left = run(struck_by_one_wave(ample, wave), later, 1024).column("unserved").mean()
    assert 0.7 <= lost <= 2.0
    assert left < 0.6 * lost


def test_without_hits_on_networks_unserved_energy_falls_by_what_delivery_causes(winter: Scenario) -> None:
    fall, attributed = fall_and_attributed(winter.sides[0], winter)
    assert attributed > 0.0
    assert fall == pytest.approx(attributed, rel=1e-9)


def fall_and_attributed(side: Side, winter: Scenario) -> tuple[float, float]:
    """Return by how much unserved energy falls without network hits, and how much less is put down to delivery."""
    struck, spared = (run(version, window_of(winter), 512) for version in (side, without_network_hits(side)))
    falls = [struck.column(name).mean() - spared.column(name).mean() for name in ("unserved", "delivery_unserved")]
    return float(falls[0]), float(falls[1])


def with_ample_supply(side: Side) -> Side:
    """Return the side with imports that cover everything, so that only delivery can fall short."""
    table = side.system.generators
    rich = np.array(table.capacity)
    rich[[row for row, name in enumerate(table.classes) if name == "import"]] = 30.0
    generators = Generators(
        names=table.names, classes=table.classes, region=table.region, capacity=rich, p_fail=table.p_fail,
        p_repair=table.p_repair, capacity_scale=table.capacity_scale,
    )  # fmt: skip
    return replace(side, system=replace(side.system, generators=generators))


def without_network_hits(side: Side) -> Side:
    """Return the side where a hit on a substation leaves it whole; every other draw stays as it is."""
    name = side.campaign.mapping["substation"]

    def harmless(curve: Curve) -> Curve:
        states = tuple(replace(state, condition=1.0) for state in curve.states)
        return replace(curve, states=states) if curve.name == name else curve

    return replace(side, campaign=replace(side.campaign, curves=tuple(harmless(c) for c in side.campaign.curves)))
