"""Lives through days on which generators alone are short, with stores that are provably full when they begin.

Knows nothing of how picks are weighted or of what is estimated.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from standstill.engine import draws
from standstill.engine.dispatch.star import serve_whole
from standstill.engine.dispatch.storage import MOVING, rate_stores, reset_stores
from standstill.engine.jit import entry, inlined, kernel
from standstill.engine.scarce_draws import (
    BLOCK,
    COLUMNS,
    ScarceModel,
    ScarceWork,
    clear,
    draw_day,
    look_back,
    pick_state,
    search,
)

__all__ = ["frozen_days", "sample_days"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]


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
    place = search(model.support, begin, begin + model.n_short[peak], total) - begin
    out[5] = model.frozen[0, model.frozen_first[day] + place]
    out[6] = model.frozen[1, model.frozen_first[day] + place]


@entry
def _sample_days(model, values, seed, first_sample, work, out):
    """Fill a row of ``out`` per sample."""
    n_picks = model.pick_kind.shape[0]
    for i in range(out.shape[0]):
        sample = first_sample + i
        uniform, _ = draws.pair(seed, sample, draws.SCARCE, model.key, 0)
        share = (float(sample % BLOCK) + uniform) / BLOCK
        pick = search(model.pick, 0, n_picks, share)
        share = min(1.0, (share - model.pick[pick]) / (model.pick[pick + 1] - model.pick[pick]))
        step = model.pick_step[pick]
        place = pick_state(model, model.pick_kind[pick], step, share)
        day = model.day[step]
        begin, end = model.day_first[day], model.day_first[day + 1]
        back = model.per_day
        start = max(0, begin - back)
        out[i, :] = 0.0
        draw_day(model, work, seed, sample, step, place, start, end)
        full = _find_full(model, work, values, start, begin)
        while full < 0 and start > 0:
            back *= 2
            earlier = max(0, start - back)
            for unit in range(model.units.shape[0]):
                work.event[unit] += 1
                again, _ = draws.pair(seed, sample, draws.SCARCE, model.units[unit].key, work.event[unit])
                look_back(model, work, seed, sample, unit, start, earlier, again)
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
        clear(model, work, start, end)


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
