"""Offers in turn on how to divide what an agreement gives: with no last round, and with one.

``alternating`` and ``deadline`` solve the models; here are their games and the plan that the solution claims.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from standstill.talks.answer import number
from standstill.talks.equilibrium import TIE, Choice, Game, Plan, Step
from standstill.talks.inputs import Pair
from standstill.talks.solution import Equilibrium

__all__ = ["Turns", "agreement", "grid", "kept", "ordered"]


def grid(parts: int, *claimed: float, low: float = 0.0, high: float = 1.0) -> tuple[float, ...]:
    """Return amounts from ``low`` to ``high`` in equal steps, and those that a solution claims.

    Examples
    --------
    >>> grid(2, 0.7)
    (0.0, 0.5, 0.7, 1.0)
    """
    steps = {min(high, low + (high - low) * k / parts) for k in range(parts + 1)}
    return tuple(sorted(steps | set(map(float, claimed))))


def ordered(sides: tuple[str, str], first: str) -> tuple[str, str]:
    """Return the sides with ``first`` in front."""
    return sides if sides[0] == first else (sides[1], sides[0])


def agreement(payoffs: dict[str, float], sides: tuple[str, str]) -> str:
    """Return what each side gets, as the end of a sentence."""
    return f"{sides[0]} gets {number(payoffs[sides[0]])} of what is divided and {sides[1]} {number(payoffs[sides[1]])}"


def kept(patience: Pair, inside: Pair = (0.0, 0.0)) -> Pair:
    """Return what each side keeps when it makes the offer: the rest is what the other would get by refusing.

    Notes
    -----
    Solves x_i = 1 - (1 - d_j) b_j - d_j x_j for both sides, with d patience and b the flow while talks go on.
    """
    (d1, d2), (b1, b2) = patience, inside
    a1, a2 = (1.0 - d1) * b1, (1.0 - d2) * b2
    scale = 1.0 - d1 * d2
    return (1.0 - a2 - d2 * (1.0 - a1)) / scale, (1.0 - a1 - d1 * (1.0 - a2)) / scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """A game of offers in turn, and the plan to ask what is kept and to accept what leaves the other no more."""

    sides: tuple[str, str]
    """Names of the sides."""
    opener: int
    """Index of the side that makes the first offer."""
    patience: Pair
    """Weight of the next round."""
    keeps: tuple[Pair, ...]
    """What each side keeps when it offers: one pair for each round, or one for all if there is no last round."""
    inside: Pair = (0.0, 0.0)
    """What each side gets while talks go on, as a share of what an agreement gives."""
    has_last: bool = False
    """Whether talks end without agreement when the last of the rounds in ``keeps`` is refused."""
    parts: int = 40
    """Parts into which offers are cut."""

    def equilibrium(self, rules: dict[str, str]) -> Equilibrium:
        """Return the plan as an equilibrium, with its rules in words."""
        return Equilibrium(rules=rules, build=self.build)

    def build(self, parts: int) -> tuple[Game, Plan]:
        """Return the game with offers in steps of 1/``parts``, and the plan."""
        turns = replace(self, parts=parts)
        game = Game(players=self.sides, start=("offers", self.opener, 0), at=turns.at)
        return game, Plan(choose=turns.choose)

    def at(self, node: Any) -> Choice:
        """Return what happens at a node: an offer, or the answer to one."""
        match node:
            case ("offers", int(side), int(turn)):
                asks = grid(self.parts, self.keeps[turn][side])
                steps = {ask: Step(to=("answers", 1 - side, turn, ask)) for ask in asks}
                return Choice(player=self.sides[side], actions=steps)
            case (_, int(side), int(turn), float(ask)):
                shares = (1.0 - ask, ask) if side == 0 else (ask, 1.0 - ask)
                return Choice(
                    player=self.sides[side], actions={"accept": Step(pays=shares), "refuse": self._refused(side, turn)}
                )
        raise LookupError(node)

    def _refused(self, side: int, turn: int) -> Step:
        """Return what follows a refusal: the one who refused makes the next offer, if there is one."""
        if self.has_last and turn + 1 == len(self.keeps):
            return Step()
        (d1, d2), (b1, b2) = self.patience, self.inside
        waits = ((1.0 - d1) * b1, (1.0 - d2) * b2)
        return Step(to=("offers", side, turn + 1 if self.has_last else 0), pays=waits, discount=self.patience)

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        """Return what the plan does: ask what is kept, accept what leaves the other at most that."""
        match sees:
            case ("offers", int(side), int(turn)):
                return {self.keeps[turn][side]: 1.0}
            case (_, int(side), int(turn), float(ask)):
                return {"accept" if ask <= self.keeps[turn][1 - side] + TIE else "refuse": 1.0}
        raise LookupError(sees)
