"""Dispatch where it has a closed form: one region, or a hub that supplies leaves (regions with load only).

The same rule as ``network``, solved without a search: serve the hub's own load first (no interface crossed), then the
leaves pro rata to their load within what their interfaces carry; critical load before sheddable wherever the plain
split would cut it. Knows nothing of samples or outages.
"""

from __future__ import annotations

from standstill.engine.dispatch.storage import (
    EMPTY,
    FULL,
    finish_stores,
    group_end,
    group_start,
    move_all,
    open_stores,
    order_stores,
    set_power,
    set_to_go,
    share_evenly,
    share_in_group,
)
from standstill.engine.jit import inlined, kernel

__all__ = ["fill_leaves", "serve_plain", "serve_star", "serve_whole", "sort_leaves"]


@kernel
def sort_leaves(network, areas, edges, leaves, star):
    """Sort leaves by the value of their common series up to which each is fully supplied, with running sums.

    ``star`` receives the leaves' load per unit of the series, the least sheddable share, and the sheddable load per
    unit. Call again whenever an interface changes.
    """
    count = network.leaves.shape[0]
    for place in range(count):
        leaf = network.leaves[place]
        area = areas[leaf.region]
        limit = edges[leaf.edge].forward if leaf.sign == 1 else edges[leaf.edge].backward
        ratio = limit / area.scale if area.scale > 0.0 else 1e300
        at = place
        while at > 0 and leaves[at - 1].ratio > ratio:
            leaves[at].region = leaves[at - 1].region
            leaves[at].ratio = leaves[at - 1].ratio
            leaves[at].weight = leaves[at - 1].weight
            leaves[at].limit = leaves[at - 1].limit
            leaves[at].sheddable = leaves[at - 1].sheddable
            at -= 1
        leaves[at].region = leaf.region
        leaves[at].ratio = ratio
        leaves[at].weight = area.scale
        leaves[at].limit = limit
        leaves[at].sheddable = area.sheddable
    weight, limit, least, sheddable = 0.0, 0.0, 1.0, 0.0
    for place in range(count):
        leaf_state = leaves[place]
        leaf_state.weight_before = weight
        leaf_state.limit_before = limit
        weight += leaf_state.weight
        limit += leaf_state.limit
        least = min(least, leaf_state.sheddable)
        sheddable += leaf_state.weight * leaf_state.sheddable
    leaves[count].weight_before = weight
    leaves[count].limit_before = limit
    star[0], star[1], star[2] = weight, least, sheddable


@kernel
def _charge(states, order, surplus):
    """Charge from the hub's surplus, too small for all that stores can take, by shortest time-to-go."""
    if surplus <= 0.0 or (set_to_go(states) and share_evenly(states, surplus, False)):
        return
    order_stores(states, order)
    last = order.shape[0]
    while last > 0 and surplus > 0.0:
        first = group_start(states, order, last)
        wanted = 0.0
        for place in range(first, last):
            wanted += states[order[place]].take
        take = min(wanted, surplus)
        if take > 0.0:
            set_power(states, order, first, last, True)
            share_in_group(states, order, first, last, -1, take, False)
            surplus -= take
        last = first


@kernel
def _discharge(states, order, need):
    """Discharge, by less than stores can give, by longest time-to-go; return what is still needed."""
    if set_to_go(states) and share_evenly(states, need, True):
        return 0.0
    order_stores(states, order)
    count = order.shape[0]
    first = 0
    while first < count and need > 0.0:
        last = group_end(states, order, first, count)
        offered = 0.0
        for place in range(first, last):
            offered += states[order[place]].give
        give = min(offered, need)
        if give > 0.0:
            set_power(states, order, first, last, False)
            share_in_group(states, order, first, last, -1, give, True)
            need -= give
        first = last
    return need


@kernel
def fill_leaves(leaves, areas, total):
    """Split ``total`` over the leaves: ``short = clip(level · weight, low, want)`` with one level for all.

    Bitran and Hax (1981): split what is free pro rata, fix the side (too low or too high) that is further out of
    bounds, repeat. Exact in at most as many passes as leaves; one pass when no bound is met.
    """
    for place in range(leaves.shape[0]):
        areas[leaves[place].region].short = -1.0
    left = total
    for _ in range(leaves.shape[0] + 1):
        free = 0.0
        for place in range(leaves.shape[0]):
            area = areas[leaves[place].region]
            if area.short < 0.0:
                free += area.weight
        level = left / free if free > 0.0 else 0.0
        under, over = 0.0, 0.0
        for place in range(leaves.shape[0]):
            area = areas[leaves[place].region]
            if area.short < 0.0:
                under += max(0.0, area.low - level * area.weight)
                over += max(0.0, level * area.weight - area.want)
        is_last = under <= 0.0 and over <= 0.0
        for place in range(leaves.shape[0]):
            area = areas[leaves[place].region]
            if area.short < 0.0:
                share = level * area.weight
                if is_last:
                    area.short = share
                elif under >= over and share <= area.low:
                    area.short = area.low
                    left -= area.low
                elif under < over and share >= area.want:
                    area.short = area.want
                    left -= area.want
        if is_last:
            return


@kernel
def _split(network, areas, missing):
    """Split a supply shortage: sheddable load of the leaves, then of the hub, then critical load in the same order."""
    floor, sheddable, critical = 0.0, 0.0, 0.0
    for place in range(network.leaves.shape[0]):
        area = areas[network.leaves[place].region]
        area.weight = area.load
        area.low = area.short
        area.want = max(area.short, area.shed)
        floor += area.low
        sheddable += area.want - area.low
        critical += area.load - area.want
    from_leaves = min(missing, sheddable)
    from_hub = min(missing - from_leaves, areas[network.hub].shed)
    rest = missing - from_leaves - from_hub
    critical_leaves = min(rest, critical)
    areas[network.hub].short = from_hub + rest - critical_leaves
    if network.leaves.shape[0] == 0:
        return
    if critical_leaves > 0.0:
        for place in range(network.leaves.shape[0]):
            area = areas[network.leaves[place].region]
            area.low = area.want
            area.want = area.load
    fill_leaves(network.leaves, areas, floor + from_leaves + critical_leaves)


@inlined
def _move_stores(states, order, surplus, missing, can_give, can_take):
    """Charge stores from a surplus or discharge them into a shortage, all alike where all do what they can."""
    if surplus >= 0.0:
        if can_take <= surplus:
            move_all(states, False)
        else:
            _charge(states, order, surplus)
    elif can_give <= missing:
        move_all(states, True)
        missing -= can_give
    else:
        missing = _discharge(states, order, missing)
    return missing


@inlined
def _balance_stores(states, order, surplus):
    """Charge opened stores from a surplus or discharge into a shortage at the hub; return (missing, their offer)."""
    can_give, can_take = 0.0, 0.0
    for store in range(states.shape[0]):
        can_give += states[store].give
        can_take += states[store].take
    return _move_stores(states, order, surplus, max(0.0, -surplus), can_give, can_take), can_give


@kernel
def serve_star(network, tolerance, work, _, __):
    """Serve one step from the hub's supply.

    Reads ``load``, ``shed`` (sheddable load) and ``supply`` of the areas; writes ``short`` and what stores move.
    Returns (total shortfall, least shortfall if nothing limited delivery).
    """
    areas = work.areas
    hub = areas[network.hub]
    hub.short = 0.0
    asked, load = hub.load, hub.load
    for place in range(network.leaves.shape[0]):
        leaf = network.leaves[place]
        area = areas[leaf.region]
        limit = work.edges[leaf.edge].forward if leaf.sign == 1 else work.edges[leaf.edge].backward
        delivered = min(area.load, limit)
        area.short = area.load - delivered
        asked += delivered
        load += area.load
    missing, can_give = _balance_stores(work.stores, work.order, hub.supply - asked)
    if missing > tolerance:
        _split(network, areas, missing)
    total = 0.0
    for region in range(areas.shape[0]):
        total += areas[region].short
    return total, max(0.0, load - hub.supply - can_give)


@inlined
def _level(leaves, limited, series, floor, missing, total_weight):
    """Share a supply shortage over the leaves pro rata to load; return (shortage per unit of load, leaves above it).

    Leaves are sorted by what reaches them, so those whose interface alone leaves them shorter come first.
    """
    stuck = limited
    rest = total_weight - leaves[stuck].weight_before
    level = missing / rest if rest > 0.0 else 1e300
    while stuck > 0 and series - leaves[stuck - 1].ratio <= level:
        stuck -= 1
        held = series * leaves[stuck].weight_before - leaves[stuck].limit_before
        level = (floor + missing - held) / (total_weight - leaves[stuck].weight_before)
    return level, stuck


@inlined
def _balance_hub(tolerance, surplus, step, states, order, rest, steady, constant):
    """Charge from a surplus or discharge into a shortage at the hub; return (missing, rest)."""
    missing = max(0.0, -surplus)
    is_idle = (rest == FULL and surplus >= 0.0) or (rest == EMPTY and surplus <= 0.0)
    if states.shape[0] > 0 and not is_idle:
        can_give, can_take = open_stores(step, states)
        missing = _move_stores(states, order, surplus, missing, can_give, can_take)
        rest = finish_stores(states, steady, constant)
    return (missing if missing > tolerance else 0.0), rest


@inlined
def _floor(leaves, count, series):
    """Return (leaves that their interface limits, load it keeps from them)."""
    limited = 0
    while limited < count and leaves[limited].ratio < series:
        limited += 1
    return limited, series * leaves[limited].weight_before - leaves[limited].limit_before


@inlined
def serve_whole(tolerance, leaves, asked, supply, series, step, states, order, rest, steady, constant):
    """Return (total shortfall, rest) of the same step with every line whole, from that winter's own stores."""
    _, floor = _floor(leaves, leaves.shape[0] - 1, series)
    missing, rest = _balance_hub(tolerance, supply - asked + floor, step, states, order, rest, steady, constant)
    total = floor + missing
    return (total if total > tolerance else 0.0), rest


@inlined
def serve_plain(stores, network, regions, load, vary, tolerance, work, step, rest):
    """Serve one step of a hub whose leaves follow one load series, touching leaves only where they differ.

    Gives what ``serve_star`` gives. Returns (total shortfall, stores' rest, supply, load, even, level,
    stuck): where ``even``, the shortage is ``level`` per unit of load for all leaves but the first ``stuck``, which
    lack what their interface cannot carry; otherwise ``areas`` holds it.
    """
    hub = work.areas[network.hub]
    count = network.leaves.shape[0]
    series = load[network.one_series, step] if count > 0 else 0.0
    own = hub.scale * load[regions.table[network.hub].series, step]
    total_weight = work.star[0]
    asked = own + total_weight * series
    supply = hub.available + vary[network.hub, step]
    limited, floor = _floor(work.leaves, count, series)
    missing, rest = _balance_hub(
        tolerance, supply - asked + floor, step, work.stores, work.order, rest, stores.steady, stores.constant
    )
    total = floor + missing
    if total <= tolerance:
        return 0.0, rest, supply, asked, True, 0.0, 0
    level, stuck = 0.0, limited
    if missing > 0.0:
        if count > 0:
            level, stuck = _level(work.leaves, limited, series, floor, missing, total_weight)
        if count == 0 or level > work.star[1] * series:
            for region in range(work.areas.shape[0]):
                area = work.areas[region]
                area.load = area.scale * load[regions.table[region].series, step]
                area.shed = area.load * area.sheddable
            for place in range(count):
                leaf = work.leaves[place]
                work.areas[leaf.region].short = max(0.0, leaf.weight * series - leaf.limit)
            _split(network, work.areas, missing)
            return total, rest, supply, asked, False, 0.0, 0
    return total, rest, supply, asked, True, level, stuck
