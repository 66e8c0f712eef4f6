"""A value with its standard error and unit: what every measure returns.

Knows nothing of where the value came from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A Monte Carlo estimate. Printing gives value ± standard error, unit and horizon.

    Examples
    --------
    >>> Estimate(value=1.5921, se=0.012, unit="MWh", samples=1000, horizon_h=4.0)
    1.592±0.012 MWh/4h
    """

    value: float
    """Mean over samples."""
    se: float
    """Standard error of ``value``: the sampling error of the method, not the uncertainty of the answer."""
    unit: str
    """Unit of both."""
    samples: int
    """Number of samples behind it."""
    horizon_h: float
    """Length of the measured window, h."""
    p10: float | None = None
    """10th percentile over samples, if the measure has a distribution over samples."""
    p50: float | None = None
    """Median over samples."""
    p90: float | None = None
    """90th percentile over samples; ``p10`` to ``p90`` is the 80 % range."""
    largest: float | None = None
    """Largest over samples, of a measure that asks for it."""
    reason: str = ""
    """Why there is no value, when ``value`` is not a number, or no standard error."""

    @property
    def exists(self) -> bool:
        """Whether there is a value; otherwise ``reason`` says why not."""
        return math.isfinite(self.value)

    def __repr__(self) -> str:
        """Return ``value±se unit/horizon`` with the digits that the error supports."""
        if not self.exists:
            return f"none ({self.reason})"
        digits = 3 if self.se <= 0 or not math.isfinite(self.se) else max(0, 1 - math.floor(math.log10(self.se)))
        return f"{self.value:.{digits}f}±{self.se:.{digits}f} {self.unit}/{self.horizon_h:g}h"

    def as_dict(self) -> dict[str, float | str | None]:
        """Return the JSON form: value, se, unit, p10, p50, p90, max; null with a reason where nothing exists."""
        if not self.exists:
            return {"value": None, "se": None, "unit": self.unit, "reason": self.reason}
        out: dict[str, float | str | None] = {"value": self.value, "se": self.se, "unit": self.unit}
        if self.p10 is not None:
            out |= {"p10": self.p10, "p50": self.p50, "p90": self.p90}
        if self.largest is not None:
            out["max"] = self.largest
        if self.reason:
            out["reason"] = self.reason
        return out
