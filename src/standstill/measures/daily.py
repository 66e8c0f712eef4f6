"""Fans by day and planning weeks, read off the integer histograms. Knows nothing of single samples."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.engine.tally import CAPABILITY_BINS, OFF_BIN_H, OFF_BINS, SHARE_BINS, WEEK_BIN_H, WEEK_BINS

__all__ = ["LEVELS", "Fan", "WeekPart", "WeekRow", "fan", "planning_table", "quantiles_of_counts"]

Floats = NDArray[np.float64]
LEVELS = (0.1, 0.5, 0.9)
"""Low end, middle and high end of a fan; mild, median and severe of a week."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fan:
    """Quantiles over winters of one quantity by day."""

    days: tuple[dt.date, ...]
    """Measured days, (n_days,)."""
    p10: Floats
    """10th percentile, (n_days,)."""
    p50: Floats
    """Median."""
    p90: Floats
    """90th percentile."""
    unit: str
    """Unit of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPart:
    """One planning case of a week."""

    hours_off: float
    """Hours off a day per sheddable consumer, averaged over the week."""
    people: float
    """People without power at a time, on average over the week."""
    critical_hours: float
    """Hours in the week with critical load cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """One week of the planning table: mild, median and severe are the 10th, 50th and 90th percentile over winters."""

    start: dt.date
    """First day."""
    mild: WeekPart
    """10th percentile."""
    median: WeekPart
    """50th percentile."""
    severe: WeekPart
    """90th percentile."""


def quantiles_of_counts(counts: NDArray[np.int64], values: Floats, levels: tuple[float, ...]) -> Floats:
    """Return quantiles of values given by counts: the least value that at least a share ``level`` is not above.

    Parameters
    ----------
    counts: array
        (n_rows, n_bins).
    values: array
        Value of each bin, ascending, (n_bins,).
    levels: tuple of float
        Levels in (0, 1).

    Returns
    -------
    array
        (n_levels, n_rows).
    """
    total = counts.sum(axis=1, keepdims=True)
    share = np.cumsum(counts, axis=1) / np.maximum(total, 1)
    return np.array([values[np.argmax(share >= level - 1e-12, axis=1)] for level in levels])


def _days(side: SideOutcome, count: int) -> tuple[tuple[dt.date, ...], slice]:
    start = side.simulate_from.date()
    first = (side.measure_from.date() - start).days
    last = min(count, -(-int((side.measure_to - side.simulate_from).total_seconds()) // 86400))
    return tuple(start + dt.timedelta(days=day) for day in range(first, last)), slice(first, last)


def fan(side: SideOutcome, arm: int, name: str) -> Fan:
    """Return the fan of one quantity over the measured days.

    Parameters
    ----------
    side: SideOutcome
        With histograms.
    arm: int
        Place of the arm.
    name: str
        "off" (hours off per sheddable consumer), "capability" or "load" (at the day's peak step), "damaged" or
        "delivery_damaged" (share out through damage).

    Raises
    ------
    ValueError
        If the outcome has no histograms or the name is unknown.
    """
    power = (np.arange(CAPABILITY_BINS) + 0.5) * side.reference_power / CAPABILITY_BINS
    share = np.arange(SHARE_BINS) / (SHARE_BINS - 1)
    hours = np.maximum(np.arange(OFF_BINS) - 0.5, 0.0) * OFF_BIN_H
    known = {
        "off": (hours, "h"), "capability": (power, side.power_unit), "load": (power, side.power_unit),
        "damaged": (share, ""), "delivery_damaged": (share, ""),
    }  # fmt: skip
    if side.histograms is None or name not in known:
        raise ValueError(f"fan must be one of {', '.join(known)} of a run with detail, got {name!r}")
    values, unit = known[name]
    counts = getattr(side.histograms, name)[arm]
    days, span = _days(side, len(counts))
    p10, p50, p90 = quantiles_of_counts(counts[span], values, LEVELS)
    return Fan(days=days, p10=p10, p50=p50, p90=p90, unit=unit)


def planning_table(side: SideOutcome, arm: int, people: float) -> tuple[WeekRow, ...]:
    """Return the weekly planning table of one arm; ``people`` is how many sheddable load serves.

    Raises
    ------
    ValueError
        If the outcome has no histograms.
    """
    if side.histograms is None:
        raise ValueError("planning_table must have a run with detail")
    hours = np.maximum(np.arange(WEEK_BINS) - 0.5, 0.0) * WEEK_BIN_H
    off = quantiles_of_counts(side.histograms.week_off[arm], hours, LEVELS)
    critical_counts = side.histograms.week_critical[arm]
    critical = quantiles_of_counts(critical_counts, np.arange(critical_counts.shape[1], dtype=np.float64), LEVELS)
    rows = []
    for week in range(off.shape[1]):
        start = side.measure_from.date() + dt.timedelta(days=7 * week)
        days = min(7, (side.measure_to.date() - start).days) or 1
        mild, median, severe = (
            WeekPart(
                hours_off=float(off[level, week] / days),
                people=float(people * off[level, week] / (24.0 * days)),
                critical_hours=float(critical[level, week]),
            )
            for level in range(len(LEVELS))
        )
        rows.append(WeekRow(start=start, mild=mild, median=median, severe=severe))
    return tuple(rows)
