"""What is to be recorded of a side by step, in which rows, and what a block hands over of it.

Knows nothing of how a step is balanced, or of what becomes of the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESULTS", "RecordPlan", "Recorded"]

RESULTS = ("shortfall", "surplus", "flow", "utilization", "energy", "availability", "class_availability")
"""What can be recorded, in the order of the rows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecordPlan:
    """Rows of what is recorded."""

    labels: dict[str, tuple[str, ...]]
    """Result -> names of its rows; results in the order of ``RESULTS``."""
    asset_row: NDArray[np.int64]
    """Row of each asset's availability, or -1, (n_assets,)."""
    class_row: NDArray[np.int64]
    """Row of the availability of each asset's class, or -1, (n_assets,)."""
    class_share: NDArray[np.float64]
    """Share of each asset in the capability of its class, (n_assets,)."""
    by_sample: bool
    """Whether the values of every sample are kept."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return sum(map(len, self.labels.values()))

    def first(self, result: str) -> int:
        """Return the first row of a result, or -1 if it is not recorded."""
        names = list(self.labels)
        return sum(len(self.labels[name]) for name in names[: names.index(result)]) if result in names else -1


class Recorded(NamedTuple):
    """What a block recorded."""

    mean: NDArray[np.float64]
    """Mean over its samples, (measured steps, rows)."""
    squares: NDArray[np.float64]
    """Sum of squared deviations from it, (measured steps, rows)."""
    values: NDArray[np.float64]
    """Values of every sample if they are kept, (samples or 0, measured steps, rows)."""
