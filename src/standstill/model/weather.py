"""Weather and the load it drives: a stated stochastic temperature, and a degree-day load. Knows nothing of supply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.model.system import Parameter

__all__ = ["DegreeDayLoad", "Temperature", "Weather"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    """Daily mean temperature: seasonal normal + skewed (winter shift + AR(2)), scaled by month.

    The anomaly of day d is ``sd[month] · g(z_d)`` with ``z_d = shift + AR(2)`` of unit variance and
    ``g(z) = (z + s (z² - 1)) / sqrt(1 + 2 s²)``, whose skewness is ``(6 s + 8 s³) / (1 + 2 s²)^1.5``.
    """

    constant_c: float
    """Mean of the seasonal normal, °C."""
    harmonics: tuple[tuple[float, float], ...]
    """(cos, sin) coefficients of w, 2w, 3w with w = 2π day-of-year / 365.25, °C."""
    sd_by_month: tuple[float, ...]
    """Standard deviation of daily anomalies, January to December, °C."""
    skew_by_month: tuple[float, ...]
    """Skewness of daily anomalies, January to December."""
    shift_sd_c: Parameter
    """Standard deviation of the winter-level shift, °C (relative to the mean anomaly sd)."""
    ar: tuple[float, float]
    """Coefficients of the AR(2) within a winter."""
    national_slope: float = 1.0
    """National temperature = slope · station + offset."""
    national_offset_c: float = 0.0
    """Offset, °C."""
    national_sd_c: float = 0.0
    """Standard deviation of the national residual, °C."""
    warming_c: Parameter = 0.0
    """Added to the normal, °C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeDayLoad:
    """Daily mean load ``(base + slope · max(0, threshold - T)) · weekday`` times an hourly shape."""

    base: Parameter
    """Daily mean load at or above the threshold, power_unit."""
    slope: Parameter
    """Load per degree below the threshold, power_unit/°C."""
    threshold_c: Parameter
    """Threshold, °C."""
    weekday_factor: tuple[float, ...]
    """Monday to Sunday."""
    shape: tuple[float, ...]
    """Load of each step of a day over the daily mean; its length times step_h is 24 h."""
    region_share: tuple[float, ...]
    """Share of each region in the load, summing to 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weather:
    """The weather of a side: a stochastic temperature or the user's own weather years."""

    load: DegreeDayLoad
    """Load driven by the temperature."""
    temperature: Temperature | None = None
    """Stochastic temperature; None if weather years are given."""
    years: NDArray[np.float64] | None = None
    """National daily mean temperature of each weather year, (n_years, n_days), °C; one is drawn per sample."""

    def __post_init__(self) -> None:
        if (self.temperature is None) == (self.years is None):
            raise ValueError("Weather must have either a temperature model or weather years")
        if self.years is not None:
            freeze(self, "years", "n_years", "n_days")

    def __reduce__(self) -> Any:
        """Pickle through the constructor."""
        return rebuild(self)
