"""Demand response in one step: what each could borrow and pay back, what it owes, and what is due and not paid back.

Borrowing puts load off as a last resort; paying back is served as soon as it cuts nobody. Knows nothing of loads.
"""

from __future__ import annotations

from standstill.engine.dispatch.storage import sort_by_to_go
from standstill.engine.jit import inlined, kernel
from standstill.engine.packed import (
    BORROW,
    BORROW_EFFICIENCY,
    INTEREST,
    OWED_MOST,
    PAYBACK,
    PAYBACK_EFFICIENCY,
    WINDOW,
)

__all__ = [
    "close_none",
    "close_responses",
    "offer_none",
    "offer_responses",
    "open_none",
    "open_responses",
    "reset_responses",
]

IDLE = -1.0
"""Steps left of a window that does not run."""


@kernel
def reset_responses(responses, states):
    """Owe nothing."""
    for place in range(states.shape[0]):
        state = states[place]
        state.region = responses.table[place].region
        state.owed, state.left = 0.0, IDLE


@inlined
def _entered(state, most, interest, window):
    """Return (what is owed, what of it falls due, steps left) once a step is entered with its interest."""
    if state.owed <= 0.0:
        return state.owed, 0.0, state.left
    owed = state.owed * (1.0 + interest)
    late = max(0.0, owed - most)
    return owed - late, late, window - 1.0 if state.left < 0.0 else state.left - 1.0


@inlined
def _borrowable(power, most, owed, left, per_borrowed, is_last):
    """Return what can be put off: nothing where it would fall due at once."""
    return 0.0 if is_last or left == 0.0 else min(power, max(0.0, most - owed) / per_borrowed)


@kernel
def open_responses(responses, values, energy_per_step, step, is_last, states, order):
    """Add interest, count windows down, fill what each can borrow and pay back; return whether any owes anything.

    What interest puts above the most that may be owed falls due. Nothing is borrowed where it would fall due at once.
    """
    at = step if responses.series.shape[2] > 1 else 0
    series = responses.series
    owes = False
    for place in range(states.shape[0]):
        row, state = responses.table[place], states[place]
        power = values[row.power_slot] * state.available
        most = series[OWED_MOST, place, at] * values[row.energy_slot]
        state.moved = 0.0
        state.owed, state.late, state.left = _entered(
            state, most, series[INTEREST, place, at], series[WINDOW, place, at]
        )
        state.per_borrowed = energy_per_step / series[BORROW_EFFICIENCY, place, at]
        state.per_paid = energy_per_step / series[PAYBACK_EFFICIENCY, place, at]
        state.give = _borrowable(
            power * series[BORROW, place, at], most, state.owed, state.left, state.per_borrowed, is_last
        )
        state.take = min(power * series[PAYBACK, place, at], state.owed / state.per_paid)
        state.discharge = power * series[BORROW, place, at]
        state.charge = power * series[PAYBACK, place, at]
        state.to_go = series[WINDOW, place, at] if state.left < 0.0 else state.left
        owes = owes or state.owed > 0.0 or state.late > 0.0
    sort_by_to_go(states, order)
    return owes


@kernel
def offer_responses(responses, values, energy_per_step, step, is_last, states, supply):
    """Add to each region's ``supply`` what responses could put off in a step, before it is opened; change none."""
    at = step if responses.series.shape[2] > 1 else 0
    series = responses.series
    for place in range(states.shape[0]):
        row, state = responses.table[place], states[place]
        power = values[row.power_slot] * state.available
        most = series[OWED_MOST, place, at] * values[row.energy_slot]
        owed, _, left = _entered(state, most, series[INTEREST, place, at], series[WINDOW, place, at])
        per_borrowed = energy_per_step / series[BORROW_EFFICIENCY, place, at]
        supply[state.region] += _borrowable(power * series[BORROW, place, at], most, owed, left, per_borrowed, is_last)


@kernel
def close_responses(energy_per_step, is_last, states, areas):
    """Book what was borrowed and paid back; return (unserved power that falls due, whether any still owes).

    What is owed when its window closes, or at the end, was never served: it is cut here, as sheddable load.
    """
    late, owes = 0.0, False
    for place in range(states.shape[0]):
        state = states[place]
        if state.moved > 0.0:
            state.owed += state.moved * state.per_borrowed
        else:
            state.owed += state.moved * state.per_paid
            state.owed = state.owed if state.owed > 1e-12 * state.per_paid else 0.0
        if state.owed > 0.0 and (state.left == 0.0 or is_last):
            state.late += state.owed
            state.owed = 0.0
        if state.owed <= 0.0:
            state.left = IDLE
        owes = owes or state.owed > 0.0
        if state.late > 0.0:
            power = state.late / energy_per_step
            areas[state.region].short += power
            areas[state.region].shed += power
            late += power
    return late, owes


@inlined
def open_none(_, values, energy_per_step, step, is_last, states, order):
    """Do what ``open_responses`` does where there is none."""
    return False


@inlined
def offer_none(_, values, energy_per_step, step, is_last, states, supply):
    """Do what ``offer_responses`` does where there is none."""


@inlined
def close_none(energy_per_step, is_last, states, areas):
    """Do what ``close_responses`` does where there is none."""
    return 0.0, False
