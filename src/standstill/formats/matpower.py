"""Reads MATPOWER cases (``.m``, version 2): areas become regions, branches between areas become lines.

Puts rows and the System record together; the rows are read by ``matpower_rows``, the text by ``matpower_text``, which
runs nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from standstill.errors import Faults, FormatError, InputError
from standstill.formats.asset_classes import UNCLASSIFIED
from standstill.formats.converted import Converted
from standstill.formats.csv_table import text_of
from standstill.formats.joins import beyond_need, network
from standstill.formats.matpower_rows import (
    CELLS,
    MATRICES,
    Branches,
    Buses,
    Units,
    check_form,
    read_branches,
    read_buses,
    read_units,
)
from standstill.formats.matpower_text import parse_case
from standstill.formats.outage_rates import NO_RATE
from standstill.formats.outages import NEVER
from standstill.model.outage import OutageRate, split_outage
from standstill.model.system import Generators, Regions, System
from standstill.units import count_text

__all__ = ["read_matpower"]

_STEP_H = 1.0
_FOLLOWING = ("wind", "solar", "hydro")
_MOST_BYTES = 64 * 2**20
_MOST_HOURS = 100 * 8784


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the caller wants of the case."""

    hours: int
    start: dt.datetime
    outages: Mapping[str, OutageRate]

    def check(self) -> None:
        """Raise one error if any of it cannot be used."""
        faults = Faults(source="read_matpower")
        if not (_is_whole(self.hours) and 1 <= self.hours <= _MOST_HOURS):
            faults.add("hours", f"be a whole number from 1 to {_MOST_HOURS}", self.hours)
        elif self.start.year + self.hours // 8760 >= dt.MAXYEAR:
            faults.add("start", f"be a time at least {self.hours} hours before the year {dt.MAXYEAR}", self.start)
        faults.raise_if_any()


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def read_matpower(
    path: str | os.PathLike[str],
    *,
    hours: int = 8760,
    start: dt.datetime = dt.datetime(2001, 1, 1, tzinfo=dt.UTC),
    outages: Mapping[str, OutageRate] | None = None,
) -> Converted:
    """Read a MATPOWER case.

    Parameters
    ----------
    path: str or path-like
        The file, plain data in version 2 of the format; nothing in it is run.
    hours: int, optional
        Hours simulated; the case's one hour of load lasts through all of them. A year by default, so that expected
        hours are hours a year at that load.
    start: datetime, optional
        Start of the first hour.
    outages: mapping of str to OutageRate, optional
        Forced outages by asset class. A case has none; without them no unit fails. The outages of a published test
        system are in :data:`standstill.formats.outages.RTS_GMLC_OUTAGES`.

    Returns
    -------
    Converted
        The system, in MW and MWh, and what did not carry over.

    Raises
    ------
    FormatError
        If the file is no such case; every fault is listed with its line, up to twenty of them.
    InputError
        If ``hours`` or ``outages`` cannot be used.

    Notes
    -----
    The load of a region is the sum of PD over the buses of its area. A generator in service gives up to Pmax, which
    must be finite; its asset class follows from ``gentype`` and ``genfuel`` and is "unclassified" without them. A
    branch in service between two areas is a line rated at rateA both ways, where 0 means no limit; a direct-current
    line goes up to Pmax one way and -Pmin the other. Isolated buses (type 4) and what is on them are left out.

    Examples
    --------
    >>> read_matpower("north.m")
    Traceback (most recent call last):
        ...
    standstill.errors.FormatError: 1 fault in north.m
      file: must exist
    """
    wanted = _Wanted(hours=hours, start=start, outages=dict(outages or {}))
    wanted.check()
    place = Path(path)
    faults = Faults(source=str(place), error=FormatError)
    text = text_of(place, "file", _MOST_BYTES, faults)
    faults.raise_if_any()
    case = parse_case(text or "", tuple(MATRICES), CELLS, faults)
    check_form(case, faults)
    faults.raise_if_any()
    buses = read_buses(case.matrices["bus"], faults)
    units = read_units(case, buses, faults)
    branches = read_branches(case, buses, faults)
    faults.raise_if_any()
    try:
        system = _system(place.stem, buses, units, branches, wanted)
    except InputError as error:
        raise FormatError(str(place), error.faults) from error
    return Converted(system=system, left_out=tuple(_left_out(buses, units, branches, wanted)))


def _system(name: str, buses: Buses, units: Units, branches: Branches, wanted: _Wanted) -> System:
    given = {
        cls: split_outage(outage.forced_outage_rate, outage.mttr_h, _STEP_H) for cls, outage in wanted.outages.items()
    }
    chains = np.array([given.get(cls, NEVER) for cls in units.classes], dtype=np.float64).reshape(-1, 2)
    rated = sum(max(line.forward or 0.0, line.backward or 0.0) for line in branches.lines)
    records: dict[str, Any] = network(branches.lines, buses.regions, beyond_need(*buses.load, *units.capacity, rated))
    return System(
        name=name,
        step_h=_STEP_H,
        start=wanted.start,
        n_steps=wanted.hours,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=buses.regions, load=np.reshape(buses.load, (-1, 1))),
        generators=Generators(
            names=tuple(units.names),
            classes=tuple(units.classes),
            region=tuple(units.region),
            capacity=np.reshape(units.capacity, (-1, 1)),
            p_fail=chains[:, :1],
            p_repair=chains[:, 1:],
        ),
        **records,
    )


def _left_out(buses: Buses, units: Units, branches: Branches, wanted: _Wanted) -> Iterable[str]:
    """Yield a sentence for each thing the case says, or leaves open, and the system does not."""
    if wanted.hours > 1:
        yield f"load that changes: a case gives one hour, taken here to last all {count_text(wanted.hours, 'hour')}"
    following = [power for cls, power in zip(units.classes, units.capacity, strict=True) if cls in _FOLLOWING]
    if following:
        counted = f"{count_text(len(following), 'generator')}, {sum(following):g} MW"
        yield f"output that follows wind, sun or water: Pmax holds in every hour, {counted}"
    never = Counter(cls for cls in units.classes if cls not in wanted.outages)
    if never:
        counted = ", ".join(f"{count} {cls}" for cls, count in sorted(never.items()))
        yield f"{NO_RATE} generators of these classes, as a case gives none, so that they never fail: {counted}"
    if branches.lines:
        yield f"{NO_RATE} branches, as a case gives none, so that no line fails"
    unclassified = units.classes.count(UNCLASSIFIED)
    if unclassified:
        unknown = count_text(unclassified, "generator")
        yield f"class of {unknown}: the case says too little of type and fuel"
    for why, powers in units.left.items():
        yield f"{why}: {len(powers)}, together {sum(powers):g} MW"
    if buses.isolated:
        with_them = f"{buses.isolated_load:g} MW of load and {count_text(branches.isolated, 'branch')}"
        yield f"isolated buses: {buses.isolated}, and with them {with_them}"
    if buses.negative:
        yield f"infeed at {count_text(buses.negative, 'bus')} with negative PD, which is taken as so much less load"
    if buses.shunts:
        yield f"what shunts take: {buses.shunts:g} MW at nominal voltage"
    if branches.out_of_service:
        yield f"branches out of service: {branches.out_of_service}"
    if branches.inside:
        inside = count_text(branches.inside, "branch")
        yield f"limits of {inside} within an area: power flows freely within a region"
    yield "least output, ramps, costs, losses, voltages and reactive power; names of buses"
