"""Mediation on its own: the closed forms against linear programs over all protocols, and properties.

Its numbers are in the table of ``test_bargaining``; that each solution is an equilibrium is tested in
``test_equilibrium``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standstill.errors import InputError
from standstill.talks.mediation import PROTOCOLS, Ripeness
from standstill.talks.solution import Model
from tests.cases.games import (
    EXAMPLES,
    RANDOM,
    SIDES,
    adviser,
    dispute,
    disputes,
    ripeness,
    trust,
)
from tests.reference.mediation_lp import Dispute, divisions, most_peace

# ------------------------------------------------------------------------------------------------------------- M1


def by_program(model, protocol: str, parts: int = 40) -> float:
    """Return the most peace by linear programming; divisions include those of the closed form."""
    draws = model._draws()
    extra = tuple(share for shares in draws.values() for share in shares)
    return most_peace(Dispute(model.odds, model.left, model.p, divisions(model.p, model.left, parts, extra)), protocol)


CASES = [
    # what fighting leaves, odds of strong, strong's share: the reference values, then each case of the closed forms
    pytest.param(0.8, 1.65, 0.9, id="costly-likely"),
    pytest.param(0.8, 0.8, 0.9, id="costly-unlikely"),
    pytest.param(0.7, 0.6, 0.9, id="cheap"),
    pytest.param(0.6, 0.05, 0.9, id="gamma-below-1-unlikely"),
    pytest.param(0.6, 0.15, 0.9, id="gamma-below-1-likely"),
    pytest.param(0.6, 0.18, 0.9, id="gamma-below-1-very-likely"),
    pytest.param(0.7, 0.3, 0.9, id="gamma-near-1-unlikely"),
    pytest.param(0.7, 0.45, 0.9, id="gamma-near-1-paid-to-be-true"),
    pytest.param(0.7, 0.5, 0.9, id="gamma-near-1-all-unequal-pairs-settle"),
    pytest.param(0.7, 0.84, 0.9, id="gamma-near-1-likely"),
    pytest.param(0.9, 6.0, 1.0, id="very-costly"),
]


@pytest.mark.parametrize("protocol", ["mediator", "arbitration", "talk"])
@pytest.mark.parametrize(("left", "odds", "p"), CASES)
def test_no_protocol_of_the_kind_brings_more_peace(left: float, odds: float, p: float, protocol: str):
    model = dispute(left, odds, protocol, p)
    assert by_program(model, protocol) == pytest.approx(model.peace, abs=1e-8)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(disputes("mediator"))
def test_mediation_is_as_good_as_arbitration_for_any_inputs(model):
    assert by_program(model, "mediator", 10) == pytest.approx(model.peace, abs=1e-7)
    assert by_program(model, "arbitration", 10) == pytest.approx(model.peace, abs=1e-7)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(disputes("talk"))
def test_direct_talk_for_any_inputs(model):
    # where no talk is needed, telling the truth brings less than saying nothing
    programmed = by_program(model, "talk", 10)
    if model.odds < model.gamma:
        assert programmed == pytest.approx(model.peace, abs=1e-7)
    else:
        assert programmed <= model.peace + 1e-9 == pytest.approx(1.0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(disputes())
def test_order_of_protocols(model):
    peace = {protocol: replace(model, protocol=protocol).peace for protocol in PROTOCOLS}
    assert peace["mediator"] == peace["arbitration"]
    assert peace["mediator"] >= peace["talk"] - 1e-12
    assert peace["talk"] >= peace["none"] - 1e-12
    assert all(0.0 < value <= 1.0 for value in peace.values())


@settings(max_examples=100, deadline=None, derandomize=True)
@given(disputes())
def test_both_sides_expect_the_same_and_lose_only_by_fighting(model):
    solution = model.solve()
    one, two = solution.payoffs.values()
    assert one == two
    assert one + two == pytest.approx(1.0 - (1.0 - model.left) * solution.breakdown)


def test_a_costlier_fight_makes_for_more_peace():
    for protocol in PROTOCOLS:
        peace = [dispute(left, 0.6, protocol).peace for left in np.linspace(0.5, 0.95, 40)]
        assert all(before >= after - 1e-12 for before, after in pairwise(peace))


def test_closed_forms_of_direct_talk_meet_where_they_change():
    """No jump at the odds where one case gives way to the next, except to peace where strength no longer matters."""
    for left in (0.6, 0.7, 0.8):
        gamma = dispute(left, 0.1, "talk").gamma
        for odds in (gamma / 2, gamma / (1 + gamma), 1 / (1 + gamma)):
            if odds < gamma - 1e-6:
                below, above = (dispute(left, odds * factor, "talk").peace for factor in (1 - 1e-9, 1 + 1e-9))
                assert below == pytest.approx(above, abs=1e-7)


# ------------------------------------------------------------------------------------------------------------- M2


def test_a_mediator_who_leans_to_neither_side_is_not_believed():
    solution = adviser(0.0).solve()
    assert solution.equilibrium.rules["the mediator"] == "says that the other side is firm, whatever is so"
    assert solution.in_words.startswith("North learns nothing from what the mediator says of South")


@pytest.mark.parametrize(("bias", "believed"), [(0.384, False), (0.385, True)])
def test_bias_that_is_believed(bias: float, believed: bool):
    assert adviser(bias).is_believed == believed
    # the same weight beside half the dislike is twice the bias
    assert adviser(bias / 2, dislike=0.5).is_believed == believed


def test_too_much_bias_is_not_believed_where_the_low_demand_is_worse_than_fighting():
    """A mediator who would rather have the fight says "yields" whatever is so."""
    bold = {"low": 0.3, "p": 0.5, "cost": 0.3}
    assert adviser(1.0, **bold).is_believed
    assert not adviser(6.0, **bold).is_believed


def test_no_bias_is_enough_where_there_is_nothing_to_gain():
    solution = adviser(10.0, risk=0.9).solve()
    assert solution.figures["threshold"] is None
    assert solution.reasons["threshold"] == "the advised side gains nothing by asking for the more"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(RANDOM["M2"])
def test_advice_that_is_believed_never_leaves_the_advised_side_worse_off(model):
    silent = replace(model, bias=-1.0)
    assert not silent.is_believed or model.risk == 0.0
    if model.is_believed:
        assert model.solve().payoffs[model.advised] >= silent.solve().payoffs[model.advised] - 1e-12


# ------------------------------------------------------------------------------------------------------------- M3


def test_trust_after_a_step_that_says_nothing_and_one_that_says_all():
    assert trust((0.3, 0.6), (1.0, 1.0)).trust_after == pytest.approx((0.3, 0.6))
    assert trust((0.3, 0.6), (0.0, 0.0)).trust_after == (1.0, 1.0)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(RANDOM["M3"])
def test_more_trust_never_makes_it_harder_to_hold(model):
    more = replace(model, trust=tuple(min(1.0, value + 0.05) for value in model.trust))
    assert more.holds >= model.holds
    if model.reassurance is not None:
        # a step that an unwilling side takes less often says more
        rarer = replace(model, reassurance=tuple(value / 2 for value in model.reassurance))
        assert rarer.holds >= model.holds
        assert model.holds >= replace(model, reassurance=None).holds


def test_trust_by_simulation():
    """Draw kinds and steps, play the rules: how often the standstill is kept, and what a willing side gets."""
    model = EXAMPLES["M3-reassured"]
    draw = np.random.default_rng(1)
    count = 200_000
    willing = draw.random((count, 2)) < model.trust
    taken = willing | (draw.random((count, 2)) < model.reassurance)
    holds = willing & taken[:, ::-1]
    solution = model.solve()
    broken = 1.0 - (holds[:, 0] & holds[:, 1])
    z = (broken.mean() - solution.breakdown) / (broken.std() / np.sqrt(count))
    assert abs(z) < 4
    table = {(True, True): 1.0, (False, True): 0.5, (False, False): 0.0, (True, False): -0.5}
    pays = np.array([table[tuple(row)] for row in holds[willing[:, 0]].tolist()])
    z = (pays.mean() - solution.payoffs["North"]) / (pays.std() / np.sqrt(len(pays)))
    assert abs(z) < 4


# ------------------------------------------------------------------------------------------------------------- M4


def test_ripeness_is_reported_in_three_parts_and_never_as_a_score():
    model = ripeness()
    assert [(part.name, part.holds, part.sides) for part in model.parts] == [
        ("hurting stalemate", True, SIDES),
        ("precipice", True, SIDES),
        ("way out", True, SIDES),
    ]
    solution = model.solve()
    assert set(solution.figures) == {"width of the window"}
    assert solution.in_words == (
        "North and South gain from agreeing now; North and South expect worse if fighting goes on; both gain from "
        "divisions from 0.6 to 1.25."
    )


@pytest.mark.parametrize(
    ("changes", "part", "sides", "words"),
    [
        ({"agree": (1.0, 1.0)}, 0, ("North",), "only North gains from agreeing now"),
        ({"agree": (0.0, 1.0)}, 0, (), "neither side gains from agreeing now"),
        ({"ahead": (0.0, 0.5)}, 1, ("South",), "only South expects worse if fighting goes on"),
        ({"ahead": (0.0, 1.0)}, 1, (), "neither side expects worse if fighting goes on"),
        ({"window_high": 0.6}, 2, (), "there is no division from which both gain"),
    ],
)
def test_a_part_that_is_missing(changes: dict, part: int, sides: tuple[str, ...], words: str):
    found = ripeness(**changes).parts[part]
    assert (found.holds, found.sides, found.in_words) == (False, sides, words)


# ------------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: dispute(1.0, 1.0, "mediator"), "left: must be a number > 0 and < 1, got 1.0"),
        (lambda: dispute(0.5, 0.0, "mediator"), "chance: must be a number > 0 and < 1, got 0.0"),
        (lambda: dispute(0.5, 1.0, "summit", p=0.4), "2 faults in model M1"),
        (lambda: adviser(0.1, sides=("North", "the mediator")), "sides: must not be 'the mediator'"),
        (lambda: adviser(0.1, high=0.5), "low: must be below high, got 0.6"),
        (lambda: adviser(0.1, dislike=0.0), "dislike: must be a number > 0, got 0.0"),
        (lambda: trust((0.0, 0.5)), "trust.North: must be a number > 0 and <= 1, got 0.0"),
        (lambda: trust((0.5, 0.5), temptation=(1.0, 0.5)), "temptation.North: must be below reward"),
        (lambda: trust((0.5, 0.5), sucker=(-0.5, 0.0)), "sucker.South: must be below punishment"),
        (lambda: trust((0.5, 0.5), (0.5, 1.5)), "reassurance.South: must be a number >= 0 and <= 1, got 1.5"),
        (lambda: ripeness(agree=(1.0,)), "agree: must be two numbers, one for each side"),
        (lambda: Ripeness(agree=("a", "b"), fight=(0, 0), ahead=(0, 0), window_low=0, window_high=1), "2 faults in"),
    ],
)
def test_bad_input(build: Callable[[], Model], words: str):
    with pytest.raises(InputError, match=words):
        build()
