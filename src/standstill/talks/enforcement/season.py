"""What is common to winters that come back and a winter that ends: one side's stakes month by month, all flags counted.

Holding in a month asks that what striking gains is no more than what the flag it risks puts at stake. Knows nothing of
how months follow each other; ``seasonal`` and ``finite`` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from standstill.errors import Faults
from standstill.talks.answer import Answer, number
from standstill.talks.checks import check_sides
from standstill.talks.enforcement.flags import Odds, Watch
from standstill.talks.payoffs import MonthlyPayoffs

__all__ = ["Safeguard", "Season", "least_from_which_all_hold", "safeguard", "seasons", "tells_nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguard:
    """What one side needs to hold in one month: a protection of the standstill, in the side's own unit."""

    side: str
    """Side that needs it."""
    month: str | int
    """Month in which it needs it."""
    missing: float
    """What a strike in this month must cost it beyond what it costs already, own unit; 0 if it holds."""
    pressure: Answer
    """What striking gains as a multiple of what it puts at stake: the side holds up to 1."""
    penalty: Answer
    """The outside penalty on a flag in this month that makes up what is missing, own unit."""

    @property
    def is_needed(self) -> bool:
        """Whether the side does not hold in this month without it."""
        return self.missing > 0.0

    @property
    def in_words(self) -> str:
        """One sentence for a report."""
        if not self.is_needed:
            return f"In {self.month}, {self.side} holds without a further safeguard."
        amount = number(self.missing)
        cost = f"at least {amount} of its own units to the cost of a strike"
        return f"In {self.month}, {self.side} holds if a safeguard adds {cost}."

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "side": self.side,
            "month": self.month,
            "missing": self.missing,
            "pressure": self.pressure.as_dict(),
            "penalty": self.penalty.as_dict(),
            "in_words": self.in_words,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Season:
    """One side's months once penalties and all flags are counted."""

    side: str
    """Name of the side."""
    months: tuple[str | int, ...]
    """Names of the months."""
    gains: NDArray[np.float64]
    """What striking alone gains, (n_months,), own unit."""
    losses: NDArray[np.float64]
    """What is lost when both strike instead of both holding, (n_months,), own unit."""
    odds: Odds
    """How often the standstill is flagged."""

    @property
    def news(self) -> float:
        """How much likelier a flag is if the side strikes."""
        return self.odds.beta - self.odds.alpha

    @property
    def survival(self) -> float:
        """Probability that a month in which both hold raises no flag."""
        return 1.0 - self.odds.alpha

    def unseen(self, month: int) -> Answer | None:
        """Return that flags enforce nothing in a month in which the side gains by a strike; None if they may."""
        if self.news < 0.0 or self.news == 0.0 < float(self.gains[month]):
            return tells_nothing(self.side, self.months[month])
        return None


def seasons(sides: Sequence[MonthlyPayoffs], watch: Watch, *, count: int | None = None) -> tuple[Season, ...]:
    """Return each side's months, all flags counted, after all inputs were found good.

    Raises
    ------
    InputError
        If there is no side, two have one name, or their months differ.
    """
    names = [side.side for side in sides]
    faults = Faults(source="months of a standstill")
    check_sides(faults, names, count=count)
    for side in sides[1:]:
        if side.months != sides[0].months:
            faults.add(f"{side.side}.months", f"be those of {sides[0].side}: {sides[0].months}", side.months)
    faults.raise_if_any()
    odds = watch.odds(names)
    return tuple(_season(side, odds[side.side]) for side in sides)


def _season(side: MonthlyPayoffs, odds: Odds) -> Season:
    gains, losses = side.gains - odds.cost_of_striking, side.losses - odds.cost_of_holding
    return Season(side=side.side, months=side.months, gains=gains, losses=losses, odds=odds)


def safeguard(season: Season, month: int, stake: float) -> Safeguard:
    """Return what a side needs in a month in which a strike puts ``stake`` of its own units at risk."""
    side, name, gain = season.side, season.months[month], float(season.gains[month])
    missing = max(0.0, gain - stake)
    # rounding alone must not ask for a safeguard
    missing = 0.0 if missing <= 1e-12 * max(abs(gain), abs(stake)) else missing
    if stake > 0.0:
        words = f"In {name}, what a strike gains {side} is {number(gain / stake)} of what it puts at stake."
        pressure = Answer(value=gain / stake, reason=words, side=side, month=name)
    elif gain <= 0.0:
        words = f"In {name}, {side} gains nothing by a strike."
        pressure = Answer(value=0.0, reason=words, side=side, month=name)
    else:
        words = f"In {name}, a strike puts nothing at stake for {side}."
        pressure = Answer(value=None, reason=words, side=side, month=name)
    return Safeguard(side=side, month=name, missing=missing, pressure=pressure, penalty=_penalty(season, name, missing))


def _penalty(season: Season, month: str | int, missing: float) -> Answer:
    side, news = season.side, season.odds.beta_paid - season.odds.alpha_paid
    if missing == 0.0:
        return Answer(value=0.0, reason=f"In {month}, {side} needs no further penalty.", side=side, month=month)
    if news <= 0.0:
        return tells_nothing(side, month)
    reason = f"In {month}, a further penalty of {number(missing / news)} of its own units on a flag makes {side} hold."
    return Answer(value=missing / news, reason=reason, side=side, month=month)


def tells_nothing(side: str, month: str | int | None = None) -> Answer:
    """Return that flags enforce nothing, because they are raised no more often when a side strikes."""
    reason = f"A flag is no likelier when {side} strikes than when both hold: it tells nothing, and enforces nothing."
    return Answer(value=None, reason=reason, side=side, month=month)


def least_from_which_all_hold(coefficients: NDArray[np.float64], end: float) -> float | None:
    """Return the least x in [0, end) from which on a polynomial is nowhere negative; None if it is not so near the end.

    Parameters
    ----------
    coefficients: array
        Of x**0, x**1, ...
    end: float
        End of the interval, above 0.

    Notes
    -----
    Between its turning points a polynomial is monotone, so the last sign change is bracketed by two of them. With
    losses of one sign there is no turning point: more patience is never worse. With months in which a side would rather
    have both strike there can be several changes, and the answer is the last.

    Examples
    --------
    >>> least_from_which_all_hold(np.array([-0.25, 0.0, 1.0]), 1.0)
    0.5
    """
    if not np.any(coefficients):
        return 0.0
    if not np.all(np.isfinite(coefficients)):
        return None
    polynomial = np.polynomial.Polynomial(coefficients)
    points = [0.0, *_turns(coefficients, end), end]
    scale = float(np.abs(coefficients).sum())
    if float(polynomial(end)) <= 1e-14 * scale:
        return None
    for low, high in zip(points[-2::-1], points[:0:-1], strict=True):
        if float(polynomial(low)) < 0.0:
            return float(optimize.brentq(polynomial, low, high, xtol=1e-15, rtol=1e-14))
    return 0.0


def _turns(coefficients: NDArray[np.float64], end: float) -> list[float]:
    """Return where a polynomial turns within (0, end), in order."""
    slope = coefficients[1:] * np.arange(1, len(coefficients))
    if np.all(slope >= 0.0):
        return []
    # coefficients too small to count would make the search for roots overflow
    slope = np.where(np.abs(slope) < 1e-15 * np.abs(slope).max(), 0.0, slope)
    roots = np.asarray(np.polynomial.Polynomial(slope).roots(), dtype=np.complex128)
    inside = (np.abs(roots.imag) < 1e-9) & (roots.real > 0.0) & (roots.real < end)
    return [float(root) for root in np.sort(roots.real[inside])]
