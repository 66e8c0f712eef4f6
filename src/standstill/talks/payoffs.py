"""What a side gets from holding or striking: once for every step, or month by month.

Payoffs are in the side's own unit and relative to anything. Knows nothing of where they come from; ``stakes`` makes
them from losses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Faults
from standstill.talks.checks import check_number

__all__ = ["MonthlyPayoffs", "Payoffs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payoffs:
    """What one side gets in a step of a standstill that both gain from and each would rather break alone.

    Raises
    ------
    InputError
        If a payoff is not finite, or they are no such dilemma: temptation > reward > punishment > sucker.

    Notes
    -----
    The names are the field's (Rapoport and Chammah, 1965, *Prisoner's Dilemma*). They judge nobody: both sides have the
    same four.

    Examples
    --------
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> north.gain, north.loss
    (1.0, 2.0)
    """

    side: str
    """Name of the side."""
    temptation: float
    """It strikes while the other side holds, own unit per step."""
    reward: float
    """Both hold, own unit per step."""
    punishment: float
    """Both strike, own unit per step."""
    sucker: float
    """It holds while the other side strikes, own unit per step."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"payoffs of {self.side}")
        names = ("temptation", "reward", "punishment", "sucker")
        good = [check_number(faults, f"{self.side}.{name}", getattr(self, name)) for name in names]
        if all(good) and not self.temptation > self.reward > self.punishment > self.sucker:
            hint = (
                "a side that gains nothing by striking alone needs no enforcement: leave it out; one that would rather "
                "have both strike has nothing to enforce: see the deal window of its stakes"
            )
            got = tuple(float(getattr(self, name)) for name in names)
            faults.add(self.side, "have temptation > reward > punishment > sucker", got, hint)
        faults.raise_if_any()

    @property
    def gain(self) -> float:
        """What striking alone gains over holding, in one step."""
        return self.temptation - self.reward

    @property
    def loss(self) -> float:
        """What both striking loses against both holding, in one step."""
        return self.reward - self.punishment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonthlyPayoffs:
    """What one side gains by striking alone and loses when both strike, month by month, relative to both holding.

    Months need not be dilemmas: in a summer month there may be nothing to gain or to lose.

    Raises
    ------
    InputError
        If there is no month, a length differs from that of ``gains``, or a number is not finite.

    Examples
    --------
    >>> north = MonthlyPayoffs(side="North", gains=[0.5, 1.0], losses=[1.0, 2.0], months=("January", "February"))
    >>> north.struck_alone
    array([-1.5, -3. ])
    """

    side: str
    """Name of the side."""
    gains: NDArray[np.float64]
    """Temptation less reward, (n_months,), own unit."""
    losses: NDArray[np.float64]
    """Reward less punishment, (n_months,), own unit."""
    months: tuple[str | int, ...] = ()
    """Names of the months, (n_months,); 0, 1, 2, ... if none are given."""
    sucker: NDArray[np.float64] | None = None
    """Payoff of holding while the other side strikes, (n_months,), own unit; None takes ``struck_alone``'s default."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"monthly payoffs of {self.side}")
        n_months = _length(self.gains)
        object.__setattr__(self, "months", tuple(self.months) or tuple(range(n_months)))
        if n_months == 0:
            faults.add(f"{self.side}.gains", "have at least one month")
        if len(self.months) != n_months or len(set(self.months)) != n_months:
            faults.add(f"{self.side}.months", f"be {n_months} different names", self.months)
        for name in ("gains", "losses", *(["sucker"] if self.sucker is not None else [])):
            try:
                freeze(self, name, n_months)
            except (TypeError, ValueError) as error:
                faults.add(f"{self.side}.{name}", f"be {n_months} finite numbers, one for each month", hint=str(error))
        faults.raise_if_any()

    @property
    def n_months(self) -> int:
        """Number of months."""
        return len(self.months)

    @property
    def struck_alone(self) -> NDArray[np.float64]:
        """Payoff of holding while the other side strikes, (n_months,), own unit.

        Unless given, ``-(losses + gains)``: what losses and weights give, where striking back gains the same as
        striking first.
        """
        return -(self.losses + self.gains) if self.sucker is None else self.sucker

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the pickle recipe through the constructor."""
        return rebuild(self)


def _length(values: Any) -> int:
    """Return how many values there are; 0 if they are no array, which ``freeze`` then says."""
    try:
        return int(np.size(values))
    except ValueError:
        return 0
