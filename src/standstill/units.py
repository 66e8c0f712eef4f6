"""Units at the border: the only place that knows unit strings.

Inside, numbers are in a system's own ``power_unit`` and ``energy_unit``, hours, days and degrees Celsius, said by the
suffix of a name. A unit string is read or written here, in scenario files and in reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "LARGEST",
    "Quantity",
    "convert",
    "count_text",
    "currency_of",
    "dimension",
    "energy_unit_of",
    "is_currency",
    "parse_quantity",
    "sized",
]

# dimension -> unit -> factor to the dimension's first unit
_TABLE: dict[str, dict[str, float]] = {
    "power": {"MW": 1.0, "kW": 1e-3, "GW": 1e3, "TW": 1e6},
    "energy": {"MWh": 1.0, "kWh": 1e-3, "GWh": 1e3, "TWh": 1e6},
    "oil flow": {"kb/d": 1.0, "b/d": 1e-3, "Mb/d": 1e3},
    "oil": {"kb": 1.0, "b": 1e-3, "Mb": 1e3},
    "time": {"h": 1.0, "min": 1 / 60, "s": 1 / 3600, "sec": 1 / 3600, "d": 24.0, "week": 168.0, "month": 730.5},
    "rate": {"per day": 1.0, "per hour": 24.0, "per week": 1 / 7, "per month": 24 / 730.5, "per winter": 1 / 182},
    "share": {"": 1.0, "1": 1.0, "%": 0.01},
    "temperature": {"C": 1.0, "°C": 1.0},
    "power per degree": {
        f"{unit}/{degree}": factor
        for degree in ("C", "°C")
        for unit, factor in {"MW": 1.0, "kW": 1e-3, "GW": 1e3, "TW": 1e6}.items()
    },
    "energy per day": {"MWh/d": 1.0, "GWh/d": 1e3},
    "count": {"count": 1.0, "weapons": 1.0, "crews": 1.0, "spares": 1.0},
    "people": {"people": 1.0, "million people": 1e6},
    "weapons per time": {"weapons/d": 1.0},
}
LARGEST = 1e15
"""Largest number believed, and one over it the smallest: what is beyond is a slip, and sums and squares go wrong."""
# "5" of anything: fits whatever is counted, though crews are no people
_BARE = "count"
_DIMENSION = {unit: name for name, units in _TABLE.items() for unit in units}
_ENERGY_OF = {"kW": "kWh", "MW": "MWh", "GW": "GWh", "TW": "TWh", "kb/d": "kb", "b/d": "b", "Mb/d": "Mb"}
# dimension -> (unit, as a reader sees it), smallest first
_SIZES = {
    "energy": (("kWh", "kWh"), ("MWh", "MWh"), ("GWh", "GWh"), ("TWh", "TWh")),
    "power": (("kW", "kW"), ("MW", "MW"), ("GW", "GW"), ("TW", "TW")),
    "oil": (("b", "barrels"), ("kb", "thousand barrels"), ("Mb", "million barrels")),
    "oil flow": (("b/d", "barrels a day"), ("kb/d", "thousand barrels a day"), ("Mb/d", "million barrels a day")),
}
# hours of one power unit that make one energy unit
_HOURS_PER_PERIOD = {"power": 1.0, "oil flow": 24.0}
# a code such as ISO 4217 gives, and a price in it: "EUR/MWh"; currencies are not converted into each other
_CURRENCY = re.compile(r"[A-Z]{3}")
_PRICE = re.compile(r"([A-Z]{3})/(\w+)")
_PATTERN = re.compile(r"^\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as a user wrote it."""

    value: float
    unit: str


def parse_quantity(text: str) -> Quantity:
    """Read "220 MW" into a value and a unit.

    Raises
    ------
    ValueError
        If the text is not a finite number, neither absurdly large nor small, followed by a known unit.

    Examples
    --------
    >>> parse_quantity("220 MW")
    Quantity(value=220.0, unit='MW')
    """
    match = _PATTERN.match(text)
    if match is None:
        raise ValueError(f'must be a number with a unit, such as "220 MW", got {text!r}')
    value, unit = float(match[1].replace("_", "")), match[2]
    if unit not in _DIMENSION and not currency_of(unit):
        raise ValueError(f"must have a known unit, got {unit!r}")
    if abs(value) == float("inf"):
        raise ValueError(f"must be finite, got {text!r}")
    if value and not 1.0 / LARGEST <= abs(value) <= LARGEST:
        raise ValueError(f"must be 0, or from {1.0 / LARGEST:g} to {LARGEST:g} in size, got {text!r}")
    return Quantity(value, unit)


def dimension(unit: str) -> str:
    """Return the dimension of a unit, for example "power" for "GW".

    Raises
    ------
    ValueError
        If the unit is unknown.
    """
    if currency := currency_of(unit):
        return f"{currency} per {_DIMENSION[unit.partition('/')[2]]}"
    try:
        return _DIMENSION[unit]
    except KeyError:
        raise ValueError(f"must be a known unit, got {unit!r}") from None


def is_currency(unit: str) -> bool:
    """Return whether a unit is money: three capital letters, such as "EUR"."""
    return _CURRENCY.fullmatch(unit) is not None


def currency_of(unit: str) -> str:
    """Return the currency of a price of energy or oil; nothing if it is none.

    Examples
    --------
    >>> currency_of("EUR/MWh"), currency_of("USD/b"), currency_of("MWh")
    ('EUR', 'USD', '')
    """
    match = _PRICE.fullmatch(unit)
    return match[1] if match and _DIMENSION.get(match[2]) in ("energy", "oil") else ""


def convert(value: float, unit: str, to: str) -> float:
    """Return ``value`` in another unit of the same dimension; a bare "count" also goes with people.

    Raises
    ------
    ValueError
        If the units are not of one dimension.

    Examples
    --------
    >>> convert(1.7, "GW", "MW"), convert(3.2, "EUR/kWh", "EUR/MWh")
    (1700.0, 3200.0)
    >>> convert(4.0, "million people", "crews")
    Traceback (most recent call last):
        ...
    ValueError: must be a unit of count such as 'crews', got 'million people'
    """
    ours, theirs = dimension(unit), dimension(to)
    is_counted = {ours, theirs} == {_BARE, "people"} and _BARE in (unit, to)
    if ours != theirs and not is_counted:
        raise ValueError(f"must be a unit of {theirs} such as {to!r}, got {unit!r}")
    if currency_of(unit):
        # per MWh: the unit's factor divides
        return value * _factor(to.partition("/")[2]) / _factor(unit.partition("/")[2])
    return value * _TABLE[ours][unit] / _TABLE[theirs][to]


def sized(unit: str, largest: float) -> tuple[float, str]:
    """Return what to multiply numbers with, and the unit as a reader sees it, to bring the largest from 1 to 1000.

    A unit that comes in no sizes stays as it is.

    Examples
    --------
    >>> sized("GWh", 14_797.0), sized("kb", 53.0), sized("kb", 0.0), sized("h", 3_000.0)
    ((0.001, 'TWh'), (1.0, 'thousand barrels'), (1.0, 'thousand barrels'), (1.0, 'h'))
    """
    sizes = _SIZES.get(_DIMENSION.get(unit, ""), ())
    if not sizes:
        return 1.0, unit
    fitting = [size for size in sizes if convert(abs(largest), unit, size[0]) >= 1.0]
    same = next((size for size in sizes if size[0] == unit), sizes[0])
    to, written = fitting[-1] if fitting else same if largest == 0.0 else sizes[0]
    return convert(1.0, unit, to), written


def _factor(unit: str) -> float:
    return _TABLE[_DIMENSION[unit]][unit]


def energy_unit_of(power_unit: str) -> str:
    """Return the energy unit that goes with a power unit: MWh with MW, kb with kb/d."""
    try:
        return _ENERGY_OF[power_unit]
    except KeyError:
        raise ValueError(f"must be a power unit ({', '.join(_ENERGY_OF)}), got {power_unit!r}") from None


def energy_per_power_step(power_unit: str, energy_unit: str, step_h: float) -> float:
    """Return the energy, in ``energy_unit``, of one ``power_unit`` held for one step of ``step_h`` hours.

    Examples
    --------
    >>> energy_per_power_step("GW", "MWh", 1.0)
    1000.0
    >>> energy_per_power_step("kb/d", "kb", 12.0)
    0.5
    """
    periods = step_h / _HOURS_PER_PERIOD[dimension(power_unit)]
    return convert(periods, _ENERGY_OF[power_unit], energy_unit)


def count_text(number: int, noun: str) -> str:
    """Return how many there are of something; the last word of ``noun`` is what takes the plural.

    Examples
    --------
    >>> count_text(1, "worker"), count_text(2560, "winter"), count_text(1, "bus"), count_text(2, "bus")
    ('1 worker', '2,560 winters', '1 bus', '2 buses')
    """
    ending = "" if number == 1 else "es" if noun.endswith(("s", "x", "ch", "sh")) else "s"
    return f"{number:,} {noun}{ending}"
