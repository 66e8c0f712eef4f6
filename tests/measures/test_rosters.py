"""Measures of a roster: by hand, from samples and from an outcome alike, and null where nobody is off."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from standstill.engine.outcome import SideOutcome
from standstill.engine.roster import ROSTER_COLUMNS, RosterSamples, roster_samples
from standstill.measures.rosters import has_roster, of_samples, side_roster_sampled
from standstill.measures.sampled import estimates
from standstill.model.roster import Roster
from standstill.model.scenario import Criterion

START = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)
NEEDS = np.array([[0.5] * 48, [0.25] * 48, [0.0] * 48])


def outcome(samples: RosterSamples, columns: tuple[str, ...] = ROSTER_COLUMNS) -> SideOutcome:
    """Return an outcome of one arm that has some columns of a roster after one of its own."""
    picked = [samples.column(name) for name in columns]
    return SideOutcome(
        name="one",
        power_unit="MW",
        energy_unit="MWh",
        step_h=1.0,
        horizon_h=samples.horizon_h,
        simulate_from=START - dt.timedelta(days=3),
        measure_from=START,
        measure_to=START + dt.timedelta(hours=samples.horizon_h),
        regions=("region",),
        months=("2024-10",),
        reference_power=1.0,
        criterion=Criterion(),
        columns=("unserved", *columns),
        totals={"strikes": np.column_stack([np.zeros(len(samples.totals)), *picked])},
        region_load=np.ones((len(samples.totals), 1)),
        histograms=None,
        inputs={},
    )


def test_three_winters_of_two_days_by_hand() -> None:
    """Two queues, four-hour blocks, rounded up: half, half instead of a quarter, and nothing."""
    found = of_samples(roster_samples(Roster(queues=2, block_h=4.0), NEEDS))
    values = {name: item.value for name, item in found.items()}
    assert values == {
        "roster_hours_off": pytest.approx((12 + 12 + 0) / 3),
        "roster_p90": pytest.approx((12 + 12 + 0) / 3),
        "roster_gini": 0.0,
        "roster_spell": pytest.approx((4 + 4 + 0) / 3),
        "schedule_hours": pytest.approx((48 + 48 + 0) / 3),
        "roster_over": pytest.approx((0 + 6 + 0) / 3),
        "roster_under": 0.0,
        "roster_over_share": pytest.approx(100 * 6 / 18),
    }
    units = {name: item.unit for name, item in found.items()}
    assert units == {
        "roster_hours_off": "h/d", "roster_p90": "h/d", "roster_gini": "", "roster_spell": "h",
        "schedule_hours": "h", "roster_over": "h/d", "roster_under": "h/d", "roster_over_share": "%",
    }  # fmt: skip
    over = found["roster_over"]
    assert over.se == pytest.approx(math.sqrt(12.0 / 3))
    assert (over.samples, over.horizon_h, over.p50) == (3, 48.0, 0.0)
    # a ratio of means is nothing that one winter has
    assert found["roster_over_share"].p50 is None


def test_who_is_off_longest_shows_in_p90_and_gini() -> None:
    """One block in a winter: one of two queues is off for four hours, the other is not."""
    found = of_samples(roster_samples(Roster(queues=2, block_h=4.0), [[0.5] * 4 + [0.0] * 20]))
    assert (found["roster_hours_off"].value, found["roster_p90"].value) == (2.0, 4.0)
    assert found["roster_gini"].value == 0.5


def test_rounding_to_nearest_has_a_part_under_the_need() -> None:
    roster = Roster(queues=2, block_h=4.0, rounding="nearest")
    found = of_samples(roster_samples(roster, [[0.2] * 24, [0.4] * 24]))
    assert found["roster_under"].value == pytest.approx(0.5 * 0.2 * 24)
    assert found["roster_over"].value == pytest.approx(0.5 * 0.1 * 24)
    assert found["roster_over_share"].value == pytest.approx(100 * 0.1 / 0.6)


def test_where_nobody_is_off_there_is_no_gini_and_no_share() -> None:
    found = of_samples(roster_samples(Roster(queues=6), np.zeros((3, 24))))
    assert found["roster_hours_off"].value == 0.0
    assert not found["roster_gini"].exists
    assert not found["roster_over_share"].exists
    assert found["roster_gini"].as_dict() == {
        "value": None, "se": None, "unit": "", "reason": "nobody is off in any sample",
    }  # fmt: skip
    assert found["roster_over_share"].reason == "nothing must be off"


def test_an_outcome_gives_what_its_samples_give() -> None:
    samples = roster_samples(Roster(queues=6, halves=True, block_h=2.0), np.random.default_rng(1).random((20, 72)))
    side = outcome(samples)
    assert has_roster(side)
    assert estimates(side_roster_sampled(side, "strikes")) == of_samples(samples)


def test_an_outcome_without_a_roster_has_no_such_measures() -> None:
    side = outcome(roster_samples(Roster(queues=6), NEEDS), columns=ROSTER_COLUMNS[:2])
    assert not has_roster(side)
    assert side_roster_sampled(side, "strikes") == {}


def test_savings_are_paired() -> None:
    """Sample by sample, as every other measure: a difference to itself is nothing at all."""
    found = side_roster_sampled(outcome(roster_samples(Roster(queues=2), NEEDS)), "strikes")
    for item in found.values():
        difference = item.minus(item).estimate()
        assert (difference.value, difference.se) == (0.0, 0.0)
