"""Model B4: a demand that is accepted or fought over, with costs of fighting that are known or not.

Knows nothing of repeated play or of enforcement.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import grid, ordered
from standstill.talks.equilibrium import TIE, Chance, Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["CrisisRange", "TwoCosts", "UnknownCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRange(Model):
    """B4 with known costs: what each side would rather accept than fight over.

    Raises
    ------
    InputError
        If p is no probability, a cost is not positive, or the opener is neither side; every fault is listed.

    Notes
    -----
    Side one prefers shares above p - c1 to fighting, side two prefers that it gets less than p + c2: the range
    [p - c1, p + c2], within [0, 1], is never empty (Fearon, 1995, International Organization). Who makes the only offer
    gets the end of the range that suits it.

    Examples
    --------
    >>> CrisisRange(p=0.5, costs=(0.1, 0.2), opener="A").range
    (0.4, 0.7)
    """

    code: ClassVar[str] = "B4-range"

    p: float
    """Probability that the first of ``sides`` prevails in fighting, 0 to 1."""
    costs: Pair
    """Cost of fighting, as a share of what is divided, > 0."""
    opener: str
    """Side that makes the only offer."""

    def _check(self, inputs: Inputs) -> None:
        inputs.number("p", self.p, at_least=0.0, at_most=1.0)
        inputs.pair("costs", self.costs, above=0.0)
        inputs.one_of("opener", self.opener, self.sides)

    @property
    def range(self) -> Pair:
        """Least and greatest share of the first of ``sides`` that both sides prefer to fighting."""
        return max(0.0, self.p - self.costs[0]), min(1.0, self.p + self.costs[1])

    def solve(self) -> Solution:
        """Return the range, and the equilibrium in which the opener gets the end of it that suits it."""
        low, high = self.range
        first = self.opener == self.sides[0]
        share = high if first else low
        payoffs = {self.sides[0]: share, self.sides[1]: 1.0 - share}
        opener, other = ordered(self.sides, self.opener)
        win = self.p if first else 1.0 - self.p
        demand = _Demand(
            roles=(opener, other), win=win, cost=self.costs[0 if first else 1], demand=payoffs[opener],
            types=((1.0, self.costs[1 if first else 0]),), demands=(payoffs[opener],),
        )  # fmt: skip
        rules = {
            opener: f"asks for {number(payoffs[opener])}",
            other: f"accepts {number(payoffs[other])} or more and fights over less",
        }
        return Solution(
            model=self.code,
            payoffs=payoffs,
            breakdown=0.0,
            equilibrium=Equilibrium(rules=rules, build=demand.build),
            figures={"least": low, "greatest": high, "width": high - low},
            in_words=(
                f"{self.sides[0]} and {self.sides[1]} both prefer to fighting any agreement that gives {self.sides[0]} "
                f"from {number(low)} to {number(high)} of what is divided. {opener}, who makes the offer, gets "
                f"{number(payoffs[opener])}."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCost(Model):
    """B4 with an unknown cost: the other side's cost of fighting is anything from 0 to a limit, equally likely.

    Raises
    ------
    InputError
        If p is no probability, a cost is not positive, or the opener is neither side; every fault is listed.

    Notes
    -----
    With C the limit and c the opener's own cost, a demand x is refused with probability (x - p)/C; the best is
    p + (C - c)/2, refused with probability 1/2 - c/(2 C), or p where c >= C, and at most 1 (Fearon, 1995).

    Examples
    --------
    >>> solution = UnknownCost(p=0.5, cost=0.1, limit=0.6, opener="A").solve()
    >>> round(solution.figures["demand"], 4), round(solution.breakdown, 6), round(solution.payoffs["A"], 6)
    (0.75, 0.416667, 0.604167)
    """

    code: ClassVar[str] = "B4-uniform"

    p: float
    """Probability that the opener prevails in fighting, 0 to 1."""
    cost: float
    """The opener's own cost of fighting, as a share of what is divided, > 0."""
    limit: float
    """Greatest cost the other side may have, > 0."""
    opener: str
    """Side that makes the only offer, and does not know the other's cost."""

    def _check(self, inputs: Inputs) -> None:
        inputs.number("p", self.p, at_least=0.0, at_most=1.0)
        inputs.number("cost", self.cost, above=0.0)
        inputs.number("limit", self.limit, above=0.0)
        inputs.one_of("opener", self.opener, self.sides)

    @property
    def demand(self) -> float:
        """The opener's best demand."""
        return min(1.0, self.p + max(0.0, self.limit - self.cost) / 2.0)

    def payoff_of(self, demand: float) -> float:
        """Return what the opener expects from a demand."""
        refused = min(1.0, max(0.0, demand - self.p) / self.limit)
        return (1.0 - refused) * demand + refused * (self.p - self.cost)

    def solve(self) -> Solution:
        """Return the demand and the chance that it is fought over."""
        opener, other = ordered(self.sides, self.opener)
        demand = self.demand
        margin = demand - self.p  # costs below it fight
        refused = margin / self.limit
        fights = refused * (1.0 - self.p - margin / 2.0)
        payoffs = {opener: self.payoff_of(demand), other: (1.0 - refused) * (1.0 - demand) + fights}
        rules = {
            opener: f"asks for {number(demand)}",
            other: f"accepts a demand x if its cost of fighting is at least x less {number(self.p)}, else fights",
        }
        return Solution(
            model=self.code,
            payoffs={side: payoffs[side] for side in self.sides},
            breakdown=refused,
            equilibrium=Equilibrium(rules=rules, build=self._build),
            figures={"demand": demand, "refused below a cost of": margin},
            in_words=(
                f"{opener}, who does not know what fighting would cost {other}, asks for {number(demand)}; the chance "
                f"that {other} refuses and fighting goes on is {number(refused)}."
            ),
        )

    def _build(self, parts: int) -> tuple[Game, Plan]:
        """Cut the unknown cost where some demand becomes unacceptable: a finite game with the same payoffs exactly."""
        demands = [x for x in grid(parts, high=self.limit) if self.p + x <= 1.0]
        cuts = sorted({*demands, self.demand - self.p, self.limit, 0.0})
        types = tuple(((high - low) / self.limit, (low + high) / 2.0) for low, high in pairwise(cuts))
        offers = tuple(sorted({self.p / 2.0, self.demand, *(self.p + x for x in cuts if self.p + x <= 1.0)}))
        opener, other = ordered(self.sides, self.opener)
        game = _Demand(
            roles=(opener, other), win=self.p, cost=self.cost, demand=self.demand, types=types, demands=offers,
            is_gridded=True,
        )  # fmt: skip
        return game.build(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoCosts(Model):
    """B4 with two types: the other side's cost of fighting is low or high.

    Raises
    ------
    InputError
        If p or the chance is no probability, a cost is not positive, low is not below high, or the opener is neither
        side; every fault is listed.

    Notes
    -----
    The opener asks for p + high, which the low-cost type refuses, or for p + low, which both accept (each at most 1).
    It asks for the more iff the chance of high cost is above (p + low - (p - c)) / (p + high - (p - c)), which is
    (low + c) / (high + c) where neither demand is above 1; at the threshold it asks for the less (Fearon, 1995).

    Examples
    --------
    >>> model = TwoCosts(p=0.5, cost=0.1, low=0.1, high=0.4, chance=0.5, opener="A")
    >>> round(model.threshold, 6), model.solve().breakdown
    (0.4, 0.5)
    """

    code: ClassVar[str] = "B4-types"

    p: float
    """Probability that the opener prevails in fighting, 0 to 1."""
    cost: float
    """The opener's own cost of fighting, as a share of what is divided, > 0."""
    low: float
    """The other side's cost of fighting if low, > 0."""
    high: float
    """The other side's cost of fighting if high, above ``low``."""
    chance: float
    """Probability that it is high, 0 to 1."""
    opener: str
    """Side that makes the only offer, and does not know the other's cost."""

    def _check(self, inputs: Inputs) -> None:
        inputs.number("p", self.p, at_least=0.0, at_most=1.0)
        inputs.number("chance", self.chance, at_least=0.0, at_most=1.0)
        inputs.number("cost", self.cost, above=0.0)
        if inputs.number("low", self.low, above=0.0) and inputs.number("high", self.high, above=0.0):
            inputs.hold(self.low < self.high, "low", "be below high", self.low)
        inputs.one_of("opener", self.opener, self.sides)

    @property
    def demands(self) -> Pair:
        """The demand that both types accept, and the one that only the high-cost type accepts."""
        return min(1.0, self.p + self.low), min(1.0, self.p + self.high)

    @property
    def threshold(self) -> float:
        """Chance of high cost above which the opener asks for the more."""
        fight = self.p - self.cost
        less, more = self.demands
        return (less - fight) / (more - fight)

    def solve(self) -> Solution:
        """Return the demand and the chance that it is fought over."""
        opener, other = ordered(self.sides, self.opener)
        is_more = self.chance > self.threshold
        demand = self.demands[int(is_more)]
        refused = 1.0 - self.chance if is_more else 0.0
        payoffs = {
            opener: (1.0 - refused) * demand + refused * (self.p - self.cost),
            other: (1.0 - refused) * (1.0 - demand) + refused * (1.0 - self.p - self.low),
        }
        game = _Demand(
            roles=(opener, other), win=self.p, cost=self.cost, demand=demand,
            types=((1.0 - self.chance, self.low), (self.chance, self.high)), demands=self.demands,
        )  # fmt: skip
        rules = {
            opener: f"asks for {number(demand)}",
            other: f"accepts a demand up to {number(self.p)} plus its cost of fighting, else fights",
        }
        accepted = "is refused if that cost is low" if is_more else "is accepted whatever that cost"
        return Solution(
            model=self.code,
            payoffs={side: payoffs[side] for side in self.sides},
            breakdown=refused,
            equilibrium=Equilibrium(rules=rules, build=game.build),
            figures={"demand": demand, "threshold": self.threshold},
            in_words=(
                f"{opener} would ask {other} for the more only if the chance that fighting costs {other} much were "
                f"above {number(self.threshold)}. Here it asks for {number(demand)}, which {accepted}."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """One demand, seen by a side that knows its own cost of fighting: it accepts or fights."""

    roles: tuple[str, str]
    win: float
    """Probability that the one who asks prevails."""
    cost: float
    """Its own cost."""
    demand: float
    """What it asks for in the solution."""
    types: tuple[tuple[float, float], ...]
    """Probability and cost of each type of the other side."""
    demands: tuple[float, ...]
    """Demands to be tried."""
    is_gridded: bool = False
    """Whether ``demands`` are all there are; otherwise steps of 1/parts are added."""

    def build(self, parts: int) -> tuple[Game, Plan]:
        demands = self.demands if self.is_gridded else grid(parts, self.demand, *self.demands)
        tried = _Tried(of=self, demands=demands)
        return Game(players=self.roles, start="type", at=tried.at), Plan(choose=tried.choose)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """The game of ``_Demand`` with its finite set of demands."""

    of: _Demand
    demands: tuple[float, ...]

    def at(self, node: Any) -> Choice | Chance:
        of = self.of
        match node:
            case "type":
                return Chance(branches=tuple((share, Step(to=("asks", cost))) for share, cost in of.types))
            case ("asks", float(cost)):
                steps = {demand: Step(to=("hears", cost, demand)) for demand in self.demands}
                return Choice(player=of.roles[0], actions=steps, sees="asks")
            case ("hears", float(cost), float(demand)):
                fight = (of.win - of.cost, 1.0 - of.win - cost)
                answers = {"accept": Step(pays=(demand, 1.0 - demand)), "fight": Step(pays=fight)}
                return Choice(player=of.roles[1], actions=answers)
        raise LookupError(node)

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        match sees:
            case "asks":
                return {self.of.demand: 1.0}
            case (_, float(cost), float(demand)):
                return {"accept" if demand <= self.of.win + cost + TIE else "fight": 1.0}
        raise LookupError(sees)
