"""From a group's forced outages and derated states to the chain of each of its units. Knows no other kind of asset."""

from __future__ import annotations

from standstill.errors import InputError
from standstill.model.states import UnitStates
from standstill.scenario.figures import HOURS, SHARE, Source, source_of
from standstill.scenario.system_scope import SystemScope
from standstill.scenario.tables_system import GeneratorEntry

__all__ = ["NEVER", "derated"]

NEVER = {"p_fail": 0.0, "p_repair": 1.0}
"""Probabilities of a unit whose states say how often it is out of service."""


def derated(shared: SystemScope, place: str, entry: GeneratorEntry, outer: Source) -> UnitStates | None:
    """Return the states of the units of a group: full service, those derated, and out of service; none if faulty."""
    scope = shared.scope
    before = len(scope.ledger.faults.items)
    shares, times, means = [], [], []
    for number, state in enumerate(entry.derated):
        where, source = f"{place}.derated.{number}", source_of(state, outer)
        shares.append(scope.fixed(f"{where}.share", state.share, SHARE, source))
        times.append(scope.fixed(f"{where}.time", state.time, SHARE, source))
        means.append(scope.fixed(f"{where}.mean", state.mean, HOURS, source))
    out, repair_h = shared.outage_times(place, entry, outer)
    if out > 0.0:
        shares.append(0.0)
        times.append(out)
        means.append(repair_h)
    if len(scope.ledger.faults.items) > before:
        return None
    try:
        return UnitStates.around_full(shares, times, means, shared.time.step_h)
    except InputError as error:
        scope.ledger.faults.take(error.faults, f"{scope.side.name}.{place}.derated: ")
        return None
