"""Formulas between a probability, a rate and a count: what one stated number implies about another.

Knows nothing of who stated it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from standstill.errors import Faults
from standstill.evidence.distribution import Beta

__all__ = ["GammaRate", "after_shock", "beta_below", "hazard_of", "probability_within"]

# strengths a + b that are tried: from almost all mass at 0 and 1 to almost all of it at the mean
_STRENGTHS = np.geomspace(1e-3, 1e9, 385)


def hazard_of(probability: float, period: float) -> float:
    """Return the constant rate under which an event happens within a period with a given probability.

    Parameters
    ----------
    probability: float
        Probability that the event happens within the period, at least 0 and below 1.
    period: float
        Length of the period, above 0, in any unit of time.

    Returns
    -------
    float
        Rate per unit of that time.

    Raises
    ------
    InputError
        If the probability is 1 or not a probability, or the period is not above 0; every fault is listed.

    Notes
    -----
    ``-ln(1 - p) / period``, the exponential waiting time.

    Examples
    --------
    >>> round(hazard_of(0.2, period=2.0), 7)
    0.1115718
    """
    faults = Faults(source="hazard_of")
    if not 0.0 <= probability < 1.0:
        faults.add("probability", "be at least 0 and below 1: certainty has no finite rate", probability)
    _check(faults, "period", period, above=True)
    faults.raise_if_any()
    return -math.log1p(-probability) / period


def probability_within(hazard: float, period: float) -> float:
    """Return the probability that an event of constant rate happens within a period; undoes ``hazard_of``.

    Parameters
    ----------
    hazard: float
        Rate of the event per unit of time, >= 0.
    period: float
        Length of the period, in the same unit of time, >= 0.

    Raises
    ------
    InputError
        If the rate or the period is below 0 or not finite; every fault is listed.

    Examples
    --------
    >>> round(probability_within(hazard_of(0.2, period=2.0), period=4.0), 2)
    0.36
    """
    faults = Faults(source="probability_within")
    _check(faults, "hazard", hazard)
    _check(faults, "period", period)
    faults.raise_if_any()
    return -math.expm1(-hazard * period)


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaRate:
    """What is known of a rate: a gamma distribution, as if ``shape`` events had been seen in ``exposure`` of time.

    Raises
    ------
    InputError
        If shape or exposure is not above 0; every fault is listed.

    Notes
    -----
    The gamma is the conjugate prior of a Poisson rate, so seeing ``n`` events in time ``T`` adds ``n`` to the shape and
    ``T`` to the exposure (Gelman and others, Bayesian Data Analysis, 3rd edition, section 2.6). It serves counts, such
    as reported violations a day, and waiting times alike.

    Examples
    --------
    >>> violations = GammaRate(shape=2.0, exposure=2.0).seen(events=33, time=22.0)
    >>> round(violations.mean, 6)
    1.458333
    """

    shape: float
    """Shape of the gamma distribution, events, above 0."""
    exposure: float
    """Rate parameter of the gamma distribution, time, above 0."""

    def __post_init__(self) -> None:
        faults = Faults(source="GammaRate")
        _check(faults, "shape", self.shape, above=True)
        _check(faults, "exposure", self.exposure, above=True)
        faults.raise_if_any()

    def seen(self, *, events: float, time: float) -> GammaRate:
        """Return what is known after ``events`` more events in ``time`` more time.

        Raises
        ------
        InputError
            If either is below 0 or not finite; every fault is listed.
        """
        faults = Faults(source="GammaRate.seen")
        _check(faults, "events", events)
        _check(faults, "time", time)
        faults.raise_if_any()
        return GammaRate(shape=self.shape + events, exposure=self.exposure + time)

    @property
    def mean(self) -> float:
        """Expected rate, events per unit of time."""
        return self.shape / self.exposure

    def chance_within(self, horizon: float) -> float:
        """Return the probability of at least one event within ``horizon``, the uncertain rate averaged over.

        Raises
        ------
        InputError
            If the horizon is below 0 or not finite.

        Notes
        -----
        ``1 - (exposure / (exposure + horizon)) ** shape``. It is less than the chance at the mean rate: part of the
        distribution is at low rates.

        Examples
        --------
        >>> known = GammaRate(shape=1.5, exposure=6.0).seen(events=1, time=3.0)
        >>> round(known.mean, 7), round(known.chance_within(2.0), 7)
        (0.2777778, 0.3944855)
        """
        faults = Faults(source="GammaRate.chance_within")
        _check(faults, "horizon", horizon)
        faults.raise_if_any()
        return -math.expm1(-self.shape * math.log1p(horizon / self.exposure))


def after_shock(probability: float, likelihood_ratio: float) -> float:
    """Return a probability after news, by multiplying its odds.

    Parameters
    ----------
    probability: float
        Probability before the news.
    likelihood_ratio: float
        Probability of the news if the event is to happen, over its probability if it is not; above 0.

    Raises
    ------
    InputError
        If the probability is none, or the ratio is not above 0 and finite; every fault is listed.

    Notes
    -----
    Bayes' rule on odds: ``o' = ratio * o``.

    Examples
    --------
    >>> round(after_shock(0.2, likelihood_ratio=0.25), 7)
    0.0588235
    """
    faults = Faults(source="after_shock")
    check_probability(faults, "probability", probability)
    _check(faults, "likelihood_ratio", likelihood_ratio, above=True)
    faults.raise_if_any()
    scaled = probability * likelihood_ratio
    return scaled / (scaled + (1.0 - probability))


def beta_below(mean: float, bound: float, level: float) -> Beta:
    """Return the beta distribution with a given mean and a given probability of at most ``bound``: "20 % or less".

    Parameters
    ----------
    mean: float
        Mean, above 0 and below ``bound``.
    bound: float
        The bound that was said, below 1.
    level: float
        How surely the value lies at or below the bound, above 0 and below 1.

    Raises
    ------
    InputError
        If a number is out of its range, or no such distribution exists; every fault is listed.

    Notes
    -----
    With the mean fixed one number is left, the strength a + b. As it grows from 0 the probability of at most the bound
    falls from 1 - mean to a least value, then rises to 1. So a level below 1 - mean has two solutions; the stronger one
    is returned, as the weaker puts most of its mass next to 0 and 1, which "p or less" does not say.

    Examples
    --------
    >>> said = beta_below(mean=0.15, bound=0.2, level=0.8)
    >>> round(said.a, 6), round(said.b, 6)
    (4.818029, 27.302163)
    """
    from scipy.optimize import brentq
    from scipy.special import betainc

    faults = Faults(source="beta_below")
    check_probability(faults, "bound", bound, inside=True)
    check_probability(faults, "level", level, inside=True)
    check_probability(faults, "mean", mean, inside=True)
    if not faults.items and mean >= bound:
        faults.add("mean", f"be below the bound {bound:g}", mean)
    faults.raise_if_any()

    reached = betainc(mean * _STRENGTHS, (1.0 - mean) * _STRENGTHS, bound)
    short = np.flatnonzero(reached < level)
    if not short.size:
        hint = "give a higher level, or a mean nearer to the bound"
        faults.add("level", f"be above {reached.min():.4g}, the least that a mean of {mean:g} allows", level, hint)
    elif short[-1] == len(_STRENGTHS) - 1:
        faults.add("mean", f"lie further below the bound {bound:g}", mean)
    faults.raise_if_any()

    last = int(short[-1])
    log_strength = brentq(
        lambda log: float(betainc(mean * math.exp(log), (1.0 - mean) * math.exp(log), bound)) - level,
        math.log(_STRENGTHS[last]),
        math.log(_STRENGTHS[last + 1]),
        xtol=1e-14,
    )
    strength = math.exp(log_strength)
    return Beta(a=mean * strength, b=(1.0 - mean) * strength)


def check_probability(faults: Faults, place: str, value: float, *, inside: bool = False) -> None:
    """Note a fault unless the value is a probability; with ``inside``, neither 0 nor 1."""
    if inside and not 0.0 < value < 1.0:
        faults.add(place, "be above 0 and below 1", value)
    elif not 0.0 <= value <= 1.0:
        faults.add(place, "be a probability, from 0 to 1", value)


def _check(faults: Faults, place: str, value: float, *, above: bool = False) -> None:
    """Note a fault unless the value is finite and at least 0, or above 0."""
    if not math.isfinite(value) or value < 0.0 or (above and value == 0.0):
        faults.add(place, f"be finite and {'above' if above else 'at least'} 0", value)
