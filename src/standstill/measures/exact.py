"""Exact indices of a one-region system without storage, by convolution: what Monte Carlo results are held against.

Knows the System record and nothing of samples or arms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.estimate import Estimate
from standstill.model.system import Parameter, System

__all__ = ["ExactIndices", "exact_indices"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RESOLUTION = 1e-9  # of the peak's power of ten: what capacities are counted in, unless an increment is given
_MOST_STATES = 2_000_000
_MOST_CELLS = 40_000_000  # of one table over two steps
_MOST_CELLS_FILLED = 4_000_000_000  # of all of them, in all


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactIndices:
    """Indices of a system as it is, without sampling error: ``se`` and ``samples`` are 0."""

    lole: Estimate
    """Expected hours with a shortfall, h."""
    eue: Estimate
    """Expected unserved energy, in the system's energy unit."""
    neue: Estimate
    """Unserved energy per energy demanded, ppm."""
    daily_lole: Estimate
    """Expected days whose highest load is not met, d; a part of a day at either end counts as a day."""
    lolev: Estimate
    """Expected number of shortfall events; none if the two-step tables would be too large."""
    lold: Estimate
    """Mean length of an event: the ratio of the expectations, h."""


def exact_indices(system: System, *, increment: float | None = None, with_events: bool = True) -> ExactIndices:
    """Return the exact indices of a one-region system without storage.

    Parameters
    ----------
    system: System
        One region, generators only; every factor a plain number. Capacities, loads and probabilities may vary.
    increment: float, optional
        Capacities of units that can fail are rounded to multiples of it, power_unit. By default they are not rounded,
        but for one part in 1e9 of the peak load.
    with_events: bool
        Whether to count events, which takes longest by far.

    Returns
    -------
    ExactIndices

    Raises
    ------
    InputError
        If the system has several regions, storages, uncertain figures, or too many states of capacity for a table.

    Notes
    -----
    Each unit is a two-state chain that starts in the stationary law of its first step and may change state on entering
    a step. Capacity available in a step is a sum of independent units, so its law is the convolution of theirs (the
    capacity outage table); states of at least the highest load are left out. Units that never fail are taken off the
    load. The expected number of events is the sum over steps of P(short now, not short a step ago), from the
    convolution of the units' joint laws over two steps. A shortfall is a capacity below load by more than one part in
    1e9 of the peak.

    Examples
    --------
    >>> import datetime as dt
    >>> from standstill.model.system import Generators, Regions
    >>> system = System(
    ...     name="two units", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=10, power_unit="MW", energy_unit="MWh",
    ...     regions=Regions(names=("A",), load=[[150.0]]),
    ...     generators=Generators(names=("one", "two"), classes=("thermal",) * 2, region=(0, 0),
    ...                           capacity=[[100.0], [100.0]], p_fail=[[0.01]] * 2, p_repair=[[0.09]] * 2),
    ... )
    >>> indices = exact_indices(system)
    >>> indices.lole, indices.eue
    (1.900±0.000 h/10h, 105.000±0.000 MWh/10h)
    """
    _check(system, increment)
    load, net, units, increment = _counted(system, increment)
    tolerance = _RESOLUTION * load.max(initial=0.0)
    # a state of k increments is short if k < ceiling[t]
    ceiling = np.maximum(np.ceil((net - tolerance) / increment), 0.0).astype(np.int64)
    fixed, moving = units.parted()
    highest = int(ceiling.max())
    base = _table(_Table.empty(), fixed, 0, highest, system.name)
    probability, shortage = np.zeros(system.n_steps), np.zeros(system.n_steps)
    states = 1
    for steps in _alike(moving.capacity, moving.up):
        table = _table(base, moving, int(steps[0]), highest, system.name)
        short = np.searchsorted(table.support, ceiling[steps])
        probability[steps] = _sums(table.mass)[short]
        missing = net[steps] * probability[steps] - _sums(table.mass * table.support * increment)[short]
        shortage[steps] = np.maximum(missing, 0.0)
        states = max(states, len(table.support))
    events = _events(fixed, moving, ceiling, probability, states) if with_events else "events were not asked for"
    return _indices(system, load, probability, shortage, events)


@dataclass(frozen=True, slots=True)
class _Units:
    """Units that can be out of service, (units, n_steps); ``capacity`` counts increments."""

    capacity: Ints
    up: Floats
    p_fail: Floats
    p_repair: Floats

    def __len__(self) -> int:
        return len(self.capacity)

    def take(self, rows: NDArray[np.bool_]) -> _Units:
        return _Units(self.capacity[rows], self.up[rows], self.p_fail[rows], self.p_repair[rows])

    def parted(self) -> tuple[_Units, _Units]:
        """Return the units whose law is the same in every step, smallest first, and the others."""
        constant = np.ones(len(self), dtype=np.bool_)
        for item in fields(self):
            values = getattr(self, item.name)
            constant &= np.all(values == values[:, :1], axis=1)
        fixed = self.take(constant)
        order = np.argsort(fixed.capacity[:, 0], kind="stable")
        return _Units(*(getattr(fixed, item.name)[order] for item in fields(fixed))), self.take(~constant)


@dataclass(frozen=True, slots=True)
class _Table:
    """A capacity outage table: increments available, ascending, and the probability of exactly so many."""

    support: Ints
    mass: Floats

    @classmethod
    def empty(cls) -> _Table:
        return cls(np.zeros(1, dtype=np.int64), np.ones(1))


def _check(system: System, increment: float | None) -> None:
    faults = Faults(source=f"system {system.name!r}, for exact indices")
    if len(system.regions) != 1:
        faults.add("regions", "be one", len(system.regions))
    for name in ("storages", "generator_storages", "demand_responses"):
        if len(getattr(system, name)):
            faults.add(name, "be absent", len(getattr(system, name)))
    scales = {
        "regions.load_scale": system.regions.load_scale,
        "generators.capacity_scale": system.generators.capacity_scale,
    }
    for place, values in scales.items():
        for value in values:
            if not isinstance(value, (int, float)):
                faults.add(place, "be a number, not a distribution", value.path)
    if system.regions.picks_up:
        faults.add("regions.pickup_share", "be 0", system.regions.pickup_share)
    if any(value != 0.0 for value in system.generators.price_elasticity):
        faults.add("generators.price_elasticity", "be 0", system.generators.price_elasticity)
    if increment is not None and not 0 < increment < math.inf:
        faults.add("increment", f"be > 0 {system.power_unit}", increment)
    faults.raise_if_any()


def _counted(system: System, increment: float | None) -> tuple[Floats, Floats, _Units, float]:
    """Return load, load less what never fails, the other units, and the increment they are counted in."""
    generators, steps = system.generators, system.n_steps
    shape = (len(generators), steps)
    load = np.broadcast_to(system.regions.load[0] * _number(system.regions.load_scale[0]), (steps,))
    scale = np.array([_number(value) for value in generators.capacity_scale]).reshape(-1, 1)
    capacity = np.broadcast_to(generators.capacity * scale, shape)
    p_fail, p_repair = np.broadcast_to(generators.p_fail, shape), np.broadcast_to(generators.p_repair, shape)
    up = _availability(p_fail, p_repair)
    firm, idle = np.all(up == 1.0, axis=1), np.all((up == 0.0) | (capacity == 0.0), axis=1)
    peak = float(load.max(initial=0.0))
    unit = increment or _RESOLUTION * 10.0 ** math.floor(math.log10(peak) if peak > 0 else 0.0)
    counts = np.round(capacity / unit).astype(np.int64)
    rows = ~firm & ~idle
    return load, load - capacity[firm].sum(axis=0), _Units(counts, up, p_fail, p_repair).take(rows), unit


def _number(value: Parameter) -> float:
    return value if isinstance(value, (int, float)) else math.nan


def _availability(p_fail: Floats, p_repair: Floats) -> Floats:
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


def _alike(*arrays: NDArray[np.generic]) -> Iterator[Ints]:
    """Yield the steps, in groups that have the same column in every array."""
    if not len(arrays[0]):
        yield np.arange(arrays[0].shape[1])
        return
    columns, group = np.unique(np.concatenate(arrays).T, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    yield from np.split(order, np.cumsum(np.bincount(group.ravel(), minlength=len(columns)))[:-1])


def _table(table: _Table, units: _Units, step: int, ceiling: int, name: str) -> _Table:
    """Return the table with units added, but for states of at least ``ceiling``."""
    support, mass = table.support[table.support < ceiling], table.mass[table.support < ceiling]
    for capacity, up in zip(units.capacity[:, step], units.up[:, step], strict=True):
        grown, stay, move = _grown(support, capacity, ceiling)
        more = np.zeros(len(grown))
        more[stay] += (1.0 - up) * mass
        more[move] += up * mass[: len(move)]
        support, mass = grown, more
        if len(support) > _MOST_STATES:
            faults = Faults(source=f"system {name!r}, for exact indices")
            hint = "give an increment, for example increment=1.0, that capacities are rounded to"
            faults.add("generators", f"have at most {_MOST_STATES} states of total capacity", hint=hint)
            faults.raise_if_any()
    return _Table(support, mass)


def _grown(support: Ints, capacity: int, ceiling: int) -> tuple[Ints, Ints, Ints]:
    """Return the support with a unit added, where the old states lie in it, and where the first of them move to."""
    moved = support + capacity
    moved = moved[moved < ceiling]
    grown = np.union1d(support, moved)
    return grown, np.searchsorted(grown, support), np.searchsorted(grown, moved)


def _sums(values: Floats) -> Floats:
    """Return the sums of the first 0, 1, 2, ... values."""
    return np.concatenate([[0.0], np.cumsum(values)])


@dataclass(frozen=True, slots=True)
class _Pair:
    """The joint law of available increments in two steps that follow each other, ``mass[before, now]``."""

    before: Ints
    now: Ints
    mass: Floats


def _events(fixed: _Units, moving: _Units, ceiling: Ints, probability: Floats, states: int) -> float | str:
    """Return the expected number of entries into shortfall, or why it cannot be had."""
    if probability.size == 1 or not probability.any():
        return float(probability[0])
    kinds = [moving.capacity[:, :-1], moving.capacity[:, 1:], moving.up[:, :-1], moving.p_fail[:, 1:]]
    pairs = list(_alike(*kinds, moving.p_repair[:, 1:]))
    cells = states * states
    if cells > _MOST_CELLS or cells * (len(fixed) + len(pairs) * (len(moving) + 1)) > _MOST_CELLS_FILLED:
        return f"{states} states of capacity in {len(pairs)} kinds of step are too many for tables over two steps"
    highest = int(ceiling.max())
    none = np.zeros(1, dtype=np.int64)
    base = _pair(_Pair(none, none, np.ones((1, 1))), fixed, 0, highest)
    total = float(probability[0])
    for steps in pairs:
        pair = _pair(base, moving, int(steps[0]), highest)
        both_short = np.pad(pair.mass, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        before = np.searchsorted(pair.before, ceiling[steps])
        now = np.searchsorted(pair.now, ceiling[steps + 1])
        total += float(np.maximum(probability[steps + 1] - both_short[before, now], 0.0).sum())
    return total


def _pair(pair: _Pair, units: _Units, step: int, ceiling: int) -> _Pair:
    """Return the joint law of a step and the next with units added, but for states of at least ``ceiling`` in either.

    They are not needed: the law of one step says how much mass is missing.
    """
    before, now, mass = pair.before, pair.now, pair.mass
    for row in range(len(units)):
        up, fail, repair = units.up[row, step], units.p_fail[row, step + 1], units.p_repair[row, step + 1]
        law = ((1.0 - up) * (1.0 - repair), (1.0 - up) * repair), (up * fail, up * (1.0 - fail))
        before, *rows = _grown(before, units.capacity[row, step], ceiling)
        now, *columns = _grown(now, units.capacity[row, step + 1], ceiling)
        more = np.zeros((len(before), len(now)))
        for was, to_rows in enumerate(rows):
            for is_now, to_columns in enumerate(columns):
                part = mass[: len(to_rows), : len(to_columns)]
                more[np.ix_(to_rows, to_columns)] += law[was][is_now] * part
        mass = more
    return _Pair(before, now, mass)


def _indices(system: System, load: Floats, probability: Floats, shortage: Floats, events: float | str) -> ExactIndices:
    def exact(value: float, unit: str, reason: str = "") -> Estimate:
        return Estimate(value=value, se=0.0, unit=unit, samples=0, horizon_h=system.horizon_h, reason=reason)

    lole = float(probability.sum()) * system.step_h
    demand = float(load.sum())
    offset = system.start - system.start.replace(hour=0, minute=0, second=0, microsecond=0)
    day = np.floor(offset.total_seconds() / 86400 + np.arange(system.n_steps) * system.step_h / 24 + 1e-9)
    days = np.split(np.arange(system.n_steps), np.flatnonzero(np.diff(day)) + 1)
    daily = sum(float(probability[steps[np.argmax(load[steps])]]) for steps in days)
    if isinstance(events, str):
        lolev, lold = exact(math.nan, "events", events), exact(math.nan, "h", events)
    else:
        lolev = exact(events, "events")
        lold = exact(lole / events, "h") if events > 0 else exact(math.nan, "h", "there is no shortfall")
    return ExactIndices(
        lole=exact(lole, "h"),
        eue=exact(float(shortage.sum()) * system.energy_per_step, system.energy_unit),
        neue=exact(1e6 * float(shortage.sum()) / demand, "ppm") if demand > 0 else exact(math.nan, "ppm", "no load"),
        daily_lole=exact(daily, "d"),
        lolev=lolev,
        lold=lold,
    )
