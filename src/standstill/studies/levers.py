"""What might be done instead of a standstill, one measure at a time: how a side changes with an amount of each.

Each lever leaves every other asset's draws as they are, so that results with and without it can be paired. Knows
nothing of how much is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standstill.arrays import rows_added
from standstill.evidence.figure import Figure
from standstill.evidence.moved import Moved
from standstill.model.scenario import Side
from standstill.model.system import Generators, Lines, Parameter

__all__ = ["LEVERS", "Lever", "firm_added", "levers", "typical"]

FIRM, LOCAL = "firm capacity", "local supply"
IMPORT = "import"
"""Asset class whose capacity is what neighbours send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One measure, and how much of it there may be."""

    name: str
    """Name, one of ``LEVERS``."""
    unit: str
    """Unit of an amount."""
    scale: float
    """An amount to begin a search with."""
    most: float
    """The largest amount looked at."""
    apply: Callable[[float], Side]
    """The side with an amount of it."""


LEVERS = {
    "grid": "firm capacity where supply is, never struck",
    "areas": "firm capacity where only consumers are, by their load, never struck",
    "imports": "more import",
    "interception": "interception of this share of what gets through now",
    "crews": "repair crews, in addition to those there are",
    "spares": "more spares at the start",
    "demand": "less demand, everywhere and always",
}
"""Every lever in words."""


def levers(side: Side) -> dict[str, Lever | str]:
    """Return the levers of a side; in place of one that it does not have, why."""
    system, unit = side.system, side.system.power_unit
    power = _mean_supply(side)
    areas = _areas(side)
    found: dict[str, Lever | str] = {
        "grid": Lever(name="grid", unit=unit, scale=0.05 * power, most=3.0 * power, apply=lambda x: _firm(side, x)),
        "areas": Lever(name="areas", unit=unit, scale=0.05 * power, most=3.0 * power, apply=lambda x: _local(side, x))
        if areas
        else "no region has load and nothing else",
        "imports": Lever(
            name="imports", unit=unit, scale=0.05 * power, most=3.0 * power, apply=lambda x: _import(side, x)
        )
        if IMPORT in system.generators.classes
        else f"no asset is of class {IMPORT!r}",
        "interception": Lever(
            name="interception", unit="share", scale=0.25, most=1.0, apply=lambda x: _intercept(side, x)
        )
        if side.campaign.streams
        else "nothing is launched",
        "crews": Lever(name="crews", unit="times", scale=1.0, most=99.0, apply=lambda x: _crews(side, x))
        if side.repair.crews
        else "no job waits for a crew",
        "spares": Lever(name="spares", unit="spares", scale=20.0, most=1000.0, apply=lambda x: _spares(side, x))
        if side.repair.spares
        else "no job waits for a spare",
        "demand": Lever(name="demand", unit="share", scale=0.05, most=1.0, apply=lambda x: _demand(side, x)),
    }
    return {name: found[name] for name in LEVERS}


def moved(parameter: Parameter, factor: float, shift: float = 0.0) -> Parameter:
    """Return ``factor`` times a parameter plus ``shift``; an uncertain one is drawn as before and moved then."""
    if isinstance(parameter, Figure):
        return replace(parameter, distribution=Moved(of=parameter.distribution, factor=factor, shift=shift))
    return factor * parameter + shift


def _mean_supply(side: Side) -> float:
    """Return the mean undamaged capacity of a side's generators."""
    table = side.system.generators
    scales = [typical(item) for item in table.capacity_scale]
    return float(np.dot(table.capacity.mean(axis=1), scales)) or 1.0


def _supplied(side: Side) -> list[int]:
    """Return the regions that have a generator or store."""
    system = side.system
    return sorted({*system.generators.region, *system.storages.region, *system.generator_storages.region})


def _areas(side: Side) -> list[int]:
    """Return the regions with load and nothing else that one interface joins to the rest."""
    system = side.system
    joined = [*system.interfaces.region_from, *system.interfaces.region_to]
    supplied = _supplied(side)
    return [area for area in range(len(system.regions)) if area not in supplied and joined.count(area) == 1]


def _shares(side: Side, regions: Sequence[int]) -> list[float]:
    """Return the regions' shares of their load together."""
    weather = side.weather
    driven = weather.load.region_share if weather is not None else [0.0] * len(side.system.regions)
    own = side.system.regions.load.mean(axis=1)
    weights = [float(driven[region]) or float(own[region]) for region in regions]
    total = sum(weights)
    return [weight / total for weight in weights] if total > 0.0 else [1.0 / len(weights)] * len(weights)


def firm_added(side: Side, regions: Sequence[int], powers: Sequence[float]) -> Side:
    """Return the side with a generator that never fails in each of some regions."""
    system, table, name = side.system, side.system.generators, FIRM
    others = (system.storages, system.generator_storages, system.demand_responses, system.lines)
    taken = {*table.names, *(known for other in others for known in other.names)}
    while taken & {f"{name} {region}" for region in regions}:
        name = f"more {name}"
    names = tuple(f"{name} {region}" for region in regions)
    count = len(names)
    added = Generators(
        names=(*table.names, *names),
        classes=(*table.classes, *(FIRM for _ in names)),
        region=(*table.region, *regions),
        capacity=rows_added(table.capacity, powers),
        p_fail=rows_added(table.p_fail, [0.0] * count),
        p_repair=rows_added(table.p_repair, [1.0] * count),
        capacity_scale=(*table.capacity_scale, *(1.0 for _ in names)),
        price_ratio=(*table.price_ratio, *(1.0 for _ in names)),
        price_elasticity=(*table.price_elasticity, *(0.0 for _ in names)),
        states=(*table.states, *(None for _ in names)),
    )
    return replace(side, system=replace(system, generators=added))


def _firm(side: Side, amount: float) -> Side:
    """Add firm capacity where there is supply already, by the load of those regions."""
    regions = _supplied(side) or list(range(len(side.system.regions)))
    return firm_added(side, regions, [amount * share for share in _shares(side, regions)])


def _local(side: Side, amount: float) -> Side:
    """Add firm capacity in the areas.

    As long as an area's supply stays below its load, that is the same as the capacity at the other end of its
    interface and a line of that capability beside the others, which nothing strikes.
    """
    system, areas = side.system, _areas(side)
    powers = [amount * share for share in _shares(side, areas)]
    ends, interfaces, forward, backward = [], [], [], []
    for area, power in zip(areas, powers, strict=True):
        place = next(
            item for item in range(len(system.interfaces))
            if area in (system.interfaces.region_from[item], system.interfaces.region_to[item])
        )  # fmt: skip
        starts = system.interfaces.region_from[place] == area
        ends.append(system.interfaces.region_to[place] if starts else system.interfaces.region_from[place])
        interfaces.append(place)
        forward.append(0.0 if starts else power)
        backward.append(power if starts else 0.0)
    lines, count = system.lines, len(areas)
    limits = system.interfaces
    raised = np.zeros((2, len(limits)))
    raised[0, interfaces], raised[1, interfaces] = forward, backward
    limits = replace(limits, forward=limits.forward + raised[0][:, None], backward=limits.backward + raised[1][:, None])
    # an interface without lines is limited by its own limits alone, and stays so
    lined = [item for item in range(count) if interfaces[item] in lines.interface]
    wider = Lines(
        names=(*lines.names, *(f"{LOCAL} {areas[item]}" for item in lined)),
        classes=(*lines.classes, *(LOCAL for _ in lined)),
        interface=(*lines.interface, *(interfaces[item] for item in lined)),
        forward=rows_added(lines.forward, [forward[item] for item in lined]),
        backward=rows_added(lines.backward, [backward[item] for item in lined]),
        p_fail=rows_added(lines.p_fail, [0.0] * len(lined)),
        p_repair=rows_added(lines.p_repair, [1.0] * len(lined)),
        capacity_scale=(*lines.capacity_scale, *(1.0 for _ in lined)),
    )
    side = replace(side, system=replace(system, interfaces=limits, lines=wider))
    whole = dict.fromkeys(ends, 0.0)
    for end, power in zip(ends, powers, strict=True):
        whole[end] += power
    return firm_added(side, list(whole), list(whole.values()))


def _import(side: Side, amount: float) -> Side:
    table = side.system.generators
    places = [place for place, name in enumerate(table.classes) if name == IMPORT]
    before = sum(float(table.capacity[place].mean()) * typical(table.capacity_scale[place]) for place in places)
    factor = 1.0 + amount / before if before > 0.0 else 1.0
    scales = tuple(moved(item, factor) if place in places else item for place, item in enumerate(table.capacity_scale))
    return replace(side, system=replace(side.system, generators=replace(table, capacity_scale=scales)))


def typical(parameter: Parameter) -> float:
    """Return a number, or the median of a figure."""
    return parameter.distribution.median if isinstance(parameter, Figure) else parameter


def _intercept(side: Side, share: float) -> Side:
    streams = tuple(
        replace(
            stream,
            weapons=tuple(replace(item, hit=moved(item.hit, 1.0 - share)) for item in stream.weapons),
        )
        for stream in side.campaign.streams
    )
    return replace(side, campaign=replace(side.campaign, streams=streams))


def _crews(side: Side, more: float) -> Side:
    pools = tuple(replace(pool, crews=moved(pool.crews, 1.0 + more)) for pool in side.repair.crews)
    return replace(side, repair=replace(side.repair, crews=pools))


def _spares(side: Side, more: float) -> Side:
    pools = tuple(replace(pool, initial=moved(pool.initial, 1.0, more)) for pool in side.repair.spares)
    return replace(side, repair=replace(side.repair, spares=pools))


def _demand(side: Side, share: float) -> Side:
    regions = side.system.regions
    scales = tuple(moved(item, 1.0 - share) for item in regions.load_scale)
    return replace(side, system=replace(side.system, regions=replace(regions, load_scale=scales)))
