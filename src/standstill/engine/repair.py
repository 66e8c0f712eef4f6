"""Jobs, crews and spares in continuous time. A job waits for its spare, then for a crew; an asset may have several.

Knows nothing of why a job exists.
"""

from __future__ import annotations

import math

from standstill.engine import draws
from standstill.engine.jit import kernel

__all__ = ["add_job", "advance_all", "repair_hours", "reset_jobs"]

FIXED, EXPONENTIAL, LOGNORMAL = 0, 1, 2


@kernel
def reset_jobs(repair, values, states, jobs):
    """Close all jobs, free all crews, stock all spares."""
    for asset in range(states.shape[0]):
        states[asset].job = -1
    for pool in range(repair.pools.shape[0]):
        crews = max(1, int(values[repair.pools[pool].crews_slot] + 0.5))
        jobs.n_waiting[pool] = 0
        jobs.reached[pool] = -1.0
        for crew in range(jobs.crew_free.shape[1]):
            jobs.crew_free[pool, crew] = 0.0 if crew < crews else math.inf
    for pool in range(jobs.spares.shape[0]):
        count = max(0, int(values[repair.spares[pool].slot] + 0.5))
        first, last = repair.spares[pool].first, repair.spares[pool + 1].first
        for spare in range(count):
            jobs.spare_time[pool, spare] = 0.0
        for spare in range(first, last):
            jobs.spare_time[pool, count + spare - first] = repair.spare_time[spare]
        jobs.spares[pool].count = count + last - first
        jobs.spares[pool].used = 0


@kernel
def repair_hours(repair, values, time, seed, sample, key, event):
    """Draw a repair time, h."""
    row = repair.times[time]
    days = values[row.days_slot]
    if row.kind == FIXED:
        return 24.0 * days
    if row.kind == LOGNORMAL:
        normal, _ = draws.normal_pair(seed, sample, draws.REPAIR_TIME, key, event)
        return 24.0 * days * math.exp(values[row.sigma_slot] * normal)
    uniform, _ = draws.pair(seed, sample, draws.REPAIR_TIME, key, event)
    if row.kind == EXPONENTIAL:
        return -24.0 * days * math.log(uniform)
    if days <= 1.0:
        return 24.0
    return 24.0 * (1.0 + math.floor(math.log(uniform) / math.log1p(-1.0 / days)))


@kernel
def _take_spare(repair, values, pool, now, seed, sample, jobs):
    """Return when a spare is there for a demand at ``now``; the earliest is taken, a replacement may be ordered."""
    best = -1
    for spare in range(jobs.spares[pool].count):
        if best < 0 or jobs.spare_time[pool, spare] < jobs.spare_time[pool, best]:
            best = spare
    number = jobs.spares[pool].used
    jobs.spares[pool].used += 1
    arrives = math.inf
    row = repair.spares[pool]
    if row.lead >= 0:
        arrives = now + repair_hours(repair, values, row.lead, seed, sample, row.key, number)
    # the replacement ordered for this demand may come before the earliest spare, and is then the one it takes
    if best < 0 or arrives < jobs.spare_time[pool, best]:
        return arrives
    ready = max(now, jobs.spare_time[pool, best])
    jobs.spare_time[pool, best] = arrives
    return ready


@kernel
def _advance(pool, until, jobs):
    """Start every waiting job of a pool that can start before ``until``; no job is interrupted.

    What starts at ``until`` itself waits for the next call, so that all jobs of one wave compete for a crew.
    """
    if until <= jobs.reached[pool]:
        return
    jobs.reached[pool] = until
    frees = jobs.crew_free[pool]
    while jobs.n_waiting[pool] > 0:
        crew, free = 0, frees[0]
        for other in range(1, frees.shape[0]):
            if frees[other] < free:
                crew, free = other, frees[other]
        if free >= until:
            return
        soonest = math.inf
        for place in range(jobs.n_waiting[pool]):
            soonest = min(soonest, jobs.table[jobs.waiting[pool, place]].ready)
        start = max(free, soonest)
        if start >= until:
            return
        chosen, least = -1, math.inf
        for place in range(jobs.n_waiting[pool]):
            job = jobs.waiting[pool, place]
            if jobs.table[job].ready <= start and jobs.table[job].priority < least:
                chosen, least = place, jobs.table[job].priority
        job = jobs.waiting[pool, chosen]
        jobs.table[job].start = start
        jobs.table[job].finish = start + jobs.table[job].work
        jobs.crew_free[pool, crew] = jobs.table[job].finish
        jobs.n_waiting[pool] -= 1
        for place in range(chosen, jobs.n_waiting[pool]):
            jobs.waiting[pool, place] = jobs.waiting[pool, place + 1]


@kernel
def advance_all(until, jobs):
    """Start every waiting job that can start before ``until``, in every pool."""
    for pool in range(jobs.n_waiting.shape[0]):
        _advance(pool, until, jobs)


@kernel
def _is_ignored(asset, now, states, jobs):
    """Return whether the asset has an open job for damage (a protective derating is none)."""
    job = states[asset].job
    while job >= 0:
        if jobs.table[job].damage == 1 and jobs.table[job].finish > now:
            return True
        job = jobs.table[job].next
    return False


@kernel
def add_job(repair, values, asset, capability, wave, now, condition, hours, is_damage, spare, pool, count, ignore,
            seed, sample, states, jobs):  # fmt: skip
    """Add the job of one hit at ``now``; return the new number of jobs.

    With ``ignore`` a hit on an asset with an open job adds nothing.
    """
    if pool >= 0:
        _advance(pool, now, jobs)
    if ignore and _is_ignored(asset, now, states, jobs):
        return count
    job = jobs.table[count]
    job.asset = asset
    job.wave = wave
    job.arrival = now
    job.condition = condition
    job.work = hours
    job.pool = pool
    job.damage = 1 if is_damage else 0
    job.next = states[asset].job
    states[asset].job = count
    job.ready = now
    if spare >= 0:
        job.ready = _take_spare(repair, values, spare, now, seed, sample, jobs)
    if pool < 0:
        job.start = job.ready
        job.finish = job.ready + hours
        return count + 1
    job.start = math.inf
    job.finish = math.inf
    order = repair.pools[pool].order
    job.priority = float(count)
    if order == 1:
        job.priority = -capability
    elif order == 2:
        job.priority = hours
    jobs.waiting[pool, jobs.n_waiting[pool]] = count
    jobs.n_waiting[pool] += 1
    return count + 1
