"""The one search: functions whose zero is known, functions without one, steps, and readings with noise."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from standstill.studies.search import Reading, crossing, edge, paired, polished


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


def test_a_step_of_any_height_is_found() -> None:
    """Chords alone would take one reading for each halving of the one value that is far the larger."""
    read = Counted(lambda x: 1e-9 if x < 3.3 else -2.0, se=1e-12)
    found = crossing(read, scale=1.0, most=10.0)
    assert found.low.at < 3.3 <= found.high.at
    assert found.high.at - found.low.at <= 1e-4 * found.high.at
    assert len(read.places) <= 40


def test_a_reading_of_paired_differences() -> None:
    differences = np.array([1.0, 3.0, 5.0, 7.0])
    assert paired(2.0, differences) == Reading(at=2.0, value=4.0, se=differences.std(ddof=1) / 2.0)
    assert paired(2.0, np.ones(4), least_se=0.5).se == 0.5
    assert paired(2.0, np.ones(1)).se == math.inf


@pytest.mark.parametrize("step", [1e-3, 0.1, 5.0])
def test_edges_of_a_line_are_where_it_is_two_errors_from_zero(step: float) -> None:
    read = Counted(lambda x: 5.0 * (3.0 - x), se=0.5)
    for way, at in ((-1, 2.8), (1, 3.2)):
        assert edge(read, 3.0, way=way, step=step, most=10.0) == pytest.approx(at, abs=0.011)
    assert edge(read, 3.0, way=-1, step=step, most=10.0, sure=40.0) is None
    assert edge(read, 3.0, way=1, step=step, most=3.1) is None


def test_edges_hold_a_step_between_them() -> None:
    read = Counted(lambda x: 1.0 if x < 3.3 else -2.0, se=0.01)
    for at in (3.2999, 3.3):
        low, high = (edge(read, at, way=way, step=0.01, most=10.0) for way in (-1, 1))
        assert low is not None
        assert high is not None
        assert low <= 3.3 <= high
        assert high - low < 0.001


def test_edges_hold_all_that_is_level() -> None:
    read = Counted(lambda x: 1.0 if x < 2.0 else 0.001 if x < 4.0 else -2.0, se=0.01)
    low, high = (edge(read, 3.0, way=way, step=0.01, most=10.0) for way in (-1, 1))
    assert low == pytest.approx(2.0, abs=0.001)
    assert high == pytest.approx(4.0, abs=0.001)
