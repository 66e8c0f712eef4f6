"""What drives the answer: how much of the saving's variance each uncertain figure explains, and how much none does.

First-order (Sobol) indices from the samples at hand; nothing is simulated. Knows nothing of arms or reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome

__all__ = ["Driver", "Drivers", "drivers", "first_order"]

Floats = NDArray[np.float64]

MOST_BINS = 50
"""More bins than this gain nothing: what an input does within one is then below a hundredth for any usual spread."""
PER_BIN = 100
"""Samples that a bin should have: with fewer, the noise of many idle inputs would blur what is left for chance."""
FEW_BINS = 10
"""Bins where there are too few samples for that."""
LEAST_PER_BIN = 4
"""Samples that a bin, or each value of an input that is to be a bin, must have on average."""
LEAST = 8
"""Samples without which nothing is said."""
BLOCKS = 32
"""Blocks of samples that the jackknife leaves out in turn."""
UNRANKED = ".aim."
"""Figures that divide hits between asset classes: they count in the sum and are never listed, as no ranking of what is
hit is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One uncertain figure and what it explains of the saving by itself."""

    path: str
    """Dotted path of the figure."""
    index: float
    """First-order index: the share of the saving's variance that knowing this figure alone would remove."""
    se: float
    """Standard error of ``index``."""
    direction: int
    """Sign of the rank correlation with the saving: 1, -1, or 0 if neither way."""
    low: float
    """Mean saving over the samples with the lowest tenth of the figure."""
    high: float
    """Mean saving over the samples with the highest tenth."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "path": self.path, "index": self.index, "se": self.se, "direction": self.direction,
            "low": self.low, "high": self.high,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What the uncertain figures of a side explain of its saving, and what is left."""

    ranked: tuple[Driver, ...] = ()
    """Figures that stand out of the sampling noise, the largest index first."""
    rest: float | None = None
    """Chance and interactions: 1 minus the sum of all first-order indices, those not listed included; none if there is
    nothing to explain. An estimate, so it may lie a little outside 0 to 1."""
    rest_se: float = 0.0
    """Standard error of ``rest``."""
    reason: str = ""
    """Why there is no ``rest``."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        rest: dict[str, Any] = {"value": self.rest, "se": self.rest_se if self.rest is not None else None}
        if self.reason:
            rest["reason"] = self.reason
        return {"figures": [driver.as_dict() for driver in self.ranked], "chance_and_interactions": rest}


def drivers(side: SideOutcome, values: Floats, most: int = 8) -> Drivers:
    """Return what the uncertain figures of a side explain of ``values``, the strongest first.

    Parameters
    ----------
    side: SideOutcome
        Holds the drawn figures.
    values: array
        What to explain, one value per sample, (n_samples,).
    most: int
        How many to list. Figures whose index is below three standard errors are not listed; all count in ``rest``.

    Notes
    -----
    What is left is chance (weather, outages, what flies and what hits) *and* interactions of figures with each other
    and with chance. One run cannot tell the two apart: that takes a second winter for each set of figures, with other
    chance (the covariance of the two is what figures explain together). With every figure fixed it is exactly 1.
    """
    count = len(values)
    if count < LEAST:
        return Drivers(reason=f"fewer than {LEAST} samples")
    if not float(np.ptp(values)) > 0.0:
        return Drivers(reason="the saving is the same in every winter")
    varied = {path: drawn for path, drawn in side.inputs.items() if float(np.ptp(drawn)) > 0.0}
    if not varied:
        return Drivers(rest=1.0)
    parts = {path: _replicates(drawn, values) for path, drawn in varied.items()}
    whole = sum(index for index, _, _ in parts.values())
    without = np.sum([left_out for _, left_out, _ in parts.values()], axis=0)
    found = []
    for path, (index, left_out, noise) in parts.items():
        error = _jackknife(left_out)
        if UNRANKED not in path and index > 3.0 * max(error, noise):
            found.append(_driver(path, varied[path], values, index, error))
    ranked = tuple(sorted(found, key=lambda driver: -driver.index)[:most])
    return Drivers(ranked=ranked, rest=1.0 - float(whole), rest_se=_jackknife(without))


def first_order(drawn: Floats, values: Floats) -> tuple[float, float]:
    """Return the first-order index of one input and its standard error.

    Parameters
    ----------
    drawn: array
        The input, (n_samples,).
    values: array
        What it may explain, (n_samples,); not all equal.

    Returns
    -------
    (index, se)
        The index may come out a little below 0 where the input explains nothing.

    Notes
    -----
    ``Var(E[Y | X]) / Var(Y)`` from the samples at hand: the input is cut into bins of equal counts (values of a
    discrete input that has few of them are its bins) and the variance of the bins' means is taken, as in Plischke,
    Borgonovo and Smith (2013), "Global sensitivity measures from given data", European Journal of Operational Research
    226, 536-550. The mean of a bin of m samples scatters with the variance s²/m even where the input does nothing;
    that is subtracted, as in the analysis of variance. What the input does within one bin is missed, which matters
    for long tails only. The standard error is that of a jackknife over 32 blocks of samples (Efron and Stein, 1981,
    "The jackknife estimate of variance", Annals of Statistics 9, 586-596); it errs on the large side, by up to 1.4
    times where the input explains nothing.

    Examples
    --------
    >>> drawn = np.tile([0.0, 1.0], 500)
    >>> index, se = first_order(drawn, 3.0 * drawn)
    >>> round(index, 9), round(se, 9)
    (1.0, 0.0)
    """
    index, left_out, _ = _replicates(drawn, values)
    return index, _jackknife(left_out)


def _bins(drawn: Floats) -> NDArray[np.intp]:
    """Return the bin of each sample: equal counts, equal values always together, few values each by itself."""
    known, place, counts = np.unique(drawn, return_inverse=True, return_counts=True)
    most = min(MOST_BINS, len(drawn) // LEAST_PER_BIN)
    wanted = min(most, max(FEW_BINS, len(drawn) // PER_BIN))
    if len(known) <= most:
        return place
    middle = np.cumsum(counts) - 0.5 * (counts + 1)
    # a value that fills several bins takes the one of its middle and leaves the others empty
    return np.unique((middle * wanted // len(drawn)).astype(np.intp)[place], return_inverse=True)[1]


def _replicates(drawn: Floats, values: Floats) -> tuple[float, Floats, float]:
    """Return the index, the same without each block of samples, and its error where the input explains nothing."""
    count = len(values)
    bins = _bins(drawn)
    n_bins = int(bins.max()) + 1
    n_blocks = min(BLOCKS, count // 2)
    block = np.arange(count) * n_blocks // count
    cell = block * n_bins + bins
    centred = values - values.mean()
    shape = (n_blocks, n_bins)
    sums = [
        np.bincount(cell, weights=weights, minlength=n_blocks * n_bins).reshape(shape)
        for weights in (np.ones(count), centred, centred * centred)
    ]
    totals = [part.sum(axis=0) for part in sums]
    index = float(_index(*(part[np.newaxis] for part in totals))[0])
    left_out = _index(*(whole - part for whole, part in zip(totals, sums, strict=True)))
    return index, left_out, float(np.sqrt(2.0 * (n_bins - 1)) / count)


def _index(counts: Floats, sums: Floats, squares: Floats) -> Floats:
    """Return the share of variance between bins, from counts, sums and sums of squares by bin, each (n, n_bins)."""
    total = counts.sum(axis=1)
    mean = sums.sum(axis=1) / total
    variance = squares.sum(axis=1) / total - mean * mean
    filled = np.maximum(counts, 1.0)
    between = sums * sums / filled
    within = np.maximum(squares - between, 0.0)
    used = (counts > 0.0).sum(axis=1)
    pooled = within.sum(axis=1) / np.maximum(total - used, 1.0)
    spread = np.where(counts > 1.0, within / np.maximum(counts - 1.0, 1.0), pooled[:, np.newaxis])
    scatter = np.where(counts > 0.0, spread * (1.0 - counts / total[:, np.newaxis]), 0.0).sum(axis=1)
    explained = between.sum(axis=1) / total - mean * mean - scatter / total
    shares: Floats = np.divide(explained, variance, out=np.zeros_like(explained), where=variance > 0.0)
    return shares


def _jackknife(left_out: Floats) -> float:
    count = len(left_out)
    return float(np.sqrt((count - 1) / count * np.sum((left_out - left_out.mean()) ** 2)))


def _driver(path: str, drawn: Floats, values: Floats, index: float, error: float) -> Driver:
    ordered = np.sort(drawn)
    tenth = max(1, len(drawn) // 10)
    correlation = float(_ranks(drawn) @ _ranks(values))
    return Driver(
        path=path,
        index=index,
        se=error,
        direction=int(np.sign(round(correlation, 6))),
        low=float(values[drawn <= ordered[tenth - 1]].mean()),
        high=float(values[drawn >= ordered[-tenth]].mean()),
    )


def _ranks(values: Floats) -> Floats:
    """Return ranks with ties averaged, centred."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2.0)[place]
    centred: Floats = ranks - ranks.mean()
    return centred
