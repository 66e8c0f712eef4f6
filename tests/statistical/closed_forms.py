"""Closed forms of hazard and repair (shared/reference/hazard.md), to full precision; times in days.

Written from the formulas, and held to the digits printed there by ``test_closed_forms.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import integrate, stats

MEDIAN, SIGMA = 7.0, 0.8
LOGNORMAL_MEAN = MEDIAN * math.exp(SIGMA**2 / 2)


def in_repair(days: float) -> float:
    """Return P(repair time > days) of the lognormal used by forms 1 and 2."""
    return float(stats.lognorm.sf(days, SIGMA, scale=MEDIAN))


def availability_ignored(rate: float, mean: float) -> float:
    """Form 1: hits while down ignored, any repair time."""
    return 1 / (1 + rate * mean)


def availability_superposed(rate: float, mean: float) -> float:
    """Form 1: every hit has its own clock; no job is open, of a Poisson number of mean rate x mean."""
    return math.exp(-rate * mean)


def availability_at(t: float, rate: float, mu: float) -> float:
    """Form 1: hits while down ignored, exponential repair, from an undamaged start."""
    return mu / (rate + mu) + rate / (rate + mu) * math.exp(-(rate + mu) * t)


def open_jobs(waves: float, hits: float, t: float, age: float = 0.0) -> float:
    """Form 2: mean open jobs, t days after the start of hits that stopped ``age`` days ago."""
    return waves * hits * integrate.quad(in_repair, age, t, epsabs=1e-12, limit=200)[0]


def open_jobs_variance(waves: float, hits: float) -> float:
    """Form 2: stationary variance of open jobs with Poisson waves and Poisson hits per wave."""
    square = integrate.quad(lambda u: in_repair(u) ** 2, 0, np.inf, epsabs=1e-12, limit=200)[0]
    return waves * hits * (LOGNORMAL_MEAN + hits * square)


def none_open(waves: float, hits: float) -> float:
    """Form 2: stationary P(no open job)."""
    return math.exp(
        -waves * integrate.quad(lambda u: -math.expm1(-hits * in_repair(u)), 0, np.inf, epsabs=1e-12, limit=400)[0]
    )


@dataclass(frozen=True)
class Queue:
    """Stationary measures of a birth-death queue of jobs, and how fast it forgets its start."""

    in_system: float
    waiting: float
    throughput: float
    p_wait: float
    """Share of arrivals that find every crew busy."""
    relaxation: float
    """1 / spectral gap, days: means of the transient decay at least as fast as exp(-t / relaxation)."""

    @property
    def wait(self) -> float:
        return self.waiting / self.throughput

    @property
    def downtime(self) -> float:
        return self.in_system / self.throughput


def queue(arrival: np.ndarray, mean: float, crews: int) -> Queue:
    """Return the queue with arrival rates by number in the system and exponential repairs."""
    count = np.arange(arrival.size + 1)
    leave = np.minimum(count, crews) / mean
    up, down = arrival, leave[1:]
    log_law = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
    law = np.exp(log_law - log_law.max())
    law /= law.sum()
    rates = np.append(up, 0.0)
    # the generator, made symmetric by its reversibility, has the same eigenvalues
    symmetric = np.diag(-(rates + leave)) + np.diag(np.sqrt(up * down), 1) + np.diag(np.sqrt(up * down), -1)
    gap = -np.sort(np.linalg.eigvalsh(symmetric))[-2]
    throughput = float(law @ rates)
    return Queue(
        in_system=float(law @ count),
        waiting=float(law @ np.maximum(count - crews, 0)),
        throughput=throughput,
        p_wait=float((law * rates)[count >= crews].sum() / throughput),
        relaxation=float(1 / gap),
    )


def mmc(rate: float, mean: float, crews: int) -> Queue:
    """Form 3: Poisson arrivals (cut at 400 jobs, whose probability is below 1e-40)."""
    return queue(np.full(400, rate), mean, crews)


def repairman(assets: int, mttf: float, mttr: float, crews: int) -> Queue:
    """Form 4: a finite number of assets, each hit at rate 1/mttf while up."""
    return queue((assets - np.arange(assets)) / mttf, mttr, crews)


def unmet(demand: float, spares: int) -> tuple[float, float]:
    """Form 5, no restock: P(demand > spares) and expected unmet demand, Poisson demand."""
    poisson = stats.poisson(demand)
    return float(poisson.sf(spares)), demand - sum(float(poisson.sf(count)) for count in range(spares))


def priority_waits(rates: tuple[float, float], mean: float, crews: int) -> tuple[float, float]:
    """Form 6: mean waits of two classes, no interruption (Cobham)."""
    base = mmc(sum(rates), mean, crews)
    high = rates[0] * mean / crews
    both = sum(rates) * mean / crews
    first = base.p_wait * mean / crews / (1 - high)
    return first, first / (1 - both)


def survival(count: str, weapons: float, hit: float, dispersion: float = 2.0) -> float:
    """Form 7: P(no weapon of a wave hits), each doing so with probability ``hit``."""
    if count == "fixed":
        return (1 - hit) ** weapons
    if count == "poisson":
        return math.exp(-weapons * hit)
    return (1 + weapons * hit / dispersion) ** -dispersion


@dataclass(frozen=True)
class Excited:
    """Form 8: Poisson waves of rate ``start``; each wave brings about ``branching`` others, at rate ``decay``."""

    start: float
    branching: float
    decay: float

    @property
    def rate(self) -> float:
        """Stationary rate."""
        return self.start / (1 - self.branching)

    @property
    def relaxation(self) -> float:
        """1 / rate at which it forgets its start, days."""
        return 1 / (self.decay * (1 - self.branching))

    @property
    def fano(self) -> float:
        """Variance over mean of the number of waves in a long time."""
        return 1 / (1 - self.branching) ** 2

    def mean(self, t: float) -> float:
        """Return the mean number of waves in t days from a start without memory of any."""
        missing = (self.rate - self.start) * self.relaxation
        return self.rate * t + missing * math.expm1(-t / self.relaxation)

    def variance(self, t: float) -> float:
        """Return the stationary variance of the number of waves in t days, from its covariance density."""
        kick = self.branching * self.decay
        level = kick * self.rate * (2 * self.decay - kick) / 2 * self.relaxation
        lagged = t * self.relaxation + math.expm1(-t / self.relaxation) * self.relaxation**2
        return self.rate * t + 2 * level * lagged
