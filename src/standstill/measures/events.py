"""Expected number of shortfall events, from the joint law of what is out of service in two successive steps.

Knows nothing of systems; it is handed units and how many increments are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.measures.capacity import Derated, Table, Units, alike, spread, table_with, table_with_derated

__all__ = ["entries"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Slots = Ints | slice

_MOST_CELLS = 40_000_000  # of one table over two steps
_MOST_CELLS_FILLED = 4_000_000_000  # of all of them, in all
_MOST_EMPTY = 4  # places of a regular table for each state: it is filled several times as fast
_MOST_LOOKED_UP = 8_000_000  # states of the units kept apart x kinds of step
_NEGLIGIBLE = 1e-10  # share of P(short) summed over steps that may be left out, at each of three places


class _Move(NamedTuple):
    """One unit in two steps: increments out of service by state, the first state 0, and the joint law of the states."""

    before: list[int]
    now: list[int]
    law: Sequence[Sequence[float]]


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


def entries(
    fixed: Units, moving: Units, ceiling: Ints, probability: Floats, derated: Sequence[Derated] = ()
) -> float | str:
    """Return the expected number of entries into shortfall, or why it cannot be had.

    Parameters
    ----------
    fixed, moving: Units
        Units that can be out of service: those whose law never changes, one column, and the others.
    ceiling: array of int
        Increments needed in each step, (n_steps,).
    probability: array
        P(fewer are in service), (n_steps,).
    derated: sequence of Derated
        Units with more states than in and out of service.

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
    for unit in derated:
        spare = spare + unit.capacity[0]
    least = _NEGLIGIBLE * float(probability.sum()) / probability.size
    shown = _worth_it(probability)
    same = [unit for unit in derated if unit.is_constant]
    varying = [unit for unit in derated if not unit.is_constant]
    groups = [shown[group] for group in alike(*(part[:, shown] for part in _columns(moving, varying)))]
    kinds = len(np.unique(np.stack([spare[shown], spare[shown + 1]]), axis=1).T)
    few = _largest(fixed, kinds)
    apart, fixed = fixed.take(np.arange(few, len(fixed))), fixed.take(np.arange(few))
    states, spacing, highest = _states(fixed, moving, derated, least)
    cells = states * states
    # two states are filled in four passes
    filled, anew = (sum(len(unit.law) ** 2 for unit in part) / 4 for part in (same, varying))
    passes = len(fixed) + filled + len(groups) * (len(moving) + anew + 1)
    if cells > _MOST_CELLS or cells * passes > _MOST_CELLS_FILLED:
        return f"{states} states of capacity in {len(groups)} kinds of step are too many for tables over two steps"
    none = np.zeros(1, dtype=np.int64)
    base = _pair(_Pair(none, none, np.ones((1, 1))), _moves(fixed, same, 0), highest, spacing)
    points = _points(apart, least)
    total = float(probability[0])
    for steps in groups:
        pair = _pair(base, _moves(moving, varying, int(steps[0])), highest, spacing)
        total += _entered(pair, points, spare[steps], spare[steps + 1], probability[steps + 1])
    return total


def _worth_it(probability: Floats) -> Ints:
    """Return the steps whose successor's P(short) matters at all, ascending."""
    later = probability[1:]
    order = np.argsort(later, kind="stable")
    small = np.cumsum(later[order]) <= _NEGLIGIBLE * later.sum()
    return np.sort(order[~small])


def _columns(units: Units, derated: Sequence[Derated]) -> list[NDArray[np.generic]]:
    return [
        units.capacity[:, :-1], units.capacity[:, 1:], units.up[:, :-1], units.p_fail[:, 1:], units.p_repair[:, 1:],
        *(unit.capacity[:, :-1] for unit in derated), *(unit.capacity[:, 1:] for unit in derated),
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


def _states(fixed: Units, moving: Units, derated: Sequence[Derated], least: float) -> tuple[int, int, int]:
    """Return the number of states, their spacing if nearly every multiple is one (else 0), and one above the last.

    States beyond it have a probability below ``least`` together; units that change are taken at their worst.
    """
    sizes = np.concatenate([fixed.capacity[:, 0], moving.capacity.max(axis=1)])
    out = np.concatenate([1.0 - fixed.up[:, 0], 1.0 - moving.up.min(axis=1)])
    worst = Units(sizes[:, None], out[:, None], out[:, None], out[:, None])
    most = int(sizes.sum() + sum(unit.out.max() for unit in derated)) + 1
    table = table_with(Table.empty(), worst, 0, most, "events")
    table = table_with_derated(table, [(unit.out.max(axis=1), unit.law) for unit in derated], most, "events")
    likely = np.cumsum(table.mass[::-1])[::-1] > least
    states, last = int(likely.sum()), int(table.support[likely][-1])
    outs = [part.ravel() for part in (fixed.capacity, moving.capacity, *(unit.out for unit in derated))]
    spacing = int(np.gcd.reduce(np.concatenate([*outs, [0]])))
    count = last // spacing + 1 if spacing else 1
    return (count, spacing, last + 1) if spacing and count <= _MOST_EMPTY * states else (states, 0, last + 1)


def _widened(support: Ints, outs: list[int], ceiling: int, spacing: int) -> tuple[Ints, list[Slots]]:
    """Return the support with a unit added, and where the old states move to in each state of the unit."""
    if spacing == 0:
        both, places = spread(support, outs, ceiling)
        return both, [*places]
    both = np.arange(0, min(int(support[-1]) + max(outs) + 1, ceiling), spacing)
    shifts = [out // spacing for out in outs]
    return both, [slice(shift, max(shift, min(shift + len(support), len(both)))) for shift in shifts]


def _laws(unit: tuple[float, ...], after: tuple[float, ...]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return P(state before, state now) of one unit, in service first."""
    up, fail, repair = unit[1], after[2], after[3]
    return (up * (1.0 - fail), up * fail), ((1.0 - up) * repair, (1.0 - up) * (1.0 - repair))


def _moves(units: Units, derated: Sequence[Derated], step: int) -> Iterator[_Move]:
    """Yield every unit in a step and the next."""
    for unit, after in zip(zip(*units.at(step), strict=True), zip(*units.at(step + 1), strict=True), strict=True):
        yield _Move([0, int(unit[0])], [0, int(after[0])], _laws(unit, after))
    for one in derated:
        later = min(step + 1, one.out.shape[1] - 1)
        yield _Move(one.out[:, step].tolist(), one.out[:, later].tolist(), (one.law[:, None] * one.moves).tolist())


def _pair(pair: _Pair, moves: Iterator[_Move], ceiling: int, spacing: int) -> _Pair:
    """Return the joint law of a step and the next with units added, but for states of ``ceiling`` or more in either."""
    before, now, mass = pair.before, pair.now, pair.mass
    for move in moves:
        before, rows = _widened(before, move.before, ceiling, spacing)
        now, columns = _widened(now, move.now, ceiling, spacing)
        more = np.zeros((len(before), len(now)))
        room = np.empty(mass.shape)
        for (was, to_rows), (is_now, to_columns) in product(enumerate(rows), enumerate(columns)):
            height, width = _length(to_rows), _length(to_columns)
            part = np.multiply(mass[:height, :width], move.law[was][is_now], out=room[:height, :width])
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
