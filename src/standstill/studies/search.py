"""The one search of the studies: where a decreasing function, known with an error, crosses zero. Knows no energy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Crossing", "Reading", "crossing", "polished"]

NARROW = 1e-4
"""A bracket as narrow as this share of its far end needs no more readings."""
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


def crossing(read: Callable[[float], Reading], *, scale: float, most: float, close: float = 0.25) -> Crossing:
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
    return _between(*_narrowed(read, low, high, close))


def _narrowed(read: Callable[[float], Reading], low: Reading, high: Reading, close: float) -> tuple[Reading, Reading]:
    """Return a bracket one of whose ends is close to 0, or that is as narrow as makes no difference."""
    weight_low, weight_high = low.value, high.value
    for _ in range(40):
        if _is_zero(low, close) or _is_zero(high, close) or high.at - low.at <= NARROW * high.at:
            break
        middle = read((low.at * weight_high - high.at * weight_low) / (weight_high - weight_low))
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
