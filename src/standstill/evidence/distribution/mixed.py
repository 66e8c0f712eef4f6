"""One of several values, or of several distributions: how claims that differ are kept side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from standstill.evidence.distribution.base import Distribution, Floats, floats, require
from standstill.evidence.text import number_text, with_unit

__all__ = ["Choice", "Mixture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Distribution):
    """One of several values.

    Examples
    --------
    >>> Choice(values=(0.0, 7.0, 14.0), weights=(1.0, 1.0, 2.0)).quantile([0.1, 0.4, 0.9])
    array([ 0.,  7., 14.])
    """

    values: tuple[float, ...]
    """The values, at least one."""
    weights: tuple[float, ...] = ()
    """Their weights, each above 0, of any sum; equal if none are given."""

    def __post_init__(self) -> None:
        require(self, values="" if self.values else "hold at least one value", weights=_weighty(self, self.values))

    def _steps(self) -> tuple[Floats, Floats]:
        """Return the values in rising order and the cumulative probability at each."""
        order = np.argsort(floats(self.values), kind="stable")
        return floats(self.values)[order], _cumulative(_shares(self.weights, self.values)[order])

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        values, reached = self._steps()
        return values[np.searchsorted(reached, floats(u), side="left")]

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the weight of the values of at most ``x``."""
        values, reached = self._steps()
        return floats(np.concatenate(([0.0], reached))[np.searchsorted(values, floats(x), side="right")])

    @property
    def support(self) -> tuple[float, float]:
        """Least and greatest of the values."""
        return min(self.values), max(self.values)

    @property
    def expected(self) -> float:
        """Weighted mean of the values."""
        return float(_shares(self.weights, self.values) @ floats(self.values))

    def describe(self, unit: str = "") -> str:
        """Return the values, with their probabilities unless equal, in words."""
        words = _listed(tuple(number_text(value) for value in self.values), self.weights)
        return f"one of {with_unit(words, unit)}" if not self.weights else with_unit(f"one of {words}", unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture(Distribution):
    """A draw from one of several distributions: how claims that differ are kept side by side.

    Notes
    -----
    The parts are neither averaged nor narrowed: half of the winters follow one claim, half the other. ``quantile``
    inverts the mixed cumulative distribution by bisection to the last digit or so, also where parts overlap; a part
    with one value returns that value exactly.

    Examples
    --------
    >>> from standstill.evidence.distribution import Fixed, Uniform
    >>> mixed = Mixture(parts=(Fixed(value=10.0), Uniform(low=11.0, high=12.0)))
    >>> mixed.describe("GW")
    'equally likely: 10 GW; uniform 11 to 12 GW'
    >>> mixed.quantile([0.3, 0.75]), mixed.expected
    (array([10. , 11.5]), 10.75)
    """

    parts: tuple[Distribution, ...]
    """The distributions, at least one."""
    weights: tuple[float, ...] = ()
    """Their weights, each above 0, of any sum; equal if none are given."""

    def __post_init__(self) -> None:
        require(self, parts="" if self.parts else "hold at least one part", weights=_weighty(self, self.parts))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        share = floats(u)
        low, high = self._bracket(share)
        precision = np.finfo(np.float64)
        width = np.maximum(precision.eps * np.maximum(np.abs(low), np.abs(high)), precision.tiny)
        while np.any(high - low > width):
            middle = low + (high - low) / 2
            reached = self.cdf(middle) >= share
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return high

    def _bracket(self, share: Floats) -> tuple[Floats, Floats]:
        """Return ends with cdf(low) < u <= cdf(high), or the answer twice; it lies among the parts' own quantiles."""
        ends = np.sort(np.stack([part.quantile(share) for part in self.parts]), axis=0)
        low, high = ends[0], ends[-1]
        for end in ends:
            low = np.where(self.cdf(end) < share, end, low)
        for end in ends[::-1]:
            high = np.where(self.cdf(end) >= share, end, high)
        return np.minimum(low, high), high

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the weighted mean of the parts' probabilities of at most ``x``."""
        value = floats(x)
        total = np.zeros_like(value)
        for weight, part in zip(_shares(self.weights, self.parts), self.parts, strict=True):
            total = total + weight * part.cdf(value)
        return total

    @property
    def support(self) -> tuple[float, float]:
        """Least and greatest end of any part."""
        return min(part.support[0] for part in self.parts), max(part.support[1] for part in self.parts)

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest end of any part's span."""
        return min(part.span[0] for part in self.parts), max(part.span[1] for part in self.parts)

    @property
    def expected(self) -> float:
        """Weighted mean of the parts' means."""
        return float(_shares(self.weights, self.parts) @ floats([part.expected for part in self.parts]))

    def describe(self, unit: str = "") -> str:
        """Return the parts, with their probabilities unless equal, in words."""
        words = _listed(tuple(part.describe(unit) for part in self.parts), self.weights, "; ")
        return words if self.weights else f"equally likely: {words}"


def _shares(weights: tuple[float, ...], entries: tuple[object, ...]) -> Floats:
    """Return weights that sum to 1; equal ones if none are given."""
    chosen = floats(weights or (1.0,) * len(entries))
    return floats(chosen / chosen.sum())


def _cumulative(shares: Floats) -> Floats:
    """Return running sums that end at exactly 1."""
    sums = np.cumsum(shares)
    sums[-1] = 1.0
    return sums


def _listed(entries: tuple[str, ...], weights: tuple[float, ...], mark: str = ", ") -> str:
    """Return the entries, each with its probability if weights are given."""
    if not weights:
        return mark.join(entries)
    shares = _shares(weights, entries)
    return mark.join(f"{entry} ({share:.0%})" for entry, share in zip(entries, shares, strict=True))


def _weighty(record: Choice | Mixture, entries: tuple[object, ...]) -> str:
    if not record.weights:
        return ""
    if len(record.weights) != len(entries):
        return f"have one weight for each of {len(entries)}"
    return "" if all(weight > 0 for weight in record.weights) else "each be above 0"
