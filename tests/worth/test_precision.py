"""Whether the built-in winter simulates enough samples for its savings."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

import standstill
from standstill.model.terms import Fixed
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling

SAMPLES = 2048


@pytest.fixture(scope="module")
def run() -> Run:
    scenario = standstill.load_scenario("winter-2024")
    dated = tuple(arm for arm in scenario.arms if arm.terms is None or isinstance(arm.terms.window, Fixed))
    return run_scenario(replace(scenario, arms=dated), sampling=Sampling(samples=SAMPLES, seed=1, version="0.0.0"))


@pytest.mark.statistical
def test_the_error_of_each_saving_is_under_one_per_cent_of_it(run: Run) -> None:
    """The standard error at the scenario's own number of samples follows from that at fewer."""
    shrink = math.sqrt(SAMPLES / run.scenario.samples)
    relative = {
        f"{arm}/{side}": shrink * found["eue"].se / found["eue"].value
        for arm, sides in run.worth.items()
        for side, found in sides.items()
    }
    assert len(relative) == 2
    assert {place: share for place, share in relative.items() if not share < 0.01} == {}
