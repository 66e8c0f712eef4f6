"""One value, and ranges with two ends: what a stated value or range becomes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from standstill.evidence.distribution.base import (
    Distribution,
    Floats,
    above,
    floats,
    positive,
    range_words,
    require,
    within,
)
from standstill.evidence.text import number_text, with_unit

__all__ = ["Beta", "Fixed", "LogUniform", "Triangular", "Uniform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(Distribution):
    """One value, known or taken as known."""

    value: float
    """The value."""

    def __post_init__(self) -> None:
        require(self)

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value for every ``u``."""
        return np.full_like(floats(u), self.value)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return 0 below the value, otherwise 1."""
        return (floats(x) >= self.value).astype(np.float64)

    @property
    def support(self) -> tuple[float, float]:
        """The value twice."""
        return self.value, self.value

    @property
    def expected(self) -> float:
        """The value."""
        return self.value

    def describe(self, unit: str = "") -> str:
        """Return the value with its unit."""
        return with_unit(number_text(self.value), unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform(Distribution):
    """Any value of a range, equally likely: what a bare range becomes.

    Examples
    --------
    >>> fleet = Uniform(low=2.0, high=4.0)
    >>> fleet.describe("GW"), float(fleet.quantile(0.25)), fleet.expected
    ('uniform 2 to 4 GW', 2.5, 3.0)
    """

    low: float
    """Least value."""
    high: float
    """Greatest value, above ``low``."""

    def __post_init__(self) -> None:
        require(self, high=above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at share ``u`` of the range."""
        return within(self.low + floats(u) * (self.high - self.low), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the share of the range at or below ``x``."""
        return within((floats(x) - self.low) / (self.high - self.low), 0.0, 1.0)

    @property
    def support(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high

    @property
    def expected(self) -> float:
        """Middle of the range."""
        return self.low + (self.high - self.low) / 2

    def describe(self, unit: str = "") -> str:
        """Return the range in words."""
        return with_unit(f"uniform {range_words(self.low, self.high)}", unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangular(Distribution):
    """A range with a most likely value."""

    low: float
    """Least value."""
    mode: float
    """Most likely value."""
    high: float
    """Greatest value, above ``low``."""

    def __post_init__(self) -> None:
        between = "" if self.low <= self.mode <= self.high else f"lie in {range_words(self.low, self.high)}"
        require(self, mode=between, high=above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        share, width = floats(u), self.high - self.low
        left = self.low + np.sqrt(share * (width * (self.mode - self.low)))
        right = self.high - np.sqrt((1.0 - share) * (width * (self.high - self.mode)))
        rising = share * width <= self.mode - self.low
        return np.where(rising, np.minimum(left, self.mode), np.maximum(right, self.mode))

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        value, width = floats(x), self.high - self.low
        rise, fall = self.mode - self.low, self.high - self.mode
        above, below = within(value - self.low, 0.0, rise), within(self.high - value, 0.0, fall)
        # ratios first, so that a slope of almost no width neither overflows nor underflows
        left = (above / (rise or 1.0)) * (above / width)
        right = (below / (fall or 1.0)) * (below / width)
        return np.where(value < self.mode, left, 1.0 - right)

    @property
    def support(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high

    @property
    def expected(self) -> float:
        """Mean of the ends and the mode."""
        return (self.low + self.mode + self.high) / 3.0

    def describe(self, unit: str = "") -> str:
        """Return the range and the most likely value in words."""
        words = f"triangular {range_words(self.low, self.high)}, most likely {number_text(self.mode)}"
        return with_unit(words, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogUniform(Distribution):
    """A range whose every doubling is equally likely: for a value known only by its order of size."""

    low: float
    """Least value, above 0."""
    high: float
    """Greatest value, above ``low``."""

    def __post_init__(self) -> None:
        require(self, low=positive(self.low), high=above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at share ``u`` of the logarithmic range."""
        log = math.log(self.low) + floats(u) * math.log(self.high / self.low)
        return within(np.exp(log), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the share of the logarithmic range at or below ``x``."""
        value = within(floats(x), self.low, self.high)
        return np.log(value / self.low) / math.log(self.high / self.low)

    @property
    def support(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high

    @property
    def expected(self) -> float:
        """Width of the range over its logarithmic width."""
        return (self.high - self.low) / math.log(self.high / self.low)

    def describe(self, unit: str = "") -> str:
        """Return the range in words."""
        return with_unit(f"log-uniform {range_words(self.low, self.high)}", unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta(Distribution):
    """A beta distribution on the range from ``low`` to ``high``."""

    a: float
    """First shape, above 0: weight of the high end."""
    b: float
    """Second shape, above 0: weight of the low end."""
    low: float = 0.0
    """Least value."""
    high: float = 1.0
    """Greatest value, above ``low``."""

    def __post_init__(self) -> None:
        require(self, a=positive(self.a), b=positive(self.b), high=above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        from scipy.special import betaincinv

        share = betaincinv(self.a, self.b, floats(u))
        return within(self.low + share * (self.high - self.low), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        from scipy.special import betainc

        share = within((floats(x) - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(betainc(self.a, self.b, share), dtype=np.float64)

    @property
    def support(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high

    @property
    def expected(self) -> float:
        """The point at share a / (a + b) of the range."""
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)

    def describe(self, unit: str = "") -> str:
        """Return the shapes and the range in words."""
        words = f"beta({number_text(self.a)}, {number_text(self.b)}) on {range_words(self.low, self.high)}"
        return with_unit(words, unit)
