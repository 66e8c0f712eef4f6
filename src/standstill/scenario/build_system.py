"""From a side's entries to its System: its regions, assets and network are each built by a module of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from standstill.errors import repeated
from standstill.model.system import System
from standstill.scenario.build_assets import generators, reservoirs, responses, storages
from standstill.scenario.build_network import network
from standstill.scenario.build_regions import regions
from standstill.scenario.scope import Scope
from standstill.scenario.system_scope import SystemScope
from standstill.scenario.timeline import Timeline

__all__ = ["build_system"]


def build_system(scope: Scope, time: Timeline) -> System | None:
    """Return the system; none if faults make it impossible."""
    shared = SystemScope(scope=scope, time=time)
    _check_names(scope)
    if not shared.regions:
        scope.fault("region", "have at least one region")
        return None
    tables: dict[str, Callable[[], Any] | None] = {
        "regions": regions(shared),
        "generators": generators(shared),
        "storages": storages(shared),
        "generator_storages": reservoirs(shared),
        "demand_responses": responses(shared),
        **network(shared),
    }
    if scope.ledger.faults.items:
        return None
    system = scope.side.system
    made: dict[str, Any] = {name: make() for name, make in tables.items() if make is not None}
    return System(
        name=system.name, step_h=time.step_h, start=time.start, n_steps=time.n_steps,
        power_unit=system.power_unit, energy_unit=scope.energy.unit, **made,
    )  # fmt: skip


def _check_names(scope: Scope) -> None:
    groups: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("region", scope.side.region),
        ("asset", scope.side.assets),
        ("interface", scope.side.interface),
    )
    for what, entries in groups:
        for name in repeated(entry.name for entry in entries):
            scope.fault(what, "have unique names", name)
