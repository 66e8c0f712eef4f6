"""What a distribution of any kind answers, and how its parameters are checked. Knows none in particular."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standstill.errors import Faults
from standstill.evidence.text import number_text

__all__ = ["Distribution", "Floats", "above", "floats", "positive", "range_words", "require", "within"]

Floats = NDArray[np.float64]


class Distribution(ABC):
    """A one-dimensional distribution.

    Notes
    -----
    ``quantile`` is the inverse of the cumulative distribution, so it never decreases, and an uncertain input drawn with
    a larger ``u`` is never smaller. ``mean``, ``low`` and ``high`` are parameters of some distributions (a normal one
    that is cut has another mean); what a distribution of any kind answers is ``expected``, ``median``, ``support`` and
    ``span``.
    """

    __slots__ = ()

    @abstractmethod
    def quantile(self, u: ArrayLike) -> Floats:
        """Return, for each ``u`` in (0, 1), the least value whose cumulative probability reaches ``u``."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of a value of at most ``x``."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Least and greatest possible value; infinite where there is none."""

    @property
    @abstractmethod
    def expected(self) -> float:
        """Mean over all draws."""

    @abstractmethod
    def describe(self, unit: str = "") -> str:
        """Return the distribution in words, with a unit behind its numbers."""

    @property
    def median(self) -> float:
        """Least value that at least half of all draws do not exceed."""
        return float(self.quantile(0.5))

    @property
    def span(self) -> tuple[float, float]:
        """The support if both its ends are finite, otherwise the range from the 10th to the 90th percentile."""
        low, high = self.support
        if math.isfinite(low) and math.isfinite(high):
            return low, high
        return float(self.quantile(0.1)), float(self.quantile(0.9))


def floats(values: ArrayLike) -> Floats:
    """Return values as an array."""
    return np.asarray(values, dtype=np.float64)


def within(values: ArrayLike, low: float, high: float) -> Floats:
    """Return values, each moved to the nearer end where it lies beyond."""
    return np.minimum(np.maximum(floats(values), low), high)


def range_words(low: float, high: float) -> str:
    """Return a range in words."""
    return f"{number_text(low)} to {number_text(high)}"


def positive(value: float) -> str:
    """Return what must hold of a value that is not above 0, otherwise nothing."""
    return "" if value > 0 else "be above 0"


def above(name: str, low: float, high: float) -> str:
    """Return what must hold of a high end that is not above the low one, otherwise nothing."""
    return "" if high > low else f"be above {name} = {low:g}"


def require(record: Distribution, **broken: str) -> None:
    """Raise every fault of a record.

    Parameters
    ----------
    record: Distribution
        Whose fields must be finite.
    broken: str
        By field, what must hold of it and does not; empty where all is well.

    Raises
    ------
    InputError
        If there is any.
    """
    faults = Faults(source=type(record).__name__)
    for item in fields(record):  # type: ignore[arg-type]  # every distribution is a dataclass
        value = getattr(record, item.name)
        numbers = [number for number in (value if isinstance(value, tuple) else (value,)) if number is not None]
        if not all(isinstance(number, Distribution) or math.isfinite(number) for number in numbers):
            faults.add(item.name, "be finite", value)
        elif broken.get(item.name):
            faults.add(item.name, broken[item.name], value)
    faults.raise_if_any()
