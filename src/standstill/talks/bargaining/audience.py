"""Model B8: what a public commitment must cost to break for the other side to rely on it.

Knows nothing of how such a cost comes about.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, ClassVar

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import ordered
from standstill.talks.equilibrium import TIE, Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["AudienceCost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceCost(Model):
    """B8: one side has said in public that it will hold; breaking its word while the other holds costs it at home.

    Raises
    ------
    InputError
        If payoffs are not temptation > reward > punishment > sucker, the cost is negative, patience is not from 0 up to
        below 1, or the committed side is neither side; every fault is listed.

    Notes
    -----
    The commitment holds iff a >= (T - R) - d/(1 - d) (R - P): what breaking gains now, less what the end of the
    standstill loses later (audience costs: Fearon, 1994, American Political Science Review; here joined to a standstill
    that ends with the first break). Each step the other side decides first whether to hold, and does so iff the
    commitment holds. Ask for each side in turn where both have committed themselves.

    Examples
    --------
    >>> payoffs = {"temptation": 3.0, "reward": 2.0, "punishment": 0.0, "sucker": -1.0}
    >>> model = AudienceCost(**payoffs, patience=0.2, cost=0.5, committed="A")
    >>> round(model.needed, 6), model.holds
    (0.5, True)
    """

    code: ClassVar[str] = "B8"

    temptation: float
    """Payoff of a step in which the committed side strikes while the other holds."""
    reward: float
    """Payoff of a step in which both hold, for either side."""
    punishment: float
    """Payoff of a step in which both strike, for either side."""
    sucker: float
    """Payoff of the other side in a step in which it holds while the committed side strikes."""
    patience: float
    """Weight of the next step relative to the present one, 0 to below 1."""
    cost: float
    """What breaking its word costs the committed side at home, >= 0, in the unit of payoffs."""
    committed: str
    """Side that has committed itself."""

    def _check(self, inputs: Inputs) -> None:
        names = ("temptation", "reward", "punishment", "sucker")
        if all([inputs.number(name, getattr(self, name)) for name in names]):
            payoffs = tuple(getattr(self, name) for name in names)
            is_ordered = self.temptation > self.reward > self.punishment > self.sucker
            inputs.hold(is_ordered, "payoffs", "be temptation > reward > punishment > sucker", payoffs)
        inputs.number("patience", self.patience, at_least=0.0, below=1.0)
        inputs.number("cost", self.cost, at_least=0.0)
        inputs.one_of("committed", self.committed, self.sides)

    @property
    def needed(self) -> float:
        """Least cost at which the commitment holds; 0 where it holds without any."""
        ahead = self.patience / (1.0 - self.patience) * (self.reward - self.punishment)
        return max(0.0, self.temptation - self.reward - ahead)

    @property
    def holds(self) -> bool:
        """Whether the commitment holds."""
        return self.cost >= self.needed - TIE

    def solve(self) -> Solution:
        """Return whether the commitment holds and the other side relies on it."""
        committed, other = ordered(self.sides, self.committed)
        needed, holds = self.needed, self.holds
        game = _Word(of=self, roles=(committed, other))
        rules = {
            committed: "holds as long as the other side does" if holds else "would strike while the other side holds",
            other: "holds" if holds else "does not hold",
        }
        if needed == 0.0:
            why = f"{committed} would hold without any cost of breaking its word"
        else:
            why = f"{committed} holds if breaking its word costs it at least {number(needed)}"
        outcome = f"so {other} can rely on it" if holds else f"so {other} cannot rely on it"
        return Solution(
            model=self.code,
            payoffs=dict.fromkeys(self.sides, self.reward if holds else self.punishment),
            breakdown=0.0 if holds else 1.0,
            equilibrium=Equilibrium(rules={side: rules[side] for side in self.sides}, build=game.build),
            figures={"needed": needed},
            in_words=f"{why}. The cost given is {number(self.cost)}, {outcome}.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """Each step the other side holds or not, then the committed side; whoever strikes ends the standstill."""

    of: AudienceCost
    roles: tuple[str, str]

    def build(self, parts: int) -> tuple[Game, Plan]:
        return Game(players=self.roles, start="relies", at=self.at), Plan(choose=self.choose)

    def at(self, node: Any) -> Choice:
        of, weight = self.of, self.of.patience
        if node == "relies":
            over = Step(pays=(of.punishment, of.punishment))
            return Choice(player=self.roles[1], actions={"hold": Step(to="keeps"), "strike": over})
        lasts = Step(to="relies", pays=((1.0 - weight) * of.reward,) * 2, discount=(weight, weight))
        ends = tuple((1.0 - weight) * now + weight * of.punishment for now in (of.temptation - of.cost, of.sucker))
        return Choice(player=self.roles[0], actions={"hold": lasts, "strike": Step(pays=ends)})

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        return {"hold" if self.of.holds else "strike": 1.0}
