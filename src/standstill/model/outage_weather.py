"""Forced outages that follow the weather: factors on the probabilities of an asset class by the day's temperature.

Knows nothing of where the temperature comes from, nor of samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from standstill.errors import Faults

__all__ = ["OutageWeather", "Points"]

Points = tuple[tuple[float, float], ...]
"""Pairs of a temperature, °C, and a factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageWeather:
    """How often the assets of a class fail, and how soon they return, in the day's temperature.

    Notes
    -----
    On entering a step of a day with mean temperature T, a probability p becomes ``min(1, p · factor(T))``. The factor
    is linear between points and constant beyond them. The first state is drawn from the stationary law of the first
    step.
    Temperature-dependent forced outage rates: Murphy, Sowell and Apt, Applied Energy 253 (2019), 113513.

    Raises
    ------
    InputError
        If there are no points, temperatures do not ascend, or a factor is below 0; every fault is listed.
    """

    asset_class: str
    """Class of assets whose probabilities are constant."""
    failure: Points = ((0.0, 1.0),)
    """Temperature, °C, and factor on the probability of failing; by default 1 at any temperature."""
    repair: Points = ((0.0, 1.0),)
    """The same for the probability of returning."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"outages of {self.asset_class!r} by weather")
        for name in ("failure", "repair"):
            points = tuple((float(temperature), float(factor)) for temperature, factor in getattr(self, name))
            object.__setattr__(self, name, points)
            temperatures = [temperature for temperature, _ in points]
            if not points or temperatures != sorted(set(temperatures)):
                faults.add(name, "have one point or more, each warmer than the one before", temperatures)
            if not all(math.isfinite(value) for point in points for value in point):
                faults.add(name, "be finite", points)
            elif any(factor < 0.0 for _, factor in points):
                faults.add(name, "have factors >= 0", min(factor for _, factor in points))
        faults.raise_if_any()
