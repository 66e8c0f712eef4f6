"""The hourly series of an RTS-GMLC folder: which file and column belongs to what, and the values hour by hour.

Knows the pointers and the files they lead to, and nothing of units, regions or the System.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.formats.csv_table import CsvTable, read_csv

__all__ = ["MOST_BYTES", "Pointer", "Span", "read_pointers", "read_series"]

MOST_BYTES = 64 * 2**20
"""Largest file read, bytes."""
SIMULATION = "DAY_AHEAD"
POINTERS = "timeseries_pointers.csv"
_TIME = ("Year", "Month", "Day", "Period")
_HOURS_A_DAY = 24
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """One line of the pointers: where the series of an object's parameter is."""

    place: str
    """Its line, for messages."""
    item: str
    """What the series belongs to: a unit, a store, an area."""
    parameter: str
    """What it says of it, such as "PMax MW"."""
    file: str
    """The file, as seen from the folder of the pointers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The hours all series cover."""

    start: dt.datetime
    n_steps: int


def read_pointers(folder: Path, faults: Faults) -> tuple[Pointer, ...]:
    """Return the hourly pointers of the folder with the sources; what is wrong is noted."""
    table = read_csv(folder / POINTERS, POINTERS, MOST_BYTES, faults)
    if table is None or not table.needs("Simulation", "Object", "Parameter", "Data File"):
        return ()
    columns = [table.text(column) for column in ("Simulation", "Object", "Parameter", "Data File")]
    found = [
        Pointer(place=f"{POINTERS} line {line}", item=item, parameter=parameter, file=file)
        for line, simulation, item, parameter, file in zip(table.lines, *columns, strict=True)
        if simulation == SIMULATION
    ]
    if not found:
        faults.add(POINTERS, f"point to hourly series, with {SIMULATION!r} as their simulation")
    return tuple(found)


def read_series(
    folder: Path, wanted: Iterable[tuple[Pointer, tuple[str, ...]]], faults: Faults
) -> tuple[Span, dict[Pointer, Floats]]:
    """Return the hours covered, none after a fault, and each wanted series.

    Parameters
    ----------
    folder: Path
        The folder with the sources, from which the pointers lead.
    wanted: iterable of (Pointer, tuple of str)
        The pointers to follow, each with the headings its column may have.
    faults: Faults
        What is wrong is noted here.
    """
    by_file: dict[str, list[tuple[Pointer, tuple[str, ...]]]] = {}
    for pointer, headings in wanted:
        by_file.setdefault(pointer.file, []).append((pointer, headings))
    span: Span | None = None
    found: dict[Pointer, Floats] = {}
    for name, entries in by_file.items():
        path = _follow(folder, name)
        if path is None:
            faults.add(entries[0][0].place, "point to a file of the folder", name)
            continue
        table = read_csv(path, path.name, MOST_BYTES, faults)
        if table is None or not table.needs(*_TIME):
            continue
        covered = _span(table)
        if covered is not None and span is not None and covered != span:
            got = f"{covered.n_steps} hours from {covered.start:%Y-%m-%d}"
            faults.add(table.place, f"cover {span.n_steps} hours from {span.start:%Y-%m-%d}, as the others do", got)
        span = span or covered
        found |= _columns(table, entries)
    return span or Span(start=_NEVER, n_steps=0), found


def _columns(table: CsvTable, entries: list[tuple[Pointer, tuple[str, ...]]]) -> dict[Pointer, Floats]:
    chosen: dict[Pointer, str] = {}
    for pointer, headings in entries:
        heading = next((heading for heading in headings if heading in table.columns), headings[0])
        if table.needs(heading):
            chosen[pointer] = heading
    return dict(zip(chosen, table.block(tuple(chosen.values())), strict=True)) if chosen else {}


def _span(table: CsvTable) -> Span | None:
    """Return the hours a file covers, one a line without a gap; none after noting the first that is not."""
    times = [table.numbers(column, low=low, high=high) for column, low, high in _limits()]
    if not all(np.isfinite(values).all() for values in times):
        return None
    start: dt.datetime | None = None
    for row, (year, month, day, period) in enumerate(zip(*(values.tolist() for values in times), strict=True)):
        try:
            when = dt.datetime(int(year), int(month), int(day), tzinfo=dt.UTC) + dt.timedelta(hours=int(period) - 1)
            whole = all(value == int(value) for value in (year, month, day, period))
        except (ValueError, OverflowError):
            whole, when = False, _NEVER
        if start is None and whole:
            start = when
        if not whole or when != start + dt.timedelta(hours=row):  # type: ignore[operator]  # the first whole hour set it
            got = f"{year:g}-{month:g}-{day:g}, period {period:g}"
            hint = "one line for each hour, in order, without a gap; periods run from 1 to 24"
            table.faults.add(table.where(row, "Year to Period"), "be the hour after the line before", got, hint)
            return None
    return None if start is None else Span(start=start, n_steps=len(table))


def _limits() -> tuple[tuple[str, float, float], ...]:
    year, month, day, period = _TIME
    return (year, 1, 9998), (month, 1, 12), (day, 1, 31), (period, 1, _HOURS_A_DAY)


def _follow(folder: Path, name: str) -> Path | None:
    """Return the file a pointer leads to, letters in either case, if it stays within the folder above the sources.

    In the published folder 29 % of the pointers differ from the files in case.
    """
    at, root = folder, folder.parent
    for part in PurePosixPath(name.replace("\\", "/")).parts:
        if part == "..":
            if at == root:
                return None
            at = at.parent
            continue
        found = _child(at, part)
        if found is None:
            return None
        at = found
    return at if at.is_file() else None


def _child(folder: Path, name: str) -> Path | None:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return None
    exact = [entry for entry in entries if entry.name == name]
    alike = [entry for entry in entries if entry.name.casefold() == name.casefold()]
    return exact[0] if exact else alike[0] if len(alike) == 1 else None
