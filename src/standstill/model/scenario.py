"""A scenario: the sides, the arms compared, and what is measured when. Everything downstream reads this record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from standstill.errors import Faults
from standstill.evidence.register import Register
from standstill.model.campaign import Campaign
from standstill.model.cause import CommonCause
from standstill.model.identity import identity
from standstill.model.outage_weather import OutageWeather
from standstill.model.repair import Repair
from standstill.model.roster import Roster
from standstill.model.system import Parameter, System
from standstill.model.talks import Talks
from standstill.model.terms import Arm
from standstill.model.weather import Weather

__all__ = ["FIGURE", "Comparison", "Criterion", "Price", "Scenario", "Side"]

FIGURE = r"\{([^{}/]+)/([^{}/]+)/([a-z_]+(?::\d{4}-\d{2})?)\}"
"""Pattern of what stands for a range of the model in a text: {arm/side/measure}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a winter without grave cuts is."""

    critical_cut_allowed: bool = False
    """Whether critical load may be cut at all."""
    hours_off_per_day: float = 8.0
    """Most hours off a day on average over sheddable consumers ..."""
    window_h: float = 168.0
    """... in any window of this many hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a unit of unserved energy is counted at: the value of lost load, or the price of a product."""

    amount: Parameter
    """Money per energy_unit of the side's system, >= 0."""
    currency: str
    """Its currency, three capital letters; currencies are neither converted nor added up."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """A party and its energy system."""

    name: str
    """Name shown in reports, in the configured order."""
    system: System
    """Its energy system."""
    campaign: Campaign = field(default_factory=Campaign)
    """The campaign against it."""
    repair: Repair = field(default_factory=Repair)
    """Its crews and spares."""
    weather: Weather | None = None
    """Drives its load, if given."""
    common_causes: tuple[CommonCause, ...] = ()
    """What lowers all generators of a class together; at most one for a class."""
    outage_weather: tuple[OutageWeather, ...] = ()
    """What the weather does to the forced outages of a class; at most one for a class."""
    criterion: Criterion = field(default_factory=Criterion)
    """What a winter without grave cuts is for it."""
    roster: Roster | None = None
    """How hours off are shared out among its consumers, if stated."""
    people: Parameter = 0.0
    """People served by sheddable load, for the planning table; 0 if not stated."""
    price: Price | None = None
    """What unserved energy is counted at in money, if stated."""
    caveat: str = ""
    """What the report must say beside this side's number."""

    def __post_init__(self) -> None:
        years = self.weather.years if self.weather else None
        per_day = max(1, round(24.0 / self.system.step_h))
        days = -(-self.system.n_steps // per_day)
        if years is not None and years.shape[1] < days:
            faults = Faults(source=f"side {self.name!r}")
            faults.add(
                "weather.years", f"have {days} temperatures a year, one for each simulated day", years.shape[1],
                "a year of weather is read from the first simulated day on",
            )  # fmt: skip
            faults.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """A winter, its sides and its arms."""

    name: str
    """Short name."""
    title: str
    """The question, one sentence."""
    sides: tuple[Side, ...]
    """Sides in the configured order."""
    arms: tuple[Arm, ...]
    """Arms; the first is the baseline of worth."""
    simulate_from: dt.datetime
    """Start of the simulation; every side's system starts here."""
    measure_from: dt.datetime
    """Start of the measured window."""
    measure_to: dt.datetime
    """End of the measured window."""
    as_of: dt.date | None = None
    """Nothing known after this date is used."""
    register: Register | None = None
    """Every figure and claim behind the scenario."""
    samples: int = 10_000
    """Default number of samples."""
    seed: int = 1
    """Default seed."""
    unknown: tuple[str, ...] = ()
    """What is not known, for the report's first screen."""
    limits: tuple[str, ...] = ()
    """What the model cannot see."""
    comparisons: tuple[Comparison, ...] = ()
    """Claims set beside the model."""
    talks: Talks | None = None
    """The talks, if the scenario has any."""
    settings: tuple[str, ...] = ()
    """What the user set on top of the scenario's file, each "PATH=VALUE"."""

    @property
    def id(self) -> str:
        """Identity of what is simulated, 16 hex digits: a digest of the records, however they were made.

        ``identity`` says which words it leaves out.
        """
        return identity(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A claim set beside what the model has, such as "half of capacity out" beside the totals it may mean."""

    claim: str
    """Claim id."""
    question: str
    """What is asked of it."""
    readings: tuple[tuple[str, str], ...]
    """(reading, what it gives); in both, ``FIGURE`` stands for a range of the model's own."""
