"""Joins outages and damage into one list of changes of availability by step.

Availability = share in service (0 or 1, or between for units with more states) x condition (the least over the asset's
open jobs at the start of the step). Knows nothing of load or dispatch.
"""

from __future__ import annotations

import math

import numpy as np

from standstill.engine.jit import inlined, kernel
from standstill.engine.load import take_out
from standstill.engine.packed import CHUNK, GENERATOR, LINE, STORE
from standstill.engine.record import begin_record, record_loss

__all__ = ["build_events"]


@kernel
def _insert_point(points, count, step):
    """Insert a step into the sorted distinct points; return how many there are."""
    place = count
    while place > 0 and points[place - 1] > step:
        place -= 1
    if place > 0 and points[place - 1] == step:
        return count
    for other in range(count, place, -1):
        points[other] = points[other - 1]
    points[place] = step
    return count + 1


@kernel
def _condition_points(first_job, step_h, steps, jobs):
    """Fill ``points`` with the sorted steps at which an asset's condition may change; return how many."""
    count = 0
    job = first_job
    while job >= 0:
        row = jobs.table[job]
        if row.arrival < steps * step_h:
            count = _insert_point(jobs.points, count, math.ceil(row.arrival / step_h))
        if row.finish < steps * step_h:
            count = _insert_point(jobs.points, count, math.ceil(row.finish / step_h))
        job = row.later
    if count > 0 and jobs.points[count - 1] >= steps:
        count -= 1
    return count


@kernel
def _oldest_first(last_job, jobs):
    """List an asset's jobs by ``later``, oldest first (``next`` lists them newest first); return the first."""
    first, job = -1, last_job
    while job >= 0:
        jobs.table[job].later = first
        first, job = job, jobs.table[job].next
    return first


@inlined
def _condition_at(first_job, hour, jobs):
    """Return (an asset's condition at an hour: the least over its open jobs, its first job that is not over).

    Hours are asked in order, so jobs that are over leave the list of ``later``.
    """
    condition, first, before = 1.0, first_job, -1
    job = first_job
    while job >= 0 and jobs.table[job].arrival <= hour:
        row = jobs.table[job]
        after = row.later
        if row.finish > hour:
            condition = min(condition, row.condition)
            before = job
        elif before < 0:
            first = after
        else:
            jobs.table[before].later = after
        job = after
    return condition, first


@kernel
def _reduce(row, profiles, scale, share, first, last, has_net, events, supply):
    """Take ``share`` of an asset's time-varying supply out of its region over steps [first, last)."""
    take_out(row.region, first, last, supply)
    region = row.region
    own = profiles[row.profile, first:last] if row.kind == GENERATOR else supply.export[0, row.index, first:last]
    factor = share * scale if row.kind == GENERATOR else share
    # slices, because loops over them become vector code
    vary = supply.vary[region, first:last]
    if row.cause >= 0:
        cold = supply.cold[row.cause, first:last]
        for step in range(vary.shape[0]):
            vary[step] -= factor * own[step] * cold[step]
    else:
        for step in range(vary.shape[0]):
            vary[step] -= factor * own[step]
    if has_net:
        most = row.capability
        if row.kind != GENERATOR:
            for step in range(own.shape[0]):
                most = max(most, own[step])
        for chunk in range(first // CHUNK, (last - 1) // CHUNK + 1):
            events.lost[chunk, region] += factor * most
        for step in range(first, last):
            supply.net[step, region] = supply.net_clean[step, region] + supply.vary[region, step]
            supply.net[step, region] -= supply.clean[region, step]


@inlined
def _mark(step, region, change, events):
    """Mark that something changes at a step: a region's supply by ``change``, or that of none (-1)."""
    word, bit = step // CHUNK, np.uint64(1) << np.uint64(step & 63)
    if events.bits[word] & bit != 0:
        if region >= 0:
            events.change[step, region] += change
        return
    events.bits[word] |= bit
    # a loop that only wrote zeros would become a call
    for other in range(events.change.shape[1]):
        events.change[step, other] = change if other == region else 0.0


@inlined
def _bound_supply(step, region, change, events):
    """Add a change of a region's supply to the bounds of its chunk."""
    events.fall[step // CHUNK, region] += min(0.0, change)
    events.shift[step // CHUNK, region] += change


@inlined
def _change_other(step, asset, change, bare, count, events):
    """List the change of an asset at a marked step."""
    word, bit = step // CHUNK, np.uint64(1) << np.uint64(step & 63)
    event = events.table[count]
    event.next = events.head[step] if events.others[word] & bit != 0 else -1
    events.others[word] |= bit
    event.asset = asset
    event.change = change
    event.bare = bare
    events.head[step] = count


@kernel
def _reset_events(horizon, has_net, events):
    """Forget all changes."""
    events.bits[:] = 0
    events.others[:] = 0
    if has_net:
        events.fall[:, :] = 0.0
        events.lost[:, :] = 0.0
        events.shift[:, :] = 0.0
    if horizon.detail:
        events.damage[:, :] = 0.0


@inlined
def _next_step(flip, last_flip, point, n_points, steps, events, jobs):
    """Return the next step at which an asset flips or its condition may change, or ``steps``."""
    step = steps
    if flip < last_flip:
        step = events.flips[flip]
    if point < n_points and jobs.points[point] < step:
        step = jobs.points[point]
    return step


@inlined
def _note_damage(step, row, scale, lost, horizon, events):
    """Add the share of an asset that damage takes, from the day after a step on; less than 0 where it comes back."""
    day = (step + horizon.steps_per_day - 1) // horizon.steps_per_day
    if horizon.detail and day < events.damage.shape[1]:
        events.damage[1 if row.kind == LINE else 0, day] += lost * row.capability * scale


@kernel
def _flip_changes(state, last_flip, region, has_net, events):
    """Fill the availability and changes of a unit that only flips between nothing and all of a constant capability.

    What ``_asset_changes`` comes to for it, at half the cost: most units of most systems are so.
    """
    state.available = state.up
    change = -state.capacity if state.up == 1.0 else state.capacity
    for flip in range(state.flip_first, last_flip):
        step = events.flips[flip]
        _mark(step, region, change, events)
        if has_net:
            _bound_supply(step, region, change, events)
        change = -change


@inlined
def _asset_changes(asset, first_job, n_points, count, horizon, assets, values, events, shares, jobs, has_net, supply,
                   record, lists_all):  # fmt: skip
    """Fill one asset's availability at step 0 and its changes; return how many of lines and stores there are then.

    ``lists_all`` has those of generators listed too.
    """
    steps, step_h = horizon.steps, horizon.step_h
    row = assets.table[asset]
    state = events.assets[asset]
    flip, last_flip = state.flip_first, events.assets[asset + 1].flip_first
    varies = row.profile >= 0 or (row.kind == STORE and supply.export.shape[2] > 1)
    scale = values[row.scale_slot]
    share = state.up
    condition = 1.0
    point = 0
    if n_points > 0 and jobs.points[0] == 0:
        condition, first_job = _condition_at(first_job, 0.0, jobs)
        point = 1
    value = condition * share
    state.available = value
    since, kept_from = 0, 0
    _note_damage(0, row, scale, 1.0 - condition, horizon, events)
    while flip < last_flip or point < n_points:
        step = _next_step(flip, last_flip, point, n_points, steps, events, jobs)
        before_share = share
        if flip < last_flip and events.flips[flip] == step:
            if shares is None:
                share = 1.0 - share
            else:
                share = shares[flip]
            flip += 1
        if point < n_points and jobs.points[point] == step:
            before = condition
            condition, first_job = _condition_at(first_job, step * step_h, jobs)
            point += 1
            _note_damage(step, row, scale, before - condition, horizon, events)
        new = condition * share
        bare = share - before_share
        if new != value or (bare != 0.0 and row.kind == LINE):
            change = (new - value) * state.capacity
            _mark(step, row.region, change, events)
            if has_net and row.region >= 0:
                _bound_supply(step, row.region, change, events)
            if row.kind != GENERATOR or lists_all:
                _change_other(step, asset, new - value, bare, count, events)
                count += 1
            if varies:
                if value < 1.0:
                    _reduce(row, assets.profiles, scale, 1.0 - value, since, step, has_net, events, supply)
                since = step
            if record is not None:
                record_loss(record, horizon.measure_from, asset, value, kept_from, step)
                kept_from = step
            value = new
    if varies and value < 1.0:
        _reduce(row, assets.profiles, scale, 1.0 - value, since, steps, has_net, events, supply)
    if record is not None:
        record_loss(record, horizon.measure_from, asset, value, kept_from, steps)
    return count


@kernel
def build_events(horizon, assets, values, n_jobs, events, shares, jobs, has_net, supply, record, reserve):
    """Fill every asset's availability at step 0 and all its changes; return False if they do not fit."""
    lists_all = False
    if reserve is not None:
        lists_all = reserve.has_units
    _reset_events(horizon, has_net, events)
    if record is not None:
        begin_record(record)
    count = 0
    is_plain = shares is None and record is None and not lists_all
    for asset in range(assets.table.shape[0]):
        first_job = _oldest_first(events.assets[asset].job, jobs) if n_jobs > 0 else -1
        n_points = _condition_points(first_job, horizon.step_h, horizon.steps, jobs) if first_job >= 0 else 0
        n_flips = events.assets[asset + 1].flip_first - events.assets[asset].flip_first
        if count + n_flips + n_points >= events.table.shape[0]:
            return False
        row = assets.table[asset]
        if is_plain and n_points == 0 and row.kind == GENERATOR and row.profile < 0:
            _flip_changes(events.assets[asset], events.assets[asset + 1].flip_first, row.region, has_net, events)
            continue
        count = _asset_changes(
            asset,
            first_job,
            n_points,
            count,
            horizon,
            assets,
            values,
            events,
            shares,
            jobs,
            has_net,
            supply,
            record,
            lists_all,
        )
    return True
