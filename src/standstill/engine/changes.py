"""What is available at a step: the state at the start, and the changes at steps that are marked.

Availability changes at events (an outage, a hit, a finished repair), listed by ``events``. Knows nothing of load.
"""

from __future__ import annotations

import math

import numpy as np

from standstill.engine.dispatch.star import sort_leaves
from standstill.engine.jit import inlined, kernel
from standstill.engine.packed import CHUNK, GENERATOR, LINE, RESPONSE, STORE

__all__ = ["apply_others", "apply_supply", "has_others", "is_marked", "set_limits", "start"]


@kernel
def start(horizon, regions, assets, values, states, work, whole):
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
            whole.lines[row.index] = states[asset].up
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
def set_limits(network, values, step, work, whole, is_whole_new):
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


@inlined
def is_marked(events, step):
    """Return whether anything changes at a step."""
    return events.bits[step // CHUNK] & (np.uint64(1) << np.uint64(step & 63)) != 0


@inlined
def has_others(events, step):
    """Return whether any asset's change is listed at a step."""
    return events.others[step // CHUNK] & (np.uint64(1) << np.uint64(step & 63)) != 0


@inlined
def apply_supply(events, areas, step):
    """Apply the changes of supply at a marked step."""
    for region in range(areas.shape[0]):
        areas[region].available += events.change[step, region]


@inlined
def apply_others(assets, events, work, whole, step, kept):
    """Apply the changes of lines and stores at a marked step; return whether (a line, a whole line, a store) did.

    Those of generators are listed only where a reserve follows the largest of them, in ``kept``.
    """
    lines_changed, whole_changed, stores_changed = False, False, False
    place = events.head[step] if has_others(events, step) else -1
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
        elif row.kind == GENERATOR:
            if kept is not None:
                kept.available[event.asset] += event.change
        else:
            work.stores[row.index].available += event.change
            stores_changed = True
        place = event.next
    return lines_changed, whole_changed, stores_changed
