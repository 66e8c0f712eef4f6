"""Models B1 and B2: offers in turn for as long as it takes, in rounds or without a pause, with flows meanwhile.

Knows nothing of private information or of enforcement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from standstill.talks.answer import number
from standstill.talks.bargaining.offers import Turns, agreement, kept, ordered
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Equilibrium, Model, Solution

__all__ = ["AlternatingOffers", "ContinuousOffers", "InsideOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternatingOffers(Model):
    """B1: sides make offers in turn until one is accepted; each round of waiting costs both.

    Raises
    ------
    InputError
        If a patience is not from 0 up to below 1, or the opener is neither side; every fault is listed.

    Notes
    -----
    The opener keeps (1 - d_j) / (1 - d_i d_j), with d the weights of the next round (Rubinstein, 1982, Econometrica).

    Examples
    --------
    >>> solution = AlternatingOffers(patience=(0.9, 0.8), opener="A").solve()
    >>> round(solution.payoffs["A"], 6), solution.equilibrium.check().is_equilibrium
    (0.714286, True)
    """

    code: ClassVar[str] = "B1"

    patience: Pair
    """Weight of the next round relative to the present one, 0 to below 1."""
    opener: str
    """Side that makes the first offer."""

    def _check(self, inputs: Inputs) -> None:
        inputs.pair("patience", self.patience, at_least=0.0, below=1.0)
        inputs.one_of("opener", self.opener, self.sides)

    def solve(self) -> Solution:
        """Return the only subgame perfect equilibrium: the first offer is accepted."""
        keeps = kept(self.patience)
        opener = self.sides.index(self.opener)
        payoffs = _divided(self.sides, opener, keeps[opener])
        turns = Turns(sides=self.sides, opener=opener, patience=self.patience, keeps=(keeps,))
        return Solution(
            model=self.code,
            payoffs=payoffs,
            breakdown=0.0,
            equilibrium=turns.equilibrium(_rules(self.sides, keeps)),
            figures={f"kept by {side} when it offers": keeps[index] for index, side in enumerate(self.sides)},
            in_words=f"The first offer, made by {self.opener}, is accepted: {agreement(payoffs, self.sides)}.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideOptions(Model):
    """B2: offers in turn without a pause between them, while each side has a flow for as long as talks go on.

    Raises
    ------
    InputError
        If a flow is negative, both together leave nothing to divide, or a rate is not positive; every fault is listed.

    Notes
    -----
    With b the flows as shares of what the agreement gives and r the rates of impatience, side one gets
    b1 + (1 - b1 - b2) r2 / (r1 + r2); with equal rates each gets its flow and half of the rest (Binmore, Rubinstein and
    Wolinsky, 1986, RAND Journal of Economics). It is the limit of ever shorter rounds, in which it no longer matters
    who opens; the equilibrium to be checked is that of short rounds, with r1 + r2 = 0.001 per round.

    Examples
    --------
    >>> solution = InsideOptions(inside=(0.2, 0.4), rates=(0.05, 0.05)).solve()
    >>> round(solution.payoffs["A"], 6)
    0.4
    """

    code: ClassVar[str] = "B2"

    inside: Pair
    """What each side gets while talks go on, as a share of what an agreement gives, >= 0; together below 1."""
    rates: Pair
    """Rate of impatience, per unit of time, > 0; only their ratio matters."""

    def _check(self, inputs: Inputs) -> None:
        if inputs.pair("inside", self.inside, at_least=0.0):
            total = sum(self.inside)
            hint = "where talks going on give both together as much as an agreement, there is nothing to agree on"
            inputs.hold(total < 1.0, "inside", "sum to below 1", total, hint)
        inputs.pair("rates", self.rates, above=0.0)

    def solve(self) -> Solution:
        """Return the limit of the equilibria of ever shorter rounds: agreement at once."""
        return _in_continuous_time(self.code, self.sides, self.rates, self.inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousOffers(Model):
    """B1 without a pause between offers: only the rates of impatience matter.

    Raises
    ------
    InputError
        If a rate is not positive.

    Notes
    -----
    The limit of alternating offers with weights exp(-r t) as the time t between offers goes to 0: side one gets
    r2 / (r1 + r2). The equilibrium to be checked is that of short rounds, with (r1 + r2) t = 0.001.

    Examples
    --------
    >>> round(ContinuousOffers(rates=(0.05, 0.10)).solve().payoffs["A"], 6)
    0.666667
    """

    code: ClassVar[str] = "B1-continuous"

    rates: Pair
    """Rate of impatience, per unit of time, > 0; only their ratio matters."""

    def _check(self, inputs: Inputs) -> None:
        inputs.pair("rates", self.rates, above=0.0)

    def solve(self) -> Solution:
        """Return the limit of the equilibria of ever shorter rounds: agreement at once."""
        return _in_continuous_time(self.code, self.sides, self.rates, (0.0, 0.0))


_ROUND = 1e-3  # length of a round in the game that stands for no pause: r1 + r2 times its length


def _in_continuous_time(code: str, sides: tuple[str, str], rates: Pair, inside: Pair) -> Solution:
    """Return the solution without a pause between offers, with the equilibrium of short rounds for the check."""
    r1, r2 = rates
    surplus = 1.0 - sum(inside)
    payoffs = _divided(sides, 0, inside[0] + surplus * r2 / (r1 + r2))
    length = _ROUND / (r1 + r2)
    patience = (math.exp(-r1 * length), math.exp(-r2 * length))
    keeps = kept(patience, inside)
    turns = Turns(sides=sides, opener=0, patience=patience, keeps=(keeps,), inside=inside)
    return Solution(
        model=code,
        payoffs=payoffs,
        breakdown=0.0,
        equilibrium=Equilibrium(rules=_rules(sides, keeps), build=turns.build),
        figures={"to divide beyond what talks give": surplus},
        in_words=f"An agreement comes at once: {agreement(payoffs, sides)}, whoever makes the first offer.",
    )


def _divided(sides: tuple[str, str], first: int, share: float) -> dict[str, float]:
    """Return payoffs in the order of the sides, where the side at ``first`` gets ``share`` of one."""
    opener, other = ordered(sides, sides[first])
    found = {opener: share, other: 1.0 - share}
    return {side: found[side] for side in sides}


def _rules(sides: tuple[str, str], keeps: Pair) -> dict[str, str]:
    """Return what each side does, in words."""
    return {
        side: f"asks for {number(keeps[index])} and accepts {number(1.0 - keeps[1 - index])} or more"
        for index, side in enumerate(sides)
    }
