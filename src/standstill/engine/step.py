"""One winter, one side, one arm: the heart of the engine, plain to read.

Availability changes at events (an outage, a hit, a finished repair). Between events the loop only balances supply and
load; whole chunks of quiet steps are skipped where nothing can be short and no store can move. Knows nothing of
threads, files or other arms.
"""

from __future__ import annotations

import math

import numpy as np

from standstill.engine import tally
from standstill.engine.dispatch.response import reset_responses
from standstill.engine.dispatch.star import serve_plain, serve_whole, sort_leaves
from standstill.engine.dispatch.storage import (
    EMPTY,
    FULL,
    MOVING,
    finish_stores,
    offered,
    open_stores,
    plan_stores,
    planned_release,
    rate_stores,
    reset_stores,
)
from standstill.engine.jit import inlined, kernel, named_after
from standstill.engine.packed import CHUNK, LINE, PART, PROFILE, RESPONSE, STORE
from standstill.engine.roster import N_ROSTER, fill_roster

__all__ = ["simulate_with"]

PART_BITS = np.uint64((1 << PART) - 1)


@kernel
def _start(horizon, regions, assets, values, states, work, whole):
    """Set supply, stores and lines to their state at step 0; return (supply power, line power) undamaged."""
    for region in range(work.areas.shape[0]):
        row, area = regions.table[region], work.areas[region]
        area.available = 0.0
        area.scale = row.weight * values[row.scale_slot]
        area.sheddable = 1.0 - values[row.critical_slot]
        area.owed = 0.0
        area.pickup_share = values[row.pickup_slot]
        area.pickup_rate = 1.0 - math.exp(-horizon.step_h / values[row.pickup_h_slot])
    supply_power, line_power = 0.0, 0.0
    for asset in range(assets.table.shape[0]):
        row, value = assets.table[asset], states[asset].available
        power = row.capability * values[row.scale_slot]
        if row.kind == LINE:
            work.lines[row.index] = value
            whole.lines[row.index] = float(states[asset].up)
            line_power += power
        elif row.kind == RESPONSE:
            work.responses[row.index].available = value
        else:
            work.areas[row.region].available += value * states[asset].capacity
            supply_power += power
            if row.kind == STORE:
                work.stores[row.index].available = value
    return supply_power, line_power


@kernel
def _limits(network, values, step, lines, edges):
    """Set what every interface can carry each way: the lesser of its limit and its available lines."""
    at = step if network.limits.shape[2] > 1 else 0
    for edge in range(edges.shape[0]):
        edges[edge].forward = 0.0 if network.edges[edge].has_lines == 1 else np.inf
        edges[edge].backward = edges[edge].forward
    line_at = step if network.capability.shape[2] > 1 else 0
    for line in range(lines.shape[0]):
        row = network.lines[line]
        share = lines[line] * values[row.slot]
        edges[row.edge].forward += share * network.capability[0, line, line_at]
        edges[row.edge].backward += share * network.capability[1, line, line_at]
    for edge in range(edges.shape[0]):
        edges[edge].forward = min(edges[edge].forward, network.limits[0, edge, at])
        edges[edge].backward = min(edges[edge].backward, network.limits[1, edge, at])


@kernel
def _set_limits(network, values, step, work, whole, is_whole_new):
    """Set what interfaces carry, as they are and, if that is new, with every line whole; return whether they differ."""
    _limits(network, values, step, work.lines, work.edges)
    if network.hub < 0:
        return False
    sort_leaves(network, work.areas, work.edges, work.leaves, work.star)
    if is_whole_new:
        _limits(network, values, step, whole.lines, whole.edges)
        sort_leaves(network, work.areas, whole.edges, whole.leaves, whole.star)
    differ = False
    for line in range(work.lines.shape[0]):
        differ = differ or work.lines[line] != whole.lines[line]
    return differ


@kernel
def _copy_stores(states, others):
    """Copy the state of all stores."""
    for store in range(states.shape[0]):
        others[store] = states[store]


@kernel
def _copy_empty(states, others):
    """Copy the state of all stores, as it was when they were empty."""
    for store in range(states.shape[0]):
        others[store] = states[store]
        others[store].soc = 0.0


@kernel
def _follow(states, others):
    """Copy the availability of all stores."""
    for store in range(states.shape[0]):
        others[store].available = states[store].available


@inlined
def _same_charge(states, others):
    """Return whether all stores hold the same."""
    for store in range(states.shape[0]):
        close = 1e-12 * states[store].energy
        if abs(states[store].soc - others[store].soc) > close:
            return False
        if abs(states[store].floor - others[store].floor) > close:
            return False
    return True


@inlined
def _ask_again(area, energy_per_step):
    """Add to a region's load, as sheddable load, what of its earlier unserved energy is asked for again in a step."""
    again = area.owed * area.pickup_rate
    area.owed -= again
    area.load += again / energy_per_step
    area.shed += again / energy_per_step


@inlined
def _owe(areas, energy_per_step):
    """Note what of a step's unserved energy will be asked for again."""
    for region in range(areas.shape[0]):
        areas[region].owed += areas[region].pickup_share * areas[region].short * energy_per_step


@kernel
def _release(states, areas, vary, step):
    """Add to what varies what stores on a daily profile release in a step, until ``_take_back``."""
    for region in range(areas.shape[0]):
        areas[region].unplanned = vary[region, step]
    for store in range(states.shape[0]):
        if states[store].plan == PROFILE:
            vary[states[store].region, step] += planned_release(states[store])


@kernel
def _take_back(areas, vary, step):
    """Make what varies what it was, to the bit, so that all arms find the same."""
    for region in range(areas.shape[0]):
        vary[region, step] = areas[region].unplanned


@inlined
def _is_marked(events, step):
    """Return whether anything changes at a step."""
    return events.bits[step // CHUNK] & (np.uint64(1) << np.uint64(step & 63)) != 0


@inlined
def _apply_supply(events, areas, step):
    """Apply the changes of supply at a marked step."""
    for region in range(areas.shape[0]):
        areas[region].available += events.change[step, region]


@inlined
def _apply_others(assets, events, work, whole, step):
    """Apply the changes of lines and stores at a marked step; return whether (a line, a whole line, a store) did."""
    lines_changed, whole_changed, stores_changed = False, False, False
    place = events.head[step]
    while place >= 0:
        event = events.table[place]
        row = assets.table[event.asset]
        if row.kind == LINE:
            work.lines[row.index] += event.change
            whole.lines[row.index] += event.bare
            lines_changed = True
            whole_changed = whole_changed or event.bare != 0.0
        elif row.kind == RESPONSE:
            work.responses[row.index].available += event.change
        else:
            work.stores[row.index].available += event.change
            stores_changed = True
        place = event.next
    return lines_changed, whole_changed, stores_changed


@inlined
def _is_quiet(events, quiet, areas, chunk):
    """Return whether no region can be short within a chunk, by a lower bound; if so its changes have been applied."""
    if events.stirred[chunk] != 0:
        return False
    for region in range(areas.shape[0]):
        worst = events.fall[chunk, region] - events.lost[chunk, region] + quiet[region, chunk]
        if areas[region].available + worst < 0.0:
            return False
    for region in range(areas.shape[0]):
        areas[region].available += events.shift[chunk, region]
    return True


@inlined
def _is_calm(events, calm, areas, step):
    """Return whether no region can be short in an eighth of a chunk in which no supply changes, by a lower bound."""
    for region in range(areas.shape[0]):
        if areas[region].available - events.lost[step // CHUNK, region] + calm[step // PART, region] < 0.0:
            return False
    return True


@kernel
def _neighbours_cover(network, work):
    """Return whether every region short by ``weight`` can be served from its neighbours' surplus alone.

    A quick sufficient test that no load is unserved; it uses ``weight`` up and says nothing of flows.
    """
    areas = work.areas
    for region in range(areas.shape[0]):
        if areas[region].weight >= 0.0:
            continue
        need = -areas[region].weight
        for place in range(network.adjacent_first[region], network.adjacent_first[region + 1]):
            edge = network.adjacent[place]
            row = network.edges[edge]
            is_end = row.end == region
            other = row.start if is_end else row.end
            room = work.edges[edge].forward if is_end else work.edges[edge].backward
            give = min(need, min(room, areas[other].weight))
            if give > 0.0:
                areas[other].weight -= give
                need -= give
                if need <= 0.0:
                    break
        if need > 0.0:
            return False
    return True


@inlined
def _is_served(network, net, work, step):
    """Return whether all load is served from each region's own or its neighbours' supply."""
    areas = work.areas
    is_short = False
    for region in range(areas.shape[0]):
        is_short = is_short or areas[region].available + net[step, region] < 0.0
    if not is_short or network.varying:
        return not is_short
    for region in range(areas.shape[0]):
        areas[region].weight = areas[region].available + net[step, region]
    return _neighbours_cover(network, work)


@inlined
def _pass_quiet(network, supply, events, work, step, steps):
    """Pass chunks and steps in which all load is served while no store can move.

    Returns the first step that is left to serve, and whether the changes of supply at it have been applied.
    """
    while step < steps:
        chunk = step // CHUNK
        if step % CHUNK == 0 and _is_quiet(events, supply.quiet, work.areas, chunk):
            step += CHUNK
            continue
        bits = events.bits[chunk] >> np.uint64(step & 63)
        last = min(steps, (chunk + 1) * CHUNK)
        while step < last:
            if step % PART == 0 and bits & PART_BITS == 0 and _is_calm(events, supply.calm, work.areas, step):
                bits >>= np.uint64(PART)
                step += PART
                continue
            if bits & np.uint64(1) != 0:
                if events.head[step] >= 0:
                    return step, False
                _apply_supply(events, work.areas, step)
            bits >>= np.uint64(1)
            if not _is_served(network, supply.net, work, step):
                return step, True
            step += 1
    return steps, False


def simulate_with(serve, open_responses, close_responses):
    """Return the kernel that runs one sample of one arm, compiled with a dispatch: ``serve_star`` or ``serve_network``.

    Two kernels instead of one branch, because a system needs only one of them and compiling takes seconds; only the
    second knows of demand responses.
    """

    def serve_step(horizon, regions, stores, responses, network, values, supply, work, step, rest, is_known_short):
        """Balance one step; return (total shortfall, part that only delivery causes, stores' rest, supply, load)."""
        areas, load, vary = work.areas, supply.load, supply.vary
        total_load, total_supply = 0.0, 0.0
        is_short = False
        for region in range(areas.shape[0]):
            area = areas[region]
            area.load = area.scale * load[regions.table[region].series, step]
            area.shed = area.load * area.sheddable
            if regions.picks_up:
                _ask_again(area, horizon.energy_per_step)
            area.supply = area.available + vary[region, step]
            area.weight = area.supply - area.load
            is_short = is_short or area.weight < -horizon.tolerance
            total_load += area.load
            total_supply += area.supply
        if rest == FULL and (not is_short or (not is_known_short and _neighbours_cover(network, work))):
            return 0.0, 0.0, FULL, total_supply, total_load
        stores_open = work.stores.shape[0] > 0
        if stores_open:
            if stores.series.shape[2] > 1:
                rate_stores(stores, values, horizon.energy_per_step, supply.export, step, work.stores)
            open_stores(step, work.stores)
        is_last = step == horizon.steps - 1
        owes = open_responses(
            responses, values, horizon.energy_per_step, step, is_last, work.responses, work.response_order
        )
        total, copper = serve(network, horizon.tolerance, work, stores_open, owes)
        if stores_open:
            rest = finish_stores(work.stores, stores.steady, stores.constant)
        late, owes = close_responses(horizon.energy_per_step, is_last, work.responses, areas)
        total += late
        copper += late
        rest = MOVING if owes else rest
        if total <= horizon.tolerance:
            total = 0.0
        elif regions.picks_up:
            _owe(areas, horizon.energy_per_step)
        return total, max(0.0, total - copper), rest, total_supply, total_load

    serve_step = inlined(named_after(serve_step, serve))

    def simulate(horizon, regions, assets, stores, responses, network, values, supply, events, work, whole, counts,
                 roster, periods, arm, row, histograms, quiet_allowed):  # fmt: skip
        """Run one sample of one arm through all steps, from prepared events, load and supply; fill ``row``."""
        sums, load, vary = counts.sums, supply.load, supply.vary
        supply_power, line_power = _start(horizon, regions, assets, values, events.assets, work, whole)
        lines_differ = _set_limits(network, values, 0, work, whole, True)
        reset_stores(stores, values, work.stores)
        reset_responses(responses, work.responses)
        rate_stores(stores, values, horizon.energy_per_step, supply.export, 0, work.stores)
        sums[:] = 0.0
        rest = FULL if work.stores.shape[0] == 0 else MOVING
        is_apart, whole_rest = False, rest
        # elsewhere the stores are rated in each step in which they are opened
        rates_vary = stores.series.shape[2] > 1 and (network.hub >= 0 or stores.planned)
        is_plain = (
            network.hub >= 0 and (network.one_series >= 0 or network.leaves.shape[0] == 0) and not regions.picks_up
        )
        if horizon.detail:
            counts.off[:] = 0.0
        step, part, day = 0, 0, 0
        while step < horizon.steps:
            is_entered = False
            if quiet_allowed and rest == FULL:
                before = step
                step, is_entered = _pass_quiet(network, supply, events, work, step, horizon.steps)
                if step > before:
                    tally.close_event(sums, row)
                if step == horizon.steps:
                    break
            stores_changed = rates_vary
            if not is_entered and _is_marked(events, step):
                _apply_supply(events, work.areas, step)
                lines_changed, whole_changed, has_store = _apply_others(assets, events, work, whole, step)
                if lines_changed and not network.varying:
                    lines_differ = _set_limits(network, values, step, work, whole, whole_changed)
                stores_changed = stores_changed or has_store
                rest = MOVING if has_store else rest
                whole_rest = MOVING if has_store else whole_rest
            if network.varying:
                lines_differ = _set_limits(network, values, step, work, whole, True)
            if stores_changed:
                rate_stores(stores, values, horizon.energy_per_step, supply.export, step, work.stores)
                if is_apart:
                    _follow(work.stores, whole.stores)
                    rate_stores(stores, values, horizon.energy_per_step, supply.export, step, whole.stores)
            if stores.planned:
                plan_stores(stores, values, step, work.stores)
                _release(work.stores, work.areas, vary, step)
                if is_apart:
                    plan_stores(stores, values, step, whole.stores)
            # what stores could give counts as supply that could be used
            spare = offered(step, work.stores) if horizon.detail and part == horizon.peak_step else 0.0
            is_even, level, stuck, series = False, 0.0, 0, 0.0
            undeliverable = 0.0
            if is_plain:
                series = load[network.one_series, step] if network.leaves.shape[0] > 0 else 0.0
                before = rest
                starts = not is_apart and lines_differ and series > work.leaves[0].ratio
                if starts:
                    # from here on the winter with whole lines is followed beside this one, until they meet again
                    whole_rest = before
                    if before != EMPTY:
                        _copy_stores(work.stores, whole.stores)
                total, rest, have, asked, is_even, level, stuck = serve_plain(
                    stores, network, regions, load, vary, horizon.tolerance, work, step, rest
                )
                is_scarce = level > 0.0 or not is_even
                if is_scarce and (starts or (is_apart and before == EMPTY and whole_rest == EMPTY)):
                    # supply is short though stores give all they can: whole lines would spread the shortage, not lessen
                    # it, and stores that held the same still do
                    is_apart = False
                elif starts or is_apart:
                    if starts and before == EMPTY:
                        _copy_empty(work.stores, whole.stores)
                    leaves = whole.leaves if lines_differ else work.leaves
                    other, whole_rest = serve_whole(
                        horizon.tolerance, leaves, asked, have, series, step, whole.stores, work.order, whole_rest,
                        stores.steady, stores.constant,
                    )  # fmt: skip
                    undeliverable = total - other
                    is_apart = not _same_charge(work.stores, whole.stores)
            else:
                total, undeliverable, rest, have, asked = serve_step(
                    horizon, regions, stores, responses, network, values, supply, work, step, rest,
                    is_entered and not network.varying,
                )  # fmt: skip
            if stores.planned:
                _take_back(work.areas, vary, step)
            is_measured = horizon.measure_from <= step < horizon.measure_to
            if is_measured:
                row[tally.DELIVERY] += undeliverable * horizon.energy_per_step
            if is_measured and total > 0.0:
                if is_even:
                    hub = work.areas[network.hub]
                    own_shed = hub.scale * load[regions.table[network.hub].series, step] * hub.sheddable
                    share = tally.count_even(horizon, work, sums, row, step, series, own_shed, total, level, stuck)
                    if periods is not None:
                        tally.add_even(horizon, work.leaves, periods, step, series, total, level, stuck)
                else:
                    share = tally.count_shortfall(horizon, work.areas, sums, row, step, total)
                    if periods is not None:
                        tally.add_shortfall(horizon, work.areas, periods, step, total)
                counts.off[step] = share
            elif is_measured:
                tally.close_event(sums, row)
            if horizon.detail:
                if part == 0:
                    tally.open_day(events.damage, sums, histograms, arm, day, supply_power, line_power)
                if part == horizon.peak_step:
                    tally.count_peak(horizon, histograms, arm, day, have + spare, asked)
                part += 1
                if part == horizon.steps_per_day:
                    tally.close_day(horizon, counts, histograms, arm, day, step - part + 1, step)
                    part, day = 0, day + 1
            step += 1
        if horizon.detail:
            # before the worst window, which uses the shares up
            if roster is not None:
                fill_roster(roster, counts.off, horizon.measure_from, horizon.measure_to, counts.roster, row,
                        row.shape[0] - N_ROSTER)  # fmt: skip
            tally.count_worst_window(horizon, counts.off, row)
        tally.close_event(sums, row)
        tally.close_even(network, work, sums, row)

    return kernel(named_after(simulate, serve))
