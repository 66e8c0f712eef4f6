"""The tables of weather: temperature, the load it drives, and what fails with it."""

from __future__ import annotations

from typing import Annotated

from standstill.scenario.schema import (
    Field,
    FigureField,
    FiniteFloat,
    Name,
    Sourced,
    model_validator,
    refuse,
)
from standstill.scenario.tables_system import SeriesEntry

__all__ = ["CommonCauseEntry", "DegreeDayEntry", "OutageWeatherEntry", "TemperatureEntry", "WeatherEntry"]

Weekdays = Annotated[tuple[FiniteFloat, ...], Field(min_length=7, max_length=7)]
Months = Annotated[tuple[FiniteFloat, ...], Field(min_length=12, max_length=12)]
Series = Annotated[tuple[FiniteFloat, ...], Field(min_length=1)]
Harmonics = tuple[tuple[FiniteFloat, FiniteFloat], ...]
Factors = Annotated[tuple[tuple[FiniteFloat, Annotated[FiniteFloat, Field(ge=0)]], ...], Field(min_length=1)]


class CommonCauseEntry(Sourced):
    """What lowers all generators of a class together: the cold, or the fuel of a winter."""

    asset_class: Name = Field(alias="class")
    """Class of generators."""
    share: FigureField | None = None
    """Share of capacity that is there; a range is drawn once a winter for the whole class. 1 by default."""
    lost_per_degree: FigureField | None = None
    """Share of capacity lost for each degree (°C) that the daily mean temperature is below the threshold."""
    threshold: FigureField | None = None
    """Threshold, temperature."""
    least: FigureField | None = None
    """Share that the cold leaves at the least; 0 by default."""

    @model_validator(mode="after")
    def _is_complete(self) -> CommonCauseEntry:
        if (self.lost_per_degree is None) != (self.threshold is None):
            raise refuse("have lost_per_degree and threshold, or neither")
        return self


class OutageWeatherEntry(Sourced):
    """What the weather does to the forced outages of a class: a factor by the day's mean temperature.

    Factors are linear between points and constant beyond them, and 1 where none are given.
    """

    asset_class: Name = Field(alias="class")
    """Asset class."""
    failure: Factors | None = None
    """Pairs of a temperature, °C, and the factor on how often an asset fails."""
    repair: Factors | None = None
    """Pairs of a temperature, °C, and the factor on how soon it returns."""

    @model_validator(mode="after")
    def _is_complete(self) -> OutageWeatherEntry:
        if self.failure is None and self.repair is None:
            raise refuse("have failure, repair or both")
        for name in ("failure", "repair"):
            temperatures = [temperature for temperature, _ in getattr(self, name) or ()]
            if temperatures != sorted(set(temperatures)):
                raise refuse(f"have the temperatures of {name} in ascending order")
        return self


class TemperatureEntry(Sourced):
    """Daily mean temperature at a station, and the national one that follows from it."""

    constant: FigureField
    """Mean of the seasonal normal, temperature."""
    harmonics: Harmonics
    """Cosine and sine coefficients, °C, of one, two, three cycles a year by day of the year."""
    sd_by_month: Months
    """Standard deviation of daily anomalies, °C, January to December."""
    skew_by_month: Months = (0.0,) * 12
    """Skewness of daily anomalies, January to December."""
    shift_sd: FigureField
    """Standard deviation of the shift of a whole winter, temperature."""
    ar: tuple[FiniteFloat, FiniteFloat]
    """Coefficients of the second-order autoregression within a winter."""
    national_slope: FigureField | None = None
    """National over station temperature; 1 by default."""
    national_offset: FigureField | None = None
    """Added to it, temperature."""
    national_sd: FigureField | None = None
    """Standard deviation of what is left, temperature."""
    warming: FigureField | None = None
    """Added to the normal, temperature."""


class DegreeDayEntry(Sourced):
    """Daily mean load ``(base + slope · max(0, threshold - T)) · weekday``, times the shape of the day."""

    base: FigureField
    """Daily mean load at or above the threshold, power."""
    slope: FigureField
    """Load per degree below the threshold, power per degree."""
    threshold: FigureField
    """Threshold, temperature."""
    weekday: Weekdays
    """Factors Monday to Sunday."""
    shape: Series
    """Load over its daily mean, from midnight, in equal parts."""


class WeatherEntry(Sourced):
    """The weather of a side and the load that it drives."""

    temperature: TemperatureEntry | None = None
    """A stochastic temperature."""
    years: Annotated[tuple[Series, ...], Field(min_length=1)] | None = None
    """Or the user's own weather years: national daily mean temperatures, °C, one list a year."""
    history: SeriesEntry | None = None
    """Or the same from a file with the column ``date`` and a row a day: every year of it that covers the simulated
    days is a weather year."""
    load: DegreeDayEntry
    """Load driven by the temperature."""

    @model_validator(mode="after")
    def _has_one_source(self) -> WeatherEntry:
        if sum(given is not None for given in (self.temperature, self.years, self.history)) != 1:
            raise refuse("have one of temperature, years and history")
        return self
