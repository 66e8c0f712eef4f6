"""Writes a System as a ``.pras`` file, or says why the format cannot hold it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults, OutputError
from standstill.formats.checks import os_words
from standstill.formats.pras_schema import (
    ENERGY_UNITS,
    FIELDS,
    GROUPS,
    NAME_BYTES,
    NO_LIMIT,
    POWER_UNITS,
    SHORT_NAME_BYTES,
    TIME_UNITS,
    UNLIMITED,
)
from standstill.model.system import Lines, System
from standstill.units import convert

__all__ = ["write_pras"]

Floats = NDArray[np.float64]


def write_pras(system: System, path: str | os.PathLike[str]) -> None:
    """Write a system as a ``.pras`` file, which appears whole or not at all.

    Parameters
    ----------
    system: System
        The system. A start without an offset is written as UTC. An interface without lines, which in PRAS would carry
        nothing, is written with one line of its own limits that never fails. A capacity of 4294967295 or more, such as
        ``read_pras`` gives where a file says "no limit", is written as no limit.
    path: str or path-like
        Where to write; a file that is there is replaced.

    Raises
    ------
    InputError
        If the format cannot say it: units other than of power, amounts that are not whole numbers, critical shares,
        factors, uncertain figures, a dispatch that is not greedy, units of more than two states, reserves; every fault
        is listed.
    OutputError
        If the file cannot be written.
    """
    faults = Faults(source=f"system {system.name!r} as a .pras file")
    if len(system.reserves):
        hint = "leave them out: the dispatch is the same, and nothing is then said of a reserve"
        faults.add("reserves", "be absent: the format cannot say them", system.reserves.names, hint)
    content = _content(system, faults)
    attributes = _attributes(system, faults)
    faults.raise_if_any()
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with h5py.File(part, "w") as file:
            file.attrs.update(attributes)
            for group, datasets in content.items():
                for name, values in datasets.items():
                    packing: dict[str, Any] = {} if values.ndim == 1 else {"compression": "gzip", "compression_opts": 1}
                    file.create_dataset(f"{group}/{name}", data=values, **(packing if values.size else {}))
        part.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {os_words(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _attributes(system: System, faults: Faults) -> dict[str, Any]:
    for name, unit, units in (
        ("power_unit", system.power_unit, POWER_UNITS),
        ("energy_unit", system.energy_unit, ENERGY_UNITS),
    ):
        if unit not in units:
            faults.add(name, f"be one of {', '.join(units)}", unit)
    lengths = {unit: convert(system.step_h, "h", unit) for unit in TIME_UNITS}
    whole = [unit for unit, length in lengths.items() if abs(length - round(length)) < 1e-9 * length and length > 0.5]
    if not whole:
        faults.add("step_h", "be a whole number of seconds", system.step_h)
    unit = whole[0] if whole else "h"
    start = system.start if system.start.tzinfo else system.start.replace(tzinfo=dt.UTC)
    if start.microsecond or len(start.isoformat()) != 25:
        faults.add("start", "be a whole second, with an offset of whole minutes", system.start.isoformat())
    texts = {
        "pras_dataversion": "v0.9.0" if _is_charged(system) else "v0.8.0",
        "start_timestamp": start.isoformat(),
        "timestep_unit": unit,
        "power_unit": system.power_unit,
        "energy_unit": system.energy_unit,
    }
    numbers = {"timestep_count": system.n_steps, "timestep_length": round(lengths[unit])}
    return {name: np.bytes_(text) for name, text in texts.items()} | {
        name: np.int64(number) for name, number in numbers.items()
    }


def _is_charged(system: System) -> bool:
    return any(share != 0 for table in (system.storages, system.generator_storages) for share in table.initial)


def _content(system: System, faults: Faults) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the datasets of every group that has rows."""
    if not len(system.generators) and not len(system.generator_storages):
        faults.add("generators", "have at least one row, or generator_storages")
    system = _with_lines(system)
    return {
        group: {"_core": _core(system, group, faults)} | _series(system, group, faults)
        for group, name in FIELDS.items()
        if len(getattr(system, name))
    }


def _core(system: System, group: str, faults: Faults) -> NDArray[Any]:
    table, regions, interfaces = getattr(system, FIELDS[group]), system.regions.names, system.interfaces
    columns: dict[str, Sequence[str]] = {"name": table.names}
    if hasattr(table, "classes"):
        columns["category"] = table.classes
    if hasattr(table, "region"):
        columns["region"] = [regions[index] for index in table.region]
    if group in ("interfaces", "lines"):
        joins = range(len(table)) if group == "interfaces" else table.interface
        columns["region_from"] = [regions[interfaces.region_from[index]] for index in joins]
        columns["region_to"] = [regions[interfaces.region_to[index]] for index in joins]
    wanted = GROUPS[group].core
    for column in wanted:
        for text in columns[column]:
            if not text.isascii() or not text.isprintable() or not 0 < len(text) <= NAME_BYTES:
                faults.add(f"{FIELDS[group]}.{column}", f"be 1 to {NAME_BYTES} printable ASCII characters", text)
    rows = [
        tuple(text.encode("ascii", "replace") for text in row)
        for row in zip(*(columns[column] for column in wanted), strict=True)
    ]
    longest = max(len(text) for row in rows for text in row)
    size = SHORT_NAME_BYTES if longest <= SHORT_NAME_BYTES else NAME_BYTES
    return np.array(rows, dtype=[(column, f"S{size}") for column in wanted])


def _series(system: System, group: str, faults: Faults) -> dict[str, NDArray[Any]]:
    name, series = FIELDS[group], {}
    table = getattr(system, name)
    for dataset, (key, kind) in GROUPS[group].series.items():
        values = getattr(table, key)
        if kind.is_amount:
            _check_whole(values, f"{name}.{key}", table.names, key in UNLIMITED, faults)
            # the files that PRAS ships hold amounts below 2**32 in 8 bytes, its specification says 4; it reads both
            values = values.clip(0, NO_LIMIT).astype(np.int64)
        series[dataset] = np.broadcast_to(values.T, (system.n_steps, len(table)))
    _check_parameters(table, name, faults)
    if hasattr(table, "initial") and _is_charged(system):
        shares = [share if isinstance(share, (int, float)) else 0.0 for share in table.initial]
        series["initialsoc"] = np.array(shares, dtype=np.float64)
    if hasattr(table, "p_fail"):
        for row in np.flatnonzero((table.p_fail[:, 0] == 0) & (table.p_repair[:, 0] == 0)):
            must = "be > 0 in the first step if p_fail is 0"
            hint = "write p_repair = 1 for a unit that never fails: PRAS takes 0 for one that is never in service"
            faults.add(f"{name}.p_repair[{table.names[row]}]", must, 0, hint)
    return series


def _with_lines(system: System) -> System:
    """Return the system with a line of its own for every interface that has none."""
    lines, interfaces = system.lines, system.interfaces
    bare = [index for index in range(len(interfaces)) if index not in lines.interface]
    if not bare:
        return system
    taken = set(lines.names)
    names = [interfaces.names[index] + " limit" * (interfaces.names[index] in taken) for index in bare]

    def below(values: Floats, more: Floats) -> Floats:
        width = max(values.shape[1], more.shape[1])
        return np.concatenate([np.broadcast_to(part, (len(part), width)) for part in (values, more)])

    return replace(
        system,
        lines=Lines(
            names=(*lines.names, *names),
            classes=(*lines.classes, *["interface"] * len(bare)),
            interface=(*lines.interface, *bare),
            forward=below(lines.forward, interfaces.forward[bare]),
            backward=below(lines.backward, interfaces.backward[bare]),
            p_fail=below(lines.p_fail, np.zeros((len(bare), 1))),
            p_repair=below(lines.p_repair, np.ones((len(bare), 1))),
            capacity_scale=(*lines.capacity_scale, *[1.0] * len(bare)),
        ),
    )


def _check_whole(values: Floats, place: str, names: Sequence[str], may_be_large: bool, faults: Faults) -> None:
    large = values >= NO_LIMIT
    bad = np.where(large, not may_be_large, values != np.round(values))
    for row in map(int, np.flatnonzero(bad.any(axis=1))):
        value = float(values[row][bad[row]][0])
        unit = "larger unit, such as GW" if value >= NO_LIMIT else "smaller unit, such as kW"
        hint = f"PRAS holds whole numbers of 32 bits: choose a {unit}"
        faults.add(f"{place}[{names[row]}]", f"be whole and < {NO_LIMIT}", value, hint)


_NEUTRAL = {"initial": None, "critical_share": 0.0, "pickup_share": 0.0, "price_elasticity": 0.0, "weekly_share": 1.0}
"""Fields that the format cannot say, but for this value; factors are 1. None: it can."""


def _check_parameters(table: Any, name: str, faults: Faults) -> None:
    for row, dispatch in enumerate(getattr(table, "dispatch", ())):
        if dispatch != "greedy":
            faults.add(f"{name}.dispatch[{table.names[row]}]", "be greedy: the format cannot say another", dispatch)
    for row, states in enumerate(getattr(table, "states", ())):
        if states is not None:
            must = "be none: the format knows units in and out of service only"
            faults.add(f"{name}.states[{table.names[row]}]", must, f"{len(states)} states")
    for key in table.__dataclass_fields__:
        if key not in _NEUTRAL and not key.endswith("_scale"):
            continue
        neutral = _NEUTRAL.get(key, 1.0)
        for row, value in enumerate(getattr(table, key)):
            place = f"{name}.{key}[{table.names[row]}]"
            if not isinstance(value, (int, float)):
                faults.add(place, "be a number: the format knows no uncertain figures", value.path)
            elif neutral is not None and value != neutral:
                faults.add(place, f"be {neutral:g}: the format cannot say it", value)
