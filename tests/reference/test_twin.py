"""The engine against its slow twin on ten random small scenarios: same draws, same winters."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.scenario import Side
from tests.reference import twin
from tests.reference.probe import after, cut
from tests.reference.worlds import PLANS, World, world

SEED = 7


def engine_totals(scene: World, n_samples: int) -> np.ndarray:
    packed = pack_side(
        scene.side,
        arms=scene.arms,
        measure_from=scene.measure_from,
        measure_to=scene.measure_to,
        detail=scene.detail,
    )
    return run_block(packed, SEED, 0, n_samples, Scratch(packed)).totals


def with_constant_spread(side: Side) -> Side:
    """Return a side whose temperature does not depend on the length of the horizon (by the mean spread over it)."""
    if side.weather is None or side.weather.temperature is None:
        return side
    temperature = dataclasses.replace(side.weather.temperature, sd_by_month=(4.5,) * 12)
    return dataclasses.replace(side, weather=dataclasses.replace(side.weather, temperature=temperature))


def test_the_twin_counts_the_same_columns():
    assert twin.COLUMNS == COLUMNS


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_totals_of_every_arm_equal_the_twin(index: int):
    scene = world(index)
    found = engine_totals(scene, 2)
    sample = twin.Sample(scene.side, SEED, 1)
    for place, arm in enumerate(scene.arms):
        winter = twin.play(sample, arm, measure_from=scene.measure_from, measure_to=scene.measure_to)
        assert winter.totals["short_steps"] > 0
        np.testing.assert_allclose(found[place, 1], winter.row, rtol=1e-9, atol=1e-9, err_msg=arm.name)


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_shortfall_and_charge_of_every_step_equal_the_twin(index: int):
    scene = world(index)
    side, arm = with_constant_spread(scene.side), scene.arms[index % len(scene.arms)]
    if len(side.system.demand_responses):
        pytest.skip("what is owed falls due where the winter is cut off: the next test")
    winter = twin.play(twin.Sample(side, SEED, 0), arm)
    scale = max(1.0, float(winter.charge.max(initial=0.0)))
    for step in range(side.system.n_steps):
        engine = after(side, step, arm=arm, seed=SEED)
        place = f"step {step}"
        np.testing.assert_allclose(engine.short, winter.short[step], rtol=0, atol=1e-6, err_msg=place)
        np.testing.assert_allclose(engine.charge, winter.charge[step], rtol=0, atol=1e-6 * scale, err_msg=place)


@pytest.mark.parametrize("index", [index for index, plan in enumerate(PLANS) if plan.n_responses])
def test_last_steps_of_shorter_winters_equal_the_twin(index: int):
    scene = world(index)
    arm = scene.arms[index % len(scene.arms)]
    for step in range(5, scene.side.system.n_steps, 13):
        side = dataclasses.replace(scene.side, system=cut(scene.side.system, step + 1))
        winter = twin.play(twin.Sample(side, SEED, 0), arm)
        engine = after(scene.side, step, arm=arm, seed=SEED)
        np.testing.assert_allclose(engine.short, winter.short[step], rtol=0, atol=1e-6, err_msg=f"step {step}")
        np.testing.assert_allclose(engine.charge, winter.charge[step], rtol=0, atol=1e-6, err_msg=f"step {step}")


def test_the_worlds_have_every_feature():
    scenes = [world(index) for index in range(len(PLANS))]
    systems = [scene.side.system for scene in scenes]
    assert {len(system.regions) for system in systems} == {1, 2, 3, 4, 5}
    assert len({system.step_h for system in systems}) >= 8
    assert any(len(system.generator_storages) and system.generator_storages.charge.max() > 0 for system in systems)
    assert any(np.ptp(system.lines.forward, axis=1).max(initial=0.0) > 0 for system in systems)
    assert any(len(system.lines) and system.lines.p_fail.max() > 0 for system in systems)
    assert {arm.terms.withheld for scene in scenes for arm in scene.arms if arm.terms} == {"kept", "lost", "redirected"}
    plans = {(len(system.regions), plan) for system in systems for plan in system.generator_storages.dispatch}
    assert {(n, plan) for n in (1, 2, 3) for plan in ("weekly-budget", "daily-profile")} <= plans
    assert any(states is not None for system in systems for states in system.generators.states)
    assert {rule.asset_class for scene in scenes for rule in scene.side.outage_weather} == {"solar", "substation"}
    assert {cause.is_cold for scene in scenes for cause in scene.side.common_causes} == {True, False}
    winter = twin.play(twin.Sample(scenes[3].side, SEED, 0), scenes[3].arms[0])
    assert len(winter.damage.jobs) > winter.damage.hits > 0, "there must be deratings beside hits"
