"""How numbers are rounded and scaled for a reader: two significant digits, units of a sensible size.

The one place where a report drops digits. Knows nothing of what the numbers mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from standstill.estimate import Estimate
from standstill.units import is_currency, sized

__all__ = [
    "FEW",
    "Scale",
    "amount_text",
    "chance_text",
    "ends_text",
    "error_text",
    "mean_text",
    "number_text",
    "range_text",
    "scale_for",
]

FEW = 10
"""Winters below which not one lies outside a range of 80 %, so that means stand where ranges would."""

_MONEY = ((1e9, "billion"), (1e6, "million"), (1.0, ""))

_PLAIN = {
    "h": "hours",
    "h/d": "hours a day",
    "probability": "of all winters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A unit to show numbers in, and what to multiply them with."""

    factor: float
    """Shown number = number × factor."""
    unit: str
    """Unit as written in the report."""


def scale_for(unit: str, values: Iterable[float]) -> Scale:
    """Return the scale that brings the largest of some numbers between 1 and 1000.

    Examples
    --------
    >>> scale_for("GWh", [1924.0, 14797.0]).unit, scale_for("kb", [53.0, 28092.0]).unit, scale_for("h/d", [3.0]).unit
    ('TWh', 'million barrels', 'hours a day')
    """
    if is_currency(unit):
        return _money(unit, values)
    factor, written = sized(unit, max((abs(value) for value in values), default=0.0))
    return Scale(factor=factor, unit=_PLAIN.get(written, written))


def _money(currency: str, values: Iterable[float]) -> Scale:
    """Return the scale of an amount of money: none of its sizes is as common as thousands are for energy."""
    largest = max((abs(value) for value in values), default=0.0)
    size, word = next((part for part in _MONEY if largest >= part[0]), _MONEY[-1])
    return Scale(factor=1.0 / size, unit=f"{word} {currency}".strip())


def number_text(value: float, finest: int | None = None) -> str:
    """Return a number with two significant digits, but no digit below the decimal place ``finest``.

    A number that is not 0 is never shown as 0.

    Examples
    --------
    >>> number_text(14797.0), number_text(0.0519), number_text(9.96), number_text(-12.4)
    ('15,000', '0.052', '10', '−12')
    >>> number_text(0.13, finest=0), number_text(1.26, finest=0)
    ('under 1', '1')
    """
    if value == 0.0:
        return "0"
    place = _place(value) if finest is None else max(_place(value), finest)
    near = round(value, -place)
    if near == 0.0:
        grain = _plain(10.0**place, place)
        return f"under {grain}" if value > 0 else f"above −{grain}"
    if _place(near) > place:
        place = _place(near)
    return _plain(near, place).replace("-", "−")


def error_text(value: float, error: float) -> tuple[str, str]:
    """Return a number and its standard error, both to the second digit of the error.

    Examples
    --------
    >>> error_text(8355.7, 202.4), error_text(0.487, 0.0221), error_text(5.0, 0.0)
    (('8,360', '200'), ('0.487', '0.022'), ('5.0', '0'))
    """
    if error == 0.0 or not math.isfinite(error):
        return number_text(value), "0" if error == 0.0 else "unknown"
    place = _place(error)
    return _plain(round(value, -place), place).replace("-", "−"), _plain(round(error, -place), place)


def ends_text(low: float, high: float) -> tuple[str, str]:
    """Return the two ends of a range: neither finer than one place below the last digit of the larger.

    Examples
    --------
    >>> ends_text(1.924, 14.797), ends_text(0.1286, 136.4), ends_text(0.0, 0.0)
    (('1.9', '15'), ('under 1', '140'), ('0', '0'))
    """
    largest = max(abs(low), abs(high))
    if largest == 0.0:
        return "0", "0"
    finest = _place(largest) - 1
    # what is left of a difference of equal sums is no number
    ends = [0.0 if abs(end) < 1e-9 * largest else end for end in (low, high)]
    return number_text(ends[0], finest), number_text(ends[1], finest)


def range_text(low: float, high: float, scale: Scale) -> str:
    """Return a range in words, with its unit.

    Examples
    --------
    >>> range_text(1924.0, 14797.0, Scale(factor=0.001, unit="TWh"))
    '1.9 to 15 TWh'
    """
    first, last = ends_text(low * scale.factor, high * scale.factor)
    both = first if first == last else f"{first} to {last}"
    return f"{both} {scale.unit}"


def mean_text(item: Estimate, scale: Scale | None = None) -> str:
    """Return a mean with its unit, two digits, and its standard error where that reaches the last of them.

    Without a scale the mean chooses its own.

    Examples
    --------
    >>> from dataclasses import replace
    >>> mean = Estimate(value=1913.0, se=420.0, unit="kb per month", samples=512, horizon_h=4368.0)
    >>> mean_text(mean), mean_text(replace(mean, se=30.0)), mean_text(replace(mean, se=3000.0))
    ('1.9 ± 0.4 million barrels per month', '1.9 million barrels per month', '1.9 ± 3.0 million barrels per month')
    """
    if not item.exists:
        return f"none ({item.reason})"
    unit, per, rest = item.unit.partition(" per ")
    scale = scale or scale_for(unit, [item.value])
    value, error = item.value * scale.factor, item.se * scale.factor
    return f"{_with_error(value, error)} {scale.unit}{per}{rest}"


def _with_error(value: float, error: float) -> str:
    """Return a number in two digits, with its error where that is not less than half of the last of them."""
    text = number_text(value)
    if not math.isfinite(error) or value == error == 0.0:
        return text
    place = _place(max(abs(value), error))
    shown = round(error, -place)
    return f"{_plain(round(value, -place), place).replace('-', '−')} ± {_plain(shown, place)}" if shown else text


def amount_text(item: Estimate, scale: Scale | None = None) -> str:
    """Return the 80 % range of an estimate with its unit; without a scale it chooses its own.

    Of fewer than ``FEW`` winters it returns the mean, with its standard error.

    Examples
    --------
    >>> from dataclasses import replace
    >>> saved = Estimate(value=1.9, se=0.5, unit="GWh", samples=512, horizon_h=24.0, p10=0.5, p50=1.7, p90=3.2)
    >>> amount_text(saved), amount_text(replace(saved, samples=9))
    ('0.50 to 3.2 GWh', '1.9 ± 0.5 GWh')
    """
    if not item.exists or item.p10 is None or item.p90 is None:
        return f"none ({item.reason})"
    if item.samples < FEW:
        return mean_text(item, scale)
    return range_text(item.p10, item.p90, scale or scale_for(item.unit, (item.p10, item.p90)))


def chance_text(share: float) -> str:
    """Return a share of winters as a number of winters in 100.

    Examples
    --------
    >>> [chance_text(share) for share in (0.0, 0.003, 0.182, 0.998, 1.0)]
    ['0', 'under 1', '18', 'over 99', '100']
    """
    if 0.0 < share < 0.005:
        return "under 1"
    if 0.995 <= share < 1.0:
        return "over 99"
    return f"{100.0 * share:.0f}"


def _place(value: float) -> int:
    """Return the decimal place of the second significant digit: 0 for units, -1 for tenths."""
    return math.floor(math.log10(abs(value)) + 1e-12) - 1


def _plain(value: float, place: int) -> str:
    return f"{value:,.{max(0, -place)}f}"
