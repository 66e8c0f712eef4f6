"""Packs the reserves of a system: what is asked for, where, and which generators may be the largest unit.

Knows nothing of what there is to meet them.
"""

from __future__ import annotations

import numpy as np

from standstill.arrays import locked
from standstill.engine import tables
from standstill.engine.layout import columns_of, ints, table_of
from standstill.engine.packed import Floats, ReserveArrays
from standstill.engine.slots import Slots
from standstill.errors import Faults
from standstill.model.system import System

__all__ = ["pack_reserve"]


def pack_reserve(system: System, slots: Slots, column: int, faults: Faults) -> ReserveArrays | None:
    """Pack a system's reserves; none if it has none.

    Parameters
    ----------
    system: System
        The system; its generators come first among the assets.
    slots: Slots
        Takes the uncertain powers.
    column: int
        First of ``RESERVE_COLUMNS`` among the totals.
    faults: Faults
        Takes classes that no generator has.
    """
    reserves, generators = system.reserves, system.generators
    if not len(reserves):
        return None
    rows: list[dict[str, float]] = []
    units: list[tuple[int, int]] = []
    profiles: list[Floats] = []
    members = np.zeros((len(reserves), len(system.regions)))
    for row, name in enumerate(reserves.names):
        regions = reserves.regions[row] or tuple(range(len(system.regions)))
        members[row, list(regions)] = 1.0
        rows.append({
            "power_slot": slots.add(reserves.power_scale[row]),
            "unit_first": len(units),
            "largest_unit": reserves.largest_unit[row],
        })  # fmt: skip
        _check_classes(system, row, f"reserves.{name}.unit_classes", faults)
        if reserves.largest_unit[row] == 0.0:
            continue
        for unit in _units(system, row, regions):
            varies = bool(np.ptp(generators.capacity[unit]) > 0)
            units.append((unit, len(profiles) if varies else -1))
            if varies:
                profiles.append(np.broadcast_to(generators.capacity[unit], system.n_steps))
    rows.append({"power_slot": 0, "unit_first": len(units), "largest_unit": 0.0})
    return ReserveArrays(
        table=table_of(tables.RESERVE, rows),
        power=columns_of(reserves.power, system.n_steps),
        members=locked(members),
        units=ints(np.array(units, dtype=np.int64).reshape(len(units), 2)),
        profiles=locked(np.array(profiles).reshape(len(profiles), system.n_steps)),
        has_units=len(units) > 0,
        column=column,
    )


def _check_classes(system: System, row: int, place: str, faults: Faults) -> None:
    known = dict.fromkeys(system.generators.classes)
    for name in system.reserves.unit_classes[row]:
        if name not in known:
            faults.add(place, f"be classes of generators of the side ({', '.join(known)})", name)


def _units(system: System, row: int, regions: tuple[int, ...]) -> list[int]:
    """Return the generators that may be a reserve's largest unit, largest first."""
    generators, classes = system.generators, system.reserves.unit_classes[row]
    found = [
        unit
        for unit in range(len(generators))
        if generators.region[unit] in regions and (not classes or generators.classes[unit] in classes)
    ]
    return sorted(found, key=lambda unit: -float(generators.capacity[unit].max()))
