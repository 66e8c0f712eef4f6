"""Records, on request, what each step did: shortfall, surplus, flows, what stores hold, what was available.

Fills a table of steps and rows in one sample, then folds it into means and squared deviations over samples. Kernels are
given None where nothing is asked for, and compiled without all this. Knows nothing of what the rows are called.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine.dispatch.paths import Graph, augment
from standstill.engine.jit import inlined, kernel
from standstill.engine.packed import PROFILE, Model
from standstill.engine.recorded import RecordPlan

__all__ = [
    "Recorder",
    "begin_record",
    "close_record",
    "cover_record",
    "fold_record",
    "make_recorder",
    "open_record",
    "record_loss",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Recorder(NamedTuple):
    """Scratch of one worker, for the one arm there is."""

    now: Floats
    """What the running sample did, (measured steps, rows)."""
    mean: Floats
    """Mean over the samples of the block so far, (measured steps, rows)."""
    squares: Floats
    """Sum of squared deviations from it, (measured steps, rows)."""
    values: Floats
    """What every sample of the block did, (samples or 0, measured steps, rows)."""
    offer: Floats
    """What each store could give in the running step, power_unit."""
    spilled: Floats
    """Inflow kept from the grid with which each store charges in the running step, power_unit."""
    asset_row: Ints
    """Row of each asset's availability, or -1."""
    class_row: Ints
    """Row of the availability of each asset's class, or -1."""
    class_share: Floats
    """Share of each asset in its class."""
    shortfall: int
    """First row of the regions' shortfall, or -1."""
    surplus: int
    """First row of the regions' surplus, or -1."""
    flow: int
    """First row of the interfaces' flow, or -1."""
    utilization: int
    """First row of the interfaces' utilization, or -1."""
    energy: int
    """First row of what stores hold and demand responses owe, or -1."""


def make_recorder(plan: RecordPlan, model: Model) -> Recorder:
    """Return scratch for what is to be recorded; values of samples get their room with each block."""
    shape = model.horizon.measure_to - model.horizon.measure_from, plan.n_rows
    n_stores = len(model.stores.table)
    rows = {name: plan.first(name) for name in ("shortfall", "surplus", "flow", "utilization", "energy")}
    return Recorder(
        now=np.zeros(shape),
        mean=np.zeros(shape),
        squares=np.zeros(shape),
        values=np.zeros((0, *shape)),
        offer=np.zeros(n_stores),
        spilled=np.zeros(n_stores),
        asset_row=plan.asset_row.copy(),
        class_row=plan.class_row.copy(),
        class_share=plan.class_share.copy(),
        **rows,
    )


@kernel
def begin_record(record):
    """Begin a sample, with all assets available; every other row is filled in every step."""
    record.now[:, :] = 1.0


@kernel
def record_loss(record, measure_from, asset, available, first, last):
    """Note what is available of an asset over steps [first, last), measured or not."""
    if available >= 1.0:
        return
    first, last = max(first - measure_from, 0), min(last - measure_from, record.now.shape[0])
    row = record.asset_row[asset]
    if row >= 0:
        for step in range(first, last):
            record.now[step, row] = available
    row = record.class_row[asset]
    if row >= 0:
        lost = record.class_share[asset] * (1.0 - available)
        for step in range(first, last):
            record.now[step, row] = max(0.0, record.now[step, row] - lost)


@kernel
def open_record(record, step, work):
    """Note what each store could give in a step, before it is balanced; nothing has moved yet.

    Stores and responses that a step leaves alone are not opened, and would keep what they moved before.
    """
    for store in range(work.stores.shape[0]):
        state = work.stores[store]
        soc = min(state.soc * state.carryover if step > 0 else state.soc, state.energy)
        give, spilled = min(state.discharge, max(0.0, soc - state.floor) * state.per_stored), 0.0
        if state.has_inflow == 1:
            give = min(give, state.injection)
            spilled = min(min(state.charge, (state.energy - soc) * state.per_room), state.spill)
        record.offer[store], record.spilled[store] = give, spilled
        state.moved = 0.0
    for place in range(work.responses.shape[0]):
        work.responses[place].moved = 0.0
        work.responses[place].late = 0.0


@kernel
def cover_record(network, work, tolerance):
    """Find the flows of a step in which all load is known to be served from generation alone."""
    areas = work.areas
    for edge in range(work.edges.shape[0]):
        work.edges[edge].flow = 0.0
    for region in range(areas.shape[0]):
        margin = areas[region].supply - areas[region].load
        work.left[0, region], work.used[0, region] = max(0.0, margin), 0.0
        areas[region].want = max(0.0, -margin)
    graph = Graph(network.edges, network.adjacent_first, network.adjacent, areas, work.edges, work.queue)
    augment(graph, work.left[0], work.used[0], True, tolerance)


@inlined
def _spread(regions, network, load, work, step, series, level, stuck):
    """Write down by region what ``serve_plain`` says of all leaves at once."""
    hub = work.areas[network.hub]
    hub.load, hub.short = hub.scale * load[regions.table[network.hub].series, step], 0.0
    for place in range(network.leaves.shape[0]):
        leaf = work.leaves[place]
        area = work.areas[leaf.region]
        area.load = leaf.weight * series
        area.short = area.load - leaf.limit if place < stuck else level * leaf.weight


@inlined
def _fill_leaf_flows(network, work):
    """Fill the flows of a star: what each leaf is served comes over its one interface."""
    for place in range(network.leaves.shape[0]):
        leaf = network.leaves[place]
        edge, area = work.edges[leaf.edge], work.areas[leaf.region]
        served = min(area.load - area.short, edge.forward if leaf.sign == 1 else edge.backward)
        edge.flow = leaf.sign * served


@inlined
def _record_surplus(record, row, energy_per_step, network, work, tolerance):
    """Fill what each region could still have given: supply left over, and what its stores did not give.

    What is left over of supply is what balances the region. A store on a daily profile gives no more than that.
    """
    areas, now = work.areas, record.now[row]
    first, last = record.surplus, record.surplus + areas.shape[0]
    for region in range(areas.shape[0]):
        area = areas[region]
        now[first + region] = area.supply - area.load + area.short
    for place in range(work.responses.shape[0]):
        state = work.responses[place]
        now[first + state.region] += state.moved - state.late / energy_per_step
    for edge in range(work.edges.shape[0]):
        flow = work.edges[edge].flow
        now[first + network.edges[edge].start] -= flow
        now[first + network.edges[edge].end] += flow
    for store in range(work.stores.shape[0]):
        state = work.stores[store]
        if state.plan != PROFILE:
            now[first + state.region] += state.moved + record.spilled[store]
    for place in range(first, last):
        now[place] = now[place] if now[place] > tolerance else 0.0
    for store in range(work.stores.shape[0]):
        state = work.stores[store]
        if state.plan != PROFILE:
            now[first + state.region] += max(0.0, record.offer[store] - max(0.0, state.moved + record.spilled[store]))


@inlined
def _utilization(edge, flow, tolerance):
    """Return the flow as a share of what can be carried that way; 1 where nothing can be carried either way."""
    if flow == 0.0:
        # what lines out of service leave is nothing but for rounding
        return 1.0 if edge.forward <= tolerance and edge.backward <= tolerance else 0.0
    return min(1.0, flow / edge.forward if flow > 0.0 else -flow / edge.backward)


@kernel
def close_record(record, step, horizon, regions, network, supply, work, total, series, is_even, level, stuck):
    """Record a balanced step, if it is measured; the last four are as ``serve_plain`` gives them."""
    row = step - horizon.measure_from
    if not 0 <= row < record.now.shape[0]:
        return
    areas, now, tolerance = work.areas, record.now[row], horizon.tolerance
    if is_even:
        _spread(regions, network, supply.load, work, step, series, level, stuck)
    for region in range(areas.shape[0]):
        areas[region].supply = areas[region].available + supply.vary[region, step]
        if total <= 0.0:
            areas[region].short = 0.0
    if network.hub >= 0:
        _fill_leaf_flows(network, work)
    if record.shortfall >= 0:
        for region in range(areas.shape[0]):
            short = areas[region].short
            now[record.shortfall + region] = short if short > tolerance else 0.0
    if record.surplus >= 0:
        _record_surplus(record, row, horizon.energy_per_step, network, work, tolerance)
    for place in range(work.edges.shape[0]):
        edge = work.edges[place]
        flow = edge.flow if abs(edge.flow) > tolerance else 0.0
        if record.flow >= 0:
            now[record.flow + place] = flow
        if record.utilization >= 0:
            now[record.utilization + place] = _utilization(edge, flow, tolerance)
    if record.energy >= 0:
        n_stores = work.stores.shape[0]
        for store in range(n_stores):
            now[record.energy + store] = work.stores[store].soc
        for place in range(work.responses.shape[0]):
            now[record.energy + n_stores + place] = work.responses[place].owed


@kernel
def fold_record(record, sample):
    """Add a finished sample, the ``sample``-th of its block, to the block's means and squared deviations.

    Welford (1962), Technometrics 4, 419-420: a row that never changes has exactly no spread.
    """
    if record is not None:
        share = 1.0 / (sample + 1.0)
        keeps = record.values.shape[0] > 0
        for step in range(record.now.shape[0]):
            now, mean, squares = record.now[step], record.mean[step], record.squares[step]
            for row in range(now.shape[0]):
                away = now[row] - mean[row]
                mean[row] += share * away
                squares[row] += away * (now[row] - mean[row])
            if keeps:
                for row in range(now.shape[0]):
                    record.values[sample, step, row] = now[row]
