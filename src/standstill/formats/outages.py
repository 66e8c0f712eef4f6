"""Forced outages as other programs give them, a rate and a mean time to repair, and the two-state chain they make.

Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from standstill.errors import Faults

__all__ = ["NEVER", "RTS_GMLC_OUTAGES", "Outage", "chain", "check_outage"]

NEVER = (0.0, 1.0)
"""Probabilities of failure and repair of what never fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Forced outages of a class of units.

    Examples
    --------
    >>> Outage(rate=0.04, mttr_h=40.0)
    Outage(rate=0.04, mttr_h=40.0)
    """

    rate: float
    """Forced outage rate: the share of time a unit is on forced outage, [0, 1)."""
    mttr_h: float
    """Mean time to repair, h, > 0 if the rate is."""


RTS_GMLC_OUTAGES = MappingProxyType(
    {
        "nuclear": Outage(rate=0.12, mttr_h=150.0),
        "thermal": Outage(rate=0.0389, mttr_h=41.0),
        "hydro": Outage(rate=0.01, mttr_h=20.0),
    }
)
"""Means of the test system RTS-GMLC by asset class, weighted by capacity, from ``gen.csv`` as published in 2023.

A test system's figures, for trying things out: for a real system put in its own.
"""


def chain(rate: float, mttr_h: float, step_h: float) -> tuple[float, float]:
    """Return the probabilities of failure and of repair on entering a step.

    Parameters
    ----------
    rate: float
        Forced outage rate, [0, 1).
    mttr_h, step_h: float
        Mean time to repair and length of a step, h.

    Notes
    -----
    The time on outage is geometric with mean ``mttr_h``, so ``p_repair = step_h / mttr_h``, at most 1; the share of
    time on outage is ``p_fail / (p_fail + p_repair)``, so ``p_fail = p_repair * rate / (1 - rate)``.

    Examples
    --------
    >>> p_fail, p_repair = chain(0.04, 40.0, 1.0)
    >>> round(1 / p_fail), 1 / p_repair, round(p_fail / (p_fail + p_repair), 12)
    (960, 40.0, 0.04)
    """
    if rate == 0:
        return NEVER
    p_repair = min(1.0, step_h / mttr_h)
    return p_repair * rate / (1 - rate), p_repair


def check_outage(rate: float, mttr_h: float, step_h: float, place: str, faults: Faults) -> None:
    """Note what keeps a rate and a time to repair from being a chain; NaN stands for what was noted before."""
    if rate < 0 or rate >= 1:
        faults.add(place, "be a forced outage rate within [0, 1)", rate)
    elif rate > 0 and mttr_h <= 0:
        faults.add(place, "come with a mean time to repair > 0 h, as the unit fails", mttr_h)
    elif rate > 0 and mttr_h > 0 and chain(rate, mttr_h, step_h)[0] > 1:
        hint = "a unit cannot be out for most of the time and yet back within a step"
        faults.add(place, "come with a longer mean time to repair at that forced outage rate", mttr_h, hint)
