"""What the kernel of scarce days reads: capacity outage tables unit by unit, the chains of units both ways, and days.

Knows nothing of how picks are weighted, nor of what a sampled day is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import locked
from standstill.engine import draws
from standstill.engine.layout import hazard, ints
from standstill.engine.packed import StoreArrays
from standstill.engine.scarce_draws import UNIT, ScarceModel
from standstill.measures.capacity import Counted, Table, Units, alike, availability, grown, sums
from standstill.model.system import System

__all__ = ["MOST_CELLS", "TooManyStates", "pack_scarce"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_CELLS = 20_000_000
"""States of all chains, and of all peak steps."""
_SHIFTS = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of what stores can discharge, by which load is lowered for controls."""


class TooManyStates(Exception):
    """The tables of a system would not fit; its message says so in words."""


def pack_scarce(
    system: System, name: str, asked: Counted, measured: tuple[int, int], stores: StoreArrays
) -> ScarceModel:
    """Return the packed model of one region, but for what is frozen and picked.

    Parameters
    ----------
    system: System
        One region; generators and storages; every factor a plain number.
    name: str
        Name of the side, which keys the draws.
    asked: Counted
        What its units must meet.
    measured: (int, int)
        First step measured and the one after the last.
    stores: StoreArrays
        Its storages, packed.

    Raises
    ------
    TooManyStates
        If the tables would be too large.
    """
    fixed, moving = asked.units.order()
    order = np.concatenate([fixed, moving]).astype(np.int64)
    units = asked.units.take(order)
    chains, group = _chains(units, len(fixed), asked.ceiling)
    return _model(_Fleet(name, system, asked, units, asked.rows[order], chains, group), measured, stores)


@dataclass(frozen=True, slots=True)
class _Chain:
    """What says which units are in service, given their sum: a table unit by unit, ``table`` the last."""

    table: Table
    up: tuple[Floats, ...] = ()
    out_to: tuple[Ints, ...] = ()
    up_to: tuple[Ints, ...] = ()

    def with_unit(self, capacity: int, up: float, ceiling: int) -> _Chain:
        """Return the chain with a unit more, but for states of at least ``ceiling``."""
        support, stay, move = grown(self.table.support, capacity, ceiling)
        parts = np.zeros((2, len(support)))
        to = np.zeros((2, len(support)), np.int64)
        parts[0, stay], to[0, stay] = (1.0 - up) * self.table.mass, np.arange(len(stay))
        parts[1, move], to[1, move] = up * self.table.mass[: len(move)], np.arange(len(move))
        mass = parts.sum(axis=0)
        only_up = np.ones(len(support), dtype=np.bool_)
        only_up[stay] = False
        chance = np.divide(parts[1], mass, out=np.zeros(len(support)), where=mass > 0.0)
        chance[only_up] = 1.0
        return _Chain(Table(support, mass), (*self.up, chance), (*self.out_to, to[0]), (*self.up_to, to[1]))


@dataclass(frozen=True, slots=True)
class _Fleet:
    """What can be out of service, in the order of the tables."""

    name: str
    """Name of the side."""
    system: System
    asked: Counted
    units: Units
    rows: Ints
    """Row of each unit among the system's generators."""
    chains: list[_Chain]
    group: Ints
    """Chain of each step."""


def _chains(units: Units, n_fixed: int, ceiling: Ints) -> tuple[list[_Chain], Ints]:
    """Return a chain for each kind of step, those of units that never change shared, and the kind of each step."""
    highest = int(ceiling.max())
    base = _Chain(Table.empty())
    for row in range(n_fixed):
        base = _checked(base.with_unit(int(units.capacity[row, 0]), float(units.up[row, 0]), highest))
    chains: list[_Chain] = []
    group = np.zeros(len(ceiling), np.int64)
    for kind, steps in enumerate(alike(units.capacity[n_fixed:], units.up[n_fixed:])):
        chain = base
        for row in range(n_fixed, len(units)):
            chain = _checked(
                chain.with_unit(int(units.capacity[row, steps[0]]), float(units.up[row, steps[0]]), highest)
            )
        chains.append(chain)
        group[steps] = kind
        if sum(len(part) for part in chain.up) * len(chains) > MOST_CELLS:
            raise TooManyStates(f"{len(chain.table.support)} states of capacity are too many for tables")
    return chains, group


def _checked(chain: _Chain) -> _Chain:
    if len(chain.table.support) * len(chain.up) > MOST_CELLS:
        raise TooManyStates(f"{len(chain.table.support)} states of capacity are too many for tables")
    return chain


def _model(fleet: _Fleet, measured: tuple[int, int], stores: StoreArrays) -> ScarceModel:
    """Return the packed model but for what is frozen and picked."""
    system, asked, units = fleet.system, fleet.asked, fleet.units
    per_day = max(1, round(24.0 / system.step_h))
    day_first = _days(asked.load, per_day)
    tables = [chain.table for chain in fleet.chains]
    first, chance, to = _flat(fleet.chains, len(units))
    table, cumulative, store_up = _units(fleet)
    varies = bool(np.any(units.capacity != units.capacity[:, :1]))
    counts = units.capacity if varies else units.capacity[:, :1]
    n_short = np.zeros(system.n_steps, np.int64)
    for kind, part in enumerate(tables):
        steps = fleet.group == kind
        n_short[steps] = np.searchsorted(part.support, asked.ceiling[steps])
    nothing = locked(np.zeros((2, 0)))
    return ScarceModel(
        units=table,
        counts=ints(counts),
        power=locked(counts * asked.increment),
        store_up=locked(store_up),
        cumulative=locked(cumulative),
        chain_first=ints(first),
        chain_up=locked(chance),
        chain_to=ints(to),
        table_first=ints(np.cumsum([0, *(len(part.support) for part in tables)])),
        support=ints(np.concatenate([part.support for part in tables])),
        mass=locked(np.concatenate([sums(part.mass) for part in tables])),
        value=locked(np.concatenate([sums(part.mass * part.support * asked.increment) for part in tables])),
        group=ints(fleet.group),
        n_short=ints(n_short),
        net=locked(asked.net),
        day=ints(np.repeat(np.arange(len(day_first) - 1), np.diff(day_first))),
        day_first=ints(day_first),
        peak=ints(np.zeros(len(day_first) - 1)),
        frozen_first=ints(np.zeros(len(day_first))),
        frozen=nothing,
        frozen_sum=nothing,
        pick=locked(np.zeros(1)),
        pick_kind=ints([]),
        pick_step=ints([]),
        measured=ints(measured),
        per_day=per_day,
        step_h=system.step_h,
        energy_per_step=system.energy_per_step,
        tolerance=asked.tolerance,
        shifts=locked(_shifts(system)),
        increment=asked.increment,
        stores=stores,
        key=np.uint64(draws.entity_key(f"{fleet.name}/scarce days")),
    )


def _shifts(system: System) -> Floats:
    storages = system.storages
    scale = np.array([float(value) for value in storages.power_scale if isinstance(value, (int, float))])
    power = float((storages.discharge.max(axis=1) * scale).sum()) if len(storages) else 0.0
    return np.array(_SHIFTS) * power if power > 0.0 else np.zeros(0)


def _flat(chains: list[_Chain], n_units: int) -> tuple[Ints, Floats, Ints]:
    """Return where each unit's part begins in each chain, and all parts end to end, those shared by chains once."""
    first = np.zeros((len(chains), n_units), np.int64)
    parts: list[tuple[Floats, Ints, Ints]] = []
    known: dict[int, int] = {}
    total = 0
    for kind, chain in enumerate(chains):
        for unit, part in enumerate(zip(chain.up, chain.out_to, chain.up_to, strict=True)):
            if id(part[0]) not in known:
                known[id(part[0])] = total
                total += len(part[0])
                parts.append(part)
            first[kind, unit] = known[id(part[0])]
    chance, out_to, up_to = (np.concatenate([part[place] for part in parts] or [np.zeros(0)]) for place in range(3))
    return first, chance, np.stack([out_to, up_to])


def _days(load: Floats, per_day: int) -> Ints:
    """Return where days begin: where load is lowest on average, so that stores are full and events seldom cut."""
    whole = len(load) // per_day * per_day
    lowest = int(np.argmin(load[:whole].reshape(-1, per_day).mean(axis=0))) if whole else 0
    return np.unique(np.concatenate([[0], np.arange(lowest, len(load), per_day), [len(load)]]))


def _units(fleet: _Fleet) -> tuple[NDArray[np.void], Floats, Floats]:
    """Return the table of units, summed hazards of those that vary, and P(in service) of stores that can fail."""
    system, units = fleet.system, fleet.units
    steps, storages = system.n_steps, system.storages
    table: list[tuple[object, ...]] = []
    cumulative: list[Floats] = []
    for place, row in enumerate(fleet.rows):
        fail, repair, up = units.p_fail[place], units.p_repair[place], units.up[place]
        varies = bool(np.any(units.capacity[place] != units.capacity[place, 0]))
        key = draws.entity_key(f"{fleet.name}/Generators/{system.generators.names[row]}")
        table.append(_unit(-1, varies, fail, repair, up, cumulative, key))
    failing = np.flatnonzero(storages.p_fail.any(axis=1))
    fail, repair = (
        np.broadcast_to(part[failing], (len(failing), steps)) for part in (storages.p_fail, storages.p_repair)
    )
    store_up = availability(fail, repair)
    for place, row in enumerate(failing):
        key = draws.entity_key(f"{fleet.name}/Storages/{storages.names[row]}")
        table.append(_unit(int(row), False, fail[place], repair[place], store_up[place], cumulative, key))
    packed = np.array(table, dtype=UNIT)
    packed.flags.writeable = False
    return packed, np.array(cumulative).reshape(len(cumulative), steps), store_up


def _unit(
    store: int, varies: bool, fail: Floats, repair: Floats, up: Floats, cumulative: list[Floats], key: int
) -> tuple[object, ...]:
    """Return the row of a unit; add its summed hazards, forwards and backwards, if they vary.

    Backwards a chain leaves a state with P(other before) P(moved here) / P(here), by Bayes' rule.
    """
    places = [-1] * 4
    if np.any(fail != fail[0]) or np.any(repair != repair[0]):
        down = 1.0 - up
        gone = np.zeros(len(up)), np.zeros(len(up))
        np.divide(down[:-1] * repair[1:], up[1:], out=gone[0][1:], where=up[1:] > 0.0)
        np.divide(up[:-1] * fail[1:], down[1:], out=gone[1][1:], where=down[1:] > 0.0)
        ahead = [np.concatenate([[0.0], np.cumsum(hazard(part[1:]))]) for part in (fail, repair)]
        back = [np.concatenate([[0.0], np.cumsum(hazard(np.minimum(part[:0:-1], 1.0)))]) for part in gone]
        places = [len(cumulative) + place for place in range(4)]
        cumulative += ahead + back
    rates = hazard(np.array([fail[0], repair[0]]))
    return (store, int(varies), *places, *rates.tolist(), key)
