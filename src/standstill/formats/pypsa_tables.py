"""Reads the tables of a PyPSA network: snapshots, and for each component its names, texts, numbers and series.

What cannot be read is a fault with its place; the table then goes on with defaults, so that all faults are found.
Knows nothing of the System that the tables become.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.formats.checks import MOST_VALUES, attempt, has_shape, note_wrong
from standstill.formats.pypsa_schema import COLUMNS, TEXTS
from standstill.formats.pypsa_variables import Variables

__all__ = ["NOISE", "Snapshots", "Table", "read_snapshots", "read_table"]

Floats = NDArray[np.float64]

NOISE = 1e-6
"""How far below 0 a number may be that means 0, as solvers and weather models leave it."""
_HOUR_US = 3_600_000_000
_SUMS = ("generators", "objective")  # sums with weights of their own: energy and emissions, and costs
_SAME = 1e-6  # steps that differ by less, in relative terms, are equal: times may be stored as float hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """The time axis; after a fault, a stand-in that lets the other checks go on."""

    start: dt.datetime = dt.datetime(1970, 1, 1)
    step_h: float = 1.0
    count: int | None = None
    """Number of snapshots; None if it could not be read."""
    weighted: tuple[str, ...] = ()
    """Sums in which snapshots have another weight than their time, which does not matter to a simulation."""


@dataclass(slots=True, kw_only=True)
class Table:
    """One component of the network, by row."""

    kind: str
    names: tuple[str, ...] = ()
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    static: dict[str, Floats] = field(default_factory=dict)
    """Column -> (n,)."""
    series: dict[str, dict[int, Floats]] = field(default_factory=dict)
    """Column -> row -> (n_steps,), which takes the place of the static value."""
    given: frozenset[str] = frozenset()
    """Columns that the file has, static or as series."""

    def value(self, column: str, row: int) -> Floats:
        """Return a value of one row: (1,), or (n_steps,) if it is a series."""
        found = self.series.get(column, {}).get(row)
        return self.static[column][row : row + 1] if found is None else found

    def number(self, column: str, row: int) -> float:
        """Return the static value of one row."""
        return float(self.static[column][row])

    def check(self, rows: Iterable[int], columns: Iterable[str], faults: Faults) -> None:
        """Note every value of some rows that is not what its column must be."""
        rows = list(rows)
        for column in columns:
            kind, moving = COLUMNS[self.kind][column].kind, self.series.get(column, {})
            still = [row for row in rows if row not in moving]
            labels = [self.names[row] for row in still]
            if not kind.hold(self.static[column][still]):
                note_wrong(self.static[column][still], f"{self.kind}_{column}", labels.__getitem__, kind, faults)
            for row in rows:
                if row in moving and not kind.hold(moving[row]):
                    label = [self.names[row]].__getitem__
                    note_wrong(moving[row][:, None], f"{self.kind}_t_{column}", label, kind, faults)


def read_snapshots(variables: Variables, faults: Faults) -> Snapshots:
    """Return the time axis: evenly spaced snapshots, each of which stands for the time to the next."""
    if _has_periods(variables, faults):
        hint = "choose one period and write a network of its snapshots alone"
        faults.add("snapshots", "have no investment periods", "several periods", hint)
        return Snapshots()
    if "scenario" in variables.names:
        faults.add("scenario", "be absent", "a network of several scenarios", "write a network of one scenario")
        return Snapshots()
    times = _times(variables, faults)
    if times is None:
        return Snapshots()
    steps = np.diff(times) / _HOUR_US
    weights = {name: _weights(variables, name, len(times), faults) for name in ("stores", *_SUMS)}
    step_h = float(steps[0]) if len(steps) else float(weights["stores"][0])
    if step_h <= 0 or not np.allclose(steps, step_h, rtol=_SAME, atol=0.0):
        odd = int(np.argmax(~np.isclose(steps, step_h, rtol=_SAME, atol=0.0))) if step_h > 0 else 0
        came = f"{steps[odd]:g} h after snapshot {odd + 1}, {step_h:g} h before" if odd else f"a step of {step_h:g} h"
        faults.add("snapshots", "be evenly spaced", came, "write a network of one unbroken span of time")
        return Snapshots(count=len(times))
    if not np.allclose(weights["stores"], step_h, rtol=_SAME, atol=0.0):
        wrong = weights["stores"][int(np.argmax(np.abs(weights["stores"] - step_h)))]
        hint = (
            f"a weight says for how many hours a snapshot stands: make all {step_h:g}, or the snapshots that far apart"
        )
        faults.add("snapshots_stores", f"be {step_h:g} h, the time to the next snapshot", float(wrong), hint)
    start = attempt(lambda: dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(times[0])), "snapshots", faults)
    given = [name for name in _SUMS if {f"snapshots_{name}", "snapshots_weightings"} & variables.names]
    weighted = tuple(name for name in given if not np.allclose(weights[name], step_h, rtol=_SAME, atol=0.0))
    return Snapshots(start=start or Snapshots().start, step_h=step_h, count=len(times), weighted=weighted)


def _has_periods(variables: Variables, faults: Faults) -> bool:
    is_set = attempt(lambda: variables.is_set("_multi_invest"), "attribute network__multi_invest", faults)
    if is_set or "snapshots_period" in variables.names:
        return True
    name = "investment_periods"
    # versions before 1.0 write an empty one where there are none
    return name in variables.names and 0 not in (attempt(lambda: variables.shape(name), name, faults) or (0,))


def _times(variables: Variables, faults: Faults) -> NDArray[np.int64] | None:
    names = sorted(name for name in variables.names if name.split("_")[0] == "snapshots")
    if not names:
        faults.add("snapshots", "be given", hint="is it a network that PyPSA wrote?")
        return None
    before = len(faults.items)
    for name in names:
        times = attempt(partial(variables.times, name), name, faults)
        if times is not None and times.ndim == 1 and len(times):
            return times
    if len(faults.items) == before:
        faults.add("snapshots", "be times", hint="n.set_snapshots(pandas.date_range(...)) gives a network times")
    return None


def _weights(variables: Variables, name: str, count: int, faults: Faults) -> Floats:
    one = np.ones(count)
    place = next((each for each in (f"snapshots_{name}", "snapshots_weightings") if each in variables.names), None)
    if place is None:
        return one
    found = _numbers(variables, place, (count,), faults)
    return one if found is None else found


def read_table(variables: Variables, kind: str, count: int | None, faults: Faults) -> Table:
    """Return one component.

    Parameters
    ----------
    variables: Variables
        The network.
    kind: str
        Which component, for example "generators".
    count: int, optional
        Number of snapshots, if it is known.
    faults: Faults
        Where faults are noted.
    """
    index = f"{kind}_i"
    names = _texts(variables, index, None, faults) if index in variables.names else None
    if names is None:
        if index not in variables.names and any(name.startswith(f"{kind}_") for name in variables.names):
            faults.add(index, "be given", hint="without it the rows of this component have no names")
        empty = {column: np.zeros(0) for column in COLUMNS[kind]}
        return Table(kind=kind, texts=dict.fromkeys(TEXTS[kind], ()), static=empty)
    for name, number in Counter(names).items():
        if number > 1 or not name:
            faults.add(f"{index}[{name}]", "be a unique name", f"{number} rows of that name")
    table = Table(kind=kind, names=names, given=_given(variables, kind))
    for column in (*TEXTS[kind], *_further_buses(variables, kind)):
        place, default = f"{kind}_{column}", TEXTS[kind].get(column, "")
        texts = _texts(variables, place, len(names), faults) if place in variables.names else None
        table.texts[column] = texts or (default,) * len(names)
        if column in ("bus", "bus0", "bus1") and names and place not in variables.names:
            faults.add(place, "be given")
    for column, entry in COLUMNS[kind].items():
        place, usual = f"{kind}_{column}", np.full(len(names), entry.default)
        is_there = place in variables.names
        found = _numbers(variables, place, (len(names),), faults) if is_there else None
        table.static[column] = usual if found is None else found
        table.series[column] = _series(variables, f"{kind}_t_{column}", table, count, faults)
        if entry.kind.low == 0.0:
            for values in (table.static[column], *table.series[column].values()):
                values[(values < 0.0) & (values >= -NOISE)] = 0.0
    return table


def _given(variables: Variables, kind: str) -> frozenset[str]:
    start = re.compile(rf"{kind}_(?:t_)?(?!t_|pw_)(.+?)")
    return frozenset(match[1] for name in variables.names if (match := start.fullmatch(name)))


def _further_buses(variables: Variables, kind: str) -> list[str]:
    """Return the columns of further buses of links: bus2, bus3, ..."""
    return sorted(
        column for column in _given(variables, kind) if kind == "links" and re.fullmatch(r"bus[2-9]\d*", column)
    )


def _series(variables: Variables, place: str, table: Table, count: int | None, faults: Faults) -> dict[int, Floats]:
    if place not in variables.names:
        return {}
    if f"{place}_i" not in variables.names:
        faults.add(f"{place}_i", "be given", hint="without it nothing says whose the columns are")
        return {}
    names = _texts(variables, f"{place}_i", None, faults)
    if names is None:
        return {}
    row_of = {name: row for row, name in enumerate(table.names)}
    for name in names:
        if name not in row_of:
            faults.add(f"{place}_i", f"be names of {table.kind}", name)
    values = _numbers(variables, place, (count, len(names)), faults)
    if values is None:
        return {}
    return {row_of[name]: np.ascontiguousarray(values[:, at]) for at, name in enumerate(names) if name in row_of}


def _shape(variables: Variables, place: str, wanted: tuple[int | None, ...], faults: Faults) -> bool:
    """Return whether a variable has a shape, which is seen before its values are read; None is any length."""
    found = attempt(lambda: variables.shape(place), place, faults)
    if found is None or not has_shape(found, wanted, place, ("snapshots", "names"), faults):
        return False
    if np.prod(found, dtype=float) > MOST_VALUES:
        faults.add(place, f"hold at most {MOST_VALUES} values", found)
        return False
    return True


def _numbers(variables: Variables, place: str, shape: tuple[int | None, ...], faults: Faults) -> Floats | None:
    """Return the numbers of a variable, or None after a fault."""
    if not _shape(variables, place, shape, faults):
        return None
    values = attempt(lambda: variables.values(place), place, faults)
    if values is None:
        return None
    if values.dtype.kind not in "iufb":
        faults.add(place, "hold numbers", "text")
        return None
    return values.astype(np.float64)


def _texts(variables: Variables, place: str, length: int | None, faults: Faults) -> tuple[str, ...] | None:
    if not _shape(variables, place, (length,), faults):
        return None
    values = attempt(lambda: variables.values(place), place, faults)
    if values is None:
        return None
    if values.dtype.kind == "f":
        faults.add(place, "hold text", "numbers")
        return None
    return tuple(str(value) for value in values.tolist())
