"""Probabilities of people: every reference number, the properties of pools and scores, and what is refused.

``test_reference_numbers`` holds the section Pr of the reference answers, each to half of its last digit.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from standstill.errors import InputError
from standstill.evidence import Beta, Claim, Fixed, Uniform, Value
from standstill.talks.people import (
    HEADINGS,
    KINDS,
    METHODS,
    GammaRate,
    Opinion,
    after_shock,
    beta_below,
    brier,
    chance,
    differences,
    extremised_pool,
    hazard_of,
    linear_pool,
    log_pool,
    log_score,
    neyman_roughgarden_factor,
    pool,
    probability_within,
    score_table,
    side_by_side,
)

EVENT = "a standstill is in force"
DEADLINE = dt.date(2024, 12, 1)
WAITING = GammaRate(shape=1.5, exposure=6.0).seen(events=1, time=3.0)
VIOLATIONS = GammaRate(shape=2.0, exposure=2.0).seen(events=33, time=22.0)


def make_opinion(**changes: Any) -> Opinion:
    fields: dict[str, Any] = {
        "who": "officials of one side",
        "kind": "officials",
        "event": EVENT,
        "value": chance("<= 20 %"),
        "assumed": "said before the postponement",
        "claims": ("talks-chance",),
    }
    return Opinion(**fields | changes)


def make_model(**changes: Any) -> Opinion:
    fields: dict[str, Any] = {
        "who": "process clock",
        "kind": "model",
        "value": chance("0.204306"),
        "deadline": DEADLINE,
        "assumed": "the talks are postponed",
        "claims": (),
        "because": "computed from the log",
    }
    return make_opinion(**fields | changes)


def make_base_rate(**changes: Any) -> Opinion:
    fields: dict[str, Any] = {
        "who": "mediated crises since 1918",
        "kind": "base rate",
        "value": chance("34.3 %"),
        "assumed": "",
        "because": "counted in a public data set",
    }
    return make_opinion(**fields | changes)


NUMBERS: list[tuple[str, Callable[[], float], str]] = [
    ("Pr-hazard", lambda: hazard_of(0.2, period=2.0), "0.1115718"),
    ("Pr-hazard-back", lambda: probability_within(0.1115718, period=2.0), "0.2000000"),
    ("Pr-gamma-mean", lambda: WAITING.mean, "0.2777778"),
    ("Pr-gamma-predictive", lambda: WAITING.chance_within(2.0), "0.3944855"),
    ("Pr-pool-linear", lambda: linear_pool([0.2, 0.1]), "0.15"),
    ("Pr-pool-log", lambda: log_pool([0.2, 0.1]), "0.1428571"),
    ("Pr-pool-log-three", lambda: log_pool([0.2, 0.1, 0.05]), "0.1019278"),
    ("Pr-pool-extremised", lambda: extremised_pool([0.2, 0.1], exponent=1.5), "0.0637067"),
    ("Pr-neyman-roughgarden-2", lambda: neyman_roughgarden_factor(2), "1.291503"),
    ("Pr-neyman-roughgarden-3", lambda: neyman_roughgarden_factor(3), "1.415339"),
    ("Pr-neyman-roughgarden-5", lambda: neyman_roughgarden_factor(5), "1.529013"),
    ("Pr-neyman-roughgarden-10", lambda: neyman_roughgarden_factor(10), "1.624953"),
    ("Pr-beta-a", lambda: beta_below(mean=0.15, bound=0.2, level=0.8).a, "4.818029"),
    ("Pr-beta-b", lambda: beta_below(mean=0.15, bound=0.2, level=0.8).b, "27.302163"),
    ("Pr-uniform-mean", lambda: make_opinion(value=chance("<= 20 %")).number, "0.1"),
    ("Pr-brier-not-happened", lambda: brier(0.2, happened=False), "0.04"),
    ("Pr-brier-happened", lambda: brier(0.2, happened=True), "0.64"),
    ("Pr-log-score-not-happened", lambda: log_score(0.2, happened=False), "0.2231436"),
    ("Pr-log-score-happened", lambda: log_score(0.2, happened=True), "1.6094379"),
    ("Pr-shock", lambda: after_shock(0.2, likelihood_ratio=0.25), "0.0588235"),
    ("Pr-violations", lambda: VIOLATIONS.mean, "1.458333"),
]


@pytest.mark.parametrize(
    ("compute", "expected"), [pytest.param(compute, expected, id=name) for name, compute, expected in NUMBERS]
)
def test_reference_numbers(compute: Callable[[], float], expected: str) -> None:
    places = -int(Decimal(expected).as_tuple().exponent)
    assert compute() == pytest.approx(float(expected), rel=0.0, abs=0.5 * 10.0**-places)


PROBABILITIES = st.floats(1e-6, 1.0 - 1e-6)
MANY = st.lists(PROBABILITIES, min_size=1, max_size=8)
POOLS = [
    pytest.param(linear_pool, id="linear"),
    pytest.param(log_pool, id="log"),
    pytest.param(lambda values, weights=(): extremised_pool(values, 1.7, weights), id="extremised"),
]


@given(st.floats(0.0, 0.999), st.floats(0.01, 100.0), st.floats(0.01, 100.0))
def test_hazard_and_back(probability, period, unit):
    assert probability_within(hazard_of(probability, period), period) == pytest.approx(probability, abs=1e-12)
    assert hazard_of(probability, period * unit) * unit == pytest.approx(hazard_of(probability, period), rel=1e-12)


def test_chance_of_an_event_at_an_uncertain_rate_is_that_of_draws():
    """One rate drawn from the gamma distribution for each sample, then one exponential waiting time."""
    draws = np.random.default_rng(1)
    count, horizon = 200_000, 2.0
    rates = draws.gamma(WAITING.shape, 1.0 / WAITING.exposure, count)
    share = float(np.mean(draws.exponential(1.0, count) < rates * horizon))
    exact = WAITING.chance_within(horizon)
    assert abs(share - exact) / math.sqrt(exact * (1.0 - exact) / count) < 4.0


@given(st.floats(0.1, 50.0), st.floats(0.1, 50.0), st.floats(0.0, 20.0))
def test_uncertain_rate_is_less_likely_to_strike_than_its_mean(shape, exposure, horizon):
    rate = GammaRate(shape=shape, exposure=exposure)
    assert 0.0 <= rate.chance_within(horizon) <= probability_within(rate.mean, horizon) + 1e-12


@given(PROBABILITIES, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_news_multiplies_odds(probability, first, second):
    after = after_shock(after_shock(probability, first), second)
    assert after == pytest.approx(after_shock(probability, first * second), rel=1e-9)
    assert after_shock(probability, 1.0) == pytest.approx(probability, rel=1e-12)


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(0.02, 0.9), st.floats(0.1, 0.95), st.floats(0.5, 0.99))
def test_beta_has_the_mean_and_the_level_asked_for(bound, part, level):
    mean = bound * part
    try:
        found = beta_below(mean, bound, level)
    except InputError:
        # refused only where no strength reaches so low a level: it never falls there
        strengths = np.geomspace(1e-3, 1e6, 2000)
        assert stats.beta.cdf(bound, mean * strengths, (1 - mean) * strengths).min() > level - 1e-3
        return
    assert found.expected == pytest.approx(mean, rel=1e-9)
    assert stats.beta.cdf(bound, found.a, found.b) == pytest.approx(level, abs=1e-9)
    # the stronger of two solutions: any stronger still lies within the bound more surely
    assert stats.beta.cdf(bound, 1.2 * found.a, 1.2 * found.b) > level


def test_weaker_solution_is_not_the_one_returned():
    """Another beta distribution has the same mean and level, and puts two thirds of its mass below 1 %."""
    weaker = stats.beta(0.0579663, 0.3284757)
    assert (weaker.mean(), weaker.cdf(0.2)) == pytest.approx((0.15, 0.8), abs=1e-6)
    assert weaker.cdf(0.01) == pytest.approx(2 / 3, abs=1e-3)
    assert float(beta_below(mean=0.15, bound=0.2, level=0.8).cdf(0.01)) < 0.001


@pytest.mark.parametrize("pooled", POOLS)
@given(values=MANY, order=st.randoms(use_true_random=False))
def test_order_does_not_matter(pooled, values, order):
    shuffled = list(values)
    order.shuffle(shuffled)
    assert pooled(shuffled) == pooled(values)


@pytest.mark.parametrize("pooled", POOLS)
@given(values=MANY)
def test_event_and_its_opposite_are_pooled_alike(pooled, values):
    assert pooled([1.0 - value for value in values]) == pytest.approx(1.0 - pooled(values), abs=1e-9)


@given(st.lists(st.tuples(PROBABILITIES, st.integers(1, 9)), min_size=1, max_size=6))
def test_weighted_pools_are_the_textbook_ones(pairs):
    """Arithmetic mean; geometric means of the probabilities of the event and of its opposite, rescaled to sum 1."""
    values, parts = np.array(pairs, dtype=float).T
    weights = parts / parts.sum()
    event, opposite = np.prod(values**weights), np.prod((1.0 - values) ** weights)
    assert linear_pool(values, weights) == pytest.approx(np.average(values, weights=parts), rel=1e-12)
    assert log_pool(values, weights) == pytest.approx(event / (event + opposite), rel=1e-9)


@pytest.mark.parametrize("pooled", [linear_pool, log_pool])
@given(value=PROBABILITIES, count=st.integers(1, 9))
def test_pool_of_equal_values_returns_them(pooled, value, count):
    assert pooled([value] * count) == value


@pytest.mark.parametrize("pooled", [linear_pool, log_pool])
@given(values=MANY)
def test_pool_lies_between_what_it_pools(pooled, values):
    assert min(values) <= pooled(values) <= max(values)


@pytest.mark.parametrize("pooled", POOLS)
@given(value=PROBABILITIES, others=st.lists(PROBABILITIES, min_size=1, max_size=4))
def test_all_weight_on_one_returns_what_one_alone_gives(pooled, value, others):
    weights = [1.0, *[0.0] * len(others)]
    assert pooled([value, *others], weights) == pytest.approx(pooled([value]), rel=1e-12)


@given(MANY, PROBABILITIES)
def test_extremised_with_exponent_one_is_the_log_pool_wherever_it_starts(values, start):
    assert extremised_pool(values, 1.0, away_from=start) == pytest.approx(log_pool(values), rel=1e-9)


@given(MANY, st.floats(1.0, 4.0), PROBABILITIES)
def test_extremised_moves_away_from_its_start(values, exponent, start):
    middle, moved = log_pool(values), extremised_pool(values, exponent, away_from=start)
    assert moved >= middle - 1e-12 if middle >= start else moved <= middle + 1e-12


def test_log_pool_is_no_geometric_mean_of_probabilities():
    assert log_pool([0.2, 0.1]) != pytest.approx(math.sqrt(0.2 * 0.1), abs=1e-3)


def test_certainty_rules_a_log_pool():
    assert log_pool([0.0, 0.9]) == 0.0
    assert extremised_pool([1.0, 0.1], 2.0) == 1.0
    assert log_pool([0.0, 0.9], [0.0, 1.0]) == pytest.approx(0.9)
    assert linear_pool([0.0, 1.0]) == 0.5


def test_factor_leaves_one_forecast_alone_and_rises_to_the_root_of_three():
    factors = [neyman_roughgarden_factor(count) for count in range(1, 200)]
    assert factors[0] == 1.0
    assert factors == sorted(factors)
    assert neyman_roughgarden_factor(10**6) == pytest.approx(math.sqrt(3.0), rel=1e-5)


@pytest.mark.parametrize("score", [brier, log_score])
@given(believed=PROBABILITIES, stated=PROBABILITIES)
def test_scores_are_proper(score, believed, stated):
    """Whoever believes p expects no better score from stating anything else."""

    def expected(number: float) -> float:
        return believed * score(number, happened=True) + (1.0 - believed) * score(number, happened=False)

    assert expected(believed) <= expected(stated) + 1e-12


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("20 %", 0.2, 0.2), ("15 to 25%", 0.15, 0.25), ("<= 20 %", None, 0.2), (" > 57% ", 0.57, None), (".2", 0.2, 0.2)],
)
def test_chance_is_read_as_people_write_it(text, low, high):
    value = chance(text)
    assert (value.low, value.high) == (low, high)


def test_chance_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="value: must be a number, a range or a bound, got 'unlikely'") as caught:
        chance("unlikely")
    assert 'hint: write value = chance("20 %")' in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "distribution"),
    [
        pytest.param({"value": chance("20 %")}, Fixed(value=0.2), id="number"),
        pytest.param({"value": chance("15 to 25 %")}, Uniform(low=0.15, high=0.25), id="range"),
        pytest.param({"value": chance("<= 20 %")}, Uniform(low=0.0, high=0.2), id="at most"),
        pytest.param({"value": chance("> 80 %")}, Uniform(low=0.8, high=1.0), id="more than"),
        pytest.param({"value": chance("0")}, Fixed(value=0.0), id="ruled out"),
    ],
)
def test_stated_value_becomes_a_distribution(changes, distribution):
    opinion = make_opinion(**changes)
    assert opinion.distribution() == distribution
    assert opinion.number == distribution.expected


def test_bound_read_with_a_mean_and_a_level():
    below = make_opinion(mean=0.15, level=0.8).distribution()
    above = make_opinion(value=chance(">= 80 %"), mean=0.85, level=0.8).distribution()
    assert isinstance(below, Beta)
    assert isinstance(above, Beta)
    assert float(below.cdf(0.2)) == pytest.approx(0.8)
    assert below.expected == pytest.approx(0.15)
    assert [above.a, above.b] == pytest.approx([below.b, below.a])
    assert float(above.cdf(0.8)) == pytest.approx(0.2)


def test_value_taken_as_another_distribution_is_still_quoted_as_stated():
    opinion = make_opinion(taken_as=Beta(a=4.818029, b=27.302163))
    assert opinion.text == "at most 20 %"
    assert opinion.number == pytest.approx(0.15, abs=1e-6)
    assert "(at most 20 %, taken as 15 %, weight 1)" in pool([opinion], "linear").in_words


def test_opinion_of_a_claim_keeps_its_speaker_day_and_value():
    claim = Claim(
        id="talks-chance", statement="Chance.", value=Value.parse("<= 20"), unit="%", speaker="officials (unnamed)",
        role="official", via=("paper",), date="2024-08", stance="estimates", grade="L",
    )  # fmt: skip
    opinion = Opinion.from_claim(claim, kind="officials", event=EVENT, assumed="said before the postponement")
    assert opinion.who == "officials (unnamed) (official)"
    assert opinion.said == dt.date(2024, 8, 31)
    assert opinion.value == chance("<= 20 %")
    assert opinion.claims == ("talks-chance",)
    assert Opinion.from_claim(claim, kind="other", event=EVENT, who="two officials").who == "two officials"


@pytest.mark.parametrize(("value", "unit", "got"), [("20", "GW", "20 GW"), ("", "", "")])
def test_claim_without_a_share_is_no_chance(value, unit, got):
    claim = Claim(
        id="other", statement="Something.", value=Value.parse(value) if value else None, unit=unit, speaker="ministry",
        via=("paper",), date="2024-08", stance="asserts", grade="H",
    )  # fmt: skip
    ending = f", got {got}" if got else "$"
    with pytest.raises(InputError, match=rf"claim other\n  value: must be a share, such as 20 %{ending}"):
        Opinion.from_claim(claim, kind="officials", event=EVENT)


def test_people_are_quoted_and_the_model_is_rounded():
    assert make_opinion(value=chance("17.71 %")).text == "17.71 %"
    assert make_opinion(value=chance("< 20 %")).text == "less than 20 %"
    assert make_model().text == "20 %"
    assert make_model(value=chance("0.99937")).text == "99.937 %"
    assert make_model(value=chance("0.00031")).text == "0.031 %"
    assert make_model(value=chance("0.05 to 0.17714")).text == "5.0 to 18 %"


def test_opinion_in_words_and_in_json():
    opinion = make_opinion()
    assert opinion.in_words == (
        "officials of one side: at most 20 % that a standstill is in force; no date was given; "
        "assumed: said before the postponement"
    )
    shown = json.loads(json.dumps(opinion.as_dict(), allow_nan=False))
    assert (shown["low"], shown["high"], shown["deadline"]) == (None, 0.2, None)
    assert shown["no_deadline"] == "no date was given"
    assert (shown["number"], shown["read_as"]) == (0.1, "uniform 0 to 0.2")
    dated = make_model(said=dt.date(2024, 8, 17)).as_dict()
    assert (dated["deadline"], dated["no_deadline"], dated["said"]) == ("2024-12-01", None, "2024-08-17")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"value": chance("120 %")}, "value: must be a probability, from 0 to 1, got 1.2", id="above 1"),
        pytest.param({"value": chance("-5 %")}, "value: must be a probability, from 0 to 1, got -0.05", id="below 0"),
        pytest.param({"value": chance("<= 0")}, "value: must have a bound above 0, got 'at most 0'", id="bound 0"),
        pytest.param({"value": chance(">= 1")}, "value: must have a bound below 1, got 'at least 1'", id="bound 1"),
        pytest.param({"value": 0.2}, "value: must be a stated value, got 0.2", id="bare number"),
        pytest.param(
            {"said": dt.date(2024, 8, 17), "deadline": dt.date(2024, 8, 16)},
            "deadline: must not be before the day it was said, 2024-08-17, got '2024-08-16'",
            id="deadline before said",
        ),
        pytest.param({"deadline": dt.datetime(2024, 8, 16)}, "deadline: must be a day without an hour", id="hour"),
        pytest.param({"no_deadline": " "}, "no_deadline: must say why there is no deadline", id="no reason"),
        pytest.param({"kind": "rumour"}, "kind: must be one of officials, base rate, model, other", id="kind"),
        pytest.param({"claims": ()}, "claims: must name a claim, or say where the number comes from", id="no claim"),
        pytest.param({"mean": 0.15}, "mean: must come with level, or neither be given, got 0.15", id="mean alone"),
        pytest.param({"level": 0.8}, "mean: must come with level, or neither be given", id="level alone"),
        pytest.param(
            {"value": chance("20 %"), "mean": 0.15, "level": 0.8}, "mean: must be left out: only a bound", id="no bound"
        ),
        pytest.param({"mean": 0.3, "level": 0.8}, "mean: must be below the bound 0.2, got 0.3", id="mean above bound"),
        pytest.param(
            {"mean": 0.15, "level": 0.3},
            "level: must be above 0.7154, the least that a mean of 0.15 allows, got 0.3",
            id="level too low",
        ),
        pytest.param(
            {"taken_as": Uniform(low=0.5, high=1.5)},
            "taken_as: must lie between 0 and 1, got 'uniform 0.5 to 1.5'",
            id="taken as no probability",
        ),
        pytest.param(
            {"taken_as": Uniform(low=0.0, high=0.2), "mean": 0.15, "level": 0.8},
            "taken_as: must not come with mean and level",
            id="taken in two ways",
        ),
        pytest.param({"mean": 0.15, "level": 1.0}, "level: must be above 0 and below 1, got 1.0", id="level 1"),
        pytest.param(
            {"value": chance(">= 80 %"), "mean": 0.7, "level": 0.8},
            "mean: must allow a beta distribution that is at least 80 % with that level, got 0.7",
            id="mean below bound",
        ),
    ],
)
def test_bad_opinions_are_refused(changes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        make_opinion(**changes)


def test_every_fault_of_an_opinion_is_listed_once():
    with pytest.raises(InputError, match="5 faults in the probability of nobody"):
        make_opinion(who=" ", event="", kind="rumour", claims=(), value=chance("120 %"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: hazard_of(1.0, 2.0), "certainty has no finite rate, got 1.0", id="certain"),
        pytest.param(lambda: hazard_of(math.nan, 0.0), "2 faults in hazard_of", id="two faults"),
        pytest.param(lambda: probability_within(-1.0, 2.0), "hazard: must be finite and at least 0", id="rate"),
        pytest.param(lambda: probability_within(1.0, math.inf), "period: must be finite", id="period"),
        pytest.param(lambda: GammaRate(shape=0.0, exposure=-1.0), "2 faults in GammaRate", id="gamma"),
        pytest.param(lambda: WAITING.seen(events=-1, time=1.0), "events: must be finite and at least 0", id="events"),
        pytest.param(lambda: WAITING.chance_within(-1.0), "horizon: must be finite and at least 0", id="horizon"),
        pytest.param(lambda: after_shock(1.2, 0.0), "2 faults in after_shock", id="shock"),
        pytest.param(lambda: beta_below(0.15, 0.0, 0.8), "bound: must be above 0 and below 1, got 0.0", id="bound 0"),
        pytest.param(lambda: beta_below(0.2, 0.2, 0.8), "mean: must be below the bound 0.2, got 0.2", id="at bound"),
        pytest.param(
            lambda: beta_below(0.2 - 1e-9, 0.2, 0.99), "mean: must lie further below the bound 0.2", id="near bound"
        ),
        pytest.param(lambda: linear_pool([]), "probabilities: must hold at least one", id="none"),
        pytest.param(lambda: linear_pool([0.1, 1.1]), r"probabilities\[1\]: must be a probability", id="above 1"),
        pytest.param(lambda: linear_pool([0.1, math.nan]), r"probabilities\[1\]: must be a prob", id="not a number"),
        pytest.param(lambda: linear_pool([0.1, 0.2], [0.5, 0.6]), "sum to 1, not to 1.1", id="weights' sum"),
        pytest.param(lambda: log_pool([0.1, 0.2], [1.5, -0.5]), "weights: must each be at least 0", id="weight < 0"),
        pytest.param(lambda: log_pool([0.1, 0.2], [1.0]), "weights: must have one for each of 2", id="weights' count"),
        pytest.param(lambda: log_pool([0.1], [math.nan]), "weights: must each be at least 0", id="weight is no number"),
        pytest.param(lambda: log_pool([0.0, 1.0]), "must not hold 0 beside 1", id="0 beside 1"),
        pytest.param(lambda: extremised_pool([0.1], 0.5), "exponent: must be finite and at least 1", id="exponent"),
        pytest.param(lambda: extremised_pool([0.1], 2.0, away_from=0.0), "away_from: must be above 0", id="start"),
        pytest.param(lambda: neyman_roughgarden_factor(0), "count: must be at least 1, got 0", id="count"),
        pytest.param(lambda: brier(1.2, happened=True), "probability: must be a probability", id="brier"),
        pytest.param(lambda: log_score(-0.1, happened=True), "probability: must be a probability", id="log score"),
        pytest.param(lambda: score_table([]), "outcomes: must hold at least one", id="no outcomes"),
    ],
)
def test_bad_numbers_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_pool_names_its_method_its_members_and_what_they_were_taken_as():
    found = pool([make_opinion(), make_base_rate(value=chance("10 %"))], "log", weights=[0.25, 0.75])
    assert found.method == "log"
    assert found.value == pytest.approx(0.1)
    assert [(member.opinion.who, member.number, member.weight) for member in found.members] == [
        ("officials of one side", 0.1, 0.25),
        ("mediated crises since 1918", 0.1, 0.75),
    ]
    assert found.in_words.startswith(
        "The log pool gives 10 %, from officials of one side (at most 20 %, taken as 10 %, weight 0.25); "
        "mediated crises since 1918 (10 %, weight 0.75). They took different things as given:"
    )


def test_extremised_pools_say_how_far_and_away_from_what():
    opinions = [make_opinion(value=chance("20 %")), make_base_rate(value=chance("10 %"))]
    asked = pool(opinions, "extremised", exponent=1.5)
    assert asked.value == pytest.approx(0.0637067, abs=1e-7)
    assert asked.in_words.startswith("The extremised pool with exponent 1.5 away from 50 % gives 6.4 %, from ")
    named = pool(opinions, "neyman-roughgarden", away_from=0.3)
    assert named.exponent == pytest.approx(1.291503, abs=1e-6)
    assert named.value == pytest.approx(extremised_pool([0.2, 0.1], named.exponent, away_from=0.3))
    assert pool(opinions, "log").exponent is None


@pytest.mark.parametrize("method", METHODS)
def test_pools_in_json(method):
    exponent = 1.5 if method == "extremised" else None
    shown = json.loads(json.dumps(pool([make_opinion()], method, exponent=exponent).as_dict(), allow_nan=False))
    assert shown["method"] == method
    assert 0.0 < shown["value"] < 0.5
    assert shown["members"][0]["text"] == "at most 20 %"


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        pytest.param("average", {}, "method: must be one of linear, log, extremised, neyman-roughgarden", id="unknown"),
        pytest.param("extremised", {}, "exponent: must be given", id="exponent missing"),
        pytest.param("log", {"exponent": 1.5}, "exponent: must be left out", id="exponent too many"),
        pytest.param("linear", {"away_from": 0.3}, "away_from: must be left out", id="start too many"),
        pytest.param("linear", {"weights": [0.6, 0.6]}, "sum to 1, not to 1.2", id="weights"),
    ],
)
def test_bad_pools_are_refused(method, arguments, message):
    with pytest.raises(InputError, match=message):
        pool([make_opinion(), make_model()], method, **arguments)


def test_pool_of_nothing_is_refused():
    with pytest.raises(InputError, match="opinions: must hold at least one"):
        pool([], "linear")


def test_table_of_scores_has_a_row_for_each_source():
    officials, model = make_opinion(value=chance("20 %")), make_model(value=chance("50 %"))
    first, second = score_table([(officials, False), (model, True), (officials, True)])
    assert (first.who, first.kind, first.count) == ("officials of one side", "officials", 2)
    assert first.brier == pytest.approx((0.04 + 0.64) / 2)
    assert first.log == pytest.approx((0.2231436 + 1.6094379) / 2, abs=1e-7)
    assert first.happened == (False, True)
    assert (second.who, second.brier) == ("process clock", 0.25)
    assert second.log == pytest.approx(math.log(2.0))


def test_bound_is_scored_as_its_number():
    [row] = score_table([(make_opinion(mean=0.15, level=0.8), False)])
    assert row.numbers == pytest.approx((0.15,))
    assert row.brier == pytest.approx(0.15**2)


def test_what_was_ruled_out_has_no_log_score_but_a_reason():
    rows = score_table([(make_opinion(value=chance("0")), True), (make_model(value=chance("1")), True)])
    ruled_out, certain = (json.loads(json.dumps(row.as_dict(), allow_nan=False)) for row in rows)
    assert ruled_out["log"] is None
    assert ruled_out["reason"] == "gave probability 0 to something that happened, or 1 to something that did not"
    assert ruled_out["brier"] == 1.0
    assert (certain["log"], certain["brier"], certain["reason"]) == (0.0, 0.0, "")
    assert log_score(1.0, happened=False) == math.inf
    assert str(log_score(1.0, happened=True)) == "0.0"


def test_three_rows_and_no_merged_number():
    table = side_by_side([make_base_rate(), make_opinion()], make_model())
    assert [row.kind for row in table.rows] == ["officials", "base rate", "model"]
    assert [len(row.cells) for row in table.rows] == [len(HEADINGS)] * 3
    assert [row.cells[2] for row in table.rows] == ["at most 20 %", "34 %", "20 %"]
    assert [row.cells[4] for row in table.rows] == ["no date was given", "no date was given", "by 1 December 2024"]
    assert table.pooled is None
    assert table.as_dict()["pooled"] is None


def test_warnings_say_what_differs_and_between_whom():
    table = side_by_side([make_opinion(), make_base_rate(event="an agreement is signed")], make_model())
    assert table.warnings == (
        "They are about different events: a standstill is in force (officials of one side, process clock); "
        "an agreement is signed (mediated crises since 1918). They answer different questions.",
        "Their deadlines differ: no date was given (officials of one side, mediated crises since 1918); "
        "by 1 December 2024 (process clock). An event is no less likely by a later day, or with no last day.",
        "They took different things as given: said before the postponement (officials of one side); "
        "nothing was stated (mediated crises since 1918); the talks are postponed (process clock). "
        "None of them says what it would be under the others' assumptions.",
    )


def test_nothing_is_warned_of_where_all_speak_of_one_thing():
    opinions = [make_opinion(), make_opinion(who="other officials", event=f"  {EVENT.upper()} ")]
    model = make_model(deadline=None, no_deadline="the horizon is open", assumed="Said before the postponement")
    assert differences([*opinions, model]) == ()
    assert side_by_side(opinions, model).warnings == ()


def test_several_officials_keep_a_row_each():
    others = make_opinion(who="officials of the other side", value=chance("30 %"))
    table = side_by_side([make_opinion(), others, make_opinion(who="an adviser", kind="other")], make_model())
    assert [row.cells[:2] for row in table.rows] == [
        ("officials", "officials of one side"),
        ("officials", "officials of the other side"),
        ("base rate", ""),
        ("model", "process clock"),
        ("other", "an adviser"),
    ]


def test_missing_numbers_are_null_with_a_reason():
    table = side_by_side([], None, no_model="nothing was public before 17 August 2024")
    shown = json.loads(json.dumps(table.as_dict(), allow_nan=False))["rows"]
    assert [row["opinion"] for row in shown] == [None, None, None]
    assert [row["reason"] for row in shown] == [
        "no official stated a probability",
        "no base rate was given",
        "nothing was public before 17 August 2024",
    ]
    assert table.in_words[2] == "Nothing was public before 17 August 2024."


def test_pool_stands_under_the_rows_when_asked_for():
    opinions, model = [make_opinion()], make_model()
    plain = side_by_side(opinions, model)
    asked = side_by_side(opinions, model, pooled=pool([*opinions, model], "linear"))
    assert asked.rows == plain.rows
    assert asked.in_words[:-1] == plain.in_words
    assert asked.in_words[-1].startswith("The linear pool gives 15 %, from officials of one side")
    assert asked.as_dict()["pooled"]["value"] == pytest.approx((0.1 + 0.204306) / 2)


def test_exchanging_the_sides_exchanges_the_rows_and_the_words():
    def words_of(first: str, second: str) -> list[str]:
        opinions = [make_opinion(who=first), make_opinion(who=second, assumed="", deadline=DEADLINE)]
        return list(side_by_side(opinions, make_model()).in_words)

    exchanged = {"North": "South", "South": "North"}
    swapped = [re.sub("North|South", lambda match: exchanged[match[0]], line) for line in words_of("South", "North")]
    assert words_of("North", "South") == swapped
    assert words_of("North", "South") != words_of("South", "North")


def test_kinds_are_kept_apart():
    with pytest.raises(InputError, match="2 faults in side_by_side") as caught:
        side_by_side([make_model()], make_opinion())
    assert "opinions[0]: must not come from the model: give that one as model, got 'process clock'" in str(caught.value)
    assert "model: must be of kind \"model\", got 'officials'" in str(caught.value)
    assert KINDS == ("officials", "base rate", "model", "other")
