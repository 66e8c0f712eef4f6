"""A roster in a run: whose hours off, beside what must be off, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.model.roster import Roster
from standstill.scenario import load_scenario
from standstill.studies.run import Run

SMALL = Path(__file__).parents[1] / "cli" / "small.toml"


@pytest.fixture(scope="module")
def runs() -> tuple[Run, Run]:
    """Return the same run without and with a roster of six queues in halves."""
    plain = load_scenario(SMALL)
    roster = Roster(queues=6, halves=True)
    rostered = replace(plain, sides=tuple(replace(side, roster=roster) for side in plain.sides))
    without, within = (standstill.run(item, samples=64, seed=1) for item in (plain, rostered))
    return without, within


def test_nothing_else_moves(runs: tuple[Run, Run]) -> None:
    without, within = runs
    for side in without.outcome.sides:
        for arm, totals in side.totals.items():
            other = within.outcome.side(side.name)
            np.testing.assert_array_equal(totals, other.totals[arm][:, : totals.shape[1]])


def test_hours_off_are_what_must_be_off_and_what_rounding_adds(runs: tuple[Run, Run]) -> None:
    run = runs[1]
    for side in run.outcome.sides:
        for arm in run.outcome.arms:
            need = side.column(arm, "hours_off")
            off, over, under = (side.column(arm, f"roster_{name}") for name in ("hours_off", "over", "under"))
            np.testing.assert_allclose(off - over + under, need, atol=1e-9)
            assert np.all(under <= 1e-9)


def test_measured_valued_and_shown(runs: tuple[Run, Run], tmp_path: Path) -> None:
    run = runs[1]
    side = run.outcome.sides[0].name
    assert run.measures["strikes"][side]["roster_hours_off"].value >= run.measures["strikes"][side]["hours_off"].value
    assert "schedule_hours" in run.worth["standstill"][side]
    page = standstill.report(run, tmp_path).read_text(encoding="utf-8")
    assert "Hours in which any queue is off" in page
    assert "schedule_hours" not in runs[0].measures["strikes"][side]
