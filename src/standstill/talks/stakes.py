"""Stakes: what a standstill saves each side, what each makes of the other's loss, and the payoffs that follow.

Losses stay in each side's own unit: the weight on the other's loss is own units per unit of the other's. Knows nothing
of where losses come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Faults, InputError
from standstill.talks.answer import number
from standstill.talks.checks import check_number, check_sides
from standstill.talks.payoffs import MonthlyPayoffs, Payoffs
from standstill.units import sized

__all__ = ["Stake", "Stakes", "monthly_payoffs", "payoffs"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stake:
    """What a standstill saves one side, and what that side makes of the other's loss.

    Raises
    ------
    InputError
        If a loss is not finite, the weight is negative, or the unit value is not above 0; every fault is listed.
    """

    side: str
    """Name of the side."""
    avoided: NDArray[np.float64]
    """Loss that the standstill avoids, one number or one for each month, (n_months,), own unit; seldom below 0."""
    weight: float
    """What one unit of the other side's loss is worth to it, in units of its own loss, >= 0."""
    unit: str = ""
    """Unit of ``avoided``, such as "GWh"; empty for "units"."""
    unit_value: float | None = None
    """What one unit of its loss is worth on a scale that the user sets for both sides, > 0; None if none is set."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"stake of {self.side}")
        try:
            object.__setattr__(self, "avoided", np.atleast_1d(np.asarray(self.avoided, dtype=np.float64)))
            freeze(self, "avoided", "n_months")
        except (TypeError, ValueError) as error:
            faults.add(f"{self.side}.avoided", "be finite numbers, one for each month", hint=str(error))
        check_number(faults, f"{self.side}.weight", self.weight, at_least=0.0)
        if self.unit_value is not None:
            check_number(faults, f"{self.side}.unit_value", self.unit_value, above=0.0)
        faults.raise_if_any()

    @property
    def total(self) -> float:
        """Loss avoided over all months, own unit."""
        return float(self.avoided.sum())

    def per_unit_of(self, other: Stake) -> str:
        """Return the unit of its weight on the other side's loss."""
        return f"{self.unit or 'unit'} per {other.unit or 'unit'}"

    @property
    def size(self) -> tuple[float, str]:
        """What to multiply its loss with, and the unit in words, so that all that is avoided is of a sensible size."""
        return sized(self.unit, self.total)

    @property
    def one_unit(self) -> str:
        """One unit of its loss, of the size that it is told in."""
        word = self.size[1] or "unit"
        return f"one {'barrel' if word == 'barrels' else word}"

    def amount(self, value: float) -> str:
        """Return an amount of its loss, in words."""
        factor, word = sized(self.unit, value)
        return f"{number(value * factor, 2)} {word or ('unit' if value == 1.0 else 'units')}"

    def weight_text(self, other: Stake, weight: float) -> str:
        """Return a weight on the other side's loss as the amount of its own that one unit of the other's is worth."""
        (own_factor, word), (other_factor, _) = self.size, other.size
        value = weight * own_factor / other_factor
        return f"{number(value, 2)} {word or ('unit' if value == 1.0 else 'units')}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the pickle recipe through the constructor."""
        return rebuild(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What a standstill saves two sides.

    Raises
    ------
    InputError
        If there are not two sides with names of their own, or their months differ; every fault is listed.

    Examples
    --------
    >>> north = Stake(side="North", avoided=[300.0, 600.0], weight=6.0, unit="GWh")
    >>> south = Stake(side="South", avoided=[60.0, 40.0], weight=0.08, unit="kb")
    >>> Stakes(sides=(north, south), months=("December", "January")).sides[0].total
    900.0
    """

    sides: tuple[Stake, Stake]
    """The two sides, in the configured order."""
    months: tuple[str | int, ...] = ()
    """Names of the months, (n_months,); 0, 1, 2, ... if none are given."""

    def __post_init__(self) -> None:
        faults = Faults(source="stakes")
        check_sides(faults, [stake.side for stake in self.sides], count=2)
        faults.raise_if_any()
        lengths = [len(stake.avoided) for stake in self.sides]
        object.__setattr__(self, "months", tuple(self.months) or tuple(range(lengths[0])))
        for stake, length in zip(self.sides, lengths, strict=True):
            if length != len(self.months):
                faults.add(f"{stake.side}.avoided", f"have {len(self.months)} months", length)
        faults.raise_if_any()

    def pairs(self) -> tuple[tuple[Stake, Stake], tuple[Stake, Stake]]:
        """Return each side with the other one."""
        first, second = self.sides
        return (first, second), (second, first)


def payoffs(stakes: Stakes) -> tuple[Payoffs, Payoffs]:
    """Return each side's payoffs over all months together, relative to both holding, in its own unit.

    Raises
    ------
    InputError
        If for a side they are no dilemma: it gains nothing by striking alone, or would rather have both strike.

    Examples
    --------
    >>> north, south = Stake(side="North", avoided=1.0, weight=0.25), Stake(side="South", avoided=2.0, weight=0.5)
    >>> payoffs(Stakes(sides=(north, south)))[1]
    Payoffs(side='South', temptation=0.5, reward=0.0, punishment=-1.5, sucker=-2.0)
    """
    faults = Faults(source="stakes")
    both = []
    for own, other in stakes.pairs():
        temptation = own.weight * other.total
        try:
            both.append(
                Payoffs(
                    side=own.side,
                    temptation=temptation,
                    reward=0.0,
                    punishment=temptation - own.total,
                    sucker=-own.total,
                )
            )
        except InputError as error:
            faults.items += error.faults
    faults.raise_if_any()
    return both[0], both[1]


def monthly_payoffs(stakes: Stakes) -> tuple[MonthlyPayoffs, MonthlyPayoffs]:
    """Return each side's payoffs month by month, relative to both holding, in its own unit.

    A month counts what is lost in it: a loss that a strike causes in a later month counts there, not with the strike.

    Examples
    --------
    >>> stakes = Stakes(sides=(Stake(side="North", avoided=[1.0, 3.0], weight=0.5),
    ...                        Stake(side="South", avoided=[2.0, 1.0], weight=0.5)), months=("October", "January"))
    >>> north, south = monthly_payoffs(stakes)
    >>> north.gains, north.losses
    (array([1. , 0.5]), array([0. , 2.5]))
    """
    first, second = stakes.sides
    return _monthly(first, second, stakes.months), _monthly(second, first, stakes.months)


def _monthly(own: Stake, other: Stake, months: tuple[str | int, ...]) -> MonthlyPayoffs:
    gains = own.weight * other.avoided
    return MonthlyPayoffs(side=own.side, gains=gains, losses=own.avoided - gains, months=months, sucker=-own.avoided)
