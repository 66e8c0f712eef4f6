"""The rows of a MATPOWER case, each checked: buses, generators and branches, and those that do not carry over.

Knows the columns of the format, version 2, and nothing of syntax, files or the System.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from standstill.errors import Faults
from standstill.formats.asset_classes import NO_POWER, STORE, asset_class
from standstill.formats.csv_table import LARGEST
from standstill.formats.joins import Join
from standstill.formats.matpower_text import Case, Matrix, note

__all__ = ["CELLS", "MATRICES", "Branches", "Buses", "Units", "check_form", "read_branches", "read_buses", "read_units"]

MATRICES = {"bus": 13, "gen": 10, "branch": 11, "dcline": 11}
"""The matrices read, with the fewest columns each has."""
CELLS = ("gentype", "genfuel")
"""The cell arrays read."""
_NEEDED = ("bus", "gen", "branch")
_ISOLATED = 4

# columns, counted from 1 in the manual and from 0 here
_BUS_I, _BUS_TYPE, _PD, _GS, _AREA = 0, 1, 2, 4, 6
_GEN_BUS, _GEN_STATUS, _PMAX, _PMIN = 0, 7, 8, 9
_RATE_A, _BR_STATUS = 5, 10
_DC_STATUS, _DC_PMIN, _DC_PMAX = 2, 9, 10


def check_form(case: Case, faults: Faults) -> None:
    """Note what keeps the fields from being a case of version 2."""
    line, version = case.scalars.get("version", (1, ""))
    if version != "2":
        note(faults, line, "be a MATPOWER case of version 2 (mpc.version = '2')", version or "no version")
    for name in _NEEDED:
        if name not in case.matrices or not case.matrices[name].rows:
            note(faults, case.matrices[name].line if name in case.matrices else 1, f"give mpc.{name} with rows")
    for name, matrix in case.matrices.items():
        width = len(matrix.rows[0]) if matrix.rows else 0
        for row, line in zip(matrix.rows, matrix.lines, strict=True):
            if len(row) != width:
                note(faults, line, f"have {width} columns, as the first row of mpc.{name} has", str(len(row)))
        if matrix.rows and width < MATRICES[name]:
            note(faults, matrix.lines[0], f"have at least {MATRICES[name]} columns in mpc.{name}", str(width))
    count = len(case.matrices["gen"].rows) if "gen" in case.matrices else 0
    for name in CELLS:
        if name in case.cells and len(case.cells[name]) != count:
            line = case.cells[name][0][0] if case.cells[name] else 1
            note(faults, line, f"have an entry for each generator in mpc.{name}", f"{len(case.cells[name])}")


@dataclass(slots=True, kw_only=True)
class Buses:
    """Buses by number: the region of each, none if it is isolated."""

    region_of: dict[int, int | None] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    load: list[float] = field(default_factory=list)
    isolated: int = 0
    isolated_load: float = 0.0
    negative: int = 0
    shunts: float = 0.0


@dataclass(slots=True, kw_only=True)
class Units:
    """Generators that carry over, and the MW of those that do not by why."""

    names: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    region: list[int] = field(default_factory=list)
    capacity: list[float] = field(default_factory=list)
    left: dict[str, list[float]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Branches:
    """Branches between areas, and the others counted."""

    lines: list[Join] = field(default_factory=list)
    inside: int = 0
    out_of_service: int = 0
    isolated: int = 0


def _rows(matrix: Matrix) -> Iterable[tuple[int, list[float]]]:
    return zip(matrix.lines, matrix.rows, strict=True)


def _amount(value: float, line: int, name: str, faults: Faults, *, low: float = 0.0) -> bool:
    """Return whether a value is a number that can be believed; note it if not."""
    if low <= value <= LARGEST:
        return True
    note(faults, line, f"have {name} from {low:g} to {LARGEST:g}", f"{value:g}")
    return False


def _whole(value: float, line: int, name: str, faults: Faults, *, low: int = 0) -> int | None:
    if low <= value <= LARGEST and value == int(value):
        return int(value)
    note(faults, line, f"have a whole number >= {low} as {name}", f"{value:g}")
    return None


def read_buses(matrix: Matrix, faults: Faults) -> Buses:
    """Return the buses and the load of each region."""
    buses = Buses()
    load: dict[int, float] = {}
    areas: dict[int, int] = {}
    for line, row in _rows(matrix):
        number = _whole(row[_BUS_I], line, "number of the bus", faults, low=1)
        area = _whole(row[_AREA], line, "area", faults)
        if row[_BUS_TYPE] not in (1, 2, 3, _ISOLATED):
            note(faults, line, "have a type of bus from 1 to 4", f"{row[_BUS_TYPE]:g}")
        fine = [_amount(row[column], line, name, faults, low=-LARGEST) for column, name in ((_PD, "PD"), (_GS, "GS"))]
        if number is None:
            continue
        if number in buses.region_of:
            note(faults, line, "have a number of its own", f"bus {number} again")
            continue
        buses.region_of[number] = None
        if area is None or not all(fine):
            continue
        if row[_BUS_TYPE] == _ISOLATED:
            buses.isolated += 1
            buses.isolated_load += row[_PD]
        else:
            buses.region_of[number] = areas.setdefault(area, len(areas))
            load[area] = load.get(area, 0.0) + row[_PD]
            buses.negative += row[_PD] < 0
            buses.shunts += row[_GS]
    for area, power in load.items():
        if power < 0:
            hint = "buses with negative PD feed in; give them as generators"
            note(faults, matrix.line, f"have PD >= 0 in sum over area {area}", f"{power:g}", hint)
    if not areas and not faults.items:
        note(faults, matrix.line, "have a bus that is not isolated")
    buses.regions, buses.load = tuple(str(area) for area in areas), [load[area] for area in areas]
    return buses


def _known(value: float, line: int, buses: Buses, faults: Faults) -> int | None:
    """Return the number of a bus that the case has."""
    number = _whole(value, line, "number of a bus", faults, low=1)
    if number is None or number in buses.region_of:
        return number
    note(faults, line, "be at a bus of mpc.bus", f"bus {number}")
    return None


def read_units(case: Case, buses: Buses, faults: Faults) -> Units:
    """Return the generators in service, and the MW of the others by why they are left out."""
    units = Units()
    texts = [case.cells.get(name) for name in CELLS]
    for index, (line, row) in enumerate(_rows(case.matrices["gen"])):
        number = _known(row[_GEN_BUS], line, buses, faults)
        if np.isnan(row[_GEN_STATUS]):
            note(faults, line, "have a status, > 0 in service", "nan")
        if number is None:
            continue
        kind, fuel = (entries[index][1] if entries else "" for entries in texts)
        region, power = buses.region_of[number], row[_PMAX]
        why = _why_not(row, region, asset_class(kind, fuel), fuel)
        if why is not None:
            size = power if power > 0 else -row[_PMIN]  # a load takes as much as it may give in the negative
            units.left.setdefault(why, []).append(size if np.isfinite(size) else 0.0)
        elif _amount(power, line, "Pmax", faults) and region is not None:
            units.names.append(f"gen {index + 1} at bus {number}")
            units.classes.append(asset_class(kind, fuel))
            units.region.append(region)
            units.capacity.append(power)
    return units


def _why_not(row: Sequence[float], region: int | None, cls: str, fuel: str) -> str | None:
    """Return why a generator does not carry over, none if it does."""
    if not row[_GEN_STATUS] > 0:
        return "generators out of service"
    if region is None:
        return "generators at isolated buses"
    if (row[_PMIN] < 0 and row[_PMAX] <= 0) or fuel.strip().lower() == "dl":
        return "dispatchable loads, given as generators with Pmin < 0"
    if cls == STORE:
        return "stores, of which a case gives no energy"
    if cls == NO_POWER or (row[_PMAX] == 0 and row[_PMIN] == 0):
        return "machines that give no active power"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Branch:
    """One row of ``branch`` or ``dcline``."""

    name: str
    cls: str
    line: int
    ends: Sequence[float]
    status: float
    forward: float | None
    backward: float | None


def read_branches(case: Case, buses: Buses, faults: Faults) -> Branches:
    """Return the branches in service that join two areas, and the others counted."""
    branches = Branches()
    for branch in (*_alternating(case, faults), *_direct(case, faults)):
        _sort(branch, branches, buses, faults)
    return branches


def _alternating(case: Case, faults: Faults) -> Iterable[_Branch]:
    for index, (line, row) in enumerate(_rows(case.matrices["branch"])):
        rating = row[_RATE_A]
        if np.isnan(rating) or rating < 0:
            note(faults, line, "have rateA >= 0, where 0 is no limit", f"{rating:g}")
        limit = rating if 0 < rating <= LARGEST else None
        yield _Branch(
            name=f"branch {index + 1}", cls="line", line=line, ends=row[:2], status=row[_BR_STATUS], forward=limit,
            backward=limit,
        )  # fmt: skip


def _direct(case: Case, faults: Faults) -> Iterable[_Branch]:
    for index, (line, row) in enumerate(_rows(case.matrices.get("dcline", Matrix(line=1, rows=[], lines=[])))):
        low, high = row[_DC_PMIN], row[_DC_PMAX]
        if row[_DC_STATUS] > 0 and not low <= high:
            note(faults, line, "have Pmin <= Pmax", f"{low:g} and {high:g}")
        forward, backward = (None if way > LARGEST else max(0.0, way) for way in (high, -low))
        yield _Branch(
            name=f"dc line {index + 1}", cls="dc-line", line=line, ends=row[:2], status=row[_DC_STATUS],
            forward=forward, backward=backward,
        )  # fmt: skip


def _sort(branch: _Branch, branches: Branches, buses: Buses, faults: Faults) -> None:
    """Add a branch to the lines, or to the count of what does not carry over."""
    ends = [_known(value, branch.line, buses, faults) for value in branch.ends]
    if np.isnan(branch.status):
        note(faults, branch.line, "have a status, > 0 in service", "nan")
    numbers = [number for number in ends if number is not None]
    if len(numbers) < 2:
        return
    start, end = (buses.region_of[number] for number in numbers)
    if not branch.status > 0:
        branches.out_of_service += 1
    elif start is None or end is None:
        branches.isolated += 1
    elif start == end:
        branches.inside += 1
    else:
        branches.lines.append(
            Join(
                name=branch.name, cls=branch.cls, start=start, end=end, forward=branch.forward,
                backward=branch.backward,
            )
        )  # fmt: skip
