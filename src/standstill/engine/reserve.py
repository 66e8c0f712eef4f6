"""Operating reserve: what more a step could serve before it is balanced, and what of the reserve asked for is short.

Looks at a step with the stores as they enter it, in scratch of its own, and moves nothing. Knows nothing of who is
served.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine import tables
from standstill.engine.dispatch.paths import Graph, augment
from standstill.engine.dispatch.response import offer_none, offer_responses
from standstill.engine.dispatch.storage import offer
from standstill.engine.jit import inlined, kernel, named_after
from standstill.engine.packed import ReserveArrays

__all__ = [
    "RESERVE_COLUMNS",
    "ReserveWork",
    "bound_reserve",
    "count_reserve",
    "make_reserve_work",
    "probe_network",
    "probe_star",
    "start_reserve",
]

RESERVE_COLUMNS = ("reserve_shed", "reserve_shortage", "reserve_short_steps")
"""What a reserve adds to the totals of a sample: energy of load that would have to be shed to keep it, energy of the
reserve that is short, and steps in which any of it is."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]


class ReserveWork(NamedTuple):
    """Scratch of one worker."""

    load: Floats
    """Load of a step by region."""
    supply: Floats
    """What could serve it, stores and responses included."""
    asked: Floats
    """Reserve asked for."""
    bound: Floats
    """Most that may be asked for by region and step, where quiet chunks may be skipped, (n_regions, n_steps)."""
    areas: Table
    edges: Table
    queue: Ints
    left: Floats
    used: Floats
    available: Floats
    """Availability of each asset, kept of generators only."""
    order: Ints
    """Rows of ``units``, each reserve's from the largest that can be on."""
    most: Floats
    """Most that the unit in each place of ``order`` can be."""


def make_reserve_work(reserve: ReserveArrays, n_regions: int, n_edges: int, n_assets: int, n_steps: int) -> ReserveWork:
    """Return scratch for the reserves of a side."""
    n_units = len(reserve.units)
    return ReserveWork(
        load=np.zeros(n_regions),
        supply=np.zeros(n_regions),
        asked=np.zeros(n_regions),
        bound=np.zeros((n_regions, n_steps)),
        areas=np.zeros(n_regions, tables.AREA),
        edges=np.zeros(n_edges, tables.EDGE_STATE),
        queue=np.zeros(n_regions + 1, np.int64),
        left=np.zeros(n_regions),
        used=np.zeros(n_regions),
        available=np.zeros(n_assets),
        order=np.zeros(n_units, np.int64),
        most=np.zeros(n_units),
    )


@kernel
def start_reserve(reserve, assets, values, states, kept):
    """Set what every unit has available at step 0, and put each reserve's in the order of what they can be at most."""
    for row in range(reserve.table.shape[0] - 1):
        first, last = reserve.table[row].unit_first, reserve.table[row + 1].unit_first
        for unit in range(first, last):
            asset = reserve.units[unit, 0]
            kept.available[asset] = states[asset].available
            most = assets.table[asset].capability * values[assets.table[asset].scale_slot]
            place = unit
            while place > first and kept.most[place - 1] < most:
                kept.order[place], kept.most[place] = kept.order[place - 1], kept.most[place - 1]
                place -= 1
            kept.order[place], kept.most[place] = unit, most


@inlined
def _largest_unit(reserve, assets, values, cold, step, kept, first, last):
    """Return the largest product of capacity and availability among a reserve's units in a step."""
    largest = 0.0
    for place in range(first, last):
        if kept.most[place] <= largest:
            break
        asset, profile = reserve.units[kept.order[place], 0], reserve.units[kept.order[place], 1]
        row = assets.table[asset]
        power = kept.most[place]
        if profile >= 0:
            power = values[row.scale_slot] * reserve.profiles[profile, step]
        if row.cause >= 0:
            power *= cold[row.cause, step]
        largest = max(largest, power * kept.available[asset])
    return largest


@inlined
def _share(reserve, row, load, region):
    """Return a region's share of a reserve: pro rata to load, equally where there is none."""
    total, count = 0.0, 0.0
    for other in range(load.shape[0]):
        total += load[other] * reserve.members[row, other]
        count += reserve.members[row, other]
    return reserve.members[row, region] * (load[region] / total if total > 0.0 else 1.0 / count)


@kernel
def _add_bound(reserve, regions, assets, values, load, kept, row):
    """Add the most that one reserve may ask for to ``bound``."""
    record = reserve.table[row]
    most = 0.0
    for unit in range(record.unit_first, reserve.table[row + 1].unit_first):
        asset = assets.table[reserve.units[unit, 0]]
        most = max(most, asset.capability * values[asset.scale_slot])
    for step in range(kept.bound.shape[1]):
        for region in range(kept.load.shape[0]):
            place = regions.table[region]
            kept.load[region] = place.weight * values[place.scale_slot] * load[place.series, step]
        asked = reserve.power[row, step if reserve.power.shape[1] > 1 else 0] * values[record.power_slot]
        for region in range(kept.load.shape[0]):
            share = _share(reserve, row, kept.load, region)
            kept.bound[region, step] += (asked + record.largest_unit * most) * share


@kernel
def bound_reserve(reserve, regions, assets, values, load, kept):
    """Fill the most that may be asked for by region and step, whatever is out; nothing where there is no reserve."""
    if reserve is not None:
        kept.bound[:, :] = 0.0
        for row in range(reserve.table.shape[0] - 1):
            _add_bound(reserve, regions, assets, values, load, kept, row)


@kernel
def _ask(reserve, assets, values, cold, step, kept):
    """Fill the reserve asked for by region."""
    kept.asked[:] = 0.0
    at = step if reserve.power.shape[1] > 1 else 0
    for row in range(reserve.table.shape[0] - 1):
        record = reserve.table[row]
        asked = reserve.power[row, at] * values[record.power_slot]
        if record.largest_unit > 0.0:
            asked += record.largest_unit * _largest_unit(
                reserve, assets, values, cold, step, kept, record.unit_first, reserve.table[row + 1].unit_first
            )
        for region in range(kept.load.shape[0]):
            kept.asked[region] += asked * _share(reserve, row, kept.load, region)


@inlined
def _short_star(network, tolerance, edges, kept, with_load, with_reserve):
    """Return the least that stays unserved of load, reserve, or both, from the hub's supply."""
    hub = network.hub
    need = with_load * kept.load[hub] + with_reserve * kept.asked[hub]
    stuck = 0.0
    for place in range(network.leaves.shape[0]):
        leaf = network.leaves[place]
        limit = edges[leaf.edge].forward if leaf.sign == 1 else edges[leaf.edge].backward
        wanted = with_load * kept.load[leaf.region] + with_reserve * kept.asked[leaf.region]
        need += min(wanted, limit)
        stuck += wanted - min(wanted, limit)
    return stuck + max(0.0, need - kept.supply[hub])


@kernel
def _short_network(network, tolerance, edges, kept, with_load, with_reserve):
    """Return the same over any network: a largest flow, where each region serves itself first."""
    areas = kept.areas
    is_short = False
    for region in range(areas.shape[0]):
        need = with_load * kept.load[region] + with_reserve * kept.asked[region]
        kept.left[region] = max(0.0, kept.supply[region] - need)
        areas[region].want = max(0.0, need - kept.supply[region])
        is_short = is_short or areas[region].want > tolerance
    if not is_short:
        return 0.0
    for edge in range(edges.shape[0]):
        kept.edges[edge].forward, kept.edges[edge].backward = edges[edge].forward, edges[edge].backward
        kept.edges[edge].flow = 0.0
    graph = Graph(network.edges, network.adjacent_first, network.adjacent, areas, kept.edges, kept.queue)
    augment(graph, kept.left, kept.used, False, tolerance)
    short = 0.0
    for region in range(areas.shape[0]):
        short += areas[region].want
    return short


def _probe_with(least_short, add_offers):
    """Return the kernel that looks at the reserve of one step, for a star or for any network."""

    def probe(horizon, regions, assets, responses, network, values, supply, work, reserve, kept, step):
        """Return (reserve that is short, load that would have to be shed to keep it) in a step about to be balanced.

        Short is what stays unserved of load and reserve beyond what does of the load alone. Were the reserve kept
        before any load, only what stays unserved of the reserve alone would be missing from it; all else is shed.
        """
        for region in range(kept.load.shape[0]):
            area = work.areas[region]
            kept.load[region] = area.scale * supply.load[regions.table[region].series, step]
            if regions.picks_up:
                kept.load[region] += area.owed * area.pickup_rate / horizon.energy_per_step
            kept.supply[region] = area.available + supply.vary[region, step]
        for store in range(work.stores.shape[0]):
            kept.supply[work.stores[store].region] += offer(step, work.stores[store])
        is_last = step == horizon.steps - 1
        add_offers(responses, values, horizon.energy_per_step, step, is_last, work.responses, kept.supply)
        _ask(reserve, assets, values, supply.cold, step, kept)
        tolerance = horizon.tolerance
        both = least_short(network, tolerance, work.edges, kept, 1.0, 1.0)
        if both <= tolerance:
            return 0.0, 0.0
        short = both - least_short(network, tolerance, work.edges, kept, 1.0, 0.0)
        if short <= tolerance:
            return 0.0, 0.0
        return short, max(0.0, short - least_short(network, tolerance, work.edges, kept, 0.0, 1.0))

    return kernel(named_after(probe, least_short))


probe_star = _probe_with(_short_star, offer_none)
probe_network = _probe_with(_short_network, offer_responses)


@inlined
def count_reserve(reserve, energy_per_step, short, shed, row):
    """Count a measured step."""
    if short > 0.0:
        row[reserve.column] += shed * energy_per_step
        row[reserve.column + 1] += short * energy_per_step
        row[reserve.column + 2] += 1.0
