"""The ranking of uncertain figures: known rank correlations, and those of an independent implementation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from standstill.studies.sensitivity import drivers
from tests.cases.hand import hand_side

SIXTEEN = np.arange(16.0)


def swapped(*places: int) -> np.ndarray:
    """Return 0 to 15 with two of them exchanged."""
    found = SIXTEEN.copy()
    found[list(places)] = found[list(places)[::-1]]
    return found


def test_known_rank_correlations_in_order_of_their_size() -> None:
    side = hand_side(inputs={
        "with": 3.0 + 2.0 * swapped(0, 3),  # 1 - 6 × 18 / (16 × 255)
        "against": np.exp(-SIXTEEN),
        "with, bent": swapped(0, 6) ** 3,  # 1 - 6 × 72 / (16 × 255)
        "fixed": np.ones(16),
    })  # fmt: skip
    found = [(driver.path, driver.correlation) for driver in drivers(side, SIXTEEN)]
    assert [path for path, _ in found] == ["against", "with", "with, bent"]
    assert [value for _, value in found] == pytest.approx([-1.0, 1 - 108 / 4080, 1 - 432 / 4080])


def test_noise_is_left_out_and_no_more_than_asked_for_are_kept() -> None:
    # 3 / sqrt(16) = 0.75 is the least that counts
    side = hand_side(inputs={"weak": swapped(0, 15), "strong": SIXTEEN, "stronger": SIXTEEN})
    assert [driver.path for driver in drivers(side, SIXTEEN)] == ["strong", "stronger"]
    assert [driver.path for driver in drivers(side, SIXTEEN, most=1)] == ["strong"]
    weak = hand_side(inputs={"weak": swapped(0, 15)})  # 1 - 6 × 450 / 4080 = 0.34
    assert drivers(weak, SIXTEEN) == ()


def test_nothing_moves_what_does_not_vary() -> None:
    assert drivers(hand_side(inputs={"a": SIXTEEN}), np.zeros(16)) == ()


def test_ties_share_their_rank() -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(0, 6, 200).astype(float)
    figure = values + rng.integers(-2, 3, 200)
    [found] = drivers(hand_side(inputs={"a": figure}), values)
    assert found.correlation == pytest.approx(spearmanr(values, figure).statistic)
