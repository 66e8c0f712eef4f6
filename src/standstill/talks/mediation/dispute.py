"""Model M1: how much peace a mediator brings between two sides whose strength is private, beside talk and arbitration.

Knows nothing of how long talks last or of whether an agreement is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from standstill.talks.answer import number
from standstill.talks.inputs import Inputs
from standstill.talks.mediation.protocol import Draws, Protocol, Reports
from standstill.talks.solution import Model, Solution

__all__ = ["PROTOCOLS", "PrivateStrength"]

PROTOCOLS: dict[str, tuple[Reports, str]] = {
    "mediator": ("private", "a mediator hears each side in private and recommends a division that either may refuse"),
    "arbitration": ("binding", "an arbitrator hears each side in private and imposes a division"),
    "talk": ("public", "the sides tell each other their strength, and either may refuse the division that follows"),
    "none": ("none", "an equal division is on the table, and either may refuse it"),
}
"""Protocol -> who hears reports, and what it is in words."""

EQUAL = 0.5


class _Peace(NamedTuple):
    """How often each pair of strengths settles, and on what."""

    unequal: float
    """Probability that a strong and a weak side settle on an unequal division."""
    equal: float
    """Probability that they settle on an equal one."""
    strong: float
    """Probability that two strong sides settle, equally."""
    mixed: float
    """Probability of each unequal division between two weak sides; otherwise they settle equally."""
    share: float
    """The strong side's share in an unequal division."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateStrength(Model):
    """M1: each side is strong or weak and alone knows which; an agreement must leave neither better off by fighting.

    Raises
    ------
    InputError
        If ``chance`` or ``left`` is not between 0 and 1, p is not from 0.5 to 1, or the protocol is unknown; every
        fault is listed.

    Notes
    -----
    With theta what fighting leaves, p a strong side's share of it against a weak one, lambda = q/(1 - q) the odds of
    strong and gamma = (2 p theta - 1)/(1 - theta) (Hörner, Morelli and Squintani, 2015, Review of Economic Studies;
    rederived, and equal to linear programs over all divisions):

    - lambda >= gamma: an equal division is accepted by all, without talk.
    - Mediator and arbitrator alike. Below gamma/2 a strong and a weak side settle with probability
      m = 1/(1 + gamma - 2 lambda), two strong sides never. From gamma/2 on m = 1, and two strong sides settle with
      probability s = (2 lambda - gamma)/(lambda (1 + gamma - lambda)). The mediator at times recommends an equal
      division to a strong and a weak side, with probability (2 lambda - gamma)/(gamma (1 + gamma - lambda)), so that a
      strong side does not learn that the other is weak. Where gamma < 1 it also recommends each unequal division to two
      weak sides with probability lambda m' (1 - gamma)/(2 gamma), m' being that of the unequal division between a
      strong and a weak side; otherwise a strong side would gain by reporting that it is weak.
    - Direct talk, in which each side tells the truth. If gamma >= 1 or lambda >= 1/(1 + gamma): the same m, and
      s = (2 lambda - gamma)/(lambda (gamma + 2)) from gamma/2 on. Otherwise a strong side must be paid to say so:
      m = 1/((1 + gamma)(1 - lambda)) and s = 0 below gamma/(1 + gamma), then m = 1 and
      s = 1 - gamma/(lambda (1 + gamma)). Protocols of direct talk in which truth is mixed with silence are left out.
    - No talk below gamma: only two weak sides settle.

    The divisions: equal, or p theta for a strong side (more in the second case of direct talk).

    Examples
    --------
    >>> def peace(protocol):
    ...     return PrivateStrength(chance=1.65 / 2.65, left=0.8, p=0.9, protocol=protocol).peace
    >>> {protocol: round(peace(protocol), 5) for protocol in PROTOCOLS}
    {'mediator': 0.77906, 'arbitration': 0.77906, 'talk': 0.67385, 'none': 0.1424}
    """

    code: ClassVar[str] = "M1"

    chance: float
    """Probability that a side is strong, the same for both, between 0 and 1."""
    left: float
    """Share of what is divided that fighting leaves, between 0 and 1."""
    p: float
    """Share of that which a strong side gets against a weak one, 0.5 to 1; equals get one half."""
    protocol: str
    """"mediator", "arbitration", "talk" or "none"."""

    def _check(self, inputs: Inputs) -> None:
        inputs.number("chance", self.chance, above=0.0, below=1.0)
        inputs.number("left", self.left, above=0.0, below=1.0)
        inputs.number("p", self.p, at_least=0.5, at_most=1.0)
        inputs.one_of("protocol", self.protocol, tuple(PROTOCOLS))

    @property
    def odds(self) -> float:
        """Odds that a side is strong."""
        return self.chance / (1.0 - self.chance)

    @property
    def gamma(self) -> float:
        """What a strong side gains by fighting a weak one over an equal division, per what fighting destroys."""
        return (2.0 * self.p * self.left - 1.0) / (1.0 - self.left)

    @property
    def settles(self) -> dict[str, float]:
        """Pair of strengths -> probability of peace."""
        if self._is_easy:
            return dict.fromkeys(("strong and strong", "strong and weak", "weak and weak"), 1.0)
        found = self._peace()
        return {
            "strong and strong": found.strong,
            "strong and weak": found.unequal + found.equal,
            "weak and weak": 1.0,
        }

    @property
    def peace(self) -> float:
        """Probability of peace."""
        return 1.0 - self.fighting

    @property
    def fighting(self) -> float:
        """Probability that fighting goes on."""
        q, settles = self.chance, self.settles
        weights = {"strong and strong": q * q, "strong and weak": 2 * q * (1 - q), "weak and weak": (1 - q) ** 2}
        return sum(weight * (1.0 - settles[pair]) for pair, weight in weights.items())

    @property
    def _is_easy(self) -> bool:
        return self.odds >= self.gamma

    def solve(self) -> Solution:
        """Return the probability of peace, and the strategies that bring it."""
        reports, what = PROTOCOLS[self.protocol]
        if self._is_easy and self.protocol == "talk":
            # what an equal division gives does not depend on strength, so there is nothing to say
            reports = "none"
        peace = self.peace
        protocol = Protocol(
            sides=self.sides, chance=self.chance, left=self.left, p=self.p, reports=reports, draws=self._draws()
        )
        worth = (self.left + (1.0 - self.left) * peace) / 2.0
        return Solution(
            model=self.code,
            payoffs=dict.fromkeys(self.sides, worth),
            breakdown=self.fighting,
            equilibrium=protocol.equilibrium(dict.fromkeys(self.sides, _RULES[reports])),
            figures={"peace": peace, "odds of strong": self.odds, "gamma": self.gamma}
            | {f"peace between {pair}": chance for pair, chance in self.settles.items()},
            in_words=(
                f"{self.sides[0]} and {self.sides[1]} know each only its own strength; {what}. "
                + ("They settle." if self.fighting == 0.0 else f"They settle with probability {number(peace)}.")
            ),
        )

    def _peace(self) -> _Peace:
        """Return how often each pair settles where strength matters, odds < gamma."""
        if self.protocol == "none":
            return _Peace(0.0, 0.0, 0.0, 0.0, EQUAL)
        return self._direct() if self.protocol == "talk" else self._mediated()

    def _mediated(self) -> _Peace:
        odds, gamma = self.odds, self.gamma
        if odds < gamma / 2.0:
            unequal, equal, strong = 1.0 / (1.0 + gamma - 2.0 * odds), 0.0, 0.0
        else:
            spare = (2.0 * odds - gamma) / (1.0 + gamma - odds)
            equal, strong = spare / gamma, spare / odds
            unequal = 1.0 - equal
        # a strong side that reports weak must then rather fight: what it is told may come from a weak side
        mixed = max(0.0, odds * unequal * (1.0 - gamma) / (2.0 * gamma))
        return _Peace(unequal, equal, strong, mixed, self.p * self.left)

    def _direct(self) -> _Peace:
        odds, gamma = self.odds, self.gamma
        if gamma >= 1.0 or odds >= 1.0 / (1.0 + gamma):
            extra = 0.0
            settle = 1.0 / (1.0 + gamma - 2.0 * odds) if odds < gamma / 2.0 else 1.0
            strong = 0.0 if odds < gamma / 2.0 else (2.0 * odds - gamma) / (odds * (gamma + 2.0))
        else:
            settle = 1.0 / ((1.0 + gamma) * (1.0 - odds)) if odds < gamma / (1.0 + gamma) else 1.0
            strong = 0.0 if settle < 1.0 else 1.0 - gamma / (odds * (1.0 + gamma))
            # what keeps a strong side from reporting weak, in halves of what fighting destroys
            extra = odds * (1.0 - gamma - strong) / (1.0 + odds)
        return _Peace(settle, 0.0, strong, 0.0, self.p * self.left + extra * (1.0 - self.left) / 2.0)

    def _draws(self) -> Draws:
        """Return the division, or fighting, that follows from each pair of reports."""
        pairs = [(one, two) for one in ("strong", "weak") for two in ("strong", "weak")]
        if self._is_easy or self.protocol == "none":
            return {pair: {EQUAL: 1.0} for pair in pairs}
        found = self._peace()
        more, less = found.share, 1.0 - found.share
        return {
            ("strong", "strong"): {EQUAL: found.strong},
            ("strong", "weak"): {more: found.unequal, EQUAL: found.equal},
            ("weak", "strong"): {less: found.unequal, EQUAL: found.equal},
            ("weak", "weak"): {EQUAL: 1.0 - 2.0 * found.mixed, more: found.mixed, less: found.mixed},
        }


_RULES: dict[Reports, str] = {
    "private": "tells the mediator its strength and follows the recommendation",
    "binding": "tells the arbitrator its strength",
    "public": "says its strength and agrees to the division that follows",
    "none": "agrees to an equal division unless it expects more from fighting",
}
