"""Enforcement for any inputs: monotone, the same for both sides, none with a reason, and bad input refused."""

from __future__ import annotations

import json
import math
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings

from standstill.errors import InputError
from standstill.talks.answer import Answer, Thresholds
from standstill.talks.enforcement import (
    Flags,
    Game,
    UnitPayoffs,
    Watch,
    best_rule,
    counting_rule,
    echo,
    end_value_needed,
    equilibria,
    grim,
    grim_on_flag,
    grim_values,
    next_step_chance,
    penalty_needed,
    reply_needed,
    response_length,
    resume_rule,
    seasonal_patience,
    seasonal_safeguards,
    solve_winter,
    third_party_limit,
    tit_for_tat,
    winter_patience,
)
from standstill.talks.payoffs import MonthlyPayoffs, Payoffs
from tests.talks.enforcement_cases import SEEN, WINTER, A, B, year

FIRM = solve_winter(WINTER, 0.95, 2.0)

# ----------------------------------------------------------------------------------------------------------- properties

rates = st.floats(0.0, 1.0)
positive = st.floats(0.01, 100.0)


@st.composite
def dilemmas(draw: st.DrawFn, side: str = "A") -> Payoffs:
    gain, loss, struck = draw(positive), draw(positive), draw(positive)
    return Payoffs(side=side, temptation=gain, reward=0.0, punishment=-loss, sucker=-loss - struck)


@st.composite
def months(draw: st.DrawFn, side: str, count: int = 5) -> MonthlyPayoffs:
    # nothing, or an amount that rounding does not hide: the solver takes gains below its rounding for none
    amount = st.integers(0, 1000).map(lambda hundredths: hundredths / 100)
    row = st.lists(amount, min_size=count, max_size=count)
    return MonthlyPayoffs(side=side, gains=draw(row), losses=draw(row))


def order(threshold: Thresholds | Answer) -> float:
    """Return a threshold as a number that can be compared: what does not exist is beyond all numbers."""
    return math.inf if threshold.value is None else threshold.value


def no_harder(easier: Thresholds | Answer, harder: Thresholds | Answer) -> bool:
    return order(easier) <= order(harder) * (1.0 + 1e-9) + 1e-12


@settings(max_examples=300, deadline=None, derandomize=True)
@given(dilemmas(), rates, rates, rates, st.floats(0.0, 5.0), st.floats(1.0, 3.0))
def test_better_watching_or_more_at_stake_is_never_harder(
    side: Payoffs, alpha: float, beta: float, share: float, penalty: float, more: float
) -> None:
    flags = Flags(alpha=alpha, beta=beta, penalty=penalty)
    needed = grim_on_flag([side], Watch(flags=flags))
    fewer = replace(flags, alpha=alpha * share)
    better = replace(flags, beta=beta + (1.0 - beta) * share)
    assert no_harder(grim_on_flag([side], Watch(flags=fewer)), needed)
    assert no_harder(grim_on_flag([side], Watch(flags=better)), needed)
    mutual = replace(side, punishment=side.punishment * more, sucker=side.sucker * more)
    assert no_harder(grim_on_flag([mutual], Watch(flags=flags)), needed)
    assert no_harder(needed, grim_on_flag([side], Watch(flags=flags, third_party=share)))
    assert no_harder(grim([mutual]), grim([side]))
    assert no_harder(grim([side], lag=2), grim([side], lag=3))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(dilemmas("A"), dilemmas("B"), rates, rates, rates, rates, rates)
def test_more_patience_holds_what_less_held(
    first: Payoffs, second: Payoffs, alpha: float, beta: float, other: float, share: float, more: float
) -> None:
    # mostly flags that tell something, and discounts between the threshold and 1
    flags = {"A": Flags(alpha=0.1 * alpha, beta=0.5 + 0.5 * beta), "B": Flags(alpha=0.1 * alpha, beta=other)}
    watch = Watch(flags=flags)
    needed = grim_on_flag([first, second], watch).value
    assume(needed is not None and needed < 0.999)
    discount = needed + (0.999 - needed) * share
    patient = discount + (0.999 - discount) * more
    rule, longer = best_rule([first, second], watch, discount), best_rule([first, second], watch, patient)
    assert longer.trigger.value <= rule.trigger.value * (1.0 + 1e-12)
    values = [[answer.value for answer in one.values] for one in (rule, longer)]
    assert values[0] == pytest.approx(values[1], rel=1e-9)
    # a pause cannot do better than the best chance, and strikes for good do worst
    resumed, ended = resume_rule([first, second], watch, discount), grim_values([first, second], watch, discount)
    for best, pause, end in zip(rule.values, resumed.values, ended, strict=True):
        tolerance = 1e-9 * (1.0 + abs(best.value))
        assert pause.value is None or pause.value <= best.value + tolerance
        assert end.value <= best.value + tolerance


@settings(max_examples=150, deadline=None, derandomize=True)
@given(months("A"), rates, rates, rates, st.floats(1.0, 3.0), st.integers(0, 4))
def test_seasons_with_better_watching_or_more_at_stake_are_never_harder(
    side: MonthlyPayoffs, alpha: float, beta: float, share: float, more: float, month: int
) -> None:
    flags = Flags(alpha=alpha, beta=beta)
    needed = seasonal_patience([side], Watch(flags=flags))
    losses = side.losses.copy()
    losses[month] *= more
    easier = [
        seasonal_patience([side], Watch(flags=replace(flags, alpha=alpha * share))),
        seasonal_patience([side], Watch(flags=replace(flags, beta=beta + (1.0 - beta) * share))),
        seasonal_patience([replace(side, losses=losses)], Watch(flags=flags)),
    ]
    for other in easier:
        assert all(no_harder(one, two) for one, two in zip(other.parts, needed.parts, strict=True))


def kept(*args: Any) -> set[int]:
    """Return the months from which on a winter is held to its end."""
    first = solve_winter(*args).kept_from
    return set() if first is None else set(range(first, 5))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(months("A"), months("B"), rates, rates, rates, st.floats(0.0, 0.99), st.floats(0.0, 20.0), st.floats(1.0, 3.0))
def test_a_winter_keeps_all_months_that_it_kept_with_less(
    first: MonthlyPayoffs,
    second: MonthlyPayoffs,
    alpha: float,
    beta: float,
    share: float,
    discount: float,
    end: float,
    more: float,
) -> None:
    flags = Flags(alpha=min(alpha, beta), beta=max(alpha, beta))
    both, watch = (first, second), Watch(flags=flags)
    now = kept(both, discount, end, watch)
    larger = tuple(replace(side, losses=side.losses * more) for side in both)
    assert now <= kept(both, discount + (0.99 - discount) * share, end, watch)
    assert now <= kept(both, discount, end * more, watch)
    assert now <= kept(larger, discount, end, watch)
    assert now <= kept(both, discount, end, Watch(flags=replace(flags, alpha=flags.alpha * share)))
    better = replace(flags, beta=flags.beta + (1.0 - flags.beta) * share)
    assert now <= kept(both, discount, end, Watch(flags=better))
    # what each month asks to follow, taking it that later months are held, is what the game asks
    needs = end_value_needed(both, discount, watch)
    close = 1e-9 * (1.0 + end)
    for month in range(5):
        asked = [order(answer) for answer in needs if answer.month >= month]
        assert month in now or max(asked) > end - close
        assert month not in now or max(asked) < end + close


def test_better_watching_can_undo_a_month_that_waits_for_strikes_to_be_put_up_with() -> None:
    first = MonthlyPayoffs(side="A", gains=[0.0, 0.2], losses=[0.0, 0.0])
    second = MonthlyPayoffs(side="B", gains=[0.25, 5.0], losses=[0.0, 0.0])
    seldom, always = (solve_winter((first, second), 0.5, 1.0, Watch(flags=Flags(beta=beta))) for beta in (0.5, 1.0))
    # in the second month B strikes, half unseen, and A holds for what may follow: worth waiting for in the first
    assert seldom.nodes[1][0].choice.pure == ((0, 1),)
    assert (seldom.held, always.held) == ((True, False), (False, False))
    assert (seldom.kept_from, always.kept_from) == (None, None)


# ------------------------------------------------------------------------------------------------ exchanging the sides


def turned(answer: Any) -> Any:
    """Return an answer with the names of the sides exchanged."""
    text = json.dumps(answer)
    return json.loads(text.replace("North", "\\u0000").replace("South", "North").replace("\\u0000", "South"))


X = replace(A, temptation=3.7, punishment=-0.4)
Y = replace(A, temptation=2.9, reward=2.2, sucker=-3.1)
FX, FY = Flags(alpha=0.03, beta=0.55, penalty=0.2), Flags(alpha=0.06, beta=0.75)
MX = {"gains": [0.3, 0.7, 0.9], "losses": [1.1, 2.3, 0.4]}
MY = {"gains": [0.6, 0.2, 0.8], "losses": [0.9, 1.7, 1.3]}
UX, UY = {"gain": 0.5, "loss": 1.3}, {"gain": 0.7, "loss": 2.1}


def both(one: Any, two: Any) -> list[Payoffs]:
    return [replace(one, side="North"), replace(two, side="South")]


def watched(one: Flags, two: Flags, end: Any = "any side's flag") -> Watch:
    return Watch(flags={"North": one, "South": two}, ends_on=end, third_party=0.05)


def seasons(one: dict[str, Any], two: dict[str, Any]) -> list[MonthlyPayoffs]:
    return [MonthlyPayoffs(side="North", **one), MonthlyPayoffs(side="South", **two)]


def units(one: dict[str, Any], two: dict[str, Any]) -> list[UnitPayoffs]:
    return [UnitPayoffs(side="North", **one), UnitPayoffs(side="South", **two)]


def dicts(answers: Any) -> list[Any]:
    return [answer.as_dict() for answer in answers]


# every answer as JSON, as a function of (what A has, what B has)
ANSWERS: dict[str, tuple[Callable[[Any, Any], Any], Any, Any]] = {
    "grim": (lambda one, two: grim(both(one, two), lag=2, end=0.05).as_dict(), X, Y),
    "tit-for-tat": (lambda one, two: tit_for_tat(both(one, two)).as_dict(), X, Y),
    "response": (lambda one, two: response_length(both(one, two), 0.6).as_dict(), X, Y),
    "grim-on-flag": (lambda one, two: grim_on_flag(both(*one), watched(*two)).as_dict(), (X, Y), (FX, FY)),
    "one-flag": (lambda one, two: grim_on_flag(both(*one), watched(*two, "one flag")).as_dict(), (X, Y), (FX, FY)),
    "best-rule": (lambda one, two: best_rule(both(*one), watched(*two), 0.9).as_dict(), (X, Y), (FX, FY)),
    "values": (lambda one, two: dicts(grim_values(both(*one), watched(*two), 0.9)), (X, Y), (FX, FY)),
    "resume": (lambda one, two: dicts(resume_rule(both(*one), watched(*two), 0.9).values), (X, Y), (FX, FY)),
    "penalty": (lambda one, two: dicts(penalty_needed(both(*one), watched(*two), 0.4)), (X, Y), (FX, FY)),
    "third-party": (lambda one, two: third_party_limit(both(*one), watched(*two)).as_dict(), (X, Y), (FX, FY)),
    "reply": (lambda one, two: reply_needed(units(*one), 0.9, watch=watched(*two)).as_dict(), (UX, UY), (FX, FY)),
    "echo": (
        lambda one, two: echo({"North": one[0], "South": one[1]}, watched(*two)).as_dict(), (0.7, 1.1), (FX, FY),
    ),
    "seasonal": (lambda one, two: seasonal_patience(seasons(*one), watched(*two)).as_dict(), (MX, MY), (FX, FY)),
    "seasonal-guards": (
        lambda one, two: dicts(seasonal_safeguards(seasons(*one), 0.5, watched(*two))), (MX, MY), (FX, FY),
    ),
    "end-value": (lambda one, two: dicts(end_value_needed(seasons(*one), 0.9, watched(*two))), (MX, MY), (FX, FY)),
    "next-step": (
        lambda one, two: next_step_chance(seasons(*one), 0.9, 4.0, watched(*two)).as_dict(), (MX, MY), (FX, FY),
    ),
    "winter-patience": (
        lambda one, two: winter_patience(seasons(*one), 3.0, watched(*two)).as_dict(), (MX, MY), (FX, FY),
    ),
    "winter": (lambda one, two: solve_winter(seasons(*one), 0.9, 3.0, watched(*two)).as_dict(), (MX, MY), (FX, FY)),
}  # fmt: skip


def in_order(answer: Any) -> Any:
    """Return an answer with all lists in one order, so that only the names of the sides matter."""
    if isinstance(answer, dict):
        return {key: in_order(value) for key, value in sorted(answer.items())}
    if isinstance(answer, list) and any(isinstance(item, dict | str) for item in answer):
        return sorted((in_order(item) for item in answer), key=lambda item: json.dumps(item, sort_keys=True))
    return answer


@pytest.mark.parametrize("name", ANSWERS)
def test_exchanging_the_sides_exchanges_the_answer(name: str) -> None:
    answer, one, two = ANSWERS[name]
    straight = answer(one, two)
    crossed = answer(one[::-1], two[::-1]) if isinstance(one, tuple) else answer(two, one)
    assert json.dumps(straight, allow_nan=False)
    assert in_order(turned(straight)) == in_order(crossed)
    assert straight != crossed, "the case has to tell the sides apart"


def test_equal_sides_both_bind() -> None:
    assert [answer.side for answer in grim([A, B]).binding] == ["A", "B"]
    assert [answer.side for answer in third_party_limit([A, B], SEEN).binding] == ["A", "B"]


# --------------------------------------------------------------------------------------------------------- what is none

NONE = [
    ("flags-tell-nothing", lambda: grim_on_flag([A], Watch(flags=Flags(alpha=0.3, beta=0.2))), "tells nothing"),
    ("flags-tell-nothing-equal", lambda: grim_on_flag([A], Watch(flags=Flags(alpha=0.3, beta=0.3))), "tells nothing"),
    ("too-many-false-alarms", lambda: grim_on_flag([A], Watch(flags=Flags(alpha=0.4, beta=0.5))), "too frequent"),
    (
        "penalties-on-false-alarms",
        lambda: grim_on_flag([A], Watch(flags=Flags(alpha=0.5, beta=1.0, penalty=4.0))),
        "all that the standstill is worth",
    ),
    ("the-end-comes-too-soon", lambda: grim([A], end=0.7), "the last with probability 0.7"),
    ("taking-turns", lambda: tit_for_tat([replace(A, temptation=6.0)]), "[Tt]aking turns"),
    ("no-number-of-steps", lambda: response_length([A], 0.3), "no number of steps"),
    ("only-strikes-for-good", lambda: response_length([A], 1 / 3), "only just outweigh"),
    ("no-third-party", lambda: third_party_limit([A], Watch(flags=Flags(alpha=0.4, beta=0.5))), "Even without"),
    ("no-third-party-at-d", lambda: third_party_limit([A], SEEN, 0.4), "Even without"),
    ("no-ratio", lambda: reply_needed([UnitPayoffs(side="A", gain=1, loss=1)], 0.0), "nothing that comes later"),
    ("no-season", lambda: seasonal_patience(year([1.0, 1.0], [0.0, 0.0])), "more than all that is ahead"),
    ("no-season-by-flags", lambda: seasonal_patience(year([1], [1]), Watch(flags=Flags(alpha=1))), "tells nothing"),
    ("no-winter", lambda: winter_patience(WINTER, 0.9), "no patience"),
    ("no-winter-by-flags", lambda: winter_patience(WINTER, 9.0, Watch(flags=Flags(beta=0.0))), "tells nothing"),
    ("no-talks", lambda: next_step_chance(WINTER, 0.95, 1.0), "Even if broader talks were certain"),
    ("no-talks-without-patience", lambda: next_step_chance(WINTER, 0.0, 1.0), "At a discount of 0"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), [case[1:] for case in NONE], ids=[case[0] for case in NONE])
def test_what_does_not_exist_is_none_with_a_reason(answer: Callable[[], Thresholds], words: str) -> None:
    found = answer()
    assert found.value is None
    assert all(re.search(words, part.reason) for part in found.binding)
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["value"] is None
    assert not found.met_by(0.999) or found.binds == "least"


def test_below_the_threshold_there_is_no_value_and_words_say_what_it_takes() -> None:
    for answers in (grim_values([A], SEEN, 0.4), best_rule([A], SEEN, 0.4).values, resume_rule([A], SEEN, 0.4).values):
        assert answers[0].value is None
        assert "at least 0.488" in answers[0].reason
    only_for_good = resume_rule([A], Watch(), 1 / 3)
    assert only_for_good.length.value is None
    assert "strikes for good" in only_for_good.length.reason


def test_without_false_alarms_there_is_no_mean_life() -> None:
    rule = best_rule([A], Watch(), 0.5)
    assert (rule.lives[0].value, rule.values[0].value) == (None, A.reward)
    assert "no mean life" in rule.lives[0].reason


def test_a_penalty_can_be_enough_alone() -> None:
    watch = Watch(flags=Flags(alpha=0.0, beta=0.5, penalty=2.0))
    assert grim_on_flag([A], watch).value == 0.0
    assert best_rule([A], watch, 0.0).trigger.value == 0.0
    assert resume_rule([A], watch, 0.0).length.value == 0
    assert "penalty alone" in grim_on_flag([A], watch).parts[0].reason


@pytest.mark.parametrize(
    ("watch", "words"),
    [
        (Watch(flags=Flags(alpha=0.2, beta=0.1)), "tells nothing"),
        (Watch(flags=Flags(alpha=0.45, beta=0.5)), "No penalty"),
    ],
)
def test_no_penalty_helps_where_flags_do_not_tell(watch: Watch, words: str) -> None:
    (answer,) = penalty_needed([A], watch, 0.5)
    assert answer.value is None
    assert words in answer.reason


def test_no_penalty_is_needed_where_a_side_holds_already() -> None:
    assert penalty_needed([A], SEEN, 0.5)[0].value == 0.0


def test_a_month_in_which_nothing_is_gained_needs_no_patience() -> None:
    assert seasonal_patience(year([0.0, 0.0], [0.0, 0.0])).value == 0.0
    assert seasonal_patience(year([0.0], [1.0]), Watch(flags=Flags(alpha=0.5, beta=0.5))).value == 0.0
    assert [answer.value for answer in end_value_needed(year([0.0], [1.0]), 0.0)] == [0.0]


# ------------------------------------------------------------------------------------------------------------ bad input

BAD = [
    ("no-dilemma", lambda: replace(A, temptation=1.0), r"A: must have temptation > reward > punishment > sucker"),
    ("equal-payoffs", lambda: replace(A, punishment=2.0), "temptation > reward > punishment > sucker"),
    ("payoff-not-finite", lambda: replace(A, reward=math.nan), r"A.reward: must be a finite number"),
    ("payoff-text", lambda: replace(A, reward="2"), r"A.reward: must be a finite number, got '2'"),
    ("alpha-above-1", lambda: Flags(alpha=1.2), "alpha: must be a probability from 0 to 1, got 1.2"),
    ("beta-below-0", lambda: Flags(beta=-0.1), "beta: must be a probability"),
    ("beta-none", lambda: Flags(beta=math.nan), "beta: must be a probability"),
    ("penalty-below-0", lambda: Flags(penalty=-1.0), "penalty: must be a finite number >= 0"),
    ("two-faults", lambda: Flags(alpha=2.0, beta=2.0), "2 faults in flags"),
    ("third-party", lambda: Watch(third_party=1.5), "third_party: must be a probability"),
    ("ends-on", lambda: Watch(ends_on="two flags"), "ends_on: must be"),
    ("watch-sides", lambda: grim_on_flag([A, B], Watch(flags={"A": FX})), "flags: must name the sides"),
    ("no-side", lambda: grim([]), "sides: must be at least one side"),
    ("one-name-twice", lambda: grim([A, A]), "no name twice"),
    ("lag", lambda: grim([A], lag=0), "lag of A: must be a whole number >= 1, got 0"),
    ("lag-half", lambda: grim([A], lag=1.5), "lag of A: must be a whole number"),
    ("lag-sides", lambda: grim([A], lag={"B": 1}), "lag: must name the sides"),
    ("end", lambda: grim([A], end=1.5), "end: must be a probability"),
    ("discount-1", lambda: best_rule([A], SEEN, 1.0), "discount: must be at least 0 and below 1, got 1.0"),
    ("discount-below-0", lambda: response_length([A], -0.1), "discount: must be at least 0 and below 1"),
    ("discount-truth", lambda: grim_values([A], SEEN, True), "discount: must be at least 0 and below 1"),
    ("rate-below-0", lambda: counting_rule(-1.0, 2.0, 1), "hold: must be a finite number >= 0"),
    ("count-half", lambda: counting_rule(1.0, 2.0, 1.5), "tolerated: must be a whole number"),
    ("unit-gain", lambda: UnitPayoffs(side="A", gain=0.0, loss=1.0), "A.gain: must be a finite number above 0"),
    ("three-echoes", lambda: echo({"A": 1.0, "B": 1.0, "C": 1.0}), "sides: must be 2 sides"),
    ("ratio", lambda: echo({"A": -1.0, "B": 1.0}), "ratio of A: must be a finite number >= 0"),
    ("reply-lag", lambda: reply_needed([UnitPayoffs(side="A", gain=1, loss=1)], 0.9, lag={}), "lag: must name"),
    ("no-month", lambda: MonthlyPayoffs(side="A", gains=[], losses=[]), "at least one month"),
    ("months", lambda: MonthlyPayoffs(side="A", gains=[1.0], losses=[1.0, 2.0]), "A.losses: must be 1 finite numbers"),
    ("month-names", lambda: replace(WINTER[0], months=("x",) * 4), "be 4 different names"),
    ("month-not-finite", lambda: MonthlyPayoffs(side="A", gains=[math.inf], losses=[1]), "A.gains: must be"),
    ("month-ragged", lambda: MonthlyPayoffs(side="A", gains=[[1], [1, 2]], losses=[1]), "A.gains: must be"),
    ("months-differ", lambda: seasonal_patience([*year([1], [1]), WINTER[1]]), "B.months: must be those of A"),
    ("seasonal-discount", lambda: seasonal_safeguards(WINTER, 1.0), "discount: must be"),
    ("winter-discount", lambda: solve_winter(WINTER, 1.0), "discount: must be"),
    ("winter-one-side", lambda: solve_winter(WINTER[:1], 0.9), "sides: must be 2 sides"),
    ("winter-end", lambda: solve_winter(WINTER, 0.9, math.inf), "end value to A: must be a finite number"),
    ("winter-end-sides", lambda: solve_winter(WINTER, 0.9, {"A": 1.0}), "value: must name the sides"),
    ("winter-alphas", lambda: solve_winter(WINTER, 0.9, 0, Watch(flags={"A": FX, "B": FY})), "alpha: must be the same"),
    ("talks-value", lambda: next_step_chance(WINTER, 0.9, 0.0), "value to A: must be a finite number above 0"),
    ("no-threshold", lambda: Thresholds(parts=()), "at least one answer"),
    ("no-threshold-of-side", lambda: grim([A]).of("C"), "at least one answer"),
    ("game-shape", lambda: replace(FIRM.game, payoffs=np.zeros((4, 2, 2, 2))), "payoffs: must be finite numbers of"),
    ("game-chances", lambda: replace(FIRM.game, chances=FIRM.game.chances * 0.9), "sum to 1"),
    ("game-months", lambda: replace(FIRM.game, months=()), "at least one of each"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_too_many_equilibria_are_refused() -> None:
    tied = Game(
        sides=("A", "B"), actions=("hold", "strike"), months=tuple(range(9)), states=("x",),
        payoffs=np.zeros((9, 1, 2, 2, 2)), chances=np.ones((9, 1, 2, 2, 1)), end=[[0.0, 0.0]], discount=0.9,
    )  # fmt: skip
    with pytest.raises(InputError, match="at most 10000"):
        equilibria(tied)


# ---------------------------------------------------------------------------------------------------------------- words

LOADED = ("violat", "aggress", "cheat", "punish", "enemy", "guilt", "best date", "break it", "blame")


@pytest.mark.parametrize("name", ANSWERS)
def test_words_are_neutral_and_name_no_date_to_break(name: str) -> None:
    answer, one, two = ANSWERS[name]
    text = json.dumps(answer(one, two)).lower()
    assert [word for word in LOADED if word in text] == []


def test_records_survive_a_copy() -> None:
    for record in (WINTER[0], FIRM.game):
        copy = pickle.loads(pickle.dumps(record))
        assert type(copy) is type(record)
        assert not copy.gains.flags.writeable if isinstance(record, MonthlyPayoffs) else not copy.end.flags.writeable
