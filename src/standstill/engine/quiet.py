"""Passes steps in which all load is served while no store can move: a shortcut that changes no result.

Knows nothing of what a step with a shortfall does.
"""

from __future__ import annotations

import numpy as np

from standstill.engine.changes import apply_supply, has_others
from standstill.engine.jit import inlined, kernel
from standstill.engine.packed import CHUNK, PART

__all__ = ["neighbours_cover", "pass_quiet"]

PART_BITS = np.uint64((1 << PART) - 1)


@inlined
def _is_quiet(events, quiet, areas, chunk):
    """Return whether no region can be short within a chunk, by a lower bound; if so its changes have been applied."""
    if events.others[chunk] != 0:
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
def neighbours_cover(network, work):
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
    return neighbours_cover(network, work)


@inlined
def pass_quiet(network, supply, events, work, step, steps):
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
                if has_others(events, step):
                    return step, False
                apply_supply(events, work.areas, step)
            bits >>= np.uint64(1)
            if not _is_served(network, supply.net, work, step):
                return step, True
            step += 1
    return steps, False
