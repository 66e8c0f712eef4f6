"""Model B5: two offers to a side that alone knows what an agreement is worth to it; waiting sorts out who yields.

Knows nothing of fighting or of enforcement.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import grid, ordered
from standstill.talks.equilibrium import TIE, Chance, Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["Screening"]

Opening = Literal["low", "middle", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening(Model):
    """B5: one side asks twice; to the other an agreement is worth a high or a low amount, which it alone knows.

    Raises
    ------
    InputError
        If low is not positive or not below high, the chance is no probability, patience is not from 0 up to below 1,
        or the asking side is neither side; every fault is listed.

    Notes
    -----
    With q the chance of high, l and h the amounts and d the patience of both (Fudenberg and Tirole, 1983, Review of
    Economic Studies): if q <= l/h, the first demand is l, and accepted. Otherwise the better of two. Ask h, which a
    high side accepts with probability rho = 1 - (1 - q) l / (q (h - l)), then h again: q rho h + d (1 - q rho) l. Or
    ask (1 - d) h + d l, which a high side accepts, then l: (1 - d) q h + d l. In the first, talks end without
    agreement with a low side. A tie goes to the second.

    Examples
    --------
    >>> solution = Screening(low=1.0, high=3.0, patience=0.8, chance=0.5, asks="A").solve()
    >>> round(solution.payoffs["A"], 6), solution.figures["accepted by a high side at once"], solution.breakdown
    (1.35, 0.5, 0.5)
    """

    code: ClassVar[str] = "B5"

    low: float
    """What an agreement is worth to the answering side if low, > 0."""
    high: float
    """What it is worth to it if high, above ``low``."""
    patience: float
    """Weight of the second offer relative to the first, for both sides, 0 to below 1."""
    chance: float
    """Probability that it is high, 0 to 1."""
    asks: str
    """Side that makes both offers."""

    def _check(self, inputs: Inputs) -> None:
        if inputs.number("low", self.low, above=0.0) and inputs.number("high", self.high, above=0.0):
            inputs.hold(self.low < self.high, "low", "be below high", self.low)
        inputs.number("patience", self.patience, at_least=0.0, below=1.0)
        inputs.number("chance", self.chance, at_least=0.0, at_most=1.0)
        inputs.one_of("asks", self.asks, self.sides)

    @property
    def is_pooled(self) -> bool:
        """Whether the chance of high is so small that one low demand is best."""
        return self.chance * self.high <= self.low

    @property
    def mixing(self) -> float:
        """Probability that a high side accepts the high demand at once; 0 where one low demand is best."""
        if self.is_pooled:
            return 0.0
        return 1.0 - (1.0 - self.chance) * self.low / (self.chance * (self.high - self.low))

    @property
    def middle(self) -> float:
        """Greatest demand that a high side accepts at once if the low demand follows."""
        return (1.0 - self.patience) * self.high + self.patience * self.low

    @property
    def values(self) -> dict[Opening, float]:
        """What the asking side expects from each opening; the high one needs a chance that makes it worth asking."""
        taken = self.chance * self.mixing
        values: dict[Opening, float] = {
            "low": self.low,
            "middle": (1.0 - self.patience) * self.chance * self.high + self.patience * self.low,
        }
        if not self.is_pooled:
            values["high"] = taken * self.high + self.patience * (1.0 - taken) * self.low
        return values

    @property
    def opening(self) -> Opening:
        """The best opening."""
        if self.is_pooled:
            return "low"
        values = self.values
        return "high" if values["high"] > values["middle"] else "middle"

    def solve(self) -> Solution:
        """Return the perfect Bayesian equilibrium."""
        asking, answering = ordered(self.sides, self.asks)
        opening, values = self.opening, self.values
        demand = {"low": self.low, "middle": self.middle, "high": self.high}[opening]
        kept = {"low": self.high - self.low, "middle": self.patience * (self.high - self.low), "high": 0.0}[opening]
        payoffs = {asking: values[opening], answering: self.chance * kept}
        accepted = {"low": 1.0, "middle": 1.0, "high": self.mixing}[opening]
        reasons = {} if "high" in values else {"value of asking high first": "a high side is too unlikely for it"}
        return Solution(
            model=self.code,
            payoffs={side: payoffs[side] for side in self.sides},
            breakdown=1.0 - self.chance if opening == "high" else 0.0,
            equilibrium=Equilibrium(rules=self._rules(demand), build=self._build),
            figures={
                "first demand": demand,
                "accepted by a high side at once": accepted,
                "value of asking high first": values.get("high"),
                "value of asking for the middle first": values["middle"],
                "value of asking low first": values["low"],
            },
            in_words=self._in_words(),
            reasons=reasons,
        )

    def _in_words(self) -> str:
        asking, answering = ordered(self.sides, self.asks)
        match self.opening:
            case "low":
                return f"{asking} asks for {number(self.low)} at once, and {answering} accepts."
            case "middle":
                return (
                    f"{asking} asks for {number(self.middle)}, then for {number(self.low)}: {answering} accepts the "
                    f"first if the agreement is worth much to it, and otherwise the second."
                )
        if self.chance == 1.0:
            return f"{asking} asks for {number(self.high)}, and {answering} accepts."
        return (
            f"{asking} asks for {number(self.high)} twice. {answering} accepts, at once or the second time, if the "
            f"agreement is worth that to it; with probability {number(1.0 - self.chance)} it is not, and talks end "
            f"without agreement."
        )

    def _rules(self, demand: float) -> dict[str, str]:
        asking, answering = ordered(self.sides, self.asks)
        return {
            asking: f"asks for {number(demand)} first; then for {number(self.low)} if it has become clear enough that "
            f"the agreement is worth little to {answering}, and else for {number(self.high)}",
            answering: f"accepts at most {number(self.low)} at once if low; if high, up to {number(self.middle)}, and "
            f"above that as often as keeps the other in doubt; accepts any second demand up to its own amount",
        }

    def _build(self, parts: int) -> tuple[Game, Plan]:
        asking, answering = ordered(self.sides, self.asks)
        demands = grid(parts, self.low, self.middle, self.high, high=self.high)
        offers = _TwoOffers(of=self, asking=asking, answering=answering, demands=demands)
        game = Game(players=(asking, answering), start="type", at=offers.at)
        return game, Plan(choose=offers.choose, beliefs=offers.beliefs())


@dataclass(frozen=True, slots=True, kw_only=True)
class _TwoOffers:
    """The game of two demands, and the plan for every history of it."""

    of: Screening
    asking: str
    answering: str
    demands: tuple[float, ...]

    def at(self, node: Any) -> Choice | Chance:
        of = self.of
        match node:
            case "type":
                branches = ((of.chance, Step(to=("asks", of.high))), (1.0 - of.chance, Step(to=("asks", of.low))))
                return Chance(branches=branches)
            case ("asks", float(worth)):
                steps = {demand: Step(to=("hears", worth, demand)) for demand in self.demands}
                return Choice(player=self.asking, actions=steps, sees="asks")
            case ("hears", float(worth), float(first)):
                again = Step(to=("asks again", worth, first), discount=(of.patience,) * 2)
                accept = Step(pays=(first, worth - first))
                return Choice(player=self.answering, actions={"accept": accept, "refuse": again})
            case ("asks again", float(worth), float(first)):
                steps = {demand: Step(to=("hears again", worth, first, demand)) for demand in self.demands}
                return Choice(player=self.asking, actions=steps, sees=("asks again", first))
            case (_, float(worth), float(_), float(second)):
                accept = Step(pays=(second, worth - second))
                return Choice(player=self.answering, actions={"accept": accept, "refuse": Step()})
        raise LookupError(node)

    def choose(self, player: str, sees: Hashable) -> Mapping[Any, float]:
        of = self.of
        match sees:
            case "asks":
                return {{"low": of.low, "middle": of.middle, "high": of.high}[of.opening]: 1.0}
            case ("hears", float(worth), float(first)):
                taken = self.accepted(worth, first)
                return {"accept": taken, "refuse": 1.0 - taken}
            case ("asks again", float(first)):
                lower = self.lowers(first)
                return {of.low: lower, of.high: 1.0 - lower}
            case (_, float(worth), float(_), float(second)):
                return {"accept" if second <= worth + TIE else "refuse": 1.0}
        raise LookupError(sees)

    def accepted(self, worth: float, first: float) -> float:
        """Return the probability that a first demand is accepted."""
        of = self.of
        if worth == of.low or first <= of.middle + TIE:
            return float(first <= (of.middle if worth == of.high else of.low) + TIE)
        return of.mixing

    def lowers(self, first: float) -> float:
        """Return the probability that the low demand follows a refusal of the first: it leaves a high side in doubt."""
        of = self.of
        if of.is_pooled or first <= of.middle + TIE:
            return 1.0
        return (of.high - first) / (of.patience * (of.high - of.low))

    def beliefs(self) -> dict[tuple[str, Hashable], dict[Hashable, float]]:
        """Return what is believed after each refusal of a first demand."""
        return {
            (self.asking, ("asks again", first)): {
                ("asks again", self.of.high, first): self.still_high(first),
                ("asks again", self.of.low, first): 1.0 - self.still_high(first),
            }
            for first in self.demands
        }

    def still_high(self, first: float) -> float:
        """Return the probability of high once a first demand is refused; where the plan excludes that, it is 0."""
        of = self.of
        if first <= of.middle + TIE:
            return 0.0
        return of.chance if of.is_pooled else of.low / of.high
