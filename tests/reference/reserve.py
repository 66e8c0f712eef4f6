"""What a reserve comes to, by enumerating every state of every hour; and by a linear program for one step.

What stays unserved is found from cuts: over all sets of regions, the most by which demands exceed supply and what can
flow in. Hours must be independent (p_fail + p_repair = 1), and a storage needs a single region.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from standstill.model.system import System

Join = tuple[int, int, float, float]
"""First region, second region, most forward, most backward."""


def least_unserved(need: Sequence[float], supply: Sequence[float], joins: Sequence[Join]) -> float:
    """Return the least demand that stays unserved, as the largest deficiency of any set of regions."""
    most = 0.0
    for size in range(1, len(need) + 1):
        for chosen in itertools.combinations(range(len(need)), size):
            inside = set(chosen)
            inflow = sum(
                there if b in inside else back for a, b, there, back in joins if (a in inside) != (b in inside)
            )
            most = max(most, sum(need[region] - supply[region] for region in inside) - inflow)
    return most


def least_by_program(need: Sequence[float], supply: Sequence[float], joins: Sequence[Join]) -> float:
    """Return the same by a linear program: unserved, used and flows either way balance in every region."""
    count, width = len(need), 2 * len(need) + 2 * len(joins)
    balance = np.zeros((count, width))
    balance[:, : 2 * count] = np.tile(np.eye(count), 2)
    for place, (a, b, _, _) in enumerate(joins):
        there = 2 * count + 2 * place
        balance[a, there], balance[b, there] = -1.0, 1.0
        balance[a, there + 1], balance[b, there + 1] = 1.0, -1.0
    high = [*need, *supply, *(limit for _, _, there, back in joins for limit in (there, back))]
    cost = np.array([1.0] * count + [0.0] * (width - count))
    found = linprog(cost, A_eq=balance, b_eq=need, bounds=[(0.0, top) for top in high], method="highs")
    assert found.status == 0
    return float(found.fun)


@dataclass(frozen=True)
class Comes:
    """What a reserve comes to."""

    shed: float = 0.0
    hours: float = 0.0
    shortage: float = 0.0
    unserved: float = 0.0

    def plus(self, other: Comes, chance: float) -> Comes:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Comes(*(mine + chance * its for mine, its in pairs))


def of_step(
    load: Sequence[float], asked: Sequence[float], supply: Sequence[float], joins: Sequence[Join], by=least_unserved
) -> Comes:
    """Return what a reserve comes to in one step of an hour; ``supply`` holds what stores could give."""
    alone = by(load, supply, joins)
    both = by([a + b for a, b in zip(load, asked, strict=True)], supply, joins)
    shortage = both - alone
    shed = shortage - by(asked, supply, joins)
    return Comes(shed, float(shortage > 1e-9), shortage, alone)


def asked_for(system: System, step: int, available: Sequence[float]) -> list[float]:
    """Return the reserve by region, given the available capacity of every generator."""
    reserves, load = system.reserves, at(system.regions.load, step)
    asked = [0.0] * len(load)
    for row, power in enumerate(at(reserves.power, step)):
        regions = reserves.regions[row] or tuple(range(len(load)))
        units = [
            capacity
            for capacity, region, name in zip(
                available, system.generators.region, system.generators.classes, strict=True
            )
            if region in regions and name in (reserves.unit_classes[row] or (name,))
        ]
        whole = power * reserves.power_scale[row] + reserves.largest_unit[row] * max(units, default=0.0)
        total = sum(load[region] for region in regions)
        for region in regions:
            asked[region] += whole * (load[region] / total if total else 1.0 / len(regions))
    return asked


def at(table: np.ndarray, step: int) -> list[float]:
    """Return a column of a table that has one for each step, or one."""
    return [float(value) for value in table[:, min(step, table.shape[1] - 1)]]


def _states(p_fail: np.ndarray, step: int) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield every state of a table's rows, 1 in service, with its probability."""
    out = at(p_fail, step)
    for state in itertools.product((1, 0), repeat=len(out)):
        chance = float(np.prod([1.0 - p if up else p for up, p in zip(state, out, strict=True)]))
        if chance > 0.0:
            yield state, chance


def _joins(system: System, step: int, up: Sequence[int]) -> list[Join]:
    joins, own = system.interfaces, system.lines
    found = []
    for row, (a, b) in enumerate(zip(joins.region_from, joins.region_to, strict=True)):
        limits = []
        for limit, table in ((joins.forward, own.forward), (joins.backward, own.backward)):
            carried = [
                power * state
                for power, state, edge in zip(at(table, step), up, own.interface, strict=True)
                if edge == row
            ]
            limits.append(min(at(limit, step)[row], sum(carried)) if carried else at(limit, step)[row])
        found.append((a, b, *limits))
    return found


def enumerated(system: System) -> Comes:
    """Return expected energy of load to be shed, hours short, energy short, and energy unserved."""
    tables = (system.generators, system.lines)
    for table in tables:
        assert np.allclose(table.p_fail + table.p_repair, 1.0), "hours must be independent"
    stores = system.storages
    assert len(stores) == 0 or (len(stores) == 1 and len(system.regions) == 1)
    held = {stores.initial[0] * stores.energy[0, 0] if len(stores) else 0.0: 1.0}
    total = Comes()
    for step in range(system.n_steps):
        after: dict[float, float] = {}
        load = at(system.regions.load, step)
        for state, chance in _states(system.generators.p_fail, step):
            capacities = zip(at(system.generators.capacity, step), state, strict=True)
            available = [power * up for power, up in capacities]
            supply = [0.0] * len(load)
            for power, region in zip(available, system.generators.region, strict=True):
                supply[region] += power
            asked = asked_for(system, step, available)
            for up, odds in _states(system.lines.p_fail, step):
                joins = _joins(system, step, up)
                for charge, share in held.items():
                    soc, give, moved = _stored(system, step, charge, load[0] - supply[0])
                    found = of_step(load, asked, [supply[0] + give, *supply[1:]], joins)
                    total = total.plus(found, chance * odds * share)
                    key = round(soc + moved, 12)
                    after[key] = after.get(key, 0.0) + chance * odds * share
        held = after
    return total


def _stored(system: System, step: int, charge: float, missing: float) -> tuple[float, float, float]:
    """Return what the storage holds on entering a step, what it could give, and what it stores or takes out."""
    stores = system.storages
    if not len(stores):
        return 0.0, 0.0, 0.0
    soc = min(charge * (stores.carryover_efficiency[0, 0] if step else 1.0), stores.energy[0, 0])
    give = min(stores.discharge[0, 0], soc * stores.discharge_efficiency[0, 0])
    if missing >= 0.0:
        return soc, give, -min(give, missing) / stores.discharge_efficiency[0, 0]
    takes = min(stores.charge[0, 0], -missing, (stores.energy[0, 0] - soc) / stores.charge_efficiency[0, 0])
    return soc, give, takes * stores.charge_efficiency[0, 0]
