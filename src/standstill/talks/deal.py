"""The deal: whether both sides gain from a standstill, the thresholds in words, and the patience that it asks.

What a side makes of the other's loss cannot be known from outside, so the answer is a threshold, not a verdict. Knows
nothing of where losses come from, or of how conduct is watched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standstill.talks.answer import Answer, Thresholds, number
from standstill.talks.stakes import Stake, Stakes

__all__ = ["UNITS", "Deal", "Window", "deal", "who_gains"]

UNITS = "Each threshold is in the side's own unit, so that the two sides' losses need no common measure."
"""What to say beside thresholds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How what is saved must be divided for both to gain, as one side sees it: its own saving over the other's.

    Seen by the other side, every number is one over these.
    """

    side: str
    """Side whose saving is divided by the other's."""
    unit: str
    """Unit of the numbers: own unit per unit of the other's, or empty on a scale set by the user."""
    ratio: Answer
    """The division as it is (rho)."""
    low: float
    """This side gains above it: its weight on the other's loss."""
    high: Answer
    """The other side gains below it: one over the other's weight; None if it gains at any division."""
    is_open: bool
    """Whether there is a division at which both gain: the product of the weights is below 1."""
    least_demanding: Answer
    """The division that asks least patience."""
    patience: Answer
    """The discount that is enough there: the root of the product of the weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """Whether both sides gain from a standstill, and how patient it asks them to be."""

    gains: tuple[bool, bool]
    """Whether each side would rather have the standstill than strikes by both."""
    limits: tuple[Answer, Answer]
    """Greatest weight on the other's loss at which each side gains, own units per unit of the other's."""
    patience: Thresholds
    """Least discount at which each side holds, if a strike ends the standstill for good."""
    windows: tuple[Window, Window]
    """The divisions at which both gain, as each side sees them."""
    in_words: tuple[str, ...]
    """Thresholds, what follows at the weights set, and the unit they are in."""

    @property
    def both_gain(self) -> bool:
        """Whether both would rather have the standstill."""
        return all(self.gains)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "both_gain": self.both_gain,
            "gains": list(self.gains),
            "limits": [answer.as_dict() for answer in self.limits],
            "patience": self.patience.as_dict(),
            "windows": [_window_dict(window) for window in self.windows],
            "in_words": list(self.in_words),
        }


def deal(stakes: Stakes) -> Deal:
    """Return whether both sides gain from a standstill, the thresholds in words, and the patience that it asks.

    Notes
    -----
    With dL_i the loss that side i avoids and k_i its weight, payoffs relative to both holding are T = k_i dL_j,
    P = k_i dL_j - dL_i, S = -dL_i. Side i gains iff ``k_i < dL_i / dL_j``, and holds under grim trigger iff
    ``d >= k_i dL_j / dL_i``. With rho = dL_A / dL_B both gain iff rho lies in (k_A, 1 / k_B), which is not empty iff
    ``k_A k_B < 1``; the patience asked is ``max(k_A / rho, k_B rho)``, least at ``rho = sqrt(k_A / k_B)``, where it is
    ``sqrt(k_A k_B)``. None of this needs a common unit: k_A carries A's unit per B's, k_B the inverse. Derived here.

    Examples
    --------
    >>> north, south = Stake(side="North", avoided=1.0, weight=0.6), Stake(side="South", avoided=1.0, weight=0.8)
    >>> answer = deal(Stakes(sides=(north, south)))
    >>> answer.both_gain, answer.patience.value, [part.side for part in answer.patience.binding]
    (True, 0.8, ['South'])
    >>> window = answer.windows[0]
    >>> window.low, window.high.value, round(window.least_demanding.value, 4), round(window.patience.value, 6)
    (0.6, 1.25, 0.866, 0.69282)
    >>> north = Stake(side="North", avoided=900.0, weight=6.0, unit="GWh")
    >>> south = Stake(side="South", avoided=100.0, weight=0.08, unit="kb")
    >>> print(deal(Stakes(sides=(north, south))).in_words[0])  # doctest: +NORMALIZE_WHITESPACE
    Both gain unless North values one thousand barrels of South's loss above 9 GWh of its own, or South values one GWh
    of North's loss above 0.11 thousand barrels of its own.
    """
    first, second = stakes.sides
    gains = (_gains(first, second), _gains(second, first))
    limits = (_limit(first, second), _limit(second, first))
    patience = Thresholds(parts=(_patience(first, second), _patience(second, first)))
    who = who_gains((first.side, second.side), gains)
    return Deal(
        gains=gains,
        limits=limits,
        patience=patience,
        windows=(_window(first, second), _window(second, first)),
        in_words=(*_thresholds(stakes, limits), f"With the weights set, {who}.", UNITS),
    )


def _gains(own: Stake, other: Stake) -> bool:
    return own.total > own.weight * other.total


def _limit(own: Stake, other: Stake) -> Answer:
    """Return the greatest weight at which a side gains."""
    if own.total <= 0.0:
        reason = f"The standstill spares {own.side} no loss, so that no weight on {other.side}'s makes it gain."
        return Answer(value=None, reason=reason, side=own.side)
    if other.total <= 0.0:
        reason = f"The standstill spares {other.side} no loss, so that {own.side} gains whatever it makes of it."
        return Answer(value=None, reason=reason, side=own.side)
    value = own.total / other.total
    reason = f"{own.side} gains unless it {_clause(own, other, value)}."
    return Answer(value=value, reason=reason, side=own.side)


def _clause(own: Stake, other: Stake, limit: float) -> str:
    return f"values {other.one_unit} of {other.side}'s loss above {own.weight_text(other, limit)} of its own"


def _thresholds(stakes: Stakes, limits: tuple[Answer, Answer]) -> tuple[str, ...]:
    values = [limit.value for limit in limits]
    clauses = [
        f"{own.side} {_clause(own, other, value)}"
        for (own, other), value in zip(stakes.pairs(), values, strict=True)
        if value is not None
    ]
    if len(clauses) == len(limits):
        return (f"Both gain unless {', or '.join(clauses)}.",)
    return tuple(limit.reason for limit in limits)


def who_gains(sides: Sequence[str], gains: Sequence[bool]) -> str:
    """Return who gains, as the end of a sentence.

    Parameters
    ----------
    sides: sequence of str
        Names.
    gains: sequence of bool
        Whether each gains.

    Examples
    --------
    >>> who_gains(("North", "South"), (True, False))
    'only North gains'
    """
    names = [side for side, gain in zip(sides, gains, strict=True) if gain]
    return "both gain" if len(names) == 2 else f"only {names[0]} gains" if names else "neither gains"


def _patience(own: Stake, other: Stake) -> Answer:
    if not _gains(own, other):
        reason = f"With its weight on {other.side}'s loss, {own.side} does not gain: no patience makes it hold."
        return Answer(value=None, reason=reason, side=own.side)
    # no loss of the other's, or none that counts, leaves nothing to gain by a strike; own.total may then be 0
    value = own.weight * other.total / own.total if own.weight * other.total > 0.0 else 0.0
    if value >= 1.0:
        reason = f"What {own.side} gains is too little to tell from nothing: no patience makes it hold."
        return Answer(value=None, reason=reason, side=own.side)
    reason = f"{own.side} holds if it gives the next step at least {number(value)} of the weight of this one."
    return Answer(value=value, reason=reason, side=own.side)


def _window(own: Stake, other: Stake) -> Window:
    # on the user's scale if it has one, else in own units per unit of the other's
    scale, unit = 1.0, own.per_unit_of(other)
    if own.unit_value is not None and other.unit_value is not None:
        scale, unit = own.unit_value / other.unit_value, ""
    is_open = own.weight * other.weight < 1.0
    return Window(
        side=own.side,
        unit=unit,
        ratio=_ratio(own, other, scale),
        low=scale * own.weight,
        high=_high(own, other, scale),
        is_open=is_open,
        least_demanding=_least_demanding(own, other, scale, is_open),
        patience=_least_patience(own, other, is_open),
    )


def _ratio(own: Stake, other: Stake, scale: float) -> Answer:
    if own.total <= 0.0 or other.total <= 0.0:
        reason = "The standstill does not spare both sides a loss, so there is nothing to divide."
        return Answer(value=None, reason=reason, side=own.side)
    value = scale * own.total / other.total
    reason = f"What {own.side} is spared is {number(value)} times what {other.side} is, each in its own unit."
    if own.unit_value is not None and other.unit_value is not None:
        reason = f"What {own.side} is spared is {number(value)} times what {other.side} is, on the scale set."
    return Answer(value=value, reason=reason, side=own.side)


def _high(own: Stake, other: Stake, scale: float) -> Answer:
    if other.weight == 0.0:
        reason = f"{other.side} makes nothing of {own.side}'s loss, and gains at any division."
        return Answer(value=None, reason=reason, side=own.side)
    value = scale / other.weight
    return Answer(value=value, reason=f"{other.side} gains below a division of {number(value)}.", side=own.side)


def _least_demanding(own: Stake, other: Stake, scale: float, is_open: bool) -> Answer:
    if not is_open:
        return Answer(value=None, reason=_CLOSED, side=own.side)
    if own.weight == 0.0 or other.weight == 0.0:
        reason = "A side makes nothing of the other's loss, so that no inner division asks least."
        return Answer(value=None, reason=reason, side=own.side)
    value = scale * math.sqrt(own.weight / other.weight)
    return Answer(value=value, reason=f"A division of {number(value)} asks least patience.", side=own.side)


def _least_patience(own: Stake, other: Stake, is_open: bool) -> Answer:
    if not is_open:
        return Answer(value=None, reason=_CLOSED, side=own.side)
    value = math.sqrt(own.weight * other.weight)
    reason = f"At the division that asks least, a weight of {number(value)} on the next step is enough."
    return Answer(value=value, reason=reason, side=own.side)


_CLOSED = "At these weights there is no division at which both gain."


def _window_dict(window: Window) -> dict[str, Any]:
    return {
        "side": window.side,
        "unit": window.unit,
        "ratio": window.ratio.as_dict(),
        "low": window.low,
        "high": window.high.as_dict(),
        "is_open": window.is_open,
        "least_demanding": window.least_demanding.as_dict(),
        "patience": window.patience.as_dict(),
    }
