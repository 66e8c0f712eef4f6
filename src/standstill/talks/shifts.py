"""What moves the stakes: a side transfer, an asymmetric scope, and the map over the weights nobody can know.

Each shift gives new stakes and leaves the old as they are. Knows nothing of who would pay, or of why a scope differs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Faults
from standstill.talks.answer import number
from standstill.talks.checks import check_number
from standstill.talks.deal import Deal, deal, who_gains
from standstill.talks.stakes import Stake, Stakes

__all__ = [
    "BOTH",
    "FIRST_ONLY",
    "NEITHER",
    "SECOND_ONLY",
    "Move",
    "Transfer",
    "WeightMap",
    "least_demanding_transfer",
    "move",
    "transfer",
    "weight_map",
    "with_avoided",
]

NEITHER, FIRST_ONLY, SECOND_ONLY, BOTH = range(4)
"""Codes of the regions of a map: who gains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A value that one side gives up while the standstill is kept, and what it is worth to the other."""

    giver: str | None
    """Side that gives; None if nothing is to be moved, or no transfer is best."""
    given: float
    """What it gives, own unit."""
    received: float
    """What the other side receives, the other's own unit."""
    in_words: str
    """One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The same standstill before and after a shift of the stakes."""

    before: Deal
    """Without the shift."""
    after: Deal
    """With it."""

    @property
    def in_words(self) -> tuple[str, ...]:
        """Who gains before and after, then the patience asked of each side before and after."""
        pairs = zip(self.before.patience.parts, self.after.patience.parts, strict=True)
        sides = [
            f"The weight on the next step that {before.side} needs goes from {_needed(before.value)} to "
            f"{_needed(after.value)}."
            for before, after in pairs
        ]
        names = [str(part.side) for part in self.before.patience.parts]
        who = f"Before the shift, {who_gains(names, self.before.gains)}; with it, {who_gains(names, self.after.gains)}."
        return (who, *sides)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightMap:
    """Who gains, and the patience asked, for every pair of weights."""

    sides: tuple[str, str]
    """Names of the sides."""
    units: tuple[str, str]
    """Units of the weights: own unit per unit of the other's loss."""
    first: NDArray[np.float64]
    """Weights of the first side, (n_first,)."""
    second: NDArray[np.float64]
    """Weights of the second side, (n_second,)."""
    region: NDArray[np.int8]
    """Who gains, (n_first, n_second): ``NEITHER``, ``FIRST_ONLY``, ``SECOND_ONLY`` or ``BOTH``."""
    patience: NDArray[np.float64]
    """Least discount, (n_first, n_second); 1 where no discount below 1 is enough."""
    limits: tuple[float | None, float | None]
    """Weight up to which each side gains; None where there is no such line."""
    at: tuple[float, float]
    """Weights set in the stakes, to mark on the map."""

    def __post_init__(self) -> None:
        freeze(self, "first", "n_first")
        freeze(self, "second", "n_second")
        freeze(self, "region", len(self.first), len(self.second), dtype=np.int8)
        freeze(self, "patience", len(self.first), len(self.second))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the pickle recipe through the constructor."""
        return rebuild(self)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; patience is null where no discount is enough."""
        return {
            "sides": list(self.sides),
            "units": list(self.units),
            "first": self.first.tolist(),
            "second": self.second.tolist(),
            "region": self.region.tolist(),
            "patience": [[value if value < 1.0 else None for value in row] for row in self.patience.tolist()],
            "limits": list(self.limits),
            "at": list(self.at),
        }


def transfer(stakes: Stakes, giver: str, given: float, received: float) -> Stakes:
    """Return the stakes with a value moved from one side to the other while the standstill is kept.

    Parameters
    ----------
    stakes: Stakes
        The stakes without it.
    giver: str
        Side that gives.
    given: float
        What the standstill is then worth less to the giver, over all months, own unit, >= 0; spread evenly.
    received: float
        What it is worth more to the other side, the other's own unit, >= 0; spread evenly.

    Raises
    ------
    InputError
        If the giver is no side, or an amount is negative.

    Examples
    --------
    >>> north, south = Stake(side="North", avoided=1.2, weight=0.6), Stake(side="South", avoided=1.0, weight=0.8)
    >>> stakes = Stakes(sides=(north, south))
    >>> move(stakes, transfer(stakes, "North", 0.1, 0.1)).in_words[1:]  # doctest: +NORMALIZE_WHITESPACE
    ('The weight on the next step that North needs goes from 0.5 to 0.6.',
     'The weight on the next step that South needs goes from 0.96 to 0.8.')
    """
    faults = Faults(source="transfer")
    _check_side(faults, stakes, giver)
    check_number(faults, "given", given, at_least=0.0)
    check_number(faults, "received", received, at_least=0.0)
    faults.raise_if_any()
    months = len(stakes.months)
    one, two = (
        replace(stake, avoided=stake.avoided + (-given if stake.side == giver else received) / months)
        for stake in stakes.sides
    )
    return Stakes(sides=(one, two), months=stakes.months)


def with_avoided(stakes: Stakes, side: str, avoided: NDArray[np.float64]) -> Stakes:
    """Return the stakes with one side's avoided loss replaced, as under a scope that differs between the sides.

    Parameters
    ----------
    stakes: Stakes
        The stakes without it.
    side: str
        Name of the side.
    avoided: array
        Loss that it avoids in each month, own unit, (n_months,).

    Raises
    ------
    InputError
        If it is no side's name, a loss is not finite, or the months differ.
    """
    faults = Faults(source="scope")
    _check_side(faults, stakes, side)
    faults.raise_if_any()
    one, two = (replace(stake, avoided=avoided) if stake.side == side else stake for stake in stakes.sides)
    return Stakes(sides=(one, two), months=stakes.months)


def move(before: Stakes, after: Stakes) -> Move:
    """Return what a shift of the stakes moves: who gains, and the patience asked.

    Parameters
    ----------
    before, after: Stakes
        Stakes of the same sides, without the shift and with it.
    """
    return Move(before=deal(before), after=deal(after))


def least_demanding_transfer(stakes: Stakes) -> Transfer:
    """Return the transfer after which the standstill asks least patience.

    Raises
    ------
    InputError
        If a side has no ``unit_value``: only a scale set by the user says what a unit given is worth to the other side.

    Notes
    -----
    On the common scale it moves rho to ``sqrt(k_A / k_B)``: the giver's share is ``(dL_i - rho* dL_j) / (1 + rho*)``.

    Examples
    --------
    >>> stakes = Stakes(sides=(Stake(side="North", avoided=1.2, weight=0.6, unit_value=1.0),
    ...                        Stake(side="South", avoided=1.0, weight=0.8, unit_value=1.0)))
    >>> least_demanding_transfer(stakes).in_words
    'A transfer of 0.18 units by North, worth 0.18 units to South, makes the standstill ask least patience.'
    """
    faults = Faults(source="transfer")
    for stake in stakes.sides:
        if stake.unit_value is None:
            hint = "a transfer compares the sides' losses: say what a unit of each is worth on one scale"
            faults.add(f"{stake.side}.unit_value", "be set", hint=hint)
    faults.raise_if_any()
    first, second = stakes.sides
    if first.weight == 0.0 or second.weight == 0.0 or first.weight * second.weight >= 1.0:
        is_open = first.weight * second.weight < 1.0
        why = "a side makes nothing of the other's loss" if is_open else "both gain at no division"
        words = f"No transfer is the one that asks least patience: {why}."
        return Transfer(giver=None, given=0.0, received=0.0, in_words=words)
    shares = [(_share(own, other), own, other) for own, other in stakes.pairs()]
    value, own, other = max(shares, key=lambda share: share[0])
    if value <= 1e-12 * (_worth(own) + _worth(other)):
        return Transfer(
            giver=None, given=0.0, received=0.0, in_words="Without a transfer it asks least patience already."
        )
    given, received = value / _value(own), value / _value(other)
    words = f"A transfer of {own.amount(given)} by {own.side}, worth {other.amount(received)} to {other.side}, "
    return Transfer(
        giver=own.side, given=given, received=received, in_words=words + "makes the standstill ask least patience."
    )


def weight_map(stakes: Stakes, first: ArrayLike | None = None, second: ArrayLike | None = None) -> WeightMap:
    """Return who gains, and the patience asked, over a grid of both weights.

    Parameters
    ----------
    stakes: Stakes
        What the standstill saves each side; their weights are only marked.
    first, second: array, optional
        Weights of the sides, (n_first,) and (n_second,), own units per unit of the other's loss, >= 0; 41 from 0 to
        twice the limit if none are given, and to 2 where there is no limit.

    Raises
    ------
    InputError
        If a weight is negative or not finite.

    Notes
    -----
    The axes are in the sides' own units, so the map needs no exchange value. Side i gains where k_i is below its limit
    dL_i / dL_j; the patience asked is the greater of k_i over its limit.

    Examples
    --------
    >>> north, south = Stake(side="North", avoided=1.0, weight=0.6), Stake(side="South", avoided=1.0, weight=0.8)
    >>> stakes = Stakes(sides=(north, south))
    >>> grid = weight_map(stakes, [0.5, 1.5], [0.8, 2.0])
    >>> grid.region.tolist(), grid.patience.tolist()
    ([[3, 1], [2, 0]], [[0.8, 1.0], [1.0, 1.0]])
    """
    answer = deal(stakes)
    limits = (answer.limits[0].value, answer.limits[1].value)
    axes = [_axis(given, limit) for given, limit in zip((first, second), limits, strict=True)]
    faults = Faults(source="weight map")
    for stake, axis in zip(stakes.sides, axes, strict=True):
        if axis.ndim != 1 or not axis.size or not np.all(np.isfinite(axis)) or np.any(axis < 0.0):
            faults.add(f"weights of {stake.side}", "be a row of finite numbers >= 0", axis.tolist())
    faults.raise_if_any()
    gains, needed = zip(*(_along(pair, axis) for pair, axis in zip(stakes.pairs(), axes, strict=True)), strict=True)
    units = [own.per_unit_of(other) for own, other in stakes.pairs()]
    return WeightMap(
        sides=(stakes.sides[0].side, stakes.sides[1].side),
        units=(units[0], units[1]),
        first=axes[0],
        second=axes[1],
        region=FIRST_ONLY * gains[0][:, None].astype(np.int8) + SECOND_ONLY * gains[1][None, :].astype(np.int8),
        patience=np.maximum(needed[0][:, None], needed[1][None, :]),
        limits=limits,
        at=(stakes.sides[0].weight, stakes.sides[1].weight),
    )


def _axis(given: ArrayLike | None, limit: float | None) -> NDArray[np.float64]:
    if given is None:
        return np.linspace(0.0, 2.0 * (limit if limit is not None else 1.0), 41)
    return np.asarray(given, dtype=np.float64)


def _along(pair: tuple[Stake, Stake], axis: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return whether a side gains at each of its weights, and the patience asked of it; 1 where none is enough."""
    answers = [deal(Stakes(sides=(replace(pair[0], weight=float(weight)), pair[1]))) for weight in axis]
    needed = [answer.patience.parts[0].value for answer in answers]
    gains = np.array([answer.gains[0] for answer in answers])
    return gains, np.array([1.0 if value is None else value for value in needed])


def _check_side(faults: Faults, stakes: Stakes, name: str) -> None:
    names = [stake.side for stake in stakes.sides]
    if name not in names:
        faults.add("side", f"be one of {names}", name)


def _value(stake: Stake) -> float:
    return 1.0 if stake.unit_value is None else stake.unit_value


def _worth(stake: Stake) -> float:
    return abs(stake.total) * _value(stake)


def _share(own: Stake, other: Stake) -> float:
    """Return what a side would give, on the common scale; below 0 if it would receive."""
    division = math.sqrt(own.weight / other.weight) * _value(own) / _value(other)
    return (own.total * _value(own) - division * other.total * _value(other)) / (1.0 + division)


def _needed(value: float | None) -> str:
    return "none that is enough" if value is None else number(value)
