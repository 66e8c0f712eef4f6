"""Scores of forecasts made of samples: by hand, against another implementation, and on truth that is known."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules
from scipy.stats import kstest, norm

from standstill.errors import InputError
from standstill.studies.scores import LEVELS, central_range, crps, evenness, randomised_pit, share_inside


def forecasts(count: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Return forecasts of different middles and widths, a third of all winters at nothing unserved."""
    middle, width = rng.uniform(-1.0, 3.0, (count, 1)), rng.uniform(0.5, 2.0, (count, 1))
    return np.maximum(0.0, middle + width * rng.normal(size=(count, samples)))


def test_pits_are_even_where_truth_is_one_more_draw() -> None:
    """The truth shares its value with many samples; only the randomised form is even."""
    rng = np.random.default_rng(1)
    drawn = forecasts(500, 201, rng)
    assert (drawn == 0.0).mean() > 0.2
    pits = [randomised_pit(row[1:], row[0], tie) for row, tie in zip(drawn, rng.random(500), strict=True)]
    assert kstest(pits, "uniform").pvalue > 0.001
    assert evenness(pits).is_flagged is False
    unbroken = [randomised_pit(row[1:], row[0], 0.0) for row in drawn]
    assert kstest(unbroken, "uniform").pvalue < 0.001


def test_a_shift_of_half_a_standard_deviation_is_flagged_and_no_shift_seldom() -> None:
    rng = np.random.default_rng(1)
    samples = rng.normal(size=20_000)
    flags = {}
    for shift in (0.0, 0.5, -0.5):
        repeats = []
        for _ in range(200):
            truth, ties = shift + rng.normal(size=100), rng.random(100)
            repeats.append(
                evenness([randomised_pit(samples, *pair) for pair in zip(truth, ties, strict=True)]).is_flagged
            )
        flags[shift] = np.mean(repeats)
    assert flags[0.5] >= 0.9
    assert flags[-0.5] >= 0.9
    # 5 % of 200 is 10, give or take 3.1
    assert abs(200 * flags[0.0] - 10) < 4 * np.sqrt(200 * 0.05 * 0.95)


def test_ranges_cover_what_they_say() -> None:
    rng = np.random.default_rng(1)
    inside: dict[float, list[float]] = {level: [] for level in LEVELS}
    for _ in range(2000):
        middle, width = rng.normal(), rng.uniform(0.5, 2.0)
        samples, truth = rng.normal(middle, width, 999), rng.normal(middle, width)
        for level in LEVELS:
            inside[level].append(share_inside(truth, truth, central_range(samples, level)))
    for level, found in inside.items():
        assert abs(np.mean(found) - level) < 4.0 * np.sqrt(level * (1.0 - level) / 2000), level


def test_crps_is_that_of_another_implementation() -> None:
    rng = np.random.default_rng(1)
    for row, truth in zip(forecasts(50, 300, rng), rng.uniform(-2.0, 6.0, 50), strict=True):
        assert crps(row, truth, truth) == pytest.approx(scoringrules.crps_ensemble(truth, row), rel=1e-12)


def test_crps_of_many_samples_is_its_closed_form() -> None:
    """Of a standard normal: Gneiting and Raftery (2007), eq. 22."""
    samples = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for truth in (-1.5, 0.0, 2.0):
        closed = truth * (2.0 * norm.cdf(truth) - 1.0) + 2.0 * norm.pdf(truth) - 1.0 / np.sqrt(np.pi)
        assert crps(samples, truth, truth) == pytest.approx(closed, abs=1e-4)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 0.5), (0.2, 0.3), (-9.0, 9.0), (3.0, 4.0)])
def test_what_is_uncertain_is_averaged_over_its_range(low: float, high: float) -> None:
    samples = np.random.default_rng(1).normal(size=400)
    points = low + (high - low) * (np.arange(2000) + 0.5) / 2000
    assert crps(samples, low, high) == pytest.approx(np.mean([crps(samples, x, x) for x in points]), rel=1e-4)
    within = central_range(samples, 0.8)
    inside = np.mean([share_inside(x, x, within) for x in points])
    assert share_inside(low, high, within) == pytest.approx(inside, abs=1e-3)


def test_a_yes_or_no_has_its_brier_score() -> None:
    samples = np.repeat([0.0, 1.0], [70, 30])
    assert crps(samples, 1.0, 1.0) == pytest.approx(0.7**2)
    assert crps(samples, 0.0, 0.0) == pytest.approx(0.3**2)


def test_ranks_by_hand() -> None:
    samples = np.array([1.0, 2.0, 2.0, 5.0])
    assert randomised_pit(samples, 0.0, 0.5) == pytest.approx(0.1)
    assert randomised_pit(samples, 2.0, 0.0) == pytest.approx(0.2)
    assert randomised_pit(samples, 2.0, 1.0) == pytest.approx(0.8)
    assert randomised_pit(samples, 9.0, 1.0) == 1.0


def test_too_few_are_not_tested_and_no_pit_lies_outside() -> None:
    few = evenness([0.99] * 9)
    assert (few.n, few.p, few.statistic, few.is_flagged) == (9, None, None, None)
    assert few.as_dict()["reason"] == "fewer than 10 outcomes tell too little"
    with pytest.raises(InputError, match=r"pits\[1\]: must be within 0 and 1, got 1\.5"):
        evenness([0.5, 1.5])
    with pytest.raises(InputError, match="pits: must have at least one"):
        evenness([])
