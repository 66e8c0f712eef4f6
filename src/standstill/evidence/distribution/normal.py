"""The normal distribution, cut where it must be, and the log-normal: values without a hard end."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from standstill.evidence.distribution.base import Distribution, Floats, floats, positive, range_words, require, within
from standstill.evidence.text import number_text, with_unit

__all__ = ["LogNormal", "Normal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal(Distribution):
    """A normal distribution; where ``low`` or ``high`` is given, values beyond it are cut off and the rest rescaled."""

    mean: float
    """Mean before any cut."""
    sd: float
    """Standard deviation before any cut, above 0."""
    low: float | None = None
    """Least value, if cut below."""
    high: float | None = None
    """Greatest value, if cut above."""

    def __post_init__(self) -> None:
        require(self, sd=positive(self.sd))
        low, high = self._cuts()
        # beyond six standard deviations the rest is too thin for the inverse to be exact
        require(self, high="" if high - low > 1e-9 else "leave some of the distribution between the cuts")

    def _cuts(self) -> tuple[float, float]:
        """Return the cumulative probabilities, before any cut, of the ends."""
        low, high = self.support
        return _normal_cdf((low - self.mean) / self.sd), _normal_cdf((high - self.mean) / self.sd)

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        from scipy.special import ndtri

        low, high = self._cuts()
        return within(self.mean + self.sd * ndtri(low + floats(u) * (high - low)), *self.support)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        from scipy.special import ndtr

        low, high = self._cuts()
        return within((ndtr((floats(x) - self.mean) / self.sd) - low) / (high - low), 0.0, 1.0)

    @property
    def support(self) -> tuple[float, float]:
        """The cuts; infinite where there is none."""
        return -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high

    @property
    def expected(self) -> float:
        """Mean after the cuts."""
        low, high = self._cuts()
        below, above = (_normal_density((end - self.mean) / self.sd) for end in self.support)
        return self.mean + self.sd * (below - above) / (high - low)

    def describe(self, unit: str = "") -> str:
        """Return mean, standard deviation and cuts in words."""
        words = f"normal with mean {number_text(self.mean)} and sd {number_text(self.sd)}"
        if self.low is not None:
            words += f", not below {number_text(self.low)}"
        if self.high is not None:
            words += f", not above {number_text(self.high)}"
        return with_unit(words, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNormal(Distribution):
    """A value whose logarithm is normal."""

    # field() keeps the property of the base class from being taken as a default
    median: float = field()
    """Median, above 0."""
    sigma: float
    """Standard deviation of the natural logarithm, above 0."""

    def __post_init__(self) -> None:
        require(self, median=positive(self.median), sigma=positive(self.sigma))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        from scipy.special import ndtri

        return np.asarray(self.median * np.exp(self.sigma * ndtri(floats(u))), dtype=np.float64)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            score = np.log(np.maximum(floats(x), 0.0) / self.median) / self.sigma
        return np.asarray(ndtr(score), dtype=np.float64)

    @property
    def support(self) -> tuple[float, float]:
        """All positive values."""
        return 0.0, math.inf

    @property
    def expected(self) -> float:
        """Median times exp(sigma² / 2)."""
        return self.median * math.exp(self.sigma**2 / 2)

    def describe(self, unit: str = "") -> str:
        """Return the median and the 80 % range in words."""
        words = f"log-normal with median {number_text(self.median)}, 80 % in {range_words(*self.span)}"
        return with_unit(words, unit)


def _normal_cdf(score: float) -> float:
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


def _normal_density(score: float) -> float:
    return math.exp(-(score**2) / 2) / math.sqrt(2.0 * math.pi)
