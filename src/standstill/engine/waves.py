"""Waves, launches, terms and hits: what strikes a side in one sample, under one arm.

Wave times and every draw belong to the full stream, before anything is withheld, so all arms share them. Knows
nothing of what is produced or served.
"""

from __future__ import annotations

import math

import numpy as np

from standstill.engine import draws
from standstill.engine.jit import inlined, kernel
from standstill.engine.packed import MAX_WEAPONS
from standstill.engine.repair import add_job, advance_all, repair_hours, reset_jobs

__all__ = ["binomial", "draw_waves", "negative_binomial", "poisson", "strike"]

NO_SPARE, NO_POOL = -1, -1
SPREAD = np.uint64(0x9E3779B97F4A7C15)


@kernel
def poisson(mean, uniform):
    """Return the Poisson quantile of a uniform, by inversion; at most MAX_WEAPONS."""
    term = math.exp(-mean)
    total = term
    count = 0
    while uniform > total and count < MAX_WEAPONS:
        count += 1
        term *= mean / count
        total += term
    return count


@kernel
def negative_binomial(mean, dispersion, uniform):
    """Return the quantile of the negative binomial of the given mean and variance mean + mean²/dispersion."""
    share = mean / (mean + dispersion)
    term = math.exp(dispersion * math.log1p(-share))
    total = term
    count = 0
    while uniform > total and count < MAX_WEAPONS:
        term *= share * (dispersion + count) / (count + 1)
        count += 1
        total += term
    return count


@kernel
def binomial(trials, chance, uniform):
    """Return the binomial quantile of a uniform, by inversion; monotone in ``trials`` and ``chance``."""
    if chance <= 0.0 or trials <= 0:
        return 0
    if chance >= 1.0:
        return trials
    if chance > 0.5:
        return trials - binomial_low(trials, 1.0 - chance, 1.0 - uniform)
    return binomial_low(trials, chance, uniform)


@kernel
def binomial_low(trials, chance, uniform):
    """Invert the binomial for chance <= 1/2."""
    odds = chance / (1.0 - chance)
    term = math.exp(trials * math.log1p(-chance))
    total = term
    count = 0
    while uniform > total and count < trials:
        term *= odds * (trials - count) / (count + 1)
        count += 1
        total += term
    return count


@kernel
def _wave_hour(clock, stream, target):
    """Return the hour at which a stream's seasonal clock reaches ``target`` days, or inf."""
    last = clock.shape[2] - 1
    if target >= clock[1, stream, last]:
        return math.inf
    edge = 0
    while clock[1, stream, edge + 1] <= target:
        edge += 1
    here, there = clock[1, stream, edge], clock[1, stream, edge + 1]
    hour, next_hour = clock[0, stream, edge], clock[0, stream, edge + 1]
    return hour + (next_hour - hour) * (target - here) / (there - here)


@kernel
def _insert_wave(waves, count, time, stream, index, parent):
    """Insert a wave in order of time, after those of the same time; return how many there are."""
    place = count
    while place > 0 and waves[place - 1].time > time:
        waves[place] = waves[place - 1]
        place -= 1
    waves[place].time = time
    waves[place].stream = stream
    waves[place].index = index
    waves[place].parent = parent
    return count + 1


@kernel
def _add_offspring(row, values, seed, sample, stream, before, count, waves):
    """Add the waves that a stream's waves bring about, and those that these do; return how many waves there are, or -1.

    A process whose rate rises with each wave, and wears off exponentially, is a Poisson number of offspring of each
    wave, at exponential times after it (Hawkes and Oakes 1974). Whatever a wave brings about comes later, so its number
    in order of time, ``before`` not counted, is known when its turn comes, and no draw depends on the horizon. Event
    1024 · number says how many offspring it has, 1024 · number + k when the k-th comes.
    """
    branching, per_hour = values[row.branching_slot], values[row.decay_slot] / 24.0
    number, place = before, 0
    while place < count:
        if waves[place].stream == stream:
            waves[place].index = number
            time = waves[place].time
            many, _ = draws.pair(seed, sample, draws.OFFSPRING, row.key, 1024 * number)
            for child in range(1, poisson(branching, many) + 1):
                uniform, _ = draws.pair(seed, sample, draws.OFFSPRING, row.key, 1024 * number + child)
                follows = time - math.log(uniform) / per_hour
                if follows < row.active_to:
                    if count >= waves.shape[0]:
                        return -1
                    count = _insert_wave(waves, count, follows, stream, -1, number)
            number += 1
        place += 1
    return count


@kernel
def draw_waves(campaign, values, seed, sample, waves):
    """Fill the waves of all streams in order of time; return how many, or -1 if they do not fit.

    A wave's index is its number in its full stream, its parent the index of the wave that brought it about, or -1. Gaps
    of a renewal stream run on a clock that the month's factor speeds up or slows down.
    """
    room = waves.shape[0]
    count = 0
    for stream in range(campaign.streams.shape[0] - 1):
        row = campaign.streams[stream]
        if row.dated == 1:
            for index in range(campaign.streams[stream + 1].date_first - row.date_first):
                mark, _ = draws.pair(seed, sample, draws.GAP, row.key, index)
                time = campaign.dates[row.date_first + index]
                is_active = time >= 0.0 and row.active_from <= time < row.active_to
                if is_active and mark < 1.0 - values[row.thinning_slot]:
                    if count >= room:
                        return -1
                    count = _insert_wave(waves, count, time, stream, index, -1)
            continue
        rate, shape = values[row.rate_slot], values[row.shape_slot]
        if rate <= 0.0:
            continue
        clock = 0.0
        index, before = 0, 0
        while True:
            clock += draws.gamma_unit(shape, seed, sample, draws.GAP, row.key, index) / rate
            time = _wave_hour(campaign.clock, stream, clock)
            if time >= row.active_to:
                break
            if time >= row.active_from:
                if count >= room:
                    return -1
                count = _insert_wave(waves, count, time, stream, index, -1)
            else:
                before += 1
            index += 1
        if row.excites == 1:
            count = _add_offspring(row, values, seed, sample, stream, before, count, waves)
            if count < 0:
                return -1
    return count


@inlined
def _pick_class(campaign, values, stream, uniform, classes, uncovered_only):
    """Return the class a hit falls on by weight, or -1; optionally among classes not withheld only."""
    first, last = campaign.streams[stream].aim_first, campaign.streams[stream + 1].aim_first
    total = 0.0
    for place in range(first, last):
        aim = campaign.aims[place]
        if not uncovered_only or classes[aim.cls].withheld == 0:
            total += max(0.0, values[aim.slot])
    mark = uniform * total
    chosen = -1
    for place in range(first, last):
        aim = campaign.aims[place]
        weight = max(0.0, values[aim.slot])
        if weight <= 0.0 or (uncovered_only and classes[aim.cls].withheld == 1):
            continue
        chosen = aim.cls
        mark -= weight
        if mark < 0.0:
            break
    return chosen


@inlined
def _pick_asset(assets, cls, stream_key, wave, number, seed, sample):
    """Return the asset of a class that hit ``number`` of a wave falls on: the least of every asset's own draw.

    An asset's own draw is the SplitMix64 finaliser (Steele, Lea, Flood 2014) of its key and the hit's Philox word, so
    that hits stay where they are, or move to the new one, when an asset is added.
    """
    high, low, _, _ = draws.words(seed, sample, draws.HIT_ASSET, stream_key, wave * 4096 + number)
    word = (high << np.uint64(32)) | low
    best = -1
    least = np.uint64(0xFFFFFFFFFFFFFFFF)
    for place in range(assets.class_first[cls], assets.class_first[cls + 1]):
        asset = assets.class_assets[place]
        value = draws.scramble(word ^ (assets.table[asset].key * SPREAD))
        if best < 0 or value < least:
            least = value
            best = asset
    return best


@inlined
def _launch(campaign, values, stream, wave, time, withheld_share, kept, seed, sample, stocks):
    """Launch one wave: return the number of weapons that hit; stocks are drawn down and, if kept, given back."""
    hits = 0
    for weapon in range(campaign.streams[stream].weapon_first, campaign.streams[stream + 1].weapon_first):
        row = campaign.weapons[weapon]
        many, luck = draws.pair(seed, sample, draws.LAUNCH, row.key, wave)
        mean = values[row.mean_slot]
        if row.count == 0:
            count = int(mean + 0.5)
        elif row.count == 1:
            count = poisson(mean, many)
        else:
            count = negative_binomial(mean, values[row.dispersion_slot], many)
        count = min(count, MAX_WEAPONS)
        if row.has_stock == 1:
            stock = stocks[weapon]
            grown = values[row.per_day_slot] * (time - stock.time) / 24.0
            level = min(stock.level + grown, values[row.maximum_slot])
            count = min(count, int(level))
            stock.level = level - (count * (1.0 - withheld_share) if kept else count)
            stock.time = time
        leak = 1.0 - values[row.interception_slot]
        hits += binomial(count, leak * values[row.hit_slot], luck)
    return min(hits, MAX_WEAPONS)


@inlined
def _marks(campaign, arms, values, arm, stream, wave, in_force, seed, sample, classes):
    """Set which classes a wave's attack is withheld from by itself: covered, and its mark below compliance."""
    for cls in range(classes.shape[0]):
        classes[cls].withheld = 0
        classes[cls].hits = 0
        classes[cls].landed = 0
        if in_force and arms.classes[0, arm, cls] == 1:
            key = draws.mix(campaign.classes[cls].key, campaign.streams[stream].key)
            mark, _ = draws.pair(seed, sample, draws.MARK, key, wave)
            classes[cls].withheld = 1 if mark < values[arms.classes[1, arm, cls]] else 0


@kernel
def _inherit(waves, place, classes, withheld):
    """Withhold from a wave what its parent's attack was withheld from, and note what is withheld from it in all.

    What did not happen brings nothing about, so this goes on from wave to wave, after the terms have ended too.
    """
    wave = waves[place]
    if wave.parent >= 0:
        parent = place - 1
        while waves[parent].stream != wave.stream or waves[parent].index != wave.parent:
            parent -= 1
        for cls in range(classes.shape[0]):
            classes[cls].withheld |= withheld[parent, cls]
    for cls in range(classes.shape[0]):
        withheld[place, cls] = classes[cls].withheld


@inlined
def _withheld_share(campaign, values, stream, classes):
    """Return the share of a wave's weight that is withheld."""
    total, withheld = 0.0, 0.0
    for place in range(campaign.streams[stream].aim_first, campaign.streams[stream + 1].aim_first):
        aim = campaign.aims[place]
        weight = max(0.0, values[aim.slot])
        total += weight
        if classes[aim.cls].withheld == 1:
            withheld += weight
    return withheld / total if total > 0.0 else 0.0


@inlined
def _pick_state(campaign, values, cls, uniform):
    """Return the damage state of a hit on a class."""
    curve = campaign.classes[cls].curve
    first, last = campaign.curve_first[curve], campaign.curve_first[curve + 1]
    total = 0.0
    for state in range(first, last):
        total += max(0.0, values[campaign.states[state].probability_slot])
    mark = uniform * total
    for state in range(first, last):
        mark -= max(0.0, values[campaign.states[state].probability_slot])
        if mark < 0.0:
            return state
    return last - 1


@inlined
def _hit(campaign, assets, repair, values, stream, wave, hit, time, redirected, displacement, count, seed, sample,
         strikes, states, jobs):  # fmt: skip
    """Work out one hit: class, whether withheld or moved, asset, damage; return the number of jobs."""
    stream_key = campaign.streams[stream].key
    event = wave * 1024 + hit
    pick, elsewhere = draws.pair(seed, sample, draws.AIM, stream_key, event)
    cls = _pick_class(campaign, values, stream, pick, strikes.classes, False)
    if cls < 0:
        return count
    number = strikes.classes[cls].hits
    strikes.classes[cls].hits += 1
    if strikes.classes[cls].withheld == 1:
        moves, _ = draws.pair(seed, sample, draws.DISPLACE, stream_key, event)
        if not redirected or moves >= displacement:
            return count
        cls = _pick_class(campaign, values, stream, elsewhere, strikes.classes, True)
        if cls < 0:
            return count
        number = 2048 + hit
    strikes.classes[cls].landed += 1
    asset = _pick_asset(assets, cls, stream_key, wave, number, seed, sample)
    uniform, _ = draws.pair(seed, sample, draws.DAMAGE, stream_key, event)
    state = campaign.states[_pick_state(campaign, values, cls, uniform)]
    hours = repair_hours(repair, values, state.time, seed, sample, stream_key, event)
    row = assets.table[asset]
    return add_job(
        repair, values, asset, row.capability * values[row.scale_slot], wave, time,
        values[state.condition_slot], hours, True, state.spare, campaign.classes[cls].pool, count,
        campaign.ignore_while_down, seed, sample, states, jobs,
    )  # fmt: skip


@kernel
def _derate(campaign, assets, repair, values, stream, wave, time, count, seed, sample, strikes, states, jobs):
    """Add the protective reductions that a wave brings about; return the number of jobs."""
    for place in range(campaign.streams[stream].derating_first, campaign.streams[stream + 1].derating_first):
        row = campaign.deratings[place]
        if strikes.classes[row.after].landed == 0:
            continue
        for at in range(assets.class_first[row.cls], assets.class_first[row.cls + 1]):
            asset = assets.class_assets[at]
            key = draws.mix(assets.table[asset].key, campaign.streams[stream].key)
            hours = repair_hours(repair, values, row.time, seed, sample, key, wave)
            count = add_job(
                repair, values, asset, 0.0, wave, time, values[row.condition_slot], hours,
                False, NO_SPARE, NO_POOL, count, False, seed, sample, states, jobs,
            )  # fmt: skip
    return count


@kernel
def strike(campaign, assets, repair, arms, values, arm, n_waves, seed, sample, strikes, states, jobs, counts):
    """Run all waves of a sample under one arm; return the number of jobs, or -1 if they do not fit.

    ``strikes.windows`` says when the arm's terms are in force; ``counts`` receives (waves in which anything is launched
    at a class that is not withheld, hits).
    """
    reset_jobs(repair, values, states, jobs)
    for weapon in range(campaign.weapons.shape[0]):
        strikes.stocks[weapon].level = values[campaign.weapons[weapon].initial_slot]
        strikes.stocks[weapon].time = 0.0
    row = arms.table[arm]
    start, end = strikes.windows[arm, 0], strikes.windows[arm, 1]
    kept, redirected = row.withheld == 1, row.withheld == 2
    displacement = values[row.displacement_slot]
    n_jobs, launched, all_hits = 0, 0, 0
    for place in range(n_waves):
        time, stream, wave = strikes.waves[place].time, strikes.waves[place].stream, strikes.waves[place].index
        in_force = arms.exempt[arm, stream] == 0 and start <= time < end
        _marks(campaign, arms, values, arm, stream, wave, in_force, seed, sample, strikes.classes)
        if campaign.streams[stream].excites == 1:
            _inherit(strikes.waves, place, strikes.classes, strikes.withheld)
        share = _withheld_share(campaign, values, stream, strikes.classes)
        hits = _launch(campaign, values, stream, wave, time, share, kept, seed, sample, strikes.stocks)
        if share >= 1.0:
            continue
        launched += 1
        if n_jobs + hits + assets.table.shape[0] * (1 + campaign.deratings.shape[0]) >= jobs.table.shape[0]:
            return -1
        for hit in range(hits):
            before = n_jobs
            n_jobs = _hit(
                campaign, assets, repair, values, stream, wave, hit, time, redirected, displacement, n_jobs, seed,
                sample, strikes, states, jobs,
            )  # fmt: skip
            all_hits += n_jobs - before
        n_jobs = _derate(
            campaign, assets, repair, values, stream, wave, time, n_jobs, seed, sample, strikes, states, jobs
        )
    advance_all(math.inf, jobs)
    counts[0] = launched
    counts[1] = all_hits
    return n_jobs
