"""Forced outages as other programs give them: a rate and a mean time to repair, checked.

Knows nothing of files.
"""

from __future__ import annotations

from types import MappingProxyType

from standstill.errors import Faults
from standstill.model.outage import OutageRate

__all__ = ["NEVER", "RTS_GMLC_OUTAGES", "check_outage"]

NEVER = (0.0, 1.0)
"""Probabilities of failure and repair of what never fails."""


RTS_GMLC_OUTAGES = MappingProxyType(
    {
        "nuclear": OutageRate(forced_outage_rate=0.12, mttr_h=150.0),
        "thermal": OutageRate(forced_outage_rate=0.0389, mttr_h=41.0),
        "hydro": OutageRate(forced_outage_rate=0.01, mttr_h=20.0),
    }
)
"""Means of the test system RTS-GMLC by asset class, weighted by capacity, from ``gen.csv`` as published in 2023.

A test system's figures, for trying things out: for a real system put in its own.
"""


def check_outage(rate: float, mttr_h: float, place: str, faults: Faults) -> None:
    """Note what keeps a rate and a time to repair from being a chain; NaN stands for what was noted before."""
    if rate < 0 or rate >= 1:
        faults.add(place, "be a forced outage rate within [0, 1)", rate)
    elif rate > 0 and mttr_h <= 0:
        faults.add(place, "come with a mean time to repair > 0 h, as the unit fails", mttr_h)
