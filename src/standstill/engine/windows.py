"""When an arm's standstill holds in one sample: a fixed window, cut by its collapse, or a walk of the process clock.

A pure function of (seed, sample, arm) that knows no side, so that both sides see the same standstill.
"""

from __future__ import annotations

import math

from standstill.engine import draws
from standstill.engine.jit import kernel

__all__ = ["NEVER", "draw_windows"]

NEVER = -1.0
"""Start and end of a standstill that does not come about, h."""


@kernel
def draw_windows(arms, values, seed, sample, waves, n_waves, windows):
    """Fill start and end of each arm's standstill, (n_arms, 2); return a bit for each arm that goes like the first.

    An arm that waits for a clock goes like the first, which has no terms, where no wave falls within its standstill.
    """
    alike = 0
    for arm in range(arms.table.shape[0]):
        start, end = draw_window(arms, arm, values, seed, sample)
        windows[arm, 0], windows[arm, 1] = start, end
        share = arms.table[arm].share
        if share >= 0 and not _meets(waves, n_waves, start, end):
            alike |= 1 << share
    return alike


@kernel
def _meets(waves, n_waves, start, end):
    """Return whether a wave falls within a window."""
    count = 0
    for place in range(n_waves):
        count += 1 if start <= waves[place].time < end else 0
    return count > 0


@kernel
def draw_window(arms, arm, values, seed, sample):
    """Return start and end of the arm's standstill, h from the start of the simulation; NEVER if there is none."""
    row = arms.table[arm]
    if row.active == 0:
        return NEVER, NEVER
    start, end = row.start, row.end
    if row.n_chains > 0:
        start, end = _walk(arms, row, seed, sample)
    scale = values[row.collapse_slot]
    if scale > 0.0:
        uniform, _ = draws.pair(seed, sample, draws.COLLAPSE, arms.key, 0)
        days = (-math.log(uniform)) ** (1.0 / values[row.shape_slot]) / scale
        end = min(end, start + 24.0 * days)
    if end <= start:
        return NEVER, NEVER
    return start, end


@kernel
def _walk(arms, row, seed, sample):
    """Walk one of the arm's chains, each as likely, until its standstill has ended or cannot come before the end.

    The walk begins at the hour of the chain's belief; jump k uses event k, event 0 picks chain and first state. Only
    the first spell in force counts.
    """
    pick, mark = draws.pair(seed, sample, draws.CLOCK, arms.key, 0)
    chain = row.first_chain + min(int(pick * row.n_chains), row.n_chains - 1)
    state, last = arms.chain_first[chain], arms.chain_first[chain + 1] - 1
    while state < last and arms.states[state].initial < mark:
        state += 1
    time, start, jump = row.clock_start, math.inf, 0
    while time < row.end:
        here = arms.states[state]
        if here.in_force == 1:
            start = min(start, time)
        elif start < math.inf:
            return max(start, row.start), time
        if here.per_h <= 0.0:
            break
        jump += 1
        hold, choice = draws.pair(seed, sample, draws.CLOCK, arms.key, jump)
        time -= math.log(hold) / here.per_h
        step, last_step = here.step_first, arms.states[state + 1].step_first - 1
        while step < last_step and arms.steps[step].cumulative < choice:
            step += 1
        state = arms.steps[step].target
    return max(start, row.start), row.end
