"""Terms: a proposed standstill. Knows nothing of what it is worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from standstill.model.process import Clock
from standstill.model.system import Parameter

__all__ = ["Arm", "Fixed", "Terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A window with a fixed start and end."""

    start: dt.datetime
    """In force from this time."""
    end: dt.datetime
    """No longer in force from this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a standstill covers, how far it is kept, and what becomes of what is withheld."""

    window: Fixed | Clock
    """When it is in force: between dates, or as the process clock has it."""
    classes: tuple[str, ...] | None = None
    """Asset classes covered; None covers all."""
    sides: tuple[str, ...] | None = None
    """Sides whose systems are covered; None covers all."""
    compliance: Parameter = 1.0
    """Share of covered attacks withheld."""
    class_compliance: dict[str, Parameter] = field(default_factory=dict)
    """Compliance where a class differs."""
    withheld: Literal["kept", "lost", "redirected"] = "lost"
    """What withheld weapons do: return to the stock, are used elsewhere, or move to uncovered classes."""
    displacement: Parameter = 0.0
    """Share of withheld hits that fall on uncovered classes instead, when redirected."""
    exempt_streams: tuple[str, ...] = ()
    """Streams the terms do not bind."""
    collapse_per_day: Parameter = 0.0
    """Scale of the hazard rate of collapse, per day."""
    collapse_shape: Parameter = 1.0
    """Weibull shape of that hazard: 1 constant, below 1 falling with age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One version of the future."""

    name: str
    """Name, such as "strikes" or "standstill"."""
    terms: Terms | None = None
    """Terms in it, if any."""
    note: str = ""
    """One sentence for the report."""
