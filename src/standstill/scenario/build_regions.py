"""From a side's entries to its regions: the load of each, and of the delivery areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from standstill.model.system import Parameter, Regions
from standstill.scenario.figures import SHARE, Source, source_of
from standstill.scenario.system_scope import Floats, SystemScope
from standstill.scenario.tables_system import AreasEntry, RegionEntry

__all__ = ["regions"]


def regions(shared: SystemScope) -> Callable[[], Regions]:
    """Return how to make the regions."""
    loads: list[Floats] = []
    scales: list[Parameter] = []
    critical: list[Parameter] = []
    for entry in shared.scope.side.region:
        place, source = f"region.{entry.name}", source_of(entry, source_of(shared.scope.side))
        load, scale = _load(shared, place, entry, source)
        loads.append(load)
        scales.append(scale)
        critical.append(shared.scope.parameter(f"{place}.critical_share", entry.critical_share, SHARE, source))
    if (areas := shared.scope.side.areas) is not None:
        source = source_of(areas, source_of(shared.scope.side))
        load, scale = _load(shared, "areas", areas, source)
        share = shared.scope.parameter("areas.critical_share", areas.critical_share, SHARE, source)
        loads += [load / areas.count] * areas.count
        scales += [scale] * areas.count
        critical += [share] * areas.count
    width = max(len(load) for load in loads)
    table = np.array([np.broadcast_to(load, width) for load in loads])
    return lambda: Regions(
        names=tuple(shared.regions), load=table, critical_share=tuple(critical), load_scale=tuple(scales)
    )


def _load(shared: SystemScope, place: str, entry: RegionEntry | AreasEntry, source: Source) -> tuple[Floats, Parameter]:
    """Return the load of a region or of all areas, by step or constant, and the factor on it."""
    profile = shared.profile(place, entry.profile, source)
    if entry.series is None:
        base, scale = shared.scope.reference(f"{place}.load", entry.load, shared.scope.power, source)
        return base * profile, scale
    if entry.load is not None:
        shared.scope.fault(place, "have either load or series")
    unit = entry.series.unit or shared.scope.power.unit
    values = shared.series(f"{place}.series", entry.series, unit, source)
    try:
        return values * shared.scope.power.factor(unit) * profile, 1.0
    except ValueError:
        shared.scope.fault(f"{place}.series.unit", "be a unit of power", unit)
        return values, 1.0
