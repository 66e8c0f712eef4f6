"""Adequacy indices of one side in one arm: from per-sample totals to estimates with standard errors and quantiles.

Names and definitions as in the field: LOLE counts steps in which any region is short, in hours; EUE is the expected
unserved energy; NEUE is EUE over load, in ppm; LOLEv the expected number of shortfall events, LOLD their mean length.
Knows nothing of arms being compared.
"""

from __future__ import annotations

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.sampled import Floats, Sampled, estimates, from_samples, mean_ratio, tail_mean

__all__ = ["adequacy", "adequacy_samples", "from_samples", "region_indices"]


def adequacy(side: SideOutcome, arm: str) -> dict[str, Estimate]:
    """Return the adequacy indices of one arm: eue, neue, lole, lolev, lold, cvar95, and the shape of events."""
    return estimates(adequacy_samples(side, arm))


def adequacy_samples(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return the same sample by sample.

    Notes
    -----
    ``generation_limited`` and ``delivery_limited`` add up to ``eue``. Either may be below 0 in a winter: what lines cut
    early on leaves stores fuller for later, and then less is missing than with every line whole.
    """
    horizon, energy = side.horizon_h, side.energy_unit

    def plain(values: Floats, unit: str = energy) -> Sampled:
        return Sampled(values=values, unit=unit, horizon_h=horizon)

    unserved, load, events, delivery, longest = (
        side.column(arm, name) for name in ("unserved", "load", "events", "delivery_unserved", "longest_event")
    )
    short_h = side.column(arm, "short_steps") * side.step_h
    return {
        "eue": plain(unserved),
        "neue": mean_ratio(1e6 * unserved, load, "ppm", horizon, "there is no load"),
        "lole": plain(short_h, "h"),
        "lolev": plain(events, "events"),
        "lold": mean_ratio(short_h, events, "h", horizon, "no shortfall event in any sample"),
        "cvar95": tail_mean(unserved, 0.95, energy, horizon),
        "longest_spell": plain(longest * side.step_h, "h"),
        "event_depth": plain(side.column(arm, "deepest"), side.power_unit),
        "event_energy": plain(side.column(arm, "largest_event")),
        "generation_limited": plain(unserved - delivery),
        "delivery_limited": plain(delivery),
        **{f"eue:{month}": plain(side.column(arm, f"unserved:{month}")) for month in side.months},
    }


def region_indices(side: SideOutcome, arm: str) -> list[dict[str, Estimate | str]]:
    """Return name, LOLE and EUE of each region."""
    return [
        {
            "name": name,
            "lole": from_samples(side.column(arm, f"short_steps:{name}") * side.step_h, "h", side.horizon_h),
            "eue": from_samples(side.column(arm, f"unserved:{name}"), side.energy_unit, side.horizon_h),
        }
        for name in side.regions
    ]
