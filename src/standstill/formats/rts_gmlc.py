"""Reads a folder of RTS-GMLC, the Reliability Test System of the Grid Modernization Laboratory Consortium.

Its areas become regions. Puts sources and series together; the cells are read by ``rts_gmlc_sources`` and
``rts_gmlc_series``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults, FormatError, InputError
from standstill.formats.converted import Converted
from standstill.formats.joins import beyond_need, network
from standstill.formats.rts_gmlc_series import POINTERS, Pointer, Span, read_pointers, read_series
from standstill.formats.rts_gmlc_sources import STEP_H, Branches, Unit, read_branches, read_buses, read_units
from standstill.model.system import Generators, GeneratorStorages, Regions, Storages, System
from standstill.units import count_text

__all__ = ["read_rts_gmlc"]

Floats = NDArray[np.float64]

_LIMIT, _INFLOW, _LOAD = "PMax MW", "Natural_Inflow", "MW Load"
_MOST_NAMED = 6  # named in a sentence on what is left out, before they are only counted


def read_rts_gmlc(folder: str | os.PathLike[str], *, classes: Mapping[str, str] | None = None) -> Converted:
    """Read an RTS-GMLC folder.

    Parameters
    ----------
    folder: str or path-like
        The folder that holds ``SourceData`` and ``timeseries_data_files``, or the one above it.
    classes: mapping of str to str, optional
        Asset class for each category of ``gen.csv`` that is to have another than the default, for example
        ``{"Gas CT": "gas-turbine"}``.

    Returns
    -------
    Converted
        The system, in MW and MWh over the hours of the day-ahead series, and what did not carry over.

    Raises
    ------
    FormatError
        If the folder is not a whole RTS-GMLC folder; every fault is listed with its file, line and column.

    Notes
    -----
    A forced outage rate FOR and a mean time to repair MTTR become an hourly two-state chain with
    ``p_repair = 1 / MTTR`` and ``FOR = p_fail / (p_fail + p_repair)``. A unit with an hourly limit ("PMax MW") has it
    as its capacity; the series are read as they are, in MW, and the pointers' "Scaling Factor", their maximum, is not
    applied. A unit with an inflow is a generator-storage that fills from its inflow alone, up to its volume. A store
    takes the loss of its round trip on charging and starts as full as ``storage.csv`` says. Branches between areas are
    lines of one interface per pair, at their continuous rating both ways, with permanent outages ("Perm OutRate" a
    year, "Duration"); a direct-current branch is rated at its power demand.

    PRAS's own file of this system (``rts.pras``) rounds to whole MW and gives the lines no outages, the store no loss
    and no charge at the start, and the solar plant's store no way to fill; those differences aside the two agree.

    Examples
    --------
    >>> read_rts_gmlc("no-such-folder")
    Traceback (most recent call last):
        ...
    standstill.errors.FormatError: 1 fault in no-such-folder
      folder: must hold a folder SourceData
    """
    place = Path(folder)
    faults = Faults(source=str(place), error=FormatError)
    source = _source(place, faults)
    faults.raise_if_any()
    region_of, areas = read_buses(source, faults)
    units = read_units(source, region_of, classes or {}, faults)
    branches = read_branches(source, region_of, faults)
    pointers = read_pointers(source, faults)
    series = _read_series(source, pointers, units, areas, faults)
    faults.raise_if_any()
    _check_series(units, series, faults)
    faults.raise_if_any()
    parts = _Parts.of(units, series)
    try:
        system = _system(source.resolve().parent.name, areas, parts, branches, series)
    except InputError as error:
        raise FormatError(str(place), error.faults) from error
    return Converted(system=system, left_out=tuple(_left_out(parts, branches, pointers)))


def _source(folder: Path, faults: Faults) -> Path:
    try:
        for candidate in (folder / "SourceData", folder / "RTS_Data" / "SourceData"):
            if candidate.is_dir():
                return candidate
        faults.add("folder", "hold a folder SourceData")
    except OSError as error:
        faults.add("folder", "be readable", error.strerror or str(error))
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """The hourly series by what they belong to."""

    span: Span
    load: dict[str, Floats]
    limits: dict[str, Floats]
    inflows: dict[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The units by what they become."""

    generators: list[Unit]
    stores: list[Unit]
    reservoirs: list[Unit]
    no_power: list[Unit]

    @classmethod
    def of(cls, units: Mapping[str, Unit], series: _Series) -> _Parts:
        """Sort the units."""
        power = [unit for unit in units.values() if unit.gives_power]
        reservoirs = [unit for unit in power if unit.name in series.inflows]
        stores = [unit for unit in power if unit.is_store and unit.name not in series.inflows]
        return cls(
            generators=[unit for unit in power if not unit.is_store and unit.name not in series.inflows],
            stores=stores,
            reservoirs=reservoirs,
            no_power=[unit for unit in units.values() if not unit.gives_power],
        )


def _read_series(
    source: Path, pointers: Sequence[Pointer], units: Mapping[str, Unit], areas: Sequence[str], faults: Faults
) -> _Series:
    """Return the hourly series; every pointer must belong to something, and only one to each."""
    owner = {store: unit.name for unit in units.values() for store in unit.stores}
    known: dict[str, Iterable[str]] = {_LIMIT: units, _INFLOW: owner, _LOAD: areas}
    wanted: dict[tuple[str, str], tuple[Pointer, tuple[str, ...]]] = {}
    for pointer in pointers:
        if pointer.parameter not in known:
            continue
        name = owner.get(pointer.item, pointer.item) if pointer.parameter == _INFLOW else pointer.item
        if pointer.item not in known[pointer.parameter]:
            what = {_LIMIT: "a unit of gen.csv", _INFLOW: "a store of storage.csv", _LOAD: "an area of bus.csv"}
            faults.add(f"{pointer.place}, Object", f"be {what[pointer.parameter]}", pointer.item)
        elif (pointer.parameter, name) in wanted:
            faults.add(pointer.place, f"be the only one to {pointer.parameter} of its object", pointer.item)
        else:
            wanted[pointer.parameter, name] = (pointer, tuple(dict.fromkeys((pointer.item, name))))
    for area in areas:
        if pointers and (_LOAD, area) not in wanted:
            faults.add(POINTERS, f"point to the load ({_LOAD}) of area {area}")
    span, values = read_series(source, wanted.values(), faults)

    def of(parameter: str) -> dict[str, Floats]:
        return {
            name: values[pointer] for (kind, name), (pointer, _) in wanted.items()
            if kind == parameter and pointer in values
        }  # fmt: skip

    return _Series(span=span, load=of(_LOAD), limits=of(_LIMIT), inflows=of(_INFLOW))


def _check_series(units: Mapping[str, Unit], series: _Series, faults: Faults) -> None:
    """Note units that wind or sun moves and no series says how, and inflows into nothing."""
    for unit in units.values():
        if unit.needs_series and unit.name not in series.limits and unit.name not in series.inflows:
            hint = f"wind and sun need an hourly series; {POINTERS} points to it"
            faults.add(unit.place, f"have an hourly limit ({_LIMIT}) or inflow", unit.name, hint)
        if unit.name in series.inflows and unit.volume is None:
            faults.add(unit.place, "have a volume in storage.csv, as it has an inflow", unit.name)


def _system(name: str, areas: tuple[str, ...], parts: _Parts, branches: Branches, series: _Series) -> System:
    steps = series.span.n_steps
    load = np.array([series.load[area] for area in areas])
    records: dict[str, Any] = {}
    need = float(load.max(axis=1).sum())
    if parts.generators:
        capacity = np.array([series.limits.get(unit.name, np.full(steps, unit.p_max)) for unit in parts.generators])
        records["generators"] = Generators(capacity=capacity, **_common(parts.generators))
        need += float(capacity.max(axis=1).sum())
    if parts.stores:
        records["storages"] = _stores(parts.stores)
    if parts.reservoirs:
        records["generator_storages"] = _reservoirs(parts.reservoirs, series.inflows)
    need += sum(unit.p_max for unit in (*parts.stores, *parts.reservoirs))
    need += sum(join.forward or 0.0 for join in branches.joins)
    return System(
        name=name,
        step_h=STEP_H,
        start=series.span.start,
        n_steps=steps,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=areas, load=load),
        **network(branches.joins, areas, beyond_need(need)),
        **records,
    )


def _stores(units: Sequence[Unit]) -> Storages:
    power = _column(unit.p_max for unit in units)
    return Storages(
        charge=_column(unit.charge for unit in units),
        discharge=power,
        energy=_column(unit.volume or 0.0 for unit in units),
        charge_efficiency=_column(unit.efficiency for unit in units),
        discharge_efficiency=np.ones_like(power),
        carryover_efficiency=np.ones_like(power),
        initial=tuple(unit.initial for unit in units),
        **_common(units),
    )


def _reservoirs(units: Sequence[Unit], inflows: Mapping[str, Floats]) -> GeneratorStorages:
    inflow = np.array([inflows[unit.name] for unit in units])
    power = _column(unit.p_max for unit in units)
    ones = np.ones_like(power)
    return GeneratorStorages(
        charge=inflow.max(axis=1, keepdims=True),  # all of the inflow may go into the store
        discharge=power,
        energy=_column(unit.volume or 0.0 for unit in units),
        charge_efficiency=ones,
        discharge_efficiency=ones,
        carryover_efficiency=ones,
        inflow=inflow,
        injection=power,
        withdrawal=np.zeros_like(power),
        initial=tuple(unit.initial for unit in units),
        **_common(units),
    )


def _column(values: Iterable[float]) -> Floats:
    return np.array([[value] for value in values], dtype=np.float64)


def _common(units: Sequence[Unit]) -> dict[str, Any]:
    return {
        "names": tuple(unit.name for unit in units),
        "classes": tuple(unit.cls for unit in units),
        "region": tuple(unit.region for unit in units),
        "p_fail": _column(unit.chain[0] for unit in units),
        "p_repair": _column(unit.chain[1] for unit in units),
    }


def _left_out(parts: _Parts, branches: Branches, pointers: Sequence[Pointer]) -> Iterable[str]:
    """Yield a sentence for each thing the folder says and the system does not."""
    power = [*parts.generators, *parts.stores, *parts.reservoirs]
    if parts.no_power:
        yield f"machines that give no active power: {_named(unit.name for unit in parts.no_power)}"
    if branches.inside:
        inside = count_text(branches.inside, "branch")
        yield f"limits of {inside} within a region: power flows freely within it"
    planned = [unit for unit in power if unit.maintenance > 0]
    if planned:
        weeks = sum(unit.maintenance for unit in planned)
        units = count_text(len(planned), "unit")
        yield f"planned maintenance: {weeks:g} unit-weeks a year of {units}; no unit is out as planned"
    held = [unit.name for unit in parts.generators if unit.volume is not None]
    if held:
        yield f"the reservoirs of units that follow an hourly limit instead: {_named(held)}"
    lower = [store for unit in (*parts.stores, *parts.reservoirs) for store in unit.stores[1:]]
    if lower:
        yield f"the lower store of a pair, which only takes what the upper one gives: {_named(lower)}"
    others = dict.fromkeys(pointer.item for pointer in pointers if pointer.parameter == "Requirement")
    if others:
        yield f"requirements for reserves: {_named(others)}"
    if any(join.cls == "dc-line" for join in branches.joins):
        yield "outages of the converters of direct-current branches, whole or in part"
    yield "transient outages of branches, and ratings for long-term and short-term emergencies"
    yield "least output, ramps, start-up, fuel, cost and emissions of units; voltages and reactive power"
    yield "the five-minute (real-time) series, where the folder has them"


def _named(names: Iterable[str]) -> str:
    given = list(names)
    rest = len(given) - _MOST_NAMED
    return ", ".join(given[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
