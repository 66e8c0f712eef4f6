"""Windows that the engine draws from a process clock, against the clock's exact law."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.jit import entry
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.engine.windows import draw_windows
from standstill.engine.work import make_work
from standstill.model.chain import chain
from standstill.model.clock import ever_in_force, holding
from standstill.model.process import DAYS_PER_MONTH, Clock
from standstill.model.scenario import Scenario
from standstill.scenario import load_scenario

HARBOUR = Path(__file__).parents[1] / "talks" / "harbour" / "harbour.toml"
SAMPLES = 40_000
SEED = 1

pytestmark = pytest.mark.statistical


@entry
def _windows(arms, values, seed, waves, windows, out):
    """Fill (n_samples, n_arms, 2) with start and end of each arm's standstill, h."""
    for sample in range(out.shape[0]):
        draw_windows(arms, values, seed, sample, waves, 0, windows)
        for arm in range(windows.shape[0]):
            out[sample, arm, 0], out[sample, arm, 1] = windows[arm, 0], windows[arm, 1]


def packed(scenario: Scenario, place: int) -> PackedSide:
    return pack_side(
        scenario.sides[place],
        arms=scenario.arms,
        measure_from=scenario.measure_from,
        measure_to=scenario.measure_to,
        detail=True,
    )


def drawn(scenario: Scenario, place: int) -> np.ndarray:
    side = packed(scenario, place)
    work = make_work(side.model, 1, 4)
    out = np.zeros((SAMPLES, len(scenario.arms), 2))
    values = side.slots.values(SEED, 0, 1)[0]
    _windows(side.model.arms, values, SEED, work.strikes.waves, work.strikes.windows, out)
    return out


def clock_of(scenario: Scenario, arm: int) -> Clock:
    terms = scenario.arms[arm].terms
    assert terms is not None
    assert isinstance(terms.window, Clock)
    return terms.window


def months(scenario: Scenario, clock: Clock, hours: np.ndarray | float) -> np.ndarray:
    """Return months from the clock's day, for hours from the start of the simulation."""
    first = (scenario.simulate_from - dt.datetime.combine(clock.day, dt.time())).total_seconds() / 3600
    return (np.asarray(hours) + first) / (24 * DAYS_PER_MONTH)


def mean_over_cases(clock: Clock, function, times: np.ndarray) -> np.ndarray:
    return np.mean([function(chain(*case), times) for case in clock.cases], axis=0)


@pytest.mark.parametrize("name", ["winter-2024", HARBOUR], ids=["winter-2024", "harbour"])
@pytest.mark.parametrize("arm", [2, 3])
def test_starts_follow_the_clock(name: str | Path, arm: int):
    scenario = load_scenario(name)
    clock = clock_of(scenario, arm)
    window = drawn(scenario, 0)[:, arm]
    assert clock.end is not None
    last = float(months(scenario, clock, (clock.end - scenario.simulate_from).total_seconds() / 3600))
    ever, held = (float(mean_over_cases(clock, function, np.array([last]))[0]) for function in (ever_in_force, holding))
    begun = window[:, 0] >= 0
    kept = begun & (window[:, 1] >= (clock.end - scenario.simulate_from).total_seconds() / 3600)
    for share, exact in ((begun.mean(), ever), (kept.mean(), held)):
        assert abs(share - exact) / np.sqrt(exact * (1 - exact) / SAMPLES) < 4
    starts = months(scenario, clock, window[begun, 0])
    grid = np.linspace(0, last, 4001)
    law = mean_over_cases(clock, ever_in_force, grid) / ever
    assert stats.kstest(starts, lambda at: np.interp(at, grid, law)).pvalue > 0.001


@pytest.mark.parametrize("name", ["winter-2024", HARBOUR], ids=["winter-2024", "harbour"])
def test_both_sides_see_the_same_window(name: str | Path):
    scenario = load_scenario(name)
    np.testing.assert_array_equal(drawn(scenario, 0), drawn(scenario, 1))


def test_an_arm_that_goes_like_the_first_is_counted_like_it():
    """Where a sample's standstill meets no wave, its winter is not simulated again: totals and counts stay the same."""
    scenario = load_scenario(HARBOUR)
    side = packed(scenario, 0)
    shared = run_block(side, SEED, 0, BLOCK, Scratch(side))
    each = dataclasses.replace(scenario, arms=(scenario.arms[1], *scenario.arms))
    alone = packed(each, 0)
    apart = run_block(alone, SEED, 0, BLOCK, Scratch(alone))
    assert side.model.arms.table["share"].max() == 1
    assert alone.model.arms.table["share"].max() == -1
    for arm in range(len(scenario.arms)):
        np.testing.assert_array_equal(shared.totals[arm], apart.totals[arm + 1])
        for one, other in zip(shared.histograms, apart.histograms, strict=True):
            np.testing.assert_array_equal(one[arm], other[arm + 1])
    like_first = (shared.totals[0, :, 0] == shared.totals[2, :, 0]).mean()
    assert 0.3 < like_first < 1
