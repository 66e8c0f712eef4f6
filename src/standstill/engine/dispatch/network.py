"""Dispatch over any network of regions: successive cheapest paths on a small graph, then fair splits of what is tied.

The rule, lexicographically: least critical load unserved; least total unserved; least borrowed by demand responses;
discharge by longest time-to-go; least flow x interfaces crossed; shortages tied in all that pro rata to deficit (pro
rata to load in a step where that would cut critical load), stores of equal time-to-go pro rata to power. Then demand
responses pay back, from stores too, and then stores charge.

Each augmentation follows a path with the fewest interfaces from a source with something left to a region still short
(undoing a flow counts -1), which keeps the flow of least cost for what it delivers. Sources come in classes: class 0
is generation, class g the g-th group of stores, then of demand responses. Evening out needs no detour over sources: a
source with something left that could reach a region still short would have been used. Knows nothing of samples or
outages.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine.dispatch.storage import group_end, group_start, order_stores, set_power, share_in_group
from standstill.engine.jit import inlined, kernel

__all__ = ["serve_network"]

FAR = 1 << 30
ROOT = -1
EVEN = 1e-11
"""Ratios this close are even."""


class Graph(NamedTuple):
    """What searches look at, alone: passing all of a model's and a worker's arrays takes longer than a search."""

    rows: NDArray[np.void]
    first: NDArray[np.int64]
    adjacent: NDArray[np.int64]
    areas: NDArray[np.void]
    edges: NDArray[np.void]
    queue: NDArray[np.int64]


@inlined
def _residual(edges, states, edge, node):
    """Return (room, cost) of one more unit over an interface away from ``node``: +1, or -1 where it undoes a flow."""
    state = states[edge]
    if edges[edge].start == node:
        if state.flow < 0.0:
            return -state.flow, -1
        return state.forward - state.flow, 1
    if state.flow > 0.0:
        return state.flow, -1
    return state.backward + state.flow, 1


@inlined
def _begin(areas):
    """Forget all distances."""
    for region in range(areas.shape[0]):
        areas[region].distance = FAR
        areas[region].via = ROOT


@kernel
def _search(graph, tolerance):
    """Relax distances (interfaces crossed) from every region at distance 0; ``via`` is the interface used last."""
    areas, queue = graph.areas, graph.queue
    size = queue.shape[0]
    head, tail = 0, 0
    for region in range(areas.shape[0]):
        areas[region].queued = 0
        if areas[region].distance == 0:
            queue[tail] = region
            areas[region].queued = 1
            tail += 1
    while head != tail:
        node = queue[head]
        head = head + 1 if head + 1 < size else 0
        areas[node].queued = 0
        here = areas[node].distance
        for place in range(graph.first[node], graph.first[node + 1]):
            edge = graph.adjacent[place]
            room, cost = _residual(graph.rows, graph.edges, edge, node)
            row = graph.rows[edge]
            other = row.end if row.start == node else row.start
            if room > tolerance and here + cost < areas[other].distance:
                areas[other].distance = here + cost
                areas[other].via = edge
                if areas[other].queued == 0:
                    areas[other].queued = 1
                    queue[tail] = other
                    tail = tail + 1 if tail + 1 < size else 0


@inlined
def _search_from(graph, root, tolerance):
    """Search from one region."""
    _begin(graph.areas)
    graph.areas[root].distance = 0
    _search(graph, tolerance)


@inlined
def _room_along(graph, node):
    """Return (least room along the path to ``node``, the path's root)."""
    room = 1e300
    while graph.areas[node].via != ROOT:
        edge = graph.areas[node].via
        row = graph.rows[edge]
        other = row.start if row.end == node else row.end
        room = min(room, _residual(graph.rows, graph.edges, edge, other)[0])
        node = other
    return room, node


@inlined
def _push(graph, node, amount):
    """Move ``amount`` along the path to ``node``."""
    while graph.areas[node].via != ROOT:
        edge = graph.areas[node].via
        if graph.rows[edge].end == node:
            graph.edges[edge].flow += amount
            node = graph.rows[edge].start
        else:
            graph.edges[edge].flow -= amount
            node = graph.rows[edge].end


@kernel
def _augment(graph, left, used, near_first, tolerance):
    """Serve ``want`` from a class of sources along cheapest paths, until nothing more can be moved.

    ``left`` and ``used`` are the class's, by region. ``near_first`` serves each region from within first, which is
    cheapest unless another class was served before.
    """
    areas = graph.areas
    for region in range(areas.shape[0]):
        amount = min(areas[region].want, left[region])
        if near_first and amount > 0.0:
            areas[region].want -= amount
            left[region] -= amount
            used[region] += amount
    while True:
        _begin(areas)
        has_left, has_want = False, False
        for region in range(areas.shape[0]):
            has_want = has_want or areas[region].want > tolerance
            if left[region] > tolerance:
                areas[region].distance = 0
                has_left = True
        if not (has_left and has_want):
            return
        _search(graph, tolerance)
        best = -1
        for region in range(areas.shape[0]):
            if areas[region].want > tolerance and areas[region].distance < FAR:
                if best < 0 or areas[region].distance < areas[best].distance:
                    best = region
        if best < 0:
            return
        room, root = _room_along(graph, best)
        amount = min(room, min(areas[best].want, left[root]))
        _push(graph, best, amount)
        areas[best].want -= amount
        left[root] -= amount
        used[root] += amount


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
def _has_flow(edges, tolerance):
    """Return whether anything flows; without a flow to undo, no two regions tie."""
    flows = False
    for edge in range(edges.shape[0]):
        flows = flows or abs(edges[edge].flow) > tolerance
    return flows


@kernel
def _even_shortage(graph, by_class, tolerance):
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
            _search_from(graph, low, tolerance)
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
        _search_from(graph, giver, tolerance)
        room, _ = _room_along(graph, taker)
        amount = _shift_shortage(areas[giver], areas[taker], best_gap, room, by_class, tolerance)
        _push(graph, taker, amount)
        areas[giver].short += amount
        areas[taker].short -= amount


@kernel
def _even_sources(graph, left, used, tolerance):
    """Even out the output of a group of equal times-to-go over its regions, pro rata to ``weight``."""
    areas = graph.areas
    n_regions = areas.shape[0]
    for _ in range(64 * n_regions):
        best_gap, riser, faller = EVEN, -1, -1
        for low in range(n_regions):
            if left[low] <= tolerance:
                continue
            _search_from(graph, low, tolerance)
            for high in range(n_regions):
                if high == low or areas[high].distance != 0 or used[high] <= tolerance:
                    continue
                gap = used[high] / areas[high].weight - used[low] / areas[low].weight
                if gap > best_gap:
                    best_gap, riser, faller = gap, low, high
        if riser < 0:
            return
        _search_from(graph, riser, tolerance)
        room, _ = _room_along(graph, faller)
        amount = min(room, best_gap / (1.0 / areas[riser].weight + 1.0 / areas[faller].weight))
        amount = min(amount, min(left[riser], used[faller]))
        _push(graph, faller, amount)
        used[riser] += amount
        left[riser] -= amount
        used[faller] -= amount
        left[faller] += amount


@kernel
def _even_charge(graph, tolerance):
    """Even out what a group of stores has ``taken`` over its regions, pro rata to ``weight``; ``want`` is not met."""
    areas = graph.areas
    n_regions = areas.shape[0]
    for _ in range(64 * n_regions):
        best_gap, giver, taker = EVEN, -1, -1
        for high in range(n_regions):
            if areas[high].taken <= tolerance:
                continue
            _search_from(graph, high, tolerance)
            for low in range(n_regions):
                if low == high or areas[low].distance != 0 or areas[low].want <= tolerance:
                    continue
                gap = areas[high].taken / areas[high].weight - areas[low].taken / areas[low].weight
                if gap > best_gap:
                    best_gap, giver, taker = gap, high, low
        if giver < 0:
            return
        _search_from(graph, giver, tolerance)
        room, _ = _room_along(graph, taker)
        amount = min(room, best_gap / (1.0 / areas[giver].weight + 1.0 / areas[taker].weight))
        amount = min(amount, min(areas[giver].taken, areas[taker].want))
        _push(graph, taker, amount)
        areas[giver].taken -= amount
        areas[giver].want += amount
        areas[taker].taken += amount
        areas[taker].want -= amount


@inlined
def _open_classes(work, states, order, groups):
    """Fill ``left`` with what each group of stores, or responses, can give by region; return the number of groups."""
    count = order.shape[0]
    first = 0
    while first < count:
        last = group_end(states, order, first, count)
        groups += 1
        work.left[groups, :] = 0.0
        work.used[groups, :] = 0.0
        for place in range(first, last):
            state = states[order[place]]
            work.left[groups, state.region] += state.give
        first = last
    return groups


@inlined
def _open_all(work, stores_open):
    """Open the classes of stores, then those of responses; return the number of groups of stores, and of both."""
    stored = _open_classes(work, work.stores, work.order, 0) if stores_open else 0
    return stored, _open_classes(work, work.responses, work.response_order, stored)


@inlined
def _balance(graph, work, stores_open, tolerance):
    """Serve all load as one class; return the number of groups of stores, and of stores and responses."""
    areas = work.areas
    for edge in range(work.edges.shape[0]):
        work.edges[edge].flow = 0.0
    for region in range(areas.shape[0]):
        area = areas[region]
        margin = area.supply - area.load
        work.used[0, region] = 0.0
        work.left[0, region] = max(0.0, margin)
        area.deficit = max(0.0, -margin)
        area.want = area.deficit
    stored, groups = _open_all(work, stores_open)
    for cls in range(groups + 1):
        _augment(graph, work.left[cls], work.used[cls], True, tolerance)
    for region in range(areas.shape[0]):
        areas[region].short = areas[region].want
    return stored, groups


@inlined
def _balance_by_class(graph, work, stores_open, tolerance):
    """Serve critical load everywhere before any sheddable load; return what ``_balance`` does.

    What is left to tie is then shared pro rata to load.
    """
    areas = work.areas
    for edge in range(work.edges.shape[0]):
        work.edges[edge].flow = 0.0
    for region in range(areas.shape[0]):
        area = areas[region]
        critical = area.load - area.shed
        kept = min(critical, area.supply)
        work.used[0, region] = 0.0
        work.left[0, region] = max(0.0, area.supply - kept)
        area.want = critical - kept
        area.deficit = area.load
    stored, groups = _open_all(work, stores_open)
    for cls in range(groups + 1):
        _augment(graph, work.left[cls], work.used[cls], True, tolerance)
    for region in range(areas.shape[0]):
        areas[region].short = areas[region].want
        areas[region].want = areas[region].shed
    for cls in range(groups + 1):
        _augment(graph, work.left[cls], work.used[cls], False, tolerance)
    for region in range(areas.shape[0]):
        areas[region].short += areas[region].want
    return stored, groups


@inlined
def _set_weight(areas, states, order, first, last):
    """Set each region's ``weight`` to the power of a group's stores in it."""
    for region in range(areas.shape[0]):
        areas[region].weight = 0.0
    for place in range(first, last):
        state = states[order[place]]
        areas[state.region].weight += state.power


@inlined
def _charge_nearby(work):
    """Charge every store fully if each region's own surplus suffices; return whether it did."""
    areas = work.areas
    for region in range(areas.shape[0]):
        areas[region].want = 0.0
    for store in range(work.stores.shape[0]):
        areas[work.stores[store].region].want += work.stores[store].take
    for region in range(areas.shape[0]):
        if areas[region].want > work.left[0, region]:
            return False
    for store in range(work.stores.shape[0]):
        work.stores[store].moved -= work.stores[store].take
    return True


@inlined
def _charge(graph, work, is_ordered, tolerance):
    """Charge from surplus by shortest time-to-go, near before far."""
    if _charge_nearby(work):
        return
    if not is_ordered:
        order_stores(work.stores, work.order)
    _take_in(graph, work, work.stores, work.order, 0, tolerance)


@inlined
def _take_in(graph, work, states, order, classes, tolerance):
    """Have stores charge, or responses pay back, by shortest time-to-go from the classes up to ``classes``."""
    areas = work.areas
    last = order.shape[0]
    while last > 0:
        first = group_start(states, order, last)
        for region in range(areas.shape[0]):
            areas[region].want = 0.0
        for place in range(first, last):
            state = states[order[place]]
            areas[state.region].want += state.take
        for region in range(areas.shape[0]):
            areas[region].taken = areas[region].want
        for cls in range(classes + 1):
            _augment(graph, work.left[cls], work.used[cls], cls == 0, tolerance)
        set_power(states, order, first, last, True)
        is_short, regions = False, 0
        for region in range(areas.shape[0]):
            regions += 1 if areas[region].taken > tolerance else 0
            areas[region].taken -= areas[region].want
            is_short = is_short or areas[region].want > tolerance
        if is_short and regions > 1:
            _set_weight(areas, states, order, first, last)
            _even_charge(graph, tolerance)
        for region in range(areas.shape[0]):
            if areas[region].taken > 0.0:
                share_in_group(states, order, first, last, region, areas[region].taken, False)
        last = first


@inlined
def _settle(graph, work, states, order, before, groups, tolerance):
    """Even out the output of each group after ``before`` over regions and share it among its stores or responses."""
    n_regions = work.areas.shape[0]
    first = 0
    for group in range(before + 1, groups + 1):
        last = group_end(states, order, first, order.shape[0])
        total, left, regions = 0.0, 0.0, 0
        for region in range(n_regions):
            total += work.used[group, region]
            left += work.left[group, region]
            regions += 1 if work.used[group, region] + work.left[group, region] > tolerance else 0
        if total > 0.0:
            set_power(states, order, first, last, False)
            if left > tolerance and regions > 1:
                _set_weight(work.areas, states, order, first, last)
                _even_sources(graph, work.left[group], work.used[group], tolerance)
            for region in range(n_regions):
                used = work.used[group, region]
                if used > 0.0:
                    share_in_group(states, order, first, last, region, used, True)
        first = last


@inlined
def _serve_short(graph, work, stores_open, tolerance):
    """Serve a step in which some region cannot serve itself, or something is owed; return the total shortfall."""
    areas = work.areas
    stored, groups = _balance(graph, work, stores_open, tolerance)
    total, n_deficits = 0.0, 0
    for region in range(areas.shape[0]):
        total += areas[region].short
        n_deficits += 1 if areas[region].deficit > tolerance else 0
    if total > tolerance:
        if n_deficits > 1 and _has_flow(work.edges, tolerance):
            _even_shortage(graph, False, tolerance)
        cuts_critical = False
        for region in range(areas.shape[0]):
            cuts_critical = cuts_critical or areas[region].short > areas[region].shed + tolerance
        if cuts_critical:
            stored, groups = _balance_by_class(graph, work, stores_open, tolerance)
            _even_shortage(graph, True, tolerance)
    if groups > stored:
        _settle(graph, work, work.responses, work.response_order, stored, groups, tolerance)
        _take_in(graph, work, work.responses, work.response_order, stored, tolerance)
    if stores_open:
        _settle(graph, work, work.stores, work.order, 0, stored, tolerance)
    return total


@inlined
def serve_network(network, tolerance, work, stores_open, owes):
    """Serve one step over the network.

    Reads ``load``, ``shed`` (sheddable load) and ``supply`` of the areas; writes ``short`` and what stores and demand
    responses move; ``owes`` says that some response has something to pay back. Returns (total shortfall, least
    shortfall if nothing limited delivery).
    """
    areas = work.areas
    graph = Graph(network.edges, network.adjacent_first, network.adjacent, areas, work.edges, work.queue)
    copper, total = 0.0, 0.0
    is_short = owes
    for region in range(areas.shape[0]):
        margin = areas[region].supply - areas[region].load
        copper -= margin
        is_short = is_short or margin < -tolerance
        areas[region].short = 0.0
        work.left[0, region] = max(0.0, margin)
        work.used[0, region] = 0.0
    if stores_open:
        for store in range(work.stores.shape[0]):
            copper -= work.stores[store].give
    for response in range(work.responses.shape[0]):
        copper -= work.responses[response].give
    if is_short:
        if stores_open:
            order_stores(work.stores, work.order)
        total = _serve_short(graph, work, stores_open, tolerance)
    else:
        for edge in range(work.edges.shape[0]):
            work.edges[edge].flow = 0.0
    if stores_open:
        _charge(graph, work, is_short, tolerance)
    return total, max(0.0, copper)
