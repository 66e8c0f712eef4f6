"""How numbers are laid out for the kernels: read-only tables, one column or one per step, hazards, hours.

Knows nothing of what they mean.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from standstill.arrays import locked
from standstill.engine.packed import Floats, Ints, Table

__all__ = ["MAX_HAZARD", "columns_of", "hazard", "hours", "ints", "stack", "table_of"]

MAX_HAZARD = 64.0
"""Stands for a probability of 1: exceeds -log of the smallest uniform, 2**-54."""


def ints(values: Any) -> Ints:
    """Return whole numbers, read-only."""
    return locked(values, np.int64)


def table_of(layout: np.dtype[np.void], rows: list[dict[str, Any]]) -> Table:
    """Return a read-only table; every row gives every field."""
    names = layout.names or ()
    table = np.zeros(len(rows), layout)
    for place, row in enumerate(rows):
        table[place] = tuple(row[name] for name in names)
    table.flags.writeable = False
    return table


def hazard(probability: Floats) -> Floats:
    """Return -log(1 - p), with a bound where p is 1."""
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log1p(-probability), MAX_HAZARD)


def columns_of(rows: Floats, steps: int) -> Floats:
    """Return rows with a column per step, or with one column if every row is constant."""
    if rows.shape[1] == 1 or not rows.size or bool(np.all(rows == rows[:, :1])):
        return locked(rows[:, :1])
    return locked(np.broadcast_to(rows, (rows.shape[0], steps)))


def stack(tables: list[Floats], steps: int) -> Floats:
    """Return tables one below the other, with a column per step if one of them has."""
    wide = any(table.shape[1] > 1 for table in tables)
    width = steps if wide else 1
    rows = [np.broadcast_to(table, (table.shape[0], width)) for table in tables]
    return columns_of(np.concatenate(rows) if rows else np.zeros((0, 1)), steps)


def hours(moment: dt.datetime, start: dt.datetime) -> float:
    """Return the hours from a start to a moment."""
    return (moment - start).total_seconds() / 3600.0
