"""From a side's entries to its Weather: temperature, and the load that it drives."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.model.system import Parameter
from standstill.model.weather import DegreeDayLoad, Temperature, Weather
from standstill.scenario.figures import DEGREES, NUMBER, Kind, Source, source_of
from standstill.scenario.scope import Scope
from standstill.scenario.series import weather_years
from standstill.scenario.tables_system import SeriesEntry
from standstill.scenario.tables_weather import TemperatureEntry
from standstill.scenario.timeline import Timeline
from standstill.units import dimension

__all__ = ["WeatherBuilder"]

_ROUNDED = 0.01
"""How far the mean of a shape may be from 1."""


@dataclass(slots=True)
class WeatherBuilder:
    """Builds the weather of one side."""

    scope: Scope
    time: Timeline

    def build(self) -> Weather | None:
        """Return the weather, if the side has any."""
        entry = self.scope.side.weather
        share = self._weather_share()
        if entry is None:
            return None
        outer = source_of(entry, source_of(self.scope.side))
        load, source = entry.load, source_of(entry.load, outer)
        place = "weather.load"
        for name in ("weekday", "shape"):
            if min(getattr(load, name)) < 0.0:
                self.scope.fault(f"{place}.{name}", "be >= 0", min(getattr(load, name)))
            self.scope.ledger.profile(f"{self.scope.side.name}.{place}.{name}", getattr(load, name), "", source)
        per_day = 24.0 / self.time.step_h
        if len(load.shape) > per_day or per_day % len(load.shape):
            must = f"have a number of values that divides {per_day:g} steps a day"
            self.scope.fault(f"{place}.shape", must, len(load.shape))
        if not math.isclose(mean := math.fsum(load.shape) / len(load.shape), 1.0, rel_tol=_ROUNDED):
            self.scope.fault(f"{place}.shape", "have a mean of 1, to 1 %", mean, "it is load over its daily mean")
        unit = self.scope.side.system.power_unit
        if dimension(unit) != "power":
            self.scope.fault("weather", f"be left out where load is counted in {unit}: it drives electric load")
            return None
        degree_day = DegreeDayLoad(
            base=self.scope.parameter(f"{place}.base", load.base, self.scope.power, source),
            slope=self.scope.parameter(f"{place}.slope", load.slope, Kind(f"{unit}/°C"), source),
            threshold_c=self.scope.parameter(f"{place}.threshold", load.threshold, DEGREES, source),
            weekday_factor=load.weekday,
            shape=tuple(np.repeat(load.shape, max(1, int(per_day) // len(load.shape)))),
            region_share=share,
        )
        temperature = self._temperature(entry.temperature, outer) if entry.temperature else None
        years = np.array(entry.years) if entry.years is not None and self._equal_lengths(entry.years) else None
        if entry.history is not None:
            years = self._history(entry.history, outer)
        if temperature is None and years is None:
            return None
        return Weather(load=degree_day, temperature=temperature, years=years)

    def _history(self, entry: SeriesEntry, outer: Source) -> NDArray[np.float64] | None:
        """Return the weather years of a file, registered; none after noting faults."""
        place = f"{self.scope.side.name}.weather.history"
        if entry.unit not in ("", "°C"):
            self.scope.fault("weather.history.unit", "be °C, or left out", entry.unit)
        file = self.scope.find(entry.file, place)
        if file is None:
            return None
        own = Faults(source=entry.file)
        days = -(-self.time.n_steps // max(1, round(24.0 / self.time.step_h)))
        found = weather_years(file, entry.column, self.time.start.date(), days, own)
        self.scope.ledger.faults.take(own.items, f"{entry.file}: ")
        if found is None:
            return None
        values = found[1]
        self.scope.ledger.profile(place, values.ravel().tolist(), "°C", source_of(entry, outer), entry.file)
        return values

    def _equal_lengths(self, years: tuple[tuple[float, ...], ...]) -> bool:
        lengths = sorted({len(year) for year in years})
        if len(lengths) > 1:
            self.scope.fault("weather.years", "be equally long", lengths)
        return len(lengths) == 1

    def _weather_share(self) -> tuple[float, ...]:
        areas = self.scope.side.areas
        explicit = [region.weather_share for region in self.scope.side.region]
        count = areas.count if areas is not None and areas.load is None else 0
        spread = (1.0 - sum(explicit)) / count if count else 0.0
        share = (*explicit, *[spread] * (areas.count if areas else 0))
        if self.scope.side.weather is not None and not math.isclose(sum(share), 1.0):
            self.scope.fault("region", "share the weather-driven load: weather_share must sum to 1", sum(share))
        return share

    def _temperature(self, entry: TemperatureEntry, outer: Source) -> Temperature:
        source, place = source_of(entry, outer), "weather.temperature"
        for name in ("sd_by_month", "skew_by_month"):
            unit = "°C" if name == "sd_by_month" else ""
            self.scope.ledger.profile(f"{self.scope.side.name}.{place}.{name}", getattr(entry, name), unit, source)
        numbers = tuple(number for pair in entry.harmonics for number in pair)
        if numbers:
            self.scope.ledger.profile(f"{self.scope.side.name}.{place}.harmonics", numbers, "°C", source)
        self.scope.ledger.profile(f"{self.scope.side.name}.{place}.ar", entry.ar, "", source)
        positive = Kind("°C")

        def value(name: str, kind: Kind, default: float = 0.0) -> float:
            return self.scope.fixed(f"{place}.{name}", getattr(entry, name), kind, source, default)

        def parameter(name: str, kind: Kind) -> Parameter:
            return self.scope.parameter(f"{place}.{name}", getattr(entry, name), kind, source)

        return Temperature(
            constant_c=value("constant", DEGREES),
            harmonics=entry.harmonics,
            sd_by_month=entry.sd_by_month,
            skew_by_month=entry.skew_by_month,
            shift_sd_c=parameter("shift_sd", positive),
            ar=entry.ar,
            national_slope=value("national_slope", NUMBER, 1.0),
            national_offset_c=value("national_offset", DEGREES),
            national_sd_c=value("national_sd", positive),
            warming_c=parameter("warming", DEGREES),
        )
