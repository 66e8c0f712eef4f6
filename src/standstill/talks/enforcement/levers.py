"""What those outside can do: the penalty on a flag that a side needs, and how many false flags a standstill bears.

Knows nothing of how a side comes to be penalised, or of who raises a flag.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from standstill.talks.answer import Answer, Thresholds, number, percent
from standstill.talks.enforcement.flags import Odds, Watch
from standstill.talks.enforcement.monitoring import watched
from standstill.talks.enforcement.season import tells_nothing
from standstill.talks.payoffs import Payoffs

__all__ = ["penalty_needed", "third_party_limit"]


def penalty_needed(sides: Sequence[Payoffs], watch: Watch, discount: float) -> tuple[Answer, ...]:
    """Return the outside penalty on a flag that each side needs to hold at a discount, in its own unit.

    Penalties that the watch already has are left out: the answer is the whole penalty.

    Parameters
    ----------
    sides: sequence of Payoffs
        One for each side.
    watch: Watch
        How often flags are raised, and what they cost.
    discount: float
        Weight of the next step relative to the present one, at least 0 and below 1.

    Raises
    ------
    InputError
        As ``grim_on_flag``, or if the discount is out of its range.

    Notes
    -----
    ``grim_on_flag``'s condition, solved for F:
    ``F ((beta - alpha)(1 - d + d alpha) - d (beta - alpha) alpha) >= g (1 - d + d alpha) - d (beta - alpha) L``.

    Examples
    --------
    >>> from standstill.talks.enforcement.flags import Flags
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> watch = Watch(flags=Flags(alpha=0.05, beta=0.6))
    >>> round(penalty_needed([north], watch, 0.4084507)[0].value, 5)
    0.5
    """
    watched(sides, watch, discount)
    odds = watch.odds([side.side for side in sides])
    return tuple(_penalty(side, odds[side.side], discount) for side in sides)


def third_party_limit(sides: Sequence[Payoffs], watch: Watch, discount: float | None = None) -> Thresholds:
    """Return how often third parties may raise a flag before each side no longer holds.

    Parameters
    ----------
    sides: sequence of Payoffs
        One for each side.
    watch: Watch
        How often flags are raised without third parties; its own ``third_party`` is left out.
    discount: float or None
        Weight of the next step; None asks for the limit below which some patience is enough.

    Raises
    ------
    InputError
        As ``grim_on_flag``, or if the discount is out of its range.

    Notes
    -----
    With flags of third parties at s, ``1 - alpha`` and ``beta - alpha`` both shrink by 1 - s, so that d* grows by
    1 / (1 - s). Some patience is enough iff ``s < 1 - 1 / ((1 - alpha) + (beta - alpha) L / g)``, derived here.

    Examples
    --------
    >>> from standstill.talks.enforcement.flags import Flags
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> round(third_party_limit([north], Watch(flags=Flags(alpha=0.05, beta=0.6))).value, 6)
    0.512195
    """
    quiet = Watch(flags=watch.flags, ends_on=watch.ends_on)
    watched(sides, quiet, 0.0 if discount is None else discount)
    odds = quiet.odds([side.side for side in sides])
    paid_too = watch.ends_on == "one flag"
    answers = tuple(_third_party(side, odds[side.side], discount, paid_too) for side in sides)
    return Thresholds(parts=answers, binds="least")


def _penalty(side: Payoffs, odds: Odds, discount: float) -> Answer:
    alpha, news = odds.alpha, odds.beta - odds.alpha
    own_news = odds.beta_paid - odds.alpha_paid
    weight = 1.0 - discount * (1.0 - alpha)
    missing = side.gain * weight - discount * news * side.loss
    each = own_news * weight - discount * news * odds.alpha_paid
    if news <= 0.0:
        return tells_nothing(side.side)
    if missing <= 0.0:
        return Answer(value=0.0, reason=f"{side.side} holds without a penalty.", side=side.side)
    # a penalty so great that false alarms take all that the standstill is worth keeps nobody in it
    most = side.loss / odds.alpha_paid if odds.alpha_paid > 0.0 else math.inf
    if each <= 0.0 or missing / each >= most:
        reason = f"No penalty on flags makes {side.side} hold: false alarms would cost it all that it gains by holding."
        return Answer(value=None, reason=reason, side=side.side)
    value = missing / each
    below = f" and less than {number(most)}" if most < math.inf else ""
    reason = f"{side.side} holds if each flag costs it at least {number(value)}{below} of its own units, from outside."
    return Answer(value=value, reason=reason, side=side.side)


def _third_party(side: Payoffs, odds: Odds, discount: float | None, paid_too: bool) -> Answer:
    """Return the greatest share of steps that third parties may flag; with 1 - s = q the condition is linear in q."""
    d = 1.0 if discount is None else discount
    quiet, news = 1.0 - odds.alpha, odds.beta - odds.alpha
    if paid_too:
        gain, loss, penalty = side.gain, side.loss, odds.penalty
        # penalties fall on third parties' flags too: they must leave the standstill worth something
        worth = (penalty - loss) / (quiet * penalty) if penalty * quiet > 0.0 else 0.0 if loss > penalty else 1.0
    else:
        gain, loss, penalty = side.gain - odds.cost_of_striking, side.loss - odds.cost_of_holding, 0.0
        worth = 0.0 if loss > 0.0 else 1.0
    each = news * (penalty * (1.0 - d) + d * loss) + d * gain * quiet
    least = max(0.0, worth, gain / each if each > 0.0 else 1.0 if gain > 0.0 else 0.0)
    limit = 1.0 - least
    if limit <= 0.0 or news <= 0.0:
        reason = f"Even without third parties' flags, {side.side} does not hold."
        return Answer(value=None, reason=reason, side=side.side)
    bound = "less than" if discount is None else "at most"
    given = "with enough patience" if discount is None else f"at a discount of {number(d)}"
    reason = f"{side.side} holds {given} if third parties raise a flag in {bound} {percent(limit)} of steps."
    return Answer(value=limit, reason=reason, side=side.side)
