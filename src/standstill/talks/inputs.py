"""What the models of bargaining and mediation ask of their inputs: numbers within bounds, alone or one for each side.

Each question notes a fault and goes on, so that a user sees all of them at once. Knows no particular model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real

from standstill.errors import Faults

__all__ = ["Inputs", "Pair"]

Pair = tuple[float, float]
"""One number for each side, in the order of the sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Collects what is wrong with the inputs of one model.

    Examples
    --------
    >>> inputs = Inputs(faults=Faults(source="model B1"), sides=("North", "South"))
    >>> inputs.pair("patience", (0.9, 1.2), at_least=0, below=1)
    False
    >>> print(inputs.faults.items[0])
    patience.South: must be a number >= 0 and < 1, got 1.2
    """

    faults: Faults
    """Faults found so far."""
    sides: tuple[str, str]
    """Names of the sides, for the places of faults."""

    def number(
        self,
        name: str,
        value: object,
        *,
        at_least: float | None = None,
        above: float | None = None,
        at_most: float | None = None,
        below: float | None = None,
        hint: str = "",
    ) -> bool:
        """Note a fault unless ``value`` is a finite number within its bounds; return whether it is."""
        bounds = ((">=", at_least), (">", above), ("<=", at_most), ("<", below))
        rule = " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)
        good = False
        if isinstance(value, Real) and not isinstance(value, bool):
            number = float(value)
            good = (
                math.isfinite(number)
                and (at_least is None or number >= at_least)
                and (above is None or number > above)
                and (at_most is None or number <= at_most)
                and (below is None or number < below)
            )
        if not good:
            self.faults.add(name, f"be a number {rule}" if rule else "be a finite number", value, hint)
        return good

    def pair(
        self,
        name: str,
        values: object,
        *,
        at_least: float | None = None,
        above: float | None = None,
        at_most: float | None = None,
        below: float | None = None,
        hint: str = "",
    ) -> bool:
        """Note a fault unless ``values`` are two finite numbers within bounds; return whether they are."""
        if not isinstance(values, tuple) or len(values) != 2:
            self.faults.add(name, "be two numbers, one for each side", values)
            return False
        good = [
            self.number(
                f"{name}.{side}", value, at_least=at_least, above=above, at_most=at_most, below=below, hint=hint
            )
            for side, value in zip(self.sides, values, strict=True)
        ]
        return all(good)

    def one_of(self, name: str, value: object, options: tuple[str, ...]) -> bool:
        """Note a fault unless ``value`` is one of some words; return whether it is."""
        if value not in options:
            self.faults.add(name, f"be one of {', '.join(map(repr, options))}", value)
        return value in options

    def hold(self, holds: bool, name: str, must: str, got: object, hint: str = "") -> None:
        """Note a fault unless ``holds``; for what must hold between inputs that are each good."""
        if not holds:
            self.faults.add(name, must, got, hint)
