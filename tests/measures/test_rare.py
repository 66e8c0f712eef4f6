"""What none or few samples with a shortfall allow to say: a bound at 95 %, or on how many it rests; never certainty."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from standstill.estimate import Estimate
from standstill.measures.adequacy import adequacy, region_indices
from standstill.measures.rare import LEAST_SHORT, doubted, none_seen, rule_of_three
from tests.cases.hand import hand_side


@pytest.mark.parametrize("samples", [30, 1_000, 1_000_000])
def test_the_bound_holds_at_95_percent_and_is_not_much_too_wide(samples: int) -> None:
    """A chance at the bound shows nothing in fewer than one of twenty assessments; one 10 % smaller in more."""
    assert (1.0 - rule_of_three(samples)) ** samples < 0.05
    assert (1.0 - 0.9 * rule_of_three(samples)) ** samples > 0.05


def test_no_bound_is_above_a_chance_of_one() -> None:
    assert [rule_of_three(samples) for samples in (1, 2, 3, 4)] == [1.0, 1.0, 1.0, 0.75]
    assert none_seen(1) == "the one sample had no shortfall, which says little"
    assert none_seen(3) == "none of 3 samples had a shortfall, which says little"
    assert none_seen(4).endswith("so at 95 % fewer than 3 in 4 have one")


def estimate(value: float, samples: int = 10_000) -> Estimate:
    return Estimate(value=value, se=value, unit="h", samples=samples, horizon_h=8760.0)


def test_what_was_seen_never_has_no_standard_error_but_a_bound() -> None:
    found = doubted(estimate(0.0), 0, 8760.0)
    assert (found.value, found.se, found.bound) == (0.0, math.inf, pytest.approx(2.628))
    assert found.as_dict()["upper95"] == found.bound
    assert "fewer than 3 in 10,000" in str(found.as_dict()["reason"])
    assert repr(found) == "0 h/8760h (below 2.6 at 95 %)"
    unbounded = doubted(estimate(0.0), 0)
    assert (unbounded.se, unbounded.bound) == (math.inf, None)


def test_few_are_counted_and_many_say_nothing() -> None:
    assert doubted(estimate(1.0), 1).reason == "rests on 1 sample with a shortfall, of 10,000"
    assert doubted(estimate(1.0), LEAST_SHORT - 1).reason == "rests on 99 samples with a shortfall, of 10,000"
    assert doubted(estimate(1.0), LEAST_SHORT - 1).se == 1.0
    assert doubted(estimate(1.0), LEAST_SHORT) == estimate(1.0)
    none = dataclasses.replace(estimate(math.nan), reason="no event")
    assert doubted(none, 0) is none


def test_bounds_of_winters_without_a_shortfall_by_hand() -> None:
    """Five winters of which the chance of a shortfall is below 0.6, with the most that each can lack."""
    side = hand_side()
    empty = {arm: np.zeros_like(totals) for arm, totals in side.totals.items()}
    for arm, totals in empty.items():
        totals[:, side.columns.index("load")] = side.column(arm, "load")
    none = dataclasses.replace(side, totals=empty)
    found = adequacy(none, "strikes")
    load = float(side.column("strikes", "load").max())
    assert found["lole"].bound == pytest.approx(0.6 * side.horizon_h)
    assert found["eue"].bound == pytest.approx(0.6 * load)
    assert found["neue"].bound == pytest.approx(0.6e6)
    # the mean of the worst winter in twenty is no more than a winter's load
    assert found["cvar95"].bound == pytest.approx(load)
    # at most every other step begins an event
    assert found["lolev"].bound == pytest.approx(0.6 * ((side.horizon_h / side.step_h + 1.0) // 2.0))
    assert (found["event_depth"].se, found["event_depth"].bound) == (math.inf, None)
    assert found["lold"].reason == "no shortfall event in any sample"
    assert {row["short"] for row in region_indices(none, "strikes")} == {0}
    assert all(row["eue"].bound == pytest.approx(0.6 * side.region_load[:, place].max())
               for place, row in enumerate(region_indices(none, "strikes")))  # fmt: skip
    certain = adequacy(none, "strikes", is_certain=True)
    assert (certain["eue"].se, certain["eue"].bound, certain["eue"].reason) == (0.0, None, "")


def test_a_measure_of_few_samples_says_on_how_many_it_rests() -> None:
    side = hand_side()
    assert adequacy(side, "strikes")["eue"].reason == "rests on 4 samples with a shortfall, of 5"
    [first, *_] = region_indices(side, "strikes")
    short = int(np.count_nonzero(side.column("strikes", f"short_steps:{first['name']}")))
    assert first["short"] == short
