"""What consumers see: hours off, critical cuts, and whether the winter is got through. Knows nothing of generators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.sampled import Sampled, estimates

__all__ = ["consumer_samples", "consumers", "got_through"]


def got_through(side: SideOutcome, arm: str) -> NDArray[np.float64]:
    """Return 1 for each winter that meets the side's criterion, else 0, (n_samples,).

    The criterion: critical load is not cut, and in no rolling window are sheddable consumers off for more
    than the stated hours a day on average.
    """
    criterion = side.criterion
    kept = side.column(arm, "worst_window") <= criterion.hours_off_per_day
    if not criterion.critical_cut_allowed:
        kept &= side.column(arm, "critical_steps") == 0
    return kept.astype(np.float64)


def consumers(side: SideOutcome, arm: str) -> dict[str, Estimate]:
    """Return what consumers see in one arm.

    ``hours_off`` is hours a day off per sheddable consumer, averaged over the horizon: the energy unserved to
    sheddable load over that load; ``worst_window`` the same in the worst rolling window of the criterion. ``waves``
    and ``hits`` are counted from the start of the simulation, before anything is measured.
    """
    return estimates(consumer_samples(side, arm))


def consumer_samples(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return the same sample by sample."""
    horizon = side.horizon_h
    whole = (side.measure_to - side.simulate_from).total_seconds() / 3600.0
    critical = side.column(arm, "critical_steps")

    def plain(values: NDArray[np.float64], unit: str, hours: float = horizon) -> Sampled:
        return Sampled(values=values, unit=unit, horizon_h=hours)

    out = {
        "hours_off": plain(side.column(arm, "hours_off") * 24.0 / horizon, "h/d"),
        "critical_hours": plain(critical * side.step_h, "h"),
        "critical_cut": plain((critical > 0).astype(np.float64), "probability"),
        "critical_unserved": plain(side.column(arm, "critical_unserved"), side.energy_unit),
        "waves": plain(side.column(arm, "waves"), "waves", whole),
        "hits": plain(side.column(arm, "hits"), "hits", whole),
    }
    if side.histograms is not None:
        out["worst_window"] = plain(side.column(arm, "worst_window"), "h/d")
        out["getting_through"] = plain(got_through(side, arm), "probability")
    return out
