"""A standstill that is watched imperfectly: false alarms, missed strikes, penalties, flags of third parties.

A flag ends the standstill for good, with some chance, or for some steps. Each side's threshold is its own. Knows
nothing of what raises a flag; ``flags`` does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, number, percent
from standstill.talks.checks import check_discount, check_sides
from standstill.talks.enforcement.flags import Odds, Watch
from standstill.talks.enforcement.season import tells_nothing
from standstill.talks.payoffs import Payoffs
from standstill.units import count_text

__all__ = [
    "FlagRule",
    "ResumeRule",
    "Watched",
    "best_rule",
    "grim_on_flag",
    "grim_values",
    "resume_rule",
    "watched",
]

# a condition that holds with equality must not fail by rounding
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One side's game once penalties and all flags are counted."""

    side: str
    """Name of the side."""
    gain: float
    """What striking alone gains in a step, own unit."""
    loss: float
    """What both striking loses in a step, own unit."""
    floor: float
    """Payoff of both striking, own unit."""
    odds: Odds
    """How often the standstill is flagged."""

    @property
    def alpha(self) -> float:
        """Probability of a flag while both hold."""
        return self.odds.alpha

    @property
    def news(self) -> float:
        """How much likelier a flag is if the side strikes."""
        return self.odds.beta - self.odds.alpha

    @property
    def slack(self) -> float:
        """What flags put at stake beyond what false alarms take: positive iff some patience enforces holding."""
        return self.news * self.loss - self.alpha * self.gain

    @property
    def chance_needed(self) -> float:
        """Least chance of ending on a flag, times d / (1 - d)."""
        return self.gain / self.slack if self.gain > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRule:
    """The best that a standstill can be worth where a flag ends it with a chance chosen beforehand."""

    patience: Thresholds
    """Least discount of each side."""
    trigger: Answer
    """Chance with which a flag ends it: the least that keeps every side, decided by a public draw."""
    values: tuple[Answer, ...]
    """Worth of the standstill to each side, per step, own unit."""
    lives: tuple[Answer, ...]
    """Mean number of steps until it ends, as each side sees the flags."""
    kept: Answer
    """Share of what holding for ever would be worth that the side with most to fear from false alarms keeps."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "patience": self.patience.as_dict(),
            "trigger": self.trigger.as_dict(),
            "values": [answer.as_dict() for answer in self.values],
            "lives": [answer.as_dict() for answer in self.lives],
            "kept": self.kept.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRule:
    """A standstill that resumes some steps after a flag."""

    length: Answer
    """Fewest steps of strikes by both after a flag that keep every side."""
    values: tuple[Answer, ...]
    """Worth of the standstill to each side, per step, own unit."""


def grim_on_flag(sides: Sequence[Payoffs], watch: Watch) -> Thresholds:
    """Return the least discount at which each side holds, if a flag ends the standstill for good.

    Parameters
    ----------
    sides: sequence of Payoffs
        One for each side.
    watch: Watch
        How often flags are raised, and what they cost.

    Raises
    ------
    InputError
        If there is no side, two have one name, or the watch has other sides.

    Notes
    -----
    With g = T - R, L = R - P: ``d >= g / ((beta - alpha) L + (1 - alpha) g)``. Some d below 1 does iff
    ``(beta - alpha) L > alpha g``; so none does where ``beta <= alpha``. A penalty F on a flag takes (beta - alpha) F
    off g and alpha F off L. Green and Porter (1984), "Noncooperative collusion under imperfect price information",
    Econometrica 52; Abreu, Pearce and Stacchetti (1990), "Toward a theory of discounted repeated games with imperfect
    monitoring", Econometrica 58.

    Examples
    --------
    >>> from standstill.talks.enforcement.flags import Flags
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> round(grim_on_flag([north], Watch(flags=Flags(alpha=0.05, beta=0.6))).value, 6)
    0.487805
    """
    return _patience(watched(sides, watch))


def grim_values(sides: Sequence[Payoffs], watch: Watch, discount: float) -> tuple[Answer, ...]:
    """Return what a standstill that a flag ends for good is worth to each side, per step, in its own unit.

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
    ``V = P + (1 - d) L / (1 - d (1 - alpha))``; None where a side would not hold.

    Examples
    --------
    >>> from standstill.talks.enforcement.flags import Flags
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> round(grim_values([north], Watch(flags=Flags(alpha=0.05, beta=0.6)), 0.7)[0].value, 6)
    1.791045
    """
    stakes = watched(sides, watch, discount)
    if not_held := _not_held(stakes, discount, _patience(stakes)):
        return not_held
    return tuple(_value(stake, (1.0 - discount) / (1.0 - discount * (1.0 - stake.alpha))) for stake in stakes)


def best_rule(sides: Sequence[Payoffs], watch: Watch, discount: float) -> FlagRule:
    """Return the best rule of the kind "a flag ends it with this chance", and what it is worth.

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
    A side needs a chance of at least ``phi = (1 - d) g / (d ((beta - alpha) L - alpha g))``; the rule takes the
    greatest of the sides. Then ``V = P + (1 - d) L / (1 - d + d alpha phi)``, which with equal sides is
    ``R - alpha g / (beta - alpha)``, the best value with equal play of both, and the mean life is
    ``1 / (alpha phi)``. Abreu, Pearce and Stacchetti (1990), as in ``grim_on_flag``.

    Examples
    --------
    >>> from standstill.talks.enforcement.flags import Flags
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> rule = best_rule([north], Watch(flags=Flags(alpha=0.05, beta=0.6)), 0.7)
    >>> round(rule.values[0].value, 6), round(rule.trigger.value, 6), round(rule.lives[0].value, 6)
    (1.909091, 0.408163, 49.0)
    """
    stakes = watched(sides, watch, discount)
    patience = _patience(stakes)
    if not_held := _not_held(stakes, discount, patience):
        alike = Answer(value=None, reason=not_held[0].reason)
        return FlagRule(patience=patience, trigger=alike, values=not_held, lives=not_held, kept=alike)
    scaled, chance = _trigger(stakes, discount)
    shares = [1.0 / (1.0 + stake.alpha * scaled) for stake in stakes]
    reason = f"A flag ends the standstill with probability {number(chance)}, by a public draw, and is else let pass."
    return FlagRule(
        patience=patience,
        trigger=Answer(value=chance, reason=reason),
        values=tuple(_value(stake, share) for stake, share in zip(stakes, shares, strict=True)),
        lives=tuple(_life(stake, chance) for stake in stakes),
        kept=_kept(min(shares)),
    )


def resume_rule(sides: Sequence[Payoffs], watch: Watch, discount: float) -> ResumeRule:
    """Return the shortest pause after a flag that keeps every side, and what the standstill is then worth.

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
    K steps of strikes by both do what a chance ``phi = 1 - d**K`` of ending does; K is the least that reaches the
    chance needed (see ``best_rule``), so the value is at most that of ``best_rule``. Green and Porter (1984), as in
    ``grim_on_flag``.

    Examples
    --------
    >>> from standstill.talks.enforcement.flags import Flags
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> rule = resume_rule([north], Watch(flags=Flags(alpha=0.05, beta=0.6)), 0.7)
    >>> rule.length.value, round(rule.values[0].value, 6)
    (2, 1.887683)
    """
    stakes = watched(sides, watch, discount)
    if not_held := _not_held(stakes, discount, _patience(stakes)):
        return ResumeRule(length=Answer(value=None, reason=not_held[0].reason), values=not_held)
    _, chance = _trigger(stakes, discount)
    if chance >= 1.0 - ROUNDING:
        reason = f"At a discount of {number(discount)} only strikes for good are enough: no number of steps is."
        return ResumeRule(length=Answer(value=None, reason=reason), values=_none_for(stakes, reason))
    # no chance needed, no pause; and then the discount may be 0
    steps = math.ceil(math.log1p(-chance) / math.log(discount) * (1.0 - ROUNDING)) if chance > 0.0 else 0
    pause = 1.0 - discount**steps
    reason = f"After a flag the standstill can resume when both have struck for {count_text(steps, 'step')}."
    shares = [(1.0 - discount) / (1.0 - discount + discount * stake.alpha * pause) for stake in stakes]
    values = tuple(_value(stake, share) for stake, share in zip(stakes, shares, strict=True))
    return ResumeRule(length=Answer(value=steps, reason=reason), values=values)


def watched(sides: Sequence[Payoffs], watch: Watch, discount: float = 0.0) -> tuple[Watched, ...]:
    """Return each side's game with penalties and all flags counted, after all inputs were found good."""
    names = [side.side for side in sides]
    faults = Faults(source="watched standstill")
    check_sides(faults, names)
    check_discount(faults, discount)
    faults.raise_if_any()
    odds = watch.odds(names)
    return tuple(_watched(side, odds[side.side]) for side in sides)


def _watched(side: Payoffs, odds: Odds) -> Watched:
    gain, loss = side.gain - odds.cost_of_striking, side.loss - odds.cost_of_holding
    return Watched(side=side.side, gain=gain, loss=loss, floor=side.punishment, odds=odds)


def _patience(stakes: Sequence[Watched]) -> Thresholds:
    """Return the least discount at which each side holds."""
    return Thresholds(parts=tuple(_side_patience(stake) for stake in stakes))


def _side_patience(stake: Watched) -> Answer:
    """Return the least discount at which a side holds."""
    side = stake.side
    if stake.loss <= 0.0:
        reason = (
            f"Penalties on false alarms would cost {side} all that the standstill is worth to it: it does not hold."
        )
        return Answer(value=None, reason=reason, side=side)
    if stake.gain <= 0.0:
        reason = (
            f"{side} holds whatever weight it gives the next step: the penalty alone outweighs what striking gains."
        )
        return Answer(value=0.0, reason=reason, side=side)
    if stake.news <= 0.0:
        return tells_nothing(side)
    value = stake.gain / (stake.news * stake.loss + (1.0 - stake.alpha) * stake.gain)
    if stake.slack <= 0.0 or value >= 1.0:
        reason = (
            f"No patience makes {side} hold: flags are too frequent while both hold for what they tell of a strike."
        )
        return Answer(value=None, reason=reason, side=side)
    reason = f"{side} holds if it gives the next step at least {number(value)} of the weight of this one."
    return Answer(value=value, reason=reason, side=side)


def _not_held(stakes: Sequence[Watched], discount: float, patience: Thresholds) -> tuple[Answer, ...]:
    """Return, for each side, that the standstill is not held and what it would take; nothing if it is held."""
    if patience.met_by(discount):
        return ()
    needs = "no discount is enough" if patience.value is None else f"it takes at least {number(patience.value)}"
    reason = f"At a discount of {number(discount)} it is not held by every side: {needs}."
    return _none_for(stakes, reason)


def _none_for(stakes: Sequence[Watched], reason: str) -> tuple[Answer, ...]:
    """Return, for each side, that there is no number, for one reason."""
    return tuple(Answer(value=None, reason=reason, side=stake.side) for stake in stakes)


def _value(stake: Watched, share: float) -> Answer:
    """Return a side's worth of a standstill that keeps a share of what holding for ever would be worth."""
    value = stake.floor + stake.loss * share
    worth = f"{number(value, 4)} of its own units per step"
    reason = f"To {stake.side} it is worth {worth}: false alarms leave {percent(share)} of what it could gain."
    return Answer(value=value, reason=reason, side=stake.side)


def _kept(share: float) -> Answer:
    return Answer(
        value=share, reason=f"False alarms leave at least {percent(share)} of what the standstill could be worth."
    )


def _trigger(stakes: Sequence[Watched], discount: float) -> tuple[float, float]:
    """Return the chance of ending on a flag that keeps every side, first times d / (1 - d), then itself."""
    scaled = max(stake.chance_needed for stake in stakes)
    return scaled, min(1.0, scaled * (1.0 - discount) / discount) if scaled > 0.0 else 0.0


def _life(stake: Watched, chance: float) -> Answer:
    if stake.alpha * chance == 0.0:
        reason = f"As {stake.side} sees it, no flag ends a standstill that both hold: it has no mean life."
        return Answer(value=None, reason=reason, side=stake.side)
    value = 1.0 / (stake.alpha * chance)
    reason = f"As {stake.side} sees the flags, it lasts {number(value)} steps on average."
    return Answer(value=value, reason=reason, side=stake.side)
