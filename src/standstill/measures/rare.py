"""What few samples allow to say: a bound where none had a shortfall, and on how many it rests where few had one.

Knows nothing of what is measured.
"""

from __future__ import annotations

import math
from dataclasses import replace

from standstill.estimate import Estimate
from standstill.units import count_text

__all__ = ["LEAST_SHORT", "doubted", "few_seen", "none_seen", "rule_of_three", "share_bounds"]

LEAST_SHORT = 100
"""Samples with a shortfall without which no standard error is believed."""


def rule_of_three(samples: int) -> float:
    """Return what the chance of something is below at 95 %, if none of some independent samples had it.

    Notes
    -----
    With chance *p*, none of *n* has it with chance (1 - p)^n, which is 5 % at p = 1 - 0.05^(1/n), just below 3/n
    (Hanley and Lippman-Hand 1983, Journal of the American Medical Association 249, 1743-1745).

    Examples
    --------
    >>> rule_of_three(10_000), rule_of_three(2)
    (0.0003, 1.0)
    """
    return min(1.0, 3.0 / samples)


def share_bounds(share: float, samples: int, errors: float = 2.0) -> tuple[float, float]:
    """Return between what a chance lies, so many standard errors allowed for, if a share of samples had it.

    Notes
    -----
    The interval of Wilson (1927, Journal of the American Statistical Association 22, 209-212): the chances from which
    the share is no more than so many of their own standard errors away. It is no point where none or all had it.

    Examples
    --------
    >>> [round(end, 3) for end in share_bounds(0.5, 100)]
    [0.402, 0.598]
    >>> [round(end, 3) for end in share_bounds(1.0, 4)]
    [0.5, 1.0]
    """
    spread = errors**2 / samples
    middle = share + spread / 2.0
    reach = math.sqrt(spread * (share * (1.0 - share) + spread / 4.0))
    return max(0.0, (middle - reach) / (1.0 + spread)), min(1.0, (middle + reach) / (1.0 + spread))


def none_seen(samples: int, what: str = "shortfall") -> str:
    """Return in words what it says that no sample had a shortfall, or a shortage of something else.

    Examples
    --------
    >>> none_seen(10_000)
    'none of 10,000 samples had a shortfall, so at 95 % fewer than 3 in 10,000 have one'
    >>> none_seen(2)
    'none of 2 samples had a shortfall, which says little'
    """
    if samples == 1:
        return f"the one sample had no {what}, which says little"
    says = f"so at 95 % fewer than 3 in {samples:,} have one" if samples > 3 else "which says little"
    return f"none of {samples:,} samples had a {what}, {says}"


def few_seen(short: int, samples: int, what: str = "shortfall") -> str:
    """Return on how many samples something rests, to follow its name; nothing if they are enough.

    Examples
    --------
    >>> few_seen(12, 10_000), few_seen(1, 64), few_seen(100, 10_000)
    ('rests on 12 samples with a shortfall, of 10,000', 'rests on 1 sample with a shortfall, of 64', '')
    """
    return f"rests on {count_text(short, 'sample')} with a {what}, of {samples:,}" if short < LEAST_SHORT else ""


def doubted(item: Estimate, short: int, most: float | None = None, what: str = "shortfall") -> Estimate:
    """Return an estimate with what the number of samples behind it allows to say.

    Parameters
    ----------
    item: Estimate
        A mean over samples that is 0 in a sample without a shortfall.
    short: int
        Samples with a shortfall, in what it is about.
    most: float, optional
        The most that one sample can have; none if that is not known.
    what: str
        What a sample is counted for.

    Returns
    -------
    Estimate
        With no shortfall, its standard error of 0 would be false: it has none, and a bound, the most times the chance
        of a shortfall. With fewer than ``LEAST_SHORT`` samples, its reason says on how many it rests.

    Examples
    --------
    >>> none = Estimate(value=0.0, se=0.0, unit="h", samples=1000, horizon_h=8760.0)
    >>> doubted(none, 0, most=8760.0)
    0 h/8760h (below 26 at 95 %)
    >>> doubted(Estimate(value=0.1, se=0.05, unit="h", samples=1000, horizon_h=8760.0), 4).reason
    'rests on 4 samples with a shortfall, of 1,000'
    """
    if not item.exists or short >= LEAST_SHORT:
        return item
    if short:
        return replace(item, reason=few_seen(short, item.samples, what))
    bound = None if most is None else rule_of_three(item.samples) * most
    return replace(item, se=math.inf, bound=bound, reason=none_seen(item.samples, what))
