"""Forced outages that follow the weather: hazards by day, and the step at which their sum is used up.

Within a day all steps have one hazard, so a year needs 366 of them and not 8,784. Knows nothing of what fails.
"""

from __future__ import annotations

import math

from standstill.engine.jit import kernel
from standstill.engine.layout import MAX_HAZARD

__all__ = ["next_by_day", "prepare_days"]


@kernel
def _factor(points, first, last, temperature):
    """Return the factor at a temperature: linear between points [first, last), constant beyond them."""
    if temperature <= points[first, 0]:
        return points[first, 1]
    for place in range(first + 1, last):
        if temperature <= points[place, 0]:
            before = place - 1
            share = (temperature - points[before, 0]) / (points[place, 0] - points[before, 0])
            return points[before, 1] + share * (points[place, 1] - points[before, 1])
    return points[last - 1, 1]


@kernel
def prepare_days(chances, steps, per_day, temperature, days):
    """Fill the hazards of each day from its temperature, if any outage follows the weather."""
    if chances is not None:
        for place in range(chances.table.shape[0]):
            row = chances.table[place]
            total = 0.0
            for day in range(temperature.shape[0]):
                chance = min(1.0, row.chance * _factor(chances.points, row.first, row.last, temperature[day]))
                if day == 0:
                    days.first[place] = chance
                hazard = MAX_HAZARD if chance >= 1.0 else min(-math.log1p(-chance), MAX_HAZARD)
                days.hazard[place, day] = hazard
                days.sums[place, day] = total
                total += min(per_day, steps - day * per_day) * hazard
            days.sums[place, temperature.shape[0]] = total


@kernel
def next_by_day(days, row, per_day, step, steps, threshold):
    """Return the step of the next transition after ``step``, or ``steps`` if there is none; see ``next_flip``."""
    day, last = step // per_day, days.sums.shape[1] - 1
    target = days.sums[row, day] + (step - day * per_day + 1) * days.hazard[row, day] + threshold
    if not days.sums[row, last] > target:
        return steps
    high = last
    while high - day > 1:
        middle = (day + high) >> 1
        if days.sums[row, middle] <= target:
            day = middle
        else:
            high = middle
    within = int((target - days.sums[row, day]) / days.hazard[row, day])
    # rounding must lead neither into the next day nor back
    return max(step + 1, day * per_day + min(within, per_day - 1))
