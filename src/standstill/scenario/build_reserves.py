"""From a side's entries to the operating reserves that are asked for, of a system however it came about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from standstill.errors import repeated
from standstill.model.system import Parameter, Reserves, System
from standstill.scenario.figures import Kind, source_of
from standstill.scenario.reading import near
from standstill.scenario.scope import Scope
from standstill.scenario.system_scope import Floats, SystemScope
from standstill.scenario.tables_system import ReserveEntry
from standstill.scenario.timeline import Timeline

__all__ = ["with_reserves"]

_TIMES = Kind("", 0.0, 100.0)


def with_reserves(system: System | None, scope: Scope, time: Timeline) -> System | None:
    """Return the system with the side's reserves; none if there is no system, or after noting faults."""
    entries = scope.side.reserve
    if system is None or not entries:
        return system
    before = len(scope.ledger.faults.items)
    for name in repeated(entry.name for entry in entries):
        scope.fault("reserve", "have unique names", name)
    powers: list[Floats] = []
    scales: list[Parameter] = []
    times: list[float] = []
    for entry in entries:
        power, scale, largest = _asked(SystemScope(scope=scope, time=time), entry)
        powers.append(power)
        scales.append(scale)
        times.append(largest)
    regions = tuple(
        tuple(_known(scope, entry, "regions", "regions", system.regions.names, name) for name in entry.regions)
        for entry in entries
    )
    for entry in entries:
        for name in entry.unit_classes:
            _known(scope, entry, "unit_classes", "classes of generators", system.generators.classes, name)
    if len(scope.ledger.faults.items) > before:
        return None
    width = max(len(power) for power in powers)
    return replace(system, reserves=Reserves(
        names=tuple(entry.name for entry in entries),
        power=np.array([np.broadcast_to(power, width) for power in powers]),
        power_scale=tuple(scales),
        largest_unit=tuple(times),
        unit_classes=tuple(entry.unit_classes for entry in entries),
        regions=regions,
    ))  # fmt: skip


def _asked(shared: SystemScope, entry: ReserveEntry) -> tuple[Floats, Parameter, float]:
    """Return the power asked for, by step or constant, the factor on it, and how many times the largest unit."""
    place, source = f"reserve.{entry.name}", source_of(entry, source_of(shared.scope.side))
    profile = shared.profile(place, entry.profile, source)
    base, scale = shared.scope.reference(f"{place}.power", entry.power, shared.scope.power, source)
    times = shared.scope.fixed(f"{place}.largest_unit", entry.largest_unit, _TIMES, source)
    if not times and not (base * profile).any():
        shared.scope.fault(place, "ask for a power or for the largest unit")
    return base * profile, scale, times


def _known(scope: Scope, entry: ReserveEntry, field: str, what: str, names: tuple[str, ...], name: str) -> int:
    """Return the place of a name, or 0 after noting that there is none."""
    if name not in names:
        scope.fault(f"reserve.{entry.name}.{field}", f"name {what} of the side", name, near(name, names))
        return 0
    return names.index(name)
