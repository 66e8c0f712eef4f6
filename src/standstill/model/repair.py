"""Repair: how long a job takes, and what it waits for. Knows nothing of what caused a job."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from standstill.model.system import Parameter

__all__ = ["CrewPool", "Repair", "RepairTime", "SparePool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairTime:
    """Distribution of a repair time, days."""

    kind: Literal["fixed", "exponential", "lognormal", "geometric"]
    """fixed and exponential take the mean; lognormal the median; geometric the mean in whole days >= 1."""
    days: Parameter
    """Mean (fixed, exponential, geometric) or median (lognormal), days."""
    sigma: Parameter = 0.0
    """Standard deviation of the logarithm, lognormal only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewPool:
    """Crews that work on jobs of some asset classes, one job each at a time."""

    name: str
    """Name, unique within the side."""
    classes: tuple[str, ...]
    """Asset classes this pool repairs."""
    crews: Parameter
    """Number of crews, rounded to the nearest whole, at least 1."""
    order: Literal["first-come", "largest-first", "shortest-first"] = "first-come"
    """Which waiting job starts next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparePool:
    """Spares of one kind: a finite stock, dated arrivals and, if given, a restock lead time."""

    name: str
    """Name that damage states refer to."""
    initial: Parameter
    """Spares on hand at the start, rounded to the nearest whole."""
    arrivals: tuple[tuple[dt.datetime, int], ...] = ()
    """Dated deliveries: when and how many."""
    lead: RepairTime | None = None
    """Lead time of a replacement ordered with each use; none within the winter by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Crews and spares of one side. A class in no pool is repaired without waiting for a crew."""

    crews: tuple[CrewPool, ...] = ()
    """Crew pools."""
    spares: tuple[SparePool, ...] = ()
    """Spare pools."""
