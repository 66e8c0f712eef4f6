"""Storage in one step: what each store could give and take, in which order, and its state of charge afterwards.

Order (as in PRAS): discharge by longest time-to-go, charge by shortest. Time-to-go is the number of steps a store
could discharge at full power. A reservoir's inflow that can reach the grid counts as supply of its region (it is in
``events``); charging from it takes it back. Knows nothing of regions' loads.
"""

from __future__ import annotations

import math

from standstill.engine.jit import kernel
from standstill.engine.pack import (
    CARRYOVER,
    CHARGE,
    CHARGE_EFFICIENCY,
    DISCHARGE,
    DISCHARGE_EFFICIENCY,
    ENERGY,
    INJECTION,
    WITHDRAWAL,
)

__all__ = [
    "finish_stores",
    "group_end",
    "group_start",
    "open_stores",
    "reset_stores",
    "set_power",
    "share_in_group",
]

SAME = 1e-9
"""Times-to-go within this share of each other are equal."""


@kernel
def reset_stores(stores, values, states):
    """Set the state of charge of the first step."""
    for store in range(states.shape[0]):
        row = stores.table[store]
        states[store].soc = stores.series[ENERGY, store, 0] * values[row.energy_slot] * values[row.initial_slot]


@kernel
def open_stores(stores, values, energy_per_step, export, step, states, order):
    """Carry charge over into a step; fill what each store can give and take, and the order of times-to-go."""
    at = step if stores.series.shape[2] > 1 else 0
    series = stores.series
    for store in range(states.shape[0]):
        row, state = stores.table[store], states[store]
        power = values[row.power_slot] * state.available
        energy = series[ENERGY, store, at] * values[row.energy_slot]
        discharge = power * series[DISCHARGE, store, at]
        if step > 0:
            state.soc *= series[CARRYOVER, store, at]
        state.soc = min(state.soc, energy)
        state.moved = 0.0
        deliverable = state.soc * series[DISCHARGE_EFFICIENCY, store, at] / energy_per_step
        state.to_go = deliverable / discharge if discharge > 0.0 else math.inf
        give = min(discharge, deliverable)
        room = max(0.0, energy - state.soc) / (series[CHARGE_EFFICIENCY, store, at] * energy_per_step)
        take = min(power * series[CHARGE, store, at], room)
        if row.has_inflow == 1:
            exported = state.available * export[0, store, at]
            give = min(give, max(0.0, power * series[INJECTION, store, at] - exported))
            spilled = min(take, state.available * export[1, store, at])
            state.moved = -spilled
            take = min(take - spilled, exported + power * series[WITHDRAWAL, store, at])
        state.give = give
        state.take = take
        place = store
        while place > 0 and states[order[place - 1]].to_go < state.to_go:
            order[place] = order[place - 1]
            place -= 1
        order[place] = store


@kernel
def group_end(states, order, first, count):
    """Return the end of the group of equal times-to-go that starts at place ``first`` of the order (descending)."""
    top = states[order[first]].to_go
    last = first + 1
    while last < count:
        to_go = states[order[last]].to_go
        if to_go != top and to_go < top * (1.0 - SAME):
            break
        last += 1
    return last


@kernel
def group_start(states, order, last):
    """Return the start of the group that ends before place ``last``; groups are cut from the top, as above."""
    first = 0
    while True:
        end = group_end(states, order, first, last)
        if end >= last:
            return first
        first = end


@kernel
def set_power(stores, values, states, order, first, last, field, step):
    """Set the power by which the stores of a group share: the available part of CHARGE or DISCHARGE."""
    at = step if stores.series.shape[2] > 1 else 0
    for place in range(first, last):
        store = order[place]
        rating = stores.series[field, store, at] * values[stores.table[store].power_slot]
        states[store].power = rating * states[store].available


@kernel
def share_in_group(stores, states, order, first, last, region, total, gives):
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
            if limit > 0.0 and (region < 0 or stores.table[order[place]].region == region):
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
                if limit <= 0.0 or not (region < 0 or stores.table[order[place]].region == region):
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


@kernel
def finish_stores(stores, values, energy_per_step, step, states):
    """Update states of charge from what was moved; return whether none can change without a shortfall.

    At rest is a store that is full, or cannot charge, and whose charge does not fade; never where capabilities vary.
    """
    at = step if stores.series.shape[2] > 1 else 0
    is_rest = stores.series.shape[2] == 1
    for store in range(states.shape[0]):
        state = states[store]
        energy = stores.series[ENERGY, store, at] * values[stores.table[store].energy_slot]
        if state.moved > 0.0:
            taken = state.moved * energy_per_step / stores.series[DISCHARGE_EFFICIENCY, store, at]
            state.soc = max(0.0, state.soc - taken)
        elif state.moved < 0.0:
            state.soc -= state.moved * energy_per_step * stores.series[CHARGE_EFFICIENCY, store, at]
            state.soc = energy if state.soc > energy * (1.0 - 1e-14) else state.soc
        fades = stores.series[CARRYOVER, store, at] < 1.0 and state.soc > 0.0
        is_rest = is_rest and not fades and (stores.series[CHARGE, store, at] <= 0.0 or state.soc >= energy)
    return is_rest
