"""Capacity outage tables: the law of the capacity that a fleet of units has in service, and its parts.

Knows nothing of loads' indices, of samples or of arms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.model.system import Parameter, System

__all__ = [
    "RESOLUTION", "Counted", "Derated", "Table", "Units", "alike", "availability", "counted", "grown", "spread", "sums",
    "table_with", "table_with_derated",
]  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RESOLUTION = 1e-9
"""Of the peak's power of ten: what capacities are counted in, unless an increment is given."""
_MOST_STATES = 2_000_000


@dataclass(frozen=True, slots=True)
class Units:
    """Units that can be out of service, (units, n_steps); ``capacity`` counts increments."""

    capacity: Ints
    """Increments when in service."""
    up: Floats
    """Probability of being in service."""
    p_fail: Floats
    """Probability of failing on entering a step."""
    p_repair: Floats
    """Probability of returning on entering a step."""

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.capacity)

    def take(self, rows: NDArray[np.bool_] | Ints) -> Units:
        """Return some of the units."""
        return Units(self.capacity[rows], self.up[rows], self.p_fail[rows], self.p_repair[rows])

    def during(self, steps: slice) -> Units:
        """Return the same units over some of the steps."""
        return Units(*(getattr(self, item.name)[:, steps] for item in fields(self)))

    def parted(self) -> tuple[Units, Units]:
        """Return the units whose law is the same in every step, as one column, smallest first; and the others."""
        fixed, moving = self.order()
        return self.during(slice(0, 1)).take(fixed), self.take(moving)

    def order(self) -> tuple[Ints, Ints]:
        """Return the rows of the two parts of ``parted``."""
        constant = np.ones(len(self), dtype=np.bool_)
        for item in fields(self):
            values = getattr(self, item.name)
            constant &= np.all(values == values[:, :1], axis=1)
        rows = np.flatnonzero(constant)
        return rows[np.argsort(self.capacity[rows, 0], kind="stable")], np.flatnonzero(~constant)

    def at(self, step: int) -> tuple[Ints, Floats, Floats, Floats]:
        """Return capacity, up, p_fail and p_repair in a step."""
        step = min(step, self.capacity.shape[1] - 1)
        return self.capacity[:, step], self.up[:, step], self.p_fail[:, step], self.p_repair[:, step]


@dataclass(frozen=True, slots=True)
class Derated:
    """A unit with more states than in and out of service, in their stationary law; ``capacity`` counts increments."""

    capacity: Ints
    """Increments in service by state, (n_states, n_steps); none above the first state's."""
    law: Floats
    """Probability of each state, (n_states,)."""
    moves: Floats
    """Probability of going from a state (row) to another on entering a step."""

    @property
    def is_constant(self) -> bool:
        """Whether the capacity is the same in every step."""
        return bool(np.all(self.capacity == self.capacity[:, :1]))

    @property
    def out(self) -> Ints:
        """Increments out of service by state, (n_states, n_steps)."""
        return np.asarray(self.capacity[:1] - self.capacity)

    def during(self, steps: slice) -> Derated:
        """Return the same unit over some of the steps."""
        return Derated(self.capacity[:, steps], self.law, self.moves)


@dataclass(frozen=True, slots=True)
class Table:
    """A capacity outage table: increments available, ascending, and the probability of exactly so many."""

    support: Ints
    """States, in increments."""
    mass: Floats
    """Probability of each."""

    @classmethod
    def empty(cls) -> Table:
        """Return the table of no units."""
        return cls(np.zeros(1, dtype=np.int64), np.ones(1))


@dataclass(frozen=True, slots=True)
class Counted:
    """A one-region system as a load that units which can be out of service must meet."""

    load: Floats
    """Load, (n_steps,), power_unit."""
    net: Floats
    """Load less what never fails."""
    units: Units
    """The other units."""
    rows: Ints
    """Row of each of them among the system's generators."""
    increment: float
    """What capacities are counted in, power_unit."""
    derated: tuple[Derated, ...] = ()
    """Units with more states than in and out of service."""

    @property
    def tolerance(self) -> float:
        """Shortages up to it are none, power_unit."""
        return RESOLUTION * float(self.load.max(initial=0.0))

    @property
    def ceiling(self) -> Ints:
        """Increments needed in each step: a state of k is short if k < ceiling."""
        return np.maximum(np.ceil((self.net - self.tolerance) / self.increment), 0.0).astype(np.int64)


def counted(system: System, increment: float | None = None) -> Counted:
    """Return what the units of a one-region system must meet; factors must be plain numbers."""
    generators, steps = system.generators, system.n_steps
    shape = (len(generators), steps)
    load = np.broadcast_to(system.regions.load[0] * _number(system.regions.load_scale[0]), (steps,))
    scale = np.array([_number(value) for value in generators.capacity_scale]).reshape(-1, 1)
    capacity = np.broadcast_to(generators.capacity * scale, shape)
    p_fail, p_repair = np.broadcast_to(generators.p_fail, shape), np.broadcast_to(generators.p_repair, shape)
    up = availability(p_fail, p_repair)
    of_states = np.array([states is not None for states in generators.states], dtype=np.bool_)
    firm = np.all(up == 1.0, axis=1) & ~of_states
    idle = np.all((up == 0.0) | (capacity == 0.0), axis=1) | of_states
    peak = float(load.max(initial=0.0))
    unit = increment or RESOLUTION * 10.0 ** math.floor(math.log10(peak) if peak > 0 else 0.0)
    counts = np.round(capacity / unit).astype(np.int64)
    rows = np.flatnonzero(~firm & ~idle)
    units = Units(counts, up, p_fail, p_repair).take(rows)
    derated = tuple(
        Derated(np.round(states.shares[:, None] * row / unit).astype(np.int64), states.law, states.moves)
        for states, row in zip(generators.states, capacity, strict=True)
        if states is not None and row.any()
    )
    return Counted(load, load - capacity[firm].sum(axis=0), units, rows, unit, derated)


def _number(value: Parameter) -> float:
    return value if isinstance(value, (int, float)) else math.nan


def availability(p_fail: Floats, p_repair: Floats) -> Floats:
    """Return the probability that each unit is in service in each step."""
    up = np.empty(p_fail.shape)
    total = p_fail[:, 0] + p_repair[:, 0]
    up[:, 0] = np.divide(p_repair[:, 0], total, out=np.ones_like(total), where=total > 0)
    constant = np.all(p_fail == p_fail[:, :1], axis=1) & np.all(p_repair == p_repair[:, :1], axis=1)
    up[constant] = up[constant, :1]  # not stepped on, so that rounding does not make it vary
    varying = np.flatnonzero(~constant)
    before, fail, repair = up[varying, 0], p_fail[varying], p_repair[varying]
    for step in range(1, p_fail.shape[1] if varying.size else 1):
        before = before * (1.0 - fail[:, step]) + (1.0 - before) * repair[:, step]
        up[varying, step] = before
    return up


def alike(*arrays: NDArray[np.generic]) -> Iterator[Ints]:
    """Yield the steps, in groups that have the same column in every array."""
    if not any(len(array) for array in arrays):
        yield np.arange(arrays[0].shape[1])
        return
    columns, group = np.unique(np.concatenate(arrays).T, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    yield from np.split(order, np.cumsum(np.bincount(group.ravel(), minlength=len(columns)))[:-1])


def table_with(table: Table, units: Units, step: int, ceiling: int, name: str) -> Table:
    """Return the table with units added, but for states of at least ``ceiling``."""
    support, mass = table.support[table.support < ceiling], table.mass[table.support < ceiling]
    for capacity, up in zip(units.capacity[:, step], units.up[:, step], strict=True):
        support, stay, move = grown(support, capacity, ceiling)
        more = np.zeros(len(support))
        more[stay] += (1.0 - up) * mass
        more[move] += up * mass[: len(move)]
        mass = more
        _check_size(support, name)
    return Table(support, mass)


def table_with_derated(table: Table, units: Iterable[tuple[Ints, Floats]], ceiling: int, name: str) -> Table:
    """Return the table with units of several states added, each (increments, law), but for states of ``ceiling`` on."""
    for increments, law in units:
        support, places = spread(table.support, increments.tolist(), ceiling)
        mass = np.zeros(len(support))
        for place, probability in zip(places, law, strict=True):
            mass[place] += probability * table.mass[: len(place)]
        _check_size(support, name)
        table = Table(support, mass)
    return table


def spread(support: Ints, shifts: Sequence[int], ceiling: int) -> tuple[Ints, list[Ints]]:
    """Return the states that any of some shifts leads to, and for each shift where the first old states move to.

    Examples
    --------
    >>> spread(np.array([0, 10]), [0, 5, 10], 20)
    (array([ 0,  5, 10, 15]), [array([0, 2]), array([1, 3]), array([2])])
    """
    moved = [(support + shift)[support + shift < ceiling] for shift in shifts]
    both = np.unique(np.concatenate(moved))
    return both, [np.searchsorted(both, part) for part in moved]


def _check_size(support: Ints, name: str) -> None:
    if len(support) > _MOST_STATES:
        faults = Faults(source=f"system {name!r}, for exact indices")
        hint = "amounts that are multiples of one, such as whole MW, have far fewer; or ask for a precision instead"
        faults.add("generators", f"have at most {_MOST_STATES} states of total capacity", hint=hint)
        faults.raise_if_any()


def grown(support: Ints, capacity: int, ceiling: int) -> tuple[Ints, Ints, Ints]:
    """Return the support with a unit added, where the old states lie in it, and where the first of them move to."""
    moved = support + capacity
    moved = moved[moved < ceiling]
    both = np.union1d(support, moved)
    return both, np.searchsorted(both, support), np.searchsorted(both, moved)


def sums(values: Floats) -> Floats:
    """Return the sums of the first 0, 1, 2, ... values."""
    return np.concatenate([[0.0], np.cumsum(values)])
