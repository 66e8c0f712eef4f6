"""Small networks in the layout of the netCDF files that PyPSA writes, made with h5py alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

STEPS = 6
SINCE = "hours since 2024-01-01 00:00:00"

Tables = dict[str, dict[str, Any]]
Series = dict[tuple[str, str], dict[str, Sequence[float]]]


def tables() -> Tables:
    """Return a network with one of everything: two electric buses, a bus of hydrogen with a store, one battery."""
    return {
        "buses": {"i": ["a", "b", "h2", "battery"], "carrier": ["AC", "DC", "H2", "battery"]},
        "loads": {"i": ["la", "lb", "lb2", "lh"], "bus": ["a", "b", "b", "h2"], "p_set": [50.0, 0.0, 2.0, 7.0]},
        "generators": {
            "i": ["g1", "w"],
            "bus": ["a", "b"],
            "carrier": ["coal", "wind"],
            "p_nom": [100.0, 30.0],
        },
        "storage_units": {
            "i": ["su", "hy"],
            "bus": ["a", "b"],
            "carrier": ["phs", "hydro"],
            "p_nom": [10.0, 20.0],
            "p_min_pu": [-0.5, 0.0],
            "p_max_pu": [0.8, 1.0],
            "max_hours": [6.0, 60.0],
            "efficiency_store": [0.9, 0.0],
            "efficiency_dispatch": [0.8, 0.5],
            "standing_loss": [0.01, 0.0],
            "state_of_charge_initial": [15.0, 0.0],
        },
        "stores": {
            "i": ["tank", "cell"],
            "bus": ["h2", "battery"],
            "carrier": ["H2", "battery"],
            "e_nom": [100.0, 40.0],
            "standing_loss": [0.0, 0.001],
            "e_initial": [0.0, 10.0],
        },
        "links": {
            "i": ["dc", "electrolysis", "in", "out"],
            "bus0": ["b", "a", "a", "battery"],
            "bus1": ["a", "h2", "battery", "a"],
            "carrier": ["DC", "H2", "battery", "battery"],
            "p_nom": [20.0, 5.0, 8.0, 10.0],
            "p_min_pu": [-0.25, 0.0, 0.0, 0.0],
            "efficiency": [1.0, 0.7, 0.95, 0.9],
        },
        "lines": {"i": ["l"], "bus0": ["a"], "bus1": ["b"], "s_nom": [25.0], "s_max_pu": [0.6]},
        "transformers": {"i": ["t"], "bus0": ["b"], "bus1": ["a"], "s_nom": [5.0]},
    }


def series() -> Series:
    """Return what changes in that network."""
    ramp = np.arange(STEPS)
    return {
        ("loads", "p_set"): {"lb": 10.0 + ramp},
        ("generators", "p_max_pu"): {"w": ramp / 10.0},
        ("storage_units", "inflow"): {"hy": 3.0 + 0.0 * ramp},
    }


def write_network(
    path: Path,
    content: Tables | None = None,
    moving: Series | None = None,
    *,
    hours: Sequence[float] | None = None,
    weights: Mapping[str, Any] | None = None,
    since: str = SINCE,
) -> Path:
    """Write a network as PyPSA does: ``TABLE_i``, ``TABLE_COLUMN``, ``TABLE_t_COLUMN`` with names of its own."""
    times = np.arange(STEPS) if hours is None else np.asarray(hours)
    with h5py.File(path, "w") as file:
        file.attrs["network_name"] = np.bytes_(b"north")
        file.attrs["network__multi_invest"] = np.array([0])
        file["snapshots"] = np.arange(len(times))
        file["snapshots_snapshot"] = times
        file["snapshots_snapshot"].attrs["units"] = np.bytes_(since.encode())
        file["snapshots_snapshot"].attrs["calendar"] = np.bytes_(b"proleptic_gregorian")
        step = float(times[1] - times[0]) if len(times) > 1 else 1.0
        usual = {name: step for name in ("objective", "stores", "generators")}
        for name, weight in (usual | dict(weights or {})).items():
            put(file, f"snapshots_{name}", np.full(len(times), weight, dtype=float))
        for table, columns in (tables() if content is None else content).items():
            for column, values in columns.items():
                put(file, f"{table}_{column}", values)
        for (table, column), rows in (series() if moving is None else moving).items():
            put(file, f"{table}_t_{column}_i", list(rows))
            put(file, f"{table}_t_{column}", np.array(list(rows.values()), dtype=float).T)
    return path


def put(file: h5py.File, name: str, values: Any) -> None:
    """Add or replace a variable: texts of variable length, numbers with the fill value that xarray gives them."""
    if name in file:
        del file[name]
    array = np.asarray(values)
    if array.dtype.kind == "U":
        file.create_dataset(name, data=array.astype(object), dtype=h5py.string_dtype())
        return
    if array.dtype.kind == "b":
        file[name] = array.astype(np.int8)
        file[name].attrs["dtype"] = np.bytes_(b"bool")
        return
    file[name] = array
    if array.dtype.kind == "f":
        file[name].attrs["_FillValue"] = np.array([np.nan])
