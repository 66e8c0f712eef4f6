"""The back-test: on truth from the forecast's own distribution, on truth that is off, and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from standstill.errors import InputError
from standstill.evidence.claim import Claim
from standstill.evidence.distribution import Fixed
from standstill.evidence.figure import Figure
from standstill.evidence.observation import Observation
from standstill.evidence.register import Register
from standstill.measures.samples import measured_samples
from standstill.model.scenario import Scenario
from standstill.studies.backtest import MEASURES, check_observations, score_outcomes
from standstill.studies.run import Run, measured
from tests.cases.hand import ARMS, WINTERS, hand_outcome, hand_scenario, hand_side

AS_OF, LATER = dt.date(2024, 11, 20), dt.date(2025, 1, 10)


def observed(value: float, high: float | None = None, **fields: object) -> Observation:
    given = {"side": "North", "measure": "eue", "unit": "MWh", "known_from": LATER, "note": "invented", **fields}
    return Observation(low=value, high=value if high is None else high, **given)


def winters(unserved: np.ndarray) -> Run:
    """Return a run whose winters have this unserved energy."""
    rows = {name: [0.0] * len(unserved) for name in WINTERS["strikes"]}
    rows |= {"unserved": unserved.tolist(), "load": [1e6] * len(unserved)}
    side = replace(hand_side({name: rows for name in ARMS}), histograms=None)
    return measured(hand_scenario(), hand_outcome(side), 1.0)


def truths(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return unserved energy of as many winters, of which about three in ten have none."""
    return np.maximum(0.0, rng.normal(50.0, 100.0, count))


@pytest.fixture
def scenario() -> Scenario:
    return replace(hand_scenario("North", "South"), as_of=AS_OF)


def test_truth_from_the_forecasts_own_distribution_has_even_pits_and_is_covered() -> None:
    rng = np.random.default_rng(1)
    run = winters(truths(rng, 1999))
    # the draw that breaks ties is one for each outcome and seed
    scores = [
        score_outcomes(replace(run, seed=place), [observed(value)], "strikes")[0]
        for place, value in enumerate(truths(rng, 500).tolist())
    ]
    assert kstest([score.pit for score in scores], "uniform").pvalue > 0.001
    for level in (0.5, 0.8, 0.95):
        share = np.mean([score.inside[level] for score in scores])
        # the least tenth and more is one value, nothing: a range that ends there holds all of it
        tail = 0.5 - level / 2.0
        least = level + (tail if np.mean(run.outcome.sides[0].column("strikes", "unserved") == 0.0) > tail else 0.0)
        assert abs(share - least) < 4.0 * np.sqrt(least * (1.0 - least) / 500), level


def test_truth_above_the_forecast_has_pits_above_a_half() -> None:
    rng = np.random.default_rng(1)
    run = winters(truths(rng, 1999))
    values = (truths(rng, 200) + 150.0).tolist()
    scores = score_outcomes(run, [observed(value) for value in values], "strikes")
    assert np.mean([score.pit for score in scores]) > 0.8


def test_a_score_by_hand() -> None:
    run = measured(hand_scenario(), hand_outcome(), 1.0)
    exact, wide, month = score_outcomes(
        run,
        [
            observed(0.03, unit="GWh"),
            observed(20.0, 40.0, arm="standstill"),
            observed(12.0, month="2024-11", claim=None),
        ],
        "strikes",
    )
    # 0, 10, 20, 30, 90 were simulated; 30 is observed
    assert (exact.low, exact.high, exact.arm, exact.name) == (
        pytest.approx(30.0),
        pytest.approx(30.0),
        "strikes",
        "eue",
    )
    assert 3 / 6 < exact.pit < 5 / 6
    assert exact.crps == pytest.approx((30 + 20 + 10 + 0 + 60) / 5 - 2 * (4 * 90 + 2 * 20) / 50)
    assert exact.ranges[0.5] == (10.0, 30.0)
    # 0, 0, 5, 10, 10 were simulated
    assert (wide.arm, wide.inside, wide.pit > 5 / 6) == ("standstill", {0.5: 0.0, 0.8: 0.0, 0.95: 0.0}, True)
    assert wide.crps == pytest.approx(30 - 5 - 2 * (4 * 10 + 2 * 10) / 50)
    assert (month.name, month.forecast.value) == ("eue:2024-11", 12.0)
    data = exact.as_dict()
    assert data["observed"] == {"low": exact.low, "high": exact.high, "unit": "MWh"}
    assert [row["level"] for row in data["ranges"]] == [0.5, 0.8, 0.95]


def test_every_measure_that_a_winter_has_can_be_observed() -> None:
    side = hand_side()
    found = measured_samples(side, "strikes")
    kinds = {"energy": "MWh", "power": "MW"}
    assert {name: item.unit for name, item in found.items() if item.of_winter and ":" not in name} == {
        name: kinds.get(unit, unit) for name, unit in MEASURES.items()
    }


@pytest.mark.parametrize(
    ("measure", "value", "unit"),
    [("hours_off", 4.0, "h"), ("getting_through", 0.0, ""), ("waves", 12.0, "count"), ("event_depth", 1.0, "GW")],
)
def test_units_that_an_observation_is_written_in(scenario: Scenario, measure: str, value: float, unit: str) -> None:
    assert check_observations(scenario, [observed(value, measure=measure, unit=unit)]) == AS_OF


REFUSED = [
    pytest.param({"known_from": AS_OF}, r"outcome\[0\]\.date: must be after as_of 2024-11-20", id="on-as-of"),
    pytest.param({"known_from": dt.date(2024, 10, 1)}, r"date: must be after as_of", id="before-as-of"),
    pytest.param(
        {"known_from": dt.date(2024, 12, 5)}, r"date: must not be before 2024-12-06, the last day", id="early"
    ),
    pytest.param(
        {"known_from": dt.date(2024, 11, 29), "month": "2024-11"}, r"not be before 2024-11-30", id="month-not-over"
    ),
    pytest.param({"side": "West"}, r"side: must be one of North, South, got 'West'", id="side"),
    pytest.param({"arm": "pause"}, r"arm: must be one of strikes, standstill, got 'pause'", id="arm"),
    pytest.param({"measure": "EUE"}, r"measure: must be one of eue", id="measure"),
    pytest.param({"measure": "neue", "unit": ""}, r"measure: must be one of eue", id="no-measure-of-a-winter"),
    pytest.param({"month": "2025-01"}, r"month: must be one of 2024-11, 2024-12, got", id="month"),
    pytest.param({"measure": "lole", "unit": "h", "month": "2024-11"}, r"only eue is kept by month", id="by-month"),
    pytest.param({"unit": "MW"}, r"value: must be a unit of energy such as 'MWh', as eue of North", id="unit"),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_outcomes_that_are_refused(scenario: Scenario, fields: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_observations(scenario, [observed(1.0, **fields)])


def test_every_fault_is_listed(scenario: Scenario) -> None:
    with pytest.raises(InputError, match=r"^3 faults in backtest") as raised:
        check_observations(
            scenario, [observed(1.0, side="West"), observed(2.0, arm="pause"), observed(3.0), observed(4.0)]
        )
    assert "outcome[3]: must be given once" in str(raised.value)


def test_a_forecast_is_of_a_day_and_against_something(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="as_of: must be given"):
        check_observations(hand_scenario(), [observed(1.0)])
    with pytest.raises(InputError, match="outcome: must be given at least once"):
        check_observations(scenario, [])


def test_an_input_known_after_the_day_of_the_forecast_is_refused(scenario: Scenario) -> None:
    late = Claim(
        id="late", statement="Said later.", speaker="ministry", via=("paper",), date="2024-11-21", stance="asserts",
        grade="M",
    )  # fmt: skip
    figure = Figure(path="North.crews", unit="crews", distribution=Fixed(value=2.0), claims=("late",))
    # even where the register was made as of a later day
    register = Register(figures=(figure,), claims={"late": late}, as_of=dt.date(2025, 6, 1))
    with pytest.raises(InputError, match=r"claims\.late: must be known on or before as_of 2024-11-20"):
        check_observations(replace(scenario, register=register), [observed(1.0)])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"low": 2.0, "high": 1.0}, "value: must have its low end first"),
        ({"low": float("nan")}, "value: must be finite"),
        ({"unit": "quarts"}, "unit: must be a known unit"),
        ({"month": "2024-13"}, "month: must be a year and a month"),
        ({"note": " "}, "note: must say where the number is from"),
    ],
)
def test_observations_that_are_none(fields: dict[str, object], message: str) -> None:
    given = {
        "side": "North", "measure": "eue", "low": 1.0, "high": 1.0, "unit": "MWh", "known_from": LATER,
        "note": "invented",
    }  # fmt: skip
    with pytest.raises(InputError, match=message):
        Observation(**given | fields)
