"""Operating reserve: hours in which it is short, by how much, and the load that would have to be shed to keep it.

Reported apart: none of it is in EUE or LOLE, which a reserve leaves as they are. Knows nothing of how a step is probed.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from standstill.engine.outcome import SideOutcome
from standstill.engine.reserve import RESERVE_COLUMNS
from standstill.estimate import Estimate
from standstill.measures.copper import binding, one_region
from standstill.measures.exact import shortfall_by_step
from standstill.measures.rare import doubted
from standstill.measures.sampled import Floats, Sampled, estimates
from standstill.model.system import Regions, Reserves, System

__all__ = ["RESERVE_MEASURES", "exact_reserve", "no_reserve", "reserve_estimates", "reserve_samples"]

RESERVE_MEASURES = ("reserve_shed", "reserve_hours", "reserve_shortage")
"""Measures of a system that asks for a reserve."""


def reserve_samples(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return what the side's reserve comes to in one arm, sample by sample; nothing if none is asked for.

    Returns
    -------
    dict
        ``reserve_shed``: energy of load that would have to be shed, beyond what is unserved, to keep the reserve.
        ``reserve_hours``: hours in which any of the reserve is short. ``reserve_shortage``: what is short of it, times
        how long.

    Notes
    -----
    In a step, with U(x) the least that stays unserved of demands x over the network, load L and reserve R allotted to
    regions: the shortage is U(L + R) - U(L), and the load to be shed U(L + R) - U(L) - U(R). What can be served
    together are the feasible demands of a flow network, a polymatroid, so that serving the reserve first costs the load
    just that, however it is done (Megiddo 1974, Mathematical Programming 7, 97-107).
    """
    if not set(RESERVE_COLUMNS) <= set(side.columns):
        return {}
    shed, shortage, steps = (side.column(arm, name) for name in RESERVE_COLUMNS)

    def plain(values: Floats, unit: str) -> Sampled:
        return Sampled(values=values, unit=unit, horizon_h=side.horizon_h)

    return {
        "reserve_shed": plain(shed, side.energy_unit),
        "reserve_hours": plain(steps * side.step_h, "h"),
        "reserve_shortage": plain(shortage, side.energy_unit),
    }


def reserve_estimates(side: SideOutcome, arm: str, *, is_certain: bool = False) -> dict[str, Estimate]:
    """Return the same with standard errors and quantiles; nothing if no reserve is asked for.

    Where few samples had their reserve short, or none, they are ``doubted``, unless nothing is left to chance.
    """
    sampled = reserve_samples(side, arm)
    found = estimates(sampled)
    if not found or is_certain:
        return found
    short, most = int(np.count_nonzero(sampled["reserve_hours"].values)), {"reserve_hours": side.horizon_h}
    return {name: doubted(item, short, most.get(name), "reserve shortage") for name, item in found.items()}


def no_reserve(system: System, like: Estimate, reason: str) -> dict[str, Estimate]:
    """Return that there is no number for a system that asks for a reserve, and why; nothing if it asks for none.

    ``like`` gives samples and horizon.
    """
    if not len(system.reserves):
        return {}
    units = (system.energy_unit, "h", system.energy_unit)
    return {
        name: replace(like, value=math.nan, se=math.nan, unit=unit, p10=None, p50=None, p90=None, reason=reason)
        for name, unit in zip(RESERVE_MEASURES, units, strict=True)
    }


def exact_reserve(
    system: System, like: Estimate, *, copper_plate: bool, measured: tuple[int, int]
) -> dict[str, Estimate]:
    """Return the measures exactly, by convolution; nothing if no reserve is asked for.

    Parameters
    ----------
    system: System
        As for ``exact_indices``, which takes all else.
    like: Estimate
        An exact index of the same horizon.
    copper_plate: bool
        Whether to leave out the limits of interfaces.
    measured: (int, int)
        First step measured and the one after the last.

    Notes
    -----
    A reserve that does not depend on outages shifts the load: each U(x) of ``reserve_samples`` is the expected
    shortfall of a load x. So there is a reason instead of a number where the largest unit in service is asked for,
    where a reserve is uncertain, and where it may not reach its region. That holds for a copper plate too: each
    measure is a difference of shortfalls that an interface may raise or lower, so that it would be no bound.

    Examples
    --------
    Two units of 100 MW, each in service with a chance of 0.9: with one of them a load of 50 MW is served, and of a
    reserve of 80 MW 30 are short, for which 30 MW of load would have to be shed. With none the load is unserved.

    >>> import datetime as dt
    >>> from standstill.model.system import Generators
    >>> system = System(
    ...     name="two units", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=10, power_unit="MW", energy_unit="MWh",
    ...     regions=Regions(names=("A",), load=[[50.0]]), reserves=Reserves(names=("spinning",), power=[[80.0]]),
    ...     generators=Generators(names=("one", "two"), classes=("thermal",) * 2, region=(0, 0),
    ...                           capacity=[[100.0], [100.0]], p_fail=[[0.1]] * 2, p_repair=[[0.9]] * 2),
    ... )
    >>> like = Estimate(value=0.0, se=0.0, unit="MWh", samples=0, horizon_h=10.0)
    >>> found = exact_reserve(system, like, copper_plate=False, measured=(0, 10))
    >>> [found[name].value.__round__(9) for name in ("reserve_hours", "reserve_shed", "reserve_shortage")]
    [1.9, 54.0, 62.0]
    """
    reserves = system.reserves
    if not len(reserves):
        return {}
    if any(reserves.largest_unit):
        return no_reserve(system, like, "the largest unit in service depends on outages: take samples")
    if not all(isinstance(scale, (int, float)) for scale in reserves.power_scale):
        return no_reserve(system, like, "the reserve is uncertain: take samples")
    load = system.regions.load * np.array(system.regions.load_scale, dtype=np.float64)[:, None]
    load = np.broadcast_to(load, (len(load), system.n_steps))
    asked = _allotted(reserves, load)
    both = _with_load(system, load + asked)
    if binding(both):
        why = "an interface may bind once the reserve is added to the load: take samples"
        return no_reserve(system, like, "not a bound where an interface may bind" if copper_plate else why)
    within = slice(*measured)
    chance, missing = (values[within] for values in shortfall_by_step(one_region(both)))
    # each of these is part of a load that no interface limits
    parts = [one_region(_with_load(system, part)) for part in (load, asked)]
    of_load, of_reserve = (shortfall_by_step(part)[1][within] for part in parts)
    energy = system.energy_per_step
    return {
        "reserve_shed": replace(like, value=float((missing - of_load - of_reserve).sum()) * energy, unit=like.unit),
        "reserve_hours": replace(
            like, value=float(chance[asked[:, within].sum(axis=0) > 0.0].sum()) * system.step_h, unit="h"
        ),
        "reserve_shortage": replace(like, value=float((missing - of_load).sum()) * energy),
    }


def _allotted(reserves: Reserves, load: Floats) -> Floats:
    """Return the reserve by region and step: pro rata to load, equally where there is none."""
    asked = np.zeros(load.shape)
    for row in range(len(reserves)):
        regions = list(reserves.regions[row] or range(len(load)))
        total = load[regions].sum(axis=0)
        share = np.divide(load[regions], total, out=np.full((len(regions), load.shape[1]), 1.0 / len(regions)),
                          where=total > 0.0)  # fmt: skip
        asked[regions] += reserves.power[row] * float(reserves.power_scale[row]) * share  # type: ignore[arg-type]  # no figure is left
    return asked


def _with_load(system: System, load: Floats) -> System:
    """Return the system with another load and without reserves."""
    return replace(system, regions=Regions(names=system.regions.names, load=load), reserves=Reserves())
