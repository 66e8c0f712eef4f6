"""The campaign against a side: streams of waves, weapons, where hits fall by class, and what a hit does.

Hits are exchangeable within an asset class. Nothing here names, places or ranks an asset. Knows nothing of terms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from standstill.model.repair import RepairTime
from standstill.model.system import Parameter

__all__ = [
    "MAX_BRANCHING",
    "MAX_MEAN_WEAPONS",
    "Campaign",
    "Curve",
    "DamageState",
    "Derating",
    "Stock",
    "Stream",
    "Weapon",
]

MAX_BRANCHING = 0.95
"""Most waves that a wave may bring about on average; from 1 on there would be no end of them."""

MAX_MEAN_WEAPONS = 500
"""Most weapons of one class that a wave may have on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Weapons on hand. Production fills it day by day, so a pause fills it too."""

    initial: Parameter
    """Weapons at the start."""
    per_day: Parameter
    """Production, weapons per day."""
    maximum: Parameter = 1e9
    """Most that can be held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """One class of weapon in a wave of a stream."""

    name: str
    """Name, unique within the stream."""
    count: Literal["fixed", "poisson", "negative-binomial"]
    """Distribution of the number launched in a wave."""
    mean: Parameter
    """Mean number per wave; a fixed number is rounded to the nearest whole."""
    dispersion: Parameter = 1.0
    """k of the negative binomial: variance = mean + mean²/k."""
    interception: Parameter = 0.0
    """Probability that a weapon is intercepted, one value per winter."""
    hit: Parameter = 1.0
    """Probability that a weapon that leaks through hits an asset."""
    stock: Stock | None = None
    """Limits what can be launched, if given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derating:
    """Protective reduction of a class after an attack on another class, such as units reduced after grid damage."""

    asset_class: str
    """Class that is reduced."""
    after: str
    """Class an attack on which brings it about."""
    condition: Parameter
    """Share of capability left meanwhile, 0..1."""
    duration: RepairTime
    """How long, without crews or spares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A process of waves."""

    name: str
    """Name, unique within the campaign."""
    times: Literal["poisson", "gamma", "hawkes", "dated"]
    """Process of wave times: Poisson, gamma renewal, Poisson with waves that bring about others, or the dated list."""
    rate_per_day: Parameter = 0.0
    """Waves per day where the month's factor is 1; of a hawkes stream those that no other wave brought about."""
    shape: Parameter = 1.0
    """Shape of the gamma gaps; 1 is Poisson, more is more regular."""
    branching: Parameter = 0.0
    """Waves that each wave of a hawkes stream brings about on average, 0 to below 1."""
    decay_per_day: Parameter = 1.0
    """Rate at which that wears off: each follows after an exponential time of mean 1 / decay."""
    month_factor: tuple[float, ...] = (1.0,) * 12
    """Seasonal modulation, January to December; what a wave brings about follows it whatever the month."""
    dates: tuple[dt.datetime, ...] = ()
    """Explicit wave times of a dated stream."""
    thinning: Parameter = 0.0
    """Probability that a dated wave is left out: a log replayed with fewer waves."""
    active_from: dt.datetime | None = None
    """No wave before this time."""
    active_to: dt.datetime | None = None
    """No wave from this time on."""
    weapons: tuple[Weapon, ...]
    """What a wave launches."""
    aim: dict[str, Parameter] = field(default_factory=dict)
    """Weight of each asset class among hits; within a class every asset is alike."""
    deratings: tuple[Derating, ...] = ()
    """Protective reductions a wave brings about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageState:
    """One damage state of a curve."""

    name: str
    """slight, moderate, extensive or complete."""
    probability: Parameter
    """Probability of this state given a hit; a curve's are normalised to 1."""
    condition: Parameter
    """Share of the asset's capability left until repaired, 0..1."""
    time: RepairTime
    """Repair time once crew and spare are there."""
    spare: str | None = None
    """Pool a spare is taken from, if the repair needs one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What a hit does to an asset of the classes mapped to this curve."""

    name: str
    """Name in the curve set."""
    states: tuple[DamageState, ...]
    """Damage states, lightest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """All streams against one side, and the curves their hits use."""

    streams: tuple[Stream, ...] = ()
    """Streams of waves."""
    curves: tuple[Curve, ...] = ()
    """The curve set."""
    mapping: dict[str, str] = field(default_factory=dict)
    """Asset class -> name of its curve."""
    hits_while_down: Literal["superpose", "ignore"] = "superpose"
    """What a hit on an asset with an open job does: its own job, or nothing."""
