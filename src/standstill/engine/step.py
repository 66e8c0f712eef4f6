"""One winter, one side, one arm: the heart of the engine, plain to read.

Availability changes at events (an outage, a hit, a finished repair). Between events the loop only balances supply and
load; whole chunks of quiet steps are skipped where nothing can be short and no store can move. Knows nothing of
threads, files or other arms.
"""

from __future__ import annotations

from standstill.engine import tally
from standstill.engine.changes import apply_others, apply_supply, is_marked, set_limits, start
from standstill.engine.dispatch.response import reset_responses
from standstill.engine.dispatch.star import serve_plain, serve_whole
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
from standstill.engine.packed import PROFILE
from standstill.engine.quiet import neighbours_cover, pass_quiet
from standstill.engine.record import close_record, cover_record, open_record
from standstill.engine.reserve import count_reserve, start_reserve
from standstill.engine.roster import N_ROSTER, fill_roster

__all__ = ["simulate_with"]


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
def _change(step, assets, stores, network, values, events, work, whole, lines_differ, kept):
    """Apply the changes marked at a step; return (whether lines differ from whole ones, whether a store changed)."""
    apply_supply(events, work.areas, step)
    lines_changed, whole_changed, has_store = apply_others(assets, events, work, whole, step, kept)
    if lines_changed and not network.varying:
        lines_differ = set_limits(network, values, step, work, whole, whole_changed)
    return lines_differ, has_store


@inlined
def _ready_stores(step, horizon, stores, values, supply, work, whole, is_changed, is_apart):
    """Rate stores anew where something changed, and set what planned ones do, in both winters that are followed."""
    if is_changed:
        rate_stores(stores, values, horizon.energy_per_step, supply.export, step, work.stores)
        if is_apart:
            _follow(work.stores, whole.stores)
            rate_stores(stores, values, horizon.energy_per_step, supply.export, step, whole.stores)
    if stores.planned:
        plan_stores(stores, values, step, work.stores)
        _release(work.stores, work.areas, supply.vary, step)
        if is_apart:
            plan_stores(stores, values, step, whole.stores)


@inlined
def _serve_hub(step, horizon, regions, stores, network, supply, work, whole, series, lines_differ, rest, is_apart,
               whole_rest):  # fmt: skip
    """Balance one step of a hub whose leaves follow one load series, beside the winter in which every line is whole.

    That winter is followed only while its stores differ. Returns (total shortfall, part that only delivery causes,
    stores' rest, supply, load, whether the winters are apart, the other's rest, even, level, stuck), the last three
    as ``serve_plain`` gives them.
    """
    before, undeliverable = rest, 0.0
    starts = not is_apart and lines_differ and series > work.leaves[0].ratio
    if starts:
        whole_rest = before
        if before != EMPTY:
            _copy_stores(work.stores, whole.stores)
    total, rest, have, asked, is_even, level, stuck = serve_plain(
        stores, network, regions, supply.load, supply.vary, horizon.tolerance, work, step, rest
    )
    is_scarce = level > 0.0 or not is_even
    if is_scarce and (starts or (is_apart and before == EMPTY and whole_rest == EMPTY)):
        # supply is short though stores give all they can: whole lines would spread the shortage, not lessen it, and
        # stores that held the same still do
        is_apart = False
    elif starts or is_apart:
        if starts and before == EMPTY:
            _copy_empty(work.stores, whole.stores)
        leaves = whole.leaves if lines_differ else work.leaves
        other, whole_rest = serve_whole(
            horizon.tolerance, leaves, asked, have, series, step, whole.stores, work.order, whole_rest, stores.steady,
            stores.constant,
        )  # fmt: skip
        undeliverable = total - other
        is_apart = not _same_charge(work.stores, whole.stores)
    return total, undeliverable, rest, have, asked, is_apart, whole_rest, is_even, level, stuck


@inlined
def _count(step, horizon, regions, network, supply, work, counts, periods, row, total, undeliverable, series, is_even,
           level, stuck):  # fmt: skip
    """Count a measured step."""
    row[tally.DELIVERY] += undeliverable * horizon.energy_per_step
    if total <= 0.0:
        tally.close_event(counts.sums, row)
    elif is_even:
        hub = work.areas[network.hub]
        own_shed = hub.scale * supply.load[regions.table[network.hub].series, step] * hub.sheddable
        counts.off[step] = tally.count_even(
            horizon, work, counts.sums, row, step, series, own_shed, total, level, stuck
        )
        if periods is not None:
            tally.add_even(horizon, work.leaves, periods, step, series, total, level, stuck)
    else:
        counts.off[step] = tally.count_shortfall(horizon, work.areas, counts.sums, row, step, total)
        if periods is not None:
            tally.add_shortfall(horizon, work.areas, periods, step, total)


@inlined
def _count_day(step, horizon, events, counts, histograms, arm, part, day, powers, have, asked):
    """Count what is looked at once a day, in the ``part`` of the day in which it is."""
    if part == 0:
        tally.open_day(events.damage, counts.sums, histograms, arm, day, powers[0], powers[1])
    if part == horizon.peak_step:
        tally.count_peak(horizon, histograms, arm, day, have, asked)
    if part == horizon.steps_per_day - 1:
        tally.close_day(horizon, counts, histograms, arm, day, step - part, step)


def _serve_step_with(serve, open_responses, close_responses):
    """Return the kernel that balances one step of any network, compiled with a dispatch."""

    def serve_step(horizon, regions, stores, responses, network, values, supply, work, record, step, rest,
                   is_known_short):  # fmt: skip
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
        if rest == FULL and (not is_short or (not is_known_short and neighbours_cover(network, work))):
            if record is not None:
                if network.hub < 0:
                    cover_record(network, work, horizon.tolerance)
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

    return inlined(named_after(serve_step, serve))


def simulate_with(serve, open_responses, close_responses, probe):
    """Return the kernel that runs one sample of one arm, compiled with a dispatch: ``serve_star`` or ``serve_network``.

    Two kernels instead of one branch, because a system needs only one of them and compiling takes seconds; only the
    second knows of demand responses. ``probe`` looks at reserves, if there are any.
    """
    serve_step = _serve_step_with(serve, open_responses, close_responses)

    def simulate(horizon, regions, assets, stores, responses, network, values, supply, events, work, whole, counts,
                 roster, periods, record, reserve, kept, arm, row, histograms, quiet_allowed):  # fmt: skip
        """Run one sample of one arm through all steps, from prepared events, load and supply; fill ``row``."""
        powers = start(horizon, regions, assets, values, events.assets, work, whole)
        lines_differ = set_limits(network, values, 0, work, whole, True)
        reset_stores(stores, values, work.stores)
        reset_responses(responses, work.responses)
        rate_stores(stores, values, horizon.energy_per_step, supply.export, 0, work.stores)
        counts.sums[:] = 0.0
        rest = FULL if work.stores.shape[0] == 0 else MOVING
        is_apart, whole_rest = False, rest
        # elsewhere the stores are rated in each step in which they are opened, too late to record what they could give
        rates_vary = stores.series.shape[2] > 1 and (network.hub >= 0 or stores.planned or record is not None)
        if reserve is not None:
            start_reserve(reserve, assets, values, events.assets, kept)
            rates_vary = stores.series.shape[2] > 1
        one_load = network.one_series >= 0 or network.leaves.shape[0] == 0
        is_plain = network.hub >= 0 and one_load and not regions.picks_up
        if horizon.detail:
            counts.off[:] = 0.0
        step = 0
        while step < horizon.steps:
            is_entered = False
            if quiet_allowed and rest == FULL:
                before = step
                step, is_entered = pass_quiet(network, supply, events, work, step, horizon.steps)
                if step > before:
                    tally.close_event(counts.sums, row)
                if step == horizon.steps:
                    break
            has_store = False
            if not is_entered and is_marked(events, step):
                lines_differ, has_store = _change(
                    step, assets, stores, network, values, events, work, whole, lines_differ, kept
                )
                rest = MOVING if has_store else rest
                whole_rest = MOVING if has_store else whole_rest
            if network.varying:
                lines_differ = set_limits(network, values, step, work, whole, True)
            _ready_stores(step, horizon, stores, values, supply, work, whole, has_store or rates_vary, is_apart)
            if record is not None:
                open_record(record, step, work)
            if reserve is not None:
                if horizon.measure_from <= step < horizon.measure_to:
                    short, shed = probe(
                        horizon, regions, assets, responses, network, values, supply, work, reserve, kept, step
                    )
                    count_reserve(reserve, horizon.energy_per_step, short, shed, row)
            part = step % horizon.steps_per_day
            # what stores could give counts as supply that could be used
            spare = offered(step, work.stores) if horizon.detail and part == horizon.peak_step else 0.0
            is_even, level, stuck, series = False, 0.0, 0, 0.0
            if is_plain:
                series = supply.load[network.one_series, step] if network.leaves.shape[0] > 0 else 0.0
                total, undeliverable, rest, have, asked, is_apart, whole_rest, is_even, level, stuck = _serve_hub(
                    step, horizon, regions, stores, network, supply, work, whole, series, lines_differ, rest, is_apart,
                    whole_rest,
                )  # fmt: skip
            else:
                total, undeliverable, rest, have, asked = serve_step(
                    horizon, regions, stores, responses, network, values, supply, work, record, step, rest,
                    is_entered and not network.varying,
                )  # fmt: skip
            if record is not None:
                close_record(
                    record, step, horizon, regions, network, supply, work, total, series, is_even, level, stuck
                )
            if stores.planned:
                _take_back(work.areas, supply.vary, step)
            if horizon.measure_from <= step < horizon.measure_to:
                _count(
                    step, horizon, regions, network, supply, work, counts, periods, row, total, undeliverable, series,
                    is_even, level, stuck,
                )  # fmt: skip
            if horizon.detail:
                _count_day(
                    step, horizon, events, counts, histograms, arm, part, step // horizon.steps_per_day, powers,
                    have + spare, asked,
                )  # fmt: skip
            step += 1
        if horizon.detail:
            # before the worst window, which uses the shares up
            if roster is not None:
                fill_roster(roster, counts.off, horizon.measure_from, horizon.measure_to, counts.roster, row,
                            row.shape[0] - N_ROSTER)  # fmt: skip
            tally.count_worst_window(horizon, counts.off, row)
        tally.close_event(counts.sums, row)
        tally.close_even(network, work, counts.sums, row)

    return kernel(named_after(simulate, serve))
