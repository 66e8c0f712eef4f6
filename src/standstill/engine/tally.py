"""What is counted while a winter runs: per-sample totals, and integer histograms by day and week.

Only counts and sums; what they mean is for ``measures``. Everything here is over the measured window unless it says
otherwise.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine.jit import inlined, kernel

__all__ = [
    "CAPABILITY_BINS",
    "COLUMNS",
    "CRITICAL_BINS",
    "N_PERIOD",
    "N_SUMS",
    "OFF_BINS",
    "OFF_BIN_H",
    "PERIOD_ENERGY",
    "PERIOD_SQUARES",
    "PERIOD_STEPS",
    "SHARE_BINS",
    "WEEK_BINS",
    "WEEK_BIN_H",
    "Histograms",
    "make_histograms",
]

COLUMNS = (
    "unserved", "critical_unserved", "delivery_unserved", "short_steps", "events", "longest_event", "deepest",
    "largest_event", "hours_off", "critical_steps", "worst_window", "load", "waves", "hits",
    "start", "end", "first_critical", "first_over",
)  # fmt: skip
"""Totals of one sample, in order; then short steps and unserved energy by region, and unserved energy by month.

``first_critical`` and ``first_over`` are when, in h from the start of the simulation, the first step with critical
load cut ends, and the first rolling window above the criterion's limit; 0 if there is none.
"""
UNSERVED, CRITICAL, DELIVERY, SHORT, EVENTS, LONGEST, DEEPEST, LARGEST = range(8)
OFF, CRITICAL_STEPS, WORST, LOAD, WAVES, HITS, START, END, FIRST_CRITICAL, FIRST_OVER = range(8, 18)
N_TOTALS = 18

EVENT_STEPS, EVENT_ENERGY, WEEK_OFF, WEEK_CRITICAL, DAMAGED, DELIVERY_DAMAGED, EVEN_STEPS, EVEN_ENERGY = range(8)
N_SUMS = 8
"""Running sums of one sample."""
PERIOD_STEPS, PERIOD_ENERGY, PERIOD_SQUARES = range(3)
N_PERIOD = 3
"""What is summed over samples by step and region: samples that are short, unserved energy, and its square."""

OFF_BINS, OFF_BIN_H = 97, 0.25
WEEK_BINS, WEEK_BIN_H = 337, 0.5
CRITICAL_BINS = 169
CAPABILITY_BINS = 256
SHARE_BINS = 101


Counts = NDArray[np.integer[Any]]


class Histograms(NamedTuple):
    """Integer counts over samples; first axis the arm. Days run from the start of the simulation."""

    off: Counts
    """Hours off per sheddable consumer by day; bin k > 0 holds ((k-1)/4, k/4] h, (arms, days, OFF_BINS)."""
    capability: Counts
    """Available supply at the day's peak step, in bins of reference_power / CAPABILITY_BINS."""
    load: Counts
    """Load at the day's peak step, same bins."""
    damaged: Counts
    """Share of supply capability out through damage at the day's start, bins of 1 %."""
    delivery_damaged: Counts
    """Share of line capability out through damage at the day's start, bins of 1 %."""
    week_off: Counts
    """Hours off per sheddable consumer by measured week; bin k > 0 holds ((k-1)/2, k/2] h."""
    week_critical: Counts
    """Hours with critical load cut by measured week, bins of 1 h."""


def make_histograms(
    n_arms: int, n_days: int, n_weeks: int, kind: type[np.int64] | type[np.uint16] = np.int64
) -> Histograms:
    """Return empty histograms; two bytes are enough for the counts of a block, and stay in the processor's cache."""

    def counts(*shape: int) -> Counts:
        return np.zeros((n_arms, *shape), np.dtype(kind))

    return Histograms(
        off=counts(n_days, OFF_BINS),
        capability=counts(n_days, CAPABILITY_BINS),
        load=counts(n_days, CAPABILITY_BINS),
        damaged=counts(n_days, SHARE_BINS),
        delivery_damaged=counts(n_days, SHARE_BINS),
        week_off=counts(n_weeks, WEEK_BINS),
        week_critical=counts(n_weeks, CRITICAL_BINS),
    )


@inlined
def close_event(sums, row):
    """End the running shortfall event, if there is one."""
    if sums[EVENT_STEPS] > 0.0:
        row[EVENTS] += 1.0
        row[LONGEST] = max(row[LONGEST], sums[EVENT_STEPS])
        row[LARGEST] = max(row[LARGEST], sums[EVENT_ENERGY])
        sums[EVENT_STEPS] = 0.0
        sums[EVENT_ENERGY] = 0.0


@inlined
def _count_total(horizon, sums, row, n_regions, step, total, critical, share):
    """Count what a step with a shortfall adds to the totals that know no regions."""
    energy = horizon.energy_per_step
    row[UNSERVED] += total * energy
    row[CRITICAL] += critical * energy
    row[SHORT] += 1.0
    row[DEEPEST] = max(row[DEEPEST], total)
    row[N_TOTALS + 2 * n_regions + horizon.month[step]] += total * energy
    if critical > 0.0:
        if row[CRITICAL_STEPS] == 0.0:
            row[FIRST_CRITICAL] = (step + 1) * horizon.step_h
        row[CRITICAL_STEPS] += 1.0
        sums[WEEK_CRITICAL] += horizon.step_h
    sums[EVENT_STEPS] += 1.0
    sums[EVENT_ENERGY] += total * energy
    row[OFF] += share * horizon.step_h


@kernel
def count_shortfall(horizon, areas, sums, row, step, total):
    """Count one step with a shortfall, region by region; return the share of sheddable load that is off."""
    n_regions = areas.shape[0]
    critical, sheddable, off = 0.0, 0.0, 0.0
    for region in range(n_regions):
        short, shed = areas[region].short, areas[region].shed
        sheddable += shed
        if short > horizon.tolerance:
            row[N_TOTALS + region] += 1.0
            row[N_TOTALS + n_regions + region] += short * horizon.energy_per_step
            off += min(short, shed)
            if short > shed + horizon.tolerance:
                critical += short - shed
    share = off / sheddable if sheddable > 0.0 else 0.0
    _count_total(horizon, sums, row, n_regions, step, total, critical, share)
    return share


@inlined
def count_even(horizon, work, sums, row, step, series, own_shed, total, level, stuck):
    """Count one step of ``serve_plain``: an even level over the leaves, but for the first ``stuck`` of them."""
    n_regions = work.areas.shape[0]
    energy = horizon.energy_per_step
    critical = 0.0
    for place in range(stuck):
        leaf = work.leaves[place]
        load = leaf.weight * series
        short = load - leaf.limit
        row[N_TOTALS + leaf.region] += 0.0 if level > 0.0 else 1.0
        row[N_TOTALS + n_regions + leaf.region] += (short - level * leaf.weight) * energy
        if short > load * leaf.sheddable + horizon.tolerance:
            critical += short - load * leaf.sheddable
    if level > 0.0:
        sums[EVEN_STEPS] += 1.0
        sums[EVEN_ENERGY] += level * energy
    sheddable = work.star[2] * series + own_shed
    share = (total - critical) / sheddable if sheddable > 0.0 else 0.0
    _count_total(horizon, sums, row, n_regions, step, total, critical, share)
    return share


@kernel
def close_even(network, work, sums, row):
    """Give every leaf its part of the even levels."""
    n_regions = work.areas.shape[0]
    for place in range(network.leaves.shape[0]):
        leaf = work.leaves[place]
        row[N_TOTALS + leaf.region] += sums[EVEN_STEPS]
        row[N_TOTALS + n_regions + leaf.region] += leaf.weight * sums[EVEN_ENERGY]


@inlined
def _add_period(sums, energy):
    """Add one sample's unserved energy to the sums of one step and region."""
    sums[PERIOD_STEPS] += 1.0
    sums[PERIOD_ENERGY] += energy
    sums[PERIOD_SQUARES] += energy * energy


@kernel
def add_shortfall(horizon, areas, periods, step, total):
    """Add one step with a shortfall to the sums by step and region; regions as in ``count_shortfall``."""
    sums, energy = periods[step - horizon.measure_from], horizon.energy_per_step
    _add_period(sums[0], total * energy)
    for region in range(areas.shape[0]):
        if areas[region].short > horizon.tolerance:
            _add_period(sums[1 + region], areas[region].short * energy)


@kernel
def add_even(horizon, leaves, periods, step, series, total, level, stuck):
    """Add one step of ``serve_plain`` to the sums by step and region; leaves as in ``count_even``."""
    sums, energy = periods[step - horizon.measure_from], horizon.energy_per_step
    _add_period(sums[0], total * energy)
    last = leaves.shape[0] - 1 if level > 0.0 else stuck
    for place in range(last):
        leaf = leaves[place]
        short = leaf.weight * series - leaf.limit if place < stuck else level * leaf.weight
        _add_period(sums[1 + leaf.region], short * energy)


@kernel
def count_worst_window(horizon, off, row):
    """Find the worst rolling window from the share off in every step; ``off`` is used up."""
    first, last, width = horizon.measure_from, horizon.measure_to, horizon.window_steps
    total = 0.0
    for step in range(first, last):
        total += off[step]
        off[step] = total
    worst, limit, over = 0.0, horizon.window_limit, last
    for step in range(first, last):
        rolling = off[step] if step < first + width else off[step] - off[step - width]
        if rolling > worst:
            worst = rolling
            if over == last and worst * 24.0 / width > limit:
                over = step
    row[WORST] = worst * 24.0 / width
    row[FIRST_OVER] = (over + 1) * horizon.step_h if over < last else 0.0


@inlined
def close_day(horizon, work, histograms, arm, day, first, step):
    """Count the day from ``first`` to ``step``, and the week if it ends too."""
    if not horizon.measure_from <= step < horizon.measure_to:
        return
    sums, day_off = work.sums, 0.0
    for hour in range(first, step + 1):
        day_off += work.off[hour]
    day_off *= horizon.step_h
    sums[WEEK_OFF] += day_off
    place = int(min(OFF_BINS - 1.0, math.ceil(day_off / OFF_BIN_H - 1e-9)))
    histograms.off[arm, day, place] += 1
    week = horizon.week[step]
    if step + 1 >= horizon.measure_to or horizon.week[step + 1] != week:
        place = int(min(WEEK_BINS - 1.0, math.ceil(sums[WEEK_OFF] / WEEK_BIN_H - 1e-9)))
        histograms.week_off[arm, week, place] += 1
        place = int(min(CRITICAL_BINS - 1.0, math.ceil(sums[WEEK_CRITICAL] - 1e-9)))
        histograms.week_critical[arm, week, place] += 1
        sums[WEEK_OFF] = 0.0
        sums[WEEK_CRITICAL] = 0.0


@inlined
def open_day(damage, sums, histograms, arm, day, supply_power, line_power):
    """Count what is out through damage at the start of a day."""
    sums[DAMAGED] += damage[0, day]
    sums[DELIVERY_DAMAGED] += damage[1, day]
    if supply_power > 0.0:
        share = min(1.0, max(0.0, sums[DAMAGED] / supply_power))
        histograms.damaged[arm, day, int(share * (SHARE_BINS - 1) + 0.5)] += 1
    if line_power > 0.0:
        share = min(1.0, max(0.0, sums[DELIVERY_DAMAGED] / line_power))
        histograms.delivery_damaged[arm, day, int(share * (SHARE_BINS - 1) + 0.5)] += 1


@inlined
def count_peak(horizon, histograms, arm, day, supply, load):
    """Count supply and load at the day's peak step."""
    scale = CAPABILITY_BINS / horizon.reference_power
    histograms.capability[arm, day, int(min(CAPABILITY_BINS - 1.0, max(0.0, supply * scale)))] += 1
    histograms.load[arm, day, int(min(CAPABILITY_BINS - 1.0, max(0.0, load * scale)))] += 1
