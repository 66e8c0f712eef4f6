"""Forced outages, event-driven: two-state chains with probabilities that may vary by step, and chains of more states.

One uniform gives the next transition: the first later step t' at which ``1 - prod(1 - p(t''))`` over the steps
entered exceeds it, as in PRAS. With hazards ``-log(1 - p)`` this is the first t' where their sum exceeds an
exponential variate. Knows nothing of damage.
"""

from __future__ import annotations

from standstill.engine import draws
from standstill.engine.jit import kernel
from standstill.engine.outage_days import next_by_day

__all__ = ["draw_outages", "next_flip"]


@kernel
def next_flip(cumulative, hazard, row, step, steps, threshold):
    """Return the step of the next transition after ``step``, or ``steps`` if there is none."""
    if row < 0:
        if hazard <= 0.0:
            return steps
        gap = threshold / hazard
        return steps if gap >= steps else step + int(gap) + 1
    target = cumulative[row, step] + threshold
    if not cumulative[row, steps - 1] > target:
        return steps
    low, high = step, steps - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if cumulative[row, middle] > target:
            high = middle
        else:
            low = middle
    return high


@kernel
def _draw_states(assets, chains, asset, steps, seed, sample, state, count, flips, shares):
    """Draw a unit with more states: when each is left, and which is next; return the count of flips, -1 if too many.

    Event 0 gives the first state; each later one the time in a state and, by its second uniform, the next state.
    """
    row = assets.table[asset]
    pick, _ = draws.pair(seed, sample, draws.OUTAGE, row.key, 0)
    now = row.chain
    while pick >= chains.table[now].initial:
        now += 1
    state.up = chains.table[now].share
    step, event = 0, 1
    while True:
        dwell, pick = draws.pair(seed, sample, draws.OUTAGE, row.key, event)
        step = next_flip(assets.cumulative, chains.table[now].hazard, -1, step, steps, draws.exponential(dwell))
        if step >= steps:
            return count
        if count >= flips.shape[0]:
            return -1
        target = 0
        while pick >= chains.moves[now, target]:
            target += 1
        now = row.chain + target
        flips[count], shares[count] = step, chains.table[now].share
        count += 1
        event += 1


@kernel
def _draw_steady(row, state, steps, seed, sample, count, flips, shares, uniforms):
    """Draw a unit whose hazards are the same in every step; return the count of flips, -1 if too many.

    Event 0 gives the first state, so events that are odd give times in that state, and even ones in the other.
    """
    draws.fill_pairs(seed, sample, draws.OUTAGE, row.key, 0, uniforms)
    is_up = uniforms[0, 0] < row.up0
    state.up = 1.0 if is_up else 0.0
    odd, even = row.hazard_fail, row.hazard_repair
    if not is_up:
        odd, even = even, odd
    draws.fill_waits(uniforms, even, odd, steps)
    step, event, place = int(uniforms[1, 0]) + 1, 1, 0
    while step < steps:
        if count >= flips.shape[0]:
            return -1
        flips[count] = step
        if shares is not None:
            shares[count] = state.up if event & 1 == 0 else 1.0 - state.up
        count += 1
        event += 1
        place = (event >> 1) & (draws.PAIRS - 1)
        if event & 1 == 0 and place == 0:
            draws.fill_pairs(seed, sample, draws.OUTAGE, row.key, event >> 1, uniforms)
            draws.fill_waits(uniforms, even, odd, steps)
        step += int(uniforms[event & 1, place]) + 1
    return count


@kernel
def draw_outages(assets, chains, days, steps, per_day, seed, sample, states, flips, shares, uniforms):
    """Fill ``flips`` with the steps at which each asset changes state; return False if they do not fit.

    Where units have more states, ``shares`` says what is in service after each flip; where outages follow the weather,
    ``days`` holds the hazards of this sample. ``uniforms``, (2, ``draws.PAIRS``), is scratch.
    """
    room = flips.shape[0]
    count = 0
    for asset in range(assets.table.shape[0]):
        row = assets.table[asset]
        states[asset].flip_first = count
        states[asset].up = 1.0
        if row.fails == 0:
            continue
        if chains is not None and row.chain >= 0:
            count = _draw_states(assets, chains, asset, steps, seed, sample, states[asset], count, flips, shares)
            if count < 0:
                return False
            continue
        by_weather = days is not None and row.day_fail >= 0
        if not by_weather and row.row_fail < 0 and row.row_repair < 0:
            count = _draw_steady(row, states[asset], steps, seed, sample, count, flips, shares, uniforms)
            if count < 0:
                return False
            continue
        up0 = row.up0
        if by_weather:
            fail, repair = days.first[row.day_fail], days.first[row.day_repair]
            up0 = repair / (fail + repair) if fail + repair > 0.0 else 1.0
        is_up, step, event = True, 0, 0
        while True:
            place = (event >> 1) & (draws.PAIRS - 1)
            if event & 1 == 0 and place == 0:
                draws.fill_pairs(seed, sample, draws.OUTAGE, row.key, event >> 1, uniforms)
            uniform = uniforms[event & 1, place]
            event += 1
            if event == 1:
                is_up = uniform < up0
                states[asset].up = 1.0 if is_up else 0.0
                continue
            if by_weather:
                by_day = row.day_fail if is_up else row.day_repair
                step = next_by_day(days, by_day, per_day, step, steps, draws.exponential(uniform))
            else:
                hazard = row.hazard_fail if is_up else row.hazard_repair
                chain = row.row_fail if is_up else row.row_repair
                step = next_flip(assets.cumulative, hazard, chain, step, steps, draws.exponential(uniform))
            if step >= steps:
                break
            if count >= room:
                return False
            flips[count] = step
            is_up = not is_up
            if shares is not None:
                shares[count] = 1.0 if is_up else 0.0
            count += 1
    states[assets.table.shape[0]].flip_first = count
    return True
