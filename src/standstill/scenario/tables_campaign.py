"""The tables of a campaign and of repair: streams, weapons, curves, crews and spares."""

from __future__ import annotations

from typing import Annotated, Literal

from standstill.scenario.schema import (
    Count,
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

__all__ = [
    "AimEntry",
    "ArrivalEntry",
    "CrewsEntry",
    "CurveEntry",
    "CurveFile",
    "DatesEntry",
    "DeratingEntry",
    "SparesEntry",
    "StateEntry",
    "StockEntry",
    "StreamEntry",
    "TimeEntry",
    "WeaponEntry",
]

Months = Annotated[tuple[FiniteFloat, ...], Field(min_length=12, max_length=12)]


class TimeEntry(Entry):
    """Distribution of a repair time or a lead time, inside a table that names its source."""

    kind: Literal["fixed", "exponential", "lognormal", "geometric"] = "lognormal"
    """Kind."""
    mean: FigureField | None = None
    """Mean, time."""
    sd: FigureField | None = None
    """Standard deviation of a log-normal one given by its mean, time."""
    median: FigureField | None = None
    """Median of a log-normal one, time."""
    sigma: FigureField | None = None
    """Standard deviation of the logarithm of a log-normal one given by its median."""

    @model_validator(mode="after")
    def _is_complete(self) -> TimeEntry:
        given = {name for name in ("mean", "sd", "median", "sigma") if getattr(self, name) is not None}
        allowed = ({"mean", "sd"}, {"median", "sigma"}) if self.kind == "lognormal" else ({"mean"},)
        if given not in allowed:
            raise refuse(f"be given by {' or '.join(' and '.join(sorted(names)) for names in allowed)}")
        return self


class StateEntry(Sourced):
    """A damage state."""

    name: Name
    """slight, moderate, extensive or complete."""
    probability: FigureField
    """Weight of this state given a hit; a curve's are made to sum to 1."""
    condition: FigureField
    """Share of the asset's capability left until repaired."""
    time: TimeEntry
    """Repair time once crew and spare are there."""
    spare: Name | None = None
    """Pool a spare is taken from."""


class CurveEntry(Sourced):
    """What a hit does to an asset."""

    name: Name
    """Name that a mapping refers to."""
    states: Annotated[tuple[StateEntry, ...], Field(min_length=1)]
    """Damage states, lightest first."""


class CurveFile(Entry):
    """A file of curves."""

    curve: tuple[CurveEntry, ...] = ()
    """Curves."""


class StockEntry(Sourced):
    """Weapons on hand, filled by production, also during a pause."""

    initial: FigureField
    """Weapons at the start."""
    per_day: FigureField
    """Production, weapons a day."""
    maximum: FigureField | None = None
    """Most that can be held."""


class WeaponEntry(Sourced):
    """One class of weapon in a wave."""

    name: Name
    """Name, unique within the stream."""
    count: Literal["fixed", "poisson", "negative-binomial"] = "poisson"
    """Distribution of the number launched in a wave."""
    mean: FigureField
    """Mean number in a wave."""
    dispersion: FigureField | None = None
    """k of the negative binomial, and of no other count: variance = mean + mean²/k; 1 by default."""
    interception: FigureField | None = None
    """Probability that one is intercepted, drawn once a winter; 0 by default."""
    hit: FigureField | None = None
    """Probability that one that leaks through hits an asset; 1 by default."""
    stock: StockEntry | None = None
    """Limits what can be launched."""

    @model_validator(mode="after")
    def _has_nothing_idle(self) -> WeaponEntry:
        if self.dispersion is not None and self.count != "negative-binomial":
            raise refuse('have dispersion where count = "negative-binomial", and only there')
        return self


class AimEntry(Sourced):
    """How hits fall on asset classes; within a class every asset is alike."""

    weights: dict[str, FigureField]
    """Weight of each asset class."""


class DeratingEntry(Sourced):
    """Protective reduction of a class after an attack on another."""

    asset_class: Name = Field(alias="class")
    """Class that is reduced."""
    after: Name
    """Class an attack on which brings it about."""
    condition: FigureField
    """Share of capability left meanwhile."""
    time: TimeEntry
    """How long."""


class DatesEntry(Sourced):
    """Explicit times of waves."""

    at: Annotated[tuple[Moment, ...], Field(min_length=1)] = ()
    """Times."""
    file: str | None = None
    """Or a log of waves, relative to this file: a CSV with the column ``time`` and perhaps ``stream``. Waves outside
    the simulation are not used."""
    stream: str | None = None
    """Stream of the log; all its waves by default."""
    thinning: FigureField | None = None
    """Probability that each is left out, to replay a log with fewer waves; 0 by default."""

    @model_validator(mode="after")
    def _has_one_source(self) -> DatesEntry:
        if bool(self.at) == (self.file is not None):
            raise refuse("have either at or file")
        if self.stream is not None and self.file is None:
            raise refuse("have stream with file only")
        return self


class StreamEntry(Sourced):
    """A process of waves."""

    name: Name
    """Name, unique within the side."""
    times: Literal["poisson", "gamma", "hawkes", "dated"]
    """Process of wave times; in a hawkes stream waves bring about others."""
    rate: FigureField | None = None
    """Waves per time where the month's factor is 1, of a hawkes stream those that no other brought about; not for a
    dated stream."""
    shape: FigureField | None = None
    """Shape of the gaps of a gamma stream, and of no other; above 1 is more regular. 1 by default."""
    branching: FigureField | None = None
    """Waves that each wave of a hawkes stream brings about on average, below 1."""
    decay: FigureField | None = None
    """How fast that wears off, per time: each follows after an exponential time of mean 1 / decay."""
    month_factor: Months = (1.0,) * 12
    """Seasonal modulation, January to December; not for a dated stream."""
    dates: DatesEntry | None = None
    """Times of a dated stream."""
    active_from: Moment | None = None
    """No wave before this time."""
    active_to: Moment | None = None
    """No wave from this time on."""
    weapon: Annotated[tuple[WeaponEntry, ...], Field(min_length=1)]
    """What a wave launches."""
    aim: AimEntry
    """What its hits fall on, by class."""
    derating: tuple[DeratingEntry, ...] = ()
    """Protective reductions that a wave brings about."""

    @model_validator(mode="after")
    def _has_times(self) -> StreamEntry:
        wanted, other = ("dates", "rate") if self.times == "dated" else ("rate", "dates")
        if getattr(self, wanted) is None or getattr(self, other) is not None:
            raise refuse(f"have {wanted}, not {other}, where times = {self.times!r}")
        for name in ("branching", "decay"):
            if (getattr(self, name) is not None) != (self.times == "hawkes"):
                raise refuse(f'have {name} where times = "hawkes", and only there')
        if self.shape is not None and self.times != "gamma":
            raise refuse('have shape where times = "gamma", and only there')
        if self.times == "dated" and "month_factor" in self.model_fields_set:
            raise refuse('have no month_factor where times = "dated"')
        if any(factor < 0 for factor in self.month_factor):
            raise refuse("have no negative month_factor")
        if self.active_from and self.active_to and self.active_from >= self.active_to:
            raise refuse("have active_from before active_to")
        return self


class CrewsEntry(Sourced):
    """Crews that repair some asset classes, one job each at a time."""

    name: Name
    """Name, unique within the side."""
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    """Asset classes."""
    count: FigureField
    """Number of crews."""
    order: Literal["first-come", "largest-first", "shortest-first"] = "first-come"
    """Which waiting job starts next."""


class ArrivalEntry(Entry):
    """A dated delivery of spares."""

    at: Moment
    """When."""
    count: Count
    """How many."""


class SparesEntry(Sourced):
    """Spares of one kind."""

    name: Name
    """Name that damage states refer to."""
    initial: FigureField
    """Spares on hand at the start."""
    arrivals: tuple[ArrivalEntry, ...] = ()
    """Dated deliveries."""
    lead: TimeEntry | None = None
    """Lead time of a replacement ordered with each use; none means none this winter."""
