"""Orders and groups of times-to-go, however many there are: as a plain sort and a plain walk from the top give them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standstill.engine import tables
from standstill.engine.dispatch.storage import MOVES, SAME, group_end, group_start, sort_by_to_go
from standstill.engine.jit import shared


@shared
def sort(states, order):
    sort_by_to_go(states, order)


@shared
def end_of(states, order, first):
    return group_end(states, order, first, order.shape[0])


@shared
def start_of(states, order, last):
    return group_start(states, order, last)


def stores(to_go):
    """Return stores with these times-to-go, and room for their order that holds what no order does."""
    states = np.zeros(len(to_go), tables.STORE_STATE)
    states["to_go"] = to_go
    return states, np.full(len(to_go), -1)


def by_hand(to_go):
    """Return the order, longest first, equal ones as they are numbered."""
    return sorted(range(len(to_go)), key=lambda place: (-to_go[place], place))


random = np.random.default_rng(1)
CASES = {
    "none": [],
    "one": [3.0],
    "few": [1.0, 4.0, 2.0, 4.0, 0.0],
    "many": random.uniform(0.0, 8.0, 300),
    "rising": np.arange(200.0),
    "falling": np.arange(200.0)[::-1],
    "equal": np.full(200, 2.5),
    "ties": random.integers(0, 5, 300).astype(float),
    "endless": np.where(random.random(300) < 0.3, math.inf, random.uniform(0.0, 8.0, 300)),
}


@pytest.mark.parametrize("to_go", CASES.values(), ids=CASES)
def test_longest_come_first_and_ties_as_numbered(to_go):
    states, order = stores(to_go)
    sort(states, order)
    assert order.tolist() == by_hand(to_go)


def test_cases_are_sorted_in_both_ways():
    def moves(to_go):
        return sum(earlier < later for place, later in enumerate(to_go) for earlier in to_go[:place])

    is_given_up = {name: moves(list(to_go)) > MOVES * len(to_go) for name, to_go in CASES.items()}
    assert {name for name, given_up in is_given_up.items() if given_up} == {"many", "rising", "ties", "endless"}


@pytest.mark.parametrize("step", [0.3 * SAME, SAME, 3.0 * SAME, 0.5])
def test_groups_from_the_end_are_those_from_the_top(step):
    # drifting by less than what counts as equal, so that groups must be cut somewhere
    to_go = 4.0 + np.cumsum(random.choice([0.0, step, 2.0 * step], 60))
    states, order = stores(np.concatenate([to_go, [math.inf, math.inf, 0.0]]))
    sort(states, order)
    bounds = [0]
    while bounds[-1] < len(order):
        bounds.append(end_of(states, order, bounds[-1]))
    assert [start_of(states, order, last) for last in bounds[1:]] == bounds[:-1]
