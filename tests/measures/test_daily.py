"""Fans and planning weeks, read off counts written by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from standstill.measures.daily import LEVELS, fan, planning_table, quantiles_of_counts
from tests.cases.hand import PEOPLE, hand_side


def test_quantiles_are_the_least_value_that_enough_winters_are_not_above() -> None:
    counts = np.array([[1, 8, 1], [0, 0, 10], [9, 0, 1], [5, 0, 5]])
    values = np.array([1.0, 2.0, 3.0])
    low, middle, high = quantiles_of_counts(counts, values, LEVELS)
    assert low.tolist() == [1.0, 3.0, 1.0, 1.0]
    assert middle.tolist() == [2.0, 3.0, 1.0, 1.0]
    assert high.tolist() == [2.0, 3.0, 1.0, 3.0]


def test_quantiles_are_those_of_the_winters_themselves() -> None:
    rng = np.random.default_rng(1)
    bins = rng.integers(0, 7, (30, 41))
    counts = np.array([np.bincount(row, minlength=7) for row in bins])
    found = quantiles_of_counts(counts, np.arange(7.0), LEVELS)
    assert np.array_equal(found, np.quantile(bins, LEVELS, axis=1, method="inverted_cdf"))


def test_fans_cover_the_measured_days() -> None:
    found = fan(hand_side(), 0, "off")
    assert (found.days[0], found.days[-1], len(found.days)) == (dt.date(2024, 11, 27), dt.date(2024, 12, 6), 10)
    assert found.p10.shape == found.p50.shape == found.p90.shape == (10,)


@pytest.mark.parametrize(
    ("name", "unit", "low", "middle", "high"),
    [
        # a bin of a quarter of an hour stands for its middle, the first bin for nothing off
        ("off", "h", 0.0, 0.0, 95.5 / 4),
        # bins of 512 MW / 256
        ("capability", "MW", 21.0, 41.0, 61.0),
        ("load", "MW", 51.0, 51.0, 51.0),
        ("damaged", "", 0.0, 0.25, 0.5),
        ("delivery_damaged", "", 1.0, 1.0, 1.0),
    ],
)
def test_first_measured_day(name: str, unit: str, low: float, middle: float, high: float) -> None:
    found = fan(hand_side(), 0, name)
    assert found.unit == unit
    assert (found.p10[0], found.p50[0], found.p90[0]) == (low, middle, high)


def test_second_measured_day_and_the_other_arm() -> None:
    found = fan(hand_side(), 0, "off")
    assert (found.p10[1], found.p50[1], found.p90[1]) == (0.125, 1.125, 2.125)
    assert fan(hand_side(), 1, "off").p90.tolist() == [0.0] * 10


def test_a_fan_of_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="fan must be one of off, capability"):
        fan(hand_side(), 0, "wind")
    with pytest.raises(ValueError, match="of a run with detail"):
        fan(replace(hand_side(), histograms=None), 0, "off")


def test_planning_table_by_hand() -> None:
    first, second = planning_table(hand_side(), 0, PEOPLE)
    assert (first.start, second.start) == (dt.date(2024, 11, 27), dt.date(2024, 12, 4))
    # hours off in the week: 0 once, 14.25 in three winters, 49.25 once; critical cuts of 6 h in one winter of five
    assert [part.hours_off for part in (first.mild, first.median, first.severe)] == [0.0, 14.25 / 7, 49.25 / 7]
    assert [part.critical_hours for part in (first.mild, first.median, first.severe)] == [0.0, 0.0, 6.0]
    assert first.median.people == pytest.approx(PEOPLE * 14.25 / 168)
    assert first.severe.people == pytest.approx(PEOPLE * 49.25 / 168)
    # the second week has three measured days
    assert second.median.hours_off == second.severe.hours_off == 6.25 / 3
    assert second.median.people == pytest.approx(PEOPLE * 6.25 / 72)


def test_planning_table_of_the_other_arm() -> None:
    first, _ = planning_table(hand_side(), 1, PEOPLE)
    assert (first.mild.hours_off, first.median.hours_off, first.severe.hours_off) == (0.0, 0.0, 7.25 / 7)


def test_planning_needs_detail() -> None:
    with pytest.raises(ValueError, match="must have a run with detail"):
        planning_table(replace(hand_side(), histograms=None), 0, PEOPLE)
