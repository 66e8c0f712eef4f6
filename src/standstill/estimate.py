"""A value with its standard error and unit: what every measure returns.

Knows nothing of where the value came from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Estimate", "bound_text", "digits_text"]


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
    bound: float | None = None
    """What it is below at 95 %, where every sample gave 0 and so there is no standard error."""
    reason: str = ""
    """Why there is no value, when ``value`` is not a number, or no standard error, or why it is to be doubted."""

    @property
    def exists(self) -> bool:
        """Whether there is a value; otherwise ``reason`` says why not."""
        return math.isfinite(self.value)

    def __repr__(self) -> str:
        """Return ``value±se unit/horizon`` with the digits that the error supports."""
        if not self.exists:
            return f"none ({self.reason})"
        over = f"{self.unit}/{self.horizon_h:g}h"
        if self.bound is not None:
            return f"{self.value:g} {over} (below {bound_text(self.bound)} at 95 %)"
        if self.se == math.inf:
            return f"{self.value:.3f} {over} (no standard error)"
        if not self.se > 0.0:
            return f"{self.value:.3f}±{self.se:.3f} {over}"
        return f"{digits_text(self.value, self.se)}±{digits_text(self.se, self.se)} {over}"

    def as_dict(self) -> dict[str, float | str | None]:
        """Return the JSON form: value, se, unit, p10, p50, p90, max, upper95; null with a reason for what is not."""
        if not self.exists:
            return {"value": None, "se": None, "unit": self.unit, "reason": self.reason}
        has_error = math.isfinite(self.se)
        out: dict[str, float | str | None] = {
            "value": self.value,
            "se": self.se if has_error else None,
            "unit": self.unit,
        }
        if self.p10 is not None:
            out |= {"p10": self.p10, "p50": self.p50, "p90": self.p90}
        if self.largest is not None:
            out["max"] = self.largest
        if self.bound is not None:
            out["upper95"] = self.bound
        reason = self.reason or ("" if has_error else _few(self.samples))
        return out | ({"reason": reason} if reason else {})


def _few(samples: int) -> str:
    """Return why there is no standard error where nothing else says it."""
    return "one sample has no standard error" if samples == 1 else "too few samples for a standard error"


def digits_text(number: float, se: float) -> str:
    """Return a number to the second digit of its standard error, which is above 0 and finite.

    Examples
    --------
    >>> digits_text(1176.29846, 6.53), digits_text(6.53, 6.53), digits_text(12345.6, 789.1)
    ('1176.3', '6.5', '12350')
    >>> digits_text(3.1734e-27, 2e-29)
    '3.173e-27'
    """
    place = 1 - math.floor(math.log10(se))
    if place > 12 and abs(number) < 1e-6:
        digits = math.floor(math.log10(abs(number) or se)) + place
        return f"{number:.{max(1, digits)}e}"
    place = min(12, place)
    return f"{round(number, place):.{max(0, place)}f}"


def bound_text(bound: float) -> str:
    """Return a bound with two significant digits, as a plain number where that is not long.

    Examples
    --------
    >>> bound_text(2.628), bound_text(7512.0), bound_text(0.0003)
    ('2.6', '7500', '0.0003')
    """
    return f"{float(f'{bound:.2g}'):.12g}"
