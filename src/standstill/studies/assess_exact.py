"""Exact indices of a side's system as an assessment, by convolution where that is possible.

Knows nothing of sampling or of files.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from dataclasses import replace
from typing import Any

from standstill.engine.layout import hours
from standstill.errors import Fault, Faults, InputError
from standstill.estimate import Estimate
from standstill.measures.copper import binding
from standstill.measures.exact import exact_indices
from standstill.measures.reserve import exact_reserve
from standstill.model.scenario import Side
from standstill.model.system import System
from standstill.studies.assessment import Assessment, RegionAssessment

__all__ = ["SIMULATED", "assess_exactly", "of_winters", "regions_as_one"]

SIMULATED = "--method plain gives it"
"""How to get what neither exact sums nor single days give."""
_NO_BOUND = "not a bound where an interface may bind"


def assess_exactly(
    side: Side,
    *,
    system: str,
    copper_plate: bool,
    version: str,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
) -> Assessment:
    """Return the exact indices of a side's system, by convolution; see ``exact_indices``.

    Parameters
    ----------
    side: Side
        The side; its campaign and repair are left out.
    system, version: str
        What the result calls the system; version of Standstill.
    copper_plate: bool
        Whether to leave out the limits of interfaces. Where they may bind, that gives lower bounds of LOLE, EUE and
        NEUE; LOLEV and LOLD come with a reason to doubt them, and a reserve's measures are none.
    measure_from, measure_to: datetime, optional
        The measured window; the whole simulation by default.

    Raises
    ------
    InputError
        If exact indices cannot be had; every reason is listed.
    """
    began = time.perf_counter()
    faults = Faults(source=f"side {side.name!r}, for exact indices")
    _note_uncertain(side, faults)
    faults.raise_if_any()
    measured = _measured(side.system, measure_from, measure_to)
    found = exact_indices(side.system, copper_plate=copper_plate, measured=measured)
    events: dict[str, Any] = {"lolev": found.lolev, "lold": found.lold}
    if copper_plate and binding(side.system):
        events = {name: replace(item, reason=item.reason or _NO_BOUND) for name, item in events.items()}
    apart: dict[str, Any] = dict(exact_reserve(side.system, found.eue, copper_plate=copper_plate, measured=measured))
    reason = f"the expectation is exact; how one sample's total scatters is not worked out; {SIMULATED}"
    return Assessment(
        system=system, samples=0, seed=0, version=version, horizon_h=found.lole.horizon_h,
        lole=found.lole, eue=found.eue, neue=found.neue, **events,
        **of_winters(side.system, found.eue, reason), daily_lole=found.daily_lole,
        regions=regions_as_one(side.system, found.lole, found.eue, found.neue), seconds=time.perf_counter() - began,
        method="copper-plate" if copper_plate else "convolution",
        **apart,
    )  # fmt: skip


def of_winters(system: System, eue: Estimate, reason: str) -> dict[str, Any]:
    """Return what only whole winters give, with the reason why there is none here."""
    units = {"cvar95": system.energy_unit, "var95": system.energy_unit, "longest_spell": "h"}
    units |= {"event_depth": system.power_unit, "event_energy": system.energy_unit}
    return {name: replace(eue, value=math.nan, se=math.nan, unit=unit, reason=reason) for name, unit in units.items()}


def regions_as_one(system: System, lole: Estimate, eue: Estimate, neue: Estimate) -> tuple[RegionAssessment, ...]:
    """Return the indices by region: those of the whole if there is one; none otherwise, as a copper plate has none."""
    names = system.regions.names
    if len(names) == 1:
        return (RegionAssessment(name=names[0], lole=lole, eue=eue, neue=neue),)
    reason = f"regions are taken as one; {SIMULATED}"
    none = [replace(item, value=math.nan, reason=reason) for item in (lole, eue, neue)]
    return tuple(RegionAssessment(name=name, lole=none[0], eue=none[1], neue=none[2]) for name in names)


def _note_uncertain(side: Side, faults: Faults) -> None:
    if side.weather is not None:
        faults.add("weather", "be absent, as it makes load uncertain")
    if side.common_causes:
        faults.add("common_causes", "be absent, as they make units fail together")
    if side.outage_weather:
        faults.add("outage_weather", "be absent, as it makes units fail together")


def _measured(system: System, measure_from: dt.datetime | None, measure_to: dt.datetime | None) -> tuple[int, int]:
    """Return the first step measured and the one after the last."""
    first = 0 if measure_from is None else round(hours(measure_from, system.start) / system.step_h)
    last = system.n_steps if measure_to is None else round(hours(measure_to, system.start) / system.step_h)
    if not 0 <= first < last <= system.n_steps:
        fault = Fault(
            place="measured window", must=f"lie within the {system.n_steps} simulated steps", got=f"{first, last}"
        )
        raise InputError(f"system {system.name!r}", (fault,))
    return first, last
