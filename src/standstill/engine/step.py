"""One winter, one side, one arm: the heart of the engine, plain to read.

Availability changes at events (an outage, a hit, a finished repair). Between events the loop only balances supply and
load; whole chunks of quiet steps are skipped where nothing can be short and no store can move. Knows nothing of
threads, files or other arms.
"""

from __future__ import annotations

import numpy as np

from standstill.engine import tally
from standstill.engine.dispatch.star import leaf_limits
from standstill.engine.dispatch.storage import finish_stores, open_stores, reset_stores
from standstill.engine.jit import kernel
from standstill.engine.pack import CHUNK, LINE, STORE

__all__ = ["simulate_with"]


@kernel
def _start(assets, values, states, work):
    """Set supply, stores and lines to their state at step 0; return (supply power, line power) undamaged."""
    for region in range(work.areas.shape[0]):
        work.areas[region].available = 0.0
    supply_power, line_power = 0.0, 0.0
    for asset in range(assets.table.shape[0]):
        row, value = assets.table[asset], states[asset].available
        power = row.capability * values[row.scale_slot]
        if row.kind == LINE:
            work.lines[row.index] = value
            line_power += power
        else:
            work.areas[row.region].available += value * states[asset].capacity
            supply_power += power
            if row.kind == STORE:
                work.stores[row.index].available = value
    return supply_power, line_power


@kernel
def _limits(network, regions, values, work, step):
    """Set what every interface can carry each way: the lesser of its limit and its available lines."""
    at = step if network.limits.shape[2] > 1 else 0
    for edge in range(work.edges.shape[0]):
        work.edges[edge].forward = 0.0 if network.edges[edge].has_lines == 1 else np.inf
        work.edges[edge].backward = work.edges[edge].forward
    line_at = step if network.capability.shape[2] > 1 else 0
    for line in range(work.lines.shape[0]):
        row = network.lines[line]
        share = work.lines[line] * values[row.slot]
        work.edges[row.edge].forward += share * network.capability[0, line, line_at]
        work.edges[row.edge].backward += share * network.capability[1, line, line_at]
    for edge in range(work.edges.shape[0]):
        work.edges[edge].forward = min(work.edges[edge].forward, network.limits[0, edge, at])
        work.edges[edge].backward = min(work.edges[edge].backward, network.limits[1, edge, at])
    if network.hub >= 0:
        leaf_limits(network, regions, values, work)


@kernel
def _apply_events(assets, events, work, step):
    """Apply the changes of availability at a step; return whether a line changed."""
    lines_changed = False
    place = events.head[step]
    while place >= 0:
        event = events.table[place]
        row = assets.table[event.asset]
        if row.kind == LINE:
            work.lines[row.index] += event.change
            lines_changed = True
        else:
            work.areas[row.region].available += event.change * events.assets[event.asset].capacity
            if row.kind == STORE:
                work.stores[row.index].available += event.change
        place = event.next
    return lines_changed


@kernel
def _is_quiet(assets, events, quiet, areas, chunk):
    """Return whether no region can be short within a chunk; if so its events have been applied to supply."""
    bits = events.bits[chunk]
    for region in range(areas.shape[0]):
        areas[region].weight = areas[region].available
        areas[region].low = areas[region].available
    step = chunk * CHUNK
    while bits != 0:
        if bits & np.uint64(0xFF) == 0:
            bits >>= np.uint64(8)
            step += 8
            continue
        if bits & np.uint64(1):
            place = events.head[step]
            while place >= 0:
                event = events.table[place]
                row = assets.table[event.asset]
                if row.kind == LINE or row.kind == STORE:
                    return False
                area = areas[row.region]
                area.weight += event.change * events.assets[event.asset].capacity
                area.low = min(area.low, area.weight)
                place = event.next
        bits >>= np.uint64(1)
        step += 1
    for region in range(areas.shape[0]):
        if areas[region].low + quiet[region, chunk] < 0.0:
            return False
    for region in range(areas.shape[0]):
        areas[region].available = areas[region].weight
    return True


def simulate_with(serve):
    """Return the kernel that runs one sample of one arm, compiled with a dispatch: ``serve_star`` or ``serve_network``.

    Two kernels instead of one branch, because a system needs only one of them and compiling takes seconds.
    """

    @kernel
    def serve_step(horizon, regions, stores, network, values, load, export, vary, work, step, at_rest):
        """Balance one step; return (total shortfall, its part that only delivery causes, at rest, supply, load)."""
        areas = work.areas
        total_load, supply = 0.0, 0.0
        is_short = False
        for region in range(areas.shape[0]):
            row, area = regions.table[region], areas[region]
            area.load = row.weight * values[row.scale_slot] * load[row.series, step]
            area.shed = area.load * (1.0 - values[row.critical_slot])
            area.supply = area.available + vary[region, step]
            is_short = is_short or area.supply < area.load - horizon.tolerance
            total_load += area.load
            supply += area.supply
        if at_rest and not is_short:
            return 0.0, 0.0, True, supply, total_load
        stores_open = work.stores.shape[0] > 0
        energy = horizon.energy_per_step
        if stores_open:
            open_stores(stores, values, energy, export, step, work.stores, work.order)
        total, copper = serve(stores, network, values, horizon.tolerance, work, step, stores_open)
        if stores_open:
            at_rest = finish_stores(stores, values, energy, step, work.stores)
        if total <= horizon.tolerance:
            total = 0.0
        return total, max(0.0, total - copper), at_rest, supply, total_load

    @kernel
    def simulate(horizon, regions, assets, stores, network, values, supply, vary, events, work, counts, arm, row,
                 histograms, quiet_allowed):  # fmt: skip
        """Run one sample of one arm through all steps, from prepared events, load and supply; fill ``row``."""
        sums, load = counts.sums, supply.load
        supply_power, line_power = _start(assets, values, events.assets, work)
        reset_stores(stores, values, work.stores)
        _limits(network, regions, values, work, 0)
        sums[:] = 0.0
        at_rest = work.stores.shape[0] == 0
        is_plain = network.hub >= 0 and network.one_series >= 0
        step = 0
        while step < horizon.steps:
            if quiet_allowed and at_rest and step % CHUNK == 0:
                if _is_quiet(assets, events, supply.quiet, work.areas, step // CHUNK):
                    tally.close_event(sums, row)
                    step += CHUNK
                    continue
            lines_changed = False
            if events.bits[step // CHUNK] & (np.uint64(1) << np.uint64(step & 63)):
                lines_changed = _apply_events(assets, events, work, step)
            if lines_changed or network.varying:
                _limits(network, regions, values, work, step)
            total, undeliverable, is_served = 0.0, 0.0, False
            have, asked = 0.0, 0.0
            if at_rest and is_plain:
                # a hub and leaves that one load series drives: nothing to do where all is supplied
                hub, series = regions.table[network.hub], load[network.one_series, step]
                asked = hub.weight * values[hub.scale_slot] * load[hub.series, step] + work.leaf_limit[1] * series
                have = work.areas[network.hub].available + vary[network.hub, step]
                is_served = series <= work.leaf_limit[0] and have >= asked
            if not is_served:
                total, undeliverable, at_rest, have, asked = serve_step(
                    horizon, regions, stores, network, values, load, supply.export, vary, work, step, at_rest
                )
            share = 0.0
            is_measured = horizon.measure_from <= step < horizon.measure_to
            if is_measured:
                row[tally.LOAD] += asked
                if total > 0.0:
                    share = tally.count_shortfall(horizon, work.areas, sums, row, step, total, undeliverable)
                else:
                    tally.close_event(sums, row)
            if horizon.detail:
                if is_measured:
                    tally.count_detail(horizon, counts, row, step, share)
                part, day = step % horizon.steps_per_day, step // horizon.steps_per_day
                if part == 0:
                    tally.open_day(events.damage, sums, histograms, arm, day, supply_power, line_power)
                if part == horizon.peak_step:
                    tally.count_peak(horizon, histograms, arm, day, have, asked)
                if part == horizon.steps_per_day - 1:
                    tally.close_day(horizon, sums, histograms, arm, day, step)
            step += 1
        tally.close_event(sums, row)

    return simulate
