"""What would change the answer most: a crude ranking of uncertain figures by rank correlation with the saving.

A first look at first-order effects (Spearman); interactions and pairs of correlated figures are not told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome

__all__ = ["Driver", "drivers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One uncertain figure and how strongly the saving moves with it."""

    path: str
    """Dotted path of the figure."""
    correlation: float
    """Spearman rank correlation with the saving over samples; its square is the share of (rank) variance."""


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks with ties averaged, centred."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2.0)[place]
    centred: NDArray[np.float64] = ranks - ranks.mean()
    return centred


def drivers(side: SideOutcome, values: NDArray[np.float64], most: int = 8) -> tuple[Driver, ...]:
    """Return the uncertain figures ranked by the size of their rank correlation with ``values``.

    Parameters
    ----------
    side: SideOutcome
        Holds the drawn figures.
    values: array
        What to explain, one value per sample, (n_samples,).
    most: int
        How many to return. Figures that sampling noise alone would explain (|r| < 3/sqrt(n)) are left out.
    """
    target = _ranks(values)
    spread = float(np.sqrt(target @ target))
    found = []
    for path, drawn in side.inputs.items():
        ranks = _ranks(drawn)
        scale = spread * float(np.sqrt(ranks @ ranks))
        if scale > 0.0:
            found.append(Driver(path=path, correlation=float(target @ ranks) / scale))
    kept = [driver for driver in found if abs(driver.correlation) >= 3.0 / np.sqrt(max(1, len(values)))]
    return tuple(sorted(kept, key=lambda driver: -abs(driver.correlation))[:most])
