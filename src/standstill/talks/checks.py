"""What the models of enforcement ask of their inputs: finite numbers, probabilities, discounts, sides that match.

Each check notes a fault and goes on, so that a user sees all of them at once. Knows nothing of games.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real

from standstill.errors import Faults

__all__ = ["check_discount", "check_number", "check_probability", "check_sides"]

DISCOUNT = "the weight of the next step relative to the present one: 0 counts nothing ahead, near 1 counts it in full"


def check_number(
    faults: Faults,
    place: str,
    value: object,
    *,
    at_least: float | None = None,
    above: float | None = None,
    whole: bool = False,
    hint: str = "",
) -> bool:
    """Note a fault unless ``value`` is a finite number within its bounds; return whether it is."""
    kind = "whole number" if whole else "finite number"
    bound = f" >= {at_least:g}" if at_least is not None else f" above {above:g}" if above is not None else ""
    number = _as_float(value)
    good = (
        math.isfinite(number)
        and (not whole or number == int(number))
        and (at_least is None or number >= at_least)
        and (above is None or number > above)
    )
    if not good:
        faults.add(place, f"be a {kind}{bound}", value, hint)
    return good


def check_probability(faults: Faults, place: str, value: object) -> None:
    """Note a fault unless ``value`` is a probability."""
    if not 0.0 <= _as_float(value) <= 1.0:
        faults.add(place, "be a probability from 0 to 1", value)


def check_discount(faults: Faults, value: object, place: str = "discount") -> None:
    """Note a fault unless ``value`` is a discount: at least 0 and below 1."""
    if not 0.0 <= _as_float(value) < 1.0:
        faults.add(place, "be at least 0 and below 1", value, f"a discount is {DISCOUNT}")


def _as_float(value: object) -> float:
    """Return a number as it is, and not a number for all else: a truth value or a text is no number here."""
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan


def check_sides(faults: Faults, names: Sequence[str], *, count: int | None = None) -> None:
    """Note a fault unless there are sides, as many as asked for, each with a name of its own."""
    if count is not None and len(names) != count:
        faults.add("sides", f"be {count} sides", len(names))
    elif not names:
        faults.add("sides", "be at least one side")
    if len(set(names)) != len(names):
        faults.add("sides", "have a name each, and no name twice", list(names))
