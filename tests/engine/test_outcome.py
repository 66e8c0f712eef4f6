"""What a run leaves, against the slow twin: the load of each region, which the engine keeps for all together."""

from __future__ import annotations

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.outcome import side_outcome
from standstill.engine.pack import pack_side
from tests.reference import twin
from tests.reference.worlds import PLANS, world

SEED = 7


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_load_of_each_region_equals_the_twin(index: int) -> None:
    scene = world(index)
    window = {"measure_from": scene.measure_from, "measure_to": scene.measure_to}
    packed = pack_side(scene.side, arms=scene.arms, detail=scene.detail, **window)
    block = run_block(packed, SEED, 0, 2, Scratch(packed))
    names = tuple(arm.name for arm in scene.arms)
    found = side_outcome(scene.side, packed, names, *block[:2], SEED)
    measured = slice(packed.model.horizon.measure_from, packed.model.horizon.measure_to)
    for sample in range(2):
        load = twin.Sample(scene.side, SEED, sample).load[:, measured].sum(axis=1)
        np.testing.assert_allclose(found.region_load[sample], load * scene.side.system.energy_per_step, rtol=1e-9)
