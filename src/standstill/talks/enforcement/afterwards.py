"""What must follow a winter for it to be held: worth after the last month, chance of broader talks, patience.

Each month is asked by itself, taking it that all later months are held. Knows nothing of what is played where they are
not; ``finite`` does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, number
from standstill.talks.checks import check_discount, check_number
from standstill.talks.enforcement.flags import Watch
from standstill.talks.enforcement.season import Season, least_from_which_all_hold, seasons
from standstill.talks.payoffs import MonthlyPayoffs

__all__ = ["end_value_needed", "end_values", "hardest_month", "next_step_chance", "winter_patience"]


def end_value_needed(
    sides: Sequence[MonthlyPayoffs], discount: float, watch: Watch | None = None
) -> tuple[Answer, ...]:
    """Return what a standstill kept to the end must be worth afterwards, for each side to hold in each month.

    Each month's answer takes it that all later months are held. Sides first; own units.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        One for each side, the same months in the same order.
    discount: float
        Weight of the next month relative to the present one, at least 0 and below 1.
    watch: Watch, optional
        How often flags are raised, and what they cost; by default every strike is seen, and nothing else.

    Raises
    ------
    InputError
        If there is no side, their months differ, or the discount is out of its range.

    Notes
    -----
    ``B >= (gain_m / (d (beta - alpha)) - sum over later j of e**(j - m - 1) loss_j) / e**(n - m)`` with
    ``e = d (1 - alpha)`` and n the last month.

    Examples
    --------
    >>> costs = np.array([1.0, 2.0, 3.0, 2.0])
    >>> answers = end_value_needed([MonthlyPayoffs(side="North", gains=0.5 * costs, losses=costs)], 0.95)
    >>> [round(answer.value, 6) for answer in answers]
    [0.0, 0.0, 0.0, 1.052632]
    """
    faults = Faults(source="winter")
    check_discount(faults, discount)
    faults.raise_if_any()
    return tuple(
        _end_value(season, month, discount)
        for season in seasons(sides, watch or Watch())
        for month in range(len(season.months))
    )


def next_step_chance(
    sides: Sequence[MonthlyPayoffs],
    discount: float,
    value: float | Mapping[str, float],
    watch: Watch | None = None,
) -> Thresholds:
    """Return how likely broader talks must be after a kept standstill, for each side to hold in every month.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        One for each side, the same months in the same order.
    discount: float
        Weight of the next month relative to the present one, at least 0 and below 1.
    value: float or mapping
        Worth of broader talks: to all sides alike or side -> worth, own unit, > 0.
    watch: Watch, optional
        How often flags are raised, and what they cost.

    Raises
    ------
    InputError
        As ``end_value_needed``, or if a value is not above 0.

    Notes
    -----
    The last month holds iff ``p >= g / (d V)``; in general p is what ``end_value_needed`` asks over V.

    Examples
    --------
    >>> costs = np.array([1.0, 2.0, 3.0, 2.0])
    >>> round(next_step_chance([MonthlyPayoffs(side="North", gains=0.5 * costs, losses=costs)], 0.95, 2.0).value, 6)
    0.526316
    """
    needed = end_value_needed(sides, discount, watch)
    values = _by_side(sides, value)
    faults = Faults(source="broader talks")
    for side, worth in values.items():
        check_number(faults, f"value to {side}", worth, above=0.0)
    faults.raise_if_any()
    return Thresholds(
        parts=tuple(
            _chance(hardest_month([answer for answer in needed if answer.side == side]), side, worth)
            for side, worth in values.items()
        )
    )


def winter_patience(
    sides: Sequence[MonthlyPayoffs], end_value: float | Mapping[str, float] = 0.0, watch: Watch | None = None
) -> Thresholds:
    """Return the least discount per month at which each side holds in each month of a winter that ends.

    Each month's answer takes it that all later months are held. Sides first.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        One for each side, the same months in the same order.
    end_value: float or mapping
        Worth, after the last month, of a standstill that is still in force, against one that is broken: of both sides
        alike or side -> worth, own unit.
    watch: Watch, optional
        How often flags are raised, and what they cost; by default every strike is seen, and nothing else.

    Raises
    ------
    InputError
        If there is no side, their months differ, or a value is not finite.

    Examples
    --------
    >>> costs = np.array([1.0, 2.0, 3.0, 2.0])
    >>> needed = winter_patience([MonthlyPayoffs(side="North", gains=0.5 * costs, losses=costs)], 1.6)
    >>> needed.value, needed.binding[0].month
    (0.625, 3)
    """
    ends = end_values(sides, 0.0, end_value)
    return Thresholds(
        parts=tuple(
            _patience(season, month, ends[season.side])
            for season in seasons(sides, watch or Watch())
            for month in range(len(season.months))
        )
    )


def _by_side(sides: Sequence[MonthlyPayoffs], value: float | Mapping[str, float]) -> dict[str, float]:
    """Return a number for each side, whether one was given for all or one for each."""
    names = [side.side for side in sides]
    if not isinstance(value, Mapping):
        return dict.fromkeys(names, value)
    if set(value) != set(names):
        faults = Faults(source="winter")
        faults.add("value", f"name the sides {sorted(names)}", sorted(value))
        faults.raise_if_any()
    return {name: value[name] for name in names}


def end_values(
    sides: Sequence[MonthlyPayoffs], discount: float, end_value: float | Mapping[str, float]
) -> dict[str, float]:
    """Return the worth to each side of a standstill that is in force after the last month, inputs checked."""
    ends = _by_side(sides, end_value)
    faults = Faults(source="winter")
    check_discount(faults, discount)
    for side, worth in ends.items():
        check_number(faults, f"end value to {side}", worth)
    faults.raise_if_any()
    return ends


def _end_value(season: Season, month: int, discount: float) -> Answer:
    side, name, gain = season.side, season.months[month], float(season.gains[month])
    if unseen := season.unseen(month):
        return unseen
    if gain <= 0.0 and (discount == 0.0 or season.news == 0.0):
        return Answer(value=0.0, reason=f"In {name}, {side} gains nothing by a strike.", side=side, month=name)
    value = _worth_needed(season, month, discount)
    if value == math.inf:
        reason = f"At a discount of {number(discount)} nothing that comes later makes {side} hold in {name}."
        return Answer(value=None, reason=reason, side=side, month=name)
    if value == 0.0:
        reason = f"In {name}, {side} holds whatever follows the last month."
    else:
        amount = f"at least {number(value)} of its own units"
        reason = f"In {name}, {side} holds if a kept standstill is worth {amount} afterwards."
    return Answer(value=value, reason=reason, side=side, month=name)


def _worth_needed(season: Season, month: int, discount: float) -> float:
    """Return the worth after the last month that makes a side hold in a month; infinite if no worth does."""
    weight = discount * season.survival
    risk = discount * season.news
    gain = float(season.gains[month])
    if weight == 0.0 or risk == 0.0:
        return 0.0 if gain <= 0.0 else math.inf
    needed = gain / risk
    for loss in season.losses[month + 1 :]:
        needed = (needed - float(loss)) / weight
    return max(0.0, needed)


def _patience(season: Season, month: int, end_value: float) -> Answer:
    side, name, gain = season.side, season.months[month], float(season.gains[month])
    if unseen := season.unseen(month):
        return unseen
    if season.news == 0.0:
        return Answer(value=0.0, reason=f"In {name}, {side} gains nothing by a strike.", side=side, month=name)
    ahead = np.concatenate(([-gain * season.survival / season.news], season.losses[month + 1 :], [end_value]))
    least = least_from_which_all_hold(ahead, season.survival)
    if least is None:
        reason = f"In {name}, no patience makes {side} hold: a strike gains it more than all that is left ahead."
        return Answer(value=None, reason=reason, side=side, month=name)
    value = least / season.survival
    reason = f"In {name}, {side} holds if it gives the next month at least {number(value)} of the weight of this one."
    return Answer(value=value, reason=reason, side=side, month=name)


def hardest_month(answers: Sequence[Answer]) -> Answer:
    """Return the answer of the month that asks most: the first of several."""
    return Thresholds(parts=tuple(answers)).binding[0]


def _chance(needed: Answer, side: str, worth: float) -> Answer:
    if needed.value is None:
        return Answer(value=None, reason=needed.reason, side=side, month=needed.month)
    value = needed.value / worth
    if value > 1.0:
        reason = f"Even if broader talks were certain, their worth to {side} would not make it hold in {needed.month}."
        return Answer(value=None, reason=reason, side=side, month=needed.month)
    if value == 0.0:
        return Answer(value=0.0, reason=f"{side} holds in every month without them.", side=side)
    chance = f"probability {number(value)} or more"
    reason = f"{side} holds in every month if broader talks follow a kept standstill with {chance}."
    return Answer(value=value, reason=reason, side=side, month=needed.month)
