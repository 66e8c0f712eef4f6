"""Stakes of a run: what the assumed terms save each side month by month, and the weights up to which each holds.

Losses stay in each side's own unit. What a side makes of the other's loss is not known: thresholds are given, and at
weights that the user sets also what follows from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from standstill.errors import Faults
from standstill.estimate import Estimate
from standstill.studies.run import Run
from standstill.talks.answer import Answer, number
from standstill.talks.deal import UNITS, Deal, deal
from standstill.talks.enforcement import Winter, solve_winter, winter_patience
from standstill.talks.stakes import Stake, Stakes, monthly_payoffs, payoffs
from standstill.talks.tolerance import Counted, ToleranceTable, tolerance_table

__all__ = ["DISCOUNT", "RunStakes", "SideStakes", "UserSet", "holding_weights", "month_words", "run_stakes"]

DISCOUNT = 0.99
"""Weight of the next month relative to the present one, where the user sets none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSet:
    """What only the user can set: no claim states it."""

    weights: Mapping[str, float]
    """Side -> what one unit of the other side's loss is worth to it, in units of its own loss."""
    discount: float = DISCOUNT
    """Weight of the next month relative to the present one."""
    end_values: Mapping[str, float]
    """Side -> worth to it, after the last month, of a standstill still in force, own unit; 0 where not given."""
    incidents: tuple[float, float] | None = None
    """Mean incidents a month that a side gives cause for while it holds, and while it strikes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideStakes:
    """What the terms save one side."""

    side: str
    """Name."""
    unit: str
    """Its energy unit."""
    total: Estimate
    """Unserved energy saved."""
    by_month: dict[str, Estimate]
    """Month -> the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStakes:
    """Stakes of both sides, and what follows."""

    arm: str
    """The arm whose terms are meant."""
    sides: tuple[SideStakes, SideStakes]
    """What they save each side."""
    limits: tuple[Answer, Answer]
    """Greatest weight at which each side gains."""
    holding: tuple[Answer, ...]
    """Greatest weight at which each side holds in each month, nothing being worth anything after the last one."""
    in_words: tuple[str, ...]
    """Thresholds in words."""
    deal: Deal | None
    """What follows at the user's weights; None if none were set."""
    winter: Winter | None
    """What is held month by month at the user's weights; None if none were set."""
    patience: Answer | None
    """Least discount at which every month holds at the user's weights and end values."""
    tolerance: ToleranceTable | None
    """How many incidents a month to let pass, at the user's weights and incidents; None if none were set."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        reason = "no weights were set"
        return {
            "arm": self.arm,
            "sides": {
                item.side: {
                    "total": item.total.as_dict(),
                    "by_month": {month: value.as_dict() for month, value in item.by_month.items()},
                }
                for item in self.sides
            },
            "gains_up_to_weight": [item.as_dict() for item in self.limits],
            "holds_up_to_weight": [item.as_dict() for item in self.holding],
            "in_words": list(self.in_words),
            "at_the_users_weights": {
                "deal": self.deal.as_dict(),
                "winter": self.winter.as_dict(),
                "patience": self.patience.as_dict() if self.patience else None,
                "tolerance": self.tolerance.as_dict() if self.tolerance else None,
            }
            if self.deal and self.winter
            else {"value": None, "reason": reason},
        }


def run_stakes(run: Run, user: UserSet | None = None) -> RunStakes | None:
    """Return the stakes of a run of two sides, from its first arm with terms of fixed dates; None if it has none.

    Raises
    ------
    InputError
        If the user's weights or end values do not fit the sides; every fault is listed.
    """
    dated = run.dated
    if len(dated.outcome.arms) < 2 or len(dated.outcome.sides) != 2:
        return None
    arm = dated.outcome.arms[1]
    first, second = (_side(dated, arm, side.name) for side in dated.outcome.sides)
    months = tuple(month_words(month) for month in first.by_month)
    weights = _checked(user, (first.side, second.side)) if user else None
    stakes = Stakes(
        sides=(_stake(first, weights), _stake(second, weights)),
        months=months,
    )
    found = deal(stakes)
    holding = (*holding_weights(stakes, 0), *holding_weights(stakes, 1))
    monthly = monthly_payoffs(stakes)
    ends = {side.side: (user.end_values.get(side.side, 0.0) if user else 0.0) for side in (first, second)}
    patience = winter_patience(monthly, ends) if weights else None
    return RunStakes(
        arm=arm,
        sides=(first, second),
        limits=found.limits,
        holding=holding,
        in_words=(*_thresholds(found, weights is not None), *_last_month(stakes), UNITS),
        deal=found if weights else None,
        winter=solve_winter(monthly, user.discount, ends) if user and weights else None,
        patience=patience.binding[0] if patience else None,
        tolerance=_tolerance(stakes, found, user) if user and weights else None,
    )


def _tolerance(stakes: Stakes, found: Deal, user: UserSet) -> ToleranceTable | None:
    """Return what tolerating incidents does, month by month alike; None if none were set or a side does not gain."""
    if user.incidents is None or not found.both_gain:
        return None
    hold, strike = user.incidents
    sides = [Counted(payoffs=side, hold=hold, strike=strike) for side in payoffs(stakes)]
    return tolerance_table(sides, user.discount)


def month_words(month: str) -> str:
    """Return a month in words.

    Examples
    --------
    >>> month_words("2025-03")
    'March 2025'
    """
    return f"{dt.date.fromisoformat(month + '-01'):%B %Y}"


def _side(run: Run, arm: str, side: str) -> SideStakes:
    found = run.worth[arm][side]
    return SideStakes(
        side=side,
        unit=found["eue"].unit,
        total=found["eue"],
        by_month={name.removeprefix("eue:"): item for name, item in found.items() if name.startswith("eue:")},
    )


def _stake(side: SideStakes, weights: Mapping[str, float] | None) -> Stake:
    avoided = np.array([item.value for item in side.by_month.values()])
    return Stake(side=side.side, avoided=avoided, weight=weights[side.side] if weights else 0.0, unit=side.unit)


def _checked(user: UserSet, sides: tuple[str, str]) -> Mapping[str, float]:
    faults = Faults(source="what the user set")
    for place, given in (("weight", user.weights), ("end value", user.end_values)):
        for name in given:
            if name not in sides:
                faults.add(f"{place} of {name}", f"name a side: {' or '.join(sides)}", name)
    for name in sides:
        if name not in user.weights:
            faults.add(f"weight of {name}", "be given, as the other side's is", hint="give both weights, or none")
    faults.raise_if_any()
    return user.weights


def holding_weights(stakes: Stakes, place: int) -> tuple[Answer, ...]:
    """Return, for each month, the greatest weight at which one side holds in it, if all later months are held.

    Notes
    -----
    A strike in month m gains ``k dL_j(m)`` and ends the standstill, after which each later month n costs
    ``dL_i(n) - k dL_j(n)``. Counting the months ahead in full and nothing after the last, the side holds iff
    ``k <= sum of dL_i(n) over n > m / sum of dL_j(n) over n >= m``. Derived here. A shorter view lowers it.

    Examples
    --------
    >>> stakes = Stakes(sides=(Stake(side="North", avoided=[1.0, 3.0, 2.0], weight=0.0),
    ...                        Stake(side="South", avoided=[2.0, 2.0, 1.0], weight=0.0)), months=("12", "1", "2"))
    >>> [answer.value for answer in holding_weights(stakes, 0)]
    [1.0, 0.6666666666666666, 0.0]
    """
    own, other = stakes.sides[place], stakes.sides[1 - place]
    unit = own.per_unit_of(other)
    answers = []
    for month, name in enumerate(stakes.months):
        ahead, at_stake = float(own.avoided[month + 1 :].sum()), float(other.avoided[month:].sum())
        if at_stake <= 0.0:
            reason = (
                f"From {name} on the standstill spares {other.side} nothing, so that {own.side} holds at any weight."
            )
            answers.append(Answer(value=None, reason=reason, side=own.side, month=name))
            continue
        value = max(0.0, ahead) / at_stake
        reason = f"In {name} {own.side} holds up to a weight of {number(value)} {unit} on {other.side}'s loss."
        answers.append(Answer(value=value, reason=reason, side=own.side, month=name))
    return tuple(answers)


def _thresholds(found: Deal, with_weights: bool) -> tuple[str, ...]:
    """Return the sentences of a deal; without weights, those that need none: all but the last two."""
    return found.in_words[:-1] if with_weights else found.in_words[:-2]


def _last_month(stakes: Stakes) -> tuple[str, ...]:
    """Return why the last month needs something after it, for each side in the same words."""
    last = stakes.months[-1]
    return tuple(
        f"In {last}, the last month, nothing within the terms makes {own.side} hold: for that, what follows a kept "
        f"standstill must be worth to it what {other.amount(float(other.avoided[-1]))} of {other.side}'s loss are."
        for own, other in stakes.pairs()
        if other.avoided[-1] > 0.0
    )
