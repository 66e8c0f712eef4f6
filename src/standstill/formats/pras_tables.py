"""Takes a ``.pras`` file apart: attributes and tables, each value checked, every fault noted with its place.

Knows HDF5 and the schema, and nothing of the System that the tables become.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.formats.checks import MOST_VALUES, Kind, attempt, has_shape, note_wrong, read_dataset
from standstill.formats.pras_schema import (
    AFTER_LAST_VERSION,
    ENERGY_UNITS,
    FIRST_VERSION,
    GROUPS,
    POWER_UNITS,
    SHARE,
    TIME_UNITS,
    Group,
)
from standstill.units import convert

__all__ = ["Header", "Table", "by_row", "read_header", "read_tables"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The attributes of the file; after a fault, stand-ins that let the other checks go on."""

    step_h: float
    start: dt.datetime
    n_steps: int
    power_unit: str
    energy_unit: str


@dataclass(slots=True)
class Table:
    """One group as read: its names and other columns of ``_core``, and its arrays by field, (rows, 1 or n_steps)."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    arrays: dict[str, Floats] = field(default_factory=dict)
    initial: tuple[float, ...] = ()

    @property
    def rows(self) -> int | None:
        """Number of rows, if the ``_core`` table could be read."""
        return len(next(iter(self.columns.values()))) if self.columns else None

    def label(self, row: int) -> str:
        """Return what a message calls a row."""
        if "name" in self.columns:
            return self.columns["name"][row] or f"row {row + 1}"
        ends = [self.columns[end][row] for end in ("region_from", "region_to") if end in self.columns]
        return " - ".join(ends) or f"row {row + 1}"


def read_header(file: h5py.File, faults: Faults) -> Header:
    """Return the attributes; each that cannot be had is a fault, and ``n_steps`` is then 0 if it is the count."""
    _version(_text(file, "pras_dataversion", faults), faults)
    count = _whole(file, "timestep_count", faults) or 0
    length = _whole(file, "timestep_length", faults) or 1
    step_h = convert(float(length), _choice(file, "timestep_unit", TIME_UNITS, faults), "h")
    start = _start(_text(file, "start_timestamp", faults), faults)
    power = _choice(file, "power_unit", POWER_UNITS, faults)
    energy = _choice(file, "energy_unit", ENERGY_UNITS, faults)
    if attempt(lambda: "n_slices" in file.attrs, "attribute n_slices", faults):
        slices = _whole(file, "n_slices", faults)
        if slices is not None and slices > 1:
            hint = "give each slice of time a file of its own"
            faults.add("attribute n_slices", "be 1: Standstill simulates one unbroken span of time", slices, hint)
    try:
        start + dt.timedelta(hours=step_h * count)
    except OverflowError:
        faults.add("attribute timestep_count", "let the last step end before the year 10000", count)
        count = 0
    return Header(step_h=step_h, start=start, n_steps=count, power_unit=power, energy_unit=energy)


def _attribute(file: h5py.File, name: str, faults: Faults) -> Any:
    place = f"attribute {name}"
    given = attempt(lambda: name in file.attrs, place, faults)
    if given is False:
        faults.add(place, "be given")
    value = attempt(lambda: file.attrs[name], place, faults) if given else None
    return value.item() if isinstance(value, (np.ndarray, np.generic)) and value.size == 1 else value


def _text(file: h5py.File, name: str, faults: Faults) -> str | None:
    value = _attribute(file, name, faults)
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if value is not None and not isinstance(value, str):
        faults.add(f"attribute {name}", "be text", value)
        return None
    return value


def _whole(file: h5py.File, name: str, faults: Faults) -> int | None:
    value = _attribute(file, name, faults)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return int(value)
    faults.add(f"attribute {name}", "be a whole number >= 1", value)
    return None


def _choice(file: h5py.File, name: str, choices: Sequence[str], faults: Faults) -> str:
    value = _text(file, name, faults)
    if value in choices:
        return str(value)
    if value is not None:
        faults.add(f"attribute {name}", f"be one of {', '.join(choices)}", value)
    return choices[0]


def _version(text: str | None, faults: Faults) -> None:
    if text is None:
        return
    match = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", text, re.ASCII)
    if match is None:
        faults.add("attribute pras_dataversion", 'be a version such as "v0.8.0"', text)
    elif not FIRST_VERSION <= tuple(int(part) for part in match.groups()) < AFTER_LAST_VERSION:
        faults.add("attribute pras_dataversion", "be from v0.5 to v0.9", text)


def _start(text: str | None, faults: Faults) -> dt.datetime:
    if text is None:
        return dt.datetime.min
    try:
        start = dt.datetime.fromisoformat(text)
    except ValueError:
        start = dt.datetime.min
    if start.tzinfo is None:
        must = 'be a time with its offset from UTC, such as "2024-10-01T00:00:00+00:00"'
        faults.add("attribute start_timestamp", must, text)
    return start


def read_tables(file: h5py.File, header: Header, faults: Faults) -> dict[str, Table]:
    """Return the tables of the groups that are there; every group, array and value that is wrong is a fault."""
    members = attempt(lambda: list(file), "file", faults) or []
    for name in members:
        if name not in GROUPS:
            faults.add(name, f"be one of the groups of a .pras file ({', '.join(GROUPS)})")
    if "regions" not in members:
        faults.add("regions", "be given")
    if "generators" not in members and "generatorstorages" not in members:
        faults.add("generators", "be given, or generatorstorages")
    for one, other in (("interfaces", "lines"), ("lines", "interfaces")):
        if one in members and other not in members:
            faults.add(other, f"be given, as {one} are")
    return {name: _table(file, name, header, faults) for name in GROUPS if name in members}


def _table(file: h5py.File, name: str, header: Header, faults: Faults) -> Table:
    group, schema, table = attempt(lambda: file[name], name, faults), GROUPS[name], Table()
    if group is None:
        return table
    if not isinstance(group, h5py.Group):
        faults.add(name, "be a group", type(group).__name__)
        return table
    sets = _datasets(group, name, schema, faults)
    if "_core" in sets:
        table.columns = _core(sets.pop("_core"), name, schema, faults)
    for member, dataset in sets.items():
        place = f"{name}/{member}"
        if member in schema.optional:
            shares = _values(dataset, place, table, (table.rows,), SHARE, faults)
            table.initial = () if shares is None else tuple(float(share) for share in shares)
            continue
        key, kind = schema.series[member]
        values = _values(dataset, place, table, (header.n_steps or None, table.rows), kind, faults)
        if values is not None:
            table.arrays[key] = by_row(values)
    return table


def _datasets(group: h5py.Group, name: str, schema: Group, faults: Faults) -> dict[str, h5py.Dataset]:
    members = attempt(lambda: list(group), name, faults) or []
    for member in members:
        if member not in {"_core", *schema.series, *schema.optional}:
            hint = "Standstill refuses what it would have to leave out"
            faults.add(f"{name}/{member}", f"be one of {', '.join(('_core', *schema.series))}", hint=hint)
    sets: dict[str, h5py.Dataset] = {}
    absent = {*schema.optional, *schema.may_lack} - {*members}
    for member in ("_core", *schema.series, *schema.optional):
        if member in absent:
            continue
        place = f"{name}/{member}"
        if member not in members:
            faults.add(place, "be given")
            continue
        item = attempt(partial(group.__getitem__, member), place, faults)
        if isinstance(item, h5py.Dataset):
            sets[member] = item
        elif item is not None:
            faults.add(place, "be a dataset", type(item).__name__)
    return sets


def _core(dataset: h5py.Dataset, name: str, schema: Group, faults: Faults) -> dict[str, tuple[str, ...]]:
    place = f"{name}/_core"
    fields = attempt(lambda: dataset.dtype.names or (), place, faults)
    if fields is None:
        return {}
    missing = [column for column in schema.core if column not in fields]
    if missing or dataset.ndim != 1:
        got = f"columns {', '.join(fields) or 'none'}, shape {dataset.shape}"
        faults.add(place, f"be a table with the columns {', '.join(schema.core)}", got)
        return {}
    values = attempt(lambda: read_dataset(dataset), place, faults)
    if values is None:
        return {}
    columns = {column: _strings(values[column], f"{place}.{column}", faults) for column in schema.core}
    for column in ("name", "region", "region_from", "region_to"):
        for row, text in enumerate(columns.get(column) or ()):
            if not text:
                faults.add(f"{place}.{column}[row {row + 1}]", "not be empty")
    for text, count in Counter(columns.get("name") or ()).items():
        if text and count > 1:
            faults.add(f"{place}[{text}]", "be a unique name", f"{count} rows of that name")
    return {column: texts for column, texts in columns.items() if texts is not None}


def _strings(values: NDArray[Any], place: str, faults: Faults) -> tuple[str, ...] | None:
    texts = []
    for row, value in enumerate(values.tolist()):
        try:
            texts.append(value.decode("ascii") if isinstance(value, bytes) else str.encode(value, "ascii").decode())
        except (UnicodeError, TypeError):
            faults.add(f"{place}[row {row + 1}]", "be ASCII text", value)
    return tuple(texts) if len(texts) == len(values) else None


def _values(
    dataset: h5py.Dataset, place: str, table: Table, shape: tuple[int | None, ...], kind: Kind, faults: Faults
) -> NDArray[Any] | None:
    """Return the values of a dataset of the file's shape, after every check; a length that is None may be anything."""
    found = attempt(lambda: dataset.shape, place, faults)
    numeric = attempt(lambda: dataset.dtype.kind in "iuf", place, faults)
    if found is None or numeric is None:
        return None
    if not numeric:
        faults.add(place, "hold numbers", str(dataset.dtype))
        return None
    if not has_shape(found, shape, place, ("steps", "assets"), faults):
        return None
    if dataset.size > MOST_VALUES:
        faults.add(place, f"hold at most {MOST_VALUES} values", int(dataset.size))
        return None
    values = attempt(lambda: read_dataset(dataset), place, faults)
    if values is not None and not kind.hold(values):
        note_wrong(values, place, table.label, kind, faults)
    return values


def by_row(values: NDArray[Any]) -> Floats:
    """Return a row per asset, with one column if no asset's value ever changes."""
    if values.shape[0] > 1 and bool(np.all(values[1:] == values[:1])):
        values = values[:1]
    return np.ascontiguousarray(values.T, dtype=np.float64)
