"""Some assets of a system: which they are, where they stand, and the side without them, with firm capacity, with load.

Every change leaves the draws of all other assets as they are, so that results can be paired. Knows no measures.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import rows_added
from standstill.errors import Faults
from standstill.evidence.figure import Figure
from standstill.model.scenario import Side
from standstill.model.system import Interfaces, Regions, System
from standstill.studies.levers import firm_added, typical

__all__ = ["Assets", "find_assets", "shares_of", "with_firm", "with_load", "without", "without_responses"]

_MOST_NAMED = 10

Floats = NDArray[np.float64]

_POWER = {
    "generators": ("capacity", "capacity_scale"),
    "storages": ("discharge", "power_scale"),
    "generator_storages": ("injection", "power_scale"),
    "demand_responses": ("borrow", "power_scale"),
}
"""Table -> what its assets can give the grid at most, and the factor on it."""
_GIVES = {
    "generators": ("capacity_scale",),
    "storages": ("energy_scale",),
    "generator_storages": ("energy_scale", "inflow_scale"),
    "demand_responses": ("energy_scale",),
}
"""Table -> the factors without which an asset gives nothing and takes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Some assets of a system."""

    names: tuple[str, ...]
    """Names, in the order of the system."""
    rows: dict[str, tuple[int, ...]]
    """Table of the system -> rows in it."""
    by_region: tuple[float, ...]
    """What they can give the grid at most, added up by region, power_unit."""
    may_fail: bool
    """Whether any of them may be out."""

    @property
    def power(self) -> float:
        """What they can give the grid at most, power_unit."""
        return sum(self.by_region)


def find_assets(system: System, names: Sequence[str] = (), asset_class: str | None = None) -> Assets:
    """Return the assets of those names, or of a class.

    Parameters
    ----------
    system: System
        The system.
    names: sequence of str
        Names of generators, storages, generator-storages and demand responses.
    asset_class: str, optional
        Their class, instead of names.

    Returns
    -------
    Assets

    Raises
    ------
    InputError
        If neither or both are given, or there is no asset of a name or class; every fault is listed, with near names.
    """
    faults = Faults(source=f"system {system.name!r}")
    if bool(names) == (asset_class is not None):
        faults.add("assets", "be given by name or by class, and not by both", hint="name assets, or one asset class")
    known = [name for _, record, row in _rows(system) for name in (record.names[row],)]
    classes = list(dict.fromkeys(record.classes[row] for _, record, row in _rows(system)))
    for name in dict.fromkeys(names):
        _note_unknown("assets", "generator, storage, generator-storage or demand response", name, known, faults)
    if asset_class is not None:
        _note_unknown(
            "class",
            "class of generators, storages, generator-storages or demand responses",
            asset_class,
            classes,
            faults,
        )
    faults.raise_if_any()
    found: dict[str, list[int]] = {table: [] for table in _POWER}
    by_region, may_fail = np.zeros(len(system.regions)), False
    for table, record, row in _rows(system):
        if record.names[row] in names or record.classes[row] == asset_class:
            found[table].append(row)
            power, scale = _POWER[table]
            has_states = table == "generators" and record.states[row] is not None
            may_fail = may_fail or has_states or bool(record.p_fail[row].max() > 0.0)
            by_region[record.region[row]] += getattr(record, power)[row].max() * typical(getattr(record, scale)[row])
    return Assets(
        names=tuple(getattr(system, table).names[row] for table, rows in found.items() for row in rows),
        rows={table: tuple(rows) for table, rows in found.items()},
        by_region=tuple(by_region.tolist()),
        may_fail=may_fail,
    )


def _rows(system: System) -> Iterator[tuple[str, Any, int]]:
    """Yield table, record and row of every asset that can give power to the grid."""
    for table in _POWER:
        record = getattr(system, table)
        for row in range(len(record)):
            yield table, record, row


def _note_unknown(place: str, what: str, name: str, known: Sequence[str], faults: Faults) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(str(name), known, n=3)
    some = ", ".join(known[:_MOST_NAMED]) + (f" and {len(known) - _MOST_NAMED} more" if known[_MOST_NAMED:] else "")
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {some}" if known else "the system has none"
    faults.add(f"{place}.{name}", f"be the name of a {what}", hint=hint)


def shares_of(assets: Assets, system: System, shares: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the share of each region in what is added: as stated, or in proportion to where the assets are.

    Raises
    ------
    InputError
        If a stated share is of no region or below 0, or they do not add up to 1; every fault is listed.

    Examples
    --------
    >>> from standstill.model.system import Regions
    >>> import datetime as dt
    >>> system = System(
    ...     name="two", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=1, power_unit="MW", energy_unit="MWh",
    ...     regions=Regions(names=("A", "B"), load=[[1.0], [1.0]]),
    ... )
    >>> shares_of(Assets(names=("x", "y"), rows={}, by_region=(30.0, 10.0), may_fail=False), system)
    {'A': 0.75, 'B': 0.25}
    """
    regions = system.regions.names
    if shares is None:
        weights = assets.by_region if assets.power > 0.0 else (1.0,) * len(regions)
        return {name: weight / sum(weights) for name, weight in zip(regions, weights, strict=True) if weight > 0.0}
    faults = Faults(source="shares")
    for name, share in shares.items():
        _note_unknown("shares", "region", name, regions, faults)
        if not share >= 0.0:
            faults.add(f"shares.{name}", "be >= 0", share)
    total = sum(shares.values())
    if not abs(total - 1.0) <= 1e-6:
        faults.add("shares", "add up to 1", total)
    faults.raise_if_any()
    return {name: shares[name] / total for name in regions if shares.get(name, 0.0) > 0.0}


def without(side: Side, assets: Assets) -> Side:
    """Return the side as if it did not have the assets.

    They stay in their tables and give and take nothing, so that everything else, down to the keys of its draws, is
    what it was.
    """
    changed: dict[str, Any] = {}
    for table, rows in assets.rows.items():
        if rows:
            record = getattr(side.system, table)
            chosen = set(rows)
            factors = {
                name: tuple(0.0 if row in chosen else value for row, value in enumerate(getattr(record, name)))
                for name in _GIVES[table]
            }
            changed[table] = replace(record, **factors)
    return replace(side, system=replace(side.system, **changed))


def without_responses(side: Side) -> Side:
    """Return the side with no demand responses in its system."""
    responses = side.system.demand_responses
    none = replace(responses, **{item.name: getattr(responses, item.name)[:0] for item in fields(responses)})
    return replace(side, system=replace(side.system, demand_responses=none))


def with_firm(side: Side, shares: Mapping[str, float], amount: float) -> Side:
    """Return the side with an amount of capacity that never fails, split over regions by their shares."""
    names = side.system.regions.names
    regions = [names.index(name) for name in shares]
    return firm_added(side, regions, [amount * share for share in shares.values()])


def with_load(side: Side, shares: Mapping[str, float], amount: float) -> Side:
    """Return the side with an amount of load that is the same at all times, split over regions by their shares.

    Where a region's load is a series times a number, that much is added to it. Where it is uncertain or driven by
    weather, the load is a region of its own, joined to that region by an interface that it never fills.
    """
    for name, share in shares.items():
        side = _load_added(side, side.system.regions.names.index(name), amount * share)
    return side


def _load_added(side: Side, region: int, power: float) -> Side:
    system = side.system
    regions, scale = system.regions, system.regions.load_scale[region]
    driven = side.weather is not None and side.weather.load.region_share[region] > 0.0
    if driven or isinstance(scale, Figure):
        return _apart(side, region, power)
    load = np.array(regions.load)
    load[region] = load[region] * scale + power
    scales = tuple(1.0 if place == region else item for place, item in enumerate(regions.load_scale))
    return replace(side, system=replace(system, regions=replace(regions, load=load, load_scale=scales)))


def _apart(side: Side, region: int, power: float) -> Side:
    """Add the load in a region of its own."""
    system = side.system
    regions, joins, count = system.regions, system.interfaces, len(system.regions)
    name = f"flat load of {regions.names[region]}"
    more = Regions(
        names=(*regions.names, name),
        load=rows_added(regions.load, [power]),
        critical_share=(*regions.critical_share, 0.0),
        load_scale=(*regions.load_scale, 1.0),
        pickup_share=(*regions.pickup_share, 0.0),
        pickup_h=(*regions.pickup_h, 1.0),
    )
    joined = Interfaces(
        names=(*joins.names, name),
        region_from=(*joins.region_from, region),
        region_to=(*joins.region_to, count),
        forward=rows_added(joins.forward, [power]),
        backward=rows_added(joins.backward, [0.0]),
    )
    weather = side.weather
    if weather is not None:
        driven = replace(weather.load, region_share=(*weather.load.region_share, 0.0))
        weather = replace(weather, load=driven)
    return replace(side, weather=weather, system=replace(system, regions=more, interfaces=joined))
