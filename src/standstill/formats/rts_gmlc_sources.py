"""The sources of an RTS-GMLC folder: buses, units, stores and branches, each cell checked.

Knows the files and their columns, and nothing of hourly series or the System. Where a bus is, and its name, is not
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.formats.asset_classes import NO_POWER, STORE, asset_class
from standstill.formats.csv_table import CsvTable, read_csv
from standstill.formats.joins import Join
from standstill.formats.outages import NEVER, check_outage
from standstill.formats.rts_gmlc_series import MOST_BYTES
from standstill.model.outage import split_outage

__all__ = ["STEP_H", "Branches", "Unit", "read_branches", "read_buses", "read_units"]

STEP_H = 1.0
"""Length of a step, h."""
_HOURS_A_YEAR = 8760.0
_MWH_PER_GWH = 1000.0

Floats = NDArray[np.float64]


@dataclass(slots=True, kw_only=True)
class Unit:
    """One line of ``gen.csv``, with its store if it has one."""

    name: str
    place: str
    """Its line, for messages."""
    cls: str
    """Asset class."""
    region: int
    p_max: float
    """Largest output, MW."""
    chain: tuple[float, float]
    """Probabilities of failure and repair."""
    maintenance: float
    """Weeks of planned maintenance a year."""
    gives_power: bool
    needs_series: bool
    """Whether wind or sun moves it, so that an hourly series must say what it can give."""
    is_store: bool
    charge: float
    """Largest charge, MW; of a store."""
    efficiency: float
    """Share of what charges it that comes back, (0, 1]; of a store."""
    volume: float | None = None
    """Energy of its store, MWh."""
    initial: float = 0.0
    """How full the store is at the start, as a share."""
    stores: list[str] = field(default_factory=list)
    """Names of its stores in ``storage.csv``."""


@dataclass(slots=True, kw_only=True)
class Branches:
    """The branches that join two regions, and the others counted."""

    joins: list[Join] = field(default_factory=list)
    inside: int = 0


def _table(source: Path, name: str, columns: Sequence[str], faults: Faults) -> CsvTable | None:
    table = read_csv(source / name, name, MOST_BYTES, faults)
    return table if table is not None and table.needs(*columns) else None


def _whole(values: Floats) -> list[str]:
    """Return numbers of buses and areas as text, so that "101" and "101.0" are one; empty for NaN."""
    return ["" if np.isnan(value) else f"{value:.0f}" if value == int(value) else f"{value:g}" for value in values]


def read_buses(source: Path, faults: Faults) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the index of each bus's region, and the regions in the order of their first bus."""
    table = _table(source, "bus.csv", ("Bus ID", "Area"), faults)
    if table is None:
        return {}, ()
    buses, areas = _whole(table.numbers("Bus ID")), _whole(table.numbers("Area"))
    regions = tuple(dict.fromkeys(area for area in areas if area))
    region_of: dict[str, int] = {}
    for row, (bus, area) in enumerate(zip(buses, areas, strict=True)):
        if bus and bus in region_of:
            faults.add(table.where(row, "Bus ID"), "be unique", bus)
        if bus and area:
            region_of[bus] = regions.index(area)
    return region_of, regions


def _at(table: CsvTable, column: str, region_of: Mapping[str, int]) -> list[int]:
    """Return the region of the bus in each row; an unknown bus is noted, and 0 stands for it."""
    buses = _whole(table.numbers(column))
    for row, bus in enumerate(buses):
        if bus and region_of and bus not in region_of:
            table.faults.add(table.where(row, column), "be a bus of bus.csv", bus)
    return [region_of.get(bus, 0) for bus in buses]


_GEN_TEXT = ("Unit Type", "Category", "Fuel")
_GEN_NUMBERS = ("PMax MW", "FOR", "MTTR Hr", "Scheduled Maint Weeks")
_GEN_STORE = ("Pump Load MW", "Storage Roundtrip Efficiency")


def read_units(
    source: Path, region_of: Mapping[str, int], classes: Mapping[str, str], faults: Faults
) -> dict[str, Unit]:
    """Return the units by name, each with the store ``storage.csv`` gives it."""
    table = _table(source, "gen.csv", ("GEN UID", "Bus ID", *_GEN_TEXT, *_GEN_NUMBERS, *_GEN_STORE), faults)
    if table is None:
        return {}
    names, regions = table.names("GEN UID"), _at(table, "Bus ID", region_of)
    kinds, categories, fuels = (table.text(column) for column in _GEN_TEXT)
    p_max, rates, repairs, maintenance = (table.numbers(column).tolist() for column in _GEN_NUMBERS)
    found = [asset_class(kind, fuel) for kind, fuel in zip(kinds, fuels, strict=True)]
    holds = [row for row, cls in enumerate(found) if cls == STORE]
    charge = table.numbers(_GEN_STORE[0], rows=holds).tolist()
    efficiency = table.numbers(_GEN_STORE[1], low=1e-6, high=100, must="be a % above 0", rows=holds).tolist()
    units = {}
    for row, name in enumerate(names):
        place = table.where(row, "FOR")
        check_outage(rates[row], repairs[row], place, faults)
        units[name] = Unit(
            name=name,
            place=table.where(row, "GEN UID"),
            cls=classes.get(categories[row], found[row]),
            region=regions[row],
            p_max=p_max[row],
            chain=NEVER if faults.items else split_outage(rates[row], repairs[row], STEP_H),
            maintenance=maintenance[row],
            gives_power=found[row] != NO_POWER,
            needs_series=found[row] in ("solar", "wind"),
            is_store=found[row] == STORE,
            charge=charge[row],
            efficiency=efficiency[row] / 100,
        )
    _read_stores(source, units, faults)
    return units


def _read_stores(source: Path, units: Mapping[str, Unit], faults: Faults) -> None:
    """Give each unit its stores, and note each store that gets no volume."""
    columns = ("GEN UID", "Storage", "Max Volume GWh", "Initial Volume GWh")
    table = _table(source, "storage.csv", columns, faults)
    if table is None:
        return
    names, stores = table.text("GEN UID"), table.names("Storage")
    volumes, starts = table.numbers("Max Volume GWh").tolist(), table.numbers("Initial Volume GWh").tolist()
    for row, (name, store, volume, start) in enumerate(zip(names, stores, volumes, starts, strict=True)):
        if name not in units:
            faults.add(table.where(row, "GEN UID"), "be a unit of gen.csv", name)
            continue
        if start > volume:
            faults.add(table.where(row, "Initial Volume GWh"), "be at most its volume", start)
        unit = units[name]
        unit.stores.append(store)
        if unit.volume is None:  # the upper store comes first; the lower one of a pair only takes what it gives
            unit.volume = volume * _MWH_PER_GWH
            unit.initial = start / volume if volume > 0 else 0.0
    for unit in units.values():
        if unit.is_store and unit.volume is None:
            faults.add(unit.place, "have a volume in storage.csv, as it is a store", unit.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _BranchFile:
    """The columns of a file of branches."""

    name: str
    cls: str
    rating: str
    per_year: str
    repair: str
    may_be_absent: bool


_BRANCH_FILES = (
    _BranchFile(
        name="branch.csv", cls="line", rating="Cont Rating", per_year="Perm OutRate", repair="Duration",
        may_be_absent=False,
    ),
    _BranchFile(
        name="dc_branch.csv", cls="dc-line", rating="MW Load", per_year="Line FOR Perm", repair="MTTR Line Hours",
        may_be_absent=True,
    ),
)  # fmt: skip


def read_branches(source: Path, region_of: Mapping[str, int], faults: Faults) -> Branches:
    """Return the branches of both files that join two regions."""
    branches = Branches()
    for file in _BRANCH_FILES:
        if file.may_be_absent and not (source / file.name).exists():
            continue
        columns = ("From Bus", "To Bus", file.rating, file.per_year, file.repair)
        table = _table(source, file.name, columns, faults)
        name = "ID" if table is not None and "UID" not in table.columns else "UID"
        if table is not None and table.needs(name):
            _add_branches(table, file, name, region_of, branches)
    seen: set[str] = set()
    for join in branches.joins:
        if join.name in seen:
            faults.add(_BRANCH_FILES[1].name, "name no branch that branch.csv names", join.name)
        seen.add(join.name)
    return branches


def _add_branches(
    table: CsvTable, file: _BranchFile, name: str, region_of: Mapping[str, int], branches: Branches
) -> None:
    names, starts, ends = table.names(name), *(_at(table, end, region_of) for end in ("From Bus", "To Bus"))
    ratings, per_year, repairs = (
        table.numbers(column).tolist() for column in (file.rating, file.per_year, file.repair)
    )
    for row, branch in enumerate(names):
        outages = _line_chain(per_year[row], repairs[row], table.where(row, file.per_year), table.faults)
        if starts[row] == ends[row]:
            branches.inside += 1
            continue
        branches.joins.append(
            Join(
                name=branch,
                cls=file.cls,
                start=starts[row],
                end=ends[row],
                forward=ratings[row],
                backward=ratings[row],
                chain=outages,
            )
        )


def _line_chain(per_year: float, mttr_h: float, place: str, faults: Faults) -> tuple[float, float]:
    """Return the chain of a line that fails so many times a year in service."""
    if per_year > _HOURS_A_YEAR / STEP_H:
        faults.add(place, f"be at most {_HOURS_A_YEAR / STEP_H:g} outages a year", per_year)
    elif per_year > 0 and mttr_h <= 0:
        faults.add(place, "come with a duration > 0 h, as the line fails", mttr_h)
    elif per_year > 0 and mttr_h > 0:
        return per_year * STEP_H / _HOURS_A_YEAR, min(1.0, STEP_H / mttr_h)
    return NEVER
