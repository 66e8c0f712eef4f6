"""Exact indices of fleets with units that may be partly out of service: every one small enough to enumerate."""

from __future__ import annotations

from itertools import product

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from standstill.measures import capacity, events
from standstill.measures.exact import exact_indices, shortfall_by_step
from tests.cases import derated
from tests.reference import state_chain


@pytest.mark.parametrize("name", derated.CASES)
def test_toys_equal_their_enumeration(name):
    case = derated.CASES[name]()
    found, known = exact_indices(case.system), case.indices
    assert found.lole.value == pytest.approx(known.lole, rel=1e-12)
    assert found.eue.value == pytest.approx(known.eue, rel=1e-9)
    assert found.lolev.value == pytest.approx(known.lolev, rel=1e-9)
    probability, shortage = shortfall_by_step(case.system)
    assert (probability.sum(), shortage.sum()) == pytest.approx((known.lole, known.eue), rel=1e-9)


def test_independent_hours_by_hand():
    # twelve combinations of three units, hour by hour
    lole = eue = 0.0
    for load, firm in zip(derated.LOAD, derated.FIRM, strict=True):
        for one, two, (share, chance) in product((0, 1), (0, 1), ((1.0, 0.8), (0.4, 0.15), (0.0, 0.05))):
            p = (0.9 if one else 0.1) * (0.9 if two else 0.1) * chance
            short = max(0.0, load - firm - 10 * one - 10 * two - 10 * share)
            lole, eue = lole + p * (short > 1e-9), eue + p * short
    found = exact_indices(derated.independent_hours().system)
    assert (found.lole.value, found.eue.value) == pytest.approx((lole, eue), rel=1e-9)


@st.composite
def fleets(draw):
    """Return a case of one to three units, at least one of several states."""
    steps = draw(st.integers(1, 4))
    sizes = draw(st.sampled_from([st.integers(0, 30).map(float), st.floats(0.0, 30.0)]))
    weights = st.sampled_from([0.0, 1.0, 2.0, 7.0])

    def capacity_of():
        return draw(st.one_of(sizes, st.lists(sizes, min_size=steps, max_size=steps)))

    def chained():
        count = draw(st.integers(2, 4))
        shares = [1.0, *(draw(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])) for _ in range(count - 1))]
        # every state leads to the first, so that there is one law
        rows = np.array([[draw(weights) for _ in range(count)] for _ in range(count)])
        rows[:, 0] += 1.0
        return {"capacity": capacity_of(), "shares": shares, "moves": rows / rows.sum(axis=1, keepdims=True)}

    def simple():
        chance = st.sampled_from([0.0, 0.05, 0.3, 1.0])
        return {"capacity": capacity_of(), "fail": draw(chance), "repair": draw(chance)}

    units = [chained()] + [(draw(st.booleans()) and chained()) or simple() for _ in range(draw(st.integers(0, 2)))]
    return derated.case("fleet", [float(draw(st.integers(0, 60))) for _ in range(steps)], units)


@given(fleets())
@settings(max_examples=60, deadline=None)
def test_any_small_fleet_equals_its_enumeration(case):
    found, known = exact_indices(case.system), case.indices
    assert found.lole.value == pytest.approx(known.lole, abs=1e-9)
    assert found.eue.value == pytest.approx(known.eue, abs=1e-6)
    assert found.lolev.value == pytest.approx(known.lolev, abs=1e-9)


def test_events_are_the_same_by_any_table(monkeypatch):
    # with no units kept apart, and with tables of states instead of every multiple
    case = derated.lasting_states()
    known = case.indices.lolev
    monkeypatch.setattr(events, "_MOST_LOOKED_UP", 0)
    assert exact_indices(case.system).lolev.value == pytest.approx(known, rel=1e-9)
    monkeypatch.setattr(events, "_MOST_EMPTY", 0)
    assert exact_indices(case.system).lolev.value == pytest.approx(known, rel=1e-9)


def test_a_unit_always_derated_is_as_good_as_a_smaller_one():
    case = derated.case("half", [6.0], [{"capacity": 10.0, "shares": [1.0, 0.5], "moves": [[0.0, 1.0], [0.0, 1.0]]}])
    found = exact_indices(case.system)
    assert (found.lole.value, found.eue.value) == (1.0, pytest.approx(1.0))


def test_too_many_states_are_refused(monkeypatch):
    monkeypatch.setattr(capacity, "_MOST_STATES", 5)
    with pytest.raises(ValueError, match="must have at most 5 states of total capacity"):
        exact_indices(derated.lasting_states().system)


def test_the_enumerator_knows_two_state_units():
    # P(up) = 0.9 in every hour: the four-hour toy, whose numbers are published
    units = [state_chain.in_or_out(0.1, 0.9, 10.0, 4)] * 3 + [state_chain.in_or_out(0.0, 1.0, derated.FIRM, 4)]
    found = state_chain.enumerated(derated.LOAD, units)
    assert (found.lole, found.eue) == pytest.approx((0.355, 1.59))
