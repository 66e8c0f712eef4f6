"""Stores of a PyPSA network, at a region or behind links of their own, as rows of storages.

Knows nothing of other links.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.formats.pypsa_work import UNCLASSIFIED, Work
from standstill.units import count_text

__all__ = ["Chain", "choose_stores", "stores"]

Floats = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A store on a bus of its own, and the links between that bus and one region."""

    store: int
    region: int
    chargers: tuple[int, ...]
    """Links from the region to the store, by row."""
    dischargers: tuple[int, ...]
    """Links from the store to the region, by row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What one link can carry in one direction."""

    link: int
    power: Floats
    """At the region, MW."""
    efficiency: Floats
    """What arrives over what leaves; above 1 for flow against a link with losses, which PyPSA gives back."""


def choose_stores(work: Work) -> tuple[Chain, ...]:
    """Keep the stores at regions and those behind links of their own; return the latter, and check all values."""
    rows = work.active("stores")
    buses = work.tables["stores"].texts
    direct = [row for row in rows if buses["bus"][row] in work.regions]
    attached = _attached(work)
    found = {row: _chain(work, row, attached[buses["bus"][row]]) for row in rows if row not in direct}
    chains = tuple(chain for chain in found.values() if chain is not None)
    elsewhere = [row for row, chain in found.items() if chain is None]
    if elsewhere:
        work.leave_out("stores", elsewhere, f"at buses of {work.carriers('stores', elsewhere)}", "e")
    work.keep("stores", [*direct, *(chain.store for chain in chains)], "e")
    _check_links(work, chains)
    return chains


def _check_links(work: Work, chains: tuple[Chain, ...]) -> None:
    links, rows = work.tables["links"], [row for chain in chains for row in (*chain.chargers, *chain.dischargers)]
    work.check("links", rows, "p")
    for row in rows:
        values = links.value("efficiency", row)
        if np.all(np.isfinite(values)) and not np.all((values > 0.0) & (values <= 1.0)):
            place, must = f"links_efficiency[{links.names[row]}]", "be within (0, 1] for a link of a store"
            work.faults.add(place, must, float(values.min() if values.min() <= 0.0 else values.max()))


def _attached(work: Work) -> dict[str, list[tuple[str, int]]]:
    """Return what is in use at each bus: components and rows."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for kind, table in work.tables.items():
        for row in range(len(table.names)):
            if kind != "buses" and table.number("active", row):
                for column, buses in table.texts.items():
                    if column.startswith("bus") and buses[row]:
                        found[buses[row]].append((kind, row))
    return found


def _chain(work: Work, store: int, attached: list[tuple[str, int]]) -> Chain | None:
    """Return the chain of a store, if at its bus there are only itself and links to and from one region."""
    links, bus = work.tables["links"], work.tables["stores"].texts["bus"][store]
    chargers: list[int] = []
    dischargers: list[int] = []
    regions = set()
    for kind, row in attached:
        if (kind, row) == ("stores", store):
            continue
        if kind != "links" or work.links_on(row):
            return None
        start, end = links.texts["bus0"][row], links.texts["bus1"][row]
        other = start if end == bus else end
        if other not in work.regions:
            return None
        regions.add(work.regions[other])
        (chargers if end == bus else dischargers).append(row)
    gives = dischargers or any(links.value("p_min_pu", row).min() < 0.0 for row in chargers)
    if len(regions) != 1 or not gives or not all(_alike(work, rows) for rows in (chargers, dischargers) if rows):
        return None
    return Chain(store=store, region=regions.pop(), chargers=tuple(chargers), dischargers=tuple(dischargers))


def _alike(work: Work, rows: list[int]) -> bool:
    """Return whether links have the same efficiency, so that they are one."""
    values = [work.tables["links"].value("efficiency", row) for row in rows]
    return all(np.array_equal(values[0], value) for value in values)


def stores(work: Work, chains: tuple[Chain, ...]) -> list[Row]:
    """Return a row for each store kept.

    Notes
    -----
    A store at a region has no limit of power in PyPSA; here it can be filled or emptied in one step, as behind a link
    without a limit. Flow ``p0`` of a link is counted at its first end, and ``efficiency * p0`` arrives at the second,
    also if ``p0 < 0``: against the link more arrives than leaves. So a charger takes ``p_nom`` from the region and may
    give it ``-p_min_pu * p_nom`` for ``efficiency`` times that, and a discharger gives ``p_nom * efficiency`` and may
    take ``-p_min_pu * p_nom * efficiency`` for ``-p_min_pu * p_nom`` in the store. What is stored is then counted in
    what it delivers, or in what charged it, so that no efficiency is above 1.
    """
    chain_of = {chain.store: chain for chain in chains}
    found, left = [], set()
    for row in work.kept["stores"]:
        unit = _store(work, row)
        if row in chain_of:
            links, unused = _behind_links(work, chain_of[row], unit["energy"])
            left |= unused
        else:
            links = _at_region(work, row)
        found.append(unit | links)
    floors = sum(bool(work.tables["stores"].value("e_min_pu", row).any()) for row in work.kept["stores"])
    if floors:
        held = count_text(floors, "store")
        work.left_out.append(f"losses of what {held} must always hold (e_min_pu), which is not counted as energy")
    if left:
        work.left_out.append(f"flow against, or least flow of, {count_text(len(left), 'link')} of stores (p_min_pu)")
    empty = sum(bool(unit["energy"].any() and not unit["charge"].any()) for unit in found)
    if empty:
        work.left_out.append(f"{count_text(empty, 'store')} behind links can never charge")
    return found


def _store(work: Work, row: int) -> Row:
    table = work.tables["stores"]
    nominal = work.nominal("stores", row, "e")
    low, high = nominal * table.value("e_min_pu", row), nominal * table.value("e_max_pu", row)
    energy = (high - low).clip(0.0)
    initial = work.initial("stores", row, "e_initial", float(high[0]))
    if initial is not None:
        charge = max(0.0, initial * float(high[0]) - float(low[0]))
        initial = min(1.0, charge / float(energy[0])) if energy[0] > 0.0 else 0.0
    return {
        "kind": "stores",
        "name": table.names[row],
        "class": table.texts["carrier"][row] or UNCLASSIFIED,
        "energy": energy,
        "carryover_efficiency": (1.0 - table.value("standing_loss", row)) ** work.snapshots.step_h,
        "initial": initial,
    }


def _at_region(work: Work, row: int) -> Row:
    table = work.tables["stores"]
    power = work.nominal("stores", row, "e") * table.value("e_max_pu", row) / work.snapshots.step_h
    return {
        "region": work.regions[table.texts["bus"][row]],
        "charge": power,
        "discharge": power,
        "charge_efficiency": np.ones(1),
        "discharge_efficiency": np.ones(1),
    }


def _behind_links(work: Work, chain: Chain, energy: Floats) -> tuple[Row, set[int]]:
    """Return what the links of a store make of it, and those of which something is left out."""
    links = work.tables["links"]

    def way(row: int, sign: float) -> _Way:
        """Return flow along a link, or against it, from region to store or back."""
        share = links.value("p_max_pu" if sign > 0.0 else "p_min_pu", row)
        flow, kept = work.times("links", row, "p", (sign * share).clip(0.0)), links.value("efficiency", row)
        ends_at_region = row in chain.dischargers
        return _Way(
            link=row, power=flow * kept if ends_at_region else flow, efficiency=kept if sign > 0.0 else 1.0 / kept
        )

    charge, into, unused = _joined(
        [way(row, 1.0) for row in chain.chargers], [way(row, -1.0) for row in chain.dischargers]
    )
    discharge, out, too = _joined(
        [way(row, 1.0) for row in chain.dischargers], [way(row, -1.0) for row in chain.chargers]
    )
    forced = {
        row
        for row in (*chain.chargers, *chain.dischargers)
        if links.value("p_min_pu", row).max() > 0.0 or links.value("p_max_pu", row).min() < 0.0
    }
    factor = 1.0 / into.max() if into.max() > 1.0 else max(1.0, out.max())
    into, out, energy = np.minimum(1.0, into * factor), np.minimum(1.0, out / factor), energy * factor
    full = energy.max() / work.snapshots.step_h
    found = {
        "region": chain.region,
        "energy": energy,
        "charge": np.where(np.isinf(charge), full / into, charge),
        "discharge": np.where(np.isinf(discharge), full * out, discharge),
        "charge_efficiency": into,
        "discharge_efficiency": out,
    }
    return found, unused | too | forced


def _joined(along: list[_Way], against: list[_Way]) -> tuple[Floats, Floats, set[int]]:
    """Return power and efficiency of all ways in one direction, and the links whose way against them is not taken.

    It is taken where it is as efficient as all others, so that they are one, and at all times.
    """
    ways = [way for way in (*along, *against) if way.power.any()]
    extra = {way.link for way in against if way.power.any()}
    steady = all(np.ptp(way.efficiency) == 0.0 for way in against)
    if steady and all(np.allclose(way.efficiency, ways[0].efficiency, rtol=1e-9, atol=0.0) for way in ways):
        extra = set()
    ways = [way for way in ways if way.link not in extra]
    power = sum((way.power for way in ways), start=np.zeros(1))
    usual = (*ways, *along)
    return power, usual[0].efficiency if usual else np.ones(1), extra
