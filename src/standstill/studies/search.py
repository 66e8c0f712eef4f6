"""The one search of the studies: where a decreasing function, known with an error, crosses zero. Knows no energy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Crossing", "Reading", "crossing", "edge", "paired", "polished"]

LEAST_SE = 1e-12
"""Standard error of what has none, so that a difference that is the same in all samples can be searched as well."""
NARROW = 1e-4
"""A bracket as narrow as this share of its far end needs no more readings."""
CLOSE = 0.1
"""Standard errors of its level within which an edge is looked for."""
LEAST_STEP = 1e-4
"""First step away from a rough place, at least this share of the largest place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The function at one place."""

    at: float
    """Where."""
    value: float
    """Its value."""
    se: float
    """Standard error of the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where the function crosses zero, or the last reading if it does not."""

    found: bool
    """Whether it does, up to the largest place looked at."""
    at: float
    """Where it crosses; the largest place looked at if it does not."""
    se: float
    """Standard error of that place: the standard error of the function over its slope."""
    low: Reading
    """The nearest reading on the near side."""
    high: Reading
    """The nearest reading on the far side."""


def paired(at: float, difference: NDArray[np.float64], *, least_se: float = LEAST_SE) -> Reading:
    """Return the reading of a mean of paired differences, with their standard error.

    Examples
    --------
    >>> paired(2.0, np.array([1.0, 3.0]))
    Reading(at=2.0, value=2.0, se=1.0)
    """
    count = len(difference)
    se = float(difference.std(ddof=1)) / math.sqrt(count) if count > 1 else math.inf
    return Reading(at=at, value=float(difference.mean()), se=max(se, least_se))


def crossing(
    read: Callable[[float], Reading], *, scale: float, most: float, close: float = 0.25, narrow: float = NARROW
) -> Crossing:
    """Return where a decreasing function crosses zero on [0, most].

    Parameters
    ----------
    read: callable
        Returns the function at a place, on the same draws at all places.
    scale: float
        The first place looked at between the ends; each next one is twice as far until the sign changes.
    most: float
        The largest place.
    close: float
        Ends when the function is within this many standard errors of 0.
    narrow: float
        Ends when the bracket is as narrow as this share of its far end.

    Notes
    -----
    After the bracket, regula falsi with the Illinois rule (Dowell and Jarratt 1971); the last place is the chord's.

    Examples
    --------
    >>> found = crossing(lambda x: Reading(at=x, value=9.0 - x * x, se=0.001), scale=0.5, most=10.0)
    >>> found.found, round(found.at, 3)
    (True, 3.0)
    >>> crossing(lambda x: Reading(at=x, value=1.0, se=0.1), scale=0.5, most=10.0).found
    False
    """
    low, high = read(0.0), read(most)
    if low.value <= 0.0:
        return Crossing(found=True, at=0.0, se=0.0, low=low, high=low)
    if high.value > 0.0:
        return Crossing(found=False, at=most, se=math.inf, low=low, high=high)
    at = scale
    while at < most:
        nearer = read(at)
        if nearer.value <= 0.0:
            high = nearer
            break
        low, at = nearer, 2.0 * at
    return _between(*_narrowed(read, low, high, close, narrow))


def _narrowed(
    read: Callable[[float], Reading], low: Reading, high: Reading, close: float, narrow: float = NARROW
) -> tuple[Reading, Reading]:
    """Return a bracket one of whose ends is close to 0, or that is as narrow as makes no difference.

    Where three chords do not bring it to a quarter of its width, as at a step, the next three readings halve it.
    """
    weight_low, weight_high = low.value, high.value
    width, is_slow = math.inf, False
    for turn in range(120):
        if _is_zero(low, close) or _is_zero(high, close) or high.at - low.at <= narrow * high.at:
            break
        if turn % 3 == 0:
            width, is_slow = high.at - low.at, high.at - low.at > 0.25 * width
        halfway = 0.5 * (low.at + high.at)
        chord = (low.at * weight_high - high.at * weight_low) / (weight_high - weight_low)
        middle = read(halfway if is_slow else chord)
        if middle.value > 0.0:
            low, weight_low, weight_high = middle, middle.value, 0.5 * weight_high
        else:
            high, weight_high, weight_low = middle, middle.value, 0.5 * weight_low
    return low, high


def _is_zero(reading: Reading, close: float) -> bool:
    return abs(reading.value) <= close * reading.se


def _between(low: Reading, high: Reading) -> Crossing:
    slope = (high.value - low.value) / (high.at - low.at)
    at = low.at - low.value / slope if slope < 0.0 else high.at
    nearest = low if low.value <= -high.value else high
    return Crossing(found=True, at=at, se=abs(nearest.se / slope) if slope else math.inf, low=low, high=high)


def polished(read: Callable[[float], Reading], rough: Crossing, *, most: float, close: float = 0.25) -> Crossing:
    """Return the crossing of another reading of the same function, such as one on more draws, near a rough one.

    Begins at the rough place with the rough slope, and goes on until the sign changes. Ends at a place that was read,
    where the function is within ``close`` standard errors of 0; of a step, at its far side, just behind it.

    Examples
    --------
    >>> rough = crossing(lambda x: Reading(at=x, value=8.0 - x * x, se=0.1), scale=0.5, most=10.0)
    >>> round(polished(lambda x: Reading(at=x, value=9.0 - x * x, se=0.001), rough, most=10.0).at, 3)
    3.0
    """
    slope = (rough.high.value - rough.low.value) / (rough.high.at - rough.low.at)
    before = now = read(min(most, max(0.0, rough.at)))
    length = max(abs(now.value / slope), LEAST_STEP * most)
    while not _is_zero(now, close) and (now.value > 0.0) == (before.value > 0.0):
        there = min(most, max(0.0, now.at + math.copysign(length, now.value)))
        if there == now.at:
            return Crossing(found=there < most, at=there, se=0.0 if there < most else math.inf, low=now, high=now)
        before, now, length = now, read(there), 2.0 * length
    if before is now:
        return Crossing(found=True, at=now.at, se=abs(now.se / slope), low=now, high=now)
    low, high = sorted((before, now), key=lambda reading: reading.at)
    if not _is_zero(now, close):
        low, high = _narrowed(read, low, high, close)
        now = low if _is_zero(low, close) else high
    slope = (high.value - low.value) / (high.at - low.at)
    return Crossing(found=True, at=now.at, se=abs(now.se / slope) if slope else math.inf, low=low, high=high)


def edge(
    read: Callable[[float], Reading],
    at: float,
    *,
    way: int,
    step: float,
    most: float,
    sure: float = 2.0,
    narrow: float = NARROW,
) -> float | None:
    """Return how far from a place a decreasing function is less than ``sure`` standard errors from 0, in one direction.

    Parameters
    ----------
    read: callable
        Returns the function at a place, on the same draws at all places.
    at: float
        Where it is near 0.
    way: int
        1 for places above, where it is negative in the end, and -1 for places below, where it is positive.
    step: float
        How far to look first; each next place is twice as far.
    most: float
        The largest place; 0 is the least.
    sure: float
        Standard errors.
    narrow: float
        Ends when the bracket is as narrow as this share of its far end.

    Returns
    -------
    float or None
        None if it is not so far from 0 up to the end.

    Examples
    --------
    >>> read = lambda x: Reading(at=x, value=3.0 - x, se=0.1)
    >>> round(edge(read, 3.0, way=-1, step=0.1, most=10.0), 3), round(edge(read, 3.0, way=1, step=0.1, most=10.0), 3)
    (2.8, 3.2)
    >>> edge(lambda x: Reading(at=x, value=3.0 - x, se=2.0), 3.0, way=-1, step=0.1, most=10.0) is None
    True
    """

    def raised(place: float) -> Reading:
        found = read(place)
        return replace(found, value=found.value + way * sure * found.se)

    near, length = raised(at), step
    while way * near.value > 0.0:
        there = min(most, max(0.0, near.at + way * length))
        if there == near.at:
            return None
        far = raised(there)
        if way * far.value <= 0.0:
            low, high = _narrowed(raised, *((near, far) if way > 0 else (far, near)), CLOSE, narrow)
            # at a step the far side, so that the step lies within
            is_smooth = _is_zero(low, CLOSE) or _is_zero(high, CLOSE)
            return _between(low, high).at if is_smooth else (high if way > 0 else low).at
        near, length = far, 2.0 * length
    return at
