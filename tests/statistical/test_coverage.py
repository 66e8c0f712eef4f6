"""Whether ranges and intervals cover what they say: truth drawn as the inputs are, and a saving that is known exactly.

The bounds are the nominal level give or take four standard errors of 1,000 tries.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from standstill.engine.drivers.blocks import run_blocks
from standstill.engine.drivers.threads import Threads
from standstill.engine.outcome import Outcome, side_outcome
from standstill.engine.pack import pack_side
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.campaign import Campaign, Stream, Weapon
from standstill.model.scenario import Scenario, Side
from standstill.model.terms import Arm, Fixed, Terms
from standstill.studies.run import run_scenario
from standstill.studies.sampling import Sampling
from standstill.studies.scores import evenness, randomised_pit, share_inside
from standstill.worth import savings, worth
from tests.statistical.harness import START, exponential, hits, system

pytestmark = pytest.mark.statistical

TRIES = 1000
DAY = dt.timedelta(days=1)


def figure(path: str, unit: str, low: float, high: float) -> Figure:
    return Figure(path=path, unit=unit, distribution=Uniform(low=low, high=high), judgement="invented")


def arms(start: dt.datetime, end: dt.datetime) -> tuple[Arm, ...]:
    return Arm(name="strikes"), Arm(name="standstill", terms=Terms(window=Fixed(start=start, end=end)))


def struck_months() -> Scenario:
    """Return eight weeks of a side whose rate of waves and interception nobody knows; hardly a winter goes free."""
    weapons = (
        Weapon(
            name="drone", count="poisson", mean=6.0,
            interception=figure("North.stream.stream.weapon.drone.interception", "", 0.3, 0.7),
        ),
    )  # fmt: skip
    campaign = hits(0.0, exponential(10.0), weapons=weapons)
    [stream] = campaign.streams
    rate = figure("North.stream.stream.rate", "per day", 0.2, 0.6)
    waves = Stream(name=stream.name, times="poisson", rate_per_day=rate, weapons=weapons, aim=stream.aim)
    grid = system("North", 56, step_days=0.25, classes={"target": (20, 50.0)}, load=800.0)
    side = Side(
        name="North",
        system=grid,
        campaign=Campaign(streams=(waves,), curves=campaign.curves, mapping=campaign.mapping),
    )
    end = START + 56 * DAY
    return Scenario(
        name="struck months",
        title="What is it worth?",
        sides=(side,),
        arms=arms(START + 14 * DAY, end),
        simulate_from=START,
        measure_from=START,
        measure_to=end,
    )


def test_eighty_per_cent_ranges_cover_truth_drawn_as_the_inputs_are() -> None:
    """Each truth is the first winter of another seed: its own figures, its own waves."""
    scenario = struck_months()
    forecast = run_scenario(scenario, sampling=Sampling(samples=8192, seed=1, version="0.0.0", backend=Threads(2)))
    truths = [
        run_scenario(scenario, sampling=Sampling(samples=1, seed=2 + place, version="0.0.0")) for place in range(TRIES)
    ]
    ranges = {
        "without": forecast.measures["strikes"]["North"]["eue"],
        "saved": forecast.worth["standstill"]["North"]["eue"],
    }
    found = {
        "without": [truth.measures["strikes"]["North"]["eue"].value for truth in truths],
        "saved": [truth.worth["standstill"]["North"]["eue"].value for truth in truths],
    }
    winters = {
        "without": forecast.outcome.sides[0].column("strikes", "unserved"),
        "saved": savings(forecast.outcome.sides[0], "strikes", "standstill")["eue"].values,
    }
    for name, item in ranges.items():
        assert item.p10 is not None
        assert item.p90 is not None
        assert 0.0 < item.p10 < item.p90
        covered = np.mean([share_inside(value, value, (item.p10, item.p90)) for value in found[name]])
        assert 0.75 <= covered <= 0.85, name
        ties = np.random.default_rng(1).random(TRIES)
        pits = [randomised_pit(winters[name], *pair) for pair in zip(found[name], ties, strict=True)]
        even = evenness(pits)
        assert even.p is not None
        assert even.p > 0.001, name


# ------------------------------------------------------------------------------------- a saving that is known exactly

SAMPLES = 2048
LOAD, UNIT, STEPS_AFTER = 150.0, 100.0, 4
LOW, HIGH = 0.2, 0.6
"""Ends of what is known of the probability that a weapon hits."""


def one_wave() -> Side:
    """Return six hours of two units, each of two thirds of the load, and two weapons at the end of the second hour."""
    weapons = (Weapon(name="weapon", count="fixed", mean=2.0, hit=figure("Tiny.hit", "", LOW, HIGH)),)
    campaign = hits(0.0, exponential(1e9), weapons=weapons)
    wave = Stream(
        name="wave", times="dated", dates=(START + dt.timedelta(hours=2),), weapons=weapons, aim={"target": 1.0}
    )
    return Side(
        name="Tiny",
        system=system("Tiny", 0.25, step_days=1 / 24, classes={"target": (2, UNIT)}, load=LOAD),
        campaign=Campaign(streams=(wave,), curves=campaign.curves, mapping=campaign.mapping),
    )


def exact_saving() -> float:
    """Return what withholding the wave saves on average, MWh.

    With a probability q of a hit per weapon: one unit is down after one hit (2q(1 - q)) or two on the same (q²/2), both
    after two on different ones (q²/2), each until the end. q is uniform, so only its first two moments matter.
    """
    first = 0.5 * (LOW + HIGH)
    second = first**2 + (HIGH - LOW) ** 2 / 12.0
    one_down = 2.0 * (first - second) + 0.5 * second
    return STEPS_AFTER * ((LOAD - UNIT) * one_down + LOAD * 0.5 * second)


def test_ninety_five_per_cent_intervals_cover_the_exact_saving() -> None:
    side, both = one_wave(), arms(START, START + DAY)
    packed = pack_side(side, arms=both)
    names = tuple(arm.name for arm in both)
    exact, covered, sum_z = exact_saving(), 0, 0.0
    for seed in range(1, TRIES + 1):
        [joined] = run_blocks([packed], seed, SAMPLES, backend=Threads())
        outcome = Outcome(
            scenario_id="tiny", seed=seed, samples=SAMPLES, version="0.0.0", arms=names,
            sides=(side_outcome(side, packed, names, *joined, seed),),
        )  # fmt: skip
        saved = worth(outcome)["standstill"]["Tiny"]["eue"]
        covered += abs(saved.value - exact) <= 1.959964 * saved.se
        sum_z += (saved.value - exact) / saved.se
    assert 0.922 <= covered / TRIES <= 0.978
    assert abs(sum_z / np.sqrt(TRIES)) < 4.0
