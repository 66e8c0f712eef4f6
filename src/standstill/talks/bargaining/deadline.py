"""Model B1 with a last round: offers in turn, and nothing for either side once the last is refused.

Knows nothing of private information or of enforcement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import Turns, agreement
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Model, Solution

__all__ = ["FiniteOffers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiniteOffers(Model):
    """B1 with a known number of rounds: sides make offers in turn, and the last offer is take it or leave it.

    Raises
    ------
    InputError
        If a patience is not from 0 up to below 1, there is no round, or the opener is neither side.

    Notes
    -----
    From the last round back: who offers last keeps all; who offers before that leaves the other what waiting a round
    would be worth to it, x_t = 1 - d_j x_{t+1} (Ståhl, 1972, *Bargaining Theory*).

    Examples
    --------
    >>> [round(FiniteOffers(patience=(0.9, 0.8), rounds=t, opener="A").solve().payoffs["A"], 5) for t in (1, 2, 3)]
    [1.0, 0.2, 0.92]
    """

    code: ClassVar[str] = "B1-finite"

    patience: Pair
    """Weight of the next round relative to the present one, 0 to below 1."""
    rounds: int
    """Number of rounds, from 1 to 1000."""
    opener: str
    """Side that makes the first offer."""

    def _check(self, inputs: Inputs) -> None:
        inputs.pair("patience", self.patience, at_least=0.0, below=1.0)
        if inputs.number("rounds", self.rounds, at_least=1, at_most=1000):
            inputs.hold(self.rounds == int(self.rounds), "rounds", "be a whole number", self.rounds)
        inputs.one_of("opener", self.opener, self.sides)

    @property
    def kept(self) -> tuple[float, ...]:
        """What the side that offers keeps, round by round."""
        opener = self.sides.index(self.opener)
        keeps = [1.0]
        for turn in reversed(range(int(self.rounds) - 1)):
            other = (opener + turn + 1) % 2
            keeps.append(1.0 - self.patience[other] * keeps[-1])
        return tuple(reversed(keeps))

    def solve(self) -> Solution:
        """Return the only subgame perfect equilibrium: the first offer is accepted."""
        kept = self.kept
        opener = self.sides.index(self.opener)
        other = self.sides[1 - opener]
        found = {self.opener: kept[0], other: 1.0 - kept[0]}
        payoffs = {side: found[side] for side in self.sides}
        # in a round only one side offers, so one number serves for both places of the pair
        turns = Turns(
            sides=self.sides, opener=opener, patience=self.patience, keeps=tuple((x, x) for x in kept), has_last=True
        )
        rules = {
            side: "leaves the other side what waiting a round would be worth to it, and accepts that much or more"
            for side in self.sides
        }
        last = self.sides[(opener + int(self.rounds) - 1) % 2]
        return Solution(
            model=self.code,
            payoffs=payoffs,
            breakdown=0.0,
            equilibrium=turns.equilibrium(rules),
            figures={f"kept in round {turn + 1}": share for turn, share in enumerate(kept)},
            in_words=(
                f"The first of {number(float(self.rounds))} offers, made by {self.opener}, is accepted: "
                f"{agreement(payoffs, self.sides)}. {last} would make the last offer."
            ),
        )
