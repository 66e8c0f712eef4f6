"""Model B3: one side can strike while talks go on, and the threat to do so widens what can be agreed.

Knows nothing of energy systems; the flows come from the caller.
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

__all__ = ["FightingWhileBargaining"]

_NO_BREAKDOWN = "the model has many equilibria, some with delay, and none in which talks break down"


@dataclass(frozen=True, slots=True, kw_only=True)
class FightingWhileBargaining(Model):
    """B3: offers in turn over a flow; after each refusal one side may strike, which costs both the flow of the round.

    Raises
    ------
    InputError
        If the flow is not positive, the present share is not within it, a patience is not from 0 up to below 1, or the
        striking side is neither side; every fault is listed.

    Notes
    -----
    With F the flow, w0 the striking side's present share of it, d_u and d_f the patience of the striking side and of
    the other: the striking side's best share is z = [(1 - d_f) F + d_f (1 - d_u) w0] / (1 - d_u d_f) when it makes the
    offer and w = (1 - d_u) w0 + d_u z when it gets one; its worst is w0 (Fernandez and Glazer, 1991, American Economic
    Review; Haller and Holden, 1990, Journal of Economic Theory; Busch and Wen, 1995, Econometrica). In the best, it
    strikes after its own offer is refused, not after it refuses one; if it fails to strike when it should, the worst
    follows for good. The threat is believed iff d_u w >= w0; otherwise w0 is all there is of this kind. The formula
    needs d_f >= d_u: otherwise the other side would rather wait for the next offer than pay w (see Bolt, 1995, American
    Economic Review), and no upper end is given.

    Examples
    --------
    >>> model = FightingWhileBargaining(flow=1.0, present=0.3, patience=(0.9, 0.9), striker="A")
    >>> solution = model.solve()
    >>> round(solution.figures["best when it offers"], 6), round(solution.figures["indeterminacy"], 6)
    (0.668421, 0.368421)
    """

    code: ClassVar[str] = "B3"

    flow: float
    """What both get together in a round without strikes, > 0."""
    present: float
    """The striking side's share of it as things stand, from 0 to below ``flow``."""
    patience: Pair
    """Weight of the next round relative to the present one, 0 to below 1."""
    striker: str
    """Side that can strike while talks go on."""

    def _check(self, inputs: Inputs) -> None:
        if inputs.number("flow", self.flow, above=0.0) and inputs.number("present", self.present, at_least=0.0):
            inputs.hold(self.present < self.flow, "present", "be below flow", self.present)
        inputs.pair("patience", self.patience, at_least=0.0, below=1.0)
        inputs.one_of("striker", self.striker, self.sides)

    @property
    def roles(self) -> tuple[str, str]:
        """The striking side, then the other."""
        return ordered(self.sides, self.striker)

    @property
    def weights(self) -> Pair:
        """Patience of the striking side, then of the other."""
        return self.patience if self.striker == self.sides[0] else (self.patience[1], self.patience[0])

    @property
    def best(self) -> Pair | None:
        """The striking side's best share when it makes the offer and when it gets one; None if the threat fails."""
        d_u, d_f = self.weights
        z = ((1.0 - d_f) * self.flow + d_f * (1.0 - d_u) * self.present) / (1.0 - d_u * d_f)
        w = (1.0 - d_u) * self.present + d_u * z
        return (z, w) if d_f >= d_u and d_u * w >= self.present else None

    def solve(self) -> Solution:
        """Return the range of the striking side's share, with the strategies of its upper end."""
        striker, other = self.roles
        best = self.best
        top = self.present if best is None else best[0]
        figures = {
            "best when it offers": None if best is None else best[0],
            "best when it is offered": None if best is None else best[1],
            "worst": self.present,
            "indeterminacy": None if best is None else best[0] - self.present,
        }
        reasons = {"breakdown": _NO_BREAKDOWN}
        reasons |= {name: self._why_none() for name, value in figures.items() if value is None}
        payoffs = {striker: top, other: self.flow - top}
        return Solution(
            model=self.code,
            payoffs={side: payoffs[side] for side in self.sides},
            breakdown=None,
            equilibrium=Equilibrium(rules=self._rules(), build=self._build),
            figures=figures,
            in_words=self._in_words(),
            reasons=reasons,
        )

    def _why_none(self) -> str:
        striker, other = self.roles
        if self.weights[1] < self.weights[0]:
            return f"what {striker} could gain by striking has a formula only if {other} is at least as patient"
        return f"{striker} would lose more by striking than it could gain, so the threat is not believed"

    def _in_words(self) -> str:
        striker, other = self.roles
        if self.best is None:
            return (
                f"{striker} gets {number(self.present)} of {number(self.flow)}, as now, in an agreement with {other}: "
                f"{self._why_none()}."
            )
        return (
            f"Since {striker} can strike while talks go on, it can agree with {other} on any share from "
            f"{number(self.present)} to {number(self.best[0])} of {number(self.flow)} for itself. The model does not "
            f"choose among them."
        )

    def _rules(self) -> dict[str, str]:
        striker, other = self.roles
        if self.best is None:
            now = number(self.present)
            return {striker: f"asks for {now}, accepts {now} or more, never strikes", other: f"pays at most {now}"}
        z, w = (number(share) for share in self.best)
        return {
            striker: f"asks for {z}, accepts {w} or more, strikes for a round if {z} is refused; if it ever fails to, "
            f"settles for {number(self.present)} from then on",
            other: f"offers {w} and accepts a demand up to {z}; once {striker} has failed to strike, "
            f"pays at most {number(self.present)}",
        }

    def _build(self, parts: int) -> tuple[Game, Plan]:
        striker, other = self.roles
        # (asked, paid) in the phase in which strikes are expected and in that in which they are not
        shares = ((self.present, self.present), self.best or (self.present, self.present))
        strikes = _Strikes(
            roles=(striker, other), weights=self.weights, flow=self.flow, present=self.present, shares=shares,
            parts=parts,
        )  # fmt: skip
        phase = int(self.best is not None)
        return Game(players=(striker, other), start=("asks", phase), at=strikes.at), Plan(choose=strikes.choose)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strikes:
    """The game in which one side may strike after each refusal; phase 1 expects it to, phase 0 no longer does.

    The phase is a record of what was done. Role 0 is the striking side, role 1 the other.
    """

    roles: tuple[str, str]
    weights: Pair
    flow: float
    present: float
    shares: tuple[Pair, Pair]
    parts: int

    def at(self, node: Any) -> Choice:
        match node:
            case ("asks" | "pays" as move, int(phase)):
                role = int(move == "pays")
                offers = grid(self.parts, *(share for pair in self.shares for share in pair), high=self.flow)
                steps = {offer: Step(to=("hears", role, phase, offer)) for offer in offers}
                return Choice(player=self.roles[role], actions=steps)
            case ("hears", int(role), int(phase), float(offer)):
                agreed = Step(pays=(offer, self.flow - offer))
                return Choice(
                    player=self.roles[1 - role], actions={"accept": agreed, "refuse": Step(to=("after", role, phase))}
                )
            case (_, int(role), int(phase)):
                # whose offer was refused makes none in the next round
                next_move = "pays" if role == 0 else "asks"
                fails = role == 0
                (d_u, d_f), now = self.weights, self.present
                waits = ((1.0 - d_u) * now, (1.0 - d_f) * (self.flow - now))
                return Choice(
                    player=self.roles[0],
                    actions={
                        "strike": Step(to=(next_move, phase), discount=self.weights),
                        "hold": Step(to=(next_move, 0 if fails else phase), pays=waits, discount=self.weights),
                    },
                )
        raise LookupError(node)

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        match sees:
            case ("asks" | "pays" as move, int(phase)):
                return {self.shares[phase][int(move == "pays")]: 1.0}
            case ("hears", int(role), int(phase), float(offer)):
                asked, paid = self.shares[phase]
                accepts = offer <= asked + TIE if role == 0 else offer >= paid - TIE
                return {"accept" if accepts else "refuse": 1.0}
            case (_, int(role), int(phase)):
                return {"strike" if phase == 1 and role == 0 else "hold": 1.0}
        raise LookupError(sees)
