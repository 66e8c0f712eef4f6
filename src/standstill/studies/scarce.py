"""Expected shortfall from scarce days: days drawn from the exact law of being short, lived through with stores.

Knows how picks are weighted and what a sampled day is worth; not when to stop. See ``docs/concepts/precision.md``.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import locked
from standstill.engine import draws
from standstill.engine.layout import hazard, ints
from standstill.engine.pack_system import pack_stores
from standstill.engine.packed import StoreArrays
from standstill.engine.scarce import (
    BLOCK,
    COLUMNS,
    FROZEN,
    HOURS,
    SHORTAGE,
    UNIT,
    ScarceModel,
    ScarceWork,
    frozen_days,
    make_work,
    sample_days,
)
from standstill.engine.slots import Slots
from standstill.measures.capacity import Counted, Table, Units, alike, availability, counted, grown, sums
from standstill.model.system import System
from standstill.studies.precision import Draws, Wanted

__all__ = ["ScarceDays", "TooManyStates"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHARES = {"eue": (0.4, 0.2, 0.3, 0.1), "lole": (0.3, 0.3, 0.2, 0.2)}
"""Shares of picks by shortage, by hours, by frozen energy and by frozen hours, by what is wanted."""
_SHIFTS = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of what stores can discharge, by which load is lowered for controls."""
_KNOWN = ("bare_unserved", "bare_short_h", "frozen_unserved", "frozen_short_h")
_MOST_CELLS = 20_000_000  # states of all chains, and of all peak steps
_POINTS = 40_000  # capacities that are lived through frozen, over all days


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


class TooManyStates(Exception):
    """The tables of a system would not fit; its message says so in words."""


class ScarceDays:
    """The scarce days of one region with generators and stores, ready to be sampled.

    Parameters
    ----------
    system: System
        One region; generators and storages; every factor a plain number.
    name: str
        Name of the side, which keys the draws.
    measured: (int, int)
        First step measured and the one after the last.
    wanted: str
        Whether picks favour "eue" or "lole".
    seed: int
        Seed of all draws.

    Raises
    ------
    TooManyStates
        If the tables would be too large.

    Notes
    -----
    Stores can only lessen a shortage, so a day with unserved energy is a day on which generators alone are short. The
    measure of days is tilted to a mixture of four: by the shortage S of the day, by its hours short N, and by what
    would be left of energy and hours if the capacity of the day's worst step lasted all day. The mean of each under the
    true law is a sum of the capacity outage tables, so that the likelihood ratio of a day is exact.
    """

    def __init__(self, system: System, name: str, measured: tuple[int, int], wanted: Wanted, seed: int) -> None:
        slots = Slots()
        asked = counted(system)
        stores = pack_stores(system, slots)
        self._values = slots.values(0, 0, 1)[0]
        fixed, moving = asked.units.order()
        order = np.concatenate([fixed, moving]).astype(np.int64)
        units = asked.units.take(order)
        chains, group = _chains(units, len(fixed), asked.ceiling)
        fleet = _Fleet(name, system, asked, units, asked.rows[order], chains, group)
        model = _model(fleet, measured, stores)
        self._work = make_work(model)
        began = time.perf_counter()
        frozen_days(model, self._values, 0, np.zeros(0), self._work)
        self.compiling = time.perf_counter() - began
        """Time that went into compiling, s."""
        self.means, self._shares, self._model = _weighted(model, self._values, self._work, _SHARES[wanted])
        within = np.zeros(system.n_steps, dtype=np.bool_)
        within[measured[0] : measured[1]] = True
        self._beyond = _beyond(self._model, within)
        self.load = asked.load
        self._seed, self._done = seed, 0

    per_value = BLOCK
    batch = 1

    def reseeded(self, seed: int) -> ScarceDays:
        """Return the same days under another seed, from the first sample on; the two must not draw at the same time."""
        other = copy.copy(self)
        other._seed, other._done = seed, 0
        return other

    @property
    def can_be_short(self) -> bool:
        """Whether generators alone can be short at all."""
        return bool(self.means[SHORTAGE] > 0.0)

    @property
    def most(self) -> dict[str, float]:
        """Upper bounds of what one sampled day may add to eue and to lole."""
        shares = np.maximum(self._shares[:2], 1e-300)
        return {"eue": float(self.means[0] / shares[0]), "lole": float(self.means[1] / shares[1])}

    def draw(self, count: int) -> Draws:
        """Return the next so many blocks; a sample depends on the seed and its number alone."""
        out = sample_days(self._model, self._values, self._seed, self._done * BLOCK, count * BLOCK, self._work)
        self._done += count
        row = dict(zip(COLUMNS, out.T, strict=False))
        use = np.flatnonzero(self.means > 0.0)
        ratios = np.stack([row[_KNOWN[place]] / self.means[place] for place in use])
        tilt = self._shares[use] @ ratios
        known = self._beyond > 0.0
        beyond = out.T[len(COLUMNS) :][known] / self._beyond[known, None]
        columns = {"eue": "unserved", "lole": "short_h", "lolev": "events"}
        return Draws(
            values={name: _by_block(row[column] / tilt) for name, column in columns.items()},
            controls=np.stack([_by_block(ratio / tilt) - 1.0 for ratio in (*ratios, *beyond)], axis=1),
            short=int(np.count_nonzero(row["short_h"])),
        )


def _by_block(values: Floats) -> Floats:
    means: Floats = values.reshape(-1, BLOCK).mean(axis=1)
    return means


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
        if sum(len(part) for part in chain.up) * len(chains) > _MOST_CELLS:
            raise TooManyStates(f"{len(chain.table.support)} states of capacity are too many for tables")
    return chains, group


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


def _checked(chain: _Chain) -> _Chain:
    if len(chain.table.support) * len(chain.up) > _MOST_CELLS:
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


def _beyond(model: ScarceModel, within: NDArray[np.bool_]) -> Floats:
    """Return the exact mean energy and hours short beyond each shift, as they stand in ``sample_days``."""
    means = []
    for shift in model.shifts:
        ceiling = np.ceil((model.net - shift - model.tolerance) / model.increment)
        hours, shortage = np.zeros(len(model.net)), np.zeros(len(model.net))
        for group in range(len(model.table_first) - 1):
            steps = within & (model.group == group)
            first, last = model.table_first[group : group + 2]
            at = first + group + np.searchsorted(model.support[first:last], ceiling[steps])
            hours[steps] = model.mass[at]
            shortage[steps] = (model.net[steps] - shift) * model.mass[at] - model.value[at]
        means += [shortage.clip(min=0.0).sum() * model.energy_per_step, hours.sum() * model.step_h]
    return np.array(means)


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


def _weighted(
    model: ScarceModel, values: Floats, work: ScarceWork, shares: tuple[float, ...]
) -> tuple[Floats, Floats, ScarceModel]:
    """Return the exact means of what days are tilted by, the shares of picks, and the model with both in it."""
    steps = len(model.net)
    within = np.zeros(steps, dtype=np.bool_)
    within[model.measured[0] : model.measured[1]] = True
    at = model.table_first[model.group] + model.group
    hours = np.where(within, model.mass[at + model.n_short], 0.0)
    shortage = np.where(within, model.net * hours - model.value[at + model.n_short], 0.0).clip(min=0.0)
    days = zip(model.day_first[:-1], model.day_first[1:], strict=True)
    peak = np.array([first + int(np.argmax(shortage[first:last])) for first, last in days])
    model = model._replace(peak=ints(peak))
    model, left = _frozen(model, values, work, shortage, at)
    weights = [shortage * model.energy_per_step, hours * model.step_h, *left]
    where = [np.arange(steps), np.arange(steps), peak, peak]
    means = np.array([weight.sum() for weight in weights])
    used = np.where(means > 0.0, shares, 0.0)
    used = used / used.sum() if used.any() else used
    kinds = [SHORTAGE, HOURS, FROZEN, FROZEN + 1]
    rows = [
        (used[kind] * weights[kind][weights[kind] > 0.0] / means[kind], where[kind][weights[kind] > 0.0], kind)
        for kind in kinds
        if used[kind] > 0.0
    ]
    pick = sums(np.concatenate([row[0] for row in rows])) if rows else np.zeros(1)
    return (
        means,
        used,
        model._replace(
            pick=locked(pick / max(pick[-1], 1e-300)),
            pick_kind=ints(np.concatenate([np.full(len(row[1]), row[2]) for row in rows]) if rows else []),
            pick_step=ints(np.concatenate([row[1] for row in rows]) if rows else []),
        ),
    )


def _frozen(
    model: ScarceModel, values: Floats, work: ScarceWork, shortage: Floats, at: Ints
) -> tuple[ScarceModel, Floats]:
    """Return the model with what each day leaves short if the capacity of its peak lasts, and the means by day.

    It is worked out at some capacities and is a straight line between them: any function would do, as the means and
    the likelihood ratios use this one. The days with the least shortage have none.
    """
    n_days = len(model.peak)
    by_day = np.add.reduceat(shortage, model.day_first[:-1])
    states = model.n_short[model.peak]
    points = max(8, _POINTS // max(1, n_days))
    kept, room = [], _MOST_CELLS
    for day in np.argsort(-by_day, kind="stable"):
        room -= int(states[day])
        if by_day[day] <= 1e-6 * by_day.sum() or room < 0:
            break
        kept.append(int(day))
    sizes = np.zeros(n_days, np.int64)
    sizes[kept] = states[kept]
    first = np.concatenate([[0], np.cumsum(sizes)])
    frozen, left = np.zeros((2, first[-1])), np.zeros((2, n_days))
    summed = np.zeros((2, first[-1] + n_days))
    for day in kept:
        step = model.peak[day]
        begin = model.table_first[model.group[step]]
        capacity = model.support[begin : begin + sizes[day]] * model.increment
        mass = np.diff(model.mass[at[step] : at[step] + sizes[day] + 1])
        likely = int(np.searchsorted(np.cumsum(mass), 1e-9 * mass.sum()))
        grid = np.linspace(capacity[min(likely, len(capacity) - 1)], capacity[-1], points)
        found = frozen_days(model, values, day, grid, work)
        for kind in (0, 1):
            curve = np.interp(capacity, grid, found[kind])
            frozen[kind, first[day] : first[day + 1]] = curve
            summed[kind, first[day] + day : first[day + 1] + day + 1] = sums(curve * mass)
            left[kind, day] = summed[kind, first[day + 1] + day]
    return model._replace(frozen_first=ints(first), frozen=locked(frozen), frozen_sum=locked(summed)), left
