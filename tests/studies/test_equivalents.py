"""Equivalents: put back in as input each gives what the standstill gives; and what is said where none does."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from standstill.engine.drivers.threads import Threads
from standstill.engine.outcome import SideOutcome
from standstill.errors import InputError
from standstill.measures.consumers import got_through
from standstill.model.campaign import Campaign
from standstill.model.repair import CrewPool, Repair, SparePool
from standstill.model.scenario import Scenario, Side
from standstill.model.terms import Arm
from standstill.studies.equivalents import Equivalent, Equivalents, amount_words, equivalents
from standstill.studies.levers import LEVERS, Lever, levers
from standstill.studies.run import simulated
from standstill.studies.sampling import Sampling
from standstill.studies.saved import to_json
from tests.cases.hub import hub_scenario, hub_side, hub_terms

ASK = Sampling(samples=1, seed=1, version="0.0.0", backend=Threads(2))
# kept to a third, so that most measures can do as much
PARTLY = hub_scenario(terms=hub_terms(compliance=0.3))


@pytest.fixture(scope="module")
def found() -> Equivalents:
    return equivalents(PARTLY, sampling=ASK)


def run(scenario: Scenario, side: Side, arm: Arm, samples: int) -> SideOutcome:
    """Simulate a side in one arm, from nothing but the scenario."""
    fresh = replace(scenario, sides=(side,), arms=(arm,))
    return simulated(fresh, sampling=Sampling(samples=samples, seed=1, version="0.0.0", backend=Threads(2))).sides[0]


def put_back(scenario: Scenario, row: Equivalent) -> tuple[np.ndarray, np.ndarray]:
    """Return the target, winter by winter, with the amount and no standstill, and under the standstill."""
    side = next(side for side in scenario.sides if side.name == row.side)
    lever = levers(side)[row.lever]
    assert isinstance(lever, Lever)
    strikes, standstill = scenario.arms
    with_it = run(scenario, lever.apply(row.amount.value), strikes, row.samples)
    under = run(scenario, side, standstill, row.samples)
    if row.target == "unserved":
        return with_it.column("strikes", "unserved"), under.column("standstill", "unserved")
    return got_through(with_it, "strikes"), got_through(under, "standstill")


def test_there_is_a_row_for_every_side_measure_and_target(found: Equivalents) -> None:
    assert [(row.side, row.lever, row.target) for row in found.rows] == [
        (side, lever, target) for side in ("North", "South") for lever in LEVERS
        for target in ("unserved", "getting_through")
    ]  # fmt: skip


@pytest.mark.parametrize("side", ["North", "South"])
@pytest.mark.parametrize("lever", LEVERS)
def test_put_back_in_it_gives_the_same_unserved_energy(found: Equivalents, side: str, lever: str) -> None:
    [row] = [row for row in found.rows if (row.side, row.lever, row.target) == (side, lever, "unserved")]
    if not row.amount.exists:
        # then the largest amount looked at does less
        assert row.amount.reason.startswith("no amount does, up to ")
        assert row.reached.value > row.aim.value
        return
    got, aim = put_back(PARTLY, row)
    assert got.mean() == pytest.approx(row.reached.value, rel=1e-12)
    assert aim.mean() == pytest.approx(row.aim.value, rel=1e-12)
    difference = got - aim
    se = difference.std(ddof=1) / math.sqrt(row.samples)
    assert se < 0.01 * aim.mean()
    assert abs(difference.mean()) <= 3.0 * se
    # another seed would give another amount: by as much as the error says, which is less than the amount itself
    assert 0.0 < row.amount.se < row.amount.value


def test_most_measures_can_do_as_much(found: Equivalents) -> None:
    able = {row.lever for row in found.rows if row.amount.exists and row.target == "unserved"}
    assert able == set(LEVERS) - {"crews"}


@pytest.mark.parametrize("lever", ["grid", "demand"])
def test_put_back_in_it_gives_as_many_winters_got_through(found: Equivalents, lever: str) -> None:
    [row] = [row for row in found.rows if (row.side, row.lever, row.target) == ("North", lever, "getting_through")]
    got, aim = put_back(PARTLY, row)
    difference = got - aim
    assert abs(difference.mean()) <= 3.0 * difference.std(ddof=1) / math.sqrt(row.samples)


def test_nothing_is_what_a_standstill_that_changes_nothing_is_worth() -> None:
    idle = hub_scenario(terms=hub_terms(compliance=0.0))
    for row in equivalents(idle, ["grid", "crews"], sampling=ASK).rows:
        assert (row.amount.value, row.amount.se) == (0.0, 0.0)
        assert row.reached == row.aim


def test_no_amount_does_in_words_and_null() -> None:
    [row, *_] = equivalents(hub_scenario(hub_side("North")), ["spares"], sampling=ASK).rows
    assert not row.amount.exists
    words = "no amount does, up to 1000 spares"
    assert row.in_words == f"North, {LEVERS['spares']}: {words}, for the same unserved energy."
    data = json.loads(to_json(row.as_dict()), parse_constant=pytest.fail)
    assert data["amount"]["value"] is None
    assert data["amount"]["reason"] == words
    assert data["reached"]["value"] > data["aim"]["value"]


def test_a_measure_that_a_side_does_not_have_is_null_with_its_reason() -> None:
    side = replace(hub_side("North"), repair=Repair(spares=hub_side("North").repair.spares))
    [row, other] = equivalents(hub_scenario(side), ["crews"], sampling=ASK).rows
    assert (row.target, other.target) == ("unserved", "getting_through")
    assert row.amount.as_dict()["reason"] == "no job waits for a crew"


def test_figures_that_are_fixed_and_whole_crews() -> None:
    """Crews come whole: the amount is the least that does at least as much, and a little less does less."""
    side = hub_side("North")
    weapons = tuple(replace(weapon, interception=0.4) for stream in side.campaign.streams for weapon in stream.weapons)
    stream = replace(side.campaign.streams[0], rate_per_day=0.3, weapons=weapons)
    system = side.system
    fixed = replace(
        side,
        system=replace(
            system,
            regions=replace(system.regions, load_scale=(1.0,) * 3),
            generators=replace(system.generators, capacity_scale=(1.0,) * 9),
        ),
        campaign=replace(side.campaign, streams=(stream,)),
        repair=Repair(
            crews=(CrewPool(name="plants", classes=("thermal",), crews=2.0),),
            spares=(SparePool(name="transformer", initial=30.0),),
        ),
    )
    scenario = hub_scenario(fixed, terms=hub_terms(compliance=0.2))
    rows = {
        row.lever: row
        for row in equivalents(scenario, ["grid", "crews"], sampling=ASK).rows
        if row.target == "unserved"
    }
    got, aim = put_back(scenario, rows["grid"])
    assert abs((got - aim).mean()) <= 3.0 * (got - aim).std(ddof=1) / math.sqrt(rows["grid"].samples)
    crews = rows["crews"]
    got, aim = put_back(scenario, crews)
    assert got.mean() <= aim.mean()
    # the second crew more comes with a factor of 1.25, the first with one of 1.25 - 0.5
    assert 2.0 * (1.0 + crews.amount.value) % 1.0 == pytest.approx(0.5, abs=0.01)
    lever = levers(fixed)["crews"]
    assert isinstance(lever, Lever)
    less = run(scenario, lever.apply(crews.amount.value - 0.05), scenario.arms[0], crews.samples)
    assert less.column("strikes", "unserved").mean() > aim.mean()


def test_a_measure_asked_for_alone_is_the_same(found: Equivalents) -> None:
    alone = equivalents(PARTLY, ["demand"], sampling=ASK)
    assert alone.rows == tuple(row for row in found.rows if row.lever == "demand")


def test_exchanging_the_sides_exchanges_the_rows() -> None:
    scenario = hub_scenario(terms=hub_terms(compliance=0.3))
    both = equivalents(scenario, ["grid"], sampling=ASK).rows
    other = equivalents(replace(scenario, sides=scenario.sides[::-1]), ["grid"], sampling=ASK).rows
    assert other == both[2:] + both[:2]


def test_progress_is_told_measure_by_measure() -> None:
    seen: list[int] = []
    quiet = tuple(replace(side, campaign=Campaign()) for side in hub_scenario().sides)
    equivalents(hub_scenario(*quiet), ["grid", "imports"], sampling=replace(ASK, progress=seen.append))
    assert seen == [ASK.samples] * 4


def test_every_unknown_name_is_a_fault_of_one_error() -> None:
    with pytest.raises(InputError, match=r"2 faults in measures\n  luck: must be among grid, .*\n  hope: must"):
        equivalents(PARTLY, ["luck", "grid", "hope"], sampling=ASK)
    with pytest.raises(InputError, match="arms: must have, after the first, an arm whose terms have a fixed window"):
        equivalents(replace(PARTLY, arms=PARTLY.arms[:1]), sampling=ASK)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0, "MW", "0 MW"), (1234.5, "MW", "1200 MW"), (0.1234, "share", "12 %"), (0.5, "times", "0.5 times as many"),
        (17.4, "spares", "17 spares"),
    ],
)  # fmt: skip
def test_amounts_in_words(value: float, unit: str, words: str) -> None:
    assert amount_words(value, unit) == words
