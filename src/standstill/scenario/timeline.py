"""Time series from entries: months, shape of the day, weekdays and ramps on a side's steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.scenario.tables_assets import OutageEntry, RampEntry
from standstill.scenario.tables_system import ProfileEntry

__all__ = ["Timeline"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of a simulation."""

    start: dt.datetime
    """Start of the first step."""
    step_h: float
    """Length of a step, h."""
    n_steps: int
    """Number of steps."""

    def hour(self, moment: dt.datetime) -> float:
        """Return hours from the start to a moment."""
        return (moment - self.start).total_seconds() / 3600.0

    def profile(self, entry: ProfileEntry) -> Floats:
        """Return the product of a profile's factors: one column if it is constant, else one per step."""
        out = np.ones(1)
        if entry.months is None and entry.weekday is None and entry.shape is None:
            return out
        days = [self.start + dt.timedelta(hours=self.step_h * step) for step in range(self.n_steps)]
        if entry.months is not None:
            out = out * np.array([entry.months[day.month - 1] for day in days])
        if entry.weekday is not None:
            out = out * np.array([entry.weekday[day.weekday()] for day in days])
        if entry.shape is not None:
            out = out * self._shape(entry.shape, days)
        return out

    def _shape(self, shape: tuple[float, ...], days: list[dt.datetime]) -> Floats:
        """Return the mean of a shape of the day over each step; steps lie within a day."""
        edges = np.linspace(0.0, 24.0, len(shape) + 1)
        area = np.concatenate([[0.0], np.cumsum(shape) * 24.0 / len(shape)])
        first = np.array([day.hour + day.minute / 60 + day.second / 3600 for day in days])
        means = (np.interp(first + self.step_h, edges, area) - np.interp(first, edges, area)) / self.step_h
        return np.asarray(means, dtype=np.float64)

    def months(self, values: tuple[float, ...] | None) -> Floats:
        """Return monthly factors by step; one column if there are none."""
        return self.profile(ProfileEntry(months=values))

    def ramp(self, entry: RampEntry | None) -> Floats:
        """Return the share at the start of each step; one column if there is no ramp."""
        if entry is None:
            return np.ones(1)
        hours = np.arange(self.n_steps) * self.step_h
        times = [self.hour(time) for time, _ in entry.points]
        return np.asarray(np.interp(hours, times, [share for _, share in entry.points]), dtype=np.float64)

    def within(self, entry: OutageEntry) -> slice:
        """Return the steps that begin within an outage; none of one outside the simulation."""
        ends = (int(np.ceil(self.hour(moment) / self.step_h - 1e-9)) for moment in (entry.start, entry.end))
        return slice(*(min(self.n_steps, max(0, end)) for end in ends))
