"""Exact indices of a copper plate without storage, by convolution: what Monte Carlo results are held against.

Knows the System record and nothing of samples or arms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.estimate import Estimate
from standstill.measures.capacity import Counted, Table, Units, alike, counted, sums, table_with, table_with_derated
from standstill.measures.copper import binding, one_region
from standstill.measures.events import entries
from standstill.model.system import System

__all__ = ["ExactIndices", "exact_indices", "shortfall_by_step"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_TABLES = ("regions", "interfaces", "lines", "generators")


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


def exact_indices(
    system: System,
    *,
    increment: float | None = None,
    copper_plate: bool = False,
    measured: tuple[int, int] | None = None,
    with_events: bool = True,
) -> ExactIndices:
    """Return the exact indices of a system of generators and loads that no interface limits.

    Parameters
    ----------
    system: System
        Generators only; every factor a plain number. Capacities, loads and probabilities may vary. Several regions are
        taken as one if it can be proven that no interface binds; see ``binding``.
    increment: float, optional
        Capacities of units that can fail are rounded to multiples of it, power_unit. By default they are not rounded,
        but for one part in 1e9 of the peak load.
    copper_plate: bool
        Take all regions as one even where interfaces may bind. Unserved energy, hours and days short are then lower
        bounds; events, their number and length, are not.
    measured: (int, int), optional
        First step measured and the one after the last; all by default.
    with_events: bool
        Whether to count events, which takes longest by far.

    Returns
    -------
    ExactIndices

    Raises
    ------
    InputError
        If an interface may bind, there are stores, uncertain figures, or too many states of capacity for a table.

    Notes
    -----
    Each unit is a two-state chain, or one of more states, that starts in the stationary law of its first step and may
    change state on entering a step. Capacity available in a step is a sum of independent units, so its law is the
    convolution of theirs (the capacity outage table); states of at least the highest load are left out. Units that
    never fail are taken off the load. The expected number of events is the sum over steps of P(short now, not short a
    step ago), from the convolution of the units' joint laws over two steps. A shortfall is a capacity below load by
    more than one part in 1e9 of the peak.

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
    _check(system, increment, copper_plate)
    system = one_region(system)
    asked = counted(system, increment)
    ceiling = asked.ceiling
    fixed, moving = asked.units.parted()
    probability, shortage = _by_step(asked, fixed, moving, system.name)
    first, last = measured or (0, system.n_steps)
    within = slice(first, last)
    events: float | str = "events were not asked for"
    if with_events:
        derated = [unit.during(within) for unit in asked.derated]
        events = entries(fixed, moving.during(within), ceiling[within], probability[within], derated)
    return _indices(system, asked.load, probability, shortage, events, within)


def shortfall_by_step(system: System, *, increment: float | None = None) -> tuple[Floats, Floats]:
    """Return, for each step, the probability of a shortfall and the expected shortfall, power_unit.

    What is refused is as for ``exact_indices``, which adds these up.

    Parameters
    ----------
    system, increment
        As for ``exact_indices``.

    Returns
    -------
    tuple
        Probability of a shortfall, and expected shortfall, power_unit, each (n_steps,).

    Examples
    --------
    >>> import datetime as dt
    >>> from standstill.model.system import Generators, Regions
    >>> system = System(
    ...     name="one unit", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=2, power_unit="MW", energy_unit="MWh",
    ...     regions=Regions(names=("A",), load=[[50.0, 80.0]]),
    ...     generators=Generators(names=("one",), classes=("thermal",), region=(0,), capacity=[[100.0]],
    ...                           p_fail=[[0.1]], p_repair=[[0.9]]),
    ... )
    >>> probability, shortage = shortfall_by_step(system)
    >>> probability.round(9).tolist(), shortage.round(9).tolist()
    ([0.1, 0.1], [5.0, 8.0])
    """
    _check(system, increment, False)
    system = one_region(system)
    asked = counted(system, increment)
    return _by_step(asked, *asked.units.parted(), system.name)


def _by_step(asked: Counted, fixed: Units, moving: Units, name: str) -> tuple[Floats, Floats]:
    highest, n_steps = int(asked.ceiling.max()), len(asked.ceiling)
    base = table_with(Table.empty(), fixed, 0, highest, name)
    same = [(unit.capacity[:, 0], unit.law) for unit in asked.derated if unit.is_constant]
    varying = [unit for unit in asked.derated if not unit.is_constant]
    base = table_with_derated(base, same, highest, name)
    probability, shortage = np.zeros(n_steps), np.zeros(n_steps)
    for steps in alike(moving.capacity, moving.up, *(unit.capacity for unit in varying)):
        table = table_with(base, moving, int(steps[0]), highest, name)
        parts = [(unit.capacity[:, steps[0]], unit.law) for unit in varying]
        table = table_with_derated(table, parts, highest, name)
        short = np.searchsorted(table.support, asked.ceiling[steps])
        probability[steps] = sums(table.mass)[short]
        missing = asked.net[steps] * probability[steps] - sums(table.mass * table.support * asked.increment)[short]
        shortage[steps] = np.maximum(missing, 0.0)
    return probability, shortage


def _check(system: System, increment: float | None, copper_plate: bool) -> None:
    faults = Faults(source=f"system {system.name!r}, for exact indices")
    numbers = [*system.regions.load_scale, *system.generators.capacity_scale]
    are_numbers = all(isinstance(value, (int, float)) for value in numbers)
    if are_numbers and not copper_plate:
        for place, must, got in binding(system):
            hint = "to leave limits out on purpose, ask for the copper plate: lower bounds of LOLE, EUE and NEUE"
            faults.add(place, must, got, hint)
    for table in fields(system):
        record = getattr(system, table.name)
        if table.name not in _TABLES and hasattr(record, "p_fail") and len(record):
            faults.add(
                table.name, "be absent", len(record), "what moves energy in time needs sampling, with a precision"
            )
    if system.regions.picks_up:
        faults.add("regions.pickup_share", "be 0", system.regions.pickup_share)
    if any(value != 0.0 for value in system.generators.price_elasticity):
        faults.add("generators.price_elasticity", "be 0", system.generators.price_elasticity)
    scales = {
        "regions.load_scale": system.regions.load_scale,
        "generators.capacity_scale": system.generators.capacity_scale,
    }
    for place, values in scales.items():
        for value in values:
            if not isinstance(value, (int, float)):
                faults.add(place, "be a number, not a distribution", value.path)
    if increment is not None and not 0 < increment < math.inf:
        faults.add("increment", f"be > 0 {system.power_unit}", increment)
    faults.raise_if_any()


def _indices(
    system: System, load: Floats, probability: Floats, shortage: Floats, events: float | str, within: slice
) -> ExactIndices:
    horizon_h = (within.stop - within.start) * system.step_h

    def exact(value: float, unit: str, reason: str = "") -> Estimate:
        return Estimate(value=value, se=0.0, unit=unit, samples=0, horizon_h=horizon_h, reason=reason)

    first = within.start
    load, probability, shortage = load[within], probability[within], shortage[within]
    lole = float(probability.sum()) * system.step_h
    demand = float(load.sum())
    offset = system.start - system.start.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = offset.total_seconds() / 3600 + np.arange(first, within.stop) * system.step_h
    day = np.floor(hours / 24 + 1e-9)
    days = np.split(np.arange(len(day)), np.flatnonzero(np.diff(day)) + 1)
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
