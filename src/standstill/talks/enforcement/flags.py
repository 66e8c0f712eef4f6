"""How conduct is watched: how often a flag is raised while a side holds or strikes, by whom, and what it costs.

Knows no payoffs. A flag is public and says nothing certain: it can be raised while both hold, and missed while one
strikes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scipy import special

from standstill.errors import Faults
from standstill.talks.checks import check_number, check_probability

__all__ = ["Flags", "Odds", "Watch", "counting_rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """How often a flag is raised, and what it costs a side from outside. The default sees everything, at once.

    A flag that is raised no more often when a side strikes (``beta`` <= ``alpha``) is allowed: it tells nothing, and
    the answers then say that no patience enforces anything with it.

    Raises
    ------
    InputError
        If a rate is no probability, or the penalty is negative; every fault is listed.
    """

    alpha: float = 0.0
    """False alarms: probability of a flag in a step in which both sides hold."""
    beta: float = 1.0
    """Detection: probability of a flag in a step in which this side alone strikes."""
    penalty: float = 0.0
    """What each flag costs this side from outside, own unit, >= 0."""

    def __post_init__(self) -> None:
        faults = Faults(source="flags")
        check_probability(faults, "alpha", self.alpha)
        check_probability(faults, "beta", self.beta)
        check_number(faults, "penalty", self.penalty, at_least=0.0)
        faults.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What one side faces once everything that can raise a flag is counted."""

    alpha: float
    """Probability that the standstill is flagged in a step in which both hold."""
    beta: float
    """Probability that it is flagged in a step in which this side alone strikes."""
    alpha_paid: float
    """Probability that this side pays its penalty in a step in which both hold."""
    beta_paid: float
    """Probability that it pays in a step in which it alone strikes."""
    penalty: float
    """What it pays, own unit."""

    @property
    def cost_of_holding(self) -> float:
        """Penalty expected in a step in which both hold, own unit."""
        return self.alpha_paid * self.penalty

    @property
    def cost_of_striking(self) -> float:
        """Penalty expected in a step in which this side alone strikes, own unit, beyond that of holding."""
        return (self.beta_paid - self.alpha_paid) * self.penalty


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The flags of a standstill: those of each side, what ends it, and what third parties add.

    Raises
    ------
    InputError
        If ``third_party`` is no probability.

    Notes
    -----
    With "one flag", a step has one flag, whoever gave cause; sides may differ in how often they think it is raised.
    With "any side's flag", each side's conduct has a flag of its own, independent of the other's; either ends it.
    A third party that attacks, or a claim that is planted, raises a flag with probability s whatever the sides do:
    alpha' = 1 - (1 - alpha)(1 - s), and beta' alike. It makes a side pay its penalty only where there is one flag.

    Examples
    --------
    >>> watch = Watch(flags=Flags(alpha=0.05, beta=0.6), third_party=0.1)
    >>> odds = watch.odds(["North", "South"])["North"]
    >>> round(odds.alpha, 3), round(odds.beta, 3)
    (0.145, 0.64)
    """

    flags: Flags | Mapping[str, Flags] = field(default_factory=Flags)
    """Flags of all sides alike, or side -> flags."""
    ends_on: Literal["one flag", "any side's flag"] = "one flag"
    """Whether there is one flag for a step, or one for each side's conduct."""
    third_party: float = 0.0
    """Probability that a third party's attack or a planted claim raises a flag in a step."""

    def __post_init__(self) -> None:
        faults = Faults(source="watch")
        check_probability(faults, "third_party", self.third_party)
        if self.ends_on not in ("one flag", "any side's flag"):
            faults.add("ends_on", 'be "one flag" or "any side\'s flag"', self.ends_on)
        faults.raise_if_any()
        if isinstance(self.flags, Mapping):
            object.__setattr__(self, "flags", dict(self.flags))

    def of(self, sides: Sequence[str]) -> dict[str, Flags]:
        """Return the flags of each side's own conduct.

        Raises
        ------
        InputError
            If a side has no flags, or flags are given for a side that is not there.
        """
        if isinstance(self.flags, Flags):
            return dict.fromkeys(sides, self.flags)
        if set(self.flags) != set(sides):
            faults = Faults(source="watch")
            faults.add("flags", f"name the sides {sorted(sides)}", sorted(self.flags))
            faults.raise_if_any()
        return {side: self.flags[side] for side in sides}

    def odds(self, sides: Sequence[str]) -> dict[str, Odds]:
        """Return what each side faces, everything counted: its own flags, the other sides', third parties'."""
        flags = self.of(sides)
        return {side: self._odds(side, flags) for side in sides}

    def _odds(self, side: str, flags: Mapping[str, Flags]) -> Odds:
        mine = flags[side]
        if self.ends_on == "one flag":
            alpha, beta = (_either(rate, self.third_party) for rate in (mine.alpha, mine.beta))
            return Odds(alpha=alpha, beta=beta, alpha_paid=alpha, beta_paid=beta, penalty=mine.penalty)
        quiet = 1.0 - self.third_party
        for other, theirs in flags.items():
            quiet *= 1.0 if other == side else 1.0 - theirs.alpha
        alpha, beta = (1.0 - (1.0 - rate) * quiet for rate in (mine.alpha, mine.beta))
        return Odds(alpha=alpha, beta=beta, alpha_paid=mine.alpha, beta_paid=mine.beta, penalty=mine.penalty)


def _either(first: float, second: float) -> float:
    """Return the probability of one of two independent events; of the first alone, to the last digit, if it is."""
    return first + (1.0 - first) * second


def counting_rule(hold: float, strike: float, tolerated: int) -> Flags:
    """Return the flags of a rule that raises one when more incidents than tolerated are counted in a period.

    Parameters
    ----------
    hold: float
        Mean incidents in a period in which both sides hold, >= 0: accidents, misreadings, others' doings.
    strike: float
        Mean incidents in a period in which a side strikes, >= 0.
    tolerated: int
        Most incidents that raise no flag, >= 0.

    Raises
    ------
    InputError
        If a rate is negative, or ``tolerated`` no whole number of at least 0.

    Notes
    -----
    Counts are Poisson: alpha = P(N(hold) > tolerated), beta = P(N(strike) > tolerated).

    Examples
    --------
    >>> flags = counting_rule(2.0, 6.0, 4)
    >>> round(flags.alpha, 4), round(flags.beta, 4)
    (0.0527, 0.7149)
    """
    faults = Faults(source="counting rule")
    check_number(faults, "hold", hold, at_least=0.0)
    check_number(faults, "strike", strike, at_least=0.0)
    check_number(faults, "tolerated", tolerated, at_least=0.0, whole=True)
    faults.raise_if_any()
    alpha, beta = (float(special.pdtrc(tolerated, rate)) for rate in (hold, strike))
    return Flags(alpha=alpha, beta=beta)
