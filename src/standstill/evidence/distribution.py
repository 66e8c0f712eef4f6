"""Distributions of uncertain inputs, drawn by their quantile functions: ``quantile(u)`` with u uniform on (0, 1).

Knows nothing of claims, figures or units beyond printing one. scipy.special is imported only where a formula needs it.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standstill.errors import Faults
from standstill.evidence.text import number_text, with_unit

__all__ = [
    "Beta",
    "Choice",
    "Distribution",
    "Fixed",
    "LogNormal",
    "LogUniform",
    "Mixture",
    "Normal",
    "Triangular",
    "Uniform",
]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(Distribution):
    """One value, known or taken as known."""

    value: float
    """The value."""

    def __post_init__(self) -> None:
        _require(self)

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value for every ``u``."""
        return np.full_like(_floats(u), self.value)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return 0 below the value, otherwise 1."""
        return (_floats(x) >= self.value).astype(np.float64)

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
        _require(self, high=_above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at share ``u`` of the range."""
        return _within(self.low + _floats(u) * (self.high - self.low), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the share of the range at or below ``x``."""
        return _within((_floats(x) - self.low) / (self.high - self.low), 0.0, 1.0)

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
        return with_unit(f"uniform {_range(self.low, self.high)}", unit)


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
        between = "" if self.low <= self.mode <= self.high else f"lie in {_range(self.low, self.high)}"
        _require(self, mode=between, high=_above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        share, width = _floats(u), self.high - self.low
        left = self.low + np.sqrt(share * (width * (self.mode - self.low)))
        right = self.high - np.sqrt((1.0 - share) * (width * (self.high - self.mode)))
        rising = share * width <= self.mode - self.low
        return np.where(rising, np.minimum(left, self.mode), np.maximum(right, self.mode))

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        value, width = _floats(x), self.high - self.low
        rise, fall = self.mode - self.low, self.high - self.mode
        above, below = _within(value - self.low, 0.0, rise), _within(self.high - value, 0.0, fall)
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
        words = f"triangular {_range(self.low, self.high)}, most likely {number_text(self.mode)}"
        return with_unit(words, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogUniform(Distribution):
    """A range whose every doubling is equally likely: for a value known only by its order of size."""

    low: float
    """Least value, above 0."""
    high: float
    """Greatest value, above ``low``."""

    def __post_init__(self) -> None:
        _require(self, low=_positive(self.low), high=_above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at share ``u`` of the logarithmic range."""
        log = math.log(self.low) + _floats(u) * math.log(self.high / self.low)
        return _within(np.exp(log), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the share of the logarithmic range at or below ``x``."""
        value = _within(_floats(x), self.low, self.high)
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
        return with_unit(f"log-uniform {_range(self.low, self.high)}", unit)


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
        _require(self, sd=_positive(self.sd))
        low, high = self._cuts()
        # beyond six standard deviations the rest is too thin for the inverse to be exact
        _require(self, high="" if high - low > 1e-9 else "leave some of the distribution between the cuts")

    def _cuts(self) -> tuple[float, float]:
        """Return the cumulative probabilities, before any cut, of the ends."""
        low, high = self.support
        return _normal_cdf((low - self.mean) / self.sd), _normal_cdf((high - self.mean) / self.sd)

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        from scipy.special import ndtri

        low, high = self._cuts()
        return _within(self.mean + self.sd * ndtri(low + _floats(u) * (high - low)), *self.support)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        from scipy.special import ndtr

        low, high = self._cuts()
        return _within((ndtr((_floats(x) - self.mean) / self.sd) - low) / (high - low), 0.0, 1.0)

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
        _require(self, median=_positive(self.median), sigma=_positive(self.sigma))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        from scipy.special import ndtri

        return np.asarray(self.median * np.exp(self.sigma * ndtri(_floats(u))), dtype=np.float64)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            score = np.log(np.maximum(_floats(x), 0.0) / self.median) / self.sigma
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
        words = f"log-normal with median {number_text(self.median)}, 80 % in {_range(*self.span)}"
        return with_unit(words, unit)


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
        _require(self, a=_positive(self.a), b=_positive(self.b), high=_above("low", self.low, self.high))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        from scipy.special import betaincinv

        share = betaincinv(self.a, self.b, _floats(u))
        return _within(self.low + share * (self.high - self.low), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the probability of at most ``x``."""
        from scipy.special import betainc

        share = _within((_floats(x) - self.low) / (self.high - self.low), 0.0, 1.0)
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
        words = f"beta({number_text(self.a)}, {number_text(self.b)}) on {_range(self.low, self.high)}"
        return with_unit(words, unit)


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
        _require(self, values="" if self.values else "hold at least one value", weights=_weighty(self, self.values))

    def _steps(self) -> tuple[Floats, Floats]:
        """Return the values in rising order and the cumulative probability at each."""
        order = np.argsort(_floats(self.values), kind="stable")
        return _floats(self.values)[order], _cumulative(_shares(self.weights, self.values)[order])

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        values, reached = self._steps()
        return values[np.searchsorted(reached, _floats(u), side="left")]

    def cdf(self, x: ArrayLike) -> Floats:
        """Return the weight of the values of at most ``x``."""
        values, reached = self._steps()
        return _floats(np.concatenate(([0.0], reached))[np.searchsorted(values, _floats(x), side="right")])

    @property
    def support(self) -> tuple[float, float]:
        """Least and greatest of the values."""
        return min(self.values), max(self.values)

    @property
    def expected(self) -> float:
        """Weighted mean of the values."""
        return float(_shares(self.weights, self.values) @ _floats(self.values))

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
        _require(self, parts="" if self.parts else "hold at least one part", weights=_weighty(self, self.parts))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the value at cumulative probability ``u``."""
        share = _floats(u)
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
        value = _floats(x)
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
        return float(_shares(self.weights, self.parts) @ _floats([part.expected for part in self.parts]))

    def describe(self, unit: str = "") -> str:
        """Return the parts, with their probabilities unless equal, in words."""
        words = _listed(tuple(part.describe(unit) for part in self.parts), self.weights, "; ")
        return words if self.weights else f"equally likely: {words}"


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _within(values: ArrayLike, low: float, high: float) -> Floats:
    return np.minimum(np.maximum(_floats(values), low), high)


def _shares(weights: tuple[float, ...], entries: tuple[object, ...]) -> Floats:
    """Return weights that sum to 1; equal ones if none are given."""
    chosen = _floats(weights or (1.0,) * len(entries))
    return _floats(chosen / chosen.sum())


def _cumulative(shares: Floats) -> Floats:
    """Return running sums that end at exactly 1."""
    sums = np.cumsum(shares)
    sums[-1] = 1.0
    return sums


def _normal_cdf(score: float) -> float:
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


def _normal_density(score: float) -> float:
    return math.exp(-(score**2) / 2) / math.sqrt(2.0 * math.pi)


def _range(low: float, high: float) -> str:
    return f"{number_text(low)} to {number_text(high)}"


def _listed(entries: tuple[str, ...], weights: tuple[float, ...], mark: str = ", ") -> str:
    """Return the entries, each with its probability if weights are given."""
    if not weights:
        return mark.join(entries)
    shares = _shares(weights, entries)
    return mark.join(f"{entry} ({share:.0%})" for entry, share in zip(entries, shares, strict=True))


def _positive(value: float) -> str:
    return "" if value > 0 else "be above 0"


def _above(name: str, low: float, high: float) -> str:
    return "" if high > low else f"be above {name} = {low:g}"


def _weighty(record: Choice | Mixture, entries: tuple[object, ...]) -> str:
    if not record.weights:
        return ""
    if len(record.weights) != len(entries):
        return f"have one weight for each of {len(entries)}"
    return "" if all(weight > 0 for weight in record.weights) else "each be above 0"


def _require(record: Distribution, **broken: str) -> None:
    """Raise every fault of a record: a value that is not finite, and each named rule that is not empty."""
    faults = Faults(source=type(record).__name__)
    for item in fields(record):  # type: ignore[arg-type]  # every distribution is a dataclass
        value = getattr(record, item.name)
        numbers = [number for number in (value if isinstance(value, tuple) else (value,)) if number is not None]
        if not all(isinstance(number, Distribution) or math.isfinite(number) for number in numbers):
            faults.add(item.name, "be finite", value)
        elif broken.get(item.name):
            faults.add(item.name, broken[item.name], value)
    faults.raise_if_any()
