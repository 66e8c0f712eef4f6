"""Results as long tables for a notebook: a row for each number, as pandas, xarray or a Parquet file (extra ``table``).

Knows what a row says and nothing of how its number came about.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.measures.periods import PeriodIndices
from standstill.studies.saved import written

__all__ = ["COLUMNS", "NUMBERS", "Entry", "LongTable", "library"]

COLUMNS = (
    "arm", "side", "region", "period", "measure", "value", "se", "unit", "p10", "p50", "p90", "max", "reason",
)  # fmt: skip
"""Columns of the table. ``region`` is empty for the whole side, ``period`` for the whole window, ``reason`` where
nothing is missing and enough samples had a shortfall."""
NUMBERS = ("value", "se", "p10", "p50", "p90", "max")
"""Columns that hold numbers; one that does not exist is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One measure of one side, or of one of its regions, in one arm."""

    arm: str
    """The arm."""
    side: str
    """The side, or what an assessment calls its system."""
    region: str = ""
    """The region; empty for the whole side."""
    measure: str
    """Name of the measure."""
    estimate: Estimate
    """Its value."""

    @property
    def row(self) -> tuple[Any, ...]:
        """The entry as a row of the table."""
        item = self.estimate
        numbers = [_finite(item.value), *map(_finite, (item.se if item.exists else None, item.p10, item.p50, item.p90))]
        head = (self.arm, self.side, self.region, None, self.measure)
        return (*head, *numbers[:2], item.unit, *numbers[2:], _finite(item.largest), item.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTable:
    """A long table, and what it is about."""

    entries: Sequence[Entry]
    """Measures over the whole window."""
    about: dict[str, Any]
    """Where the numbers come from, by name: kept as attributes or metadata."""
    periods: PeriodIndices | None = field(default=None)
    """Indices by period, of the arm and side of the first entry."""

    def pandas(self) -> Any:
        """Return the table as a pandas DataFrame; a number or period that does not exist is NaN or NaT."""
        pd = library("pandas", "to_pandas")
        columns = self._columns()
        frame = pd.DataFrame({name: columns[name] for name in COLUMNS if name != "period"})
        frame = frame.astype(dict.fromkeys(NUMBERS, "float64"))
        frame.insert(COLUMNS.index("period"), "period", pd.to_datetime(pd.Series(columns["period"], dtype="object")))
        frame.attrs.update(self.about)
        return frame

    def xarray(self) -> Any:
        """Return the table as an xarray Dataset; what does not exist is NaN, or empty where it is text.

        Each column of numbers is a variable over (arm, side, region, measure), beside ``unit`` over (side, measure).
        By period there are also ``lole``, ``eue`` and, where the load of each is known, ``neue``, each with its
        standard error as ``lole_se``, over (region, period); times are UTC if the system's have a time zone.
        """
        xr = library("xarray", "to_xarray")
        dims = ("arm", "side", "region", "measure")
        labels = {dim: list(dict.fromkeys(getattr(entry, dim) for entry in self.entries)) for dim in dims}
        places = {dim: {label: place for place, label in enumerate(names)} for dim, names in labels.items()}
        shape = tuple(len(names) for names in labels.values())
        numbers = {name: np.full(shape, np.nan) for name in NUMBERS}
        units = np.full((shape[1], shape[3]), "", dtype=object)
        for entry in self.entries:
            place = tuple(places[dim][getattr(entry, dim)] for dim in dims)
            row = dict(zip(COLUMNS, entry.row, strict=True))
            units[place[1], place[3]] = row["unit"]
            for name in NUMBERS:
                numbers[name][place] = np.nan if row[name] is None else row[name]
        variables = {name: (dims, values) for name, values in numbers.items()}
        found = xr.Dataset({**variables, "unit": (("side", "measure"), units.astype(str))}, labels, self.about)
        return found if self.periods is None else found.assign(_by_period(xr, self.periods))

    def parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as a Parquet file, whole or not at all; return where. A number that does not exist is null.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        pa, parquet = (library(name, "to_parquet") for name in ("pyarrow", "pyarrow.parquet"))
        columns = self._columns()
        is_utc = self.periods is not None and self.periods.start.tzinfo is not None
        kinds = dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(NUMBERS, pa.float64())
        kinds["period"] = pa.timestamp("us", tz="UTC" if is_utc else None)
        arrays = [pa.array(columns[name], kinds[name]) for name in COLUMNS]
        about = json.dumps(self.about, ensure_ascii=False)
        table = pa.Table.from_arrays(arrays, COLUMNS).replace_schema_metadata({"standstill": about})
        with written(Path(path)) as file:
            parquet.write_table(table, file)
        return Path(path)

    def _columns(self) -> dict[str, list[Any]]:
        rows = [entry.row for entry in self.entries]
        columns = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
        if self.periods is not None:
            first = self.entries[0]
            for part in _period_columns(self.periods):
                count = len(part["value"])
                same = {"arm": first.arm, "side": first.side} | {name: part.pop(name) for name in ("region", "unit")}
                same |= {"measure": part.pop("measure"), "reason": ""}
                for name in COLUMNS:
                    columns[name] += part.get(name) or [same.get(name)] * count
        return columns


def _finite(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else number


def _period_columns(periods: PeriodIndices) -> Iterator[dict[str, Any]]:
    """Yield the rows of one index of one region at a time."""
    times = list(periods.times)
    for place, region in enumerate(("", *periods.regions)):
        for measure, unit in periods.units.items():
            parts = [getattr(periods, f"{'region_' if region else ''}{measure}{end}") for end in ("", "_se")]
            value, se = (part[place - 1] if region else part for part in parts)
            yield {
                "region": region, "measure": measure, "unit": unit, "period": times, "value": value.tolist(),
                "se": se.tolist(),
            }  # fmt: skip


def _by_period(xr: Any, periods: PeriodIndices) -> dict[str, Any]:
    """Return the variables by region and period; the whole comes first, as the region without a name."""
    times = [time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time for time in periods.times]
    labels = {"region": ["", *periods.regions], "period": np.array(times, dtype="datetime64[ns]")}
    found = {}
    for name in periods.arrays:
        values = np.vstack([getattr(periods, name)[None], getattr(periods, f"region_{name}")])
        unit = {"unit": periods.units[name.removesuffix("_se")]}
        found[name] = xr.DataArray(values, labels, ("region", "period"), attrs=unit)
    return found


def library(name: str, asked: str) -> Any:
    """Import a library of the extra ``table``.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        must = f"come with {name.partition('.')[0]}, which is not installed"
        fault = Fault(place=asked, must=must, got=str(error), hint="pip install 'standstill[table]'")
        raise InputError("tables of results", (fault,)) from error
