"""Dispatch over any network of regions: successive cheapest paths on a small graph, then fair splits of what is tied.

The rule, lexicographically: least critical load unserved; least total unserved; least borrowed by demand responses;
discharge by longest time-to-go; least flow x interfaces crossed; shortages tied in all that pro rata to deficit (pro
rata to load in a step where that would cut critical load), stores of equal time-to-go pro rata to power. Then demand
responses pay back, from stores too, and then stores charge.

Sources come in classes: class 0 is generation, class g the g-th group of stores, then of demand responses. How a class
reaches a region is in ``paths``, how what is tied is shared in ``even``. Knows nothing of samples or outages.
"""

from __future__ import annotations

from standstill.engine.dispatch.even import even_charge, even_shortage, even_sources, has_flow
from standstill.engine.dispatch.paths import Graph, augment
from standstill.engine.dispatch.storage import group_end, group_start, order_stores, set_power, share_in_group
from standstill.engine.jit import inlined

__all__ = ["serve_network"]


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
def _wants(areas, least):
    """Return whether any region wants more than ``least``."""
    wants = False
    for region in range(areas.shape[0]):
        wants = wants or areas[region].want > least
    return wants


@inlined
def _serve_from(graph, work, groups, near_first, tolerance):
    """Serve what regions want from one class after another; return the last one that was asked.

    Those that are not asked would give nothing: there is nothing left to want, or to search a path for.
    """
    least = 0.0 if near_first else tolerance
    cls = 0
    while True:
        augment(graph, work.left[cls], work.used[cls], near_first, tolerance)
        if cls == groups or not _wants(work.areas, least):
            return cls
        cls += 1


@inlined
def _balance(graph, work, stores_open, tolerance):
    """Serve all load as one class; return the groups of stores, those and of responses, and the last class asked."""
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
    asked = _serve_from(graph, work, groups, True, tolerance)
    for region in range(areas.shape[0]):
        areas[region].short = areas[region].want
    return stored, groups, asked


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
    asked = _serve_from(graph, work, groups, True, tolerance)
    for region in range(areas.shape[0]):
        areas[region].short = areas[region].want
        areas[region].want = areas[region].shed
    asked = max(asked, _serve_from(graph, work, groups, False, tolerance))
    for region in range(areas.shape[0]):
        areas[region].short += areas[region].want
    return stored, groups, asked


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
def _take_from(graph, work, classes, near_first, tolerance):
    """Serve what charges or pays back from the classes up to ``classes``, near before far in generation alone."""
    augment(graph, work.left[0], work.used[0], near_first, tolerance)
    for cls in range(1, classes + 1):
        if not _wants(work.areas, tolerance):
            break
        augment(graph, work.left[cls], work.used[cls], False, tolerance)


@inlined
def _take_alone(graph, work, states, order, place, classes, tolerance):
    """Have a group of one charge or pay back: a look at its own region does where that has enough."""
    state = states[order[place]]
    region, want = state.region, state.take
    near = min(want, work.left[0, region])
    if near > 0.0:
        want -= near
        work.left[0, region] -= near
        work.used[0, region] += near
    if want > tolerance:
        for other in range(work.areas.shape[0]):
            work.areas[other].want = 0.0
        work.areas[region].want = want
        _take_from(graph, work, classes, False, tolerance)
        want = work.areas[region].want
    taken = state.take - want
    if taken > 0.0:
        set_power(states, order, place, place + 1, True)
        share_in_group(states, order, place, place + 1, region, taken, False)


@inlined
def _take_in(graph, work, states, order, classes, tolerance):
    """Have stores charge, or responses pay back, by shortest time-to-go from the classes up to ``classes``."""
    areas = work.areas
    last = order.shape[0]
    while last > 0:
        first = group_start(states, order, last)
        if last - first == 1:
            _take_alone(graph, work, states, order, first, classes, tolerance)
            last = first
            continue
        for region in range(areas.shape[0]):
            areas[region].want = 0.0
        for place in range(first, last):
            state = states[order[place]]
            areas[state.region].want += state.take
        for region in range(areas.shape[0]):
            areas[region].taken = areas[region].want
        _take_from(graph, work, classes, True, tolerance)
        set_power(states, order, first, last, True)
        is_short, regions = False, 0
        for region in range(areas.shape[0]):
            regions += 1 if areas[region].taken > tolerance else 0
            areas[region].taken -= areas[region].want
            is_short = is_short or areas[region].want > tolerance
        if is_short and regions > 1:
            _set_weight(areas, states, order, first, last)
            even_charge(graph, tolerance)
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
                even_sources(graph, work.left[group], work.used[group], tolerance)
            for region in range(n_regions):
                used = work.used[group, region]
                if used > 0.0:
                    share_in_group(states, order, first, last, region, used, True)
        first = last


@inlined
def _serve_short(graph, work, stores_open, tolerance):
    """Serve a step in which some region cannot serve itself, or something is owed; return the total shortfall."""
    areas = work.areas
    stored, groups, asked = _balance(graph, work, stores_open, tolerance)
    total, n_deficits = 0.0, 0
    for region in range(areas.shape[0]):
        total += areas[region].short
        n_deficits += 1 if areas[region].deficit > tolerance else 0
    if total > tolerance:
        if n_deficits > 1 and has_flow(work.edges, tolerance):
            even_shortage(graph, False, tolerance)
        cuts_critical = False
        for region in range(areas.shape[0]):
            cuts_critical = cuts_critical or areas[region].short > areas[region].shed + tolerance
        if cuts_critical:
            stored, groups, asked = _balance_by_class(graph, work, stores_open, tolerance)
            even_shortage(graph, True, tolerance)
    if groups > stored:
        _settle(graph, work, work.responses, work.response_order, stored, min(asked, groups), tolerance)
        _take_in(graph, work, work.responses, work.response_order, stored, tolerance)
        asked = stored  # what is paid back may come from any store
    if stores_open:
        _settle(graph, work, work.stores, work.order, 0, min(asked, stored), tolerance)
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
