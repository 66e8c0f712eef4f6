"""Cheapest paths on a small graph of regions: from what has something left to what still wants it.

Each augmentation follows a path with the fewest interfaces (undoing a flow counts -1), which keeps the flow of least
cost for what it delivers. Knows nothing of stores or of what is shared.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine.jit import inlined, kernel

__all__ = ["Graph", "augment", "push", "room_along", "search_from"]

FAR = 1 << 30
ROOT = -1


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
def search_from(graph, root, tolerance):
    """Search from one region."""
    _begin(graph.areas)
    graph.areas[root].distance = 0
    _search(graph, tolerance)


@inlined
def room_along(graph, node):
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
def push(graph, node, amount):
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
def augment(graph, left, used, near_first, tolerance):
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
        room, root = room_along(graph, best)
        amount = min(room, min(areas[best].want, left[root]))
        push(graph, best, amount)
        areas[best].want -= amount
        left[root] -= amount
        used[root] += amount
