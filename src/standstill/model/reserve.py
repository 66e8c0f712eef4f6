"""Operating reserve: what a system is asked to hold back beyond its load, so that it can lose a unit and go on.

Knows what is asked for and where, and nothing of what there is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Faults, repeated
from standstill.evidence.figure import Figure
from standstill.units import LARGEST

__all__ = ["Reserves"]

Parameter = float | Figure
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reserves:
    """Reserves that are asked for, one row each; they add up. None by default, which is what no row says.

    Raises
    ------
    InputError
        If a power is negative, a row asks for nothing, or a name comes twice; every fault is listed.

    Notes
    -----
    What a row asks for in a step is ``power`` plus ``largest_unit`` times the largest generator in service: the largest
    product of capacity and availability in its regions. It is allotted to its regions pro rata to their load in the
    step, and equally where none of them has any. A reserve moves nothing: what is unserved stays as it is.

    Examples
    --------
    >>> reserves = Reserves(names=("contingency", "regulation"), power=[[0.0], [50.0]], largest_unit=(1.0, 0.0))
    >>> len(reserves), reserves.regions
    (2, ((), ()))
    >>> Reserves(names=("spinning",), power=[[0.0]])
    Traceback (most recent call last):
        ...
    standstill.errors.InputError: 1 fault in reserves
      reserves[spinning]: must ask for a power or for the largest unit
    """

    names: tuple[str, ...] = ()
    """Unique names, (n_reserves,)."""
    power: Floats = ()  # type: ignore[assignment]  # becomes an array below
    """Power asked for, (n_reserves, 1 or n_steps), power_unit, >= 0; default 0."""
    power_scale: tuple[Parameter, ...] = ()
    """Factor on ``power``; default 1."""
    largest_unit: tuple[float, ...] = ()
    """How many times the largest generator in service is asked for on top, >= 0; default 0."""
    unit_classes: tuple[tuple[str, ...], ...] = ()
    """Asset classes whose generators count as units, so that one row for many small plants can be left out; empty, the
    default: all."""
    regions: tuple[tuple[int, ...], ...] = ()
    """Indices of the regions that each is held for; empty, the default: all."""

    def __post_init__(self) -> None:
        count = len(self.names)
        faults = Faults(source="reserves")
        if not np.size(self.power):
            object.__setattr__(self, "power", np.zeros((count, 1)))
        freeze(self, "power", count, "n_columns")
        defaults: dict[str, Any] = {"power_scale": 1.0, "largest_unit": 0.0, "unit_classes": (), "regions": ()}
        for name, value in defaults.items():
            given = tuple(getattr(self, name)) or (value,) * count
            if len(given) != count:
                faults.add(f"reserves.{name}", f"have {count} entries", len(given))
                given = (value,) * count
            object.__setattr__(self, name, given)
        if len(set(self.names)) != count:
            faults.add("reserves.names", "be unique", repeated(self.names))
        for row, name in enumerate(self.names):
            self._check(row, f"reserves[{name}]", faults)
        faults.raise_if_any()

    def _check(self, row: int, place: str, faults: Faults) -> None:
        power, times = self.power[row], self.largest_unit[row]
        if power.min(initial=0.0) < 0.0:
            faults.add(f"{place}.power", "be >= 0", float(power.min()))
        if power.max(initial=0.0) > LARGEST:
            faults.add(f"{place}.power", f"be at most {LARGEST:g}", float(power.max()))
        if not (math.isfinite(times) and times >= 0.0):
            faults.add(f"{place}.largest_unit", "be a finite number >= 0", times)
        elif times == 0.0 and not power.any():
            faults.add(place, "ask for a power or for the largest unit")
        scale = self.power_scale[row]
        if not isinstance(scale, Figure) and not (math.isfinite(scale) and scale >= 0.0):
            faults.add(f"{place}.power_scale", "be a finite number >= 0", scale)
        if len(set(self.regions[row])) != len(self.regions[row]):
            faults.add(f"{place}.regions", "name each region once", self.regions[row])

    def __len__(self) -> int:
        """Return the number of reserves."""
        return len(self.names)

    def __reduce__(self) -> Any:
        """Pickle through the constructor, so that arrays stay read-only."""
        return rebuild(self)
