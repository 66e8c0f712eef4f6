"""Units at the border: what converts into what, and what does not."""

from __future__ import annotations

from itertools import product

import pytest

from standstill.units import Quantity, convert, dimension, energy_per_power_step, energy_unit_of, parse_quantity


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.7, "GW", "MW", 1700.0),
        (5.0, "TWh", "GWh", 5000.0),
        (2.0, "Mb/d", "kb/d", 2000.0),
        (3.0, "d", "h", 72.0),
        (2.0, "week", "d", 14.0),
        (30.0, "%", "", 0.3),
        (24.0, "per day", "per hour", 1.0),
        (182.0, "per winter", "per day", 1.0),
        (2.5, "million people", "people", 2.5e6),
        (18.0, "weapons/d", "weapons/d", 18.0),
        (4.0, "crews", "count", 4.0),
        (4.0, "count", "spares", 4.0),
        (3.0, "million people", "count", 3e6),
        (3e6, "count", "million people", 3.0),
    ],
)
def test_conversion(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected)


COUNTED = {
    "people": ("people", "million people"),
    "count": ("crews", "spares", "weapons"),
    "weapons per time": ("weapons/d",),
}


@pytest.mark.parametrize(("ours", "theirs"), [pair for pair in product(COUNTED, repeat=2) if pair[0] != pair[1]])
def test_people_things_and_rates_are_told_apart(ours: str, theirs: str) -> None:
    for unit, to in product(COUNTED[ours], COUNTED[theirs]):
        with pytest.raises(ValueError, match=f"must be a unit of {theirs} such as '{to}', got '{unit}'"):
            convert(1.0, unit, to)


@pytest.mark.parametrize("unit", ["weapons/d", "MW", "%", "d"])
def test_a_bare_count_is_no_rate_and_no_share(unit: str) -> None:
    with pytest.raises(ValueError, match="must be a unit of"):
        convert(1.0, unit, "count")
    with pytest.raises(ValueError, match="must be a unit of"):
        convert(1.0, "count", unit)


def test_unknown_units() -> None:
    with pytest.raises(ValueError, match="must be a known unit, got 'furlong'"):
        dimension("furlong")
    with pytest.raises(ValueError, match="must have a known unit, got 'furlong'"):
        parse_quantity("3 furlong")
    with pytest.raises(ValueError, match="must be a power unit"):
        energy_unit_of("MWh")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("220 MW", 220.0, "MW"), (" 1_000  people ", 1000.0, "people"), ("-3.5 °C", -3.5, "°C"), ("1e3 kb", 1000.0, "kb"),
     (".5", 0.5, ""), ("2 per month", 2.0, "per month")],
)  # fmt: skip
def test_quantities_are_read(text: str, value: float, unit: str) -> None:
    assert parse_quantity(text) == Quantity(value, unit)


@pytest.mark.parametrize("text", ["MW", "", "1.2.3 MW", "1e999 MW", "nan MW"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a number|must have a known unit|must be finite"):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("power", "energy", "step_h", "expected"),
    [("MW", "MWh", 1.0, 1.0), ("GW", "MWh", 0.5, 500.0), ("kb/d", "kb", 12.0, 0.5), ("b/d", "kb", 24.0, 0.001)],
)
def test_energy_of_a_step(power: str, energy: str, step_h: float, expected: float) -> None:
    assert energy_per_power_step(power, energy, step_h) == pytest.approx(expected)
    assert dimension(energy_unit_of(power)) == dimension(energy)
