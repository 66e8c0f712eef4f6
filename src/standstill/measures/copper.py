"""When several regions are as good as one: the proof that no interface can bind, and the one region.

Knows the System record and nothing of outages' laws or of samples.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from standstill.model.system import Interfaces, Lines, Parameter, Regions, Reserves, System

__all__ = ["binding", "one_region"]

Floats = NDArray[np.float64]


def binding(system: System) -> list[tuple[str, str, str]]:
    """Return why a system may not be a copper plate, as (place, what must hold, what came); empty if it is one.

    Parameters
    ----------
    system: System
        Every factor a plain number.

    Notes
    -----
    Sufficient, not necessary: interfaces that form a tree over all regions (the one of highest limits) can each carry,
    in both directions, the lesser of all capacity on the sending side and the highest load on the receiving side.
    Only lines that never fail count. A system that passes has the same total shortfall as one region in every step.
    """
    count = len(system.regions)
    if count == 1:
        return []
    limits = _limits(system)
    parent = list(range(count))
    tree = []
    for edge in np.argsort(-limits.min(axis=0), kind="stable"):
        a, b = (_root(parent, ends[edge]) for ends in (system.interfaces.region_from, system.interfaces.region_to))
        if a != b:
            parent[a] = b
            tree.append(int(edge))
    if len(tree) < count - 1:
        return [("interfaces", "join all regions", f"{count - len(tree)} groups of regions")]
    power, load = _most(system)
    found = []
    for edge in tree:
        start = _reached(system, tree, edge)
        needs = [min(power[side].sum(), load[~side].sum()) for side in (start, ~start)]
        if any(limit < need * (1.0 - 1e-12) for limit, need in zip(limits[:, edge], needs, strict=True)):
            must = f"carry {needs[0]:g} and {needs[1]:g} {system.power_unit}, or exact indices may differ"
            carried = f"{limits[0, edge]:g} and {limits[1, edge]:g}"
            found.append((f"interfaces.{system.interfaces.names[edge]}", must, carried))
    return found


def one_region(system: System, load: Floats | None = None) -> System:
    """Return the system with all regions as one and no interfaces; factors on load must be plain numbers.

    Examples
    --------
    >>> import datetime as dt
    >>> system = System(name="two", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=2, power_unit="MW",
    ...                 energy_unit="MWh", regions=Regions(names=("A", "B"), load=[[1.0, 2.0], [3.0, 4.0]]))
    >>> one_region(system).regions.load
    array([[4., 6.]])
    """
    if len(system.regions) == 1:
        return system
    scale = np.array([_number(value) for value in system.regions.load_scale]).reshape(-1, 1)
    none = np.zeros((0, 1))

    def moved(table: str) -> object:
        record = getattr(system, table)
        return replace(record, region=(0,) * len(record))

    def held_anywhere(reserves: Reserves) -> Reserves:
        return replace(reserves, regions=((),) * len(reserves))

    tables = ("generators", "storages", "generator_storages")
    return replace(
        system,
        reserves=held_anywhere(system.reserves),
        regions=Regions(names=("all regions",), load=(system.regions.load * scale).sum(axis=0, keepdims=True)),
        interfaces=Interfaces(names=(), region_from=(), region_to=(), forward=none, backward=none),
        lines=Lines(names=(), classes=(), interface=(), forward=none, backward=none, p_fail=none, p_repair=none),
        **{table: moved(table) for table in tables},  # type: ignore[arg-type]  # each is the table it was
    )


def _number(value: Parameter) -> float:
    return value if isinstance(value, (int, float)) else float("nan")


def _limits(system: System) -> Floats:
    """Return what each interface can always carry, (2 directions, n_interfaces)."""
    joins, lines = system.interfaces, system.lines
    limits = np.stack([joins.forward.min(axis=1), joins.backward.min(axis=1)])
    sure = np.zeros_like(limits)
    for row, edge in enumerate(lines.interface):
        if not lines.p_fail[row].any():
            scale = np.nan_to_num(_number(lines.capacity_scale[row]))  # one that is uncertain carries nothing for sure
            sure[:, edge] += scale * np.array([lines.forward[row].min(), lines.backward[row].min()])
    has_lines = np.isin(np.arange(len(joins)), lines.interface)
    limits[:, has_lines] = np.minimum(limits, sure)[:, has_lines]
    return np.asarray(limits)


def _most(system: System) -> tuple[Floats, Floats]:
    """Return the highest supply and the highest load of each region."""
    count = len(system.regions)
    power = np.zeros(count)
    for name in ("generators", "storages", "generator_storages"):
        table = getattr(system, name)
        most = table.capacity if name == "generators" else table.discharge
        most = most if name != "generator_storages" else np.maximum(most, table.injection)
        scales = table.capacity_scale if name == "generators" else table.power_scale
        for row in range(len(table)):
            power[table.region[row]] += most[row].max() * _number(scales[row])
    load = system.regions.load.max(axis=1) * np.array([_number(value) for value in system.regions.load_scale])
    # a store may be charged from anywhere
    for table in (system.storages, system.generator_storages):
        for row in range(len(table)):
            load[table.region[row]] += table.charge[row].max() * _number(table.power_scale[row])
    return power, np.asarray(load)


def _root(parent: list[int], region: int) -> int:
    while parent[region] != region:
        region = parent[region]
    return region


def _reached(system: System, tree: list[int], cut: int) -> NDArray[np.bool_]:
    """Return the regions on the first side of a tree's interface once it is cut."""
    side = np.zeros(len(system.regions), dtype=np.bool_)
    side[system.interfaces.region_from[cut]] = True
    for _ in tree:
        for edge in tree:
            ends = [system.interfaces.region_from[edge], system.interfaces.region_to[edge]]
            if edge != cut and side[ends].any():
                side[ends] = True
    return side
