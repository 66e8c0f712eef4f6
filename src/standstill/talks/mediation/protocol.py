"""A protocol of mediation as a game: two sides of private strength report, a division is drawn, each agrees or fights.

``dispute`` says which protocol gives most peace; here it is played. Knows no closed form.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from standstill.talks.equilibrium import TIE, Chance, Choice, Game, Plan, Step
from standstill.talks.solution import Equilibrium

__all__ = ["STRENGTHS", "Draws", "Protocol", "Reports"]

STRENGTHS = ("strong", "weak")

Reports = Literal["private", "public", "binding", "none"]
Draws = Mapping[tuple[str, str], Mapping[float, float]]
"""Both reports -> share of the first side -> probability; what is missing to 1 is fighting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Who hears the reports, what follows from them, and the plan to tell the truth and then do what is best."""

    sides: tuple[str, str]
    """Names of the sides."""
    chance: float
    """Probability that a side is strong, the same for both."""
    left: float
    """Share of what is divided that fighting leaves."""
    p: float
    """Share of that which a strong side gets against a weak one; equals get one half."""
    reports: Reports
    """Who hears a report: a mediator alone, the other side too, an arbitrator whose division binds, or no one."""
    draws: Draws
    """What follows from the reports. Without reports, only that of two weak sides is used."""

    def equilibrium(self, rules: Mapping[str, str]) -> Equilibrium:
        """Return truth and what is best after it as an equilibrium, with its rules in words."""
        return Equilibrium(rules=rules, build=self.build)

    def build(self, parts: int) -> tuple[Game, Plan]:
        """Return the game and the plan; the protocol's divisions are all there are, so ``parts`` plays no part."""
        return Game(players=self.sides, start="strengths", at=self.at), Plan(choose=self.choose)

    def prior(self, strength: str) -> float:
        """Return the probability of a strength."""
        return self.chance if strength == "strong" else 1.0 - self.chance

    def fight(self, own: str, other: str) -> float:
        """Return what fighting gives a side."""
        if own == other:
            return self.left / 2.0
        return self.left * (self.p if own == "strong" else 1.0 - self.p)

    def at(self, node: Any) -> Choice | Chance:
        """Return what happens at a node."""
        match node:
            case "strengths":
                pairs = [(one, two) for one in STRENGTHS for two in STRENGTHS]
                first = "draw" if self.reports == "none" else "report"
                return Chance(
                    branches=tuple(
                        (self.prior(one) * self.prior(two), Step(to=(first, (one, two), ()))) for one, two in pairs
                    )
                )
            case ("report", strengths, reports):
                return self._report(strengths, reports)
            case ("draw", strengths, reports):
                divisions = self.draws[reports or ("weak", "weak")]
                branches = [
                    (chance, self._told(strengths, reports, share)) for share, chance in divisions.items() if chance > 0
                ]
                rest = 1.0 - sum(chance for chance, _ in branches)
                return Chance(branches=(*branches, (max(0.0, rest), self._fighting(strengths))))
            case (_, strengths, reports, share, *answers):
                return self._answer(strengths, reports, share, tuple(answers))
        raise LookupError(node)

    def _report(self, strengths: tuple[str, str], reports: tuple[str, ...]) -> Choice:
        """Return the choice of a report; before a binding division a side may stay out, which means fighting."""
        side = len(reports)
        then = "draw" if side == 1 else "report"
        actions = {said: Step(to=(then, strengths, (*reports, said))) for said in STRENGTHS}
        if self.reports == "binding":
            actions["stay out"] = self._fighting(strengths)
        return Choice(player=self.sides[side], actions=actions, sees=("report", strengths[side]))

    def _told(self, strengths: tuple[str, str], reports: tuple[str, ...], share: float) -> Step:
        if self.reports == "binding":
            return Step(pays=(share, 1.0 - share))
        return Step(to=("told", strengths, reports, share))

    def _answer(
        self, strengths: tuple[str, str], reports: tuple[str, ...], share: float, answers: tuple[str, ...]
    ) -> Choice:
        """Return the choice to agree or fight; both choose at the same time."""
        side = len(answers)
        heard = reports if self.reports == "public" else reports[side : side + 1]
        sees = ("told", strengths[side], heard, share)
        if side == 0:
            actions = {said: Step(to=("told", strengths, reports, share, said)) for said in ("agree", "fight")}
        else:
            agreed = Step(pays=(share, 1.0 - share))
            fighting = self._fighting(strengths)
            actions = {"agree": agreed if answers[0] == "agree" else fighting, "fight": fighting}
        return Choice(player=self.sides[side], actions=actions, sees=sees)

    def _fighting(self, strengths: tuple[str, str]) -> Step:
        one, two = strengths
        return Step(pays=(self.fight(one, two), self.fight(two, one)))

    def choose(self, player: str, sees: Hashable) -> dict[Any, float]:
        """Return what the plan does: report the truth; agree iff that is at least as good, given what is known."""
        match sees:
            case ("report", str(own)):
                return {own: 1.0}
            case (_, str(own), tuple(heard), float(share)):
                return {"agree" if self.gain(self.sides.index(player), own, heard, share) >= -TIE else "fight": 1.0}
        raise LookupError(sees)

    def gain(self, side: int, own: str, heard: tuple[str, ...], share: float) -> float:
        """Return what agreeing gains over fighting, times the chance of what is known, if the other tells the truth."""
        total = 0.0
        for other in STRENGTHS:
            if self.reports == "public" and heard[1 - side] != other:
                continue
            mine = heard[side if self.reports == "public" else 0] if heard else "weak"
            told = other if heard else "weak"
            pair = (mine, told) if side == 0 else (told, mine)
            weight = self.prior(other) * self.draws[pair].get(share, 0.0)
            total += weight * ((share if side == 0 else 1.0 - share) - self.fight(own, other))
        return total
