"""Draws a day on which generators alone are short, from exactly its law, and what units did before and after.

A step and the capacity in service at it are picked first, then which units are in service, then what happened before
and after: a chain in a known law runs backwards as well as forwards. Knows nothing of stores but that some can fail.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine import draws, tables
from standstill.engine.jit import inlined, kernel
from standstill.engine.outages import next_flip
from standstill.engine.packed import StoreArrays

__all__ = [
    "BLOCK", "COLUMNS", "FROZEN", "HOURS", "SHORTAGE", "UNIT", "ScarceModel", "ScarceWork", "clear", "draw_day",
    "look_back", "make_work", "pick_state", "search",
]  # fmt: skip

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]

BLOCK = 64
"""Samples whose picks are stratified together."""
COLUMNS = ("unserved", "short_h", "events", "bare_unserved", "bare_short_h", "frozen_unserved", "frozen_short_h")
"""What a sampled day leaves: with stores, without, and with stores but the capacity of one step all day; then energy
and hours short without stores beyond each of ``ScarceModel.shifts``."""
SHORTAGE, HOURS, FROZEN = 0, 1, 2
"""How a state is picked: by its shortage, alike, or by what stores would leave of it over its day (two kinds)."""

UNIT = np.dtype(
    [
        *((name, np.int64) for name in ("store", "varies", "ahead_up", "ahead_down", "back_up", "back_down")),
        *((name, np.float64) for name in ("hazard_up", "hazard_down")),
        ("key", np.uint64),
    ]
)
"""A unit: generators in the order of the tables, then stores that can fail (``store`` >= 0). ``ahead`` and ``back`` are
rows of summed hazards of leaving the state, forwards and backwards in time; -1 where the hazard never changes."""


class ScarceModel(NamedTuple):
    """What is sampled; read-only."""

    units: Table
    counts: Ints
    """Increments of each generator in service, (n_generators, 1 or n_steps)."""
    power: Floats
    """The same, power_unit."""
    store_up: Floats
    """Probability that a store that can fail is in service, (n, 1 or n_steps)."""
    cumulative: Floats
    """Summed hazards, (rows, n_steps)."""
    chain_first: Ints
    """Where a unit's part of a table's chain begins, (n_groups, n_generators)."""
    chain_up: Floats
    """P(in service | capacity of this unit and those before it) ..."""
    chain_to: Ints
    """... and the state of those before it if it is out, and if it is in service, (2, n)."""
    table_first: Ints
    """Where the table of a group begins, (n_groups + 1,)."""
    support: Ints
    """States of capacity, increments, ascending within a group."""
    mass: Floats
    """Sums of the probabilities of the states before, one more per group than states."""
    value: Floats
    """Sums of probability times capacity, the same way."""
    group: Ints
    """Table of each step."""
    n_short: Ints
    """States of it that are short."""
    net: Floats
    """Load less what never fails."""
    day: Ints
    """Day of each step."""
    day_first: Ints
    """First step of each day; last entry the end of the last."""
    peak: Ints
    """The step of each day whose capacity is frozen."""
    frozen_first: Ints
    """Where the states of a day's peak step begin, (n_days + 1,)."""
    frozen: Floats
    """Energy and hours left short if a capacity lasts all day, (2, n)."""
    frozen_sum: Floats
    """Sums of these times probability over the states before, one more per day than states, (2, n + n_days)."""
    pick: Floats
    """Sums of the probabilities of picks, from 0 to 1, (n_picks + 1,)."""
    pick_kind: Ints
    pick_step: Ints
    """Step of each pick, or the peak step of its day."""
    measured: Ints
    """First step measured and the one after the last."""
    per_day: int
    step_h: float
    energy_per_step: float
    tolerance: float
    shifts: Floats
    """Firm capacities beyond which shortages are summed up too, power_unit."""
    increment: float
    """What ``counts`` and ``support`` count, power_unit."""
    stores: StoreArrays
    key: np.uint64


class ScarceWork(NamedTuple):
    """Scratch of one worker."""

    state: Ints
    event: Ints
    change: Floats
    """Change of capacity on entering a step, of units whose capacity does not vary, (n_steps + 1,)."""
    vary: Floats
    """Capacity of the other units, (n_steps,)."""
    available: Floats
    """Whether each store is in service, (n_stores, n_steps)."""
    lower: Floats
    """Least that each store can hold whatever it held before."""
    stores: Table
    order: Ints
    leaves: Table
    export: Floats
    row: Floats


def make_work(model: ScarceModel) -> ScarceWork:
    """Return scratch for a model."""
    steps, n_stores = model.net.size, len(model.stores.table)
    return ScarceWork(
        state=np.zeros(len(model.units), np.int64),
        event=np.zeros(len(model.units), np.int64),
        change=np.zeros(steps + 1),
        vary=np.zeros(steps),
        available=np.ones((n_stores, steps)),
        lower=np.zeros(n_stores),
        stores=np.zeros(n_stores, tables.STORE_STATE),
        order=np.zeros(n_stores, np.int64),
        leaves=np.zeros(1, tables.LEAF_STATE),
        export=np.zeros((2, n_stores, model.stores.series.shape[2])),
        row=np.zeros(len(COLUMNS) + 2 * len(model.shifts)),
    )


@inlined
def _mark(model, work, unit, is_up, first, last):
    """Note that a unit is in a state from one step up to another."""
    row = model.units[unit]
    if row.store >= 0:
        for step in range(first, last):
            work.available[row.store, step] = float(is_up)
    elif is_up == 1:
        if row.varies == 1:
            for step in range(first, last):
                work.vary[step] += model.power[unit, step]
        else:
            work.change[first] += model.power[unit, 0]
            work.change[last] -= model.power[unit, 0]


@kernel
def _look_ahead(model, work, seed, sample, unit, step, last, uniform):
    """Let a unit run from a step up to another."""
    row, steps = model.units[unit], model.net.shape[0]
    is_up = work.state[unit]
    while True:
        hazard, chain = (row.hazard_up, row.ahead_up) if is_up == 1 else (row.hazard_down, row.ahead_down)
        flip = next_flip(model.cumulative, hazard, chain, step, steps, draws.exponential(uniform))
        _mark(model, work, unit, is_up, step, min(flip, last))
        if flip >= last:
            return
        step, is_up = flip, 1 - is_up
        work.event[unit] += 1
        uniform, _ = draws.pair(seed, sample, draws.SCARCE, row.key, work.event[unit])


@kernel
def look_back(model, work, seed, sample, unit, step, first, uniform):
    """Let a unit run backwards from before a step, in which its state is known, to another; leave its state there."""
    row, steps = model.units[unit], model.net.shape[0]
    is_up, last = work.state[unit], step
    while True:
        hazard, chain = (row.hazard_up, row.back_up) if is_up == 1 else (row.hazard_down, row.back_down)
        threshold = draws.exponential(uniform)
        flip = steps - 1 - next_flip(model.cumulative, hazard, chain, steps - 1 - step, steps, threshold)
        _mark(model, work, unit, is_up, max(flip + 1, first), last)
        if flip < first:
            break
        step, last, is_up = flip, flip + 1, 1 - is_up
        work.event[unit] += 1
        uniform, _ = draws.pair(seed, sample, draws.SCARCE, row.key, work.event[unit])
    work.state[unit] = is_up


@kernel
def search(values, first, last, target):
    """Return the last place in [first, last) whose value is at most ``target``; values ascend, the first is."""
    while last - first > 1:
        middle = (first + last) >> 1
        if values[middle] <= target:
            first = middle
        else:
            last = middle
    return first


@kernel
def pick_state(model, kind, step, share):
    """Return the state at a share of what all short states of a step weigh, by their place in its table."""
    group, count = model.group[step], model.n_short[step]
    at = model.table_first[group] + group
    low, high = 0, count
    if kind >= FROZEN:
        day = model.day[step]
        sums = model.frozen_sum[kind - FROZEN]
        first = model.frozen_first[day] + day
        return search(sums, first, first + count, share * sums[first + count]) - first
    if kind == HOURS:
        return search(model.mass, at, at + count, share * model.mass[at + count]) - at
    net = model.net[step]
    target = share * (net * model.mass[at + count] - model.value[at + count])
    while high - low > 1:
        middle = (low + high) >> 1
        if net * model.mass[at + middle] - model.value[at + middle] <= target:
            low = middle
        else:
            high = middle
    return low


@kernel
def draw_day(model, work, seed, sample, step, place, first, last):
    """Draw which units are in service at a step, given its capacity, and what they do from ``first`` to ``last``."""
    group, n_generators = model.group[step], model.counts.shape[0]
    for at in range(model.units.shape[0] - 1, -1, -1):
        key = model.units[at].key
        uniform, ahead = draws.pair(seed, sample, draws.SCARCE, key, 0)
        back, _ = draws.pair(seed, sample, draws.SCARCE, key, 1)
        if at < n_generators:
            slot = model.chain_first[group, at] + place
            is_up = 1 if uniform < model.chain_up[slot] else 0
            place = model.chain_to[is_up, slot]
        else:
            up = model.store_up[at - n_generators]
            is_up = 1 if uniform < up[step if up.shape[0] > 1 else 0] else 0
        work.state[at] = is_up
        work.event[at] = 1
        _look_ahead(model, work, seed, sample, at, step, last, ahead)
        look_back(model, work, seed, sample, at, step, first, back)


@kernel
def clear(model, work, first, last):
    """Forget the capacity drawn."""
    for step in range(first, last):
        work.change[step] = 0.0
        work.vary[step] = 0.0
    work.change[last] = 0.0
