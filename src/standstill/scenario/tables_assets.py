"""The tables of groups of assets: generators, storages, reservoirs, demand responses, and what is planned for them."""

from __future__ import annotations

from typing import Annotated, Literal

from standstill.scenario.schema import (
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
from standstill.scenario.tables_system import ProfileEntry, check_outages

__all__ = [
    "AssetEntry",
    "DemandResponseEntry",
    "DeratedEntry",
    "GeneratorEntry",
    "OutageEntry",
    "RampEntry",
    "ReleaseEntry",
    "ReservoirEntry",
    "StorageEntry",
]

Months = Annotated[tuple[FiniteFloat, ...], Field(min_length=12, max_length=12)]
Factors = Annotated[tuple[tuple[FiniteFloat, Annotated[FiniteFloat, Field(ge=0)]], ...], Field(min_length=1)]


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

    @model_validator(mode="after")
    def _has_outages(self) -> AssetEntry:
        check_outages(self)
        return self


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
