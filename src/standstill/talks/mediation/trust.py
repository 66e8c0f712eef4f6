"""Model M3: how much trust it takes to hold, and what a small step kept first adds to it.

Knows nothing of what the step is; it has no cost of its own here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from standstill.talks.answer import number
from standstill.talks.equilibrium import TIE, Chance, Choice, Game, Plan, Step
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["Trust"]

KINDS = ("willing", "unwilling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust(Model):
    """M3: each side may be willing (it prefers to hold if the other does) or unwilling (it strikes in any case).

    Raises
    ------
    InputError
        If trust is not above 0 and at most 1, payoffs are not reward > temptation and punishment > sucker, or a
        reassurance is no probability; every fault is listed.

    Notes
    -----
    A willing side holds iff it believes that the other is willing with probability at least
    (P - S)/((R - T') + (P - S)), with T' its own payoff of striking alone (Kydd, 2000, International Organization;
    2005, *Trust and Mistrust in International Relations*). A step that an unwilling side takes with probability h, and
    a willing side surely, raises trust from t to t/(t + (1 - t) h) where it is taken. Payoffs are those of a willing
    side. That no side holds is an equilibrium too; this is the other one, where it exists.

    Examples
    --------
    >>> pairs = {"reward": (1.0, 1.0), "temptation": (0.5, 0.5), "punishment": (0.0, 0.0), "sucker": (-0.5, -0.5)}
    >>> model = Trust(trust=(0.3, 0.3), **pairs, reassurance=(0.4, 0.4))
    >>> model.thresholds, [round(belief, 6) for belief in model.trust_after], model.holds
    ((0.5, 0.5), [0.517241, 0.517241], True)
    """

    code: ClassVar[str] = "M3"

    trust: Pair
    """Probability that each side is willing, as the other sees it, above 0 and at most 1."""
    reward: Pair
    """Payoff of a willing side if both hold."""
    temptation: Pair
    """Payoff of a willing side that strikes while the other holds, below ``reward``."""
    punishment: Pair
    """Payoff of a willing side if both strike."""
    sucker: Pair
    """Payoff of a willing side that holds while the other strikes, below ``punishment``."""
    reassurance: Pair | None = None
    """Probability that each side takes a first step if unwilling, 0 to 1; None if there is no such step."""

    def _check(self, inputs: Inputs) -> None:
        inputs.pair("trust", self.trust, above=0.0, at_most=1.0)
        names = ("reward", "temptation", "punishment", "sucker")
        if all([inputs.pair(name, getattr(self, name)) for name in names]):
            for side, r, t, p, s in zip(self.sides, *(getattr(self, name) for name in names), strict=True):
                inputs.hold(r > t, f"temptation.{side}", "be below reward: a willing side prefers to hold", t)
                inputs.hold(p > s, f"sucker.{side}", "be below punishment", s)
        if self.reassurance is not None:
            inputs.pair("reassurance", self.reassurance, at_least=0.0, at_most=1.0)

    @property
    def thresholds(self) -> Pair:
        """Least trust in the other at which each side holds."""
        first, second = (
            (p - s) / ((r - t) + (p - s))
            for r, t, p, s in zip(self.reward, self.temptation, self.punishment, self.sucker, strict=True)
        )
        return first, second

    @property
    def steps(self) -> Pair:
        """Probability that each side takes the first step if unwilling; 1 where there is none, which says nothing."""
        return (1.0, 1.0) if self.reassurance is None else self.reassurance

    @property
    def trust_after(self) -> Pair:
        """Probability that each side is willing once it has taken the step."""
        first, second = (t / (t + (1.0 - t) * h) for t, h in zip(self.trust, self.steps, strict=True))
        return first, second

    @property
    def holds(self) -> bool:
        """Whether willing sides hold (after the step, if there is one)."""
        after = self.trust_after
        return all(after[1 - side] >= self.thresholds[side] - TIE for side in (0, 1))

    def solve(self) -> Solution:
        """Return whether willing sides hold, and the chance that the standstill is not kept."""
        holds = self.holds
        figures: dict[str, float | None] = {}
        for side, other, least in zip(self.sides, (1, 0), self.thresholds, strict=True):
            figures |= {f"trust {side} needs": least, f"trust {side} has": self.trust_after[other]}
        game = _Meeting(of=self)
        rule = "holds if willing" + ("" if self.reassurance is None else " and the other has taken the step")
        return Solution(
            model=self.code,
            payoffs={side: self._payoff(index) for index, side in enumerate(self.sides)},
            breakdown=1.0 - self.trust[0] * self.trust[1] if holds else 1.0,
            equilibrium=Equilibrium(rules=dict.fromkeys(self.sides, rule if holds else "strikes"), build=game.build),
            figures=figures,
            in_words=self._in_words(),
        )

    def _payoff(self, side: int) -> float:
        """Return the payoff of one side if it is willing."""
        if not self.holds:
            return self.punishment[side]
        willing, step = self.trust[1 - side], self.steps[1 - side]
        unwilling = step * self.sucker[side] + (1.0 - step) * self.punishment[side]
        return willing * self.reward[side] + (1.0 - willing) * unwilling

    def _in_words(self) -> str:
        one, two = self.sides
        needs, has = self.thresholds, self.trust_after
        after = "" if self.reassurance is None else " once the step is taken"
        return (
            f"{one} holds if it believes that {two} is willing with probability at least {number(needs[0])} and has "
            f"{number(has[1])}{after}; {two} needs {number(needs[1])} of {one} and has {number(has[0])}{after}. "
            + ("Willing sides hold." if self.holds else "Neither side holds.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    """Draws of kinds and steps, then both choose at the same time; an unwilling side strikes and is no player."""

    of: Trust

    def build(self, parts: int) -> tuple[Game, Plan]:
        return Game(players=self.of.sides, start="kinds", at=self.at), Plan(choose=self.choose)

    def at(self, node: Any) -> Choice | Chance:
        of = self.of
        if node == "kinds":
            drawn = [
                (chances[0] * chances[1], Step(to=(kinds, taken)))
                for kinds in product(KINDS, repeat=2)
                for taken in product((True, False), repeat=2)
                if min(chances := [self.chance(side, kinds[side], taken[side]) for side in (0, 1)]) > 0.0
            ]
            return Chance(branches=tuple(drawn))
        kinds, taken, *acts = node
        side = len(acts)
        if kinds[side] == "unwilling":
            return Chance(branches=((1.0, self.then(kinds, taken, (*acts, "strike"))),))
        actions = {act: self.then(kinds, taken, (*acts, act)) for act in ("hold", "strike")}
        return Choice(player=of.sides[side], actions=actions, sees=("step of the other taken", taken[1 - side]))

    def chance(self, side: int, kind: str, taken: bool) -> float:
        """Return the chance of a kind of side that takes the step or does not."""
        trust, step = self.of.trust[side], self.of.steps[side]
        if kind == "willing":
            return trust if taken else 0.0
        return (1.0 - trust) * (step if taken else 1.0 - step)

    def then(self, kinds: tuple[str, str], taken: tuple[bool, bool], acts: tuple[str, ...]) -> Step:
        if len(acts) == 1:
            return Step(to=(kinds, taken, *acts))
        of = self.of
        table = {
            ("hold", "hold"): of.reward,
            ("strike", "hold"): of.temptation,
            ("strike", "strike"): of.punishment,
            ("hold", "strike"): of.sucker,
        }
        pays = [table[acts[side], acts[1 - side]][side] if kinds[side] == "willing" else 0.0 for side in (0, 1)]
        return Step(pays=tuple(pays))

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        match sees:
            case (_, bool(taken)):
                return {"hold" if taken and self.of.holds else "strike": 1.0}
        raise LookupError(sees)
