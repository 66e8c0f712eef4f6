"""Model B7: how long talks last, and whether what they agree is kept: both hang on the same shadow of the future.

Knows nothing of imperfect observation, which ``enforcement`` treats.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from standstill.talks.answer import number
from standstill.talks.equilibrium import Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["DetectionLag", "WarOfAttrition"]

_STEP = 1e-3  # step of the game that stands for continuous time, in mean delays


@dataclass(frozen=True, slots=True, kw_only=True)
class WarOfAttrition(Model):
    """B7 (i): each side waits for the other to concede, and waiting costs both.

    Raises
    ------
    InputError
        If a rate is not positive, a better outcome is not above the worse, or conceding is no better than waiting for
        ever; every fault is listed.

    Notes
    -----
    Each side concedes with the hazard that leaves the other indifferent: h_j = r_i (low_i + k_i) / (high_i - low_i), so
    the mean delay is 1 / (h1 + h2), and what is left of the agreement's worth to side i is (h1 + h2) / (r_i + h1 + h2)
    (Fearon, 1998, International Organization). This is the equilibrium in which neither side concedes at the start with
    positive probability. A lower rate (a longer shadow of the future) lengthens the delay. The equilibrium to be
    checked is that of short steps, a thousandth of the mean delay each; if both concede in one step, each gets its
    worse outcome.

    Examples
    --------
    >>> model = WarOfAttrition(rates=(0.1, 0.1), high=(2.0, 2.0), low=(1.0, 1.0), waiting=(0.5, 0.5))
    >>> [round(hazard, 6) for hazard in model.hazards], round(model.mean_delay, 4)
    ([0.15, 0.15], 3.3333)
    """

    code: ClassVar[str] = "B7-delay"

    rates: Pair
    """Rate of impatience, per unit of time, > 0."""
    high: Pair
    """What each side gets, per unit of time, once the other has conceded; above ``low``."""
    low: Pair
    """What it gets once it has conceded itself."""
    waiting: Pair
    """What waiting costs it, per unit of time; conceding must be better: low + waiting > 0."""

    def _check(self, inputs: Inputs) -> None:
        inputs.pair("rates", self.rates, above=0.0)
        good = [inputs.pair(name, getattr(self, name)) for name in ("high", "low", "waiting")]
        if not all(good):
            return
        for side, high, low, waiting in zip(self.sides, self.high, self.low, self.waiting, strict=True):
            inputs.hold(high > low, f"high.{side}", "be above low", high)
            hint = "a side that loses nothing by waiting for ever never concedes"
            inputs.hold(low + waiting > 0.0, f"waiting.{side}", "make low + waiting positive", waiting, hint)

    @property
    def hazards(self) -> Pair:
        """Hazard rate of conceding of each side, per unit of time."""
        first, second = (
            rate * (low + waiting) / (high - low)
            for rate, high, low, waiting in zip(self.rates, self.high, self.low, self.waiting, strict=True)
        )
        # each side's hazard is set by the other's indifference
        return second, first

    @property
    def mean_delay(self) -> float:
        """Mean time until a side concedes."""
        return 1.0 / sum(self.hazards)

    @property
    def efficiencies(self) -> Pair:
        """Mean weight, for each side, of the time at which agreement comes."""
        total = sum(self.hazards)
        return total / (self.rates[0] + total), total / (self.rates[1] + total)

    def solve(self) -> Solution:
        """Return the stationary equilibrium in mixed strategies."""
        delay, length = self.mean_delay, _STEP * self.mean_delay
        figures: dict[str, float | None] = {"mean delay": delay}
        for side, hazard, share in zip(self.sides, self.hazards, self.efficiencies, strict=True):
            figures |= {f"hazard of {side}": hazard, f"worth left to {side}": share}
        game = _Waiting(of=self, length=length)
        return Solution(
            model=self.code,
            payoffs=dict(zip(self.sides, self.low, strict=True)),
            breakdown=None,
            equilibrium=Equilibrium(
                rules={
                    side: f"concedes at a rate of {number(hazard)} per unit of time"
                    for side, hazard in zip(self.sides, self.hazards, strict=True)
                },
                build=game.build,
            ),
            figures=figures,
            in_words=(
                f"{self.sides[0]} and {self.sides[1]} each wait for the other to concede; agreement comes after "
                f"{number(delay)} units of time on average. The more they value the future, the longer they wait."
            ),
            reasons={"breakdown": "in this model talks are delayed, and never break down"},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """The war of attrition in steps of time; both choose at the same time in each."""

    of: WarOfAttrition
    length: float

    def build(self, parts: int) -> tuple[Game, Plan]:
        return Game(players=self.of.sides, start="first", at=self.at), Plan(choose=self.choose)

    def discount(self, side: int) -> float:
        return math.exp(-self.of.rates[side] * self.length)

    def at(self, node: Any) -> Choice:
        of = self.of
        if node == "first":
            steps = {action: Step(to=("second", action)) for action in ("concede", "wait")}
            return Choice(player=of.sides[0], actions=steps)
        _, first = node
        discount = (self.discount(0), self.discount(1))
        costs = (-(1.0 - discount[0]) * of.waiting[0], -(1.0 - discount[1]) * of.waiting[1])
        if first == "concede":
            actions = {"concede": Step(pays=of.low), "wait": Step(pays=(of.low[0], of.high[1]))}
        else:
            goes_on = Step(to="first", pays=costs, discount=discount)
            actions = {"concede": Step(pays=(of.high[0], of.low[1])), "wait": goes_on}
        return Choice(player=of.sides[1], actions=actions, sees="second")

    def concedes(self, side: int) -> float:
        """Return the probability of conceding in a step that leaves the other side indifferent."""
        of, other = self.of, 1 - side
        weight = self.discount(other)
        high, low, waiting = of.high[other], of.low[other], of.waiting[other]
        return (1.0 - weight) * (low + waiting) / (high - weight * low + (1.0 - weight) * waiting)

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        chance = self.concedes(self.of.sides.index(player))
        return {"concede": chance, "wait": 1.0 - chance}


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionLag(Model):
    """B7 (ii): an agreement is kept for as long as breaking it, unseen for a while, is not worth the end of it.

    Raises
    ------
    InputError
        If a rate or lag is not positive, or payoffs are not temptation > reward > punishment; every fault is listed.

    Notes
    -----
    A side that breaks the agreement gets g until that is seen D later, and d from then on, against b for ever: it holds
    iff its rate of impatience is at most ln((g - d)/(g - b))/D (Fearon, 1998). What the other side gets meanwhile plays
    no part, and is set to d in the game that is checked.

    Examples
    --------
    >>> pairs = {"temptation": (2.0, 2.0), "reward": (1.0, 1.0), "punishment": (0.0, 0.0), "lag": (2.0, 2.0)}
    >>> model = DetectionLag(rates=(0.1, 0.4), **pairs)
    >>> [round(rate, 6) for rate in model.most_impatient], model.solve().breakdown
    ([0.346574, 0.346574], 1.0)
    """

    code: ClassVar[str] = "B7-lag"

    rates: Pair
    """Rate of impatience, per unit of time, > 0."""
    temptation: Pair
    """What a side gets while it breaks the agreement unseen, per unit of time."""
    reward: Pair
    """What it gets while both hold."""
    punishment: Pair
    """What it gets once the agreement is over."""
    lag: Pair
    """Time until a break of the agreement by that side is seen, > 0."""

    def _check(self, inputs: Inputs) -> None:
        inputs.pair("rates", self.rates, above=0.0)
        inputs.pair("lag", self.lag, above=0.0)
        good = [inputs.pair(name, getattr(self, name)) for name in ("temptation", "reward", "punishment")]
        if all(good):
            for side, *payoffs in zip(self.sides, self.temptation, self.reward, self.punishment, strict=True):
                is_ordered = payoffs[0] > payoffs[1] > payoffs[2]
                inputs.hold(is_ordered, f"reward.{side}", "lie between punishment and temptation", payoffs)

    @property
    def most_impatient(self) -> Pair:
        """Greatest rate of impatience at which each side holds."""
        first, second = (
            math.log((g - d) / (g - b)) / lag
            for g, b, d, lag in zip(self.temptation, self.reward, self.punishment, self.lag, strict=True)
        )
        return first, second

    @property
    def holders(self) -> tuple[str, ...]:
        """Sides that hold if the other does."""
        pairs = zip(self.sides, self.rates, self.most_impatient, strict=True)
        return tuple(side for side, rate, most in pairs if rate <= most)

    def solve(self) -> Solution:
        """Return whether the agreement is kept."""
        is_kept = len(self.holders) == 2
        action = "holds as long as no break has been seen" if is_kept else "does not hold"
        most = self.most_impatient
        game = _Unseen(of=self, is_kept=is_kept)
        bounds = " and ".join(
            f"{side} up to a rate of {number(rate)}" for side, rate in zip(self.sides, most, strict=True)
        )
        outcome = (
            "both hold" if is_kept else f"{' and '.join(s for s in self.sides if s not in self.holders)} would not"
        )
        return Solution(
            model=self.code,
            payoffs=dict(zip(self.sides, self.reward if is_kept else self.punishment, strict=True)),
            breakdown=0.0 if is_kept else 1.0,
            equilibrium=Equilibrium(rules=dict.fromkeys(self.sides, action), build=game.build),
            figures={f"greatest rate of {side}": rate for side, rate in zip(self.sides, most, strict=True)},
            in_words=f"{bounds} of impatience would hold, the other holding. At the rates given {outcome}.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unseen:
    """Both choose at the same time whether to hold, anew after each lag; a break ends the agreement a lag later."""

    of: DetectionLag
    is_kept: bool

    def build(self, parts: int) -> tuple[Game, Plan]:
        return Game(players=self.of.sides, start="first", at=self.at), Plan(choose=self.choose)

    def at(self, node: Any) -> Choice:
        of = self.of
        if node == "first":
            steps = {action: Step(to=("second", action)) for action in ("hold", "break")}
            return Choice(player=of.sides[0], actions=steps)
        _, first = node
        discount = (math.exp(-of.rates[0] * of.lag[0]), math.exp(-of.rates[1] * of.lag[1]))
        if first == "hold":
            lasts = ((1.0 - discount[0]) * of.reward[0], (1.0 - discount[1]) * of.reward[1])
            holds = Step(to="first", pays=lasts, discount=discount)
            actions = {"hold": holds, "break": Step(pays=(of.punishment[0], self.broken(1, discount[1])))}
        else:
            actions = {
                "hold": Step(pays=(self.broken(0, discount[0]), of.punishment[1])),
                "break": Step(pays=of.punishment),
            }
        return Choice(player=of.sides[1], actions=actions, sees="second")

    def broken(self, side: int, weight: float) -> float:
        """Return what a side gets that breaks the agreement alone."""
        return (1.0 - weight) * self.of.temptation[side] + weight * self.of.punishment[side]

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        return {"hold" if self.is_kept else "break": 1.0}
