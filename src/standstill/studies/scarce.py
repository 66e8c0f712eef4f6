"""Expected shortfall from scarce days: days drawn from the exact law of being short, lived through with stores.

Knows how picks are weighted and what a sampled day is worth; not when to stop. See ``docs/concepts/precision.md``.
"""

from __future__ import annotations

import copy
import time

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import locked
from standstill.engine.layout import ints
from standstill.engine.pack_system import pack_stores
from standstill.engine.scarce import frozen_days, sample_days
from standstill.engine.scarce_draws import (
    BLOCK,
    COLUMNS,
    FROZEN,
    HOURS,
    SHORTAGE,
    ScarceModel,
    ScarceWork,
    make_work,
)
from standstill.engine.slots import Slots
from standstill.measures.capacity import counted, sums
from standstill.model.system import System
from standstill.studies.precision import Draws, Wanted
from standstill.studies.scarce_pack import MOST_CELLS, TooManyStates, pack_scarce

__all__ = ["ScarceDays", "TooManyStates"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHARES = {"eue": (0.4, 0.2, 0.3, 0.1), "lole": (0.3, 0.3, 0.2, 0.2)}
"""Shares of picks by shortage, by hours, by frozen energy and by frozen hours, by what is wanted."""
_KNOWN = ("bare_unserved", "bare_short_h", "frozen_unserved", "frozen_short_h")
_POINTS = 40_000  # capacities that are lived through frozen, over all days


class ScarceDays:
    """The scarce days of one region with generators and stores, ready to be sampled.

    Parameters
    ----------
    system: System
        One region; generators and storages; every factor a plain number.
    name: str
        Name of the side, which keys the draws.
    measured: (int, int)
        First step measured and the one after the last.
    wanted: str
        Whether picks favour "eue" or "lole".
    seed: int
        Seed of all draws.

    Raises
    ------
    TooManyStates
        If the tables would be too large.

    Notes
    -----
    Stores can only lessen a shortage, so a day with unserved energy is a day on which generators alone are short. The
    measure of days is tilted to a mixture of four: by the shortage S of the day, by its hours short N, and by what
    would be left of energy and hours if the capacity of the day's worst step lasted all day. The mean of each under the
    true law is a sum of the capacity outage tables, so that the likelihood ratio of a day is exact.
    """

    def __init__(self, system: System, name: str, measured: tuple[int, int], wanted: Wanted, seed: int) -> None:
        slots = Slots()
        asked = counted(system)
        stores = pack_stores(system, slots)
        self._values = slots.values(0, 0, 1)[0]
        model = pack_scarce(system, name, asked, measured, stores)
        self._work = make_work(model)
        began = time.perf_counter()
        frozen_days(model, self._values, 0, np.zeros(0), self._work)
        self.compiling = time.perf_counter() - began
        """Time that went into compiling, s."""
        self.means, self._shares, self._model = _weighted(model, self._values, self._work, _SHARES[wanted])
        within = np.zeros(system.n_steps, dtype=np.bool_)
        within[measured[0] : measured[1]] = True
        self._beyond = _beyond(self._model, within)
        self.load = asked.load
        self._seed, self._done = seed, 0

    per_value = BLOCK
    batch = 1

    def reseeded(self, seed: int) -> ScarceDays:
        """Return the same days under another seed, from the first sample on; the two must not draw at the same time."""
        other = copy.copy(self)
        other._seed, other._done = seed, 0
        return other

    @property
    def can_be_short(self) -> bool:
        """Whether generators alone can be short at all."""
        return bool(self.means[SHORTAGE] > 0.0)

    @property
    def most(self) -> dict[str, float]:
        """Upper bounds of what one sampled day may add to eue and to lole."""
        shares = np.maximum(self._shares[:2], 1e-300)
        return {"eue": float(self.means[0] / shares[0]), "lole": float(self.means[1] / shares[1])}

    def draw(self, count: int) -> Draws:
        """Return the next so many blocks; a sample depends on the seed and its number alone."""
        out = sample_days(self._model, self._values, self._seed, self._done * BLOCK, count * BLOCK, self._work)
        self._done += count
        row = dict(zip(COLUMNS, out.T, strict=False))
        use = np.flatnonzero(self.means > 0.0)
        ratios = np.stack([row[_KNOWN[place]] / self.means[place] for place in use])
        tilt = self._shares[use] @ ratios
        known = self._beyond > 0.0
        beyond = out.T[len(COLUMNS) :][known] / self._beyond[known, None]
        columns = {"eue": "unserved", "lole": "short_h", "lolev": "events"}
        return Draws(
            values={name: _by_block(row[column] / tilt) for name, column in columns.items()},
            controls=np.stack([_by_block(ratio / tilt) - 1.0 for ratio in (*ratios, *beyond)], axis=1),
            short=int(np.count_nonzero(row["short_h"])),
        )


def _by_block(values: Floats) -> Floats:
    means: Floats = values.reshape(-1, BLOCK).mean(axis=1)
    return means


def _beyond(model: ScarceModel, within: NDArray[np.bool_]) -> Floats:
    """Return the exact mean energy and hours short beyond each shift, as they stand in ``sample_days``."""
    means = []
    for shift in model.shifts:
        ceiling = np.ceil((model.net - shift - model.tolerance) / model.increment)
        hours, shortage = np.zeros(len(model.net)), np.zeros(len(model.net))
        for group in range(len(model.table_first) - 1):
            steps = within & (model.group == group)
            first, last = model.table_first[group : group + 2]
            at = first + group + np.searchsorted(model.support[first:last], ceiling[steps])
            hours[steps] = model.mass[at]
            shortage[steps] = (model.net[steps] - shift) * model.mass[at] - model.value[at]
        means += [shortage.clip(min=0.0).sum() * model.energy_per_step, hours.sum() * model.step_h]
    return np.array(means)


def _weighted(
    model: ScarceModel, values: Floats, work: ScarceWork, shares: tuple[float, ...]
) -> tuple[Floats, Floats, ScarceModel]:
    """Return the exact means of what days are tilted by, the shares of picks, and the model with both in it."""
    steps = len(model.net)
    within = np.zeros(steps, dtype=np.bool_)
    within[model.measured[0] : model.measured[1]] = True
    at = model.table_first[model.group] + model.group
    hours = np.where(within, model.mass[at + model.n_short], 0.0)
    shortage = np.where(within, model.net * hours - model.value[at + model.n_short], 0.0).clip(min=0.0)
    days = zip(model.day_first[:-1], model.day_first[1:], strict=True)
    peak = np.array([first + int(np.argmax(shortage[first:last])) for first, last in days])
    model = model._replace(peak=ints(peak))
    model, left = _frozen(model, values, work, shortage, at)
    weights = [shortage * model.energy_per_step, hours * model.step_h, *left]
    where = [np.arange(steps), np.arange(steps), peak, peak]
    means = np.array([weight.sum() for weight in weights])
    used = np.where(means > 0.0, shares, 0.0)
    used = used / used.sum() if used.any() else used
    kinds = [SHORTAGE, HOURS, FROZEN, FROZEN + 1]
    rows = [
        (used[kind] * weights[kind][weights[kind] > 0.0] / means[kind], where[kind][weights[kind] > 0.0], kind)
        for kind in kinds
        if used[kind] > 0.0
    ]
    pick = sums(np.concatenate([row[0] for row in rows])) if rows else np.zeros(1)
    return (
        means,
        used,
        model._replace(
            pick=locked(pick / max(pick[-1], 1e-300)),
            pick_kind=ints(np.concatenate([np.full(len(row[1]), row[2]) for row in rows]) if rows else []),
            pick_step=ints(np.concatenate([row[1] for row in rows]) if rows else []),
        ),
    )


def _frozen(
    model: ScarceModel, values: Floats, work: ScarceWork, shortage: Floats, at: Ints
) -> tuple[ScarceModel, Floats]:
    """Return the model with what each day leaves short if the capacity of its peak lasts, and the means by day.

    It is worked out at some capacities and is a straight line between them: any function would do, as the means and
    the likelihood ratios use this one. The days with the least shortage have none.
    """
    n_days = len(model.peak)
    by_day = np.add.reduceat(shortage, model.day_first[:-1])
    states = model.n_short[model.peak]
    points = max(8, _POINTS // max(1, n_days))
    kept, room = [], MOST_CELLS
    for day in np.argsort(-by_day, kind="stable"):
        room -= int(states[day])
        if by_day[day] <= 1e-6 * by_day.sum() or room < 0:
            break
        kept.append(int(day))
    sizes = np.zeros(n_days, np.int64)
    sizes[kept] = states[kept]
    first = np.concatenate([[0], np.cumsum(sizes)])
    frozen, left = np.zeros((2, first[-1])), np.zeros((2, n_days))
    summed = np.zeros((2, first[-1] + n_days))
    for day in kept:
        step = model.peak[day]
        begin = model.table_first[model.group[step]]
        capacity = model.support[begin : begin + sizes[day]] * model.increment
        mass = np.diff(model.mass[at[step] : at[step] + sizes[day] + 1])
        likely = int(np.searchsorted(np.cumsum(mass), 1e-9 * mass.sum()))
        grid = np.linspace(capacity[min(likely, len(capacity) - 1)], capacity[-1], points)
        found = frozen_days(model, values, day, grid, work)
        for kind in (0, 1):
            curve = np.interp(capacity, grid, found[kind])
            frozen[kind, first[day] : first[day + 1]] = curve
            summed[kind, first[day] + day : first[day + 1] + day + 1] = sums(curve * mass)
            left[kind, day] = summed[kind, first[day + 1] + day]
    return model._replace(frozen_first=ints(first), frozen=locked(frozen), frozen_sum=locked(summed)), left
