"""Packs a system: assets, reservoirs, network. Knows nothing of load, weather, strikes or arms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from standstill.arrays import locked
from standstill.engine import draws, tables
from standstill.engine.layout import hazard, ints, stack, table_of
from standstill.engine.pack_states import ChainRows, DayRows
from standstill.engine.packed import (
    BUDGET,
    CARRYOVER,
    CHARGE,
    ENERGY,
    GENERATOR,
    GREEDY,
    LINE,
    PROFILE,
    RESPONSE,
    STORE,
    AssetArrays,
    Floats,
    NetworkArrays,
    RegionArrays,
    ResponseArrays,
    StoreArrays,
    SupplyArrays,
)
from standstill.engine.slots import Slots
from standstill.errors import Faults
from standstill.evidence.figure import Figure
from standstill.model.scenario import Side
from standstill.model.system import System

__all__ = [
    "each_asset", "pack_assets", "pack_causes", "pack_network", "pack_responses", "pack_stores", "supply_of",
]  # fmt: skip

_PLANS = {"greedy": GREEDY, "weekly-budget": BUDGET, "daily-profile": PROFILE}


def pack_assets(
    side: Side, slots: Slots, classes: tuple[str, ...], inflow_regions: tuple[int, ...], faults: Faults
) -> tuple[AssetArrays, SupplyArrays]:
    """Pack what can be out or damaged, and supply that varies with time."""
    steps = side.system.n_steps
    struck = {name for stream in side.campaign.streams for name in stream.aim}
    struck |= {derating.asset_class for stream in side.campaign.streams for derating in stream.deratings}
    names: list[str] = []
    rows: list[dict[str, Any]] = []
    cumulative: list[Floats] = []
    chains = ChainRows()
    days = DayRows.of(side, classes, faults)
    profiles: list[Floats] = []
    grouped: dict[tuple[int, int, int], Floats] = {}
    causes, cold = pack_causes(side, slots, faults)
    for kind, table, row, index, name in each_asset(side):
        names.append(name)
        asset_class = table.classes[row]
        scale, capacity = supply_of(kind, table, row, slots)
        share, cause = causes.get(asset_class, (-1, -1)) if kind == GENERATOR else (-1, -1)
        scale = slots.product(scale, share) if share >= 0 else scale
        varies = kind == GENERATOR and (cause >= 0 or bool(np.ptp(capacity) > 0))
        region = table.region[row] if kind != LINE else -1
        entry: dict[str, Any] = {
            "kind": kind,
            "index": index,
            "region": region,
            "cls": classes.index(asset_class),
            "scale_slot": scale,
            "profile": -1,
            "cause": cause,
            # load put off is no supply
            "capability": float(capacity.max()) if kind != RESPONSE else 0.0,
            "constant": float(capacity[0]) if kind == GENERATOR and not varies else 0.0,
            "key": draws.entity_key(name),
            **_chain(table.p_fail[row], table.p_repair[row], cumulative),
            "chain": chains.add(table.states[row]) if kind == GENERATOR else -1,
            **days.add(asset_class, table, row, name, faults),
        }
        entry["fails"] = entry["fails"] or entry["chain"] >= 0
        if varies:
            key = (region, scale, cause)
            grouped[key] = grouped.get(key, np.zeros(steps)) + capacity
            if entry["fails"] or asset_class in struck:
                entry["profile"] = len(profiles)
                profiles.append(np.broadcast_to(capacity, steps))
        rows.append(entry)
    _check_keys(side, names, faults)
    cls = np.array([row["cls"] for row in rows], dtype=np.int64)
    order = np.argsort(cls, kind="stable")
    assets = AssetArrays(
        table=table_of(tables.ASSET, rows),
        cumulative=locked(np.array(cumulative).reshape(len(cumulative), steps)),
        profiles=locked(np.array(profiles).reshape(len(profiles), steps)),
        class_first=ints(np.searchsorted(cls[order], np.arange(len(classes) + 1))),
        class_assets=ints(order),
        chains=chains.packed(),
        days=days.packed(),
    )
    supply = SupplyArrays(
        table=table_of(
            tables.SUPPLY, [{"region": region, "scale_slot": slot, "cause": cause} for region, slot, cause in grouped]
        ),
        profile=locked(np.array(list(grouped.values())).reshape(len(grouped), steps)),
        causes=table_of(tables.CAUSE, cold),
        regions=ints(sorted({region for region, _, _ in grouped} | set(inflow_regions))),
    )
    return assets, supply


def each_asset(side: Side) -> Iterator[tuple[int, Any, int, int, str]]:
    """Yield kind, table, row, index among its kind, and the name that keys the draws, of every asset."""
    system = side.system
    tables_of: list[tuple[int, Any, int]] = [
        (GENERATOR, system.generators, 0),
        (STORE, system.storages, 0),
        (STORE, system.generator_storages, len(system.storages)),
        (RESPONSE, system.demand_responses, 0),
        (LINE, system.lines, 0),
    ]
    holders = Counter(name for _, table, _ in tables_of for name in table.names)
    for kind, table, before in tables_of:
        for row, name in enumerate(table.names):
            # a name used by two kinds of asset is told apart by its kind
            kind_name = "" if holders[name] == 1 else f"{type(table).__name__}/"
            yield kind, table, row, row + before, f"{side.name}/{kind_name}{name}"


def _chain(p_fail: Floats, p_repair: Floats, cumulative: list[Floats]) -> dict[str, Any]:
    """Return what a two-state chain adds to an asset's row; hazards that vary go to ``cumulative``."""
    total = p_fail[0] + p_repair[0]
    found = {"fails": bool(p_fail.max() > 0), "up0": p_repair[0] / total if total > 0 else 1.0}
    for end, probability in (("fail", p_fail), ("repair", p_repair)):
        rates = hazard(probability)
        varies = bool(np.ptp(rates) > 0)
        found |= {f"hazard_{end}": rates[0], f"row_{end}": len(cumulative) if varies else -1}
        if varies:
            cumulative.append(np.concatenate([[0.0], np.cumsum(rates[1:])]))
    return found


def pack_causes(side: Side, slots: Slots, faults: Faults) -> tuple[dict[str, tuple[int, int]], list[dict[str, Any]]]:
    """Return by class (slot of its share, row of the cold or -1), and those rows."""
    found: dict[str, tuple[int, int]] = {}
    cold: list[dict[str, Any]] = []
    classes = tuple(dict.fromkeys(side.system.generators.classes))
    for cause in side.common_causes:
        place = f"common_causes.{cause.asset_class}"
        if cause.asset_class not in classes:
            faults.add(place, f"be a class of generators of the side ({', '.join(classes)})", cause.asset_class)
        if cause.asset_class in found:
            faults.add(place, "be given once for a class", cause.asset_class)
        if cause.is_cold and side.weather is None:
            faults.add(f"{place}.slope_per_c", "be 0 where the side has no weather")
        found[cause.asset_class] = slots.add(cause.share), len(cold) if cause.is_cold else -1
        if cause.is_cold:
            cold.append({
                "slope_slot": slots.add(cause.slope_per_c),
                "threshold_slot": slots.add(cause.threshold_c),
                "least_slot": slots.add(cause.least),
            })  # fmt: skip
    return found, cold


def supply_of(kind: int, table: Any, row: int, slots: Slots) -> tuple[int, Floats]:
    """Return what an asset can do, undamaged, as (slot of the factor, power by step)."""
    if kind == GENERATOR:
        scale = slots.add(table.capacity_scale[row])
        if isinstance(table.price_elasticity[row], Figure) or table.price_elasticity[row] != 0.0:
            ratio, elasticity = slots.add(table.price_ratio[row]), slots.add(table.price_elasticity[row])
            scale = slots.product(scale, slots.power(ratio, elasticity))
        return scale, table.capacity[row]
    if kind == STORE:
        return slots.add(table.power_scale[row]), table.discharge[row]
    if kind == RESPONSE:
        return slots.add(table.power_scale[row]), table.borrow[row]
    return slots.add(table.capacity_scale[row]), np.maximum(table.forward[row], table.backward[row])


def _check_keys(side: Side, names: list[str], faults: Faults) -> None:
    seen: dict[int, str] = {}
    for name in names:
        key = draws.entity_key(name)
        if key in seen:
            what = "have unique asset names" if seen[key] == name else f"not share a key with {seen[key]!r}; rename one"
            faults.add(f"asset {name!r}", what, name)
        seen[key] = name


def pack_stores(system: System, slots: Slots) -> StoreArrays:
    """Pack storages and reservoirs."""
    storages, reservoirs = system.storages, system.generator_storages
    n, m, steps = len(storages), len(reservoirs), system.n_steps
    none = np.zeros((n, 1))
    both = (storages, reservoirs)
    names = ("charge", "discharge", "energy", "charge_efficiency", "discharge_efficiency", "carryover_efficiency")
    fields = [stack([getattr(table, name) for table in both], steps) for name in names]
    own = ("inflow", "injection", "withdrawal", "release")
    fields += [stack([none, getattr(reservoirs, name)], steps) for name in own]
    width = max(field.shape[1] for field in fields)
    rows = [
        {
            "region": table.region[row],
            "asset": len(system.generators) + row + (n if table is reservoirs else 0),
            "has_inflow": table is reservoirs,
            "plan": _PLANS[reservoirs.dispatch[row]] if table is reservoirs else GREEDY,
            "share_slot": slots.add(reservoirs.weekly_share[row] if table is reservoirs else 1.0),
            "initial_slot": slots.add(table.initial[row]),
            "power_slot": slots.add(table.power_scale[row]),
            "energy_slot": slots.add(table.energy_scale[row]),
            "inflow_slot": slots.add(reservoirs.inflow_scale[row] if table is reservoirs else 1.0),
        }
        for table in both
        for row in range(len(table))
    ]
    series = locked([np.broadcast_to(field, (n + m, width)) for field in fields])
    steady = all(fields[field].shape[1] == 1 for field in (CHARGE, ENERGY, CARRYOVER))
    plans = {row["plan"] for row in rows}
    return StoreArrays(
        table=table_of(tables.STORE_ROW, rows),
        series=series,
        # what a profile releases, and what a new week's budget lets go, changes with time
        steady=steady and PROFILE not in plans,
        constant=width == 1 and plans <= {GREEDY},
        planned=bool(plans - {GREEDY}),
        week_steps=max(1, round(168.0 / system.step_h)),
    )


def pack_responses(system: System, slots: Slots) -> ResponseArrays:
    """Pack demand responses."""
    table, steps = system.demand_responses, system.n_steps
    names = ("borrow", "payback", "energy", "interest", "window", "borrow_efficiency", "payback_efficiency")
    fields = [stack([getattr(table, name)], steps) for name in names]
    width = max(field.shape[1] for field in fields)
    rows = [
        {
            "region": table.region[row],
            "power_slot": slots.add(table.power_scale[row]),
            "energy_slot": slots.add(table.energy_scale[row]),
        }
        for row in range(len(table))
    ]
    return ResponseArrays(
        table=table_of(tables.RESPONSE_ROW, rows),
        series=locked([np.broadcast_to(field, (len(table), width)) for field in fields]),
    )


def pack_network(side: Side, slots: Slots, regions: RegionArrays) -> NetworkArrays:
    """Pack interfaces and lines; find the hub if the network is a hub and its leaves."""
    system = side.system
    joins, lines, n_regions, steps = system.interfaces, system.lines, len(system.regions), system.n_steps
    adjacent: list[list[int]] = [[] for _ in range(n_regions)]
    for row, (a, b) in enumerate(zip(joins.region_from, joins.region_to, strict=True)):
        adjacent[a].append(row)
        adjacent[b].append(row)
    limits = _two_ways(joins.forward, joins.backward, steps)
    capability = _two_ways(lines.forward, lines.backward, steps)
    hub, leaves = _star(system, adjacent)
    series = {int(regions.table[leaf]["series"]) for leaf in leaves}
    edges = [
        {"start": a, "end": b, "has_lines": row in set(lines.interface)}
        for row, (a, b) in enumerate(zip(joins.region_from, joins.region_to, strict=True))
    ]
    leaf_rows = [
        {"region": leaf, "edge": adjacent[leaf][0], "sign": 1 if joins.region_to[adjacent[leaf][0]] == leaf else -1}
        for leaf in leaves
    ]
    line_rows = [
        {"edge": edge, "slot": slots.add(scale)}
        for edge, scale in zip(lines.interface, lines.capacity_scale, strict=True)
    ]
    return NetworkArrays(
        edges=table_of(tables.EDGE, edges),
        limits=limits,
        lines=table_of(tables.LINE_ROW, line_rows),
        capability=capability,
        adjacent_first=ints(np.concatenate([[0], np.cumsum([len(rows) for rows in adjacent])])),
        adjacent=ints([row for rows in adjacent for row in rows]),
        leaves=table_of(tables.LEAF, leaf_rows),
        hub=hub,
        one_series=series.pop() if len(series) == 1 else -1,
        varying=limits.shape[2] > 1 or capability.shape[2] > 1,
    )


def _two_ways(forward: Floats, backward: Floats, steps: int) -> Floats:
    both = stack([forward, backward], steps)
    return locked(both.reshape(2, forward.shape[0], both.shape[1]))


def _star(system: System, adjacent: list[list[int]]) -> tuple[int, list[int]]:
    """Return the hub and its leaves if the system is one: every other region has load only and joins the hub alone."""
    n_regions = len(system.regions)
    if len(system.demand_responses):
        return -1, []  # only the general dispatch knows them
    if n_regions == 1:
        return 0, []
    supplied = {*system.generators.region, *system.storages.region, *system.generator_storages.region}
    hubs = [region for region in range(n_regions) if len(adjacent[region]) == n_regions - 1]
    for hub in hubs:
        leaves = [region for region in range(n_regions) if region != hub]
        if len(system.interfaces) == len(leaves) and not supplied & set(leaves):
            return hub, leaves
    return -1, []
