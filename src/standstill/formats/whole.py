"""Whole numbers for a format that holds no others: a smaller unit first, rounding only where no unit is small enough.

Rounding is never silent. Knows which amounts a ``.pras`` file holds, and nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.formats.pras_schema import ENERGY_UNITS, FIELDS, FLOWS, GROUPS, NO_LIMIT, POWER_UNITS, UNLIMITED
from standstill.model.system import System
from standstill.units import convert

__all__ = ["in_whole_units"]

Floats = NDArray[np.float64]

_NOISE = 1e-9  # relative; 0.3 MW is 299.99999999999994 kW in binary arithmetic, and whole


def in_whole_units(system: System) -> tuple[System, tuple[str, ...]]:
    """Return a system whose amounts are whole numbers, and in words what that took.

    Parameters
    ----------
    system: System
        Any system; one whose units are not of electric power is returned as it is.

    Returns
    -------
    tuple
        The system and the words. Power and energy are treated apart: each stays in its unit if its amounts are
        whole in it, else moves to the largest smaller unit in which they are, else to the smallest unit in which the
        format can hold them, rounded to whole numbers; then the words say by how much at most. Capacities that the
        format writes as no limit have no part in that.

    Examples
    --------
    >>> from standstill.model.system import Regions
    >>> import datetime as dt
    >>> system = System(name="a", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=1, power_unit="MW",
    ...     energy_unit="MWh", regions=Regions(names=("a",), load=np.array([[2.5]])))
    >>> found, words = in_whole_units(system)
    >>> found.power_unit, float(found.regions.load[0, 0])
    ('kW', 2500.0)
    >>> words
    ('power is in kW, as it is not whole in MW',)
    """
    words: list[str] = []
    for field, units in (("power_unit", POWER_UNITS), ("energy_unit", ENERGY_UNITS)):
        old = getattr(system, field)
        choice = (
            _unit(system, field, [each for each in units if convert(1.0, each, old) <= 1.0]) if old in units else None
        )
        if choice is not None:
            before, system = system, _converted(system, field, choice[0])
            words += _words(before, system, field, choice[1])
    return system, tuple(words)


def _unit(system: System, field: str, units: list[str]) -> tuple[str, bool] | None:
    """Return the largest unit in which amounts are whole, else the smallest that can hold them; and which it is.

    None if no unit can hold them, which the writer refuses.
    """
    old = getattr(system, field)
    values = [array[held] for (_, _, array), held in zip(_amounts(system, field), _held(system, field), strict=True)]
    largest = max((float(array.max()) for array in values if array.size), default=0.0)
    fitting = [unit for unit in units if convert(largest, old, unit) + 0.5 < NO_LIMIT]
    from_large = sorted(fitting, key=lambda unit: convert(1.0, unit, old), reverse=True)
    for unit in from_large:
        factor = convert(1.0, old, unit)
        if all(_is_whole(array * factor) for array in values):
            return unit, True
    return (from_large[-1], False) if from_large else None


def _is_whole(values: Floats) -> bool:
    return bool(np.all(np.abs(values - np.round(values)) <= _NOISE * np.maximum(1.0, np.abs(values))))


def _amounts(system: System, field: str) -> Iterator[tuple[str, str, Floats]]:
    """Yield table, field and values of all amounts in the power unit, or in the energy unit."""
    for group, name in FIELDS.items():
        for key, kind in GROUPS[group].series.values():
            if kind.is_amount and (key == "energy") is (field == "energy_unit"):
                yield name, key, getattr(getattr(system, name), key)


def _held(system: System, field: str) -> Iterator[NDArray[np.bool_]]:
    """Yield for each of the amounts which values the format must hold, and not write as no limit.

    A limit between regions that no flow can reach need not be held where the smallest unit would be too small for it.
    """
    flows = [values.max(axis=1, initial=0.0) for _, key, values in _amounts(system, field) if key in FLOWS]
    smallest = (POWER_UNITS if field == "power_unit" else ENERGY_UNITS)[0]
    reach = max(float(sum(flow.sum() for flow in flows)), convert(NO_LIMIT, smallest, getattr(system, field)))
    for name, key, values in _amounts(system, field):
        bound = min(reach, NO_LIMIT) if name in ("interfaces", "lines") else NO_LIMIT
        yield (values < bound) | (key not in UNLIMITED)


def _converted(system: System, field: str, unit: str) -> System:
    factor = convert(1.0, getattr(system, field), unit)
    tables: dict[str, dict[str, Floats]] = {}
    for name, key, values in _amounts(system, field):
        tables.setdefault(name, {})[key] = np.round(values * factor)
    changed: dict[str, Any] = {name: replace(getattr(system, name), **arrays) for name, arrays in tables.items()}
    changed[field] = unit
    return replace(system, **changed)


def _words(before: System, after: System, field: str, is_whole: bool) -> list[str]:
    old, new = getattr(before, field), getattr(after, field)
    what = field.partition("_")[0]
    if is_whole:
        return [f"{what} is in {new}, as it is not whole in {old}"] if new != old else []
    factor = convert(1.0, old, new)
    most, place = 0.0, ""
    pairs = zip(_amounts(before, field), _amounts(after, field), _held(before, field), strict=True)
    for (name, key, values), (_, _, rounded), held in pairs:
        changes = np.where(held, np.abs(values * factor - rounded), 0.0)
        if changes.size and changes.max() > most:
            row = int(np.argmax(changes.max(axis=1)))
            most, place = float(changes.max()), f"{name}.{key}[{getattr(before, name).names[row]}]"
    return [f"{what} is rounded to whole {new}: no amount changes by more than {most:.2g} {new} ({place})"]
