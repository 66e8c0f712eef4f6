"""Expected number of shortfall events, from the joint law of what is out of service in two successive steps.

Knows nothing of systems; it is handed units and how many increments are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.measures.capacity import Table, Units, alike, grown, table_with

__all__ = ["entries"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Slots = Ints | slice

_MOST_CELLS = 40_000_000  # of one table over two steps
_MOST_CELLS_FILLED = 4_000_000_000  # of all of them, in all
_MOST_EMPTY = 4  # places of a regular table for each state: it is filled several times as fast
_MOST_LOOKED_UP = 8_000_000  # states of the units kept apart x kinds of step
_NEGLIGIBLE = 1e-10  # share of P(short) summed over steps that may be left out, at each of three places


@dataclass(frozen=True, slots=True)
class _Pair:
    """The joint law of increments out of service in two steps that follow each other, ``mass[before, now]``."""

    before: Ints
    now: Ints
    mass: Floats


@dataclass(frozen=True, slots=True)
class _Points:
    """The same, point by point: for the few largest units, whose table would be mostly empty."""

    before: Ints
    now: Ints
    mass: Floats

    @classmethod
    def empty(cls) -> _Points:
        none = np.zeros(1, dtype=np.int64)
        return cls(none, none, np.ones(1))


def entries(fixed: Units, moving: Units, ceiling: Ints, probability: Floats) -> float | str:
    """Return the expected number of entries into shortfall, or why it cannot be had.

    Parameters
    ----------
    fixed, moving: Units
        Units that can be out of service: those whose law never changes, one column, and the others.
    ceiling: array of int
        Increments needed in each step, (n_steps,).
    probability: array
        P(fewer are in service), (n_steps,).

    Notes
    -----
    P(short now) - P(short now and a step ago), summed over steps; the first step counts as an entry. The joint law of
    two steps is that of two sums of independent units. The largest units are kept apart: the table over the others is
    small, and is read once for every state of the large ones, which are few.
    """
    if not probability[1:].any():
        return float(probability[0])
    # in increments out of service, of which few are likely: short if more than ``spare`` are out
    spare = fixed.capacity.sum() + moving.capacity.sum(axis=0) - ceiling
    least = _NEGLIGIBLE * float(probability.sum()) / probability.size
    shown = _worth_it(probability)
    groups = [shown[group] for group in alike(*(part[:, shown] for part in _columns(moving)))]
    kinds = len(np.unique(np.stack([spare[shown], spare[shown + 1]]), axis=1).T)
    few = _largest(fixed, kinds)
    apart, fixed = fixed.take(np.arange(few, len(fixed))), fixed.take(np.arange(few))
    states, spacing, highest = _states(fixed, moving, least)
    cells = states * states
    if cells > _MOST_CELLS or cells * (len(fixed) + len(groups) * (len(moving) + 1)) > _MOST_CELLS_FILLED:
        return f"{states} states of capacity in {len(groups)} kinds of step are too many for tables over two steps"
    none = np.zeros(1, dtype=np.int64)
    base = _pair(_Pair(none, none, np.ones((1, 1))), fixed, 0, highest, spacing)
    points = _points(apart, least)
    total = float(probability[0])
    for steps in groups:
        pair = _pair(base, moving, int(steps[0]), highest, spacing)
        total += _entered(pair, points, spare[steps], spare[steps + 1], probability[steps + 1])
    return total


def _worth_it(probability: Floats) -> Ints:
    """Return the steps whose successor's P(short) matters at all, ascending."""
    later = probability[1:]
    order = np.argsort(later, kind="stable")
    small = np.cumsum(later[order]) <= _NEGLIGIBLE * later.sum()
    return np.sort(order[~small])


def _columns(units: Units) -> list[NDArray[np.generic]]:
    return [
        units.capacity[:, :-1], units.capacity[:, 1:], units.up[:, :-1], units.p_fail[:, 1:], units.p_repair[:, 1:]
    ]  # fmt: skip


def _largest(fixed: Units, kinds: int) -> int:
    """Return where the largest units begin: as many as have few states, times the kinds of step."""
    sizes = fixed.capacity[:, 0]
    points = 1
    for row in range(len(fixed) - 1, -1, -1):
        alike_so_far = int(np.count_nonzero(sizes[row + 1 :] == sizes[row]))
        # n equal units have (n + 1)^2 states over two steps, not 4^n
        points = points // (alike_so_far + 1) ** 2 * (alike_so_far + 2) ** 2
        if points * kinds > _MOST_LOOKED_UP:
            return row + 1
    return 0


def _states(fixed: Units, moving: Units, least: float) -> tuple[int, int, int]:
    """Return the number of states, their spacing if nearly every multiple is one (else 0), and one above the last.

    States beyond it have a probability below ``least`` together; units that change are taken at their worst.
    """
    sizes = np.concatenate([fixed.capacity[:, 0], moving.capacity.max(axis=1)])
    out = np.concatenate([1.0 - fixed.up[:, 0], 1.0 - moving.up.min(axis=1)])
    worst = Units(sizes[:, None], out[:, None], out[:, None], out[:, None])
    table = table_with(Table.empty(), worst, 0, int(sizes.sum()) + 1, "events")
    likely = np.cumsum(table.mass[::-1])[::-1] > least
    states, last = int(likely.sum()), int(table.support[likely][-1])
    spacing = int(np.gcd.reduce(np.concatenate([fixed.capacity.ravel(), moving.capacity.ravel(), [0]])))
    count = last // spacing + 1 if spacing else 1
    return (count, spacing, last + 1) if spacing and count <= _MOST_EMPTY * states else (states, 0, last + 1)


def _widened(support: Ints, capacity: int, ceiling: int, spacing: int) -> tuple[Ints, tuple[Slots, Slots]]:
    """Return the support with a unit added, and where the old states stay and move to."""
    if spacing == 0:
        both, stay, move = grown(support, capacity, ceiling)
        return both, (stay, move)
    both = np.arange(0, min(int(support[-1]) + capacity + 1, ceiling), spacing)
    shift = capacity // spacing
    return both, (slice(0, len(support)), slice(shift, max(shift, min(shift + len(support), len(both)))))


def _laws(unit: tuple[float, ...], after: tuple[float, ...]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return P(state before, state now) of one unit, in service first."""
    up, fail, repair = unit[1], after[2], after[3]
    return (up * (1.0 - fail), up * fail), ((1.0 - up) * repair, (1.0 - up) * (1.0 - repair))


def _pair(pair: _Pair, units: Units, step: int, ceiling: int, spacing: int) -> _Pair:
    """Return the joint law of a step and the next with units added, but for states of ``ceiling`` or more in either."""
    before, now, mass = pair.before, pair.now, pair.mass
    for unit, after in zip(zip(*units.at(step), strict=True), zip(*units.at(step + 1), strict=True), strict=True):
        law = _laws(unit, after)
        before, rows = _widened(before, int(unit[0]), ceiling, spacing)
        now, columns = _widened(now, int(after[0]), ceiling, spacing)
        more = np.zeros((len(before), len(now)))
        room = np.empty(mass.shape)
        for was, to_rows in enumerate(rows):
            for is_out, to_columns in enumerate(columns):
                height, width = _length(to_rows), _length(to_columns)
                part = np.multiply(mass[:height, :width], law[was][is_out], out=room[:height, :width])
                more[_cross(to_rows, to_columns)] += part
        mass = more
    return _Pair(before, now, mass)


def _length(slots: Slots) -> int:
    return slots.stop - slots.start if isinstance(slots, slice) else len(slots)


def _cross(rows: Slots, columns: Slots) -> Any:
    return (rows, columns) if isinstance(rows, slice) or isinstance(columns, slice) else np.ix_(rows, columns)


def _points(units: Units, least: float) -> _Points:
    """Return the joint law of a step and the next as a list of points, but for points too unlikely to matter."""
    points = _Points.empty()
    moves = [(was, is_now) for was in (0, 1) for is_now in (0, 1)]
    for unit in zip(*units.at(0), strict=True):
        law = _laws(unit, unit)
        before = np.concatenate([points.before + was * unit[0] for was, _ in moves])
        now = np.concatenate([points.now + is_now * unit[0] for _, is_now in moves])
        mass = np.concatenate([law[was][is_now] * points.mass for was, is_now in moves])
        places, at = np.unique(np.stack([before, now]), axis=1, return_inverse=True)
        merged = np.bincount(at.ravel(), mass, minlength=places.shape[1]).astype(np.float64)
        keep = merged > least / (len(merged) * len(units))
        points = _Points(places[0][keep], places[1][keep], merged[keep])
    return points


def _entered(pair: _Pair, points: _Points, before: Ints, now: Ints, probability: Floats) -> float:
    """Return the sum over steps of P(short now, not short a step ago); ``before`` and ``now`` may be out unharmed."""
    # P(more than so many out in both steps), from the last state down
    beyond = np.pad(pair.mass[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1], ((0, 1), (0, 1))).ravel()
    width = len(pair.now) + 1
    kinds, kind = np.unique(np.stack([before, now]), axis=1, return_inverse=True)
    befores, befores_at = np.unique(kinds[0], return_inverse=True)
    nows, nows_at = np.unique(kinds[1], return_inverse=True)
    xs, ys = np.unique(points.before), np.unique(points.now)
    rows = {x: (np.searchsorted(pair.before, befores - x, "right") * width)[befores_at] for x in xs}
    columns = {y: np.searchsorted(pair.now, nows - y, "right")[nows_at] for y in ys}
    found = np.zeros(kinds.shape[1])
    for x, y, mass in zip(points.before, points.now, points.mass, strict=True):
        found += mass * beyond[rows[x] + columns[y]]
    return float(np.maximum(probability - found[kind.ravel()], 0.0).sum())
