"""From a side's entries to its interfaces and lines: between regions, and from the hub to the delivery areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from standstill.evidence import Figure
from standstill.model.system import Interfaces, Lines
from standstill.scenario.figures import Source, source_of
from standstill.scenario.rows import Rows, numbered
from standstill.scenario.system_scope import SystemScope

__all__ = ["network"]


def network(shared: SystemScope) -> dict[str, Callable[[], Any] | None]:
    """Return how to make interfaces and lines; a system without either needs none."""
    ends: list[tuple[str, int, int, float]] = []
    rows = Rows()
    for entry in shared.scope.side.interface:
        place, source = f"interface.{entry.name}", source_of(entry, source_of(shared.scope.side))
        start, end = shared.region(entry.start, f"{place}.from"), shared.region(entry.end, f"{place}.to")
        if start == end:
            shared.scope.fault(place, "join two different regions", (entry.start, entry.end))
            continue
        if entry.lines == 0:
            limit = shared.scope.fixed(f"{place}.capability", entry.capability, shared.scope.power, source)
        else:
            limit = _lines(shared, rows, place, entry, source, entry.lines, [(len(ends), f"{entry.name}-line")])
        ends.append((entry.name, start, end, limit))
    if (areas := shared.scope.side.areas) is not None:
        hub = shared.region(areas.hub, "areas.hub")
        names = numbered(areas.name, areas.count)
        joins = [(len(ends) + row, f"{name}-substation") for row, name in enumerate(names)]
        limit = _lines(
            shared, rows, "areas", areas, source_of(areas, source_of(shared.scope.side)), areas.substations, joins
        )
        ends += [(name, hub, shared.regions.index(name), limit) for name in names]
    if not ends:
        return {}
    limits = np.array([[limit] for _, _, _, limit in ends])
    lines = (lambda: Lines(interface=tuple(rows.place), **rows.table(shared.time.n_steps))) if rows.names else None
    return {
        "interfaces": lambda: Interfaces(
            names=tuple(name for name, _, _, _ in ends), region_from=tuple(a for _, a, _, _ in ends),
            region_to=tuple(b for _, _, b, _ in ends), forward=limits, backward=limits,
        ),
        "lines": lines,
    }  # fmt: skip


def _lines(
    shared: SystemScope, rows: Rows, place: str, entry: Any, source: Source, count: int, joins: list[tuple[int, str]]
) -> float:
    """Add the lines of equal interfaces; return a limit of each interface that never binds."""
    base, scale = shared.scope.reference(f"{place}.capability", entry.capability, shared.scope.power, source)
    each = base / (count * len(joins))
    outages = shared.outages(place, entry, source)
    for interface, name in joins:
        rows.add(
            numbered(name, count), entry.asset_class, interface, {"capacity_scale": scale},
            forward=each, backward=each, **outages,
        )  # fmt: skip
    highest = float(scale.distribution.quantile(1 - 1e-9)) if isinstance(scale, Figure) else 1.0
    return 2.0 * base / len(joins) * max(1.0, highest)
