"""Load and undamaged supply of one sample: temperature, degree-day load, scaled capacities, reservoirs' inflow.

Knows nothing of outages or damage.
"""

from __future__ import annotations

import math

from standstill.engine import draws
from standstill.engine.jit import kernel
from standstill.engine.packed import CHUNK, INFLOW, INJECTION, PART, PROFILE

__all__ = ["load_energy", "prepare", "prepare_quiet", "restore", "take_out", "weather_load"]


@kernel
def weather_load(weather, horizon, values, seed, sample, load, temperature):
    """Fill the sample's daily temperature (see ``model.weather.Temperature``) and ``load[0]``, which it drives."""
    per_day = horizon.steps_per_day
    share = min(max(values[weather.shift_slot] / weather.mean_sd, -1.0), 1.0)
    within = math.sqrt(1.0 - share * share)
    ar1, ar2 = weather.ar1, weather.ar2
    rho1 = ar1 / (1.0 - ar2)
    noise = math.sqrt(max(0.0, 1.0 - ar1 * rho1 - ar2 * (ar1 * rho1 + ar2)))
    level, _ = draws.normal_pair(seed, sample, draws.WEATHER, weather.key, 0xFFFFFFFE)
    pick, _ = draws.pair(seed, sample, draws.WEATHER, weather.key, 0xFFFFFFFF)
    n_years = weather.years.shape[0]
    year = int(pick * n_years)
    before, last = 0.0, 0.0
    base, slope = values[weather.base_slot], values[weather.slope_slot]
    threshold, warming = values[weather.threshold_slot], values[weather.warming_slot]
    for day in range(weather.days.shape[0]):
        today = weather.days[day]
        if n_years > 0:
            national = weather.years[year, min(day, weather.years.shape[1] - 1)] + warming
        else:
            shock, residual = draws.normal_pair(seed, sample, draws.WEATHER, weather.key, day)
            if day == 0:
                now = shock
            elif day == 1:
                now = rho1 * last + math.sqrt(1.0 - rho1 * rho1) * shock
            else:
                now = ar1 * last + ar2 * before + noise * shock
            before, last = last, now
            z = share * level + within * now
            s = today.skew
            anomaly = today.sd * (z + s * (z * z - 1.0)) / math.sqrt(1.0 + 2.0 * s * s)
            station = today.normal + anomaly + warming
            national = weather.slope * station + weather.offset + weather.residual_sd * residual
        temperature[day] = national
        mean = (base + slope * max(0.0, threshold - national)) * today.weekday
        first = day * per_day
        for part in range(min(per_day, horizon.steps - first)):
            load[0, first + part] = mean * weather.shape[part]


@kernel
def _cool(causes, horizon, values, temperature, cold):
    """Fill the share that each common cause leaves at each step (see ``model.cause.CommonCause``)."""
    for cause in range(causes.shape[0]):
        row = causes[cause]
        slope, threshold, least = values[row.slope_slot], values[row.threshold_slot], values[row.least_slot]
        for step in range(horizon.steps):
            below = max(0.0, threshold - temperature[step // horizon.steps_per_day])
            cold[cause, step] = max(least, 1.0 - slope * below)


@kernel
def prepare(horizon, regions, weather, assets, varying, stores, values, sampled, seed, sample, first, supply, states):
    """Prepare one sample: load series, capacity of every asset, supply that varies with time.

    ``first`` says that nothing is prepared yet in this block; what no figure makes uncertain is prepared only then.
    """
    steps = horizon.steps
    if first:
        for series in range(supply.load.shape[0]):
            for step in range(steps):
                supply.load[series, step] = regions.fixed_load[series, step]
    if weather.active:
        weather_load(weather, horizon, values, seed, sample, supply.load, supply.temperature)
    _cool(varying.causes, horizon, values, supply.temperature, supply.cold)
    if not first and not sampled and varying.causes.shape[0] == 0:
        return
    for asset in range(assets.table.shape[0]):
        row = assets.table[asset]
        states[asset].capacity = row.constant * values[row.scale_slot]
    for place in range(varying.regions.shape[0]):
        region = varying.regions[place]
        for step in range(horizon.steps):
            supply.clean[region, step] = 0.0
    for place in range(varying.table.shape[0]):
        row = varying.table[place]
        scale, region = values[row.scale_slot], row.region
        if row.cause >= 0:
            for step in range(steps):
                supply.clean[region, step] += scale * varying.profile[place, step] * supply.cold[row.cause, step]
        else:
            for step in range(steps):
                supply.clean[region, step] += scale * varying.profile[place, step]
    columns = supply.export.shape[2]
    for store in range(stores.table.shape[0]):
        row = stores.table[store]
        if row.has_inflow == 0:
            continue
        power, flow = values[row.power_slot], values[row.inflow_slot]
        for step in range(columns):
            inflow = flow * stores.series[INFLOW, store, step]
            # on a profile no inflow goes straight to the grid
            limit = 0.0 if row.plan == PROFILE else power * stores.series[INJECTION, store, step]
            supply.export[0, store, step] = min(inflow, limit)
            supply.export[1, store, step] = max(0.0, inflow - limit)
        if columns > 1:
            for step in range(columns):
                supply.clean[row.region, step] += supply.export[0, store, step]
        else:
            states[row.asset].capacity = supply.export[0, store, 0]
    for place in range(varying.regions.shape[0]):
        region = varying.regions[place]
        for step in range(horizon.steps):
            supply.vary[region, step] = supply.clean[region, step]


@kernel
def take_out(region, first, last, supply):
    """Note that ``vary`` will differ from ``clean`` in a region over steps [first, last)."""
    supply.spans[0, 0] += 1
    row = supply.spans[0, 0]
    supply.spans[row, 0], supply.spans[row, 1], supply.spans[row, 2] = region, first, last


@kernel
def restore(has_net, supply):
    """Make ``vary`` (and ``net``, if kept) what it was before outages and damage."""
    for row in range(1, supply.spans[0, 0] + 1):
        region, first, last = supply.spans[row, 0], supply.spans[row, 1], supply.spans[row, 2]
        vary, clean = supply.vary[region, first:last], supply.clean[region, first:last]
        for step in range(vary.shape[0]):
            vary[step] = clean[step]
        if has_net:
            for step in range(first, last):
                supply.net[step, region] = supply.net_clean[step, region]
    supply.spans[0, 0] = 0


@kernel
def load_energy(horizon, regions, values, load):
    """Return the load over the measured window, energy_unit."""
    total = 0.0
    for series in range(load.shape[0]):
        weight = 0.0
        for region in range(regions.table.shape[0]):
            row = regions.table[region]
            if row.series == series:
                weight += row.weight * values[row.scale_slot]
        part = 0.0
        for step in range(horizon.measure_from, horizon.measure_to):
            part += load[series, step]
        total += part * weight
    return total * horizon.energy_per_step


@kernel
def prepare_quiet(regions, values, steps, supply, kept):
    """Fill ``net[step, r]`` = varying supply - load, and its least value in each chunk and each eighth of one.

    ``kept``, if a reserve is asked for, holds the most that may be, which counts as load: a step is only passed where
    none of it can be short.
    """
    for region in range(regions.table.shape[0]):
        row = regions.table[region]
        weight = row.weight * values[row.scale_slot]
        for chunk in range(supply.quiet.shape[1]):
            least = math.inf
            for step in range(chunk * CHUNK, min(steps, (chunk + 1) * CHUNK)):
                margin = supply.clean[region, step] - weight * supply.load[row.series, step]
                if kept is not None:
                    margin -= kept.bound[region, step]
                supply.net_clean[step, region] = margin
                supply.net[step, region] = margin
                least = min(least, margin)
            supply.quiet[region, chunk] = least
        for part in range(supply.calm.shape[0]):
            least = math.inf
            for step in range(part * PART, min(steps, (part + 1) * PART)):
                least = min(least, supply.net_clean[step, region])
            supply.calm[part, region] = least
