"""A standstill that is watched perfectly: how much the sides must care for what comes next.

Each side's threshold is its own; the standstill holds where the greatest is met. Knows nothing of false alarms or
months.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, number
from standstill.talks.checks import check_discount, check_number, check_probability, check_sides
from standstill.talks.payoffs import Payoffs
from standstill.units import count_text

__all__ = ["effective_discount", "grim", "response_length", "tit_for_tat"]

# a condition that holds with equality must not fail by rounding
ROUNDING = 1e-12


def effective_discount(discount: float, end: float) -> float:
    """Return the discount of steps that each may be the last: (1 - end) discount.

    Parameters
    ----------
    discount: float
        Weight of the next step relative to the present one, at least 0 and below 1.
    end: float
        Probability that the whole matter ends after a step, for reasons of its own.

    Raises
    ------
    InputError
        If either is out of its range.

    Examples
    --------
    >>> round(effective_discount(0.95, 0.1), 3)
    0.855
    """
    faults = Faults(source="discount")
    check_discount(faults, discount)
    check_probability(faults, "end", end)
    faults.raise_if_any()
    return (1.0 - end) * discount


def grim(sides: Sequence[Payoffs], *, lag: int | Mapping[str, int] = 1, end: float = 0.0) -> Thresholds:
    """Return the least discount at which each side holds, if a strike ends the standstill for good.

    Parameters
    ----------
    sides: sequence of Payoffs
        One for each side.
    lag: int or mapping
        Steps until a strike is answered, >= 1: of all sides alike, or side -> steps until its own strike is.
    end: float
        Probability that the whole matter ends after a step.

    Raises
    ------
    InputError
        If there is no side, two have one name, a lag is not >= 1, or ``end`` is no probability.

    Notes
    -----
    ``d >= ((T - R) / (T - P))**(1 / lag) / (1 - end)``: striking gains T - R for ``lag`` steps and loses R - P ever
    after. Friedman (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38; the lag as in
    Fearon (1998), "Bargaining, enforcement, and international cooperation", International Organization 52.

    Examples
    --------
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> round(grim([north]).value, 6), round(grim([north], lag=3).value, 6)
    (0.333333, 0.693361)
    """
    lags = _checked(sides, lag, end)
    return Thresholds(
        parts=tuple(
            _patience(
                side.side,
                (side.gain / (side.temptation - side.punishment)) ** (1.0 / lags[side.side]),
                end,
                f"a strike is answered after {_steps(lags[side.side])} by strikes for good",
            )
            for side in sides
        )
    )


def tit_for_tat(sides: Sequence[Payoffs], *, end: float = 0.0) -> Thresholds:
    """Return the least discount at which each side holds, if each does next what the other did last.

    Parameters
    ----------
    sides: sequence of Payoffs
        One for each side.
    end: float
        Probability that the whole matter ends after a step.

    Raises
    ------
    InputError
        If there is no side, two have one name, or ``end`` is no probability.

    Notes
    -----
    ``d >= max((T - R) / (R - S), (T - R) / (T - P))``: neither striking once nor striking for good pays. Axelrod
    (1984), *The Evolution of Cooperation*. It asks that holding is a best reply to the other side's rule, not that
    carrying out the answer is one.

    Examples
    --------
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> round(tit_for_tat([north]).value, 6)
    0.333333
    """
    _checked(sides, 1, end)
    answers = []
    for side in sides:
        once = side.gain / (side.reward - side.sucker)
        if once >= 1.0:
            reason = f"Taking turns at striking gives {side.side} as much as holding: no patience makes it hold."
            answers.append(Answer(value=None, reason=reason, side=side.side))
        else:
            needed = max(once, side.gain / (side.temptation - side.punishment))
            answers.append(_patience(side.side, needed, end, "each strike is answered by one in the next step"))
    return Thresholds(parts=tuple(answers))


def response_length(sides: Sequence[Payoffs], discount: float) -> Thresholds:
    """Return the fewest steps of strikes by both after which the standstill can resume and still be held.

    Parameters
    ----------
    sides: sequence of Payoffs
        One for each side.
    discount: float
        Weight of the next step relative to the present one, at least 0 and below 1.

    Raises
    ------
    InputError
        If there is no side, two have one name, or the discount is out of its range.

    Notes
    -----
    The least K with ``T - R <= (d - d**(K + 1)) / (1 - d) (R - P)``.

    Examples
    --------
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> [response_length([north], discount).value for discount in (0.5, 0.4, 0.35, 0.3)]
    [1, 2, 3, None]
    """
    faults = Faults(source="response")
    check_sides(faults, [side.side for side in sides])
    check_discount(faults, discount)
    faults.raise_if_any()
    return Thresholds(parts=tuple(_response(side, discount) for side in sides))


def _checked(sides: Sequence[Payoffs], lag: int | Mapping[str, int], end: float) -> dict[str, int]:
    """Return the lag of each side, after all inputs were found good."""
    names = [side.side for side in sides]
    faults = Faults(source="repeated game")
    check_sides(faults, names)
    check_probability(faults, "end", end)
    lags = dict(lag) if isinstance(lag, Mapping) else dict.fromkeys(names, lag)
    if set(lags) != set(names):
        faults.add("lag", f"name the sides {sorted(names)}", sorted(lags))
    for name, steps in lags.items():
        check_number(faults, f"lag of {name}", steps, at_least=1.0, whole=True)
    faults.raise_if_any()
    return lags


def _patience(side: str, needed: float, end: float, rule: str) -> Answer:
    """Return the discount that a side needs where the matter may end, given the one it needs where it does not."""
    if needed >= 1.0 - end:
        reason = f"No patience makes {side} hold if {rule}: a step is the last with probability {number(end)}."
        return Answer(value=None, reason=reason, side=side)
    value = needed / (1.0 - end)
    reason = f"{side} holds if it gives the next step at least {number(value)} of the weight of this one and {rule}."
    return Answer(value=value, reason=reason, side=side)


def _response(side: Payoffs, discount: float) -> Answer:
    ceiling = discount / (1.0 - discount) * side.loss
    if side.gain >= ceiling * (1.0 - ROUNDING):
        words = "strikes for good" if side.gain <= ceiling * (1.0 + ROUNDING) else "any strikes to come"
        enough = "only just outweigh" if words == "strikes for good" else "do not outweigh"
        reason = (
            f"At a discount of {number(discount)} {words} {enough} what {side.side} gains: no number of steps does."
        )
        return Answer(value=None, reason=reason, side=side.side)
    # d**K <= 1 - gain / ceiling
    steps = math.log1p(-side.gain / ceiling) / math.log(discount)
    value = max(1, math.ceil(steps * (1.0 - ROUNDING)))
    reason = f"{side.side} holds if a strike is answered by at least {_steps(value)} of strikes."
    return Answer(value=value, reason=reason, side=side.side)


def _steps(count: int) -> str:
    return count_text(count, "step")
