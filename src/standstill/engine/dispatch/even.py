"""Fair splits of what is tied: shortages pro rata to deficit or load, stores pro rata to power, over paths of cost 0.

Evening out needs no detour over sources: a source with something left that could reach a region still short would have
been used. Knows nothing of how the flow came about.
"""

from __future__ import annotations

from standstill.engine.dispatch.paths import push, room_along, search_from
from standstill.engine.jit import inlined, kernel

__all__ = ["even_charge", "even_shortage", "even_sources", "has_flow"]

EVEN = 1e-11
"""Ratios this close are even."""


@inlined
def _shift_shortage(area_low, area_high, gap, room, by_class, tolerance):
    """Return how much service to move so that two ratios of shortage to deficit meet, within bounds."""
    amount = min(room, gap / (1.0 / area_low.deficit + 1.0 / area_high.deficit))
    give, take = area_low.deficit - area_low.short, area_high.short
    if by_class and area_low.short < area_low.shed - tolerance:
        give = min(give, area_low.shed - area_low.short)
    if by_class and area_high.short > area_high.shed + tolerance:
        take = min(take, area_high.short - area_high.shed)
    return min(amount, min(give, take))


@inlined
def has_flow(edges, tolerance):
    """Return whether anything flows; without a flow to undo, no two regions tie."""
    flows = False
    for edge in range(edges.shape[0]):
        flows = flows or abs(edges[edge].flow) > tolerance
    return flows


@kernel
def even_shortage(graph, by_class, tolerance):
    """Even out shortages over regions that tie in everything else: least sum of squares over deficit.

    Moves service from the region with the lower ratio of shortage to deficit to one with a higher ratio along paths
    of cost 0. With ``by_class`` only sheddable against sheddable or critical against critical.
    """
    areas = graph.areas
    n_regions = areas.shape[0]
    for _ in range(64 * n_regions):
        best_gap, giver, taker = EVEN, -1, -1
        for low in range(n_regions):
            if areas[low].deficit - areas[low].short <= tolerance:
                continue
            search_from(graph, low, tolerance)
            gives_critical = by_class and areas[low].short >= areas[low].shed - tolerance
            for high in range(n_regions):
                if high == low or areas[high].distance != 0 or areas[high].short <= tolerance:
                    continue
                takes_critical = by_class and areas[high].short > areas[high].shed + tolerance
                gap = areas[high].short / areas[high].deficit - areas[low].short / areas[low].deficit
                if gap > best_gap and gives_critical == takes_critical:
                    best_gap, giver, taker = gap, low, high
        if giver < 0:
            return
        search_from(graph, giver, tolerance)
        room, _ = room_along(graph, taker)
        amount = _shift_shortage(areas[giver], areas[taker], best_gap, room, by_class, tolerance)
        push(graph, taker, amount)
        areas[giver].short += amount
        areas[taker].short -= amount


@kernel
def even_sources(graph, left, used, tolerance):
    """Even out the output of a group of equal times-to-go over its regions, pro rata to ``weight``."""
    areas = graph.areas
    n_regions = areas.shape[0]
    for _ in range(64 * n_regions):
        best_gap, riser, faller = EVEN, -1, -1
        for low in range(n_regions):
            if left[low] <= tolerance:
                continue
            search_from(graph, low, tolerance)
            for high in range(n_regions):
                if high == low or areas[high].distance != 0 or used[high] <= tolerance:
                    continue
                gap = used[high] / areas[high].weight - used[low] / areas[low].weight
                if gap > best_gap:
                    best_gap, riser, faller = gap, low, high
        if riser < 0:
            return
        search_from(graph, riser, tolerance)
        room, _ = room_along(graph, faller)
        amount = min(room, best_gap / (1.0 / areas[riser].weight + 1.0 / areas[faller].weight))
        amount = min(amount, min(left[riser], used[faller]))
        push(graph, faller, amount)
        used[riser] += amount
        left[riser] -= amount
        used[faller] -= amount
        left[faller] += amount


@kernel
def even_charge(graph, tolerance):
    """Even out what a group of stores has ``taken`` over its regions, pro rata to ``weight``; ``want`` is not met."""
    areas = graph.areas
    n_regions = areas.shape[0]
    for _ in range(64 * n_regions):
        best_gap, giver, taker = EVEN, -1, -1
        for high in range(n_regions):
            if areas[high].taken <= tolerance:
                continue
            search_from(graph, high, tolerance)
            for low in range(n_regions):
                if low == high or areas[low].distance != 0 or areas[low].want <= tolerance:
                    continue
                gap = areas[high].taken / areas[high].weight - areas[low].taken / areas[low].weight
                if gap > best_gap:
                    best_gap, giver, taker = gap, high, low
        if giver < 0:
            return
        search_from(graph, giver, tolerance)
        room, _ = room_along(graph, taker)
        amount = min(room, best_gap / (1.0 / areas[giver].weight + 1.0 / areas[taker].weight))
        amount = min(amount, min(areas[giver].taken, areas[taker].want))
        push(graph, taker, amount)
        areas[giver].taken -= amount
        areas[giver].want += amount
        areas[taker].taken += amount
        areas[taker].want -= amount
