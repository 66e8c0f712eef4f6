"""The scenario file: its sides, its arms, and what is measured.

Modules named ``tables_...`` hold the tables within a side. The reference page is generated from the docstrings. What
the tables mean together is checked in ``build``.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from standstill.scenario.schema import (
    Amount,
    Count,
    Day,
    Entry,
    Field,
    FigureField,
    FiniteFloat,
    Moment,
    Name,
    Sourced,
    model_validator,
    refuse,
)
from standstill.scenario.tables_assets import (
    AssetEntry,
    DemandResponseEntry,
    GeneratorEntry,
    ReservoirEntry,
    StorageEntry,
)
from standstill.scenario.tables_campaign import CrewsEntry, CurveEntry, SparesEntry, StreamEntry
from standstill.scenario.tables_roster import RosterTable
from standstill.scenario.tables_system import AreasEntry, InterfaceEntry, RegionEntry, ReserveEntry
from standstill.scenario.tables_weather import CommonCauseEntry, OutageWeatherEntry, WeatherEntry

__all__ = [
    "ArmEntry",
    "ComparisonEntry",
    "CriterionEntry",
    "ScenarioEntry",
    "SideEntry",
    "SystemEntry",
    "TermsEntry",
]


class CriterionEntry(Entry):
    """What a winter without grave cuts is."""

    critical_cut_allowed: bool = False
    """Whether critical load may be cut at all."""
    hours_off_per_day: Annotated[FiniteFloat, Field(ge=0, le=24)] = 8.0
    """Most hours off a day on average over sheddable consumers ..."""
    window_h: Annotated[FiniteFloat, Field(gt=0)] = 168.0
    """... in any window of this many hours."""


class SystemEntry(Entry):
    """The form of a side's energy system."""

    name: str
    """Name shown in reports."""
    step: Amount = "1 h"
    """Length of a step, time."""
    power_unit: Literal["kW", "MW", "GW", "TW", "kb/d", "b/d", "Mb/d"] = "MW"
    """Unit in which power is simulated and shown; energy follows."""
    pras: str | None = None
    """A .pras file that holds the whole system instead of the tables below, relative to this file."""


class SideEntry(Sourced):
    """A party, its energy system, the campaign against it, and its repair."""

    name: Name
    """Name shown in reports."""
    caveat: str = ""
    """What the report must say beside this side's number."""
    people: FigureField | None = None
    """People served by sheddable load."""
    unserved_price: FigureField | None = None
    """What unserved energy is counted at, money per energy, such as "2000 EUR/MWh" or "90 USD/b": the value of lost
    load, or the price of a product. Each side may have its own currency; nothing is added up over sides."""
    criterion: CriterionEntry = CriterionEntry()
    """What a winter without grave cuts is."""
    roster: RosterTable | None = None
    """How hours off are shared out among the consumers that may be switched off."""
    system: SystemEntry
    """Form of the energy system."""
    region: tuple[RegionEntry, ...] = ()
    """Regions."""
    areas: AreasEntry | None = None
    """Equal delivery areas around a hub."""
    interface: tuple[InterfaceEntry, ...] = ()
    """What joins regions."""
    generator: tuple[GeneratorEntry, ...] = ()
    """Generators."""
    storage: tuple[StorageEntry, ...] = ()
    """Storages."""
    reservoir: tuple[ReservoirEntry, ...] = ()
    """Reservoirs."""
    demand_response: tuple[DemandResponseEntry, ...] = ()
    """Demand responses."""
    reserve: tuple[ReserveEntry, ...] = ()
    """Operating reserves that are asked for; they add up."""
    weather: WeatherEntry | None = None
    """Weather and the load it drives."""
    common_cause: tuple[CommonCauseEntry, ...] = ()
    """What lowers all generators of a class together."""
    outage_weather: tuple[OutageWeatherEntry, ...] = ()
    """What the weather does to the forced outages of a class."""
    stream: tuple[StreamEntry, ...] = ()
    """Streams of waves against this side."""
    curve: tuple[CurveEntry, ...] = ()
    """Curves of its own; one named as in a curve file takes its place."""
    mapping: dict[str, str] = Field(default_factory=dict)
    """Asset class to name of a curve."""
    hits_while_down: Literal["superpose", "ignore"] = "superpose"
    """What a hit on an asset with an open job does: its own job, or nothing."""
    crews: tuple[CrewsEntry, ...] = ()
    """Repair crews. A class in no pool is repaired without waiting."""
    spares: tuple[SparesEntry, ...] = ()
    """Spares."""

    @model_validator(mode="after")
    def _has_no_idle_region(self) -> SideEntry:
        # here, as a region that is left out for its fault would be missed by what names it
        for region in self.region:
            if region.pickup_time is not None and region.pickup_share is None:
                raise refuse(f"have pickup_time with pickup_share only, also in region {region.name}")
            if self.weather is None and "weather_share" in region.model_fields_set:
                raise refuse(f"have weather where region {region.name} has a weather_share")
        return self

    @property
    def assets(self) -> tuple[AssetEntry, ...]:
        """Groups of assets of every kind."""
        return (*self.generator, *self.storage, *self.reservoir, *self.demand_response)


class TermsEntry(Sourced):
    """An assumed standstill."""

    window: Literal["fixed", "talks", "talks-on-schedule"] = "fixed"
    """When it is in force: between the dates below, or when the talks as reported, or as if never postponed, bring it
    about, within them."""
    start: Moment = Field(alias="from")
    """In force from this time, or not before it."""
    end: Moment = Field(alias="to")
    """No longer in force from this time."""
    classes: Literal["all"] | tuple[str, ...] = "all"
    """Asset classes covered."""
    sides: Literal["all"] | tuple[str, ...] = "all"
    """Sides whose systems are covered."""
    compliance: FigureField | None = None
    """Share of covered attacks withheld; all by default."""
    class_compliance: dict[str, FigureField] = Field(default_factory=dict)
    """Compliance of classes that differ; of covered ones only."""
    withheld: Literal["kept", "lost", "redirected"] = "lost"
    """What withheld weapons do: return to the stock, are used elsewhere, or move to uncovered classes."""
    displacement: FigureField | None = None
    """Share of withheld hits that fall on uncovered classes, where withheld = "redirected" only; 0 by default."""
    exempt_streams: tuple[str, ...] = ()
    """Streams that the terms do not bind."""
    collapse: FigureField | None = None
    """Scale of the hazard rate of collapse, per time; none by default."""
    collapse_shape: FigureField | None = None
    """Weibull shape of that hazard: 1 constant, below 1 falling with age; with ``collapse`` only, 1 by default."""

    @model_validator(mode="after")
    def _is_in_order(self) -> TermsEntry:
        if self.start >= self.end:
            raise refuse('have "from" before "to"')
        return self

    @model_validator(mode="after")
    def _has_nothing_idle(self) -> TermsEntry:
        if self.displacement is not None and self.withheld != "redirected":
            raise refuse('have displacement where withheld = "redirected", and only there')
        if self.collapse_shape is not None and self.collapse is None:
            raise refuse("have collapse_shape with collapse only")
        for name in self.class_compliance if self.classes != "all" else ():
            if name not in self.classes:
                raise refuse(f"have class_compliance of its classes only, and {name} is not one of them")
        return self


class ArmEntry(Entry):
    """One version of the future."""

    name: Name
    """Name."""
    note: str = ""
    """One sentence for the report."""
    terms: TermsEntry | None = None
    """Terms in it, if any."""


class ComparisonEntry(Entry):
    """A claim set beside the model."""

    claim: str
    """Claim id."""
    question: str
    """What is asked of it."""
    readings: Annotated[tuple[tuple[str, str], ...], Field(min_length=1)]
    """Pairs of a reading and what it gives."""


class ScenarioEntry(Entry):
    """A winter, its sides and its arms."""

    name: Name
    """Short name."""
    title: str
    """The question, in one sentence."""
    as_of: Day | None = None
    """Nothing known after this date is used."""
    simulate_from: Moment
    """Start of the simulation."""
    measure_from: Moment
    """Start of the measured window."""
    measure_to: Moment
    """End of the measured window and of the simulation."""
    samples: Count = 10_000
    """Default number of samples."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = 1
    """Default seed."""
    claims: tuple[str, ...] = ()
    """Claims files, relative to this file."""
    curves: tuple[str, ...] = ()
    """Curve files, relative to this file."""
    process: str | None = None
    """File of the talks, relative to this file."""
    unknown: tuple[str, ...] = ()
    """What is not known, for the report's first screen."""
    limits: tuple[str, ...] = ()
    """What the model cannot see, and what was fitted to what."""
    comparison: tuple[ComparisonEntry, ...] = ()
    """Claims set beside the model."""
    side: Annotated[tuple[SideEntry, ...], Field(min_length=1)]
    """Sides, in the order of reports."""
    arm: Annotated[tuple[ArmEntry, ...], Field(min_length=1)]
    """Arms; the first is the baseline."""

    @model_validator(mode="after")
    def _is_in_order(self) -> ScenarioEntry:
        days = {name: getattr(self, name) for name in ("simulate_from", "measure_from", "measure_to")}
        shown = ", ".join(f"{name} = {day}" for name, day in days.items())
        if not self.simulate_from <= self.measure_from < self.measure_to:
            raise refuse(f"have simulate_from <= measure_from < measure_to, got {shown}")
        if any(day.time() != dt.time() for day in days.values()):
            raise refuse(f"begin and end at midnight, got {shown}", "write dates: days and weeks are counted by date")
        return self
