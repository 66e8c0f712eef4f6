"""Units with more states than in and out of service: what they say of themselves, and what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from standstill.errors import InputError
from standstill.model.outage import split_outage
from standstill.model.system import Generators, UnitStates

MOVES = [[0.9, 0.06, 0.04], [0.3, 0.6, 0.1], [0.2, 0.0, 0.8]]


def test_the_law_stays_what_it_is():
    states = UnitStates(shares=[1.0, 0.5, 0.0], moves=MOVES)
    law = states.law
    assert law @ states.moves == pytest.approx(law, abs=1e-15)
    assert law.sum() == pytest.approx(1.0)
    # by hand: 1.0 leaves as much as comes back: with x of 1 at full, 0.4 y = 0.06 x and 0.2 z = 0.04 x + 0.1 y
    x = 1 / (1 + 0.15 + (0.04 + 0.1 * 0.15) / 0.2)
    assert law == pytest.approx([x, 0.15 * x, 0.275 * x])


def test_states_that_are_left_for_ever_have_no_time():
    states = UnitStates(shares=[1.0, 0.8, 0.3], moves=[[0.0, 1.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.25, 0.75]])
    assert states.law == pytest.approx([0.0, 1 / 3, 2 / 3])


def test_around_full_keeps_shares_of_time_and_mean_times():
    states = UnitStates.around_full([0.6, 0.3, 0.0], [0.08, 0.02, 0.05], [20.0, 8.0, 50.0], 2.0)
    assert states.law == pytest.approx([0.85, 0.08, 0.02, 0.05])
    assert 2.0 / (1.0 - np.diag(states.moves)[1:]) == pytest.approx([20.0, 8.0, 50.0])


def test_one_state_of_nothing_is_a_two_state_unit():
    fail, repair = split_outage(0.1, 50.0, 1.0)
    assert UnitStates.around_full([0.0], [0.1], [50.0], 1.0).moves == pytest.approx(
        np.array([[1 - fail, fail], [repair, 1 - repair]])
    )


def test_a_pickle_stays_read_only():
    again = pickle.loads(pickle.dumps(UnitStates(shares=[1.0, 0.5, 0.0], moves=MOVES)))
    assert not again.shares.flags.writeable
    assert again.moves == pytest.approx(np.array(MOVES))


@pytest.mark.parametrize(
    ("shares", "moves", "message"),
    [
        ([1.0], [[1.0]], "must have at least two states, got 1"),
        ([0.9, 0.5], [[0.5, 0.5], [0.5, 0.5]], r"shares\[0\]: must be 1: the first state is full service"),
        ([1.0, 1.5], [[0.5, 0.5], [0.5, 0.5]], r"shares\[1\]: must be within \[0, 1\], got 1.5"),
        ([1.0, 0.5], [[0.5, 0.6], [0.5, 0.5]], r"moves\[0\]: must be >= 0 and sum to 1"),
        ([1.0, 0.5], [[1.5, -0.5], [0.5, 0.5]], r"moves\[0\]: must be >= 0 and sum to 1"),
        ([1.0, 0.5], [[1.0, 0.0], [0.0, 1.0]], "must lead to one set of states wherever the unit begins"),
        ([1.0, 0.5], np.full((24, 2, 2), 0.5), r"must be the same in every step.*got \(24, 2, 2\)"),
    ],
)
def test_what_is_no_chain_is_refused(shares, moves, message):
    with pytest.raises(InputError, match=message):
        UnitStates(shares=shares, moves=moves)


def test_a_shape_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"UnitStates.moves must have shape \(3, 3\), got \(2, 2\)"):
        UnitStates(shares=[1.0, 0.5, 0.0], moves=[[0.5, 0.5], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("time", "mean", "message"),
    [
        ([0.7, 0.4], [9.0, 9.0], "must leave time in full service"),
        ([0.1, 1.0], [9.0, 9.0], r"time_shares\[1\]: must be a share from 0 to below 1"),
        ([0.1, 0.1], [9.0, 0.0], r"mean_h\[1\]: must be > 0 h"),
        ([0.3, 0.4], [1.0, 1.0], "must be long enough for steps of 1 h"),
    ],
)
def test_times_that_cannot_be_had_are_refused(time, mean, message):
    with pytest.raises(InputError, match=message):
        UnitStates.around_full([0.5, 0.0], time, mean, 1.0)


def unit(**given) -> Generators:
    base = {"names": ("unit",), "classes": ("thermal",), "region": (0,), "capacity": [[10.0]], "p_repair": [[1.0]]}
    return Generators(**base | given)


def test_a_unit_has_states_or_probabilities():
    states = UnitStates(shares=[1.0, 0.5, 0.0], moves=MOVES)
    assert unit(p_fail=[[0.0]]).states == (None,)
    assert unit(p_fail=[[0.0]], states=(states,)).states == (states,)
    with pytest.raises(InputError, match=r"p_fail\[unit\]: must be 0 where states are given"):
        unit(p_fail=[[0.1]], states=(states,))
    with pytest.raises(ValueError, match="states must have 1 entries, got 2"):
        unit(p_fail=[[0.0]], states=(states, states))
