"""Reads ``.pras`` files, the HDF5 format of NREL's Probabilistic Resource Adequacy Suite, 0.5 to 0.9, and writes them.

A file is read as PRAS itself would read it, or refused with every fault at once; nothing in it is left out silently.
Knows the System record and nothing of sides, strikes or samples.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults, FormatError, InputError
from standstill.formats.checks import open_hdf5
from standstill.formats.pras_schema import FIELDS, FLOWS, NO_LIMIT
from standstill.formats.pras_tables import Header, Table, by_row, read_header, read_tables
from standstill.formats.pras_write import write_pras
from standstill.model.system import (
    DemandResponses,
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Regions,
    Storages,
    System,
)
from standstill.units import energy_per_power_step

__all__ = ["NO_LIMIT", "read_pras", "write_pras"]

Floats = NDArray[np.float64]

_BEYOND_NEED = 10.0  # a missing limit becomes this multiple of all capacities and loads


def read_pras(path: str | os.PathLike[str]) -> System:
    """Read a ``.pras`` file.

    Parameters
    ----------
    path: str or path-like
        The file.

    Returns
    -------
    System
        In the file's own units; an array that is constant in time has one column. The category of an asset is its
        asset class, "unclassified" if it is empty. The name of the system is the file's.

    Raises
    ------
    FormatError
        If the file is not a whole ``.pras`` file or says something that Standstill cannot simulate; every fault is
        listed with its place.

    Notes
    -----
    As in PRAS, lines join an interface by their pair of regions in either order, an interface or line given from the
    later region to the earlier is turned round, and an interface without lines carries nothing. A capacity of
    4294967295 means no limit; it becomes ten times the sum of all capacities and loads, which cannot bind. A unit
    whose probabilities of failure and repair are both 0 in the first step is refused: PRAS leaves it out of service
    for good, which is never meant. Further columns of the ``_core`` tables and further attributes of the file are
    labels and are not read; any other group or array that is unknown is refused.

    Examples
    --------
    >>> read_pras("north.pras")
    Traceback (most recent call last):
        ...
    standstill.errors.FormatError: 1 fault in north.pras
      file: must exist
    """
    place = Path(path)
    faults = Faults(source=str(place), error=FormatError)
    file = open_hdf5(place, "an HDF5 file, as every .pras file is", faults)
    with file:
        header = read_header(file, faults)
        tables = read_tables(file, header, faults)
    _check_links(tables, faults)
    faults.raise_if_any()
    try:
        return _system(place.stem, header, tables)
    except InputError as error:
        raise FormatError(str(place), error.faults) from error


def _check_links(tables: dict[str, Table], faults: Faults) -> None:
    """Note regions that do not exist, interfaces and lines that join nothing, and units that PRAS would never start."""
    regions = tables["regions"].columns.get("name") if "regions" in tables else None
    if regions is not None and not regions:
        faults.add("regions/_core", "have at least one region", 0)
    for name, table in tables.items():
        for column in ("region", "region_from", "region_to"):
            for row, region in enumerate(table.columns.get(column, ())):
                if regions is not None and region and region not in regions:
                    hint = f"regions are {', '.join(regions[:20])}{', ...' if len(regions) > 20 else ''}"
                    faults.add(f"{name}/_core[{table.label(row)}].{column}", "be the name of a region", region, hint)
        _check_start(name, table, faults)
    pairs: dict[frozenset[str], int] = {}
    for name, table in tables.items():
        for row, (start, end) in enumerate(_ends(table)):
            place, pair = f"{name}/_core[{table.label(row)}]", frozenset((start, end))
            if start == end:
                faults.add(place, "join two different regions", start)
            elif name == "interfaces" and pairs.setdefault(pair, row) != row:
                faults.add(place, "be the only interface of its two regions")
            elif name == "lines" and pair not in pairs and "interfaces" in tables:
                faults.add(place, "join two regions that have an interface", f"{start} and {end}")


def _check_start(name: str, table: Table, faults: Faults) -> None:
    fail, repair = table.arrays.get("p_fail"), table.arrays.get("p_repair")
    if fail is None or repair is None or len(fail) != len(repair) or not fail.size:
        return
    for row in np.flatnonzero((fail[:, 0] == 0) & (repair[:, 0] == 0)):
        hint = "write repairprobability = 1 for a unit that never fails"
        place = f"{name}/repairprobability[{table.label(int(row))}]"
        faults.add(place, "be > 0 in the first step if failureprobability is 0", 0, hint)


def _ends(table: Table) -> Iterator[tuple[str, str]]:
    return zip(table.columns.get("region_from", ()), table.columns.get("region_to", ()), strict=False)


def _system(name: str, header: Header, tables: dict[str, Table]) -> System:
    _lift_limits(header, tables)
    region_of = {region: index for index, region in enumerate(tables["regions"].columns["name"])}
    records: dict[str, Any] = {"regions": Regions(names=tuple(region_of), load=tables["regions"].arrays["load"])}
    classes = {
        "generators": Generators, "storages": Storages, "generatorstorages": GeneratorStorages,
        "demandresponses": DemandResponses,
    }  # fmt: skip
    for group, cls in classes.items():
        if group in tables:
            table = tables[group]
            extra = {"initial": table.initial} if table.initial else {}
            records[FIELDS[group]] = cls(
                names=table.columns["name"],
                classes=_classes(table),
                region=tuple(region_of[region] for region in table.columns["region"]),
                **table.arrays,
                **extra,
            )
    if "interfaces" in tables:
        records |= _network(tables["interfaces"], tables["lines"], region_of)
    return System(
        name=name,
        step_h=header.step_h,
        start=header.start,
        n_steps=header.n_steps,
        power_unit=header.power_unit,
        energy_unit=header.energy_unit,
        **records,
    )


def _classes(table: Table) -> tuple[str, ...]:
    return tuple(category or "unclassified" for category in table.columns["category"])


def _lift_limits(header: Header, tables: dict[str, Table]) -> None:
    """Put a finite bound that cannot bind in the place of "no limit", in place.

    No flow exceeds what all sources give, and none takes more than all loads and stores together.
    """
    arrays = [(key, values) for table in tables.values() for key, values in table.arrays.items()]
    unlimited = [(key, values, values == NO_LIMIT) for key, values in arrays if np.any(values == NO_LIMIT)]
    if not unlimited:
        return
    needs = [np.max(values, axis=1, initial=0.0, where=values != NO_LIMIT) for key, values in arrays if key in FLOWS]
    # whole, as all else in the file, so that it can be written again
    power = np.ceil(max(1.0, _BEYOND_NEED * sum(float(need.sum()) for need in needs)))
    per_step = energy_per_power_step(header.power_unit, header.energy_unit, header.step_h)
    energy = np.ceil(power * per_step * header.n_steps)
    for key, values, where in unlimited:
        values[where] = energy if key == "energy" else power


def _network(interfaces: Table, lines: Table, region_of: dict[str, int]) -> dict[str, Any]:
    """Return interfaces and lines, each from the earlier region to the later."""
    joins = [(region_of[start], region_of[end]) for start, end in _ends(interfaces)]
    pairs = [(min(join), max(join)) for join in joins]
    limits = _turned(interfaces.arrays, joins)
    interface_of = {pair: index for index, pair in enumerate(pairs)}
    runs = [(region_of[start], region_of[end]) for start, end in _ends(lines)]
    ways = _turned(lines.arrays, runs)
    owner = tuple(interface_of[min(run), max(run)] for run in runs)
    for index in set(range(len(pairs))) - set(owner):
        limits["forward"][index] = limits["backward"][index] = 0.0  # PRAS: the sum of no lines
    names = list(region_of)
    titles = [f"{names[start]} - {names[end]}" for start, end in pairs]
    if len(set(titles)) < len(titles):
        titles = [f"{title} ({index + 1})" for index, title in enumerate(titles)]
    return {
        "interfaces": Interfaces(
            names=tuple(titles),
            region_from=tuple(start for start, _ in pairs),
            region_to=tuple(end for _, end in pairs),
            **limits,
        ),
        "lines": Lines(
            names=lines.columns["name"],
            classes=_classes(lines),
            interface=owner,
            forward=ways["forward"],
            backward=ways["backward"],
            p_fail=lines.arrays["p_fail"],
            p_repair=lines.arrays["p_repair"],
        ),
    }


def _turned(arrays: dict[str, Floats], joins: Sequence[tuple[int, int]]) -> dict[str, Floats]:
    """Return both directions, exchanged for the rows that run from a later region to an earlier one."""
    forward, backward = np.broadcast_arrays(arrays["forward"], arrays["backward"])
    turn = np.array([start > end for start, end in joins], dtype=bool)[:, None]
    ways = {"forward": np.where(turn, backward, forward), "backward": np.where(turn, forward, backward)}
    return {way: by_row(values.T) for way, values in ways.items()}
