"""A scenario: the sides, the arms compared, and what is measured when. Everything downstream reads this record."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from standstill.evidence.register import Register
from standstill.model.campaign import Campaign
from standstill.model.repair import Repair
from standstill.model.system import Parameter, System
from standstill.model.terms import Arm
from standstill.model.weather import Weather

__all__ = ["Criterion", "Scenario", "Side"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What "getting through" the winter means."""

    critical_cut_allowed: bool = False
    """Whether critical load may be cut at all."""
    hours_off_per_day: float = 8.0
    """Most hours off a day on average over sheddable consumers ..."""
    window_h: float = 168.0
    """... in any window of this many hours."""


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
    criterion: Criterion = field(default_factory=Criterion)
    """What getting through means for it."""
    people: Parameter = 0.0
    """People served by sheddable load, for the planning table; 0 if not stated."""
    caveat: str = ""
    """What the report must say beside this side's number."""


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
    source: str = ""
    """The text the scenario was built from, for its identity."""

    @property
    def id(self) -> str:
        """Identity of the scenario's content: 16 hex digits."""
        return hashlib.blake2b(self.source.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A claim set beside what the model has, such as "half of capacity out" beside the totals it may mean."""

    claim: str
    """Claim id."""
    question: str
    """What is asked of it."""
    readings: tuple[tuple[str, str], ...]
    """(reading, what it gives)."""
