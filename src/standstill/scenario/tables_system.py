"""The tables of an energy system: regions, areas, interfaces, series and reserves."""

from __future__ import annotations

from typing import Annotated, Any

from standstill.scenario.schema import (
    Entry,
    Field,
    FigureField,
    FiniteFloat,
    Members,
    Name,
    Sourced,
    model_validator,
    refuse,
)

__all__ = [
    "AreasEntry",
    "InterfaceEntry",
    "ProfileEntry",
    "RegionEntry",
    "ReserveEntry",
    "SeriesEntry",
    "check_outages",
]

Weekdays = Annotated[tuple[FiniteFloat, ...], Field(min_length=7, max_length=7)]
Months = Annotated[tuple[FiniteFloat, ...], Field(min_length=12, max_length=12)]
Series = Annotated[tuple[FiniteFloat, ...], Field(min_length=1)]
Factors = Annotated[tuple[tuple[FiniteFloat, Annotated[FiniteFloat, Field(ge=0)]], ...], Field(min_length=1)]


def check_outages(entry: Any) -> None:
    """Refuse a time to repair outages that never come."""
    if entry.mttr is not None and entry.forced_outage_rate is None:
        raise refuse("have mttr with forced_outage_rate only")


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
    """Mean time after which it is asked for again; with ``pickup_share`` only, 4 h by default."""
    weather_share: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.0
    """Share of the weather-driven load that is here; only where the side has ``weather``."""


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
    """Mean time after which it is asked for again; with ``pickup_share`` only, 4 h by default."""
    forced_outage_rate: FigureField | None = None
    """Share of time a substation is out for reasons other than strikes."""
    mttr: FigureField | None = None
    """Mean time to repair such an outage."""

    @model_validator(mode="after")
    def _has_nothing_idle(self) -> AreasEntry:
        if self.pickup_time is not None and self.pickup_share is None:
            raise refuse("have pickup_time with pickup_share only")
        check_outages(self)
        return self


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
    """Asset class of the lines; with ``lines`` only, as are the two keys below."""
    forced_outage_rate: FigureField | None = None
    """Share of time a line is out for reasons other than strikes."""
    mttr: FigureField | None = None
    """Mean time to repair such an outage."""

    @model_validator(mode="after")
    def _has_nothing_idle(self) -> InterfaceEntry:
        of_lines = {"class": "asset_class", "forced_outage_rate": "forced_outage_rate", "mttr": "mttr"}
        for key, name in of_lines.items():
            if not self.lines and name in self.model_fields_set:
                raise refuse(f"have {key} with lines only", "write how many lines it has: lines = 2")
        check_outages(self)
        return self


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
