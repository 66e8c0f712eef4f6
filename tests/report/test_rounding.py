"""Two significant digits, never a false zero, both ends of a range alike."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standstill.report.rounding import chance_text, ends_text, number_text, range_text, scale_for


def parsed(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.996, "1.0"), (9.949, "9.9"), (9.951, "10"), (99.6, "100"), (1234.0, "1,200"), (-0.125, "−0.12")],
)
def test_two_significant_digits(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.floats(1e-6, 1e9))
def test_rounding_is_within_half_a_step(value: float) -> None:
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    assert abs(parsed(number_text(value)) - value) <= 0.5 * step * (1 + 1e-6)


@given(st.floats(1e-6, 1e9), st.floats(1e-6, 1e9))
def test_ends_stay_in_order_and_are_never_a_false_zero(one: float, other: float) -> None:
    low, high = sorted((one, other))
    first, last = ends_text(low, high)
    assert last == number_text(high)
    if first.startswith("under"):
        assert low < parsed(first.removeprefix("under "))
    else:
        assert parsed(first) <= parsed(last)
        assert parsed(first) > 0 or low < 1e-9 * high


@pytest.mark.parametrize(
    ("unit", "low", "high", "text"),
    [
        ("MWh", 12.0, 950.0, "12 to 950 MWh"),
        ("GWh", 1924.0, 14797.0, "1.9 to 15 TWh"),
        ("kb", 1905.0, 154387.0, "2 to 150 million barrels"),
        ("GWh", 0.0, 0.0, "0 GWh"),
        ("kb/d", 900.0, 990.0, "900 to 990 thousand barrels a day"),
        ("MWh", -20.0, 300.0, "−20 to 300 MWh"),
        ("h/d", 1.0, 2.04, "1.0 to 2.0 hours a day"),
    ],
)
def test_ranges(unit: str, low: float, high: float, text: str) -> None:
    assert range_text(low, high, scale_for(unit, (low, high))) == text


def test_winters_are_whole() -> None:
    assert [chance_text(share) for share in (0.0, 0.004, 0.005, 0.494, 0.9951, 1.0)] == [
        "0", "under 1", "0", "49", "over 99", "100",
    ]  # fmt: skip
