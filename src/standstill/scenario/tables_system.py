"""The tables of an energy system: regions, areas, groups of assets, weather and load."""

from __future__ import annotations

from typing import Annotated, Literal

from standstill.scenario.schema import (
    Entry,
    Field,
    FigureField,
    FiniteFloat,
    Members,
    Moment,
    Name,
    Sourced,
    model_validator,
    refuse,
)

__all__ = [
    "AreasEntry",
    "AssetEntry",
    "CommonCauseEntry",
    "DegreeDayEntry",
    "DemandResponseEntry",
    "DeratedEntry",
    "GeneratorEntry",
    "InterfaceEntry",
    "OutageEntry",
    "OutageWeatherEntry",
    "ProfileEntry",
    "RampEntry",
    "RegionEntry",
    "ReleaseEntry",
    "ReserveEntry",
    "ReservoirEntry",
    "SeriesEntry",
    "StorageEntry",
    "TemperatureEntry",
    "WeatherEntry",
]

Weekdays = Annotated[tuple[FiniteFloat, ...], Field(min_length=7, max_length=7)]
Months = Annotated[tuple[FiniteFloat, ...], Field(min_length=12, max_length=12)]
Series = Annotated[tuple[FiniteFloat, ...], Field(min_length=1)]
Harmonics = tuple[tuple[FiniteFloat, FiniteFloat], ...]
Factors = Annotated[tuple[tuple[FiniteFloat, Annotated[FiniteFloat, Field(ge=0)]], ...], Field(min_length=1)]


class SeriesEntry(Sourced):
    """A column of a CSV file beside the scenario: the user's own series."""

    file: str
    """The file, relative to this one: a column of times, and one or more of numbers."""
    column: str
    """Column to read."""
    unit: str = ""
    """Unit of a load; factors and temperatures have none here."""


class ProfileEntry(Entry):
    """Factors by time on a quantity. A missing one is 1."""

    months: Months | None = None
    """January to December."""
    shape: Series | None = None
    """Over the day, from midnight, in equal parts: 24 values are hours, 6 are blocks of four hours."""
    weekday: Weekdays | None = None
    """Monday to Sunday."""
    series: SeriesEntry | None = None
    """Or factors by time from a file, with the column ``time``."""


class RegionEntry(Sourced):
    """A region: where load or supply is."""

    name: Name
    """Name, unique within the side."""
    load: FigureField | None = None
    """Load, power; none where the weather drives it."""
    series: SeriesEntry | None = None
    """Load by time, instead of ``load``: a file with the column ``time``, a row for each step or for parts of it."""
    profile: ProfileEntry = ProfileEntry()
    """Factors by time on the load."""
    critical_share: FigureField | None = None
    """Share of the load that is shed last."""
    pickup_share: FigureField | None = None
    """Cold-load pickup: share of what is unserved that is asked for again; 0 by default, at most 90 %."""
    pickup_time: FigureField | None = None
    """Mean time after which it is asked for again; 4 h by default."""
    weather_share: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.0
    """Share of the weather-driven load that is here."""


class AreasEntry(Sourced):
    """Equal, anonymous delivery areas: each has its share of the load, and joins the hub through its substations."""

    count: Members
    """Number of areas."""
    substations: Members
    """Substations of each area."""
    hub: Name
    """Region that supplies them."""
    name: Name = "area"
    """Areas are called this, with a number."""
    asset_class: Name = Field("substation", alias="class")
    """Asset class of the substations."""
    capability: FigureField
    """What all substations together can deliver on the first day, power."""
    load: FigureField | None = None
    """Load of all areas, power; none where the weather drives it."""
    series: SeriesEntry | None = None
    """Load of all areas by time, instead of ``load``: a file with the column ``time``."""
    profile: ProfileEntry = ProfileEntry()
    """Factors by time on the load."""
    critical_share: FigureField | None = None
    """Share of the load that is shed last."""
    pickup_share: FigureField | None = None
    """Cold-load pickup: share of what is unserved that is asked for again; 0 by default, at most 90 %."""
    pickup_time: FigureField | None = None
    """Mean time after which it is asked for again; 4 h by default."""
    forced_outage_rate: FigureField | None = None
    """Share of time a substation is out for reasons other than strikes."""
    mttr: FigureField | None = None
    """Mean time to repair such an outage."""


class InterfaceEntry(Sourced):
    """What joins two regions: its lines, or a limit without lines."""

    name: Name
    """Name, unique within the side."""
    start: Name = Field(alias="from")
    """One region."""
    end: Name = Field(alias="to")
    """The other region."""
    lines: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 0
    """Number of equal lines."""
    capability: FigureField
    """What all lines together, or the interface without lines, can carry either way, power."""
    asset_class: Name = Field("line", alias="class")
    """Asset class of the lines."""
    forced_outage_rate: FigureField | None = None
    """Share of time a line is out for reasons other than strikes."""
    mttr: FigureField | None = None
    """Mean time to repair such an outage."""


class OutageEntry(Sourced):
    """A dated planned outage."""

    units: Members = 1
    """Number of units that are out."""
    start: Moment = Field(alias="from")
    """Out from this time."""
    end: Moment = Field(alias="to")
    """Back from this time."""

    @model_validator(mode="after")
    def _is_in_order(self) -> OutageEntry:
        if self.start >= self.end:
            raise refuse('have "from" before "to"')
        return self


class RampEntry(Sourced):
    """A ramp of capability: a share by date, linear in between, constant outside."""

    points: Annotated[tuple[tuple[Moment, Annotated[FiniteFloat, Field(ge=0)]], ...], Field(min_length=1)]
    """Date and share, in order of time."""

    @model_validator(mode="after")
    def _is_in_order(self) -> RampEntry:
        times = [time for time, _ in self.points]
        if times != sorted(set(times)):
            raise refuse("have its dates in order")
        return self


class AssetEntry(Sourced):
    """A group of equal, anonymous assets."""

    name: Name
    """Name of the group; its members are numbered."""
    asset_class: Name = Field(alias="class")
    """Asset class."""
    region: Name | None = None
    """Region; the first one by default."""
    count: Members = 1
    """Number of assets."""
    forced_outage_rate: FigureField | None = None
    """Share of time an asset is out for reasons other than strikes; none means never."""
    mttr: FigureField | None = None
    """Mean time to repair such an outage."""


class DeratedEntry(Sourced):
    """A state in which a generator gives part of its capacity: it comes from full service and goes back to it."""

    share: FigureField
    """Share of capacity left in it."""
    time: FigureField
    """Share of time in it."""
    mean: FigureField
    """Mean time in it, once there."""


class GeneratorEntry(AssetEntry):
    """A group of equal generators."""

    capacity: FigureField | None = None
    """Capacity of the whole group, power."""
    unit: FigureField | None = None
    """Capacity of one generator, instead of the group's."""
    price_ratio: FigureField | None = None
    """Price where supply is short over the price at which the capacity is offered; 1 by default."""
    price_elasticity: FigureField | None = None
    """Price elasticity of what is offered, as of imports: capacity × price_ratio ^ price_elasticity; 0 by default."""
    profile: ProfileEntry = ProfileEntry()
    """Factors by time on the capacity, such as capacity factors of solar plants."""
    planned: tuple[OutageEntry, ...] = ()
    """Dated planned outages."""
    ramp: RampEntry | None = None
    """Ramp of capability, such as a repair plan."""
    derated: Annotated[tuple[DeratedEntry, ...], Field(max_length=20)] = ()
    """States of partial capacity, beside the forced outages in which nothing is left."""

    @model_validator(mode="after")
    def _has_one_size(self) -> GeneratorEntry:
        if (self.capacity is None) == (self.unit is None):
            raise refuse("have either capacity (of the group) or unit (of one generator)")
        return self


class StorageEntry(AssetEntry):
    """A group of equal storages. Charges from surplus, discharges only to avoid a shortfall."""

    power: FigureField
    """Most the group can charge or discharge, power."""
    energy: FigureField
    """Most the group can hold, energy."""
    initial: FigureField
    """Share of ``energy`` held at the start."""
    charge_efficiency: FigureField | None = None
    """Stored per unit taken; 1 by default."""
    discharge_efficiency: FigureField | None = None
    """Delivered per unit taken out; 1 by default."""


class ReleaseEntry(Sourced):
    """What a group of reservoirs on a daily profile releases."""

    power: FigureField
    """Release of the whole group, power."""
    profile: ProfileEntry = ProfileEntry()
    """Factors by time on the release."""


class ReservoirEntry(AssetEntry):
    """A group of equal reservoirs: stores with an inflow of their own, such as hydropower."""

    capacity: FigureField
    """Most the group can deliver, power."""
    energy: FigureField
    """Most the group can hold, energy."""
    initial: FigureField
    """Share of ``energy`` held at the start."""
    inflow: FigureField
    """Inflow of the group, energy per day or power."""
    inflow_months: Months | None = None
    """Factors on the inflow, January to December."""
    pumping: FigureField | None = None
    """Most the group can take from the grid, power; none by default."""
    dispatch: Literal["greedy", "weekly-budget", "daily-profile"] = "greedy"
    """How it is used: with all it holds to avoid a shortfall; the same, with no more in a week than that week's inflow
    and ``weekly_share`` of what it held when the week began; or by its ``release``, whether that is needed or not."""
    weekly_share: FigureField | None = None
    """Share of what it holds when a week begins that a weekly budget may use."""
    release: ReleaseEntry | None = None
    """What a daily profile releases."""

    @model_validator(mode="after")
    def _has_a_plan(self) -> ReservoirEntry:
        for name, wanted in (("weekly_share", "weekly-budget"), ("release", "daily-profile")):
            if (getattr(self, name) is not None) != (self.dispatch == wanted):
                raise refuse(f'have {name} where dispatch = "{wanted}", and only there')
        return self


class DemandResponseEntry(AssetEntry):
    """A group of equal demand responses: load put off as a last resort, and served later or lost."""

    power: FigureField
    """Most load the group can put off, power."""
    energy: FigureField
    """Most the group can owe, energy."""
    window: FigureField
    """Time within which all that is owed must be served, from the first that is put off; one value."""
    payback: FigureField | None = None
    """Power at which it can be served, as a share of ``power``; 100 % by default."""
    interest: FigureField | None = None
    """Added in each hour to what is owed, as a share of it; none by default."""


class ReserveEntry(Sourced):
    """An operating reserve that is asked for. It moves nothing: whether it could be kept is reported apart."""

    name: Name
    """Name, unique within the side."""
    power: FigureField | None = None
    """Power asked for; none by default."""
    profile: ProfileEntry = ProfileEntry()
    """Factors by time on the power."""
    largest_unit: FigureField | None = None
    """How many times the largest generator in service is asked for on top, such as "150 %"; none by default."""
    unit_classes: tuple[Name, ...] = ()
    """Asset classes whose generators count as units; all by default."""
    regions: tuple[Name, ...] = ()
    """Regions it is held for, and shared among pro rata to load; all by default."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> ReserveEntry:
        if self.power is None and self.largest_unit is None:
            raise refuse("have a power or a largest_unit, or both")
        return self


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
