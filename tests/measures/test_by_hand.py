"""Every measure of five winters, worked out on paper (``tests/cases/hand.py`` holds the winters)."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from standstill.estimate import Estimate
from standstill.measures.adequacy import adequacy, region_indices
from standstill.measures.consumers import consumer_samples, got_through, met_until, still_met
from standstill.measures.sampled import estimates
from standstill.measures.samples import measured_samples
from standstill.model.scenario import Criterion
from standstill.worth import savings
from tests.cases.hand import ARMS, HORIZON_H, WHOLE_H, WINTERS, hand_side

# measure -> (mean in the first arm, mean in the second, unit, sum of squares about the mean in the first)
MEASURES = {
    "eue": (30.0, 5.0, "MWh", 5000.0),
    "neue": (1e6 * 30 / 2000, 1e6 * 5 / 2000, "ppm", 312.5e6),
    "lole": (4 * 2.0, 1 * 2.0, "h", 58 * 4.0),
    "lolev": (1.0, 0.6, "events", 2.0),
    "lold": (8.0 / 1.0, 2.0 / 0.6, "h", 0 + 16 + 4 + 36 + 144.0),
    "cvar95": (90.0, 10.0, "MWh", 0.0),
    "longest_spell": (3.6 * 2.0, 1.0 * 2.0, "h", 4 * (3.6**2 + 1.6**2 + 2 * 0.6**2 + 6.4**2)),
    "event_depth": (4.0, 4.0, "MW", 34.0),
    "event_energy": (27.6, 5.0, "MWh", 27.6**2 + 17.6**2 + 7.6**2 + 9.6**2 + 62.4**2),
    "generation_limited": (26.0, 4.0, "MWh", 26**2 + 20**2 + 0 + 36 + 52**2),
    "delivery_limited": (4.0, 1.0, "MWh", 16 + 0 + 100 + 36 + 64.0),
    "eue:2024-11": (12.0, 1.6, "MWh", 144 + 4 + 144 + 4 + 784.0),
    "eue:2024-12": (18.0, 3.4, "MWh", 324 + 324 + 4 + 4 + 1024.0),
    "hours_off": (20 / 10, 2 / 10, "h/d", (400 + 225 + 100 + 25 + 2500) / 100),
    "critical_hours": (1.0 * 2, 0.2 * 2, "h", 4 * (1 + 1 + 1 + 0 + 9.0)),
    "critical_cut": (0.4, 0.2, "probability", 3 * 0.16 + 2 * 0.36),
    "critical_unserved": (3.0, 0.2, "MWh", 9 + 9 + 9 + 1 + 100.0),
    "waves": (3.0, 1.0, "waves", 10.0),
    "hits": (3.0, 1.0, "hits", 9 + 4 + 1 + 0 + 36.0),
    "worst_window": (7.6, 2.8, "h/d", 7.6**2 + 3.6**2 + 0.4**2 + 1.6**2 + 12.4**2),
    "getting_through": (0.6, 0.8, "probability", 3 * 0.16 + 2 * 0.36),
    "getting_through:2024-11": (0.8, 1.0, "probability", 4 * 0.04 + 0.64),
    "getting_through:2024-12": (0.6, 0.8, "probability", 3 * 0.16 + 2 * 0.36),
}
SINCE_THE_START = ("waves", "hits")
NOT_OF_A_WINTER = ("neue", "lold", "cvar95")


def every(arm: str) -> dict[str, Estimate]:
    side = hand_side()
    return estimates(measured_samples(side, arm))


def test_there_is_a_line_for_every_measure() -> None:
    assert set(every("strikes")) == set(every("standstill")) == set(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_measure(name: str) -> None:
    first, second, unit, squares = MEASURES[name]
    for arm, value in zip(ARMS, (first, second), strict=True):
        found = every(arm)[name]
        assert found.value == pytest.approx(value)
        assert found.unit == unit
        assert found.samples == 5
        assert found.horizon_h == (WHOLE_H if name in SINCE_THE_START else HORIZON_H)
        assert (found.p10 is None) == (name in NOT_OF_A_WINTER)
    assert every("strikes")[name].se == pytest.approx(math.sqrt(squares / 4 / 5))


@pytest.mark.parametrize(
    ("name", "ends"),
    [("eue", (4.0, 20.0, 66.0)), ("hours_off", (0.2, 1.0, 4.8)), ("lole", (1.6, 6.0, 16.0)),
     ("worst_window", (1.6, 6.0, 15.2)), ("delivery_limited", (-3.6, 4.0, 11.2))],
)  # fmt: skip
def test_quantiles_over_winters(name: str, ends: tuple[float, float, float]) -> None:
    found = every("strikes")[name]
    assert (found.p10, found.p50, found.p90) == pytest.approx(ends)


def test_parts_of_unserved_energy_add_up_to_it() -> None:
    found = every("strikes")
    assert found["generation_limited"].value + found["delivery_limited"].value == found["eue"].value
    assert sum(found[f"eue:2024-{month}"].value for month in (11, 12)) == found["eue"].value


def test_cvar_is_the_mean_of_the_worst_two_of_forty_winters() -> None:
    side = hand_side({"strikes": {name: row * 8 for name, row in WINTERS["strikes"].items()}})
    values = side.totals["strikes"].copy()
    values[:, side.columns.index("unserved")] = np.arange(40, 0, -1)
    found = adequacy(replace(side, totals={"strikes": values}), "strikes")["cvar95"]
    assert found.value == pytest.approx((40 + 39) / 2)


def test_regions_by_hand() -> None:
    a, b = region_indices(hand_side(), "strikes")
    assert (a["name"], b["name"]) == ("a", "b")
    assert [row["lole"].value for row in (a, b)] == pytest.approx([3.8 * 2, 1.0 * 2])
    assert [row["eue"].value for row in (a, b)] == pytest.approx([23.0, 7.0])
    assert [row["neue"].value for row in (a, b)] == pytest.approx([1e6 * 23 / 1240, 1e6 * 7 / 760])
    # what each winter of region b adds to the ratio R = 7/760, over the mean load: unserved - R load
    parts = np.array([0, 0, 5, 0, 30]) - 7 / 760 * np.array([400, 400, 500, 500, 2000])
    assert b["neue"].se == pytest.approx(1e6 * math.sqrt((parts**2).sum() / 4 / 5) / 760)


def test_worst_events_by_hand() -> None:
    found = adequacy(hand_side(), "strikes")
    # 0, 2, 3, 3, 10 steps of two hours; 0, 3, 4, 5, 8 MW; 0, 10, 20, 18, 90 MWh
    largest = {"longest_spell": 20.0, "event_depth": 8.0, "event_energy": 90.0}
    assert {name: found[name].largest for name in largest} == largest
    assert found["longest_spell"].p50 == 6.0
    assert found["event_energy"].as_dict()["max"] == 90.0
    assert "max" not in found["eue"].as_dict()


def test_value_at_risk_is_the_winter_that_a_twentieth_of_winters_exceed() -> None:
    side = hand_side({"strikes": {name: row * 20 for name, row in WINTERS["strikes"].items()}})
    values = side.totals["strikes"].copy()
    values[:, side.columns.index("unserved")] = np.arange(100, 0, -1)
    found = adequacy(replace(side, totals={"strikes": values}), "strikes")["var95"]
    # ranks 95 ± 1.96 sqrt(100 x 0.95 x 0.05), outwards: 90 to 100
    assert found.value == 95.0
    assert found.se == pytest.approx((100 - 90) / (2 * 1.959964))
    assert (found.unit, found.p10, found.samples) == ("MWh", None, 100)


def test_too_few_winters_give_a_value_at_risk_without_an_error() -> None:
    found = adequacy(hand_side(), "strikes")["var95"]
    assert (found.value, found.se) == (90.0, math.inf)
    assert found.as_dict()["reason"] == "too few samples for a standard error of this quantile"


def test_getting_through_is_both_parts_of_the_criterion() -> None:
    # hours off a day in the worst window: 0, 4, 8, 6, 20; critical cuts in the last two
    cases = {
        Criterion(hours_off_per_day=8.0): [1, 1, 1, 0, 0],
        Criterion(hours_off_per_day=7.9): [1, 1, 0, 0, 0],
        Criterion(hours_off_per_day=8.0, critical_cut_allowed=True): [1, 1, 1, 1, 0],
        Criterion(hours_off_per_day=20.0): [1, 1, 1, 0, 0],
        Criterion(hours_off_per_day=20.0, critical_cut_allowed=True): [1, 1, 1, 1, 1],
    }
    for criterion, through in cases.items():
        assert got_through(hand_side(criterion=criterion), "strikes").tolist() == through


def test_until_when_the_criterion_is_met() -> None:
    side = hand_side()
    never = math.inf
    assert met_until(side, "strikes").tolist() == [never, never, never, 200.0, 60.0]
    assert met_until(side, "standstill").tolist() == [never, never, never, never, 250.0]
    allowed = hand_side(criterion=Criterion(critical_cut_allowed=True))
    assert met_until(allowed, "strikes").tolist() == [never, never, never, never, 160.0]
    ends = [side.simulate_from + dt.timedelta(hours=hours) for hours in (48, 58, 60, 199, 200, 288)]
    assert still_met(side, "strikes", ends).tolist() == pytest.approx([1.0, 1.0, 0.8, 0.8, 0.6, 0.6])
    assert met_until(side, "strikes").tolist() != met_until(allowed, "strikes").tolist()


def test_unserved_energy_in_money() -> None:
    price = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    side = hand_side(price=price)
    found = measured_samples(side, "strikes")["unserved_cost"]
    assert found.values.tolist() == [0.0, 20.0, 60.0, 120.0, 450.0]
    assert (found.unit, found.horizon_h) == ("EUR", HORIZON_H)
    saved = savings(side, *ARMS)["unserved_cost"]
    assert saved.values.tolist() == [0.0, 20.0, 45.0, 80.0, 400.0]
    assert "unserved_cost" not in measured_samples(hand_side(), "strikes")


def test_without_detail_there_is_no_worst_window_and_no_criterion() -> None:
    found = consumer_samples(replace(hand_side(), histograms=None), "strikes")
    assert {"worst_window", "getting_through"}.isdisjoint(found)


def test_no_event_has_no_mean_length() -> None:
    calm = {name: [0.0] * 5 for name in WINTERS["strikes"]}
    found = adequacy(hand_side({"strikes": calm}), "strikes")
    assert (found["lold"].reason, found["neue"].reason) == ("no shortfall event in any sample", "there is no load")
    assert found["eue"].value == 0.0
