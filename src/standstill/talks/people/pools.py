"""Pools: one number made of several probabilities, only when somebody asks for it by name.

A pool names its method and every probability in it, and warns where these are not about the same thing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from standstill.errors import Faults
from standstill.evidence.claim import Value
from standstill.evidence.text import number_text
from standstill.talks.people.chances import check_probability
from standstill.talks.people.opinion import Opinion, differences, percent, two_digits

__all__ = [
    "METHODS",
    "Member",
    "Method",
    "Pool",
    "extremised_pool",
    "linear_pool",
    "log_pool",
    "neyman_roughgarden_factor",
    "pool",
]

Method = Literal["linear", "log", "extremised", "neyman-roughgarden"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Names that a pool is asked for by."""

_WEIGHT_SLACK = 1e-9


def linear_pool(probabilities: Sequence[float], weights: Sequence[float] = ()) -> float:
    """Return the weighted mean of probabilities.

    Parameters
    ----------
    probabilities: sequence of float
        At least one, each from 0 to 1.
    weights: sequence of float
        One for each, at least 0, of sum 1; equal if none are given.

    Raises
    ------
    InputError
        If a probability or a weight breaks its rule; every fault is listed.

    Notes
    -----
    Stone (1961), "The opinion pool", Annals of Mathematical Statistics 32, 1339-1342.

    Examples
    --------
    >>> round(linear_pool([0.2, 0.1]), 7)
    0.15
    """
    faults = Faults(source="linear pool")
    shares = _shares(probabilities, weights, faults)
    faults.raise_if_any()
    # fsum rounds once, so the order of the probabilities cannot matter
    mean = math.fsum(share * value for share, value in zip(shares, probabilities, strict=True))
    return _between(mean, probabilities)


def log_pool(probabilities: Sequence[float], weights: Sequence[float] = ()) -> float:
    """Return the probability whose odds are the weighted geometric mean of the odds.

    The same as the geometric means of the probabilities of the event and of its opposite, rescaled to sum 1. The
    geometric mean of the probabilities alone would be another number, and another one again for the opposite event.

    Parameters
    ----------
    probabilities, weights
        As for ``linear_pool``.

    Raises
    ------
    InputError
        As for ``linear_pool``, or if a 0 stands beside a 1, which have no log pool.

    Notes
    -----
    Genest and Zidek (1986), "Combining probability distributions", Statistical Science 1, 114-135. One probability of 0
    with any weight makes it 0, however many others disagree.

    Examples
    --------
    >>> round(log_pool([0.2, 0.1]), 7), round(log_pool([0.2, 0.1, 0.05]), 7)
    (0.1428571, 0.1019278)
    """
    return _between(_stretched("log pool", probabilities, 1.0, weights, 0.5), probabilities)


def extremised_pool(
    probabilities: Sequence[float], exponent: float, weights: Sequence[float] = (), away_from: float = 0.5
) -> float:
    """Return the log pool moved away from a starting probability: what people know apart adds up.

    Parameters
    ----------
    probabilities, weights
        As for ``linear_pool``.
    exponent: float
        Power that the pooled odds, relative to those of ``away_from``, are raised to; at least 1, which leaves the log
        pool as it is.
    away_from: float
        Probability that all would have stated without knowing more, such as a base rate, above 0 and below 1. The
        default is an even chance: a pooled probability below it is lowered.

    Raises
    ------
    InputError
        As for ``log_pool``, or if the exponent or the start breaks its rule; every fault is listed.

    Notes
    -----
    ``logit q = logit s + a (mean logit p - logit s)``. Satopää and others (2014), "Combining multiple probability
    predictions using a simple logit model", International Journal of Forecasting 30, 344-356; Baron and others (2014),
    "Two reasons to make aggregated probability forecasts more extreme", Decision Analysis 11, 133-145. People who
    repeat one source do not know things apart; for them the exponent is 1.

    Examples
    --------
    >>> round(extremised_pool([0.2, 0.1], exponent=1.5), 7)
    0.0637067
    """
    return _stretched("extremised pool", probabilities, exponent, weights, away_from)


def neyman_roughgarden_factor(count: int) -> float:
    """Return the factor by which an average of ``count`` forecasts is to be moved away from the prior.

    Raises
    ------
    InputError
        If the count is below 1.

    Notes
    -----
    ``n (sqrt(3 n² - 3 n + 1) - 2) / (n² - n - 1)``: 1 for one forecast, and towards sqrt(3) for many. Neyman and
    Roughgarden (2022), "Are you smarter than a random expert? The robust aggregation of substitutable signals", ACM
    Conference on Economics and Computation. Their result is for forecasts whose signals are substitutes, averaged as
    they are, with a known prior; its use on log-odds, as in ``pool``, is a common practice and not their theorem.

    Examples
    --------
    >>> [round(neyman_roughgarden_factor(count), 6) for count in (1, 2, 3, 5, 10)]
    [1.0, 1.291503, 1.415339, 1.529013, 1.624953]
    """
    faults = Faults(source="neyman_roughgarden_factor")
    if count < 1:
        faults.add("count", "be at least 1", count)
    faults.raise_if_any()
    return count * (math.sqrt(3 * count**2 - 3 * count + 1) - 2) / (count**2 - count - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One probability in a pool, the number it was taken as, and its weight."""

    opinion: Opinion
    """What was stated."""
    number: float
    """What it was taken as: the mean of its distribution."""
    weight: float
    """Its weight."""

    @property
    def in_words(self) -> str:
        """Who, what was stated, and what it was taken as."""
        taken = "" if self.opinion.value.low == self.number else f", taken as {_percent(self.number)}"
        return f"{self.opinion.who} ({self.opinion.text}{taken}, weight {number_text(self.weight)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A number made of several probabilities by a named method; it stands beside them, never in place of them."""

    method: Method
    """Name it was asked for by."""
    value: float
    """The pooled probability."""
    members: tuple[Member, ...]
    """What was pooled, in the order given."""
    exponent: float | None = None
    """Power of the odds, for the two extremised methods."""
    away_from: float | None = None
    """Probability that they move away from."""
    warnings: tuple[str, ...] = ()
    """Ways in which the members are not about the same thing."""

    @property
    def in_words(self) -> str:
        """Method, value and members as a sentence, then the warnings."""
        moved = ""
        if self.exponent is not None and self.away_from is not None:
            moved = f" with exponent {number_text(self.exponent)} away from {_percent(self.away_from)}"
        members = "; ".join(member.in_words for member in self.members)
        sentence = f"The {self.method} pool{moved} gives {_percent(self.value)}, from {members}."
        return " ".join((sentence, *self.warnings))

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "method": self.method,
            "value": self.value,
            "exponent": self.exponent,
            "away_from": self.away_from,
            "members": [{"weight": member.weight, **member.opinion.as_dict()} for member in self.members],
            "warnings": list(self.warnings),
        }


def pool(
    opinions: Sequence[Opinion],
    method: Method,
    *,
    weights: Sequence[float] = (),
    exponent: float | None = None,
    away_from: float | None = None,
) -> Pool:
    """Pool probabilities by a named method.

    Parameters
    ----------
    opinions: sequence of Opinion
        At least one; each is taken as its ``number``.
    method: str
        One of ``METHODS``. "neyman-roughgarden" is the extremised pool with the factor of that name as its exponent.
    weights: sequence of float
        One for each, of sum 1; equal if none are given.
    exponent: float, optional
        For "extremised", and needed there.
    away_from: float, optional
        For the two extremised methods; an even chance if none is given.

    Raises
    ------
    InputError
        If the method is unknown, an argument is missing or has no place in it, or the pool refuses its numbers.

    Examples
    --------
    >>> from standstill.talks.people import Opinion, chance
    >>> event = "an agreement is reached"
    >>> said = Opinion(who="officials", kind="officials", event=event, value=chance("20 %"), claims=("chance",))
    >>> rate = Opinion(who="past talks", kind="base rate", event=event, value=chance("10 %"), because="counted")
    >>> print(pool([said, rate], "linear").in_words)
    The linear pool gives 15 %, from officials (20 %, weight 0.5); past talks (10 %, weight 0.5).
    """
    faults = Faults(source=f"{method} pool")
    if method not in METHODS:
        faults.add("method", f"be one of {', '.join(METHODS)}", method)
    elif (method == "extremised") != (exponent is not None):
        must = "be given" if method == "extremised" else 'be left out: only "extremised" takes one'
        faults.add("exponent", must, exponent)
    if method in ("linear", "log") and away_from is not None:
        faults.add("away_from", "be left out: only the extremised methods move away from a probability", away_from)
    if not opinions:
        faults.add("opinions", "hold at least one")
    faults.raise_if_any()

    numbers = [opinion.number for opinion in opinions]
    power = neyman_roughgarden_factor(len(numbers)) if method == "neyman-roughgarden" else exponent
    start = (0.5 if away_from is None else away_from) if power is not None else None
    if power is not None and start is not None:
        value = extremised_pool(numbers, power, weights, start)
    else:
        value = linear_pool(numbers, weights) if method == "linear" else log_pool(numbers, weights)
    triples = zip(opinions, numbers, weights or [1.0 / len(numbers)] * len(numbers), strict=True)
    return Pool(
        method=method,
        value=value,
        members=tuple(Member(opinion=who, number=number, weight=weight) for who, number, weight in triples),
        exponent=power,
        away_from=start,
        warnings=differences(opinions),
    )


def _stretched(
    source: str, probabilities: Sequence[float], exponent: float, weights: Sequence[float], away_from: float
) -> float:
    """Return the pool of log-odds, stretched away from a start; checks everything that its callers take."""
    faults = Faults(source=source)
    shares = _shares(probabilities, weights, faults)
    if not (math.isfinite(exponent) and exponent >= 1.0):
        faults.add("exponent", "be finite and at least 1", exponent)
    check_probability(faults, "away_from", away_from, inside=True)
    counted = [(value, share) for value, share in zip(probabilities, shares, strict=False) if share > 0.0]
    certain = {value for value, _ in counted if value in (0.0, 1.0)}
    if len(certain) == 2:
        faults.add("probabilities", "not hold 0 beside 1: they have no such pool", list(probabilities))
    faults.raise_if_any()
    if certain:
        return float(certain.pop())
    start = _log_odds(away_from)
    mean = math.fsum(share * _log_odds(value) for value, share in counted)
    return _from_log_odds(start + exponent * (mean - start))


def _shares(probabilities: Sequence[float], weights: Sequence[float], faults: Faults) -> list[float]:
    """Return one weight for each probability, noting every fault of either."""
    if not len(probabilities):
        faults.add("probabilities", "hold at least one")
    for number, value in enumerate(probabilities):
        check_probability(faults, f"probabilities[{number}]", value)
    if not len(weights):
        return [1.0 / len(probabilities)] * len(probabilities) if len(probabilities) else []
    if len(weights) != len(probabilities):
        faults.add("weights", f"have one for each of {len(probabilities)}", list(weights))
    elif not all(weight >= 0.0 for weight in weights):
        faults.add("weights", "each be at least 0", list(weights))
    elif not abs(math.fsum(weights) - 1.0) <= _WEIGHT_SLACK:
        faults.add("weights", f"sum to 1, not to {math.fsum(weights):g}", list(weights))
    return [float(weight) for weight in weights]


def _between(value: float, probabilities: Sequence[float]) -> float:
    """Return the value without the rounding that carries it past the least or greatest of what was pooled."""
    return float(min(max(value, min(probabilities)), max(probabilities)))


def _log_odds(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability)


def _from_log_odds(log_odds: float) -> float:
    if log_odds >= 0.0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1.0 + odds)


def _percent(number: float) -> str:
    return percent(Value(low=number, high=number), two_digits)
