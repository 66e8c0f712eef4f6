"""Means, ratios and tail means, sample by sample: by hand, and against what resampling gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standstill.measures.sampled import Sampled, estimates, from_samples, mean_ratio, tail_mean, upper_quantile

FIVE = np.array([0.0, 10.0, 20.0, 30.0, 90.0])
LOADS = np.array([1000.0, 1000.0, 2000.0, 2000.0, 4000.0])


def test_mean_standard_error_and_quantiles() -> None:
    found = from_samples(FIVE, "MWh", 240.0)
    # squares about 30: 900 + 400 + 100 + 0 + 3600 = 5000, over 4 and over 5
    assert (found.value, found.se) == (30.0, pytest.approx(math.sqrt(250.0)))
    assert (found.p10, found.p50, found.p90) == pytest.approx((4.0, 20.0, 66.0))
    assert (found.unit, found.samples, found.horizon_h) == ("MWh", 5, 240.0)


def test_one_sample_has_no_standard_error() -> None:
    found = from_samples(np.array([3.0]), "MWh", 240.0)
    assert (found.value, found.se, found.p10, found.p90) == (3.0, math.inf, 3.0, 3.0)


def test_ratio_by_hand() -> None:
    found = mean_ratio(1e6 * FIVE, LOADS, "ppm", 240.0, "no load").estimate()
    # 1e6 × 30 / 2000; what each winter adds: −7500, −2500, −5000, 0, 15000
    assert found.value == pytest.approx(15000.0)
    assert found.se == pytest.approx(math.sqrt(312.5e6 / 20))
    assert (found.p10, found.p50, found.p90) == (None, None, None)


def test_a_ratio_to_nothing_has_a_reason_and_no_value() -> None:
    found = mean_ratio(FIVE, np.zeros(5), "h", 240.0, "no event").estimate()
    assert not found.exists
    assert found.reason == "no event"
    assert math.isnan(found.se)


def test_tail_mean_by_hand() -> None:
    # the worst half of five winters: 90, 30 and half of 20
    found = tail_mean(FIVE, 0.5, "MWh", 240.0).estimate()
    assert found.value == pytest.approx((90.0 + 30.0 + 10.0) / 2.5)
    # winters add 20, 20, 20, 40, 160: squares about 52 are 3 × 1024 + 144 + 11664 = 14880
    assert found.se == pytest.approx(math.sqrt(14880.0 / 20))


@given(st.lists(st.floats(0.0, 1e6), min_size=20, max_size=20), st.sampled_from([0.5, 0.9, 0.95]))
def test_tail_mean_is_the_mean_of_the_worst(values: list[float], level: float) -> None:
    worst = sorted(values)[round(20 * level) :]
    assert tail_mean(np.array(values), level, "", 1.0).estimate().value == pytest.approx(sum(worst) / len(worst))


@given(st.lists(st.tuples(st.floats(0.1, 10.0), st.floats(0.1, 10.0)), min_size=3, max_size=30))
def test_a_ratio_is_the_ratio_of_the_means(pairs: list[tuple[float, float]]) -> None:
    top, bottom = np.array(pairs).T
    assert mean_ratio(top, bottom, "", 1.0, "").estimate().value == pytest.approx(top.mean() / bottom.mean())


def test_paired_error_of_a_ratio_is_that_of_leaving_winters_out() -> None:
    """The jackknife knows no derivative: it gives the same standard error but for terms of the order 1/n."""
    rng = np.random.default_rng(1)
    load = rng.gamma(20.0, 50.0, 4000)
    one, other = 0.02 * load * rng.gamma(2.0, 1.0, 4000), 0.02 * load * rng.gamma(2.0, 1.0, 4000) + 5.0
    paired = mean_ratio(one, load, "", 1.0, "").minus(mean_ratio(other, 2 * load, "", 1.0, "")).estimate()
    sums = [values.sum() - values for values in (one, load, other, 2 * load)]
    left_out = sums[0] / sums[1] - sums[2] / sums[3]
    jackknife = math.sqrt(len(load) - 1) * left_out.std()
    assert paired.value == pytest.approx(one.mean() / load.mean() - other.mean() / (2 * load).mean())
    assert paired.se == pytest.approx(jackknife, rel=2e-3)


def test_a_difference_keeps_a_reason_and_loses_quantiles_of_ratios() -> None:
    whole = Sampled(values=FIVE, unit="h", horizon_h=240.0)
    part = mean_ratio(FIVE, LOADS, "h", 240.0, "")
    none = mean_ratio(FIVE, 0 * FIVE, "h", 240.0, "no event")
    assert whole.minus(whole).estimate().p10 == 0.0
    assert whole.minus(part).estimate().p10 is None
    assert whole.minus(none).estimate().reason == none.minus(whole).estimate().reason == "no event"


def test_estimates_keep_names_and_order() -> None:
    found = estimates({name: Sampled(values=FIVE, unit=name, horizon_h=1.0) for name in ("b", "a")})
    assert [(name, item.unit) for name, item in found.items()] == [("b", "b"), ("a", "a")]


def test_error_of_a_quantile_is_that_of_an_exponential_law() -> None:
    """The 95 % quantile of exp(-x) is log 20, with a standard error of sqrt(0.95 / 0.05 / n) to first order."""
    rng = np.random.default_rng(1)
    n, repeats = 4000, 400
    found = [upper_quantile(rng.exponential(size=n), 0.95, "", 1.0) for _ in range(repeats)]
    values, errors = np.array([item.value for item in found]), np.array([item.se for item in found])
    se = math.sqrt(19.0 / n)
    # the mean of an order statistic is that of a sum of exponentials: 1/n + 1/(n - 1) + ... (Renyi 1953)
    expected = sum(1.0 / k for k in range(n - math.ceil(0.95 * n) + 1, n + 1))
    assert abs(values.mean() - expected) < 4 * se / math.sqrt(repeats)
    assert abs(errors.mean() / se - 1.0) < 0.05
    covered = np.abs(values - math.log(20.0)) < 1.96 * errors
    assert abs(covered.mean() - 0.95) < 4 * math.sqrt(0.95 * 0.05 / repeats)


def test_a_quantile_among_equal_winters_is_certain() -> None:
    found = upper_quantile(np.zeros(1000), 0.95, "MWh", 1.0)
    assert (found.value, found.se) == (0.0, 0.0)
