"""From a side's entries to its generators, stores and demand responses. Knows nothing of how regions are joined."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from standstill.model.system import (
    DemandResponses,
    Dispatch,
    Generators,
    GeneratorStorages,
    Parameter,
    Storages,
    UnitStates,
)
from standstill.scenario.build_states import NEVER, derated
from standstill.scenario.figures import HOURS, NUMBER, SHARE, Kind, Source, source_of
from standstill.scenario.rows import Rows
from standstill.scenario.schema import FigureEntry
from standstill.scenario.system_scope import Floats, SystemScope
from standstill.scenario.tables_assets import GeneratorEntry, ReservoirEntry, StorageEntry

__all__ = ["generators", "reservoirs", "responses", "storages"]


# offers grow with the price, and not without bounds
_RATIO = Kind("", 1.0, 100.0)
_ELASTICITY = Kind("", 0.0, 5.0)
_INTEREST = Kind("", -1.0, 1.0)


def generators(shared: SystemScope) -> Callable[[], Generators] | None:
    """Return how to make the generators, if there are any."""
    rows = Rows()
    states: list[UnitStates | None] = []
    for entry in shared.scope.side.generator:
        place, source, names, region = shared.group("generator", entry)
        base, scale = _size(shared, place, entry, source)
        factor = shared.profile(place, entry.profile, source) * shared.time.ramp(entry.ramp)
        planned = _planned(shared, place, entry)
        _note_dated(shared, place, entry, source)
        own = derated(shared, place, entry, source) if entry.derated else None
        outages = NEVER if entry.derated else shared.outages(place, entry, source)
        states += [own] * len(names)
        capacity = base * factor * planned
        scales = {"capacity_scale": scale} | _response(shared, place, entry, source)
        rows.add(names, entry.asset_class, region, scales, capacity=capacity, **outages)
    if not rows.names:
        return None
    return lambda: Generators(region=tuple(rows.place), states=tuple(states), **rows.table(shared.time.n_steps))


def _response(shared: SystemScope, place: str, entry: GeneratorEntry, source: Source) -> dict[str, Parameter]:
    """Return how what is offered answers to the price; a group that says one of the two must say both."""
    ratio, elasticity = entry.price_ratio, entry.price_elasticity
    if (ratio is None) != (elasticity is None):
        missing = "price_ratio" if ratio is None else "price_elasticity"
        shared.scope.fault(f"{place}.{missing}", "be given where the other of price_ratio and price_elasticity is")
    return {
        "price_ratio": shared.scope.parameter(f"{place}.price_ratio", ratio, _RATIO, source, 1.0),
        "price_elasticity": shared.scope.parameter(f"{place}.price_elasticity", elasticity, _ELASTICITY, source),
    }


def _size(shared: SystemScope, place: str, entry: GeneratorEntry, source: Source) -> tuple[float, Parameter]:
    if entry.unit is not None:
        return shared.scope.reference(f"{place}.unit", entry.unit, shared.scope.power, source)
    base, scale = shared.scope.reference(f"{place}.capacity", entry.capacity, shared.scope.power, source)
    return base / entry.count, scale


def _planned(shared: SystemScope, place: str, entry: GeneratorEntry) -> Floats:
    """Return 0 where a unit of the group is on a planned outage, else 1: (count, n_steps), or (1, 1) if never.

    Successive outages take successive units, but for those that are out already at some time of it.
    """
    if not entry.planned:
        return np.ones((1, 1))
    out = np.ones((entry.count, shared.time.n_steps))
    start = 0
    for number, outage in enumerate(entry.planned):
        where, steps = f"{place}.planned[{number}]", shared.time.within(outage)
        if steps.start >= steps.stop:
            shared.scope.fault(
                where, "hold the start of a step of the time simulated", f"{outage.start} to {outage.end}"
            )
        units = [(start + offset) % entry.count for offset in range(entry.count)]
        free = [unit for unit in units if out[unit, steps].all()]
        if outage.units > len(free):
            others = f" less {entry.count - len(free)} on other outages then" if len(free) < entry.count else ""
            shared.scope.fault(f"{where}.units", f"be at most {entry.count}{others}", outage.units)
        out[free[: outage.units], steps] = 0.0
        start += outage.units
    return out


def _note_dated(shared: SystemScope, place: str, entry: GeneratorEntry, source: Source) -> None:
    """Put planned outages and the ramp into the register."""
    path = f"{shared.scope.side.name}.{place}"
    if entry.planned:
        parts = [f"{outage.units} out {outage.start:%Y-%m-%d} to {outage.end:%Y-%m-%d}" for outage in entry.planned]
        own = next((found for found in (source_of(outage) for outage in entry.planned) if any(found)), source)
        shared.scope.ledger.schedule(f"{path}.planned", parts, own)
    if entry.ramp is not None:
        parts = [f"{share:g} at {time:%Y-%m-%d}" for time, share in entry.ramp.points]
        shared.scope.ledger.schedule(f"{path}.ramp", parts, source_of(entry.ramp, source))


def storages(shared: SystemScope) -> Callable[[], Storages] | None:
    """Return how to make the storages, if there are any."""
    rows = Rows()
    for entry in shared.scope.side.storage:
        place, source, names, region = shared.group("storage", entry)
        arrays, scales = _store(shared, place, entry, entry.power, "power", source)
        power = arrays["power"]
        rows.add(
            names, entry.asset_class, region, scales,
            charge=power, discharge=power, energy=arrays["energy"], carryover_efficiency=1.0,
            charge_efficiency=_efficiency(shared, place, entry, "charge_efficiency", source),
            discharge_efficiency=_efficiency(shared, place, entry, "discharge_efficiency", source),
            **shared.outages(place, entry, source),
        )  # fmt: skip
    if not rows.names:
        return None
    return lambda: Storages(region=tuple(rows.place), **rows.table(shared.time.n_steps))


def _efficiency(shared: SystemScope, place: str, entry: StorageEntry, name: str, source: Source) -> float:
    return shared.scope.fixed(f"{place}.{name}", getattr(entry, name), SHARE, source, 1.0)


def _store(
    shared: SystemScope, place: str, entry: StorageEntry | ReservoirEntry, size: FigureEntry, name: str, source: Source
) -> tuple[dict[str, float], dict[str, Parameter]]:
    power, power_scale = shared.scope.reference(f"{place}.{name}", size, shared.scope.power, source)
    energy, energy_scale = shared.scope.reference(f"{place}.energy", entry.energy, shared.scope.energy, source)
    initial = shared.scope.parameter(f"{place}.initial", entry.initial, SHARE, source)
    arrays = {"power": power / entry.count, "energy": energy / entry.count}
    return arrays, {"power_scale": power_scale, "energy_scale": energy_scale, "initial": initial}


def reservoirs(shared: SystemScope) -> Callable[[], GeneratorStorages] | None:
    """Return how to make the generator-storages, if there are any."""
    rows = Rows()
    plans: list[Dispatch] = []
    for entry in shared.scope.side.reservoir:
        place, source, names, region = shared.group("reservoir", entry)
        arrays, scales = _store(shared, place, entry, entry.capacity, "capacity", source)
        inflow, inflow_scale = shared.scope.reference(f"{place}.inflow", entry.inflow, shared.scope.power, source)
        if entry.inflow_months is not None:
            path = f"{shared.scope.side.name}.{place}.inflow_months"
            if min(entry.inflow_months) < 0.0:
                shared.scope.fault(f"{place}.inflow_months", "be >= 0", min(entry.inflow_months))
            shared.scope.ledger.profile(path, entry.inflow_months, "", source)
        pumping = shared.scope.fixed(f"{place}.pumping", entry.pumping, shared.scope.power, source) / entry.count
        power = arrays["power"]
        share = shared.scope.parameter(f"{place}.weekly_share", entry.weekly_share, SHARE, source, 1.0)
        plans += [entry.dispatch] * entry.count
        rows.add(
            names, entry.asset_class, region,
            scales | {"inflow_scale": inflow_scale, "weekly_share": share},
            release=_release(shared, f"{place}.release", entry, source) / entry.count,
            # charging takes the reservoir's own inflow, so it is never what limits
            charge=max(power, 2.0 * inflow / entry.count), discharge=power, injection=power, withdrawal=pumping,
            energy=arrays["energy"], inflow=inflow / entry.count * shared.time.months(entry.inflow_months),
            charge_efficiency=1.0, discharge_efficiency=1.0, carryover_efficiency=1.0,
            **shared.outages(place, entry, source),
        )  # fmt: skip
    if not rows.names:
        return None
    return lambda: GeneratorStorages(region=tuple(rows.place), dispatch=tuple(plans), **rows.table(shared.time.n_steps))


def responses(shared: SystemScope) -> Callable[[], DemandResponses] | None:
    """Return how to make the demand responses, if there are any."""
    rows = Rows()
    step_h = shared.time.step_h
    for entry in shared.scope.side.demand_response:
        place, source, names, region = shared.group("demand_response", entry)
        power, power_scale = shared.scope.reference(f"{place}.power", entry.power, shared.scope.power, source)
        energy, energy_scale = shared.scope.reference(f"{place}.energy", entry.energy, shared.scope.energy, source)
        share = shared.scope.fixed(f"{place}.payback", entry.payback, NUMBER, source, 1.0)
        interest = shared.scope.fixed(f"{place}.interest", entry.interest, _INTEREST, source)
        window_h = shared.scope.fixed(f"{place}.window", entry.window, HOURS, source)
        steps = round(window_h / step_h)
        if steps < 1 or abs(steps * step_h - window_h) > 1e-9:
            shared.scope.fault(f"{place}.window", f"be a whole number of steps of {step_h:g} h", f"{window_h:g} h")
        rows.add(
            names, entry.asset_class, region, {"power_scale": power_scale, "energy_scale": energy_scale},
            borrow=power / entry.count, payback=share * power / entry.count, energy=energy / entry.count,
            interest=(1.0 + interest) ** step_h - 1.0, window=max(1, steps), **shared.outages(place, entry, source),
        )  # fmt: skip
    if not rows.names:
        return None
    return lambda: DemandResponses(region=tuple(rows.place), **rows.table(shared.time.n_steps))


def _release(shared: SystemScope, place: str, entry: ReservoirEntry, outer: Source) -> Floats:
    """Return what a group on a daily profile releases by step; one column of 0 for any other."""
    if entry.release is None:
        return np.zeros(1)
    source = source_of(entry.release, outer)
    power = shared.scope.fixed(f"{place}.power", entry.release.power, shared.scope.power, source)
    return power * shared.profile(place, entry.release.profile, source)
