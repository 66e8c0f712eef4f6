"""Adequacy indices of one side in one arm: from per-sample totals to estimates with standard errors and quantiles.

Names and definitions as in the field: LOLE counts steps in which any region is short, in hours; EUE is the expected
unserved energy; NEUE is EUE over load, in ppm; LOLEv the expected number of shortfall events, LOLD their mean length.
Knows nothing of arms being compared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.rare import doubted, rule_of_three
from standstill.measures.sampled import (
    Floats,
    Sampled,
    estimates,
    from_samples,
    mean_ratio,
    tail_mean,
    upper_quantile,
)

__all__ = [
    "EVENT_MEASURES", "adequacy", "adequacy_samples", "from_samples", "region_indices", "regions_of", "short_samples",
]  # fmt: skip

EVENT_MEASURES = {"longest_spell": "longest_event", "event_depth": "deepest", "event_energy": "largest_event"}
"""What the worst event of a winter is measured by, and the column of totals that has it."""
_NO_LOAD = "there is no load"
_TAIL = 0.05


def adequacy(
    side: SideOutcome, arm: str, *, is_certain: bool = False, load_is_most: bool = True
) -> dict[str, Estimate]:
    """Return the adequacy indices of one arm: eue, neue, lole, lolev, lold, cvar95, var95, and the shape of events.

    Parameters
    ----------
    side: SideOutcome
        What was simulated.
    arm: str
        The arm.
    is_certain: bool
        Whether nothing was left to chance; otherwise few samples with a shortfall, or none, leave ``doubted`` indices.
    load_is_most: bool
        Whether no winter can lack more than the load, so that there are bounds of unserved energy.

    Notes
    -----
    Of what measures the worst event of a winter, the largest over all samples comes along. It grows with their number,
    so it says what was seen and not what can be.
    """
    sampled = adequacy_samples(side, arm)
    found = estimates(sampled)
    for name in EVENT_MEASURES:
        found[name] = replace(found[name], largest=float(sampled[name].values.max()))
    load = float(side.column(arm, "load").max())
    if not is_certain and load > 0.0:
        short, most = short_samples(side, arm), _most(side, load, load_is_most)
        found |= {name: doubted(found[name], short, bound) for name, bound in most.items()}
    unserved = side.column(arm, "unserved")
    return found | {"var95": upper_quantile(unserved, 1.0 - _TAIL, side.energy_unit, side.horizon_h)}


def short_samples(side: SideOutcome, arm: str, region: str = "") -> int:
    """Return how many samples have a shortfall, anywhere or in one region."""
    return int(np.count_nonzero(side.column(arm, f"short_steps:{region}" if region else "short_steps")))


def _most(side: SideOutcome, load: float, load_is_most: bool) -> dict[str, float | None]:
    """Return the most that a winter can have of what is 0 without a shortfall; none where that is not known."""
    tail = min(1.0 / _TAIL, 1.0 / rule_of_three(len(side.region_load)))
    energy = {"eue": load, "neue": 1e6, "cvar95": load * tail, "event_energy": load}
    return {
        "lole": side.horizon_h, "lolev": (side.horizon_h / side.step_h + 1.0) // 2.0,
        "longest_spell": side.horizon_h, "event_depth": None, "lold": None,
        **(energy if load_is_most else dict.fromkeys(energy)),
    }  # fmt: skip


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
        "neue": mean_ratio(1e6 * unserved, load, "ppm", horizon, _NO_LOAD),
        "lole": plain(short_h, "h"),
        "lolev": plain(events, "events"),
        "lold": mean_ratio(short_h, events, "h", horizon, "no shortfall event in any sample"),
        "cvar95": tail_mean(unserved, 1.0 - _TAIL, energy, horizon),
        "longest_spell": plain(longest * side.step_h, "h"),
        "event_depth": plain(side.column(arm, "deepest"), side.power_unit),
        "event_energy": plain(side.column(arm, "largest_event")),
        "generation_limited": plain(unserved - delivery),
        "delivery_limited": plain(delivery),
        **{f"eue:{month}": plain(side.column(arm, f"unserved:{month}")) for month in side.months},
    }


def region_indices(
    side: SideOutcome, arm: str, *, is_certain: bool = False, load_is_most: bool = True
) -> list[dict[str, Any]]:
    """Return name, LOLE, EUE and NEUE of each region, and its samples with a shortfall; parameters as ``adequacy``.

    A region without load has no such number of samples.
    """
    rows: list[dict[str, Any]] = []
    for place, (name, found) in enumerate(regions_of(side, arm).items()):
        load = float(side.region_load[:, place].max())
        short, most = short_samples(side, arm, name), _most(side, load, load_is_most)
        if not is_certain and load > 0.0:
            found = {index: doubted(item, short, most[index]) for index, item in found.items()}
        rows.append({"name": name, **found, "short": short if load > 0.0 else None})
    return rows


def regions_of(side: SideOutcome, arm: str) -> dict[str, dict[str, Estimate]]:
    """Return LOLE, EUE and NEUE of each region, by its name."""
    return {
        name: {
            "lole": from_samples(side.column(arm, f"short_steps:{name}") * side.step_h, "h", side.horizon_h),
            "eue": from_samples(side.column(arm, f"unserved:{name}"), side.energy_unit, side.horizon_h),
            "neue": _region_neue(side, arm, place).estimate(),
        }
        for place, name in enumerate(side.regions)
    }


def _region_neue(side: SideOutcome, arm: str, place: int) -> Sampled:
    """Return unserved energy per energy demanded in a region, by its place; load is the same in every arm."""
    unserved = side.column(arm, f"unserved:{side.regions[place]}")
    return mean_ratio(1e6 * unserved, side.region_load[:, place], "ppm", side.horizon_h, _NO_LOAD)
