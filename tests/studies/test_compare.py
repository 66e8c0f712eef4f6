"""Differences of two results: by hand, paired where samples are at hand on the same draws."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.engine.outcome import Outcome
from standstill.errors import InputError
from standstill.estimate import Estimate
from standstill.measures.reserve import RESERVE_MEASURES
from standstill.model.system import Regions
from standstill.studies.compare import (
    Comparison,
    Difference,
    Result,
    check_common,
    compare_results,
    read_result,
    result_of,
)
from standstill.studies.run import measured
from standstill.studies.saved import to_json
from tests.cases.hand import WINTERS, hand_outcome, hand_scenario, hand_side
from tests.cases.held import constant
from tests.cases.toy import toy

SWAPPED = {"strikes": WINTERS["standstill"], "standstill": WINTERS["strikes"]}


def result(outcome: Outcome, name: str = "a") -> Result:
    return result_of(measured(hand_scenario(), outcome, 1.0), name)


def rows(found: Comparison) -> dict[tuple[str, str], Difference]:
    return {(row.arm, row.measure): row for row in found.differences}


@pytest.fixture
def hand() -> Result:
    return result(hand_outcome())


@pytest.fixture
def other() -> Result:
    """Return the result whose arms have changed places: what it adds to the first arm is what the other saves."""
    return result(hand_outcome(hand_side(SWAPPED)), "b")


def test_paired_differences_by_hand(hand: Result, other: Result) -> None:
    found = rows(compare_results(hand, other, "0.0.0"))["strikes", "eue"]
    assert (found.a.value, found.b.value, found.paired) == (30.0, 5.0, True)
    # second minus first, winter by winter: 0, -10, -15, -20, -80
    assert found.difference.value == -25.0
    assert found.difference.se == pytest.approx(math.sqrt(4000 / 20))
    assert (found.difference.p10, found.difference.p90) == pytest.approx((-56.0, -4.0))


def test_paired_difference_of_a_ratio_by_hand(hand: Result, other: Result) -> None:
    found = rows(compare_results(hand, other, "0.0.0"))["strikes", "lold"]
    # what winters add to 2 / 0.6, less what they add to 8 / 1: 0, 36, -2, 64 and -98 ninths about the mean
    assert found.difference.value == pytest.approx(2 / 0.6 - 8)
    assert found.difference.se == pytest.approx(math.sqrt((36**2 + 2**2 + 64**2 + 98**2) / 81 / 20))
    assert found.paired
    assert found.difference.p10 is None


def test_savings_are_compared_too(hand: Result, other: Result) -> None:
    found = rows(compare_results(hand, other, "0.0.0"))["standstill", "saving:eue"]
    assert (found.a.value, found.b.value, found.paired) == (25.0, -25.0, True)
    # -0 - 0, -10 - 10, ...: twice the saving
    assert (found.difference.value, found.difference.se) == (-50.0, pytest.approx(2 * math.sqrt(4000 / 20)))


def test_a_result_against_itself_is_paired_and_nothing_in_every_measure(hand: Result) -> None:
    found = compare_results(hand, hand, "0.0.0").differences
    assert {row.measure.startswith("saving:") for row in found} == {True, False}
    assert len({row.measure for row in found}) == 23 + 12
    assert all((row.paired, row.difference.value, row.difference.se) == (True, 0.0, 0.0) for row in found)


def test_other_draws_are_not_paired(hand: Result) -> None:
    other = result(hand_outcome(hand_side(SWAPPED), seed=2))
    found = rows(compare_results(hand, other, "0.0.0"))["strikes", "eue"]
    assert not found.paired
    assert found.difference.value == 5.0 - 30.0
    # 250 in the first, and squares about 5 of 25 + 25 + 0 + 25 + 25 over 20 in the second
    assert found.difference.se == pytest.approx(math.sqrt(250 + 5))


@pytest.mark.parametrize("change", [{"horizon_h": 480.0}, {"energy_unit": "GWh"}, {"power_unit": "GW"}])
def test_what_is_measured_otherwise_is_not_paired(hand: Result, change: dict[str, object]) -> None:
    found = compare_results(hand, result(hand_outcome(replace(hand_side(), **change))), "0.0.0").differences
    assert not any(row.paired for row in found)


def test_units_that_differ_have_no_difference_but_a_reason(hand: Result) -> None:
    found = rows(compare_results(hand, result(hand_outcome(replace(hand_side(), energy_unit="GWh"))), "0.0.0"))
    assert found["strikes", "eue"].difference.reason == "one is in MWh, the other in GWh"
    assert not found["strikes", "eue"].difference.exists
    assert found["strikes", "lole"].difference.value == 0.0


def test_what_does_not_exist_on_one_side_has_a_reason(hand: Result) -> None:
    calm = {arm: {name: [0.0] * 5 for name in winters} for arm, winters in WINTERS.items()}
    for first, second in ((hand, result(hand_outcome(hand_side(calm)))),) * 2:
        found = rows(compare_results(first, second, "0.0.0"))["strikes", "lold"]
        assert (found.paired, found.difference.exists) == (False, False)
        assert found.difference.reason == "no shortfall event in any sample"


def test_savings_against_other_first_arms_are_left_out(hand: Result) -> None:
    turned = hand_side({"standstill": WINTERS["standstill"], "strikes": WINTERS["strikes"]})
    found = compare_results(hand, result(hand_outcome(turned)), "0.0.0").differences
    assert {row.arm for row in found} == {"strikes", "standstill"}
    assert not any(row.measure.startswith("saving:") for row in found)


def test_a_result_in_json_is_compared_without_pairing(hand: Result, tmp_path: Path) -> None:
    run = measured(hand_scenario(), hand_outcome(), 1.0)
    (tmp_path / "run.json").write_text(to_json(run.as_dict()), encoding="utf-8")
    read = read_result(tmp_path / "run.json")
    assert (read.samples, read.seed, read.outcome) == (5, 1, None)
    found = rows(compare_results(hand, read, "0.0.0"))
    assert found.keys() == rows(compare_results(hand, hand, "0.0.0")).keys()
    assert found["standstill", "saving:eue"].difference.se == pytest.approx(math.sqrt(2 * 200))
    assert not any(row.paired for row in found.values())


@pytest.mark.parametrize(
    "data", ["[]", "{}", '{"arms": {}}', '{"arms": {"a": 3}, "worth": {}, "samples": 1, "seed": 1}']
)
def test_json_of_another_kind_is_refused(tmp_path: Path, data: str) -> None:
    (tmp_path / "x.json").write_text(data, encoding="utf-8")
    with pytest.raises(InputError, match="must be JSON that standstill run or standstill assess wrote"):
        read_result(tmp_path / "x.json")


def test_json_that_is_not_there_or_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file: must exist"):
        read_result(tmp_path / "x.json")
    (tmp_path / "x.json").write_bytes(b"\xff")
    with pytest.raises(InputError, match="file: must be UTF-8 text"):
        read_result(tmp_path / "x.json")


def lone(name: str, value: float, horizon_h: float = 24.0) -> Result:
    """Return a result as ``assess`` leaves it."""
    found = Estimate(value=value, se=0.3, unit="h", samples=10, horizon_h=horizon_h)
    return Result(name=name, table={"as is": {name: {"lole": found}}}, samples=10, seed=1)


def test_two_systems_are_compared_whatever_they_are_called() -> None:
    [row] = compare_results(lone("x", 1.0), lone("y", 3.0), "0.0.0").differences
    assert (row.side, row.difference.value, row.difference.se) == ("x and y", 2.0, pytest.approx(0.3 * math.sqrt(2)))
    check_common(lone("x", 1.0), lone("y", 3.0))


def test_what_was_measured_over_another_time_has_no_difference_but_a_reason(tmp_path: Path) -> None:
    [row] = compare_results(lone("x", 1.0), lone("y", 3.0, 720.0), "0.0.0").differences
    assert (row.a.value, row.b.value, row.difference.exists) == (1.0, 3.0, False)
    assert row.difference.reason == "one is over 24 h, the other over 720 h"
    units = toy().generators
    longer = replace(
        toy(), name="twice", n_steps=8, regions=Regions(names=("region",), load=np.tile(toy().regions.load, 2)),
        generators=replace(units, capacity=np.tile(units.capacity, 2)),
    )  # fmt: skip
    read = []
    for system in (toy(), longer):
        path = tmp_path / f"{system.name}.json"
        path.write_text(to_json(standstill.assess(system, samples=64).as_dict()), encoding="utf-8")
        read.append(read_result(path))
    found = compare_results(*read, "0.0.0").differences
    assert {row.difference.reason for row in found if row.a.exists and row.b.exists} == {
        "one is over 4 h, the other over 8 h"
    }


def test_nothing_in_common_is_refused(hand: Result) -> None:
    for check in (check_common, lambda *both: compare_results(*both, "0.0.0")):
        with pytest.raises(InputError, match=r"must have an arm, a side and a measure in common.*as is/x"):
            check(hand, lone("x", 1.0))


def test_scenarios_without_a_side_in_common_are_refused_before_they_are_run(hand: Result) -> None:
    check_common(hand_scenario("North", "South"), hand)
    with pytest.raises(InputError, match=r"strikes/East.* and .*strikes/West"):
        check_common(hand_scenario("East"), hand_scenario("West", "South"))


def test_json_form(hand: Result, other: Result) -> None:
    data = json.loads(to_json(compare_results(hand, other, "0.0.0").as_dict()))
    assert (data["a"], data["b"], data["version"]) == ("a", "b", "0.0.0")
    row = next(row for row in data["differences"] if row["measure"] == "eue")
    assert (row["a"]["value"], row["difference"]["value"], row["paired"]) == (30.0, -25.0, True)


def test_amounts_in_two_currencies_have_no_difference() -> None:
    euros, dollars = (
        result(hand_outcome(replace(hand_side(price=np.full(5, 2.0)), currency=currency)), currency)
        for currency in ("EUR", "USD")
    )
    found = rows(compare_results(euros, dollars, "0.0.0"))["strikes", "unserved_cost"]
    assert not found.paired
    assert found.difference.reason == "one is in EUR, the other in USD"
    assert rows(compare_results(euros, euros, "0.0.0"))["strikes", "unserved_cost"].difference.value == 0.0


def test_what_was_assessed_is_read_with_its_reserve_exact_or_not(tmp_path: Path) -> None:
    results = []
    for name, given in (("exact", {"method": "convolution"}), ("sampled", {"samples": 2_000})):
        path = tmp_path / f"{name}.json"
        path.write_text(to_json(standstill.assess(constant(), **given).as_dict()), encoding="utf-8")
        results.append(read_result(path))
    assert (results[0].samples, results[1].samples) == (0, 2_000)
    found = rows(compare_results(*results, "0.0.0"))
    assert {measure for _, measure in found} >= set(RESERVE_MEASURES)
    hours = found["as is", "reserve_hours"].difference
    assert abs(hours.value) < 4.0 * hours.se
