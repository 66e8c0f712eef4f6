"""What a run is made of, and a run of some of its arms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standstill.model.terms import Arm
from standstill.studies.run import Run, measured
from standstill.studies.sensitivity import Drivers
from tests.cases.hand import WINTERS, hand_outcome, hand_scenario, hand_side

ARMS = ("strikes", "none", "standstill")


@pytest.fixture
def run() -> Run:
    """Return a run of forty winters in three arms, of which the second changes nothing."""
    winters = {name: WINTERS["strikes" if name == "none" else name] for name in ARMS}
    forty = {name: {column: row * 8 for column, row in rows.items()} for name, rows in winters.items()}
    saved = np.array(WINTERS["strikes"]["unserved"]) - np.array(WINTERS["standstill"]["unserved"])
    side = hand_side(forty, inputs={"North.figure": np.tile(saved, 8)})
    scenario = replace(hand_scenario(), arms=tuple(Arm(name=name) for name in ARMS))
    return measured(scenario, hand_outcome(replace(side, histograms=None)), 1.0)


def test_a_run_is_measured_and_valued_in_every_arm(run: Run) -> None:
    assert tuple(run.measures) == ARMS
    assert tuple(run.worth) == ARMS[1:]
    assert run.measures["standstill"]["North"]["eue"].value == 5.0
    assert (run.samples, run.seed, run.version, run.seconds, run.is_read) == (40, 1, "0.0.0", 1.0, False)


def test_some_arms_keep_their_numbers_and_get_drivers_of_their_own(run: Run) -> None:
    part = run.of_arms(("strikes", "standstill"))
    assert (tuple(part.measures), tuple(part.worth)) == (("strikes", "standstill"), ("standstill",))
    assert part.worth["standstill"] == run.worth["standstill"]
    assert [arm.name for arm in part.scenario.arms] == list(part.outcome.arms) == ["strikes", "standstill"]
    # nothing moves the saving of the second arm of the whole run; the figure moves that of the part's
    assert run.drivers == {"North": Drivers(reason="the saving is the same in every winter")}
    [driver] = part.drivers["North"].ranked
    assert (driver.path, driver.direction, driver.index) == ("North.figure", 1, pytest.approx(1.0))
    assert part.drivers["North"].rest == pytest.approx(0.0)
    assert "one arm" in run.of_arms(("strikes",)).drivers["North"].reason


def test_json_form(run: Run) -> None:
    data = run.as_dict()
    assert data["arms"]["strikes"]["North"]["eue"] == {
        "value": 30.0, "se": pytest.approx(data["arms"]["none"]["North"]["eue"]["se"]), "unit": "MWh",
        "p10": 0.0, "p50": 20.0, "p90": 90.0,
    }  # fmt: skip
    assert data["worth"]["none"]["North"]["eue"]["value"] == 0.0
    assert data["drivers"]["North"] == {
        "arm": "none", "measure": "eue", "unit": "MWh", "figures": [],
        "chance_and_interactions": {
            "value": None, "se": None, "reason": "the saving is the same in every winter",
        },
    }  # fmt: skip
    [figure] = run.of_arms(("strikes", "standstill")).as_dict()["drivers"]["North"]["figures"]
    assert list(figure) == ["path", "index", "se", "direction", "low", "high"]
    assert set(data["worth"]["standstill"]["North"]) == set(run.worth["standstill"]["North"])
