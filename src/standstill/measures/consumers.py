"""What consumers see: hours off, critical cuts, and winters without grave cuts. Knows nothing of generators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.measures.sampled import Sampled

__all__ = ["consumer_samples", "got_through", "met_until", "still_met"]


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


def met_until(side: SideOutcome, arm: str) -> NDArray[np.float64]:
    """Return until when each winter meets the side's criterion, h from the start of the simulation, (n_samples,).

    Infinite for a winter that meets it to the end, which is one without grave cuts.
    """
    ends = [side.column(arm, "first_over")]
    if not side.criterion.critical_cut_allowed:
        ends.append(side.column(arm, "first_critical"))
    first: NDArray[np.float64] = np.min([np.where(end > 0.0, end, np.inf) for end in ends], axis=0)
    return first


def still_met(side: SideOutcome, arm: str, times: Sequence[dt.datetime]) -> NDArray[np.float64]:
    """Return the share of winters that meet the criterion from the start of the measured window to each time."""
    hours = [(time - side.simulate_from).total_seconds() / 3600.0 for time in times]
    # a step that ends at the very time belongs before it
    return 1.0 - np.searchsorted(np.sort(met_until(side, arm)), hours, side="right") / len(side.totals[arm])


def consumer_samples(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return what consumers see in one arm, sample by sample.

    ``hours_off`` is hours a day off per sheddable consumer, averaged over the horizon: the energy unserved to
    sheddable load over that load; ``worst_window`` the same in the worst rolling window of the criterion. ``waves``
    and ``hits`` are counted from the start of the simulation, before anything is measured. "getting_through:2024-10"
    is the share of winters that meet the criterion to the end of that month.
    """
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
        until = met_until(side, arm)
        for month in side.months:
            end = min(_month_end(month, side.measure_to.tzinfo), side.measure_to)
            kept = until > (end - side.simulate_from).total_seconds() / 3600.0
            out[f"getting_through:{month}"] = plain(kept.astype(np.float64), "probability")
    return out


def _month_end(month: str, zone: dt.tzinfo | None) -> dt.datetime:
    """Return when a month, such as "2024-10", ends."""
    year, number = map(int, month.split("-"))
    return dt.datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
