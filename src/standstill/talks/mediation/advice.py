"""Model M2: when a mediator who leans to one side is believed by it, and one who does not is not.

Knows nothing of how the other side decides beyond the chance that it yields.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import ordered
from standstill.talks.equilibrium import TIE, Chance, Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["MEDIATOR", "BiasedMediator"]

MEDIATOR = "the mediator"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasedMediator(Model):
    """M2: the mediator knows whether the other side is firm or yields, tells the advised side, and dislikes fighting.

    Raises
    ------
    InputError
        If a probability, cost or share is out of bounds, low is not below high, or the advised side is neither side;
        every fault is listed.

    Notes
    -----
    The mediator gets w times the advised side's share, less c if there is fighting. Told that the other yields, the
    advised side asks for the high share, which is refused with probability e; told that it is firm, for the low one. A
    mediator who only dislikes fighting would always say "firm". It says "yields" when that is so iff
    w/c >= e/[(1 - e) x_h + e p - x_l] (Kydd, 2003, American Journal of Political Science, in the simplest form that
    keeps the argument; derived here). The rest is asked for as well: that it says "firm" when that is so,
    w (x_l - p) >= -c, and that the advised side gains by following. Otherwise the advice says nothing, and the advised
    side does what its own guess suggests.

    Examples
    --------
    >>> model = BiasedMediator(
    ...     bias=0.4, dislike=1.0, risk=0.1, high=0.9, low=0.6, p=0.5, cost=0.1, chance=0.5, advised="A"
    ... )
    >>> round(model.threshold, 6), model.is_believed
    (0.384615, True)
    """

    code: ClassVar[str] = "M2"

    bias: float
    """Weight the mediator puts on the advised side's share; 0 if it leans to neither."""
    dislike: float
    """What fighting costs the mediator, > 0."""
    risk: float
    """Probability that a side that yields refuses the high demand all the same, 0 to 1."""
    high: float
    """High demand, above ``low`` and at most 1."""
    low: float
    """Low demand, which is never refused, 0 or more."""
    p: float
    """Advised side's share if there is fighting, 0 to 1."""
    cost: float
    """What fighting costs the advised side, >= 0."""
    chance: float
    """Probability that the other side yields, between 0 and 1."""
    advised: str
    """Side that the mediator advises."""

    def _check(self, inputs: Inputs) -> None:
        inputs.number("bias", self.bias)
        inputs.number("dislike", self.dislike, above=0.0)
        inputs.number("risk", self.risk, at_least=0.0, at_most=1.0)
        if inputs.number("high", self.high, at_most=1.0) and inputs.number("low", self.low, at_least=0.0):
            inputs.hold(self.low < self.high, "low", "be below high", self.low)
        inputs.number("p", self.p, at_least=0.0, at_most=1.0)
        inputs.number("cost", self.cost, at_least=0.0)
        inputs.number("chance", self.chance, above=0.0, below=1.0)
        inputs.one_of("advised", self.advised, self.sides)
        inputs.hold(MEDIATOR not in self.sides, "sides", f"not be {MEDIATOR!r}", self.sides)

    @property
    def gain(self) -> float:
        """What the advised side's share gains when it asks a yielding side for the more, its cost of fighting aside."""
        return (1.0 - self.risk) * self.high + self.risk * self.p - self.low

    @property
    def threshold(self) -> float | None:
        """Least bias, per dislike of fighting, at which the mediator says that the other side yields when it does."""
        return self.risk / self.gain if self.gain > 0.0 else None

    @property
    def follows(self) -> bool:
        """Whether the advised side gains by following true advice, of either kind."""
        return self.gain - self.risk * self.cost >= -TIE and self.low >= self.p - self.cost - TIE

    @property
    def is_believed(self) -> bool:
        """Whether there is an equilibrium in which the advice is true and followed."""
        says_yields = self.bias * self.gain >= self.dislike * self.risk - TIE
        says_firm = self.bias * (self.low - self.p) >= -self.dislike - TIE
        return self.follows and says_yields and says_firm

    @property
    def guess(self) -> str:
        """What the advised side asks for without advice: "high" or "low"."""
        fight = self.p - self.cost
        high = self.chance * ((1.0 - self.risk) * self.high + self.risk * fight) + (1.0 - self.chance) * fight
        return "high" if high > self.low else "low"

    def demand(self, said: str) -> str:
        """Return what the advised side asks for after the mediator's words."""
        if not self.is_believed:
            return self.guess
        return "high" if said == "yields" else "low"

    def solve(self) -> Solution:
        """Return whether the advice is true and followed, and the chance of fighting."""
        advised, other = ordered(self.sides, self.advised)
        believed = self.is_believed
        says = {kind: kind if believed else "firm" for kind in ("yields", "firm")}
        parts = {kind: self._outcome(kind, self.demand(said)) for kind, said in says.items()}
        weights = {"yields": self.chance, "firm": 1.0 - self.chance}
        fighting, share = (sum(weights[kind] * parts[kind][place] for kind in weights) for place in (0, 1))
        threshold = self.threshold
        reasons = (
            {} if threshold is not None else {"threshold": "the advised side gains nothing by asking for the more"}
        )
        game = _Advice(of=self, players=(MEDIATOR, advised))
        return Solution(
            model=self.code,
            payoffs={MEDIATOR: self.bias * share - self.dislike * fighting, advised: share - self.cost * fighting},
            breakdown=fighting,
            equilibrium=Equilibrium(rules=self._rules(), build=game.build),
            figures={"threshold": threshold},
            in_words=self._in_words(other, fighting),
            reasons=reasons,
        )

    def _outcome(self, kind: str, demand: str) -> tuple[float, float]:
        """Return the chance of fighting, and the advised side's mean share without its cost."""
        if demand == "low":
            return 0.0, self.low
        refused = self.risk if kind == "yields" else 1.0
        return refused, (1.0 - refused) * self.high + refused * self.p

    def _rules(self) -> dict[str, str]:
        if self.is_believed:
            return {
                MEDIATOR: "says what is so",
                self.advised: f"asks for {number(self.high)} if told that the other side yields, else for "
                f"{number(self.low)}",
            }
        asked = number(self.high if self.guess == "high" else self.low)
        return {MEDIATOR: "says that the other side is firm, whatever is so", self.advised: f"asks for {asked}"}

    def _in_words(self, other: str, fighting: float) -> str:
        if self.is_believed:
            first = f"{self.advised} can rely on what the mediator says of {other}"
        else:
            first = f"{self.advised} learns nothing from what the mediator says of {other}"
        if self.threshold is None:
            return f"{first}. The chance of fighting is {number(fighting)}."
        return (
            f"{first}: that takes a weight of at least {number(self.threshold)} on {self.advised}'s share for each "
            f"unit of dislike of fighting, and it is {number(self.bias / self.dislike)}. The chance of fighting is "
            f"{number(fighting)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Advice:
    """The mediator sees what the other side is and speaks; the advised side hears it and asks."""

    of: BiasedMediator
    players: tuple[str, str]

    def build(self, parts: int) -> tuple[Game, Plan]:
        chance = self.of.chance if not self.of.is_believed else 1.0
        # where the mediator never says so, hearing it changes no belief
        belief: dict[Hashable, float] = {
            ("hears", "yields", "yields"): chance,
            ("hears", "firm", "yields"): 1.0 - chance,
        }
        plan = Plan(choose=self.choose, beliefs={(self.players[1], ("hears", "yields")): belief})
        return Game(players=self.players, start="kind", at=self.at), plan

    def at(self, node: Any) -> Choice | Chance:
        of = self.of
        match node:
            case "kind":
                steps = (Step(to=("speaks", "yields")), Step(to=("speaks", "firm")))
                return Chance(branches=((of.chance, steps[0]), (1.0 - of.chance, steps[1])))
            case ("speaks", str(kind)):
                said = {words: Step(to=("hears", kind, words)) for words in ("yields", "firm")}
                return Choice(player=self.players[0], actions=said)
            case ("hears", str(kind), str(words)):
                asks = {"high": Step(to=("answer", kind)), "low": self.ends(of.low, 0.0)}
                return Choice(player=self.players[1], actions=asks, sees=("hears", words))
            case (_, str(kind)):
                refused = of.risk if kind == "yields" else 1.0
                return Chance(branches=((1.0 - refused, self.ends(of.high, 0.0)), (refused, self.ends(of.p, 1.0))))
        raise LookupError(node)

    def ends(self, share: float, fighting: float) -> Step:
        of = self.of
        return Step(pays=(of.bias * share - of.dislike * fighting, share - of.cost * fighting))

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        match sees:
            case ("speaks", str(kind)):
                return {kind if self.of.is_believed else "firm": 1.0}
            case (_, str(words)):
                return {self.of.demand(words): 1.0}
        raise LookupError(sees)
