"""A distribution scaled and shifted: what a figure becomes when something is done about it. Knows nothing of what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standstill.evidence.distribution import Distribution
from standstill.evidence.text import number_text, with_unit

__all__ = ["Moved"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Distribution):
    """``factor`` times a draw of another distribution plus ``shift``.

    Examples
    --------
    >>> from standstill.evidence.distribution import Uniform
    >>> moved = Moved(of=Uniform(low=1.0, high=3.0), factor=2.0, shift=1.0)
    >>> moved.quantile([0.5]), moved.support, moved.expected
    (array([5.]), (3.0, 7.0), 5.0)
    """

    of: Distribution
    """What is moved."""
    factor: float
    """Factor, at least 0, so that a larger draw stays a larger one."""
    shift: float = 0.0
    """What is added."""

    def __post_init__(self) -> None:
        if not self.factor >= 0.0:
            raise ValueError(f"factor must be >= 0, got {self.factor}")

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the moved quantile."""
        return self.factor * self.of.quantile(u) + self.shift

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        values = np.asarray(x, dtype=np.float64)
        if self.factor == 0.0:
            return (values >= self.shift).astype(np.float64)
        return self.of.cdf((values - self.shift) / self.factor)

    @property
    def support(self) -> tuple[float, float]:
        """Both ends, moved."""
        low, high = self.of.support
        if self.factor == 0.0:
            return self.shift, self.shift
        return self.factor * low + self.shift, self.factor * high + self.shift

    @property
    def expected(self) -> float:
        """The mean, moved."""
        return self.factor * self.of.expected + self.shift

    def describe(self, unit: str = "") -> str:
        """Return both in words."""
        shift = with_unit(number_text(self.shift), unit)
        return f"{number_text(self.factor)} x ({self.of.describe(unit)}) + {shift}"
