"""Model B6: one side expects to grow weaker, and the other cannot promise not to use that later.

Knows nothing of private information.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import grid, ordered
from standstill.talks.equilibrium import TIE, Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["PowerShift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShift(Model):
    """B6: a flow is divided anew each period, and one side's chance to prevail in fighting falls after the first.

    Raises
    ------
    InputError
        If a probability, cost or patience is out of bounds, ``p_later`` is above ``p_now``, or the declining side or
        the later opener is neither side; every fault is listed.

    Notes
    -----
    Payoffs are per period, the flow being 1. The rising side can give at most the whole first period, so the declining
    side fights now iff p1 - c > (1 - d) + d v, where v is its later share: p2 - c if the rising side makes the later
    offers, p2 plus the rising side's cost if the declining side does (Powell, 2006, International Organization). Later
    shares are kept within 0 and 1 here.

    Examples
    --------
    >>> model = PowerShift(p_now=0.8, p_later=0.4, costs=(0.1, 0.1), patience=0.9, declining="A", later_opener="B")
    >>> round(model.threshold, 6), model.fights
    (0.766667, True)
    """

    code: ClassVar[str] = "B6"

    p_now: float
    """Probability that the declining side prevails if it fights in the first period, 0 to 1."""
    p_later: float
    """The same from the second period on, at most ``p_now``."""
    costs: Pair
    """Cost of fighting, per period of the flow, > 0."""
    patience: float
    """Weight of the next period relative to the present one, for both sides, above 0 and below 1."""
    declining: str
    """Side whose chance falls."""
    later_opener: str
    """Side that makes the offers from the second period on; in the first the rising side makes it."""

    def _check(self, inputs: Inputs) -> None:
        now = inputs.number("p_now", self.p_now, at_least=0.0, at_most=1.0)
        if inputs.number("p_later", self.p_later, at_least=0.0, at_most=1.0) and now:
            inputs.hold(self.p_later <= self.p_now, "p_later", "be at most p_now", self.p_later)
        inputs.pair("costs", self.costs, above=0.0)
        inputs.number("patience", self.patience, above=0.0, below=1.0)
        inputs.one_of("declining", self.declining, self.sides)
        inputs.one_of("later_opener", self.later_opener, self.sides)

    @property
    def roles(self) -> tuple[str, str]:
        """The declining side, then the rising one."""
        return ordered(self.sides, self.declining)

    @property
    def role_costs(self) -> Pair:
        """Cost of the declining side, then of the rising one."""
        return self.costs if self.declining == self.sides[0] else (self.costs[1], self.costs[0])

    @property
    def later(self) -> float:
        """The declining side's later share."""
        own, other = self.role_costs
        if self.later_opener == self.declining:
            return min(1.0, self.p_later + other)
        return max(0.0, self.p_later - own)

    @property
    def fights(self) -> bool:
        """Whether the declining side fights in the first period."""
        return self.p_now - self.role_costs[0] > 1.0 - self.patience + self.patience * self.later + TIE

    @property
    def threshold(self) -> float | None:
        """Later probability below which the declining side fights now; None if it would not however low."""
        own, other = self.role_costs
        least = (self.p_now - own - (1.0 - self.patience)) / self.patience  # later share that makes it indifferent
        if self.later_opener == self.declining:
            return least - other if least - other > 0.0 else None
        return least + own if least > 0.0 else None

    def solve(self) -> Solution:
        """Return whether the decline is fought over, and what is offered."""
        declining, rising = self.roles
        own, other = self.role_costs
        fight = (self.p_now - own, 1.0 - self.p_now - other)
        kept = max(fight[0], self.patience * self.later)
        payoffs = dict(zip((declining, rising), fight if self.fights else (kept, 1.0 - kept), strict=True))
        threshold = self.threshold
        reasons = {} if threshold is not None else {"threshold": "no fall in its chance is deep enough to fight over"}
        offer, later = number(self.offer), number(self.later)
        rules = {
            declining: f"fights in the first period if offered less than {number(self.least)}"
            + (", which is more than there is" if self.fights else "")
            + f"; later its share is {later}",
            rising: f"offers {offer} of the first period",
        }
        return Solution(
            model=self.code,
            payoffs={side: payoffs[side] for side in self.sides},
            breakdown=float(self.fights),
            equilibrium=Equilibrium(rules=rules, build=self._build),
            figures={"threshold": threshold, "first offer": self.offer, "later share": self.later},
            in_words=self._in_words(),
            reasons=reasons,
        )

    @property
    def least(self) -> float:
        """Least share of the first period that keeps the declining side from fighting; above 1 if none does."""
        return (self.p_now - self.role_costs[0] - self.patience * self.later) / (1.0 - self.patience)

    @property
    def offer(self) -> float:
        """Share of the first period that the rising side offers."""
        return min(1.0, max(0.0, self.least))

    def _in_words(self) -> str:
        declining, rising = self.roles
        threshold = self.threshold
        if threshold is None:
            when = f"{declining} would not fight over any fall in its chance to prevail."
        else:
            when = f"{declining} fights now if it expects its later chance to prevail to be below {number(threshold)}."
        if self.fights:
            return f"{when} It expects {number(self.p_later)}, and nothing that {rising} can give now makes up for it."
        return (
            f"{when} It expects {number(self.p_later)} and accepts {number(self.offer)} of the first period from "
            f"{rising}."
        )

    def _build(self, parts: int) -> tuple[Game, Plan]:
        shift = _Shift(of=self, parts=parts)
        return Game(players=self.roles, start=("offers", "now"), at=shift.at), Plan(choose=shift.choose)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """The game of offers of one period's flow; amounts are the declining side's share."""

    of: PowerShift
    parts: int

    def at(self, node: Any) -> Choice:
        of = self.of
        match node:
            case ("offers", str(period)):
                steps = {share: Step(to=("hears", period, share)) for share in grid(self.parts, of.offer, of.later)}
                return Choice(player=self.offering(period), actions=steps)
            case (_, str(period), float(share)):
                weight = 1.0 - of.patience
                p = of.p_now if period == "now" else of.p_later
                own, other = of.role_costs
                accept = Step(
                    pays=(weight * share, weight * (1.0 - share)),
                    to=("offers", "later"),
                    discount=(of.patience,) * 2,
                )
                fight = Step(pays=(p - own, 1.0 - p - other))
                offering = self.offering(period)
                return Choice(
                    player=next(side for side in of.roles if side != offering),
                    actions={"accept": accept, "fight": fight},
                )
        raise LookupError(node)

    def offering(self, period: str) -> str:
        """Return who makes the offer."""
        return self.of.roles[1] if period == "now" else self.of.later_opener

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        of = self.of
        match sees:
            case ("offers", str(period)):
                return {of.offer if period == "now" else of.later: 1.0}
            case (_, str(period), float(share)):
                p = of.p_now if period == "now" else of.p_later
                role = of.roles.index(player)
                mine, win, later = (share, p, of.later) if role == 0 else (1.0 - share, 1.0 - p, 1.0 - of.later)
                gets = (1.0 - of.patience) * mine + of.patience * later
                return {"accept" if gets >= win - of.role_costs[role] - TIE else "fight": 1.0}
        raise LookupError(sees)
