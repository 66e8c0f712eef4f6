"""Stakes: the deal window, what shifts it, the map over weights, and words that hold for either side."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from standstill.errors import InputError
from standstill.talks.deal import UNITS, deal
from standstill.talks.enforcement import grim, seasonal_patience, solve_winter
from standstill.talks.shifts import (
    BOTH,
    FIRST_ONLY,
    NEITHER,
    SECOND_ONLY,
    least_demanding_transfer,
    move,
    transfer,
    weight_map,
    with_avoided,
)
from standstill.talks.stakes import Stake, Stakes, monthly_payoffs, payoffs

NORTH = Stake(side="North", avoided=np.array([300.0, 500.0, 100.0]), weight=6.0, unit="GWh")
SOUTH = Stake(side="South", avoided=np.array([20.0, 30.0, 50.0]), weight=0.08, unit="kb")
MONTHS = ("December", "January", "February")
STAKES = Stakes(sides=(NORTH, SOUTH), months=MONTHS)


def scaled(rho: float, k_a: float = 0.6, k_b: float = 0.8) -> Stakes:
    """Return stakes on one scale with dL_A / dL_B = rho."""
    first = Stake(side="A", avoided=np.array([rho]), weight=k_a, unit_value=1.0)
    return Stakes(sides=(first, Stake(side="B", avoided=np.array([1.0]), weight=k_b, unit_value=1.0)))


def by_payoffs(stakes: Stakes) -> list[tuple[float, float, float, float]]:
    """Return T, R, P, S of each side as they are defined, without the program's formulas."""
    first, second = (float(stake.avoided.sum()) for stake in stakes.sides)
    weights = [stake.weight for stake in stakes.sides]
    return [
        (weights[0] * second, 0.0, weights[0] * second - first, -first),
        (weights[1] * first, 0.0, weights[1] * first - second, -second),
    ]


def test_thresholds_in_words() -> None:
    assert deal(STAKES).in_words == (
        "Both gain unless North values one thousand barrels of South's loss above 9 GWh of its own, "
        "or South values one GWh of North's loss above 0.11 thousand barrels of its own.",
        "With the weights set, both gain.",
        UNITS,
    )
    assert [limit.reason for limit in deal(STAKES).limits] == [
        "North gains unless it values one thousand barrels of South's loss above 9 GWh of its own.",
        "South gains unless it values one GWh of North's loss above 0.11 thousand barrels of its own.",
    ]


@pytest.mark.parametrize(
    ("weights", "gains", "words"),
    [
        ((6.0, 0.08), (True, True), "both gain"),
        ((10.0, 0.08), (False, True), "only South gains"),
        ((6.0, 0.2), (True, False), "only North gains"),
        ((10.0, 0.2), (False, False), "neither gains"),
        ((9.0, 0.08), (False, True), "only South gains"),
    ],
)
def test_who_gains_at_the_weights_set(weights: tuple[float, float], gains: tuple[bool, bool], words: str) -> None:
    stakes = Stakes(sides=(replace(NORTH, weight=weights[0]), replace(SOUTH, weight=weights[1])))
    answer = deal(stakes)
    assert answer.gains == gains
    assert answer.in_words[1] == f"With the weights set, {words}."
    assert answer.both_gain is all(gains)
    # a side that does not gain has no threshold of patience
    assert [part.exists for part in answer.patience.parts] == list(gains)


positive = st.floats(0.1, 10.0)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(positive, positive, st.floats(0.0, 5.0), st.floats(0.0, 5.0), positive)
def test_the_deal_follows_from_the_payoffs(first: float, second: float, k_a: float, k_b: float, factor: float) -> None:
    sides = (
        Stake(side="A", avoided=np.array([first]), weight=k_a),
        Stake(side="B", avoided=np.array([second]), weight=k_b),
    )
    stakes = Stakes(sides=sides)
    answer = deal(stakes)
    for side, (temptation, reward, punishment, sucker) in enumerate(by_payoffs(stakes)):
        assert punishment - sucker == pytest.approx(temptation - reward, abs=1e-12)
        if abs(reward - punishment) > 1e-9:
            assert answer.gains[side] == (reward > punishment)
        if answer.gains[side] and reward - punishment > 1e-9:
            needed = (temptation - reward) / (temptation - punishment)
            assert answer.patience.parts[side].value == pytest.approx(needed, rel=1e-9)
    if answer.both_gain and min(k_a, k_b) > 1e-6:
        assert grim(payoffs(stakes)).value == pytest.approx(answer.patience.value, rel=1e-9)
        assert answer.windows[0].is_open
        assert answer.windows[0].low < answer.windows[0].ratio.value < answer.windows[0].high.value
        assert answer.windows[0].patience.value <= answer.patience.value * (1.0 + 1e-12)
    # own units: another unit for a side's loss changes the weights' units and nothing else
    other = replace(sides[0], avoided=sides[0].avoided * factor, weight=sides[0].weight * factor)
    changed = deal(Stakes(sides=(other, replace(sides[1], weight=sides[1].weight / factor))))
    if all(abs(own.total - own.weight * two.total) > 1e-9 for own, two in stakes.pairs()):
        assert changed.gains == answer.gains
        for one, two in zip(changed.patience.parts, answer.patience.parts, strict=True):
            assert (one.value is None) is (two.value is None)
            assert one.value is None or one.value == pytest.approx(two.value, rel=1e-9)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(positive, positive, st.floats(0.01, 5.0), st.floats(0.01, 5.0), st.floats(1.0, 3.0))
def test_more_at_stake_for_both_or_less_weight_is_never_harder(
    first: float, second: float, k_a: float, k_b: float, more: float
) -> None:
    def needed(stakes: Stakes) -> list[float]:
        return [1.0 if part.value is None else part.value for part in deal(stakes).patience.parts]

    sides = (
        Stake(side="A", avoided=np.array([first]), weight=k_a),
        Stake(side="B", avoided=np.array([second]), weight=k_b),
    )
    now = needed(Stakes(sides=sides))
    lighter = needed(Stakes(sides=(replace(sides[0], weight=k_a / more), replace(sides[1], weight=k_b / more))))
    assert all(one <= two * (1.0 + 1e-12) for one, two in zip(lighter, now, strict=True))
    larger = needed(Stakes(sides=(replace(sides[0], avoided=np.array([first * more])), sides[1])))
    assert larger[0] <= now[0] * (1.0 + 1e-12)


def test_window_in_own_units_and_on_a_scale() -> None:
    north, south = deal(STAKES).windows
    assert (north.unit, south.unit) == ("GWh per kb", "kb per GWh")
    assert (north.low, north.ratio.value, north.high.value) == (6.0, 9.0, 12.5)
    assert south.ratio.value == pytest.approx(1.0 / 9.0)
    valued = Stakes(sides=(replace(NORTH, unit_value=2.0), replace(SOUTH, unit_value=16.0)))
    north = deal(valued).windows[0]
    assert (north.unit, north.low, north.ratio.value, north.high.value) == ("", 0.75, 1.125, 1.5625)
    # the scale changes no threshold of patience
    assert deal(valued).patience.as_dict() == deal(STAKES).patience.as_dict()
    assert north.patience.value == deal(STAKES).windows[0].patience.value == math.sqrt(6.0 * 0.08)


def test_window_that_is_empty_or_has_no_end() -> None:
    closed = deal(scaled(1.0, k_a=1.25)).windows[0]
    assert (closed.is_open, closed.least_demanding.value, closed.patience.value) == (False, None, None)
    assert "no division at which both gain" in closed.patience.reason
    endless = deal(scaled(1.0, k_b=0.0)).windows
    assert endless[0].high.value is None
    assert "gains at any division" in endless[0].high.reason
    assert endless[1].low == 0.0
    assert endless[0].patience.value == 0.0


@pytest.mark.parametrize(
    ("avoided", "reasons"),
    [
        ((0.0, 1.0), ("spares A no loss, so that no weight", "spares A no loss, so that B gains whatever")),
        ((1.0, -0.5), ("spares B no loss, so that A gains whatever", "spares B no loss, so that no weight")),
        ((0.0, 0.0), ("spares A no loss, so that no weight", "spares B no loss, so that no weight")),
    ],
)
def test_what_spares_no_loss_has_no_threshold(avoided: tuple[float, float], reasons: tuple[str, str]) -> None:
    sides = (
        Stake(side="A", avoided=np.array([avoided[0]]), weight=0.5),
        Stake(side="B", avoided=np.array([avoided[1]]), weight=0.5),
    )
    answer = deal(Stakes(sides=sides))
    for limit, reason, sentence in zip(answer.limits, reasons, answer.in_words, strict=False):
        assert limit.value is None
        assert reason in limit.reason
        assert sentence == limit.reason
    assert answer.windows[0].ratio.value is None
    assert answer.patience.value is None
    assert json.dumps(answer.as_dict(), allow_nan=False)


def test_a_side_that_makes_nothing_of_the_others_loss_needs_no_patience() -> None:
    answer = deal(scaled(1.0, k_a=0.0))
    assert [part.value for part in answer.patience.parts] == [0.0, 0.8]


# ----------------------------------------------------------------------------------------------------------- by month


def test_monthly_payoffs_add_up_to_those_of_the_winter() -> None:
    for whole, parts in zip(payoffs(STAKES), monthly_payoffs(STAKES), strict=True):
        assert parts.months == MONTHS
        assert parts.gains.sum() == pytest.approx(whole.gain)
        assert parts.losses.sum() == pytest.approx(whole.loss)
        assert parts.struck_alone.sum() == pytest.approx(whole.sucker)
        assert parts.struck_alone == pytest.approx(-(parts.losses + parts.gains))


def test_stakes_by_month_go_into_seasons_and_winters() -> None:
    needed = seasonal_patience(monthly_payoffs(STAKES))
    assert {answer.side for answer in needed.parts} == {"North", "South"}
    assert {answer.month for answer in needed.parts} == set(MONTHS)
    assert needed.value is not None
    firm = solve_winter(monthly_payoffs(STAKES), 0.95, {"North": 1000.0, "South": 100.0})
    assert firm.held == (True, True, True)


# ------------------------------------------------------------------------------------------------- transfer and scope


def test_transfer_moves_the_division_and_leaves_the_rest() -> None:
    after = transfer(scaled(1.2), "A", 0.1, 0.1)
    assert deal(after).windows[0].ratio.value == pytest.approx(1.0)
    assert deal(after).patience.value == pytest.approx(0.8)
    assert [stake.weight for stake in after.sides] == [0.6, 0.8]
    spread = transfer(STAKES, "South", 3.0, 30.0)
    assert spread.sides[0].avoided == pytest.approx([310.0, 510.0, 110.0])
    assert spread.sides[1].avoided == pytest.approx([19.0, 29.0, 49.0])
    assert spread.months == MONTHS


@settings(max_examples=100, deadline=None, derandomize=True)
@given(positive, positive, st.floats(0.05, 0.9), st.floats(0.05, 0.9), positive)
def test_no_transfer_asks_less_patience_than_the_least_demanding(
    first: float, second: float, k_a: float, k_b: float, value: float
) -> None:
    sides = (
        Stake(side="A", avoided=np.array([first]), weight=k_a, unit_value=1.0),
        Stake(side="B", avoided=np.array([second]), weight=k_b / value, unit_value=value),
    )
    stakes = Stakes(sides=sides)
    stakes = Stakes(sides=(replace(sides[0], weight=k_a * value), sides[1]))
    best = least_demanding_transfer(stakes)
    after = stakes if best.giver is None else transfer(stakes, best.giver, best.given, best.received)
    window = deal(after).windows[0]
    assert window.ratio.value == pytest.approx(window.least_demanding.value, rel=1e-9)
    assert deal(after).patience.value == pytest.approx(math.sqrt(k_a * k_b), rel=1e-9)
    if best.giver is not None:
        assert best.given * (1.0 if best.giver == "A" else value) == pytest.approx(
            best.received * (value if best.giver == "A" else 1.0)
        )


def test_transfer_that_is_none() -> None:
    assert least_demanding_transfer(scaled(1.0, k_a=0.5, k_b=0.5)).giver is None
    assert "already" in least_demanding_transfer(scaled(1.0, k_a=0.5, k_b=0.5)).in_words
    assert "at no division" in least_demanding_transfer(scaled(1.0, k_a=2.0)).in_words
    assert "makes nothing of" in least_demanding_transfer(scaled(1.0, k_a=0.0)).in_words


def test_scope_replaces_one_sides_losses_and_says_what_it_moves() -> None:
    narrow = with_avoided(scaled(1.0), "A", np.array([0.5]))
    shift = move(scaled(1.0), narrow)
    assert shift.in_words == (
        "Before the shift, both gain; with it, only B gains.",
        "The weight on the next step that A needs goes from 0.6 to none that is enough.",
        "The weight on the next step that B needs goes from 0.8 to 0.4.",
    )
    assert deal(with_avoided(STAKES, "South", np.array([10.0, 10.0, 10.0]))).limits[0].value == 30.0


# ----------------------------------------------------------------------------------------------------------------- map


def test_map_has_the_region_and_patience_of_every_pair_of_weights() -> None:
    grid = weight_map(STAKES)
    assert (grid.region.shape, grid.patience.shape) == ((41, 41), (41, 41))
    assert grid.units == ("GWh per kb", "kb per GWh")
    assert (grid.limits, grid.at) == ((9.0, 100.0 / 900.0), (6.0, 0.08))
    for one, first in enumerate(grid.first):
        for two, second in enumerate(grid.second):
            (t_a, _, p_a, _), (t_b, _, p_b, _) = by_payoffs(
                Stakes(sides=(replace(NORTH, weight=first), replace(SOUTH, weight=second)))
            )
            if min(abs(p_a), abs(p_b)) < 1e-9:
                continue
            region = (BOTH if p_b < 0.0 else FIRST_ONLY) if p_a < 0.0 else (SECOND_ONLY if p_b < 0.0 else NEITHER)
            assert grid.region[one, two] == region
            needed = max(t_a / (t_a - p_a), t_b / (t_b - p_b)) if region == BOTH else 1.0
            assert grid.patience[one, two] == pytest.approx(needed)
    shown = grid.as_dict()
    assert {value for row in shown["patience"] for value in row if value is not None and value >= 1.0} == set()
    assert None in shown["patience"][-1]


def test_map_over_weights_given() -> None:
    grid = weight_map(scaled(1.0), [0.5, 1.5], [0.8, 2.0])
    assert grid.region.tolist() == [[BOTH, FIRST_ONLY], [SECOND_ONLY, NEITHER]]
    assert grid.patience.tolist() == [[0.8, 1.0], [1.0, 1.0]]
    assert not grid.region.flags.writeable


# ------------------------------------------------------------------------------------------------ exchanging the sides


def exchanged(stakes: Stakes) -> Stakes:
    """Return the stakes with what the sides have exchanged, names and order kept."""
    first, second = stakes.sides
    return Stakes(sides=(replace(second, side=first.side), replace(first, side=second.side)), months=stakes.months)


def turned(answer: Any) -> Any:
    text = json.dumps(answer)
    return json.loads(text.replace("North", "\\u0000").replace("South", "North").replace("\\u0000", "South"))


VALUED = Stakes(sides=(replace(NORTH, unit_value=2.0), replace(SOUTH, unit_value=16.0)), months=MONTHS)


@pytest.mark.parametrize("stakes", [STAKES, VALUED, with_avoided(STAKES, "North", np.zeros(3))])
def test_exchanging_the_sides_exchanges_the_deal(stakes: Stakes) -> None:
    straight, crossed = deal(stakes), deal(exchanged(stakes))
    assert straight.gains == crossed.gains[::-1]
    for name in ("limits", "windows"):
        shown = [answer.as_dict()[name] for answer in (straight, crossed)]
        assert turned(shown[0]) == shown[1][::-1]
    parts = [[part.as_dict() for part in answer.patience.parts] for answer in (straight, crossed)]
    assert turned(parts[0]) == parts[1][::-1]
    assert straight.patience.value == crossed.patience.value
    # one sentence names both sides: its halves change places
    assert sorted(clauses(turned(list(straight.in_words)))) == sorted(clauses(crossed.in_words))


def clauses(sentences: Sequence[str]) -> list[str]:
    """Return the parts of sentences that speak of one side each."""
    return [part.strip(" .").removeprefix("Both gain unless ") for line in sentences for part in line.split(", or ")]


def test_listing_the_sides_in_the_other_order_changes_only_the_order() -> None:
    straight = deal(STAKES)
    crossed = deal(Stakes(sides=(SOUTH, NORTH), months=MONTHS))
    assert straight.limits == crossed.limits[::-1]
    assert straight.patience.parts == crossed.patience.parts[::-1]
    assert straight.windows == crossed.windows[::-1]


def test_exchanging_the_sides_exchanges_transfer_map_and_payoffs() -> None:
    straight, crossed = least_demanding_transfer(VALUED), least_demanding_transfer(exchanged(VALUED))
    assert (straight.given, straight.received) == (crossed.given, crossed.received)
    assert turned(straight.in_words) == crossed.in_words
    one, two = weight_map(STAKES), weight_map(exchanged(STAKES))
    assert np.array_equal(one.patience, two.patience.T)
    codes = np.array([NEITHER, SECOND_ONLY, FIRST_ONLY, BOTH])
    assert np.array_equal(codes[one.region], two.region.T)
    first, second = payoffs(STAKES)
    assert payoffs(exchanged(STAKES)) == (replace(second, side="North"), replace(first, side="South"))
    shift = [move(stakes, transfer(stakes, giver, 3.0, 0.5)).in_words for stakes, giver in (
        (STAKES, "North"), (exchanged(STAKES), "South"),
    )]  # fmt: skip
    assert sorted(turned(list(shift[0]))) == sorted(shift[1])


# ------------------------------------------------------------------------------------------------------------ bad input

BAD = [
    ("weight", lambda: replace(NORTH, weight=-1.0), "North.weight: must be a finite number >= 0, got -1.0"),
    ("weight-none", lambda: replace(NORTH, weight=math.nan), "North.weight: must be a finite number >= 0"),
    ("unit-value", lambda: replace(NORTH, unit_value=0.0), "North.unit_value: must be a finite number above 0"),
    ("avoided", lambda: replace(NORTH, avoided=np.array([math.nan])), "North.avoided: must be finite numbers"),
    ("avoided-text", lambda: Stake(side="North", avoided="much", weight=1.0), "North.avoided: must be finite numbers"),
    ("two-faults", lambda: replace(NORTH, weight=-1.0, unit_value=-1.0), "2 faults in stake of North"),
    ("one-side-twice", lambda: Stakes(sides=(NORTH, NORTH)), "no name twice"),
    ("one-side", lambda: Stakes(sides=(NORTH,)), "sides: must be 2 sides, got 1"),
    ("months-differ", lambda: Stakes(sides=(NORTH, replace(SOUTH, avoided=1.0))), "South.avoided: must have 3 months"),
    ("months", lambda: Stakes(sides=(NORTH, SOUTH), months=("May",)), "North.avoided: must have 1 months"),
    ("giver", lambda: transfer(STAKES, "East", 1.0, 1.0), r"side: must be one of \['North', 'South'\], got 'East'"),
    ("given", lambda: transfer(STAKES, "North", -1.0, 1.0), "given: must be a finite number >= 0"),
    ("scope-side", lambda: with_avoided(STAKES, "East", np.ones(3)), "side: must be one of"),
    ("scope-months", lambda: with_avoided(STAKES, "South", np.ones(2)), "South.avoided: must have 3 months, got 2"),
    ("no-scale", lambda: least_demanding_transfer(STAKES), "2 faults in transfer"),
    ("map", lambda: weight_map(STAKES, [-1.0]), "weights of North: must be a row of finite numbers >= 0"),
    ("no-dilemma", lambda: payoffs(scaled(1.0, k_a=0.0, k_b=2.0)), "2 faults in stakes"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_records_are_read_only_and_survive_a_copy() -> None:
    for record in (NORTH, weight_map(STAKES, [1.0], [0.1])):
        copy = pickle.loads(pickle.dumps(record))
        assert type(copy) is type(record)
        array = copy.avoided if isinstance(copy, Stake) else copy.patience
        assert not array.flags.writeable
