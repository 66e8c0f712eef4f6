"""Forced outages as two-state chains: from a rate and a time to repair to probabilities a step.

Knows nothing of what fails.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from standstill.errors import Faults

__all__ = ["OutageRate", "split_outage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRate:
    """How often the units of an asset class are out of service by force, and for how long."""

    forced_outage_rate: float
    """Share of time out, [0, 1)."""
    mttr_h: float
    """Mean time to repair, h, > 0."""

    def __post_init__(self) -> None:
        faults = Faults(source="OutageRate")
        if not 0.0 <= self.forced_outage_rate < 1.0:
            faults.add("forced_outage_rate", "be a share from 0 to below 1", self.forced_outage_rate)
        if not 0.0 < self.mttr_h < math.inf:
            faults.add("mttr_h", "be a finite number of hours > 0", self.mttr_h)
        faults.raise_if_any()


def split_outage(forced_outage_rate: float, mttr_h: float, step_h: float) -> tuple[float, float]:
    """Return (p_fail, p_repair) per step of a two-state chain.

    Parameters
    ----------
    forced_outage_rate: float
        Share of time out, [0, 1).
    mttr_h: float
        Mean time to repair, h.
    step_h: float
        Length of a step, h.

    Notes
    -----
    The share of time out, ``p_fail / (p_fail + p_repair)``, is always kept. Repair takes ``mttr / step`` steps on
    average, and one where a step is longer than that. A unit that is out for most of the time may then have to fail
    more than once a step; it fails in every step in service instead, and repair takes as long as the share needs.

    Examples
    --------
    >>> split_outage(0.1, 50.0, 1.0)
    (0.0022222222222222222, 0.02)
    >>> split_outage(0.75, 1.0, 1.0)
    (1.0, 0.3333333333333333)
    """
    if forced_outage_rate <= 0.0:
        return 0.0, 1.0
    p_repair = min(1.0, step_h / mttr_h) if mttr_h > 0 else 1.0
    p_fail = forced_outage_rate / (1.0 - forced_outage_rate) * p_repair
    return (p_fail, p_repair) if p_fail <= 1.0 else (1.0, (1.0 - forced_outage_rate) / forced_outage_rate)
