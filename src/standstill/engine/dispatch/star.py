"""Dispatch where it has a closed form: one region, or a hub that supplies leaves (regions with load only).

The same rule as ``network``, solved without a search: serve the hub's own load first (no interface crossed), then the
leaves pro rata to their load within what their interfaces carry; critical load before sheddable wherever the plain
split would cut it. Knows nothing of samples or outages.
"""

from __future__ import annotations

from standstill.engine.dispatch.storage import group_end, group_start, set_power, share_in_group
from standstill.engine.jit import kernel
from standstill.engine.pack import CHARGE, DISCHARGE

__all__ = ["fill_leaves", "leaf_limits", "serve_star"]


@kernel
def leaf_limits(network, regions, values, work):
    """Note up to which value of their common series every leaf is fully supplied, and their load per unit of it."""
    least, total = 1e300, 0.0
    for place in range(network.leaves.shape[0]):
        leaf = network.leaves[place]
        weight = regions.table[leaf.region].weight * values[regions.table[leaf.region].scale_slot]
        limit = work.edges[leaf.edge].forward if leaf.sign == 1 else work.edges[leaf.edge].backward
        total += weight
        if weight > 0.0:
            least = min(least, limit / weight)
    work.leaf_limit[0] = least
    work.leaf_limit[1] = total


@kernel
def _charge(stores, values, work, surplus, step):
    """Charge from the hub's surplus by shortest time-to-go."""
    last = work.order.shape[0]
    while last > 0 and surplus > 0.0:
        first = group_start(work.stores, work.order, last)
        wanted = 0.0
        for place in range(first, last):
            wanted += work.stores[work.order[place]].take
        take = min(wanted, surplus)
        if take > 0.0:
            set_power(stores, values, work.stores, work.order, first, last, CHARGE, step)
            share_in_group(stores, work.stores, work.order, first, last, -1, take, False)
            surplus -= take
        last = first


@kernel
def _discharge(stores, values, work, need, step):
    """Discharge by longest time-to-go; return what is still needed."""
    count = work.order.shape[0]
    first = 0
    while first < count and need > 0.0:
        last = group_end(work.stores, work.order, first, count)
        offered = 0.0
        for place in range(first, last):
            offered += work.stores[work.order[place]].give
        give = min(offered, need)
        if give > 0.0:
            set_power(stores, values, work.stores, work.order, first, last, DISCHARGE, step)
            share_in_group(stores, work.stores, work.order, first, last, -1, give, True)
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


@kernel
def serve_star(stores, network, values, tolerance, work, step, stores_open):
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
    surplus = hub.supply - asked
    can_give = 0.0
    if stores_open:
        for store in range(work.stores.shape[0]):
            can_give += work.stores[store].give
    if surplus < 0.0:
        missing = -surplus
        if stores_open:
            missing = _discharge(stores, values, work, missing, step)
        if missing > tolerance:
            _split(network, areas, missing)
    elif stores_open:
        _charge(stores, values, work, surplus, step)
    total = 0.0
    for region in range(areas.shape[0]):
        total += areas[region].short
    return total, max(0.0, load - hub.supply - can_give)
