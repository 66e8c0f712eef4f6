"""A moved distribution against the same one written down moved."""

from __future__ import annotations

import numpy as np
import pytest

from standstill.evidence.distribution import Choice, Distribution, Fixed, LogNormal, Normal, Triangular, Uniform
from standstill.evidence.moved import Moved

U = np.linspace(0.01, 0.99, 25)
SAME: dict[str, tuple[Distribution, Distribution]] = {
    "fixed": (Moved(of=Fixed(value=3.0), factor=2.0, shift=1.0), Fixed(value=7.0)),
    "uniform": (Moved(of=Uniform(low=1.0, high=3.0), factor=2.0, shift=1.0), Uniform(low=3.0, high=7.0)),
    "triangular": (
        Moved(of=Triangular(low=1.0, mode=2.0, high=4.0), factor=0.5, shift=-1.0),
        Triangular(low=-0.5, mode=0.0, high=1.0),
    ),
    "normal": (Moved(of=Normal(mean=2.0, sd=0.5), factor=3.0, shift=1.0), Normal(mean=7.0, sd=1.5)),
    "nothing": (Moved(of=Uniform(low=1.0, high=3.0), factor=0.0, shift=4.0), Fixed(value=4.0)),
}


@pytest.mark.parametrize(("moved", "same"), SAME.values(), ids=SAME)
def test_it_equals_the_distribution_written_down(moved: Distribution, same: Distribution) -> None:
    np.testing.assert_allclose(moved.quantile(U), same.quantile(U), rtol=1e-12, atol=1e-12)
    places = np.linspace(-2.0, 12.0, 57)
    np.testing.assert_allclose(moved.cdf(places), same.cdf(places), rtol=1e-12, atol=1e-12)
    assert moved.support == pytest.approx(same.support)
    assert moved.expected == pytest.approx(same.expected)
    assert moved.median == pytest.approx(same.median)
    assert moved.span == pytest.approx(same.span)


@pytest.mark.parametrize(
    "of", [Choice(values=(1.0, 2.0)), LogNormal(median=2.0, sigma=0.4)], ids=["choice", "lognormal"]
)
def test_moved_by_one_and_nothing_it_is_the_same(of: Distribution) -> None:
    np.testing.assert_array_equal(Moved(of=of, factor=1.0).quantile(U), of.quantile(U))


def test_a_larger_draw_must_stay_a_larger_one() -> None:
    for factor in (-0.1, float("nan")):
        with pytest.raises(ValueError, match="factor must be >= 0, got"):
            Moved(of=Fixed(value=1.0), factor=factor)


def test_words() -> None:
    moved = Moved(of=Uniform(low=1.0, high=3.0), factor=2.0, shift=1.0)
    assert moved.describe("MW") == "2 x (uniform 1 to 3 MW) + 1 MW"
