"""A measure sample by sample: the values whose mean it is, from which come its standard error and paired differences.

Knows nothing of outcomes or of what is measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from standstill.estimate import Estimate

__all__ = ["Sampled", "estimates", "from_samples", "mean_ratio", "tail_mean", "upper_quantile"]

Floats: TypeAlias = NDArray[np.float64]
_Z = 1.959963984540054  # half of a 95 % interval of a normal law, in standard deviations


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampled:
    """One value for each sample; the measure is their mean.

    Notes
    -----
    A ratio of means or a tail mean is no mean of something that one winter has. It is taken as the mean of what each
    winter adds to it to first order (the delta method), so that standard errors, and those of differences on the same
    draws, come about in one way for every measure.
    """

    values: Floats
    """(n_samples,)."""
    unit: str
    """Unit of the values."""
    horizon_h: float
    """Length of what is measured, h."""
    of_winter: bool = True
    """Whether a value is what one winter had, so that quantiles over winters mean something."""
    reason: str = ""
    """Why there is no value; empty if there is one."""

    def estimate(self) -> Estimate:
        """Return the mean with its standard error, and quantiles over winters where they mean something."""
        if self.reason:
            return Estimate(
                value=math.nan, se=math.nan, unit=self.unit, samples=len(self.values), horizon_h=self.horizon_h,
                reason=self.reason,
            )  # fmt: skip
        count = len(self.values)
        ends = np.quantile(self.values, (0.1, 0.5, 0.9)).tolist() if self.of_winter else (None, None, None)
        return Estimate(
            value=float(self.values.mean()),
            se=float(self.values.std(ddof=1) / np.sqrt(count)) if count > 1 else math.inf,
            unit=self.unit,
            samples=count,
            horizon_h=self.horizon_h,
            p10=ends[0],
            p50=ends[1],
            p90=ends[2],
        )

    def minus(self, other: Sampled) -> Sampled:
        """Return the difference sample by sample; both must be on the same draws and in one unit.

        Examples
        --------
        >>> with_it, without = (Sampled(values=np.array(x), unit="h", horizon_h=24.0) for x in ([1.0, 2.0], [4.0, 5.0]))
        >>> without.minus(with_it).estimate()
        3.000±0.000 h/24h
        """
        return Sampled(
            values=self.values - other.values,
            unit=self.unit,
            horizon_h=self.horizon_h,
            of_winter=self.of_winter and other.of_winter,
            reason=self.reason or other.reason,
        )


def estimates(sampled: dict[str, Sampled]) -> dict[str, Estimate]:
    """Return the estimate of each measure, by name."""
    return {name: item.estimate() for name, item in sampled.items()}


def from_samples(values: Floats, unit: str, horizon_h: float) -> Estimate:
    """Return the mean over samples with its standard error, and the 10th, 50th and 90th percentile.

    Parameters
    ----------
    values: array
        One value per sample, (n_samples,).
    unit: str
        Unit of the values.
    horizon_h: float
        Length of the measured window, h.

    Examples
    --------
    >>> from_samples(np.array([1.0, 3.0]), "h", 24.0)
    2.0±1.0 h/24h
    """
    return Sampled(values=values, unit=unit, horizon_h=horizon_h).estimate()


def mean_ratio(top: Floats, bottom: Floats, unit: str, horizon_h: float, reason: str) -> Sampled:
    """Return mean(top) / mean(bottom); none, with ``reason``, if bottom is 0.

    Notes
    -----
    Delta method: with R the ratio of the means, a sample adds ``R + (top - R bottom) / mean(bottom)``, whose mean is R
    and whose spread gives the standard error to first order (Cochran 1977, eq. 6.4).

    Examples
    --------
    >>> mean_ratio(np.array([1.0, 5.0]), np.array([1.0, 2.0]), "h", 24.0, "no event").estimate()
    2.00±0.67 h/24h
    """
    mean = float(bottom.mean())
    if mean == 0.0:
        return Sampled(values=np.zeros(len(top)), unit=unit, horizon_h=horizon_h, of_winter=False, reason=reason)
    ratio = float(top.mean()) / mean
    return Sampled(values=ratio + (top - ratio * bottom) / mean, unit=unit, horizon_h=horizon_h, of_winter=False)


def tail_mean(values: Floats, level: float, unit: str, horizon_h: float) -> Sampled:
    """Return the coherent CVaR: the mean of the worst (1 - level) share of samples.

    Notes
    -----
    Rockafellar and Uryasev (2002): ``q + mean(max(0, x - q)) / (1 - level)`` with q the quantile. A sample adds
    ``q + max(0, x - q) / (1 - level)``: that q is itself an estimate adds nothing to first order.

    Examples
    --------
    >>> tail_mean(np.arange(1.0, 11.0), 0.8, "MWh", 24.0).estimate().value
    9.5
    """
    quantile = float(np.quantile(values, level, method="inverted_cdf"))
    excess = quantile + np.maximum(values - quantile, 0.0) / (1.0 - level)
    return Sampled(values=excess, unit=unit, horizon_h=horizon_h, of_winter=False)


def upper_quantile(values: Floats, level: float, unit: str, horizon_h: float) -> Estimate:
    """Return the value at risk: the quantile of a winter's value, as the least that a share ``level`` stays within.

    Notes
    -----
    The order statistic of rank ``ceil(n level)``, which is also the quantile in ``tail_mean``. Its standard error asks
    for no density: the order statistics of ranks ``n level ± 1.96 sqrt(n level (1 - level))``, rounded outwards, hold
    the quantile with a chance of 95 %, whatever the law (David and Nagaraja 2003, Order Statistics, 3rd edition,
    section 7.1), and the standard error is their distance over 2 x 1.96 (Woodruff 1952, Journal of the American
    Statistical Association 47, 635-646). Where there are too few samples for an upper end, it is infinite: below 73 at
    a level of 95 %.

    Examples
    --------
    >>> found = upper_quantile(np.arange(1.0, 1001.0), 0.95, "MWh", 24.0)
    >>> found.value, round(found.se, 2)
    (950.0, 7.14)
    """
    count = len(values)
    half = _Z * math.sqrt(count * level * (1.0 - level))
    # a product such as 1000 x 0.95 may lie above 950 by the last bit
    ranks = (math.floor(count * level - half), math.ceil(count * level - 1e-9), math.ceil(count * level + half))
    low, middle, high = (min(max(rank, 1), count) - 1 for rank in ranks)
    has_end = ranks[2] <= count
    ordered = np.partition(values, sorted({low, middle, high}))
    return Estimate(
        value=float(ordered[middle]),
        se=float(ordered[high] - ordered[low]) / (2.0 * _Z) if has_end else math.inf,
        unit=unit,
        samples=count,
        horizon_h=horizon_h,
        reason="" if has_end else "too few samples for a standard error of this quantile",
    )
