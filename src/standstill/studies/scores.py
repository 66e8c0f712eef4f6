"""How a forecast made of samples did against what was observed: PIT, coverage, CRPS, and whether the PITs are even.

Pure mathematics of numbers; knows nothing of scenarios, sides or measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults

__all__ = ["FEWEST", "LEVELS", "Evenness", "central_range", "crps", "evenness", "randomised_pit", "share_inside"]

Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)
"""Levels of the central ranges."""
FEWEST = 10
"""Fewer outcomes than this are not tested: hardly any departure could be told from luck."""
SIGNIFICANCE = 0.05
"""How often forecasts that are as they should be are flagged."""


def randomised_pit(samples: Floats, observed: float, chance: float) -> float:
    """Return where an observation lies among the samples of its forecast, from 0 (below all) to 1 (above all).

    Parameters
    ----------
    samples: array
        The forecast, (n_samples,).
    observed: float
        What was observed, in the same unit.
    chance: float
        A uniform draw from [0, 1) that breaks ties.

    Notes
    -----
    Probability integral transform: ``(b + V (t + 1)) / (n + 1)`` with b samples below the observation, t equal to it,
    and V uniform. If the observation is one more draw from what the samples were drawn from, this is exactly uniform,
    for any number of samples and however many winters share a value, such as none unserved (Czado, Gneiting and Held,
    2009, "Predictive model assessment for count data", Biometrics 65, 1254-1261, for the randomised form).

    Examples
    --------
    >>> randomised_pit(np.array([0.0, 0.0, 3.0]), 0.0, 0.5), randomised_pit(np.array([0.0, 0.0, 3.0]), 9.0, 0.5)
    (0.375, 0.875)
    """
    below = int(np.count_nonzero(samples < observed))
    equal = int(np.count_nonzero(samples == observed))
    return float((below + chance * (equal + 1)) / (len(samples) + 1))


def central_range(samples: Floats, level: float) -> tuple[float, float]:
    """Return the range that holds the middle ``level`` of the samples.

    Examples
    --------
    >>> [round(end, 9) for end in central_range(np.arange(101.0), 0.8)]
    [10.0, 90.0]
    """
    low, high = np.quantile(samples, (0.5 - level / 2.0, 0.5 + level / 2.0)).tolist()
    return low, high


def share_inside(low: float, high: float, within: tuple[float, float]) -> float:
    """Return the share of what was observed, ``low`` to ``high``, that lies within a range: 0 or 1 for one value.

    Examples
    --------
    >>> share_inside(3.0, 3.0, (1.0, 4.0)), share_inside(3.0, 5.0, (1.0, 4.0))
    (1.0, 0.5)
    """
    first, last = within
    if low == high:
        return float(first <= low <= last)
    return max(0.0, min(high, last) - max(low, first)) / (high - low)


def crps(samples: Floats, low: float, high: float) -> float:
    """Return the continuous ranked probability score of a forecast, in its own unit: 0 is best.

    Parameters
    ----------
    samples: array
        The forecast, (n_samples,).
    low, high: float
        What was observed: one value where both are equal, otherwise every value between is equally likely.

    Notes
    -----
    ``E|X - y| - E|X - X'| / 2`` with X and X' independent draws of the forecast, over its samples (Gneiting and
    Raftery, 2007, "Strictly proper scoring rules, prediction, and estimation", Journal of the American Statistical
    Association 102, 359-378, eq. 21). For a forecast of one value it is the distance to it; of a yes or no, the Brier
    score. Over a range the first term is its exact mean.

    Examples
    --------
    >>> crps(np.array([2.0, 2.0]), 5.0, 5.0), crps(np.array([0.0, 1.0]), 1.0, 1.0)
    (3.0, 0.25)
    """
    ordered = np.sort(samples)
    count = len(ordered)
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(_distance(ordered, low, high).mean() - (weights @ ordered) / count**2)


def _distance(samples: Floats, low: float, high: float) -> Floats:
    """Return the mean distance of each sample from what was observed."""
    outside: Floats = np.abs(samples - 0.5 * (low + high))
    if low == high:
        return outside
    inside = ((samples - low) ** 2 + (high - samples) ** 2) / (2.0 * (high - low))
    return np.where((samples > low) & (samples < high), inside, outside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenness:
    """Whether PITs are spread evenly over 0 to 1, as those of forecasts that are as they should be."""

    n: int
    """Number of PITs."""
    mean: float
    """Their mean: above a half where more was observed than forecast."""
    statistic: float | None
    """Cramér-von Mises statistic; none if there are too few."""
    p: float | None
    """Chance of a statistic as large if forecasts are as they should be."""
    reason: str = ""
    """Why there is no test."""

    @property
    def is_flagged(self) -> bool | None:
        """Whether the forecasts are flagged at 5 %; none if there is no test."""
        return None if self.p is None else self.p < SIGNIFICANCE

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        out = {
            "n": self.n, "mean": self.mean, "test": "Cramér-von Mises", "statistic": self.statistic, "p": self.p,
            "flagged": self.is_flagged,
        }  # fmt: skip
        return out | ({"reason": self.reason} if self.reason else {})


def evenness(pits: Sequence[float]) -> Evenness:
    """Return whether PITs are spread evenly, by the test of Cramér and von Mises at 5 %.

    Raises
    ------
    InputError
        If there is none, or one is not within 0 and 1.

    Notes
    -----
    Chosen over the test of Kolmogorov and Smirnov because it sees a shift of all forecasts better: of 100 outcomes
    half a standard deviation off it flags nearly all. Its p-value is that of Csörgő and Faraway (1996), "The exact and
    asymptotic distributions of Cramér-von Mises statistics", Journal of the Royal Statistical Society B 58, 221-234.
    It takes the outcomes to be independent. Those of one winter are not: weeks share its weather and its damage, so a
    flag then says that this winter was unlike the forecasts, not that forecasts are wrong in general.

    Examples
    --------
    >>> evenness([0.05 + 0.1 * place for place in range(10)]).is_flagged
    False
    >>> evenness([0.9] * 10).is_flagged
    True
    """
    faults = Faults(source="PITs")
    if not len(pits):
        faults.add("pits", "have at least one")
    for place, pit in enumerate(pits):
        if not 0.0 <= pit <= 1.0:
            faults.add(f"pits[{place}]", "be within 0 and 1", pit)
    faults.raise_if_any()
    count, mean = len(pits), float(np.mean(pits))
    if count < FEWEST:
        reason = f"fewer than {FEWEST} outcomes tell too little"
        return Evenness(n=count, mean=mean, statistic=None, p=None, reason=reason)
    from scipy.stats import cramervonmises

    found = cramervonmises(np.asarray(pits, np.float64), "uniform")
    return Evenness(n=count, mean=mean, statistic=float(found.statistic), p=float(found.pvalue))
