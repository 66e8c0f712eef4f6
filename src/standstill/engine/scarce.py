"""Days on which generators alone are short: drawn from exactly their law, then lived through with stores.

A step and the capacity in service at it are picked first, then which units are in service, then what happened before
and after: a chain in a known law runs backwards as well as forwards. Knows nothing of how picks are weighted or of what
is estimated.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine import draws, tables
from standstill.engine.dispatch.star import serve_whole
from standstill.engine.dispatch.storage import MOVING, rate_stores, reset_stores
from standstill.engine.jit import entry, inlined, kernel
from standstill.engine.outages import next_flip
from standstill.engine.packed import StoreArrays

__all__ = ["BLOCK", "COLUMNS", "UNIT", "ScarceModel", "ScarceWork", "frozen_days", "make_work", "sample_days"]

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
        flip = next_flip(model.cumulative, hazard, chain, step, steps, -math.log(uniform))
        _mark(model, work, unit, is_up, step, min(flip, last))
        if flip >= last:
            return
        step, is_up = flip, 1 - is_up
        work.event[unit] += 1
        uniform, _ = draws.pair(seed, sample, draws.SCARCE, row.key, work.event[unit])


@kernel
def _look_back(model, work, seed, sample, unit, step, first, uniform):
    """Let a unit run backwards from before a step, in which its state is known, to another; leave its state there."""
    row, steps = model.units[unit], model.net.shape[0]
    is_up, last = work.state[unit], step
    while True:
        hazard, chain = (row.hazard_up, row.back_up) if is_up == 1 else (row.hazard_down, row.back_down)
        flip = steps - 1 - next_flip(model.cumulative, hazard, chain, steps - 1 - step, steps, -math.log(uniform))
        _mark(model, work, unit, is_up, max(flip + 1, first), last)
        if flip < first:
            break
        step, last, is_up = flip, flip + 1, 1 - is_up
        work.event[unit] += 1
        uniform, _ = draws.pair(seed, sample, draws.SCARCE, row.key, work.event[unit])
    work.state[unit] = is_up


@kernel
def _search(values, first, last, target):
    """Return the last place in [first, last) whose value is at most ``target``; values ascend, the first is."""
    while last - first > 1:
        middle = (first + last) >> 1
        if values[middle] <= target:
            first = middle
        else:
            last = middle
    return first


@kernel
def _pick_state(model, kind, step, share):
    """Return the state at a share of what all short states of a step weigh, by their place in its table."""
    group, count = model.group[step], model.n_short[step]
    at = model.table_first[group] + group
    low, high = 0, count
    if kind >= FROZEN:
        day = model.day[step]
        sums = model.frozen_sum[kind - FROZEN]
        first = model.frozen_first[day] + day
        return _search(sums, first, first + count, share * sums[first + count]) - first
    if kind == HOURS:
        return _search(model.mass, at, at + count, share * model.mass[at + count]) - at
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
def _draw_day(model, work, seed, sample, step, place, first, last):
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
        _look_back(model, work, seed, sample, at, step, first, back)


@kernel
def _rate(model, work, values, step):
    """Rate all stores in a step."""
    for store in range(work.stores.shape[0]):
        work.stores[store].available = work.available[store, step]
    rate_stores(model.stores, values, model.energy_per_step, work.export, step, work.stores)


@inlined
def _needs_rating(model, work, step, first):
    """Return whether what stores can do differs from the step before."""
    if step == first or model.stores.series.shape[2] > 1:
        return True
    differ = False
    for store in range(work.stores.shape[0]):
        differ = differ or work.available[store, step] != work.available[store, step - 1]
    return differ


@kernel
def _are_full_after(model, work, step, surplus):
    """Carry the least that stores can hold over a step; return whether that is all they can hold.

    However the others share, a store takes its fill of what is left when they take all they could ever take, and gives
    no more than it can or than is missing.
    """
    charge = 0.0
    for store in range(work.stores.shape[0]):
        charge += work.stores[store].charge
    are_full = surplus >= 0.0
    for store in range(work.stores.shape[0]):
        state = work.stores[store]
        held = min(work.lower[store] * state.carryover, state.energy)
        if surplus >= 0.0:
            held += min(state.charge, max(0.0, surplus - (charge - state.charge))) * state.per_taken
            held = state.energy if held > state.energy * (1.0 - 1e-14) else held
        else:
            held = max(0.0, held - min(state.discharge, -surplus) * state.per_delivered)
        work.lower[store] = held
        are_full = are_full and held >= state.energy
    return are_full


@kernel
def _find_full(model, work, values, first, last):
    """Return the step before ``last`` after which all stores are full whatever they held at ``first``; or -1."""
    work.lower[:] = 0.0
    capacity = 0.0
    for step in range(first, last):
        capacity += work.change[step]
        if _needs_rating(model, work, step, first):
            _rate(model, work, values, step)
        if _are_full_after(model, work, step, capacity + work.vary[step] - model.net[step]):
            return step
    return -1


@kernel
def _fill(model, work, values, step):
    """Fill all stores, as they are at the end of a step."""
    reset_stores(model.stores, values, work.stores)
    _rate(model, work, values, step)
    for store in range(work.stores.shape[0]):
        work.stores[store].soc = work.stores[store].energy


@kernel
def _live(model, work, values, capacity, start, first, last, out):
    """Run the stores from a step, with a capacity before its changes, and count the day that begins at ``first``."""
    rest, was_short = MOVING, False
    for step in range(start, last):
        capacity += work.change[step]
        if _needs_rating(model, work, step, start):
            _rate(model, work, values, step)
            rest = MOVING
        shortage = model.net[step] - capacity - work.vary[step]
        missing, rest = serve_whole(
            model.tolerance, work.leaves, shortage, 0.0, 0.0, step, work.stores, work.order, rest,
            model.stores.steady, model.stores.constant,
        )  # fmt: skip
        is_measured = model.measured[0] <= step < model.measured[1]
        is_short = is_measured and missing > 0.0
        if step >= first and is_measured:
            if shortage > model.tolerance:
                out[3] += shortage * model.energy_per_step
                out[4] += model.step_h
                for shift in range(model.shifts.shape[0]):
                    beyond = shortage - model.shifts[shift]
                    if beyond > model.tolerance:
                        out[7 + 2 * shift] += beyond * model.energy_per_step
                        out[8 + 2 * shift] += model.step_h
            if is_short:
                out[0] += missing * model.energy_per_step
                out[1] += model.step_h
                out[2] += 0.0 if was_short else 1.0
        was_short = is_short


@kernel
def _read_frozen(model, work, start, day, out):
    """Fill what the day's peak capacity would leave short if it lasted, from the capacity drawn."""
    peak = model.peak[day]
    group = model.group[peak]
    begin = model.table_first[group]
    capacity = 0.0
    for step in range(start, peak + 1):
        capacity += work.change[step]
    capacity += work.vary[peak]
    if model.net[peak] - capacity <= model.tolerance or model.n_short[peak] == 0:
        return
    total = math.floor(capacity / model.increment + 0.5)
    place = _search(model.support, begin, begin + model.n_short[peak], total) - begin
    out[5] = model.frozen[0, model.frozen_first[day] + place]
    out[6] = model.frozen[1, model.frozen_first[day] + place]


@kernel
def _clear(model, work, first, last):
    """Forget the capacity drawn."""
    for step in range(first, last):
        work.change[step] = 0.0
        work.vary[step] = 0.0
    work.change[last] = 0.0


@entry
def _sample_days(model, values, seed, first_sample, work, out):
    """Fill a row of ``out`` per sample."""
    n_picks = model.pick_kind.shape[0]
    for i in range(out.shape[0]):
        sample = first_sample + i
        uniform, _ = draws.pair(seed, sample, draws.SCARCE, model.key, 0)
        share = (float(sample % BLOCK) + uniform) / BLOCK
        pick = _search(model.pick, 0, n_picks, share)
        share = min(1.0, (share - model.pick[pick]) / (model.pick[pick + 1] - model.pick[pick]))
        step = model.pick_step[pick]
        place = _pick_state(model, model.pick_kind[pick], step, share)
        day = model.day[step]
        begin, end = model.day_first[day], model.day_first[day + 1]
        back = model.per_day
        start = max(0, begin - back)
        out[i, :] = 0.0
        _draw_day(model, work, seed, sample, step, place, start, end)
        full = _find_full(model, work, values, start, begin)
        while full < 0 and start > 0:
            back *= 2
            earlier = max(0, start - back)
            for unit in range(model.units.shape[0]):
                work.event[unit] += 1
                again, _ = draws.pair(seed, sample, draws.SCARCE, model.units[unit].key, work.event[unit])
                _look_back(model, work, seed, sample, unit, start, earlier, again)
            start = earlier
            full = _find_full(model, work, values, start, begin)
        capacity = 0.0
        if full < 0:
            reset_stores(model.stores, values, work.stores)
            full = start - 1
        else:
            _fill(model, work, values, full)
            for before in range(start, full + 1):
                capacity += work.change[before]
        _live(model, work, values, capacity, full + 1, begin, end, out[i])
        _read_frozen(model, work, start, day, out[i])
        _clear(model, work, start, end)


@entry
def _fill_frozen(model, values, day, capacities, work, out):
    """Fill ``out``, (2, n)."""
    first, last = model.day_first[day], model.day_first[day + 1]
    work.available[:, first:last] = 1.0
    for place in range(capacities.shape[0]):
        work.row[:] = 0.0
        _fill(model, work, values, first)
        _live(model, work, values, capacities[place], first, first, last, work.row)
        out[0, place], out[1, place] = work.row[0], work.row[1]


def sample_days(
    model: ScarceModel, values: Floats, seed: int, first_sample: int, count: int, work: ScarceWork
) -> Floats:
    """Return what sampled days leave, (count, columns as ``COLUMNS`` says).

    Samples of one block of ``BLOCK`` share out the picks evenly; a sample depends on the seed and its number alone.
    """
    out = np.empty((count, len(COLUMNS) + 2 * len(model.shifts)))
    _sample_days(model, values, seed, first_sample, work, out)
    return out


def frozen_days(model: ScarceModel, values: Floats, day: int, capacities: Floats, work: ScarceWork) -> Floats:
    """Return energy and hours left short on a day on which a capacity lasts and stores begin full, (2, n)."""
    out = np.zeros((2, len(capacities)))
    _fill_frozen(model, values, day, capacities, work, out)
    return out
