"""From a side's entries to its regions: the load of each, and of the delivery areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from standstill.model.system import Parameter, Regions
from standstill.scenario.figures import SHARE, Kind, Source, source_of
from standstill.scenario.system_scope import Floats, SystemScope
from standstill.scenario.tables_system import AreasEntry, RegionEntry

__all__ = ["regions"]

# asked for again and again, a share near 1 would never die out
_PICKUP = Kind("", 0.0, 0.9)
_DELAY = Kind("h", 1e-3)
_DEFAULT_DELAY_H = 4.0


def regions(shared: SystemScope) -> Callable[[], Regions]:
    """Return how to make the regions."""
    loads: list[Floats] = []
    scales: list[Parameter] = []
    shares: dict[str, list[Parameter]] = {}
    for entry in shared.scope.side.region:
        place, source = f"region.{entry.name}", source_of(entry, source_of(shared.scope.side))
        load, scale = _load(shared, place, entry, source)
        loads.append(load)
        scales.append(scale)
        _add_shares(shared, place, entry, source, 1, shares)
    if (areas := shared.scope.side.areas) is not None:
        source = source_of(areas, source_of(shared.scope.side))
        load, scale = _load(shared, "areas", areas, source)
        loads += [load / areas.count] * areas.count
        scales += [scale] * areas.count
        _add_shares(shared, "areas", areas, source, areas.count, shares)
    side = shared.scope.side
    has_load = any(entry.load is not None or entry.series is not None for entry in (*side.region, side.areas) if entry)
    if side.weather is None and not has_load:
        shared.scope.fault(
            "areas" if side.areas else "region", "have a load, or a series of it, in one region at least"
        )
    width = max(len(load) for load in loads)
    table = np.array([np.broadcast_to(load, width) for load in loads])
    return lambda: Regions(
        names=tuple(shared.regions), load=table, load_scale=tuple(scales),
        **{name: tuple(values) for name, values in shares.items()},
    )  # fmt: skip


def _add_shares(
    shared: SystemScope, place: str, entry: RegionEntry | AreasEntry, source: Source, count: int,
    shares: dict[str, list[Parameter]],
) -> None:  # fmt: skip
    """Add what a region's, or each area's, consumers are like: what is shed last, and what is asked for again."""
    parameter = shared.scope.parameter
    found = {
        "critical_share": parameter(f"{place}.critical_share", entry.critical_share, SHARE, source),
        "pickup_share": parameter(f"{place}.pickup_share", entry.pickup_share, _PICKUP, source),
        "pickup_h": parameter(f"{place}.pickup_time", entry.pickup_time, _DELAY, source, _DEFAULT_DELAY_H),
    }
    for name, value in found.items():
        shares.setdefault(name, []).extend([value] * count)


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
