"""Bargaining and mediation: every number of the literature and of the formulas, then bargaining on its own.

That each solution is an equilibrium is tested in ``test_equilibrium``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standstill.errors import InputError
from standstill.talks.bargaining import ContinuousOffers, InsideOptions
from standstill.talks.solution import SET_BY_USER, Model, Solution, Sourced
from tests.cases.games import (
    EXAMPLES,
    RANDOM,
    SIDES,
    adviser,
    attrition,
    audience,
    crisis,
    dispute,
    exchanged,
    exchanged_words,
    fighting,
    finite,
    lagged,
    offers,
    reversed_order,
    screening,
    shift,
    trust,
    two_costs,
    unknown,
)

INSIDE = InsideOptions(sides=SIDES, inside=(0.2, 0.4), rates=(1.0, 1.0))
CONTINUOUS = ContinuousOffers(sides=SIDES, rates=(0.05, 0.10))


def north(model: Model) -> Callable[[], float]:
    """Return the payoff of the first side."""
    return lambda: model.solve().payoffs["North"]


def figure(model: Model, name: str) -> Callable[[], float]:
    """Return a figure of the solution, by name."""
    return lambda: model.solve().figures[name]


def breakdown(model: Model) -> Callable[[], float]:
    return lambda: model.solve().breakdown


# id, what is computed, what it must be: to half a unit of the last digit written
NUMBERS = [
    ("B1-share", north(offers()), "0.7142857"),
    ("B1-share-if-two-opens", lambda: offers(opener="South").solve().payoffs["South"], "0.3571429"),
    ("B1-continuous-time", north(CONTINUOUS), "0.6666667"),
    ("B1-finite-1", north(finite(1)), "1.0000000"),
    ("B1-finite-2", north(finite(2)), "0.2000000"),
    ("B1-finite-3", north(finite(3)), "0.9200000"),
    ("B1-finite-4", north(finite(4)), "0.3440000"),
    ("B1-finite-5", north(finite(5)), "0.8624000"),
    ("B1-finite-6", north(finite(6)), "0.4476800"),
    ("B2-share", north(INSIDE), "0.4000000"),
    ("B3-z", figure(fighting(), "best when it offers"), "0.668421"),
    ("B3-z-payoff", north(fighting()), "0.668421"),
    ("B3-w", figure(fighting(), "best when it is offered"), "0.631579"),
    ("B3-worst", figure(fighting(), "worst"), "0.300000"),
    ("B3-indeterminacy", figure(fighting(), "indeterminacy"), "0.368421"),
    ("B4-range-low", figure(crisis(), "least"), "0.4000000"),
    ("B4-range-high", figure(crisis(), "greatest"), "0.7000000"),
    ("B4-demand", figure(unknown(), "demand"), "0.7500000"),
    ("B4-p-fighting", breakdown(unknown()), "0.4166667"),
    ("B4-payoff", north(unknown()), "0.6041667"),
    ("B4-types-threshold", figure(two_costs(0.5), "threshold"), "0.4000000"),
    ("B4-types-p-fighting-above", breakdown(two_costs(0.41)), "0.5900000"),
    ("B4-types-p-fighting-below", breakdown(two_costs(0.39)), "0.0000000"),
    ("B5-rho", figure(screening(0.5), "accepted by a high side at once"), "0.5000000"),
    ("B5-high-first", figure(screening(0.5), "value of asking high first"), "1.3500000"),
    ("B5-middle-first", figure(screening(0.5), "value of asking for the middle first"), "1.1000000"),
    ("B5-payoff", north(screening(0.5)), "1.3500000"),
    ("B5-rho-likely", figure(screening(0.9), "accepted by a high side at once"), "0.944444"),
    ("B5-high-first-likely", figure(screening(0.9), "value of asking high first"), "2.6700000"),
    ("B5-middle-first-likely", figure(screening(0.9), "value of asking for the middle first"), "1.3400000"),
    ("B5-pool-unlikely", north(screening(0.3)), "1.0000000"),
    ("B5-pool-demand", figure(screening(0.3), "first demand"), "1.0000000"),
    ("B6-threshold-other-offers", figure(shift(0.4, "South"), "threshold"), "0.766667"),
    ("B6-threshold-declining-offers", figure(shift(0.4, "North"), "threshold"), "0.566667"),
    ("B6-p-fighting", breakdown(shift(0.4)), "1.000000"),
    ("B7-hazard", figure(attrition(), "hazard of North"), "0.1500000"),
    ("B7-delay", figure(attrition(), "mean delay"), "3.3333"),
    ("B7-efficiency", figure(attrition(), "worth left to North"), "0.7500000"),
    ("B7-delay-longer-shadow", figure(attrition(0.05), "mean delay"), "6.6667"),
    ("B7-lag-rate", figure(lagged(0.3), "greatest rate of North"), "0.346574"),
    ("B8-cost", figure(audience(0.5), "needed"), "0.5000000"),
    ("M1-gamma", figure(dispute(0.8, 1.65, "mediator"), "gamma"), "2.2000000"),
    ("M1-p-peace-mediator", figure(dispute(0.8, 1.65, "mediator"), "peace"), "0.77906"),
    ("M1-p-peace-arbitration", figure(dispute(0.8, 1.65, "arbitration"), "peace"), "0.77906"),
    ("M1-p-peace-direct", figure(dispute(0.8, 1.65, "talk"), "peace"), "0.67385"),
    ("M1-p-peace-mediator-weak", figure(dispute(0.8, 0.8, "mediator"), "peace"), "0.61728"),
    ("M1-p-peace-direct-weak", figure(dispute(0.8, 0.8, "talk"), "peace"), "0.61728"),
    ("M1-p-peace-mediator-cheap", figure(dispute(0.7, 0.6, "mediator"), "peace"), "0.92105"),
    ("M1-p-peace-direct-cheap", figure(dispute(0.7, 0.6, "talk"), "peace"), "0.88663"),
    ("M1-p-peace-strong-likely", figure(dispute(0.8, 2.2001, "none"), "peace"), "1.00000"),
    ("M2-bias", figure(adviser(0.4), "threshold"), "0.3846154"),
    ("M3-threshold", lambda: trust((0.6, 0.6)).thresholds[0], "0.5000000"),
    ("M3-reassured", lambda: trust((0.3, 0.3), (0.4, 0.4)).trust_after[0], "0.5172414"),
]


@pytest.mark.parametrize(
    ("compute", "written"), [pytest.param(compute, written, id=name) for name, compute, written in NUMBERS]
)
def test_numbers(compute: Callable[[], float], written: str):
    assert compute() == pytest.approx(float(written), abs=0.5 * 10 ** -len(written.partition(".")[2]))


def test_ids_of_numbers_are_unique():
    names = [name for name, _, _ in NUMBERS]
    assert len(set(names)) == len(names)


# ----------------------------------------------------------------------------------------- what every solution is


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_none_has_a_reason(name: str):
    solution = EXAMPLES[name].solve()
    fields = {"breakdown": solution.breakdown, "equilibrium": solution.equilibrium} | dict(solution.figures)
    fields["payoffs"] = solution.payoffs or None
    assert set(solution.reasons) == {name for name, value in fields.items() if value is None}
    assert all(reason and reason[-1] != "." for reason in solution.reasons.values())
    assert solution.breakdown is None or 0.0 <= solution.breakdown <= 1.0


@pytest.mark.parametrize("name", EXAMPLES)
def test_json_has_no_nan(name: str):
    solution = EXAMPLES[name].solve()
    text = json.dumps(solution.as_dict(), allow_nan=False)
    assert json.loads(text)["in_words"] == solution.in_words
    assert json.loads(text)["model"] == EXAMPLES[name].code


@pytest.mark.parametrize("name", EXAMPLES)
def test_one_or_two_sentences_that_name_both_sides(name: str):
    words = EXAMPLES[name].solve().in_words
    assert words.endswith(".")
    assert 1 <= words.replace("0.", "").count(". ") + 1 <= 2
    assert all(side in words for side in SIDES) or "either side" in words


@pytest.mark.parametrize("name", EXAMPLES)
def test_exchanging_the_sides_exchanges_the_answer_and_the_words(name: str):
    model = EXAMPLES[name]
    one, two = model.solve(), exchanged(model).solve()
    other = dict(zip(SIDES, SIDES[::-1], strict=True))
    assert two.payoffs == {other.get(player, player): payoff for player, payoff in one.payoffs.items()}
    assert two.breakdown == one.breakdown
    assert two.figures == {exchanged_words(key, SIDES): value for key, value in one.figures.items()}
    assert two.in_words == exchanged_words(one.in_words, SIDES)
    assert two.reasons == {key: exchanged_words(words, SIDES) for key, words in one.reasons.items()}
    if one.equilibrium is not None:
        rules = {
            exchanged_words(player, SIDES): exchanged_words(r, SIDES) for player, r in one.equilibrium.rules.items()
        }
        assert two.equilibrium.rules == rules


@pytest.mark.parametrize("code", RANDOM)
def test_the_order_of_the_sides_plays_no_part(code: str):
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(RANDOM[code])
    def holds(model: Model) -> None:
        one, two = model.solve(), reversed_order(model).solve()
        assert two.payoffs == pytest.approx(one.payoffs, rel=1e-9, abs=1e-9)
        assert (two.breakdown is None) == (one.breakdown is None)
        if one.breakdown is not None:
            assert two.breakdown == pytest.approx(one.breakdown, abs=1e-9)

    holds()


# ------------------------------------------------------------------------------------------ sources of the inputs


def test_a_report_prints_a_model_only_if_each_input_has_a_source():
    model = fighting()
    assert model.inputs == ("flow", "present", "patience.North", "patience.South", "striker")
    some = Sourced(model=model, sources={"flow": "c-1", "patience.South": "c-2", "striker": SET_BY_USER})
    assert some.lacking() == ("present", "patience.North")
    assert not some.may_be_printed()
    full = Sourced(model=model, sources=dict(some.sources) | {"present": "c-3", "patience": SET_BY_USER})
    assert full.lacking() == ()
    assert full.may_be_printed()
    assert (full.source("patience.North"), full.source("patience.South")) == (SET_BY_USER, "c-2")
    assert full.lacking(known={"c-1", "c-3"}) == ("patience.South",)
    assert not full.may_be_printed(known={"c-1", "c-3"})
    assert full.may_be_printed(known={"c-1", "c-2", "c-3"})


def test_an_input_that_is_not_given_needs_no_source():
    assert "reassurance.North" not in trust((0.5, 0.5)).inputs
    assert "reassurance.North" in trust((0.5, 0.5), (0.1, 0.1)).inputs


def test_faults_of_sources_are_listed():
    with pytest.raises(InputError, match="3 faults in sources of model B3") as caught:
        Sourced(model=fighting(), sources={"flow": "", "coal": "c-1", "patience.East": "c-1"})
    assert [fault.place for fault in caught.value.faults] == ["flow", "coal", "patience.East"]


# ------------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: offers(patience=(0.9, 1.0)), r"patience.South: must be a number >= 0 and < 1, got 1.0"),
        (lambda: offers(patience=0.9), "patience: must be two numbers, one for each side, got 0.9"),
        (lambda: offers(patience=(0.9, "0.8")), "patience.South: must be a number .*, got '0.8'"),
        (lambda: offers(opener="East"), "opener: must be one of 'North', 'South', got 'East'"),
        (lambda: offers(sides=("North", "North"), opener="North"), "sides: must have a name each"),
        (lambda: offers(sides=("North",)), "sides: must be two names"),
        (lambda: offers(patience=(-0.1, 2.0), opener="East"), "3 faults in model B1"),
        (lambda: CONTINUOUS.__class__(rates=(0.0, 1.0)), "rates.A: must be a number > 0, got 0.0"),
        (lambda: finite(0), "rounds: must be a number >= 1 and <= 1000, got 0"),
        (lambda: finite(2.5), "rounds: must be a whole number, got 2.5"),
        (lambda: InsideOptions(inside=(0.5, 0.5), rates=(1, 1)), "inside: must sum to below 1, got 1.0"),
        (lambda: fighting(present=1.0), "present: must be below flow, got 1.0"),
        (lambda: fighting(flow=math.nan), "flow: must be a number > 0, got nan"),
        (lambda: crisis(p=1.5, costs=(0.0, 0.1)), "2 faults in model B4-range"),
        (lambda: unknown(limit=math.inf), "limit: must be a number > 0, got inf"),
        (lambda: two_costs(0.5, low=0.4), "low: must be below high, got 0.4"),
        (lambda: screening(1.1), "chance: must be a number >= 0 and <= 1, got 1.1"),
        (lambda: screening(0.5, low=3.0), "low: must be below high, got 3.0"),
        (lambda: shift(0.9), "p_later: must be at most p_now, got 0.9"),
        (lambda: shift(0.4, patience=0.0), "patience: must be a number > 0 and < 1, got 0.0"),
        (lambda: attrition(low=(2.0, 1.0)), "high.North: must be above low, got 2.0"),
        (lambda: attrition(waiting=(-1.0, 0.5)), r"waiting.North: must make low \+ waiting positive, got -1.0"),
        (lambda: lagged(0.1, reward=(3.0, 1.0)), "reward.North: must lie between punishment and temptation"),
        (lambda: audience(0.5, sucker=0.5), "payoffs: must be temptation > reward > punishment > sucker"),
        (lambda: audience(-1.0), "cost: must be a number >= 0, got -1.0"),
        (lambda: audience(True), "cost: must be a number >= 0, got True"),
    ],
)
def test_bad_input(build: Callable[[], Model], words: str):
    with pytest.raises(InputError, match=words):
        build()


def test_lists_and_whole_numbers_are_taken_as_they_are_meant():
    model = offers(patience=[0, np.float64(0.5)])
    assert model.patience == (0.0, 0.5)
    assert [type(value) for value in model.patience] == [float, float]
    assert type(unknown(limit=1).limit) is float


# --------------------------------------------------------------------------------------------------- B1, B2: offers


def test_many_rounds_are_as_good_as_no_last_round():
    assert finite(400).solve().payoffs["North"] == pytest.approx(offers().solve().payoffs["North"], abs=1e-12)


def test_short_rounds_are_as_good_as_no_pause():
    length = 1e-6
    patience = tuple(math.exp(-rate * length) for rate in CONTINUOUS.rates)
    share = offers(patience=patience).solve().payoffs["North"]
    assert share == pytest.approx(CONTINUOUS.solve().payoffs["North"], abs=1e-6)


def iterated(patience: tuple[float, float], inside: tuple[float, float], rounds: int) -> float:
    """Return what side one keeps, from a last round back, with flows while talks go on."""
    (d1, d2), (b1, b2) = patience, inside
    keeps_one, keeps_two = 1.0, 1.0
    for _ in range(rounds):
        keeps_one, keeps_two = (
            1.0 - (1.0 - d2) * b2 - d2 * keeps_two,
            1.0 - (1.0 - d1) * b1 - d1 * keeps_one,
        )
    return keeps_one


@pytest.mark.parametrize(
    ("inside", "rates"), [((0.2, 0.4), (1.0, 1.0)), ((0.5, 0.1), (1.0, 3.0)), ((0.0, 0.0), (2.0, 1.0))]
)
def test_inside_options_are_the_limit_of_rounds(inside, rates):
    length = 1e-4
    patience = tuple(math.exp(-rate * length) for rate in rates)
    share = InsideOptions(sides=SIDES, inside=inside, rates=rates).solve().payoffs["North"]
    assert iterated(patience, inside, 400_000) == pytest.approx(share, abs=2e-4)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B1"])
def test_more_patience_brings_more(model):
    patience = (min(0.995, model.patience[0] + 0.005), model.patience[1])
    assert replace(model, patience=patience).solve().payoffs["North"] >= model.solve().payoffs["North"] - 1e-12


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B2"])
def test_a_better_inside_option_brings_more(model):
    more = replace(model, inside=(model.inside[0] + 0.02, model.inside[1]))
    assert more.solve().payoffs["North"] > model.solve().payoffs["North"]
    less = replace(model, rates=(model.rates[0] * 1.5, model.rates[1]))
    assert less.solve().payoffs["North"] < model.solve().payoffs["North"]


# ----------------------------------------------------------------------------------------- B3, B4: fighting or not


@settings(max_examples=200, derandomize=True, deadline=None)
@given(RANDOM["B3"])
def test_the_share_of_the_side_that_strikes_is_never_below_the_present_one(model):
    solution = model.solve()
    best = solution.figures["best when it offers"]
    assert solution.payoffs[model.striker] >= model.present
    if best is not None:
        # its own offer brings it the most, and never more than there is
        assert model.present <= solution.figures["best when it is offered"] <= best <= model.flow
    assert sum(solution.payoffs.values()) == pytest.approx(model.flow)


def test_a_threat_not_believed_leaves_things_as_they_are():
    solution = EXAMPLES["B3-threat-not-believed"].solve()
    assert solution.payoffs["North"] == 0.8
    assert solution.reasons["indeterminacy"].startswith("North would lose more by striking than it could gain")
    impatient = EXAMPLES["B3-payer-less-patient"].solve()
    assert "only if South is at least as patient" in impatient.reasons["best when it offers"]


def test_a_payer_less_patient_would_not_pay_what_the_formula_says():
    """The reason that no number is given: by the formula it would pay more now than waiting costs it."""
    d_u, d_f, now = 0.9, 0.8, 0.3
    z = ((1 - d_f) + d_f * (1 - d_u) * now) / (1 - d_u * d_f)
    w = (1 - d_u) * now + d_u * z
    waits = (1 - d_f) * (1 - now) + d_f * (1 - z)
    assert waits > 1 - w


def test_payoff_of_a_demand_is_that_of_all_costs():
    """Average over costs, one by one, instead of the closed form; and no demand on a grid does better."""
    model = unknown()
    costs = (np.arange(20_000) + 0.5) / 20_000 * model.limit
    for demand in (0.3, 0.55, 0.75, 0.9, 1.0):
        mean = np.where(costs >= demand - model.p, demand, model.p - model.cost).mean()
        assert model.payoff_of(demand) == pytest.approx(mean, abs=1e-4)
    payoffs = [model.payoff_of(demand) for demand in np.linspace(0.0, 1.0, 2001)]
    assert max(payoffs) == pytest.approx(model.solve().payoffs["North"], abs=1e-12)
    assert np.linspace(0.0, 1.0, 2001)[int(np.argmax(payoffs))] == pytest.approx(model.demand)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B4-uniform"])
def test_no_demand_does_better(model):
    best = model.payoff_of(model.demand)
    assert all(model.payoff_of(demand) <= best + 1e-12 for demand in np.linspace(0.0, 1.0, 101))
    other = next(side for side in SIDES if side != model.opener)
    solution = model.solve()
    assert solution.payoffs[model.opener] == best
    # the other side gets at least what fighting would give it, whatever its cost
    assert solution.payoffs[other] >= 1.0 - model.p - model.limit / 2 - 1e-12


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B4-range"])
def test_higher_costs_widen_the_range(model):
    low, high = model.range
    assert low < high
    wider = replace(model, costs=tuple(cost + 0.05 for cost in model.costs)).range
    assert wider[0] <= low
    assert wider[1] >= high


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B4-uniform"])
def test_a_higher_cost_of_ones_own_makes_for_less_risk(model):
    assert replace(model, cost=model.cost + 0.1).solve().breakdown <= model.solve().breakdown


# ------------------------------------------------------------------------------------------- B5, B6: time and power


@settings(max_examples=200, derandomize=True, deadline=None)
@given(RANDOM["B5"])
def test_screening_never_does_worse_than_pooling_nor_better_than_knowing(model):
    payoff = model.solve().payoffs[model.asks]
    known = model.chance * model.high + (1 - model.chance) * model.low
    assert model.low - 1e-12 <= payoff <= known + 1e-12


@settings(max_examples=200, derandomize=True, deadline=None)
@given(RANDOM["B6"])
def test_a_deeper_fall_never_prevents_fighting(model):
    deeper = replace(model, p_later=model.p_later * 0.9)
    assert deeper.fights >= model.fights
    threshold = model.threshold
    if threshold is None:
        assert not model.fights
    elif abs(model.p_later - threshold) > 1e-9:
        assert model.fights == (model.p_later < threshold)


def test_no_fall_is_deep_enough():
    solution = EXAMPLES["B6-never"].solve()
    assert solution.figures["threshold"] is None
    assert solution.reasons["threshold"] == "no fall in its chance is deep enough to fight over"
    assert solution.in_words.startswith("South would not fight over any fall in its chance to prevail.")


# ------------------------------------------------------------------------------------ B7, B8: deadlock, commitment


def test_hazards_are_the_limit_of_short_steps():
    model = EXAMPLES["B7-delay-unequal"]
    game, plan = model.solve().equilibrium.game()
    waiting = game.at.__self__
    for side, hazard in zip(SIDES, model.hazards, strict=True):
        sees = "first" if side == "North" else "second"
        assert plan.choose(side, sees)["concede"] / waiting.length == pytest.approx(hazard, rel=2e-3)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B7-delay"])
def test_a_longer_shadow_makes_for_a_longer_delay(model):
    longer = replace(model, rates=tuple(rate / 2 for rate in model.rates))
    assert longer.mean_delay == pytest.approx(2 * model.mean_delay)
    assert longer.efficiencies == pytest.approx(model.efficiencies)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B7-lag"])
def test_seeing_a_break_sooner_never_makes_it_harder_to_keep(model):
    sooner = replace(model, lag=tuple(lag / 2 for lag in model.lag))
    assert set(sooner.holders) >= set(model.holders)
    patient = replace(model, rates=tuple(rate / 2 for rate in model.rates))
    assert set(patient.holders) >= set(model.holders)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(RANDOM["B8"])
def test_more_patience_needs_less_cost(model):
    more = replace(model, patience=model.patience * 0.5 + 0.5 * 0.999)
    assert more.needed <= model.needed
    assert replace(model, cost=model.needed).holds


def test_solution_is_a_plain_record():
    solution = offers().solve()
    assert isinstance(solution, Solution)
    with pytest.raises(AttributeError, match="cannot assign to field"):
        solution.breakdown = 1.0
