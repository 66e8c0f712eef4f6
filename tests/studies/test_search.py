"""The one search: functions whose zero is known, functions without one, steps, and readings with noise."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from standstill.studies.search import Reading, crossing, polished


class Counted:
    """A function read with an error, and where it was read."""

    def __init__(self, function: Callable[[float], float], se: float = 1e-6) -> None:
        self.function, self.se = function, se
        self.places: list[float] = []

    def __call__(self, at: float) -> Reading:
        self.places.append(at)
        return Reading(at=at, value=self.function(at), se=self.se)


CASES = {
    "line": (lambda x: 3.0 - x, 3.0),
    "curve": (lambda x: 9.0 - x * x, 3.0),
    "steep at first": (lambda x: math.exp(-2.0 * x) - math.exp(-6.0), 3.0),
    "flat at first": (lambda x: 27.0 - x**3, 3.0),
    "near the end": (lambda x: 9.99 - x, 9.99),
    "near the start": (lambda x: 0.001 - x, 0.001),
    "flat after": (lambda x: max(3.0 - x, -0.01), 3.0),
}


@pytest.mark.parametrize(("function", "zero"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("scale", [0.1, 1.0, 100.0])
def test_it_finds_the_zero(function: Callable[[float], float], zero: float, scale: float) -> None:
    read = Counted(function)
    found = crossing(read, scale=scale, most=10.0)
    assert found.found
    assert found.at == pytest.approx(zero, abs=1e-4)
    assert found.low.at <= found.at <= found.high.at
    assert found.low.value >= 0.0 >= found.high.value
    assert 0.0 <= min(read.places) <= max(read.places) <= 10.0
    assert len(read.places) <= 40


def test_what_nothing_reaches_is_not_found() -> None:
    read = Counted(lambda x: 1.0 / (1.0 + x))
    found = crossing(read, scale=1.0, most=10.0)
    assert (found.found, found.at, found.se, found.high.value) == (False, 10.0, math.inf, 1.0 / 11.0)
    assert read.places == [0.0, 10.0]


def test_what_needs_nothing_is_found_at_nothing() -> None:
    found = crossing(Counted(lambda x: -x), scale=1.0, most=10.0)
    assert (found.found, found.at, found.se) == (True, 0.0, 0.0)


def test_the_error_of_the_place_is_that_of_the_function_over_its_slope() -> None:
    found = crossing(Counted(lambda x: 5.0 * (3.0 - x), se=0.2), scale=1.0, most=10.0)
    assert found.se == pytest.approx(0.2 / 5.0)
    again = polished(Counted(lambda x: 5.0 * (3.1 - x), se=0.02), found, most=10.0)
    assert (again.at, again.se) == (pytest.approx(3.1, abs=0.001), pytest.approx(0.02 / 5.0))


def test_a_step_is_found_between_two_readings() -> None:
    found = crossing(Counted(lambda x: 1.0 if x < 3.3 else -2.0), scale=1.0, most=10.0)
    assert found.found
    assert found.low.at < 3.3 <= found.high.at
    assert found.high.at - found.low.at < 0.01


def test_a_step_is_polished_to_a_place_that_does_at_least_as_much() -> None:
    """Whole crews or spares: no amount gives the same, and what is answered must not do less."""
    rough = crossing(Counted(lambda x: 1.1 if x < 3.2 else -2.1, se=0.1), scale=1.0, most=10.0)
    read = Counted(lambda x: 1.0 if x < 3.3 else -2.0, se=0.01)
    found = polished(read, rough, most=10.0)
    assert read(found.at).value <= 0.0
    assert found.at == pytest.approx(3.3, abs=0.01)


def test_a_polished_place_was_read() -> None:
    rough = crossing(Counted(lambda x: 9.0 - x * x, se=0.5), scale=1.0, most=10.0)
    read = Counted(lambda x: 8.0 - x * x, se=0.01)
    found = polished(read, rough, most=10.0)
    assert found.at == read.places[-1]
    assert abs(read(found.at).value) <= 0.25 * 0.01


def test_the_error_of_a_place_is_as_wide_as_places_scatter() -> None:
    """Common noise moves the function up and down by its standard error: so much must the place move."""
    draws = np.random.default_rng(1).normal(size=400)
    found = [
        crossing(Counted(lambda x, up=up: 4.0 - 2.0 * x + 0.1 * up, se=0.1), scale=1.0, most=10.0, close=0.01)
        for up in draws
    ]
    deviations = np.array([(item.at - 2.0) / item.se for item in found])
    assert abs(deviations.mean()) < 4.0 / math.sqrt(400)
    assert abs(deviations.var() - 1.0) < 4.0 * math.sqrt(2.0 / 400)
