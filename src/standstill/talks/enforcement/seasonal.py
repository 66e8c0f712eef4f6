"""A standstill without end whose stakes come and go with the seasons: how much patience each month asks of each side.

It asks most when much is to be gained now and little is at stake next. Knows nothing of a winter that ends; ``finite``
does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, number
from standstill.talks.checks import check_discount
from standstill.talks.enforcement.flags import Watch
from standstill.talks.enforcement.season import (
    Safeguard,
    Season,
    least_from_which_all_hold,
    safeguard,
    seasons,
)
from standstill.talks.payoffs import MonthlyPayoffs

__all__ = ["seasonal_patience", "seasonal_safeguards"]


def seasonal_patience(sides: Sequence[MonthlyPayoffs], watch: Watch | None = None) -> Thresholds:
    """Return the least discount per month at which each side holds in each month, year after year.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        One for each side, the same months in the same order; after the last comes the first again.
    watch: Watch, optional
        How often flags are raised, and what they cost; by default every strike is seen, and nothing else.

    Returns
    -------
    Thresholds
        One answer for each side and month, sides first. Those that bind are where the standstill needs a safeguard
        first.

    Raises
    ------
    InputError
        If there is no side, two have one name, their months differ, or the watch has other sides.

    Notes
    -----
    In month m of n, ``gain_m <= (beta - alpha) / (1 - alpha) * sum over j >= 1 of e**j loss_(m+j)`` with
    ``e = d (1 - alpha)``; the sum is that of one year over 1 - e**n. With alpha 0 and beta 1 it is grim trigger's
    condition in a changing game. Rotemberg and Saloner (1986), "A supergame-theoretic model of price wars during
    booms", American Economic Review 76; Haltiwanger and Harrington (1991), "The impact of cyclical demand movements on
    collusive behavior", RAND Journal of Economics 22, where holding is hardest when stakes fall. If there are months in
    which a side would rather have both strike, the answer is the discount from which on all greater ones hold.

    Examples
    --------
    >>> months = np.arange(12)
    >>> cold = 1.0 + 2.0 * np.maximum(0.0, np.cos(2.0 * np.pi * months / 12.0))
    >>> needed = seasonal_patience([MonthlyPayoffs(side="North", gains=0.5 * cold, losses=cold)])
    >>> round(needed.value, 6), needed.binding[0].month
    (0.497518, 2)
    """
    parts = (
        _patience(season, month) for season in seasons(sides, watch or Watch()) for month in range(len(season.months))
    )
    return Thresholds(parts=tuple(parts))


def seasonal_safeguards(
    sides: Sequence[MonthlyPayoffs], discount: float, watch: Watch | None = None
) -> tuple[Safeguard, ...]:
    """Return what each side needs in each month to hold at a discount, if it holds in all other months.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        As for ``seasonal_patience``.
    discount: float
        Weight of the next month relative to the present one, at least 0 and below 1.
    watch: Watch, optional
        As for ``seasonal_patience``.

    Raises
    ------
    InputError
        As ``seasonal_patience``, or if the discount is out of its range.

    Notes
    -----
    A strike in month m puts ``d (beta - alpha) W_(m+1)`` at stake, where ``W_m = loss_m + d (1 - alpha) W_(m+1)`` is
    what the standstill is worth beyond strikes by both.

    Examples
    --------
    >>> north = MonthlyPayoffs(side="North", gains=[1.0, 2.0], losses=[2.0, 1.0], months=("summer", "winter"))
    >>> [round(item.missing, 6) for item in seasonal_safeguards([north], 0.5)]
    [0.0, 0.333333]
    """
    faults = Faults(source="seasonal standstill")
    check_discount(faults, discount)
    faults.raise_if_any()
    out = []
    for season in seasons(sides, watch or Watch()):
        worth = _worth(season, discount)
        count = len(season.months)
        out += [safeguard(season, month, discount * season.news * worth[(month + 1) % count]) for month in range(count)]
    return tuple(out)


def _worth(season: Season, discount: float) -> list[float]:
    """Return what the standstill is worth at each month beyond strikes by both, held in all months to come."""
    weight = discount * season.survival
    powers = weight ** np.arange(len(season.months))
    year = 1.0 - weight ** len(season.months)
    return [float(powers @ np.roll(season.losses, -month)) / year for month in range(len(season.months))]


def _patience(season: Season, month: int) -> Answer:
    side, name, gain = season.side, season.months[month], float(season.gains[month])
    if unseen := season.unseen(month):
        return unseen
    if season.news == 0.0:
        reason = f"In {name}, {side} gains nothing by a strike: it holds whatever weight it gives the next month."
        return Answer(value=0.0, reason=reason, side=side, month=name)
    # a flag that tells next to nothing makes this infinite, and no patience is then enough
    with np.errstate(over="ignore"):
        scaled = float(np.float64(gain) * season.survival / season.news)
    ahead = np.roll(season.losses, -(month + 1))
    # the sum over one year, less the gain times 1 - e**n
    least = least_from_which_all_hold(np.concatenate(([-scaled], ahead)) + _last(scaled, len(ahead)), season.survival)
    if least is None:
        reason = f"In {name}, no patience makes {side} hold: what it gains by a strike is more than all that is ahead."
        return Answer(value=None, reason=reason, side=side, month=name)
    value = least / season.survival
    reason = f"In {name}, {side} holds if it gives the next month at least {number(value)} of the weight of this one."
    return Answer(value=value, reason=reason, side=side, month=name)


def _last(value: float, power: int) -> np.ndarray:
    """Return the coefficients of ``value * x**power``."""
    coefficients = np.zeros(power + 1)
    coefficients[power] = value
    return coefficients
