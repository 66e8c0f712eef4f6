"""Storage in one step: what each store could give and take, in which order, and its state of charge afterwards.

Order (as in PRAS): discharge by longest time-to-go, charge by shortest. Time-to-go is the number of steps a store
could discharge at full power, within its budget. A reservoir's inflow that can reach the grid counts as supply of its
region (it is in ``events``); charging from it takes it back. Knows nothing of regions' loads.
"""

from __future__ import annotations

import math

from standstill.engine.jit import inlined, kernel
from standstill.engine.packed import (
    BUDGET,
    CARRYOVER,
    CHARGE,
    CHARGE_EFFICIENCY,
    DISCHARGE,
    DISCHARGE_EFFICIENCY,
    ENERGY,
    INJECTION,
    PROFILE,
    RELEASE,
    WITHDRAWAL,
)

__all__ = [
    "EMPTY",
    "FULL",
    "MOVING",
    "finish_stores",
    "group_end",
    "group_start",
    "move_all",
    "offer",
    "offered",
    "open_stores",
    "order_stores",
    "plan_stores",
    "planned_release",
    "rate_stores",
    "reset_stores",
    "set_power",
    "set_to_go",
    "share_evenly",
    "share_in_group",
    "sort_by_to_go",
]

MOVING, FULL, EMPTY = 0, 1, 2
"""Whether stores can be left alone, see ``finish_stores``."""
SAME = 1e-9
"""Times-to-go within this share, or this many steps, of each other are equal."""
MOVES = 8
"""Moves for each store after which sorting one by one is given up."""


@kernel
def reset_stores(stores, values, states):
    """Set the state of charge of the first step, and what never changes."""
    for store in range(states.shape[0]):
        row = stores.table[store]
        states[store].region = row.region
        states[store].has_inflow = row.has_inflow
        states[store].plan = row.plan
        states[store].week = -1
        states[store].floor = 0.0
        states[store].soc = stores.series[ENERGY, store, 0] * values[row.energy_slot] * values[row.initial_slot]


@kernel
def rate_stores(stores, values, energy_per_step, export, step, states):
    """Set what every store is rated at in a step, with its availability; again only when something changes."""
    at = step if stores.series.shape[2] > 1 else 0
    series = stores.series
    for store in range(states.shape[0]):
        row, state = stores.table[store], states[store]
        power = values[row.power_slot] * state.available
        state.energy = series[ENERGY, store, at] * values[row.energy_slot]
        state.discharge = power * series[DISCHARGE, store, at]
        state.charge = power * series[CHARGE, store, at]
        state.carryover = series[CARRYOVER, store, at]
        state.per_delivered = energy_per_step / series[DISCHARGE_EFFICIENCY, store, at]
        state.per_taken = energy_per_step * series[CHARGE_EFFICIENCY, store, at]
        state.per_stored = 1.0 / state.per_delivered
        state.per_room = 1.0 / state.per_taken
        if row.has_inflow == 1:
            state.export = state.available * export[0, store, at]
            state.spill = state.available * export[1, store, at]
            state.injection = max(0.0, power * series[INJECTION, store, at] - state.export)
            state.withdrawal = state.export + power * series[WITHDRAWAL, store, at]
            state.release = power * series[RELEASE, store, at]


@kernel
def plan_stores(stores, values, step, states):
    """Set how far stores on a weekly budget may be drawn down, and what those on a daily profile do in a step.

    A week's inflow is there to be used as it comes, so a budget is a floor below which what is held must not fall.
    While stores are left alone nothing they hold changes, so a week that began meanwhile began with what is held now.
    On a profile inflow that is released passes no store; ``planned`` is what is moved beyond that, as ``moved``.
    """
    for store in range(states.shape[0]):
        row, state = stores.table[store], states[store]
        if row.plan == BUDGET and state.week != step // stores.week_steps:
            state.week = step // stores.week_steps
            state.floor = state.soc * (1.0 - values[row.share_slot])
        elif row.plan == PROFILE:
            soc = min(state.soc * state.carryover if step > 0 else state.soc, state.energy)
            beyond = min(state.release, state.injection) - state.spill
            if beyond >= 0.0:
                state.planned = min(beyond, min(state.discharge, soc * state.per_stored))
            else:
                state.planned = -min(-beyond, min(state.charge, (state.energy - soc) * state.per_room))


@inlined
def planned_release(state):
    """Return what a store on a daily profile gives the grid in a step."""
    return min(min(state.release, state.injection), state.spill + max(0.0, state.planned))


@inlined
def offer(step, state):
    """Return what a store could give in a step, before anything is moved."""
    soc = min(state.soc * state.carryover if step > 0 else state.soc, state.energy)
    give = min(state.discharge, max(0.0, soc - state.floor) * state.per_stored)
    give = min(give, state.injection) if state.has_inflow == 1 else give
    return give if state.plan != PROFILE else 0.0


@inlined
def offered(step, states):
    """Return what all stores together could give in a step, before anything is moved."""
    whole = 0.0
    for store in range(states.shape[0]):
        whole += offer(step, states[store])
    return whole


@inlined
def open_stores(step, states):
    """Carry charge over into a step; fill what each store can give and take; return the sums of both."""
    can_give, can_take = 0.0, 0.0
    for store in range(states.shape[0]):
        state = states[store]
        soc = min(state.soc * state.carryover if step > 0 else state.soc, state.energy)
        give = min(state.discharge, max(0.0, soc - state.floor) * state.per_stored)
        take = min(state.charge, (state.energy - soc) * state.per_room)
        spilled = 0.0
        if state.has_inflow == 1:
            give = min(give, state.injection)
            spilled = min(take, state.spill)
            take = min(take - spilled, state.withdrawal)
            if state.plan == PROFILE:
                give, take, spilled = 0.0, 0.0, -state.planned
        state.soc, state.moved = soc, -spilled
        state.give, state.take = give, take
        can_give += give
        can_take += take
    return can_give, can_take


@inlined
def set_to_go(states):
    """Set times-to-go, steps at full discharge; return whether all are equal."""
    top, least = -1.0, math.inf
    for store in range(states.shape[0]):
        state = states[store]
        usable = max(0.0, state.soc - state.floor)
        state.to_go = usable * state.per_stored / state.discharge if state.discharge > 0.0 else math.inf
        top = max(top, state.to_go)
        least = min(least, state.to_go)
    return least == top or least >= top * (1.0 - SAME) - SAME


@inlined
def share_evenly(states, total, gives):
    """Share ``total`` among all stores pro rata to power; return False, and do nothing, if a limit of one binds."""
    power = 0.0
    for store in range(states.shape[0]):
        power += states[store].discharge if gives else states[store].charge
    level = total / power
    for store in range(states.shape[0]):
        state = states[store]
        if (state.give < level * state.discharge) if gives else (state.take < level * state.charge):
            return False
    for store in range(states.shape[0]):
        state = states[store]
        state.moved += level * state.discharge if gives else -level * state.charge
    return True


@inlined
def order_stores(states, order):
    """Fill the order of times-to-go, longest first; only needed where stores share less than all can move."""
    set_to_go(states)
    sort_by_to_go(states, order)


@inlined
def sort_by_to_go(states, order):
    """Fill the order of times-to-go, longest first; equal ones as they are numbered.

    One by one, which is quick for few and where most are in order, until that has taken too many moves.
    """
    moves, most = 0, MOVES * states.shape[0]
    for store in range(states.shape[0]):
        state = states[store]
        place = store
        while place > 0 and states[order[place - 1]].to_go < state.to_go:
            order[place] = order[place - 1]
            place -= 1
        order[place] = store
        moves += store - place
        if moves > most:
            _sort_many(states, order)
            return


@kernel
def _sort_many(states, order):
    """Do the same in time n log n, by a heap whose top comes last in the order."""
    count = states.shape[0]
    for place in range(count):
        order[place] = place
    for place in range(count // 2 - 1, -1, -1):
        _sink(states, order, place, count)
    for last in range(count - 1, 0, -1):
        top = order[0]
        order[0] = order[last]
        order[last] = top
        _sink(states, order, 0, last)


@kernel
def _sink(states, order, place, count):
    """Let what stands at a place of the heap sink below all that come later in the order."""
    sinking = order[place]
    while 2 * place + 1 < count:
        child = 2 * place + 1
        if child + 1 < count and _is_before(states, order[child], order[child + 1]):
            child += 1
        if not _is_before(states, sinking, order[child]):
            break
        order[place] = order[child]
        place = child
    order[place] = sinking


@inlined
def _is_before(states, one, other):
    """Return whether one comes before another: a longer time-to-go, or as long and a lower number."""
    mine, theirs = states[one].to_go, states[other].to_go
    return mine > theirs or (mine == theirs and one < other)


@inlined
def move_all(states, gives):
    """Have every store give, or take, all it can."""
    for store in range(states.shape[0]):
        states[store].moved += states[store].give if gives else -states[store].take


@inlined
def group_end(states, order, first, count):
    """Return the end of the group of equal times-to-go that starts at place ``first`` of the order (descending)."""
    top = states[order[first]].to_go
    last = first + 1
    while last < count:
        if _is_less(states[order[last]].to_go, top):
            break
        last += 1
    return last


@inlined
def _is_less(to_go, top):
    """Return whether a time-to-go is less than another, beyond what counts as equal."""
    return to_go != top and to_go < top * (1.0 - SAME) - SAME


@inlined
def group_start(states, order, last):
    """Return the start of the group that ends before place ``last``; groups are cut from the top, as above.

    What is less than the one before it is less than the top of that one's group too, so a group starts there.
    """
    first = last - 1
    while first > 0 and not _is_less(states[order[first]].to_go, states[order[first - 1]].to_go):
        first -= 1
    while True:
        end = group_end(states, order, first, last)
        if end >= last:
            return first
        first = end


@inlined
def set_power(states, order, first, last, charging):
    """Set the power by which the stores of a group share: what is available of charge or discharge."""
    for place in range(first, last):
        state = states[order[place]]
        state.power = state.charge if charging else state.discharge


@kernel
def share_in_group(states, order, first, last, region, total, gives):
    """Share ``total`` among the stores of one group in one region (-1: in all), pro rata to power within limits.

    ``gives`` says whether they discharge (limit ``give``, moved > 0) or charge (limit ``take``, moved < 0); the limits
    are used up.
    """
    left = total
    for _ in range(last - first + 1):
        weight = 0.0
        for place in range(first, last):
            state = states[order[place]]
            limit = state.give if gives else state.take
            if limit > 0.0 and (region < 0 or states[order[place]].region == region):
                weight += state.power
        if weight <= 0.0 or left <= 0.0:
            return
        level = left / weight
        is_bound = False
        for part in range(2):
            if part == 1 and is_bound:
                break
            for place in range(first, last):
                state = states[order[place]]
                limit = state.give if gives else state.take
                if limit <= 0.0 or not (region < 0 or states[order[place]].region == region):
                    continue
                amount = level * state.power
                if part == 0 and limit > amount:
                    continue
                if part == 0:
                    amount = limit
                    is_bound = True
                left -= amount
                if gives:
                    state.give -= amount
                    state.moved += amount
                else:
                    state.take -= amount
                    state.moved -= amount
        if not is_bound:
            return


@inlined
def finish_stores(states, steady, constant):
    """Update states of charge from what was moved; return FULL, EMPTY or MOVING.

    FULL: no store can change without a shortfall (each is full, or cannot charge, and does not fade). EMPTY: none can
    change without a surplus (each is empty and has no spill to take). ``steady`` and ``constant`` (see
    ``StoreArrays``) say that what decides the two does not vary with time.
    """
    is_full, is_empty = steady, constant
    for store in range(states.shape[0]):
        state = states[store]
        if state.moved > 0.0:
            state.soc -= state.moved * state.per_delivered
            state.soc = state.soc if state.soc > state.energy * 1e-14 else 0.0
        elif state.moved < 0.0:
            state.soc -= state.moved * state.per_taken
            state.soc = state.energy if state.soc > state.energy * (1.0 - 1e-14) else state.soc
        fades = state.carryover < 1.0 and state.soc > 0.0
        is_full = is_full and not fades and (state.charge <= 0.0 or state.soc >= state.energy)
        is_empty = is_empty and state.soc <= 0.0 and (state.spill <= 0.0 or state.charge <= 0.0)
    return FULL if is_full else EMPTY if is_empty else MOVING
