"""Paired savings of five winters, worked out on paper (``tests/cases/hand.py`` holds the winters)."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from standstill.worth import saving, savings, worth
from tests.cases.hand import ARMS, WINTERS, hand_outcome, hand_side

# measure -> what each winter saves
SAVED = {
    "eue": [0, 10, 15, 20, 80],
    "getting_through:2024-11": [0, 0, 0, 0, 1],
    "getting_through:2024-12": [0, 0, 0, 1, 0],
    "hours_off": [0, 0.5, 0.8, 1.1, 6.6],
    "lole": [0, 4, 4, 6, 16],
    "critical_hours": [0, 0, 0, 2, 6],
    "critical_cut": [0, 0, 0, 1, 0],
    "generation_limited": [0, 6, 22, 12, 70],
    "delivery_limited": [0, 4, -7, 8, 10],
    "getting_through": [0, 0, 0, 1, 0],
    "eue:2024-11": [0, 10, 0, 6, 36],
    "eue:2024-12": [0, 0, 15, 14, 44],
}


def test_a_saving_is_baseline_minus_arm_in_each_winter() -> None:
    assert saving(hand_side(), *ARMS, "unserved").tolist() == SAVED["eue"]
    assert saving(hand_side(), *reversed(ARMS), "unserved").tolist() == [-value for value in SAVED["eue"]]


@pytest.mark.parametrize("name", SAVED)
def test_savings_by_winter(name: str) -> None:
    assert savings(hand_side(), *ARMS)[name].values.tolist() == pytest.approx(SAVED[name])


def test_worth_has_every_saving_and_nothing_else() -> None:
    found = worth(hand_outcome())
    assert list(found) == ["standstill"]
    assert set(found["standstill"]["North"]) == set(SAVED)


def test_worth_of_unserved_energy() -> None:
    found = worth(hand_outcome())["standstill"]["North"]["eue"]
    # squares about 25: 625 + 225 + 100 + 25 + 3025 = 4000; unpaired the error would be sqrt(250 + 5)
    assert (found.value, found.se) == (25.0, pytest.approx(math.sqrt(4000 / 4 / 5)))
    assert (found.p10, found.p50, found.p90) == pytest.approx((4.0, 15.0, 56.0))
    assert (found.unit, found.horizon_h, found.samples) == ("MWh", 240.0, 5)


def test_getting_through_is_gained_and_cuts_are_saved() -> None:
    found = worth(hand_outcome())["standstill"]["North"]
    assert found["getting_through"].value == pytest.approx(0.8 - 0.6)
    assert found["critical_cut"].value == pytest.approx(0.4 - 0.2)
    assert found["hours_off"].value == pytest.approx(2.0 - 0.2)


def test_every_arm_is_set_against_the_first() -> None:
    arms = {"strikes": WINTERS["strikes"], "none": WINTERS["strikes"], "standstill": WINTERS["standstill"]}
    side = replace(hand_side(arms), histograms=None)
    found = worth(hand_outcome(side))
    assert [arm for arm, sides in found.items() if sides["North"]["eue"].value == 25.0] == ["standstill"]
    assert all(item.value == item.se == 0.0 for item in found["none"]["North"].values())
    assert "getting_through" not in found["none"]["North"]


def test_sides_are_valued_apart() -> None:
    swapped = {"strikes": WINTERS["standstill"], "standstill": WINTERS["strikes"]}
    found = worth(hand_outcome(hand_side(), hand_side(swapped, name="South")))["standstill"]
    assert found["North"]["eue"].value == -found["South"]["eue"].value == 25.0
