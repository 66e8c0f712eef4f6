"""The tolerance designer: the two rules that it names, third parties, sides of their own, and what it refuses."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from standstill.errors import InputError
from standstill.talks.enforcement import Flags, Watch, best_rule, grim_on_flag
from standstill.talks.payoffs import Payoffs
from standstill.talks.tolerance import Counted, ToleranceTable, tolerance_table

A = Payoffs(side="A", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
B = replace(A, side="B")
ONE = (Counted(payoffs=A, hold=2.0, strike=6.0),)
BOTH = (Counted(payoffs=A, hold=1.0, strike=5.0), Counted(payoffs=B, hold=1.0, strike=5.0))


def needed(table: ToleranceTable) -> list[float]:
    return [math.inf if row.patience.value is None else row.patience.value for row in table.rows]


def assert_same(one: float | None, two: float | None) -> None:
    assert (one is None) is (two is None)
    assert one is None or one == pytest.approx(two, rel=1e-9)


def test_the_two_rules_are_the_best_of_all_rows() -> None:
    for discount in (0.45, 0.5, 0.6, 0.9, 0.999):
        table = tolerance_table(ONE, discount)
        assert needed(table).index(min(needed(table))) == table.easiest.tolerated == 4
        held = [row for row in table.rows if needed(table)[row.tolerated] <= discount]
        assert table.most_valuable.tolerated == max(held, key=lambda row: row.values[0].value).tolerated
        # one more is not held, and the table ends beyond it
        assert needed(table)[table.most_valuable.tolerated + 1] > discount


def test_words_name_both_rules() -> None:
    assert tolerance_table(ONE, 0.5).in_words == (
        "Tolerating 4 incidents in a period asks least patience: a weight of 0.44 on the next period.",
        "At a weight of 0.5, tolerating 5 incidents is worth most of what is held: false alarms leave 98.5 % of what "
        "the standstill could be worth.",
        "It then lasts 63.9 periods on average.",
    )
    assert tolerance_table(ONE, 0.4).in_words[1] == "At a weight of 0.4 no rule of this kind is held."
    useless = tolerance_table([replace(ONE[0], strike=2.0)], 0.9)
    assert (useless.easiest, useless.most_valuable) == (None, None)
    assert useless.in_words == ("Whatever number of incidents is tolerated, no patience makes every side hold.",)


def test_rows_are_flags_and_rules_of_the_counts() -> None:
    table = tolerance_table(BOTH, 0.8, third_party=0.5)
    for row in table.rows[:8]:
        alpha, beta = (float(stats.poisson.sf(row.tolerated, rate)) for rate in (2.5, 6.5))
        assert (row.alpha, *row.beta) == pytest.approx((alpha, beta, beta), rel=1e-12)
        watch = Watch(flags=Flags(alpha=alpha, beta=beta))
        rule = best_rule([A, B], watch, 0.8)
        assert_same(row.patience.value, grim_on_flag([A, B], watch).value)
        assert_same(row.life.value, rule.lives[0].value)
    assert table.rows[4].life.value is not None


def test_two_equal_sides_are_one() -> None:
    # 1 + 1 incidents while both hold, 1 + 5 while one strikes
    one, two = tolerance_table(ONE, 0.5), tolerance_table(BOTH, 0.5)
    assert needed(one) == pytest.approx(needed(two), rel=1e-12)
    for first, second in zip(one.rows, two.rows, strict=True):
        assert_same(first.kept.value, second.kept.value)


def test_counts_by_simulation() -> None:
    rng = np.random.default_rng(1)
    table = tolerance_table(BOTH, 0.5, third_party=1.0, most=4)
    incidents = rng.poisson(1.0, (3, 100_000))
    striking = rng.poisson(5.0, 100_000)
    for counts, expected in (
        (incidents.sum(axis=0), table.rows[4].alpha),
        (striking + incidents[1] + incidents[2], table.rows[4].beta[0]),
    ):
        flagged = (counts > 4).astype(float)
        assert abs((flagged.mean() - expected) / (flagged.std(ddof=1) / math.sqrt(flagged.size))) < 4.0


rates = st.floats(0.0, 8.0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rates, st.floats(0.0, 20.0), st.floats(0.05, 0.99), st.floats(0.01, 5.0))
def test_tolerance_is_worth_more_and_noise_makes_it_harder(
    hold: float, more: float, discount: float, third: float
) -> None:
    table = tolerance_table([Counted(payoffs=A, hold=hold, strike=hold + more)], discount, most=25)
    kept = [row.kept.value for row in table.rows if row.kept.value is not None]
    assert all(two >= one - 1e-9 for one, two in itertools.pairwise(kept))
    noisy = tolerance_table([Counted(payoffs=A, hold=hold, strike=hold + more)], discount, third_party=third, most=25)
    # incidents of third parties make even the best number tolerated ask more
    if noisy.easiest is not None and noisy.easiest.tolerated < 25:
        assert table.easiest is not None
        assert min(needed(table)) <= min(needed(noisy)) * (1.0 + 1e-9)
    # a strike that causes more incidents is never harder to deter, rule by rule
    plainer = tolerance_table([Counted(payoffs=A, hold=hold, strike=hold + more + third)], discount, most=25)
    assert all(one <= two * (1.0 + 1e-9) for one, two in zip(needed(plainer), needed(table), strict=True))


def test_exchanging_the_sides_exchanges_the_table() -> None:
    first = Counted(payoffs=replace(A, side="North", temptation=3.4), hold=1.3, strike=6.0, penalty=0.1)
    second = Counted(payoffs=replace(A, side="South", punishment=-1.0, sucker=-4.0), hold=0.4, strike=3.0)
    names = {"North": second, "South": first}
    swapped = [replace(counted, payoffs=replace(counted.payoffs, side=name)) for name, counted in names.items()]
    straight, crossed = tolerance_table([first, second], 0.8), tolerance_table(swapped, 0.8)
    text = json.dumps(straight.as_dict(), allow_nan=False)
    turned = json.loads(text.replace("North", "\\u0000").replace("South", "North").replace("\\u0000", "South"))
    for one, two in zip(turned["rows"], crossed.as_dict()["rows"], strict=True):
        assert (one["alpha"], one["beta"]) == (two["alpha"], two["beta"][::-1])
        assert one["patience"]["parts"] == two["patience"]["parts"][::-1]
        assert one["values"] == two["values"][::-1]
        assert (one["kept"], one["life"]) == (two["kept"], two["life"])
    assert (turned["easiest"], turned["most_valuable"]) == (crossed.easiest.tolerated, crossed.most_valuable.tolerated)
    assert turned["in_words"] == list(crossed.in_words)


def test_without_incidents_while_holding_there_is_no_mean_life() -> None:
    table = tolerance_table([Counted(payoffs=A, hold=0.0, strike=5.0)], 0.5)
    assert table.rows[0].alpha == 0.0
    assert table.rows[0].life.value is None
    assert "no mean life" in table.rows[0].life.reason
    assert table.most_valuable.kept.value == 1.0


def test_a_penalty_on_a_flag_asks_less_patience() -> None:
    with_penalty = tolerance_table([replace(ONE[0], penalty=0.5)], 0.5, most=8)
    without = tolerance_table(ONE, 0.5, most=8)
    assert with_penalty.easiest.patience.value < without.easiest.patience.value


BAD = [
    ("hold", lambda: Counted(payoffs=A, hold=-1.0, strike=1.0), "A.hold: must be a finite number >= 0, got -1.0"),
    ("strike", lambda: Counted(payoffs=A, hold=1.0, strike=math.inf), "A.strike: must be a finite number >= 0"),
    ("both", lambda: Counted(payoffs=A, hold=-1.0, strike=-1.0), "2 faults in incidents of A"),
    ("penalty", lambda: Counted(payoffs=A, hold=1.0, strike=1.0, penalty=-1.0), "A.penalty: must be a finite number"),
    ("discount", lambda: tolerance_table(ONE, 1.0), "discount: must be at least 0 and below 1"),
    ("third-party", lambda: tolerance_table(ONE, 0.5, third_party=-1.0), "third_party: must be a finite number >= 0"),
    ("most", lambda: tolerance_table(ONE, 0.5, most=-1), "most: must be a whole number >= 0"),
    ("most-half", lambda: tolerance_table(ONE, 0.5, most=1.5), "most: must be a whole number"),
    ("no-side", lambda: tolerance_table([], 0.5), "sides: must be at least one side"),
    ("too-many", lambda: tolerance_table([replace(ONE[0], strike=1e6)], 0.5), "most: must be below 10000"),
]


@pytest.mark.parametrize(("call", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
