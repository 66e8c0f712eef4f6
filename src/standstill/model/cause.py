"""Common causes: what lowers all generators of an asset class together, such as the cold or the fuel of a winter.

Knows nothing of strikes or repair; the temperature is that of the side's weather.
"""

from __future__ import annotations

from dataclasses import dataclass

from standstill.model.system import Parameter

__all__ = ["CommonCause"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCause:
    """The share of capacity that the generators of a class have together.

    Notes
    -----
    The share is ``share · max(least, 1 - slope_per_c · max(0, threshold_c - T))``, with the day's mean temperature
    ``T``. Forced outages and damage come on top, unit by unit.
    """

    asset_class: str
    """Class of generators."""
    share: Parameter = 1.0
    """Share of capacity, 0..1; where uncertain it is drawn once a winter, one value for all units of the class."""
    slope_per_c: Parameter = 0.0
    """Share of capacity lost for each degree below the threshold, >= 0."""
    threshold_c: Parameter = 0.0
    """Daily mean temperature from which on nothing is lost, °C."""
    least: Parameter = 0.0
    """Share that the cold leaves at the least, 0..1."""

    @property
    def is_cold(self) -> bool:
        """Whether the share follows the temperature."""
        return not (isinstance(self.slope_per_c, float) and self.slope_per_c == 0.0)
