"""Distributions: the quantile is the inverse of the cumulative distribution, and never decreases."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from standstill.errors import InputError
from standstill.evidence import (
    Beta,
    Choice,
    Distribution,
    Fixed,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    Triangular,
    Uniform,
)

CASES = [
    pytest.param(Fixed(value=2.5), id="fixed"),
    pytest.param(Uniform(low=-2.0, high=4.0), id="uniform"),
    pytest.param(Triangular(low=0.0, mode=1.0, high=5.0), id="triangular"),
    pytest.param(Triangular(low=0.0, mode=0.0, high=5.0), id="triangular falling"),
    pytest.param(Triangular(low=0.0, mode=5.0, high=5.0), id="triangular rising"),
    pytest.param(LogUniform(low=0.01, high=10.0), id="log-uniform"),
    pytest.param(Normal(mean=1.0, sd=2.0), id="normal"),
    pytest.param(Normal(mean=1.0, sd=2.0, low=0.0), id="normal cut below"),
    pytest.param(Normal(mean=1.0, sd=2.0, low=0.0, high=1.5), id="normal cut twice"),
    pytest.param(LogNormal(median=3.0, sigma=0.5), id="log-normal"),
    pytest.param(Beta(a=2.0, b=5.0), id="beta"),
    pytest.param(Beta(a=0.7, b=0.4, low=10.0, high=30.0), id="beta scaled"),
    pytest.param(Choice(values=(3.0, 1.0, 2.0), weights=(1.0, 2.0, 1.0)), id="choice"),
    pytest.param(Mixture(parts=(Fixed(value=10.0), Fixed(value=11.5))), id="mixture of values"),
    pytest.param(
        Mixture(parts=(Uniform(low=0.0, high=4.0), Fixed(value=1.5), Normal(mean=3.0, sd=1.0)), weights=(1, 1, 2)),
        id="mixture that overlaps",
    ),
    pytest.param(Mixture(parts=(Uniform(low=-1.0, high=1.0), Fixed(value=0.0))), id="mixture about zero"),
]
MIDPOINTS = (np.arange(200_000) + 0.5) / 200_000


@st.composite
def distributions(draw: st.DrawFn, depth: int = 1) -> Distribution:
    """Return a distribution of any kind, of ordinary size."""
    size, positive = st.floats(-1e6, 1e6), st.floats(1e-3, 1e3)
    low, mode, high = sorted(draw(st.tuples(size, size, size)))
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1.0))
    first, second = draw(positive), draw(positive)
    shape = draw(st.floats(0.5, 20.0))
    weights = draw(st.sampled_from([(), (1.0, 2.0, 0.5)]))
    simple: list[Distribution] = [
        Fixed(value=low),
        Uniform(low=low, high=high),
        Triangular(low=low, mode=mode, high=high),
        LogUniform(low=first, high=first * (1.01 + second)),
        Normal(mean=mode, sd=first),
        Normal(mean=mode, sd=first, low=mode - second * first, high=None),
        LogNormal(median=first, sigma=min(second, 3.0)),
        Beta(a=shape, b=draw(st.floats(0.5, 20.0)), low=low, high=high),
        Choice(values=(low, mode, high), weights=weights),
    ]
    if depth and draw(st.booleans()):
        parts = tuple(draw(distributions(depth=depth - 1)) for _ in range(3))
        return Mixture(parts=parts, weights=weights)
    return draw(st.sampled_from(simple))


shares = st.lists(st.floats(1e-6, 1 - 1e-6), min_size=1, max_size=30).map(np.array)


@settings(deadline=None)  # the first draw imports scipy.special
@given(distributions(), shares)
def test_quantile_never_decreases(distribution, u):
    values = distribution.quantile(np.sort(u))
    slack = 1e-12 * np.abs(values).max()
    assert np.all(np.diff(values) >= -slack)


@settings(deadline=None)
@given(distributions(), shares)
def test_quantile_inverts_the_cumulative_distribution(distribution, u):
    """The least value whose cumulative probability reaches u: reached there, and not yet just below."""
    values = distribution.quantile(u)
    step = 1e-9 * max(1.0, *np.abs(distribution.span), *np.abs(values))
    assert np.all(distribution.cdf(values + step) >= u - 1e-9)
    assert np.all(distribution.cdf(values - step) <= u + 1e-9)


@settings(deadline=None)
@given(distributions(), shares)
def test_draws_lie_in_the_support(distribution, u):
    low, high = distribution.support
    values = distribution.quantile(u)
    assert np.all((values >= low) & (values <= high))
    assert distribution.span[0] <= distribution.span[1]


@pytest.mark.parametrize("distribution", CASES)
def test_mean_of_draws_is_the_stated_mean(distribution):
    assert distribution.quantile(MIDPOINTS).mean() == pytest.approx(distribution.expected, rel=2e-4, abs=1e-6)


@pytest.mark.parametrize("distribution", CASES)
def test_shape_is_kept_and_scalars_are_taken(distribution):
    assert distribution.quantile(np.full((2, 3), 0.4)).shape == (2, 3)
    assert distribution.quantile(0.4).shape == ()
    assert distribution.cdf(0.4).shape == ()
    assert distribution.quantile(0.4).dtype == np.float64


@pytest.mark.parametrize("distribution", CASES)
def test_input_is_left_alone_and_pickles(distribution):
    u = np.array([0.2, 0.7])
    u.flags.writeable = False
    assert_allclose(pickle.loads(pickle.dumps(distribution)).quantile(u), distribution.quantile(u), rtol=0)


def test_mixture_of_values_returns_exactly_those_values():
    mixed = Mixture(parts=(Fixed(value=0.1), Fixed(value=1.3), Fixed(value=-7.7)))
    assert set(mixed.quantile(MIDPOINTS[::1000]).tolist()) == {0.1, 1.3, -7.7}
    assert_allclose(mixed.quantile([0.3, 0.5, 0.9]), [-7.7, 0.1, 1.3], rtol=0)


def test_mixture_keeps_disagreement_wide():
    mixed = Mixture(parts=(Uniform(low=1.0, high=2.0), Uniform(low=8.0, high=9.0)))
    assert mixed.span == (1.0, 9.0)
    assert_allclose(mixed.quantile([0.25, 0.75]), [1.5, 8.5])


@pytest.mark.parametrize(
    ("distribution", "text"),
    [
        (Fixed(value=1.7), "1.7 GW"),
        (Uniform(low=2.0, high=4.0), "uniform 2 to 4 GW"),
        (Triangular(low=0.0, mode=1.0, high=5.0), "triangular 0 to 5, most likely 1 GW"),
        (LogUniform(low=0.01, high=10.0), "log-uniform 0.01 to 10 GW"),
        (Normal(mean=1.0, sd=2.0, low=0.0, high=9.0), "normal with mean 1 and sd 2, not below 0, not above 9 GW"),
        (LogNormal(median=3.0, sigma=0.5), "log-normal with median 3, 80 % in 1.58065 to 5.69386 GW"),
        (Beta(a=2.0, b=5.0), "beta(2, 5) on 0 to 1 GW"),
        (Choice(values=(1.0, 2.0)), "one of 1, 2 GW"),
        (Choice(values=(1.0, 2.0), weights=(1.0, 3.0)), "one of 1 (25%), 2 (75%) GW"),
        (Mixture(parts=(Fixed(value=1.0), Uniform(low=2.0, high=3.0))), "equally likely: 1 GW; uniform 2 to 3 GW"),
        (
            Mixture(parts=(Fixed(value=1.0), Fixed(value=2.0)), weights=(1.0, 3.0)),
            "1 GW (25%); 2 GW (75%)",
        ),
    ],
)
def test_words(distribution, text):
    assert distribution.describe("GW") == text


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Fixed(value=math.nan), "value: must be finite, got nan"),
        (lambda: Uniform(low=2.0, high=2.0), "high: must be above low = 2, got 2.0"),
        (lambda: Triangular(low=0.0, mode=6.0, high=5.0), "mode: must lie in 0 to 5, got 6.0"),
        (lambda: LogUniform(low=0.0, high=5.0), "low: must be above 0, got 0.0"),
        (lambda: Normal(mean=0.0, sd=0.0), "sd: must be above 0, got 0.0"),
        (lambda: Normal(mean=0.0, sd=1.0, low=3.0, high=2.0), "high: must leave some of the distribution"),
        (lambda: Normal(mean=0.0, sd=1.0, low=50.0), "high: must leave some of the distribution"),
        (lambda: LogNormal(median=-1.0, sigma=1.0), "median: must be above 0, got -1.0"),
        (lambda: Beta(a=0.0, b=1.0), "a: must be above 0, got 0.0"),
        (lambda: Choice(values=()), "values: must hold at least one value"),
        (lambda: Choice(values=(1.0,), weights=(1.0, 2.0)), "weights: must have one weight for each of 1"),
        (lambda: Mixture(parts=()), "parts: must hold at least one part"),
        (lambda: Mixture(parts=(Fixed(value=1.0),), weights=(0.0,)), "weights: must each be above 0"),
    ],
)
def test_bad_parameters_are_refused(build, message):
    with pytest.raises(InputError, match=message):
        build()


def test_every_bad_parameter_is_listed():
    with pytest.raises(InputError, match="2 faults in Beta"):
        Beta(a=-1.0, b=math.inf)


def test_import_loads_no_scipy():
    code = "import sys, standstill.evidence; assert not [name for name in sys.modules if name.startswith('scipy')]"
    subprocess.run([sys.executable, "-c", code], check=True)
