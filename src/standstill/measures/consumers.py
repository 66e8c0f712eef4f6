"""What consumers see: hours off, critical cuts, and whether the winter is got through. Knows nothing of generators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.adequacy import from_samples

__all__ = ["consumers", "got_through"]


def got_through(side: SideOutcome, arm: str) -> NDArray[np.float64]:
    """Return 1 for each winter that meets the side's criterion, else 0, (n_samples,).

    The criterion (design §8): critical load is not cut, and in no rolling window are sheddable consumers off for more
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
    sheddable load over that load; ``worst_week`` the same in the worst rolling window.
    """
    horizon, step_h = side.horizon_h, side.step_h
    critical = side.column(arm, "critical_steps")
    out = {
        "hours_off": from_samples(side.column(arm, "hours_off") * 24.0 / horizon, "h/d", horizon),
        "schedule_hours": from_samples(side.column(arm, "short_steps") * step_h, "h", horizon),
        "critical_hours": from_samples(critical * step_h, "h", horizon),
        "critical_cut": from_samples((critical > 0).astype(np.float64), "probability", horizon),
        "critical_unserved": from_samples(side.column(arm, "critical_unserved"), side.energy_unit, horizon),
        "waves": from_samples(side.column(arm, "waves"), "waves", horizon),
        "hits": from_samples(side.column(arm, "hits"), "hits", horizon),
    }
    if side.histograms is not None:
        out["worst_week"] = from_samples(side.column(arm, "worst_window"), "h/d", horizon)
        out["getting_through"] = from_samples(got_through(side, arm), "probability", horizon)
    return out
